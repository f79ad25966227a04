//! What needs a look about a row, in words for people: what its service says, and what is true of
//! every service.

use jiff::{SignedDuration, Timestamp};

use super::{
    collection::{CollectionInfo, ServiceInfo},
    row::{Cell, Row},
    time,
};

/// From when on something is worth a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How old the newest recovery point of something may be.
    pub recovery_point_age: SignedDuration,
    /// How old a recovery point may be.
    pub old: SignedDuration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            recovery_point_age: SignedDuration::from_hours(2 * 24),
            old: SignedDuration::from_hours(180 * 24),
        }
    }
}

/// Why a row needs a look; empty where it does not. What is not known yet is no reason.
#[must_use]
pub fn reasons(
    service: &ServiceInfo,
    collection: &CollectionInfo,
    row: &Row,
    now: Timestamp,
    limits: Limits,
) -> Vec<String> {
    let mut reasons = (collection.attention)(row, now);
    reasons.extend(newest(service, collection, row, now, limits));
    // A service that says so itself says what follows from it.
    if !reasons.iter().any(|reason| reason.starts_with(OLDER)) {
        reasons.extend(old(collection, row, now, limits));
    }
    reasons
}

/// How a reason begins that is about the age of a recovery point.
const OLDER: &str = "older than ";

fn newest(
    service: &ServiceInfo,
    collection: &CollectionInfo,
    row: &Row,
    now: Timestamp,
    limits: Limits,
) -> Option<String> {
    match row.cell(collection.newest_point?) {
        Cell::Absent if !has_none(service, collection, row) => Some("no recovery point".to_owned()),
        Cell::Time(newest) => {
            let age = now.duration_since(*newest);
            (age > limits.recovery_point_age)
                .then(|| format!("no recovery point for {}", words(age)))
        }
        _ => None,
    }
}

/// Whether something forbids that a row has recovery points at all.
fn has_none(service: &ServiceInfo, collection: &CollectionInfo, row: &Row) -> bool {
    service
        .collections
        .iter()
        .filter(|child| child.parents.contains(&collection.id))
        .filter_map(|child| child.none_because)
        .any(|member| matches!(row.cell(member), Cell::Text(_)))
}

fn old(collection: &CollectionInfo, row: &Row, now: Timestamp, limits: Limits) -> Option<String> {
    match row.cell(collection.points.as_ref()?.taken) {
        Cell::Time(taken) if now.duration_since(*taken) > limits.old => {
            Some(format!("{OLDER}{}", words(limits.old)))
        }
        _ => None,
    }
}

/// A span in days, where it has some.
fn words(span: SignedDuration) -> String {
    match span.as_secs() / 86_400 {
        0 => time::span(span),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        collection::RecoveryPoints,
        place::{Account, Region},
        row::{State, Tone},
    };

    static SERVICE: ServiceInfo = ServiceInfo {
        id: "store",
        title: "Store",
        collections: &[
            CollectionInfo {
                id: "boxes",
                newest_point: Some("newest"),
                ..CollectionInfo::PLAIN
            },
            CollectionInfo {
                id: "copies",
                parents: &["boxes"],
                none_because: Some("none_because"),
                attention: |row, _| match row.cell("locked") {
                    Cell::Flag(true) => vec!["older than it may be: locked".to_owned()],
                    _ => Vec::new(),
                },
                points: Some(RecoveryPoints {
                    of: "of",
                    of_nothing: |_| false,
                    taken: "taken",
                    automatic: |_| false,
                    delete: "delete",
                }),
                ..CollectionInfo::PLAIN
            },
        ],
        actions: &[],
    };

    fn of(collection: usize, cells: Vec<(&'static str, Cell)>) -> Vec<String> {
        let row = Row {
            id: "x".to_owned(),
            name: None,
            state: State::new("ok", Tone::Good),
            region: Region::parse("us-east-1").unwrap(),
            account: Account::new("123456789012"),
            cells,
        };
        let info = &SERVICE.collections[collection];
        reasons(&SERVICE, info, &row, now(), Limits::default())
    }

    fn now() -> Timestamp {
        "2026-11-20T00:00:00Z".parse().unwrap()
    }

    fn ago(hours: i64) -> Cell {
        Cell::Time(now() - SignedDuration::from_hours(hours))
    }

    #[test]
    fn what_is_backed_up_needs_a_recent_point_unless_it_can_have_none() {
        assert_eq!(of(0, vec![]), ["no recovery point"]);
        assert_eq!(
            of(0, vec![("newest", ago(49))]),
            ["no recovery point for 2 days"]
        );
        assert!(of(0, vec![("newest", ago(47))]).is_empty());
        assert!(of(0, vec![("newest", Cell::Pending)]).is_empty());
        let forbidden = Cell::Text("a connector has none".into());
        assert!(of(0, vec![("none_because", forbidden)]).is_empty());
    }

    #[test]
    fn an_old_point_is_told_once() {
        assert_eq!(
            of(1, vec![("taken", ago(181 * 24))]),
            ["older than 180 days"]
        );
        assert!(of(1, vec![("taken", ago(179 * 24))]).is_empty());
        assert_eq!(
            of(
                1,
                vec![("taken", ago(181 * 24)), ("locked", Cell::Flag(true))]
            ),
            ["older than it may be: locked"]
        );
    }
}
