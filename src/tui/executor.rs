//! Carries effects out: the only place where the console waits for the journal or for AWS.
//!
//! Every effect is a task of its own that ends in a message, so nothing here can keep a key waiting.
//! A call can be stopped by its ticket; the tasks end with the executor. A task that panics becomes a
//! message as well.

use std::{collections::HashMap, sync::Arc};

use tokio::{
    sync::{
        broadcast::error::RecvError,
        mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    },
    task::{AbortHandle, JoinError, JoinSet},
};

use crate::{
    config::Settings,
    context::{self, Context, Session},
    domain::{
        failure::{Failure, FailureKind},
        form::Request,
        operation::Operation,
        row::{Row, RowKey},
    },
    operations::Consent,
};

use super::{
    effect::{Effect, File},
    message::{Message, Opened, Unwritten},
    records,
    remote::Ticket,
    store::{DetailKey, Kind, ListKey},
    world::Connected,
};

/// How many rows are handed over together: between two such parts of a page a key is looked for.
const TOGETHER: usize = 250;

/// Carries effects out.
pub(crate) struct Executor {
    context: Option<Context>,
    /// The one that was let go of, whose world the next one may be of. Kept until that is open, since
    /// its opening can be stopped.
    before: Option<Context>,
    session: Option<Arc<Session>>,
    tasks: JoinSet<()>,
    calls: HashMap<Ticket, AbortHandle>,
    /// The tasks that follow the engine of the context.
    following: Vec<AbortHandle>,
    /// Counts the contexts that were opened: what the engine of an earlier one still has to tell is
    /// not heard.
    epoch: u64,
    sender: UnboundedSender<Report>,
    reports: UnboundedReceiver<Report>,
}

/// What a task hands back to the executor.
enum Report {
    /// Of a call that may have been stopped meanwhile.
    Answer(Ticket, Message),
    /// Of a call that goes on answering.
    Part(Message),
    Opened(Ticket, Context, Option<String>),
    Connected(Ticket, Arc<Session>),
    Changed(u64, Box<Operation>),
    Missed(u64),
}

impl Executor {
    /// An executor with nothing open.
    pub(crate) fn new() -> Self {
        // Without a limit: a page that is refused cannot be asked for again, and the number of pages
        // under way is that of the lists on the screen.
        let (sender, reports) = unbounded_channel();
        Self {
            context: None,
            before: None,
            session: None,
            tasks: JoinSet::new(),
            calls: HashMap::new(),
            following: Vec::new(),
            epoch: 0,
            sender,
            reports,
        }
    }

    /// Begins to carry an effect out.
    pub(crate) fn execute(&mut self, effect: Effect) {
        let sender = self.sender.clone();
        match effect {
            Effect::Open(ticket, settings) => {
                self.close();
                let before = self.before.clone();
                self.call(ticket, open(ticket, before, settings, sender));
            }
            Effect::Connect(ticket, code) => {
                self.session = None;
                self.call(ticket, connect(ticket, self.context.clone(), code, sender));
            }
            Effect::ReadProfiles(ticket) => {
                self.call(ticket, async move {
                    let message = Message::Profiles(ticket, context::profiles().await);
                    send(&sender, Report::Answer(ticket, message));
                });
            }
            Effect::ReadRegions(ticket) => {
                self.call(ticket, read_regions(ticket, self.session.clone(), sender));
            }
            Effect::ReadAlias(ticket) => {
                self.call(ticket, read_alias(ticket, self.session.clone(), sender));
            }
            Effect::List(ticket, key) => {
                self.call(ticket, list(ticket, self.session.clone(), key, sender));
            }
            Effect::Tell(ticket, key, rows) => {
                self.call(
                    ticket,
                    tell(ticket, self.session.clone(), key, rows, sender),
                );
            }
            Effect::Show(ticket, key) => {
                self.call(ticket, show(ticket, self.session.clone(), key, sender));
            }
            Effect::Find(ticket, kind, id) => {
                self.call(ticket, find(ticket, self.session.clone(), kind, id, sender));
            }
            Effect::Assess(ticket, request) => {
                self.call(
                    ticket,
                    assess(ticket, self.session.clone(), request, sender),
                );
            }
            Effect::Submit(ticket, request, consent) => {
                let context = self.context.clone();
                self.call(ticket, submit(ticket, context, request, consent, sender));
            }
            Effect::Write(ticket, file) => self.call(ticket, write(ticket, file, sender)),
            Effect::ReadJournal(ticket) => {
                self.call(ticket, read_journal(ticket, self.context.clone(), sender));
            }
            Effect::Diagnose(ticket, settings) => {
                let context = self.context.clone();
                self.call(ticket, diagnose(ticket, settings, context, sender));
            }
            Effect::Discard(unneeded) => {
                self.tasks.spawn_blocking(move || drop(unneeded));
            }
            Effect::Abort(ticket) => {
                if let Some(call) = self.calls.remove(&ticket) {
                    call.abort();
                }
            }
            Effect::After(duration, timer) => {
                self.tasks.spawn(async move {
                    tokio::time::sleep(duration).await;
                    send(&sender, Report::Part(Message::TimeUp(timer)));
                });
            }
            // The event loop does these itself.
            Effect::Leave | Effect::Signal(_) => {}
        }
    }

    /// Whether no call is under way, and every answer was handed on.
    pub(crate) fn is_idle(&self) -> bool {
        self.calls.is_empty() && self.reports.is_empty()
    }

    /// Leaves something for the next session. There is nobody to tell where that fails.
    pub(crate) fn leave_behind(&self, text: &str) {
        if let Some(context) = &self.context {
            context.leave_behind(text);
        }
    }

    /// The next message of a task. Waits for ever where none is to come.
    pub(crate) async fn next(&mut self) -> Message {
        loop {
            tokio::select! {
                biased;
                Some(report) = self.reports.recv() => {
                    if let Some(message) = self.heard(report) {
                        return message;
                    }
                }
                Some(ended) = self.tasks.join_next(), if !self.tasks.is_empty() => {
                    if let Some(message) = ended.err().and_then(panicked) {
                        return message;
                    }
                }
            }
        }
    }

    /// A message that is there already.
    pub(crate) fn try_next(&mut self) -> Option<Message> {
        while let Ok(report) = self.reports.try_recv() {
            if let Some(message) = self.heard(report) {
                return Some(message);
            }
        }
        None
    }

    fn heard(&mut self, report: Report) -> Option<Message> {
        match report {
            Report::Answer(ticket, message) => {
                self.calls.remove(&ticket);
                Some(message)
            }
            Report::Part(message) => Some(message),
            Report::Opened(ticket, context, left) => {
                // Stopped by the user in the moment it was done.
                self.calls.remove(&ticket)?;
                let opened = Opened {
                    clock: context.clock().clone(),
                    restriction: context.restriction().map(str::to_owned),
                    sandbox: context.is_sandbox(),
                    left,
                };
                self.follow(&context);
                self.context = Some(context);
                self.before = None;
                Some(Message::Opened(ticket, Ok(opened)))
            }
            Report::Connected(ticket, session) => {
                self.calls.remove(&ticket)?;
                let connected = Connected {
                    identity: session.identity().clone(),
                    places: session
                        .regions()
                        .iter()
                        .map(|region| session.place(region))
                        .collect(),
                };
                self.session = Some(session);
                Some(Message::Connected(ticket, Ok(connected)))
            }
            Report::Changed(epoch, operation) if epoch == self.epoch => {
                Some(Message::OperationChanged(operation))
            }
            Report::Missed(epoch) if epoch == self.epoch => Some(Message::OperationsMissed),
            Report::Changed(..) | Report::Missed(..) => None,
        }
    }

    /// Watches what is open in the journal, and hears of every change.
    fn follow(&mut self, context: &Context) {
        let epoch = self.epoch;
        let mut updates = context.operations().updates();
        let sender = self.sender.clone();
        self.following.push(self.tasks.spawn(async move {
            loop {
                match updates.recv().await {
                    Ok(operation) => send(&sender, Report::Changed(epoch, Box::new(operation))),
                    Err(RecvError::Lagged(_)) => send(&sender, Report::Missed(epoch)),
                    Err(RecvError::Closed) => return,
                }
            }
        }));
        let operations = context.operations().clone();
        self.following
            .push(self.tasks.spawn(async move { operations.watch().await }));
    }

    /// Lets go of the context and of everything that hangs on it.
    fn close(&mut self) {
        self.epoch += 1;
        for task in self.following.drain(..) {
            task.abort();
        }
        self.session = None;
        self.before = self.context.take().or(self.before.take());
    }

    fn call(&mut self, ticket: Ticket, work: impl Future<Output = ()> + Send + 'static) {
        let task = self.tasks.spawn(work);
        self.calls.insert(ticket, task);
    }
}

async fn open(
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

async fn connect(
    ticket: Ticket,
    context: Option<Context>,
    code: Option<String>,
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
async fn ask_for_code(context: &Context, code: Option<String>) -> Result<Option<String>, Failure> {
    match code {
        Some(code) => context.give_code(&code).await.map(|()| None),
        None => context.wants_code().await,
    }
}

async fn read_regions(
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

async fn read_alias(
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

async fn list(
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

async fn tell(
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

async fn show(
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

async fn find(
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

async fn assess(
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

async fn submit(
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

async fn write(ticket: Ticket, file: File, sender: UnboundedSender<Report>) {
    let written = tokio::task::spawn_blocking(move || file.write()).await;
    let result = written.unwrap_or_else(|error| Err(Unwritten::Failed(error.to_string())));
    send(
        &sender,
        Report::Answer(ticket, Message::Written(ticket, result)),
    );
}

async fn read_journal(ticket: Ticket, context: Option<Context>, sender: UnboundedSender<Report>) {
    let result = match &context {
        None => Ok(Vec::new()),
        Some(context) => context.operations().list(records::READ).await,
    };
    let message = Message::Recorded(ticket, result);
    send(&sender, Report::Answer(ticket, message));
}

/// Writes the report beside the log, where a sandbox has a folder that goes with it too.
async fn diagnose(
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
fn send(sender: &UnboundedSender<Report>, report: Report) {
    let _leaving = sender.send(report);
}

fn not_connected() -> Failure {
    Failure::new(FailureKind::Internal, "", "there is no connection yet")
}

fn panicked(error: JoinError) -> Option<Message> {
    let payload = error.try_into_panic().ok()?;
    let text = payload
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a task panicked without a message".to_owned());
    Some(Message::WorkerPanicked(text))
}
