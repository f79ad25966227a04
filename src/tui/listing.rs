//! The rows of one list as they arrive, page by page and sometimes twice.
//!
//! Invariants: a row stands once, by its key; a page costs what its own rows cost, however long the
//! list is; the text that a filter looks at is made once, when a row arrives. While a list is loaded
//! again the rows of the last time stay, and those that did not come again go when it is complete.

use std::collections::HashMap;

use jiff::Timestamp;

use super::remote::Ticket;
use crate::domain::{
    collection::Column,
    query::{self, Query},
    row::{Cell, Row, RowKey},
};

/// The rows of a list: in the order in which they came until it is complete, then Region by Region.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    entries: Vec<Entry>,
    places: HashMap<RowKey, usize>,
    /// Counts arrivals; those of the load under way have a number of at least `started`.
    arrivals: u64,
    started: u64,
    /// How many rows need a look.
    calling: usize,
    /// Counts changes, so that whoever derived something from the rows knows when it is old.
    revision: u64,
    completed_at: Option<Timestamp>,
    /// The call that asks for what some rows have left open.
    telling: Option<Ticket>,
}

#[derive(Debug)]
struct Entry {
    row: Row,
    arrived: u64,
    searched: Box<str>,
    /// Whether it needs a look.
    calls: bool,
    /// Whether something of it is still to be asked for.
    open: bool,
}

impl Entry {
    /// Its turn in a complete list: by Region, and there as AWS gave it.
    fn turn(&self) -> (&str, u64) {
        (self.row.region.as_str(), self.arrived)
    }
}

/// What is worked out of a row when it arrives.
pub(crate) struct Reader<'r> {
    /// What is shown of it.
    pub(crate) columns: &'r [Column],
    /// Whether it needs a look.
    pub(crate) calls: &'r dyn Fn(&Row) -> bool,
}

impl Listing {
    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// A row by its place.
    pub(crate) fn get(&self, place: usize) -> Option<&Row> {
        self.entries.get(place).map(|entry| &entry.row)
    }

    /// How many rows need a look.
    pub(crate) fn calling(&self) -> usize {
        self.calling
    }

    /// Whether the row at a place needs a look.
    pub(crate) fn calls(&self, place: usize) -> bool {
        self.entries.get(place).is_some_and(|entry| entry.calls)
    }

    /// Where a row stands.
    pub(crate) fn place(&self, key: &RowKey) -> Option<usize> {
        self.places.get(key).copied()
    }

    /// A number that changes whenever the rows change.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// When the list was last complete.
    pub(crate) fn completed_at(&self) -> Option<Timestamp> {
        self.completed_at
    }

    /// The rows, by their places.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &Row> {
        self.entries.iter().map(|entry| &entry.row)
    }

    /// Whether a query lets a row through.
    pub(crate) fn lets_through(&self, place: usize, query: &mut Query, now: Timestamp) -> bool {
        self.entries
            .get(place)
            .is_some_and(|entry| query.lets_through(&entry.row, &entry.searched, now))
    }

    /// A load begins. What was asked of single rows is overtaken by it.
    pub(crate) fn begin(&mut self) {
        self.started = self.arrivals;
        self.telling = None;
    }

    /// The rows to be asked for what they have open, of one Region: where one of those in sight has
    /// something open, those, and some of the next ones along with them. None while such rows are
    /// being asked for: one call at a time.
    pub(crate) fn open(
        &self,
        in_sight: impl Iterator<Item = usize>,
        next: impl Iterator<Item = usize>,
        most: usize,
    ) -> Vec<RowKey> {
        let open = |place: &usize| self.entries.get(*place).is_some_and(|entry| entry.open);
        let mut in_sight = in_sight.filter(open).peekable();
        if self.telling.is_some() || in_sight.peek().is_none() {
            return Vec::new();
        }
        let mut open: Vec<RowKey> = in_sight
            .chain(next.filter(open))
            .map(|place| self.entries[place].row.key())
            .take(most)
            .collect();
        if let Some(region) = open.first().map(|first| first.region.clone()) {
            open.retain(|key| key.region == region);
        }
        open
    }

    /// Whether something of any row is still to be asked for.
    pub(crate) fn is_open(&self) -> bool {
        self.entries.iter().any(|entry| entry.open)
    }

    /// Some rows were asked for what they have open.
    pub(crate) fn ask(&mut self, ticket: Ticket) {
        self.telling = Some(ticket);
    }

    /// What was asked of single rows is not waited for any more.
    pub(crate) fn let_go(&mut self) {
        self.telling = None;
    }

    /// The call that asks for what some rows have open.
    pub(crate) fn telling(&self) -> Option<Ticket> {
        self.telling
    }

    /// What some rows had open was told, or not: then it is not asked for again before the next load.
    pub(crate) fn told(
        &mut self,
        ticket: Ticket,
        asked: &[RowKey],
        mut rows: Vec<Row>,
        reader: &Reader<'_>,
    ) {
        if self.telling != Some(ticket) {
            return;
        }
        self.telling = None;
        let silent = asked
            .iter()
            .filter(|key| rows.iter().all(|row| row.key() != **key));
        let mut silent: Vec<Row> = silent
            .filter_map(|key| self.get(self.place(key)?).cloned())
            .collect();
        rows.append(&mut silent);
        rows.retain(|row| self.places.contains_key(&row.key()));
        rows.iter_mut().for_each(Row::settle);
        self.merge(rows, reader);
    }

    /// Takes rows in: one that is there is replaced where it stands, the others follow.
    pub(crate) fn merge(&mut self, rows: Vec<Row>, reader: &Reader<'_>) {
        for mut row in rows {
            let key = row.key();
            let arrived = self.arrivals;
            self.arrivals += 1;
            let known = self.places.get(&key).copied();
            let open = row.is_pending();
            if let Some(place) = known {
                keep_known(&mut row, &self.entries[place].row);
            }
            let searched = query::text(&row, reader.columns);
            let calls = (reader.calls)(&row);
            self.calling += usize::from(calls);
            if let Some(place) = known {
                let entry = &mut self.entries[place];
                self.calling -= usize::from(entry.calls);
                // Sent again within one load: it keeps the turn it came in first.
                let arrived = if entry.arrived >= self.started {
                    entry.arrived
                } else {
                    arrived
                };
                *entry = Entry {
                    row,
                    arrived,
                    searched,
                    calls,
                    open,
                };
            } else {
                self.places.insert(key, self.entries.len());
                self.entries.push(Entry {
                    row,
                    arrived,
                    searched,
                    calls,
                    open,
                });
            }
        }
        self.revision += 1;
    }

    /// The load is complete: what did not come is gone.
    pub(crate) fn complete(&mut self, now: Timestamp) {
        self.completed_at = Some(now);
        self.revision += 1;
        let started = self.started;
        // Regions answer in any order; what is shown of several does not depend on it.
        let in_order = self.entries.is_sorted_by(|a, b| a.turn() <= b.turn());
        if in_order && self.entries.iter().all(|entry| entry.arrived >= started) {
            return;
        }
        self.entries.retain(|entry| entry.arrived >= started);
        self.entries.sort_by(|a, b| a.turn().cmp(&b.turn()));
        self.calling = self.entries.iter().filter(|entry| entry.calls).count();
        self.places = self
            .entries
            .iter()
            .enumerate()
            .map(|(place, entry)| (entry.row.key(), place))
            .collect();
    }
}

/// Keeps what was known of a row until the new answer is in, so that a refresh does not blank it.
fn keep_known(row: &mut Row, known: &Row) {
    for (key, cell) in &mut row.cells {
        if *cell == Cell::Pending {
            known.cell(key).clone_into(cell);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::place::Region,
        tui::{
            remote::Tickets,
            testing::{SERVICE, reader, row},
        },
    };

    fn ids(listing: &Listing) -> Vec<&str> {
        (0..listing.len())
            .map(|place| listing.get(place).unwrap().id.as_str())
            .collect()
    }

    #[test]
    fn rows_stay_while_the_list_is_loaded_again_and_go_when_it_is_complete_without_them() {
        let mut listing = Listing::default();
        listing.begin();
        listing.merge(vec![row("a", "Active"), row("b", "Active")], &reader());
        listing.merge(vec![row("a", "Impaired"), row("c", "Active")], &reader());
        assert_eq!(ids(&listing), ["a", "b", "c"]);
        assert_eq!(listing.get(0).unwrap().state.word, "Impaired");
        listing.complete(Timestamp::UNIX_EPOCH);
        assert_eq!(ids(&listing), ["a", "b", "c"]);

        listing.begin();
        listing.merge(vec![row("d", "Active"), row("c", "Active")], &reader());
        assert_eq!(ids(&listing), ["a", "b", "c", "d"]);
        listing.merge(vec![row("a", "Active")], &reader());
        listing.complete(Timestamp::UNIX_EPOCH);
        assert_eq!(ids(&listing), ["d", "c", "a"]);
        assert_eq!(listing.place(&row("a", "").key()), Some(2));
        assert_eq!(listing.place(&row("b", "").key()), None);
    }

    #[test]
    fn what_is_asked_for_again_is_shown_as_it_was_until_it_is_answered() {
        let mut listing = Listing::default();
        let with = |cell: Cell| {
            let mut row = row("a", "Active");
            row.cells = vec![("used", cell)];
            vec![row]
        };
        let used = |listing: &Listing| listing.get(0).unwrap().cell("used").clone();
        listing.merge(with(Cell::Pending), &reader());
        assert_eq!(used(&listing), Cell::Pending);
        listing.merge(with(Cell::Integer(3)), &reader());
        listing.begin();
        listing.merge(with(Cell::Pending), &reader());
        assert_eq!(used(&listing), Cell::Integer(3));
        listing.merge(with(Cell::Absent), &reader());
        assert_eq!(used(&listing), Cell::Absent);
    }

    #[test]
    fn what_rows_have_open_is_asked_for_some_at_a_time_and_once_a_load() {
        let ticket = || {
            let mut tickets = Tickets::default();
            tickets.next()
        };
        let with = |id: &str, cell: Cell| {
            let mut row = row(id, "Active");
            row.cells = vec![("used", cell)];
            row
        };
        let names: Vec<String> = (0..20).map(|n| format!("r{n}")).collect();
        let pending = || names.iter().map(|id| with(id, Cell::Pending)).collect();
        let mut listing = Listing::default();
        listing.begin();
        listing.merge(pending(), &reader());
        let asked = listing.open(2..30, 30..32, 8);
        assert_eq!(asked.len(), 8);
        assert_eq!(asked[0].id, "r2");
        listing.ask(ticket());
        assert!(
            listing.open(0..20, 0..0, 8).is_empty(),
            "one call at a time"
        );
        // All but one are told.
        let told = asked[1..].iter().map(|key| with(&key.id, Cell::Integer(1)));
        listing.told(ticket(), &asked, told.collect(), &reader());
        assert_eq!(*listing.get(2).unwrap().cell("used"), Cell::Unknown);
        assert_eq!(*listing.get(3).unwrap().cell("used"), Cell::Integer(1));
        assert_eq!(listing.open(2..10, 10..20, 8).len(), 0);
        assert_eq!(listing.open(0..20, 0..0, 8).len(), 8);
        assert_eq!(listing.open(0..2, 10..13, 8).len(), 5);
        // A load begins meanwhile: what is told then is old, and is asked for again.
        listing.ask(ticket());
        listing.begin();
        listing.merge(pending(), &reader());
        listing.told(ticket(), &asked, Vec::new(), &reader());
        assert_eq!(*listing.get(3).unwrap().cell("used"), Cell::Integer(1));
        assert_eq!(listing.open(2..10, 10..20, 8).len(), 8);
    }

    #[test]
    fn a_complete_list_is_in_the_order_of_its_regions_whichever_answered_first() {
        let of = |region: &str, id: &str| {
            let mut row = row(id, "Active");
            row.region = Region::parse(region).unwrap();
            row
        };
        let mut listing = Listing::default();
        listing.begin();
        listing.merge(vec![of("us-east-1", "b"), of("us-east-1", "a")], &reader());
        listing.merge(vec![of("eu-west-1", "c")], &reader());
        assert_eq!(ids(&listing), ["b", "a", "c"]);
        listing.complete(Timestamp::UNIX_EPOCH);
        assert_eq!(ids(&listing), ["c", "b", "a"]);
        assert_eq!(listing.place(&of("us-east-1", "a").key()), Some(2));
    }

    #[test]
    fn an_empty_answer_empties_the_list() {
        let mut listing = Listing::default();
        listing.begin();
        listing.merge(vec![row("a", "Active")], &reader());
        listing.complete(Timestamp::UNIX_EPOCH);
        listing.begin();
        listing.complete(Timestamp::UNIX_EPOCH);
        assert_eq!(listing.len(), 0);
    }

    #[test]
    fn every_word_of_a_filter_is_looked_for_in_all_that_is_shown() {
        let mut listing = Listing::default();
        listing.merge(vec![row("d-1", "Active")], &reader());
        let matches = |words: &str| {
            let mut query = Query::parse(words, &SERVICE.collections[0]).unwrap();
            listing.lets_through(0, &mut query, Timestamp::UNIX_EPOCH)
        };
        assert!(matches("") && matches("d-1") && matches("active us-east"));
        assert!(matches("name of d-1"));
        assert!(!matches("active restoring"));
    }
}
