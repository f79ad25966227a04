//! Repositories, and what must be there before one can be registered.

use serde_json::{Value, json};

use crate::{ROLE, SCENARIO, changes, of, world};

#[test]
fn a_repository_is_registered_verified_and_taken_away() {
    let world = world();
    let register = [
        "opensearch",
        "register",
        "spare",
        "mine",
        "--bucket",
        "es-index-backups",
        "--base-path",
        "spare",
        "--role-arn",
        ROLE,
        "--server-side-encryption",
    ];
    world.snapdeck(&register).exits(0);
    let shown = world
        .snapdeck(&["opensearch", "show", "spare/mine"])
        .exits(0)
        .json();
    assert_eq!(
        (&shown["bucket"], &shown["endpoint"]),
        (&json!("es-index-backups"), &json!("s3.amazonaws.com"))
    );
    world
        .snapdeck(&["opensearch", "verify", "spare", "mine"])
        .exits(0);
    world
        .snapdeck(&["opensearch", "unregister", "spare", "mine"])
        .exits(0);
    world
        .snapdeck(&["opensearch", "show", "spare/mine"])
        .exits(5);
    world
        .snapdeck(&["opensearch", "unregister", "spare", "cs-automated-enc"])
        .exits(6)
        .says(&["AWS's own"]);
}

#[test]
fn a_registration_that_fails_says_what_is_missing_in_the_role() {
    let world = world();
    let untrusted = [
        "opensearch",
        "register",
        "spare",
        "mine",
        "--bucket",
        "es-index-backups",
        "--role-arn",
        "arn:aws:iam::123456789012:role/UntrustedRole",
    ];
    world
        .snapdeck(&untrusted)
        .exits(4)
        .says(&["es.amazonaws.com"]);
    let scenario = format!("{SCENARIO}\n[[denied]]\naction = \"iam:PassRole\"\n");
    let world = of(&scenario);
    let register = [
        "opensearch",
        "register",
        "spare",
        "mine",
        "--bucket",
        "es-index-backups",
        "--base-path",
        "spare",
        "--role-arn",
        ROLE,
    ];
    world.snapdeck(&register).exits(4).says(&["iam:PassRole"]);
}

#[test]
fn prerequisites_are_each_there_or_missing_with_what_mends_them() {
    let world = world();
    let right = world
        .snapdeck(&[
            "opensearch",
            "prerequisites",
            "logs",
            "--bucket",
            "es-index-backups",
            "--role-arn",
            ROLE,
        ])
        .exits(0)
        .json();
    let failed = |found: &Value| -> Vec<String> {
        let checks = found["checks"].as_array().expect("checks").iter();
        checks
            .filter(|check| check["verdict"] != "present")
            .map(|check| check["check"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    assert!(failed(&right).is_empty(), "{right:#}");
    let wrong = world
        .snapdeck(&[
            "opensearch",
            "prerequisites",
            "logs",
            "--bucket",
            "frozen",
            "--role-arn",
            "arn:aws:iam::123456789012:role/UntrustedRole",
        ])
        .exits(3)
        .json();
    let missing = failed(&wrong);
    for label in [
        "No Glacier rule",
        "Role trusts the service",
        "Role may list the bucket",
        "Role may use its objects",
    ] {
        assert!(missing.iter().any(|one| one == label), "{label}: {wrong:#}");
    }
    let words: Vec<_> = wrong["checks"].as_array().into_iter().flatten().collect();
    assert!(
        words
            .iter()
            .any(|check| check["check"] == "Bucket" && check["verdict"] == "present")
            && words.iter().any(|check| check["verdict"] == "missing"),
        "{wrong:#}"
    );
    let documents = wrong["documents"].to_string();
    assert!(documents.contains("es.amazonaws.com") && documents.contains("arn:aws:s3:::frozen/*"));
    let printed = world.snapdeck(&[
        "--output",
        "table",
        "opensearch",
        "prerequisites",
        "logs",
        "--bucket",
        "nowhere",
        "--role-arn",
        ROLE,
        "--print-policies",
    ]);
    let printed = printed.exits(3);
    assert!(
        printed
            .stdout
            .contains("missing: Bucket: there is no bucket nowhere"),
        "{printed}"
    );
    assert!(printed.stdout.contains("\"Action\""), "{printed}");
    assert!(changes(&world).is_empty());
}

#[test]
fn a_role_without_its_policy_is_prepared_once_and_found_after_a_lost_reply() {
    let scenario =
        format!("{SCENARIO}\n[[roles]]\nname = \"BareRole\"\ntrusts = \"es.amazonaws.com\"\n");
    let world = of(&scenario);
    let role = "arn:aws:iam::123456789012:role/BareRole";
    let arguments = ["--bucket", "es-index-backups", "--role-arn", role];
    let ask = |command: &str| {
        let line = [&["opensearch", command, "logs"], &arguments[..]].concat();
        world.snapdeck(&line)
    };
    ask("prerequisites").exits(3);
    let fault = json!({ "service": "iam", "action": "PutRolePolicy", "kind": "drop_after" });
    world.control("faults", &fault);
    let ended = ask("prepare").exits(0).json();
    assert_eq!(ended["status"], "completed", "{ended}");
    assert_eq!(world.calls("PutRolePolicy").len(), 1);
    ask("prerequisites").exits(0);
}

#[test]
fn fine_grained_access_control_keeps_the_cluster_state_and_says_so() {
    let scenario = SCENARIO.replace(
        "[[domain.index]]\nname = \"secret\"",
        "[[domain.repository]]\nname = \"safe\"\nbucket = \"es-index-backups\"\nbase_path = \"guarded\"\nrole_arn = \"arn:aws:iam::123456789012:role/SnapshotRole\"\n\n[[domain.snapshot]]\nrepository = \"safe\"\nname = \"s1\"\nage = \"1d\"\n\n[[domain.index]]\nname = \"secret\"",
    );
    let world = of(&scenario);
    world
        .snapdeck(&[
            "opensearch",
            "restore",
            "guarded/safe/s1",
            "--global-state",
            "--rename-pattern",
            "^",
            "--rename-replacement",
            "re-",
        ])
        .exits(4)
        .says(&["fine-grained access control"]);
    assert!(changes(&world).is_empty());
}

#[test]
fn a_bucket_that_archives_its_objects_is_refused_and_the_dry_run_agrees() {
    let world = world();
    let register = [
        "opensearch",
        "register",
        "spare",
        "cold",
        "--bucket",
        "frozen",
        "--role-arn",
        ROLE,
    ];
    let dry = world
        .snapdeck(&[&register[..], &["--dry-run"]].concat())
        .exits(3)
        .says(&[
            "would be refused: Register",
            "snapshots there cannot be restored",
        ])
        .json();
    assert_eq!(dry["permitted"], false, "{dry}");
    world
        .snapdeck(&register)
        .exits(3)
        .says(&["No Glacier rule", "snapshots there cannot be restored"]);
    assert!(changes(&world).is_empty());
}

#[test]
fn the_registration_that_prerequisites_show_is_the_one_that_is_sent() {
    let world = world();
    let values = ["--bucket", "es-index-backups", "--role-arn", ROLE];
    let shown = world
        .snapdeck(&[&["opensearch", "prerequisites", "fresh"], &values[..]].concat())
        .exits(0)
        .json();
    world
        .snapdeck(&[&["opensearch", "register", "fresh", "mine"], &values[..]].concat())
        .exits(0);
    let sent = &world.calls("PUT /_snapshot/mine")[0]["params"]["body"];
    let shown = shown["equivalent"].as_str().unwrap_or_default();
    let body = shown
        .strip_prefix("PUT /_snapshot/REPOSITORY ")
        .unwrap_or_else(|| panic!("{shown}"));
    let shown: Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(&shown, sent);
    assert_eq!(sent["settings"]["endpoint"], "s3.amazonaws.com", "{sent}");
}
