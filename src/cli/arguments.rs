//! What a command line means.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    io::{self, IsTerminal},
    net::SocketAddr,
    path::PathBuf,
    time::Duration,
};

use clap::ArgMatches;
use clap_complete::Shell;
use jiff::SignedDuration;

use super::{
    grammar::{PRUNE, REGION, actions_of, belongs, grammar, owners, parser, pruned, shown_by},
    output::Format,
    prune::Prune,
    target, usage,
};
use crate::{
    config::Flags,
    context::{self, SandboxOptions},
    domain::{
        collection::{ActionInfo, CollectionInfo, Destructive, ServiceInfo},
        form::{FieldInfo, FieldKind, Value},
        operation::OperationId,
        selection::{Criteria, Pattern},
    },
    operations::Agreed,
};

/// A command line, understood.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// The options that become settings.
    pub flags: Flags,
    /// How results are written; `None` is a table on a terminal and JSON otherwise.
    pub output: Option<Format>,
    /// What the user says in advance of every change: `--reason`, `--confirm-account`.
    pub agreed: Agreed,
    /// What is to be done.
    pub command: Command,
}

impl Invocation {
    /// Whether the console is what is asked for.
    #[must_use]
    pub fn is_console(&self) -> bool {
        matches!(self.command, Command::Console)
    }

    /// Whether the console is what is asked for, and there is a terminal for it.
    #[must_use]
    pub fn opens_console(&self) -> bool {
        self.is_console() && io::stdin().is_terminal() && io::stdout().is_terminal()
    }
}

/// What is to be done.
#[derive(Debug, Clone)]
pub enum Command {
    /// The console: no command was given.
    Console,
    /// A collection, or the part of it that belongs to a row.
    List {
        /// The service.
        service: &'static ServiceInfo,
        /// The collection.
        collection: &'static CollectionInfo,
        /// The id of the row that owns what is listed.
        parent: Option<(&'static CollectionInfo, String)>,
    },
    /// One row.
    Show {
        /// The service.
        service: &'static ServiceInfo,
        /// Its collection.
        collection: &'static CollectionInfo,
        /// Its id.
        id: String,
    },
    /// An action.
    Act(Asked),
    /// Recovery points chosen by age, count, name and state, deleted.
    Prune(Prune),
    /// Arguments that do not go together; the text says why.
    Misused(String),
    /// The journal.
    Operations(OperationsCommand),
    /// The simulated AWS on its own.
    Sandbox(SandboxOptions),
    /// What works from here and what does not.
    Doctor,
    /// A file for a bug report.
    Report(PathBuf),
    /// Where the configuration is.
    ConfigPath,
    /// Whether the configuration is right.
    ConfigCheck,
    /// The configuration as resolved.
    ConfigShow,
    /// A shell's completions.
    Completions(Shell),
    /// The manual page.
    Man,
}

/// An action as it was asked for.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct Asked {
    /// The service.
    pub service: &'static ServiceInfo,
    /// The action.
    pub action: &'static ActionInfo,
    /// The ids of the resources acted on.
    pub targets: Vec<String>,
    /// The values given, by field.
    pub values: BTreeMap<String, Value>,
    /// Whether tags of the configuration are filled in.
    pub presets: bool,
    /// `--confirm`, once for each of what is confirmed.
    pub confirm: Vec<String>,
    /// `--yes`.
    pub yes: bool,
    /// `--dry-run`.
    pub dry_run: bool,
    /// `--print-policies`.
    pub print_documents: bool,
    /// `--wait`.
    pub wait: Wait,
}

/// How long an action is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// Not at all.
    No,
    /// To its end.
    ToTheEnd,
    /// This long at the most.
    AtMost(Duration),
}

/// What is asked of the journal.
#[derive(Debug, Clone)]
pub enum OperationsCommand {
    /// The operations, newest first.
    List {
        /// Only those that are not finished.
        open: bool,
    },
    /// One operation.
    Show(OperationId),
    /// Watching until the end.
    Wait {
        /// Which; all that are open where none is named.
        ids: Vec<OperationId>,
        /// How long at the most.
        wait: Wait,
    },
}

/// Reads the command line.
pub(super) fn parse(
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<Invocation, clap::Error> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let matches = parser()
        .try_get_matches_from(&arguments)
        .map_err(|error| usage::printable(error, grammar(), &arguments))?;
    let agreed = agreed(&matches);
    let command = match command(&matches) {
        Command::Console if agreed != Agreed::default() => Command::Misused(
            "--reason and --confirm-account go with a command that changes something; the console \
             asks for both where a rule wants them, so open it without them"
                .to_owned(),
        ),
        command => command,
    };
    Ok(Invocation {
        flags: flags(&matches),
        output: matches.get_one::<Format>("output").copied(),
        agreed,
        command,
    })
}

fn agreed(matches: &ArgMatches) -> Agreed {
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    Agreed {
        account: text("confirm-account"),
        reason: text("reason"),
    }
}

fn flags(matches: &ArgMatches) -> Flags {
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let path = |name: &str| matches.get_one::<PathBuf>(name).cloned();
    Flags {
        profile: text("profile"),
        regions: regions(matches),
        endpoint_url: text("endpoint-url"),
        sandbox: matches.contains_id("sandbox").then(|| path("sandbox")),
        read_only: matches.get_flag("read-only"),
        config: path("config"),
        state_dir: path("state-dir"),
        no_color: matches.get_flag("no-color"),
        ascii: matches.get_flag("ascii"),
        log_level: text("log-level"),
    }
}

/// The Regions named before the command, after it, and between its words.
fn regions(matches: &ArgMatches) -> Vec<String> {
    let mut regions = Vec::new();
    let mut level = Some(matches);
    while let Some(matches) = level {
        let here = matches.get_many::<String>(REGION);
        regions.extend(here.into_iter().flatten().cloned());
        level = matches.subcommand().map(|(_, inner)| inner);
    }
    regions
}

fn command(matches: &ArgMatches) -> Command {
    let Some((name, inner)) = matches.subcommand() else {
        return Command::Console;
    };
    match (name, inner.subcommand()) {
        ("operations", Some((what, given))) => Command::Operations(match what {
            "list" => OperationsCommand::List {
                open: given.get_flag("open"),
            },
            "show" => match given.get_one::<OperationId>("id") {
                Some(id) => OperationsCommand::Show(id.clone()),
                None => OperationsCommand::List { open: false },
            },
            _ => OperationsCommand::Wait {
                ids: given
                    .get_many::<OperationId>("id")
                    .map(|ids| ids.cloned().collect())
                    .unwrap_or_default(),
                wait: given
                    .get_one::<Duration>("timeout")
                    .map_or(Wait::ToTheEnd, |most| Wait::AtMost(*most)),
            },
        }),
        ("sandbox", _) => Command::Sandbox(SandboxOptions {
            listen: inner.get_one::<SocketAddr>("listen").copied(),
            scenario: inner.get_one::<PathBuf>("scenario").cloned(),
            speed: inner.get_one::<f64>("speed").copied(),
            verify_signatures: inner.get_flag("verify-signatures"),
        }),
        ("config", Some(("path", _))) => Command::ConfigPath,
        ("config", Some(("check", _))) => Command::ConfigCheck,
        ("config", _) => Command::ConfigShow,
        ("completions", _) => Command::Completions(
            inner
                .get_one::<Shell>("shell")
                .copied()
                .unwrap_or(Shell::Bash),
        ),
        ("man", _) => Command::Man,
        ("doctor", _) => match inner.get_one::<PathBuf>("report") {
            Some(file) => Command::Report(file.clone()),
            None => Command::Doctor,
        },
        (service, Some((what, given))) => match given.subcommand() {
            // A command of two words.
            Some((word, given)) => service_meaning(service, &format!("{what} {word}"), given),
            None => service_meaning(service, what, given),
        },
        _ => Command::Console,
    }
}

/// What a subcommand of a service means. Clap has already refused what no service has.
fn service_meaning(service: &str, what: &str, given: &ArgMatches) -> Command {
    let text = |name: &str| given.get_one::<String>(name).cloned();
    let Some(service) = context::services()
        .into_iter()
        .find(|info| info.id == service)
    else {
        return Command::Console;
    };
    let owner = |collection: &'static CollectionInfo| {
        let id = (!collection.parents.is_empty())
            .then(|| text("parent"))
            .flatten()?;
        let owner = belongs(&id, &owners(service, collection)).ok()?;
        Some((owner, id))
    };
    if what == PRUNE
        && let Some((collection, points, action)) = pruned(service)
    {
        let criteria = Criteria {
            older_than: given.get_one::<SignedDuration>("older-than").copied(),
            keep: given.get_one::<usize>("keep").copied(),
            name: given.get_one::<Pattern>("name").cloned(),
            state: text("state"),
        };
        return Command::Prune(Prune {
            service,
            collection,
            points,
            action,
            parent: owner(collection),
            criteria,
            yes: given.get_flag("yes"),
            dry_run: given.get_flag("dry-run"),
            wait: wait(given),
        });
    }
    if let Some(collection) = service.collections.iter().find(|c| c.command == what) {
        let parent = owner(collection);
        return Command::List {
            service,
            collection,
            parent,
        };
    }
    let kinds = shown_by(service, what);
    if !kinds.is_empty() {
        let id = text("id").unwrap_or_default();
        // Clap has checked the id against the same collections.
        let Ok(collection) = belongs(&id, &kinds) else {
            return Command::Console;
        };
        return Command::Show {
            service,
            collection,
            id,
        };
    }
    act(service, what, given)
}

/// Which action a subcommand with these arguments means, and with which values.
fn act(service: &'static ServiceInfo, what: &str, given: &ArgMatches) -> Command {
    let flag = |key: &str| matches!(given.try_get_one::<bool>(key), Ok(Some(true)));
    let is_given = |field: &FieldInfo| match field.kind {
        FieldKind::Toggle | FieldKind::Marker => flag(field.key),
        FieldKind::Text { .. } | FieldKind::Many { .. } => {
            given.try_contains_id(field.key).unwrap_or(false)
        }
    };
    let words = target::typed(given);
    let takes = |action: &'static ActionInfo| {
        let subject = service.collection(action.subject)?;
        let named = target::read(action, subject, &words).ok()?;
        let field = |key: &str| action.fields.iter().find(|field| field.key == key);
        let chosen = action
            .mode
            .is_none_or(|key| field(key).is_some_and(is_given));
        chosen.then_some((action, named))
    };
    let Some((action, named)) = actions_of(service, what).find_map(takes) else {
        return Command::Misused(misnamed(service, what, &words));
    };
    let others = actions_of(service, what).flat_map(|other| other.fields);
    for field in others.filter(|field| is_given(field)) {
        let by_word = named
            .value
            .as_ref()
            .is_some_and(|(key, _)| *key == field.key);
        if by_word || !action.fields.iter().any(|own| own.key == field.key) {
            return Command::Misused(astray(service, what, action, field));
        }
    }
    let value = |field: &FieldInfo| match field.kind {
        FieldKind::Text { .. } => given
            .try_get_one::<String>(field.key)
            .ok()?
            .cloned()
            .map(Value::Text),
        FieldKind::Many { .. } => given
            .try_get_many::<String>(field.key)
            .ok()?
            .map(|all| Value::Many(all.cloned().collect())),
        FieldKind::Toggle => flag(field.key).then(|| Value::Text("true".to_owned())),
        FieldKind::Marker => None,
    };
    let by_flag = action.fields.iter();
    let mut values: BTreeMap<String, Value> = by_flag
        .filter_map(|field| Some((field.key.to_owned(), value(field)?)))
        .collect();
    if let Some((key, value)) = named.value {
        values.insert(key.to_owned(), value);
    }
    for field in action
        .fields
        .iter()
        .filter(|field| !values.contains_key(field.key))
    {
        if let (FieldKind::Text { .. }, Err(why)) = (&field.kind, field.check("")) {
            return Command::Misused(format!("--{}: {why}", field.flag));
        }
    }
    Command::Act(Asked {
        service,
        action,
        targets: named.ids,
        values,
        presets: action.presets && !given.get_flag("no-tag-presets"),
        confirm: (action.destructive != Destructive::No)
            .then(|| given.get_many::<String>("confirm"))
            .flatten()
            .map(|ids| ids.cloned().collect())
            .unwrap_or_default(),
        yes: action.destructive != Destructive::No && flag("yes"),
        dry_run: flag("dry-run"),
        print_documents: flag("print-policies"),
        wait: wait(given),
    })
}

/// What is wrong with a flag that belongs to another action of the same command.
fn astray(
    service: &'static ServiceInfo,
    what: &str,
    action: &'static ActionInfo,
    field: &FieldInfo,
) -> String {
    let noun = |action: &ActionInfo| {
        let subject = service.collection(action.subject);
        subject.map_or("", |subject| subject.noun)
    };
    let of = |one: &'static ActionInfo, other: &'static ActionInfo| {
        if noun(one) == noun(other) {
            one.title.to_lowercase()
        } else {
            format!("{} ({})", one.title.to_lowercase(), noun(one))
        }
    };
    let takes = |other: &&'static ActionInfo| other.fields.iter().any(|own| own.key == field.key);
    let flag = field.flag;
    match actions_of(service, what).find(takes) {
        Some(other) => format!(
            "--{flag} does not go with: {}; it goes with: {}",
            of(action, other),
            of(other, action)
        ),
        None => format!("--{flag} does not go with: {}", of(action, action)),
    }
}

/// How long to watch; not at all where there is nothing to wait for, and so no such flag.
fn wait(given: &ArgMatches) -> Wait {
    match (
        given.try_contains_id("wait"),
        given.try_get_one::<Duration>("wait"),
    ) {
        (_, Ok(Some(most))) => Wait::AtMost(*most),
        (Ok(true), _) => Wait::ToTheEnd,
        _ => Wait::No,
    }
}

/// What is wrong with words that no action of a subcommand takes.
fn misnamed(service: &'static ServiceInfo, what: &str, words: &[String]) -> String {
    let mut wrong = Vec::new();
    let mut modes = Vec::new();
    for action in actions_of(service, what) {
        let Some(subject) = service.collection(action.subject) else {
            continue;
        };
        let mode = action.fields.iter().find(|f| Some(f.key) == action.mode);
        match (target::read(action, subject, words), mode) {
            (Err(why), _) if !wrong.contains(&why) => wrong.push(why),
            (Ok(_), Some(field)) => modes.push(format!("--{}", field.flag)),
            _ => {}
        }
    }
    if modes.is_empty() {
        wrong.join("; ")
    } else {
        format!("say which: one of {}", modes.join(", "))
    }
}
