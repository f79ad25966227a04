//! A user's own rules on the command line.

use std::fs;

use serde_json::Value;

use crate::{
    BEFORE, CORP, EARLIER, changes,
    common::{CONFIG, World},
    only_operation, process, two,
};

const ACCOUNT: &str = "123456789012";

fn ruled(rules: &str) -> World {
    let world = two();
    let text = format!("{CONFIG}\n[profiles.default]\n{rules}");
    fs::write(world.path("config.toml"), text).expect("a file");
    world
}

#[test]
fn a_denied_action_is_refused_by_name_rule_profile_and_file() {
    let world = ruled("deny = ['directory.delete_*', 'ebs.*']\n");
    world
        .snapdeck(&["directory", "delete", BEFORE, "--yes"])
        .exits(3)
        .says(&[
            "directory.delete_snapshot is denied",
            "deny = \"directory.delete_*\"",
            "profile default",
            "config.toml",
            "Nothing was sent",
        ]);
    assert_eq!(changes(&world), 0);
    world.snapdeck(&["directory", "create", CORP]).exits(0);
}

#[test]
fn more_at_once_than_allowed_is_refused_as_a_whole() {
    let world = ruled("largest_bulk = 1\n");
    world
        .snapdeck(&["directory", "delete", BEFORE, EARLIER, "--yes"])
        .exits(3)
        .says(&["2 at once are more than allowed", "largest_bulk = 1"]);
    assert_eq!(changes(&world), 0);
    world
        .snapdeck(&["directory", "delete", BEFORE, "--yes"])
        .exits(0);
}

#[test]
fn the_account_is_asked_for_where_something_cannot_be_undone() {
    let world = ruled("confirm_account = true\n");
    let delete =
        |more: &[&str]| world.snapdeck(&[&["directory", "delete", BEFORE, "--yes"], more].concat());
    delete(&[]).exits(3).says(&[
        &format!("--confirm-account {ACCOUNT}"),
        "confirm_account of profile default",
    ]);
    delete(&["--confirm-account", "1"])
        .exits(3)
        .says(&["'1' is not the account"]);
    assert_eq!(changes(&world), 0);
    delete(&["--confirm-account", ACCOUNT]).exits(0);
    // What can be undone is not asked for twice.
    world.snapdeck(&["directory", "create", CORP]).exits(0);
}

#[test]
fn a_reason_is_asked_for_kept_and_shown() {
    let world = ruled("require_reason = true\n");
    world
        .snapdeck(&["directory", "create", CORP])
        .exits(3)
        .says(&["--reason TEXT", "require_reason of profile default"]);
    assert_eq!(changes(&world), 0);
    world
        .snapdeck(&[
            "directory",
            "create",
            CORP,
            "--reason",
            "CHG-42, before the patch",
        ])
        .exits(0);
    let operation = only_operation(&world);
    assert_eq!(operation["given_reason"], "CHG-42, before the patch");
    let id = operation["id"].as_str().expect("an id");
    let shown = world
        .snapdeck(&["operations", "show", id, "--output", "table"])
        .exits(0);
    assert!(shown.stdout.contains("Reason given"), "{shown}");
    assert!(shown.stdout.contains("CHG-42, before the patch"), "{shown}");
}

#[test]
fn a_rule_that_means_nothing_is_refused_before_it_leaves_a_door_open() {
    for (rules, words) in [
        (
            "deny = ['ebs.delete_snapshto']\n",
            &[
                "line ",
                "profiles.default.deny",
                "means no action",
                "did you mean 'ebs.delete_snapshot'?",
            ][..],
        ),
        (
            "deny = ['ebs']\n",
            &[
                "profiles.default.deny: 'ebs' does not name actions",
                "service.action",
            ],
        ),
        (
            "deny = 'ebs.*'\n",
            &["profiles.default.deny: 'ebs.*' is a text"],
        ),
        (
            "largest_bulk = 0\n",
            &["profiles.default.largest_bulk: 0 is out of bounds"],
        ),
        (
            "largest_bulk = '3'\n",
            &[
                "profiles.default.largest_bulk",
                "a whole number, such as 10",
            ],
        ),
        (
            "confirm_acount = true\n",
            &["did you mean 'confirm_account'?"],
        ),
    ] {
        let world = ruled(rules);
        world.snapdeck(&["config", "check"]).exits(2).says(words);
        world
            .snapdeck(&["directory", "create", CORP])
            .exits(2)
            .says(words);
        assert_eq!(changes(&world), 0);
    }
}

/// Nothing but what every program of these tests needs.
#[test]
fn the_rules_are_shown_with_the_settings() {
    let world = ruled(
        "deny = ['ebs.*']\nlargest_bulk = 5\nconfirm_account = true\nrequire_reason = true\n",
    );
    let mut command = world.command(&["config", "show"]);
    command.env("NO_COLOR", "1");
    let shown = process::start(command).end().exits(0);
    for line in [
        "deny = [\"ebs.*\"]",
        "largest_bulk = 5",
        "confirm_account = true",
        "require_reason = true",
    ] {
        assert!(
            shown.stdout.lines().any(|shown| shown == line),
            "{line}: {shown}"
        );
    }
}

#[test]
fn a_dry_run_says_what_the_rules_would_refuse() {
    for (rules, words, said) in [
        (
            "deny = ['directory.delete_*']\n",
            &["directory", "delete", BEFORE][..],
            "deny = \"directory.delete_*\" of profile default",
        ),
        (
            "largest_bulk = 1\n",
            &["directory", "delete", BEFORE, EARLIER],
            "largest_bulk = 1 of profile default",
        ),
        (
            "require_reason = true\n",
            &["directory", "create", CORP],
            "require_reason of profile default",
        ),
        (
            "deny = ['directory.*']\n",
            &["directory", "prune", "--keep", "1"],
            "deny = \"directory.*\" of profile default",
        ),
    ] {
        let world = ruled(rules);
        let dry = world
            .snapdeck(&[words, &["--dry-run", "--output", "jsonl"]].concat())
            .exits(3)
            .says(&["dry run: would be refused: ", said]);
        for line in dry.stdout.lines().filter(|_| words[1] != "prune") {
            let record: Value = serde_json::from_str(line).expect("an object a line");
            assert_eq!(record["permitted"], false, "{record}");
            assert!(
                record["error"].as_str().is_some_and(|e| e.contains(said)),
                "{record}"
            );
        }
        assert_eq!(changes(&world), 0);
    }
    let reasoned = ruled("require_reason = true\n");
    let dry = [
        "directory",
        "create",
        CORP,
        "--dry-run",
        "--reason",
        "CHG-1",
    ];
    let record = reasoned.snapdeck(&dry).exits(0).json();
    assert_eq!(
        (&record["permitted"], &record["error"]),
        (&Value::Bool(true), &Value::Null)
    );
    // What changes nothing is not forbidden, and does not pass for more.
    reasoned
        .snapdeck(&[&dry[..], &["--read-only"]].concat())
        .exits(0)
        .says(&["the action itself would be refused: --read-only"]);
}
