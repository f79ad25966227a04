//! What is listed and shown: domains, snapshots, and what is missing in them.

use serde_json::json;

use crate::{
    SCENARIO, changes,
    common::{TWO_DIRECTORIES, World},
    of, world,
};

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
