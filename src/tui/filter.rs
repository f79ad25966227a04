//! Which rows of a listing are shown, and in which order.
//!
//! Invariants: nothing here is worked out while drawing. Rows are asked again only when they, the
//! text or the order changed, and only those let through before where the words became narrower. A
//! term that cannot be understood hides nothing, and is told.

use jiff::Timestamp;

use crate::domain::{
    collection::Column,
    order,
    query::{Query, QueryError},
};

use super::{
    listing::Listing,
    store::Kind,
    tables::Order,
    widgets::text_input::{Edit, TextInput},
};

/// A filter as it is typed, and what it lets through.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    input: TextInput,
    editing: bool,
    /// Whether only rows that need a look are let through.
    calling: bool,
    /// What `query` and `error` were worked out from.
    text: String,
    query: Query,
    error: Option<QueryError>,
    /// What `places` was worked out from.
    basis: Option<Basis>,
    /// All places in order, where there is another than that of the listing.
    sorted: Vec<u32>,
    places: Places,
}

/// How a listing is to be looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look<'l> {
    /// What the rows are.
    pub(crate) kind: Kind,
    /// What is shown of them.
    pub(crate) columns: &'l [Column],
    /// In which order.
    pub(crate) order: Option<Order>,
    /// The present moment.
    pub(crate) now: Timestamp,
}

/// What decides which rows are shown where.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Basis {
    revision: u64,
    order: Option<Order>,
    calling: bool,
}

#[derive(Debug, Default)]
enum Places {
    /// There are no rows.
    #[default]
    None,
    /// All of them, so many, as they were listed.
    All(usize),
    /// These, in this order.
    Some(Vec<u32>),
}

impl Filter {
    /// A filter that is set and not being typed.
    pub(crate) fn set(&mut self, text: &str) {
        self.input = TextInput::with(text);
        self.editing = false;
    }

    /// Whether keys go into the text.
    pub(crate) fn is_editing(&self) -> bool {
        self.editing
    }

    /// Whether rows may be hidden.
    pub(crate) fn is_active(&self) -> bool {
        self.calling || !self.input.text().trim().is_empty()
    }

    /// Whether only rows that need a look are let through.
    pub(crate) fn is_calling(&self) -> bool {
        self.calling
    }

    /// Lets only rows through that need a look, or the others too again.
    pub(crate) fn switch_calling(&mut self) {
        self.calling = !self.calling;
    }

    /// The text as it stands.
    pub(crate) fn input(&self) -> &TextInput {
        &self.input
    }

    /// Why the text cannot be understood, if it cannot. The rest of it holds.
    pub(crate) fn error(&self) -> Option<&QueryError> {
        self.error.as_ref()
    }

    /// Typing begins.
    pub(crate) fn edit(&mut self) {
        self.editing = true;
    }

    /// Typing ends, the filter stays.
    pub(crate) fn accept(&mut self) {
        self.editing = false;
    }

    /// All rows are let through again.
    pub(crate) fn clear(&mut self) {
        self.input = TextInput::default();
        self.editing = false;
        self.calling = false;
    }

    /// A key went into the text.
    pub(crate) fn apply(&mut self, edit: Edit) {
        self.input.edit(edit);
    }

    /// A text was pasted.
    pub(crate) fn paste(&mut self, text: &str) {
        self.input.insert(text);
    }

    /// Works out which rows are shown and where, where that may have changed.
    pub(crate) fn sync(&mut self, listing: Option<&Listing>, look: &Look<'_>) {
        let change = self.read(look);
        let Some(listing) = listing else {
            self.places = Places::None;
            self.basis = None;
            return;
        };
        let basis = Basis {
            revision: listing.revision(),
            order: look.order,
            calling: self.calling,
        };
        let same_rows = self.basis.as_ref() == Some(&basis);
        if same_rows && change == Change::None {
            return;
        }
        if !same_rows {
            self.sort(listing, look);
        }
        self.basis = Some(basis);
        let before = std::mem::take(&mut self.places);
        let query = &mut self.query;
        let calling = self.calling;
        if query.is_empty() && !calling {
            self.places = if look.order.is_some() {
                Places::Some(self.sorted.clone())
            } else {
                Places::All(listing.len())
            };
            return;
        }
        let lets_through = |place: &u32| {
            let place = *place as usize;
            (!calling || listing.calls(place)) && listing.lets_through(place, query, look.now)
        };
        self.places = Places::Some(match before {
            Places::Some(mut places) if same_rows && change == Change::Narrower => {
                let mut lets_through = lets_through;
                places.retain(&mut lets_through);
                places
            }
            _ if look.order.is_some() => self.sorted.iter().copied().filter(lets_through).collect(),
            _ => all(listing).filter(lets_through).collect(),
        });
    }

    /// Reads the text again where it changed; answers how what it asks for changed.
    fn read(&mut self, look: &Look<'_>) -> Change {
        if self.text == self.input.text() {
            return Change::None;
        }
        let grown = self.input.text().starts_with(&self.text);
        let was_plain = self.error.is_none() && self.query.is_plain() && !self.query.is_empty();
        self.input.text().clone_into(&mut self.text);
        (self.query, self.error) = Query::read(&self.text, look.kind.collection);
        let is_plain = self.error.is_none() && self.query.is_plain();
        if grown && was_plain && is_plain {
            Change::Narrower
        } else {
            Change::Any
        }
    }

    fn sort(&mut self, listing: &Listing, look: &Look<'_>) {
        self.sorted.clear();
        let Some(order) = look.order else {
            self.sorted.shrink_to_fit();
            return;
        };
        let Some(column) = look.columns.get(order.column) else {
            self.sorted.extend(all(listing));
            return;
        };
        let ranks = listing
            .rows()
            .map(|row| order::rank(row, column.key, column.show));
        self.sorted = order::sorted(&ranks.collect::<Vec<_>>(), order.direction);
    }

    /// How many rows are let through.
    pub(crate) fn len(&self) -> usize {
        match &self.places {
            Places::None => 0,
            Places::All(count) => *count,
            Places::Some(places) => places.len(),
        }
    }

    /// The place in the listing of the row at a position among those let through.
    pub(crate) fn place(&self, position: usize) -> Option<usize> {
        match &self.places {
            Places::None => None,
            Places::All(count) => (position < *count).then_some(position),
            Places::Some(places) => places.get(position).map(|place| *place as usize),
        }
    }

    /// The position among those let through of the row at a place in the listing.
    pub(crate) fn position(&self, place: usize) -> Option<usize> {
        match &self.places {
            Places::None => None,
            Places::All(count) => (place < *count).then_some(place),
            // In an order of their own places cannot be searched for faster than one by one, which
            // takes some ten microseconds for a hundred thousand.
            Places::Some(places) => {
                let place = u32::try_from(place).ok()?;
                places.iter().position(|own| *own == place)
            }
        }
    }
}

/// How what is asked for differs from what was asked for before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    None,
    /// Nothing can come to be let through that was not before.
    Narrower,
    Any,
}

fn all(listing: &Listing) -> std::ops::Range<u32> {
    0..u32::try_from(listing.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::order::Direction,
        tui::testing::{SERVICE, columns, now, reader, row},
    };

    fn look(order: Option<Order>) -> Look<'static> {
        Look {
            kind: Kind {
                service: &SERVICE,
                collection: &SERVICE.collections[0],
            },
            columns: columns(),
            order,
            now: now(),
        }
    }

    fn listing(ids: &[&str]) -> Listing {
        let mut listing = Listing::default();
        listing.merge(ids.iter().map(|id| row(id, "Active")).collect(), &reader());
        listing
    }

    fn shown(filter: &Filter) -> Vec<usize> {
        (0..filter.len())
            .filter_map(|position| filter.place(position))
            .collect()
    }

    #[test]
    fn rows_are_found_again_as_the_text_grows_and_shrinks() {
        let listing = listing(&["web-1", "web-2", "db-1", "db-2"]);
        let mut filter = Filter::default();
        let mut after = |text: &str| {
            filter.set(text);
            filter.sync(Some(&listing), &look(None));
            shown(&filter)
        };
        assert_eq!(after(""), [0, 1, 2, 3]);
        assert_eq!(after("W"), [0, 1]);
        assert_eq!(after("WEB-2"), [1]);
        assert_eq!(after("b-1"), [0, 2]);
        assert_eq!(after("db -2"), [3]);
        assert_eq!(after("no such"), Vec::<usize>::new());
        assert_eq!(after("  "), [0, 1, 2, 3]);
        // Longer, and yet it lets more through.
        assert_eq!(after("!web"), [2, 3]);
        assert_eq!(after("!web-1"), [1, 2, 3]);
        assert_eq!(filter.position(3), Some(2));
    }

    #[test]
    fn a_term_that_cannot_be_understood_hides_nothing() {
        let listing = listing(&["web-1", "web-2", "db-1"]);
        let mut filter = Filter::default();
        let mut after = |text: &str| {
            filter.set(text);
            filter.sync(Some(&listing), &look(None));
            (shown(&filter), filter.error().is_some())
        };
        assert_eq!(after("web"), (vec![0, 1], false));
        assert_eq!(after("web colour:"), (vec![0, 1], true));
        assert_eq!(after("web colour:x"), (vec![0, 1], true));
        assert_eq!(after("colour:x 2"), (vec![1], true));
        assert_eq!(after("web 2"), (vec![1], false));
    }

    #[test]
    fn rows_that_arrive_pass_through_a_filter_that_stands() {
        let mut listing = listing(&["web-1", "db-1"]);
        let mut filter = Filter::default();
        filter.set("db");
        filter.sync(Some(&listing), &look(None));
        assert_eq!(shown(&filter), [1]);
        listing.merge(vec![row("db-2", "Active")], &reader());
        filter.sync(Some(&listing), &look(None));
        assert_eq!(
            (shown(&filter), filter.position(2), filter.position(0)),
            (vec![1, 2], Some(1), None)
        );
        filter.sync(None, &look(None));
        assert_eq!(filter.len(), 0);
    }

    #[test]
    fn rows_stand_in_order_also_those_that_arrive_and_those_that_are_filtered() {
        let mut listing = listing(&["web-10", "db-1", "web-9"]);
        let mut filter = Filter::default();
        let by_id = |direction| {
            let column = 0;
            look(Some(Order { column, direction }))
        };
        let up = by_id(Direction::Ascending);
        filter.sync(Some(&listing), &up);
        assert_eq!(shown(&filter), [1, 2, 0]);
        listing.merge(vec![row("db-0", "Active")], &reader());
        filter.sync(Some(&listing), &up);
        assert_eq!(shown(&filter), [3, 1, 2, 0]);
        filter.set("web");
        filter.sync(Some(&listing), &by_id(Direction::Descending));
        assert_eq!(shown(&filter), [0, 2]);
        assert_eq!((filter.position(2), filter.position(1)), (Some(1), None));
        filter.sync(Some(&listing), &look(None));
        assert_eq!(shown(&filter), [0, 2]);
        filter.set("");
        filter.sync(Some(&listing), &look(None));
        assert_eq!(shown(&filter), [0, 1, 2, 3]);
    }
}
