//! Where the input of the console comes from: the terminal, signals, and threads that panicked.
//!
//! Tasks of their own listen and hand on. The loop looks at its input without waiting as well, and
//! crossterm's stream would keep the waker of such a look for ever.
//!
//! Invariants: a terminal that is gone is noticed without its help, since reading from one that was
//! hung up neither waits nor fails in crossterm, it only never ends; signals are heard by another task
//! than the one that may be caught in that.

use std::io;

use futures_util::{Stream, StreamExt, stream};
use ratatui::crossterm::event::{Event, EventStream, KeyCode, KeyModifiers};
use tokio::{
    io::{Interest, unix::AsyncFd},
    signal::unix::{SignalKind, signal},
    sync::mpsc::{UnboundedSender, unbounded_channel},
};

use super::{event_loop::Input, terminal};

/// What can happen outside. Needs a runtime.
pub(super) fn inputs() -> io::Result<impl Stream<Item = Input> + Unpin> {
    let (sender, mut receiver) = unbounded_channel();
    listen_to_signals(sender.clone())?;
    listen_to_the_end(sender.clone());
    listen_to_keys(sender);
    Ok(stream::poll_fn(move |context| receiver.poll_recv(context)))
}

fn listen_to_keys(sender: UnboundedSender<Input>) {
    let mut keys = EventStream::new();
    tokio::spawn(async move {
        while let Some(Ok(event)) = keys.next().await {
            let input = if is_suspend(&event) {
                terminal::suspend();
                Input::Resumed
            } else {
                Input::Terminal(event)
            };
            if sender.send(input).is_err() {
                return;
            }
        }
        // Without a terminal there is nobody to sit in front of it.
        let _leaving = sender.send(Input::Detach);
    });
}

/// In raw mode the terminal does not stop the program by itself.
fn is_suspend(event: &Event) -> bool {
    event
        .as_key_press_event()
        .is_some_and(|key| key.code == KeyCode::Char('z') && key.modifiers == KeyModifiers::CONTROL)
}

fn listen_to_signals(sender: UnboundedSender<Input>) -> io::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let number = rustix::process::Signal::CONT.as_raw();
    let mut resumed = signal(SignalKind::from_raw(number))?;
    tokio::spawn(async move {
        loop {
            let input = tokio::select! {
                _ = interrupt.recv() => Input::Detach,
                _ = terminate.recv() => Input::Detach,
                _ = hangup.recv() => Input::Detach,
                _ = resumed.recv() => {
                    terminal::resume();
                    Input::Resumed
                }
                said = terminal::panicked() => Input::Broken(said),
            };
            if sender.send(input).is_err() {
                return;
            }
        }
    });
    Ok(())
}

/// Waits until the terminal is hung up: without a signal, where it is not the one that controls the
/// process. Where its state cannot be watched, writing to it fails in the end.
fn listen_to_the_end(sender: UnboundedSender<Input>) {
    let Ok(line) = rustix::io::dup(rustix::stdio::stdin()) else {
        return;
    };
    #[expect(
        deprecated,
        reason = "the successor is unsafe for types that lie about their descriptor; this one owns it"
    )]
    let line = AsyncFd::with_interest(line, Interest::READABLE);
    let Ok(line) = line else { return };
    tokio::spawn(async move {
        while let Ok(mut state) = line.ready(Interest::READABLE).await {
            if state.ready().is_read_closed() {
                let _leaving = sender.send(Input::Detach);
                return;
            }
            state.clear_ready();
        }
    });
}
