//! Lists: what they print where something fails, where their reader goes away, and of whom they are.

use std::{
    io::{BufRead, BufReader, Read},
    process::Stdio,
};

use serde_json::json;

use crate::{common::World, two};

fn everything() -> World {
    World::with(snapdeck::sandbox::Options::default())
}

/// Makes the next calls of an operation fail, from the first one on.
fn deny(world: &World, action: &str, times: u64) {
    world.fault(action, "denied", times);
}

#[test]
fn of_two_regions_the_one_that_fails_is_named_and_decides_the_exit_code() {
    let world = everything();
    let both = ["--region", "us-east-1", "--region", "eu-west-1"];
    let list = [&both[..], &["directory", "list"]].concat();
    deny(&world, "DescribeDirectories", 1);
    let part = world.snapdeck(&list).exits(4).says(&[
        "incomplete: DescribeDirectories in ",
        "AccessDeniedException",
    ]);
    let rows = part.json();
    let rows = rows.as_array().expect("rows");
    assert!(!rows.is_empty() && rows.iter().all(|row| row["region"] == rows[0]["region"]));

    deny(&world, "DescribeDirectories", 2);
    let none = world.snapdeck(&list).exits(4).says(&[
        "DescribeDirectories in us-east-1",
        "DescribeDirectories in eu-west-1",
    ]);
    assert_eq!(none.stdout, "");
}

#[test]
fn a_volume_that_is_gone_has_left_its_snapshots() {
    let world = everything();
    let gone = "vol-0a1b00000000000ff";
    world
        .snapdeck(&["ebs", "show", gone])
        .exits(5)
        .says(&[gone]);
    let left = world.snapdeck(&["ebs", "snapshots", gone]).exits(0).json();
    assert_eq!(left.as_array().map(Vec::len), Some(1), "{left:#}");
    assert_eq!(left[0]["volume_id"], gone);
    let fit = world
        .snapdeck(&["ebs", "prune", gone, "--older-than", "1d", "--dry-run"])
        .exits(0)
        .json();
    assert_eq!(fit[0]["id"], left[0]["id"]);
    // One that never was has none, and that is said.
    let never = "vol-0123456789abcdef0";
    for command in [
        &["ebs", "snapshots", never][..],
        &["ebs", "prune", never, "--keep", "1", "--yes"],
    ] {
        world.snapdeck(command).exits(5).says(&[never]);
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let world = everything();
    for format in ["csv", "json", "jsonl", "table"] {
        let mut command = world.command(&["ebs", "snapshots", "--output", format]);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut first = String::new();
        let out = child.stdout.take().expect("a pipe");
        BufReader::new(out).read_line(&mut first).expect("a line");
        let mut said = String::new();
        let mut err = child.stderr.take().expect("a pipe");
        err.read_to_string(&mut said).expect("text");
        assert_eq!(
            child.wait().expect("an end").code(),
            Some(0),
            "{format}: {said}"
        );
        assert_eq!(said, "", "{format}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_result_that_cannot_be_written_is_an_error() {
    let world = two();
    let full = || {
        std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .expect("a device")
    };
    for format in ["csv", "json", "table"] {
        let mut command = world.command(&["directory", "list", "--output", format]);
        command.stdout(full()).stderr(Stdio::piped());
        let ended = command.output().expect("the program runs");
        assert_eq!(ended.status.code(), Some(1));
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(
            said.contains("cannot be written to standard output: No space"),
            "{said}"
        );
    }
}

#[test]
fn a_text_from_aws_is_no_formula_in_csv() {
    let world = World::new(
        r#"
[[directories]]
id = "d-9067a10001"
name = "corp.example.com"
type = "MicrosoftAD"
edition = "Standard"
description = "=HYPERLINK(1)"
"#,
    );
    let csv = world
        .snapdeck(&["directory", "list", "--output", "csv"])
        .exits(0);
    let mut reader = csv::Reader::from_reader(csv.stdout.as_bytes());
    let headings = reader.headers().expect("a header").clone();
    let row = reader.records().next().expect("a row").expect("of CSV");
    let at = headings.iter().position(|h| h == "description");
    assert_eq!(&row[at.expect("a column")], "'=HYPERLINK(1)");
    let json = world.snapdeck(&["directory", "list"]).exits(0).json();
    assert_eq!(json[0]["description"], json!("=HYPERLINK(1)"));
}
