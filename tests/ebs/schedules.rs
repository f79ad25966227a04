//! The schedules of Data Lifecycle Manager.

use serde_json::{Value, json};

use crate::{VOLUME, common::World, meant, world};

#[test]
fn schedules_are_listed_with_their_next_run_and_made_stopped_and_deleted() {
    let world = world();
    let all = world.snapdeck(&["ebs", "schedule", "list"]).exits(0).json();
    let daily = &all[0];
    assert_eq!(
        (
            &daily["id"],
            &daily["state"],
            &daily["target_tags"],
            &daily["retention"],
            &daily["rule"]
        ),
        (
            &json!("policy-0a1b0000000000001"),
            &json!("ENABLED"),
            &json!({ "Backup": "daily" }),
            &json!(["14 snapshots"]),
            &json!(["daily at 02:00 UTC"])
        ),
        "{all}"
    );
    let next = daily["next_run"].as_str().expect("a time");
    assert!(next.ends_with("T02:00:00Z"), "{next}");
    assert_eq!(all[1]["next_run"], Value::Null, "a stopped one has none");

    let made = world
        .snapdeck(&[
            "ebs",
            "schedule",
            "create",
            "--target-tag",
            "Owner=Data",
            "--target-tag",
            "Owner=Platform",
            "--at",
            "03:30",
            "--keep-days",
            "30",
            "--copy-tags",
            "--description",
            "nightly",
        ])
        .exits(0)
        .json();
    let policy = made["resource"].as_str().expect("a policy").to_owned();
    let shown = world
        .snapdeck(&["ebs", "schedule", "show", &policy])
        .exits(0)
        .json();
    assert_eq!(
        (
            &shown["description"],
            &shown["retention"],
            &shown["copy_tags"],
            &shown["execution_role_arn"]
        ),
        (
            &json!("nightly"),
            &json!(["30 days"]),
            &json!(true),
            &json!("arn:aws:iam::123456789012:role/AWSDataLifecycleManagerDefaultRole")
        ),
        "{shown}"
    );
    world
        .snapdeck(&["ebs", "schedule", "enable", &policy])
        .exits(6)
        .says(&["enabled already"]);
    for (word, state) in [("disable", "DISABLED"), ("enable", "ENABLED")] {
        let done = world
            .snapdeck(&["ebs", "schedule", word, &policy])
            .exits(0)
            .json();
        assert_eq!(done["stage"], state, "{done}");
    }
    world
        .snapdeck(&["ebs", "schedule", "delete", &policy, "--yes"])
        .exits(0);
    world
        .snapdeck(&["ebs", "schedule", "show", &policy])
        .exits(5);
}

#[test]
fn a_volume_is_put_on_a_daily_schedule_by_a_tag_that_like_volumes_share() {
    let world = world();
    let daily = |volume: &str| {
        world
            .snapdeck(&["ebs", "schedule", "daily", volume, "--keep", "7", "--wait"])
            .exits(0)
            .json()
    };
    let (first, second) = (daily(VOLUME), daily("vol-0a1b0000000000021"));
    assert_eq!(first["resource"], second["resource"], "{first} {second}");
    assert_eq!(meant(&world, "CreateLifecyclePolicy").len(), 1);
    assert_eq!(meant(&world, "CreateTags").len(), 2);
    let volume = world.snapdeck(&["ebs", "show", VOLUME]).exits(0).json();
    assert_eq!(volume["tags"]["snapdeck:schedule"], "daily-0200-keep-7");
    world
        .snapdeck(&["ebs", "schedule", "daily", VOLUME, "--keep", "7"])
        .exits(6)
        .says(&["takes this volume already"]);
    let planned = world
        .snapdeck(&[
            "ebs",
            "schedule",
            "daily",
            VOLUME,
            "--keep-days",
            "30",
            "--dry-run",
        ])
        .exits(0)
        .json();
    let text = planned.to_string();
    for part in [
        "at or after 02:00 UTC, within 1h",
        "It leaves the schedule",
        "dlm create-lifecycle-policy",
    ] {
        assert!(text.contains(part), "{part}: {planned}");
    }
    world
        .snapdeck(&["ebs", "schedule", "create", "--keep", "7"])
        .exits(2)
        .says(&["at least one tag"]);
    world
        .snapdeck(&[
            "ebs", "schedule", "daily", VOLUME, "--at", "2am", "--keep", "7",
        ])
        .exits(2)
        .says(&["'2am'"]);
}

/// Lets the last of the calls that a command makes fail, and every repetition of it; the command makes
/// so many of them.
fn fault_of_the_last(world: &World, action: &str, calls: usize) {
    let fault = json!({
        "service": "*", "action": action, "kind": "error_500", "nth": calls, "times": 50
    });
    world.control("faults", &fault);
}

#[test]
fn a_read_that_fails_before_a_change_is_sent_is_no_lost_reply() {
    let daily = |world: &World, volume: &str| {
        world.snapdeck(&["ebs", "schedule", "daily", volume, "--keep", "7"])
    };
    let sent = |world: &World| {
        (
            meant(world, "CreateTags").len(),
            meant(world, "CreateLifecyclePolicy").len(),
        )
    };
    let calls = |action: &str| {
        let world = world();
        daily(&world, VOLUME).exits(0);
        world.calls(action).len()
    };
    for (action, left) in [
        ("DescribeVolumes", (0, 0)),
        ("GetLifecyclePolicies", (1, 0)),
    ] {
        let many = calls(action);
        let world = world();
        fault_of_the_last(&world, action, many);
        let failed = daily(&world, VOLUME).exits(7).says(&["was not sent"]);
        assert_eq!(failed.json()["status"], "failed", "{action}: {failed}");
        assert_eq!(sent(&world), left, "{action}: {failed}");
    }
}
