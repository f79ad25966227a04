//! Which names are refused, and that odd ones are signed as they are sent.

use crate::{ROLE, world};

#[test]
fn names_that_could_mean_several_are_refused_before_anything_is_sent() {
    let world = world();
    for arguments in [
        vec!["delete", "logs/backups/*", "--yes"],
        vec!["delete", "logs/backups/a,b", "--yes"],
        vec!["delete", "logs/backups/_all", "--yes"],
        vec!["delete", "logs/backups/..", "--yes"],
        vec!["delete-index", "logs", "_all", "--confirm", "_all"],
        vec!["delete-index", "logs", "*", "--confirm", "*"],
        vec!["delete-index", "logs", "a,b", "--confirm", "a,b"],
        vec!["create", "logs/backups/Big"],
        vec!["create", "logs/backups/a\u{7}b"],
        vec!["create", "logs/backups/a/b"],
        vec!["create", "logs"],
        vec!["unregister", "logs", "*"],
        vec!["unregister", "logs"],
        vec![
            "register",
            "logs",
            "cs-mine",
            "--bucket",
            "bbb",
            "--role-arn",
            ROLE,
        ],
        vec!["register", "logs", "r", "--bucket", "B", "--role-arn", ROLE],
        vec!["register", "logs", "r", "--bucket", "bbb"],
        vec![
            "register",
            "logs",
            "r",
            "--bucket",
            "bbb",
            "--role-arn",
            "x",
        ],
        vec![
            "policy",
            "create",
            "logs",
            "p",
            "--repository",
            "backups",
            "--cron",
            "daily",
        ],
        vec!["show", "LOGS"],
        vec!["snapshots", "logs/a/b"],
    ] {
        world
            .snapdeck(&[&["opensearch"], &arguments[..]].concat())
            .exits(2);
    }
    assert!(world.requests().is_empty());
}

#[test]
fn names_with_odd_characters_are_signed_as_they_are_sent() {
    let world = world();
    for name in ["a+b", "50%", "größe-日本", "x~y=z;w@v"] {
        let id = format!("logs/backups/{name}");
        world
            .snapdeck(&["opensearch", "create", &id, "--index", "web", "--wait"])
            .exits(0);
        let shown = world.snapdeck(&["opensearch", "show", &id]).exits(0).json();
        assert_eq!(shown["name"], name);
        world
            .snapdeck(&["opensearch", "delete", &id, "--yes"])
            .exits(0);
    }
}

#[test]
fn a_repository_of_an_older_engine_may_have_spaces_in_its_name() {
    let world = world();
    let shown = world
        .snapdeck(&["opensearch", "show", "legacy/my r/kept"])
        .exits(0)
        .json();
    assert_eq!(shown["repository"], "my r");
    assert!(!world.calls("GET /_snapshot/my%20r/kept").is_empty());
}
