//! Restoring to a domain that lacks the repository: it is registered there read-only first, and of both
//! calls there is one, whatever happens to a reply or to the process.

use serde_json::{Value, json};

use crate::{
    ROLE, SCENARIO, changes,
    common::{self, World},
    of, world,
};

/// What brings a snapshot of one domain to another one that lacks its repository.
const MIGRATE: [&str; 7] = [
    "opensearch",
    "restore",
    "logs/backups/first",
    "--to",
    "fresh",
    "--index",
    "orders",
];
const REGISTERS: &str = "PUT /_snapshot/backups";
const RESTORES: &str = "POST /_snapshot/backups/first/_restore";

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&MIGRATE[..], more].concat()
}

/// A fault of one call alone.
fn fault_of(world: &World, action: &str, kind: &str) {
    let fault = json!({ "service": "es", "action": action, "kind": kind, "mutating": true });
    world.control("faults", &fault);
}

fn sent(world: &World, call: &str) -> Value {
    world.calls(call)[0]["params"]["body"].clone()
}

/// The indices of the domain that it is restored to.
fn brought(world: &World) -> Vec<String> {
    let listed = world
        .snapdeck(&["opensearch", "indices", "fresh"])
        .exits(0)
        .json();
    let rows = listed.as_array().expect("a list").iter();
    rows.filter_map(|row| row["name"].as_str().map(str::to_owned))
        .filter(|name| !name.starts_with('.'))
        .collect()
}

#[test]
fn the_repository_is_registered_read_only_before_the_snapshot_is_restored() {
    let world = world();
    let plan = world.snapdeck(&with(&["--dry-run"])).exits(0).json();
    let warnings = plan["warnings"].to_string();
    for part in [
        "does not have the repository",
        "read-only",
        "iam:PassRole",
        ROLE,
    ] {
        assert!(warnings.contains(part), "{part}: {plan:#}");
    }
    let equivalent = plan["equivalent"].as_str().unwrap_or_default();
    assert!(
        equivalent.starts_with(REGISTERS) && equivalent.contains(&format!(", then {RESTORES}")),
        "{plan:#}"
    );
    assert!(plan["checks"].to_string().contains("You may pass the role"));
    let table = with(&["--dry-run", "--output", "table"]);
    let told = world.snapdeck(&table).exits(0);
    assert!(
        told.stdout
            .contains("Registered first: backups, bucket es-index-backups, logs"),
        "{told}"
    );
    assert!(changes(&world).is_empty());

    let ended = world.snapdeck(&with(&["--wait"])).exits(0).json();
    assert_eq!(ended["status"], "completed", "{ended}");
    assert_eq!(changes(&world), [REGISTERS, RESTORES]);
    let settings = &sent(&world, REGISTERS)["settings"];
    assert_eq!(
        (
            &settings["readonly"],
            &settings["role_arn"],
            &settings["base_path"]
        ),
        (&json!(true), &json!(ROLE), &json!("logs"))
    );
    assert_eq!(brought(&world), ["orders"]);
    // It stays registered, and is found the next time.
    world
        .snapdeck(&["opensearch", "create", "fresh/backups/t1"])
        .exits(6)
        .says(&["read-only"]);
    world
        .snapdeck(&with(&[
            "--rename-pattern",
            "^",
            "--rename-replacement",
            "re-",
            "--wait",
        ]))
        .exits(0);
    assert_eq!(changes(&world), [REGISTERS, RESTORES, RESTORES]);
}

#[test]
fn without_a_wait_both_are_sent_and_the_restore_goes_on_in_aws() {
    let world = world();
    world
        .snapdeck(&MIGRATE)
        .exits(0)
        .says(&["goes on in AWS", "snapdeck operations wait op-"]);
    assert_eq!(changes(&world), [REGISTERS, RESTORES]);
}

#[test]
fn whatever_happens_to_either_reply_both_are_sent_once() {
    let kinds = ["gateway_timeout", "drop_after", "hang", "truncated"];
    std::thread::scope(|scope| {
        for kind in kinds {
            for call in [REGISTERS, RESTORES] {
                scope.spawn(move || {
                    let world = world();
                    fault_of(&world, call, kind);
                    let ended = world.snapdeck(&with(&["--wait"])).exits(0).json();
                    assert_eq!(ended["status"], "completed", "{kind} on {call}: {ended}");
                    assert!(
                        ended["note"]
                            .as_str()
                            .is_some_and(|note| note.contains("found by looking")),
                        "{kind} on {call}: {ended}"
                    );
                    assert_eq!(changes(&world), [REGISTERS, RESTORES], "{kind} on {call}");
                    assert_eq!(brought(&world), ["orders"]);
                });
            }
        }
    });
}

#[test]
fn what_never_arrived_is_not_repeated_and_nothing_follows_it() {
    std::thread::scope(|scope| {
        for (call, all) in [
            (REGISTERS, &[REGISTERS][..]),
            (RESTORES, &[REGISTERS, RESTORES]),
        ] {
            scope.spawn(move || {
                let world = world();
                fault_of(&world, call, "drop_before");
                let ended = world.snapdeck(&with(&["--wait"])).exits(9).json();
                assert_eq!(ended["status"], "unknown", "{call}: {ended}");
                assert_eq!(changes(&world), all);
                assert!(brought(&world).is_empty());
            });
        }
    });
}

#[test]
fn a_process_that_is_killed_at_either_call_loses_neither() {
    std::thread::scope(|scope| {
        for call in [REGISTERS, RESTORES] {
            scope.spawn(move || {
                let world = world();
                fault_of(&world, call, "hang");
                let mut running = world.start(&with(&["--wait"]));
                common::until("the call", || (!world.calls(call).is_empty()).then_some(()));
                running.child.kill().expect("a child");
                running.end();
                let ended = world.snapdeck(&["operations", "wait"]).exits(0).json();
                assert_eq!(ended[0]["status"], "completed", "{call}: {ended}");
                assert_eq!(changes(&world), [REGISTERS, RESTORES], "{call}");
                assert_eq!(brought(&world), ["orders"]);
            });
        }
    });
}

#[test]
fn a_registration_that_is_refused_ends_it_and_says_what_is_missing() {
    let scenario = format!("{SCENARIO}\n[[denied]]\naction = \"iam:PassRole\"\n");
    let world = of(&scenario);
    let ended = world.snapdeck(&with(&["--wait"])).exits(4);
    assert_eq!(ended.json()["status"], "failed", "{ended}");
    ended.says(&["iam:PassRole"]);
    assert_eq!(changes(&world), [REGISTERS]);
    assert!(brought(&world).is_empty());
}

#[test]
fn a_restore_that_is_refused_after_it_says_what_stays_registered() {
    let world = world();
    let refusal =
        json!({ "service": "es", "action": RESTORES, "kind": "denied", "mutating": true });
    world.control("faults", &refusal);
    let ended = world.snapdeck(&with(&["--wait"])).exits(4);
    assert_eq!(ended.json()["status"], "failed", "{ended}");
    ended.says(&["fresh has backups registered all the same"]);
    assert_eq!(changes(&world), [REGISTERS, RESTORES]);
}

#[test]
fn a_name_that_is_taken_there_and_fine_grained_access_are_seen_before() {
    let taken = "name = \"fresh\"\nengine = \"OpenSearch_2.13\"\nautomated = false\n";
    let scenario = SCENARIO.replace(
        taken,
        &format!(
            "{taken}fine_grained = true\n\n[[domain.repository]]\nname = \"backups\"\nbucket = \"es-index-backups\"\nbase_path = \"elsewhere\"\nrole_arn = \"{ROLE}\"\n"
        ),
    );
    let world = of(&scenario);
    let plan = world.snapdeck(&with(&["--dry-run"])).json();
    let equivalent = plan["equivalent"].as_str().unwrap_or_default();
    assert!(
        equivalent.starts_with("PUT /_snapshot/logs-backups "),
        "{plan:#}"
    );
    let warnings = plan["warnings"].to_string();
    assert!(warnings.contains("manage_snapshots"), "{plan:#}");
    let checks = plan["checks"].to_string();
    assert!(checks.contains("Mapped to manage_snapshots"), "{plan:#}");
    assert!(changes(&world).is_empty());
}
