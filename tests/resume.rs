//! What was asked survives the process that asked: whoever comes later watches the same operation to
//! its end, and nothing is sent a second time.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at a surprise"
)]

mod common;
#[path = "common/process.rs"]
mod process;
#[path = "common/steering.rs"]
mod steering;

use std::{fmt::Write as _, fs};

use jiff::Timestamp;
use serde_json::{Value, json};

use common::{CONFIG, TWO_DIRECTORIES, World, until};

const CREATE: [&str; 4] = ["directory", "create", "d-9067a10001", "--wait"];
const RESTORE: [&str; 6] = [
    "directory",
    "restore",
    "s-9067b10001",
    "--confirm",
    "d-9067a10001",
    "--wait",
];

/// Two directories in a time that stands nearly still: what is begun goes on until it is advanced.
fn slow() -> World {
    World::new(&TWO_DIRECTORIES.replace("speed = 3000", "speed = 1"))
}

/// The id and the status of the only operation there is, once it has that status.
fn only_operation(world: &World, status: &str) -> String {
    until(status, || {
        let open = world.snapdeck(&["operations", "list", "--open"]).json();
        let [only] = open.as_array()?.as_slice() else {
            return None;
        };
        (only["status"] == status).then(|| only["id"].as_str().map(str::to_owned))?
    })
}

/// Watches what is open to its end, hours later, and makes sure that it is this and ended well.
#[track_caller]
fn is_watched_to_its_end(world: &World, id: &str, call: &str) {
    let resumed = world.start(&["operations", "wait"]);
    until("it is watched again", || {
        let open = world.snapdeck(&["operations", "list", "--open"]).json();
        (open[0]["status"] == "in_progress").then_some(())
    });
    world.control("advance", &json!({ "seconds": 4 * 3600 }));
    let ended = resumed.end().exits(0).json();
    assert_eq!(ended.as_array().map(Vec::len), Some(1), "{ended:#}");
    assert_eq!(
        (&ended[0]["id"], &ended[0]["status"]),
        (&json!(id), &json!("completed"))
    );
    assert_eq!(world.calls(call).len(), 1);
}

#[test]
fn a_wait_that_is_killed_is_taken_up_by_the_next_process() {
    for (arguments, call) in [
        (&CREATE[..], "CreateSnapshot"),
        (&RESTORE[..], "RestoreFromSnapshot"),
    ] {
        let world = slow();
        let killed = world.start(arguments);
        let id = only_operation(&world, "in_progress");
        // Dropped is killed, without a chance to say goodbye.
        drop(killed);
        is_watched_to_its_end(&world, &id, call);
    }
}

#[test]
fn a_request_whose_sender_was_killed_before_the_answer_is_found_again() {
    for (arguments, call) in [
        (&CREATE[..], "CreateSnapshot"),
        (&RESTORE[..], "RestoreFromSnapshot"),
    ] {
        let world = slow();
        world.fault(call, "hang", 1);
        let killed = world.start(arguments);
        until("the request has arrived", || {
            (world.calls(call).len() == 1).then_some(())
        });
        drop(killed);
        let id = only_operation(&world, "requested");
        is_watched_to_its_end(&world, &id, call);
    }
}

#[test]
fn a_request_that_never_arrived_is_unknown_and_not_sent_by_the_next_process() {
    let world = slow();
    world.fault("CreateSnapshot", "hang_before", 1);
    let killed = world.start(&CREATE);
    until("the request has arrived", || {
        (world.calls("CreateSnapshot").len() == 1).then_some(())
    });
    drop(killed);
    let id = only_operation(&world, "requested");
    // Nothing like it may be sent while nobody knows.
    world.snapdeck(&CREATE).exits(6).says(&[&id]);
    let ended = world
        .snapdeck(&["operations", "wait", &id])
        .exits(9)
        .says(&[
            "the process that sent it ended before AWS answered",
            "It was not sent again.",
            "Look at the snapshots of d-9067a10001",
        ]);
    assert_eq!(ended.json()[0]["status"], "unknown");
    assert_eq!(world.calls("CreateSnapshot").len(), 1);
}

#[test]
fn two_processes_that_watch_the_same_agree() {
    let world = slow();
    let asked = world.snapdeck(&RESTORE[..5]).exits(0).json();
    let id = asked["id"].as_str().expect("an id");
    let watching = [
        world.start(&["operations", "wait", id]),
        world.start(&["operations", "wait"]),
    ];
    until("both have looked", || {
        (world.calls("DescribeDirectories").len() >= 8).then_some(())
    });
    world.control("advance", &json!({ "seconds": 4 * 3600 }));
    let [first, second] = watching.map(|process| process.end().exits(0).json());
    assert_eq!(first, second);
    assert_eq!(
        (&first[0]["id"], &first[0]["status"]),
        (&json!(id), &json!("completed"))
    );
    assert_eq!(world.calls("RestoreFromSnapshot").len(), 1);
}

#[test]
fn a_hundred_operations_cost_one_listing_a_look() {
    let mut scenario = "speed = 1\n".to_owned();
    for number in 0..20 {
        let directory = format!(
            "[[directories]]\nid = \"d-90670000{number:02}\"\nname = \"n{number}.example.com\"\n\
             type = \"SimpleAD\"\nsize = \"Small\"\nauto_snapshots = 0\n"
        );
        scenario.write_str(&directory).expect("a string takes it");
    }
    let world = World::new(&scenario);
    std::thread::scope(|scope| {
        for part in 0..4 {
            let world = &world;
            scope.spawn(move || {
                for number in (part * 5..part * 5 + 5).flat_map(|n| [n; 5]) {
                    let directory = format!("d-90670000{number:02}");
                    world
                        .snapdeck(&["directory", "create", &directory])
                        .exits(0);
                }
            });
        }
    });
    assert_eq!(world.calls("CreateSnapshot").len(), 100);

    let before = world.requests().len();
    let watching = world.start(&["operations", "wait"]);
    let looks = until("four looks", || {
        let calls = world.requests().split_off(before);
        let is_look = |call: &Value| call["action"] == "DescribeSnapshots";
        (calls.iter().filter(|call| is_look(call)).count() >= 4).then_some(calls)
    });
    // A hundred snapshots are one page, so each look is one call, and two are at least the shortest
    // interval apart, less a tenth. Nothing else is asked but who is calling.
    let times: Vec<Timestamp> = looks
        .iter()
        .filter(|call| call["action"] == "DescribeSnapshots")
        .map(|call| {
            call["at"]
                .as_str()
                .and_then(|at| at.parse().ok())
                .expect("a time")
        })
        .collect();
    for pair in times.windows(2) {
        let apart = pair[1].duration_since(pair[0]).as_secs_f64();
        assert!(apart >= 0.9, "{apart} s: {times:?}");
    }
    let others: Vec<&Value> = looks
        .iter()
        .map(|call| &call["action"])
        .filter(|action| **action != "DescribeSnapshots")
        .collect();
    assert_eq!(others, ["GetCallerIdentity"]);

    world.control("advance", &json!({ "seconds": 3600 }));
    let ended = watching.end().exits(0).json();
    let ended = ended.as_array().expect("an array");
    assert_eq!(ended.len(), 100);
    assert!(
        ended
            .iter()
            .all(|operation| operation["status"] == "completed")
    );
}

/// A volume beside the directories of [`slow`].
const VOLUME: &str = r#"
[[volumes]]
id = "vol-0a1b0000000000011"
size = 8
"#;

/// How many looks one service has answered or is yet to answer.
fn looks(world: &World, service: &str) -> usize {
    let calls = world.calls("DescribeSnapshots");
    calls.iter().filter(|c| c["service"] == service).count()
}

/// A directory's snapshot and a volume's, both under way; their ids.
fn one_of_each(world: &World) -> [String; 2] {
    [&CREATE[..3], &["ebs", "create", "vol-0a1b0000000000011"]].map(|arguments| {
        let asked = world.snapdeck(arguments).exits(0).json();
        asked["id"].as_str().expect("an id").to_owned()
    })
}

#[test]
fn a_service_that_hangs_keeps_no_other_one_from_being_watched() {
    let world = World::new(&(TWO_DIRECTORIES.replace("speed = 3000", "speed = 1") + VOLUME));
    // Longer than anything is waited for here.
    let patient = CONFIG.replace("request_timeout = \"2s\"", "request_timeout = \"10m\"");
    assert_ne!(patient, CONFIG);
    fs::write(world.path("config.toml"), patient).expect("a configuration file");
    let [directory, _volume] = one_of_each(&world);
    world.control(
        "faults",
        &json!({ "service": "ec2", "action": "DescribeSnapshots", "kind": "hang_before", "times": 9 }),
    );
    let before = looks(&world, "ec2");
    let watching = world.start(&["operations", "wait", &directory]);
    until("EC2 is asked", || {
        (looks(&world, "ec2") > before).then_some(())
    });
    let then = looks(&world, "ds");
    until("the directory is looked at again and again", || {
        (looks(&world, "ds") >= then + 3).then_some(())
    });
    world.control("advance", &json!({ "seconds": 4 * 3600 }));
    let ended = watching.end().exits(0).json();
    assert_eq!(ended[0]["status"], "completed", "{ended:#}");
}

#[test]
fn a_trace_is_believed_only_once_sts_has_said_whose_the_credentials_are() {
    let world = slow();
    world.fault("CreateSnapshot", "hang", 1);
    let killed = world.start(&CREATE);
    until("the request has arrived", || {
        (world.calls("CreateSnapshot").len() == 1).then_some(())
    });
    drop(killed);
    let id = only_operation(&world, "requested");
    // Looking for it fails until STS does.
    world.fault("DescribeSnapshots", "denied", 3);
    let watching = world.start(&["operations", "wait", &id]);
    until("it is looked for", || {
        (!world.calls("DescribeSnapshots").is_empty()).then_some(())
    });
    let before = world.calls("GetCallerIdentity").len();
    world.fault("GetCallerIdentity", "denied", 3);
    until("STS was asked three times in vain", || {
        (world.calls("GetCallerIdentity").len() >= before + 3).then_some(())
    });
    only_operation(&world, "unknown");
    until("STS has answered", || {
        (world.calls("GetCallerIdentity").len() >= before + 4).then_some(())
    });
    only_operation(&world, "in_progress");
    world.control("advance", &json!({ "seconds": 4 * 3600 }));
    let ended = watching.end().exits(0).json();
    assert_eq!(ended[0]["status"], "completed", "{ended:#}");
    assert_eq!(world.calls("CreateSnapshot").len(), 1);
}
