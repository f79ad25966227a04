//! Listing and showing resources.

use anyhow::Result;
use serde_json::Value;

use super::{
    exit::Code,
    output::{Printer, Table, message, record},
};
use crate::{
    context::Context,
    domain::{
        collection::{CollectionInfo, ServiceInfo},
        format,
        row::{Row, RowKey, merge},
    },
};

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
    let mut rows: Vec<Row> = Vec::new();
    let listed = session
        .list(service.id, collection.id, owner.as_ref(), &mut |page| {
            merge(&mut rows, page);
        })
        .await;
    let failures = listed.err().unwrap_or_default();
    // A list that lacks something must not pass for a whole one: what failed is said, and decides
    // the exit code, but what did arrive is printed unless it is nothing.
    if let (true, Some(first)) = (rows.is_empty(), failures.first()) {
        return Err(first.clone().into());
    }
    let records: Vec<Value> = rows
        .iter()
        .map(|row| record(service, collection, row))
        .collect();
    printer.many(&records, || {
        let now = context.clock().now();
        let headings: Vec<&str> = collection
            .columns
            .iter()
            .map(|column| column.title)
            .collect();
        let mut table = Table::new(&headings);
        for row in &rows {
            table.push(
                collection
                    .columns
                    .iter()
                    .map(|c| format::cell(row, c.key, c.show, now).into_owned())
                    .collect(),
            );
        }
        table
    })?;
    for failure in &failures {
        message(&format!("incomplete: {failure}"));
    }
    Ok(failures
        .first()
        .map_or(Code::Done, |failure| failure.kind.into()))
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
    printer.one(&record(service, collection, &row), || {
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
