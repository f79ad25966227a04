//! Everything the console knows: the world, the screens over each other, the dialogs over those.

use std::collections::BTreeSet;

use jiff::Timestamp;
use ratatui::layout::Size;

use crate::{
    config::{Action, Settings, Start},
    domain::{clock::Clock, collection::ServiceInfo, row::Tone},
};

use super::{
    dialogs::Dialog,
    freshness::Freshness,
    layout,
    offers::Offer,
    owners::Owners,
    records::Records,
    remote::{Remote, Ticket, Tickets},
    screens::{Screen, collection::CollectionScreen, home::HomeScreen},
    store::{Kind, Store},
    tables::Tables,
    trail::Trail,
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
    /// Where one has been.
    pub(crate) trail: Trail,
    /// Whether the present step goes back or forward, or begins anew, and so leaves no trace.
    pub(crate) retracing: bool,
    /// The moment for which a timer runs that has what is shown read again.
    pub(crate) refresh_at: Option<Timestamp>,
    /// What was typed to go somewhere, oldest first.
    pub(crate) history: Vec<String>,
    /// The call that looks whether credentials were renewed, while nobody waits for it.
    pub(crate) reconnecting: Option<Ticket>,
    /// The call that looks for a row to go to.
    pub(crate) finding: Option<(Ticket, String)>,
    /// Whether the context is open, so that there is a journal to read.
    pub(crate) opened: bool,
    /// What the key before was, where pressing it once more means more.
    pub(crate) before: Before,
    /// Why the console has to go, where something in it broke.
    pub(crate) fatal: Option<String>,
    pub(super) tickets: Tickets,
    pub(super) clocks: Clocks,
}

/// What the key before was, where pressing it once more means more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Before {
    /// Nothing of the kind.
    #[default]
    Other,
    /// The one that leaves from anywhere: once more and it is meant.
    Interrupt,
    /// The one that copies an id: once more offers what else can be copied.
    Copied,
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

/// The collections that stand on their own.
pub(crate) fn roots(catalog: &[&'static ServiceInfo]) -> Vec<Kind> {
    let of = |service: &'static ServiceInfo| {
        let roots = service.collections.iter().filter(|list| list.root);
        roots.map(move |collection| Kind {
            service,
            collection,
        })
    };
    catalog.iter().copied().flat_map(of).collect()
}

impl Model {
    /// The console before anything was asked: its first screen, without rows.
    pub(crate) fn new(
        catalog: Vec<&'static ServiceInfo>,
        settings: Settings,
        wall: Clock,
        size: Size,
    ) -> Self {
        let roots = roots(&catalog);
        let first = match settings.console.start {
            Start::Lists => Screen::Collection(CollectionScreen::new(roots)),
            Start::Home => Screen::Home(HomeScreen::new(roots)),
        };
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
                freshness: Freshness::new(settings.console.refresh),
                settings,
                profiles: Remote::default(),
                regions: Remote::default(),
                alias: Remote::default(),
                store: Store::default(),
                owners: Owners::default(),
                records: Records::default(),
                size,
                now,
                wall: now,
            },
            screens: vec![first],
            dialogs: Vec::new(),
            notice: None,
            outdated: BTreeSet::new(),
            trail: Trail::default(),
            retracing: false,
            refresh_at: None,
            history: Vec::new(),
            reconnecting: None,
            finding: None,
            opened: false,
            before: Before::Other,
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
        if self
            .screen()
            .is_some_and(|screen| screen.id(&self.world).is_some())
        {
            offers.push(Offer::new(Action::Copy, "copy"));
        }
        let refreshes = self
            .screen()
            .is_some_and(|screen| !screen.visible().is_empty());
        if refreshes && self.world.freshness.is_wanted() {
            offers.push(Offer::unlisted(Action::Pause));
        }
        let stays = matches!(self.screen(), Some(Screen::Problem(_)));
        if self.screens.len() > 1
            && !stays
            && offers.iter().all(|offer| offer.action != Action::Back)
        {
            offers.push(Offer::new(Action::Back, "back"));
        }
        let (back, forward) = self.trail.ways();
        let ways = [
            (back, Action::HistoryBack),
            (forward, Action::HistoryForward),
        ];
        let ways = ways.into_iter().filter(|(is_there, _)| *is_there);
        offers.extend(ways.map(|(_, action)| Offer::unlisted(action)));
        offers.push(Offer::unlisted(Action::Home));
        offers.push(Offer::unlisted(Action::Identity));
        // Ways to go stand together, before what is done with rows here: the bottom line is short.
        let operations = |offer: &Offer| offer.action == Action::Operations;
        let palette = offers.iter().position(operations).map(|at| {
            let next = offers.get(at + 1);
            at + 1 + usize::from(next.is_some_and(|offer| offer.action == Action::Back))
        });
        offers.insert(
            palette.unwrap_or(offers.len()),
            Offer::new(Action::Palette, "go"),
        );
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
