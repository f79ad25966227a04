//! From a request to an operation: checked, confirmed, written down, and sent once.

use std::{collections::HashMap, sync::Arc, time::Duration};

use super::{Consent, Engine, Operations, policy::jittered};
use crate::{
    domain::{
        assessment::{Assessment, Authority, Check, Confirmation, Verdict},
        failure::{Failure, FailureKind},
        form::Request,
        guardrails::Guardrails,
        lifecycle::{Accepted, Lifecycle, Observation},
        operation::{Operation, OperationId},
        place::Place,
    },
    journal::Applied,
    services::Service,
};

/// The pauses before an answer of AWS is written down once more.
const WRITE_AGAIN: [Duration; 4] = [
    Duration::from_millis(200),
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(9),
];

impl Operations {
    /// Carries out a request. Returns once AWS has answered, or once it is known that the answer is
    /// lost; the operation's state says which. Dropping the future does not stop what has been
    /// written down.
    ///
    /// # Errors
    /// Nothing was sent: [`FailureKind::Refused`] for a restriction, a request of another identity, a
    /// failing check, a missing confirmation, or a journal that cannot be written,
    /// [`FailureKind::WrongState`] where an earlier request of the same kind is still unresolved,
    /// otherwise what the reads before it met. Where AWS accepted a request and the journal cannot say
    /// so any more, the failure's text names what AWS accepted.
    pub async fn submit(
        &self,
        request: Request,
        mut consent: Consent,
    ) -> Result<Operation, Failure> {
        let engine = Arc::clone(&self.0);
        if let Some(why) = engine.records.restriction() {
            return Err(refused(format!("changes are refused: {why}")));
        }
        if let Some(agreed) = engine.agreed.get() {
            consent.account = consent.account.or_else(|| agreed.account.clone());
            consent.reason = consent.reason.or_else(|| agreed.reason.clone());
        }
        within_rules(&engine.guardrails, &request, &consent)?;
        let place = request.place.clone();
        let elsewhere = engine
            .lock_bound()
            .as_ref()
            .is_some_and(|places| !places.contains(&place));
        if elsewhere {
            return Err(refused(format!(
                "this was prepared in {}, which is not where requests are sent now",
                spelled(&place)
            )));
        }
        let prepared = engine.prepare(request, &consent).await;
        let (service, operation) =
            prepared.map_err(|failure| engine.registry.failed(&place, failure))?;
        // From here on the caller may go away: what is written down is also sent.
        let sending = tokio::spawn(async move { engine.carry_out(service, operation).await });
        let ended = |error: tokio::task::JoinError| {
            Failure::new(
                FailureKind::Internal,
                "sending the request",
                error.to_string(),
            )
        };
        sending.await.map_err(ended)?
    }

    /// Waits until nothing is being sent by this process, or for `limit`. Leaving meanwhile loses
    /// nothing, but the reply, which then has to be looked for.
    pub async fn drain(&self, limit: Duration) {
        let mut sending = self.0.sending.subscribe();
        // The sender lives as long as the engine does.
        let _late = tokio::time::timeout(limit, sending.wait_for(HashMap::is_empty)).await;
    }

    /// The operations that this process is sending.
    #[must_use]
    pub fn in_flight(&self) -> Vec<OperationId> {
        self.0.sending.borrow().keys().cloned().collect()
    }
}

/// A place in words, for a refusal.
fn spelled(place: &Place) -> String {
    let under = match &place.profile {
        Some(profile) => format!(" under profile {profile}"),
        None => String::new(),
    };
    format!("account {}, {}{under}", place.account, place.region)
}

/// An operation is being sent for as long as one of these lives, also if its task panics.
pub(super) struct Sending {
    engine: Arc<Engine>,
    id: OperationId,
}

impl Sending {
    pub(super) fn begin(engine: &Arc<Engine>, id: &OperationId) -> Self {
        engine.sending.send_modify(|sending| {
            *sending.entry(id.clone()).or_default() += 1;
        });
        Self {
            engine: Arc::clone(engine),
            id: id.clone(),
        }
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        self.engine.sending.send_modify(|sending| {
            if let Some(tasks) = sending.get_mut(&self.id) {
                *tasks -= 1;
                if *tasks == 0 {
                    sending.remove(&self.id);
                }
            }
        });
        self.engine.wake.notify_one();
    }
}

impl Engine {
    /// Makes sure that a request may be sent, and looks at what is so before it is.
    async fn prepare(
        &self,
        request: Request,
        consent: &Consent,
    ) -> Result<(Arc<dyn Service>, Operation), Failure> {
        let service = self
            .registry
            .service(&request.service, &request.place)
            .await?;
        self.registry.connector().confirm(&request.place).await?;
        let assessment = self.registry.advised(service.assess(&request).await?);
        permitted(&assessment, consent)?;
        if assessment.confirmation != Confirmation::Button && self.guardrails.asks_account() {
            let typed = consent.account.as_deref();
            let account = &request.place.account;
            // What is the number needs no name to compare with.
            let alias = match typed {
                Some(typed) if typed.trim() != account.as_str() => {
                    self.registry.connector().alias(&request.place).await
                }
                _ => None,
            };
            self.guardrails
                .account_typed(typed, account, alias.as_deref())
                .map_err(refused)?;
        }
        let baseline = service.baseline(&request).await?;
        let id = OperationId::from_random((self.random)());
        let session = self.records.session()?;
        let now = self.clock.now();
        let mut operation = Operation::requested(id, request, baseline, &session, now);
        operation.given_reason = consent
            .reason
            .as_deref()
            .map(|reason| reason.trim().to_owned())
            .filter(|reason| !reason.is_empty());
        Ok((service, operation))
    }

    /// Writes an operation down and sends it.
    async fn carry_out(
        self: &Arc<Self>,
        service: Arc<dyn Service>,
        operation: Operation,
    ) -> Result<Operation, Failure> {
        let _sending = Sending::begin(self, &operation.id);
        let record = operation.clone();
        let begun = self.records.with(move |journal| journal.begin(&record));
        // What cannot be written down is not sent: as much a refusal as where there is no journal.
        begun.await.map_err(|failure| match failure.kind {
            FailureKind::Internal => refused(format!("changes are refused: {}", failure.message)),
            _ => failure.hint("Nothing was sent."),
        })?;
        self.announce(&operation);
        self.send(service, operation).await
    }

    /// Sends what has been written down: the call that the operation is at, and those that belong to
    /// it and have nothing to wait for.
    pub(super) async fn send(
        &self,
        service: Arc<dyn Service>,
        mut operation: Operation,
    ) -> Result<Operation, Failure> {
        let mut attempt = 0;
        loop {
            let answer = service.submit(&operation).await;
            let (observation, again) = self.heard(answer, attempt, &operation.request.place);
            let now = self.write_down(&operation, observation).await?.operation;
            if let Some(pause) = again {
                tokio::time::sleep(pause).await;
                // Written before it is sent again: should this process end now, nobody may think
                // that AWS has refused every attempt.
                let resent = self.write_down(&operation, Observation::Resent).await?;
                if resent.operation.lifecycle != Lifecycle::Requested {
                    // It was ended meanwhile by a process that took this one for gone.
                    return Ok(resent.operation);
                }
                attempt += 1;
            } else if now.lifecycle == Lifecycle::Accepted && service.goes_on_at_once(&now) {
                let next = Observation::Next {
                    step: now.step + 1,
                    stage: now.stage.clone().unwrap_or_default(),
                };
                let begun = self.write_down(&now, next).await?;
                if !begun.changed {
                    // Whoever watches it was first, and sends it, or has seen its end.
                    return Ok(begun.operation);
                }
                operation = begun.operation;
                attempt = 0;
            } else {
                return Ok(now);
            }
        }
    }

    /// What AWS's answer says of the operation, and after which pause it is sent again.
    fn heard(
        &self,
        answer: Result<Accepted, Failure>,
        attempt: u32,
        place: &Place,
    ) -> (Observation, Option<Duration>) {
        match answer {
            Ok(accepted) => (Observation::Accepted(accepted), None),
            Err(failure)
                if failure.kind == FailureKind::Busy
                    || failure.kind == FailureKind::Throttled && attempt < self.policy.resend =>
            {
                let pause = jittered(self.policy.before_resend(attempt), (self.random)());
                let seconds = pause.as_secs_f64();
                let reason = format!("{}; sending it again in {seconds:.1} s", failure.reason());
                (Observation::Delayed { reason }, Some(pause))
            }
            Err(failure) if failure.kind.may_have_happened() => {
                (Observation::ReplyLost(failure), None)
            }
            Err(failure) => (
                Observation::Refused(self.registry.failed(place, failure)),
                None,
            ),
        }
    }

    /// Writes down what was heard of an operation, patiently: another process may hold the journal.
    async fn write_down(
        &self,
        operation: &Operation,
        observation: Observation,
    ) -> Result<Applied, Failure> {
        let mut patience = WRITE_AGAIN.into_iter();
        loop {
            let now = self.clock.now();
            match self
                .records
                .apply(&operation.id, observation.clone(), now)
                .await
            {
                Ok(applied) => {
                    self.announce(&applied.operation);
                    return Ok(applied);
                }
                Err(failure) => match patience.next() {
                    Some(pause) => tokio::time::sleep(pause).await,
                    None => return Err(unwritten(operation, &observation, failure)),
                },
            }
        }
    }
}

/// Whether the user's own rules let a request through, as far as that can be told before it is looked
/// at any closer.
///
/// # Errors
/// [`FailureKind::Refused`] with the rule and where it is written.
pub(super) fn within_rules(
    guardrails: &Guardrails,
    request: &Request,
    consent: &Consent,
) -> Result<(), Failure> {
    let batch = consent.batch.max(1);
    if let Some(why) = guardrails.forbids(&request.service, &request.action, batch) {
        return Err(refused(why));
    }
    guardrails
        .reasoned(consent.reason.as_deref())
        .map_err(refused)
}

/// Whether a request may be sent as it stands.
fn permitted(assessment: &Assessment, consent: &Consent) -> Result<(), Failure> {
    unobstructed(assessment, consent)?;
    confirmed(&assessment.confirmation, consent)
}

/// Whether no check stands in the way of a request, apart from those that are left to AWS.
///
/// # Errors
/// The first check that does, as the refusal that it is: [`FailureKind::Refused`] or what the check
/// says.
pub fn unobstructed(assessment: &Assessment, consent: &Consent) -> Result<(), Failure> {
    let obstacle = |check: &&Check| {
        matches!(check.verdict, Verdict::Failed(_))
            && !(consent.let_aws_decide && check.authority == Authority::Aws)
    };
    if let Some(Check {
        label,
        verdict: Verdict::Failed(why),
        refusal,
        ways,
        ..
    }) = assessment.checks.iter().find(obstacle)
    {
        let message = format!("{label}: {why}");
        return Err(Failure {
            kind: *refusal,
            ways: ways.clone().into(),
            ..refused(message)
        });
    }
    Ok(())
}

/// Whether the user agreed in the way that the request asks for.
///
/// # Errors
/// [`FailureKind::Refused`] with what would be needed.
pub fn confirmed(confirmation: &Confirmation, consent: &Consent) -> Result<(), Failure> {
    match confirmation {
        Confirmation::Button => Ok(()),
        Confirmation::Ask { id } if consent.yes || consent.typed.as_ref() == Some(id) => Ok(()),
        Confirmation::Type { id, .. } if consent.typed.as_ref() == Some(id) => Ok(()),
        Confirmation::Ask { id } => Err(refused(match &consent.typed {
            Some(typed) => format!(
                "not confirmed: '{}' is not {id}",
                crate::domain::text::harmless(typed)
            ),
            None => format!("not confirmed: give --yes, or --confirm {id}"),
        })),
        Confirmation::Type { noun, id } => Err(refused(match &consent.typed {
            Some(typed) => format!(
                "not confirmed: '{}' is not the {noun}'s id, which is {id}",
                crate::domain::text::harmless(typed)
            ),
            None if consent.yes => format!(
                "not confirmed: --yes is not enough for this: it needs the {noun}'s id, as in --confirm {id}"
            ),
            None => format!("not confirmed: this needs the {noun}'s id, as in --confirm {id}"),
        })),
    }
}

fn refused(why: String) -> Failure {
    Failure::new(FailureKind::Refused, "", why).hint("Nothing was sent.")
}

/// AWS answered and the journal cannot be written: the answer must not be lost with it.
fn unwritten(operation: &Operation, observation: &Observation, failure: Failure) -> Failure {
    let heard = match observation {
        Observation::Accepted(accepted) => format!(
            "AWS accepted {} on {}{}{}",
            operation.request.action,
            operation.request.target,
            accepted
                .resource
                .as_ref()
                .map(|r| format!(", resource {r}"))
                .unwrap_or_default(),
            accepted
                .request_id
                .as_ref()
                .map(|r| format!(", request id {r}"))
                .unwrap_or_default()
        ),
        Observation::Refused(refusal) => format!("AWS refused: {}", refusal.reason()),
        Observation::Delayed { .. } | Observation::Resent => {
            "AWS has refused it so far and it is not sent again".to_owned()
        }
        _ => "the request was sent and its reply was lost".to_owned(),
    };
    // What the journal has as held back is known to have been refused.
    let hint = match observation {
        Observation::Resent => "Nothing was done, and nothing is left to be looked for.",
        _ => {
            "The journal still has it as requested, so the next start looks for it in AWS before anything is sent."
        }
    };
    let message = format!(
        "{heard}; but the journal cannot be written: {}",
        failure.message
    );
    Failure { message, ..failure }.hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assessment(checks: Vec<Check>, confirmation: Confirmation) -> Assessment {
        Assessment {
            facts: vec![],
            gauge: None,
            warnings: vec![],
            checks,
            confirmation,
            duration: None,
            equivalent: String::new(),
            documents: Vec::new(),
        }
    }

    fn typed(text: &str) -> Consent {
        Consent {
            typed: Some(text.to_owned()),
            ..Consent::default()
        }
    }

    #[test]
    fn live_data_needs_the_id_typed_and_a_copy_a_yes() {
        let live = assessment(
            vec![],
            Confirmation::Type {
                noun: "directory",
                id: "d-1".into(),
            },
        );
        let copy = assessment(vec![], Confirmation::Ask { id: "s-1".into() });
        let yes = Consent {
            yes: true,
            ..Consent::default()
        };
        assert!(permitted(&live, &typed("d-1")).is_ok());
        assert!(permitted(&copy, &typed("s-1")).is_ok() && permitted(&copy, &yes).is_ok());
        for (what, consent) in [
            (&live, &yes),
            (&live, &typed("d-2")),
            (&live, &Consent::default()),
            (&copy, &typed("s-2")),
            (&copy, &Consent::default()),
        ] {
            assert_eq!(
                permitted(what, consent).unwrap_err().kind,
                FailureKind::Refused
            );
        }
    }

    #[test]
    fn a_failing_check_refuses_and_only_awss_own_count_can_be_left_to_aws() {
        let rule = Check::rule("Directory type", Err("it has no snapshots".into()));
        let count = Check::rule("Manual snapshots", Err("five of five".into())).decided_by_aws();
        let script = Consent {
            let_aws_decide: true,
            ..Consent::default()
        };
        let asked = |check: &Check, consent: &Consent| {
            permitted(
                &assessment(vec![check.clone()], Confirmation::Button),
                consent,
            )
        };
        assert!(
            asked(&rule, &script)
                .unwrap_err()
                .message
                .contains("it has no snapshots")
        );
        assert!(asked(&count, &Consent::default()).is_err());
        assert!(asked(&count, &script).is_ok());
    }
}
