//! The composition root: settings become clients, a registry, a journal and the engine.
//!
//! The only room that may start the sandbox for the app. Opening a [`Context`] touches no network;
//! connecting it makes a [`Session`]: an identity, its Regions, and what can be asked there.
//!
//! Invariants: on the sandbox the whole program tells the sandbox's time and leaves no state behind;
//! a journal that cannot be written refuses changes instead of letting them go unrecorded.

mod columns;
mod diagnostics;
mod log;
mod session;
mod simulation;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::SignedDuration;
use tempfile::TempDir;

pub use self::{
    columns::check_columns,
    diagnostics::{diagnostics, write_new},
    session::Session,
    simulation::{SandboxOptions, serve_sandbox},
};
use crate::{
    config::{Origin, Regions, SandboxSource, SearchEndpoint, Settings, StateDir},
    domain::{
        clock::Clock,
        collection::ServiceInfo,
        failure::{Failure, FailureKind},
        place::{Place, Region},
        secret::Secret,
    },
    journal::{Journal, JournalError},
    operations::{Operations, Policy, Records},
    sandbox::{self, Sandbox},
    services::{
        connection::{ConnectOptions, Connector, Named},
        endpoints::Endpoints,
        identity::check_profile,
        registry::{self, Registry},
    },
};

pub use crate::services::identity::{Identity, Profile, profiles};

/// What every service offers, known without a connection.
#[must_use]
pub fn services() -> Vec<&'static ServiceInfo> {
    registry::services()
}

/// The file in the state folder in which a session of the console leaves where it was.
const LEFT: &str = "console.json";

/// Everything that needs no network: the settings, the clock, the journal and the engine. Cheap to
/// clone.
#[derive(Clone)]
pub struct Context(Arc<Parts>);

struct Parts {
    settings: Settings,
    registry: Arc<Registry>,
    operations: Operations,
    clock: Clock,
    state_dir: PathBuf,
    sandbox: Option<Arc<Sandbox>>,
    // Held for its end: the directory goes with the last context that uses it.
    temporary: Option<Arc<TempDir>>,
}

impl Context {
    /// Starts the log, and the sandbox where one is asked for, and opens the journal. No network.
    ///
    /// # Errors
    /// [`FailureKind::Invalid`] for a scenario that cannot be used, [`FailureKind::Internal`] where
    /// the sandbox or a temporary directory cannot be had. A journal that cannot be opened is no
    /// error: it restricts, see [`Context::restriction`].
    pub async fn open(settings: &Settings) -> Result<Self, Failure> {
        log::start(settings);
        let sandbox = match &settings.sandbox {
            None => None,
            Some(source) => Some(Arc::new(simulation::start_own(source).await?)),
        };
        let temporary = match &settings.state_dir {
            StateDir::Given(_) | StateDir::Default(_) => None,
            StateDir::Temporary => {
                let made = TempDir::with_prefix("snapdeck-").map_err(|error| {
                    Failure::new(
                        FailureKind::Internal,
                        "",
                        format!("no temporary directory can be made: {error}"),
                    )
                })?;
                Some(Arc::new(made))
            }
        };
        Self::assemble(settings, sandbox, temporary).await
    }

    /// A context of the same world for other settings: another profile, other Regions. It shares the
    /// sandbox and the place of the journal, and the sessions that were begun with a code, each under
    /// its profile; it has clients, credentials and an engine of its own.
    ///
    /// # Errors
    /// As [`Context::open`].
    pub async fn switch(&self, settings: &Settings) -> Result<Self, Failure> {
        let parts = &self.0;
        if settings.sandbox != parts.settings.sandbox {
            return Self::open(settings).await;
        }
        let (sandbox, temporary) = (parts.sandbox.clone(), parts.temporary.clone());
        let context = Self::assemble(settings, sandbox, temporary).await?;
        let connector = context.0.registry.connector();
        connector.adopt(parts.registry.connector());
        Ok(context)
    }

    async fn assemble(
        settings: &Settings,
        sandbox: Option<Arc<Sandbox>>,
        temporary: Option<Arc<TempDir>>,
    ) -> Result<Self, Failure> {
        let clock = sandbox
            .as_ref()
            .map_or_else(Clock::wall, |sandbox| Clock::from_fn(sandbox.clock()));
        let state_dir = match (&temporary, settings.state_dir.path()) {
            (Some(made), _) => made.path().to_owned(),
            (None, path) => path.unwrap_or(Path::new("")).to_owned(),
        };
        let dir = state_dir.clone();
        let restriction = settings.read_only.clone();
        let records = tokio::task::spawn_blocking(move || open_journal(&dir, restriction))
            .await
            .map_err(|error| {
                Failure::new(FailureKind::Internal, "the journal", error.to_string())
            })?;
        let connector = Connector::new(ConnectOptions {
            endpoints: match &sandbox {
                Some(sandbox) => Endpoints {
                    all: Some(sandbox.url()),
                    ..Endpoints::default()
                },
                None => Endpoints {
                    all: settings.endpoint_url.clone(),
                    own: settings.endpoint_urls.clone(),
                },
            },
            connect_timeout: settings.network.connect_timeout,
            request_timeout: settings.network.request_timeout,
            ca_bundle: settings.network.ca_bundle.clone(),
            credentials: sandbox.as_ref().map(|_| {
                (
                    sandbox::ACCESS_KEY_ID.to_owned(),
                    Secret::new(sandbox::SECRET_ACCESS_KEY.to_owned()),
                )
            }),
            named: named(settings),
        });
        let registry = Arc::new(Registry::new(
            connector,
            clock.clone(),
            settings.support.contact.clone(),
        ));
        let policy = Policy {
            shortest: settings.watch.shortest,
            longest: settings.watch.longest,
            reconcile_for: SignedDuration::try_from(settings.watch.reconcile_for)
                .unwrap_or(SignedDuration::MAX),
            resend: 5,
        };
        let operations = Operations::new(
            records,
            Arc::clone(&registry),
            clock.clone(),
            policy,
            settings.guard.guardrails(settings.profile.as_deref()),
            random,
        );
        // Nothing is sent before it is known as whom.
        operations.bind(Vec::new());
        Ok(Self(Arc::new(Parts {
            settings: settings.clone(),
            registry,
            operations,
            clock,
            state_dir,
            sandbox,
            temporary,
        })))
    }

    /// The time by which ages are told: the wall clock, or the sandbox's.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The settings it was opened with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Why every change is refused, if it is: read-only, or no journal to write to.
    #[must_use]
    pub fn restriction(&self) -> Option<&str> {
        self.0.operations.records().restriction()
    }

    /// Whether this process runs the AWS that it talks to.
    #[must_use]
    pub fn is_sandbox(&self) -> bool {
        self.0.sandbox.is_some()
    }

    /// Where the journal and the log are.
    #[must_use]
    pub fn state_dir(&self) -> &Path {
        &self.0.state_dir
    }

    /// What the last session of the console left for the next one, if anything that can be read.
    pub async fn left_behind(&self) -> Option<String> {
        let path = self.0.state_dir.join(LEFT);
        let read = tokio::task::spawn_blocking(move || std::fs::read_to_string(path)).await;
        match read.ok()? {
            Ok(text) => Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => {
                tracing::warn!(%error, "what the last session left cannot be read");
                None
            }
        }
    }

    /// Leaves something for the next session. Whoever looks at the same time sees the old one or the
    /// new one, never half of it.
    pub fn leave_behind(&self, text: &str) {
        let dir = &self.0.state_dir;
        let written = tempfile::NamedTempFile::new_in(dir).and_then(|mut file| {
            std::io::Write::write_all(&mut file, text.as_bytes())?;
            Ok(file.persist(dir.join(LEFT))?)
        });
        if let Err(error) = written {
            tracing::warn!(%error, "nothing can be left for the next session");
        }
    }

    /// The engine.
    #[must_use]
    pub fn operations(&self) -> &Operations {
        &self.0.operations
    }

    /// Finds credentials and Regions, and asks STS who they are.
    ///
    /// # Errors
    /// [`FailureKind::Credentials`] with what was looked for and where, [`FailureKind::Invalid`] for
    /// an unknown profile or no Region, otherwise what AWS or the network answered.
    pub async fn connect(&self) -> Result<Arc<Session>, Failure> {
        let connected = self.find_identity().await;
        if connected.is_err() {
            self.0.registry.connector().look_again();
        }
        connected
    }

    async fn find_identity(&self) -> Result<Arc<Session>, Failure> {
        let parts = &self.0;
        let connector = parts.registry.connector();
        let profile = chosen_profile(&parts.settings);
        let listed = match (&parts.settings.regions, &parts.sandbox) {
            (Regions::Listed(regions), _) => regions.clone(),
            (Regions::Default, Some(sandbox)) => vec![parse_region(sandbox.region())?],
            (Regions::All, _) | (Regions::Default, None) => vec![],
        };
        // Any Region can list them all, so there is no need to have one configured.
        let first = match (listed.first(), &parts.settings.regions) {
            (None, Regions::All) => Some(parse_region("us-east-1")?),
            (first, _) => first.cloned(),
        };
        if let Some(name) = profile {
            let origin = parts.settings.origins.of("profile");
            check_profile(name, &origin.to_string()).await?;
        }
        let (identity, region) = connector.identify(profile, first.as_ref()).await?;
        let regions = match &parts.settings.regions {
            Regions::All => {
                let all = connector.regions(profile, &region).await?;
                if all.is_empty() {
                    let message = "AWS lists no Region for the account, so 'all' is none of them";
                    return Err(Failure::new(
                        FailureKind::Invalid,
                        format!("DescribeRegions in {region}"),
                        message,
                    )
                    .hint("Name the Regions, as in --region us-east-1."));
                }
                all
            }
            _ if listed.is_empty() => vec![region],
            _ => listed,
        };
        let session = Session {
            identity,
            regions,
            registry: Arc::clone(&parts.registry),
            tags: parts.settings.tags.clone(),
        };
        let places = session.regions.iter().map(|region| session.place(region));
        parts.operations.bind(places.collect());
        Ok(Arc::new(session))
    }

    /// The device whose code has to be given before the profile's role can be assumed.
    ///
    /// # Errors
    /// [`FailureKind::Invalid`] for AWS files that cannot be read.
    pub async fn wants_code(&self) -> Result<Option<String>, Failure> {
        match (chosen_profile(&self.0.settings), &self.0.sandbox) {
            (Some(profile), None) => self.0.registry.connector().wants_code(profile).await,
            _ => Ok(None),
        }
    }

    /// Assumes the profile's role with the code of its device. The session is kept in memory.
    ///
    /// # Errors
    /// What STS or the network answered.
    pub async fn give_code(&self, code: &str) -> Result<(), Failure> {
        let settings = &self.0.settings;
        let Some(profile) = chosen_profile(settings) else {
            return Ok(());
        };
        let region = match &settings.regions {
            Regions::Listed(regions) => regions.first(),
            Regions::Default | Regions::All => None,
        };
        let connector = self.0.registry.connector();
        connector.begin_session(profile, region, code).await
    }

    /// Whether a service can be connected in a place: credentials, and that they are still those of
    /// the place's account.
    ///
    /// # Errors
    /// What stands in the way.
    pub async fn reach(&self, service: &str, place: &Place) -> Result<(), Failure> {
        self.0.registry.service(service, place).await.map(drop)
    }

    /// The same settings pointed at the built-in sandbox, for whoever has no credentials.
    #[must_use]
    pub fn enter_sandbox(settings: &Settings) -> Settings {
        Settings {
            profile: None,
            regions: Regions::Default,
            endpoint_url: None,
            endpoint_urls: BTreeMap::new(),
            sandbox: Some(SandboxSource::BuiltIn),
            state_dir: StateDir::Temporary,
            ..settings.clone()
        }
    }
}

/// The resources that the configuration names together with their endpoints.
fn named(settings: &Settings) -> Vec<Named> {
    let domain = |(name, domain): (&String, &SearchEndpoint)| Named {
        service: "opensearch",
        name: name.clone(),
        endpoint: domain.endpoint.clone(),
        region: domain.region.clone(),
        signed: !domain.unsigned,
    };
    settings.opensearch.iter().map(domain).collect()
}

/// The profile to ask for credentials. Keys in the environment go before `AWS_PROFILE`, but not
/// before a profile that was named on purpose: so the AWS CLI has it.
fn chosen_profile(settings: &Settings) -> Option<&str> {
    let from_environment = matches!(settings.origins.of("profile"), Origin::Environment(_));
    let keys = std::env::var_os("AWS_ACCESS_KEY_ID").is_some_and(|key| !key.is_empty());
    settings
        .profile
        .as_deref()
        .filter(|_| !(from_environment && keys))
}

fn parse_region(name: &str) -> Result<Region, Failure> {
    Region::parse(name).map_err(|why| Failure::new(FailureKind::Invalid, "", why))
}

/// The journal to write to, or, where that cannot be, one to read, with the reason.
fn open_journal(dir: &Path, read_only: Option<String>) -> Records {
    match Journal::open(dir) {
        Ok(journal) => Records::writable(journal, read_only),
        Err(error) => {
            tracing::warn!(%error, "the journal cannot be written");
            let readable = match error {
                // Whoever holds it keeps readers out too; waiting twice would only take twice as long.
                JournalError::Locked { .. } => None,
                _ => Journal::open_read_only(dir).ok(),
            };
            Records::restricted(readable, error.to_string())
        }
    }
}

/// Random bits from the system. Without any the clock must do: they name operations and spread
/// polling, and guard nothing.
fn random() -> u64 {
    getrandom::u64().unwrap_or_else(|_| {
        u64::try_from(jiff::Timestamp::now().as_nanosecond()).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use crate::{config, services::endpoints};

    #[test]
    fn every_service_that_is_called_has_a_variable_for_its_endpoint() {
        let mut called = endpoints::names();
        let mut variables = config::SERVICE_ENDPOINTS.map(|(_, service)| service.to_owned());
        called.sort();
        variables.sort();
        assert_eq!(called, variables);
        for (variable, service) in config::SERVICE_ENDPOINTS {
            assert_eq!(variable, format!("AWS_ENDPOINT_URL_{service}"));
        }
    }
}
