//! Being asked to stop: what is in flight gets a moment for its reply, nothing is cancelled.

use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::output::message;
use crate::{context::Context, domain::operation::OperationId};

/// How long the replies to what is in flight are waited for.
pub(super) const FOR_REPLIES: Duration = Duration::from_secs(5);

/// The signals that ask the process to stop: from the keyboard, of a lost terminal, from the system.
pub(super) struct Signals([Option<Signal>; 3]);

impl Signals {
    /// Takes the signals over. Where that cannot be, they end the process as ever.
    pub(super) fn listen() -> Self {
        let kinds = [
            SignalKind::interrupt(),
            SignalKind::terminate(),
            SignalKind::hangup(),
        ];
        Self(kinds.map(|kind| signal(kind).ok()))
    }

    /// Resolves at the next signal.
    pub(super) async fn next(&mut self) {
        async fn received(signal: &mut Option<Signal>) {
            if let Some(signal) = signal
                && signal.recv().await.is_some()
            {
                return;
            }
            std::future::pending::<()>().await;
        }
        let [interrupt, terminate, hangup] = &mut self.0;
        tokio::select! {
            () = received(interrupt) => {}
            () = received(terminate) => {}
            () = received(hangup) => {}
        }
    }
}

/// What a process was doing when it was asked to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    /// Nothing that changes or watches anything.
    Looking,
    /// Changing something, or watching it.
    Changing,
    /// Being the simulated AWS of others.
    Serving,
}

/// Takes leave: waits for the replies to what is in flight, unless asked to stop once more, and says
/// what goes on without this process.
pub(super) async fn detach(doing: Doing, context: Option<&Context>, signals: &mut Signals) {
    let in_flight = || context.map_or_else(Vec::new, |context| context.operations().in_flight());
    let sending = in_flight();
    if let (Some(context), false) = (context, sending.is_empty()) {
        message(&format!(
            "interrupted while {} is being sent: waiting up to {} s for the reply; interrupt again to leave at once",
            list(&sending),
            FOR_REPLIES.as_secs()
        ));
        tokio::select! {
            () = context.operations().drain(FOR_REPLIES) => {}
            () = signals.next() => {}
        }
    }
    let unanswered = in_flight();
    match doing {
        Doing::Changing => {}
        Doing::Looking => return message("interrupted: nothing was being changed"),
        Doing::Serving => return message("interrupted: this sandbox ends, and all that was in it"),
    }
    let rest = if context.is_some_and(Context::is_sandbox) {
        "This sandbox ends with the command, and with it whatever runs there.".to_owned()
    } else if unanswered.is_empty() {
        "What AWS has taken on goes on; 'snapdeck operations wait' watches it.".to_owned()
    } else {
        format!(
            "No reply has come to {}; 'snapdeck operations wait' finds out what became of it.",
            list(&unanswered)
        )
    };
    message(&format!(
        "interrupted: detached, nothing was cancelled. {rest}"
    ));
}

fn list(ids: &[OperationId]) -> String {
    let ids: Vec<&str> = ids.iter().map(OperationId::as_str).collect();
    ids.join(", ")
}
