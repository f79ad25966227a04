//! EBS through the program and the sandbox: what is taken, restored and deleted, and that nothing is
//! made twice whatever happens to a reply.
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
use snapdeck::sandbox::{Options, Scenario};

use common::{TWO_DIRECTORIES, World};

const VOLUME: &str = "vol-0a1b0000000000011";
const INSTANCE: &str = "i-0a1b0000000000001";
/// A completed snapshot of the instance's root volume.
const SNAPSHOT: &str = "snap-0a1b0000000000111";

fn world() -> World {
    World::with(Options {
        scenario: Scenario::built_in(),
        speed: Some(600.0),
        ..Options::default()
    })
}

/// What makes something: the call, what is said of how it was found after a lost reply, and the command
/// line that makes it.
const MAKING: [(&str, &str, &[&str]); 5] = [
    (
        "CreateSnapshot",
        "snapdeck:operation",
        &["ebs", "create", VOLUME, "--tag", "Owner=alice"],
    ),
    (
        "CreateSnapshots",
        "snapdeck:operation",
        &["ebs", "create", INSTANCE, "--copy-tags"],
    ),
    (
        "CreateVolume",
        "snapdeck:operation",
        &[
            "ebs",
            "restore",
            SNAPSHOT,
            "--to-volume",
            "--availability-zone",
            "us-east-1a",
        ],
    ),
    (
        "CreateReplaceRootVolumeTask",
        "snapdeck:operation",
        &[
            "ebs",
            "restore",
            SNAPSHOT,
            "--replace-root",
            INSTANCE,
            "--confirm",
            INSTANCE,
        ],
    ),
    (
        "AttachVolume",
        "is attached to",
        &[
            "ebs",
            "restore",
            SNAPSHOT,
            "--to-volume",
            "--availability-zone",
            "us-east-1a",
            "--attach",
            "i-0a1b0000000000001:/dev/sdx",
        ],
    ),
];

/// The calls of an operation that were meant: dry runs ask, and make nothing.
fn meant(world: &World, action: &str) -> Vec<Value> {
    let mut calls = world.calls(action);
    calls.retain(|call| call["params"]["DryRun"] != "true");
    calls
}

/// A fault of the next call that is meant.
fn fault(world: &World, action: &str, kind: &str) {
    world.control(
        "faults",
        &json!({ "service": "ec2", "action": action, "kind": kind, "mutating": true }),
    );
}

#[test]
fn whatever_happens_to_the_reply_it_is_made_once_and_found() {
    for kind in ["drop_after", "hang", "gateway_timeout", "truncated"] {
        for (action, found, arguments) in MAKING {
            let world = world();
            fault(&world, action, kind);
            let ended = world
                .snapdeck(&[arguments, &["--wait"]].concat())
                .exits(0)
                .json();
            assert_eq!(ended["status"], "completed", "{kind} on {action}: {ended}");
            let note = ended["note"].as_str().unwrap_or_default();
            assert!(note.contains(found), "{kind} on {action}: {ended}");
            assert_eq!(meant(&world, action).len(), 1, "{kind} on {action}");
        }
    }
}

#[test]
fn a_refusal_for_the_rate_of_calls_is_waited_out_and_sent_again() {
    for (action, _, arguments) in MAKING {
        let world = world();
        fault(&world, action, "throttle");
        let ended = world
            .snapdeck(&[arguments, &["--wait"]].concat())
            .exits(0)
            .json();
        assert_eq!(ended["status"], "completed", "{action}: {ended}");
        let statuses: Vec<u64> = meant(&world, action)
            .iter()
            .filter_map(|c| c["status"].as_u64())
            .collect();
        assert_eq!(statuses, [503, 200], "{action}");
    }
}

#[test]
fn an_answer_of_500_with_nothing_made_is_looked_for_and_never_repeated() {
    for (action, _, arguments) in MAKING {
        let world = world();
        fault(&world, action, "error_500");
        let ended = world
            .snapdeck(&[arguments, &["--wait"]].concat())
            .exits(9)
            .json();
        assert_eq!(ended["status"], "unknown", "{action}: {ended}");
        assert_eq!(meant(&world, action).len(), 1, "{action}");
    }
}

#[test]
fn a_volume_is_snapshotted_restored_and_its_snapshot_deleted() {
    let world = world();
    let made = world
        .snapdeck(&[
            "ebs",
            "create",
            VOLUME,
            "--description",
            "before upgrade",
            "--tag",
            "Name=web",
            "--tag",
            "Owner=Name_account",
            "--wait",
        ])
        .exits(0)
        .says(&["in_progress"])
        .json();
    let snapshot = made["resource"].as_str().expect("a snapshot");
    let shown = world.snapdeck(&["ebs", "show", snapshot]).exits(0).json();
    assert_eq!(
        (
            &shown["state"],
            &shown["description"],
            &shown["tags"]["Owner"],
            &shown["volume_id"]
        ),
        (
            &json!("completed"),
            &json!("before upgrade"),
            &json!("Name_account"),
            &json!(VOLUME)
        )
    );
    let restored = world
        .snapdeck(&[
            "ebs",
            "restore",
            snapshot,
            "--to-volume",
            "--availability-zone",
            "us-east-1a",
            "--size",
            "40",
            "--volume-type",
            "gp3",
            "--wait",
        ])
        .exits(0)
        .json();
    let volume = world
        .snapdeck(&[
            "ebs",
            "show",
            restored["resource"].as_str().expect("a volume"),
        ])
        .exits(0)
        .json();
    assert_eq!(
        (
            &volume["size_gib"],
            &volume["snapshot_id"],
            &volume["volume_type"]
        ),
        (&json!(40), &json!(snapshot), &json!("gp3"))
    );
    let deleted = world
        .snapdeck(&["ebs", "delete", snapshot, "--yes"])
        .exits(0)
        .json();
    assert!(
        deleted["stage"]
            .as_str()
            .is_some_and(|stage| stage.contains("Recycle Bin until")),
        "{deleted}"
    );
    world.snapdeck(&["ebs", "show", snapshot]).exits(5);
}

#[test]
fn a_restore_that_iam_forbids_names_who_what_and_whom_to_ask_before_anything_is_sent() {
    let scenario = format!(
        "{}\n[[denied]]\naction = \"ec2:CreateVolume\"\n",
        include_str!("../assets/scenario.toml")
    );
    let world = World::new(&scenario);
    let denied = world
        .snapdeck(&[
            "ebs",
            "restore",
            SNAPSHOT,
            "--to-volume",
            "--availability-zone",
            "us-east-1a",
        ])
        .exits(4);
    denied.says(&[
        "ec2:CreateVolume",
        "user/sandbox",
        "the directory team, ext. 4711",
    ]);
    assert!(meant(&world, "CreateVolume").is_empty());
}

#[test]
fn what_aws_would_refuse_to_delete_is_said_before() {
    let world = world();
    let snapshots = world.snapdeck(&["ebs", "snapshots"]).exits(0).json();
    let by = |key: &str, value: &str| {
        let found = snapshots
            .as_array()
            .and_then(|all| all.iter().find(|s| s[key] == value));
        found
            .and_then(|s| s["id"].as_str())
            .unwrap_or_else(|| panic!("no snapshot with {key} {value}"))
            .to_owned()
    };
    let backup = by("made_by", "AWS Backup");
    world
        .snapdeck(&["ebs", "delete", &backup, "--yes"])
        .exits(3)
        .says(&["AWS Backup"]);
    let locked = by("name", "db-1 audit 2025");
    world
        .snapdeck(&["ebs", "delete", &locked, "--yes"])
        .exits(3)
        .says(&["locked", "until"]);
    assert!(meant(&world, "DeleteSnapshot").is_empty());
}

#[test]
fn bad_values_are_refused_before_anything_is_sent() {
    let world = world();
    for (arguments, says) in [
        (vec!["ebs", "create", "vol-1"], "'vol-1'"),
        (vec!["ebs", "create", VOLUME, "--tag", "Owner"], "KEY=VALUE"),
        (
            vec!["ebs", "create", VOLUME, "--tag", "aws:x=1"],
            "reserved",
        ),
        (
            vec!["ebs", "create", VOLUME, "--description", "naïve"],
            "ASCII",
        ),
        (
            vec!["ebs", "create", VOLUME, "--copy-tags"],
            "--copy-tags does not go with",
        ),
        (
            vec!["ebs", "restore", SNAPSHOT],
            "one of --to-volume, --replace-root",
        ),
        (
            vec!["ebs", "restore", SNAPSHOT, "--to-volume"],
            "Availability Zone",
        ),
        (
            vec![
                "ebs",
                "restore",
                SNAPSHOT,
                "--to-volume",
                "--availability-zone",
                "us-east-1",
            ],
            "'us-east-1'",
        ),
    ] {
        world.snapdeck(&arguments).exits(2).says(&[says]);
    }
    assert!(world.requests().is_empty());
}

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
fn a_restored_volume_is_attached_by_whoever_watches_when_it_is_available() {
    let world = world();
    let restored = [
        "ebs",
        "restore",
        SNAPSHOT,
        "--to-volume",
        "--availability-zone",
        "us-east-1a",
        "--volume-type",
        "gp3",
        "--volume-initialization-rate",
        "150",
        "--attach",
        "i-0a1b0000000000001:/dev/sdx",
    ];
    // Nobody watches: the volume is asked for, and nothing is attached.
    let asked = world.snapdeck(&restored).exits(0).json();
    assert!(meant(&world, "AttachVolume").is_empty());
    let id = asked["id"].as_str().expect("an id");
    // A later process goes on where the first one ended.
    let ended = world.snapdeck(&["operations", "wait", id]).exits(0).json();
    assert_eq!(
        (&ended[0]["status"], &ended[0]["stage"]),
        (
            &json!("completed"),
            &json!("attached to i-0a1b0000000000001 as /dev/sdx")
        ),
        "{ended}"
    );
    assert_eq!(meant(&world, "AttachVolume").len(), 1);
    let volume = asked["resource"].as_str().expect("a volume");
    let shown = world.snapdeck(&["ebs", "show", volume]).exits(0).json();
    assert_eq!(shown["attached_to"], json!(["i-0a1b0000000000001"]));

    // Read-only watches, and sends nothing.
    let mut second = restored;
    second[11] = "i-0a1b0000000000001:/dev/sdy";
    let asked = world.snapdeck(&second).exits(0).json();
    let id = asked["id"].as_str().expect("an id");
    world
        .snapdeck(&["--read-only", "operations", "wait", id, "--timeout", "3s"])
        .exits(8);
    assert_eq!(meant(&world, "AttachVolume").len(), 1);
}

#[test]
fn what_cannot_be_attached_is_said_before_the_volume_is_made() {
    let world = world();
    for (attach, zone, says) in [
        ("i-0a1b0000000000001:/dev/sdf", "us-east-1a", "is in use"),
        (
            "i-0a1b0000000000002:/dev/sdx",
            "us-east-1a",
            "is in us-east-1b",
        ),
        (
            "i-0a1b0000000000005:/dev/sdx",
            "us-east-1a",
            "the instance is terminated",
        ),
    ] {
        world
            .snapdeck(&[
                "ebs",
                "restore",
                SNAPSHOT,
                "--to-volume",
                "--availability-zone",
                zone,
                "--attach",
                attach,
            ])
            .exits(3)
            .says(&[says]);
    }
    assert!(meant(&world, "CreateVolume").is_empty());
    let scenario = format!(
        "{}\n[[denied]]\naction = \"ec2:AttachVolume\"\n",
        include_str!("../assets/scenario.toml")
    );
    let world = World::new(&scenario);
    world
        .snapdeck(&[
            "ebs",
            "restore",
            SNAPSHOT,
            "--to-volume",
            "--availability-zone",
            "us-east-1a",
            "--attach",
            "i-0a1b0000000000001:/dev/sdx",
        ])
        .exits(4)
        .says(&["ec2:AttachVolume", "the directory team, ext. 4711"]);
    assert!(meant(&world, "CreateVolume").is_empty());
}
