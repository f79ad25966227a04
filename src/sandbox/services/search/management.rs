//! Snapshot Management: the snapshots that a cluster's own policies make and delete.
//!
//! Invariants: what is due is done in the order of time, soon after it is due; a policy deletes
//! only what it has made itself.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::cron::Cron;
use super::domain::Engine;
use super::endpoints::snapshot_create::{Wanted, make};
use super::error::{Halt, illegal_argument};
use super::policy::{Execution, Keeps, Policy};
use super::repository::Repository;
use super::snapshot::{Snapshot, State};
use super::store::Domains;
use crate::sandbox::clock::{earlier, later};
use crate::sandbox::texts::search_form as form;

/// How long after the due time the work begins.
const DELAY: SignedDuration = SignedDuration::from_secs(12);
/// The most that is caught up on at a time.
const MOST: usize = 500;
/// The metadata by which a policy knows its own.
const MARK: &str = "sm_policy";

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Creation,
    Deletion,
}

/// Brings a cluster's policies up to date.
pub(super) fn settle(domains: &mut Domains, place: usize, now: Timestamp) {
    let names: Vec<String> = domains.at(place).cluster.policies.keys().cloned().collect();
    for name in names {
        let until = earlier(now, DELAY);
        let Some(policy) = domains.at_mut(place).cluster.policies.get_mut(&name) else {
            continue;
        };
        let from = policy.done_until;
        if until <= from {
            continue;
        }
        policy.done_until = until;
        if !policy.enabled {
            continue;
        }
        let creations = policy.creation.due(from, until);
        let mut due: Vec<(Timestamp, Due)> = creations
            .iter()
            .map(|time| (*time, Due::Creation))
            .collect();
        if policy.keeps.is_some() {
            let deletions = match &policy.deletion {
                Some(cron) => cron.due(from, until),
                None => creations,
            };
            due.extend(deletions.into_iter().map(|time| (time, Due::Deletion)));
        }
        due.sort_unstable();
        let skipped = due.len().saturating_sub(MOST);
        for (time, what) in due.into_iter().skip(skipped) {
            match what {
                Due::Creation => create(domains, place, &name, later(time, DELAY)),
                Due::Deletion => delete(domains, place, &name, later(time, DELAY)),
            }
        }
    }
}

fn repository_of(domains: &Domains, place: usize, policy: &str) -> Option<(String, Repository)> {
    let cluster = &domains.at(place).cluster;
    let name = &cluster.policies.get(policy)?.repository;
    Some((name.clone(), cluster.repositories.get(name)?.clone()))
}

fn create(domains: &mut Domains, place: usize, name: &str, time: Timestamp) {
    let engine = domains.at(place).facts.engine;
    let Some(policy) = domains.at(place).cluster.policies.get(name) else {
        return;
    };
    let config = policy.config();
    let mut wanted = Wanted::read(&config, engine).unwrap_or_default();
    let mut metadata = wanted.metadata.take().unwrap_or_default();
    metadata.insert(MARK.to_owned(), json!(name));
    wanted.metadata = Some(metadata);
    let number = domains.new_number();
    let random: String = format!("{:016x}", domains.arbitrary(number))
        .chars()
        .map(|digit| match digit {
            // Letters only, as the engine's own.
            '0'..='9' => char::from(b'g' + (digit as u8 - b'0')),
            letter => letter,
        })
        .take(8)
        .collect();
    let date = time.strftime("%Y-%m-%dt%H:%M:%S");
    let snapshot = format!("{name}-{date}-{random}");
    let problem = match repository_of(domains, place, name) {
        None => Some(form::POLICY_NO_REPOSITORY.plain()),
        Some((repository, registered)) => {
            let made = make(
                domains,
                place,
                (&repository, &registered),
                &snapshot,
                &wanted,
                time,
            );
            made.err().map(|halt| match halt {
                Halt::Engine(error) => error.reason().to_owned(),
                Halt::FrontEnd(refusal) => refusal.message,
            })
        }
    };
    if let Some(policy) = domains.at_mut(place).cluster.policies.get_mut(name) {
        policy.latest = Some(Execution {
            started: time,
            snapshot,
            problem,
        });
    }
}

fn delete(domains: &mut Domains, place: usize, name: &str, time: Timestamp) {
    let Some((_, repository)) = repository_of(domains, place, name) else {
        return;
    };
    let keeps = domains
        .at(place)
        .cluster
        .policies
        .get(name)
        .and_then(|policy| policy.keeps);
    let Some(keeps) = keeps else {
        return;
    };
    let Some(stored) = domains.vaults.stored_mut(&repository.place) else {
        return;
    };
    let is_own = |snapshot: &Snapshot| {
        let mark = snapshot
            .metadata
            .as_ref()
            .and_then(|metadata| metadata.get(MARK));
        mark.and_then(Value::as_str) == Some(name)
    };
    let mut own: Vec<&mut Snapshot> = stored
        .iter_mut()
        .filter(|snapshot| is_own(snapshot) && !snapshot.is_gone(time))
        .filter(|snapshot| snapshot.state(time) != State::InProgress)
        .collect();
    own.sort_by_key(|snapshot| snapshot.started());
    let mut left = own.len();
    let at_least = keeps.at_least.unwrap_or(1);
    for snapshot in own {
        let is_old = keeps
            .age
            .is_some_and(|age| time.duration_since(snapshot.started()).as_secs() > age);
        let is_surplus = keeps.at_most.is_some_and(|most| left > most);
        if (is_old && left > at_least) || is_surplus {
            snapshot.deleted = Some(time);
            left -= 1;
        }
    }
}

impl Policy {
    /// Reads a policy as a request says it.
    pub(super) fn read(
        members: &Map<String, Value>,
        engine: Engine,
        now: Timestamp,
    ) -> Result<Self, Halt> {
        const KNOWN: [&str; 8] = [
            "description",
            "creation",
            "deletion",
            "snapshot_config",
            "enabled",
            "notification",
            "name",
            "schedule",
        ];
        if let Some(unknown) = members.keys().find(|key| !KNOWN.contains(&key.as_str())) {
            let text = form::POLICY_FIELD.with(&[unknown]);
            return Err(illegal_argument(text));
        }
        let missing = |what: &str| illegal_argument(form::POLICY_NEEDS.with(&[what]));
        let creation = members
            .get("creation")
            .and_then(Value::as_object)
            .ok_or_else(|| missing("creation"))?;
        let config = members
            .get("snapshot_config")
            .and_then(Value::as_object)
            .ok_or_else(|| missing("snapshot_config"))?;
        let repository = config
            .get("repository")
            .and_then(Value::as_str)
            .ok_or_else(|| missing("repository in snapshot_config"))?;
        Wanted::read(config, engine)?;
        let deletion = members.get("deletion").and_then(Value::as_object);
        Ok(Self {
            creation: cron(creation)?.ok_or_else(|| missing("creation.schedule"))?,
            deletion: deletion.map(cron).transpose()?.flatten(),
            keeps: deletion.map(keeps).transpose()?,
            repository: repository.to_owned(),
            enabled: members.get("enabled") != Some(&json!(false)),
            enabled_since: now,
            updated: now,
            sequence: 0,
            done_until: now,
            latest: None,
            members: members
                .iter()
                .filter(|(key, _)| !matches!(key.as_str(), "enabled" | "name" | "schedule"))
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect(),
        })
    }

    /// `snapshot_config`
    fn config(&self) -> Map<String, Value> {
        let config = self
            .members
            .get("snapshot_config")
            .and_then(Value::as_object);
        config.cloned().unwrap_or_default()
    }
}

/// `{"schedule": {"cron": {"expression": "0 2 * * *", "timezone": "UTC"}}}`
fn cron(members: &Map<String, Value>) -> Result<Option<Cron>, Halt> {
    let Some(schedule) = members.get("schedule") else {
        return Ok(None);
    };
    let text = |name: &str| {
        schedule
            .pointer(&format!("/cron/{name}"))
            .and_then(Value::as_str)
    };
    let expression = text("expression")
        .ok_or_else(|| illegal_argument(form::POLICY_NEEDS.with(&["schedule.cron.expression"])))?;
    let zone = text("timezone").unwrap_or("UTC");
    Cron::read(expression, zone)
        .map(Some)
        .map_err(illegal_argument)
}

fn keeps(members: &Map<String, Value>) -> Result<Keeps, Halt> {
    let Some(condition) = members.get("condition").and_then(Value::as_object) else {
        return Err(illegal_argument(
            form::POLICY_NEEDS.with(&["deletion.condition"]),
        ));
    };
    let count = |name: &str| match condition.get(name) {
        None => Ok(None),
        Some(value) => value
            .as_u64()
            .and_then(|count| usize::try_from(count).ok())
            .filter(|count| (1..=400).contains(count))
            .map(Some)
            .ok_or_else(|| illegal_argument(form::POLICY_COUNT.with(&[name]))),
    };
    let age = match condition.get("max_age").and_then(Value::as_str) {
        None => None,
        Some(text) => {
            Some(seconds(text).ok_or_else(|| illegal_argument(form::POLICY_AGE.with(&[text])))?)
        }
    };
    let keeps = Keeps {
        age,
        at_least: count("min_count")?,
        at_most: count("max_count")?,
    };
    match (keeps.at_least, keeps.at_most) {
        (Some(least), Some(most)) if least > most => {
            Err(illegal_argument(form::POLICY_COUNTS.plain()))
        }
        _ => Ok(keeps),
    }
}

/// `7d`, `12h`
fn seconds(text: &str) -> Option<i64> {
    let digits = text.find(|character: char| !character.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let unit = match unit {
        "d" => 86_400,
        "h" => 3600,
        "m" => 60,
        "s" => 1,
        _ => return None,
    };
    number.parse::<i64>().ok()?.checked_mul(unit)
}
