//! What is wrong with a volume or a snapshot, in a few words each. Pure.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{
    row::{Cell, Row},
    time,
};

/// Before so long the end of a restore from the archive is worth a word.
const SOON: SignedDuration = SignedDuration::from_hours(3 * 24);

pub(super) fn of_volume(row: &Row, _now: Timestamp) -> Vec<String> {
    let mut all = Vec::new();
    if *row.cell("encrypted") == Cell::Flag(false) {
        all.push("not encrypted".to_owned());
    }
    if *row.cell("snapshot_count") == Cell::Integer(0) {
        all.push("no snapshot".to_owned());
    }
    all
}

pub(super) fn of_snapshot(row: &Row, now: Timestamp) -> Vec<String> {
    let mut all = Vec::new();
    if row.state.word == "error" {
        all.push("holds nothing that can be restored".to_owned());
    }
    if *row.cell("encrypted") == Cell::Flag(false) {
        all.push("not encrypted".to_owned());
    }
    if *row.cell("volume_exists") == Cell::Flag(false) {
        all.push("its volume no longer exists".to_owned());
    }
    if let Cell::Time(until) = row.cell("restore_expiry_time") {
        let left = until.duration_since(now);
        if left < SOON {
            all.push(format!("goes back to the archive in {}", time::span(left)));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{
            attention::{Limits, reasons},
            place::{Account, Region},
            row::{State, Tone},
        },
        services::ebs::{INFO, describe::SNAPSHOTS},
    };

    fn row(word: &str, cells: Vec<(&'static str, Cell)>) -> Row {
        Row {
            id: "snap-1".to_owned(),
            name: None,
            state: State::new(word, Tone::Neutral),
            region: Region::parse("us-east-1").unwrap(),
            account: Account::new("123456789012"),
            cells,
        }
    }

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + day * 86_400).unwrap()
    }

    #[test]
    fn each_thing_that_is_wrong_is_said_once_and_nothing_else() {
        let snapshot = |word, encrypted: bool| {
            let cells = vec![
                ("encrypted", encrypted.into()),
                ("made_by", "manual".into()),
                ("start_time", at(-500).into()),
            ];
            row(word, cells)
        };
        assert!(of_snapshot(&snapshot("completed", true), at(0)).is_empty());
        assert_eq!(
            of_snapshot(&snapshot("error", false), at(0)),
            ["holds nothing that can be restored", "not encrypted"]
        );
    }

    #[test]
    fn how_old_a_snapshot_may_be_is_what_the_configuration_says() {
        let of_days = |days: i64| {
            let limits = Limits {
                old: SignedDuration::from_hours(days * 24),
                ..Limits::default()
            };
            let cells = vec![
                ("made_by", "manual".into()),
                ("start_time", at(-200).into()),
            ];
            let info = INFO.collection(SNAPSHOTS).unwrap();
            reasons(&INFO, info, &row("completed", cells), at(0), limits)
        };
        assert_eq!(of_days(180), ["older than 180 days"]);
        assert_eq!(of_days(90), ["older than 90 days"]);
        assert!(of_days(365).is_empty());
    }

    #[test]
    fn the_end_of_a_restore_and_a_lost_volume_are_said() {
        let cells = vec![
            ("restore_expiry_time", at(2).into()),
            ("volume_exists", false.into()),
        ];
        assert_eq!(
            of_snapshot(&row("completed", cells), at(0)),
            [
                "its volume no longer exists",
                "goes back to the archive in 2d"
            ]
        );
    }

    #[test]
    fn a_volume_whose_snapshots_are_not_counted_yet_has_not_none() {
        let volume = |count| of_volume(&row("in-use", vec![("snapshot_count", count)]), at(0));
        assert!(volume(Cell::Pending).is_empty() && volume(Cell::Integer(1)).is_empty());
        assert_eq!(volume(Cell::Integer(0)), ["no snapshot"]);
    }
}
