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
//! | `event_loop`, `executor`, `file`, `source`, `terminal/`, `crash` | the only code here that waits, spawns or writes |
//! | `update/`, `view` | pure: a message into the model, the model into a frame |
//! | `model`, `world`, `store`, `tables`, `records`, `listing`, `owners` | what is known |
//! | `screens/`, `dialogs/`, `pane` | cursors, tabs and texts; they do not know each other |
//! | `offers` | what can be done here: bottom line, help and keys all come from it |
//! | `choice`, `links`, `copies` | what menus and the palette hold |
//! | `widgets/`, `theme`, `palette` | how things look; they know the terminal and not the program |
//! | `capabilities` | what the terminal can do, as its environment says |
//!
//! Invariants: no service is known by name; every text from AWS passes `format` before it is drawn;
//! no key ever waits for AWS; what leaves the screen is forgotten.

mod bar;
mod capabilities;
mod choice;
mod copies;
mod crash;
mod dialogs;
mod effect;
mod event_loop;
mod executor;
mod file;
mod filter;
mod format;
mod freshness;
#[cfg(test)]
mod hostile;
mod input;
mod json;
mod layout;
mod links;
mod listing;
mod message;
mod model;
mod offers;
mod outcome;
mod owners;
mod palette;
mod pane;
mod places;
mod reader;
mod records;
mod remote;
mod screens;
mod session;
mod source;
mod store;
mod summary;
mod tables;
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
use tokio::runtime;

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
    crash::reports_go_to(settings.state_dir.path());
    let guard = terminal::Guard::take(capabilities, settings.terminal.mouse)
        .context("the terminal cannot be used")?;
    let left = runtime.block_on(async {
        let terminal = terminal::terminal()?;
        io::Result::Ok(
            Console::new(terminal, source::inputs()?, settings, styles)?
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
