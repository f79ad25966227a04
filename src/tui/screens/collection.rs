//! The lists that the console opens with: every collection that belongs to no row of another, one
//! tab each.

use ratatui::{
    Frame,
    layout::{Position, Rect},
};

use crate::{
    config::{Action, Key},
    domain::row::Row,
    tui::{
        bar,
        choice::Entry,
        links,
        offers::{self, Offer, Target},
        outcome::Outcome,
        pane::Pane,
        store::{Kind, ListKey, Need},
        theme::Styles,
        widgets::tabs,
        world::World,
    },
};

/// The lists that the console opens with.
#[derive(Debug)]
pub(crate) struct CollectionScreen {
    panes: Vec<Pane>,
    open: usize,
}

impl CollectionScreen {
    /// The lists of these collections.
    pub(crate) fn new(kinds: impl IntoIterator<Item = Kind>) -> Self {
        let panes = kinds
            .into_iter()
            .map(|kind| Pane::new(ListKey { kind, parent: None }))
            .collect();
        Self { panes, open: 0 }
    }

    /// Opens the list of a collection; answers whether it has one.
    pub(crate) fn go_to(&mut self, kind: Kind) -> bool {
        let place = self.panes.iter().position(|pane| pane.kind() == kind);
        self.open = place.unwrap_or(self.open);
        place.is_some()
    }

    /// The open list; there is none where no service has one.
    pub(crate) fn pane(&self) -> Option<&Pane> {
        self.panes.get(self.open)
    }

    /// The open list, to be changed.
    pub(crate) fn pane_mut(&mut self) -> Option<&mut Pane> {
        self.panes.get_mut(self.open)
    }

    /// What the open list is called.
    pub(crate) fn title(&self) -> Option<String> {
        Some(self.pane()?.kind().collection.title.to_owned())
    }

    /// Only the open list is read: the others may take long, or may not be permitted.
    pub(crate) fn needs(&self) -> Vec<Need> {
        self.pane().map(Pane::need).into_iter().collect()
    }

    /// What stays known while it is open: also what the other lists were when they were read.
    pub(crate) fn knows(&self) -> Vec<Need> {
        self.panes.iter().map(Pane::need).collect()
    }

    /// Opens a list. It is read again, and shown as it was until that is done.
    fn turn(&mut self, open: usize) -> Outcome {
        self.open = open;
        Outcome::Reload(self.needs())
    }

    /// Whether something on it counts seconds.
    pub(crate) fn is_busy(&self, world: &World) -> bool {
        self.pane().is_some_and(|pane| pane.is_loading(world))
    }

    /// What can be done here.
    pub(crate) fn offers(&self, world: &World) -> Vec<Offer> {
        let mut all = Vec::new();
        let kinds: Vec<Kind> = self
            .pane()
            .and_then(|pane| pane.acts_on(world))
            .into_iter()
            .collect();
        if !kinds.is_empty() {
            all.push(Offer::new(Action::Open, "open"));
            if world.restriction.is_none() {
                all.extend(offers::changes(&kinds));
            }
        }
        all.extend(
            self.pane()
                .map(|pane| pane.offers(world))
                .unwrap_or_default(),
        );
        if offers::has_actions(&kinds) || !self.in_place(world).is_empty() {
            all.push(Offer::new(Action::Actions, "actions"));
        }
        all.push(Offer::new(Action::Operations, "operations"));
        if self.panes.len() > 1 {
            all.push(Offer::new(Action::NextTab, "next tab"));
            all.push(Offer::unlisted(Action::PreviousTab));
        }
        if !self.links(world).is_empty() {
            all.push(Offer::new(Action::GoTo, "go to"));
        }
        all.push(Offer::new(Action::Refresh, "refresh"));
        all.extend(
            self.pane()
                .map(|pane| pane.more_offers(world))
                .unwrap_or_default(),
        );
        all
    }

    /// Brings the open list in line with the world.
    pub(crate) fn sync(&mut self, world: &World, area: Rect) {
        if let Some(pane) = self.pane_mut() {
            pane.sync(world, bar::split(area).1);
        }
    }

    /// A key that means something.
    pub(crate) fn act(&mut self, action: Action, world: &World, area: Rect) -> Outcome {
        let count = self.panes.len();
        match action {
            Action::NextTab | Action::Right if count > 1 => self.turn((self.open + 1) % count),
            Action::PreviousTab | Action::Left if count > 1 => {
                self.turn((self.open + count - 1) % count)
            }
            Action::Refresh => Outcome::Reload(self.needs()),
            Action::Actions => {
                let entries = self.in_place(world);
                match self.title().filter(|_| !entries.is_empty()) {
                    Some(title) => Outcome::Offer(title, entries),
                    None => offers::actions(&self.targets(world), world),
                }
            }
            Action::GoTo => links::go(self.links(world)),
            _ => {
                if let Some(verb) = offers::verb(action) {
                    return offers::ask(verb, &self.targets(world), world);
                }
                let below = bar::split(area).1;
                self.pane_mut()
                    .map_or(Outcome::Unused, |pane| pane.act(action, world, below))
            }
        }
    }

    /// The left button of the mouse was pressed on a cell.
    pub(crate) fn pressed(&mut self, at: Position, world: &World, area: Rect) -> Outcome {
        let (line, below) = bar::split(area);
        if let Some(index) = tabs::at(line, &self.titles(), self.open, at) {
            return if index == self.open {
                Outcome::Done
            } else {
                self.turn(index)
            };
        }
        self.pane_mut()
            .map_or(Outcome::Unused, |pane| pane.pressed(at, world, below))
    }

    /// A key while a text is typed.
    pub(crate) fn key(&mut self, key: Key, world: &World, area: Rect) -> Outcome {
        let below = bar::split(area).1;
        self.pane_mut()
            .map_or(Outcome::Unused, |pane| pane.key(key, world, below))
    }

    /// Draws it.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, area: Rect, world: &World, styles: &Styles) {
        let (line, below) = bar::split(area);
        let titles = self.titles();
        if let Some(pane) = self.pane() {
            bar::draw(
                frame,
                line,
                &titles,
                self.open,
                &pane.status(world, styles),
                styles,
            );
            pane.draw(frame, below, world, styles);
        }
    }

    /// What can be done where there are no rows.
    pub(crate) fn in_place(&self, world: &World) -> Vec<Entry> {
        let pane = self.pane().filter(|pane| pane.count(world) == Some(0));
        pane.map_or_else(Vec::new, |pane| offers::in_place(pane.kind(), world))
    }

    /// Where the keys lead.
    fn links(&self, world: &World) -> Vec<Entry> {
        links::entries(&self.rows(world), None, None, world)
    }

    fn titles(&self) -> Vec<String> {
        // The breadcrumb names a single list already.
        let panes = if self.panes.len() > 1 {
            &self.panes[..]
        } else {
            &[]
        };
        panes
            .iter()
            .map(|pane| pane.kind().collection.title.to_owned())
            .collect()
    }

    /// What actions are done to.
    pub(crate) fn targets<'w>(&self, world: &'w World) -> Vec<Target<'w>> {
        let target = self.pane().and_then(|pane| pane.target(world));
        target.into_iter().collect()
    }

    /// The row under the cursor.
    pub(crate) fn rows<'w>(&self, world: &'w World) -> Vec<(Kind, &'w Row)> {
        self.pane()
            .and_then(|pane| Some((pane.kind(), pane.selected(world)?)))
            .into_iter()
            .collect()
    }
}
