//! Watching what is open, in batches, until it ends: the one task that looks at AWS by itself.
//!
//! Operations are looked at together by service and place, so a hundred of them cost one Describe
//! call a tick. What another process left `Requested` is taken up once that process is gone. While
//! nothing is open the task sleeps without a timer. Where an operation has a further call, it is
//! written down here and sent by a task of its own.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use futures_util::{StreamExt, stream::FuturesUnordered};
use tokio::time::Instant;

use super::{Engine, Operations, policy::jittered, submit::Sending};
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        lifecycle::{Lifecycle, Observation},
        operation::{Operation, OperationId},
        place::Place,
    },
    services::{Service, Trace},
};

type Group = (String, Place);

/// How long one look may take: credentials may come from a program that waits for somebody.
const LOOK: Duration = Duration::from_mins(2);

/// When to look at a group again.
#[derive(Debug, Clone, Copy)]
struct Due {
    at: Instant,
    failures: u32,
}

/// What the watcher remembers between looks.
#[derive(Default)]
struct Rounds {
    due: HashMap<Group, Due>,
    /// The operations as last announced here, and since when they have not changed.
    seen: HashMap<OperationId, (Operation, Instant)>,
    /// How often an operation's trace was looked for in vain.
    looks: HashMap<OperationId, u32>,
}

impl Operations {
    /// Resumes and watches every open operation, of this process and of earlier ones, for ever. One
    /// task of a process runs it.
    pub async fn watch(&self) {
        let engine = &self.0;
        let mut rounds = Rounds::default();
        loop {
            let sleep = match engine.round(&mut rounds).await {
                Ok(next) => {
                    engine
                        .trouble
                        .send_if_modified(|trouble| trouble.take().is_some());
                    next
                }
                Err(failure) => {
                    tracing::warn!(%failure, "the journal cannot be used; watching goes on");
                    engine.trouble.send_modify(|trouble| {
                        let times = trouble.as_ref().map_or(0, |(times, _)| *times);
                        *trouble = Some((times + 1, failure));
                    });
                    Some(Instant::now() + engine.policy.shortest)
                }
            };
            match sleep {
                None => engine.wake.notified().await,
                Some(at) => tokio::select! {
                    () = tokio::time::sleep_until(at) => {}
                    () = engine.wake.notified() => {}
                },
            }
        }
    }
}

impl Engine {
    /// One look at every group that is due. Answers when to look again; `None` while nothing is open.
    async fn round(self: &Arc<Self>, rounds: &mut Rounds) -> Result<Option<Instant>, Failure> {
        let open = self
            .records
            .with(crate::journal::Journal::open_operations)
            .await?;
        self.catch_up(rounds, &open).await?;
        let mut groups: HashMap<Group, Vec<Operation>> = HashMap::new();
        for operation in open {
            groups
                .entry((
                    operation.request.service.clone(),
                    operation.request.place.clone(),
                ))
                .or_default()
                .push(operation);
        }
        rounds.due.retain(|group, _| groups.contains_key(group));
        let now = Instant::now();
        let due: Vec<(Group, Vec<Operation>)> = groups
            .into_iter()
            .filter(|(group, members)| {
                // A group is looked at ahead of time for what is new in it.
                let news = members.iter().any(|o| !rounds.seen.contains_key(&o.id));
                news || rounds.due.get(group).is_none_or(|due| due.at <= now)
            })
            .collect();
        // Each group is settled as soon as it has answered: a place that hangs must not keep what
        // another one has reported.
        let mut looks: FuturesUnordered<_> = due
            .into_iter()
            .map(|(group, members)| {
                let counts = rounds.looks.clone();
                async move {
                    let look = self.look(&group, &members, &counts);
                    let outcome = tokio::time::timeout(LOOK, look).await;
                    (group, members, outcome.unwrap_or_else(|_| Err(no_answer())))
                }
            })
            .collect();
        while let Some((group, members, outcome)) = looks.next().await {
            self.settle(rounds, group, members, outcome).await?;
        }
        drop(looks);
        Ok(rounds.due.values().map(|due| due.at).min())
    }

    /// Announces what another process has changed since the last look.
    async fn catch_up(&self, rounds: &mut Rounds, open: &[Operation]) -> Result<(), Failure> {
        let still_open: HashSet<&OperationId> = open.iter().map(|o| &o.id).collect();
        let gone: Vec<OperationId> = rounds
            .seen
            .keys()
            .filter(|id| !still_open.contains(id))
            .cloned()
            .collect();
        for id in gone {
            rounds.looks.remove(&id);
            if let Some((last, _)) = rounds.seen.remove(&id) {
                let found = self.records.with(move |journal| journal.get(&id)).await?;
                if let Some(now) = found.filter(|now| *now != last) {
                    self.announce(&now);
                }
            }
        }
        for operation in open {
            if let Some((last, since)) = rounds
                .seen
                .get_mut(&operation.id)
                .filter(|(last, _)| last != operation)
            {
                *last = operation.clone();
                *since = Instant::now();
                self.announce(operation);
            }
        }
        Ok(())
    }

    /// Looks at the operations of one group. Answers what was observed of which.
    async fn look(
        &self,
        group: &Group,
        members: &[Operation],
        looks: &HashMap<OperationId, u32>,
    ) -> Result<Vec<(OperationId, Observation)>, Failure> {
        let service = self.registry.service(&group.0, &group.1).await?;
        let mut observations = Vec::new();
        let watched: Vec<&Operation> = members
            .iter()
            .filter(|o| !o.is_unresolved() && o.wait.is_some())
            .collect();
        if !watched.is_empty() {
            let targets: Vec<_> = watched.iter().filter_map(|o| o.wait.clone()).collect();
            let mut seen = service.observe(&targets).await?;
            self.may_go_on(&group.1, &mut seen).await?;
            observations.extend(watched.iter().map(|o| o.id.clone()).zip(seen));
        }
        for operation in members.iter().filter(|o| o.is_unresolved()) {
            // One that cannot be looked for must not keep what was seen of the others.
            match self.resolve(&service, operation, looks).await {
                Ok(Some(observation)) => observations.push((operation.id.clone(), observation)),
                Ok(None) => {}
                Err(failure) => {
                    tracing::warn!(%failure, operation = %operation.id, "looking for its trace failed");
                    self.registry.failed(&group.1, failure);
                }
            }
        }
        Ok(observations)
    }

    /// Whether a further call of an operation may be sent: not while changes are refused, and not
    /// before STS has confirmed whose the credentials are.
    async fn may_go_on(&self, place: &Place, seen: &mut [Observation]) -> Result<(), Failure> {
        let mut asked = false;
        for observation in seen {
            let Observation::Next { stage, .. } = observation else {
                continue;
            };
            if let Some(why) = self.records.restriction() {
                let stage = format!("{stage}; the next step is not sent from here: {why}");
                *observation = Observation::Progress {
                    percent: None,
                    stage,
                };
            } else if !asked {
                self.registry.connector().confirm(place).await?;
                asked = true;
            }
        }
        Ok(())
    }

    /// Sends the further call of an operation that has been written down, apart from the watching:
    /// it may have to wait for its turn.
    fn go_on(self: &Arc<Self>, sending: Sending, operation: Operation) {
        let engine = Arc::clone(self);
        tokio::spawn(async move {
            let _sending = sending;
            let request = &operation.request;
            let service = engine.registry.service(&request.service, &request.place);
            let sent = match service.await {
                Ok(service) => engine.send(service, operation).await.map(drop),
                Err(failure) => Err(failure),
            };
            if let Err(failure) = sent {
                // The journal has it as requested, so its trace is looked for.
                tracing::warn!(%failure, "a further step could not be sent");
            }
        });
    }

    /// Takes up an operation whose fate is open. `None` while its own process is still at it, or
    /// while its trace may yet appear.
    async fn resolve(
        &self,
        service: &Arc<dyn Service>,
        operation: &Operation,
        looks: &HashMap<OperationId, u32>,
    ) -> Result<Option<Observation>, Failure> {
        if operation.lifecycle == Lifecycle::Requested {
            return Ok(if self.is_being_sent(operation).await? {
                None
            } else if operation.held {
                let message = operation
                    .reason
                    .as_deref()
                    .unwrap_or("AWS refused it for now");
                let message =
                    format!("{message}; but the process that would have ended before that");
                Some(Observation::Refused(Failure::new(
                    FailureKind::Throttled,
                    "",
                    message,
                )))
            } else {
                let message = "the process that sent it ended before AWS answered";
                Some(Observation::ReplyLost(Failure::new(
                    FailureKind::ReplyLost,
                    "",
                    message,
                )))
            });
        }
        let why = operation.reason.as_deref().unwrap_or("the reply was lost");
        let why = why.trim_end_matches('.');
        let (key, account, region) = (
            operation.request.service.clone(),
            operation.request.place.account.clone(),
            operation.request.place.region.clone(),
        );
        let claimed = self
            .records
            .with(move |journal| journal.resources_claimed(&key, account.as_str(), region.as_str()))
            .await?;
        let (seen, advice) = match service.reconcile(operation, &claimed).await? {
            Trace::Found { accepted, how } => {
                let note = format!("The reply was lost ({why}). It was found by looking: {how}.");
                return Ok(Some(Observation::Found { accepted, note }));
            }
            Trace::None { looked_at, advice } => (format!("No trace of it: {looked_at}"), advice),
            Trace::Ambiguous { found, advice } => {
                (format!("It cannot be told apart: {found}"), advice)
            }
        };
        let waited = self.clock.now().duration_since(operation.requested_at);
        // Two looks at the least: the first may come right after the request of an earlier process.
        let patient = waited <= self.policy.reconcile_for
            || looks.get(&operation.id).copied().unwrap_or_default() < 1;
        Ok((!patient).then(|| Observation::GaveUp {
            reason: format!("{why}. {seen}. It was not sent again."),
            advice: Some(advice),
        }))
    }

    /// Whether the process that wrote an operation down is still at it: this one, or another one.
    async fn is_being_sent(&self, operation: &Operation) -> Result<bool, Failure> {
        let session = operation.session.clone();
        if session == self.records.session()? {
            return Ok(self.sending.borrow().contains(&operation.id));
        }
        self.records
            .with(move |journal| Ok(journal.is_session_alive(&session)))
            .await
    }

    /// Writes down what was observed and decides when to look again.
    async fn settle(
        self: &Arc<Self>,
        rounds: &mut Rounds,
        group: Group,
        members: Vec<Operation>,
        outcome: Result<Vec<(OperationId, Observation)>, Failure>,
    ) -> Result<(), Failure> {
        let now = Instant::now();
        let (observations, failures) = match outcome {
            Ok(observations) => {
                for operation in members.iter().filter(|o| o.lifecycle == Lifecycle::Unknown) {
                    *rounds.looks.entry(operation.id.clone()).or_default() += 1;
                }
                (observations, 0)
            }
            Err(failure) => {
                tracing::warn!(%failure, service = %group.0, "looking failed; watching goes on");
                let failure = self.registry.failed(&group.1, failure);
                let reason = cannot_look(&failure);
                let unseen = members.iter().filter(|o| !o.is_unresolved()).map(|o| {
                    (
                        o.id.clone(),
                        Observation::Unseen {
                            reason: reason.clone(),
                        },
                    )
                });
                (
                    unseen.collect(),
                    rounds.due.get(&group).map_or(0, |due| due.failures) + 1,
                )
            }
        };
        for operation in members {
            rounds
                .seen
                .entry(operation.id.clone())
                .or_insert((operation, now));
        }
        for (id, observation) in observations {
            // Known as being sent before it is written down as requested: whoever finds it so asks.
            let next = matches!(observation, Observation::Next { .. });
            let sending = next.then(|| Sending::begin(self, &id));
            let applied = self
                .records
                .apply(&id, observation, self.clock.now())
                .await?;
            if applied.changed {
                self.announce(&applied.operation);
                if let Some(sending) = sending {
                    self.go_on(sending, applied.operation.clone());
                }
                if applied.operation.is_finished() {
                    rounds.seen.remove(&id);
                    rounds.looks.remove(&id);
                } else {
                    rounds.seen.insert(id, (applied.operation, now));
                }
            }
        }
        let still = rounds
            .seen
            .values()
            .filter(|(o, _)| o.request.service == group.0 && o.request.place == group.1)
            .map(|(_, since)| now.duration_since(*since))
            .min()
            .unwrap_or(Duration::ZERO);
        let pause = if failures > 0 {
            self.policy.after_failure(failures)
        } else {
            self.policy.interval(still)
        };
        rounds.due.insert(
            group,
            Due {
                at: now + jittered(pause, (self.random)()),
                failures,
            },
        );
        Ok(())
    }
}

fn no_answer() -> Failure {
    Failure::new(FailureKind::ReplyLost, "", "no answer came in time")
}

/// Why looking failed, without what differs from one time to the next, so that the journal is not
/// written for every failed look.
fn cannot_look(failure: &Failure) -> String {
    match failure.kind {
        FailureKind::Credentials => format!(
            "cannot be watched at present ({}); watching goes on once the credentials are renewed{}",
            failure.code.as_deref().unwrap_or(&failure.message),
            failure
                .hint
                .as_ref()
                .map_or_else(String::new, |hint| format!(". {hint}"))
        ),
        _ => match &failure.code {
            Some(code) => format!("cannot be watched at present ({code}); trying again"),
            None => "cannot be watched at present: no answer from AWS; trying again".to_owned(),
        },
    }
}
