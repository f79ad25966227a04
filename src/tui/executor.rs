//! Carries effects out: the only place where the console waits for the journal or for AWS.
//!
//! Every effect is a task of its own that ends in a message, so nothing here can keep a key waiting.
//! A call can be stopped by its ticket; the tasks end with the executor. A task that panics becomes a
//! message as well.

mod calls;

use std::{collections::HashMap, sync::Arc};

use tokio::{
    sync::{
        broadcast::error::RecvError,
        mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    },
    task::{AbortHandle, JoinError, JoinSet},
};

use crate::{
    context::{Context, Session},
    domain::operation::Operation,
};

use super::{
    effect::Effect,
    message::{Message, Opened},
    remote::Ticket,
    world::Connected,
};

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
                self.call(ticket, calls::open(ticket, before, settings, sender));
            }
            Effect::Connect(ticket, code) => {
                self.session = None;
                self.call(
                    ticket,
                    calls::connect(ticket, self.context.clone(), code, sender),
                );
            }
            Effect::ReadProfiles(ticket) => self.call(ticket, calls::read_profiles(ticket, sender)),
            Effect::ReadRegions(ticket) => {
                self.call(
                    ticket,
                    calls::read_regions(ticket, self.session.clone(), sender),
                );
            }
            Effect::ReadAlias(ticket) => {
                self.call(
                    ticket,
                    calls::read_alias(ticket, self.session.clone(), sender),
                );
            }
            Effect::List(ticket, key) => {
                self.call(
                    ticket,
                    calls::list(ticket, self.session.clone(), key, sender),
                );
            }
            Effect::Tell(ticket, key, rows) => {
                self.call(
                    ticket,
                    calls::tell(ticket, self.session.clone(), key, rows, sender),
                );
            }
            Effect::CallRoll(ticket, kind, region) => {
                let session = self.session.clone();
                self.call(
                    ticket,
                    calls::call_roll(ticket, session, kind, region, sender),
                );
            }
            Effect::Show(ticket, key) => {
                self.call(
                    ticket,
                    calls::show(ticket, self.session.clone(), key, sender),
                );
            }
            Effect::Find(ticket, kind, id) => {
                self.call(
                    ticket,
                    calls::find(ticket, self.session.clone(), kind, id, sender),
                );
            }
            Effect::Assess(ticket, request) => {
                self.call(
                    ticket,
                    calls::assess(ticket, self.session.clone(), request, sender),
                );
            }
            Effect::Submit(ticket, request, consent) => {
                let context = self.context.clone();
                self.call(
                    ticket,
                    calls::submit(ticket, context, request, consent, sender),
                );
            }
            Effect::Write(ticket, file) => self.call(ticket, calls::write(ticket, file, sender)),
            Effect::ReadJournal(ticket) => {
                self.call(
                    ticket,
                    calls::read_journal(ticket, self.context.clone(), sender),
                );
            }
            Effect::Diagnose(ticket, settings) => {
                let context = self.context.clone();
                self.call(ticket, calls::diagnose(ticket, settings, context, sender));
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
                    calls::send(&sender, Report::Part(Message::TimeUp(timer)));
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
                    Ok(operation) => {
                        calls::send(&sender, Report::Changed(epoch, Box::new(operation)));
                    }
                    Err(RecvError::Lagged(_)) => calls::send(&sender, Report::Missed(epoch)),
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

fn panicked(error: JoinError) -> Option<Message> {
    let payload = error.try_into_panic().ok()?;
    let text = payload
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a task panicked without a message".to_owned());
    Some(Message::WorkerPanicked(text))
}
