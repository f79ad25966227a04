//! Actions: assessed, confirmed, submitted through the engine, and watched where asked.
//!
//! Invariant: of several targets none is sent before all are known to be good.

use std::time::Duration;

use anyhow::Result;
use serde_json::Value;

use super::{
    arguments::{Asked, Wait},
    dry_run,
    exit::{self, Code},
    operations::{HEADINGS, operation_table, say_outcome},
    output::{Printer, message},
    progress::Progress,
    prompt,
    watcher::Watcher,
    wording,
};
use crate::{
    config::Settings,
    context::{Context, Session},
    domain::{
        assessment::{Assessment, Authority, Check, Confirmation, Verdict},
        collection::{ActionInfo, Destructive, ServiceInfo, Target, Verb},
        failure::{Failure, FailureKind},
        form::Request,
        operation::Operation,
        text::harmless,
    },
    operations::{Agreed, Consent, Goal, confirmed, unobstructed},
};

/// Carries out an action on each of its targets, one after the other, once all of them are known to
/// be good.
pub(super) async fn run(
    context: &Context,
    asked: &Asked,
    agreed: &Agreed,
    printer: &Printer,
) -> Result<Code> {
    let mut targets = distinct(&asked.targets);
    if asked.action.verb == Verb::Inspect {
        let session = context.connect().await?;
        return dry_run::inspect(&session, asked, &targets, printer).await;
    }
    if let (Some(why), false) = (context.restriction(), asked.dry_run) {
        return Err(refused(format!("changes are refused: {why}")).into());
    }
    if asked.dry_run {
        let session = context.connect().await?;
        name_place(&session, asked, &mut targets)?;
        say_restriction(context);
        let forbidden = forbidden(context, asked.service, asked.action, agreed, targets.len());
        return dry_run::run(&session, asked, &targets, forbidden.as_deref(), printer).await;
    }
    // Said before anything is asked of AWS. What was agreed to in advance is for the engine to know.
    let forbidden =
        context
            .operations()
            .guardrails()
            .forbids(asked.service.id, asked.action.id, targets.len());
    if let Some(why) = forbidden {
        return Err(refused(why).into());
    }
    let session = context.connect().await?;
    name_place(&session, asked, &mut targets)?;
    let ready = match prepare(&session, asked, &targets).await {
        Ok(ready) => ready,
        Err(code_or_failure) => return code_or_failure.map_err(Into::into),
    };
    send(context, asked, ready, targets.len() == 1, printer).await
}

/// The user's own rule that the action breaks, as far as it can be told before anything is looked at.
pub(super) fn forbidden(
    context: &Context,
    service: &ServiceInfo,
    action: &ActionInfo,
    agreed: &Agreed,
    batch: usize,
) -> Option<String> {
    let rules = context.operations().guardrails();
    rules
        .forbids(service.id, action.id, batch)
        .or_else(|| rules.reasoned(agreed.reason.as_deref()).err())
}

/// Says of a dry run that nothing can be changed here at all, where it is so.
pub(super) fn say_restriction(context: &Context) {
    if let Some(why) = context.restriction() {
        message(&format!(
            "dry run: the action itself would be refused: {why}"
        ));
    }
}

/// Sends requests that the user has agreed to, one after the other, and prints what became of each.
/// One that fails does not stop the rest; the exit code is that of the first that failed. What was
/// asked for as `single` is printed by itself, and its failure is the command's.
pub(super) async fn send(
    context: &Context,
    asked: &Asked,
    ready: Vec<(Request, Consent)>,
    single: bool,
    printer: &Printer,
) -> Result<Code> {
    let all = ready.len();
    let mut operations: Vec<Operation> = Vec::new();
    let (mut done, mut worst) = (0, Code::Done);
    for (request, consent) in ready {
        let what = wording::asked(&request);
        let code = match carry_out(context, asked, request, consent).await {
            Ok((operation, code)) => {
                say_outcome(context, &operation);
                operations.push(operation);
                code
            }
            Err(failure) if single => return Err(failure.into()),
            Err(failure) => {
                message(&wording::one_line(&format!("{what}: {failure}")));
                failure.kind.into()
            }
        };
        done += usize::from(code == Code::Done);
        worst = if worst == Code::Done { code } else { worst };
    }
    if done < all && !single {
        message(&format!("{done} of {all} done"));
    }
    let now = context.clock().now();
    let records: Vec<Value> = operations.iter().map(Operation::to_json).collect();
    match &records[..] {
        [only] if single => {
            printer.one(only, || operation_table(&operations, now))?;
        }
        _ => printer.many(&records, &HEADINGS, || operation_table(&operations, now))?,
    }
    Ok(worst)
}

/// The Region as the target of what is done in a place and not to a resource.
fn name_place(session: &Session, asked: &Asked, targets: &mut Vec<String>) -> Result<(), Failure> {
    if asked.action.target != Target::Place {
        return Ok(());
    }
    let [region] = session.regions() else {
        let why = "several Regions are looked at, and this is done in one: name it with --region";
        return Err(Failure::new(FailureKind::Invalid, "", why));
    };
    *targets = vec![region.to_string()];
    Ok(())
}

/// The ids in the order given, each once.
fn distinct(ids: &[String]) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::with_capacity(ids.len());
    for id in ids {
        if !distinct.contains(id) {
            distinct.push(id.clone());
        }
    }
    distinct
}

/// The requests, each with the user's consent. Where any of them cannot be sent: the failure of a
/// single one, or, with everything said, the exit code of the first.
async fn prepare(
    session: &Session,
    asked: &Asked,
    targets: &[String],
) -> Result<Vec<(Request, Consent)>, Result<Code, Failure>> {
    let mut ready: Vec<(Request, Consent)> = Vec::new();
    let mut failures: Vec<Failure> = Vec::new();
    for target in targets {
        match consented(session, asked, target, targets.len()).await {
            Ok(good) => ready.push(good),
            Err(failure) if targets.len() == 1 => return Err(Err(failure)),
            Err(failure) => {
                message(&wording::one_line(&format!("{target}: {failure}")));
                failures.push(failure);
            }
        }
    }
    // One that confirms nothing was meant for something else.
    let confirms = |id: &&String| {
        ready
            .iter()
            .any(|(_, consent)| consent.typed.as_ref() == Some(*id))
    };
    if let (true, Some(astray)) = (
        failures.is_empty(),
        asked.confirm.iter().find(|id| !confirms(id)),
    ) {
        return Err(Err(refused(format!(
            "not confirmed: '{}' is not among what is to be confirmed",
            harmless(astray)
        ))));
    }
    match failures.first() {
        None => Ok(ready),
        Some(first) => {
            message(&format!(
                "nothing was sent: {} of {} cannot be done",
                failures.len(),
                targets.len()
            ));
            Err(Ok(first.kind.into()))
        }
    }
}

/// One request with the user's consent. The engine looks again right before sending it, so a single
/// one is assessed here only if a person is to be asked.
async fn consented(
    session: &Session,
    asked: &Asked,
    target: &str,
    batch: usize,
) -> Result<(Request, Consent), Failure> {
    let mut consent = Consent {
        typed: asked.confirm.first().cloned(),
        yes: asked.yes,
        let_aws_decide: true,
        batch,
        ..Consent::default()
    };
    let one_of_several = batch > 1;
    let must_ask = asked.action.destructive != Destructive::No
        && consent.typed.is_none()
        && !(consent.yes && asked.action.destructive == Destructive::Copy)
        && prompt::can_ask();
    let request = request(session, asked, target).await?;
    if !must_ask && !one_of_several {
        return Ok((request, consent));
    }
    let assessment = session.assess(&request).await?;
    unobstructed(&assessment, &consent)?;
    if one_of_several {
        consent.typed = own(&assessment.confirmation, &asked.confirm);
    }
    if !must_ask {
        return confirmed(&assessment.confirmation, &consent).map(|()| (request, consent));
    }
    describe(&assessment);
    let consent = prompt::ask(&assessment.confirmation, &wording::asked(&request), consent).await?;
    confirmed(&assessment.confirmation, &consent).map(|()| (request, consent))
}

/// The id, of those given, that confirms this one of several.
fn own(confirmation: &Confirmation, given: &[String]) -> Option<String> {
    match confirmation {
        Confirmation::Button => None,
        Confirmation::Ask { id } | Confirmation::Type { id, .. } => {
            given.iter().find(|one| *one == id).cloned()
        }
    }
}

/// The check that refuses a request before it is sent: what AWS counts for itself is left to AWS.
pub(super) fn obstacle(assessment: &Assessment) -> Option<(&Check, &str)> {
    assessment
        .checks
        .iter()
        .find_map(|check| match (&check.verdict, check.authority) {
            (Verdict::Failed(why), Authority::Rule) => Some((check, why.as_str())),
            _ => None,
        })
}

pub(super) fn refused(why: String) -> Failure {
    Failure::new(FailureKind::Refused, "", why).hint("Nothing was sent.")
}

/// The request, bound to the Region that has the target.
pub(super) async fn request(
    session: &Session,
    asked: &Asked,
    target: &str,
) -> Result<Request, Failure> {
    let region = match session.regions() {
        [only] => only.clone(),
        _ => {
            session
                .find(asked.service.id, asked.action.subject, target)
                .await?
                .region
        }
    };
    let mut request = Request {
        service: asked.service.id.to_owned(),
        action: asked.action.id.to_owned(),
        target: target.to_owned(),
        values: asked.values.clone(),
        place: session.place(&region),
    };
    request.complete((asked.action.fills)(session.now()));
    if asked.presets {
        request.complete(session.presets(&request).await?);
    }
    Ok(request)
}

async fn carry_out(
    context: &Context,
    asked: &Asked,
    request: Request,
    consent: Consent,
) -> Result<(Operation, Code), Failure> {
    let operations = context.operations();
    let accepted = operations.submit(request, consent).await?;
    let (goal, limit, late) = match asked.wait {
        Wait::No if !accepted.is_unresolved() => {
            let code = exit::of_operation(&accepted);
            return Ok((accepted, code));
        }
        Wait::No => (
            Goal::Resolved,
            Some(for_the_trace(context.settings())),
            Code::Unknown,
        ),
        Wait::ToTheEnd => (Goal::Finished, None, Code::StillRunning),
        Wait::AtMost(most) => (Goal::Finished, Some(most), Code::StillRunning),
    };
    let watcher = Watcher::begin(operations);
    let mut progress = Progress::new(context.clock().clone());
    let waiting = operations.wait(&accepted.id, goal, |operation| progress.show(operation));
    let outcome = match limit {
        Some(limit) => tokio::time::timeout(limit, waiting).await.ok(),
        None => Some(waiting.await),
    };
    progress.end();
    watcher.end().await;
    let Some(waited_for) = outcome else {
        let operation = operations.get(&accepted.id).await?;
        let code = if operation.is_finished() {
            exit::of_operation(&operation)
        } else {
            late
        };
        return Ok((operation, code));
    };
    let operation = waited_for?;
    let code = exit::of_operation(&operation);
    Ok((operation, code))
}

/// How long a command that does not wait for the end looks for the trace of a request whose reply was
/// lost: as long as the engine does, and the two calls that may be under way.
fn for_the_trace(settings: &Settings) -> Duration {
    let calls = settings.network.request_timeout.saturating_mul(2);
    settings.watch.reconcile_for.saturating_add(calls)
}

/// Says what would follow, on standard error: a person is about to be asked.
fn describe(assessment: &Assessment) {
    for (label, value) in &assessment.facts {
        message(&format!("{label}: {}", harmless(value)));
    }
    for warning in &assessment.warnings {
        message(warning);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_given_twice_counts_once_where_it_came_first() {
        let ids = ["b", "a", "b", "a", "c"].map(str::to_owned);
        assert_eq!(distinct(&ids), ["b", "a", "c"]);
    }
}
