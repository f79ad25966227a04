//! What policies make as time passes.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::sandbox::Scenario;
use crate::sandbox::world::World;

const SCENARIO: &str = r#"
    [[volumes]]
    id = "vol-00000000000000001"
    size = 4
    age = "60d"
    tags = { Backup = "daily", Owner = "Platform" }

    [[volumes]]
    id = "vol-00000000000000002"
    size = 4
    tags = { Backup = "never" }

    [[lifecycle_policies]]
    id = "policy-1"
    target_tags = { Backup = "daily" }
    time = "02:00"
    keep = 5
    age = "30d"
    missed = ["2d"]
"#;

fn world(now: Timestamp) -> World {
    World::new(&Scenario::from_toml(SCENARIO, "test").unwrap(), now)
}

fn start() -> Timestamp {
    "2026-03-04T12:00:00Z".parse().unwrap()
}

/// The snapshots that are to be seen: when they were started, and of which volume.
fn made(world: &World, now: Timestamp) -> Vec<(String, String)> {
    let state = world.ebs.to_json(now);
    let snapshots = state["snapshots"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    snapshots
        .filter(|snapshot| snapshot["Presence"] == "listed")
        .map(|snapshot| (text(&snapshot["StartTime"]), text(&snapshot["VolumeId"])))
        .collect()
}

#[test]
fn the_past_is_there_from_the_start_with_its_gap() {
    let world = world(start());
    let made = made(&world, start());
    let days: Vec<&str> = made.iter().map(|(time, _)| &time[..13]).collect();
    let expected = [
        "2026-02-27T02",
        "2026-02-28T02",
        "2026-03-01T02",
        "2026-03-03T02",
        "2026-03-04T02",
    ];
    assert_eq!(days, expected);
    assert!(
        made.iter()
            .all(|(_, volume)| volume == "vol-00000000000000001")
    );
}

#[test]
fn how_often_one_looks_makes_no_difference() {
    let mut often = world(start());
    let mut seldom = world(start());
    let mut now = start();
    for step in 0..200 {
        now += SignedDuration::from_secs(600 + step * 37);
        often.settle(now);
    }
    seldom.settle(now);
    assert_eq!(made(&often, now), made(&seldom, now));
    assert_eq!(often.ebs.to_json(now), seldom.ebs.to_json(now));
}

#[test]
fn a_century_passes_quickly() {
    let mut world = world(start());
    let now = start() + SignedDuration::from_hours(100 * 365 * 24);
    world.settle(now);
    assert_eq!(made(&world, now).len(), 5);
}
