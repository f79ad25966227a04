use ratatui::layout::{Position, Size};

use super::*;
use crate::{
    config::{Clipboard, Key, Notify},
    domain::{
        failure::{Failure, FailureKind},
        lifecycle::Observation,
        row::Row,
    },
    tui::{
        message::Mouse,
        store::ListKey,
        terminal::Signal,
        testing::{Driver, operation, row},
    },
};

fn failure(text: &str) -> Failure {
    Failure::new(FailureKind::Unreachable, "", text)
}

fn selected(driver: &Driver) -> String {
    let screen = driver.screen();
    let line = screen
        .lines()
        .find(|line| line.starts_with('▸'))
        .unwrap_or_default()
        .to_owned();
    line.split_whitespace()
        .nth(1)
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn a_long_list_is_filtered_in_several_turns_and_a_key_that_means_rows_waits_for_it() {
    let ids: Vec<String> = (0..12_000).map(|n| format!("box-{n:05}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let mut driver = Driver::with_boxes(&ids);
    driver.press("G /");
    let letter = |c| Message::Key(Key::char(c));
    driver.begin(letter('0'));
    assert!(super::is_unfinished(&driver.model));
    let screen = driver.screen();
    // The letter is there at once; the rows are still the ones of before, and that is said.
    for text in ["Filter: 0", "filtering", "box-11999"] {
        assert!(screen.contains(text), "{text} in {screen}");
    }
    assert!(!screen.contains("12,000 of 12,000"), "{screen}");
    // What is typed next lets go of it.
    driver.begin(letter('7'));
    driver.begin(letter('7'));
    driver.go_on(&mut || false);
    assert!(driver.screen().contains("Filter: 077") && driver.screen().contains("filtering"));
    // A mark must not fall on a row that the filter hides.
    driver.begin(Message::Key(Key::parse("enter").unwrap()));
    driver.begin(letter('*'));
    let found = ids.iter().filter(|id| id.contains("077")).count();
    let screen = driver.screen();
    assert!(screen.contains(&format!("{found} marked")), "{screen}");
    assert!(screen.contains(&format!("{found} of 12,000")), "{screen}");
    // The same of an order; and what clears the filter waits for nothing.
    driver.begin(letter('s'));
    driver.begin(Message::Key(Key::parse("esc").unwrap()));
    driver.begin(letter('S'));
    assert!(
        !driver.screen().contains("of 12,000"),
        "{}",
        driver.screen()
    );
    driver.press("g");
    assert!(driver.screen().contains("box-11999"), "{}", driver.screen());
    assert!(driver.screen().contains(&format!("{found} marked")));
}

#[test]
fn the_first_screen_asks_for_the_context_then_for_the_identity_then_for_its_list() {
    let mut driver = Driver::start();
    assert!(matches!(driver.effects[..], [Effect::Open(..)]));
    assert!(driver.screen().contains("Starting"));
    driver = Driver::connected();
    let (_, key) = driver.asked_list();
    assert_eq!((key.kind.collection.id, key.parent), ("boxes", None));
    assert!(driver.screen().contains("Loading boxes"));
    assert!(driver.model.is_ticking());
}

#[test]
fn rows_are_shown_as_they_arrive_and_nothing_ticks_once_all_are_there() {
    let mut driver = Driver::connected();
    let (ticket, key) = driver.asked_list();
    driver.tell(Message::Arrived(
        ticket,
        key.clone(),
        vec![row("box-1", "Active")],
    ));
    assert!(driver.screen().contains("box-1") && driver.screen().contains("loading"));
    driver.tell(Message::Listed(ticket, key, Ok(())));
    assert!(!driver.screen().contains("loading"));
    assert!(!driver.model.is_ticking());
}

#[test]
fn an_answer_that_was_overtaken_is_never_shown() {
    let mut driver = Driver::connected();
    let (old, key) = driver.asked_list();
    driver.press("esc R");
    let (new, _) = driver.asked_list();
    assert_ne!(old, new);
    driver.tell(Message::Arrived(
        old,
        key.clone(),
        vec![row("old", "Active")],
    ));
    driver.tell(Message::Listed(old, key.clone(), Ok(())));
    driver.tell(Message::Arrived(new, key, vec![row("new", "Active")]));
    assert!(!driver.screen().contains("old") && driver.screen().contains("new"));
}

#[test]
fn esc_stops_what_is_loading_and_says_how_to_load_it_again() {
    let mut driver = Driver::connected();
    let (ticket, _) = driver.asked_list();
    driver.press("esc");
    assert!(
        driver
            .effects
            .iter()
            .any(|e| matches!(e, Effect::Abort(own) if *own == ticket))
    );
    assert!(
        driver
            .screen()
            .contains("Cancelled; R loads the boxes again.")
    );
    driver.press("R");
    driver.asked_list();
}

#[test]
fn a_failed_refresh_keeps_the_rows_and_says_that_they_are_old() {
    let mut driver = Driver::with_boxes(&["box-1"]);
    driver.press("R");
    let (ticket, key) = driver.asked_list();
    driver.tell(Message::Listed(
        ticket,
        key,
        Err(vec![failure("no route to host")]),
    ));
    let screen = driver.screen();
    for part in [
        "box-1",
        "not up to date",
        "R loads again",
        "No route to host",
    ] {
        assert!(screen.contains(part), "{part} in {screen}");
    }
    assert!(
        driver
            .effects
            .iter()
            .all(|e| !matches!(e, Effect::List(..))),
        "asked for by itself"
    );
}

#[test]
fn the_cursor_stays_on_its_row_through_a_refresh() {
    let mut driver = Driver::with_boxes(&["a", "b", "c"]);
    driver.press("j j R");
    assert_eq!(selected(&driver), "c");
    let rows = |ids: &[&str]| -> Vec<Row> { ids.iter().map(|id| row(id, "Active")).collect() };
    driver.list(rows(&["c", "x", "a"]));
    assert_eq!(selected(&driver), "c");
    driver.press("R");
    driver.list(rows(&["x", "a"]));
    assert_eq!(
        selected(&driver),
        "x",
        "its row is gone: the one in its place"
    );
}

#[test]
fn a_filter_takes_every_letter_and_esc_clears_it_before_it_goes_back() {
    let mut driver = Driver::with_boxes(&["quay", "cork", "rook"]);
    driver.press("/ 'q'");
    assert!(driver.screen().contains("Filter: q") && driver.screen().contains("1/1 of 3"));
    assert!(!driver.leaves());
    driver.press("backspace 'zz' enter");
    assert!(
        driver
            .screen()
            .contains("Nothing matches 'zz'; esc clears the filter.")
    );
    driver.press("esc");
    assert!(driver.screen().contains("1/3") && !driver.screen().contains("Filter"));
}

#[test]
fn a_row_opens_with_its_parts_and_back_forgets_them() {
    let mut driver = Driver::with_boxes(&["box-1"]);
    driver.press("enter");
    let (ticket, key): (_, ListKey) = driver.asked_list();
    assert_eq!(key.parent, Some(row("box-1", "").key()));
    driver.press("tab");
    assert!(
        driver
            .screen()
            .contains("Boxes › name of box-1 box-1 › Copies")
    );
    driver.press("esc");
    assert!(
        driver.screen().contains("Cancelled"),
        "first what is loading"
    );
    driver.press("esc");
    assert!(driver.screen().contains("▸ box-1"));
    driver.tell(Message::Arrived(
        ticket,
        key.clone(),
        vec![row("late", "Active")],
    ));
    assert!(driver.model.world.store.rows(&key).is_none());
}

#[test]
fn going_back_is_not_held_up_by_rows_that_are_read_again() {
    let mut driver = Driver::with_boxes(&["box-1"]);
    driver.press("enter tab");
    driver.list(vec![row("copy-1", "Active")]);
    driver.press("R");
    assert!(driver.screen().contains("loading") && driver.screen().contains("esc back"));
    driver.effects.clear();
    driver.press("esc");
    assert!(driver.screen().contains("▸ box-1"));
    let stopped = |effect: &Effect| matches!(effect, Effect::Abort(_));
    assert!(driver.effects.iter().any(stopped), "{:?}", driver.effects);
}

#[test]
fn the_bottom_line_offers_what_can_be_done_and_nothing_else() {
    let mut driver = Driver::with_boxes(&["box-1"]);
    let hints = |driver: &Driver| driver.screen().lines().last().unwrap().to_owned();
    assert_eq!(
        hints(&driver),
        "enter open  c create  d delete  / filter  a actions  : go  ? keys  q quit"
    );
    driver.press("enter tab");
    driver.list(Vec::new());
    assert!(
        driver
            .screen()
            .contains("No copies; c creates one where that is possible.")
    );
    assert!(!hints(&driver).contains("restore") && hints(&driver).contains("c create"));
    driver.press("r");
    assert!(driver.model.dialogs.is_empty());
    driver.press("R");
    driver.list(vec![row("copy-1", "Active")]);
    assert!(hints(&driver).contains("r restore  d delete"));
}

#[test]
fn without_credentials_the_problem_is_told_and_the_sandbox_is_one_key_away() {
    let mut driver = Driver::start();
    let Effect::Open(ticket, _) = &driver.effects[0] else {
        panic!("{:?}", driver.effects)
    };
    let failed = Failure::new(FailureKind::Credentials, "", "none were found")
        .hint("Looked at the environment.");
    driver.tell(Message::Opened(*ticket, Err(failed)));
    let screen = driver.screen();
    for part in [
        "no AWS credentials",
        "None were found",
        "Looked at the environment.",
        "s opens",
    ] {
        assert!(screen.contains(part), "{part} in {screen}");
    }
    driver.effects.clear();
    driver.press("s");
    let settings = driver.take(|effect| match effect {
        Effect::Open(_, settings) => Some(settings.clone()),
        _ => None,
    });
    assert!(settings.sandbox.is_some());
    assert!(driver.screen().contains("SANDBOX") && driver.screen().contains("Starting"));
}

#[test]
fn changes_of_operations_are_collected_before_the_lists_are_read_again() {
    let mut driver = Driver::with_boxes(&["box-1"]);
    let first = operation(1, true);
    driver.tell(Message::OperationChanged(Box::new(first.clone())));
    driver.tell(Message::OperationChanged(Box::new(operation(2, true))));
    let timers = |driver: &Driver| {
        let is_timer = |e: &&Effect| matches!(e, Effect::After(_, Timer::Reload));
        driver.effects.iter().filter(is_timer).count()
    };
    assert_eq!(timers(&driver), 1);
    driver.tell(Message::TimeUp(Timer::Reload));
    driver.list(vec![row("box-1", "Active")]);
    let mut done = first;
    done.apply(
        Observation::Completed {
            stage: "Completed".to_owned(),
        },
        crate::tui::testing::now(),
    );
    driver.tell(Message::OperationChanged(Box::new(done)));
    assert!(driver.screen().contains("● Create copy box-1: completed"));
    driver.tell(Message::TimeUp(Timer::Reload));
    driver.asked_list();
}

#[test]
fn a_notice_goes_when_its_own_time_is_up() {
    let mut driver = Driver::with_boxes(&[]);
    driver.press("d");
    let notice = driver.model.notice.clone().unwrap();
    driver.tell(Message::TimeUp(Timer::Notice(jiff::Timestamp::UNIX_EPOCH)));
    assert!(driver.model.notice.is_some());
    driver.tell(Message::TimeUp(Timer::Notice(notice.at)));
    assert!(driver.model.notice.is_none());
}

#[test]
fn quitting_is_immediate_while_nothing_runs_and_explained_while_something_does() {
    let mut driver = Driver::with_boxes(&["box-1"]);
    assert!(driver.press("q").leaves());

    let mut driver = Driver::with_boxes(&["box-1"]);
    driver.tell(Message::OperationChanged(Box::new(operation(1, true))));
    assert!(!driver.press("q").leaves());
    assert!(driver.screen().contains("1 operation runs on in AWS"));
    assert!(!driver.press("esc").leaves());
    assert!(
        !driver.press("q tab enter").leaves(),
        "the other button stays"
    );
    assert!(driver.press("q q").leaves());
}

#[test]
fn ctrl_c_twice_leaves_from_anywhere_and_a_signal_at_once() {
    for place in ["", "/ 'abc'", "c", "?", "o", "enter tab"] {
        let mut driver = Driver::with_boxes(&["box-1"]);
        driver.tell(Message::OperationChanged(Box::new(operation(1, true))));
        driver.press(place);
        assert!(!driver.press("ctrl-c").leaves(), "{place}");
        assert!(driver.press("ctrl-c").leaves(), "{place}");
    }
    let mut driver = Driver::start();
    driver.tell(Message::Detach);
    assert!(driver.leaves());
}

#[test]
fn a_small_terminal_takes_no_key_but_quit() {
    let mut driver = Driver::with_boxes(&["box-1"]);
    driver.tell(Message::Resized(Size {
        width: 59,
        height: 15,
    }));
    assert!(driver.screen().contains("59x15") && driver.screen().contains("60x16"));
    driver.press("c d r enter");
    assert!(driver.model.dialogs.is_empty() && driver.model.screens.len() == 1);
    assert!(driver.press("q").leaves());
}

#[test]
fn the_console_draws_at_any_size() {
    let mut driver = Driver::with_boxes(&["box-1", "box-2"]);
    driver.tell(Message::OperationChanged(Box::new(operation(1, true))));
    for place in ["c", "esc ?", "esc q", "esc o", "enter", "esc esc enter"] {
        driver.press(place);
        for width in [0, 1, 59, 60, 61, 80, 300] {
            for height in [0, 1, 2, 15, 16, 24, 100] {
                driver.tell(Message::Resized(Size { width, height }));
                driver.screen();
            }
        }
        driver.tell(Message::Resized(Size {
            width: 80,
            height: 24,
        }));
    }
}

#[test]
fn operations_are_shown_newest_first_and_open_with_all_that_is_known() {
    let mut driver = Driver::with_boxes(&[]);
    driver.press("o");
    assert!(driver.screen().contains("Reading the journal"));
    let ticket = driver.take(|effect| match effect {
        Effect::ReadJournal(ticket) => Some(*ticket),
        _ => None,
    });
    let mut lost = operation(2, false);
    let at = lost.requested_at;
    lost.apply(Observation::ReplyLost(failure("connection reset")), at);
    let advice = Some("Look at the copies first.".to_owned());
    lost.apply(
        Observation::GaveUp {
            reason: "no trace".to_owned(),
            advice,
        },
        at,
    );
    driver.tell(Message::Recorded(
        ticket,
        Ok(vec![lost, operation(1, true)]),
    ));
    assert!(driver.screen().contains("1 running  1/2"));
    assert!(driver.model.is_ticking());
    // What runs stands first.
    driver.press("j enter");
    let screen = driver.screen();
    for part in [
        "nobody can tell",
        "No trace",
        "Look at the copies first.",
        "op-000000000002",
    ] {
        assert!(screen.contains(part), "{part} in {screen}");
    }
    driver.press("esc k enter");
    assert!(driver.screen().contains("request-1"));
    driver.press("esc esc");
    assert!(driver.screen().contains("No boxes in us-east-1."));
    assert!(
        !driver.model.is_ticking(),
        "what runs elsewhere is not counted here"
    );
}

#[test]
fn what_cannot_be_changed_is_said_at_once_and_always() {
    let mut driver = Driver::start();
    let Effect::Open(ticket, _) = &driver.effects[0] else {
        panic!("{:?}", driver.effects)
    };
    let opened = crate::tui::message::Opened {
        clock: driver.model.clocks.service.clone(),
        restriction: Some("--read-only".to_owned()),
        sandbox: false,
        left: None,
    };
    driver.tell(Message::Opened(*ticket, Ok(opened)));
    assert!(driver.screen().contains("READ-ONLY"));
    assert!(driver.screen().contains("Changes are refused: --read-only"));
}

#[test]
fn a_list_of_a_hundred_thousand_rows_is_walked_and_filtered_without_being_copied() {
    let mut driver = Driver::connected();
    let (ticket, key) = driver.asked_list();
    for page in 0..100 {
        let rows = (0..1000)
            .map(|n| row(&format!("b{page:02}{n:03}"), "Active"))
            .collect();
        driver.tell(Message::Arrived(ticket, key.clone(), rows));
    }
    driver.tell(Message::Listed(ticket, key, Ok(())));
    driver.press("G");
    assert!(driver.screen().contains("100,000/100,000"));
    driver.press("/ '99999'");
    assert!(driver.screen().contains("1/1 of 100,000"));
    assert_eq!(selected(&driver), "b99999");
    driver.press("esc");
    assert!(driver.screen().contains("100,000/100,000"));
}

fn signal(effect: &Effect) -> Option<Signal> {
    match effect {
        Effect::Signal(signal) => Some(signal.clone()),
        _ => None,
    }
}

#[test]
fn the_id_under_the_cursor_is_copied_and_the_notice_says_which() {
    let mut driver = Driver::with_boxes(&["box-1", "box-2"]);
    driver.press("down y");
    assert_eq!(driver.take(signal), Signal::Copy("box-2".to_owned()));
    assert!(
        driver.screen().contains("Copied box-2"),
        "{}",
        driver.screen()
    );
    // On its own screen it is the row itself.
    driver.press("enter y");
    assert_eq!(driver.take(signal), Signal::Copy("box-2".to_owned()));
}

#[test]
fn what_would_not_arrive_or_would_do_harm_is_not_copied() {
    let long = "x".repeat(80_000);
    for (id, words) in [
        (long.as_str(), "80000 bytes are more than the 74994"),
        ("box\u{1b}]0;x", "it holds control characters"),
    ] {
        let mut driver = Driver::with_boxes(&[id]);
        driver.press("y");
        assert!(driver.effects.iter().all(|effect| signal(effect).is_none()));
        assert!(driver.screen().contains(words), "{}", driver.screen());
    }
    let mut driver = Driver::with_boxes(&["box-1"]);
    driver.model.world.settings.terminal.clipboard = Clipboard::Off;
    driver.press("y");
    assert!(driver.effects.iter().all(|effect| signal(effect).is_none()));
    assert!(driver.screen().contains("clipboard is off in [terminal]"));
}

#[test]
fn the_end_of_an_operation_rings_only_where_that_is_wanted() {
    for (notify, expected) in [
        (Notify::Off, None),
        (Notify::Bell, Some(Signal::Bell)),
        (Notify::Osc9, Some(Signal::Notice(String::new()))),
    ] {
        let mut driver = Driver::with_boxes(&["box-1"]);
        driver.model.world.settings.terminal.notify = notify;
        let mut ended = operation(1, true);
        driver.tell(Message::OperationChanged(Box::new(ended.clone())));
        driver.effects.clear();
        let stage = "Completed".to_owned();
        ended.apply(Observation::Completed { stage }, crate::tui::testing::now());
        driver.tell(Message::OperationChanged(Box::new(ended)));
        let heard = driver
            .effects
            .iter()
            .find_map(signal)
            .map(|signal| match signal {
                Signal::Notice(text) => {
                    assert!(text.contains("completed"), "{text}");
                    Signal::Notice(String::new())
                }
                other => other,
            });
        assert_eq!(heard, expected, "{notify:?}");
    }
}

#[test]
fn a_bug_report_is_asked_for_in_the_help_and_said_where_it_is() {
    let mut driver = Driver::with_boxes(&["box-1"]);
    driver.press("? e");
    driver.take(|effect| matches!(effect, Effect::Diagnose(..)).then_some(()));
    let path = std::path::PathBuf::from("/state/snapdeck-report-1.txt");
    driver.tell(Message::Diagnosed(Ok(path)));
    assert!(
        driver
            .screen()
            .contains("Written for a bug report: /state/snapdeck-report-1.txt")
    );
}

#[test]
fn a_press_chooses_a_row_and_a_second_one_opens_it() {
    let press = |driver: &mut Driver, text: &str| {
        let screen = driver.screen();
        let line = screen.lines().position(|line| line.contains(text)).unwrap();
        let at = Position::new(4, u16::try_from(line).unwrap());
        driver.tell(Message::Mouse(Mouse::Press(at)));
    };
    let mut driver = Driver::with_boxes(&["box-1", "box-2", "box-3"]);
    press(&mut driver, "box-3");
    assert_eq!(selected(&driver), "box-3");
    driver.tell(Message::Mouse(Mouse::Up));
    assert_eq!(selected(&driver), "box-1");
    driver.tell(Message::Mouse(Mouse::Down));
    press(&mut driver, "box-3");
    assert!(driver.screen().contains("Overview"), "{}", driver.screen());

    let mut driver = Driver::with_boxes(&["box-1"]);
    for number in [1, 2] {
        driver.tell(Message::OperationChanged(Box::new(operation(number, true))));
    }
    driver.press("o");
    let open = |driver: &Driver| {
        let screen = driver.model.screen().unwrap();
        screen.id(&driver.model.world).unwrap().to_owned()
    };
    let newest = open(&driver);
    let screen = driver.screen();
    let first = screen.lines().position(|line| line.contains("Create copy"));
    let second = Position::new(4, u16::try_from(first.unwrap() + 1).unwrap());
    driver.tell(Message::Mouse(Mouse::Press(second)));
    assert_ne!(open(&driver), newest);
    // Beside the rows and on an empty one nothing happens.
    driver.tell(Message::Mouse(Mouse::Press(Position::new(0, 0))));
    driver.tell(Message::Mouse(Mouse::Press(Position::new(500, 500))));
    driver.tell(Message::Mouse(Mouse::Press(second)));
    assert!(driver.screen().contains("Elapsed"), "{}", driver.screen());
}
