//! The data plane of OpenSearch and Elasticsearch domains: the engine, as far as snapshots and
//! their clients need it.
//!
//! ```text
//! domain     what a domain is: the control plane reads it    store   all domains
//! cluster    what is in a domain: index, repository (and what is stored where), policy
//!   snapshot   what is in a snapshot, and its state at a time
//!   plan       how long copying takes                        profile  what versions do differently
//! ask        what a request says      expression  several names at once
//! router     which endpoint it is for, and who may ask       routes   the table of them
//! endpoints  one file a subject
//! answer, error   what the engine says
//! automated, management   snapshots that are due by the time        cron
//! dashboards   an index that comes back when it is deleted
//! seed, seeding           the world to begin with            failing   on request
//! ```
//!
//! Invariants: an endpoint checks everything before it changes anything. The front end's refusals
//! (permissions, blocked requests, what registering a repository needs) are not the engine's.

mod answer;
mod ask;
mod automated;
mod cluster;
mod cron;
mod dashboards;
mod domain;
mod endpoints;
mod error;
mod expression;
mod failing;
mod index;
mod management;
mod names;
mod plan;
mod policy;
mod profile;
mod rename;
mod repository;
mod router;
mod routes;
mod seed;
mod seeding;
mod snapshot;
mod store;
#[cfg(test)]
mod tests;
mod work;

use super::{Context, Operation};
use crate::sandbox::call::Params;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::{Reply, Wait};

pub(crate) use self::domain::{Access, Domain, DomainSeed, Engine, Facts, Nodes, Product, Reach};
pub(crate) use self::seed::{
    AliasSeed, ClusterSeed, IndexSeed, PolicySeed, RepositorySeed, SnapshotSeed, SnapshotState,
};
pub(crate) use self::store::Domains;
pub(crate) use self::work::{Work, finished};

/// What a domain's cluster says of itself.
pub(crate) struct Condition {
    /// `green`, `yellow` or `red`.
    pub(crate) health: &'static str,
    pub(crate) shards: usize,
    pub(crate) unassigned: usize,
}

/// The condition of a domain's cluster at a time, for the control plane.
pub(crate) fn condition(domain: &Domain, now: jiff::Timestamp) -> Condition {
    endpoints::cluster::condition(&domain.cluster, now)
}

/// Would the engine take this policy? The error says why not.
pub(crate) fn check_policy(
    members: &serde_json::Map<String, serde_json::Value>,
    engine: Engine,
) -> Result<(), String> {
    if !engine.has_policies() {
        return Err(format!("{engine} has no Snapshot Management"));
    }
    policy::Policy::read(members, engine, jiff::Timestamp::UNIX_EPOCH)
        .map(|_| ())
        .map_err(|halt| match halt {
            error::Halt::Engine(error) => error.reason().to_owned(),
            error::Halt::FrontEnd(refusal) => refusal.message,
        })
}

/// Every request at a domain's port is one operation: the engine's.
pub(super) fn operation() -> Operation {
    Operation {
        resources,
        answer: respond,
    }
}

/// The ARN of what the path names in the domain.
fn resources(context: &mut Context<'_>) -> Vec<String> {
    let Params::Http(http) = &context.call.params else {
        return Vec::new();
    };
    let account = context.world.identity.account();
    let region = &context.call.region;
    let (domain, path) = (&http.domain, http.path.trim_start_matches('/'));
    vec![format!(
        "arn:aws:es:{region}:{account}:domain/{domain}/{path}"
    )]
}

fn respond(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let Params::Http(http) = &context.call.params else {
        return Ok(Reply::text(hyper::StatusCode::NOT_FOUND, ""));
    };
    let now = context.now;
    let region = context.call.region.clone();
    let Some(mut ask) = ask::Ask::new(context.world, http, &region, now) else {
        return Ok(Reply::text(hyper::StatusCode::NOT_FOUND, ""));
    };
    let answer = match router::answer(&mut ask) {
        Ok(answer) => answer,
        Err(error::Halt::Engine(error)) => error.answer(),
        Err(error::Halt::FrontEnd(refusal)) => return Err(refusal),
    };
    let pretty = matches!(ask.parameter("pretty"), Some("" | "true"));
    let filter = ask.parameter("filter_path").map(str::to_owned);
    let wait = answer.wait.clone();
    let mut reply = answer.reply(filter.as_deref(), pretty);
    reply.wait = wait.map(|work| Wait {
        work,
        gives_up: crate::sandbox::clock::later(now, answer::FRONT_END_WAITS),
    });
    // A settled world shows at once what the request brought about.
    context.world.settle(now);
    Ok(reply)
}
