//! What is shown keeps up with AWS by itself.

use std::time::Duration;

use serde_json::json;

use crate::{at_each_size, flow::Setup};

#[test]
fn what_changes_in_aws_appears_without_a_key() {
    let restoring = r#"
speed = 1

[[directories]]
id = "d-9067a10001"
name = "corp.example.com"
type = "SimpleAD"
size = "Small"
auto_snapshots = 0
stage = "Restoring"
"#;
    let mut flow = Setup::new((80, 24))
        .scenario(restoring)
        .refresh(Duration::from_secs(1))
        .launch();
    flow.shows("Restoring").settles();
    flow.control("advance", &json!({ "seconds": 100_000 }));
    flow.shows("Active");
    assert!(flow.changes().is_empty());
}

#[test]
fn where_aws_throttles_it_backs_off_and_says_so_and_recovers() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).refresh(Duration::from_secs(1)).start();
        flow.shows("<1s old");
        flow.fault("DescribeDirectories", "throttle", 3);
        flow.shows("throttled, every 2s").frame("throttled");
        flow.shows("<1s old").hides("throttled");
    });
}

#[test]
fn it_can_be_paused_and_says_what_time_it_stopped_at() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).start();
        flow.press("p").frame("paused");
        flow.press("p").shows("<1m old");
    });
}

#[test]
fn expired_credentials_are_said_with_what_renews_them_and_it_goes_on_by_itself() {
    let mut flow = Setup::new((80, 24)).refresh(Duration::from_secs(1)).start();
    flow.fault("DescribeDirectories", "expired_token", 2);
    flow.shows("Renew them ('aws sso login'").frame("expired");
    flow.shows("<1s old").hides("aws sso login");
}
