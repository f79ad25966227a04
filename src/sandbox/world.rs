//! The simulated world: everything that requests can see and change.
//!
//! Invariants: its state at any time is a function of what is stored and of that time; only
//! requests change it. It holds no clock, no faults and no log.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::identity::Identity;
use super::ids::Ids;
use super::permissions::{Permissions, Reason};
use super::scenario::Scenario;
use super::services::directory::{Directories, Scale};
use super::services::dlm::Policies;
use super::services::ec2::Ebs;
use super::services::iam::Iam;
use super::services::s3::Buckets;
use super::services::search::Domains;
use super::throttling::Throttling;

/// The account and what is in it.
pub(crate) struct World {
    pub(crate) identity: Identity,
    pub(crate) permissions: Permissions,
    pub(crate) directories: Directories,
    pub(crate) ebs: Ebs,
    pub(crate) policies: Policies,
    pub(crate) iam: Iam,
    pub(crate) buckets: Buckets,
    pub(crate) domains: Domains,
    /// None: nothing is throttled.
    pub(crate) throttling: Option<Throttling>,
}

/// Why a thing could not be made to fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CannotFail {
    /// Nothing has this id.
    Unknown,
    /// It is in this state, in which nothing is running.
    NotRunning(String),
}

impl World {
    /// The world of a scenario, whose ages count back from `now`.
    pub(crate) fn new(scenario: &Scenario, now: Timestamp) -> Self {
        let ids = Ids::new(scenario.seed);
        let scale = Scale {
            snapshots: scenario.scale,
            region: &scenario.region,
        };
        let mut world = Self {
            identity: Identity::new(&scenario.account),
            permissions: Permissions::new(scenario.denied.clone()),
            directories: Directories::new(ids, &scenario.directories, scale, now),
            ebs: Ebs::new(
                ids,
                &scenario.account,
                &scenario.ec2,
                scenario.scale,
                &scenario.region,
                now,
            ),
            policies: Policies::new(ids, &scenario.policies, now),
            domains: Domains::new(ids, &scenario.domains, scenario.scale, now),
            iam: Iam::new(ids, &scenario.account, &scenario.iam, now),
            buckets: Buckets::new(&scenario.buckets, &scenario.account, now),
            throttling: scenario.throttling.map(Throttling::new),
        };
        world.settle(now);
        world
    }

    /// Brings about what time alone brings about, up to now.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        self.policies.settle(&mut self.ebs, now);
        self.domains.settle(now);
    }

    /// Makes the running thing with this id end in its failed state.
    pub(crate) fn fail(&mut self, id: &str, now: Timestamp) -> Result<(), CannotFail> {
        match self
            .ebs
            .fail(id, now)
            .or_else(|| self.domains.fail(id, now))
        {
            Some(result) => result,
            None => self.directories.fail(id, now),
        }
    }

    pub(crate) fn to_json(&self, now: Timestamp) -> Value {
        let denied: Value = self
            .permissions
            .denials()
            .iter()
            .map(|denial| {
                json!({
                    "action": denial.action,
                    "resource": denial.resource,
                    "explicit": denial.reason == Reason::ExplicitDeny,
                })
            })
            .collect();
        json!({
            "account": self.identity.account(),
            "arn": self.identity.arn(),
            "denied": denied,
            "directories": self.directories.to_json(now),
            "ec2": self.ebs.to_json(now),
            "lifecycle_policies": self.policies.to_json(),
            "iam": self.iam.to_json(),
            "buckets": self.buckets.to_json(),
            "domains": self.domains.to_json(now),
        })
    }
}
