//! What would follow from an action, printed instead of done, and the exit code that the action
//! itself would have as things stand.

use anyhow::Result;
use serde_json::{Value, json};

use super::{
    actions::{obstacle, request},
    arguments::Asked,
    exit::Code,
    output::{Format, Printer, Table, line, message},
    wording,
};
use crate::{
    context::Session,
    domain::{
        assessment::{Assessment, Authority, Check, Confirmation, Verdict},
        collection::Verdicts,
        failure::{Failure, FailureKind},
        form::Request,
        text::harmless,
        way::Way,
    },
};

/// Prints the plan for each of the targets. `forbidden` is the user's own rule that refuses the action
/// before anything is looked at.
pub(super) async fn run(
    session: &Session,
    asked: &Asked,
    targets: &[String],
    forbidden: Option<&str>,
    printer: &Printer,
) -> Result<Code> {
    let mut records = Vec::new();
    let mut assessments = Vec::new();
    let mut code = Code::Done;
    if let Some(why) = forbidden {
        code = Code::Refused;
        message(&format!("dry run: would be refused: {why}"));
    }
    for target in targets {
        match assess(session, asked, target).await {
            Ok((request, assessment)) => {
                if let Some((check, why)) = stumble(&assessment) {
                    code = first(code, code_of(check));
                    let by = match check.authority {
                        Authority::Rule => "",
                        Authority::Aws => " by AWS",
                    };
                    message(&format!(
                        "dry run: would be refused{by}: {}: {}: {why}",
                        wording::asked(&request),
                        check.label
                    ));
                }
                let mut record = record(asked, &request, &assessment);
                if let Some(why) = forbidden {
                    record["permitted"] = false.into();
                    record["error"] = why.into();
                }
                records.push(record);
                assessments.push(assessment);
            }
            Err(failure) if targets.len() == 1 && forbidden.is_none() => {
                return Err(failure.into());
            }
            Err(failure) => {
                code = first(code, failure.kind.into());
                let why = failure.to_string();
                message(&format!("dry run: would be refused: {target}: {why}"));
                let why = forbidden.map_or_else(|| failure.reason(), str::to_owned);
                records.push(unplanned(asked, target, &why));
            }
        }
    }
    publish(asked, printer, &records, &assessments, false)?;
    message(&format!(
        "dry run: nothing was changed by {} {}",
        asked.service.id, asked.action.command
    ));
    Ok(code)
}

/// Finds something out about each of the targets: the checks are all there is to it. The code says
/// whether one of them failed.
pub(super) async fn inspect(
    session: &Session,
    asked: &Asked,
    targets: &[String],
    printer: &Printer,
) -> Result<Code> {
    let mut records = Vec::new();
    let mut assessments = Vec::new();
    let mut code = Code::Done;
    for target in targets {
        let (request, assessment) = assess(session, asked, target).await?;
        if assessment.obstacle().is_some() {
            code = Code::Refused;
        }
        let mut record = record(asked, &request, &assessment);
        record["dry_run"] = Value::Null;
        records.push(record);
        assessments.push(assessment);
    }
    publish(
        asked,
        printer,
        &records,
        &assessments,
        asked.print_documents,
    )?;
    Ok(code)
}

/// Writes what was found out, for people or for scripts.
fn publish(
    asked: &Asked,
    printer: &Printer,
    records: &[Value],
    assessments: &[Assessment],
    documents: bool,
) -> Result<()> {
    if printer.format() == Format::Table {
        return assessments
            .iter()
            .try_for_each(|assessment| print(asked, assessment, documents));
    }
    match records {
        [only] => printer.one(only, || Table::new(&[])),
        _ => printer.many(records, &[], || Table::new(&[])),
    }
}

async fn assess(
    session: &Session,
    asked: &Asked,
    target: &str,
) -> Result<(Request, Assessment), Failure> {
    let request = request(session, asked, target).await?;
    let assessment = session.assess(&request).await?;
    Ok((request, assessment))
}

/// The check at which the action would end: this program's come first, since what they refuse is
/// never sent.
fn stumble(assessment: &Assessment) -> Option<(&Check, &str)> {
    obstacle(assessment).or_else(|| {
        let check = assessment.obstacle()?;
        match &check.verdict {
            Verdict::Failed(why) => Some((check, why.as_str())),
            Verdict::Passed(_) | Verdict::Unknown(_) => None,
        }
    })
}

/// The exit code of the action where this check fails.
fn code_of(check: &Check) -> Code {
    match (check.authority, check.refusal) {
        (Authority::Aws, FailureKind::Refused) => Code::Limit,
        (_, refusal) => refusal.into(),
    }
}

/// The code of the first problem.
fn first(known: Code, next: Code) -> Code {
    if known == Code::Done { next } else { known }
}

/// What is printed of a target that cannot be looked at: the keys of [`record`], in its order.
fn unplanned(asked: &Asked, target: &str, why: &str) -> Value {
    json!({
        "service": asked.service.id,
        "action": asked.action.id,
        "target": target,
        "region": null,
        "account": null,
        "dry_run": true,
        "permitted": false,
        "checks": [],
        "warnings": [],
        "confirm": null,
        "expected": null,
        "equivalent": null,
        "documents": [],
        "error": why,
    })
}

fn record(asked: &Asked, request: &Request, assessment: &Assessment) -> Value {
    let words = asked.action.verdicts;
    let verdict = |verdict: &Verdict| match verdict {
        Verdict::Passed(seen) => (words.passed, seen.clone()),
        Verdict::Failed(why) => (words.failed, why.clone()),
        Verdict::Unknown(why) => ("unknown", why.clone()),
    };
    let checks: Vec<Value> = assessment
        .checks
        .iter()
        .map(|check| {
            let (word, detail) = verdict(&check.verdict);
            let ways: Vec<String> = check.ways.iter().map(Way::on_the_command_line).collect();
            json!({ "check": check.label, "verdict": word, "detail": detail, "ways": ways })
        })
        .collect();
    let documents: Vec<Value> = assessment
        .documents
        .iter()
        .map(|document| json!({ "title": document.title, "text": document.text }))
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
        "permitted": obstacle(assessment).is_none(),
        "checks": checks,
        "warnings": assessment.warnings,
        "confirm": confirm,
        "expected": assessment.duration,
        "equivalent": assessment.equivalent,
        "documents": documents,
        "error": null,
    })
}

fn print(asked: &Asked, assessment: &Assessment, documents: bool) -> Result<()> {
    let words = match asked.action.verdicts {
        Verdicts::PLAIN => Verdicts {
            passed: "ok",
            failed: "FAILED",
        },
        own => own,
    };
    for (label, value) in &assessment.facts {
        line(&format!("{label}: {}", harmless(value)))?;
    }
    for check in &assessment.checks {
        let (mark, text) = match &check.verdict {
            Verdict::Passed(seen) => (words.passed, seen),
            Verdict::Failed(why) => (words.failed, why),
            Verdict::Unknown(why) => ("unknown", why),
        };
        line(&format!("{mark}: {}: {}", check.label, harmless(text)))?;
        for way in &check.ways {
            line(&format!("  {}", harmless(&way.on_the_command_line())))?;
        }
    }
    for warning in &assessment.warnings {
        line(&format!("warning: {}", harmless(warning)))?;
    }
    if let Some(duration) = &assessment.duration {
        line(&format!("takes: {duration} (estimate)"))?;
    }
    line(&format!("request: {}", harmless(&assessment.equivalent)))?;
    for document in assessment.documents.iter().filter(|_| documents) {
        line("")?;
        line(&format!("{}:", harmless(&document.title)))?;
        for text in document.text.lines() {
            line(&harmless(text))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_that_of_the_action_itself() {
        let failing = || Check::rule("Check", Err("no".to_owned()));
        assert_eq!(code_of(&failing()), Code::Refused);
        assert_eq!(code_of(&failing().decided_by_aws()), Code::Limit);
        let state = Check::state("Check", Err("no".to_owned()));
        assert_eq!(code_of(&state), Code::Limit);
        assert_eq!(code_of(&state.decided_by_aws()), Code::Limit);
        let denied = failing().refuses_as(FailureKind::Denied);
        assert_eq!(code_of(&denied), Code::NotPermitted);
        assert_eq!(code_of(&denied.decided_by_aws()), Code::NotPermitted);
    }
}
