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

/// A call that changes something, what is said of how it was found after a lost reply, and the command
/// line that makes it.
struct Change {
    call: &'static str,
    found: &'static str,
    line: &'static str,
    /// Whether its end is worth waiting for: some take hours.
    ends: bool,
}

const fn change(call: &'static str, found: &'static str, line: &'static str) -> Change {
    Change {
        call,
        found,
        line,
        ends: true,
    }
}

const TAG: &str = "snapdeck:operation";

/// Every call that is not recognised by AWS as a repeat, or is safe to repeat and need not be.
const CHANGES: &[Change] = &[
    change(
        "CreateSnapshot",
        TAG,
        "create vol-0a1b0000000000011 --tag Owner=alice",
    ),
    change(
        "CreateSnapshots",
        TAG,
        "create i-0a1b0000000000001 --copy-tags",
    ),
    change(
        "CreateVolume",
        TAG,
        "restore snap-0a1b0000000000111 --to-volume --availability-zone us-east-1a",
    ),
    change(
        "CreateReplaceRootVolumeTask",
        TAG,
        "restore snap-0a1b0000000000111 --replace-root i-0a1b0000000000001 --confirm i-0a1b0000000000001",
    ),
    change(
        "AttachVolume",
        "is attached to",
        "restore snap-0a1b0000000000111 --to-volume --availability-zone us-east-1a --attach i-0a1b0000000000001:/dev/sdx",
    ),
    change(
        "CopySnapshot",
        TAG,
        "copy snap-0a1b0000000000111 --to-region eu-west-1 --tag Owner=alice",
    ),
    change(
        "CreateTags",
        "are as asked",
        "tag snap-0a1b0000000000111 Owner=alice Name=x",
    ),
    change(
        "DeleteTags",
        "are as asked",
        "untag snap-0a1b0000000000111 Owner",
    ),
    Change {
        ends: false,
        ..change(
            "ModifySnapshotTier",
            "archival-",
            "archive snap-0a1b0000000000111",
        )
    },
    Change {
        ends: false,
        ..change(
            "RestoreSnapshotTier",
            "temporary-restore-",
            "unarchive snap-0a1b0000000000161 --days 3",
        )
    },
    change(
        "RestoreSnapshotFromRecycleBin",
        "lists snap-0a1b0000000000171 again",
        "recover snap-0a1b0000000000171",
    ),
    change(
        "CreateLifecyclePolicy",
        TAG,
        "schedule create --target-tag Owner=Data --keep 7",
    ),
    change(
        "CreateTags",
        "has the tag",
        "schedule daily vol-0a1b0000000000011 --keep 7",
    ),
    change(
        "CreateLifecyclePolicy",
        TAG,
        "schedule daily vol-0a1b0000000000011 --keep-days 30",
    ),
    change(
        "UpdateLifecyclePolicy",
        "is DISABLED",
        "schedule disable policy-0a1b0000000000001",
    ),
    change(
        "DeleteLifecyclePolicy",
        "no more",
        "schedule delete policy-0a1b0000000000001 --yes",
    ),
];

impl Change {
    fn arguments(&self) -> Vec<&'static str> {
        let wait = self.ends.then_some("--wait");
        ["ebs"]
            .into_iter()
            .chain(self.line.split(' '))
            .chain(wait)
            .collect()
    }

    fn is_as_it_should_be(&self, operation: &Value) -> bool {
        let status = &operation["status"];
        status == "completed" || !self.ends && (status == "accepted" || status == "in_progress")
    }
}

/// Each change in a world of its own, at the same time: most of what they do is waiting.
fn each_change(test: impl Fn(&Change, &World) + Sync) {
    std::thread::scope(|scope| {
        for change in CHANGES {
            scope.spawn(|| test(change, &world()));
        }
    });
}

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
        &json!({ "service": "*", "action": action, "kind": kind, "mutating": true }),
    );
}

#[test]
fn whatever_happens_to_the_reply_it_is_made_once_and_found() {
    for kind in ["drop_after", "hang", "gateway_timeout", "truncated"] {
        each_change(|change, world| {
            let call = change.call;
            fault(world, call, kind);
            let ended = world.snapdeck(&change.arguments()).exits(0).json();
            assert!(
                change.is_as_it_should_be(&ended),
                "{kind} on {call}: {ended}"
            );
            let note = ended["note"].as_str().unwrap_or_default();
            assert!(note.contains(change.found), "{kind} on {call}: {ended}");
            assert_eq!(meant(world, call).len(), 1, "{kind} on {call}");
        });
    }
}

#[test]
fn a_refusal_for_the_rate_of_calls_is_waited_out_and_sent_again() {
    each_change(|change, world| {
        let call = change.call;
        fault(world, call, "throttle");
        let ended = world.snapdeck(&change.arguments()).exits(0).json();
        assert!(change.is_as_it_should_be(&ended), "{call}: {ended}");
        let statuses: Vec<u64> = meant(world, call)
            .iter()
            .filter_map(|c| c["status"].as_u64())
            .collect();
        assert!(
            matches!(statuses[..], [429 | 503, 200]),
            "{call}: {statuses:?}"
        );
    });
}

#[test]
fn an_answer_of_500_with_nothing_made_is_looked_for_and_never_repeated() {
    each_change(|change, world| {
        let call = change.call;
        fault(world, call, "error_500");
        let ended = world.snapdeck(&change.arguments()).exits(9).json();
        assert_eq!(ended["status"], "unknown", "{call}: {ended}");
        assert_eq!(meant(world, call).len(), 1, "{call}");
    });
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
        .exits(6)
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
    let made = &meant(&world, "CreateVolume")[0];
    assert_eq!(made["params"]["VolumeInitializationRate"], "150", "{made}");
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
            .exits(6)
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

#[test]
fn a_snapshot_is_copied_to_another_region_and_watched_there() {
    let world = world();
    let copied = world
        .snapdeck(&[
            "ebs",
            "copy",
            "snap-0a1b0000000000121",
            "--to-region",
            "eu-west-1",
            "--description",
            "off-site",
            "--tag",
            "Owner=alice",
            "--wait",
        ])
        .exits(0)
        .json();
    assert_eq!(copied["stage"], "completed in eu-west-1", "{copied}");
    let copy = copied["resource"].as_str().expect("a snapshot");
    let there = world
        .snapdeck(&["ebs", "show", copy, "--region", "eu-west-1"])
        .exits(0)
        .json();
    assert_eq!(
        (
            &there["region"],
            &there["description"],
            &there["tags"]["Owner"],
            &there["tags"]["Ticket"]
        ),
        (
            &json!("eu-west-1"),
            &json!("off-site"),
            &json!("alice"),
            &Value::Null
        )
    );
    let call = &meant(&world, "CopySnapshot")[0];
    assert_eq!(call["region"], "eu-west-1", "{call}");
    let url = call["params"]["PresignedUrl"].as_str().unwrap_or_default();
    assert!(url.contains("SourceRegion=us-east-1"), "{call}");
    // Not restorable, so not to be copied.
    world
        .snapdeck(&[
            "ebs",
            "copy",
            "snap-0a1b0000000000161",
            "--to-region",
            "eu-west-1",
        ])
        .exits(6)
        .says(&["archive tier"]);
}

#[test]
fn tags_are_added_changed_and_removed_and_what_is_reserved_stays() {
    let world = world();
    world
        .snapdeck(&["ebs", "tag", SNAPSHOT, "Owner=alice", "Größe=😀", "Empty="])
        .exits(0);
    world
        .snapdeck(&["ebs", "untag", SNAPSHOT, "Empty", "Absent"])
        .exits(0);
    let tags = &world.snapdeck(&["ebs", "show", SNAPSHOT]).exits(0).json()["tags"];
    assert_eq!(
        (&tags["Owner"], &tags["Größe"], &tags["Empty"]),
        (&json!("alice"), &json!("😀"), &Value::Null)
    );
    for (arguments, says) in [
        (["ebs", "tag", SNAPSHOT, "aws:x=1"], "reserved"),
        (["ebs", "untag", SNAPSHOT, "aws:x"], "reserved"),
        (["ebs", "tag", SNAPSHOT, "Owner"], "KEY=VALUE"),
        (
            ["ebs", "untag", SNAPSHOT, "snapdeck:operation"],
            "finds its own",
        ),
    ] {
        world.snapdeck(&arguments).exits(2).says(&[says]);
    }
    let many: Vec<String> = (0..51).map(|number| format!("k{number}=v")).collect();
    let mut arguments = vec!["ebs", "tag", SNAPSHOT];
    arguments.extend(many.iter().map(String::as_str));
    world.snapdeck(&arguments).exits(6).says(&["at most 50"]);
    world.snapdeck(&["ebs", "tag", SNAPSHOT]).exits(2);
}

#[test]
fn a_snapshot_goes_to_the_archive_and_comes_back() {
    let world = World::with(Options {
        scenario: Scenario::built_in(),
        speed: Some(60_000.0),
        ..Options::default()
    });
    let archived = world
        .snapdeck(&["ebs", "archive", SNAPSHOT, "--wait"])
        .exits(0)
        .json();
    assert_eq!(archived["stage"], "archival-completed", "{archived}");
    let shown = world.snapdeck(&["ebs", "show", SNAPSHOT]).exits(0).json();
    assert_eq!(shown["storage_tier"], "archive");
    world
        .snapdeck(&["ebs", "archive", SNAPSHOT])
        .exits(6)
        .says(&["archive tier"]);
    world
        .snapdeck(&["ebs", "unarchive", SNAPSHOT])
        .exits(2)
        .says(&["For how long"]);
    let back = world
        .snapdeck(&["ebs", "unarchive", SNAPSHOT, "--permanent", "--wait"])
        .exits(0)
        .json();
    assert_eq!(back["stage"], "permanent-restore-completed", "{back}");
    world
        .snapdeck(&["ebs", "unarchive", SNAPSHOT, "--days", "1"])
        .exits(6)
        .says(&["standard tier"]);
}

#[test]
fn what_was_deleted_is_listed_with_its_time_and_brought_back() {
    let world = world();
    let deleted = world
        .snapdeck(&["ebs", "delete", SNAPSHOT, "--yes"])
        .exits(0)
        .json();
    let stage = deleted["stage"].as_str().unwrap_or_default();
    assert!(
        stage.contains("until") && stage.contains(&format!("ebs recover {SNAPSHOT}")),
        "{deleted}"
    );
    let bin = world.snapdeck(&["ebs", "bin"]).exits(0).json();
    let ids: Vec<&str> = bin
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|entry| entry["id"].as_str())
        .collect();
    assert!(ids.contains(&SNAPSHOT), "{bin}");
    assert!(
        bin[0]["recycle_bin_exit_time"].is_string() && bin[0]["kind"] == "ebs_recycled_snapshot",
        "{bin}"
    );
    world
        .snapdeck(&["ebs", "recover", SNAPSHOT, "--wait"])
        .exits(0);
    world.snapdeck(&["ebs", "show", SNAPSHOT]).exits(0);
    world.snapdeck(&["ebs", "recover", SNAPSHOT]).exits(5);
}

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

#[test]
fn a_long_operation_says_how_fast_it_goes_and_how_long_it_still_takes() {
    let world = World::with(Options {
        scenario: Scenario::built_in(),
        speed: Some(20.0),
        ..Options::default()
    });
    world
        .snapdeck(&["ebs", "create", VOLUME, "--wait"])
        .exits(0)
        .says(&["in_progress", "%/", "left"]);
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

#[test]
fn tags_of_the_configuration_are_filled_in_and_can_be_left_out() {
    let world = world();
    let config = world.path("config.toml");
    let usual = std::fs::read_to_string(&config).expect("a configuration");
    let with = |tags: &str| {
        std::fs::write(&config, format!("{usual}\n[tags]\n{tags}\n")).expect("a configuration");
    };
    with("Owner = '{account_name}'\nName = '{volume_name}-{date}'\nFrom = '{instance}'");
    let tags = |arguments: &[&str]| {
        let made = world.snapdeck(arguments).exits(0).json();
        let id = made["resource"].as_str().expect("a snapshot").to_owned();
        world.snapdeck(&["ebs", "show", &id]).exits(0).json()["tags"].clone()
    };
    let filled = tags(&["ebs", "create", VOLUME, "--tag", "Owner=alice", "--wait"]);
    let name = filled["Name"].as_str().unwrap_or_default();
    assert!(name.starts_with("web-1 root-20"), "{filled}");
    assert_eq!(
        (&filled["Owner"], &filled["From"]),
        (&json!("alice"), &json!(INSTANCE))
    );
    let without = tags(&[
        "ebs",
        "create",
        "vol-0a1b0000000000012",
        "--no-tag-presets",
        "--wait",
    ]);
    assert_eq!(
        (&without["Name"], &without["From"]),
        (&Value::Null, &Value::Null)
    );
    with("Name = '{volum}'");
    world.snapdeck(&["ebs", "create", VOLUME]).exits(2).says(&[
        "config.toml, line",
        "tags.Name",
        "{volum}",
        "{volume_name}",
    ]);
}

/// Makes a volume with nothing in it.
fn empty_volume(url: &str) -> String {
    // The program makes no empty volumes, so this is asked without it.
    let made = common::run(async {
        reqwest::Client::new()
            .post(url)
            .header(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=x",
            )
            .header("content-type", "application/x-www-form-urlencoded")
            .body("Action=CreateVolume&Version=2016-11-15&AvailabilityZone=us-east-1a&Size=8")
            .send()
            .await?
            .error_for_status()?
            .text()
            .await
    })
    .expect("a volume");
    made.split_once("<volumeId>")
        .and_then(|(_, rest)| rest.split_once('<'))
        .map(|(id, _)| id.to_owned())
        .expect("its id")
}

/// Against an EC2 that is not ours: moto's server, where one is said to run.
///
///     pip install 'moto[server]' && moto_server -p 5987 &
///     SNAPDECK_MOTO_URL=http://127.0.0.1:5987 cargo test --test ebs simulator
#[test]
fn an_independent_simulator_is_listed_created_in_tagged_and_deleted_from() {
    let Ok(url) = std::env::var("SNAPDECK_MOTO_URL") else {
        return;
    };
    let world = World::new(TWO_DIRECTORIES);
    let snapdeck = |arguments: &[&str]| {
        let mut command = world.command(arguments);
        command
            .env("AWS_ENDPOINT_URL", &url)
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test");
        process::start(command).end().exits(0)
    };
    let volume = &empty_volume(&url);
    let volumes = snapdeck(&["ebs", "volumes"]).json();
    let listed = |rows: &Value, id: &str| {
        let mut rows = rows.as_array().into_iter().flatten();
        rows.any(|row| row["id"] == id)
    };
    assert!(listed(&volumes, volume), "{volumes}");
    let created = snapdeck(&[
        "ebs",
        "create",
        volume,
        "--description",
        "from outside",
        "--tag",
        "Owner=alice",
        "--tag",
        "Name=web & data",
        "--wait",
    ])
    .json();
    assert_eq!(created["status"], "completed", "{created}");
    let snapshot = created["resource"].as_str().expect("a snapshot");
    snapdeck(&["ebs", "tag", snapshot, "Ticket=OPS-1"]);
    snapdeck(&["ebs", "untag", snapshot, "Owner"]);
    let shown = snapdeck(&["ebs", "show", snapshot]).json();
    assert_eq!(
        (
            &shown["name"],
            &shown["description"],
            &shown["tags"]["Ticket"],
            &shown["tags"]["Owner"]
        ),
        (
            &json!("web & data"),
            &json!("from outside"),
            &json!("OPS-1"),
            &Value::Null
        ),
        "{shown}"
    );
    assert!(listed(
        &snapdeck(&["ebs", "snapshots", volume]).json(),
        snapshot
    ));
    let restored = snapdeck(&[
        "ebs",
        "restore",
        snapshot,
        "--to-volume",
        "--availability-zone",
        "us-east-1a",
        "--wait",
    ])
    .json();
    assert_eq!(restored["status"], "completed", "{restored}");
    let copied = snapdeck(&[
        "ebs",
        "copy",
        snapshot,
        "--to-region",
        "eu-west-1",
        "--wait",
    ])
    .json();
    assert_eq!(copied["stage"], "completed in eu-west-1", "{copied}");
    let deleted = snapdeck(&["ebs", "delete", snapshot, "--yes"]).json();
    assert_eq!(deleted["stage"], "deleted", "{deleted}");
    assert!(!listed(
        &snapdeck(&["ebs", "snapshots", volume]).json(),
        snapshot
    ));
}

#[test]
fn a_process_that_is_killed_between_two_calls_loses_neither() {
    let world = world();
    fault(&world, "AttachVolume", "hang");
    let mut running = world.start(&[
        "ebs",
        "restore",
        SNAPSHOT,
        "--to-volume",
        "--availability-zone",
        "us-east-1a",
        "--attach",
        "i-0a1b0000000000001:/dev/sdx",
        "--wait",
    ]);
    common::until("the second call", || {
        (!meant(&world, "AttachVolume").is_empty()).then_some(())
    });
    running.child.kill().expect("a child");
    running.end();
    let ended = world.snapdeck(&["operations", "wait"]).exits(0).json();
    assert_eq!(ended[0]["status"], "completed", "{ended}");
    assert_eq!(meant(&world, "AttachVolume").len(), 1);
    assert_eq!(meant(&world, "CreateVolume").len(), 1);
}

#[test]
fn of_several_processes_that_watch_one_sends_the_next_call() {
    let world = world();
    let asked = world
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
        .exits(0)
        .json();
    let id = asked["id"].as_str().expect("an id");
    let watching: Vec<_> = (0..4)
        .map(|_| world.start(&["operations", "wait", id]))
        .collect();
    for running in watching {
        let ended = running.end().exits(0).json();
        assert_eq!(ended[0]["status"], "completed", "{ended}");
    }
    assert_eq!(meant(&world, "AttachVolume").len(), 1);
}
