//! What a whole list comes to: how many rows, and how well they are backed up.

use jiff::{SignedDuration, Timestamp};

use crate::domain::row::{Cell, Row};

use super::{listing::Listing, store::Kind};

/// A resource whose newest recovery point is older than this counts as one without.
pub(crate) const RECENT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What a whole list comes to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    /// How many rows there are.
    pub(crate) rows: usize,
    /// How many have no recent recovery point; `None` where rows are not what is backed up.
    pub(crate) without: Option<usize>,
    /// How many need a look.
    pub(crate) calls: usize,
    /// The newest recovery point.
    pub(crate) newest: Option<Timestamp>,
    /// The oldest of the recovery points, or of the resources' newest ones.
    pub(crate) oldest: Option<Timestamp>,
}

impl Summary {
    /// What the rows of a list come to at a moment.
    pub(crate) fn of(kind: Kind, rows: &Listing, now: Timestamp) -> Self {
        let collection = kind.collection;
        let point = collection.newest_point;
        let taken = collection.points.as_ref().map(|points| points.taken);
        let mut summary = Self {
            rows: rows.len(),
            without: point.map(|_| 0),
            ..Self::default()
        };
        for row in rows.rows() {
            if !(collection.attention)(row, now).is_empty() {
                summary.calls += 1;
            }
            let Some(key) = point.or(taken) else { continue };
            let time = moment(row, key);
            summary.newest = summary.newest.max(time);
            summary.oldest = match (summary.oldest, time) {
                (Some(oldest), Some(time)) => Some(oldest.min(time)),
                (oldest, time) => oldest.or(time),
            };
            // What forbids recovery points altogether is not a lack of them.
            let known = !matches!(row.cell(key), Cell::Pending | Cell::Unknown);
            let wants = known && !is_forbidden(kind, row);
            let old = time.is_none_or(|time| now.duration_since(time) > RECENT);
            if let Some(without) = summary.without.as_mut().filter(|_| wants && old) {
                *without += 1;
            }
        }
        summary
    }
}

fn moment(row: &Row, key: &str) -> Option<Timestamp> {
    match row.cell(key) {
        Cell::Time(time) => Some(*time),
        _ => None,
    }
}

fn is_forbidden(kind: Kind, row: &Row) -> bool {
    kind.children().any(|child| {
        let member = child.collection.none_because;
        member.is_some_and(|member| matches!(row.cell(member), Cell::Text(_)))
    })
}
