//! Actions: assessed, confirmed, submitted through the engine, and watched where asked.

use anyhow::Result;
use serde_json::{Value, json};

use super::{
    arguments::{Asked, Wait},
    exit::{self, Code},
    operations::{operation_table, say_outcome},
    output::{Format, Printer, Table, line, message},
    progress::Progress,
    prompt,
};
use crate::{
    context::{Context, Session},
    domain::{
        assessment::{Assessment, Confirmation, Verdict},
        collection::Destructive,
        failure::{Failure, FailureKind},
        form::Request,
        operation::Operation,
        text::harmless,
    },
    operations::{Consent, Goal},
};

/// Carries out an action on each of its targets, one after the other. One that fails does not stop
/// the rest; the exit code is that of the first that failed.
pub(super) async fn run(context: &Context, asked: &Asked, printer: &Printer) -> Result<Code> {
    if let (Some(why), false) = (context.restriction(), asked.dry_run) {
        let refusal = Failure::new(
            FailureKind::Refused,
            "",
            format!("changes are refused: {why}"),
        );
        return Err(refusal.hint("Nothing was sent.").into());
    }
    let session = context.connect().await?;
    let mut requests = Vec::new();
    for target in &asked.targets {
        requests.push(request(&session, asked, target).await?);
    }
    if asked.dry_run {
        return dry_run(&session, asked, &requests, printer).await;
    }
    let mut operations: Vec<Operation> = Vec::new();
    let mut worst = Code::Done;
    for request in requests {
        match carry_out(context, &session, asked, request).await {
            Ok((operation, code)) => {
                say_outcome(&operation);
                worst = if worst == Code::Done { code } else { worst };
                operations.push(operation);
            }
            Err(failure) if asked.targets.len() == 1 => return Err(failure.into()),
            Err(failure) => {
                message(&failure.to_string());
                worst = if worst == Code::Done {
                    failure.kind.into()
                } else {
                    worst
                };
            }
        }
    }
    let now = context.clock().now();
    let records: Vec<Value> = operations.iter().map(Operation::to_json).collect();
    match &records[..] {
        [only] if asked.targets.len() == 1 => {
            printer.one(only, || operation_table(&operations, now))?;
        }
        _ => printer.many(&records, || operation_table(&operations, now))?,
    }
    Ok(worst)
}

/// The request, bound to the Region that has the target.
async fn request(session: &Session, asked: &Asked, target: &str) -> Result<Request, Failure> {
    let region = match session.regions() {
        [only] => only.clone(),
        _ => {
            session
                .find(asked.service.id, asked.action.subject, target)
                .await?
                .region
        }
    };
    Ok(Request {
        service: asked.service.id.to_owned(),
        action: asked.action.id.to_owned(),
        target: target.to_owned(),
        values: asked.values.clone(),
        place: session.place(&region),
    })
}

async fn carry_out(
    context: &Context,
    session: &Session,
    asked: &Asked,
    request: Request,
) -> Result<(Operation, Code), Failure> {
    let mut consent = Consent {
        typed: asked.confirm.clone(),
        yes: asked.yes,
        let_aws_decide: true,
    };
    if asked.action.destructive != Destructive::No
        && consent.typed.is_none()
        && !consent.yes
        && prompt::can_ask()
    {
        let assessment = session.assess(&request).await?;
        describe(&assessment);
        consent = prompt::ask(&assessment.confirmation, asked.action.title, consent).await?;
    }
    let operations = context.operations();
    let accepted = operations.submit(request, consent).await?;
    let wanted = match asked.wait {
        Wait::No if !accepted.is_unresolved() => {
            return Ok((accepted.clone(), exit::of_operation(&accepted)));
        }
        Wait::No => Goal::Resolved,
        Wait::ToTheEnd | Wait::AtMost(_) => Goal::Finished,
    };
    let watching = operations.clone();
    let watcher = tokio::spawn(async move { watching.watch().await });
    let mut progress = Progress::new(context.clock().clone());
    let waiting = operations.wait(&accepted.id, wanted, |operation| progress.show(operation));
    let outcome = match asked.wait {
        Wait::AtMost(most) => tokio::time::timeout(most, waiting).await.ok(),
        Wait::No | Wait::ToTheEnd => Some(waiting.await),
    };
    progress.end();
    watcher.abort();
    match outcome {
        Some(operation) => operation.map(|operation| {
            let code = exit::of_operation(&operation);
            (operation, code)
        }),
        None => Ok((operations.get(&accepted.id).await?, Code::StillRunning)),
    }
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

async fn dry_run(
    session: &Session,
    asked: &Asked,
    requests: &[Request],
    printer: &Printer,
) -> Result<Code> {
    let mut records = Vec::new();
    let mut assessments = Vec::new();
    for request in requests {
        let assessment = session.assess(request).await?;
        records.push(assessment_record(request, &assessment));
        assessments.push(assessment);
    }
    if printer.format() == Format::Table {
        for assessment in &assessments {
            print_assessment(assessment)?;
        }
    } else if let [only] = &records[..] {
        printer.one(only, || Table::new(&[]))?;
    } else {
        printer.many(&records, || Table::new(&[]))?;
    }
    let refused = assessments
        .iter()
        .any(|assessment| assessment.obstacle().is_some());
    message(&format!(
        "dry run: nothing was changed by {} {}",
        asked.service.id, asked.action.command
    ));
    Ok(if refused { Code::Refused } else { Code::Done })
}

fn assessment_record(request: &Request, assessment: &Assessment) -> Value {
    let verdict = |verdict: &Verdict| match verdict {
        Verdict::Passed(seen) => ("passed", seen.clone()),
        Verdict::Failed(why) => ("failed", why.clone()),
        Verdict::Unknown(why) => ("unknown", why.clone()),
    };
    let checks: Vec<Value> = assessment
        .checks
        .iter()
        .map(|check| {
            let (word, detail) = verdict(&check.verdict);
            json!({ "check": check.label, "verdict": word, "detail": detail })
        })
        .collect();
    let confirm = match &assessment.confirmation {
        Confirmation::Button => None,
        Confirmation::Ask { id } | Confirmation::Type { id, .. } => Some(id),
    };
    json!({
        "service": request.service,
        "action": request.action,
        "target": request.target,
        "region": request.place.region,
        "account": request.place.account,
        "dry_run": true,
        "permitted": assessment.obstacle().is_none(),
        "checks": checks,
        "warnings": assessment.warnings,
        "confirm": confirm,
        "expected": assessment.duration,
        "equivalent": assessment.equivalent,
    })
}

fn print_assessment(assessment: &Assessment) -> Result<()> {
    for (label, value) in &assessment.facts {
        line(&format!("{label}: {}", harmless(value)))?;
    }
    for check in &assessment.checks {
        let (mark, text) = match &check.verdict {
            Verdict::Passed(seen) => ("ok", seen),
            Verdict::Failed(why) => ("FAILED", why),
            Verdict::Unknown(why) => ("unknown", why),
        };
        line(&format!("{mark}: {}: {}", check.label, harmless(text)))?;
    }
    for warning in &assessment.warnings {
        line(&format!("warning: {}", harmless(warning)))?;
    }
    if let Some(duration) = &assessment.duration {
        line(&format!("takes: {duration} (estimate)"))?;
    }
    line(&format!("request: {}", harmless(&assessment.equivalent)))
}
