//! All domains of the account, and the places that their snapshots are stored in.
//!
//! Invariants: a name is taken once a Region; domains are never added or removed while the sandbox
//! runs. What time alone brings about (scheduled snapshots, the end of old ones) is brought about
//! before anything is looked at.

use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::domain::{Domain, DomainSeed};
use super::repository::Vaults;
use super::{automated, dashboards, management, seeding};
use crate::sandbox::ids::{Ids, Purpose};
use crate::sandbox::world::CannotFail;

/// The domains.
#[derive(Debug)]
pub(crate) struct Domains {
    all: Vec<Domain>,
    pub(super) vaults: Vaults,
    ids: Ids,
    /// How many identifiers were given out.
    last: u64,
}

impl Domains {
    /// The domains of a scenario, whose ages count back from `now`; `scale` snapshots are added to
    /// the first repository of a bucket.
    pub(crate) fn new(ids: Ids, seeds: &[DomainSeed], scale: usize, now: Timestamp) -> Self {
        let mut domains = Self {
            all: Vec::new(),
            vaults: Vaults::default(),
            ids,
            last: 0,
        };
        seeding::seed(&mut domains, seeds, scale, now);
        domains
    }

    pub(super) fn add(&mut self, domain: Domain) {
        self.all.push(domain);
    }

    /// An identifier as engines make them: 22 characters.
    pub(super) fn new_uuid(&mut self) -> String {
        let number = self.new_number();
        let mut bytes = [0; 16];
        let (front, back) = bytes.split_at_mut(8);
        front.copy_from_slice(&self.ids.wide(Purpose::SearchUuid, number).to_be_bytes());
        let arbitrary = self.ids.arbitrary(Purpose::SearchUuid, !number);
        back.copy_from_slice(&arbitrary.to_be_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// A number that nothing else has.
    pub(super) fn new_number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// An arbitrary value, by a number.
    pub(super) fn arbitrary(&self, number: u64) -> u64 {
        self.ids.arbitrary(Purpose::SearchValue, number)
    }

    /// All, in the order of the scenario.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Domain> {
        self.all.iter()
    }

    /// Those of a Region, in the order of the scenario.
    pub(crate) fn in_region<'a>(&'a self, region: &'a str) -> impl Iterator<Item = &'a Domain> {
        self.all
            .iter()
            .filter(move |domain| domain.facts.region == region)
    }

    pub(crate) fn find(&self, name: &str, region: &str) -> Option<&Domain> {
        self.all
            .iter()
            .find(|domain| domain.facts.name == name && domain.facts.region == region)
    }

    /// The place of a domain among all.
    pub(super) fn position(&self, name: &str, region: &str) -> Option<usize> {
        self.all
            .iter()
            .position(|domain| domain.facts.name == name && domain.facts.region == region)
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// The domain at a place that [`Self::position`] has told.
    pub(super) fn at(&self, place: usize) -> &Domain {
        &self.all[place]
    }

    pub(super) fn at_mut(&mut self, place: usize) -> &mut Domain {
        &mut self.all[place]
    }

    /// Says where the data plane of each domain is: in the order of the scenario.
    pub(crate) fn place(&mut self, addresses: &[Option<SocketAddr>]) {
        for (domain, address) in self.all.iter_mut().zip(addresses) {
            domain.address = *address;
        }
    }

    /// Brings about what time alone brings about, up to now.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        for place in 0..self.all.len() {
            automated::settle(self, place, now);
            management::settle(self, place, now);
            dashboards::settle(self, place, now);
            let cluster = &mut self.all[place].cluster;
            let restores = std::mem::take(&mut cluster.restores);
            cluster.restores = restores
                .into_iter()
                .filter(|restore| cluster.is_restoring(restore, now))
                .collect();
        }
        self.vaults.settle(now);
    }

    /// Makes what is running end in its failed state. None: the id is not of a domain.
    ///
    /// `domain/repository/snapshot` is a snapshot, or the restores from it if it is over;
    /// `domain/index` is the restore of an index.
    pub(crate) fn fail(&mut self, id: &str, now: Timestamp) -> Option<Result<(), CannotFail>> {
        let (domain, rest) = id.split_once('/')?;
        let place = self
            .all
            .iter()
            .position(|known| known.facts.name == domain)?;
        Some(match rest.split_once('/') {
            Some((repository, snapshot)) => {
                super::failing::snapshot(self, place, (repository, snapshot), now)
            }
            None => super::failing::index(self, place, rest, now),
        })
    }

    pub(crate) fn to_json(&self, now: Timestamp) -> Value {
        self.all
            .iter()
            .map(|domain| {
                let mut shown = json!({
                    "name": domain.facts.name,
                    "region": domain.facts.region,
                    "engine": domain.facts.engine.to_string(),
                    "port": domain.address.map(|address| address.port()),
                    "url": domain.address.map(|address| format!("http://{address}")),
                    "reachable": domain.is_reachable(),
                });
                shown["repositories"] = domain
                    .cluster
                    .repositories
                    .iter()
                    .map(|(name, repository)| {
                        let snapshots = self.vaults.stored(&repository.place, now);
                        let running = self
                            .vaults
                            .stored(&repository.place, now)
                            .filter(|snapshot| snapshot.is_running(now))
                            .map(|snapshot| snapshot.name.clone());
                        let names: Vec<&str> =
                            snapshots.map(|snapshot| snapshot.name.as_str()).collect();
                        json!({
                            "name": name,
                            "type": repository.kind,
                            "settings": repository.settings,
                            "snapshots": names.len(),
                            "snapshot_names": names,
                            "running": running.collect::<Vec<_>>(),
                        })
                    })
                    .collect();
                shown["policies"] = domain
                    .cluster
                    .policies
                    .iter()
                    .map(|(name, policy)| {
                        json!({
                            "name": name,
                            "repository": policy.repository,
                            "enabled": policy.enabled,
                            "policy": policy.members,
                        })
                    })
                    .collect();
                shown["indices"] = domain
                    .cluster
                    .indices
                    .iter()
                    .map(|(name, index)| {
                        let health = index.health(domain.cluster.nodes.len(), now);
                        json!({
                            "name": name,
                            "health": health.name(),
                            "aliases": index.aliases.keys().collect::<Vec<_>>(),
                        })
                    })
                    .collect();
                shown
            })
            .collect()
    }
}
