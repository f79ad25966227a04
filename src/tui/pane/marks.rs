//! The rows that are marked, to be acted on or compared together.
//!
//! Invariant: a mark is on a row, so it stays whatever arrives, is filtered or sorted, and goes with
//! its row. Rows are marked by their places, which they keep for as long as they are listed.

use crate::{
    domain::row::RowKey,
    tui::{listing::Listing, places::Places},
};

/// The rows that are marked.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    places: Places,
    /// The row that was marked last: where a range begins.
    last: Option<u32>,
    /// The revision of the rows that the marks are known to be on.
    revision: u64,
}

impl Marks {
    /// How many rows are marked.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether none is.
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the row at a place is marked.
    pub(crate) fn has(&self, place: usize) -> bool {
        u32::try_from(place).is_ok_and(|place| self.places.has(place))
    }

    /// The place of the row that was marked last.
    pub(crate) fn last(&self) -> Option<usize> {
        self.last.map(|place| place as usize)
    }

    /// Marks the row at a place, or takes its mark away.
    pub(crate) fn switch(&mut self, place: usize) {
        let Ok(place) = u32::try_from(place) else {
            return;
        };
        let is_marked = self.places.has(place);
        self.places.set(place, !is_marked);
        self.last = (!is_marked).then_some(place);
    }

    /// Marks the rows at these places.
    pub(crate) fn add(&mut self, places: &[u32]) {
        for place in places {
            self.places.set(*place, true);
        }
    }

    /// Marks these rows and no others, as far as they are still there.
    pub(crate) fn replace(&mut self, keys: &[RowKey], listing: &Listing) {
        self.clear();
        self.revision = listing.revision();
        for place in keys.iter().filter_map(|key| listing.place(key)) {
            if let Ok(place) = u32::try_from(place) {
                self.places.set(place, true);
            }
        }
    }

    /// Takes all marks away.
    pub(crate) fn clear(&mut self) {
        self.places.clear();
        self.last = None;
    }

    /// Forgets the marks of rows that are gone.
    pub(crate) fn sync(&mut self, listing: Option<&Listing>) {
        let Some(listing) = listing else {
            return self.clear();
        };
        let before = std::mem::replace(&mut self.revision, listing.revision());
        if self.is_empty() || before == self.revision {
            return;
        }
        let changed: Vec<u32> = match listing.changed_since(before) {
            Some(changes) => changes.places().collect(),
            None => self.places.iter().collect(),
        };
        for place in changed {
            if !listing.was_there(place, before) {
                self.places.set(place, false);
                self.last.take_if(|last| *last == place);
            }
        }
    }

    /// The places of the marked rows, in the order in which they were listed.
    pub(crate) fn places(&self, listing: &Listing) -> Vec<usize> {
        let mut places: Vec<u32> = self.places.iter().collect();
        places.sort_unstable_by_key(|place| listing.turn(*place));
        places.into_iter().map(|place| place as usize).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::row::Row;
    use crate::tui::{
        remote::Tickets,
        testing::{reader, row},
    };

    proptest! {
        /// Whatever comes and goes between two looks: marked are the rows that were and have been
        /// there all the time, in the order of the list.
        #[test]
        fn marks_go_with_their_rows(
            loads in prop::collection::vec(
                (prop::collection::btree_set(0_u8..9, 0..9), 0_u8..9, any::<bool>()), 1..8
            )
        ) {
            let mut tickets = Tickets::default();
            let (mut listing, mut marks) = (Listing::default(), Marks::default());
            let mut expected: BTreeSet<String> = BTreeSet::new();
            for (ids, marked, looks) in loads {
                listing.begin(tickets.next());
                let rows = ids.iter().rev().map(|id| row(&format!("r{id}"), "Active"));
                listing.merge(rows.collect(), &reader());
                listing.complete(Timestamp::UNIX_EPOCH);
                expected.retain(|id| listing.rows().any(|row| row.id == *id));
                if looks {
                    marks.sync(Some(&listing));
                    let rows = |marks: &Marks| -> Vec<Row> {
                        let places = marks.places(&listing).into_iter();
                        places.map(|place| listing.get(place).unwrap().clone()).collect()
                    };
                    let seen: BTreeSet<String> = rows(&marks).into_iter().map(|row| row.id).collect();
                    prop_assert_eq!(&seen, &expected);
                    prop_assert_eq!(marks.len(), expected.len());
                    let id = format!("r{marked}");
                    if let Some(place) = listing.place(&row(&id, "").key()) {
                        marks.switch(place);
                        if !expected.remove(&id) {
                            expected.insert(id);
                        }
                    }
                    let turns = rows(&marks);
                    let listed = listing.rows().filter(|row| expected.contains(&row.id)).cloned();
                    prop_assert_eq!(turns, listed.collect::<Vec<_>>());
                }
            }
        }
    }
}
