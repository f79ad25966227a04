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
mod dry_run;
pub mod exit;
mod grammar;
mod interrupt;
mod man;
mod operations;
mod output;
mod progress;
mod prompt;
mod prune;
mod settings;
mod target;
mod usage;
mod watcher;
mod wording;

use std::{
    ffi::OsString,
    sync::{Arc, OnceLock},
    thread::JoinHandle,
};

use anyhow::Error;
use tokio::{runtime::Runtime, sync::oneshot};

pub use self::arguments::Invocation;
pub use self::output::report;
pub use self::prune::Prune;
use self::{
    arguments::Command,
    exit::Code,
    interrupt::{Doing, Signals},
    output::Printer,
};
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
    let settings = config::load(&invocation.flags, &environment)?;
    let services = context::services();
    let known: Vec<(&str, &str)> = services
        .iter()
        .flat_map(|service| service.actions.iter().map(|action| (service.id, action.id)))
        .collect();
    settings.guard.check_actions(&known)?;
    context::check_columns(&settings)?;
    Ok(settings)
}

/// What a variable holds. What is no text is none of the values that are understood, and must not pass
/// for a variable that is not set: it is refused by whoever reads it.
fn environment(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// Carries out a command.
///
/// # Errors
/// What failed; [`exit::of`] says which exit code that is.
pub fn run(invocation: Invocation) -> Result<Code, Error> {
    let doing = match &invocation.command {
        Command::Sandbox(_) => Doing::Serving,
        Command::Act(_) | Command::Prune(_) | Command::Operations(_) => Doing::Changing,
        _ => Doing::Looking,
    };
    let runtime = runtime()?;
    let outcome = runtime.block_on(async {
        let mut signals = Signals::listen();
        let opened = Arc::new(OnceLock::new());
        let (stop, stopped) = oneshot::channel();
        let mut work = Work::begin(invocation, Arc::clone(&opened), stopped)?;
        tokio::select! {
            outcome = &mut work.outcome => outcome.unwrap_or_else(|_gone| work.lost()),
            () = signals.next() => {
                // The other end is gone where the command has just ended.
                let _ended = stop.send(());
                interrupt::detach(doing, opened.get(), &mut signals).await;
                Ok(Code::Interrupted)
            }
        }
    });
    // A blocking call that hangs must not delay the end.
    runtime.shutdown_background();
    outcome
}

fn runtime() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

/// A command that is being carried out, on a thread of its own: what it writes waits for whoever reads
/// it, and a signal must not.
struct Work {
    thread: JoinHandle<()>,
    outcome: oneshot::Receiver<Result<Code, Error>>,
}

impl Work {
    /// As large as that of the first thread of a process usually is.
    const STACK: usize = 8 * 1024 * 1024;

    /// Begins. Once it is told to stop, nothing more is begun, and what is being sent goes on for as
    /// long as the process is there.
    fn begin(
        invocation: Invocation,
        opened: Arc<OnceLock<Context>>,
        stopped: oneshot::Receiver<()>,
    ) -> Result<Self, Error> {
        let runtime = runtime()?;
        let (tell, outcome) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .stack_size(Self::STACK)
            .spawn(move || {
                let ended = runtime.block_on(async {
                    tokio::select! {
                        ended = carry_out(invocation, &opened) => ended,
                        Ok(()) = stopped => std::future::pending().await,
                    }
                });
                // A blocking call that hangs must not delay the end.
                runtime.shutdown_background();
                // Nobody listens any more where a signal came first.
                let _left = tell.send(ended);
            })?;
        Ok(Self { thread, outcome })
    }

    /// The end of a thread that has told nothing: it panicked, and so does this one.
    fn lost(self) -> Result<Code, Error> {
        match self.thread.join() {
            Err(panic) => std::panic::resume_unwind(panic),
            Ok(()) => {
                Err(Failure::new(FailureKind::Internal, "", "the command told nothing").into())
            }
        }
    }
}

/// Opens the context of an invocation, and keeps it for whoever has to take leave of it.
async fn open(invocation: &Invocation, opened: &OnceLock<Context>) -> Result<Context, Error> {
    let context = Context::open(&settings(invocation)?).await?;
    context.operations().agree(invocation.agreed.clone());
    Ok(opened.get_or_init(|| context).clone())
}

async fn carry_out(invocation: Invocation, opened: &OnceLock<Context>) -> Result<Code, Error> {
    let printer = Printer::new(invocation.output);
    match &invocation.command {
        Command::Misused(why) => Err(Failure::new(FailureKind::Invalid, "", why.clone()).into()),
        Command::Completions(shell) => output::completions(*shell),
        Command::Man => man::print(),
        Command::ConfigPath => settings::path(&invocation.flags),
        Command::ConfigCheck => settings::check(&invocation),
        Command::ConfigShow => settings::show(&invocation, &printer),
        Command::Sandbox(options) => {
            let server = context::serve_sandbox(options.clone()).await?;
            for line in server.banner() {
                output::line(&line)?;
            }
            server.stopped().await;
            Ok(Code::Done)
        }
        Command::Console => Err(no_terminal().into()),
        Command::Doctor => doctor::examine(settings(&invocation)?, &printer).await,
        Command::Report(file) => doctor::report(&settings(&invocation)?, file).await,
        Command::Operations(what) => {
            let context = open(&invocation, opened).await?;
            operations::run(&context, what, &printer).await
        }
        Command::List {
            service,
            collection,
            parent,
        } => {
            let context = open(&invocation, opened).await?;
            let owner = parent.as_ref().map(|(owners, id)| (*owners, id.as_str()));
            collections::list(&context, service, collection, owner, &printer).await
        }
        Command::Show {
            service,
            collection,
            id,
        } => {
            let context = open(&invocation, opened).await?;
            collections::show(&context, service, collection, id, &printer).await
        }
        Command::Act(asked) => {
            let context = open(&invocation, opened).await?;
            actions::run(&context, asked, &invocation.agreed, &printer).await
        }
        Command::Prune(asked) => {
            let context = open(&invocation, opened).await?;
            prune::run(&context, asked, &invocation.agreed, &printer).await
        }
    }
}

/// Why the console cannot be opened, and what there is in its place.
fn no_terminal() -> Failure {
    let services = context::services();
    let first = services.first().and_then(|service| {
        let list = service.collections.first()?.command;
        Some(format!("'snapdeck {} {list}', ", service.id))
    });
    let first = first.unwrap_or_default();
    Failure::new(
        FailureKind::Invalid,
        "",
        "the console needs a terminal, and standard input or output is not one",
    )
    .hint(format!(
        "Without one use the commands: {first}'snapdeck operations list', 'snapdeck --help'."
    ))
}
