//! The policies, and what they make as time passes.
//!
//! Invariants: what was made by a time depends on the policies and that time alone, not on how
//! often anybody looked: every look first makes up for the time since the last. A leap of more
//! than [`FURTHEST`] makes only the snapshots of its end. What a policy did not make, it does not
//! delete.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::details::{Covers, Details, is_taken};
use super::schedule::{Keeps, Schedule};
use crate::sandbox::clock::{earlier, later};
use crate::sandbox::ids::{Ids, Purpose};
use crate::sandbox::services::ec2::{Candidate, Ebs, NewSnapshot, SnapshotId, Tags, VolumeId};
use crate::sandbox::word::Word;

/// How long after the due time the work begins at the latest, in seconds.
const WINDOW: i64 = 3600;
const FURTHEST: SignedDuration = SignedDuration::from_hours(400 * 24);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Enabled,
    Disabled,
    Error,
}

impl Word for State {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("ENABLED", Self::Enabled),
        ("DISABLED", Self::Disabled),
        ("ERROR", Self::Error),
    ];
}

/// A policy to begin with.
#[derive(Debug, Clone)]
pub(crate) struct PolicySeed {
    pub(crate) id: String,
    pub(crate) region: String,
    pub(crate) description: String,
    pub(crate) role: String,
    pub(crate) state: State,
    pub(crate) status_message: Option<String>,
    /// `PolicyDetails`, as a request would say it.
    pub(crate) details: Map<String, Value>,
    pub(crate) age: SignedDuration,
    /// How many days ago it missed its snapshots.
    pub(crate) missed: Vec<SignedDuration>,
}

/// What requests say of a policy.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) id: String,
    pub(super) region: String,
    pub(super) description: String,
    pub(super) role: String,
    pub(super) tags: Map<String, Value>,
    pub(super) details: Details,
}

#[derive(Debug)]
pub(super) struct Policy {
    pub(super) facts: Facts,
    pub(super) state: State,
    pub(super) status_message: Option<String>,
    pub(super) created: Timestamp,
    pub(super) modified: Timestamp,
    /// Up to when its work is done.
    settled: Timestamp,
    /// Due times in these ranges are passed over.
    missed: Vec<std::ops::Range<i64>>,
    /// The snapshots that are kept, oldest first, by schedule and volume.
    made: HashMap<(String, VolumeId), Vec<SnapshotId>>,
}

impl Policy {
    pub(super) fn new(facts: Facts, state: State, now: Timestamp) -> Self {
        Self {
            facts,
            state,
            status_message: None,
            created: now,
            modified: now,
            settled: now,
            missed: Vec::new(),
            made: HashMap::new(),
        }
    }

    /// Does what was to be done up to now.
    fn settle(&mut self, ids: Ids, ebs: &mut Ebs, now: Timestamp) {
        // Also what comes back from the Recycle Bin is no longer this policy's.
        for kept in self.made.values_mut() {
            kept.retain(|id| ebs.is_kept(*id));
        }
        let from = self.settled.max(earlier(now, FURTHEST));
        if now <= from {
            return;
        }
        self.settled = now;
        if self.state != State::Enabled {
            return;
        }
        let mut begins: Vec<(Timestamp, usize)> = Vec::new();
        for (place, schedule) in self.facts.details.schedules.iter().enumerate() {
            let due = schedule.due(from.as_second() - WINDOW..now.as_second() + 1);
            let kept = due.filter(|due| !self.missed.iter().any(|missed| missed.contains(due)));
            begins.extend(
                kept.filter_map(|due| Timestamp::from_second(due + self.delay(ids, due)).ok())
                    .filter(|begin| from < *begin && *begin <= now)
                    .map(|begin| (begin, place)),
            );
        }
        begins.sort();
        let schedules = self.facts.details.schedules.clone();
        for (begin, place) in begins {
            if let Some(schedule) = schedules.get(place) {
                self.run(schedule, ebs, begin);
            }
        }
        for schedule in &schedules {
            if let Keeps::Age(age) = schedule.keeps {
                self.expire(schedule, age, ebs, now);
            }
        }
    }

    /// How many seconds after a due time the work begins.
    fn delay(&self, ids: Ids, due: i64) -> i64 {
        let digits = self.facts.id.bytes().fold(0_u64, |number, byte| {
            number.wrapping_mul(31).wrapping_add(byte.into())
        });
        let arbitrary = ids.arbitrary(Purpose::ScheduleDelay, digits ^ due.cast_unsigned());
        (arbitrary % WINDOW.cast_unsigned()).cast_signed()
    }

    /// Makes the snapshots of a schedule, and deletes the oldest that are too many.
    fn run(&mut self, schedule: &Schedule, ebs: &mut Ebs, at: Timestamp) {
        for set in self.planned(schedule, ebs, at) {
            let volumes: Vec<VolumeId> = set.iter().map(|new| new.volume).collect();
            let made = match set.len() {
                1 => set
                    .into_iter()
                    .filter_map(|new| ebs.begin_snapshot(new))
                    .collect(),
                _ => ebs.begin_set(set),
            };
            for (volume, id) in volumes.into_iter().zip(made) {
                let kept = self
                    .made
                    .entry((schedule.name.clone(), volume))
                    .or_default();
                kept.push(id);
                kept.retain(|id| ebs.is_kept(*id));
                if let Keeps::Count(count) = schedule.keeps {
                    let too_many = kept.len().saturating_sub(count);
                    for id in kept.drain(..too_many) {
                        ebs.delete_unless_locked(id, at);
                    }
                }
            }
        }
    }

    /// What a run of a schedule makes: sets of one snapshot or, of an instance, of several.
    fn planned(&self, schedule: &Schedule, ebs: &Ebs, at: Timestamp) -> Vec<Vec<NewSnapshot>> {
        let (details, region) = (&self.facts.details, self.facts.region.as_str());
        let alone = |volume: Candidate<'_>| vec![self.new_snapshot(schedule, &volume, None, at)];
        match &details.covers {
            Covers::Volumes => ebs
                .candidates(region, at)
                .filter(|volume| volume.tags.has_one_of(&details.targets))
                .map(alone)
                .collect(),
            Covers::Everything { exclusions, recent } => ebs
                .candidates(region, at)
                .filter(|volume| !exclusions.leave_out(volume))
                .filter(|volume| {
                    let newest = ebs.newest_of(volume.id, at);
                    newest.is_none_or(|newest| later(newest, *recent) <= at)
                })
                .map(alone)
                .collect(),
            Covers::Instances {
                without_root,
                without,
            } => ebs
                .instances_with_one_of(&details.targets, region, at)
                .into_iter()
                .map(|(instance, volumes)| {
                    let instance = instance.to_string();
                    volumes
                        .iter()
                        .filter(|volume| is_taken(volume, *without_root, without))
                        .map(|volume| self.new_snapshot(schedule, volume, Some(&instance), at))
                        .collect::<Vec<_>>()
                })
                .filter(|set| !set.is_empty())
                .collect(),
        }
    }

    fn new_snapshot(
        &self,
        schedule: &Schedule,
        volume: &Candidate<'_>,
        instance: Option<&str>,
        at: Timestamp,
    ) -> NewSnapshot {
        let id = &self.facts.id;
        let mut tags = if schedule.copies_tags {
            volume.tags.of_users()
        } else {
            Tags::default()
        };
        for (key, value) in &schedule.adds {
            tags.set(key.clone(), value.clone());
        }
        for (key, value) in schedule.variable_tags(instance.unwrap_or_default(), at) {
            tags.set(key.to_owned(), value);
        }
        let mut own = |key: &str, value: String| tags.set(key.to_owned(), value);
        own("aws:dlm:lifecycle-policy-id", id.clone());
        own("aws:dlm:lifecycle-schedule-name", schedule.name.clone());
        own("dlm:managed", "true".to_owned());
        if let Keeps::Age(age) = schedule.keeps {
            own("aws:dlm:expirationTime", later(at, age).to_string());
        }
        NewSnapshot {
            volume: volume.id,
            started: at,
            description: format!("Created for policy: {id} schedule: {}", schedule.name),
            tags,
            set: None,
        }
    }

    /// Deletes what is old enough, but never the last of a volume.
    fn expire(&mut self, schedule: &Schedule, age: SignedDuration, ebs: &mut Ebs, now: Timestamp) {
        let lists = self
            .made
            .iter_mut()
            .filter(|((name, _), _)| *name == schedule.name);
        for (_, kept) in lists {
            kept.retain(|id| ebs.is_kept(*id));
            let old = kept
                .iter()
                .take(kept.len().saturating_sub(1))
                .filter_map(|id| Some((*id, later(ebs.started(*id)?, age))))
                .take_while(|(_, expires)| *expires <= now);
            let old: Vec<(SnapshotId, Timestamp)> = old.collect();
            for (id, expires) in old {
                ebs.delete_unless_locked(id, expires);
                kept.retain(|known| *known != id);
            }
        }
    }
}

/// The policies of the account, in every Region.
pub(crate) struct Policies {
    ids: Ids,
    last_number: u64,
    list: Vec<Policy>,
}

impl Policies {
    /// The scenario's policies, which have done nothing yet.
    pub(crate) fn new(ids: Ids, seeds: &[PolicySeed], now: Timestamp) -> Self {
        let mut policies = Self {
            ids,
            last_number: 0,
            list: Vec::new(),
        };
        for seed in seeds {
            // The scenario's reader has found the details to be good ones.
            let Ok(details) = Details::read(&seed.details, now) else {
                continue;
            };
            let facts = Facts {
                id: seed.id.clone(),
                region: seed.region.clone(),
                description: seed.description.clone(),
                role: seed.role.clone(),
                tags: Map::new(),
                details,
            };
            let mut policy = Policy::new(facts, seed.state, earlier(now, seed.age));
            policy.status_message.clone_from(&seed.status_message);
            policy.missed = seed
                .missed
                .iter()
                .map(|age| {
                    let end = earlier(now, *age).as_second() + 1;
                    end - 86_400..end
                })
                .collect();
            policies.list.push(policy);
        }
        policies
    }

    /// Can a policy have these details? The text says why not.
    pub(crate) fn check(details: &Map<String, Value>) -> Result<(), String> {
        Details::read(details, Timestamp::UNIX_EPOCH)
            .map(|_| ())
            .map_err(|refusal| refusal.message)
    }

    /// Makes up for the time since the last look.
    pub(crate) fn settle(&mut self, ebs: &mut Ebs, now: Timestamp) {
        for policy in &mut self.list {
            policy.settle(self.ids, ebs, now);
        }
    }

    pub(super) fn new_id(&mut self) -> String {
        loop {
            self.last_number += 1;
            let number = self.ids.wide(Purpose::LifecyclePolicy, self.last_number);
            let id = format!("policy-0{number:016x}");
            if self.list.iter().all(|policy| policy.facts.id != id) {
                return id;
            }
        }
    }

    pub(super) fn add(&mut self, policy: Policy) {
        self.list.push(policy);
    }

    pub(super) fn in_region(&self, region: &str) -> impl Iterator<Item = &Policy> {
        self.list
            .iter()
            .filter(move |policy| policy.facts.region == region)
    }

    pub(super) fn find(&self, id: &str, region: &str) -> Option<&Policy> {
        self.in_region(region).find(|policy| policy.facts.id == id)
    }

    pub(super) fn find_mut(&mut self, id: &str) -> Option<&mut Policy> {
        self.list.iter_mut().find(|policy| policy.facts.id == id)
    }

    pub(super) fn remove(&mut self, id: &str) {
        self.list.retain(|policy| policy.facts.id != id);
    }

    /// The policies, as `/_sandbox/state` shows them.
    pub(crate) fn to_json(&self) -> Value {
        self.list
            .iter()
            .map(|policy| {
                json!({
                    "PolicyId": policy.facts.id,
                    "Region": policy.facts.region,
                    "State": policy.state.name(),
                    "Description": policy.facts.description,
                    "Settled": policy.settled.to_string(),
                    "PolicyDetails": policy.facts.details.shown,
                })
            })
            .collect()
    }
}
