//! The journal on the command line: listing operations, showing one, watching them to their end.

use std::collections::HashSet;

use anyhow::Result;
use futures_util::future::join_all;
use jiff::Timestamp;
use serde_json::Value;

use super::{
    arguments::{OperationsCommand, Wait},
    exit::{self, Code},
    output::{Printer, Table, message},
    progress::Progress,
};
use crate::{
    context::Context,
    domain::{
        failure::FailureKind,
        lifecycle::Lifecycle,
        operation::{Operation, OperationId},
        text::harmless,
        time,
    },
    operations::Goal,
};

/// More than anyone scrolls through; the journal keeps the rest.
const LISTED: usize = 10_000;

pub(super) async fn run(
    context: &Context,
    command: &OperationsCommand,
    printer: &Printer,
) -> Result<Code> {
    let operations = context.operations();
    let now = context.clock().now();
    match command {
        OperationsCommand::List { open } => {
            let listed = if *open {
                operations.open().await?
            } else {
                operations.list(LISTED).await?
            };
            print(&listed, now, printer)?;
            Ok(Code::Done)
        }
        OperationsCommand::Show(id) => {
            let operation = operations.get(id).await?;
            printer.one(&operation.to_json(), || details(&operation, now))?;
            Ok(Code::Done)
        }
        OperationsCommand::Wait { ids, wait } => wait_for(context, ids, *wait, printer).await,
    }
}

fn print(operations: &[Operation], now: Timestamp, printer: &Printer) -> Result<()> {
    let records: Vec<Value> = operations.iter().map(Operation::to_json).collect();
    printer.many(&records, || operation_table(operations, now))
}

async fn wait_for(
    context: &Context,
    ids: &[OperationId],
    wait: Wait,
    printer: &Printer,
) -> Result<Code> {
    let operations = context.operations();
    let mut wanted = Vec::new();
    if ids.is_empty() {
        wanted = operations.open().await?;
    }
    for id in ids {
        wanted.push(operations.get(id).await?);
    }
    if wanted.is_empty() {
        message("nothing is open");
    }
    check_credentials(context, &wanted).await?;
    let watching = operations.clone();
    let watcher = tokio::spawn(async move { watching.watch().await });
    let progress = std::cell::RefCell::new(Progress::new(context.clock().clone()));
    let all = join_all(wanted.iter().map(|operation| {
        operations.wait(&operation.id, Goal::Finished, |seen| {
            progress.borrow_mut().show(seen);
        })
    }));
    let finished = match wait {
        Wait::AtMost(most) => tokio::time::timeout(most, all).await.ok(),
        Wait::No | Wait::ToTheEnd => Some(all.await),
    };
    progress.borrow_mut().end();
    watcher.abort();
    let mut last = Vec::new();
    for operation in &wanted {
        last.push(operations.get(&operation.id).await?);
    }
    last.iter().for_each(say_outcome);
    print(&last, context.clock().now(), printer)?;
    if finished.is_none() && last.iter().any(|operation| !operation.is_finished()) {
        return Ok(Code::StillRunning);
    }
    Ok(last
        .iter()
        .map(exit::of_operation)
        .find(|code| *code != Code::Done)
        .unwrap_or(Code::Done))
}

/// Without valid credentials watching would wait for them for ever; a script wants to know.
async fn check_credentials(context: &Context, operations: &[Operation]) -> Result<()> {
    let mut seen = HashSet::new();
    for operation in operations.iter().filter(|o| !o.is_finished()) {
        let place = &operation.request.place;
        if seen.insert(place.clone()) {
            match context.reach(&operation.request.service, place).await {
                Err(failure)
                    if matches!(
                        failure.kind,
                        FailureKind::Credentials | FailureKind::Invalid
                    ) =>
                {
                    return Err(failure.into());
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Operations in columns.
pub(super) fn operation_table(operations: &[Operation], now: Timestamp) -> Table {
    let mut table = Table::new(&[
        "Operation",
        "Status",
        "Action",
        "Target",
        "Resource",
        "Stage",
        "Elapsed",
        "Requested (UTC)",
    ]);
    for operation in operations {
        let text = |value: &Option<String>| {
            value
                .as_deref()
                .map_or_else(|| "-".to_owned(), |v| harmless(v).into_owned())
        };
        table.push(vec![
            operation.id.to_string(),
            operation.lifecycle.status().to_owned(),
            operation.request.action.clone(),
            harmless(&operation.request.target).into_owned(),
            text(&operation.resource),
            text(&operation.stage),
            time::span(
                operation
                    .finished_at
                    .unwrap_or(now)
                    .duration_since(operation.requested_at),
            ),
            time::stamp(operation.requested_at),
        ]);
    }
    table
}

fn details(operation: &Operation, now: Timestamp) -> Table {
    let place = &operation.request.place;
    let text = |value: &Option<String>| value.as_deref().map(|v| harmless(v).into_owned());
    let moment = |at: Timestamp| {
        Some(format!(
            "{} UTC, {} ago",
            time::stamp(at),
            time::age(at, now)
        ))
    };
    let rows = [
        ("Operation", Some(operation.id.to_string())),
        ("Status", Some(operation.lifecycle.status().to_owned())),
        ("Action", Some(operation.request.action.clone())),
        (
            "Target",
            Some(harmless(&operation.request.target).into_owned()),
        ),
        ("Resource", text(&operation.resource)),
        ("Stage", text(&operation.stage)),
        ("Reason", text(&operation.reason)),
        ("What to do", text(&operation.advice)),
        (
            "Expected",
            operation
                .expected
                .as_ref()
                .map(|e| format!("{e} (estimate)")),
        ),
        ("Requested", moment(operation.requested_at)),
        ("Finished", operation.finished_at.and_then(moment)),
        ("AWS request id", text(&operation.request_id)),
        ("Account", Some(place.account.to_string())),
        ("Region", Some(place.region.to_string())),
        ("Profile", text(&place.profile)),
        ("Endpoint", text(&place.endpoint)),
    ];
    Table::pairs(
        rows.into_iter()
            .filter_map(|(label, value)| Some((label.to_owned(), value?))),
    )
}

/// Says on standard error how an operation ended, where it did not end well or is not at its end.
pub(super) fn say_outcome(operation: &Operation) {
    let what = format!(
        "{}: {} on {}",
        operation.id, operation.request.action, operation.request.target
    );
    let reason = operation.reason.as_deref().unwrap_or("AWS gives no reason");
    let outcome = match operation.lifecycle {
        Lifecycle::Completed => return,
        Lifecycle::Failed => format!("{what} failed: {reason}"),
        Lifecycle::Partial => format!("{what} is partial: {reason}"),
        Lifecycle::Lost => format!("{what} has an unknown outcome: {reason}"),
        _ => format!(
            "{what} goes on in AWS; 'snapdeck operations wait {}' watches it",
            operation.id
        ),
    };
    let advice = operation
        .advice
        .as_ref()
        .map(|advice| format!("\n{advice}"))
        .unwrap_or_default();
    let request = operation
        .request_id
        .as_ref()
        .filter(|id| operation.is_finished() && !outcome.contains(id.as_str()))
        .map(|id| format!(" (request id {id})"))
        .unwrap_or_default();
    message(&format!("{outcome}{request}{advice}"));
}
