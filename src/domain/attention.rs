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
    reasons.extend(old(collection, row, now, limits));
    reasons
}

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
    let points = collection.points.as_ref()?;
    let Cell::Time(taken) = row.cell(points.taken) else {
        return None;
    };
    (points.expired)(row, now).or_else(|| {
        (now.duration_since(*taken) > limits.old)
            .then(|| format!("older than {}", words(limits.old)))
    })
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
                points: Some(RecoveryPoints {
                    of: "of",
                    taken: "taken",
                    expired: |row, _| {
                        let spoilt = *row.cell("spoilt") == Cell::Flag(true);
                        spoilt.then(|| "it is spoilt".to_owned())
                    },
                    delete: "delete",
                    ..RecoveryPoints::PLAIN
                }),
                ..CollectionInfo::PLAIN
            },
        ],
        actions: &[],
    };

    fn of(collection: usize, cells: Vec<(&'static str, Cell)>) -> Vec<String> {
        within(Limits::default(), collection, cells)
    }

    fn within(limits: Limits, collection: usize, cells: Vec<(&'static str, Cell)>) -> Vec<String> {
        let row = Row {
            id: "x".to_owned(),
            name: None,
            state: State::new("ok", Tone::Good),
            region: Region::parse("us-east-1").unwrap(),
            account: Account::new("123456789012"),
            cells,
        };
        let info = &SERVICE.collections[collection];
        reasons(&SERVICE, info, &row, now(), limits)
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
                vec![("taken", ago(181 * 24)), ("spoilt", Cell::Flag(true))]
            ),
            ["it is spoilt"]
        );
    }

    #[test]
    fn how_old_is_old_is_configured_but_a_limit_of_the_service_stays() {
        let limits = |days: i64| Limits {
            old: SignedDuration::from_hours(days * 24),
            ..Limits::default()
        };
        let taken = || vec![("taken", ago(200 * 24))];
        assert!(within(limits(400), 1, taken()).is_empty());
        assert_eq!(within(limits(90), 1, taken()), ["older than 90 days"]);
        let spoilt = [taken(), vec![("spoilt", Cell::Flag(true))]].concat();
        assert_eq!(within(limits(400), 1, spoilt), ["it is spoilt"]);
    }
}
