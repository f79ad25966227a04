//! What is listed and shown of volumes and snapshots.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::{
    INSTANCE, SNAPSHOT, VOLUME,
    common::{TWO_DIRECTORIES, World},
    world,
};

#[test]
fn lists_ask_for_this_account_alone_and_in_pages() {
    let world = world();
    world.snapdeck(&["ebs", "snapshots"]).exits(0);
    world.snapdeck(&["ebs", "snapshots", VOLUME]).exits(0);
    world.snapdeck(&["ebs", "snapshots", INSTANCE]).exits(0);
    let calls = world.calls("DescribeSnapshots");
    assert!(calls.len() >= 3);
    for call in calls {
        assert_eq!(
            (&call["params"]["Owner.1"], &call["params"]["MaxResults"]),
            (&json!("self"), &json!("1000")),
            "{call}"
        );
    }
}

#[test]
fn an_account_without_volumes_is_an_empty_list_and_a_list_that_fails_is_none() {
    let world = World::new(TWO_DIRECTORIES);
    let empty = world.snapdeck(&["ebs", "volumes"]).exits(0);
    assert_eq!(empty.stdout, "[]\n");
    world.fault("DescribeVolumes", "denied", 1);
    let denied = world
        .snapdeck(&["ebs", "volumes"])
        .exits(4)
        .says(&["ec2:DescribeVolumes"]);
    assert_eq!(denied.stdout, "");
}

#[test]
fn an_instance_without_volumes_has_none_and_nobody_is_asked_for_their_snapshots() {
    let world = World::new("[[instances]]\nid = \"i-0c1d0000000000001\"\n");
    for list in ["volumes", "snapshots"] {
        let none = world.snapdeck(&["ebs", list, "i-0c1d0000000000001"]);
        assert_eq!(none.exits(0).stdout, "[]\n", "{list}");
    }
    assert!(world.calls("DescribeSnapshots").is_empty());
}

#[test]
fn what_is_known_of_a_snapshot_is_read_to_the_last_page() {
    // EC2 puts at most 200 fast restores on a page; those of the last snapshot are on the second one.
    let mut scenario = String::new();
    for number in 1..=201 {
        writeln!(
            scenario,
            "[[snapshots]]\nid = \"snap-0c1d{number:013}\"\nvolume = \"vol-0c1d0000000000001\"\nsize = 1\nage = \"9d\"\nfast_restore = [\"us-east-1a\"]"
        )
        .expect("a text");
    }
    let world = World::new(&scenario);
    let shown = world.snapdeck(&["ebs", "show", "snap-0c1d0000000000201"]);
    let shown = shown.exits(0).json();
    assert_eq!(
        shown["fast_snapshot_restore"],
        json!(["us-east-1a enabled"]),
        "{shown}"
    );
    assert_eq!(world.calls("DescribeFastSnapshotRestores").len(), 2);
    for action in ["DescribeFastSnapshotRestores", "DescribeImages"] {
        let asked = &world.calls(action)[0]["params"]["MaxResults"];
        assert!(asked.is_string(), "{action}: {asked}");
    }
}

#[test]
fn a_snapshot_shows_its_lock_sharing_fast_restores_and_images_or_why_not() {
    let world = world();
    let shown = |id: &str| world.snapdeck(&["ebs", "show", id]).exits(0).json();
    let locked = shown("snap-0a1b0000000000142");
    assert_eq!(locked["lock_state"], "compliance", "{locked}");
    assert!(locked["lock_expires_on"].is_string());
    assert_eq!(
        shown("snap-0a1b0000000000133")["shared_with"],
        json!(["210987654321"])
    );
    assert_eq!(
        shown("snap-0a1b00000000001b1")["fast_snapshot_restore"],
        json!(["us-east-1a enabled"])
    );
    assert_eq!(
        shown("snap-0a1b00000000001c1")["images"],
        json!(["ami-0a1b0000000000002 (web-golden)"])
    );
    world.fault("DescribeLockedSnapshots", "denied", 1);
    let partly = shown(SNAPSHOT);
    assert_eq!(
        (&partly["lock_state"], &partly["shared_with"]),
        (&Value::Null, &Value::Null)
    );
    let why = partly["not_known"][0].as_str().unwrap_or_default();
    assert!(why.contains("ec2:DescribeLockedSnapshots"), "{partly}");
}

#[test]
fn a_volume_shows_its_last_thirty_days_and_the_one_that_is_missing() {
    let world = world();
    let volume = world
        .snapdeck(&["ebs", "show", "vol-0a1b0000000000012"])
        .exits(0)
        .json();
    let days = volume["recovery_points"].as_array().expect("days").clone();
    assert_eq!(days.len(), 30, "{volume}");
    let gaps = days.iter().filter(|day| day["gap"] == true).count();
    let taken = days.iter().filter(|day| day["count"] == 1).count();
    assert_eq!(gaps, 1, "{volume}");
    assert!(taken >= 13, "{volume}");
    let table = world
        .snapdeck(&["ebs", "show", "vol-0a1b0000000000012", "--output", "table"])
        .exits(0);
    assert!(table.stdout.contains("ooooxooo"), "{table}");
}
