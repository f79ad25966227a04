//! The services there are, and the connected ones.
//!
//! Adding a service is one line in `SERVICES`. A connected service is made once for a place and
//! kept; connections, credentials and their caches are shared between all of them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    Service,
    connection::{Connection, Connector},
    directory, ebs, opensearch, refusal,
};
use crate::domain::{
    assessment::{Assessment, Check, Verdict},
    clock::Clock,
    collection::ServiceInfo,
    failure::{Failure, FailureKind},
    place::Place,
    text::harmless,
};

/// A service that can be connected.
struct Entry {
    info: &'static ServiceInfo,
    open: fn(Connection) -> Arc<dyn Service>,
}

const SERVICES: &[Entry] = &[
    Entry {
        info: &directory::INFO,
        open: directory::open,
    },
    Entry {
        info: &ebs::INFO,
        open: ebs::open,
    },
    Entry {
        info: &opensearch::INFO,
        open: opensearch::open,
    },
];

/// What every service offers, known without a connection.
#[must_use]
pub fn services() -> Vec<&'static ServiceInfo> {
    SERVICES.iter().map(|entry| entry.info).collect()
}

type Connected = HashMap<(&'static str, Place), Arc<dyn Service>>;

/// The connected services, by service and place.
pub struct Registry {
    connector: Connector,
    clock: Clock,
    contact: Option<String>,
    // A plain mutex: held to look up or insert, never across an await.
    connected: Mutex<Connected>,
}

impl Registry {
    /// A registry that connects through `connector` and tells the time by `clock`. `contact` is whom
    /// a user may ask for a permission.
    #[must_use]
    pub fn new(connector: Connector, clock: Clock, contact: Option<String>) -> Self {
        Self {
            connector,
            clock,
            contact,
            connected: Mutex::default(),
        }
    }

    /// A failure in a place, with whom to ask where AWS denied something. Where AWS does not take the
    /// credentials any more, the connections that hold them are dropped, so that renewed ones are
    /// picked up: the SDK reads a profile's files only once.
    pub fn failed(&self, place: &Place, failure: Failure) -> Failure {
        if failure.kind == FailureKind::Credentials {
            self.lock().retain(|(_, known), _| {
                let same = known.profile == place.profile
                    && known.endpoint == place.endpoint
                    && known.endpoints == place.endpoints;
                !same
            });
            self.connector.forget(place);
            // Who found out that there are none has said what was looked at.
            if failure.code.is_some() || failure.hint.is_none() {
                return failure.hint(renewal(place));
            }
        }
        // Which of several endpoints it was is not known here.
        let only = place.endpoint.as_deref();
        let only = only.filter(|_| place.endpoints.is_empty());
        self.advise(refusal::at(failure, only))
    }

    /// An assessment with whom to ask, where a permission is missing.
    #[must_use]
    pub fn advised(&self, mut assessment: Assessment) -> Assessment {
        let missing = |check: &&mut Check| check.refusal == FailureKind::Denied;
        for check in assessment.checks.iter_mut().filter(missing) {
            if let (Verdict::Failed(why), Some(contact)) = (&mut check.verdict, &self.contact) {
                why.push_str(". To be permitted, ask: ");
                why.push_str(contact);
            }
        }
        assessment
    }

    /// A failure with whom to ask, where AWS denied something.
    #[must_use]
    pub fn advise(&self, failure: Failure) -> Failure {
        match &self.contact {
            Some(contact) if failure.kind == FailureKind::Denied && failure.hint.is_none() => {
                failure.hint(format!("To be permitted, ask: {contact}"))
            }
            _ => failure,
        }
    }

    /// The clock that the services tell the time by.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The connector that the services share.
    #[must_use]
    pub fn connector(&self) -> &Connector {
        &self.connector
    }

    /// The service by that id in that place.
    ///
    /// # Errors
    /// [`FailureKind::Credentials`] where the credentials of the place's profile are now those of
    /// another account, [`FailureKind::Internal`] for a service that this version does not know,
    /// otherwise what AWS or the network answered.
    pub async fn service(&self, id: &str, place: &Place) -> Result<Arc<dyn Service>, Failure> {
        let entry = SERVICES
            .iter()
            .find(|entry| entry.info.id == id)
            .ok_or_else(|| {
                Failure::new(
                    FailureKind::Internal,
                    "",
                    format!(
                        "this version of snapdeck has no service '{id}'; a newer one wrote that"
                    ),
                )
            })?;
        let key = (entry.info.id, place.clone());
        if let Some(service) = self.lock().get(&key) {
            return Ok(Arc::clone(service));
        }
        let connection = self.connector.connect(place, &self.clock).await?;
        let service = (entry.open)(connection);
        Ok(Arc::clone(self.lock().entry(key).or_insert(service)))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Connected> {
        // A panic elsewhere cannot leave a map half written: insertion is the only change.
        self.connected
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// How the credentials of a place are renewed.
fn renewal(place: &Place) -> String {
    let profile = match &place.profile {
        Some(profile) => format!(" --profile {}", harmless(profile)),
        None => String::new(),
    };
    format!(
        "The credentials are wrong or have expired. Renew them ('aws sso login{profile}', or your \
         own way); what was renewed is picked up."
    )
}
