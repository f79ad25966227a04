//! The console in a real terminal: it starts, follows the size, answers while AWS hangs, writes
//! nothing while nothing changes, and leaves the terminal as it found it, however it ends.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at a surprise"
)]

#[path = "../common/mod.rs"]
mod common;
mod gone;
mod pictures;
#[path = "../common/process.rs"]
mod process;
#[path = "../common/steering.rs"]
mod steering;
mod svg;
#[path = "../common/terminal.rs"]
mod terminal;
mod wire;

use std::time::{Duration, Instant};

use common::{TWO_DIRECTORIES, World, until};
use rustix::process::Signal;
use terminal::Terminal;

const ESCAPE: &str = "\x1b";
const ENTER: &str = "\r";
const TAB: &str = "\t";

fn console(world: &World) -> Terminal {
    let terminal = Terminal::start(world, &[], 24, 80);
    terminal.shows("corp.example.com");
    terminal
}

/// Directories in a time that stands nearly still, one of them being restored by the console.
fn restoring() -> (World, Terminal) {
    let world = World::new(&TWO_DIRECTORIES.replace("speed = 3000", "speed = 1"));
    let terminal = console(&world);
    terminal.keys(ENTER);
    terminal.shows("Directory ID");
    terminal.shows("Overview");
    terminal.keys(TAB);
    terminal.shows("s-9067b10001");
    terminal.keys("r");
    terminal.shows("goes offline");
    // The focus starts on Cancel, the last thing of the dialog; what is to be typed comes next.
    terminal.keys(TAB);
    terminal.keys("d-9067a10001");
    terminal.keys(ENTER);
    terminal.keys(ENTER);
    until("the restore", || {
        (world.calls("RestoreFromSnapshot").len() == 1).then_some(())
    });
    terminal.shows("op-");
    (world, terminal)
}

#[test]
fn it_starts_shows_the_directories_and_quits_leaving_the_terminal_as_it_was() {
    let world = World::new(TWO_DIRECTORIES);
    let mut terminal = console(&world);
    assert!(
        terminal.look(|screen| screen.alternate_screen()),
        "the console has a screen of its own"
    );
    terminal.keys("q");
    assert_eq!(terminal.ends().code(), Some(0));
    terminal.is_restored();
}

#[test]
fn it_follows_the_size_of_the_terminal_and_says_when_there_is_too_little() {
    let world = World::new(TWO_DIRECTORIES);
    let terminal = console(&world);
    terminal.resize(10, 50);
    terminal.shows("60x16");
    terminal.resize(40, 140);
    terminal.hides("60x16");
    terminal.shows("corp.example.com");
    assert!(
        terminal.screen().contains("us-east-1"),
        "{}",
        terminal.screen()
    );
}

#[test]
fn signals_leave_a_clean_terminal_and_what_runs_in_aws_running() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let (world, mut terminal) = restoring();
        terminal.signal(signal);
        terminal.ends();
        terminal.is_restored();
        let open = world.snapdeck(&["operations", "list", "--open"]).json();
        assert_eq!(open.as_array().map(Vec::len), Some(1), "{signal:?}: {open}");
    }
}

#[test]
fn quitting_while_something_runs_says_that_it_goes_on_and_that_is_true() {
    let (world, mut terminal) = restoring();
    terminal.keys("q");
    terminal.shows("detach");
    terminal.keys("q");
    assert_eq!(terminal.ends().code(), Some(0));
    terminal.is_restored();
    terminal.shows("operations wait");
    world.control("advance", &serde_json::json!({ "seconds": 20_000 }));
    let waited = world
        .snapdeck(&["operations", "wait"])
        .exits(0)
        .says(&["completed"]);
    assert_eq!(waited.json()[0]["status"], "completed");
}

#[test]
fn a_reply_that_was_lost_is_looked_for_and_nothing_is_sent_again() {
    let world = World::new(TWO_DIRECTORIES);
    world.fault("CreateSnapshot", "drop_after", 1);
    let terminal = console(&world);
    terminal.keys("c");
    terminal.shows("1 of 5");
    terminal.keys("weekly");
    terminal.keys(ENTER);
    terminal.keys(ENTER);
    until("the snapshot", || {
        (world.calls("CreateSnapshot").len() == 1).then_some(())
    });
    terminal.hides("Description");
    terminal.keys("o");
    terminal.shows("Completed");
    assert_eq!(world.calls("CreateSnapshot").len(), 1, "sent once");
}

#[test]
fn killed_in_the_middle_of_a_restore_the_next_console_watches_it_to_its_end() {
    let (world, mut terminal) = restoring();
    terminal.signal(Signal::KILL);
    terminal.ends();
    let next = Terminal::start(&world, &[], 24, 80);
    next.shows("corp.example.com");
    next.keys("o");
    next.shows("Restoring");
    world.control("advance", &serde_json::json!({ "seconds": 20_000 }));
    next.shows("completed");
    assert_eq!(world.calls("RestoreFromSnapshot").len(), 1, "sent once");
}

/// How much was written once what was under way has come: a second passes without a byte.
fn settled(terminal: &Terminal) -> usize {
    until("a quiet second", || {
        let before = terminal.written();
        std::thread::sleep(Duration::from_secs(1));
        (terminal.written() == before).then_some(before)
    })
}

#[test]
fn nothing_is_written_while_nothing_changes() {
    let world = World::new(TWO_DIRECTORIES);
    let terminal = console(&world);
    terminal.shows("1/5");
    // Let what was under way at the time settle, then look for as long as a tick would need.
    let settled = settled(&terminal);
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(terminal.written(), settled);
}

#[test]
fn nothing_is_written_while_what_is_shown_is_read_again_and_is_the_same() {
    let world = World::new(&TWO_DIRECTORIES.replace("speed = 3000", "speed = 0.001"));
    let config = common::CONFIG.to_owned() + "\n[console]\nrefresh = \"5s\"\n";
    std::fs::write(world.path("config.toml"), config).expect("a configuration file");
    let terminal = console(&world);
    terminal.shows("<5s old");
    let reads = || world.calls("DescribeDirectories").len();
    let settled = settled(&terminal);
    let first = reads();
    until("two more looks", || (reads() >= first + 2).then_some(()));
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(terminal.written(), settled);
}

#[test]
fn every_key_answers_and_quitting_is_immediate_while_aws_hangs() {
    let world = World::new(TWO_DIRECTORIES);
    world.control(
        "faults",
        &serde_json::json!({ "service": "*", "action": "*", "kind": "hang", "times": 1000 }),
    );
    let mut terminal = Terminal::start(&world, &[], 24, 80);
    terminal.shows("Directories");
    terminal.keys("?");
    terminal.shows("Movement");
    terminal.keys(ESCAPE);
    terminal.hides("Movement");
    terminal.keys("o");
    terminal.shows("Operations");
    let asked = Instant::now();
    terminal.keys("q");
    terminal.ends();
    // The calls hang for two seconds before they are given up; quitting does not wait for them.
    assert!(
        asked.elapsed() < Duration::from_secs(1),
        "{:?}",
        asked.elapsed()
    );
    terminal.is_restored();
}

#[test]
fn a_question_on_the_command_line_can_be_interrupted() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let world = World::new(TWO_DIRECTORIES);
        let arguments = ["directory", "delete", "s-9067b10001"];
        let mut terminal = Terminal::start(&world, &arguments, 24, 80);
        terminal.shows("Type yes to go on:");
        terminal.signal(signal);
        assert_eq!(terminal.ends().code(), Some(130));
        let mut calls = world.requests();
        calls.retain(|call| call["mutating"] == true);
        assert!(calls.is_empty(), "{calls:?}");
    }
}

#[test]
fn without_credentials_it_says_what_was_looked_for_and_offers_the_sandbox() {
    let world = World::new(TWO_DIRECTORIES);
    let mut command = world.command(&[]);
    command
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY");
    let mut terminal = Terminal::of(command, 24, 80);
    terminal.shows("AWS credentials were found");
    terminal.shows("AWS_ACCESS_KEY_ID");
    terminal.keys("s");
    terminal.shows("corp.example.com");
    terminal.shows("SANDBOX");
    terminal.keys("q");
    terminal.ends();
    terminal.is_restored();
}

#[test]
fn hostile_names_reach_the_terminal_spelled_out() {
    let hostile = TWO_DIRECTORIES.to_owned()
        + "\n[[directories]]\nid = \"d-9067a1000f\"\nname = \"evil.example.com\"\ntype = \"SimpleAD\"\nsize = \"Small\"\nauto_snapshots = 0\ndescription = \"\\u001B[2J\\u202Ereversed\"\n";
    let world = World::new(&hostile);
    let terminal = console(&world);
    terminal.keys("G");
    terminal.keys(ENTER);
    terminal.shows(r"\x1b[2J\u{202e}reversed");
}
