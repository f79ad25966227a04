//! What the README says is so: its keys are those of the keymap, its commands are understood, its exit
//! codes are those of the program.
#![expect(clippy::panic, reason = "a test may stop at a surprise")]

use std::process::Command;

use snapdeck::{
    cli::{self, exit::Code},
    config::{Action, Group, Keymap, keys::Preset},
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

/// The README's table of keys, as the keymap has them.
fn key_table() -> String {
    let keymap = Keymap::default();
    let mut table = String::from("| key | does |\n|---|---|\n");
    for group in Group::ALL {
        for action in Action::ALL.into_iter().filter(|a| a.group() == group) {
            let keys: Vec<String> = keymap
                .keys(action)
                .iter()
                .map(|key| format!("`{key}`"))
                .collect();
            let row = [keys.join(", "), action.label().to_owned()].join(" | ");
            table.extend(["| ", &row, " |\n"]);
        }
    }
    table
}

#[test]
fn the_keys_that_differ_with_the_preset_for_multiplexers_are_those_of_the_keymap() {
    let maps = [Preset::Default, Preset::Multiplexer].map(Keymap::of);
    let mut expected = Vec::new();
    for action in Action::ALL {
        let [usual, other] = maps.each_ref().map(|map| map.keys(action));
        if usual != other {
            let keys: Vec<String> = other.iter().map(|key| format!("`{key}`")).collect();
            expected.push(vec![keys.join(", "), action.label().to_owned()]);
        }
    }
    assert_eq!(table("these differ:"), expected);
}

/// `SNAPDECK_README=1` writes the table anew.
#[test]
fn the_keys_are_those_of_the_keymap() {
    let (before, rest) = README
        .split_once("## Keys\n\n")
        .unwrap_or_else(|| panic!("the README has no section of keys"));
    let (table, after) = rest
        .split_once("\n\n")
        .unwrap_or_else(|| panic!("nothing follows the table of keys"));
    if std::env::var_os("SNAPDECK_README").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
        let text = format!("{before}## Keys\n\n{}\n{after}", key_table());
        std::fs::write(path, text).unwrap_or_else(|error| panic!("{path}: {error}"));
    } else {
        assert_eq!(table, key_table().trim_end());
    }
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
fn the_exit_codes_and_their_meanings_are_those_of_the_program() {
    // The manual's sentence as a cell: no capital, no full stop, commands as code.
    let cell = |code: Code| {
        let meaning = code.meaning().trim_end_matches('.').replace('\'', "`");
        let (first, rest) = meaning.split_at(1);
        [(code as u8).to_string(), first.to_lowercase() + rest]
    };
    assert_eq!(table("have the rest."), Code::ALL.map(cell));
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
