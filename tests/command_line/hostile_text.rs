//! What is printed never steers a terminal, whoever wrote it.

use snapdeck::domain::text::is_hostile;

use crate::{BEFORE, CORP, common::World, process::Ended};

#[test]
fn hostile_text_from_aws_never_arrives_raw() {
    let hostile = r"a\u001b[2J\u009b31m\u202eb\u0007\r\u200b\u2066";
    let scenario = format!(
        r#"
[[directories]]
id = "d-9067a10001"
name = "corp.example.com"
short_name = "{hostile}"
alias = "{hostile}"
description = "{hostile}"
type = "MicrosoftAD"
edition = "Standard"
stage = "Impaired"
stage_reason = "{hostile}"
snapshots = [{{ id = "s-9067b10001", name = "two\n\tlines", age = "2d" }}]
"#
    );
    let world = World::new(&scenario);
    let harmless = |ended: &Ended| {
        for (stream, text) in [("stdout", &ended.stdout), ("stderr", &ended.stderr)] {
            let found = text.chars().find(|c| is_hostile(*c) && *c != '\n');
            assert_eq!(found, None, "{stream}: {ended}");
        }
    };
    for format in ["table", "json", "jsonl", "csv"] {
        for command in [
            &["directory", "list"][..],
            &["directory", "show", CORP],
            &["directory", "snapshots"],
            &["directory", "create", CORP, "--dry-run"],
            &["directory", "delete", BEFORE, "--dry-run"],
        ] {
            let ended = world.snapdeck(&[command, &["--output", format]].concat());
            assert_ne!(ended.stdout, "", "{ended}");
            harmless(&ended);
        }
    }
    harmless(&world.snapdeck(&["directory", "create", CORP]));

    // Harmless, and in JSON still exact.
    let shown = world.snapdeck(&["directory", "show", CORP]).exits(0).json();
    assert_eq!(
        shown["stage_reason"],
        "a\u{1b}[2J\u{9b}31m\u{202e}b\u{7}\r\u{200b}\u{2066}"
    );
    let table = world
        .snapdeck(&["directory", "snapshots", "--output", "table"])
        .exits(0);
    assert!(table.stdout.contains(r"two\n\tlines"), "{table}");

    // What was typed is somebody's text too: a script may have it from AWS.
    for typed in ["d-\u{1b}[2J", "d-\u{202e}", "d-\u{9b}31m"] {
        harmless(&world.snapdeck(&["directory", "show", typed]).exits(2));
        harmless(
            &world
                .snapdeck(&["directory", "create", CORP, "--name", typed])
                .exits(2),
        );
        harmless(&world.snapdeck(&["directory", "delete", BEFORE, "--confirm", typed]));
        harmless(
            &world
                .snapdeck(&["--region", typed, "directory", "list"])
                .exits(2),
        );
        harmless(
            &world
                .snapdeck(&["--profile", typed, "directory", "list"])
                .exits(2),
        );
        harmless(
            &world
                .snapdeck(&["--endpoint-url", typed, "directory", "list"])
                .exits(2),
        );
        harmless(&world.snapdeck(&["operations", "show", typed]).exits(2));
        harmless(&world.snapdeck(&[typed]).exits(2));
        harmless(
            &world
                .snapdeck(&["directory", &format!("--{typed}")])
                .exits(2),
        );
        harmless(
            &world
                .snapdeck(&["directory", "list", "--output", typed])
                .exits(2),
        );
    }
}
