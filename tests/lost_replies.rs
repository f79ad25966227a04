//! Every way in which a call can go wrong, on every call that changes something: it is never done
//! twice, what was done is found, and what was not is said not to be known.
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

use serde_json::{Value, json};

use common::{TWO_DIRECTORIES, World, run, until};
use process::Ended;

/// A call that changes something.
struct Change {
    /// AWS's name of it.
    call: &'static str,
    /// What asks for it and watches it to its end.
    arguments: &'static [&'static str],
    /// How many there are of what it makes, changes or deletes.
    effects: fn(&World) -> usize,
    /// What to look at where nobody knows what became of it.
    advice: &'static str,
}

const CREATE: Change = Change {
    call: "CreateSnapshot",
    arguments: &[
        "directory",
        "create",
        "d-9067a10001",
        "--name",
        "by test",
        "--wait",
    ],
    effects: |world| snapshots(world, |snapshot| snapshot["Name"] == "by test"),
    advice: "Look at the snapshots of d-9067a10001",
};

const RESTORE: Change = Change {
    call: "RestoreFromSnapshot",
    arguments: &[
        "directory",
        "restore",
        "s-9067b10002",
        "--confirm",
        "d-9067a10002",
        "--wait",
    ],
    effects: |world| {
        let directories = state(world);
        let restores = directories.iter().filter_map(|d| d["Restores"].as_array());
        restores.map(Vec::len).sum()
    },
    advice: "Look at the stage of d-9067a10002",
};

const DELETE: Change = Change {
    call: "DeleteSnapshot",
    arguments: &["directory", "delete", "s-9067b10001", "--yes", "--wait"],
    effects: |world| 2 - snapshots(world, |_| true),
    advice: "Look at the snapshots of d-9067a10001",
};

const CHANGES: [Change; 3] = [CREATE, RESTORE, DELETE];

/// The directories as they are, asked behind the program's back.
fn state(world: &World) -> Vec<Value> {
    let url = format!("{}/_sandbox/state", world.url());
    let state: Value = run(async { reqwest::get(url).await?.json().await }).expect("the state");
    state["directories"]
        .as_array()
        .cloned()
        .expect("directories")
}

fn snapshots(world: &World, which: fn(&Value) -> bool) -> usize {
    let directories = state(world);
    let all = directories.iter().filter_map(|d| d["Snapshots"].as_array());
    all.flatten().filter(|snapshot| which(snapshot)).count()
}

/// Runs a change whose calls go wrong this way, this often, in a world of its own.
fn suffer(change: &Change, fault: &str, times: u64) -> (World, Ended) {
    let world = World::new(TWO_DIRECTORIES);
    world.fault(change.call, fault, times);
    let ended = world.snapdeck(change.arguments);
    (world, ended)
}

/// What the journal says in the end: one operation, the one that was printed.
#[track_caller]
fn journalled(world: &World, ended: &Ended) -> Value {
    let listed = world.snapdeck(&["operations", "list"]).exits(0).json();
    assert_eq!(listed, json!([ended.json()]));
    listed[0].clone()
}

/// A fault on the one call of a change, and what must follow.
fn expect(change: &Change, fault: &str, code: i32, status: &str, effects: usize) -> Value {
    let case = format!("{} {fault}", change.call);
    let (world, ended) = suffer(change, fault, 1);
    assert_eq!(ended.code, Some(code), "{case}: {ended}");
    let operation = journalled(&world, &ended);
    assert_eq!(operation["status"], status, "{case}: {ended}");
    assert_ne!(operation["finished_at"], Value::Null, "{case}: {ended}");
    assert_eq!(world.calls(change.call).len(), 1, "{case}: sent once");
    assert_eq!(
        (change.effects)(&world),
        effects,
        "{case}: {:#?}",
        state(&world)
    );
    operation
}

/// Every change with every fault, all at the same time: most of them wait for what does not come.
fn at_once(faults: &[&str], work: impl Fn(&Change, &str) + Sync) {
    std::thread::scope(|scope| {
        for change in &CHANGES {
            for fault in faults {
                let work = &work;
                scope.spawn(move || work(change, fault));
            }
        }
    });
}

#[test]
fn whatever_became_of_the_answer_what_was_done_is_found() {
    let done = [
        "drop_after",
        "hang",
        "gateway_timeout",
        "truncated",
        "malformed",
        "delay_ms",
    ];
    at_once(&done, |change, fault| {
        let operation = expect(change, fault, 0, "completed", 1);
        for member in ["reason", "advice"] {
            assert_eq!(operation[member], Value::Null, "{fault}: {operation:#}");
        }
    });
}

#[test]
fn without_answer_and_trace_nobody_knows_and_it_is_not_tried_again() {
    let nothing_done = [
        "drop_before",
        "hang_before",
        "error_500",
        "unavailable_503",
        "html",
    ];
    at_once(&nothing_done, |change, fault| {
        let operation = expect(change, fault, 9, "unknown", 0);
        let text = |member: &str| operation[member].as_str().unwrap_or_default().to_owned();
        let (reason, advice) = (text("reason"), text("advice"));
        // Sentences, in the words of AWS or of this program, not of the libraries between them.
        for odd in ["..", "dispatch failure", "client error"] {
            assert!(!reason.contains(odd), "{fault}: {reason}");
        }
        assert!(reason.contains(" No trace of it: "), "{fault}: {reason}");
        assert!(
            reason.ends_with(" It was not sent again."),
            "{fault}: {reason}"
        );
        assert!(advice.starts_with(change.advice), "{fault}: {advice}");
    });
}

#[test]
fn a_refusal_is_final_and_passed_on() {
    at_once(&["denied", "expired_token"], |change, fault| {
        let operation = expect(change, fault, 4, "failed", 0);
        let reason = operation["reason"].as_str().unwrap_or_default();
        let code = if fault == "denied" {
            "AccessDenied"
        } else {
            "ExpiredToken"
        };
        assert!(reason.starts_with(code), "{operation:#}");
        assert!(operation["request_id"].is_string(), "{operation:#}");
    });
}

// The longest of all, and named so that it starts first.
#[test]
fn a_call_throttled_for_ever_is_7_and_nothing_was_done() {
    at_once(&["throttle"], |change, fault| {
        let (world, ended) = suffer(change, fault, 1000);
        let ended = ended.exits(7).says(&["ThrottlingException: Rate exceeded"]);
        assert_eq!(journalled(&world, &ended)["status"], "failed");
        assert_eq!(world.calls(change.call).len(), 6, "{}", change.call);
        assert_eq!((change.effects)(&world), 0, "{}", change.call);
    });
}

#[test]
fn a_call_throttled_once_is_sent_again_and_taken_on() {
    at_once(&["throttle"], |change, fault| {
        let (world, ended) = suffer(change, fault, 1);
        let ended = ended.exits(0);
        assert_eq!(journalled(&world, &ended)["status"], "completed");
        let calls = world.calls(change.call);
        let statuses: Vec<&Value> = calls.iter().map(|call| &call["status"]).collect();
        assert_eq!(statuses, [400, 200], "{}", change.call);
        assert_eq!((change.effects)(&world), 1, "{}", change.call);
    });
}

#[test]
fn while_nobody_knows_the_same_is_not_asked_for_again() {
    let world = World::new(TWO_DIRECTORIES);
    world.fault("CreateSnapshot", "drop_before", 1);
    let first = world.start(CREATE.arguments);
    until("the reply is lost", || {
        let open = world.snapdeck(&["operations", "list", "--open"]).json();
        (open[0]["status"] == "unknown").then_some(())
    });
    let refused = world.snapdeck(CREATE.arguments).exits(6);
    refused.says(&["not known yet", "snapdeck operations wait op-"]);
    first.end().exits(9);
    assert_eq!(world.calls("CreateSnapshot").len(), 1);
    // Once it is settled, asking again is the user's decision.
    world.snapdeck(CREATE.arguments).exits(0);
    assert_eq!(world.calls("CreateSnapshot").len(), 2);
}

#[test]
fn reading_and_watching_survive_what_passes() {
    let passing = [
        "throttle",
        "expired_token",
        "error_500",
        "unavailable_503",
        "drop_before",
        "hang",
        "truncated",
        "malformed",
        "html",
    ];
    std::thread::scope(|scope| {
        for fault in passing {
            scope.spawn(move || watching_survives(fault));
        }
    });
}

/// A snapshot is watched although the first three looks at it go wrong.
fn watching_survives(fault: &str) {
    let world = World::new(TWO_DIRECTORIES);
    // The first call is the list from before the request.
    let struck = json!({
        "service": "ds", "action": "DescribeSnapshots", "nth": 2, "times": 3, "kind": fault,
    });
    world.control("faults", &struck);
    let ended = world.snapdeck(CREATE.arguments).exits(0);
    if fault == "expired_token" {
        let why = "cannot be watched at present (ExpiredTokenException); watching goes on once";
        assert!(ended.stderr.contains(why), "{ended}");
    }
    assert_eq!(
        journalled(&world, &ended)["status"],
        "completed",
        "{fault}: {ended}"
    );
    assert_eq!(world.calls("CreateSnapshot").len(), 1, "{fault}");
    let looks = world.calls("DescribeSnapshots");
    let wrong = looks.iter().filter(|call| call["fault"] == fault).count();
    assert_eq!(wrong, 3, "{fault}");
}
