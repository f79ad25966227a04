//! The rows of an action on several: where each stands, and the calls that are made for it.
//!
//! Invariants: so many calls are under way at once and no more; a row that is refused, or that asks for
//! more than one confirmation can give, is never sent; an answer that nobody waits for changes nothing.

use std::collections::BTreeMap;

use super::{Bulk, Focus, Phase};
use crate::{
    domain::{
        assessment::{Assessment, Confirmation, Verdict},
        failure::Failure,
        form::{Request, Value},
        operation::{Operation, OperationId},
        place::Place,
    },
    operations::Consent,
    tui::{effect::Effect, format, remote::Ticket, widgets::text_input::TextInput, world::World},
};

/// How many calls are under way at once: enough to be quick, and few enough for AWS's limits.
pub(super) const AT_ONCE: usize = 4;

/// One of the rows.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) step: Step,
}

/// Where one row stands.
#[derive(Debug)]
pub(super) enum Step {
    Waiting,
    Checking(Ticket),
    Ready(Box<Findings>),
    /// It is not sent, and why.
    Refused(String),
    Queued(Consent),
    Sending(Ticket),
    Sent(OperationId),
    /// It was sent, or was to be, and nothing came of it.
    Failed(String),
    /// The user stopped before it was its turn.
    NotSent,
}

/// What is to be known of a row that can be sent.
#[derive(Debug)]
pub(super) struct Findings {
    pub(super) warnings: Vec<String>,
    /// What could not be found out.
    pub(super) unknown: Vec<String>,
    pub(super) consent: Consent,
    /// The request as it could be sent by other means.
    pub(super) equivalent: String,
}

impl Bulk {
    /// The next call to be made, under this ticket; nothing where enough are under way or none is
    /// left. Called until there is none.
    pub(crate) fn next(&mut self, ticket: Ticket) -> Option<Effect> {
        let under_way = |item: &&Item| matches!(item.step, Step::Checking(_) | Step::Sending(_));
        if self.items.iter().filter(under_way).count() >= AT_ONCE {
            return None;
        }
        let at = self
            .items
            .iter()
            .position(|item| matches!(item.step, Step::Waiting | Step::Queued(_)))?;
        let request = self.request(at);
        match std::mem::replace(&mut self.items[at].step, Step::Checking(ticket)) {
            Step::Queued(consent) => {
                self.items[at].step = Step::Sending(ticket);
                Some(Effect::Submit(ticket, request, consent))
            }
            _ => Some(Effect::Assess(ticket, request)),
        }
    }

    /// The consequences for one row are known. Answers whether they were waited for.
    pub(crate) fn assessed(&mut self, ticket: Ticket, result: Result<Assessment, Failure>) -> bool {
        let checking = |item: &&mut Item| matches!(item.step, Step::Checking(own) if own == ticket);
        let Some(item) = self.items.iter_mut().find(checking) else {
            return false;
        };
        item.step = match result {
            Ok(assessment) => found(assessment),
            Err(failure) => Step::Refused(format!(
                "it could not be checked: {}",
                format::told(&failure)
            )),
        };
        true
    }

    /// One row's request was sent, or was not. Answers whether that was waited for.
    pub(crate) fn submitted(
        &mut self,
        ticket: Ticket,
        result: &Result<Operation, Failure>,
    ) -> bool {
        let sending = |item: &&mut Item| matches!(item.step, Step::Sending(own) if own == ticket);
        let Some(item) = self.items.iter_mut().find(sending) else {
            return false;
        };
        item.step = match result {
            // AWS's refusal is an operation too, one that failed.
            Ok(operation) => match operation.as_failure() {
                Some(failure) => Step::Failed(failure.reason()),
                None => Step::Sent(operation.id.clone()),
            },
            Err(failure) => Step::Failed(format::told(failure)),
        };
        true
    }

    /// Everything is to be checked again; answers the calls that are of no use any more.
    pub(crate) fn restart(&mut self) -> Vec<Ticket> {
        let idle = self.idle_calls();
        for item in &mut self.items {
            item.step = Step::Waiting;
        }
        self.confirm = TextInput::default();
        idle
    }

    /// What can be sent is to be sent.
    pub(crate) fn send(&mut self, world: &World) {
        let reason = self.typed(Focus::Reason, world);
        let account = self.typed(Focus::Account, world);
        self.phase = Phase::Sending;
        self.focus = Focus::Cancel;
        let ready = |item: &&Item| matches!(item.step, Step::Ready(_));
        let batch = self.items.iter().filter(ready).count();
        for item in &mut self.items {
            if let Step::Ready(findings) = &item.step {
                item.step = Step::Queued(Consent {
                    batch,
                    reason: reason.clone(),
                    account: account.clone(),
                    ..findings.consent.clone()
                });
            }
        }
    }

    /// The calls that would be of no use any more when the dialog is closed.
    pub(crate) fn idle_calls(&self) -> Vec<Ticket> {
        let checking = |item: &Item| match item.step {
            Step::Checking(ticket) => Some(ticket),
            _ => None,
        };
        self.items.iter().filter_map(checking).collect()
    }

    /// Whether something is under way.
    pub(crate) fn is_busy(&self) -> bool {
        let under_way = |item: &Item| {
            matches!(
                item.step,
                Step::Waiting | Step::Checking(_) | Step::Queued(_) | Step::Sending(_)
            )
        };
        self.items.iter().any(under_way)
    }

    /// Whether something is still to be sent.
    pub(super) fn is_queued(&self) -> bool {
        let queued = |item: &Item| matches!(item.step, Step::Queued(_));
        self.items.iter().any(queued)
    }

    /// How many rows are not checked yet.
    pub(super) fn open(&self) -> usize {
        let open = |item: &&Item| matches!(item.step, Step::Waiting | Step::Checking(_));
        self.items.iter().filter(open).count()
    }

    /// How many rows can be sent.
    pub(super) fn ready(&self) -> usize {
        let ready = |item: &&Item| matches!(item.step, Step::Ready(_));
        self.items.iter().filter(ready).count()
    }

    fn request(&self, at: usize) -> Request {
        let item = &self.items[at];
        let on = self.switches.iter().filter(|switch| switch.on);
        let values: BTreeMap<String, Value> = on
            .map(|switch| (switch.info.key.to_owned(), Value::Text("true".to_owned())))
            .collect();
        let mut request = Request {
            service: self.kind.service.id.to_owned(),
            action: self.action.id.to_owned(),
            target: item.id.clone(),
            values,
            place: item.place.clone(),
        };
        request.complete(self.fills.clone());
        request
    }
}

/// What an assessment means for one row of many.
fn found(assessment: Assessment) -> Step {
    if let Some(check) = assessment.obstacle() {
        let why = match &check.verdict {
            Verdict::Failed(why) | Verdict::Passed(why) | Verdict::Unknown(why) => why,
        };
        return Step::Refused(format!("{}: {why}", check.label));
    }
    let yes = match assessment.confirmation {
        Confirmation::Button => false,
        Confirmation::Ask { .. } => true,
        Confirmation::Type { noun, .. } => {
            return Step::Refused(format!(
                "it needs the {noun}'s id typed, so it has to be done by itself"
            ));
        }
    };
    let unknown = assessment.checks.iter().filter_map(|check| {
        let Verdict::Unknown(why) = &check.verdict else {
            return None;
        };
        Some(format!("{} cannot be told: {why}", check.label))
    });
    Step::Ready(Box::new(Findings {
        unknown: unknown.collect(),
        warnings: assessment.warnings,
        equivalent: assessment.equivalent,
        consent: Consent {
            yes,
            ..Consent::default()
        },
    }))
}
