//! What is printed, in every format.

use serde_json::{Value, json};

use crate::{BEFORE, CORP, changes, common::World, only_operation, two};

const ENVELOPE: [&str; 7] = [
    "service", "kind", "id", "name", "state", "region", "account",
];

fn keys(record: &Value) -> Vec<&str> {
    let members = record.as_object().expect("an object");
    members.keys().map(String::as_str).collect()
}

#[test]
fn rows_begin_with_their_envelope_in_every_format() {
    let world = two();
    let list = |format| {
        world
            .snapdeck(&["directory", "list", "--output", format])
            .exits(0)
    };

    let rows = list("json").json();
    assert_eq!(rows.as_array().map(Vec::len), Some(2));
    let row = &rows[0];
    assert_eq!(keys(row)[..7], ENVELOPE);
    assert_eq!(
        [&row["service"], &row["kind"], &row["id"], &row["name"]],
        ["directory", "directory", CORP, "corp.example.com"]
    );
    assert_eq!(
        [&row["state"], &row["region"], &row["account"]],
        ["Active", "us-east-1", "123456789012"]
    );
    assert_eq!(row["manual_snapshots"], 1);
    assert_eq!(row["size"], Value::Null, "absent members are null");
    assert!(
        row["launch_time"]
            .as_str()
            .is_some_and(|t| t.ends_with('Z'))
    );

    let lines = list("jsonl");
    let lines: Vec<Value> = lines
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("an object a line"))
        .collect();
    assert_eq!(Value::from(lines), rows);

    let csv = list("csv");
    let mut reader = csv::Reader::from_reader(csv.stdout.as_bytes());
    let headings: Vec<String> = reader
        .headers()
        .expect("a header")
        .iter()
        .map(Into::into)
        .collect();
    assert_eq!(headings, keys(row));
    let first = reader.records().next().expect("a record").expect("of CSV");
    assert_eq!(&first[2], CORP);
    assert_eq!(
        &first[headings.iter().position(|h| h == "size").expect("there")],
        ""
    );

    let table = list("table");
    let mut lines = table.stdout.lines();
    assert!(
        lines
            .next()
            .is_some_and(|l| l.starts_with("DIRECTORY ID  NAME"))
    );
    assert!(
        lines
            .next()
            .is_some_and(|l| l.starts_with(CORP) && l.contains("1/5"))
    );
    assert_eq!(lines.count(), 1);
}

#[test]
fn without_a_terminal_results_are_json_and_nothing_else_is_on_standard_output() {
    let world = two();
    let listed = world.snapdeck(&["directory", "snapshots", CORP]).exits(0);
    let rows = listed.json();
    assert_eq!(keys(&rows[0])[..7], ENVELOPE);
    assert_eq!(rows[0]["kind"], "directory_snapshot");
    assert_eq!(
        (&rows[0]["id"], &rows[0]["directory_id"]),
        (&json!(BEFORE), &json!(CORP))
    );
    assert_eq!(rows.as_array().map(Vec::len), Some(1));
    assert_eq!(listed.stderr, "");
    // One result is an object, not an array of one.
    let shown = world.snapdeck(&["directory", "show", CORP]).exits(0).json();
    assert_eq!(shown["id"], CORP);
}

#[test]
fn an_operation_has_its_keys_in_order_and_nothing_to_say_where_all_went_well() {
    let world = two();
    let created = world
        .snapdeck(&["directory", "create", CORP, "--name", "nightly 1", "--wait"])
        .exits(0)
        .json();
    assert_eq!(
        keys(&created)[..13],
        [
            "id",
            "service",
            "action",
            "target",
            "resource",
            "account",
            "region",
            "status",
            "percent",
            "requested_at",
            "finished_at",
            "reason",
            "request_id"
        ]
    );
    assert_eq!(created["status"], "completed");
    assert_eq!(
        (&created["percent"], &created["reason"]),
        (&json!(100), &Value::Null)
    );
    assert_eq!(
        world.calls("CreateSnapshot")[0]["params"]["Name"],
        "nightly 1"
    );
    let id = created["id"].as_str().expect("an id");

    // The same in the journal, by every way of reading it.
    let shown = world.snapdeck(&["operations", "show", id]).exits(0).json();
    assert_eq!(shown, created);
    assert_eq!(only_operation(&world), created);
    let open = world.snapdeck(&["operations", "list", "--open"]).exits(0);
    assert_eq!(open.json(), json!([]));
    let table = world
        .snapdeck(&["operations", "show", id, "--output", "table"])
        .exits(0);
    assert!(table.stdout.contains("AWS request id"), "{table}");
    let waited = world.snapdeck(&["operations", "wait", id]).exits(0);
    assert_eq!(waited.json()[0], created);
}

#[test]
fn options_count_before_and_after_the_command() {
    let world = two();
    let before = world.snapdeck(&[
        "--output",
        "csv",
        "--region",
        "us-east-1",
        "directory",
        "list",
    ]);
    let after = world.snapdeck(&[
        "directory",
        "list",
        "--region",
        "us-east-1",
        "--output",
        "csv",
    ]);
    assert_eq!(before.exits(0).stdout, after.exits(0).stdout);
    for place in [
        &["--read-only", "directory", "create", CORP][..],
        &["directory", "create", CORP, "--read-only"],
    ] {
        world.snapdeck(place).exits(3).says(&["--read-only"]);
    }
    assert_eq!(changes(&world), 0);
}

#[test]
fn an_empty_list_is_still_a_list_in_every_format() {
    let world = World::new("");
    let list = |format| {
        let listed = world.snapdeck(&["directory", "list", "--output", format]);
        listed.exits(0).stdout
    };
    assert_eq!(list("json"), "[]\n");
    assert_eq!(list("jsonl"), "");
    assert_eq!(list("csv"), ENVELOPE.join(",") + "\n");
    let operations = world.snapdeck(&["operations", "list", "--output", "csv"]);
    let headings = operations.exits(0).stdout;
    assert!(
        headings.starts_with("id,service,action,target,"),
        "{headings}"
    );
    assert_eq!(headings.lines().count(), 1);
}
