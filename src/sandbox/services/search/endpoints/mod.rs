//! The endpoints of the engine: one file a subject.
//!
//! ```text
//! repositories (registration: what AWS asks before)
//! snapshot_create, snapshot_get, snapshot_status, snapshot_delete   snapshots_shown
//! restore (restore_request, restore_check), recovery
//! indices (index_create), aliases, documents, cluster, policies
//! cat, cat_snapshots   table
//! ```

pub(super) mod aliases;
pub(super) mod cat;
pub(super) mod cat_snapshots;
pub(super) mod cluster;
pub(super) mod documents;
pub(super) mod index_create;
pub(super) mod indices;
pub(super) mod policies;
pub(super) mod recovery;
pub(super) mod registration;
pub(super) mod repositories;
pub(super) mod restore;
mod restore_check;
mod restore_request;
pub(super) mod snapshot_create;
pub(super) mod snapshot_delete;
pub(super) mod snapshot_get;
pub(super) mod snapshot_status;
pub(super) mod snapshots_shown;
mod table;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// A time as engines write it.
pub(super) fn time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// Milliseconds since 1970.
pub(super) fn millis(time: Timestamp) -> i64 {
    time.as_millisecond()
}

/// `400ms`, `1.2s`, `3.4m`, `5h`
fn duration(duration: SignedDuration) -> String {
    let millis = duration.as_millis();
    let units = [
        (86_400_000, "d"),
        (3_600_000, "h"),
        (60_000, "m"),
        (1000, "s"),
    ];
    match units.iter().find(|(worth, _)| millis >= *worth) {
        Some((worth, unit)) => {
            let tenths = millis * 10 / worth;
            if tenths % 10 == 0 {
                format!("{}{unit}", tenths / 10)
            } else {
                format!("{}.{}{unit}", tenths / 10, tenths % 10)
            }
        }
        None if millis == 0 => "0s".to_owned(),
        None => format!("{millis}ms"),
    }
}

/// `25.2%`
fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "0.0%".to_owned();
    }
    let tenths = u128::from(part) * 1000 / u128::from(whole);
    format!("{}.{}%", tenths / 10, tenths % 10)
}

/// `_shards` of a reply, all of them successful.
fn shards(total: usize) -> Value {
    json!({ "total": total, "successful": total, "failed": 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_shares() {
        for (millis, text) in [
            (0, "0s"),
            (400, "400ms"),
            (1200, "1.2s"),
            (60_000, "1m"),
            (90_000, "1.5m"),
            (86_400_000, "1d"),
        ] {
            assert_eq!(duration(SignedDuration::from_millis(millis)), text);
        }
        assert_eq!(percent(656_097, 2_600_783), "25.2%");
        assert_eq!(percent(0, 0), "0.0%");
    }
}
