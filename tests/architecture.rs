//! Who may import whom. Reads the sources and fails on every import, or full path, that leads from a
//! room to one that it must not know, and on every crate that a room must not touch.

#![expect(clippy::unwrap_used, reason = "a test may stop at a surprise")]
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use regex::Regex;
use snapdeck::context;

/// A room, the rooms of the crate that it may name, and the crates that it must not.
struct Room {
    name: &'static str,
    may: &'static [&'static str],
    never: &'static [&'static str],
}

const UI: &[&str] = &["ratatui", "crossterm"];
const AWS: &[&str] = &[
    "aws_config",
    "aws_sdk_directory",
    "aws_sdk_ec2",
    "aws_sdk_sts",
    "aws_smithy_types",
    "aws_types",
];

const ROOMS: &[Room] = &[
    Room {
        name: "domain",
        may: &[],
        never: &[
            "tokio",
            "ratatui",
            "crossterm",
            "aws_config",
            "aws_sdk_directory",
            "rusqlite",
            "clap",
        ],
    },
    Room {
        name: "services",
        may: &["domain"],
        never: UI,
    },
    Room {
        name: "journal",
        may: &["domain"],
        never: &[
            "tokio",
            "ratatui",
            "crossterm",
            "aws_config",
            "aws_sdk_directory",
        ],
    },
    Room {
        name: "config",
        may: &["domain"],
        never: &[
            "tokio",
            "ratatui",
            "crossterm",
            "aws_config",
            "aws_sdk_directory",
            "clap",
        ],
    },
    Room {
        name: "operations",
        may: &["domain", "journal", "services"],
        never: &[
            "ratatui",
            "crossterm",
            "aws_config",
            "aws_sdk_directory",
            "clap",
        ],
    },
    Room {
        name: "sandbox",
        may: &[],
        never: &[
            "ratatui",
            "crossterm",
            "aws_config",
            "aws_sdk_directory",
            "aws_sdk_sts",
            "aws_sigv4",
            "clap",
        ],
    },
    Room {
        name: "context",
        may: &[
            "config",
            "domain",
            "journal",
            "operations",
            "sandbox",
            "services",
        ],
        never: UI,
    },
    Room {
        name: "cli",
        may: &["config", "context", "domain", "operations"],
        never: &["ratatui", "crossterm"],
    },
    Room {
        name: "tui",
        may: &["config", "context", "domain", "operations"],
        never: &["clap", "rusqlite"],
    },
];

#[test]
fn no_room_knows_one_that_it_must_not() {
    let mut offences = Vec::new();
    for (room, file, line, text) in code() {
        for named in crate_paths(&text) {
            if named != room.name && !room.may.contains(&named.as_str()) {
                offences.push(format!(
                    "{file}:{line}: {} must not know {named}: {}",
                    room.name,
                    text.trim()
                ));
            }
        }
        let aws: &[&str] = if room.name == "cli" || room.name == "tui" || room.name == "operations"
        {
            AWS
        } else {
            &[]
        };
        for forbidden in room.never.iter().chain(aws) {
            if text.contains(&format!("{forbidden}::")) {
                offences.push(format!(
                    "{file}:{line}: {} must not use {forbidden}: {}",
                    room.name,
                    text.trim()
                ));
            }
        }
    }
    assert!(offences.is_empty(), "{}", offences.join("\n"));
}

#[test]
fn operations_journal_cli_and_tui_know_no_service_by_name() {
    let words = service_words();
    let mut offences = Vec::new();
    for (room, file, line, text) in code() {
        let generic = ["operations", "journal", "cli", "tui"].contains(&room.name);
        if generic && let Some(found) = words.find(&text) {
            let word = found.as_str();
            offences.push(format!("{file}:{line}: names {word}: {}", text.trim()));
        }
    }
    assert!(offences.is_empty(), "{}", offences.join("\n"));
}

/// What names a service, from what the services say of themselves: their names for people, their
/// commands and modules, and, where the code writes them as texts, the ids of services, collections
/// and actions and the kinds of rows.
fn service_words() -> Regex {
    // The ids of resources and the names of calls that are AWS's own.
    let mut words = vec![
        r"\b(d|s|i|vol|snap|policy)-\d\w{3,}".to_owned(),
        r"\bDescribe[A-Z]\w+".to_owned(),
    ];
    for service in context::services() {
        let id = service.id;
        words.push(format!(r"(?i:\b{}\b)", regex::escape(service.title)));
        words.push(format!(r"\bsnapdeck {id}\b"));
        words.push(format!(r"\bservices::(\w+::)*{id}\b"));
        words.push(format!(r#"[`'"]{id}[`'"]"#));
        for collection in service.collections {
            words.push(format!(r#""{}""#, collection.id));
            words.push(format!(r#""{}""#, collection.kind));
        }
        for action in service.actions {
            words.push(format!(r#""{}""#, action.id));
        }
    }
    Regex::new(&words.join("|")).unwrap()
}

#[test]
fn every_service_is_known_by_its_words() {
    let words = service_words();
    for text in [
        "Without one use 'snapdeck directory list'.",
        "the Directory Service counts",
        r#"if service.id == "directory" {"#,
        "use crate::services::directory::describe;",
        r#"row.kind == "ebs_volume""#,
        "an EBS volume",
        r#"match "opensearch" {"#,
        r#"action == "delete_index""#,
        "such as vol-0123456789abcdef0",
        "one DescribeSnapshots for all",
    ] {
        assert!(words.is_match(text), "{text}");
    }
    assert!(!words.is_match("the directory of the journal, and its snapshots"));
}

#[test]
fn screens_dialogs_and_widgets_keep_apart() {
    let keeps_apart: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("/screens/", &["dialogs::"] as &[&str]),
        ("/dialogs/", &["screens::"]),
        (
            "/widgets/",
            &["screens::", "dialogs::", "tui::model", "tui::message"],
        ),
    ]);
    let mut offences = Vec::new();
    for (room, file, line, text) in code() {
        for (folder, forbidden) in &keeps_apart {
            if room.name == "tui"
                && file.contains(folder)
                && forbidden.iter().any(|name| text.contains(name))
            {
                offences.push(format!("{file}:{line}: {}", text.trim()));
            }
        }
    }
    assert!(offences.is_empty(), "{}", offences.join("\n"));
}

#[test]
fn every_file_belongs_to_a_room() {
    let known: Vec<&str> = ROOMS.iter().map(|room| room.name).collect();
    for file in sources() {
        let (room, _) = place(&file);
        assert!(
            known.contains(&room.as_str()) || ["main", "lib"].contains(&room.as_str()),
            "{} is in no room of the table",
            file.display()
        );
    }
}

#[test]
fn main_is_short() {
    let main = fs::read_to_string(source_folder().join("main.rs")).unwrap();
    assert!(
        main.lines().count() <= 40,
        "src/main.rs has {} lines",
        main.lines().count()
    );
}

/// Every line of code outside comments and test modules, with the room, the file and the line.
fn code() -> Vec<(&'static Room, String, usize, String)> {
    let mut lines = Vec::new();
    for file in sources() {
        let (name, shown) = place(&file);
        let Some(room) = ROOMS.iter().find(|room| room.name == name) else {
            continue;
        };
        if shown.ends_with("tests.rs") || shown.contains("/tests/") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let code = text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default();
        for (number, line) in joined(code) {
            lines.push((room, shown.clone(), number, line));
        }
    }
    assert!(lines.len() > 1000, "the sources were not found");
    lines
}

/// Lines without comments, with a `use` of several lines as one.
fn joined(code: &str) -> Vec<(usize, String)> {
    let mut out: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for (index, line) in code.lines().enumerate() {
        let line = line.split("//").next().unwrap_or_default();
        if open {
            if let Some((_, whole)) = out.last_mut() {
                whole.push(' ');
                whole.push_str(line.trim());
            }
        } else {
            out.push((index + 1, line.to_owned()));
        }
        let starts = ["use ", "pub use ", "pub(crate) use ", "pub(super) use "]
            .iter()
            .any(|u| line.trim_start().starts_with(u));
        open = (open || starts) && !line.contains(';');
    }
    out
}

/// The rooms that a line names: `crate::a::b` is a, `crate::{a::x, b}` is a and b.
fn crate_paths(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for rest in line.split("crate::").skip(1) {
        let word = |text: &str| {
            text.trim()
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect::<String>()
        };
        let Some(group) = rest.strip_prefix('{') else {
            found.push(word(rest));
            continue;
        };
        let mut depth = 0;
        let mut start = true;
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => start = true,
                c if start && !c.is_whitespace() => {
                    found.push(word(&group[at..]));
                    start = false;
                }
                _ => {}
            }
        }
    }
    found
}

fn source_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![source_folder()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                files.push(path);
            }
        }
    }
    files
}

/// The room of a file and its name below `src`.
fn place(file: &Path) -> (String, String) {
    let shown = file
        .strip_prefix(source_folder())
        .unwrap()
        .to_string_lossy()
        .into_owned();
    let room = shown
        .split('/')
        .next()
        .unwrap_or_default()
        .trim_end_matches(".rs")
        .to_owned();
    (room, shown)
}

#[test]
fn the_reader_of_imports_reads_groups() {
    assert_eq!(crate_paths("use crate::domain::row::Row;"), ["domain"]);
    assert_eq!(
        crate_paths("use crate::{ domain::{a, b::{c}}, journal, services::X, };"),
        ["domain", "journal", "services"]
    );
    assert_eq!(
        crate_paths("let x = crate::sandbox::y(crate::cli::z);"),
        ["sandbox", "cli"]
    );
}
