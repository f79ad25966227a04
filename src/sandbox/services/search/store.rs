//! All domains of the account.
//!
//! Invariants: a name is taken once a Region; domains are never added or removed while the sandbox
//! runs.

use std::net::SocketAddr;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::cluster::Cluster;
use super::domain::{Domain, DomainSeed};
use crate::sandbox::clock::earlier;

/// The domains.
#[derive(Debug, Default)]
pub(crate) struct Domains {
    domains: Vec<Domain>,
}

impl Domains {
    pub(crate) fn new(seeds: &[DomainSeed], now: Timestamp) -> Self {
        let domains = seeds
            .iter()
            .map(|seed| Domain {
                facts: seed.facts.clone(),
                created: earlier(now, seed.age),
                address: None,
                cluster: Cluster::default(),
            })
            .collect();
        Self { domains }
    }

    /// Those of a Region, in the order of the scenario.
    pub(crate) fn in_region<'a>(&'a self, region: &'a str) -> impl Iterator<Item = &'a Domain> {
        self.domains
            .iter()
            .filter(move |domain| domain.facts.region == region)
    }

    pub(crate) fn find(&self, name: &str, region: &str) -> Option<&Domain> {
        self.domains
            .iter()
            .find(|domain| domain.facts.name == name && domain.facts.region == region)
    }

    /// Says where the data plane of each domain is: in the order of the scenario.
    pub(crate) fn place(&mut self, addresses: &[Option<SocketAddr>]) {
        for (domain, address) in self.domains.iter_mut().zip(addresses) {
            domain.address = *address;
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        self.domains
            .iter()
            .map(|domain| {
                json!({
                    "name": domain.facts.name,
                    "region": domain.facts.region,
                    "engine": domain.facts.engine.to_string(),
                    "port": domain.address.map(|address| address.port()),
                    "url": domain.address.map(|address| format!("http://{address}")),
                    "reachable": domain.is_reachable(),
                })
            })
            .collect()
    }
}
