//! The actions on volumes and snapshots, and what is said before them.

use serde_json::{Value, json};
use snapdeck::sandbox::{Options, Scenario};

use crate::{INSTANCE, SNAPSHOT, VOLUME, common::World, meant, world};

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
        include_str!("../../assets/scenario.toml")
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
fn what_an_instance_does_not_support_is_a_wrong_state() {
    let world = world();
    let instances = world.snapdeck(&["ebs", "instances"]).exits(0).json();
    let hibernates = "i-0a1b0000000000004";
    assert!(instances.to_string().contains(hibernates), "{instances}");
    world
        .snapdeck(&["ebs", "create", hibernates])
        .exits(6)
        .says(&["UnsupportedOperation"]);
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
fn the_line_that_a_dry_run_shows_asks_for_what_is_sent() {
    let world = world();
    for (line, call, words, parameters) in [
        (
            "create i-0a1b0000000000001 --exclude-boot-volume \
             --exclude-volume vol-0a1b0000000000012 --exclude-volume vol-0a1b0000000000051",
            "CreateSnapshots",
            "--instance-specification InstanceId=i-0a1b0000000000001,ExcludeBootVolume=true,\
             ExcludeDataVolumeIds=vol-0a1b0000000000012,vol-0a1b0000000000051 ",
            &[
                ("InstanceSpecification.ExcludeBootVolume", "true"),
                (
                    "InstanceSpecification.ExcludeDataVolumeId.1",
                    "vol-0a1b0000000000012",
                ),
                (
                    "InstanceSpecification.ExcludeDataVolumeId.2",
                    "vol-0a1b0000000000051",
                ),
            ][..],
        ),
        (
            "restore snap-0a1b0000000000111 --replace-root i-0a1b0000000000001 \
             --confirm i-0a1b0000000000001 --delete-replaced",
            "CreateReplaceRootVolumeTask",
            " --delete-replaced-root-volume ",
            &[("DeleteReplacedRootVolume", "true")],
        ),
    ] {
        let arguments: Vec<&str> = ["ebs"].into_iter().chain(line.split_whitespace()).collect();
        let dry = [&arguments[..], &["--dry-run"]].concat();
        let shown = world.snapdeck(&dry).json();
        let shown = shown["equivalent"].as_str().unwrap_or_default();
        assert!(shown.contains(words), "{words} in {shown}");
        assert!(meant(&world, call).is_empty());
        world.snapdeck(&arguments).says(&[]);
        let sent = &meant(&world, call)[0]["params"];
        for (key, value) in parameters {
            assert_eq!(sent[key], *value, "{key} of {sent}");
        }
    }
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
        .says(&["it is in the archive tier already"]);
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
fn a_bin_that_cannot_be_looked_at_is_not_an_empty_one() {
    let scenario = format!(
        "{}\n[[denied]]\naction = \"ec2:ListSnapshotsInRecycleBin\"\n",
        include_str!("../../assets/scenario.toml")
    );
    let world = World::new(&scenario);
    let deleted = world
        .snapdeck(&["ebs", "delete", SNAPSHOT, "--yes"])
        .exits(0)
        .json();
    assert_eq!(
        deleted["stage"], "deleted; whether the Recycle Bin keeps it could not be looked at",
        "{deleted}"
    );
}

#[test]
fn there_is_room_for_49_tags_beside_the_operations_own() {
    let world = world();
    let tags: Vec<String> = (0..50).map(|number| format!("--tag=k{number}=v")).collect();
    let with = |line: &str, count: usize| {
        let words = line.split(' ').map(str::to_owned);
        let line: Vec<String> = words.chain(tags.iter().take(count).cloned()).collect();
        let line: Vec<&str> = line.iter().map(String::as_str).collect();
        world.snapdeck(&line)
    };
    for line in [
        "ebs create vol-0a1b0000000000011",
        "ebs create i-0a1b0000000000001",
        "ebs copy snap-0a1b0000000000111 --to-region eu-west-1",
        "ebs restore snap-0a1b0000000000111 --to-volume --availability-zone us-east-1a",
    ] {
        with(line, 50)
            .exits(6)
            .says(&["at most 49", "snapdeck:operation", "Nothing was sent"]);
    }
    with("ebs create vol-0a1b0000000000011", 49).exits(0);
    assert_eq!(meant(&world, "CreateSnapshot").len(), 1);
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
