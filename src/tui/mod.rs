//! The console.
//!
//! A `Message` comes in, an [`Action`](crate::config::Action) is what a key means, an `Outcome` is
//! what a screen or a dialog asks for, an `Effect` is what the world must do.
//!
//! ```text
//! terminal, signals ──> Message ──> update ──> Effect ──> executor ──> context, operations
//!                          ^          │                       │
//!                          └──────────┼───── answers ─────────┘
//!                                     v
//!                                   Model ──> view ──> terminal
//! ```
//!
//! | file | what it is |
//! |---|---|
//! | `event_loop`, `executor`, `terminal` | the only code here that waits, spawns or writes |
//! | `update/`, `view` | pure: a message into the model, the model into a frame |
//! | `model`, `world`, `store`, `tables`, `records`, `listing` | what is known |
//! | `screens/`, `dialogs/`, `pane` | cursors, tabs and texts; they do not know each other |
//! | `offers` | what can be done here: bottom line, help and keys all come from it |
//! | `widgets/`, `theme`, `palette` | how things look; they know the terminal and not the program |
//! | `capabilities` | what the terminal can do, as its environment says |
//!
//! Invariants: no service is known by name; every text from AWS passes `format` before it is drawn;
//! no key ever waits for AWS; what leaves the screen is forgotten.

mod bar;
mod capabilities;
mod choice;
mod dialogs;
mod effect;
mod event_loop;
mod executor;
mod filter;
mod format;
mod freshness;
mod input;
mod layout;
mod links;
mod listing;
mod message;
mod model;
mod offers;
mod outcome;
mod palette;
mod pane;
mod records;
mod remote;
mod screens;
mod store;
mod tables;
mod terminal;
#[cfg(test)]
mod testing;
mod theme;
mod update;
mod view;
mod widgets;
mod world;

use std::{
    io::{self, Write},
    time::Duration,
};

use anyhow::{Context as _, bail};
use futures_util::{Stream, StreamExt, stream};
use ratatui::crossterm::event::EventStream;
use tokio::{
    runtime,
    signal::unix::{SignalKind, signal},
    sync::mpsc::unbounded_channel,
};

use self::capabilities::Capabilities;
pub use self::{
    event_loop::{Console, Exit, Input},
    theme::{Charset, Palette, Styles},
};
use crate::{
    config::Settings,
    domain::{
        failure::{Failure, FailureKind},
        operation::Operation,
        text::harmless,
    },
};

/// How long leaving may take for tasks that let go at once. What hangs is left behind.
const LET_GO: Duration = Duration::from_millis(50);

/// Runs the console on the terminal that the process was started from, until it is left. Afterwards
/// it says on standard error which operations go on.
///
/// # Errors
/// Where the terminal cannot be had or is lost, or where a part of the console broke.
pub fn run(settings: Settings) -> anyhow::Result<()> {
    let env = |name: &str| std::env::var(name).ok();
    if let Some(why) = capabilities::unusable(&env) {
        return Err(Failure::new(FailureKind::Invalid, "", why).into());
    }
    let capabilities = Capabilities::find_out(&settings, &env);
    let styles = Styles::of_theme(&settings, capabilities);
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("no threads can be had")?;
    let guard = terminal::Guard::take(capabilities, settings.terminal.mouse)
        .context("the terminal cannot be used")?;
    let left = runtime.block_on(async {
        let terminal = terminal::terminal()?;
        io::Result::Ok(
            Console::new(terminal, inputs()?, settings, styles)?
                .run()
                .await,
        )
    });
    // A look-up of a name may hang in a thread that nothing can stop.
    runtime.shutdown_timeout(LET_GO);
    drop(guard);
    let exit = left.context("the terminal cannot be used")?;
    say_goodbye(&exit.running);
    // A panic gives the terminal back, so it comes before the loss of the terminal.
    match terminal::panic().or(exit.error) {
        None => Ok(()),
        Some(what) => bail!("the console broke and had to stop: {}", harmless(&what)),
    }
}

/// What can happen outside: the terminal, signals, and a thread that panicked.
///
/// A task of its own listens and hands on. The loop looks at its input without waiting as well, and
/// crossterm's stream would keep the waker of such a look for ever.
fn inputs() -> io::Result<impl Stream<Item = Input> + Unpin> {
    let mut keys = EventStream::new();
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let (sender, mut receiver) = unbounded_channel();
    tokio::spawn(async move {
        loop {
            let input = tokio::select! {
                event = keys.next() => match event {
                    Some(Ok(event)) => Input::Terminal(event),
                    // Without a terminal there is nobody to sit in front of it.
                    Some(Err(_)) | None => Input::Detach,
                },
                _ = interrupt.recv() => Input::Detach,
                _ = terminate.recv() => Input::Detach,
                _ = hangup.recv() => Input::Detach,
                said = terminal::panicked() => Input::Broken(said),
            };
            let last = !matches!(input, Input::Terminal(_));
            if sender.send(input).is_err() || last {
                return;
            }
        }
    });
    Ok(stream::poll_fn(move |context| receiver.poll_recv(context)))
}

/// Says which operations go on. Nobody may be there to read it.
fn say_goodbye(running: &[Operation]) {
    let mut out = io::stderr().lock();
    let _gone = match running {
        [] => Ok(()),
        [_] => writeln!(out, "1 operation goes on in AWS; nothing was cancelled:"),
        many => writeln!(
            out,
            "{} operations go on in AWS; nothing was cancelled:",
            many.len()
        ),
    };
    for operation in running {
        let _gone = writeln!(
            out,
            "  {}  {} {}",
            operation.id,
            harmless(&operation.request.action),
            harmless(&operation.request.target)
        );
    }
    if !running.is_empty() {
        let _gone = writeln!(out, "'snapdeck operations wait' watches on.");
    }
}
