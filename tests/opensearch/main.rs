//! OpenSearch Service through the program and the sandbox, whose domains check every signature: what is
//! taken, restored, deleted and registered, and that nothing is sent twice whatever happens to a reply.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at a surprise"
)]

#[path = "../common/changes.rs"]
mod changing;
#[path = "../common/mod.rs"]
mod common;
mod create;
mod lists;
mod migrate;
mod names;
#[path = "../common/process.rs"]
mod process;
mod prune;
mod replies;
mod repositories;
mod restore;
#[path = "../common/steering.rs"]
mod steering;
mod transport;

use serde_json::json;
use snapdeck::sandbox::{Options, Scenario};

use common::World;

const ROLE: &str = "arn:aws:iam::123456789012:role/SnapshotRole";

/// A domain of each sort. A minute passes in a tenth of a second.
const SCENARIO: &str = r#"
speed = 600

[[domain]]
name = "logs"
engine = "OpenSearch_2.11"
encrypted = true
automated = false

[[domain.repository]]
name = "backups"
bucket = "es-index-backups"
base_path = "logs"
role_arn = "arn:aws:iam::123456789012:role/SnapshotRole"

[[domain.index]]
name = "orders"
shards = 3
size = "20MiB"
docs = 1200
aliases = ["al-orders"]

[[domain.index]]
name = "web"
size = "10MiB"
docs = 900

[[domain.index]]
name = ".kibana_1"
size = "1MiB"
docs = 10
aliases = [".kibana"]

[[domain.snapshot]]
repository = "backups"
name = "first"
age = "2d"

[[domain.snapshot]]
repository = "backups"
name = "broken"
age = "5h"
state = "PARTIAL"
failed_shards = ["orders/1"]

[[domain.policy]]
name = "daily"
repository = "backups"
cron = "0 2 * * *"
keep = 14

[[domain]]
name = "spare"
engine = "OpenSearch_2.11"
encrypted = true

[[domain.repository]]
name = "from-logs"
bucket = "es-index-backups"
base_path = "logs"
readonly = true
role_arn = "arn:aws:iam::123456789012:role/SnapshotRole"

[[domain]]
name = "fresh"
engine = "OpenSearch_2.13"
automated = false

[[domain]]
name = "legacy"
engine = "Elasticsearch_6.8"

[[domain.repository]]
name = "old"
bucket = "es-index-backups"
base_path = "legacy"
role_arn = "arn:aws:iam::123456789012:role/SnapshotRole"

[[domain.repository]]
name = "my r"
bucket = "es-index-backups"
base_path = "spaced"
role_arn = "arn:aws:iam::123456789012:role/SnapshotRole"

[[domain.snapshot]]
repository = "my r"
name = "kept"
age = "1d"

[[domain.index]]
name = "archive"
size = "200GiB"

[[domain]]
name = "guarded"
engine = "OpenSearch_2.5"
fine_grained = true

[[domain.index]]
name = "secret"
size = "1MiB"

[[domain]]
name = "inside"
engine = "OpenSearch_2.5"
unreachable = true

[[roles]]
name = "SnapshotRole"
trusts = "es.amazonaws.com"
[roles.policies]
SnapshotBucket = '''{"Version":"2012-10-17","Statement":[
  {"Effect":"Allow","Action":["s3:ListBucket"],"Resource":["arn:aws:s3:::es-index-backups"]},
  {"Effect":"Allow","Action":["s3:GetObject","s3:PutObject","s3:DeleteObject"],"Resource":["arn:aws:s3:::es-index-backups/*"]}]}'''

[[roles]]
name = "UntrustedRole"
trusts = "ec2.amazonaws.com"

[[buckets]]
name = "es-index-backups"

[[buckets]]
name = "frozen"
archive_after = { days = 30 }
"#;

fn world() -> World {
    of(SCENARIO)
}

fn of(scenario: &str) -> World {
    World::with(Options {
        scenario: Scenario::from_toml(scenario, "the test's scenario").expect("a scenario"),
        verify_signatures: true,
        ..Options::default()
    })
}

/// The calls that were meant to change something in a domain.
fn changes(world: &World) -> Vec<String> {
    let all = world.requests().into_iter();
    let changing = all.filter(|call| call["service"] == "es" && call["mutating"] == true);
    changing
        .filter_map(|call| call["action"].as_str().map(str::to_owned))
        .collect()
}

/// A fault of the next change in a domain.
fn fault(world: &World, kind: &str) {
    world.fault_of_a_change("es", "*", kind);
}

/// A fault of the next reads of a domain.
fn fault_of_reads(world: &World, action: &str, kind: &str, times: u64) {
    let fault = json!({ "service": "es", "action": action, "kind": kind, "times": times });
    world.control("faults", &fault);
}
