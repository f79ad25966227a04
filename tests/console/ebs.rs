//! EBS in the console: a volume with its last thirty days, a snapshot with tags, what was deleted, and
//! the schedules.

use serde_json::json;

use crate::flow::Setup;

const WORLD: &str = r#"
[[volumes]]
id = "vol-0c1d0000000000001"
name = "web data"
size = 30
age = "90d12h"
tags = { Backup = "daily" }

[[snapshots]]
id = "snap-0c1d0000000000002"
volume = "vol-0c1d0000000000001"
age = "3d30m30s"
description = "deleted by mistake"
recycled = "1d30m30s"

[recycle_bin]
retain = "7d"

[[lifecycle_policies]]
id = "policy-0c1d000000000003"
description = "Nightly"
target_tags = { Backup = "daily" }
time = "02:00"
keep = 14
age = "20d12h"
missed = ["4d"]
"#;

#[test]
fn a_volume_shows_its_days_and_is_snapshotted_with_tags() {
    let mut flow = Setup::new((140, 40)).with(WORLD).start();
    flow.press("tab").shows("vol-0c1d0000000000001");
    flow.press("enter").shows("in 30 days, none on");
    flow.press("c").settles();
    flow.press("'before upgrade' enter 'Name=web' enter 'Owner=alice' enter")
        .settles();
    flow.press("enter enter").shows("accepted");
    flow.advance(7200).shows("completed");
    let sent: Vec<_> = flow
        .calls("CreateSnapshot")
        .into_iter()
        .filter(|call| call["params"]["DryRun"] != "true")
        .collect();
    let [call] = &sent[..] else {
        panic!("{sent:?}")
    };
    let tag =
        |at: u8, part: &str| call["params"][format!("TagSpecification.1.Tag.{at}.{part}")].clone();
    assert_eq!(call["params"]["Description"], "before upgrade");
    assert_eq!(
        [
            tag(1, "Key"),
            tag(1, "Value"),
            tag(2, "Key"),
            tag(2, "Value")
        ],
        [json!("Name"), json!("web"), json!("Owner"), json!("alice")]
    );
}

#[test]
fn what_was_deleted_and_what_is_scheduled_have_tabs() {
    let mut flow = Setup::new((140, 40)).with(WORLD).start();
    flow.press("tab tab tab tab")
        .shows("snap-0c1d0000000000002")
        .shows("deleted by mistake");
    flow.press("tab")
        .shows("policy-0c1d000000000003")
        .shows("daily at 02:00 UTC")
        .shows("14 snapshots");
    flow.press("enter").shows("within the hour after that time");
}

#[test]
fn where_there_is_no_schedule_the_first_one_can_be_made() {
    let mut flow = Setup::new((80, 24)).start();
    flow.press(": 'schedules' enter")
        .shows("No schedules in us-east-1. a shows what can be done.");
    flow.press("a").snapshot("actions-nothing-there");
    flow.press("enter").settles().press("'Backup=daily' tab");
    flow.settles().snapshot("schedule-first");
    assert!(flow.changes().is_empty());
}
