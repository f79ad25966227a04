//! A list on the screen: a table with a cursor, a filter, and what is to be said about both.
//!
//! Screens are made of panes. A pane holds no rows, only the key of its list: the rows are in the
//! store. The cursor stays on its row, by the row's key, whatever arrives.

mod draw;

pub(crate) use draw::{failed, seconds};

use ratatui::layout::Rect;

use crate::{
    config::{Action, Key},
    domain::row::{Row, RowKey},
};

use super::{
    filter::Filter,
    input::{self, Typed},
    listing::Listing,
    offers::Offer,
    outcome::Outcome,
    remote::State,
    store::{Kind, ListKey, Need},
    widgets::{scroll, table},
    world::World,
};

/// A list on the screen.
#[derive(Debug)]
pub(crate) struct Pane {
    key: ListKey,
    filter: Filter,
    selected: Option<RowKey>,
    /// The row that the cursor shall be on as soon as it is there.
    wanted: Option<RowKey>,
    /// The position of the cursor among the rows that the filter lets through.
    at: usize,
    /// The position of the first row in sight.
    first: usize,
}

/// Where the parts of a pane stand.
struct Areas {
    table: Rect,
    banner: Rect,
    filter: Rect,
}

impl Pane {
    /// A list from its beginning.
    pub(crate) fn new(key: ListKey) -> Self {
        Self {
            key,
            filter: Filter::default(),
            selected: None,
            wanted: None,
            at: 0,
            first: 0,
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
        }
        all
    }

    /// Brings cursor and view in line with the rows as they are now. Called after every change of
    /// the world, before anything is drawn.
    pub(crate) fn sync(&mut self, world: &World, area: Rect) {
        let listing = self.rows(world);
        self.filter.sync(listing);
        if let Some(wanted) = &self.wanted {
            let is_there = listing.and_then(|rows| rows.place(wanted)).is_some();
            if is_there {
                self.selected = self.wanted.take();
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
            Some(at) => self.at = at,
            None => self.select(self.at, listing),
        }
        let height = table::visible_rows(self.areas(world, area).table.height);
        self.first = scroll::follow(self.first, self.at, height, self.filter.len());
    }

    /// A key that means something.
    pub(crate) fn act(&mut self, action: Action, world: &World, area: Rect) -> Outcome {
        let page = table::visible_rows(self.areas(world, area).table.height).max(1);
        let at = match action {
            Action::Up => self.at.saturating_sub(1),
            Action::Down => self.at + 1,
            Action::PageUp => self.at.saturating_sub(page),
            Action::PageDown => self.at + page,
            Action::Top => 0,
            Action::Bottom => usize::MAX,
            Action::Open => {
                return match self.selected(world) {
                    Some(row) => Outcome::Enter(self.key.clone(), row.clone()),
                    None => Outcome::Unused,
                };
            }
            Action::Filter => {
                self.filter.edit();
                return Outcome::Done;
            }
            Action::Back if self.filter.is_active() => {
                self.filter.clear();
                return Outcome::Done;
            }
            Action::Back if self.is_cancelled_by_back(world) => {
                return Outcome::Cancel(self.need());
            }
            _ => return Outcome::Unused,
        };
        self.wanted = None;
        self.select(at, self.rows(world));
        Outcome::Done
    }

    /// A key while the filter is being typed.
    pub(crate) fn key(&mut self, key: Key, world: &World, area: Rect) -> Outcome {
        match input::typed(key) {
            Typed::Enter => self.filter.accept(),
            Typed::Esc => self.filter.clear(),
            Typed::Edit(edit) => self.filter.apply(edit),
            // The rows can be walked while they are being narrowed down.
            Typed::Up => return self.act(Action::Up, world, area),
            Typed::Down => return self.act(Action::Down, world, area),
            Typed::PageUp => return self.act(Action::PageUp, world, area),
            Typed::PageDown => return self.act(Action::PageDown, world, area),
            Typed::Tab | Typed::BackTab => {
                self.filter.accept();
                return Outcome::Unused;
            }
            Typed::Other => {}
        }
        Outcome::Done
    }

    /// A text was pasted while the filter is being typed.
    pub(crate) fn paste(&mut self, text: &str) {
        self.filter.paste(text);
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
        let table = area.height.saturating_sub(filter + banner);
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
            banner: part(table, banner),
            filter: part(table + banner, filter),
        }
    }
}
