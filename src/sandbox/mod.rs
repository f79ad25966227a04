//! A simulated AWS on loopback, which speaks the real wire protocols.
//!
//! Any AWS client can be pointed at it: the console, the AWS CLI, an SDK. It needs no account, and
//! what it does can be steered over HTTP: time, faults, failures.
//!
//! # Layout
//!
//! ```text
//! server     sockets and HTTP; a connection is a task, nothing else is
//! ports      a port for every search domain
//! body       bounded request bodies; reply bodies whole or cut off
//! control    /_sandbox/...: requests, state, advance, faults, fail
//! gateway    the life of a call: log, fault, authentication, permission, operation
//!   call, rest   what a request asks           signature  Signature Version 4
//!   data_plane   what a request at a domain's own port asks, and who may
//!   aws_chunked, xml_reader, cbor  bodies of requests, and of replies
//!   service      services and their protocols  condition  what any service may refuse, and how
//!   refusal      error envelopes               reply, xml replies
//!   faults       what goes wrong, and when     request_log  what came over the wire
//!   permissions  what the caller may not do    identity   who the caller is
//!   throttling   how often it may ask          authorization_message  what denials carry
//!   seal         texts that clients carry
//!   texts        everything said in AWS's name, in one table
//! services   one file or folder a service, one line each in its route
//! world      what requests see and change; a function of what is stored and of the time
//!   clock        virtual time        ids     identifiers from the seed        paging  page tokens
//!   word         names of AWS's      wildcard  patterns with * and ?
//!   region       names of Regions
//! scenario   the file that a world begins with
//! ```
//!
//! # Invariants
//!
//! - It shares no code with the rest of the crate, so that no mistake can be on both sides.
//! - State is a function of what is stored and of the virtual time. No task changes the world.
//! - It listens on loopback only: it is not a server for others.
//! - An operation that it does not simulate is refused as AWS refuses one, never answered with an
//!   empty success.

mod authorization_message;
mod aws_chunked;
mod body;
mod call;
mod cbor;
mod clock;
mod condition;
mod control;
mod data_plane;
mod faults;
mod gateway;
mod identity;
mod ids;
mod paging;
mod permissions;
mod ports;
mod refusal;
mod region;
mod reply;
mod request_log;
mod rest;
mod scenario;
mod seal;
mod server;
mod service;
mod services;
mod signature;
mod texts;
mod throttling;
mod wildcard;
mod word;
mod world;
mod xml;
mod xml_reader;

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use jiff::Timestamp;
use tokio::net::{TcpListener, TcpSocket};
use tokio::task::{JoinHandle, JoinSet};

use self::clock::Clock;
use self::faults::Faults;
use self::gateway::{Gateway, Verification};
use self::world::World;

pub use self::identity::{ACCESS_KEY_ID, ACCOUNT, SECRET_ACCESS_KEY};
pub use self::scenario::{Scenario, ScenarioError};

/// How a sandbox is to be.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen: a loopback address, with port 0 for a free port. Default: `127.0.0.1:0`.
    pub listen: SocketAddr,
    /// The world to begin with. Default: the built-in one.
    pub scenario: Scenario,
    /// How many virtual seconds pass in a second; finite and greater than zero. None: as the
    /// scenario says, and 1 where it says nothing.
    pub speed: Option<f64>,
    /// Are keys, signatures and their dates checked as AWS checks them? Otherwise any signature
    /// is taken for the sandbox's own; an unsigned request is refused either way.
    pub verify_signatures: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            scenario: Scenario::built_in(),
            speed: None,
            verify_signatures: false,
        }
    }
}

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// The address can be reached from other machines.
    #[error(
        "the sandbox listens on loopback addresses only (127.0.0.1 or [::1]), not on {address}: it \
         is not a server for others"
    )]
    NotLoopback {
        /// The address asked for.
        address: SocketAddr,
    },
    /// The address cannot be had.
    #[error("the sandbox cannot listen on {address}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// A port for a domain cannot be had.
    #[error("the sandbox cannot have a port for the domain {domain}")]
    Domain {
        /// The domain.
        domain: String,
        /// What the system says.
        source: io::Error,
    },
    /// Time cannot run like that.
    #[error("the speed is {speed}; it must be a finite number greater than zero, such as 60")]
    Speed {
        /// The speed asked for.
        speed: f64,
    },
}

/// A running sandbox. Dropping it stops it at once: the port closes and so do its connections.
pub struct Sandbox {
    address: SocketAddr,
    account: String,
    region: String,
    clock: Arc<Clock>,
    domains: Vec<(String, SocketAddr)>,
    /// Bound and not listening: what is in a VPC refuses connections.
    _closed: Vec<TcpSocket>,
    server: JoinHandle<Infallible>,
    doors: JoinSet<Infallible>,
}

impl Sandbox {
    /// Starts a sandbox. It is bound and answers when this returns.
    ///
    /// # Errors
    ///
    /// When the address is not a loopback address or cannot be had, or the speed makes no sense.
    pub async fn start(options: Options) -> Result<Self, SandboxError> {
        let Options {
            listen,
            scenario,
            speed,
            verify_signatures,
        } = options;
        if !listen.ip().is_loopback() {
            return Err(SandboxError::NotLoopback { address: listen });
        }
        let speed = speed.or(scenario.speed).unwrap_or(1.0);
        if !speed.is_finite() || speed <= 0.0 {
            return Err(SandboxError::Speed { speed });
        }
        let cannot_listen = |source| SandboxError::Listen {
            address: listen,
            source,
        };
        let listener = TcpListener::bind(listen).await.map_err(cannot_listen)?;
        let address = listener.local_addr().map_err(cannot_listen)?;

        let base = scenario.now.unwrap_or_else(Timestamp::now);
        let clock = Arc::new(Clock::new(base, speed));
        let mut faults = Faults::default();
        for fault in &scenario.faults {
            faults.add(fault.clone());
        }
        let verification = if verify_signatures {
            Verification::Full
        } else {
            Verification::PresenceOnly
        };
        let mut world = World::new(&scenario, base);
        let ports = ports::open(&mut world, address.ip()).await?;
        let gateway = Arc::new(Gateway::new(
            Arc::clone(&clock),
            world,
            faults,
            &scenario.region,
            verification,
        ));
        let mut doors = JoinSet::new();
        for (listener, door) in ports.open {
            doors.spawn(server::serve(listener, Arc::clone(&gateway), Some(door)));
        }
        let server = tokio::spawn(server::serve(listener, gateway, None));
        tracing::info!(%address, speed, "sandbox started");
        Ok(Self {
            address,
            account: scenario.account,
            region: scenario.region,
            clock,
            domains: ports.names,
            _closed: ports.closed,
            server,
            doors,
        })
    }

    /// Where it listens, with the real port.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The endpoint for every AWS client: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The number of the account, twelve digits.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The Region that the scenario's resources are in unless they say otherwise.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The virtual now.
    #[must_use]
    pub fn clock(&self) -> Arc<dyn Fn() -> Timestamp + Send + Sync> {
        let clock = Arc::clone(&self.clock);
        Arc::new(move || clock.now())
    }

    /// The domains that have an endpoint, and where their data planes are; one in a VPC refuses
    /// connections.
    #[must_use]
    pub fn domains(&self) -> &[(String, SocketAddr)] {
        &self.domains
    }

    /// What to tell a user who starts it: one line each, the address first, then every domain.
    #[must_use]
    pub fn banner(&self) -> Vec<String> {
        let mut lines = vec![format!("listening on {}", self.url())];
        for (name, address) in &self.domains {
            lines.push(format!("domain {name} http://{address}"));
        }
        lines
    }

    /// Runs until this future is dropped.
    pub async fn stopped(mut self) {
        // The server ends only by being stopped; should it panic, waiting on would be pointless.
        let Err(error) = (&mut self.server).await;
        tracing::error!(%error, "the sandbox stopped");
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.server.abort();
        self.doors.abort_all();
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Sandbox")
            .field("address", &self.address)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    use super::*;

    #[tokio::test]
    async fn it_answers_when_it_has_started_and_is_gone_when_dropped() {
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        let address = sandbox.address();
        let banner = sandbox.banner();
        assert_eq!(banner[0], format!("listening on http://{address}"));
        assert_eq!(sandbox.account(), ACCOUNT);

        let mut idle = TcpStream::connect(address).await.unwrap();
        idle.write_all(b"GET /_sandbox/faults HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .await
            .unwrap();
        let mut answer = [0; 15];
        idle.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200 OK");

        drop(sandbox);
        let mut rest = Vec::new();
        // Closed in one way or the other; what counts is that it does not stay open.
        let closed = tokio::time::timeout(Duration::from_secs(5), idle.read_to_end(&mut rest));
        assert!(closed.await.is_ok());
        assert!(TcpStream::connect(address).await.is_err());
    }

    #[tokio::test]
    async fn what_makes_no_sense_is_refused() {
        let everywhere = Options {
            listen: "0.0.0.0:0".parse().unwrap(),
            ..Options::default()
        };
        let refused = Sandbox::start(everywhere).await;
        assert!(matches!(refused, Err(SandboxError::NotLoopback { .. })));
        for speed in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let options = Options {
                speed: Some(speed),
                ..Options::default()
            };
            let refused = Sandbox::start(options).await;
            assert!(matches!(refused, Err(SandboxError::Speed { .. })));
        }
    }

    #[tokio::test]
    async fn the_clock_runs_as_told() {
        let options = Options {
            speed: Some(1e6),
            ..Options::default()
        };
        let sandbox = Sandbox::start(options).await.unwrap();
        let clock = sandbox.clock();
        let before = clock();
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(clock().duration_since(before).as_secs() >= 20_000);
    }
}
