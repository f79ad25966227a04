//! Choosing recovery points and deleting them, as a script does it: what the dry run lists is what is
//! deleted, on every service.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at a surprise"
)]

mod common;
#[path = "common/process.rs"]
mod process;

use std::collections::BTreeSet;

use common::{TWO_DIRECTORIES, World};
use serde_json::Value;
use snapdeck::sandbox::Options;

/// The built-in world, which has everything that a user can meet.
fn world() -> World {
    World::with(Options::default())
}

fn texts(records: &Value, key: &str, wanted: impl Fn(&Value) -> bool) -> BTreeSet<String> {
    let records = records.as_array().map_or(&[][..], Vec::as_slice);
    let fitting = records.iter().filter(|record| wanted(record));
    fitting
        .map(|record| match &record[key] {
            Value::String(text) => text.clone(),
            other => panic!("{key} of {record} is {other}"),
        })
        .collect()
}

/// The recovery points that a list still has.
fn listed(world: &World, list: &[&str]) -> BTreeSet<String> {
    texts(&world.snapdeck(list).exits(0).json(), "id", |_| true)
}

/// What is asked of AWS is what the dry run says, no more and no less, and nothing else is gone. What
/// AWS refuses all the same does not stop the rest, and is answered.
#[track_caller]
fn agree(world: &World, prune: &[&str], list: &[&str], code: i32) -> BTreeSet<String> {
    let before = listed(world, list);
    let calls = world.requests().len();
    let with = |more: &[&'static str]| [prune, more].concat();
    let plan = world.snapdeck(&with(&["--dry-run"])).exits(0).json();
    let planned = texts(&plan, "id", |record| record["would_delete"] == true);
    assert!(!planned.is_empty(), "nothing is planned: {plan}");
    let changes = |from: usize| {
        let requests = world.requests();
        let changing = requests[from..].iter().filter(|r| r["mutating"] == true);
        changing.count()
    };
    assert_eq!(changes(calls), 0, "a dry run changes nothing");
    world
        .snapdeck(prune)
        .exits(3)
        .says(&["not confirmed", &planned.len().to_string()]);
    assert_eq!(changes(calls), 0, "without --yes nothing is changed");
    let done = world
        .snapdeck(&with(&["--yes", "--wait"]))
        .exits(code)
        .json();
    assert_eq!(texts(&done, "target", |_| true), planned);
    assert_eq!(changes(calls), planned.len(), "each is sent once");
    let after = listed(world, list);
    let gone: BTreeSet<String> = before.difference(&after).cloned().collect();
    assert_eq!(
        gone,
        texts(&done, "target", |record| record["status"] == "completed")
    );
    planned.difference(&gone).cloned().collect()
}

#[test]
fn directories_lose_what_the_dry_run_lists() {
    let world = world();
    let (prune, list) = (
        ["directory", "prune", "--keep", "1"],
        ["directory", "snapshots"],
    );
    // AWS refuses a change of a directory whose restore failed.
    let refused = agree(&world, &prune, &list, 6);
    assert_eq!(refused, BTreeSet::from(["s-9067b10061".to_owned()]));
    // The newest good one of each is left now, and all that AWS took.
    let again = world.snapdeck(&[&prune[..], &["--dry-run"]].concat());
    assert_eq!(texts(&again.exits(0).json(), "id", |_| true), refused);
}

#[test]
fn ebs_loses_what_the_dry_run_lists_and_keeps_what_cannot_be_deleted() {
    let world = world();
    let prune = ["ebs", "prune", "--older-than", "5d"];
    let plan = world.snapdeck(&[&prune[..], &["--dry-run"]].concat());
    let plan = plan.exits(0).json();
    let kept = texts(&plan, "because", |record| record["would_delete"] == false);
    for why in ["Images: in use by ami-", "Lock: locked (compliance)"] {
        assert!(kept.iter().any(|kept| kept.starts_with(why)), "{kept:?}");
    }
    let refused = agree(&world, &prune, &["ebs", "snapshots"], 0);
    assert_eq!(refused, BTreeSet::new());
}

#[test]
fn a_criterion_is_needed_and_a_wrong_one_is_named() {
    let world = World::new(TWO_DIRECTORIES);
    let refused = |arguments: &[&str], parts: &[&str]| {
        world.snapdeck(arguments).exits(2).says(parts);
    };
    refused(&["ebs", "prune", "--yes"], &["--older-than", "--keep"]);
    refused(&["ebs", "prune", "--older-than", "3w"], &["'3w'"]);
    refused(&["directory", "prune", "--keep", "0"], &["'0'"]);
    refused(&["directory", "prune", "--name", ""], &["empty"]);
    assert!(world.requests().is_empty());
}

#[test]
fn one_owner_can_be_named_and_read_only_refuses() {
    let world = world();
    let prune = ["directory", "prune", "d-9067a10002", "--older-than", "0s"];
    let plan = world
        .snapdeck(&[&prune[..], &["--dry-run"]].concat())
        .exits(0)
        .json();
    let own = world
        .snapdeck(&["directory", "snapshots", "d-9067a10002"])
        .exits(0)
        .json();
    let own = texts(&own, "id", |record| {
        record["type"] == "Manual" && record["state"] != "Creating"
    });
    assert_eq!(texts(&plan, "id", |_| true), own);
    let refused = [&["--read-only"], &prune[..], &["--yes"]].concat();
    world.snapdeck(&refused).exits(3).says(&["read-only"]);
    assert!(
        world
            .requests()
            .iter()
            .all(|request| request["mutating"] == false)
    );
}

/// Three snapshots of a volume, and four copies, which EC2 says are all of one volume.
const COPIES: &str = r#"
[[volumes]]
id = "vol-0c1d0000000000001"
size = 8

[[snapshots]]
id = "snap-0c1d0000000000001"
volume = "vol-0c1d0000000000001"
age = "40d"

[[snapshots]]
id = "snap-0c1d0000000000002"
volume = "vol-0c1d0000000000001"
age = "30d"

[[snapshots]]
id = "snap-0c1d0000000000003"
volume = "vol-0c1d0000000000001"
age = "20d"

[[snapshots]]
id = "snap-0c1d0000000000011"
copy = true
size = 8
age = "45d"

[[snapshots]]
id = "snap-0c1d0000000000012"
copy = true
size = 16
age = "35d"

[[snapshots]]
id = "snap-0c1d0000000000013"
copy = true
size = 32
age = "25d"

[[snapshots]]
id = "snap-0c1d0000000000014"
copy = true
size = 8
age = "1d"
"#;

#[test]
fn copies_whose_volume_nobody_knows_are_left_out_where_a_number_is_kept() {
    let world = World::new(COPIES);
    let list = ["ebs", "snapshots"];
    let told = "3 snapshots are left out: AWS does not say of what";
    let prune = ["ebs", "prune", "--keep", "1", "--older-than", "10d"];
    for more in [&["--dry-run"][..], &[]] {
        let run = world.snapdeck(&[&prune[..], more].concat());
        run.exits(if more.is_empty() { 3 } else { 0 }).says(&[told]);
    }
    let before = listed(&world, &list);
    assert_eq!(agree(&world, &prune, &list, 0), BTreeSet::new());
    let gone: Vec<String> = before.difference(&listed(&world, &list)).cloned().collect();
    assert_eq!(gone, ["snap-0c1d0000000000001", "snap-0c1d0000000000002"]);

    // By age alone they are chosen as any other, and a script still reads what AWS names.
    let by_age = ["ebs", "prune", "--older-than", "30d"];
    agree(&world, &by_age, &list, 0);
    let left = world.snapdeck(&list).exits(0).json();
    let is_copy = |record: &Value| record["volume_id"] == "vol-ffffffff";
    assert_eq!(
        texts(&left, "id", is_copy),
        BTreeSet::from(["snap-0c1d0000000000013", "snap-0c1d0000000000014"].map(str::to_owned))
    );
}
