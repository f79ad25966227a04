//! The journal on the command line: listing operations, showing one, watching them to their end.

use std::{cell::RefCell, collections::HashMap};

use anyhow::Result;
use futures_util::future::try_join_all;
use jiff::Timestamp;
use serde_json::Value;

use super::{
    arguments::{OperationsCommand, Wait},
    exit::{self, Code},
    output::{Printer, Table, message},
    progress::Progress,
    watcher::Watcher,
    wording,
};
use crate::{
    context::Context,
    domain::{
        failure::{Failure, FailureKind},
        lifecycle::Lifecycle,
        operation::{Operation, OperationId},
        pace::Pace,
        place::Place,
        text::harmless,
        time,
    },
    operations::Goal,
};

/// The keys of an operation that come first, for a list that has none to take them from.
pub(super) const HEADINGS: [&str; 13] = [
    "id",
    "service",
    "action",
    "target",
    "resource",
    "account",
    "region",
    "status",
    "percent",
    "requested_at",
    "finished_at",
    "reason",
    "request_id",
];

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
                let (listed, older) = newest(operations.list(LISTED + 1).await?, LISTED);
                if older {
                    message(&format!(
                        "only the newest {LISTED} operations are listed; the journal has older ones"
                    ));
                }
                listed
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

/// The first so many of what is listed, and whether there were more.
fn newest<T>(mut listed: Vec<T>, most: usize) -> (Vec<T>, bool) {
    let older = listed.len() > most;
    listed.truncate(most);
    (listed, older)
}

fn print(operations: &[Operation], now: Timestamp, printer: &Printer) -> Result<()> {
    let records: Vec<Value> = operations.iter().map(Operation::to_json).collect();
    printer.many(&records, &HEADINGS, || operation_table(operations, now))
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
    let blocked = without_credentials(context, &wanted).await;
    // Who names operations wants those; whoever watches all that are open wants what can be had.
    if let (false, Some(failure)) = (ids.is_empty(), blocked.values().next()) {
        return Err(failure.clone().into());
    }
    for (operation, failure) in wanted.iter().filter_map(|o| Some((o, blocked.get(&o.id)?))) {
        message(&wording::one_line(&format!(
            "{} cannot be watched: {failure}",
            operation.id
        )));
    }
    let watcher = Watcher::begin(operations);
    let progress = RefCell::new(Progress::new(context.clock().clone()));
    let reachable = |operation: &&Operation| !blocked.contains_key(&operation.id);
    let all = try_join_all(wanted.iter().filter(reachable).map(|operation| {
        operations.wait(&operation.id, Goal::Finished, |seen| {
            progress.borrow_mut().show(seen);
        })
    }));
    let outcome = match wait {
        Wait::AtMost(most) => tokio::time::timeout(most, all).await.unwrap_or(Ok(vec![])),
        Wait::No | Wait::ToTheEnd => all.await,
    };
    progress.borrow_mut().end();
    watcher.end().await;
    outcome?;
    let mut last = Vec::new();
    for operation in &wanted {
        last.push(operations.get(&operation.id).await?);
    }
    for operation in last.iter().filter(reachable) {
        say_outcome(context, operation);
    }
    print(&last, context.clock().now(), printer)?;
    let after_waiting = |operation: &Operation| {
        if operation.is_finished() {
            exit::of_operation(operation)
        } else {
            Code::StillRunning
        }
    };
    let code = last
        .iter()
        .filter(reachable)
        .map(after_waiting)
        .find(|code| *code != Code::Done);
    Ok(code.unwrap_or(if blocked.is_empty() {
        Code::Done
    } else {
        Code::NotPermitted
    }))
}

/// The operations that cannot be watched for want of valid credentials, each with the reason.
/// Watching would wait for them for ever; a script wants to know.
async fn without_credentials(
    context: &Context,
    operations: &[Operation],
) -> HashMap<OperationId, Failure> {
    let mut reached: HashMap<&Place, Option<Failure>> = HashMap::new();
    let mut blocked = HashMap::new();
    for operation in operations.iter().filter(|o| !o.is_finished()) {
        let request = &operation.request;
        if !reached.contains_key(&request.place) {
            let failure = context.reach(&request.service, &request.place).await.err();
            let lasting = failure.filter(|failure| {
                matches!(
                    failure.kind,
                    FailureKind::Credentials | FailureKind::Invalid
                )
            });
            reached.insert(&request.place, lasting);
        }
        if let Some(Some(failure)) = reached.get(&request.place) {
            blocked.insert(operation.id.clone(), failure.clone());
        }
    }
    blocked
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
            wording::status(operation),
            wording::title(&operation.request),
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
        ("Status", Some(wording::status(operation))),
        ("Action", Some(wording::title(&operation.request))),
        (
            "Target",
            Some(harmless(&operation.request.target).into_owned()),
        ),
        ("Resource", text(&operation.resource)),
        ("Stage", text(&operation.stage)),
        ("Reason", text(&operation.reason)),
        ("What to do", text(&operation.advice)),
        ("Reason given", text(&operation.given_reason)),
        (
            "Expected",
            operation
                .expected
                .as_ref()
                .map(|e| format!("{e} (estimate)")),
        ),
        ("Pace", Pace::of(operation, now).map(Pace::in_words)),
        ("Requested", moment(operation.requested_at)),
        ("Finished", operation.finished_at.and_then(moment)),
        ("AWS request id", text(&operation.request_id)),
        ("Account", Some(place.account.to_string())),
        ("Region", Some(place.region.to_string())),
        ("Profile", text(&place.profile)),
        ("Endpoint", text(&place.endpoint)),
    ];
    let endpoints = place
        .endpoints
        .iter()
        .map(|(service, url)| (format!("Endpoint of {}", harmless(service)), harmless(url)));
    let values = operation.request.values.iter();
    let values = values.map(|(key, value)| {
        let label = wording::field(&operation.request, key);
        (label, harmless(&value.to_string()).into_owned())
    });
    let known = rows
        .into_iter()
        .filter_map(|(label, value)| Some((label.to_owned(), value?)));
    let endpoints = endpoints.map(|(label, url)| (label, url.into_owned()));
    Table::pairs(known.chain(endpoints).chain(values))
}

/// Says on standard error, on one line, how an operation ended, where it did not end well or is not
/// at its end.
pub(super) fn say_outcome(context: &Context, operation: &Operation) {
    let what = format!("{}: {}", operation.id, wording::asked(&operation.request));
    let reason = operation.reason.as_deref().unwrap_or("AWS gives no reason");
    let resumed = |how: &str| {
        if context.is_sandbox() {
            "; this sandbox ends with the command, and this with it".to_owned()
        } else {
            format!("; 'snapdeck operations wait {}' {how}", operation.id)
        }
    };
    let outcome = match operation.lifecycle {
        Lifecycle::Completed => return,
        Lifecycle::Failed => format!("{what}: failed: {reason}"),
        Lifecycle::Partial => format!("{what}: partial: {reason}"),
        Lifecycle::Lost => format!("{what}: unknown outcome: {reason}"),
        Lifecycle::Requested | Lifecycle::Unknown => format!(
            "{what}: it is not known whether AWS took it on, and it is still being looked for{}",
            resumed("goes on looking")
        ),
        Lifecycle::Accepted | Lifecycle::InProgress { .. } if wording::goes_on(operation) => {
            let stands = "has another step, which only a snapdeck that watches sends";
            format!("{what}: {stands}{}", resumed("sends it"))
        }
        Lifecycle::Accepted | Lifecycle::InProgress { .. } => {
            format!("{what}: goes on in AWS{}", resumed("watches it"))
        }
    };
    let request = operation
        .request_id
        .as_ref()
        .filter(|id| operation.is_finished() && !outcome.contains(id.as_str()))
        .map(|id| format!(" (request id {id})"))
        .unwrap_or_default();
    let advice = operation.advice.as_deref().unwrap_or_default();
    message(&wording::one_line(&format!("{outcome}{request}\n{advice}")));
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;

    fn operation(lifecycle: &str) -> Operation {
        serde_json::from_value(json!({
            "id": "op-3f9a02c17be4",
            "request": {
                "service": "directory",
                "action": "delete_snapshot",
                "target": "s-9067b10001",
                "values": {},
                "place": {
                    "profile": null,
                    "account": "123456789012",
                    "region": "us-east-1",
                    "endpoint": null,
                },
            },
            "lifecycle": { "is": lifecycle },
            "requested_at": Timestamp::UNIX_EPOCH,
            "changed_at": Timestamp::UNIX_EPOCH,
            "baseline": {},
            "session": "",
        }))
        .unwrap()
    }

    #[test]
    fn an_empty_list_has_the_keys_that_an_operation_begins_with() {
        let record = operation("completed").to_json();
        let keys: Vec<&str> = record
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(keys[..HEADINGS.len()], HEADINGS);
    }

    #[test]
    fn a_list_that_is_cut_is_known_for_it() {
        assert_eq!(newest(vec![3, 2, 1], 2), (vec![3, 2], true));
        assert_eq!(newest(vec![3, 2], 2), (vec![3, 2], false));
    }

    #[test]
    fn what_is_looked_for_is_told_from_what_was_given_up() {
        assert_eq!(wording::status(&operation("unknown")), "unknown (looking)");
        assert_eq!(wording::status(&operation("lost")), "unknown");
    }

    #[test]
    fn what_was_asked_is_said_by_its_title() {
        let asked = wording::asked(&operation("completed").request);
        assert_eq!(asked, "Delete snapshot s-9067b10001");
    }
}
