//! The rows of one list as they arrive, page by page and sometimes twice.
//!
//! Invariants: a row stands once, by its key, and keeps its place for as long as it is listed; a page
//! costs what its own rows cost, however long the list is; the values that a filter looks at are made
//! once, when a row arrives. While a list is loaded again the rows of the last time stay, and those
//! that did not come again go when it is complete.
//!
//! A place says where a row is kept, not where it stands among the others: that is the order. Whoever
//! derives something from rows remembers the revision and asks later for the places that changed.

mod columns;
mod index;
mod values;

use std::ops::Range;

use jiff::Timestamp;

use self::{columns::Columns, index::Index};
pub(crate) use self::{
    columns::{Code, Codes},
    values::Values,
};
use super::remote::Ticket;
use crate::domain::{
    collection::Column,
    packed::Packed,
    place::Region,
    query,
    row::{Cell, Row, RowKey},
};

/// How many changes are remembered for each row there is, and how many at least.
const REMEMBERED: usize = 4;
const REMEMBERED_AT_LEAST: usize = 4096;
/// What stands among the changed places where the order changed.
const ORDER: u32 = u32::MAX;

/// The rows of a list: in the order in which they came until it is complete, then Region by Region.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// By their places; where one is gone the next one finds room.
    rows: Vec<Option<Row>>,
    /// What was worked out of them, by their places.
    notes: Vec<Note>,
    index: Index,
    values: Values,
    columns: Columns,
    /// The numbers of the values that each row shows beside those that its columns hold.
    shown: Packed<u32>,
    free: Vec<u32>,
    /// The Regions of the rows.
    regions: Vec<Region>,
    /// The places in the order in which the rows stand.
    order: Vec<u32>,
    /// Counts arrivals; those of the load under way have a number of at least `started`.
    arrivals: u64,
    started: u64,
    /// How many rows need a look, and how many have something open.
    calling: usize,
    opens: usize,
    /// The places that changed, the latest last, and the revision that was before the first of them.
    changed: Vec<u32>,
    since: u64,
    completed_at: Option<Timestamp>,
    /// The call that asks for what some rows have left open.
    telling: Option<Ticket>,
}

#[derive(Debug, Default)]
struct Note {
    /// Says which of two rows was listed first.
    turn: u64,
    arrived: u64,
    /// The number of its Region.
    region: usize,
    /// The revision with which the row came to its place.
    born: u64,
    /// Whether there is a row.
    is_taken: bool,
    /// Whether it needs a look.
    calls: bool,
    /// Whether something of it is still to be asked for.
    open: bool,
}

/// Places as they are counted here.
pub(crate) fn numbered(places: Range<usize>) -> impl Iterator<Item = u32> {
    places.filter_map(|place| u32::try_from(place).ok())
}

/// What is worked out of a row when it arrives.
pub(crate) struct Reader<'r> {
    /// What is shown of it.
    pub(crate) columns: &'r [Column],
    /// Whether it needs a look.
    pub(crate) calls: &'r dyn Fn(&Row) -> bool,
}

/// What changed since a revision.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Changes<'l>(&'l [u32]);

impl Changes<'_> {
    /// The places whose rows came, changed or went, some of them more than once.
    pub(crate) fn places(&self) -> impl Iterator<Item = u32> {
        self.0.iter().copied().filter(|place| *place != ORDER)
    }

    /// Whether rows that stayed stand in another order.
    pub(crate) fn is_reordered(&self) -> bool {
        self.0.contains(&ORDER)
    }
}

impl Listing {
    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    /// How many places there are, those included where no row is any more.
    pub(crate) fn places(&self) -> usize {
        self.rows.len()
    }

    /// The places in the order in which the rows were listed.
    pub(crate) fn order(&self) -> &[u32] {
        &self.order
    }

    /// A row by its place.
    pub(crate) fn get(&self, place: usize) -> Option<&Row> {
        self.rows.get(place)?.as_ref()
    }

    /// Whether there is a row at a place. Told without reading it.
    pub(crate) fn is_taken(&self, place: usize) -> bool {
        self.notes.get(place).is_some_and(|note| note.is_taken)
    }

    /// How many rows need a look.
    pub(crate) fn calling(&self) -> usize {
        self.calling
    }

    /// Whether the row at a place needs a look.
    pub(crate) fn calls(&self, place: usize) -> bool {
        self.notes.get(place).is_some_and(|note| note.calls)
    }

    /// Where a row stands.
    pub(crate) fn place(&self, key: &RowKey) -> Option<usize> {
        Some(self.index.find(key, &self.rows)? as usize)
    }

    /// The values that rows show.
    pub(crate) fn values(&self) -> &Values {
        &self.values
    }

    /// The numbers of the values that a row shows.
    pub(crate) fn values_of(&self, place: usize) -> impl Iterator<Item = u32> {
        let shown = self.shown.get(place).iter().copied();
        self.columns.values(place).chain(shown)
    }

    /// What a column holds, by its number among those that rows are read with.
    pub(crate) fn column(&self, column: usize) -> Option<&Codes> {
        self.columns.get(column)
    }

    /// Says which of two rows was listed first.
    pub(crate) fn turn(&self, place: u32) -> u64 {
        self.notes.get(place as usize).map_or(0, |note| note.turn)
    }

    /// Whether the row at a place was there already at a revision.
    pub(crate) fn was_there(&self, place: u32, revision: u64) -> bool {
        let index = place as usize;
        self.get(index).is_some() && self.notes[index].born <= revision
    }

    /// A number that grows whenever rows change. That of a list that is read anew from its beginning is
    /// larger than any of before.
    pub(crate) fn revision(&self) -> u64 {
        self.since + self.changed.len() as u64
    }

    /// What changed since a revision; `None` where that is no longer known, and may be everything.
    pub(crate) fn changed_since(&self, revision: u64) -> Option<Changes<'_>> {
        let from = usize::try_from(revision.checked_sub(self.since)?).ok()?;
        self.changed.get(from..).map(Changes)
    }

    /// When the list was last complete.
    pub(crate) fn completed_at(&self) -> Option<Timestamp> {
        self.completed_at
    }

    /// The rows, in the order in which they were listed.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &Row> {
        let places = self.order.iter();
        places.filter_map(|place| self.get(*place as usize))
    }

    /// A load begins. What was asked of single rows is overtaken by it.
    pub(crate) fn begin(&mut self, ticket: Ticket) {
        if self.revision() == 0 {
            self.since = ticket.number() << u32::BITS;
        }
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
        let open = |place: &usize| self.notes.get(*place).is_some_and(|note| note.open);
        let mut in_sight = in_sight.filter(open).peekable();
        if self.telling.is_some() || self.opens == 0 || in_sight.peek().is_none() {
            return Vec::new();
        }
        let mut open: Vec<RowKey> = in_sight
            .chain(next.filter(open))
            .filter_map(|place| self.get(place))
            .map(Row::key)
            .take(most)
            .collect();
        if let Some(region) = open.first().map(|first| first.region.clone()) {
            open.retain(|key| key.region == region);
        }
        open
    }

    /// Whether something of any row is still to be asked for.
    pub(crate) fn is_open(&self) -> bool {
        self.opens > 0
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
        rows.retain(|row| self.index.find(row, &self.rows).is_some());
        rows.iter_mut().for_each(Row::settle);
        self.merge(rows, reader);
    }

    /// Takes rows in: one that is there is replaced where it stands, the others follow.
    pub(crate) fn merge(&mut self, rows: Vec<Row>, reader: &Reader<'_>) {
        if self.changed.len() > REMEMBERED * self.len() + REMEMBERED_AT_LEAST {
            self.since = self.revision();
            self.changed.clear();
        }
        let mut numbers = Vec::new();
        for mut row in rows {
            let arrived = self.arrivals;
            self.arrivals += 1;
            let known = self.index.find(&row, &self.rows);
            let open = row.is_pending();
            if let Some(old) = known.and_then(|place| self.get(place as usize)) {
                keep_known(&mut row, old);
            }
            let calls = (reader.calls)(&row);
            let note = Note {
                turn: arrived,
                arrived,
                region: self.region(&row.region),
                born: self.revision() + 1,
                is_taken: true,
                calls,
                open,
            };
            let place = match known {
                Some(place) => place,
                None => match self.arrive(&row) {
                    Some(place) => place,
                    None => continue,
                },
            };
            self.note_values(place as usize, &row, reader.columns, &mut numbers);
            self.put(place, known.is_some(), row, note);
        }
    }

    /// Says anew of every row whether it needs a look.
    pub(crate) fn judge(&mut self, calls: &dyn Fn(&Row) -> bool) {
        for (place, row) in (0_u32..).zip(&self.rows) {
            let Some(row) = row else { continue };
            let note = &mut self.notes[place as usize];
            let before = std::mem::replace(&mut note.calls, calls(row));
            if before != note.calls {
                self.calling = self.calling + usize::from(note.calls) - usize::from(before);
                self.changed.push(place);
            }
        }
    }

    /// Notes the values of a row that is at a place from now on.
    fn note_values(&mut self, place: usize, row: &Row, columns: &[Column], numbers: &mut Vec<u32>) {
        let values = &mut self.values;
        self.columns.put(place, row, columns, values);
        numbers.clear();
        query::values(row, columns, |value, key| {
            numbers.extend(values.add(value, key));
        });
        // Most of what is shown is what the columns hold.
        numbers.retain(|number| {
            let is_held = self.columns.values(place).any(|own| own == *number);
            if is_held {
                values.release(&[*number]);
            }
            !is_held
        });
        values.release(self.shown.get(place));
        self.shown.put(place, |all| all.extend_from_slice(numbers));
    }

    /// Finds a place for a row that was not there. `None` where there are more rows than can be counted.
    fn arrive(&mut self, row: &Row) -> Option<u32> {
        let place = match self.free.pop() {
            Some(place) => place,
            None => u32::try_from(self.rows.len())
                .ok()
                .filter(|place| *place != ORDER)?,
        };
        if place as usize == self.rows.len() {
            self.rows.push(None);
            self.notes.push(Note::default());
        }
        self.index.add(row, place);
        self.order.push(place);
        Some(place)
    }

    fn put(&mut self, place: u32, was_there: bool, row: Row, mut note: Note) {
        let index = place as usize;
        let old = std::mem::take(&mut self.notes[index]);
        if was_there {
            note.turn = old.turn;
            note.born = old.born;
            // Sent again within one load: it keeps the turn it came in first.
            if old.arrived >= self.started {
                note.arrived = old.arrived;
            }
        }
        self.forget(&old);
        self.calling += usize::from(note.calls);
        self.opens += usize::from(note.open);
        self.notes[index] = note;
        self.rows[index] = Some(row);
        self.changed.push(place);
    }

    /// What was worked out of a row counts no more.
    fn forget(&mut self, note: &Note) {
        self.calling -= usize::from(note.calls);
        self.opens -= usize::from(note.open);
    }

    /// The load is complete: what did not come is gone, and answered.
    pub(crate) fn complete(&mut self, now: Timestamp) -> Vec<Row> {
        self.completed_at = Some(now);
        let gone = self.remove_what_did_not_come();
        let turns = self.turns();
        if !turns.is_sorted() {
            self.reorder(turns);
        }
        if self.values.is_untidy() {
            let shown = self.shown.items_mut();
            self.values.tidy(shown.chain(self.columns.values_mut()));
        }
        gone
    }

    /// What the rows of a complete list stand in order by: their Regions, and there as AWS gave them.
    /// Regions answer in any order; what is shown of several does not depend on it.
    fn turns(&self) -> Vec<(usize, u64, u32)> {
        let mut names: Vec<&Region> = self.regions.iter().collect();
        names.sort();
        let ranks: Vec<usize> = self
            .regions
            .iter()
            .map(|region| names.partition_point(|name| *name < region))
            .collect();
        let turn = |place: &u32| {
            let note = &self.notes[*place as usize];
            (ranks[note.region], note.arrived, *place)
        };
        self.order.iter().map(turn).collect()
    }

    fn reorder(&mut self, mut turns: Vec<(usize, u64, u32)>) {
        turns.sort_unstable();
        self.order.clear();
        self.order
            .extend(turns.into_iter().map(|(_, _, place)| place));
        // Those that come later have larger ones.
        for (place, turn) in self.order.iter().zip(0..) {
            self.notes[*place as usize].turn = turn;
        }
        self.changed.push(ORDER);
    }

    /// The number of a Region among those whose rows are here.
    fn region(&mut self, region: &Region) -> usize {
        let known = self.regions.iter().position(|own| own == region);
        known.unwrap_or_else(|| {
            self.regions.push(region.clone());
            self.regions.len() - 1
        })
    }

    fn remove_what_did_not_come(&mut self) -> Vec<Row> {
        let came =
            |notes: &[Note], started: u64, place: u32| notes[place as usize].arrived >= started;
        let missing = |place: &&u32| !came(&self.notes, self.started, **place);
        let missing: Vec<u32> = self.order.iter().filter(missing).copied().collect();
        if missing.is_empty() {
            return Vec::new();
        }
        let mut gone = Vec::with_capacity(missing.len());
        for &place in &missing {
            let note = std::mem::take(&mut self.notes[place as usize]);
            self.forget(&note);
            self.values.release(self.shown.get(place as usize));
            self.shown.put(place as usize, |_| {});
            self.columns.remove(place as usize, &mut self.values);
            // Until its place is taken it must be told from those that came.
            self.notes[place as usize].arrived = note.arrived;
            if let Some(row) = self.rows[place as usize].take() {
                self.index.remove(&row, place);
                gone.push(row);
            }
            self.changed.push(place);
        }
        let (notes, started) = (&self.notes, self.started);
        self.order.retain(|place| came(notes, started, *place));
        self.free.extend(missing);
        gone
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
    use proptest::prelude::*;

    use super::*;
    use crate::tui::{
        remote::Tickets,
        testing::{reader, row},
    };

    fn ticket() -> Ticket {
        Tickets::default().next()
    }

    fn ids(listing: &Listing) -> Vec<&str> {
        listing.rows().map(|row| row.id.as_str()).collect()
    }

    #[test]
    fn rows_stay_while_the_list_is_loaded_again_and_go_when_it_is_complete_without_them() {
        let mut listing = Listing::default();
        listing.begin(ticket());
        listing.merge(vec![row("a", "Active"), row("b", "Active")], &reader());
        listing.merge(vec![row("a", "Impaired"), row("c", "Active")], &reader());
        assert_eq!(ids(&listing), ["a", "b", "c"]);
        assert_eq!(listing.get(0).unwrap().state.word, "Impaired");
        listing.complete(Timestamp::UNIX_EPOCH);
        assert_eq!(ids(&listing), ["a", "b", "c"]);

        listing.begin(ticket());
        listing.merge(vec![row("d", "Active"), row("c", "Active")], &reader());
        assert_eq!(ids(&listing), ["a", "b", "c", "d"]);
        listing.merge(vec![row("a", "Active")], &reader());
        listing.complete(Timestamp::UNIX_EPOCH);
        assert_eq!(ids(&listing), ["d", "c", "a"]);
        let a = listing.place(&row("a", "").key()).unwrap();
        assert_eq!(listing.get(a).unwrap().id, "a");
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
        listing.begin(ticket());
        listing.merge(with(Cell::Pending), &reader());
        assert_eq!(used(&listing), Cell::Integer(3));
        listing.merge(with(Cell::Absent), &reader());
        assert_eq!(used(&listing), Cell::Absent);
    }

    #[test]
    fn what_rows_have_open_is_asked_for_some_at_a_time_and_once_a_load() {
        let with = |id: &str, cell: Cell| {
            let mut row = row(id, "Active");
            row.cells = vec![("used", cell)];
            row
        };
        let names: Vec<String> = (0..20).map(|n| format!("r{n}")).collect();
        let pending = || names.iter().map(|id| with(id, Cell::Pending)).collect();
        let mut listing = Listing::default();
        listing.begin(ticket());
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
        listing.begin(ticket());
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
        listing.begin(ticket());
        listing.merge(vec![of("us-east-1", "b"), of("us-east-1", "a")], &reader());
        listing.merge(vec![of("eu-west-1", "c")], &reader());
        assert_eq!(ids(&listing), ["b", "a", "c"]);
        listing.complete(Timestamp::UNIX_EPOCH);
        assert_eq!(ids(&listing), ["c", "b", "a"]);
        let a = listing.place(&of("us-east-1", "a").key()).unwrap();
        assert_eq!(listing.get(a).unwrap().id, "a");
        // What comes later follows.
        listing.merge(vec![of("ap-east-1", "d")], &reader());
        assert_eq!(ids(&listing), ["c", "b", "a", "d"]);
        assert!(
            listing
                .order()
                .is_sorted_by_key(|place| listing.turn(*place))
        );
    }

    #[test]
    fn a_row_that_comes_again_as_it_was_is_looked_at_again() {
        let mut listing = Listing::default();
        // Whether it needs a look depends on the time too.
        for (needs, calling) in [(false, 0), (true, 1), (true, 1), (false, 0)] {
            let calls = |_: &Row| needs;
            let reader = Reader {
                calls: &calls,
                ..reader()
            };
            listing.begin(ticket());
            listing.merge(vec![row("a", "Active")], &reader);
            listing.complete(Timestamp::UNIX_EPOCH);
            assert_eq!((listing.calling(), listing.calls(0)), (calling, needs));
        }
    }

    #[test]
    fn an_empty_answer_empties_the_list() {
        let mut listing = Listing::default();
        listing.begin(ticket());
        listing.merge(vec![row("a", "Active")], &reader());
        listing.complete(Timestamp::UNIX_EPOCH);
        listing.begin(ticket());
        listing.complete(Timestamp::UNIX_EPOCH);
        assert_eq!(listing.len(), 0);
    }

    #[test]
    fn the_values_of_a_row_are_all_that_is_shown_of_it() {
        let mut listing = Listing::default();
        listing.merge(vec![row("d-1", "Active"), row("D-2", "Active")], &reader());
        let values = |place: usize| -> Vec<&str> {
            let numbers = listing.values_of(place);
            let mut values: Vec<&str> = numbers
                .map(|number| listing.values().get(number as usize))
                .collect();
            values.sort_unstable();
            values
        };
        assert_eq!(values(0), ["active", "d-1", "name of d-1", "us-east-1"]);
        assert_eq!(values(1), ["active", "d-2", "name of d-2", "us-east-1"]);
        assert_eq!(listing.values().len(), 6);
    }

    /// A list as a plain vector, in which every row is looked for one by one.
    #[derive(Default)]
    struct Naive {
        rows: Vec<(Row, u64)>,
        load: u64,
        came: Vec<RowKey>,
    }

    impl Naive {
        fn merge(&mut self, rows: &[Row]) {
            for row in rows {
                let key = row.key();
                match self.rows.iter_mut().find(|(own, _)| own.key() == key) {
                    Some(known) => *known = (row.clone(), self.load),
                    None => self.rows.push((row.clone(), self.load)),
                }
                if !self.came.contains(&key) {
                    self.came.push(key);
                }
            }
        }

        fn complete(&mut self) {
            self.rows.retain(|(_, load)| *load == self.load);
            let turn = |key: &RowKey| self.came.iter().position(|came| came == key);
            self.rows.sort_by_key(|(row, _)| turn(&row.key()));
        }
    }

    proptest! {
        /// Whatever comes in whichever order: the rows are those of the plain list, what changed is
        /// told in full, and what was counted adds up.
        #[test]
        fn it_is_as_a_plain_list(
            loads in prop::collection::vec(
                (prop::collection::vec(prop::collection::vec((0_u8..12, 0_u8..3), 0..6), 0..4), any::<bool>()),
                1..6,
            )
        ) {
            let calls = |row: &Row| row.state.word == "s1";
            let reader = Reader { columns: reader().columns, calls: &calls };
            let mut tickets = Tickets::default();
            let (mut listing, mut naive) = (Listing::default(), Naive::default());
            let mut seen: Vec<Option<Row>> = Vec::new();
            let mut revision = listing.revision();
            for (pages, is_complete) in loads {
                listing.begin(tickets.next());
                naive.load += 1;
                naive.came.clear();
                for page in pages {
                    let rows: Vec<Row> = page
                        .into_iter()
                        .map(|(id, state)| row(&format!("r{id}"), &format!("s{state}")))
                        .collect();
                    naive.merge(&rows);
                    listing.merge(rows, &reader);
                }
                if is_complete {
                    listing.complete(Timestamp::UNIX_EPOCH);
                    naive.complete();
                }
                let plain: Vec<&Row> = naive.rows.iter().map(|(row, _)| row).collect();
                prop_assert_eq!(listing.rows().collect::<Vec<_>>(), plain.clone());
                prop_assert_eq!(listing.len(), plain.len());
                prop_assert_eq!(listing.calling(), plain.iter().filter(|row| calls(row)).count());
                prop_assert!(listing.order().is_sorted_by_key(|place| listing.turn(*place)));
                for row in &plain {
                    let place = listing.place(&row.key()).unwrap();
                    prop_assert_eq!(listing.get(place), Some(*row));
                    prop_assert_eq!(listing.calls(place), calls(row));
                    let state = listing.column(2).unwrap().get(place);
                    let Code::Value(state) = state else {
                        return Err(TestCaseError::fail("no text"));
                    };
                    prop_assert_eq!(listing.values().get(state as usize), row.state.word.as_str());
                }
                match listing.changed_since(revision) {
                    Some(changes) => {
                        seen.resize(listing.places(), None);
                        for place in changes.places() {
                            seen[place as usize] = listing.get(place as usize).cloned();
                        }
                    }
                    None => seen = (0..listing.places()).map(|at| listing.get(at).cloned()).collect(),
                }
                revision = listing.revision();
                for (place, row) in seen.iter().enumerate() {
                    prop_assert_eq!(row.as_ref(), listing.get(place));
                }
            }
        }
    }

    #[test]
    fn a_place_that_was_taken_again_is_told_from_what_was_there() {
        let mut listing = Listing::default();
        listing.begin(ticket());
        listing.merge(vec![row("a", "Active")], &reader());
        let before = listing.revision();
        assert!(listing.was_there(0, before));
        listing.begin(ticket());
        assert_eq!(listing.complete(Timestamp::UNIX_EPOCH).len(), 1);
        assert!(!listing.was_there(0, before));
        listing.merge(vec![row("b", "Active")], &reader());
        assert_eq!((listing.places(), listing.was_there(0, before)), (1, false));
        assert!(listing.was_there(0, listing.revision()));
        let mut tickets = Tickets::default();
        tickets.next();
        let mut another = Listing::default();
        another.begin(tickets.next());
        assert!(another.revision() > listing.revision());
        assert!(another.changed_since(listing.revision()).is_none());
    }
}
