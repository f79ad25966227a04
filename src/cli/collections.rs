//! Listing and showing resources.

use anyhow::Result;

use super::{
    exit::Code,
    output::{ENVELOPE, Format, Printer, Record, Table, finished, message},
};
use crate::{
    context::{Context, Session},
    domain::{
        collection::{CollectionInfo, ServiceInfo},
        failure::Failure,
        format,
        row::{Row, RowKey, merge},
    },
};

/// How many rows' details are asked for before what is known is written.
const DETAILS: usize = 32;

/// Lists a collection, or the part of it that belongs to the row `parent`.
pub(super) async fn list(
    context: &Context,
    service: &'static ServiceInfo,
    collection: &'static CollectionInfo,
    parent: Option<(&'static CollectionInfo, &str)>,
    printer: &Printer,
) -> Result<Code> {
    let session = context.connect().await?;
    let owner: Option<RowKey> = match parent {
        Some((owners, id)) => Some(session.find(service.id, owners.id, id).await?.key()),
        None => None,
    };
    // Rows in the order in which they came; in a table all of them, otherwise those that are not yet
    // written, because one of them is not whole.
    let mut rows: Vec<Row> = Vec::new();
    let mut stream = (printer.format() != Format::Table).then(|| printer.stream(&ENVELOPE));
    let mut written = Ok(());
    let listed = session
        .list(service.id, collection.id, owner.as_ref(), &mut |page| {
            merge(&mut rows, page);
            if let (Some(stream), Ok(())) = (&mut stream, &written) {
                let whole = rows.iter().position(Row::is_pending).unwrap_or(rows.len());
                written = rows.drain(..whole).try_for_each(|row| {
                    stream.write(&Record {
                        service,
                        collection,
                        row: &row,
                    })
                });
            }
        })
        .await;
    let mut failures = listed.err().unwrap_or_default();
    // What the list leaves to be asked for, is: in the order in which it is written.
    while let Some(asked) = complete(&session, service, collection, &mut rows).await {
        failures.extend(asked.err());
        if let (Some(stream), Ok(())) = (&mut stream, &written) {
            let whole = rows.iter().position(Row::is_pending).unwrap_or(rows.len());
            written = rows.drain(..whole).try_for_each(|row| {
                stream.write(&Record {
                    service,
                    collection,
                    row: &row,
                })
            });
        }
    }
    let nothing = rows.is_empty() && stream.as_ref().is_none_or(|stream| stream.written() == 0);
    // A list that lacks something must not pass for a whole one: what failed is said, and decides
    // the exit code, but what did arrive is printed unless it is nothing.
    if let (true, Some(first)) = (nothing, failures.first()) {
        return Err(first.clone().into());
    }
    if let Some(mut stream) = stream {
        let rest = rows.iter().map(|row| Record {
            service,
            collection,
            row,
        });
        finished(written.and_then(|()| {
            rest.into_iter()
                .try_for_each(|record| stream.write(&record))
        }))?;
        stream.end()?;
    } else {
        printer.many(&[], &ENVELOPE, || {
            let now = context.clock().now();
            let headings: Vec<&str> = collection
                .columns
                .iter()
                .map(|column| column.title)
                .collect();
            let mut table = Table::new(&headings);
            for row in &rows {
                let cells = collection
                    .columns
                    .iter()
                    .map(|c| format::cell(row, c.key, c.show, now).into_owned());
                table.push(cells.collect());
            }
            table
        })?;
    }
    for failure in &failures {
        message(&format!("incomplete: {failure}"));
    }
    Ok(failures
        .first()
        .map_or(Code::Done, |failure| failure.kind.into()))
}

/// Asks for what a complete list has left pending, of some of its rows. `None` where nothing is
/// pending; what is not told then is unknown.
pub(super) async fn complete(
    session: &Session,
    service: &'static ServiceInfo,
    collection: &'static CollectionInfo,
    rows: &mut Vec<Row>,
) -> Option<Result<(), Failure>> {
    let first = rows.iter().position(Row::is_pending)?;
    let region = rows[first].region.clone();
    let open = |row: &&Row| row.is_pending() && row.region == region;
    let asked: Vec<String> = rows[first..]
        .iter()
        .filter(open)
        .take(DETAILS)
        .map(|row| row.id.clone())
        .collect();
    let told = session
        .details(service.id, collection.id, &region, &asked)
        .await;
    let (mut told, outcome) = match told {
        Ok(told) => (told, Ok(())),
        Err(failure) => (Vec::new(), Err(failure)),
    };
    told.iter_mut().for_each(Row::settle);
    let silent = |row: &&Row| {
        let known = || told.iter().any(|known| known.id == row.id);
        row.region == region && asked.contains(&row.id) && !known()
    };
    let mut untold: Vec<Row> = rows.iter().filter(silent).cloned().collect();
    untold.iter_mut().for_each(Row::settle);
    told.extend(untold);
    merge(rows, told);
    Some(outcome)
}

/// Shows one row.
pub(super) async fn show(
    context: &Context,
    service: &'static ServiceInfo,
    collection: &'static CollectionInfo,
    id: &str,
    printer: &Printer,
) -> Result<Code> {
    let session = context.connect().await?;
    let row = session.find(service.id, collection.id, id).await?;
    let record = serde_json::to_value(Record {
        service,
        collection,
        row: &row,
    })?;
    printer.one(&record, || {
        let now = context.clock().now();
        let value = |key, show| format::cell(&row, key, show, now).into_owned();
        Table::pairs(
            collection
                .members
                .iter()
                .map(|m| (m.label.to_owned(), value(m.key, m.show)))
                .filter(|(_, value)| value != format::ABSENT),
        )
    })?;
    Ok(Code::Done)
}
