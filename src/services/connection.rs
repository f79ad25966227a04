//! Connections to AWS: credentials, Region, endpoint, TLS, time limits and retries.
//!
//! Invariants: there is one HTTP client, with one TLS stack, for the whole process; calls that read
//! are retried by the SDK, calls that change something never are, since Directory Service's
//! `CreateSnapshot` and `RestoreFromSnapshot` carry nothing by which AWS could tell a repeat.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
    time::{Duration, SystemTime},
};

use aws_config::{
    BehaviorVersion, ConfigLoader, Region as SdkRegion, SdkConfig, provider_config::ProviderConfig,
    retry::RetryConfig, timeout::TimeoutConfig,
};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_smithy_http_client::tls::{TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::{
    HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};

use super::{
    connector,
    endpoints::Endpoints,
    http::Http,
    identity::{self, Identity},
    profile, refusal,
};
use crate::domain::{
    clock::Clock,
    failure::{Failure, FailureKind},
    place::{Place, Region},
    secret::Secret,
};

/// How AWS is reached, apart from the profile and the Region.
#[derive(Debug, Clone)]
pub struct ConnectOptions {
    /// The endpoints in place of AWS's own. Where none is for every service, the AWS files count too.
    pub endpoints: Endpoints,
    /// How long a connection may take to be made.
    pub connect_timeout: Duration,
    /// How long one attempt at a request may take, its connection included.
    pub request_timeout: Duration,
    /// Certificates to trust, as PEM, in place of the system's.
    pub ca_bundle: Option<PathBuf>,
    /// Fixed credentials, an id and its key: the sandbox's own. Otherwise the default chain is asked.
    pub credentials: Option<(String, Secret<String>)>,
    /// Resources that are reached without asking AWS where they are.
    pub named: Vec<Named>,
}

/// A resource that the configuration names together with its endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The service whose resource it is.
    pub service: &'static str,
    /// What it is called here.
    pub name: String,
    /// Its endpoint, an http or https URL without a path.
    pub endpoint: String,
    /// The Region it is in; `None` is every Region that is looked at.
    pub region: Option<Region>,
    /// Whether its requests are signed.
    pub signed: bool,
}

/// Makes connections. Cheap until the first one.
pub struct Connector {
    options: ConnectOptions,
    http: OnceLock<SharedHttpClient>,
    plain: OnceLock<Http>,
    identities: identity::Cache,
    // Plain mutexes: held to look up or insert, never across an await.
    configs: Mutex<HashMap<Key, Configured>>,
    /// The sessions that were begun with the code of a device, by profile. In memory only.
    sessions: Mutex<HashMap<String, Credentials>>,
}

/// What a configuration depends on.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    profile: Option<String>,
    /// `None` where they have to be found out.
    endpoints: Option<Endpoints>,
    /// Whether its Region is the profile's or the instance's, which has to be found out.
    default_region: bool,
}

/// A configuration, and the endpoints that it leads to.
#[derive(Clone)]
struct Configured {
    config: SdkConfig,
    endpoints: Endpoints,
}

/// A place with what is needed to call it.
#[derive(Clone)]
pub struct Connection {
    /// Where it leads.
    pub place: Place,
    /// The partition of AWS that the caller is of, as ARNs have it.
    pub partition: String,
    /// For calls that read: the SDK retries them.
    pub reading: SdkConfig,
    /// For calls that change something: sent once.
    pub changing: SdkConfig,
    /// The time.
    pub clock: Clock,
    /// For calls that the SDK has no operation for.
    pub http: Http,
    /// The resources that the configuration names in this Region.
    pub named: Vec<Named>,
}

impl Connector {
    /// A connector with these options.
    #[must_use]
    pub fn new(options: ConnectOptions) -> Self {
        Self {
            options,
            http: OnceLock::new(),
            plain: OnceLock::new(),
            identities: identity::Cache::default(),
            configs: Mutex::default(),
            sessions: Mutex::default(),
        }
    }

    /// Finds out who the profile's credentials belong to and which Region is its default.
    ///
    /// # Errors
    /// [`FailureKind::Credentials`] with what was looked for and where, [`FailureKind::Invalid`] for
    /// no Region at all, otherwise what STS or the network answered.
    pub async fn identify(
        &self,
        profile: Option<&str>,
        region: Option<&Region>,
    ) -> Result<(Identity, Region), Failure> {
        let found = self.load(profile, region, None).await?;
        if let Some(name) = profile
            && let Some(device) = self.wants_code(name).await?
        {
            let wanted = format!("the role of profile {name} is assumed with a code of {device}");
            return Err(Failure::new(FailureKind::Credentials, "", wanted).hint(
                "The console asks for it. For scripts, put the credentials of a session into the environment or a profile of their own.",
            ));
        }
        let region = match (region, found.config.region()) {
            (Some(region), _) => region.clone(),
            (None, Some(found)) => Region::parse(found.as_ref())
                .map_err(|why| Failure::new(FailureKind::Invalid, "Region", why))?,
            (None, None) => {
                return Err(Failure::new(FailureKind::Invalid, "", "no AWS Region is set").hint(
                    "Looked at --region, the config's regions, AWS_REGION, AWS_DEFAULT_REGION, the profile's region and the instance's metadata. Give one, for example --region us-east-1.",
                ));
            }
        };
        let identity = self.identity(&found, profile).await?;
        Ok((identity, region))
    }

    /// Connects to a place and makes sure that its credentials are still those of its account.
    ///
    /// # Errors
    /// As [`Connector::identify`]; [`FailureKind::Credentials`] too where the account differs.
    pub async fn connect(&self, place: &Place, clock: &Clock) -> Result<Connection, Failure> {
        let found = self.at(place).await?;
        let identity = self.identity(&found, place.profile.as_deref()).await?;
        identity::same_account(place, &identity.account)?;
        let config = found.config;
        let changing = config
            .to_builder()
            .retry_config(RetryConfig::disabled())
            .build();
        Ok(Connection {
            place: place.clone(),
            partition: identity::partition(&identity.arn).to_owned(),
            reading: config,
            changing,
            clock: clock.clone(),
            http: self.plain()?,
            named: self.named(&place.region),
        })
    }

    /// Asks STS anew whether the credentials are still those of a connection's account: a profile's
    /// keys can be replaced while the program runs.
    ///
    /// # Errors
    /// [`FailureKind::Credentials`] where they are not, otherwise what STS or the network answered.
    pub async fn confirm(&self, place: &Place) -> Result<(), Failure> {
        let found = self.at(place).await?;
        identity::still(&aws_sdk_sts::Client::new(&found.config), place).await
    }

    /// The Regions that are enabled for the account, from EC2 `DescribeRegions`, by name.
    ///
    /// # Errors
    /// What EC2 or the network answered.
    pub async fn regions(
        &self,
        profile: Option<&str>,
        any: &Region,
    ) -> Result<Vec<Region>, Failure> {
        let found = self.load(profile, Some(any), None).await?;
        let reply = aws_sdk_ec2::Client::new(&found.config)
            .describe_regions()
            .send()
            .await
            .map_err(|error| {
                refusal::failure(&error, format!("DescribeRegions in {any}"), refusal::common)
            })?;
        let mut regions: Vec<Region> = reply
            .regions()
            .iter()
            .filter_map(|r| Region::parse(r.region_name()?).ok())
            .collect();
        regions.sort();
        Ok(regions)
    }

    /// The device whose code a profile's role asks for, as long as no session was begun with one.
    ///
    /// # Errors
    /// [`FailureKind::Invalid`] for AWS files that cannot be read.
    pub async fn wants_code(&self, profile: &str) -> Result<Option<String>, Failure> {
        if self.session(profile).is_some() {
            return Ok(None);
        }
        let profiles = identity::profiles().await?;
        let found = profiles.into_iter().find(|known| known.name == profile);
        Ok(found.and_then(|profile| profile.mfa))
    }

    /// Begins a session of a profile's role with the code of its device, by STS `AssumeRole`.
    ///
    /// # Errors
    /// [`FailureKind::Invalid`] for a profile that names no role or no source, otherwise what STS or
    /// the network answered.
    pub async fn begin_session(
        &self,
        profile: &str,
        region: Option<&Region>,
        code: &str,
    ) -> Result<(), Failure> {
        const DOING: &str = "AssumeRole";
        let role = identity::role(profile).await?;
        let found = self.make(Some(profile), region, None).await?;
        let region = found.config.region().cloned();
        let source = profile::credentials(&role.source, &found.endpoints, &self.settings(region)?);
        let config = found
            .config
            .to_builder()
            .credentials_provider(SharedCredentialsProvider::new(source))
            .build();
        let reply = aws_sdk_sts::Client::new(&config)
            .assume_role()
            .role_arn(role.arn)
            .role_session_name(role.session)
            .set_external_id(role.external_id)
            .serial_number(role.mfa)
            .token_code(code)
            .send()
            .await
            .map_err(|error| refusal::failure(&error, DOING, refusal::common))?;
        let lost = || Failure::new(FailureKind::ReplyLost, DOING, "AWS named no credentials");
        let given = reply.credentials().ok_or_else(lost)?;
        let expiry = SystemTime::try_from(*given.expiration()).ok();
        let credentials = Credentials::new(
            given.access_key_id(),
            given.secret_access_key(),
            Some(given.session_token().to_owned()),
            expiry,
            "AssumeRole with a code",
        );
        self.lock_sessions().insert(profile.to_owned(), credentials);
        self.lock()
            .retain(|key, _| key.profile.as_deref() != Some(profile));
        Ok(())
    }

    /// Takes over the sessions that were begun with a code, so that nobody is asked for one twice.
    pub fn adopt(&self, other: &Self) {
        let theirs = other.lock_sessions().clone();
        self.lock_sessions().extend(theirs);
    }

    /// The session of a profile, as long as it lasts.
    fn session(&self, profile: &str) -> Option<Credentials> {
        let session = self.lock_sessions().get(profile).cloned()?;
        let lasts = session.expiry().is_none_or(|end| end > SystemTime::now());
        lasts.then_some(session)
    }

    fn lock_sessions(&self) -> MutexGuard<'_, HashMap<String, Credentials>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The name that the account of a place has beside its number, where one may ask for it.
    pub async fn alias(&self, place: &Place) -> Option<String> {
        identity::alias(&self.at(place).await.ok()?.config).await
    }

    async fn identity(
        &self,
        found: &Configured,
        profile: Option<&str>,
    ) -> Result<Identity, Failure> {
        if found.config.credentials_provider().is_none() {
            return Err(identity::no_credentials(profile, None));
        }
        let (config, endpoints) = (&found.config, &found.endpoints);
        self.identities.of(config, endpoints, profile).await
    }

    /// Drops what is remembered of all profiles, so that renewed credentials are picked up: the SDK
    /// reads the files only once. Sessions that were begun with a code are kept.
    pub fn look_again(&self) {
        self.identities.clear();
        self.lock().clear();
    }

    /// Drops what is remembered of a profile: its credentials, and whose they are.
    pub(super) fn forget(&self, place: &Place) {
        let endpoints = Endpoints::of(place);
        self.identities.forget(place.profile.as_deref(), &endpoints);
        let of = |key: &Key| {
            let theirs = key.endpoints.as_ref();
            key.profile == place.profile && theirs.is_none_or(|theirs| *theirs == endpoints)
        };
        self.lock().retain(|key, _| !of(key));
        if let Some(profile) = &place.profile {
            self.lock_sessions().remove(profile);
        }
    }

    /// The configuration of a place: its profile, its Region and its endpoints, whatever is set now.
    async fn at(&self, place: &Place) -> Result<Configured, Failure> {
        let endpoints = Some(Endpoints::of(place));
        self.load(place.profile.as_deref(), Some(&place.region), endpoints)
            .await
    }

    /// The configuration of a profile and of endpoints, which are found out where none are given, for
    /// a Region. It is made once, so that all Regions and services share its credentials.
    async fn load(
        &self,
        profile: Option<&str>,
        region: Option<&Region>,
        endpoints: Option<Endpoints>,
    ) -> Result<Configured, Failure> {
        let key = Key {
            profile: profile.map(str::to_owned),
            endpoints: endpoints.clone(),
            default_region: region.is_none(),
        };
        let known = self.lock().get(&key).cloned();
        let mut found = if let Some(found) = known {
            found
        } else {
            let made = self.make(profile, region, endpoints).await?;
            let mut configs = self.lock();
            // A place is asked for with the endpoints that were found: with the same credentials,
            // which may have taken a program or another call to come by.
            let of_places = Key {
                profile: key.profile.clone(),
                endpoints: Some(made.endpoints.clone()),
                default_region: false,
            };
            configs.entry(of_places).or_insert_with(|| made.clone());
            configs.entry(key).or_insert(made).clone()
        };
        if let Some(region) = region {
            let region = SdkRegion::new(region.as_str().to_owned());
            found.config = found.config.to_builder().region(region).build();
        }
        Ok(found)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Configured>> {
        // A panic elsewhere cannot leave a map half written: insertion is the only change.
        self.configs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn make(
        &self,
        profile: Option<&str>,
        region: Option<&Region>,
        endpoints: Option<Endpoints>,
    ) -> Result<Configured, Failure> {
        let region = match region {
            Some(region) => Some(SdkRegion::new(region.as_str().to_owned())),
            None => profile::default_region(profile, self.http()?).await,
        };
        let mut loader: ConfigLoader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(self.http()?)
            .timeout_config(self.timeouts())
            .retry_config(retries())
            .region(region.clone());
        if let Some(name) = profile {
            loader = loader.profile_name(name);
            loader = if let Some(session) = self.session(name) {
                loader.credentials_provider(session)
            } else {
                // A profile that was chosen goes before keys in the environment, as with the AWS CLI.
                let endpoints = endpoints.as_ref().unwrap_or(&self.options.endpoints);
                let settings = self.settings(region)?;
                loader.credentials_provider(profile::credentials(name, endpoints, &settings))
            };
        }
        if let Some((key, secret)) = &self.options.credentials {
            let secret = secret.reveal();
            loader =
                loader.credentials_provider(Credentials::new(key, secret, None, None, "sandbox"));
        }
        let config = loader.load().await;
        let endpoints = endpoints.unwrap_or_else(|| self.options.endpoints.or_found(&config));
        let config = endpoints.applied(config);
        Ok(Configured { config, endpoints })
    }

    /// What clients that look for credentials by themselves need: the Region, and the limits of all
    /// calls.
    fn settings(&self, region: Option<SdkRegion>) -> Result<ProviderConfig, Failure> {
        Ok(ProviderConfig::default()
            .with_http_client(self.http()?)
            .with_region(region)
            .with_retry_config(retries())
            .with_timeout_config(self.timeouts()))
    }

    fn timeouts(&self) -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(self.options.connect_timeout)
            .operation_attempt_timeout(self.options.request_timeout)
            .build()
    }

    /// The resources that the configuration names in a Region.
    fn named(&self, region: &Region) -> Vec<Named> {
        let here = |named: &&Named| named.region.as_ref().is_none_or(|own| own == region);
        self.options.named.iter().filter(here).cloned().collect()
    }

    /// What calls without an operation of the SDK are sent through.
    fn plain(&self) -> Result<Http, Failure> {
        if let Some(http) = self.plain.get() {
            return Ok(http.clone());
        }
        let settings = HttpConnectorSettings::builder()
            .connect_timeout(self.options.connect_timeout)
            .read_timeout(self.options.request_timeout)
            .build();
        let connector =
            SharedHttpConnector::new(connector::secure(self.trust()?, Some(settings), None));
        let http = Http::new(connector, self.options.request_timeout);
        Ok(self.plain.get_or_init(|| http).clone())
    }

    fn http(&self) -> Result<SharedHttpClient, Failure> {
        if let Some(client) = self.http.get() {
            return Ok(client.clone());
        }
        let client = connector::client(self.trust()?);
        Ok(self.http.get_or_init(|| client).clone())
    }

    fn trust(&self) -> Result<TlsContext, Failure> {
        let store = match &self.options.ca_bundle {
            None => TrustStore::default(),
            Some(path) => {
                let wrong = |why: String| {
                    Failure::new(FailureKind::Invalid, "", format!("cannot use the CA bundle {}: {why}", path.display()))
                        .hint("AWS_CA_BUNDLE, or ca_bundle in the config, must name a readable file of PEM certificates.")
                };
                let pem = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
                if !pem.windows(27).any(|w| w == b"-----BEGIN CERTIFICATE-----") {
                    return Err(wrong("it holds no PEM certificate".to_owned()));
                }
                TrustStore::empty().with_pem_certificate(pem)
            }
        };
        TlsContext::builder()
            .with_trust_store(store)
            .build()
            .map_err(|error| Failure::new(FailureKind::Internal, "TLS", error.to_string()))
    }
}

fn retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(3)
}
