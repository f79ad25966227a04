//! The facts that every screen and dialog may look at, and none may change.
//!
//! Screens hold cursors, the world holds what they point into. Only `update` writes here.

use jiff::Timestamp;
use ratatui::layout::Size;

use crate::{
    config::{Keymap, Settings},
    context::{Identity, Profile},
    domain::{
        collection::ServiceInfo,
        failure::Failure,
        guardrails::Guardrails,
        place::{Place, Region},
        row::Row,
    },
};

use super::{
    freshness::Freshness,
    owners::Owners,
    records::Records,
    remote::{Remote, Ticket},
    store::{Kind, Need, Store},
    tables::Tables,
};

/// What is known of the world outside the screen.
#[derive(Debug)]
pub(crate) struct World {
    /// What can be looked at and done.
    pub(crate) catalog: Vec<&'static ServiceInfo>,
    /// What the program was told.
    pub(crate) settings: Settings,
    /// Whether and as whom AWS is reached.
    pub(crate) connection: Connection,
    /// Why every change is refused, if it is.
    pub(crate) restriction: Option<String>,
    /// Whether AWS is a simulated one.
    pub(crate) sandbox: bool,
    /// How often what is shown is read again by itself.
    pub(crate) freshness: Freshness,
    /// The profiles of the AWS files.
    pub(crate) profiles: Remote<Vec<Profile>>,
    /// The Regions that are enabled for the account.
    pub(crate) regions: Remote<Vec<Region>>,
    /// The name of the account beside its number; none where there is none to be had.
    pub(crate) alias: Remote<Option<String>>,
    /// What was read from AWS.
    pub(crate) store: Store,
    /// How what was read is shown.
    pub(crate) tables: Tables,
    /// What there is that recovery points are of.
    pub(crate) owners: Owners,
    /// What was asked of AWS.
    pub(crate) records: Records,
    /// The size of the terminal.
    pub(crate) size: Size,
    /// The present moment, on the clock that AWS's times are compared with.
    pub(crate) now: Timestamp,
    /// The present moment, on the machine's clock: for how long somebody has been waiting.
    pub(crate) wall: Timestamp,
}

/// Whether and as whom AWS is reached.
#[derive(Debug)]
pub(crate) enum Connection {
    /// The journal is being opened, the sandbox started.
    Opening(Ticket, Timestamp),
    /// The credentials and Regions are being looked for.
    Connecting(Ticket, Timestamp),
    /// AWS knows who we are.
    Connected(Connected),
    /// It could not be done.
    Failed(Failure),
    /// The user stopped it.
    Cancelled,
}

/// As whom AWS is reached, and where.
#[derive(Debug, Clone)]
pub(crate) struct Connected {
    /// Who we are.
    pub(crate) identity: Identity,
    /// The Regions looked at, each with what a request there is bound to.
    pub(crate) places: Vec<Place>,
}

impl World {
    /// What the keys mean.
    pub(crate) fn keymap(&self) -> &Keymap {
        &self.settings.keymap
    }

    /// What is said of the age of what was read, once it was.
    pub(crate) fn age(&self, need: &Need) -> Option<String> {
        let read = self.store.read(need)?;
        Some(self.freshness.age(read, self.wall))
    }

    /// The user's own rules for changes, under the profile that is chosen.
    pub(crate) fn guardrails(&self) -> Guardrails {
        let settings = &self.settings;
        settings.guard.guardrails(settings.profile.as_deref())
    }

    /// Why a row needs a look; empty where it does not.
    pub(crate) fn attention(&self, kind: Kind, row: &Row) -> Vec<String> {
        self.tables.attention(kind, row, self.now, &self.owners)
    }

    /// As whom AWS is reached, once that is known.
    pub(crate) fn connected(&self) -> Option<&Connected> {
        match &self.connection {
            Connection::Connected(connected) => Some(connected),
            _ => None,
        }
    }

    /// The name of the account beside its number, once it is known.
    pub(crate) fn alias(&self) -> Option<&str> {
        self.alias.value()?.as_deref()
    }

    /// What a request in a Region is bound to.
    pub(crate) fn place(&self, region: &Region) -> Option<&Place> {
        self.connected()?
            .places
            .iter()
            .find(|place| place.region == *region)
    }
}

impl Connection {
    /// Since when something is being waited for.
    pub(crate) fn waiting(&self) -> Option<(Ticket, Timestamp)> {
        match self {
            Self::Opening(ticket, since) | Self::Connecting(ticket, since) => {
                Some((*ticket, *since))
            }
            _ => None,
        }
    }
}
