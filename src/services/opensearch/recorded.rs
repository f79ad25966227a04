//! What a real node answered, read as this program reads it: OpenSearch 2.5 with a repository of type
//! `fs`, in `tests/fixtures/opensearch`.

use serde_json::Value;

use super::{
    convert, engine::Engine, indices, refused, restore, snapshots, snapshots::Snapshot, watch,
};
use crate::domain::{
    failure::FailureKind,
    lifecycle::Observation,
    place::{Account, Place, Region},
    row::Cell,
};

macro_rules! recorded {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!(
            "../../../tests/fixtures/opensearch/",
            $name,
            ".json"
        )))
        .unwrap()
    };
}

fn place() -> Place {
    Place {
        profile: None,
        account: Account::new("123456789012"),
        region: Region::parse("us-east-1").unwrap(),
        endpoint: None,
        endpoints: std::collections::BTreeMap::default(),
    }
}

fn by_name(answer: &Value, name: &str) -> Snapshot {
    let all = snapshots::parse(answer).unwrap();
    all.into_iter().find(|s| s.name == name).unwrap()
}

#[test]
fn a_list_without_details_leaves_them_pending_and_one_with_them_does_not() {
    let terse = by_name(&recorded!("terse"), "fixture-whole");
    let row = convert::snapshot("d", "sd-fix", &terse, &place());
    assert!(row.is_pending());
    assert_eq!(row.id, "d/sd-fix/fixture-whole");
    assert_eq!(*row.cell("index_count"), Cell::Integer(2));
    let detailed = by_name(&recorded!("details"), "fixture-whole");
    let row = convert::snapshot("d", "sd-fix", &detailed, &place());
    assert!(!row.is_pending(), "{row:?}");
    assert!(matches!(row.cell("start_time"), Cell::Time(_)));
    assert_eq!(*row.cell("shards_total"), Cell::Integer(4));
    assert_eq!(*row.cell("version"), Cell::from("2.5.0"));
    assert_eq!(*row.cell("operation"), Cell::from("op-00000000f00d"));
    assert_eq!(*row.cell("made_by"), Cell::from("snapdeck"));
}

#[test]
fn an_empty_snapshot_that_calls_itself_a_success_is_flagged() {
    let empty = by_name(&recorded!("details"), "fixture-empty");
    assert_eq!(empty.state, "SUCCESS");
    assert!(empty.is_empty());
    let row = convert::snapshot("d", "r", &empty, &place());
    assert_eq!(*row.cell("empty"), Cell::Flag(true));
    assert!(by_name(&recorded!("terse"), "fixture-empty").is_empty());
}

#[test]
fn a_partial_snapshot_names_the_shards_that_are_missing() {
    let partial = by_name(&recorded!("details"), "fixture-partial");
    assert_eq!(partial.missing(), ["sd-red (0, 1)"]);
    let Observation::Partial { reason, .. } = watch::ended(&partial) else {
        panic!("partial is never completed")
    };
    assert!(
        reason.starts_with("2 of 6 shards are missing: sd-red"),
        "{reason}"
    );
}

#[test]
fn a_running_snapshot_has_no_end_and_no_counts_and_is_followed_by_its_status() {
    let running = by_name(&recorded!("details-running"), "running");
    let row = convert::snapshot("d", "r", &running, &place());
    assert_eq!(row.state.word, "IN_PROGRESS");
    assert_eq!(*row.cell("end_time"), Cell::Absent);
    assert_eq!(*row.cell("shards_total"), Cell::Absent);
    let status = recorded!("status-running");
    let percent = watch::share_taken(&status["snapshots"][0]).unwrap();
    assert!(percent < 100, "{percent}");
    assert_eq!(watch::share_taken(&Value::Null), None);
}

#[test]
fn a_restore_is_followed_by_its_shards() {
    let shards = recorded!("restoring-shards");
    let recovery = recorded!("restoring-recovery");
    let (shards, recovery) = (shards.as_array().unwrap(), recovery.as_array().unwrap());
    let facts = serde_json::json!({
        "domain": "d", "repository": "sd-slow", "snapshot": "running",
        restore::MADE: ["sd-copy-sd-orders"],
    });
    let now = "2026-11-20T13:00:00Z".parse().unwrap();
    let target = watch::restore_accepted(&facts, now, None).wait.unwrap();
    let Observation::Progress { percent, stage } =
        watch::seen_restore(&target, shards, recovery, now)
    else {
        panic!("it is going on")
    };
    // 9,003 of 49,157 bytes of one of two shards.
    assert_eq!(
        (percent, stage.as_str()),
        (Some(9), "0 of 2 primary shards")
    );
    let done: Vec<Value> = shards
        .iter()
        .cloned()
        .map(|mut shard| {
            shard["state"] = "STARTED".into();
            shard
        })
        .collect();
    assert!(matches!(
        watch::seen_restore(&target, &done, &[], now),
        Observation::Completed { .. }
    ));
    let mut half = done;
    half[0]["state"] = "UNASSIGNED".into();
    half[0]["unassigned.reason"] = "ALLOCATION_FAILED".into();
    assert!(matches!(
        watch::seen_restore(&target, &half, &[], now),
        Observation::Partial { .. }
    ));
}

#[test]
fn indices_are_read_with_their_aliases_and_health() {
    let found = indices::parse(&recorded!("indices")).unwrap();
    let aliases = indices::parse_aliases(&recorded!("aliases"));
    assert_eq!(aliases["sd-orders"], ["al-sd-orders"]);
    let orders = found
        .iter()
        .find(|index| index.name == "sd-orders")
        .unwrap();
    assert_eq!((orders.documents, orders.primaries), (Some(20), Some(2)));
    let red = found.iter().find(|index| index.name == "sd-red").unwrap();
    let row = convert::index("d", red, &place());
    assert_eq!(row.state.word, "red");
    assert_eq!(*row.cell("documents"), Cell::Absent, "{row:?}");
}

#[test]
fn a_repository_and_the_engine_are_what_the_node_says() {
    let repositories = recorded!("repositories");
    let row = convert::repository("d", "sd-fix", &repositories["sd-fix"], None, &place());
    assert_eq!(row.state.word, "writable");
    assert!(matches!(row.cell("location"), Cell::Text(_)));
    let root = recorded!("root");
    let number = root["version"]["number"].as_str().unwrap();
    assert_eq!(
        Engine::of(super::engine::Product::OpenSearch, number)
            .unwrap()
            .to_string(),
        "OpenSearch 2.5"
    );
}

#[test]
fn what_the_node_refuses_is_told_from_what_may_have_happened() {
    for (status, answer, kind) in [
        (404, recorded!("missing-snapshot"), FailureKind::NotFound),
        (404, recorded!("missing-repository"), FailureKind::NotFound),
        (500, recorded!("restore-conflict"), FailureKind::WrongState),
        (400, recorded!("create-exists"), FailureKind::WrongState),
        (500, recorded!("create-red"), FailureKind::WrongState),
    ] {
        let body = answer.to_string();
        let failure = refused::failure(status, body.as_bytes(), None, "x");
        assert_eq!(failure.kind, kind, "{failure}");
        assert!(failure.code.is_some() && !failure.message.is_empty());
    }
}
