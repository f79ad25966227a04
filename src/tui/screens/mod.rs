//! The screens. They hold cursors and tabs; the facts are in the world.
//!
//! Invariants: a screen changes only itself and answers with an outcome; screens do not know each
//! other; drawing changes nothing, since everything derived is worked out in `sync`.

pub(crate) mod collection;
pub(crate) mod home;
pub(crate) mod operations;
pub(crate) mod problem;
pub(crate) mod resource;

use ratatui::{
    Frame,
    layout::{Position, Rect},
};

use self::{
    collection::CollectionScreen, home::HomeScreen, operations::OperationsScreen,
    problem::ProblemScreen, resource::ResourceScreen,
};
use super::{
    choice::Entry,
    copies, format,
    offers::{self, Offer},
    outcome::Outcome,
    pane::Pane,
    store::{Kind, ListKey, Need},
    theme::Styles,
    world::World,
};
use crate::{
    config::{Action, Key},
    domain::{
        export::Format,
        row::{Row, RowKey},
    },
};

/// What can be on the screen.
#[derive(Debug)]
pub(crate) enum Screen {
    /// The overview.
    Home(HomeScreen),
    /// The lists that the console opens with.
    Collection(CollectionScreen),
    /// A row with its parts.
    Resource(Box<ResourceScreen>),
    /// What was asked of AWS.
    Operations(OperationsScreen),
    /// Why nothing can be done at all.
    Problem(ProblemScreen),
}

impl Screen {
    /// The steps it adds to the breadcrumb.
    pub(crate) fn crumbs(&self, world: &World) -> Vec<String> {
        match self {
            Self::Collection(screen) => screen.title().into_iter().collect(),
            Self::Resource(screen) => screen.crumbs(world),
            Self::Home(_) => vec!["Home".to_owned()],
            Self::Operations(_) => vec!["Operations".to_owned()],
            Self::Problem(_) => Vec::new(),
        }
    }

    /// What it cannot do without, for as long as it is open.
    pub(crate) fn needs(&self) -> Vec<Need> {
        match self {
            Self::Collection(screen) => screen.needs(),
            Self::Resource(screen) => screen.needs(),
            Self::Home(screen) => screen.needs(),
            Self::Operations(_) | Self::Problem(_) => Vec::new(),
        }
    }

    /// What stays known for as long as it is open, beside what it cannot do without.
    pub(crate) fn knows(&self) -> Vec<Need> {
        match self {
            Self::Collection(screen) => screen.knows(),
            _ => Vec::new(),
        }
    }

    /// What of that is in sight, and read again by itself.
    pub(crate) fn visible(&self) -> Vec<Need> {
        match self {
            Self::Collection(screen) => screen.needs(),
            Self::Resource(screen) => vec![screen.open_need()],
            Self::Home(screen) => screen.needs(),
            Self::Operations(_) | Self::Problem(_) => Vec::new(),
        }
    }

    /// What can be done here.
    pub(crate) fn offers(&self, world: &World) -> Vec<Offer> {
        match self {
            Self::Collection(screen) => screen.offers(world),
            Self::Resource(screen) => screen.offers(world),
            Self::Home(_) => HomeScreen::offers(),
            Self::Operations(screen) => screen.offers(world),
            Self::Problem(_) => ProblemScreen::offers(),
        }
    }

    /// The id of what the cursor is on.
    pub(crate) fn id<'a>(&'a self, world: &'a World) -> Option<&'a str> {
        match self {
            Self::Collection(screen) => Some(screen.pane()?.selected(world)?.id.as_str()),
            Self::Resource(screen) => Some(screen.id(world)),
            Self::Operations(screen) => screen.id(),
            Self::Home(_) | Self::Problem(_) => None,
        }
    }

    /// The row under the cursor first, then the one whose screen it is.
    pub(crate) fn rows<'a>(&'a self, world: &'a World) -> Vec<(Kind, &'a Row)> {
        match self {
            Self::Collection(screen) => screen.rows(world),
            Self::Resource(screen) => screen.rows(world),
            Self::Home(_) | Self::Operations(_) | Self::Problem(_) => Vec::new(),
        }
    }

    /// What it shows as a file, where that makes one.
    pub(crate) fn written(&self, format: Format, world: &World) -> Option<String> {
        match self {
            Self::Collection(screen) => Some(screen.pane()?.written(format, world)),
            Self::Resource(screen) => Some(screen.written(format, world)),
            Self::Home(_) | Self::Operations(_) | Self::Problem(_) => None,
        }
    }

    /// What of the row under the cursor can be copied, under the row's name.
    pub(crate) fn copies(&self, world: &World) -> Option<(String, Vec<Entry>)> {
        match self {
            Self::Collection(_) | Self::Resource(_) => {
                let rows = self.rows(world);
                let &(kind, row) = rows.first()?;
                Some((format::title(row), copies::of_row(kind, row, world)))
            }
            Self::Operations(screen) => screen.copies(world),
            Self::Home(_) | Self::Problem(_) => None,
        }
    }

    /// Everything that can be done here.
    pub(crate) fn actions(&self, world: &World) -> Vec<Entry> {
        match self {
            Self::Collection(screen) => {
                let mut entries = offers::entries(&screen.targets(world), world);
                entries.extend(screen.in_place(world));
                entries
            }
            Self::Resource(screen) => offers::entries(&screen.targets(world), world),
            Self::Home(_) | Self::Operations(_) | Self::Problem(_) => Vec::new(),
        }
    }

    /// Whether something on it counts seconds.
    pub(crate) fn is_busy(&self, world: &World) -> bool {
        match self {
            Self::Collection(screen) => screen.is_busy(world),
            Self::Resource(screen) => screen.is_busy(world),
            Self::Home(screen) => screen.is_busy(world),
            Self::Operations(_) => world.records.running().next().is_some(),
            Self::Problem(_) => false,
        }
    }

    /// Brings it in line with the world. Called after every change, before it is drawn.
    pub(crate) fn sync(&mut self, world: &World, area: Rect) {
        match self {
            Self::Collection(screen) => screen.sync(world, area),
            Self::Resource(screen) => screen.sync(world, area),
            Self::Home(screen) => screen.sync(world, area),
            Self::Operations(screen) => screen.sync(world, area),
            Self::Problem(_) => {}
        }
    }

    /// The list whose rows are in sight.
    pub(crate) fn pane(&self) -> Option<&Pane> {
        match self {
            Self::Collection(screen) => screen.pane(),
            Self::Resource(screen) => screen.pane(),
            Self::Home(_) | Self::Operations(_) | Self::Problem(_) => None,
        }
    }

    /// The same, to be changed.
    pub(crate) fn pane_mut(&mut self) -> Option<&mut Pane> {
        match self {
            Self::Collection(screen) => screen.pane_mut(),
            Self::Resource(screen) => screen.pane_mut(),
            Self::Home(_) | Self::Operations(_) | Self::Problem(_) => None,
        }
    }

    /// Rows in sight that have something to be asked for.
    pub(crate) fn open_rows(&self, world: &World) -> Vec<(ListKey, Vec<RowKey>)> {
        if let Self::Home(screen) = self {
            return screen.open_rows(world);
        }
        let open = self.pane().and_then(|pane| pane.open_rows(world));
        open.into_iter().collect()
    }

    /// A key that has a meaning in the keymap.
    pub(crate) fn act(&mut self, action: Action, world: &World, area: Rect) -> Outcome {
        match self {
            Self::Collection(screen) => screen.act(action, world, area),
            Self::Resource(screen) => screen.act(action, world, area),
            Self::Home(screen) => screen.act(action, area),
            Self::Operations(screen) => screen.act(action, world, area),
            Self::Problem(_) => ProblemScreen::act(action),
        }
    }

    /// The left button of the mouse was pressed on a cell.
    pub(crate) fn pressed(&mut self, at: Position, world: &World, area: Rect) -> Outcome {
        match self {
            Self::Collection(screen) => screen.pressed(at, world, area),
            Self::Resource(screen) => screen.pressed(at, world, area),
            Self::Operations(screen) => screen.pressed(at, world, area),
            Self::Home(_) | Self::Problem(_) => Outcome::Unused,
        }
    }

    /// Whether a filter is being typed.
    pub(crate) fn is_filtering(&self) -> bool {
        match self {
            Self::Collection(screen) => screen.pane().is_some_and(Pane::is_editing),
            Self::Resource(screen) => screen.pane().is_some_and(Pane::is_editing),
            Self::Home(_) | Self::Operations(_) | Self::Problem(_) => false,
        }
    }

    /// Whether something is looked for in a text.
    pub(crate) fn is_searching(&self) -> bool {
        matches!(self, Self::Resource(screen) if screen.is_searching())
    }

    /// Whether keys go somewhere before the keymap is asked.
    pub(crate) fn takes_keys(&self) -> bool {
        self.is_filtering() || self.is_searching() || matches!(self, Self::Problem(_))
    }

    /// A key before the keymap is asked.
    pub(crate) fn key(&mut self, key: Key, world: &World, area: Rect) -> Outcome {
        match self {
            Self::Collection(screen) => screen.key(key, world, area),
            Self::Resource(screen) => screen.key(key, world, area),
            Self::Home(_) | Self::Operations(_) => Outcome::Unused,
            Self::Problem(screen) => screen.key(key),
        }
    }

    /// A text was pasted.
    pub(crate) fn paste(&mut self, text: &str) {
        if !self.is_filtering() && !self.is_searching() {
            return;
        }
        match self {
            Self::Collection(screen) => {
                if let Some(pane) = screen.pane_mut() {
                    pane.paste(text);
                }
            }
            Self::Resource(screen) => screen.paste(text),
            Self::Home(_) | Self::Operations(_) | Self::Problem(_) => {}
        }
    }

    /// Draws it.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, area: Rect, world: &World, styles: &Styles) {
        match self {
            Self::Collection(screen) => screen.draw(frame, area, world, styles),
            Self::Resource(screen) => screen.draw(frame, area, world, styles),
            Self::Home(screen) => screen.draw(frame, area, world, styles),
            Self::Operations(screen) => screen.draw(frame, area, world, styles),
            Self::Problem(screen) => screen.draw(frame, area, world, styles),
        }
    }
}
