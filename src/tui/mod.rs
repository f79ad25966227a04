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
//! | `model`, `world`, `store`, `records`, `listing` | what is known |
//! | `screens/`, `dialogs/`, `pane` | cursors, tabs and texts; they do not know each other |
//! | `offers` | what can be done here: bottom line, help and keys all come from it |
//! | `widgets/`, `theme` | how things look; they know the terminal and not the program |
//!
//! Invariants: no service is known by name; every text from AWS passes `format` before it is drawn;
//! no key ever waits for AWS; what leaves the screen is forgotten.

mod bar;
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
mod pane;
mod records;
mod remote;
mod screens;
mod session;
mod store;
mod summary;
mod terminal;
#[cfg(test)]
mod testing;
mod theme;
mod trail;
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
use ratatui::crossterm::{event::EventStream, style::force_color_output};
use tokio::{
    runtime,
    signal::unix::{SignalKind, signal},
    sync::mpsc::unbounded_channel,
};

pub use self::{
    event_loop::{Console, Exit, Input},
    theme::{Charset, Palette, Styles},
};
use crate::{
    config::{Color, Settings, Theme},
    domain::{operation::Operation, text::harmless},
};

/// How long leaving may take for tasks that let go at once. What hangs is left behind.
const LET_GO: Duration = Duration::from_millis(50);

/// Runs the console on the terminal that the process was started from, until it is left. Afterwards
/// it says on standard error which operations go on.
///
/// # Errors
/// Where the terminal cannot be had or is lost, or where a part of the console broke.
pub fn run(settings: Settings) -> anyhow::Result<()> {
    // Without this, NO_COLOR makes crossterm write a bare reset for every colour, which takes the
    // reversed and the bold text away too. The mono palette has no colours to begin with.
    force_color_output(true);
    let styles = styles(&settings, &|name| std::env::var(name).ok());
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("no threads can be had")?;
    let guard = terminal::Guard::take().context("the terminal cannot be used")?;
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

/// The styles that the settings and the locale ask for. `env` answers what a variable holds.
pub fn styles(settings: &Settings, env: &dyn Fn(&str) -> Option<String>) -> Styles {
    let palette = match (settings.color, settings.theme) {
        (Color::Never, _) | (_, Theme::Mono) => Palette::Mono,
        (Color::Auto, Theme::Dark) => Palette::Dark,
        (Color::Auto, Theme::Light) => Palette::Light,
    };
    let ascii = settings.ascii.unwrap_or_else(|| !is_utf8(env));
    Styles::new(
        palette,
        if ascii {
            Charset::Ascii
        } else {
            Charset::Unicode
        },
    )
}

/// Whether the locale says UTF-8. The first variable that is set decides, as in POSIX.
fn is_utf8(env: &dyn Fn(&str) -> Option<String>) -> bool {
    ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| env(name).filter(|value| !value.is_empty()))
        .is_some_and(|locale| {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locale_decides_by_its_first_variable() {
        let utf8 = |set: &[(&str, &str)]| {
            is_utf8(&|name| {
                set.iter()
                    .find(|(known, _)| *known == name)
                    .map(|(_, value)| (*value).to_owned())
            })
        };
        assert!(utf8(&[("LANG", "en_GB.UTF-8")]));
        assert!(utf8(&[("LC_ALL", ""), ("LC_CTYPE", "C.utf8")]));
        assert!(!utf8(&[("LC_ALL", "C"), ("LANG", "en_GB.UTF-8")]));
        assert!(!utf8(&[("LANG", "de_DE.ISO-8859-1")]));
        assert!(!utf8(&[]));
    }
}
