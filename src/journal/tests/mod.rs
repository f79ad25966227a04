//! The journal's promises, kept with real files, threads, processes and kills.

mod child;
mod crash;
mod cut;
mod processes;
mod refusals;

use std::{collections::BTreeMap, fs, os::unix::fs::PermissionsExt, path::Path};

use tempfile::TempDir;

use super::*;
use crate::domain::{
    failure::{Failure, FailureKind},
    form::{Request, Value},
    lifecycle::{Accepted, Lifecycle},
    operation::{Baseline, WaitTarget},
    place::{Account, Place, Region},
};

/// A short wait for locks that are known to be held.
const SHORT: Duration = Duration::from_millis(60);

fn state() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn moment(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

/// An operation asked for `number` seconds after the start, on a target of its own.
fn operation(number: u32, session: &str) -> Operation {
    let place = Place {
        profile: Some("backup".to_owned()),
        account: Account::new("111122223333"),
        region: Region::parse("eu-west-1").unwrap(),
        endpoint: None,
        endpoints: std::collections::BTreeMap::default(),
    };
    let request = Request {
        service: "ebs".to_owned(),
        action: "create_snapshot".to_owned(),
        target: format!("vol-{number:017x}"),
        values: BTreeMap::from([(
            "description".to_owned(),
            Value::Text("before the 'upgrade' 日本".to_owned()),
        )]),
        place,
    };
    let id = OperationId::from_random(u64::from(number));
    let baseline = Baseline {
        subject: None,
        facts: serde_json::json!({"snapshots": ["snap-1", "snap-2"]}),
    };
    Operation::requested(id, request, baseline, session, moment(number.into()))
}

/// The same request under another id, later.
fn again(first: &Operation, number: u32) -> Operation {
    Operation {
        id: OperationId::from_random(number.into()),
        ..first.clone()
    }
}

fn accepted(resource: &str) -> Observation {
    let wait = WaitTarget {
        kind: "snapshot".to_owned(),
        id: resource.to_owned(),
        facts: BTreeMap::new(),
    };
    Observation::Accepted(Accepted {
        resource: Some(resource.to_owned()),
        request_id: Some("5f3c".to_owned()),
        wait: Some(wait),
        expected: None,
        stage: None,
    })
}

fn completed() -> Observation {
    Observation::Completed {
        stage: "completed".to_owned(),
    }
}

fn reply_lost() -> Observation {
    Observation::ReplyLost(Failure::new(
        FailureKind::ReplyLost,
        "CreateSnapshot",
        "reset",
    ))
}

fn count(operations: &[Operation]) -> u32 {
    operations.len().try_into().unwrap()
}

fn ids(operations: &[Operation]) -> Vec<String> {
    operations
        .iter()
        .map(|operation| operation.id.to_string())
        .collect()
}

fn database(dir: &Path) -> std::path::PathBuf {
    dir.join("journal.sqlite3")
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn what_was_recorded_is_read_back_by_a_later_process() {
    let dir = state();
    let asked = operation(1, "s");
    {
        let journal = Journal::open(dir.path()).unwrap();
        journal.begin(&asked).unwrap();
        let done = journal
            .apply(&asked.id, accepted("snap-9"), moment(2))
            .unwrap();
        assert!(done.changed);
        assert_eq!(done.operation.lifecycle, Lifecycle::Accepted);
        let same = journal
            .apply(&asked.id, accepted("snap-9"), moment(3))
            .unwrap();
        assert_eq!(
            same,
            Applied {
                operation: done.operation,
                changed: false
            }
        );
    }
    let mut expected = asked.clone();
    expected.apply(accepted("snap-9"), moment(2));
    let later = Journal::open(dir.path()).unwrap();
    assert_eq!(later.get(&asked.id).unwrap(), Some(expected));
    assert_eq!(later.get(&OperationId::from_random(99)).unwrap(), None);
}

#[test]
fn operations_are_listed_by_the_moment_they_were_asked_for_and_then_in_order_of_arrival() {
    let dir = state();
    let journal = Journal::open(dir.path()).unwrap();
    for number in [3, 1, 2] {
        journal.begin(&operation(number, "s")).unwrap();
    }
    let tie = Operation {
        requested_at: moment(2),
        ..operation(4, "s")
    };
    journal.begin(&tie).unwrap();
    let names = |numbers: [u32; 4]| numbers.map(|n| OperationId::from_random(n.into()).to_string());
    assert_eq!(ids(&journal.list(usize::MAX).unwrap()), names([3, 4, 2, 1]));
    assert_eq!(ids(&journal.list(2).unwrap()), names([3, 4, 2, 1])[..2]);
    assert!(journal.list(0).unwrap().is_empty());
    assert_eq!(
        ids(&journal.open_operations().unwrap()),
        names([1, 2, 4, 3])
    );
}

#[test]
fn open_operations_leave_out_what_has_ended_however_it_ended() {
    let dir = state();
    let journal = Journal::open(dir.path()).unwrap();
    let asked: Vec<_> = (0..4).map(|number| operation(number, "s")).collect();
    for operation in &asked {
        journal.begin(operation).unwrap();
    }
    let see = |index: usize, seen| journal.apply(&asked[index].id, seen, moment(9)).unwrap();
    see(0, accepted("snap-0"));
    see(0, completed());
    see(1, reply_lost());
    see(2, reply_lost());
    see(
        2,
        Observation::GaveUp {
            reason: "no trace".to_owned(),
            advice: None,
        },
    );
    let still = journal.open_operations().unwrap();
    assert_eq!(ids(&still), ids(&[asked[1].clone(), asked[3].clone()]));
    assert_eq!(still[0].lifecycle, Lifecycle::Unknown);
}

#[test]
fn the_same_is_not_begun_again_while_nobody_knows_what_became_of_it() {
    let dir = state();
    let journal = Journal::open(dir.path()).unwrap();
    let first = operation(1, "s");
    journal.begin(&first).unwrap();
    let second = again(&first, 2);
    let refused = |second: &Operation| match journal.begin(second) {
        Err(JournalError::Unresolved(id)) => id == first.id,
        other => panic!("{other:?}"),
    };
    assert!(refused(&second));
    journal.apply(&first.id, reply_lost(), moment(2)).unwrap();
    assert!(refused(&second));
    assert_eq!(journal.get(&second.id).unwrap(), None);

    // Anything else may begin.
    let mut others = [
        again(&first, 3),
        again(&first, 4),
        again(&first, 5),
        again(&first, 6),
    ];
    others[0].request.service = "directory".to_owned();
    others[1].request.action = "delete_snapshot".to_owned();
    others[2].request.place.account = Account::new("444455556666");
    others[3].request.place.region = Region::parse("eu-west-3").unwrap();
    for other in &others {
        journal.begin(other).unwrap();
    }

    // So may the same, once it is known, or once looking was given up.
    journal
        .apply(&first.id, accepted("snap-1"), moment(3))
        .unwrap();
    journal.begin(&second).unwrap();
    journal.apply(&second.id, reply_lost(), moment(4)).unwrap();
    let given_up = Observation::GaveUp {
        reason: "no trace".to_owned(),
        advice: None,
    };
    journal.apply(&second.id, given_up, moment(5)).unwrap();
    journal.begin(&again(&first, 7)).unwrap();
}

#[test]
fn ids_are_unique_and_only_those_that_exist_are_observed() {
    let dir = state();
    let journal = Journal::open(dir.path()).unwrap();
    let first = operation(1, "s");
    journal.begin(&first).unwrap();
    let taken = Operation {
        id: first.id.clone(),
        ..operation(2, "s")
    };
    assert!(matches!(journal.begin(&taken), Err(JournalError::Exists(id)) if id == first.id));
    assert_eq!(journal.list(9).unwrap(), [first]);
    let absent = OperationId::from_random(9);
    let error = journal.apply(&absent, completed(), moment(1)).unwrap_err();
    assert!(matches!(&error, JournalError::Absent(id) if *id == absent));
    assert!(error.to_string().contains(absent.as_str()));
}

#[test]
fn claimed_resources_are_those_of_one_service_account_and_region() {
    let dir = state();
    let journal = Journal::open(dir.path()).unwrap();
    let mut elsewhere = operation(3, "s");
    elsewhere.request.place.region = Region::parse("us-east-1").unwrap();
    for (asked, resource) in [
        (operation(1, "s"), Some("snap-b")),
        (operation(2, "s"), Some("snap-a")),
        (elsewhere, Some("snap-c")),
        (operation(4, "s"), None),
    ] {
        journal.begin(&asked).unwrap();
        if let Some(resource) = resource {
            journal
                .apply(&asked.id, accepted(resource), moment(5))
                .unwrap();
            journal.apply(&asked.id, completed(), moment(6)).unwrap();
        }
    }
    let claimed =
        |service, account, region| journal.resources_claimed(service, account, region).unwrap();
    assert_eq!(
        claimed("ebs", "111122223333", "eu-west-1"),
        ["snap-a", "snap-b"]
    );
    assert_eq!(claimed("ebs", "111122223333", "us-east-1"), ["snap-c"]);
    assert!(claimed("directory", "111122223333", "eu-west-1").is_empty());
    assert!(claimed("ebs", "444455556666", "eu-west-1").is_empty());
}

#[test]
fn operations_are_counted_by_their_status() {
    let dir = state();
    let journal = Journal::open(dir.path()).unwrap();
    assert_eq!(journal.counts().unwrap(), []);
    for (number, resource) in [(1, "s"), (2, "t")] {
        journal.begin(&operation(number, resource)).unwrap();
    }
    assert_eq!(journal.counts().unwrap(), [("requested".to_owned(), 2)]);
}

#[test]
fn the_files_are_for_their_owner_alone() {
    let dir = state();
    let nested = dir.path().join("a/b");
    let journal = Journal::open(&nested).unwrap();
    journal.begin(&operation(1, "s")).unwrap();
    for directory in [
        dir.path().join("a"),
        nested.clone(),
        nested.join("sessions"),
    ] {
        assert_eq!(mode(&directory), 0o700, "{}", directory.display());
    }
    let lock = nested
        .join("sessions")
        .join(journal.session())
        .with_extension("lock");
    assert_eq!([mode(&database(&nested)), mode(&lock)], [0o600, 0o600]);
    // The rollback journal, which holds pages of the database, gets the mode of the database.
    journal
        .connection()
        .execute_batch("BEGIN IMMEDIATE; DELETE FROM operations")
        .unwrap();
    assert_eq!(mode(&nested.join("journal.sqlite3-journal")), 0o600);
}

#[test]
fn writes_are_durable_and_no_write_ahead_log_is_used() {
    let dir = state();
    let journal = Journal::open(dir.path()).unwrap();
    let text = |pragma| -> String {
        journal
            .connection()
            .pragma_query_value(None, pragma, |row| row.get(0))
            .unwrap()
    };
    let number = |pragma| -> i64 {
        journal
            .connection()
            .pragma_query_value(None, pragma, |row| row.get(0))
            .unwrap()
    };
    assert_eq!(text("journal_mode"), "delete");
    // 3 is EXTRA.
    assert_eq!(number("synchronous"), 3);
    assert_eq!(
        [number("trusted_schema"), number("cell_size_check")],
        [0, 1]
    );
}

#[test]
fn no_lookup_reads_through_what_has_ended() {
    let dir = state();
    let journal = Journal::open(dir.path()).unwrap();
    for (query, index) in [
        (table::OPEN, "operations_open"),
        (table::NEWEST, "operations_by_time"),
        (table::UNRESOLVED, "operations_open_by_target"),
        (table::RESOURCES, "operations_by_resource"),
    ] {
        let connection = journal.connection();
        let mut statement = connection
            .prepare(&format!("EXPLAIN QUERY PLAN {query}"))
            .unwrap();
        let unbound = statement.raw_query();
        let steps: Vec<String> = unbound
            .mapped(|row| row.get(3))
            .map(Result::unwrap)
            .collect();
        assert!(steps[0].contains(&format!("INDEX {index}")), "{steps:?}");
    }
}
