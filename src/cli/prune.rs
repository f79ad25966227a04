//! Deleting recovery points chosen by age, count, name and state.
//!
//! Invariant: what `--dry-run` says would be deleted is what is deleted, as long as AWS has the same
//! recovery points: the choice and the checks are made in one place, before it is looked at which of
//! the two was asked for.

use anyhow::Result;
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use super::{
    actions::{self, forbidden, refused, say_restriction},
    arguments::{Asked, Wait},
    collections::{complete, pages},
    exit::Code,
    output::{Printer, Table, message},
    prompt, wording,
};
use crate::{
    context::{Context, Session},
    domain::{
        assessment::Assessment,
        collection::{ActionInfo, CollectionInfo, RecoveryPoints, ServiceInfo},
        failure::Failure,
        form::Request,
        format,
        row::{Row, RowKey, merge},
        selection::{Criteria, taken},
        text::harmless,
        time,
    },
    operations::{Agreed, Consent, confirmed, unobstructed},
};

/// A choice of recovery points as it was asked for.
#[derive(Debug, Clone)]
pub struct Prune {
    /// The service.
    pub service: &'static ServiceInfo,
    /// The collection of recovery points.
    pub collection: &'static CollectionInfo,
    /// What they are, as recovery points.
    pub points: &'static RecoveryPoints,
    /// The action that deletes one.
    pub action: &'static ActionInfo,
    /// The row whose recovery points are looked at; all where none is named.
    pub parent: Option<(&'static CollectionInfo, String)>,
    /// What is chosen.
    pub criteria: Criteria,
    /// `--yes`.
    pub yes: bool,
    /// `--dry-run`.
    pub dry_run: bool,
    /// `--wait`.
    pub wait: Wait,
}

/// How many assessments are under way at once.
const AT_ONCE: usize = 8;

/// The keys that every record of a dry run begins with.
const HEADINGS: [&str; 10] = [
    "service",
    "kind",
    "id",
    "name",
    "state",
    "region",
    "account",
    "taken",
    "would_delete",
    "because",
];

/// A recovery point that was chosen, with whether it can be deleted.
struct Chosen<'r> {
    row: &'r Row,
    request: Request,
    verdict: Result<Assessment, Failure>,
}

/// Deletes what the criteria choose, or says what that is.
pub(super) async fn run(
    context: &Context,
    asked: &Prune,
    agreed: &Agreed,
    printer: &Printer,
) -> Result<Code> {
    if let (Some(why), false) = (context.restriction(), asked.dry_run) {
        return Err(refused(format!("changes are refused: {why}")).into());
    }
    let session = context.connect().await?;
    let Listed { rows, left_out } = listed(&session, asked).await?;
    for (owner, failure) in &left_out {
        message(&wording::one_line(&format!(
            "{owner} is left out: {failure}"
        )));
    }
    let incomplete = left_out
        .first()
        .map_or(Code::Done, |(_, failure)| failure.kind.into());
    let now = context.clock().now();
    let choice = asked.criteria.choose(&rows, asked.points, now);
    message(&format!(
        "{} of {} {}s fit: {}",
        choice.rows.len(),
        rows.len(),
        asked.collection.noun,
        asked.criteria
    ));
    if let Some(warning) = choice.warning(asked.collection.noun) {
        message(&warning);
    }
    let chosen = assessed(&session, asked, choice.rows).await;
    let batch = chosen.iter().filter(|point| point.verdict.is_ok()).count();
    if asked.dry_run {
        say_restriction(context);
        let forbidden = forbidden(context, asked.service, asked.action, agreed, batch);
        if let Some(why) = &forbidden {
            message(&format!("dry run: would be refused: {why}"));
        }
        print(asked, &chosen, printer)?;
        return Ok(forbidden.map_or(incomplete, |_| Code::Refused));
    }
    let rules = context.operations().guardrails();
    if let Some(why) = rules.forbids(asked.service.id, asked.action.id, batch) {
        return Err(refused(why).into());
    }
    for point in &chosen {
        if let Err(why) = &point.verdict {
            message(&wording::one_line(&format!(
                "{} stays: {why}",
                point.row.id
            )));
        }
    }
    let ready = consented(asked, chosen).await?;
    let act = Asked {
        service: asked.service,
        action: asked.action,
        targets: Vec::new(),
        values: std::collections::BTreeMap::new(),
        confirm: Vec::new(),
        yes: true,
        dry_run: false,
        print_documents: false,
        presets: false,
        wait: asked.wait,
    };
    Ok(
        match actions::send(context, &act, ready, false, printer).await? {
            Code::Done => incomplete,
            code => code,
        },
    )
}

/// What could be chosen from.
struct Listed {
    rows: Vec<Row>,
    /// What owns such rows and could not be read, with the reason.
    left_out: Vec<(String, Failure)>,
}

/// Everything that could be chosen. A list that lacks something is an error: the newest ones that
/// are to stay might be among what is missing. Where each row that owns such rows is asked for its
/// own, one that cannot be read is left out as a whole, since what is kept is counted for each.
async fn listed(session: &Session, asked: &Prune) -> Result<Listed, Failure> {
    let owners = asked.collection.each_of.filter(|_| asked.parent.is_none());
    if let Some(owners) = owners {
        return listed_by_owner(session, asked, owners).await;
    }
    let owner = asked.parent.as_ref();
    let owner = owner.map(|(owners, id)| (*owners, id.as_str()));
    let mut rows = Vec::new();
    let mut sink = |page| merge(&mut rows, page);
    pages(session, asked.service, asked.collection, owner, &mut sink)
        .await
        .map_err(|mut failures| failures.swap_remove(0))?;
    Ok(Listed {
        rows: completed(session, asked, rows).await?,
        left_out: Vec::new(),
    })
}

async fn listed_by_owner(
    session: &Session,
    asked: &Prune,
    owners: &str,
) -> Result<Listed, Failure> {
    let mut all = Vec::new();
    session
        .list(asked.service.id, owners, None, &mut |page| {
            merge(&mut all, page);
        })
        .await
        .map_err(|mut failures| failures.swap_remove(0))?;
    let lists = all.iter().map(|owner| async move {
        let key = owner.key();
        (&owner.id, listed_of(session, asked, &key).await)
    });
    let lists: Vec<_> = stream::iter(lists).buffered(AT_ONCE).collect().await;
    let mut listed = Listed {
        rows: Vec::new(),
        left_out: Vec::new(),
    };
    for (owner, list) in lists {
        match list {
            Ok(rows) => listed.rows.extend(rows),
            Err(failure) => listed.left_out.push((owner.clone(), failure)),
        }
    }
    Ok(listed)
}

async fn listed_of(session: &Session, asked: &Prune, owner: &RowKey) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    let mut sink = |page| merge(&mut rows, page);
    session
        .list(
            asked.service.id,
            asked.collection.id,
            Some(owner),
            &mut sink,
        )
        .await
        .map_err(|mut failures| failures.swap_remove(0))?;
    completed(session, asked, rows).await
}

/// The rows of a list with all that is known of them.
async fn completed(
    session: &Session,
    asked: &Prune,
    mut rows: Vec<Row>,
) -> Result<Vec<Row>, Failure> {
    while let Some(told) = complete(session, asked.service, asked.collection, &mut rows).await {
        told?;
    }
    Ok(rows)
}

async fn assessed<'r>(session: &Session, asked: &Prune, chosen: Vec<&'r Row>) -> Vec<Chosen<'r>> {
    let consent = consent();
    let assess = |row: &'r Row| {
        let request = Request {
            service: asked.service.id.to_owned(),
            action: asked.action.id.to_owned(),
            target: row.id.clone(),
            values: std::collections::BTreeMap::new(),
            place: session.place(&row.region),
        };
        let consent = &consent;
        async move {
            let verdict = session.assess(&request).await.and_then(|assessment| {
                unobstructed(&assessment, consent)?;
                confirmed(&assessment.confirmation, consent)?;
                Ok(assessment)
            });
            Chosen {
                row,
                request,
                verdict,
            }
        }
    };
    stream::iter(chosen.into_iter().map(assess))
        .buffered(AT_ONCE)
        .collect()
        .await
}

/// What the user agreed to once the number was confirmed.
fn consent() -> Consent {
    Consent {
        yes: true,
        let_aws_decide: true,
        ..Consent::default()
    }
}

/// The requests that can be sent, once the user agreed to how many they are.
async fn consented(
    asked: &Prune,
    chosen: Vec<Chosen<'_>>,
) -> Result<Vec<(Request, Consent)>, Failure> {
    let good: Vec<Request> = chosen
        .into_iter()
        .filter(|point| point.verdict.is_ok())
        .map(|point| point.request)
        .collect();
    let batch = good.len();
    let agreed = Consent { batch, ..consent() };
    let ready: Vec<(Request, Consent)> = good
        .into_iter()
        .map(|request| (request, agreed.clone()))
        .collect();
    let Some((first, _)) = ready.first() else {
        return Ok(ready);
    };
    let count = ready.len();
    let noun = asked.collection.noun;
    if asked.yes {
        return Ok(ready);
    }
    if !prompt::can_ask() {
        return Err(refused(format!(
            "not confirmed: {count} {noun}s would be deleted; --dry-run lists them, --yes deletes them"
        )));
    }
    for (request, _) in &ready {
        message(&format!(
            "{} {}",
            request.place.region,
            harmless(&request.target)
        ));
    }
    let account = &first.place.account;
    let question =
        format!("Delete these {count} {noun}s in account {account}? Type {count} to go on: ");
    if prompt::read(question).await? == count.to_string() {
        Ok(ready)
    } else {
        Err(refused(format!("not confirmed: {count} was not typed")))
    }
}

/// Prints what would be deleted, and what fits and cannot be.
fn print(asked: &Prune, chosen: &[Chosen<'_>], printer: &Printer) -> Result<()> {
    let because = |point: &Chosen<'_>| point.verdict.as_ref().err().map(Failure::reason);
    let moment = |row| taken(row, asked.points);
    let records: Vec<Value> = chosen
        .iter()
        .map(|point| {
            let row = point.row;
            json!({
                "service": asked.service.id,
                "kind": asked.collection.kind,
                "id": row.id,
                "name": row.name,
                "state": row.state.word,
                "region": row.region,
                "account": row.account,
                "taken": moment(row).map(|at| at.to_string()),
                "would_delete": point.verdict.is_ok(),
                "because": because(point),
            })
        })
        .collect();
    printer.many(&records, &HEADINGS, || {
        let mut table = Table::new(&[
            "Id",
            "Name",
            "State",
            "Taken (UTC)",
            "Region",
            "Would be deleted",
        ]);
        for point in chosen {
            let row = point.row;
            table.push(vec![
                harmless(&row.id).into_owned(),
                row.name
                    .as_deref()
                    .map_or(format::ABSENT.into(), harmless)
                    .into_owned(),
                harmless(&row.state.word).into_owned(),
                moment(row).map_or_else(|| format::ABSENT.to_owned(), time::stamp),
                row.region.to_string(),
                because(point).map_or_else(
                    || "yes".to_owned(),
                    |why| wording::one_line(&format!("no: {}", harmless(&why))),
                ),
            ]);
        }
        table
    })
}
