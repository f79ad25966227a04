//! Who may import whom. Reads the sources and fails on every import, or full path, that leads from a
//! room to one that it must not know, and on every crate that a room must not touch.

#![expect(clippy::unwrap_used, reason = "a test may stop at a surprise")]
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
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

/// The room that may name crates of AWS; no other may, and there is no exception.
const AWS: &str = "services";

const ROOMS: &[Room] = &[
    Room {
        name: "domain",
        may: &[],
        never: &["tokio", "ratatui", "crossterm", "rusqlite", "clap"],
    },
    Room {
        name: AWS,
        may: &["domain"],
        never: UI,
    },
    Room {
        name: "journal",
        may: &["domain"],
        never: &["tokio", "ratatui", "crossterm"],
    },
    Room {
        name: "config",
        may: &["domain"],
        never: &["tokio", "ratatui", "crossterm", "clap"],
    },
    Room {
        name: "operations",
        may: &["domain", "journal", "services"],
        never: &["ratatui", "crossterm", "clap"],
    },
    Room {
        name: "sandbox",
        may: &[],
        never: &["ratatui", "crossterm", "clap"],
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
        never: UI,
    },
    Room {
        name: "tui",
        may: &["config", "context", "domain", "operations"],
        never: &["clap", "rusqlite"],
    },
    Room {
        name: "lib",
        may: &[],
        never: UI,
    },
    // A crate of its own, which sees the library from outside.
    Room {
        name: "main",
        may: &["cli", "tui"],
        never: &["ratatui", "crossterm", "tokio", "clap"],
    },
];

#[test]
fn no_room_knows_one_that_it_must_not() {
    let aws = aws_crates();
    let mut offences = Vec::new();
    for (room, file, line, text) in code() {
        for path in crate_paths(&text, &file) {
            let Some(named) = path.first() else { continue };
            if named != room.name && !room.may.contains(&named.as_str()) {
                offences.push(format!(
                    "{file}:{line}: {} must not know {named}: {}",
                    room.name,
                    text.trim()
                ));
            }
        }
        let aws = if room.name == AWS { &[][..] } else { &aws };
        let never = room.never.iter().map(|name| (*name).to_owned());
        for forbidden in never.chain(aws.iter().cloned()) {
            if names_crate(&text, &forbidden) {
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
        ("tui/screens/", &["dialogs"] as &[&str]),
        ("tui/dialogs/", &["screens"]),
        (
            "tui/widgets/",
            &["screens", "dialogs", "model", "message", "update", "view"],
        ),
    ]);
    let mut offences = Vec::new();
    for (_, file, line, text) in code() {
        for (folder, forbidden) in &keeps_apart {
            if !file.starts_with(folder) {
                continue;
            }
            for path in crate_paths(&text, &file) {
                let mut path = path.iter().map(String::as_str);
                // All of `tui` by one name would hide what is used of it.
                let wrong = path.next() == Some("tui")
                    && path
                        .next()
                        .is_none_or(|part| part == "*" || forbidden.contains(&part));
                if wrong {
                    offences.push(format!("{file}:{line}: {}", text.trim()));
                }
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
            known.contains(&room.as_str()),
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

/// Every crate of AWS that there is to name: what is not in `Cargo.toml` cannot be.
fn aws_crates() -> Vec<String> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let manifest = fs::read_to_string(manifest).unwrap();
    let name = |line: &str| {
        line.split_whitespace()
            .next()
            .unwrap_or("")
            .replace('-', "_")
    };
    let crates: Vec<String> = manifest.lines().map(name).collect();
    let aws = crates.into_iter().filter(|name| name.starts_with("aws_"));
    aws.collect()
}

/// Whether a line of code uses a crate: in a path, or by importing it whole.
fn names_crate(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let within = line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let after = &line[at + name.len()..];
        !within
            && ["::", ";", " as "]
                .iter()
                .any(|used| after.starts_with(used))
    })
}

/// The paths within the crate that a line of a file names, each from the crate's root:
/// `crate::{a::x, b}` is `a::x` and `b`, and `super::c` in `a/b.rs` is `a::c`.
fn crate_paths(line: &str, file: &str) -> Vec<Vec<String>> {
    // A visibility is no use.
    static VISIBILITY: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"pub\(in [^)]*\)").unwrap());
    static START: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?:^|[^\w:])((?:crate|snapdeck|self|super)::)").unwrap());
    if !line.contains("::") {
        return Vec::new();
    }
    let line = VISIBILITY.replace_all(line, "");
    let mut found = Vec::new();
    for path in START.captures_iter(&line) {
        let root = path.get(1).unwrap();
        let mut tree = &line[root.start()..];
        let mut module = module(file);
        for (word, within) in [("crate", false), ("snapdeck", false), ("self", true)] {
            if let Some(rest) = tree.strip_prefix(&format!("{word}::")) {
                tree = rest;
                if !within {
                    module.clear();
                }
            }
        }
        while let Some(rest) = tree.strip_prefix("super::") {
            module.pop();
            tree = rest;
        }
        branches(tree, &module, &mut found);
    }
    found
}

/// The module that a file below `src` is.
fn module(file: &str) -> Vec<String> {
    let mut parts: Vec<String> = file
        .trim_end_matches(".rs")
        .split('/')
        .map(str::to_owned)
        .collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

/// The paths of a tree such as `a::{b, c::{d, *}}`, each behind a prefix.
fn branches(tree: &str, prefix: &[String], found: &mut Vec<Vec<String>>) {
    let tree = tree.trim();
    if let Some(group) = tree.strip_prefix('{') {
        let mut depth = 0;
        let mut start = 0;
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' | '}' if depth == 0 => {
                    if !group[start..at].trim().is_empty() {
                        branches(&group[start..at], prefix, found);
                    }
                    start = at + 1;
                    if c == '}' {
                        break;
                    }
                }
                _ => {}
            }
        }
        return;
    }
    let length = tree
        .find(|c: char| !c.is_alphanumeric() && c != '_' && c != '*')
        .unwrap_or(tree.len());
    let mut path = prefix.to_vec();
    if &tree[..length] != "self" {
        path.push(tree[..length].to_owned());
    }
    match tree[length..].strip_prefix("::") {
        Some(rest) => branches(rest, &path, found),
        None => found.push(path),
    }
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
fn a_crate_is_known_by_its_name_alone() {
    let aws = aws_crates();
    assert!(aws.len() > 10 && aws.contains(&"aws_sdk_ec2".to_owned()));
    for line in [
        "use aws_sdk_ec2::Client;",
        "use aws_sdk_ec2;",
        "use aws_sdk_ec2 as ec2;",
        "fn f(client: &aws_sdk_ec2::Client) {",
    ] {
        assert!(names_crate(line, "aws_sdk_ec2"), "{line}");
    }
    assert!(!names_crate("let_aws_sdk_ec2::x", "aws_sdk_ec2"));
    assert!(!names_crate("use aws_sdk_ec2_more::x", "aws_sdk_ec2"));
}

#[test]
fn the_reader_of_imports_reads_groups_and_paths_from_where_it_is() {
    let read = |line: &str, file: &str| -> Vec<String> {
        let paths = crate_paths(line, file);
        paths.iter().map(|path| path.join("::")).collect()
    };
    let file = "tui/widgets/panel.rs";
    for (line, paths) in [
        ("use crate::domain::row::Row;", &["domain::row::Row"][..]),
        (
            "use crate::{ domain::{a, b::{c, d as e}}, journal, services::X, };",
            &[
                "domain::a",
                "domain::b::c",
                "domain::b::d",
                "journal",
                "services::X",
            ],
        ),
        (
            "let x = crate::sandbox::y(crate::cli::z);",
            &["sandbox::y", "cli::z"],
        ),
        ("use crate::tui::{self, model};", &["tui", "tui::model"]),
        ("use super::super::message::*;", &["tui::message::*"]),
        (
            "use super::{text, table::Table};",
            &["tui::widgets::text", "tui::widgets::table::Table"],
        ),
        ("pub(in crate::tui) fn of(&self) {", &[]),
        (
            "let x = self::lines(Self::A);",
            &["tui::widgets::panel::lines"],
        ),
    ] {
        assert_eq!(read(line, file), paths, "{line}");
    }
    assert_eq!(read("use super::model;", "tui/mod.rs"), ["model"]);
    assert_eq!(
        read("use super::model;", "tui/widgets/mod.rs"),
        ["tui::model"]
    );
    assert_eq!(
        read("use snapdeck::{cli::{self}, tui};", "main.rs"),
        ["cli", "tui"]
    );
}
