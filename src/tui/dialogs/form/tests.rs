use std::collections::BTreeMap;

use ratatui::layout::Size;

use crate::{
    domain::{
        assessment::{Assessment, Authority, Check, Confirmation, Gauge, Remedy, Verdict},
        failure::{Failure, FailureKind},
        form::{Request, Value},
        lifecycle::Observation,
    },
    operations::Consent,
    tui::{
        effect::Effect,
        message::{Message, Timer},
        remote::Ticket,
        terminal::Signal,
        testing::{Driver, now, operation, row},
    },
};

fn assessment(confirmation: Confirmation) -> Assessment {
    Assessment {
        facts: vec![("Box", "box-1 name".to_owned())],
        gauge: Some(Gauge {
            label: "Copies",
            used: 3,
            limit: 5,
        }),
        warnings: vec!["All is lost.".to_owned()],
        checks: vec![Check::rule("State", Ok("Active".to_owned()))],
        confirmation,
        duration: Some("minutes".to_owned()),
        equivalent: "aws store create-copy".to_owned(),
        documents: Vec::new(),
    }
}

fn asked(driver: &mut Driver) -> (Ticket, Request) {
    driver.take(|effect| match effect {
        Effect::Assess(ticket, request) => Some((*ticket, request.clone())),
        _ => None,
    })
}

fn submitted(driver: &mut Driver) -> (Ticket, Request, Consent) {
    driver.take(|effect| match effect {
        Effect::Submit(ticket, request, consent) => {
            Some((*ticket, request.clone(), consent.clone()))
        }
        _ => None,
    })
}

fn submits(driver: &Driver) -> usize {
    driver
        .effects
        .iter()
        .filter(|e| matches!(e, Effect::Submit(..)))
        .count()
}

/// The dialog that creates a copy of a box, checked.
fn creating() -> Driver {
    let mut driver = Driver::with_boxes(&["box-1"]);
    driver.press("c");
    let (ticket, _) = asked(&mut driver);
    driver.tell(Message::Assessed(
        ticket,
        Ok(Box::new(assessment(Confirmation::Button))),
    ));
    driver
}

/// The dialog of a key on a copy, checked.
fn on_copy(key: &str, confirmation: Confirmation) -> Driver {
    let mut driver = Driver::with_boxes(&["box-1"]);
    driver.press("enter tab");
    driver.list(vec![row("copy-1", "Active")]);
    driver.press(key);
    let (ticket, _) = asked(&mut driver);
    driver.tell(Message::Assessed(
        ticket,
        Ok(Box::new(assessment(confirmation))),
    ));
    driver
}

#[test]
fn it_is_drawn_at_once_and_cannot_be_sent_before_it_was_checked() {
    let mut driver = Driver::with_boxes(&["box-1"]);
    driver.press("c");
    let screen = driver.screen();
    for part in [
        "Create copy",
        "box-1",
        "123456789012 in us-east-1",
        "0/8",
        "Checking",
    ] {
        assert!(screen.contains(part), "{part} in {screen}");
    }
    driver.press("'x' enter enter");
    assert_eq!(submits(&driver), 0);
}

#[test]
fn the_request_that_is_copied_is_that_of_what_is_filled_in() {
    let copied = |driver: &Driver| {
        driver.effects.iter().find_map(|effect| match effect {
            Effect::Signal(Signal::Copy(text)) => Some(text.clone()),
            _ => None,
        })
    };
    let with = |label: &str| Assessment {
        equivalent: format!("aws store create-copy --label {label}"),
        ..assessment(Confirmation::Button)
    };
    let mut driver = creating();
    driver.press("'tab'");
    let screen = driver.screen();
    assert!(screen.contains("being worked out again"), "{screen}");
    assert!(!screen.contains("aws store create-copy"), "{screen}");
    driver.press("ctrl-y");
    let (ticket, request) = asked(&mut driver);
    assert_eq!(request.values.len(), 1);
    assert_eq!(copied(&driver), None);
    driver.tell(Message::Assessed(ticket, Ok(Box::new(with("tab")))));
    let text = copied(&driver).unwrap();
    assert_eq!(text, "aws store create-copy --label tab");
    // What is known already is copied at once.
    driver.effects.clear();
    driver.press("ctrl-y");
    assert!(copied(&driver).is_some());
    // What cannot be sent has no request.
    driver.effects.clear();
    driver.press("'12345678' ctrl-y");
    assert!(driver.screen().contains("Not copied"));
    assert_eq!(copied(&driver), None);
}

#[test]
fn what_follows_is_found_out_once_nothing_more_is_typed() {
    let pause = |driver: &mut Driver| {
        driver.take(|effect| match effect {
            Effect::After(_, timer @ Timer::Assess(_)) => Some(*timer),
            _ => None,
        })
    };
    let assessed = |driver: &Driver| {
        let is_asked = |effect: &&Effect| matches!(effect, Effect::Assess(..));
        driver.effects.iter().filter(is_asked).count()
    };
    let mut driver = creating();
    driver.effects.clear();
    driver.press("'t'");
    let first = pause(&mut driver);
    driver.press("'a'");
    let second = pause(&mut driver);
    driver.tell(Message::TimeUp(first));
    assert_eq!(assessed(&driver), 0, "more was typed");
    driver.tell(Message::TimeUp(second));
    assert_eq!(assessed(&driver), 1);
    driver.tell(Message::TimeUp(second));
    assert_eq!(assessed(&driver), 1);
    // Taken back to what is known: there is nothing to find out.
    driver.press("esc");
    let mut driver = creating();
    driver.press("'t'");
    let first = pause(&mut driver);
    driver.press("backspace");
    driver.effects.clear();
    driver.tell(Message::TimeUp(first));
    assert_eq!(assessed(&driver), 0);
}

#[test]
fn what_was_filled_in_is_sent_once_with_the_place_of_the_row() {
    let mut driver = creating();
    for part in [
        "[###..] 3/5",
        "! All is lost.",
        "✓ State: Active",
        "minutes (estimate)",
        "aws store",
    ] {
        assert!(driver.screen().contains(part), "{part}");
    }
    driver.press("'pre' enter");
    let (ticket, request) = asked(&mut driver);
    assert_eq!(request.text("name"), Some("pre"));
    driver.tell(Message::Assessed(
        ticket,
        Ok(Box::new(assessment(Confirmation::Button))),
    ));
    driver.press("enter enter enter");
    assert_eq!(submits(&driver), 1, "however often enter is pressed");
    let (_, request, consent) = submitted(&mut driver);
    assert_eq!(
        (request.target.as_str(), request.text("name")),
        ("box-1", Some("pre"))
    );
    assert_eq!(request.place, crate::tui::testing::place());
    assert_eq!(consent, Consent::default());
    assert!(driver.screen().contains("Sending"));
}

#[test]
fn an_accepted_request_closes_the_dialog_and_leaves_a_notice() {
    let mut driver = creating();
    driver.press("enter enter");
    let (ticket, ..) = submitted(&mut driver);
    driver.tell(Message::Submitted(ticket, Ok(Box::new(operation(1, true)))));
    assert!(driver.model.dialogs.is_empty());
    assert!(
        driver
            .screen()
            .contains("op-000000000001 accepted; o shows it")
    );
}

#[test]
fn a_refusal_is_shown_in_full_and_nothing_typed_is_lost() {
    let mut driver = creating();
    driver.press("'pre' enter");
    let (ticket, _) = asked(&mut driver);
    driver.tell(Message::Assessed(
        ticket,
        Ok(Box::new(assessment(Confirmation::Button))),
    ));
    driver.press("enter");
    let (ticket, ..) = submitted(&mut driver);
    let mut refused = operation(1, false);
    let mut failure = Failure::new(FailureKind::Limit, "", "five are enough").hint("Delete one.");
    failure.code = Some("LimitExceeded".to_owned());
    failure.request_id = Some("request-9".to_owned());
    refused.apply(Observation::Refused(failure), now());
    driver.tell(Message::Submitted(ticket, Ok(Box::new(refused))));
    let screen = driver.screen();
    for part in [
        "was not done",
        "LimitExceeded: five are enough",
        "request-9",
        "Delete one.",
        "3/8",
    ] {
        assert!(screen.contains(part), "{part} in {screen}");
    }
    driver.press("shift-tab enter");
    assert_eq!(submits(&driver), 1, "it can be tried again");
}

#[test]
fn closing_while_it_is_sent_stops_nothing_and_the_answer_becomes_a_notice() {
    let mut driver = creating();
    driver.press("enter enter esc");
    assert!(driver.model.dialogs.is_empty());
    let (ticket, ..) = submitted(&mut driver);
    assert!(
        !driver
            .effects
            .iter()
            .any(|e| matches!(e, Effect::Abort(own) if *own == ticket))
    );
    let failure = Failure::new(FailureKind::Internal, "", "the disk is full");
    driver.tell(Message::Submitted(ticket, Err(failure)));
    assert!(driver.screen().contains("The disk is full"));
}

#[test]
fn a_field_that_breaks_its_rule_says_so_and_blocks() {
    let mut driver = creating();
    driver.press("'123456789'");
    let screen = driver.screen();
    assert!(
        screen.contains("9/8") && screen.contains("at most 8 characters"),
        "{screen}"
    );
    driver.press("enter enter");
    assert_eq!(submits(&driver), 0);
}

#[test]
fn a_failing_check_blocks_and_its_way_out_is_a_button() {
    let mut driver = Driver::with_boxes(&["box-1"]);
    driver.press("c");
    let (ticket, _) = asked(&mut driver);
    let mut full = assessment(Confirmation::Button);
    full.checks.push(Check {
        label: "Copies",
        verdict: Verdict::Failed("five of five are there".to_owned()),
        authority: Authority::Aws,
        ways: Vec::new(),
        remedy: Some(Remedy {
            label: "Pick one",
            collection: "copies",
            filter: "manual",
        }),
        refusal: crate::domain::failure::FailureKind::Refused,
    });
    driver.tell(Message::Assessed(ticket, Ok(Box::new(full))));
    let screen = driver.screen();
    for part in [
        "✗ Copies: five of five",
        "see 'Copies' above",
        "[ Pick one ]",
    ] {
        assert!(screen.contains(part), "{part} in {screen}");
    }
    assert!(!screen.contains("[ Create copy ]"));
    driver.press("enter enter");
    assert_eq!(submits(&driver), 0);
    assert!(driver.model.dialogs.is_empty());
    assert!(driver.screen().contains("› Copies"));
    driver.list(vec![row("copy-1", "Active")]);
    assert!(driver.screen().contains("Filter: manual"));
}

#[test]
fn what_destroys_live_data_starts_on_cancel_and_needs_the_id() {
    let id = "box-1".to_owned();
    let mut driver = on_copy("r", Confirmation::Type { noun: "box", id });
    assert!(
        driver
            .screen()
            .contains("Type the box's id, box-1, to confirm:")
    );
    driver.press("enter");
    assert!(driver.model.dialogs.is_empty(), "the focus was on Cancel");
    driver.press("r");
    let (ticket, _) = asked(&mut driver);
    let id = "box-1".to_owned();
    let checked = assessment(Confirmation::Type { noun: "box", id });
    driver.tell(Message::Assessed(ticket, Ok(Box::new(checked))));
    driver.press("shift-tab 'box-2'");
    assert!(driver.screen().contains("This is not the id"));
    driver.press("enter");
    assert_eq!(submits(&driver), 0);
    driver.press("backspace '1'");
    driver.press("enter enter");
    let (_, request, consent) = submitted(&mut driver);
    assert_eq!(
        (request.action.as_str(), request.target.as_str()),
        ("restore_copy", "copy-1")
    );
    assert_eq!(consent.typed.as_deref(), Some("box-1"));
}

#[test]
fn what_destroys_a_copy_starts_on_cancel_and_its_switch_is_checked_at_once() {
    let id = "copy-1".to_owned();
    let mut driver = on_copy("d", Confirmation::Ask { id: id.clone() });
    driver.press("tab space");
    let (ticket, request) = asked(&mut driver);
    assert!(request.is_set("force"));
    driver.tell(Message::Assessed(
        ticket,
        Ok(Box::new(assessment(Confirmation::Ask { id }))),
    ));
    driver.press("tab enter");
    let (_, request, consent) = submitted(&mut driver);
    assert!(request.is_set("force") && consent.yes && consent.typed.is_none());
}

#[test]
fn where_changes_are_refused_the_dialog_says_why_and_sends_nothing() {
    let mut driver = Driver::with_boxes(&["box-1"]);
    driver.model.world.restriction = Some("--read-only".to_owned());
    driver.press("c");
    let (ticket, _) = asked(&mut driver);
    driver.tell(Message::Assessed(
        ticket,
        Ok(Box::new(assessment(Confirmation::Button))),
    ));
    assert!(driver.screen().contains("Changes are refused: --read-only"));
    driver.press("enter enter");
    assert_eq!(submits(&driver), 0);
}

#[test]
fn what_could_not_be_checked_can_be_checked_again() {
    let mut driver = Driver::with_boxes(&["box-1"]);
    driver.press("c");
    let (ticket, _) = asked(&mut driver);
    let failure = Failure::new(FailureKind::Unreachable, "DescribeBoxes", "no route");
    driver.tell(Message::Assessed(ticket, Err(failure)));
    assert!(driver.screen().contains("DescribeBoxes: no route"));
    assert!(driver.screen().contains("[ Check again ]"));
    driver.press("enter enter");
    let (ticket, _) = asked(&mut driver);
    driver.tell(Message::Assessed(
        ticket,
        Ok(Box::new(assessment(Confirmation::Button))),
    ));
    assert!(driver.screen().contains("[ Create copy ]"));
}

#[test]
fn on_a_small_terminal_the_content_scrolls_and_the_buttons_stay() {
    let mut driver = creating();
    driver.tell(Message::Resized(Size {
        width: 60,
        height: 16,
    }));
    assert!(driver.screen().contains("[ Create copy ]  [ Cancel ]"));
    assert!(!driver.screen().contains("aws store"));
    driver.press("page-down page-down");
    assert!(driver.screen().contains("aws store"));
    assert!(driver.screen().contains("[ Create copy ]  [ Cancel ]"));
    driver.press("shift-tab tab");
    assert!(
        driver.screen().contains("Description"),
        "the focus is brought into sight"
    );
}

#[test]
fn a_pasted_text_goes_where_the_focus_is() {
    let mut driver = creating();
    driver.tell(Message::Paste("pasted".to_owned()));
    assert!(driver.screen().contains("6/8"));
}

#[test]
fn what_is_filled_in_by_itself_goes_with_the_request_and_never_over_what_was_typed() {
    let filled = || BTreeMap::from([("name".to_owned(), Value::Text("nightly".to_owned()))]);
    let open = |typed: &str| {
        let mut driver = Driver::with_boxes(&["box-1"]);
        driver.press("c");
        let (ticket, request) = asked(&mut driver);
        assert!(request.values.is_empty());
        if !typed.is_empty() {
            driver.press(typed);
        }
        driver.tell(Message::Prefilled(ticket, filled()));
        driver.tell(Message::Assessed(
            ticket,
            Ok(Box::new(assessment(Confirmation::Button))),
        ));
        driver
    };
    let mut driver = open("");
    assert!(driver.screen().contains("nightly"));
    driver.press("enter enter");
    assert_eq!(submitted(&mut driver).1.values, filled());
    let driver = open("'x'");
    assert!(!driver.screen().contains("nightly"));
}
