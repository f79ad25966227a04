//! What holds for every sequence of observations, in whatever order they come.

use std::collections::BTreeMap;

use proptest::{option, prelude::*};

use super::*;
use crate::domain::{
    failure::FailureKind,
    form::Request,
    operation::{Baseline, OperationId},
    place::{Account, Place, Region},
};

fn moment(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

fn requested() -> Operation {
    let place = Place {
        profile: None,
        account: Account::new("111122223333"),
        region: Region::parse("eu-west-1").unwrap(),
        endpoint: None,
        endpoints: std::collections::BTreeMap::default(),
    };
    let request = Request {
        service: "directory".to_owned(),
        action: "create_snapshot".to_owned(),
        target: "d-9067000001".to_owned(),
        values: BTreeMap::new(),
        place,
    };
    Operation::requested(
        OperationId::from_random(7),
        request,
        Baseline::default(),
        "session",
        moment(0),
    )
}

fn accepted(wait: bool) -> Observation {
    let wait = wait.then(|| WaitTarget {
        kind: "snapshot".to_owned(),
        id: "s-9067000001".to_owned(),
        facts: BTreeMap::new(),
    });
    Observation::Accepted(Accepted {
        resource: Some("s-9067000001".to_owned()),
        request_id: None,
        wait,
        expected: None,
        stage: None,
    })
}

fn failure() -> Failure {
    let mut failure = Failure::new(FailureKind::ReplyLost, "CreateSnapshot", "connection reset");
    failure.request_id = Some("5f3c".to_owned());
    failure
}

fn text() -> String {
    "text".to_owned()
}

fn observation() -> impl Strategy<Value = Observation> {
    // AWS reports what it likes, also beyond 100.
    let progress = || {
        (option::of(0_u8..=120), "[A-C]")
            .prop_map(|(percent, stage)| Observation::Progress { percent, stage })
    };
    prop_oneof![
        2 => any::<bool>().prop_map(accepted),
        1 => Just(Observation::Delayed { reason: text() }),
        6 => progress(),
        1 => (1_u32..3).prop_map(|step| Observation::Next { step, stage: text() }),
        1 => Just(Observation::Completed { stage: text() }),
        1 => Just(Observation::Partial { stage: text(), reason: text() }),
        1 => option::of("[A-C]").prop_map(|stage| Observation::Failed { stage, reason: text(), advice: None }),
        1 => Just(Observation::Refused(failure())),
        2 => Just(Observation::ReplyLost(failure())),
        1 => Just(Observation::GaveUp { reason: text(), advice: Some(text()) }),
        2 => "[A-C]".prop_map(|reason| Observation::Unseen { reason }),
    ]
}

/// One step: how it stood, what was seen, how it stands, and whether that was called a change.
struct Step {
    before: Operation,
    seen: Observation,
    after: Operation,
    changed: bool,
    now: Timestamp,
}

fn run(observations: Vec<Observation>) -> Vec<Step> {
    let mut operation = requested();
    let step = |(second, seen): (i64, Observation)| {
        let (before, now) = (operation.clone(), moment(second));
        let changed = operation.apply(seen.clone(), now);
        Step {
            before,
            seen,
            after: operation.clone(),
            changed,
            now,
        }
    };
    (1..).zip(observations).map(step).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1500) })]

    #[test]
    fn apply_answers_whether_anything_changed(seen in prop::collection::vec(observation(), 1..24)) {
        for Step { before, after, changed, now, .. } in run(seen) {
            prop_assert_eq!(changed, before != after);
            prop_assert_eq!(after.changed_at, if changed { now } else { before.changed_at });
        }
    }

    #[test]
    fn terminal_states_absorb_every_observation(seen in prop::collection::vec(observation(), 1..24)) {
        for Step { before, after, .. } in run(seen).into_iter().filter(|step| step.before.is_finished()) {
            prop_assert_eq!(before, after);
        }
    }

    #[test]
    fn the_end_is_dated_exactly_when_it_comes(seen in prop::collection::vec(observation(), 1..24)) {
        for Step { before, after, now, .. } in run(seen) {
            prop_assert_eq!(after.finished_at.is_some(), after.lifecycle.is_terminal());
            if after.is_finished() && !before.is_finished() {
                prop_assert_eq!(after.finished_at, Some(now));
            }
        }
    }

    #[test]
    fn a_percentage_never_goes_back_and_is_100_only_when_completed(seen in prop::collection::vec(observation(), 1..24)) {
        for Step { before, after, .. } in run(seen) {
            if matches!(after.lifecycle, Lifecycle::InProgress { .. } | Lifecycle::Completed) {
                prop_assert!(after.lifecycle.percent() >= before.lifecycle.percent());
            }
            prop_assert_eq!(after.lifecycle.percent() >= Some(100), after.lifecycle == Lifecycle::Completed);
        }
    }

    #[test]
    fn each_end_is_reached_only_by_the_word_for_it(seen in prop::collection::vec(observation(), 1..24)) {
        for Step { before, seen, after, .. } in run(seen).into_iter().filter(|step| !step.before.is_finished()) {
            let by_it = match after.lifecycle {
                Lifecycle::Completed => {
                    matches!(&seen, Observation::Completed { .. })
                        || matches!(&seen, Observation::Accepted(accepted) if accepted.wait.is_none())
                }
                Lifecycle::Partial => matches!(seen, Observation::Partial { .. }),
                Lifecycle::Failed => matches!(seen, Observation::Failed { .. } | Observation::Refused(_)),
                Lifecycle::Lost => matches!(seen, Observation::GaveUp { .. }),
                _ => true,
            };
            prop_assert!(by_it, "{:?} by {:?} to {:?}", before.lifecycle, seen, after.lifecycle);
            prop_assert_eq!(after.failure.is_some(), after.lifecycle == Lifecycle::Failed);
        }
    }

    #[test]
    fn only_reconciliation_leaves_unknown_and_only_a_lost_reply_leads_there(seen in prop::collection::vec(observation(), 1..24)) {
        for Step { before, seen, after, .. } in run(seen) {
            if before.lifecycle == Lifecycle::Unknown && after.lifecycle != Lifecycle::Unknown {
                prop_assert!(
                    matches!(seen, Observation::Accepted(_) | Observation::Refused(_) | Observation::GaveUp { .. }),
                    "left by {:?}", seen
                );
            }
            if before.lifecycle != Lifecycle::Unknown && after.lifecycle == Lifecycle::Unknown {
                prop_assert_eq!(before.lifecycle, Lifecycle::Requested);
                prop_assert!(matches!(seen, Observation::ReplyLost(_)), "entered by {:?}", seen);
            }
        }
    }

    #[test]
    fn nothing_returns_to_an_earlier_state_but_for_a_further_step(seen in prop::collection::vec(observation(), 1..24)) {
        let rank = |lifecycle| match lifecycle {
            Lifecycle::Requested => 0,
            Lifecycle::Unknown => 1,
            Lifecycle::Accepted => 2,
            Lifecycle::InProgress { .. } => 3,
            Lifecycle::Completed | Lifecycle::Partial | Lifecycle::Failed | Lifecycle::Lost => 4,
        };
        for Step { before, after, .. } in run(seen) {
            prop_assert!((before.step, rank(before.lifecycle)) <= (after.step, rank(after.lifecycle)));
            prop_assert!(after.step <= before.step + 1);
        }
    }

    #[test]
    fn what_was_asked_never_changes_and_the_record_survives_json(seen in prop::collection::vec(observation(), 1..24)) {
        for Step { before, after, .. } in run(seen) {
            prop_assert_eq!(&before.request, &after.request);
            prop_assert_eq!((&before.id, before.requested_at, &before.session), (&after.id, after.requested_at, &after.session));
            let text = serde_json::to_string(&after).unwrap();
            prop_assert_eq!(serde_json::from_str::<Operation>(&text).unwrap(), after);
        }
    }
}

fn after(observations: Vec<Observation>) -> Operation {
    run(observations).pop().unwrap().after
}

#[test]
fn the_usual_way_ends_completed() {
    let progress = |percent| Observation::Progress {
        percent,
        stage: "Creating".to_owned(),
    };
    let steps = run(vec![
        accepted(true),
        progress(None),
        progress(Some(40)),
        progress(Some(100)),
        Observation::Completed {
            stage: "Completed".to_owned(),
        },
    ]);
    let percents: Vec<_> = steps
        .iter()
        .map(|step| step.after.lifecycle.percent())
        .collect();
    assert_eq!(percents, [None, None, Some(40), Some(99), Some(100)]);
    let end = &steps[4].after;
    assert_eq!(end.lifecycle, Lifecycle::Completed);
    assert_eq!(end.resource.as_deref(), Some("s-9067000001"));
    assert_eq!(end.stage.as_deref(), Some("Completed"));
}

#[test]
fn a_lost_reply_is_unknown_until_its_trace_is_found() {
    let lost = after(vec![Observation::ReplyLost(failure())]);
    assert_eq!(lost.lifecycle, Lifecycle::Unknown);
    assert!(lost.is_unresolved() && lost.failure.is_none());
    // The id of the request outlives a trace found by other means.
    let found = after(vec![Observation::ReplyLost(failure()), accepted(true)]);
    assert_eq!(found.lifecycle, Lifecycle::Accepted);
    assert_eq!(found.request_id.as_deref(), Some("5f3c"));
}

#[test]
fn giving_up_is_final_reads_unknown_and_is_no_failure() {
    let given_up = Observation::GaveUp {
        reason: "no such snapshot".to_owned(),
        advice: None,
    };
    let lost = after(vec![Observation::ReplyLost(failure()), given_up]);
    assert_eq!(
        (lost.lifecycle, lost.lifecycle.status()),
        (Lifecycle::Lost, "unknown")
    );
    assert!(lost.is_finished() && lost.as_failure().is_none());
}

#[test]
fn a_further_step_is_taken_up_once_and_only_after_the_one_before_it() {
    let next = |step| Observation::Next {
        step,
        stage: "available".to_owned(),
    };
    let steps = run(vec![
        next(1),
        accepted(true),
        next(2),
        next(1),
        next(1),
        accepted(true),
        next(1),
    ]);
    let taken: Vec<_> = steps
        .iter()
        .map(|step| (step.changed, step.after.step))
        .collect();
    assert_eq!(
        taken,
        [
            (false, 0),
            (true, 0),
            (false, 0),
            (true, 1),
            (false, 1),
            (true, 1),
            (false, 1)
        ]
    );
    let asked = &steps[3].after;
    assert_eq!(asked.lifecycle, Lifecycle::Requested);
    assert_eq!(asked.resource.as_deref(), Some("s-9067000001"));
    assert!(asked.wait.is_none());
}

#[test]
fn a_late_word_changes_nothing() {
    let steps = run(vec![
        accepted(true),
        Observation::Partial {
            stage: "PARTIAL".to_owned(),
            reason: "2 shards".to_owned(),
        },
        Observation::Completed {
            stage: "SUCCESS".to_owned(),
        },
    ]);
    assert!(!steps[2].changed);
    assert_eq!(steps[2].after.lifecycle, Lifecycle::Partial);
    assert_eq!(steps[2].after.reason.as_deref(), Some("2 shards"));
}
