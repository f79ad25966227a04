//! Choosing among many and deleting what was chosen.

use serde_json::Value;

use crate::{changes, world};

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
    let records = planned.as_array().expect("a list").iter();
    let chosen: Vec<&Value> = records
        .filter(|record| record["would_delete"] == true)
        .map(|record| &record["id"])
        .collect();
    assert_eq!(chosen, ["logs/backups/first"], "{planned}");
    let pruned = world.snapdeck(&[&prune[..], &["--yes"]].concat());
    pruned.exits(7).says(&["inside is left out: "]);
    assert_eq!(changes(&world), ["DELETE /_snapshot/backups/first"]);
}
