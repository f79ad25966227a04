//! The command line: the same collections, actions and operations as the console, for scripts and
//! for people without a terminal. The only room that prints.
//!
//! Results go to standard output and nothing else does; messages, progress and questions go to
//! standard error. Exit codes are those of [`exit::Code`]. The subcommands of a service are made from
//! its description, so nothing here knows a service by name.

mod actions;
mod arguments;
mod collections;
mod doctor;
pub mod exit;
mod operations;
mod output;
mod progress;
mod prompt;
mod settings;

use std::ffi::OsString;

use anyhow::Error;

pub use self::arguments::Invocation;
pub use self::output::report;
use self::{arguments::Command, exit::Code, output::Printer};
use crate::{
    config::{self, Settings},
    context::{self, Context},
    domain::failure::{Failure, FailureKind},
};

/// Reads the command line. `Err` is what is to be printed by clap itself: help, the version, or what
/// is wrong with the arguments.
///
/// # Errors
/// As clap has it; its exit code is 0 for help and the version, 2 otherwise.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Invocation, clap::Error> {
    arguments::parse(arguments)
}

/// Resolves the settings of an invocation from the files, the environment and its flags.
///
/// # Errors
/// What is wrong with the configuration, as one sentence that names where.
pub fn settings(invocation: &Invocation) -> Result<Settings, Error> {
    Ok(config::load(&invocation.flags, &environment)?)
}

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Carries out a command.
///
/// # Errors
/// What failed; [`exit::of`] says which exit code that is.
pub fn run(invocation: Invocation) -> Result<Code, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let outcome = runtime.block_on(async {
        tokio::select! {
            outcome = carry_out(invocation) => outcome,
            () = interrupted() => {
                output::message("interrupted: detached, nothing was cancelled. What AWS has taken on goes on; 'snapdeck operations wait' watches it.");
                Ok(Code::Interrupted)
            }
        }
    });
    // A blocking call that hangs must not delay the end.
    runtime.shutdown_background();
    outcome
}

/// Resolves when the process is asked to stop: by the keyboard, by a lost terminal, or by the system.
async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
        signal(SignalKind::hangup()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
}

async fn carry_out(invocation: Invocation) -> Result<Code, Error> {
    let printer = Printer::new(invocation.output)?;
    match &invocation.command {
        Command::Misused(why) => Err(Failure::new(FailureKind::Invalid, "", why.clone()).into()),
        Command::Completions(shell) => output::completions(*shell),
        Command::Man => output::man_page(),
        Command::ConfigPath => settings::path(&invocation.flags),
        Command::ConfigCheck => settings::check(&invocation),
        Command::ConfigShow => settings::show(&invocation),
        Command::Sandbox(options) => {
            let server = context::serve_sandbox(options.clone()).await?;
            for line in server.banner() {
                output::line(&line)?;
            }
            server.stopped().await;
            Ok(Code::Done)
        }
        Command::Console => Err(Failure::new(
            FailureKind::Invalid,
            "",
            "the console needs a terminal, and standard input or output is not one",
        )
        .hint("Without one use the commands: 'snapdeck directory list', 'snapdeck operations list', 'snapdeck --help'.")
        .into()),
        Command::Doctor => doctor::examine(settings(&invocation)?, &printer).await,
        Command::Operations(what) => {
            let context = Context::open(&settings(&invocation)?).await?;
            operations::run(&context, what, &printer).await
        }
        Command::List {
            service,
            collection,
            parent,
        } => {
            let context = Context::open(&settings(&invocation)?).await?;
            let owner = parent.as_ref().map(|(owners, id)| (*owners, id.as_str()));
            collections::list(&context, service, collection, owner, &printer).await
        }
        Command::Show { service, collection, id } => {
            let context = Context::open(&settings(&invocation)?).await?;
            collections::show(&context, service, collection, id, &printer).await
        }
        Command::Act(asked) => {
            let context = Context::open(&settings(&invocation)?).await?;
            actions::run(&context, asked, &printer).await
        }
    }
}
