//! Whatever happens to a reply, a change is sent once and found.

use crate::{ROLE, SCENARIO, changes, changing::at_once, common::World, fault, world};

/// What changes something in a domain, each by its method and what asks for it.
const CHANGES: [(&str, &[&str]); 8] = [
    (
        "PUT /_snapshot/backups/t1",
        &["create", "logs/backups/t1", "--index", "orders"],
    ),
    (
        "POST /_snapshot/backups/first/_restore",
        &[
            "restore",
            "logs/backups/first",
            "--index",
            "orders",
            "--rename-pattern",
            "(.+)",
            "--rename-replacement",
            "re-$1",
        ],
    ),
    (
        "DELETE /_snapshot/backups/first",
        &["delete", "logs/backups/first", "--yes"],
    ),
    (
        "DELETE /web",
        &["delete-index", "logs", "web", "--confirm", "web"],
    ),
    (
        "PUT /_snapshot/more",
        &[
            "register",
            "logs",
            "more",
            "--bucket",
            "es-index-backups",
            "--base-path",
            "more",
            "--role-arn",
            ROLE,
        ],
    ),
    (
        "DELETE /_snapshot/backups",
        &["unregister", "logs", "backups"],
    ),
    (
        "POST /_plugins/_sm/policies/weekly",
        &[
            "policy",
            "create",
            "logs",
            "weekly",
            "--repository",
            "backups",
            "--cron",
            "0 3 * * 0",
            "--keep",
            "4",
        ],
    ),
    (
        "DELETE /_plugins/_sm/policies/daily",
        &["policy", "delete", "logs", "daily", "--yes"],
    ),
];

fn line<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    [&["opensearch"], arguments, &["--wait"]].concat()
}

fn with_faults(
    kinds: &[&'static str],
) -> Vec<(&'static str, &'static str, &'static [&'static str])> {
    let of = |kind: &&'static str| {
        let kind = *kind;
        CHANGES.map(move |(call, arguments)| (kind, call, arguments))
    };
    kinds.iter().flat_map(of).collect()
}

#[test]
fn every_change_is_one_call_and_ends_completed() {
    at_once(with_faults(&["none"]), |(_, call, arguments)| {
        let world = world();
        let ended = world.snapdeck(&line(arguments)).exits(0).json();
        assert_eq!(ended["status"], "completed", "{call}: {ended}");
        assert_eq!(changes(&world), [call]);
    });
}

#[test]
fn whatever_happens_to_the_reply_a_change_is_sent_once_and_found() {
    let kinds = ["gateway_timeout", "drop_after", "hang", "truncated"];
    at_once(with_faults(&kinds), |(kind, call, arguments)| {
        let world = world();
        fault(&world, kind);
        let ended = world.snapdeck(&line(arguments)).exits(0).json();
        assert_eq!(ended["status"], "completed", "{kind} on {call}: {ended}");
        assert!(
            ended["note"]
                .as_str()
                .is_some_and(|note| note.contains("found by looking")),
            "{kind} on {call}: {ended}"
        );
        assert_eq!(changes(&world), [call], "{kind}");
    });
}

#[test]
fn an_engine_without_metadata_is_reconciled_by_a_name_that_was_not_there_whatever_its_clock_says() {
    // The clock of this AWS is years behind that of the program.
    let past = format!("now = 2021-03-10T12:00:00Z\n{SCENARIO}");
    let world = World::new(&past);
    fault(&world, "gateway_timeout");
    let ended = world
        .snapdeck(&["opensearch", "create", "legacy/old/t1", "--wait"])
        .exits(0)
        .json();
    assert_eq!(ended["status"], "completed", "{ended}");
    assert!(
        ended["note"]
            .as_str()
            .is_some_and(|note| note.contains("no two snapshots of a repository have one name")),
        "{ended}"
    );
    let sent = &world.calls("PUT /_snapshot/old/t1")[0]["params"]["body"];
    assert!(sent.get("metadata").is_none(), "{sent}");
}

#[test]
fn what_never_arrived_is_looked_for_and_never_repeated() {
    at_once(with_faults(&["drop_before"]), |(kind, call, arguments)| {
        let world = world();
        fault(&world, kind);
        let ended = world.snapdeck(&line(arguments)).exits(9).json();
        assert_eq!(ended["status"], "unknown", "{kind} on {call}: {ended}");
        assert_eq!(changes(&world).len(), 1, "{kind} on {call}");
    });
}
