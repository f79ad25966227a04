//! Listing and showing resources.

use anyhow::Result;
use jiff::Timestamp;

use super::{
    exit::Code,
    output::{ENVELOPE, Format, Printer, Record, Stream, Table, finished, message},
};
use crate::{
    context::{Context, Session},
    domain::{
        collection::{CollectionInfo, ServiceInfo},
        failure::{Failure, FailureKind},
        format,
        row::{Row, RowKey, merge},
    },
};

/// How many rows' details are asked for before what is known is written.
const DETAILS: usize = 32;

/// A row by which a list is narrowed: its collection and its id.
pub(super) type Owner<'a> = (&'static CollectionInfo, &'a str);

/// Lists a collection, or the part of it that belongs to the row `parent`.
pub(super) async fn list(
    context: &Context,
    service: &'static ServiceInfo,
    collection: &'static CollectionInfo,
    parent: Option<Owner<'_>>,
    printer: &Printer,
) -> Result<Code> {
    let session = context.connect().await?;
    // Rows in the order in which they came; in a table all of them, otherwise those that are not yet
    // written, because one of them is not whole.
    let mut rows: Vec<Row> = Vec::new();
    let mut stream = (printer.format() != Format::Table).then(|| printer.stream(&ENVELOPE));
    let mut written = Ok(());
    let write = |stream: &mut Stream, rows: &mut Vec<Row>| {
        let whole = rows.iter().position(Row::is_pending).unwrap_or(rows.len());
        rows.drain(..whole).try_for_each(|row| {
            stream.write(&Record {
                service,
                collection,
                row: &row,
            })
        })
    };
    let listed = pages(&session, service, collection, parent, &mut |page| {
        merge(&mut rows, page);
        if let (Some(stream), Ok(())) = (&mut stream, &written) {
            written = write(stream, &mut rows);
        }
    })
    .await;
    let mut failures = listed.err().unwrap_or_default();
    // What the list leaves to be asked for, is: in the order in which it is written.
    while let Some(asked) = complete(&session, service, collection, &mut rows).await {
        failures.extend(asked.err());
        if let (Some(stream), Ok(())) = (&mut stream, &written) {
            written = write(stream, &mut rows);
        }
    }
    let nothing = rows.is_empty() && stream.as_ref().is_none_or(|stream| stream.written() == 0);
    let code = failures
        .first()
        .map_or(Code::Done, |failure| failure.kind.into());
    // A list that lacks something must not pass for a whole one: what failed is said, and decides
    // the exit code, but what did arrive is printed unless it is nothing.
    if nothing && code != Code::Done {
        for failure in &failures {
            message(&failure.to_string());
        }
        return Ok(code);
    }
    if let Some(mut stream) = stream {
        finished(written.and_then(|()| write(&mut stream, &mut rows)))?;
        stream.end()?;
    } else {
        let now = context.clock().now();
        printer.many(&[], &ENVELOPE, || table(collection, &rows, now))?;
    }
    for failure in &failures {
        message(&format!("incomplete: {failure}"));
    }
    Ok(code)
}

/// The pages of a collection, or of the part of it that belongs to the row `parent`. A row that is
/// gone may have left others behind, as a volume leaves its snapshots: those are looked for in every
/// Region, and only where there are none is it the row that is missed.
pub(super) async fn pages(
    session: &Session,
    service: &'static ServiceInfo,
    collection: &'static CollectionInfo,
    parent: Option<Owner<'_>>,
    sink: &mut (dyn FnMut(Vec<Row>) + Send),
) -> Result<(), Vec<Failure>> {
    let Some((owners, id)) = parent else {
        return session.list(service.id, collection.id, None, sink).await;
    };
    let missing = match session.find(service.id, owners.id, id).await {
        Ok(row) => {
            let key = row.key();
            return session
                .list(service.id, collection.id, Some(&key), sink)
                .await;
        }
        Err(missing) => missing,
    };
    if missing.kind != FailureKind::NotFound {
        return Err(vec![missing]);
    }
    let mut left = false;
    let mut failures = Vec::new();
    for region in session.regions() {
        let key = RowKey {
            region: region.clone(),
            id: id.to_owned(),
        };
        let mut pass_on = |page: Vec<Row>| {
            left |= !page.is_empty();
            sink(page);
        };
        let listed = session.list(service.id, collection.id, Some(&key), &mut pass_on);
        failures.extend(listed.await.err().unwrap_or_default());
    }
    failures.retain(|failure| failure.kind != FailureKind::NotFound);
    match (left, failures.is_empty()) {
        (true, true) => Ok(()),
        (false, true) => Err(vec![missing]),
        (_, false) => Err(failures),
    }
}

/// Rows in the columns of their collection.
fn table(collection: &CollectionInfo, rows: &[Row], now: Timestamp) -> Table {
    let columns = collection.columns;
    let headings: Vec<&str> = columns.iter().map(|column| column.title).collect();
    let mut table = Table::new(&headings);
    for row in rows {
        let cells = columns
            .iter()
            .map(|c| format::cell(row, c.key, c.show, now).into_owned());
        table.push(cells.collect());
    }
    table
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
