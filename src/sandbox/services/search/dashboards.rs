//! Dashboards, which keeps its own things in an index of the cluster and makes it again soon after it
//! is deleted: a restore of everything meets it.
//!
//! Invariants: it touches nothing else, and nothing that is there.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, json};

use super::endpoints::index_create::{Wanted, make};
use super::store::Domains;

/// What the names of its indices begin with; its alias is just that.
pub(super) const PREFIX: &str = ".kibana";
/// How soon it notices.
pub(super) const DELAY: SignedDuration = SignedDuration::from_secs(10);
const INDEX: &str = ".kibana_1";

/// Brings about what is due.
pub(super) fn settle(domains: &mut Domains, place: usize, now: Timestamp) {
    let cluster = &mut domains.at_mut(place).cluster;
    let Some(due) = cluster.dashboards.filter(|due| *due <= now) else {
        return;
    };
    cluster.dashboards = None;
    let is_back = cluster.is_alias(PREFIX)
        || cluster.indices.contains_key(PREFIX)
        || cluster.indices.contains_key(INDEX);
    if is_back {
        return;
    }
    let wanted = Wanted {
        settings: BTreeMap::from([("hidden".to_owned(), "true".to_owned())]),
        mappings: json!({}),
        aliases: BTreeMap::from([(PREFIX.to_owned(), Map::new())]),
    };
    make(domains, place, INDEX, wanted, due);
}
