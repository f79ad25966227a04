//! Everything the console knows: the world, the screens over each other, the dialogs over those.

use std::collections::BTreeSet;

use jiff::Timestamp;
use ratatui::layout::Size;

use crate::{
    config::{Action, Settings},
    domain::{clock::Clock, collection::ServiceInfo, row::Tone},
};

use super::{
    dialogs::Dialog,
    layout,
    offers::Offer,
    records::Records,
    remote::Tickets,
    screens::{Screen, collection::CollectionScreen},
    store::{Kind, Store},
    tables::Tables,
    world::{Connection, World},
};

/// Everything the console knows.
#[derive(Debug)]
pub(crate) struct Model {
    /// The facts.
    pub(crate) world: World,
    /// The screens, the open one last. Never empty.
    pub(crate) screens: Vec<Screen>,
    /// The dialogs over the open screen, the one with the keys last.
    pub(crate) dialogs: Vec<Dialog>,
    /// What is said on the line above the hints.
    pub(crate) notice: Option<Notice>,
    /// The services of which operations have changed something that is not read again yet.
    pub(crate) outdated: BTreeSet<String>,
    /// Whether the context is open, so that there is a journal to read.
    pub(crate) opened: bool,
    /// Whether ctrl-c was the last key: once more and it is meant.
    pub(crate) interrupted: bool,
    /// Why the console has to go, where something in it broke.
    pub(crate) fatal: Option<String>,
    pub(super) tickets: Tickets,
    pub(super) clocks: Clocks,
}

/// The clocks that the world's moments are read from.
#[derive(Debug, Clone)]
pub(crate) struct Clocks {
    /// The one that AWS's times are compared with; the machine's until the context is open.
    pub(crate) service: Clock,
    /// The machine's.
    pub(crate) wall: Clock,
}

/// What is said on the line above the hints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    /// How it should be taken.
    pub(crate) tone: Tone,
    /// What is said.
    pub(crate) text: String,
    /// When, on the machine's clock.
    pub(crate) at: Timestamp,
}

impl Model {
    /// The console before anything was asked: its first screen, without rows.
    pub(crate) fn new(
        catalog: Vec<&'static ServiceInfo>,
        settings: Settings,
        wall: Clock,
        size: Size,
    ) -> Self {
        let roots = catalog.iter().flat_map(|service| {
            service
                .collections
                .iter()
                .filter(|collection| collection.root)
                .map(|collection| Kind {
                    service,
                    collection,
                })
        });
        let home = Screen::Collection(CollectionScreen::new(roots));
        let now = wall.now();
        let tables = Tables::new(&settings, &catalog);
        let mut tickets = Tickets::default();
        Self {
            world: World {
                catalog,
                connection: Connection::Opening(tickets.next(), now),
                restriction: settings.read_only.clone(),
                sandbox: settings.sandbox.is_some(),
                tables,
                settings,
                store: Store::default(),
                records: Records::default(),
                size,
                now,
                wall: now,
            },
            screens: vec![home],
            dialogs: Vec::new(),
            notice: None,
            outdated: BTreeSet::new(),
            opened: false,
            interrupted: false,
            fatal: None,
            tickets,
            clocks: Clocks {
                service: wall.clone(),
                wall,
            },
        }
    }

    /// The open screen.
    pub(crate) fn screen(&self) -> Option<&Screen> {
        self.screens.last()
    }

    /// What can be done on the open screen, with what can be done on any.
    pub(crate) fn offers(&self) -> Vec<Offer> {
        let mut offers = self
            .screen()
            .map(|screen| screen.offers(&self.world))
            .unwrap_or_default();
        offers.push(Offer::new(Action::Help, "keys"));
        offers.push(Offer::new(Action::Quit, "quit"));
        offers
    }

    /// The dialog that has the keys.
    pub(crate) fn dialog(&self) -> Option<&Dialog> {
        self.dialogs.last()
    }

    /// Whether something in sight counts seconds, so that it must be drawn once a second.
    pub(crate) fn is_ticking(&self) -> bool {
        !layout::is_too_small(self.world.size)
            && (self.world.connection.waiting().is_some()
                || self.dialog().is_some_and(Dialog::is_busy)
                || self
                    .screen()
                    .is_some_and(|screen| screen.is_busy(&self.world)))
    }
}
