//! The grammar of the command line, made from the descriptions of the services.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    ffi::OsString,
    io::{self, IsTerminal},
    net::SocketAddr,
    path::PathBuf,
    time::Duration,
};

use clap::{
    Arg, ArgAction, ArgMatches, Command as Clap, ValueHint,
    builder::ValueParser,
    error::{ContextKind, ContextValue},
    value_parser,
};
use clap_complete::Shell;

use super::output::{Format, lines};
use crate::{
    config::Flags,
    context::{self, SandboxOptions},
    domain::{
        collection::{ActionInfo, CollectionInfo, Destructive, ServiceInfo},
        form::{FieldInfo, FieldKind, Value},
        operation::OperationId,
        text::harmless,
        time,
    },
};

/// A command line, understood.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// The options that become settings.
    pub flags: Flags,
    /// How results are written; `None` is a table on a terminal and JSON otherwise.
    pub output: Option<Format>,
    /// What is to be done.
    pub command: Command,
}

impl Invocation {
    /// Whether the console is what is asked for, and there is a terminal for it.
    #[must_use]
    pub fn opens_console(&self) -> bool {
        matches!(self.command, Command::Console)
            && io::stdin().is_terminal()
            && io::stdout().is_terminal()
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
    /// Arguments that do not go together; the text says why.
    Misused(String),
    /// The journal.
    Operations(OperationsCommand),
    /// The simulated AWS on its own.
    Sandbox(SandboxOptions),
    /// What works from here and what does not.
    Doctor,
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
pub struct Asked {
    /// The service.
    pub service: &'static ServiceInfo,
    /// The action.
    pub action: &'static ActionInfo,
    /// The ids of the resources acted on.
    pub targets: Vec<String>,
    /// The values given, by field.
    pub values: BTreeMap<String, Value>,
    /// `--confirm`.
    pub confirm: Option<String>,
    /// `--yes`.
    pub yes: bool,
    /// `--dry-run`.
    pub dry_run: bool,
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
    let matches = grammar()
        .try_get_matches_from(arguments)
        .map_err(printable)?;
    Ok(Invocation {
        flags: flags(&matches),
        output: matches.get_one::<Format>("output").copied(),
        command: command(&matches),
    })
}

/// What is wrong with the arguments, as it can be printed: clap repeats what was typed as it is,
/// and what was typed may come from anywhere. A value that its own rule names is not named twice.
fn printable(error: clap::Error) -> clap::Error {
    if !error.use_stderr() {
        return error;
    }
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let named = context(ContextKind::InvalidArg)
        .zip(context(ContextKind::InvalidValue))
        .zip(error.source().map(ToString::to_string))
        .filter(|((_, value), why)| why.starts_with(&format!("'{}'", harmless(value))));
    let text = if let Some(((argument, _), why)) = named {
        format!("{argument}: {why}\n\nFor more information, try '--help'.\n")
    } else {
        let text = error.render().to_string();
        text.strip_prefix("error: ").unwrap_or(&text).to_owned()
    };
    clap::Error::raw(error.kind(), lines(&text))
}

/// The whole grammar.
pub(super) fn grammar() -> Clap {
    let mut root = Clap::new("snapdeck")
        .version(env!("CARGO_PKG_VERSION"))
        .about("A terminal console for AWS snapshots")
        .long_about(
            "A terminal console for AWS snapshots. Without a command it opens the console; every command works without a terminal. Try it with no AWS account: snapdeck --sandbox",
        )
        .after_help("Exit codes: 0 done, 1 failed, 2 usage, 3 refused, 4 not permitted, 5 not found, 6 limit or wrong state, 7 unreachable, 8 still running, 9 outcome unknown, 10 partial, 130 interrupted.")
        .disable_help_subcommand(true)
        .args(global_options());
    for service in context::services() {
        root = root.subcommand(service_command(service));
    }
    root.subcommand(operations_command())
        .subcommand(sandbox_command())
        .subcommand(Clap::new("doctor").about("Say what works from here and what does not"))
        .subcommand(
            Clap::new("config")
                .about("The configuration")
                .subcommand_required(true)
                .arg_required_else_help(true)
                .subcommand(
                    Clap::new("path").about("Print where the configuration file is looked for"),
                )
                .subcommand(
                    Clap::new("check").about("Check the configuration and say what is wrong"),
                )
                .subcommand(
                    Clap::new("show").about(
                        "Print the configuration as resolved, with where each value came from",
                    ),
                ),
        )
        .subcommand(
            Clap::new("completions")
                .about("Print the completions of a shell")
                .arg(
                    Arg::new("shell")
                        .value_name("SHELL")
                        .required(true)
                        .value_parser(value_parser!(Shell)),
                ),
        )
        .subcommand(Clap::new("man").about("Print the manual page"))
}

fn global_options() -> Vec<Arg> {
    let option = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name(value)
            .help(help)
            .global(true)
            .help_heading("Options")
    };
    let switch = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .action(ArgAction::SetTrue)
            .help(help)
            .global(true)
            .help_heading("Options")
    };
    vec![
        option(
            "profile",
            "NAME",
            "Use a named profile of the AWS config files",
        ),
        option(
            "region",
            "REGION",
            "Look at this Region; may be repeated, or 'all'",
        )
        .action(ArgAction::Append),
        option(
            "endpoint-url",
            "URL",
            "Send every call to this endpoint instead of AWS's",
        ),
        option(
            "sandbox",
            "SCENARIO.toml",
            "Use a simulated AWS that this process runs; no account needed",
        )
        .num_args(0..=1)
        .require_equals(true)
        .value_parser(value_parser!(PathBuf))
        .value_hint(ValueHint::FilePath),
        switch("read-only", "Refuse every change"),
        option("config", "FILE", "Read this configuration file")
            .value_parser(value_parser!(PathBuf))
            .value_hint(ValueHint::FilePath),
        option("state-dir", "DIR", "Keep the journal and the log here")
            .value_parser(value_parser!(PathBuf))
            .value_hint(ValueHint::DirPath),
        option(
            "output",
            "FORMAT",
            "Write results as table, json, jsonl or csv",
        )
        .value_parser(value_parser!(Format)),
        switch("no-color", "Use no colours"),
        switch("ascii", "Draw with ASCII characters only"),
        option(
            "log-level",
            "LEVEL",
            "Log this much: off, error, warn, info, debug, trace",
        ),
    ]
}

fn service_command(service: &'static ServiceInfo) -> Clap {
    let mut command = Clap::new(service.id)
        .about(service.title)
        .subcommand_required(true)
        .arg_required_else_help(true);
    for collection in service.collections {
        let mut list = Clap::new(collection.command).about(collection.about);
        if !collection.parents.is_empty() {
            list = list.arg(id_argument("parent", owners(service, collection)).required(false));
        }
        command = command.subcommand(list);
    }
    let shown: BTreeSet<&str> = service.collections.iter().filter_map(|c| c.show).collect();
    for show in shown {
        let kinds = shown_by(service, show);
        let nouns: Vec<&str> = kinds.iter().map(|c| c.noun).collect();
        let about = format!(
            "Show one {} with everything that is known of it",
            nouns.join(" or ")
        );
        let id = id_argument("id", kinds).required(true);
        command = command.subcommand(Clap::new(show).about(about).arg(id));
    }
    let mut named = BTreeSet::new();
    for action in service
        .actions
        .iter()
        .filter(|action| named.insert(action.command))
    {
        command = command.subcommand(action_command(service, action.command));
    }
    command
}

/// The collections whose rows own rows of a collection.
fn owners(
    service: &'static ServiceInfo,
    collection: &CollectionInfo,
) -> Vec<&'static CollectionInfo> {
    collection
        .parents
        .iter()
        .filter_map(|id| service.collection(id))
        .collect()
}

/// The collections of which a subcommand shows a row.
fn shown_by(service: &'static ServiceInfo, show: &str) -> Vec<&'static CollectionInfo> {
    service
        .collections
        .iter()
        .filter(|c| c.show == Some(show))
        .collect()
}

/// The collection that an id belongs to, by its form.
fn belongs(id: &str, kinds: &[&'static CollectionInfo]) -> Result<&'static CollectionInfo, String> {
    let mut wrong = Vec::new();
    for kind in kinds {
        match (kind.check_id)(id) {
            Ok(()) => return Ok(kind),
            Err(why) => wrong.push(why),
        }
    }
    Err(wrong.join("; "))
}

/// The id of a row of one of these collections. Its form is checked here, before anything is asked
/// of AWS.
fn id_argument(name: &'static str, kinds: Vec<&'static CollectionInfo>) -> Arg {
    let values: Vec<&str> = kinds.iter().map(|kind| kind.argument).collect();
    let nouns: Vec<&str> = kinds.iter().map(|kind| kind.noun).collect();
    let (value, help) = (
        values.join("|"),
        format!("The id of a {}", nouns.join(" or of a ")),
    );
    let parser = move |text: &str| belongs(text, &kinds).map(|_| text.to_owned());
    Arg::new(name)
        .value_name(value)
        .value_parser(ValueParser::from(parser))
        .help(help)
}

/// The actions behind a subcommand: several where it acts on several kinds of resource, or where a
/// flag picks one of them.
fn actions_of(
    service: &'static ServiceInfo,
    command: &str,
) -> impl Iterator<Item = &'static ActionInfo> {
    service
        .actions
        .iter()
        .filter(move |action| action.command == command)
}

fn action_command(service: &'static ServiceInfo, name: &'static str) -> Clap {
    let actions: Vec<&ActionInfo> = actions_of(service, name).collect();
    let abouts: BTreeSet<&str> = actions.iter().map(|action| action.about).collect();
    let mut command = Clap::new(name).about(Vec::from_iter(abouts).join("; "));
    let mut subjects: Vec<&CollectionInfo> = Vec::new();
    for subject in actions
        .iter()
        .filter_map(|action| service.collection(action.subject))
    {
        if !subjects.iter().any(|known| known.id == subject.id) {
            subjects.push(subject);
        }
    }
    let target = id_argument("target", subjects).required(true);
    command = command.arg(if actions.iter().any(|action| action.many) {
        target.num_args(1..).action(ArgAction::Append)
    } else {
        target
    });
    let mut keys = BTreeSet::new();
    for field in actions
        .iter()
        .flat_map(|action| action.fields)
        .filter(|f| keys.insert(f.key))
    {
        command = command.arg(field_argument(field));
    }
    let any = |how: Destructive| actions.iter().any(|action| action.destructive == how);
    if any(Destructive::Live) || any(Destructive::Copy) {
        command = command.arg(
            Arg::new("confirm")
                .long("confirm")
                .value_name("ID")
                .help("Confirm by naming the resource that is affected"),
        );
    }
    if any(Destructive::Copy) {
        command = command.arg(
            Arg::new("yes")
                .long("yes")
                .short('y')
                .action(ArgAction::SetTrue)
                .help("Do not ask"),
        );
    }
    command
        .arg(
            Arg::new("dry-run")
                .long("dry-run")
                .action(ArgAction::SetTrue)
                .help("Run the checks and print the request; change nothing"),
        )
        .arg(
            wait_argument("wait", "Watch until it ends, or for so long (90s, 20m, 3h)")
                .num_args(0..=1)
                .require_equals(true),
        )
}

fn field_argument(field: &'static FieldInfo) -> Arg {
    let argument = Arg::new(field.key).long(field.flag).help(field.help);
    let parser = |text: &str| field.check(text).map(|()| text.to_owned());
    match field.kind {
        FieldKind::Text { .. } => argument
            .value_name("TEXT")
            .value_parser(ValueParser::from(parser))
            .allow_hyphen_values(true),
        FieldKind::Many { argument: name, .. } => argument
            .value_name(name)
            .value_parser(ValueParser::from(parser))
            .action(ArgAction::Append),
        FieldKind::Toggle | FieldKind::Marker => argument.action(ArgAction::SetTrue),
    }
}

fn wait_argument(name: &'static str, help: &'static str) -> Arg {
    let parser = |text: &str| {
        let span = time::parse_span(text)?;
        Duration::try_from(span).map_err(|_| format!("'{text}' is not a duration"))
    };
    Arg::new(name)
        .long(name)
        .value_name("DURATION")
        .value_parser(ValueParser::from(parser))
        .help(help)
}

fn operations_command() -> Clap {
    let id = || {
        let parser = |text: &str| OperationId::parse(text);
        Arg::new("id")
            .value_name("OPERATION")
            .value_parser(ValueParser::from(parser))
    };
    Clap::new("operations")
        .about("What was asked of AWS, from the journal")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Clap::new("list")
                .about("List the operations, newest first")
                .arg(
                    Arg::new("open")
                        .long("open")
                        .action(ArgAction::SetTrue)
                        .help("Only those that are not finished"),
                ),
        )
        .subcommand(
            Clap::new("show")
                .about("Show one operation")
                .arg(id().required(true)),
        )
        .subcommand(
            Clap::new("wait")
                .about("Watch operations until they end: those named, or all that are open")
                .arg(id().num_args(0..))
                .arg(wait_argument(
                    "timeout",
                    "Watch for so long at the most (90s, 20m, 3h)",
                )),
        )
}

fn sandbox_command() -> Clap {
    let speed = |text: &str| match text.parse::<f64>() {
        Ok(speed) if speed.is_finite() && speed > 0.0 => Ok(speed),
        _ => Err(format!(
            "'{text}' is not a number greater than zero, such as 60"
        )),
    };
    Clap::new("sandbox")
        .about("Run the simulated AWS on its own, for this or any other AWS client")
        .arg(
            Arg::new("listen")
                .long("listen")
                .value_name("ADDR:PORT")
                .default_value("127.0.0.1:0")
                .value_parser(value_parser!(SocketAddr))
                .help("Listen on this loopback address; port 0 takes a free one"),
        )
        .arg(
            Arg::new("scenario")
                .long("scenario")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::FilePath)
                .help("Start with the world described in this file"),
        )
        .arg(
            Arg::new("speed")
                .long("speed")
                .value_name("N")
                .value_parser(ValueParser::from(speed))
                .help("Let time run N times as fast"),
        )
        .arg(
            Arg::new("verify-signatures")
                .long("verify-signatures")
                .action(ArgAction::SetTrue)
                .help("Check signatures as AWS does"),
        )
}

fn flags(matches: &ArgMatches) -> Flags {
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let path = |name: &str| matches.get_one::<PathBuf>(name).cloned();
    Flags {
        profile: text("profile"),
        regions: matches
            .get_many::<String>("region")
            .map(|all| all.cloned().collect())
            .unwrap_or_default(),
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
        ("doctor", _) => Command::Doctor,
        (service, Some((what, given))) => service_meaning(service, what, given),
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
    if let Some(collection) = service.collections.iter().find(|c| c.command == what) {
        let parent = (!collection.parents.is_empty())
            .then(|| text("parent"))
            .flatten()
            .and_then(|id| {
                let owner = belongs(&id, &owners(service, collection)).ok()?;
                Some((owner, id))
            });
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
    let is_given = |field: &FieldInfo| match field.kind {
        FieldKind::Toggle | FieldKind::Marker => given.get_flag(field.key),
        FieldKind::Text { .. } | FieldKind::Many { .. } => given.contains_id(field.key),
    };
    let targets: Vec<String> = given
        .get_many::<String>("target")
        .map(|all| all.cloned().collect())
        .unwrap_or_default();
    let takes = |action: &&ActionInfo| {
        let fits = service
            .collection(action.subject)
            .is_some_and(|subject| targets.iter().all(|id| (subject.check_id)(id).is_ok()));
        let field = |key: &str| action.fields.iter().find(|field| field.key == key);
        fits && action
            .mode
            .is_none_or(|key| field(key).is_some_and(is_given))
    };
    let Some(action) = actions_of(service, what).find(takes) else {
        let modes = actions_of(service, what)
            .filter_map(|action| action.fields.iter().find(|f| Some(f.key) == action.mode))
            .map(|field| format!("--{}", field.flag));
        let modes: Vec<String> = modes.collect();
        return Command::Misused(format!("say which: one of {}", modes.join(", ")));
    };
    let others = actions_of(service, what).flat_map(|other| other.fields);
    for field in others.filter(|field| is_given(field)) {
        if !action.fields.iter().any(|own| own.key == field.key) {
            let title = action.title.to_lowercase();
            return Command::Misused(format!("--{} does not go with: {title}", field.flag));
        }
    }
    let value = |field: &FieldInfo| match field.kind {
        FieldKind::Text { .. } => given.get_one::<String>(field.key).cloned().map(Value::Text),
        FieldKind::Many { .. } => given
            .get_many::<String>(field.key)
            .map(|all| Value::Many(all.cloned().collect())),
        FieldKind::Toggle => given
            .get_flag(field.key)
            .then(|| Value::Text("true".to_owned())),
        FieldKind::Marker => None,
    };
    let values: BTreeMap<String, Value> = action
        .fields
        .iter()
        .filter_map(|field| Some((field.key.to_owned(), value(field)?)))
        .collect();
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
        targets,
        values,
        confirm: (action.destructive != Destructive::No)
            .then(|| given.get_one::<String>("confirm").cloned())
            .flatten(),
        yes: action.destructive == Destructive::Copy && given.get_flag("yes"),
        dry_run: given.get_flag("dry-run"),
        wait: match (given.contains_id("wait"), given.get_one::<Duration>("wait")) {
            (_, Some(most)) => Wait::AtMost(*most),
            (true, None) => Wait::ToTheEnd,
            (false, None) => Wait::No,
        },
    })
}
