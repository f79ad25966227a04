//! Registered repositories, and the places that they store snapshots in.
//!
//! Invariants: several domains may register one place; what is in it is the same for all of them.
//! A place is never emptied by taking a registration back.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::snapshot::Snapshot;

/// A repository, as a domain has it registered.
#[derive(Debug, Clone)]
pub(super) struct Repository {
    pub(super) kind: String,
    /// As strings, as the engine shows them. None: AWS's own, which shows none.
    pub(super) settings: Option<BTreeMap<String, String>>,
    pub(super) place: Place,
}

/// Where snapshots are stored.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Bucket {
        bucket: String,
        base_path: String,
    },
    /// A file system that all nodes of a domain share.
    Directory {
        domain: String,
        location: String,
    },
    /// AWS's own bucket for a domain's automated snapshots.
    Automated {
        domain: String,
    },
    /// Where warm indices live.
    Warm {
        domain: String,
    },
}

impl Repository {
    pub(super) fn setting(&self, name: &str) -> Option<&str> {
        self.settings.as_ref()?.get(name).map(String::as_str)
    }

    pub(super) fn is_read_only(&self) -> bool {
        self.setting("readonly") == Some("true")
    }

    /// Does AWS keep it?
    pub(super) fn is_reserved(&self) -> bool {
        self.settings.is_none()
    }

    /// Bytes a second and node, for a setting such as `max_snapshot_bytes_per_sec`.
    pub(super) fn rate(&self, setting: &str) -> Option<u64> {
        bytes(self.setting(setting)?)
    }
}

/// `40mb`, `200kb`, `5gb`, `1024b`
pub(super) fn bytes(text: &str) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    let digits = text.find(|character: char| !character.is_ascii_digit() && character != '.');
    let (number, unit) = text.split_at(digits.unwrap_or(text.len()));
    let unit: u64 = match unit.trim() {
        "b" => 1,
        "kb" | "k" => 1 << 10,
        "mb" | "m" => 1 << 20,
        "gb" | "g" => 1 << 30,
        "tb" | "t" => 1 << 40,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(unit)
}

/// What is stored in all places.
#[derive(Debug, Default)]
pub(super) struct Vaults(BTreeMap<Place, Vec<Snapshot>>);

/// How many of the newest snapshots are looked through for data that need not be copied again.
const LOOKED_THROUGH: usize = 40;

impl Vaults {
    pub(super) fn add(&mut self, place: &Place, snapshot: Snapshot) {
        self.0.entry(place.clone()).or_default().push(snapshot);
    }

    /// Everything in a place that is not gone.
    pub(super) fn stored(&self, place: &Place, now: Timestamp) -> impl Iterator<Item = &Snapshot> {
        self.0
            .get(place)
            .into_iter()
            .flatten()
            .filter(move |snapshot| !snapshot.is_gone(now))
    }

    /// What a domain sees in a place: what others are still making is not there yet.
    pub(super) fn seen<'a>(
        &'a self,
        place: &Place,
        domain: &'a str,
        now: Timestamp,
    ) -> impl Iterator<Item = &'a Snapshot> {
        self.stored(place, now)
            .filter(move |snapshot| snapshot.domain == domain || !snapshot.is_running(now))
    }

    pub(super) fn stored_mut(&mut self, place: &Place) -> Option<&mut Vec<Snapshot>> {
        self.0.get_mut(place)
    }

    /// Forgets what is gone.
    pub(super) fn settle(&mut self, now: Timestamp) {
        for snapshots in self.0.values_mut() {
            if snapshots.iter().any(|snapshot| snapshot.is_gone(now)) {
                snapshots.retain(|snapshot| !snapshot.is_gone(now));
            }
        }
    }

    /// The keys of the segments of an index that a place has already.
    pub(super) fn keys(
        &self,
        place: &Place,
        index: &str,
        now: Timestamp,
    ) -> std::collections::HashSet<u64> {
        let Some(snapshots) = self.0.get(place) else {
            return std::collections::HashSet::new();
        };
        snapshots
            .iter()
            .rev()
            .take(LOOKED_THROUGH)
            .filter(|snapshot| !snapshot.is_gone(now))
            .filter(|snapshot| !snapshot.is_running(now) && snapshot.failure(now).is_none())
            .flat_map(|snapshot| {
                snapshot
                    .shards()
                    .filter(|shard| shard.index.name == index)
                    .filter(|shard| snapshot.failure_of(*shard, now).is_none())
            })
            .flat_map(|shard| shard.copy.segments.iter().map(|segment| segment.key))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_with_units() {
        assert_eq!(bytes("40mb"), Some(40 << 20));
        assert_eq!(bytes("200kb"), Some(200 << 10));
        assert_eq!(bytes("7b"), Some(7));
        for text in ["", "40", "mb", "x", "99999999999999tb"] {
            assert_eq!(bytes(text), None, "{text}");
        }
    }
}
