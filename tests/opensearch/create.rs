//! Taking a snapshot, by hand and by a policy.

use serde_json::json;

use crate::{changes, world};

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
fn a_name_that_is_not_given_is_the_time_and_the_same_in_all_that_is_said_and_sent() {
    let world = world();
    let create = ["opensearch", "create", "logs/backups", "--index", "web"];
    let planned = world
        .snapdeck(&[&create[..], &["--dry-run"]].concat())
        .exits(0)
        .json();
    let mut checks = planned["checks"].as_array().expect("checks").iter();
    let looked_for = checks.find(|check| check["check"] == "Name");
    let looked_for = looked_for.and_then(|check| check["detail"].as_str());
    let name = looked_for
        .and_then(|detail| detail.strip_suffix(" is free"))
        .expect("a free name");
    assert!(name.starts_with("snapdeck-20"), "{planned}");
    let line = planned["equivalent"].as_str().expect("a line");
    assert!(
        line.contains(&format!("/_snapshot/backups/{name}")),
        "{line}"
    );

    let made = world.snapdeck(&create).exits(0).json();
    let made = made["resource"].as_str().expect("a snapshot");
    let name = made
        .strip_prefix("logs/backups/")
        .expect("of the repository");
    assert_eq!(changes(&world), [format!("PUT /_snapshot/backups/{name}")]);
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
