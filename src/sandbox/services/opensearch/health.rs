//! The health of a domain.
//!
//! Invariants: all nodes are there; what is wrong with a cluster is wrong with its shards. Numbers
//! are texts, and `NotAvailable` while there is no cluster to ask.

use serde_json::{Value, json};

use super::show;
use crate::sandbox::services::search::{Condition, Domain, Nodes};

/// The reply of `DescribeDomainHealth`.
pub(super) fn health(domain: &Domain, cluster: &Condition) -> Value {
    let facts = &domain.facts;
    if facts.being_made {
        let unknown = "NotAvailable";
        return json!({
            "DomainState": unknown,
            "AvailabilityZoneCount": unknown,
            "ActiveAvailabilityZoneCount": unknown,
            "StandByAvailabilityZoneCount": unknown,
            "DataNodeCount": unknown,
            "DedicatedMaster": facts.manager_nodes.is_some(),
            "MasterEligibleNodeCount": unknown,
            "WarmNodeCount": unknown,
            "MasterNode": "UnAvailable",
            "ClusterHealth": unknown,
            "TotalShards": unknown,
            "TotalUnAssignedShards": unknown,
            "EnvironmentInformation": [],
        });
    }
    let state = if facts.processing || facts.upgrading {
        "Processing"
    } else {
        "Active"
    };
    let count = |nodes: Option<&Nodes>| nodes.map_or(0, |nodes| nodes.count).to_string();
    let zones = show::zones(facts);
    let managers = facts.manager_nodes.as_ref().unwrap_or(&facts.data_nodes);
    json!({
        "DomainState": state,
        "AvailabilityZoneCount": zones.to_string(),
        "ActiveAvailabilityZoneCount": zones.to_string(),
        "StandByAvailabilityZoneCount": "0",
        "DataNodeCount": count(Some(&facts.data_nodes)),
        "DedicatedMaster": facts.manager_nodes.is_some(),
        "MasterEligibleNodeCount": count(Some(managers)),
        "WarmNodeCount": count(facts.warm_nodes.as_ref()),
        "MasterNode": "Available",
        "ClusterHealth": capitalized(cluster.health),
        "TotalShards": cluster.shards.to_string(),
        "TotalUnAssignedShards": cluster.unassigned.to_string(),
        "EnvironmentInformation": environment(domain, cluster, zones),
    })
}

/// The nodes by zone; the first zones have what cannot be spread evenly.
fn environment(domain: &Domain, cluster: &Condition, zones: usize) -> Value {
    let facts = &domain.facts;
    let share = |total: usize, place: usize| total / zones + usize::from(place < total % zones);
    let nodes = usize::try_from(facts.data_nodes.count).unwrap_or(usize::MAX);
    let information: Value = ('a'..='f')
        .take(zones)
        .enumerate()
        .map(|(place, letter)| {
            let nodes = share(nodes, place).to_string();
            json!({
                "AvailabilityZoneName": format!("{}{letter}", facts.region),
                "ZoneStatus": "Active",
                "ConfiguredDataNodeCount": nodes,
                "AvailableDataNodeCount": nodes,
                "TotalShards": share(cluster.shards, place).to_string(),
                "TotalUnAssignedShards": share(cluster.unassigned, place).to_string(),
            })
        })
        .collect();
    json!([{ "AvailabilityZoneInformation": information }])
}

/// `Green` for `green`.
fn capitalized(word: &str) -> String {
    let mut word = word.to_owned();
    if let Some(first) = word.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    word
}
