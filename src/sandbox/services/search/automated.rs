//! The snapshots that AWS makes of every domain, every hour.
//!
//! Invariants: they are kept for 14 days, and at most 336 of them; none is made while the cluster
//! is red. Those of the time before the sandbox began are made like those that come due.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::endpoints::snapshot_create::copy_of;
use super::index::Health;
use super::repository::Place;
use super::snapshot::{Course, Snapshot};
use super::store::Domains;
use crate::sandbox::clock::earlier;

const HOUR: i64 = 3600;
const KEPT: SignedDuration = SignedDuration::from_hours(14 * 24);
const MOST: usize = 336;
/// What has changed within an hour, in thousandths.
const INCREMENT: u64 = 30;

/// Where AWS keeps a domain's own snapshots.
pub(super) fn place(region: &str, domain: &str) -> Place {
    Place::Automated {
        domain: format!("{region}/{domain}"),
    }
}

/// Brings a domain's automated snapshots up to date.
pub(super) fn settle(domains: &mut Domains, number: usize, now: Timestamp) {
    let domain = domains.at(number);
    if !domain.cluster.automated || domain.facts.being_made {
        return;
    }
    let place = place(&domain.facts.region, &domain.facts.name);
    let oldest = earlier(now, KEPT);
    let created = domain.created;
    let newest = domains
        .vaults
        .stored(&place, Timestamp::MIN)
        .map(Snapshot::started)
        .max();
    let from = newest.unwrap_or(created).max(oldest).max(created);
    // Each domain has its own minute.
    let offset = i64::try_from(domains.arbitrary(number as u64 + 1) % 3600).unwrap_or_default();
    let first = (from.as_second() - offset).div_euclid(HOUR) + 1;
    let last = (now.as_second() - offset).div_euclid(HOUR);
    if first <= last && domains.at(number).cluster.health(now) != Health::Red {
        let contents = Arc::new(contents(domains, number, now));
        for hour in first..=last {
            let Ok(started) = Timestamp::from_second(hour * HOUR + offset) else {
                continue;
            };
            let snapshot = snapshot(domains, number, started, Arc::clone(&contents));
            domains.vaults.add(&place, snapshot);
        }
    }
    let Some(stored) = domains.vaults.stored_mut(&place) else {
        return;
    };
    let surplus = stored.len().saturating_sub(MOST);
    for (number, snapshot) in stored.iter_mut().enumerate() {
        if number < surplus || snapshot.started() < oldest {
            snapshot.deleted.get_or_insert(now);
        }
    }
}

fn contents(domains: &Domains, number: usize, now: Timestamp) -> Vec<super::snapshot::IndexCopy> {
    let cluster = &domains.at(number).cluster;
    let indices = cluster.indices.iter();
    indices
        .map(|(name, index)| copy_of(name, index, now))
        .collect()
}

fn snapshot(
    domains: &mut Domains,
    number: usize,
    started: Timestamp,
    contents: Arc<Vec<super::snapshot::IndexCopy>>,
) -> Snapshot {
    let unique = domains.new_number();
    let (one, other) = (domains.arbitrary(unique), domains.arbitrary(!unique));
    let hex = format!("{one:016x}{other:016x}");
    let id = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..32],
    ]
    .join("-");
    let facts = &domains.at(number).facts;
    let (engine, domain) = (facts.engine, facts.name.clone());
    let seconds = i64::try_from(20 + one % 40).unwrap_or(30);
    Snapshot {
        name: format!("{}.{id}", started.strftime("%Y-%m-%dt%H-%M-%S")),
        uuid: domains.new_uuid(),
        domain,
        version: engine,
        contents,
        global_state: true,
        metadata: None,
        course: Course::Past {
            started,
            took: SignedDuration::from_secs(seconds),
            failure: None,
            increment: INCREMENT,
        },
        deleted: None,
    }
}
