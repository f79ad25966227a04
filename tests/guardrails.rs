//! A user's own rules are enforced by the engine, whatever a face forgets to ask.
#![expect(clippy::expect_used, reason = "a test may stop at a surprise")]

use std::{collections::BTreeMap, fs};

use serde_json::Value;
use snapdeck::{
    config::{self, Flags, Settings},
    context::Context,
    domain::{failure::FailureKind, form::Request},
    operations::Consent,
};

const SCENARIO: &str = r#"
speed = 3000

[[directories]]
id = "d-9067a10001"
name = "corp.example.com"
type = "MicrosoftAD"
edition = "Standard"
auto_snapshots = 0
snapshots = [{ id = "s-9067b10001", name = "before", age = "2d" }]
"#;

/// The settings of a sandbox, with rules that a configuration file says of AWS.
fn settings(rules: &str) -> Settings {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config.toml");
    let scenario = folder.path().join("scenario.toml");
    fs::write(&file, format!("[profiles.default]\n{rules}")).expect("a file");
    fs::write(&scenario, SCENARIO).expect("a file");
    let flags = Flags {
        config: Some(file),
        state_dir: Some(folder.path().join("state")),
        ..Flags::default()
    };
    let guard = config::load(&flags, &|_| None).expect("settings").guard;
    let sandbox = Flags {
        sandbox: Some(Some(folder.keep().join("scenario.toml"))),
        ..Flags::default()
    };
    Settings {
        guard,
        ..config::load(&sandbox, &|_| None).expect("settings")
    }
}

/// What became of the deletion of the snapshot, and how many calls changed something.
async fn delete(rules: &str, consent: Consent) -> (Result<Value, String>, usize) {
    let context = Context::open(&settings(rules)).await.expect("a context");
    let session = context.connect().await.expect("a session");
    let request = Request {
        service: "directory".to_owned(),
        action: "delete_snapshot".to_owned(),
        target: "s-9067b10001".to_owned(),
        values: BTreeMap::new(),
        place: session.place(&session.regions()[0]),
    };
    let outcome = context.operations().submit(request, consent).await;
    let outcome = outcome
        .map(|operation| operation.to_json())
        .map_err(|failure| {
            assert_eq!(failure.kind, FailureKind::Refused, "{failure}");
            failure.to_string()
        });
    let endpoint = session.identity().endpoint.clone().expect("a sandbox");
    let log = reqwest::get(format!("{endpoint}/_sandbox/requests")).await;
    let log = log.expect("a log").text().await.expect("a text");
    let calls = log
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let changes = calls.filter(|call| call["mutating"] == true).count();
    (outcome, changes)
}

/// Everything that can be agreed to.
fn everything() -> Consent {
    Consent {
        yes: true,
        account: Some("123456789012".to_owned()),
        reason: Some(" CHG-1 ".to_owned()),
        batch: 1,
        ..Consent::default()
    }
}

const STRICT: &str =
    "deny = ['ebs.*']\nconfirm_account = true\nlargest_bulk = 2\nrequire_reason = true\n";

#[tokio::test]
async fn what_a_rule_forbids_or_misses_is_refused_before_anything_is_sent() {
    let account = |text: Option<&str>| Consent {
        account: text.map(str::to_owned),
        ..everything()
    };
    let reason = |text: Option<&str>| Consent {
        reason: text.map(str::to_owned),
        ..everything()
    };
    let bulk = Consent {
        batch: 3,
        ..everything()
    };
    for (rules, consent, words) in [
        (
            "deny = ['directory.delete_*']\n",
            everything(),
            "deny = \"directory.delete_*\"",
        ),
        (
            "deny = ['ebs.*', '*.*']\n",
            everything(),
            "directory.delete_snapshot is denied",
        ),
        (STRICT, account(None), "confirm_account"),
        (
            STRICT,
            account(Some("123456789013")),
            "'123456789013' is not the account",
        ),
        (STRICT, reason(None), "require_reason"),
        (STRICT, reason(Some("  ")), "require_reason"),
        (STRICT, bulk, "3 at once are more than allowed"),
    ] {
        let (outcome, changes) = delete(rules, consent).await;
        let said = outcome.expect_err(words);
        for word in [words, "profile default in ", "config.toml"] {
            assert!(said.contains(word), "{said} lacks {word}");
        }
        assert_eq!(changes, 0, "{said}");
    }
}

#[tokio::test]
async fn what_keeps_to_the_rules_is_sent_and_its_reason_is_in_the_journal() {
    let (outcome, changes) = delete(STRICT, everything()).await;
    let operation = outcome.unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(changes, 1);
    assert_eq!(operation["given_reason"], "CHG-1");
}
