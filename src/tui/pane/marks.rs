//! The rows that are marked, to be acted on or compared together.
//!
//! Invariant: a mark is on a row by its key, so it stays whatever arrives, is filtered or sorted, and
//! goes with its row.

use std::collections::HashSet;

use crate::{
    domain::row::{Row, RowKey},
    tui::listing::Listing,
};

/// The rows that are marked.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    keys: HashSet<RowKey>,
    /// The row that was marked last: where a range begins.
    last: Option<RowKey>,
    /// The rows that the marks were looked for in.
    revision: Option<u64>,
}

impl Marks {
    /// How many rows are marked.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether none is.
    pub(crate) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Whether a row is marked.
    pub(crate) fn has(&self, row: &Row) -> bool {
        // Without marks no key is made.
        !self.keys.is_empty() && self.keys.contains(&row.key())
    }

    /// The row that was marked last.
    pub(crate) fn last(&self) -> Option<&RowKey> {
        self.last.as_ref()
    }

    /// Marks a row, or takes its mark away.
    pub(crate) fn switch(&mut self, row: &Row) {
        let key = row.key();
        if self.keys.remove(&key) {
            self.last = None;
        } else {
            self.keys.insert(key.clone());
            self.last = Some(key);
        }
    }

    /// Marks rows.
    pub(crate) fn add<'r>(&mut self, rows: impl Iterator<Item = &'r Row>) {
        self.keys.reserve(rows.size_hint().1.unwrap_or(0));
        self.keys.extend(rows.map(Row::key));
    }

    /// Marks these rows and no others.
    pub(crate) fn replace(&mut self, keys: Vec<RowKey>) {
        self.keys = keys.into_iter().collect();
        self.last = None;
        // They may be gone since they were chosen.
        self.revision = None;
    }

    /// Takes all marks away.
    pub(crate) fn clear(&mut self) {
        self.keys = HashSet::new();
        self.last = None;
    }

    /// Forgets the marks of rows that are gone.
    pub(crate) fn sync(&mut self, listing: Option<&Listing>) {
        let Some(listing) = listing else {
            self.clear();
            return;
        };
        if self.revision.replace(listing.revision()) == Some(listing.revision()) {
            return;
        }
        self.keys.retain(|key| listing.place(key).is_some());
        self.last.take_if(|key| listing.place(key).is_none());
    }

    /// The places of the marked rows, in the order in which they were listed.
    pub(crate) fn places(&self, listing: &Listing) -> Vec<usize> {
        let places = self.keys.iter().filter_map(|key| listing.place(key));
        let mut places: Vec<usize> = places.collect();
        places.sort_unstable();
        places
    }
}
