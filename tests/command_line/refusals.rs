//! What is refused before anything is sent, and what a dry run says of it.

use std::fs;

use serde_json::json;

use crate::{
    BEFORE, CORP, EARLIER, changes,
    common::{CONFIG, World},
    process, two,
};

/// Puts this in front of a world's configuration.
fn configure(world: &World, text: &str) {
    fs::write(world.path("config.toml"), format!("{text}{CONFIG}")).expect("a file");
}

#[test]
fn a_change_must_be_confirmed_by_the_right_id() {
    let world = two();
    let restore =
        |more: &[&str]| world.snapdeck(&[&["directory", "restore", BEFORE], more].concat());
    let delete = |more: &[&str]| world.snapdeck(&[&["directory", "delete", BEFORE], more].concat());
    restore(&[])
        .exits(3)
        .says(&["--confirm d-9067a10001", "Nothing was sent"]);
    restore(&["--yes"])
        .exits(3)
        .says(&["--yes is not enough", "--confirm d-9067a10001"]);
    // The id of the snapshot is not what is at stake.
    restore(&["--confirm", BEFORE])
        .exits(3)
        .says(&["'s-9067b10001'", CORP]);
    restore(&["--confirm", "d-9067a10002"])
        .exits(3)
        .says(&["'d-9067a10002'", CORP]);
    delete(&[])
        .exits(3)
        .says(&["--yes", "--confirm s-9067b10001"]);
    delete(&["--confirm", EARLIER])
        .exits(3)
        .says(&["'s-9067b10002'", BEFORE]);
    assert_eq!(changes(&world), 0);
    assert_eq!(
        world.snapdeck(&["operations", "list"]).exits(0).json(),
        json!([])
    );

    delete(&["--confirm", BEFORE]).exits(0);
    let rows = world
        .snapdeck(&["directory", "delete", EARLIER, "-y"])
        .exits(0)
        .json();
    assert_eq!(rows["status"], "completed");
    assert_eq!(changes(&world), 2);
}

#[test]
fn what_is_read_only_sends_nothing() {
    let flag = two();
    flag.snapdeck(&["--read-only", "directory", "create", CORP])
        .exits(3)
        .says(&["--read-only"]);

    let variable = two();
    let mut command = variable.command(&["directory", "create", CORP]);
    command.env("SNAPDECK_READ_ONLY", "1");
    process::start(command)
        .end()
        .exits(3)
        .says(&["SNAPDECK_READ_ONLY"]);

    let file = two();
    configure(&file, "read_only = true\n");
    file.snapdeck(&["directory", "delete", BEFORE, "--yes"])
        .exits(3)
        .says(&["read_only in", "config.toml"]);

    let profile = two();
    configure(&profile, "[profiles.careful]\nread_only = true\n");
    let keys = "[profile careful]\naws_access_key_id = a\naws_secret_access_key = b\n";
    fs::write(profile.path("aws"), keys).expect("a file");
    let with_profile = |arguments: &[&str]| {
        let mut command = profile.command(arguments);
        command.env("AWS_CONFIG_FILE", profile.path("aws"));
        process::start(command).end()
    };
    with_profile(&[
        "--profile",
        "careful",
        "directory",
        "restore",
        BEFORE,
        "--confirm",
        CORP,
    ])
    .exits(3)
    .says(&["profile careful", "config.toml"]);
    // Reading goes on, and so do the checks.
    with_profile(&["--profile", "careful", "directory", "list"]).exits(0);
    with_profile(&[
        "--profile",
        "careful",
        "directory",
        "create",
        CORP,
        "--dry-run",
    ])
    .exits(0);
    assert_eq!(changes(&profile), 0);
    with_profile(&["directory", "create", CORP]).exits(0);

    for world in [flag, variable, file] {
        assert_eq!(changes(&world), 0);
    }
}

#[test]
fn a_dry_run_shows_checks_and_request_and_changes_nothing() {
    let world = two();
    let ended = world
        .snapdeck(&["directory", "create", CORP, "--name", "it is", "--dry-run"])
        .exits(0)
        .says(&["dry run", "nothing was changed"]);
    let record = ended.json();
    assert_eq!(
        (&record["dry_run"], &record["permitted"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(
        record["equivalent"],
        format!(
            "aws ds create-snapshot --directory-id {CORP} --name 'it is' --region us-east-1 --endpoint-url {}",
            world.url()
        )
    );
    let table = world
        .snapdeck(&[
            "directory",
            "restore",
            BEFORE,
            "--dry-run",
            "--output",
            "table",
        ])
        .exits(0);
    for part in [
        "ok: Snapshot age: 2d old",
        "goes offline",
        "AWS Support",
        "aws ds restore-from-snapshot",
    ] {
        assert!(table.stdout.contains(part), "{part}: {table}");
    }
    // No confirmation is needed for looking, and read-only does not forbid it.
    world
        .snapdeck(&["directory", "delete", BEFORE, "--dry-run", "--read-only"])
        .exits(0);
    let several = world
        .snapdeck(&["directory", "delete", BEFORE, EARLIER, "--dry-run"])
        .exits(0)
        .json();
    assert_eq!(several.as_array().map(Vec::len), Some(2));
    let some = world
        .snapdeck(&["directory", "delete", BEFORE, "s-00000000ff", "--dry-run"])
        .exits(5)
        .says(&["dry run: would be refused: s-00000000ff: "])
        .json();
    assert_eq!(some[0]["permitted"], true);
    assert_eq!(
        (
            &some[1]["target"],
            &some[1]["permitted"],
            &some[1]["checks"]
        ),
        (&json!("s-00000000ff"), &json!(false), &json!([]))
    );
    assert!(
        some[1]["error"]
            .as_str()
            .is_some_and(|e| e.contains("s-00000000ff"))
    );
    let keys = |record: &serde_json::Value| -> Vec<String> {
        record
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect()
    };
    assert_eq!(keys(&some[0]), keys(&some[1]));
    assert_eq!(some[0]["error"], json!(null));
    let csv = world
        .snapdeck(&[
            "directory",
            "delete",
            "s-00000000ff",
            BEFORE,
            "--dry-run",
            "--output",
            "csv",
        ])
        .exits(5);
    let mut reader = csv::Reader::from_reader(csv.stdout.as_bytes());
    // What is ragged is an error to this reader.
    assert_eq!(reader.records().filter(Result::is_ok).count(), 2, "{csv}");
    assert_eq!(changes(&world), 0);
    assert_eq!(
        world.snapdeck(&["operations", "list"]).exits(0).json(),
        json!([])
    );
}

#[test]
fn a_failing_check_is_3_a_wrong_state_6_and_a_dry_run_says_so_too() {
    let world = World::with(snapdeck::sandbox::Options::default());
    for (arguments, why, code) in [
        (
            &["directory", "create", "d-9067a10003"][..],
            "AD Connector",
            3,
        ),
        (&["directory", "create", "d-9067a10005"], "Impaired", 6),
        (&["directory", "create", "d-9367a10007"], "eu-west-1", 3),
        (
            &[
                "directory",
                "restore",
                "s-9067b10051",
                "--confirm",
                "d-9067a10008",
            ],
            "180 days",
            3,
        ),
        (
            &[
                "directory",
                "restore",
                "s-9067b10032",
                "--confirm",
                "d-9067a10006",
            ],
            "Failed",
            6,
        ),
    ] {
        world
            .snapdeck(arguments)
            .exits(code)
            .says(&[why, "Nothing was sent"]);
        let dry = world
            .snapdeck(&[arguments, &["--dry-run"]].concat())
            .exits(code)
            .says(&["dry run: would be refused: ", why])
            .json();
        assert_eq!(dry["permitted"], false);
        assert!(dry["checks"].to_string().contains(why), "{dry:#}");
    }
    assert_eq!(changes(&world), 0);
}

#[test]
fn an_automatic_snapshot_is_protected_and_awss_own_answer_is_passed_on() {
    let world = World::with(snapdeck::sandbox::Options::default());
    let rows = world
        .snapdeck(&["directory", "snapshots", CORP])
        .exits(0)
        .json();
    let rows = rows.as_array().expect("rows");
    let automatic = rows
        .iter()
        .find(|row| row["type"] == "Auto")
        .expect("an automatic one");
    let id = automatic["id"].as_str().expect("an id");
    world
        .snapdeck(&["directory", "delete", id, "--yes"])
        .exits(3)
        .says(&["by itself", "--automatic"]);
    assert_eq!(changes(&world), 0);
    let asked = world
        .snapdeck(&["directory", "delete", id, "--yes", "--automatic"])
        .exits(6);
    asked.says(&[
        "ClientException",
        "automatic snapshot and cannot be deleted",
    ]);
    assert_eq!(changes(&world), 1);
}
