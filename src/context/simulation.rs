//! Starting the sandbox: in this process for this process, or on its own for others.

use std::{net::SocketAddr, path::PathBuf};

use crate::{
    config::SandboxSource,
    domain::failure::{Failure, FailureKind, causes},
    sandbox::{self, Sandbox, Scenario},
};

/// How a sandbox that runs on its own is started.
#[derive(Debug, Clone)]
pub struct SandboxOptions {
    /// The loopback address to listen on; `None` takes a free port.
    pub listen: Option<SocketAddr>,
    /// The world to begin with; `None` is the built-in one.
    pub scenario: Option<PathBuf>,
    /// How many virtual seconds pass in a second; `None` is as the scenario says.
    pub speed: Option<f64>,
    /// Whether signatures are checked.
    pub verify_signatures: bool,
}

/// Starts a sandbox for other processes.
///
/// # Errors
/// [`FailureKind::Invalid`] for a scenario or an address that cannot be used.
pub async fn serve_sandbox(options: SandboxOptions) -> Result<Sandbox, Failure> {
    let source = options
        .scenario
        .map_or(SandboxSource::BuiltIn, SandboxSource::File);
    let mut wanted = sandbox::Options {
        scenario: scenario(&source)?,
        speed: options.speed,
        ..sandbox::Options::default()
    };
    wanted.verify_signatures = options.verify_signatures;
    if let Some(address) = options.listen {
        wanted.listen = address;
    }
    start(wanted).await
}

/// Starts a sandbox for this process.
///
/// # Errors
/// [`FailureKind::Invalid`] for a scenario that cannot be used.
pub(super) async fn start_own(source: &SandboxSource) -> Result<Sandbox, Failure> {
    start(sandbox::Options {
        scenario: scenario(source)?,
        ..sandbox::Options::default()
    })
    .await
}

fn scenario(source: &SandboxSource) -> Result<Scenario, Failure> {
    match source {
        SandboxSource::BuiltIn => Ok(Scenario::built_in()),
        SandboxSource::File(path) => Scenario::load(path)
            .map_err(|error| Failure::new(FailureKind::Invalid, "", causes(&error))),
    }
}

async fn start(options: sandbox::Options) -> Result<Sandbox, Failure> {
    Sandbox::start(options)
        .await
        .map_err(|error| Failure::new(FailureKind::Invalid, "", causes(&error)))
}
