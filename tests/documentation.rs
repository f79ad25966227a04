//! What the README says is so: its keys are those of the keymap, its commands are understood, its exit
//! codes are those of the program.
#![expect(clippy::panic, reason = "a test may stop at a surprise")]

use std::{collections::BTreeSet, process::Command};

use snapdeck::{
    cli::{self, exit::Code},
    config::{Action, Key, Keymap},
};

const README: &str = include_str!("../README.md");

/// The rows of the table under a heading, cell by cell.
fn table(heading: &str) -> Vec<Vec<String>> {
    let section = README
        .split(heading)
        .nth(1)
        .unwrap_or_else(|| panic!("no {heading:?}"));
    let rows = section.lines().skip_while(|line| !line.starts_with('|'));
    let rows = rows.take_while(|line| line.starts_with('|')).skip(2);
    let cells = |row: &str| {
        row.trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect()
    };
    rows.map(cells).collect()
}

/// What stands between backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[test]
fn the_keys_are_those_of_the_keymap_and_none_is_missing() {
    let keymap = Keymap::default();
    let mut told = BTreeSet::new();
    for row in table("## Keys") {
        for text in quoted(&row[0]) {
            let key = Key::parse(text).unwrap_or_else(|why| panic!("{text}: {why}"));
            let action = keymap
                .action(&key)
                .unwrap_or_else(|| panic!("{text} does nothing"));
            told.insert(action.name());
        }
    }
    let all: BTreeSet<&str> = Action::ALL.iter().map(|action| action.name()).collect();
    assert_eq!(told, all);
}

#[test]
fn the_commands_are_understood() {
    let commands = README
        .lines()
        .filter_map(|line| line.strip_prefix("    snapdeck "));
    let mut seen = 0;
    for command in commands {
        let mut words = vec!["snapdeck".into()];
        // Quotes hold one word together.
        for (index, part) in command.split('"').enumerate() {
            if index % 2 == 0 {
                words.extend(part.split_whitespace().map(Into::into));
            } else {
                words.push(part.into());
            }
        }
        cli::parse(words).unwrap_or_else(|error| panic!("{command}: {error}"));
        seen += 1;
    }
    assert!(seen >= 10, "only {seen} commands were found");
}

#[test]
fn the_exit_codes_are_those_of_the_program() {
    let codes: Vec<String> = table("have the rest.")
        .into_iter()
        .map(|row| row[0].clone())
        .collect();
    let known = [
        Code::Done,
        Code::Failed,
        Code::Usage,
        Code::Refused,
        Code::NotPermitted,
        Code::NotFound,
        Code::Limit,
        Code::Unreachable,
        Code::StillRunning,
        Code::Unknown,
        Code::Partial,
        Code::Interrupted,
    ];
    assert_eq!(codes, known.map(|code| (code as u8).to_string()));
}

#[test]
fn the_two_set_up_commands_stand_at_its_head() {
    let head = README.split("## Install").next().expect("a head");
    let commands: Vec<&str> = head
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .collect();
    assert_eq!(commands, ["cargo run -- --sandbox", "cargo test"]);
    let version = Command::new(env!("CARGO_BIN_EXE_snapdeck"))
        .arg("--version")
        .output()
        .expect("the program runs");
    assert_eq!(
        String::from_utf8_lossy(&version.stdout),
        format!("snapdeck {}\n", env!("CARGO_PKG_VERSION"))
    );
}
