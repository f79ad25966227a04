//! The calls themselves: each asks the journal or AWS, and ends in a report.

use std::sync::Arc;

use tokio::sync::mpsc::UnboundedSender;

use super::Report;
use crate::{
    config::Settings,
    context::{self, Context, Session},
    domain::{
        failure::{Failure, FailureKind},
        form::Request,
        place::Region,
        row::{Row, RowKey},
        secret::Secret,
    },
    operations::Consent,
    tui::{
        effect::File,
        message::{Message, Unwritten},
        records,
        remote::Ticket,
        store::{DetailKey, Kind, ListKey},
    },
};

/// How many rows are handed over together: between two such parts of a page a key is looked for.
const TOGETHER: usize = 250;

pub(super) async fn open(
    ticket: Ticket,
    before: Option<Context>,
    settings: Box<Settings>,
    sender: UnboundedSender<Report>,
) {
    let opened = match before {
        Some(before) => before.switch(&settings).await,
        None => Context::open(&settings).await,
    };
    let report = match opened {
        Ok(context) => {
            let left = context.left_behind().await;
            Report::Opened(ticket, context, left)
        }
        Err(failure) => Report::Answer(ticket, Message::Opened(ticket, Err(failure))),
    };
    send(&sender, report);
}

pub(super) async fn connect(
    ticket: Ticket,
    context: Option<Context>,
    code: Option<Secret<String>>,
    sender: UnboundedSender<Report>,
) {
    let asked = match &context {
        None => Err(not_connected()),
        Some(context) => ask_for_code(context, code).await,
    };
    let result = match (asked, &context) {
        (Ok(Some(device)), _) => {
            let message = Message::CodeWanted(ticket, device);
            return send(&sender, Report::Answer(ticket, message));
        }
        (Ok(None), Some(context)) => context.connect().await,
        (Ok(None), None) => Err(not_connected()),
        (Err(failure), _) => Err(failure),
    };
    let report = match result {
        Ok(session) => Report::Connected(ticket, session),
        Err(failure) => Report::Answer(ticket, Message::Connected(ticket, Err(failure))),
    };
    send(&sender, report);
}

/// Gives the code where there is one; otherwise answers the device that one is wanted from.
async fn ask_for_code(
    context: &Context,
    code: Option<Secret<String>>,
) -> Result<Option<String>, Failure> {
    match code {
        Some(code) => context.give_code(code.reveal()).await.map(|()| None),
        None => context.wants_code().await,
    }
}

pub(super) async fn read_profiles(ticket: Ticket, sender: UnboundedSender<Report>) {
    let message = Message::Profiles(ticket, context::profiles().await);
    send(&sender, Report::Answer(ticket, message));
}

pub(super) async fn read_regions(
    ticket: Ticket,
    session: Option<Arc<Session>>,
    sender: UnboundedSender<Report>,
) {
    let result = match &session {
        None => Err(not_connected()),
        Some(session) => session.enabled_regions().await,
    };
    send(
        &sender,
        Report::Answer(ticket, Message::Regions(ticket, result)),
    );
}

pub(super) async fn read_alias(
    ticket: Ticket,
    session: Option<Arc<Session>>,
    sender: UnboundedSender<Report>,
) {
    let alias = match &session {
        None => None,
        Some(session) => session.alias().await,
    };
    send(
        &sender,
        Report::Answer(ticket, Message::Alias(ticket, alias)),
    );
}

pub(super) async fn list(
    ticket: Ticket,
    session: Option<Arc<Session>>,
    key: ListKey,
    sender: UnboundedSender<Report>,
) {
    let result = match &session {
        None => Err(vec![not_connected()]),
        Some(session) => {
            let (service, collection) = (key.kind.service.id, key.kind.collection.id);
            let mut sink = |mut rows: Vec<Row>| {
                while !rows.is_empty() {
                    let rest = rows.split_off(rows.len().min(TOGETHER));
                    let part = Message::Arrived(ticket, key.clone(), rows);
                    send(&sender, Report::Part(part));
                    rows = rest;
                }
            };
            session
                .list(service, collection, key.parent.as_ref(), &mut sink)
                .await
        }
    };
    let message = Message::Listed(ticket, key.clone(), result);
    send(&sender, Report::Answer(ticket, message));
}

pub(super) async fn tell(
    ticket: Ticket,
    session: Option<Arc<Session>>,
    key: ListKey,
    rows: Vec<RowKey>,
    sender: UnboundedSender<Report>,
) {
    let result = match (&session, rows.first()) {
        (Some(session), Some(first)) => {
            let (service, collection) = (key.kind.service.id, key.kind.collection.id);
            let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
            session
                .details(service, collection, &first.region, &ids)
                .await
        }
        _ => Err(not_connected()),
    };
    let message = Message::Told(ticket, key, rows, result);
    send(&sender, Report::Answer(ticket, message));
}

pub(super) async fn call_roll(
    ticket: Ticket,
    session: Option<Arc<Session>>,
    kind: Kind,
    region: Region,
    sender: UnboundedSender<Report>,
) {
    let result = match &session {
        None => Err(not_connected()),
        Some(session) => {
            let (service, collection) = (kind.service.id, kind.collection.id);
            session.ids(service, collection, &region).await
        }
    };
    let message = Message::RollCalled(ticket, kind, region, result);
    send(&sender, Report::Answer(ticket, message));
}

pub(super) async fn show(
    ticket: Ticket,
    session: Option<Arc<Session>>,
    key: DetailKey,
    sender: UnboundedSender<Report>,
) {
    let result = match &session {
        None => Err(not_connected()),
        Some(session) => {
            let (service, collection) = (key.kind.service.id, key.kind.collection.id);
            session.show(service, collection, &key.row).await
        }
    };
    let message = Message::Shown(ticket, key, result.map(Box::new));
    send(&sender, Report::Answer(ticket, message));
}

pub(super) async fn find(
    ticket: Ticket,
    session: Option<Arc<Session>>,
    kind: Kind,
    id: String,
    sender: UnboundedSender<Report>,
) {
    let result = match &session {
        None => Err(not_connected()),
        Some(session) => {
            let (service, collection) = (kind.service.id, kind.collection.id);
            session.find(service, collection, &id).await
        }
    };
    let message = Message::Found(ticket, kind, result.map(Box::new));
    send(&sender, Report::Answer(ticket, message));
}

pub(super) async fn assess(
    ticket: Ticket,
    session: Option<Arc<Session>>,
    mut request: Request,
    sender: UnboundedSender<Report>,
) {
    let result = match &session {
        None => Err(not_connected()),
        Some(session) => {
            // A dialog in which nothing has been filled in yet; without what could be filled in it
            // is as good.
            if request.values.is_empty()
                && let Ok(presets) = session.presets(&request).await
                && !presets.is_empty()
            {
                let message = Message::Prefilled(ticket, presets.clone());
                send(&sender, Report::Part(message));
                request.complete(presets);
            }
            session.assess(&request).await
        }
    };
    let message = Message::Assessed(ticket, result.map(Box::new));
    send(&sender, Report::Answer(ticket, message));
}

pub(super) async fn submit(
    ticket: Ticket,
    context: Option<Context>,
    request: Request,
    consent: Consent,
    sender: UnboundedSender<Report>,
) {
    let result = match &context {
        None => Err(not_connected()),
        Some(context) => context.operations().submit(request, consent).await,
    };
    let message = Message::Submitted(ticket, result.map(Box::new));
    send(&sender, Report::Answer(ticket, message));
}

pub(super) async fn write(ticket: Ticket, file: File, sender: UnboundedSender<Report>) {
    let written = tokio::task::spawn_blocking(move || file.write()).await;
    let result = written.unwrap_or_else(|error| Err(Unwritten::Failed(error.to_string())));
    send(
        &sender,
        Report::Answer(ticket, Message::Written(ticket, result)),
    );
}

pub(super) async fn read_journal(
    ticket: Ticket,
    context: Option<Context>,
    sender: UnboundedSender<Report>,
) {
    let result = match &context {
        None => Ok(Vec::new()),
        Some(context) => context.operations().list(records::READ).await,
    };
    let message = Message::Recorded(ticket, result);
    send(&sender, Report::Answer(ticket, message));
}

/// Writes the report beside the log, where a sandbox has a folder that goes with it too.
pub(super) async fn diagnose(
    ticket: Ticket,
    settings: Box<Settings>,
    context: Option<Context>,
    sender: UnboundedSender<Report>,
) {
    let env = |name: &str| std::env::var(name).ok();
    let text = context::diagnostics(&settings, context.as_ref(), &env).await;
    let folder = match settings.state_dir.path() {
        Some(folder) => folder.to_path_buf(),
        None => std::env::temp_dir(),
    };
    let name = format!("snapdeck-report-{}.txt", jiff::Timestamp::now().as_second());
    let path = folder.join(name);
    let written = context::write_new(&path, &text).map(|()| path.clone());
    let result = written.map_err(|error| {
        let message = format!("cannot write {}: {error}", path.display());
        Failure::new(FailureKind::Invalid, "", message)
    });
    send(&sender, Report::Answer(ticket, Message::Diagnosed(result)));
}

/// Nobody listens any more when the console is leaving.
pub(super) fn send(sender: &UnboundedSender<Report>, report: Report) {
    let _leaving = sender.send(report);
}

fn not_connected() -> Failure {
    Failure::new(FailureKind::Internal, "", "there is no connection yet")
}
