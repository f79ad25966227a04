//! Which rows of a listing are shown, and in which order.
//!
//! Invariants: nothing here is worked out while drawing. Rows are asked again only when they or the
//! text changed, and sorted again only when they or the order did. What is too much for one turn is
//! done in several, and until the last of them is over all stays as it was and is said to be unfinished;
//! another text or order in between lets go of what is overtaken. A term that cannot be understood hides
//! nothing, and is told.

mod arrangement;
mod verdicts;

use jiff::Timestamp;

use self::{arrangement::Arrangement, verdicts::Verdicts};
use crate::domain::{
    collection::Column,
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
    verdicts: Verdicts,
    arrangement: Arrangement,
    /// The places that are shown, in their order.
    places: Vec<u32>,
    /// The revision of the listing that was last looked at.
    revision: u64,
    /// What is still to be done before `places` is as it should be.
    left: Option<Left>,
}

/// What is still to be done before the right rows are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Left {
    /// Rows have to be asked.
    Filtering,
    /// Rows have to be sorted.
    Sorting,
    /// What was found has to be put together.
    Showing,
}

/// How much may be done at once: a number of steps, or for as long as there is time.
pub(crate) struct Steps<'t> {
    is_time: &'t mut dyn FnMut() -> bool,
    /// How many rows or values a step takes.
    length: usize,
}

/// How many rows or values are a step: a small part of a millisecond.
const STEP: usize = 1024;
/// How many steps are taken in the same turn whatever the time: lists of some thousand rows need no
/// more.
const AT_ONCE: usize = 8;

impl<'t> Steps<'t> {
    /// As many as this answers that there is time for.
    pub(crate) fn new(is_time: &'t mut dyn FnMut() -> bool) -> Self {
        Self {
            is_time,
            length: STEP,
        }
    }

    /// How many rows the next step takes; `None` where there is none.
    fn next(&mut self) -> Option<usize> {
        (self.is_time)().then_some(self.length)
    }
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
        self.left = self.left.or(Some(Left::Showing));
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

    /// Typing ends, the filter stays. Not where it cannot be understood: what is shown is not what was
    /// asked for. Answers whether it ended.
    pub(crate) fn accept(&mut self, look: &Look<'_>) -> bool {
        self.read(look);
        self.editing = self.error.is_some();
        !self.editing
    }

    /// All rows are let through again.
    pub(crate) fn clear(&mut self) {
        self.input = TextInput::default();
        self.editing = false;
        if self.calling {
            self.switch_calling();
        }
    }

    /// A key went into the text.
    pub(crate) fn apply(&mut self, edit: Edit) {
        self.input.edit(edit);
    }

    /// A text was pasted.
    pub(crate) fn paste(&mut self, text: &str) {
        self.input.insert(text);
    }

    /// What is still to be done before the right rows are shown.
    pub(crate) fn left(&self) -> Option<Left> {
        self.left
    }

    /// Works out which rows are shown and where, where that may have changed; a long list is left to
    /// [`Self::go_on`].
    pub(crate) fn sync(&mut self, listing: Option<&Listing>, look: &Look<'_>) {
        let mut left = AT_ONCE;
        let mut is_time = || {
            let is_time = left > 0;
            left = left.saturating_sub(1);
            is_time
        };
        self.sync_within(listing, look, &mut Steps::new(&mut is_time));
    }

    fn sync_within(&mut self, listing: Option<&Listing>, look: &Look<'_>, steps: &mut Steps<'_>) {
        self.read(look);
        let Some(listing) = listing else {
            self.places = Vec::new();
            self.verdicts.restart();
            self.arrangement = Arrangement::default();
            (self.revision, self.left) = (0, None);
            return;
        };
        if self.arrangement.choose(look.order, look.columns) {
            self.left = Some(Left::Sorting);
        }
        if self.revision != listing.revision() {
            self.revision = listing.revision();
            self.left = Some(Left::Filtering);
        }
        self.go_on(listing, look, steps);
        if self.left.is_some() {
            // What is gone is not shown any more, whatever takes its place.
            self.places
                .retain(|place| listing.get(*place as usize).is_some());
        }
    }

    /// Goes on with what is still to be done.
    pub(crate) fn go_on(&mut self, listing: &Listing, look: &Look<'_>, steps: &mut Steps<'_>) {
        if self.left.is_none() {
            return;
        }
        let asks = !self.query.is_empty();
        if asks
            && !self
                .verdicts
                .go_on(&mut self.query, listing, look.now, steps)
        {
            self.left = Some(Left::Filtering);
            return;
        }
        if !self.arrangement.go_on(listing, steps) {
            self.left = Some(Left::Sorting);
            return;
        }
        let order = self.arrangement.sorted().unwrap_or(listing.order());
        self.places.clear();
        if asks || self.calling {
            let (verdicts, calling) = (&self.verdicts, self.calling);
            let is_shown = |place: &u32| {
                (!asks || verdicts.has(*place)) && (!calling || listing.calls(*place as usize))
            };
            self.places.extend(order.iter().copied().filter(is_shown));
        } else {
            self.places.extend_from_slice(order);
        }
        self.left = None;
    }

    /// Reads the text again where it changed.
    fn read(&mut self, look: &Look<'_>) {
        if self.text != self.input.text() {
            self.input.text().clone_into(&mut self.text);
            (self.query, self.error) = Query::read(&self.text, look.kind.collection, look.columns);
            self.verdicts.restart();
            self.left = Some(Left::Filtering);
        }
    }

    /// How many rows are let through.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// The place in the listing of the row at a position among those let through.
    pub(crate) fn place(&self, position: usize) -> Option<usize> {
        self.places.get(position).map(|place| *place as usize)
    }

    /// The position among those let through of the row at a place in the listing.
    pub(crate) fn position(&self, place: usize) -> Option<usize> {
        // In an order of their own places cannot be searched for faster than one by one, which takes
        // some ten microseconds for a hundred thousand.
        let place = u32::try_from(place).ok()?;
        self.places.iter().position(|own| *own == place)
    }

    /// The places in the listing of those let through, in their order.
    pub(crate) fn places(&self) -> &[u32] {
        &self.places
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        domain::{
            order::{Direction, natural},
            query::{self, Asked, Known, Texts},
            row::Row,
        },
        tui::{
            listing::Reader,
            remote::Tickets,
            testing::{SERVICE, columns, now, reader, row},
        },
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

    /// Something that happens to a filter or to its rows.
    #[derive(Debug, Clone)]
    enum Event {
        Begin,
        Page(Vec<(u8, u8)>),
        Complete,
        Text(&'static str),
        Order(Option<(usize, bool)>),
        Calling,
        /// So many steps are taken.
        Time(usize),
    }

    fn event() -> impl Strategy<Value = Event> {
        let texts = [
            "",
            "r1",
            "1 s2",
            "!r1",
            "!s1 r",
            "/^r1/",
            "/[03]$/",
            "~r2",
            "state:s1",
            "id>r20",
            "s1 colour:",
        ];
        prop_oneof![
            2 => Just(Event::Begin),
            6 => prop::collection::vec((0_u8..40, 0_u8..3), 0..12).prop_map(Event::Page),
            2 => Just(Event::Complete),
            3 => prop::sample::select(texts.to_vec()).prop_map(Event::Text),
            2 => prop::option::of((0_usize..3, any::<bool>())).prop_map(Event::Order),
            1 => Just(Event::Calling),
            6 => (0_usize..9).prop_map(Event::Time),
        ]
    }

    proptest! {
        /// Whatever happens while there is time for a few rows only: what is shown is there, and once
        /// all is done it is what a plain filter and a plain sort would show.
        #[test]
        fn it_is_as_a_plain_filter_and_a_plain_sort(
            events in prop::collection::vec(event(), 0..40), length in 1_usize..9
        ) {
            let calls = |row: &Row| row.state.word == "s1";
            let reader = Reader { columns: columns(), calls: &calls };
            let mut tickets = Tickets::default();
            let (mut listing, mut filter) = (Listing::default(), Filter::default());
            let mut order = None;
            listing.begin(tickets.next());
            for event in events.into_iter().chain([Event::Time(usize::MAX)]) {
                let mut steps = 0;
                match event {
                    Event::Begin => listing.begin(tickets.next()),
                    Event::Page(rows) => {
                        let rows = rows.iter().map(|(id, state)| row(&format!("r{id}"), &format!("s{state}")));
                        listing.merge(rows.collect(), &reader);
                    }
                    Event::Complete => drop(listing.complete(now())),
                    Event::Text(text) => filter.set(text),
                    Event::Order(chosen) => order = chosen.map(|(column, up)| Order {
                        column,
                        direction: if up { Direction::Ascending } else { Direction::Descending },
                    }),
                    Event::Calling => filter.switch_calling(),
                    Event::Time(some) => steps = some,
                }
                let mut is_time = || {
                    steps = steps.saturating_sub(1);
                    steps > 0
                };
                let is_time = &mut is_time;
                filter.sync_within(Some(&listing), &look(order), &mut Steps { is_time, length });
                let there = |place: usize| listing.get(place).is_some();
                prop_assert!(shown(&filter).into_iter().all(there));
                if filter.left().is_none() {
                    prop_assert_eq!(shown(&filter), plainly(&listing, &filter, order, calls));
                }
            }
            prop_assert_eq!(filter.left(), None);
        }
    }

    /// What a filter shows, found row by row and sorted by comparing texts.
    fn plainly(
        listing: &Listing,
        filter: &Filter,
        order: Option<Order>,
        calls: impl Fn(&Row) -> bool,
    ) -> Vec<usize> {
        let (mut query, _) = Query::read(filter.input().text(), &SERVICE.collections[0], &[]);
        let mut rows: Vec<&Row> = listing
            .rows()
            .filter(|row| !filter.is_calling() || calls(row))
            .filter(|row| {
                let mut held = 0;
                query::values(row, columns(), |text, key| {
                    let (ends, keys) = (&[text.len()], &[key]);
                    held |= query.judge(Texts { text, ends, keys }, &|_| true)[0];
                });
                let asked = Asked {
                    held: &[held],
                    known: &|_, _| Known::Row,
                    row: &|_| Some(row),
                };
                query.lets_through(&asked, now()) == [true]
            })
            .collect();
        if let Some(order) = order {
            let text = |row: &Row| {
                let name = row.name.clone().unwrap_or_default();
                natural(&[row.id.clone(), name, row.state.word.clone()][order.column])
            };
            rows.sort_by(|a, b| match order.direction {
                Direction::Ascending => text(a).cmp(&text(b)),
                Direction::Descending => text(b).cmp(&text(a)),
            });
        }
        let places = rows.into_iter().map(|row| listing.place(&row.key()));
        places.flatten().collect()
    }
}
