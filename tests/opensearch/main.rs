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
mod migrate;
#[path = "../common/process.rs"]
mod process;
#[path = "../common/steering.rs"]
mod steering;

use serde_json::{Value, json};
use snapdeck::sandbox::{Options, Scenario};

use changing::at_once;
use common::{CONFIG, TWO_DIRECTORIES, World};

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

/// What changes something in a domain, each by its method and what asks for it.
const CHANGES: [(&str, &[&str]); 8] = [
    (
        "PUT /_snapshot/backups/t1",
        &["create", "logs/backups/t1", "--index", "orders"],
    ),
    (
        "POST /_snapshot/backups/first/_restore",
        &[
            "restore",
            "logs/backups/first",
            "--index",
            "orders",
            "--rename-pattern",
            "(.+)",
            "--rename-replacement",
            "re-$1",
        ],
    ),
    (
        "DELETE /_snapshot/backups/first",
        &["delete", "logs/backups/first", "--yes"],
    ),
    (
        "DELETE /web",
        &["delete-index", "logs", "web", "--confirm", "web"],
    ),
    (
        "PUT /_snapshot/more",
        &[
            "register",
            "logs",
            "more",
            "--bucket",
            "es-index-backups",
            "--base-path",
            "more",
            "--role-arn",
            ROLE,
        ],
    ),
    (
        "DELETE /_snapshot/backups",
        &["unregister", "logs", "backups"],
    ),
    (
        "POST /_plugins/_sm/policies/weekly",
        &[
            "policy",
            "create",
            "logs",
            "weekly",
            "--repository",
            "backups",
            "--cron",
            "0 3 * * 0",
            "--keep",
            "4",
        ],
    ),
    (
        "DELETE /_plugins/_sm/policies/daily",
        &["policy", "delete", "logs", "daily", "--yes"],
    ),
];

fn line<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    [&["opensearch"], arguments, &["--wait"]].concat()
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

fn with_faults(
    kinds: &[&'static str],
) -> Vec<(&'static str, &'static str, &'static [&'static str])> {
    let of = |kind: &&'static str| {
        let kind = *kind;
        CHANGES.map(move |(call, arguments)| (kind, call, arguments))
    };
    kinds.iter().flat_map(of).collect()
}

#[test]
fn every_change_is_one_call_and_ends_completed() {
    at_once(with_faults(&["none"]), |(_, call, arguments)| {
        let world = world();
        let ended = world.snapdeck(&line(arguments)).exits(0).json();
        assert_eq!(ended["status"], "completed", "{call}: {ended}");
        assert_eq!(changes(&world), [call]);
    });
}

#[test]
fn whatever_happens_to_the_reply_a_change_is_sent_once_and_found() {
    let kinds = ["gateway_timeout", "drop_after", "hang", "truncated"];
    at_once(with_faults(&kinds), |(kind, call, arguments)| {
        let world = world();
        fault(&world, kind);
        let ended = world.snapdeck(&line(arguments)).exits(0).json();
        assert_eq!(ended["status"], "completed", "{kind} on {call}: {ended}");
        assert!(
            ended["note"]
                .as_str()
                .is_some_and(|note| note.contains("found by looking")),
            "{kind} on {call}: {ended}"
        );
        assert_eq!(changes(&world), [call], "{kind}");
    });
}

#[test]
fn an_engine_without_metadata_is_reconciled_by_the_name_and_the_time() {
    let world = world();
    fault(&world, "gateway_timeout");
    let ended = world
        .snapdeck(&["opensearch", "create", "legacy/old/t1", "--wait"])
        .exits(0)
        .json();
    assert_eq!(ended["status"], "completed", "{ended}");
    assert!(
        ended["note"]
            .as_str()
            .is_some_and(|note| note.contains("no two snapshots of a repository have one name")),
        "{ended}"
    );
    let sent = &world.calls("PUT /_snapshot/old/t1")[0]["params"]["body"];
    assert!(sent.get("metadata").is_none(), "{sent}");
}

#[test]
fn what_never_arrived_is_looked_for_and_never_repeated() {
    at_once(with_faults(&["drop_before"]), |(kind, call, arguments)| {
        let world = world();
        fault(&world, kind);
        let ended = world.snapdeck(&line(arguments)).exits(9).json();
        assert_eq!(ended["status"], "unknown", "{kind} on {call}: {ended}");
        assert_eq!(changes(&world).len(), 1, "{kind} on {call}");
    });
}

#[test]
fn domains_are_listed_with_what_each_plane_knows() {
    let world = world();
    let listed = world.snapdeck(&["opensearch", "list"]).exits(0).json();
    let by = |name: &str| {
        let mut all = listed.as_array().expect("a list").iter();
        all.find(|row| row["id"] == name)
            .unwrap_or_else(|| panic!("no {name}"))
            .clone()
    };
    let logs = by("logs");
    assert_eq!(logs["engine_version"], "OpenSearch 2.11");
    assert_eq!(logs["encrypted_at_rest"], true);
    assert!(
        logs["health"].is_string() && logs["last_snapshot_time"].is_string(),
        "{logs}"
    );
    assert_eq!(by("legacy")["engine_version"], "Elasticsearch 6.8");
    assert_eq!(by("guarded")["fine_grained_access"], true);
    let inside = by("inside");
    assert_eq!(inside["endpoint_type"], "vpc");
    assert!(
        inside["unreachable"]
            .as_str()
            .is_some_and(|why| why.contains("in a VPC")),
        "{inside}"
    );
    // Five names a call, and no more.
    for call in world.calls("DescribeDomains") {
        assert!(
            call["params"]["DomainNames"]
                .as_array()
                .is_none_or(|names| names.len() <= 5)
        );
    }
    world
        .snapdeck(&["opensearch", "snapshots", "inside"])
        .exits(7)
        .says(&["inside is in a VPC", "VPN", "Nothing was sent"]);
}

#[test]
fn an_account_without_domains_is_an_empty_list_and_a_list_that_is_denied_is_none() {
    let world = World::new(TWO_DIRECTORIES);
    assert_eq!(
        world.snapdeck(&["opensearch", "list"]).exits(0).stdout,
        "[]\n"
    );
    world.fault("ListDomainNames", "denied", 1);
    let denied = world.snapdeck(&["opensearch", "list"]).exits(4);
    assert_eq!(denied.stdout, "");
}

#[test]
fn a_domain_that_is_not_there_is_said_to_be_so() {
    let world = world();
    for arguments in [
        ["show", "nope"],
        ["indices", "nope"],
        ["show", "logs/nope"],
        ["show", "logs/backups/nope"],
    ] {
        world
            .snapdeck(&[&["opensearch"], &arguments[..]].concat())
            .exits(5)
            .says(&["nope"]);
    }
}

#[test]
fn a_thousand_snapshots_are_listed_in_one_request_and_detailed_many_at_a_time() {
    let many = "[[domain.snapshot]]\nrepository = \"backups\"\nname = \"first\"";
    let scenario = SCENARIO.replace(
        many,
        "[[domain.snapshot]]\nrepository = \"backups\"\nname = \"many-{date}\"\nage = \"1d\"\nevery = \"1d\"\ncount = 1000\n\n[[domain.snapshot]]\nrepository = \"backups\"\nname = \"first\"",
    );
    let world = of(&scenario);
    let listed = world
        .snapdeck(&["opensearch", "snapshots", "logs/backups"])
        .exits(0)
        .json();
    let rows = listed.as_array().expect("a list");
    assert!(rows.len() >= 1000, "{}", rows.len());
    assert!(rows.iter().all(|row| row["start_time"].is_string()));
    let requests = world.requests();
    let actions: Vec<&str> = requests
        .iter()
        .filter_map(|call| call["action"].as_str())
        .collect();
    let lists = actions
        .iter()
        .filter(|action| **action == "GET /_snapshot/backups/_all")
        .count();
    // One to find the repository, which counts them, and one to list them.
    assert_eq!(lists, 2);
    let details: Vec<&&str> = actions.iter().filter(|a| a.contains("%2C")).collect();
    assert!(details.len() <= 1000 / 32 + 2, "{}", details.len());
    assert!(details.iter().all(|action| action.len() < 3 * 1024));
}

#[test]
fn a_partial_snapshot_says_what_is_missing_and_where_it_is_whole() {
    let world = world();
    let shown = world
        .snapdeck(&["opensearch", "show", "logs/backups/broken"])
        .exits(0)
        .json();
    assert_eq!(shown["state"], "PARTIAL");
    assert_eq!(shown["missing_shards"], json!(["orders (1)"]));
    let whole = shown["last_whole"][0].as_str().unwrap_or_default();
    assert!(whole.starts_with("orders: "), "{shown}");
    world
        .snapdeck(&[
            "opensearch",
            "restore",
            "logs/backups/broken",
            "--index",
            "orders",
            "--rename-pattern",
            "^",
            "--rename-replacement",
            "re-",
        ])
        .exits(6)
        .says(&["lacks shards: orders (1)", "--partial"]);
    assert!(changes(&world).is_empty());
}

#[test]
fn automated_snapshots_are_awss_own() {
    let world = world();
    let listed = world
        .snapdeck(&["opensearch", "snapshots", "spare/cs-automated-enc"])
        .exits(0)
        .json();
    let newest = listed
        .as_array()
        .and_then(|all| all.first())
        .expect("a snapshot")
        .clone();
    assert_eq!(newest["automatic"], true);
    assert!(
        newest["keeping"]
            .as_str()
            .is_some_and(|text| text.contains("14 days"))
    );
    let id = newest["id"].as_str().expect("an id");
    world
        .snapdeck(&["opensearch", "delete", id, "--yes"])
        .exits(6)
        .says(&["AWS's own"]);
    world
        .snapdeck(&["opensearch", "create", "spare/cs-automated-enc"])
        .exits(6)
        .says(&["AWS's own"]);
    world
        .snapdeck(&["opensearch", "restore", id, "--to", "logs"])
        .exits(6)
        .says(&["can be restored only to spare"]);
    assert!(changes(&world).is_empty());
}

#[test]
fn a_restore_on_top_of_an_index_sends_nothing_and_names_every_conflict_and_the_ways_out() {
    let world = world();
    world
        .snapdeck(&["opensearch", "restore", "logs/backups/first"])
        .exits(6)
        .says(&[
            "orders (open)",
            "web (open)",
            "--rename-pattern",
            "delete-index logs",
            "--to",
        ]);
    assert!(changes(&world).is_empty());
    let beside = [
        "opensearch",
        "restore",
        "logs/backups/first",
        "--rename-pattern",
        "(.+)",
        "--rename-replacement",
        "re-$1",
        "--wait",
    ];
    world.snapdeck(&beside).exits(0);
    let sent = &world.calls("POST /_snapshot/backups/first/_restore")[0]["params"];
    let indices = world
        .snapdeck(&["opensearch", "indices", "logs"])
        .exits(0)
        .json();
    let names: Vec<&str> = indices
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|row| row["name"].as_str())
        .collect();
    assert!(
        names.contains(&"re-orders") && names.contains(&"re-web"),
        "{names:?}"
    );
    assert!(
        !names.iter().any(|name| name.starts_with("re-.")),
        "{names:?}"
    );
    assert_eq!(sent["body"]["include_aliases"], false, "{sent}");
    // Twice the same: now the copies are in the way.
    world.snapdeck(&beside).exits(6).says(&["re-orders (open)"]);
    assert_eq!(changes(&world).len(), 1);
}

#[test]
fn an_index_is_deleted_and_restored_with_its_aliases() {
    let world = world();
    world
        .snapdeck(&[
            "opensearch",
            "delete-index",
            "logs",
            "al-orders",
            "--confirm",
            "al-orders",
        ])
        .exits(5)
        .says(&["alias of orders"]);
    let plan = world
        .snapdeck(&["opensearch", "delete-index", "logs", "orders", "--dry-run"])
        .exits(0)
        .json();
    assert!(plan["warnings"].to_string().contains("al-orders"), "{plan}");
    world
        .snapdeck(&[
            "opensearch",
            "delete-index",
            "logs",
            "orders",
            "--confirm",
            "web",
        ])
        .exits(3);
    world
        .snapdeck(&[
            "opensearch",
            "delete-index",
            "logs",
            "orders",
            "--confirm",
            "orders",
        ])
        .exits(0);
    world
        .snapdeck(&[
            "opensearch",
            "restore",
            "logs/backups/first",
            "--index",
            "orders",
            "--wait",
        ])
        .exits(0);
    let indices = world
        .snapdeck(&["opensearch", "indices", "logs"])
        .exits(0)
        .json();
    let orders = indices
        .as_array()
        .expect("a list")
        .iter()
        .find(|row| row["name"] == "orders");
    assert_eq!(orders.expect("it is back")["aliases"], json!(["al-orders"]));
}

#[test]
fn a_snapshot_is_restored_to_another_domain_that_has_its_repository() {
    let world = world();
    world
        .snapdeck(&[
            "opensearch",
            "restore",
            "logs/backups/first",
            "--to",
            "spare",
            "--wait",
        ])
        .exits(0);
    assert_eq!(
        changes(&world),
        ["POST /_snapshot/from-logs/first/_restore"]
    );
    // The engine there is too old, whether it has the repository or not.
    world
        .snapdeck(&[
            "opensearch",
            "restore",
            "logs/backups/first",
            "--to",
            "legacy",
        ])
        .exits(6)
        .says(&["taken by 2.11"]);
    assert_eq!(changes(&world).len(), 1);
}

#[test]
fn what_would_save_nothing_or_is_there_already_is_refused() {
    let world = world();
    for (arguments, code, says) in [
        (["logs/backups/t1", "--index", "-web"], 3, "only leaves out"),
        (
            ["logs/backups/t1", "--index", "nope"],
            3,
            "no index fits nope",
        ),
        (
            ["logs/backups/first", "--index", "web"],
            6,
            "has a snapshot first already",
        ),
        (["spare/from-logs/t1", "--index", "*"], 6, "read-only"),
    ] {
        world
            .snapdeck(&[&["opensearch", "create"], &arguments[..]].concat())
            .exits(code)
            .says(&[says]);
    }
    assert!(changes(&world).is_empty());
}

#[test]
fn names_that_could_mean_several_are_refused_before_anything_is_sent() {
    let world = world();
    for arguments in [
        vec!["delete", "logs/backups/*", "--yes"],
        vec!["delete", "logs/backups/a,b", "--yes"],
        vec!["delete", "logs/backups/_all", "--yes"],
        vec!["delete", "logs/backups/..", "--yes"],
        vec!["delete-index", "logs", "_all", "--confirm", "_all"],
        vec!["delete-index", "logs", "*", "--confirm", "*"],
        vec!["delete-index", "logs", "a,b", "--confirm", "a,b"],
        vec!["create", "logs/backups/Big"],
        vec!["create", "logs/backups/a\u{7}b"],
        vec!["create", "logs/backups/a/b"],
        vec!["create", "logs"],
        vec!["unregister", "logs", "*"],
        vec!["unregister", "logs"],
        vec![
            "register",
            "logs",
            "cs-mine",
            "--bucket",
            "bbb",
            "--role-arn",
            ROLE,
        ],
        vec!["register", "logs", "r", "--bucket", "B", "--role-arn", ROLE],
        vec!["register", "logs", "r", "--bucket", "bbb"],
        vec![
            "register",
            "logs",
            "r",
            "--bucket",
            "bbb",
            "--role-arn",
            "x",
        ],
        vec![
            "policy",
            "create",
            "logs",
            "p",
            "--repository",
            "backups",
            "--cron",
            "daily",
        ],
        vec!["show", "LOGS"],
        vec!["snapshots", "logs/a/b"],
    ] {
        world
            .snapdeck(&[&["opensearch"], &arguments[..]].concat())
            .exits(2);
    }
    assert!(world.requests().is_empty());
}

#[test]
fn names_with_odd_characters_are_signed_as_they_are_sent() {
    let world = world();
    for name in ["a+b", "50%", "größe-日本", "x~y=z;w@v"] {
        let id = format!("logs/backups/{name}");
        world
            .snapdeck(&["opensearch", "create", &id, "--index", "web", "--wait"])
            .exits(0);
        let shown = world.snapdeck(&["opensearch", "show", &id]).exits(0).json();
        assert_eq!(shown["name"], name);
        world
            .snapdeck(&["opensearch", "delete", &id, "--yes"])
            .exits(0);
    }
}

#[test]
fn a_repository_of_an_older_engine_may_have_spaces_in_its_name() {
    let world = world();
    let shown = world
        .snapdeck(&["opensearch", "show", "legacy/my r/kept"])
        .exits(0)
        .json();
    assert_eq!(shown["repository"], "my r");
    assert!(!world.calls("GET /_snapshot/my%20r/kept").is_empty());
}

#[test]
fn an_endpoint_that_does_not_speak_tls_or_shows_a_wrong_certificate_is_refused() {
    let world = world();
    let domains = world.snapdeck(&["opensearch", "list"]).exits(0).json();
    let plain = domains[0]["endpoint"].as_str().expect("an endpoint");
    let name = |endpoint: &str| {
        let config = format!("{CONFIG}\n[opensearch.named]\nendpoint = \"{endpoint}\"\n");
        std::fs::write(world.path("config.toml"), config).expect("a configuration file");
    };
    name(&plain.replace("http://", "https://"));
    let refused = world.snapdeck(&["opensearch", "indices", "named"]).exits(7);
    refused.says(&["no connection to https://", "its certificate"]);

    // A certificate that nobody signed, where there is a program to make one and show it.
    let path = |name: &str| world.path(name).display().to_string();
    let (key, certificate) = (path("key.pem"), path("certificate.pem"));
    let made = std::process::Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
        ])
        .args(["-keyout", &key, "-out", &certificate])
        .stderr(std::process::Stdio::null())
        .status();
    if !made.is_ok_and(|status| status.success()) {
        return;
    }
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("an address")
        .port();
    let mut server = std::process::Command::new("openssl")
        .args([
            "s_server",
            "-quiet",
            "-www",
            "-accept",
            &format!("127.0.0.1:{port}"),
        ])
        .args(["-key", &key, "-cert", &certificate])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("openssl starts");
    common::until("the server listens", || {
        std::net::TcpStream::connect(("127.0.0.1", port))
            .ok()
            .map(drop)
    });
    name(&format!("https://localhost:{port}"));
    let refused = world.snapdeck(&["opensearch", "indices", "named"]);
    let _gone = server.kill();
    let _status = server.wait();
    let refused = refused
        .exits(7)
        .says(&["no connection to https://localhost", "ertificate"]);
    assert!(refused.stdout.is_empty(), "{refused}");
}

#[test]
fn an_answer_that_is_cut_or_no_json_is_an_error_that_names_the_request() {
    for kind in ["truncated", "malformed", "html", "gateway_timeout"] {
        let world = world();
        fault_of_reads(&world, "GET /_cat/indices", kind, 3);
        let ended = world.snapdeck(&["opensearch", "indices", "logs"]).exits(7);
        assert!(ended.stdout.is_empty(), "{kind}: {ended}");
        ended.says(&["GET /_cat/indices on logs in us-east-1: "]);
        assert_eq!(world.calls("GET /_cat/indices").len(), 3, "{kind}");
    }
}

#[test]
fn a_read_that_falters_is_repeated_a_little() {
    let world = world();
    fault_of_reads(&world, "GET /_cat/indices", "unavailable_503", 2);
    world.snapdeck(&["opensearch", "indices", "logs"]).exits(0);
    assert_eq!(world.calls("GET /_cat/indices").len(), 3);
}

#[test]
fn one_snapshot_at_a_time_is_waited_for_visibly() {
    let world = world();
    world
        .snapdeck(&["opensearch", "create", "legacy/old/t1"])
        .exits(0);
    let second = world
        .snapdeck(&["opensearch", "create", "legacy/old/t2", "--wait"])
        .exits(0)
        .json();
    assert_eq!(second["status"], "completed", "{second}");
    let puts: Vec<u64> = world
        .calls("PUT /_snapshot/old/t2")
        .iter()
        .filter_map(|call| call["status"].as_u64())
        .collect();
    assert!(
        puts.len() > 1 && puts[0] == 503 && puts.last() == Some(&200),
        "{puts:?}"
    );
}

#[test]
fn a_repository_is_registered_verified_and_taken_away() {
    let world = world();
    let register = [
        "opensearch",
        "register",
        "spare",
        "mine",
        "--bucket",
        "es-index-backups",
        "--base-path",
        "spare",
        "--role-arn",
        ROLE,
        "--server-side-encryption",
    ];
    world.snapdeck(&register).exits(0);
    let shown = world
        .snapdeck(&["opensearch", "show", "spare/mine"])
        .exits(0)
        .json();
    assert_eq!(
        (&shown["bucket"], &shown["endpoint"]),
        (&json!("es-index-backups"), &json!("s3.amazonaws.com"))
    );
    world
        .snapdeck(&["opensearch", "verify", "spare", "mine"])
        .exits(0);
    world
        .snapdeck(&["opensearch", "unregister", "spare", "mine"])
        .exits(0);
    world
        .snapdeck(&["opensearch", "show", "spare/mine"])
        .exits(5);
    world
        .snapdeck(&["opensearch", "unregister", "spare", "cs-automated-enc"])
        .exits(6)
        .says(&["AWS's own"]);
}

#[test]
fn a_registration_that_fails_says_what_is_missing_in_the_role() {
    let world = world();
    let untrusted = [
        "opensearch",
        "register",
        "spare",
        "mine",
        "--bucket",
        "es-index-backups",
        "--role-arn",
        "arn:aws:iam::123456789012:role/UntrustedRole",
    ];
    world
        .snapdeck(&untrusted)
        .exits(4)
        .says(&["es.amazonaws.com"]);
    let scenario = format!("{SCENARIO}\n[[denied]]\naction = \"iam:PassRole\"\n");
    let world = of(&scenario);
    let register = [
        "opensearch",
        "register",
        "spare",
        "mine",
        "--bucket",
        "es-index-backups",
        "--base-path",
        "spare",
        "--role-arn",
        ROLE,
    ];
    world.snapdeck(&register).exits(4).says(&["iam:PassRole"]);
}

#[test]
fn prerequisites_are_each_there_or_missing_with_what_mends_them() {
    let world = world();
    let right = world
        .snapdeck(&[
            "opensearch",
            "prerequisites",
            "logs",
            "--bucket",
            "es-index-backups",
            "--role-arn",
            ROLE,
        ])
        .exits(0)
        .json();
    let failed = |found: &Value| -> Vec<String> {
        let checks = found["checks"].as_array().expect("checks").iter();
        checks
            .filter(|check| check["verdict"] != "passed")
            .map(|check| check["check"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    assert!(failed(&right).is_empty(), "{right:#}");
    let wrong = world
        .snapdeck(&[
            "opensearch",
            "prerequisites",
            "logs",
            "--bucket",
            "frozen",
            "--role-arn",
            "arn:aws:iam::123456789012:role/UntrustedRole",
        ])
        .exits(3)
        .json();
    let missing = failed(&wrong);
    for label in [
        "No Glacier rule",
        "Role trusts the service",
        "Role may list the bucket",
        "Role may use its objects",
    ] {
        assert!(missing.iter().any(|one| one == label), "{label}: {wrong:#}");
    }
    let documents = wrong["documents"].to_string();
    assert!(documents.contains("es.amazonaws.com") && documents.contains("arn:aws:s3:::frozen/*"));
    let printed = world.snapdeck(&[
        "--output",
        "table",
        "opensearch",
        "prerequisites",
        "logs",
        "--bucket",
        "nowhere",
        "--role-arn",
        ROLE,
        "--print-policies",
    ]);
    let printed = printed.exits(3);
    assert!(
        printed.stdout.contains("there is no bucket nowhere"),
        "{printed}"
    );
    assert!(printed.stdout.contains("\"Action\""), "{printed}");
    assert!(changes(&world).is_empty());
}

#[test]
fn a_role_without_its_policy_is_prepared_once_and_found_after_a_lost_reply() {
    let scenario =
        format!("{SCENARIO}\n[[roles]]\nname = \"BareRole\"\ntrusts = \"es.amazonaws.com\"\n");
    let world = of(&scenario);
    let role = "arn:aws:iam::123456789012:role/BareRole";
    let arguments = ["--bucket", "es-index-backups", "--role-arn", role];
    let ask = |command: &str| {
        let line = [&["opensearch", command, "logs"], &arguments[..]].concat();
        world.snapdeck(&line)
    };
    ask("prerequisites").exits(3);
    let fault = json!({ "service": "iam", "action": "PutRolePolicy", "kind": "drop_after" });
    world.control("faults", &fault);
    let ended = ask("prepare").exits(0).json();
    assert_eq!(ended["status"], "completed", "{ended}");
    assert_eq!(world.calls("PutRolePolicy").len(), 1);
    ask("prerequisites").exits(0);
}

#[test]
fn fine_grained_access_control_keeps_the_cluster_state_and_says_so() {
    let scenario = SCENARIO.replace(
        "[[domain.index]]\nname = \"secret\"",
        "[[domain.repository]]\nname = \"safe\"\nbucket = \"es-index-backups\"\nbase_path = \"guarded\"\nrole_arn = \"arn:aws:iam::123456789012:role/SnapshotRole\"\n\n[[domain.snapshot]]\nrepository = \"safe\"\nname = \"s1\"\nage = \"1d\"\n\n[[domain.index]]\nname = \"secret\"",
    );
    let world = of(&scenario);
    world
        .snapdeck(&[
            "opensearch",
            "restore",
            "guarded/safe/s1",
            "--global-state",
            "--rename-pattern",
            "^",
            "--rename-replacement",
            "re-",
        ])
        .exits(4)
        .says(&["fine-grained access control"]);
    assert!(changes(&world).is_empty());
}

#[test]
fn a_policy_is_made_listed_and_deleted() {
    let world = world();
    world
        .snapdeck(&[
            "opensearch",
            "policy",
            "create",
            "logs",
            "nightly",
            "--repository",
            "backups",
            "--keep",
            "7",
        ])
        .exits(0);
    let listed = world
        .snapdeck(&["opensearch", "policies", "logs"])
        .exits(0)
        .json();
    let nightly = listed
        .as_array()
        .expect("a list")
        .iter()
        .find(|row| row["name"] == "nightly")
        .expect("it is there")
        .clone();
    assert_eq!(
        (&nightly["schedule"], &nightly["time_zone"]),
        (&json!("0 2 * * *"), &json!("UTC"))
    );
    world
        .snapdeck(&["opensearch", "policy", "delete", "logs", "nightly", "--yes"])
        .exits(0);
    world
        .snapdeck(&[
            "opensearch",
            "policy",
            "create",
            "legacy",
            "nightly",
            "--repository",
            "old",
        ])
        .exits(6)
        .says(&["no snapshot management"]);
}

#[test]
fn pruning_deletes_exactly_what_a_dry_run_says() {
    let world = world();
    let prune = [
        "opensearch",
        "prune",
        "logs/backups",
        "--older-than",
        "1d",
        "--name",
        "first",
    ];
    let planned = world
        .snapdeck(&[&prune[..], &["--dry-run"]].concat())
        .exits(0)
        .json();
    assert_eq!(planned.as_array().map(Vec::len), Some(1), "{planned}");
    assert!(changes(&world).is_empty());
    world.snapdeck(&[&prune[..], &["--yes"]].concat()).exits(0);
    assert_eq!(changes(&world), ["DELETE /_snapshot/backups/first"]);
}

#[test]
fn pruning_all_domains_goes_on_without_those_that_cannot_be_read_and_says_so() {
    let world = world();
    let prune = [
        "opensearch",
        "prune",
        "--name",
        "first",
        "--older-than",
        "1d",
    ];
    let planned = world
        .snapdeck(&[&prune[..], &["--dry-run"]].concat())
        .exits(7)
        .says(&["inside is left out: ", "is in a VPC"])
        .json();
    assert_eq!(planned[0]["id"], "logs/backups/first", "{planned}");
    let pruned = world.snapdeck(&[&prune[..], &["--yes"]].concat());
    pruned.exits(7).says(&["inside is left out: "]);
    assert_eq!(changes(&world), ["DELETE /_snapshot/backups/first"]);
}
