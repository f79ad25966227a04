//! Watching what is open, in batches, until it ends: the one task that looks at AWS by itself.
//!
//! Operations are looked at together by service and place, so a hundred of them cost one Describe
//! call a tick. What another process left `Requested` is taken up once that process is gone. While
//! nothing is open the task sleeps without a timer. Where an operation has a further call, it is
//! written down and sent by a task of its own.
//!
//! Groups are looked at apart from each other: one that hangs keeps neither what another one has
//! reported nor the next look at it.

use std::{
    collections::{HashMap, HashSet},
    future::pending,
    sync::Arc,
    time::Duration,
};

use futures_util::{StreamExt, future::BoxFuture, stream::FuturesUnordered};
use tokio::{sync::oneshot, time::Instant};

use super::{Engine, Operations, policy::jittered, submit::Sending};
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        lifecycle::{Lifecycle, Observation},
        operation::{Operation, OperationId},
        place::Place,
    },
    journal::Applied,
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
    /// What is being looked at right now.
    under_way: HashSet<Group>,
    /// The operations as last announced here, and since when they have not changed.
    seen: HashMap<OperationId, (Operation, Instant)>,
    /// How often an operation's trace was looked for in vain.
    looks: HashMap<OperationId, u32>,
}

/// What a look has told.
#[derive(Default)]
struct Looked {
    observations: Vec<(OperationId, Observation)>,
    /// What was looked for without any trace of it.
    in_vain: Vec<OperationId>,
}

/// A look that is under way, its group, and the operations that are looked at.
type Look = BoxFuture<'static, (Group, Vec<Operation>, Result<Looked, Failure>)>;

impl Operations {
    /// Resumes and watches every open operation, of this process and of earlier ones, for ever. One
    /// task of a process runs it.
    pub async fn watch(&self) {
        let engine = &self.0;
        let mut rounds = Rounds::default();
        let mut looks = FuturesUnordered::new();
        loop {
            let next = match engine.begin_looks(&mut rounds, &mut looks).await {
                Ok(next) => {
                    if looks.is_empty() {
                        engine.is_well();
                    }
                    next
                }
                Err(failure) => Some(engine.is_troubled(failure)),
            };
            let due = async {
                match next {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => pending().await,
                }
            };
            tokio::select! {
                Some((group, members, outcome)) = looks.next() => {
                    rounds.under_way.remove(&group);
                    let settled = engine.settle(&mut rounds, group.clone(), members, outcome).await;
                    match settled {
                        Ok(()) => engine.is_well(),
                        Err(failure) => {
                            let at = engine.is_troubled(failure);
                            rounds.due.insert(group, Due { at, failures: 0 });
                        }
                    }
                }
                () = due => {}
                () = engine.wake.notified() => {}
            }
        }
    }
}

impl Engine {
    /// The journal could be read and written.
    fn is_well(&self) {
        self.trouble
            .send_if_modified(|trouble| trouble.take().is_some());
    }

    /// The journal could not be used. Answers when to try again.
    fn is_troubled(&self, failure: Failure) -> Instant {
        tracing::warn!(%failure, "the journal cannot be used; watching goes on");
        self.trouble.send_modify(|trouble| {
            let times = trouble.as_ref().map_or(0, |(times, _)| *times);
            *trouble = Some((times + 1, failure));
        });
        Instant::now() + self.policy.shortest
    }

    /// Begins a look at every group that is due. Answers when the next one is, apart from those under
    /// way; `None` where none will be.
    async fn begin_looks(
        self: &Arc<Self>,
        rounds: &mut Rounds,
        looks: &mut FuturesUnordered<Look>,
    ) -> Result<Option<Instant>, Failure> {
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
        for (group, members) in groups {
            // A group is looked at ahead of time for what is new in it.
            let news = members.iter().any(|o| !rounds.seen.contains_key(&o.id));
            let is_due = news || rounds.due.get(&group).is_none_or(|due| due.at <= now);
            if !is_due || !rounds.under_way.insert(group.clone()) {
                continue;
            }
            let engine = Arc::clone(self);
            let counts = rounds.looks.clone();
            looks.push(Box::pin(async move {
                let look = engine.look(&group, &members, &counts);
                let outcome = tokio::time::timeout(LOOK, look).await;
                (group, members, outcome.unwrap_or_else(|_| Err(no_answer())))
            }));
        }
        let waiting = rounds
            .due
            .iter()
            .filter(|(group, _)| !rounds.under_way.contains(group));
        Ok(waiting.map(|(_, due)| due.at).min())
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
    ) -> Result<Looked, Failure> {
        let service = self.registry.service(&group.0, &group.1).await?;
        let mut looked = Looked::default();
        let watched: Vec<&Operation> = members
            .iter()
            .filter(|o| !o.is_unresolved() && o.wait.is_some())
            .collect();
        if !watched.is_empty() {
            let targets: Vec<_> = watched.iter().filter_map(|o| o.wait.clone()).collect();
            let seen = service.observe(&targets).await?;
            let seen = seen.into_iter().map(|seen| self.unless_restricted(seen));
            let ids = watched.iter().map(|o| o.id.clone());
            looked.observations.extend(ids.zip(seen));
        }
        for operation in members.iter().filter(|o| o.is_unresolved()) {
            // One that cannot be looked for must not keep what was seen of the others.
            match self.resolve(&service, operation, looks).await {
                Ok(Some(observation)) => {
                    looked
                        .observations
                        .push((operation.id.clone(), observation));
                }
                Ok(None) if operation.lifecycle == Lifecycle::Unknown => {
                    looked.in_vain.push(operation.id.clone());
                }
                Ok(None) => {}
                Err(failure) => {
                    tracing::warn!(%failure, operation = %operation.id, "looking for its trace failed");
                    self.registry.failed(&group.1, failure);
                }
            }
        }
        if looked.observations.iter().any(|(_, seen)| is_grave(seen)) {
            self.registry.connector().confirm(&group.1).await?;
        }
        Ok(looked)
    }

    /// A further call of an operation is not sent while changes are refused.
    fn unless_restricted(&self, seen: Observation) -> Observation {
        match (seen, self.records.restriction()) {
            (Observation::Next { stage, .. }, Some(why)) => Observation::Progress {
                percent: None,
                stage: format!("{stage}; the next step is not sent from here: {why}"),
            },
            (seen, _) => seen,
        }
    }

    /// Writes the further call of an operation down and, if no one else has, sends it. By a task of
    /// its own, apart from the watching: it may have to wait for its turn, and who stops watching
    /// between the two must not leave a call behind that nobody sends.
    async fn go_on(
        self: &Arc<Self>,
        id: OperationId,
        next: Observation,
    ) -> Result<Applied, Failure> {
        let engine = Arc::clone(self);
        let (written, hears) = oneshot::channel();
        tokio::spawn(async move {
            // Known as being sent before it is written down as requested: whoever finds it so asks.
            let _sending = Sending::begin(&engine, &id);
            let applied = engine.records.apply(&id, next, engine.clock.now()).await;
            let begun = applied.as_ref().ok().filter(|applied| applied.changed);
            let begun = begun.map(|applied| applied.operation.clone());
            if let Some(operation) = &begun {
                engine.announce(operation);
            }
            // The watching may have been stopped.
            let _nobody_hears = written.send(applied);
            let Some(operation) = begun else { return };
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
        hears.await.unwrap_or_else(|_| {
            let what = "writing down the next step";
            Err(Failure::new(FailureKind::Internal, what, "its task ended"))
        })
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
        // Nothing else changes it while its fate is open, so it changed when the reply was lost.
        let waited = self.clock.now().duration_since(operation.changed_at);
        // Two looks at the least: the network may have been away for longer than that.
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
            return Ok(self.sending.borrow().contains_key(&operation.id));
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
        outcome: Result<Looked, Failure>,
    ) -> Result<(), Failure> {
        let now = Instant::now();
        let (observations, failures) = match outcome {
            Ok(looked) => {
                for id in looked.in_vain {
                    *rounds.looks.entry(id).or_default() += 1;
                }
                (looked.observations, 0)
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
            let is_next = matches!(observation, Observation::Next { .. });
            let applied = if is_next {
                self.go_on(id.clone(), observation).await?
            } else {
                let now = self.clock.now();
                self.records.apply(&id, observation, now).await?
            };
            if applied.changed {
                if !is_next {
                    self.announce(&applied.operation);
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

/// Whether more follows from an observation than a word on the screen: another call, or an end that
/// may only look like one in another account.
fn is_grave(seen: &Observation) -> bool {
    matches!(
        seen,
        Observation::Next { .. }
            | Observation::Failed { .. }
            | Observation::Found { .. }
            | Observation::GaveUp { .. }
    )
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
