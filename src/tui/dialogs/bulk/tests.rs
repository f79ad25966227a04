use super::items::AT_ONCE;
use crate::{
    domain::{
        assessment::{Assessment, Check, Confirmation},
        failure::{Failure, FailureKind},
        form::Request,
    },
    operations::Consent,
    tui::{
        effect::Effect,
        message::Message,
        remote::Ticket,
        testing::{Driver, operation, row},
    },
};

/// The copies of a box, all marked, with the dialog that deletes them open.
fn deleting(count: usize) -> Driver {
    let mut driver = Driver::with_boxes(&["box-1"]);
    driver.press("enter tab");
    let rows = (1..=count).map(|n| row(&format!("copy-{n}"), "Active"));
    driver.list(rows.collect());
    driver.effects.clear();
    driver.press("* d");
    driver
}

fn assessment(id: &str) -> Assessment {
    Assessment {
        facts: Vec::new(),
        gauge: None,
        warnings: vec!["it is gone".to_owned()],
        checks: Vec::new(),
        confirmation: Confirmation::Ask { id: id.to_owned() },
        duration: None,
        equivalent: String::new(),
        documents: Vec::new(),
    }
}

fn assessed(driver: &mut Driver) -> Vec<(Ticket, Request)> {
    let calls = driver.effects.iter().filter_map(|effect| match effect {
        Effect::Assess(ticket, request) => Some((*ticket, request.clone())),
        _ => None,
    });
    let calls = calls.collect();
    driver.effects.clear();
    calls
}

fn submitted(driver: &mut Driver) -> Vec<(Ticket, Request, Consent)> {
    let calls = driver.effects.iter().filter_map(|effect| match effect {
        Effect::Submit(ticket, request, consent) => {
            Some((*ticket, request.clone(), consent.clone()))
        }
        _ => None,
    });
    let calls = calls.collect();
    driver.effects.clear();
    calls
}

/// Answers every check, also those that are made only after others; the rows named are refused.
fn check_all(driver: &mut Driver, refused: &[&str]) {
    loop {
        let calls = assessed(driver);
        if calls.is_empty() {
            return;
        }
        for (ticket, request) in calls {
            let mut answer = assessment(&request.target);
            if refused.contains(&request.target.as_str()) {
                let why = Err("it is locked".to_owned());
                answer.checks.push(Check::rule("Lock", why));
            }
            driver.tell(Message::Assessed(ticket, Ok(Box::new(answer))));
        }
    }
}

#[test]
fn a_few_at_a_time_are_checked_and_sent_and_each_answer_makes_room_for_the_next() {
    let mut driver = deleting(6);
    let calls = assessed(&mut driver);
    assert_eq!(calls.len(), AT_ONCE);
    assert!(driver.screen().contains("0 of 6"));
    let (ticket, request) = &calls[0];
    let answer = Ok(Box::new(assessment(&request.target)));
    driver.tell(Message::Assessed(*ticket, answer));
    assert_eq!(assessed(&mut driver).len(), 1);
    for (ticket, request) in &calls[1..] {
        let answer = Ok(Box::new(assessment(&request.target)));
        driver.tell(Message::Assessed(*ticket, answer));
    }
    let (ticket, _) = assessed(&mut driver).remove(0);
    let failure = Failure::new(FailureKind::Unreachable, "", "no route");
    driver.tell(Message::Assessed(ticket, Err(failure)));
    assert!(driver.screen().contains("5 of 6"), "{}", driver.screen());
    assert!(
        driver
            .screen()
            .contains("It could not be checked: No route")
    );
    driver.press("enter");
    assert!(driver.model.dialogs.is_empty(), "the focus was on Cancel");
    let stopped = |effect: &Effect| matches!(effect, Effect::Abort(_));
    assert_eq!(driver.effects.iter().filter(|e| stopped(e)).count(), 1);
}

#[test]
fn only_what_passed_is_sent_and_only_once_the_number_is_typed() {
    let mut driver = deleting(3);
    check_all(&mut driver, &["copy-2"]);
    let screen = driver.screen();
    for part in [
        "2 of 3: it is gone",
        "Type 2, their number, to confirm in account 123456789012",
        "copy-2 name of copy-2: left out. Lock:",
    ] {
        assert!(screen.contains(part), "{part} in {screen}");
    }
    driver.press("shift-tab '3' enter enter");
    assert!(submitted(&mut driver).is_empty());
    driver.press("backspace '2' enter enter");
    let sent = submitted(&mut driver);
    let targets: Vec<&str> = sent.iter().map(|(_, r, _)| r.target.as_str()).collect();
    assert_eq!(targets, ["copy-1", "copy-3"]);
    assert!(
        sent.iter()
            .all(|(_, _, consent)| consent.yes && consent.typed.is_none())
    );
    // Nothing is sent a second time.
    driver.press("enter");
    assert!(submitted(&mut driver).is_empty());
}

#[test]
fn stopping_keeps_the_rest_from_being_sent_and_what_was_sent_is_still_told() {
    let mut driver = deleting(6);
    check_all(&mut driver, &[]);
    driver.press("shift-tab '6' enter enter");
    let sent = submitted(&mut driver);
    assert_eq!(sent.len(), AT_ONCE);
    assert!(driver.screen().contains("6 to go"));
    driver.press("esc");
    assert!(driver.screen().contains("4 to go") && driver.screen().contains("not sent"));
    let done = operation(1, true);
    driver.tell(Message::Submitted(sent[0].0, Ok(Box::new(done))));
    assert!(submitted(&mut driver).is_empty(), "nothing takes its place");
    assert!(driver.screen().contains("accepted, op-000000000001"));
    let failure = Failure::new(FailureKind::Internal, "", "the disk is full");
    driver.tell(Message::Submitted(sent[1].0, Err(failure)));
    assert!(driver.screen().contains("not done. The disk is full"));
    driver.press("esc");
    assert!(driver.model.dialogs.is_empty());
    driver.tell(Message::Submitted(
        sent[2].0,
        Ok(Box::new(operation(2, true))),
    ));
    assert_eq!(driver.model.world.records.running().count(), 2);
}

#[test]
fn a_row_that_needs_its_id_typed_is_left_out() {
    let mut driver = deleting(2);
    for (ticket, request) in assessed(&mut driver) {
        let mut answer = assessment(&request.target);
        answer.confirmation = Confirmation::Type {
            noun: "copy",
            id: request.target,
        };
        driver.tell(Message::Assessed(ticket, Ok(Box::new(answer))));
    }
    assert!(
        driver.screen().contains("it has to be done by itself")
            || driver.screen().contains("It needs the copy's id typed")
    );
    driver.press("tab enter");
    assert!(submitted(&mut driver).is_empty());
}

#[test]
fn a_switch_starts_over_and_what_was_under_way_is_dropped() {
    let mut driver = deleting(2);
    let old = assessed(&mut driver);
    driver.press("tab space");
    let new = assessed(&mut driver);
    assert!(new.iter().all(|(_, request)| request.is_set("force")));
    for (ticket, request) in old {
        let answer = Ok(Box::new(assessment(&request.target)));
        driver.tell(Message::Assessed(ticket, answer));
    }
    assert!(driver.screen().contains("0 of 2"));
}
