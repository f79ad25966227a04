//! What the tests of the whole program share: a simulated AWS of their own, and the program run
//! against it as a process.
//!
//! Every [`World`] is apart from every other: its own server, clock, state directory, configuration
//! and environment. Nothing waits by sleeping for long enough: [`until`] asks again and again, and
//! fails after a time that no working program needs.

use std::{
    fs,
    future::Future,
    path::PathBuf,
    sync::LazyLock,
    time::{Duration, Instant},
};

use serde_json::Value;
use snapdeck::sandbox::{Options, Sandbox, Scenario};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The servers of all tests of a file run here.
static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Runtime::new().expect("a runtime for the servers"));

/// Longer than anything here takes, so that what hangs fails instead.
const PATIENCE: Duration = Duration::from_mins(1);

/// One Managed AD and one Simple AD, with a snapshot each and no automatic ones, so that nothing but
/// the tests changes them. A snapshot takes a tenth of a second and a restore a fifth or three.
pub(crate) const TWO_DIRECTORIES: &str = r#"
speed = 3000

[[directories]]
id = "d-9067a10001"
name = "corp.example.com"
type = "MicrosoftAD"
edition = "Standard"
auto_snapshots = 0
snapshots = [{ id = "s-9067b10001", name = "before", age = "2d" }]

[[directories]]
id = "d-9067a10002"
name = "dev.example.com"
type = "SimpleAD"
size = "Small"
auto_snapshots = 0
snapshots = [{ id = "s-9067b10002", name = "earlier", age = "3d" }]
"#;

/// Looks often and gives up soon, within what the configuration takes.
pub(crate) const CONFIG: &str = r#"
[network]
connect_timeout = "1s"
request_timeout = "2s"

[watch]
shortest = "1s"
longest = "1s"
reconcile_for = "10s"

[support]
contact = "the directory team, ext. 4711"
"#;

/// A simulated AWS, and a home for the programs that talk to it.
pub(crate) struct World {
    sandbox: Sandbox,
    folder: TempDir,
}

impl World {
    /// A world made of the text of a scenario.
    pub(crate) fn new(scenario: &str) -> Self {
        let scenario = Scenario::from_toml(scenario, "the test's scenario").expect("a scenario");
        Self::with(Options {
            scenario,
            ..Options::default()
        })
    }

    /// A world made to order.
    pub(crate) fn with(options: Options) -> Self {
        let folder = tempfile::tempdir().expect("a temporary directory");
        fs::write(folder.path().join("config.toml"), CONFIG).expect("a configuration file");
        Self {
            sandbox: run(Sandbox::start(options)).expect("a sandbox"),
            folder,
        }
    }

    /// The endpoint.
    pub(crate) fn url(&self) -> String {
        self.sandbox.url()
    }

    /// A path in the world's own directory, where `config.toml` and the state directory `state` are.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Every call that arrived, oldest first.
    pub(crate) fn requests(&self) -> Vec<Value> {
        let url = format!("{}/_sandbox/requests", self.url());
        let lines = run(async { reqwest::get(url).await?.text().await }).expect("the request log");
        lines
            .lines()
            .map(|line| serde_json::from_str(line).expect("a JSON object a line"))
            .collect()
    }
}

/// Runs a future to its end.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    RUNTIME.block_on(future)
}

/// Asks until there is an answer.
#[track_caller]
pub(crate) fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < end, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
