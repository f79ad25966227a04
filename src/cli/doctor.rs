//! What works from here and what does not, step by step, each with what to do about it.

use std::{collections::HashSet, path::Path};

use anyhow::Result;
use serde_json::{Value, json};

use super::{
    exit::Code,
    output::{Printer, Table, line, lines, message},
    wording,
};
use crate::{
    config::Settings,
    context::{self, Context},
    domain::{
        failure::{Failure, FailureKind},
        text::harmless,
    },
};

/// Writes a file for a bug report; `-` is standard output.
pub(super) async fn report(settings: &Settings, file: &Path) -> Result<Code> {
    // What keeps the context from being opened is part of the report.
    let opened = Context::open(settings).await;
    let mut text = context::diagnostics(settings, opened.as_ref().ok(), &super::environment).await;
    if let Err(failure) = &opened {
        let why = failure.to_string();
        text.extend(["\nit could not be started: ", &harmless(&why), "\n"]);
    }
    if file == Path::new("-") {
        line(text.trim_end())?;
        return Ok(Code::Done);
    }
    context::write_new(file, &text).map_err(|error| {
        let file = harmless(&file.display().to_string()).into_owned();
        Failure::new(
            FailureKind::Invalid,
            "",
            format!("cannot write {file}: {error}"),
        )
        .hint("Name a file that is not there yet.")
    })?;
    message(&format!(
        "written to {}; it holds no credentials and no account ids, but look through it before you pass it on",
        harmless(&file.display().to_string())
    ));
    Ok(Code::Done)
}

struct Finding {
    what: String,
    outcome: Result<String, Failure>,
}

/// Whether anything can be changed. That nothing is to be changed is as good: it was asked for.
fn changes(settings: &Settings, restriction: Option<&str>) -> Result<String, Failure> {
    match restriction {
        None => Ok("allowed".to_owned()),
        Some(why) if settings.read_only.is_some() => Ok(format!("refused: {why}")),
        Some(why) => Err(Failure::new(
            FailureKind::Refused,
            "",
            format!("refused: {why}"),
        )),
    }
}

/// Examines everything that a change would need, down to each service in each Region: the ids of its
/// first collection, by as few calls as tell them.
pub(super) async fn examine(settings: Settings, printer: &Printer) -> Result<Code> {
    let mut findings = Vec::new();
    let mut found = |what: &str, outcome: Result<String, Failure>| {
        findings.push(Finding {
            what: what.to_owned(),
            outcome,
        });
    };
    found(
        "Configuration",
        Ok(settings.config_file.as_ref().map_or_else(
            || "defaults; there is no file".to_owned(),
            |file| file.display().to_string(),
        )),
    );
    match Context::open(&settings).await {
        Err(failure) => found("Start", Err(failure)),
        Ok(context) => {
            let journal = context
                .operations()
                .open()
                .await
                .map(|open| format!("{}, {} open", context.state_dir().display(), open.len()));
            found("Journal", journal);
            found("Changes", changes(&settings, context.restriction()));
            match context.connect().await {
                Err(failure) => found("Credentials", Err(failure)),
                Ok(session) => {
                    found("Credentials", Ok(session.identity().arn.clone()));
                    let endpoint = session.identity().endpoint.clone();
                    found("Endpoint", Ok(endpoint.unwrap_or_else(|| "AWS".to_owned())));
                    for service in context::services() {
                        for region in session.regions() {
                            let first = service
                                .collections
                                .first()
                                .map_or("", |collection| collection.id);
                            let ids = session.ids(service.id, first, region).await;
                            // A row that was sent again once more was known counts once.
                            let counted =
                                ids.map(|ids| ids.into_iter().collect::<HashSet<_>>().len());
                            found(
                                &format!("{} in {region}", service.title),
                                counted.map(|count| format!("{count} {first}")),
                            );
                        }
                    }
                }
            }
        }
    }
    let code = findings
        .iter()
        .find_map(|f| f.outcome.as_ref().err())
        .map_or(Code::Done, |failure| failure.kind.into());
    let records: Vec<Value> = findings
        .iter()
        .map(|f| match &f.outcome {
            Ok(seen) => json!({ "check": f.what, "ok": true, "detail": seen, "hint": null }),
            Err(failure) => json!({ "check": f.what, "ok": false, "detail": failure.reason(), "hint": failure.hint }),
        })
        .collect();
    printer.many(&records, &[], || {
        let mut table = Table::new(&["Check", "Result", "Detail"]);
        for finding in &findings {
            let (word, detail) = match &finding.outcome {
                Ok(seen) => ("ok", seen.clone()),
                Err(failure) => ("FAILED", wording::one_line(&failure.to_string())),
            };
            table.push(vec![finding.what.clone(), word.to_owned(), lines(&detail)]);
        }
        table
    })?;
    Ok(code)
}
