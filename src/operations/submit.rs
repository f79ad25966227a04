//! From a request to an operation: checked, confirmed, written down, and sent once.

use std::sync::Arc;

use super::{Consent, Engine, Operations, policy::jittered};
use crate::{
    domain::{
        assessment::{Assessment, Authority, Check, Confirmation, Verdict},
        failure::{Failure, FailureKind},
        form::Request,
        lifecycle::Observation,
        operation::{Operation, OperationId},
    },
    services::Service,
};

impl Operations {
    /// Carries out a request. Returns once AWS has answered, or once it is known that the answer is
    /// lost; the operation's state says which. Dropping the future does not stop what has been
    /// written down.
    ///
    /// # Errors
    /// Nothing was sent: [`FailureKind::Refused`] for a restriction, a failing check or a missing
    /// confirmation, [`FailureKind::WrongState`] where an earlier request of the same kind is still
    /// unresolved, [`FailureKind::Internal`] where the journal cannot be written, otherwise what the
    /// reads before it met. Where AWS accepted a request and the journal cannot say so any more, the
    /// failure's text names what AWS accepted.
    pub async fn submit(&self, request: Request, consent: Consent) -> Result<Operation, Failure> {
        let engine = Arc::clone(&self.0);
        if let Some(why) = engine.records.restriction() {
            return Err(refused(format!("changes are refused: {why}")));
        }
        let service = engine
            .registry
            .service(&request.service, &request.place)
            .await?;
        engine.registry.connector().confirm(&request.place).await?;
        permitted(&service.assess(&request).await?, &consent)?;
        let baseline = service.baseline(&request).await?;
        let id = OperationId::from_random((engine.random)());
        let session = engine
            .records
            .with(|journal| Ok(journal.session().to_owned()))
            .await?;
        let operation = Operation::requested(id, request, baseline, &session, engine.clock.now());
        let record = operation.clone();
        engine
            .records
            .with(move |journal| journal.begin(&record))
            .await?;
        engine.announce(&operation);
        let sending = tokio::spawn(async move { engine.send(service, operation).await });
        sending.await.map_err(|error| {
            Failure::new(
                FailureKind::Internal,
                "sending the request",
                error.to_string(),
            )
        })?
    }
}

impl Engine {
    /// Sends an operation that is in the journal, and writes down what AWS answered.
    async fn send(
        &self,
        service: Arc<dyn Service>,
        operation: Operation,
    ) -> Result<Operation, Failure> {
        let id = operation.id.clone();
        for attempt in 0.. {
            let answer = service.submit(&operation).await;
            let (observation, again) = match answer {
                Ok(accepted) => (Observation::Accepted(accepted), None),
                Err(failure)
                    if failure.kind == FailureKind::Throttled && attempt < self.policy.resend =>
                {
                    let pause = jittered(self.policy.before_resend(attempt), (self.random)());
                    let reason = format!(
                        "{}; sending it again in {:.1} s",
                        failure.reason(),
                        pause.as_secs_f64()
                    );
                    (Observation::Delayed { reason }, Some(pause))
                }
                Err(failure) if failure.kind.may_have_happened() => {
                    (Observation::ReplyLost(failure), None)
                }
                Err(failure) => (Observation::Refused(self.registry.advise(failure)), None),
            };
            let written = self
                .records
                .apply(&id, observation.clone(), self.clock.now())
                .await;
            let now = written
                .map_err(|failure| unwritten(&operation, &observation, failure))?
                .operation;
            self.announce(&now);
            if let Some(pause) = again {
                tokio::time::sleep(pause).await;
            } else {
                self.wake.notify_one();
                return Ok(now);
            }
        }
        unreachable!("the loop ends by returning: an attempt past the last is final")
    }
}

/// Whether a request may be sent as it stands.
fn permitted(assessment: &Assessment, consent: &Consent) -> Result<(), Failure> {
    let obstacle = |check: &&Check| {
        matches!(check.verdict, Verdict::Failed(_))
            && !(consent.let_aws_decide && check.authority == Authority::Aws)
    };
    if let Some(Check {
        label,
        verdict: Verdict::Failed(why),
        ..
    }) = assessment.checks.iter().find(obstacle)
    {
        return Err(refused(format!("{label}: {why}")));
    }
    match &assessment.confirmation {
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
        _ => "the request was sent and its reply was lost".to_owned(),
    };
    Failure { message: format!("{heard}; but the journal cannot be written: {}", failure.message), ..failure }
        .hint("The journal still has it as requested, so the next start looks for it in AWS before anything is sent.")
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
