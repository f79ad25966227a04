//! A list on the screen: a table with a cursor, a filter, and what is to be said about both.
//!
//! Screens are made of panes. A pane holds no rows, only the key of its list: the rows are in the
//! store. The cursor stays on its row, by the row's key, whatever arrives; but while a list is read
//! for the first time and no key was pressed in it, it stays at the top.

mod draw;
mod empty;
mod marks;
mod targets;

pub(crate) use draw::{failed, seconds};
use marks::Marks;

use ratatui::layout::{Position, Rect};

use crate::{
    config::{Action, Key},
    domain::{
        export::{self, Format},
        row::{Row, RowKey, Tone},
        words::grouped,
    },
};

use super::{
    filter::{Filter, Look, Steps},
    input::{self, Typed},
    json,
    listing::Listing,
    offers::Offer,
    outcome::{Outcome, View},
    remote::State,
    store::{Kind, ListKey, Need},
    tables::Order,
    widgets::{scroll, table},
    world::World,
};

/// A list on the screen.
#[derive(Debug)]
pub(crate) struct Pane {
    key: ListKey,
    filter: Filter,
    marks: Marks,
    selected: Option<RowKey>,
    /// The row that the cursor shall be on as soon as it is there.
    wanted: Option<RowKey>,
    /// Whether the cursor belongs to its row, and no more to the top.
    settled: bool,
    /// The position of the cursor among the rows that the filter lets through.
    at: usize,
    /// The position of the first row in sight.
    first: usize,
    /// How many rows are in sight.
    height: usize,
}

/// Where the parts of a pane stand.
struct Areas {
    table: Rect,
    /// Why the selected row needs a look.
    reasons: Rect,
    banner: Rect,
    filter: Rect,
}

impl Pane {
    /// A list from its beginning.
    pub(crate) fn new(key: ListKey) -> Self {
        Self {
            key,
            filter: Filter::default(),
            marks: Marks::default(),
            selected: None,
            wanted: None,
            settled: false,
            at: 0,
            first: 0,
            height: 0,
        }
    }

    /// What its rows are.
    pub(crate) fn kind(&self) -> Kind {
        self.key.kind
    }

    /// What it cannot do without.
    pub(crate) fn need(&self) -> Need {
        Need::List(self.key.clone())
    }

    /// Sets the filter.
    pub(crate) fn filter(&mut self, text: &str) {
        self.filter.set(text);
    }

    /// The filter as it stands.
    pub(crate) fn filter_text(&self) -> &str {
        self.filter.input().text()
    }

    /// The row that the cursor is on, or will be.
    pub(crate) fn cursor(&self) -> Option<&RowKey> {
        self.wanted.as_ref().or(self.selected.as_ref())
    }

    /// Puts filter and cursor back where they were; the cursor as soon as its row is there.
    pub(crate) fn restore(&mut self, cursor: Option<RowKey>, filter: &str) {
        self.filter.set(filter);
        self.wanted = cursor;
    }

    /// Whether keys go into a text.
    pub(crate) fn is_editing(&self) -> bool {
        self.filter.is_editing()
    }

    /// Whether its filter cannot be understood.
    pub(crate) fn is_misunderstood(&self) -> bool {
        self.filter.error().is_some()
    }

    /// The row under the cursor.
    pub(crate) fn selected<'w>(&self, world: &'w World) -> Option<&'w Row> {
        self.rows(world)?.get(self.filter.place(self.at)?)
    }

    /// How many rows there are, once the list was read.
    pub(crate) fn count(&self, world: &World) -> Option<usize> {
        let rows = self.rows(world)?;
        (rows.len() > 0 || rows.completed_at().is_some()).then(|| rows.len())
    }

    /// Whether its rows are being read.
    pub(crate) fn is_loading(&self, world: &World) -> bool {
        matches!(world.store.state(&self.need()), State::Loading { .. })
    }

    /// Whether going back stops the reading instead. Not where rows are shown already and there is
    /// somewhere to go back to: lists are read again by themselves, and leaving stops that too.
    pub(crate) fn is_cancelled_by_back(&self, world: &World) -> bool {
        let shown = self.rows(world).is_some_and(|rows| rows.len() > 0);
        self.is_loading(world) && !(shown && self.key.parent.is_some())
    }

    /// What can be done about the list as a whole.
    pub(crate) fn offers(&self, world: &World) -> Vec<Offer> {
        let mut all = Vec::new();
        if self.rows(world).is_some_and(|rows| rows.len() > 0) {
            all.push(Offer::new(Action::Filter, "filter"));
        }
        if self.filter.is_active() {
            all.push(Offer::new(Action::Back, "clear filter"));
        } else if self.is_cancelled_by_back(world) || world.connection.waiting().is_some() {
            all.push(Offer::new(Action::Back, "cancel"));
        } else if !self.marks.is_empty() {
            all.push(Offer::new(Action::Back, "unmark"));
        }
        all
    }

    /// Brings cursor and view in line with the rows as they are now. Called after every change of
    /// the world, before anything is drawn.
    pub(crate) fn sync(&mut self, world: &World, area: Rect) {
        let listing = self.rows(world);
        self.filter.sync(listing, &self.look(world));
        self.marks.sync(listing);
        if let Some(wanted) = &self.wanted {
            let is_there = listing.and_then(|rows| rows.place(wanted)).is_some();
            if is_there {
                self.selected = self.wanted.take();
                self.settled = true;
            } else if *world.store.state(&self.need()) == State::Loaded {
                self.wanted = None;
            }
        }
        let found = self
            .selected
            .as_ref()
            .and_then(|key| listing?.place(key))
            .and_then(|place| self.filter.position(place));
        match found {
            Some(at) if self.settled || self.wanted.is_some() => self.at = at,
            _ => self.select(self.at, listing),
        }
        // Before anything is there, and again once it is gone, there is no row to stay on.
        self.settled = listing.is_some_and(|rows| self.settled || rows.completed_at().is_some());
        let height = table::visible_rows(self.areas(world, area).table.height);
        self.first = scroll::follow(self.first, self.at, height, self.filter.len());
        self.height = height;
    }

    /// Whether it is still to be worked out which rows are shown, or in which order.
    pub(crate) fn is_unfinished(&self) -> bool {
        self.filter.left().is_some()
    }

    /// Goes on with that for as long as there are steps left. The cursor is put back on its row by the
    /// next [`Self::sync`].
    pub(crate) fn go_on(&mut self, world: &World, steps: &mut Steps<'_>) {
        if let Some(listing) = world.store.rows(&self.key) {
            self.filter.go_on(listing, &self.look(world), steps);
        }
    }

    /// Rows in sight that have something to be asked for, and those that are likely to be next: below,
    /// and above where one has moved down.
    pub(crate) fn open_rows(&self, world: &World) -> Option<(ListKey, Vec<RowKey>)> {
        let end = self.first + self.height;
        let ahead = self.kind().collection.details.ahead();
        let below = end..end + ahead;
        let above = self.first.saturating_sub(ahead)..self.first;
        let place = |position| self.filter.place(position);
        let sight = (self.first..end).filter_map(place);
        let next = below.chain(above.rev()).filter_map(place);
        let open = world.store.open_rows(&self.key, sight, next);
        (!open.is_empty()).then(|| (self.key.clone(), open))
    }

    /// A key that means something.
    pub(crate) fn act(&mut self, action: Action, world: &World, area: Rect) -> Outcome {
        self.settled = true;
        let page = table::visible_rows(self.areas(world, area).table.height).max(1);
        let at = match action {
            Action::Up => self.at.saturating_sub(1),
            Action::Down => self.at + 1,
            Action::PageUp => self.at.saturating_sub(page),
            Action::PageDown => self.at + page,
            Action::Top => 0,
            Action::Bottom => usize::MAX,
            Action::Open => return self.enter(View::Members, world),
            Action::Json => return self.enter(View::Json, world),
            Action::Filter => {
                self.filter.edit();
                return Outcome::Done;
            }
            Action::Sort => {
                let columns = self.visible_columns(world, area);
                let order = world.tables.chosen(self.kind());
                return Outcome::Order(self.kind(), Order::next(order, &columns));
            }
            Action::Reverse => {
                let order = world.tables.order(self.kind());
                return Outcome::Order(self.kind(), Some(Order::reversed(order)));
            }
            Action::Back if self.filter.is_active() => {
                self.filter.clear();
                return Outcome::Done;
            }
            Action::Back if self.is_cancelled_by_back(world) => {
                return Outcome::Cancel(self.need());
            }
            Action::Back if !self.marks.is_empty() => {
                self.marks.clear();
                return Outcome::Done;
            }
            Action::Attention if self.calling(world) > 0 || self.filter.is_calling() => {
                self.filter.switch_calling();
                return Outcome::Done;
            }
            Action::Export if self.filter.len() > 0 => {
                return Outcome::Export(self.kind(), self.filter.len());
            }
            Action::Select if self.is_selectable(world) => {
                return Outcome::Select(self.key.clone());
            }
            Action::Compare => return self.compare(world),
            Action::Mark | Action::MarkRange | Action::MarkAll | Action::Unmark => {
                return self.mark(action, world);
            }
            _ => return Outcome::Unused,
        };
        self.wanted = None;
        self.select(at, self.rows(world));
        Outcome::Done
    }

    /// Opens the row under the cursor.
    fn enter(&self, view: View, world: &World) -> Outcome {
        match self.selected(world) {
            Some(row) => Outcome::Enter(self.key.clone(), row.clone(), view),
            None => Outcome::Unused,
        }
    }

    /// Whether its rows are recovery points, which can be chosen by what they are.
    fn is_selectable(&self, world: &World) -> bool {
        self.kind().collection.points.is_some() && self.rows(world).is_some_and(|r| r.len() > 0)
    }

    /// What is shown as a file: the rows that the filter lets through, in their order, with the
    /// members that the columns show.
    pub(crate) fn written(&self, format: Format, world: &World) -> String {
        let keys = export::keys(world.tables.columns(self.kind()));
        let listing = self.rows(world);
        let rows = (0..self.filter.len())
            .filter_map(|position| listing?.get(self.filter.place(position)?));
        match format {
            Format::Csv => export::csv(&keys, rows),
            Format::Json => json::array(&keys, rows),
        }
    }

    fn compare(&self, world: &World) -> Outcome {
        match self.marked(world).as_slice() {
            [one, other] => {
                let rows = [(*one).clone(), (*other).clone()];
                Outcome::Compare(self.kind(), Box::new(rows))
            }
            marked => {
                let count = match marked.len() {
                    0 => "none is".to_owned(),
                    1 => "one is".to_owned(),
                    many => format!("{} are", grouped(many)),
                };
                let text = format!("Two marked rows can be compared; {count} marked");
                Outcome::Say(Tone::Neutral, text)
            }
        }
    }

    /// How many of the rows need a look.
    fn calling(&self, world: &World) -> usize {
        self.rows(world).map_or(0, Listing::calling)
    }

    /// The left button of the mouse was pressed on a cell: chooses the row there, or opens the one
    /// that is chosen already.
    pub(crate) fn pressed(&mut self, cell: Position, world: &World, area: Rect) -> Outcome {
        let table = self.areas(world, area).table;
        let row = table::row_at(table, self.first, cell).filter(|row| *row < self.filter.len());
        let Some(at) = row else {
            return Outcome::Unused;
        };
        if at == self.at {
            return self.act(Action::Open, world, area);
        }
        self.wanted = None;
        self.settled = true;
        self.select(at, self.rows(world));
        Outcome::Done
    }

    /// A key while the filter is being typed.
    pub(crate) fn key(&mut self, key: Key, world: &World, area: Rect) -> Outcome {
        match input::typed(key) {
            Typed::Enter => {
                self.filter.accept(&self.look(world));
            }
            Typed::Esc => self.filter.clear(),
            Typed::Edit(edit) => self.filter.apply(edit),
            // The rows can be walked while they are being narrowed down.
            Typed::Up => return self.act(Action::Up, world, area),
            Typed::Down => return self.act(Action::Down, world, area),
            Typed::PageUp => return self.act(Action::PageUp, world, area),
            Typed::PageDown => return self.act(Action::PageDown, world, area),
            Typed::Tab | Typed::BackTab if self.filter.accept(&self.look(world)) => {
                return Outcome::Unused;
            }
            Typed::Tab | Typed::BackTab | Typed::Other => {}
        }
        Outcome::Done
    }

    /// A text was pasted while the filter is being typed.
    pub(crate) fn paste(&mut self, text: &str) {
        self.filter.paste(text);
    }

    /// What can be done with the rows, for where there is room to say so.
    pub(crate) fn more_offers(&self, world: &World) -> Vec<Offer> {
        let mut all = Vec::new();
        if self.rows(world).is_some_and(|rows| rows.len() > 0) {
            if self.calling(world) > 0 {
                all.push(Offer::new(Action::Attention, "needs a look"));
            }
            all.push(Offer::new(Action::Mark, "mark"));
            if self.is_selectable(world) {
                all.push(Offer::unlisted(Action::Select));
            }
            all.push(Offer::new(Action::Sort, "sort"));
            for action in [
                Action::Reverse,
                Action::MarkRange,
                Action::MarkAll,
                Action::Unmark,
                Action::Compare,
                Action::Json,
                Action::Export,
            ] {
                all.push(Offer::unlisted(action));
            }
        }
        all
    }

    fn look<'w>(&self, world: &'w World) -> Look<'w> {
        Look {
            kind: self.kind(),
            columns: world.tables.columns(self.kind()),
            order: world.tables.order(self.kind()),
            now: world.now,
        }
    }

    fn rows<'w>(&self, world: &'w World) -> Option<&'w Listing> {
        world.store.rows(&self.key)
    }

    fn select(&mut self, at: usize, listing: Option<&Listing>) {
        self.at = at.min(self.filter.len().saturating_sub(1));
        let place = self.filter.place(self.at);
        self.selected = place.and_then(|place| listing?.get(place)).map(Row::key);
    }

    fn areas(&self, world: &World, area: Rect) -> Areas {
        let filter = u16::from(self.filter.is_editing() || self.filter.is_active());
        let banner = self.banner_height(world, area);
        // Kept free for every row once one needs it, so that the rows stand still under the cursor.
        let reasons = u16::from(self.calling(world) > 0);
        let table = area.height.saturating_sub(filter + banner + reasons);
        let part = |y: u16, height| {
            Rect {
                y: area.y + y,
                height,
                ..area
            }
            .intersection(area)
        };
        Areas {
            table: part(0, table),
            reasons: part(table, reasons),
            banner: part(table + reasons, banner),
            filter: part(table + reasons + banner, filter),
        }
    }
}
