//! Recovery points marked by what they are, and acted on as any other marked rows.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use snapdeck::domain::{
    collection::RecoveryPoints,
    place::{Account, Region},
    row::{Cell, Row, State, Tone},
    selection::{Criteria, Pattern},
};

use crate::{
    at_each_size,
    flow::{Flow, Setup},
};

const POINTS: RecoveryPoints = RecoveryPoints {
    taken: "at",
    of: "of",
    automatic: |row| row.cell("by") == &Cell::from("Auto"),
    delete: "delete",
    ..RecoveryPoints::PLAIN
};

fn now() -> Timestamp {
    "2026-11-20T02:00:00Z".parse().expect("a moment")
}

/// The snapshots of the first directory of the scenario.
fn rows() -> Vec<Row> {
    [
        ("s-9067b10001", Some("before-schema-extension"), 96 * 24),
        ("s-9067b10002", Some("quarterly 2: audit baseline"), 41 * 24),
        ("s-9067b10003", Some("before-forest-trust"), 6 * 24 + 7),
        ("s-9067b10004", None, 2 * 24 + 9),
        ("s-9067b10005", None, 24 + 9),
        ("s-9067b10006", None, 9),
    ]
    .map(|(id, name, hours)| Row {
        id: id.to_owned(),
        name: name.map(str::to_owned),
        state: State::new("Completed", Tone::Good),
        region: Region::parse("us-east-1").expect("a Region"),
        account: Account::new("123456789012"),
        cells: vec![
            ("of", Cell::from("d-9067a10001")),
            (
                "by",
                Cell::from(if name.is_some() { "Manual" } else { "Auto" }),
            ),
            (
                "at",
                Cell::Time(
                    now() - SignedDuration::from_hours(hours) - SignedDuration::from_mins(30),
                ),
            ),
        ],
    })
    .into()
}

/// The ids of the marked rows.
fn marked(flow: &mut Flow) -> BTreeSet<String> {
    flow.screen()
        .lines()
        .filter(|line| line.contains('◆'))
        .filter_map(|line| line.split_whitespace().find(|word| word.starts_with("s-")))
        .map(str::to_owned)
        .collect()
}

fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * count)
}

#[test]
fn what_is_marked_is_what_the_criteria_choose() {
    let cases = [
        (
            ["30d", "", "", ""],
            Criteria {
                older_than: Some(days(30)),
                ..Criteria::default()
            },
        ),
        (
            ["", "1", "", ""],
            Criteria {
                keep: Some(1),
                ..Criteria::default()
            },
        ),
        (
            ["", "", "before-*", ""],
            Criteria {
                name: Pattern::parse("before-*").ok(),
                ..Criteria::default()
            },
        ),
        (
            ["2d", "1", "*e*", "completed"],
            Criteria {
                older_than: Some(days(2)),
                keep: Some(1),
                name: Pattern::parse("*e*").ok(),
                state: Some("completed".to_owned()),
            },
        ),
    ];
    at_each_size(|size| {
        let rows = rows();
        let mut flow = Setup::new(size).start();
        flow.press("enter tab").shows("s-9067b10003").settles();
        // What was marked before is marked no more.
        flow.press("space");
        for (texts, criteria) in &cases {
            flow.press("M").shows("Fill in what");
            flow.press(&format!("'{}'", texts.join("\t").replace('\t', "' tab '")));
            let expected: BTreeSet<String> = criteria
                .choose(&rows, &POINTS, now())
                .rows
                .into_iter()
                .map(|row| row.id.clone())
                .collect();
            assert!(!expected.is_empty(), "{texts:?}");
            flow.shows(&format!("{} of 6 snapshots fit", expected.len()));
            flow.press("enter").hides("Keep newest");
            assert_eq!(marked(&mut flow), expected, "{texts:?}");
        }
        flow.press("M '30d' tab '1'").snapshot("criteria");
        flow.press("enter d").shows("can be done").settles();
        flow.shows("Delete snapshot: 2 marked");
        assert!(flow.changes().is_empty());
    });
}

#[test]
fn what_cannot_be_understood_is_said_below_its_field_and_marks_nothing() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).start();
        // Directories are no recovery points.
        flow.press("M").hides("Keep newest");
        flow.press("enter tab").shows("s-9067b10003").settles();
        flow.press("M enter").shows("Fill in what");
        flow.press("'soon' tab '-1' enter")
            .shows("'soon' is not a duration")
            .shows("'-1' is not a number")
            .snapshot("criteria-wrong");
        flow.press("ctrl-u shift-tab ctrl-u '900d' enter")
            .shows("0 of 6 snapshots fit");
        flow.press("esc").hides("marked");
    });
}

/// Two snapshots of a volume, and two copies, which EC2 says are both of one volume.
const COPIES: &str = r#"
[[volumes]]
id = "vol-0c1d0000000000001"
size = 8

[[snapshots]]
id = "snap-0c1d0000000000001"
volume = "vol-0c1d0000000000001"
age = "9d30m"

[[snapshots]]
id = "snap-0c1d0000000000002"
volume = "vol-0c1d0000000000001"
age = "3d30m"

[[snapshots]]
id = "snap-0c1d0000000000011"
copy = true
size = 8
age = "8d30m"

[[snapshots]]
id = "snap-0c1d0000000000012"
copy = true
size = 16
age = "4d30m"
"#;

#[test]
fn copies_are_not_counted_among_the_newest_and_the_dialog_says_so() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).scenario(COPIES).launch();
        flow.shows("No directories").press("tab tab tab");
        flow.shows("snap-0c1d0000000000001").settles();
        flow.press("M tab '1'").shows("2 snapshots are left out");
        flow.shows("1 of 4 snapshots fit").press("enter");
        flow.hides("Keep newest");
        let screen = flow.screen();
        let marked: Vec<&str> = screen.lines().filter(|line| line.contains('◆')).collect();
        assert!(
            marked.len() == 1 && marked[0].contains("snap-0c1d0000000000001"),
            "{screen}"
        );
        flow.press("M '3d'").shows("4 of 4 snapshots fit");
        flow.hides("left out");
    });
}
