//! The grammar of the command line, made from the descriptions of the services.

use std::{collections::BTreeSet, net::SocketAddr, path::PathBuf, time::Duration};

use clap::{
    Arg, ArgAction, ArgGroup, Command as Clap, ValueHint, builder::ValueParser, value_parser,
};
use clap_complete::Shell;

use super::{exit, output::Format, target};
use crate::{
    context,
    domain::{
        collection::{
            ActionInfo, CollectionInfo, Destructive, RecoveryPoints, ServiceInfo, Target, Verb,
        },
        form::{FieldInfo, FieldKind},
        operation::OperationId,
        selection::Pattern,
        time,
    },
};

/// The whole grammar.
pub(super) fn grammar() -> Clap {
    let mut root = Clap::new("snapdeck")
        .version(env!("CARGO_PKG_VERSION"))
        .about("A terminal console for AWS snapshots")
        .long_about(
            "A terminal console for AWS snapshots. Without a command it opens the console; every command works without a terminal. Try it with no AWS account: snapdeck --sandbox",
        )
        .after_help(exit::summary())
        .disable_help_subcommand(true)
        .args(global_options());
    for service in context::services() {
        root = root.subcommand(service_command(service));
    }
    root.subcommand(operations_command())
        .subcommand(sandbox_command())
        .subcommand(
            Clap::new("doctor")
                .about("Say what works from here and what does not")
                .arg(
                    Arg::new("report")
                        .long("report")
                        .value_name("FILE")
                        .help("Write a file for a bug report instead, without credentials and account ids; - prints it")
                        .value_parser(value_parser!(PathBuf))
                        .value_hint(ValueHint::FilePath),
                ),
        )
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
            .help_heading("Options of every command")
    };
    let switch = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .action(ArgAction::SetTrue)
            .help(help)
            .global(true)
            .help_heading("Options of every command")
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
        option(
            "reason",
            "TEXT",
            "Why a change is made; the journal keeps it",
        ),
        option(
            "confirm-account",
            "ACCOUNT",
            "The account, where the profile's rules ask for it",
        ),
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
        let mut list = leaf(collection.command).about(collection.about);
        if !collection.parents.is_empty() {
            list = list.arg(id_argument("parent", owners(service, collection)).required(false));
        }
        command = with_leaf(command, collection.command, list);
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
        command = with_leaf(command, show, leaf(show).about(about).arg(id));
    }
    let mut named = BTreeSet::new();
    for action in service
        .actions
        .iter()
        .filter(|action| named.insert(action.command))
    {
        command = with_leaf(
            command,
            action.command,
            action_command(service, action.command),
        );
    }
    if let Some((collection, ..)) = pruned(service) {
        command = command.subcommand(prune_command(service, collection));
    }
    command
}

/// The subcommand that deletes recovery points by criteria.
pub(super) const PRUNE: &str = "prune";

/// The recovery points of a service, and the action that deletes one.
pub(super) fn pruned(
    service: &'static ServiceInfo,
) -> Option<(
    &'static CollectionInfo,
    &'static RecoveryPoints,
    &'static ActionInfo,
)> {
    service.collections.iter().find_map(|collection| {
        let points = collection.points.as_ref()?;
        Some((collection, points, service.action(points.delete)?))
    })
}

fn prune_command(service: &'static ServiceInfo, collection: &'static CollectionInfo) -> Clap {
    let age = |text: &str| time::parse_span(text);
    let count = |text: &str| match text.parse::<usize>() {
        Ok(count @ 1..) => Ok(count),
        _ => Err(format!("'{text}' is not a whole number of 1 or more")),
    };
    let pattern = |text: &str| Pattern::parse(text);
    let criterion = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name(value)
            .help(help)
            .group("criteria")
    };
    let mut command = Clap::new(PRUNE)
        .about(format!(
            "Delete the {}s that fit every criterion given, and none that the service took by itself",
            collection.noun
        ))
        .group(
            ArgGroup::new("criteria")
                .multiple(true)
                .required(true),
        );
    if !collection.parents.is_empty() {
        command = command.arg(id_argument("parent", owners(service, collection)).required(false));
    }
    command
        .arg(
            criterion("older-than", "DURATION", "Taken longer ago than this (12h, 30d)")
                .value_parser(ValueParser::from(age)),
        )
        .arg(
            criterion(
                "keep",
                "N",
                "Not among the newest N of each; failed ones are not counted unless --state chooses them",
            )
            .value_parser(ValueParser::from(count)),
        )
        .arg(
            criterion("name", "PATTERN", "Named like this, the id where there is no name; * stands for any text")
                .value_parser(ValueParser::from(pattern)),
        )
        .arg(criterion("state", "STATE", "In this state, in AWS's own word"))
        .arg(
            Arg::new("yes")
                .long("yes")
                .short('y')
                .action(ArgAction::SetTrue)
                .help("Do not ask"),
        )
        .args(run_arguments())
}

/// Whether an action is only tried, and how long it is watched.
fn run_arguments() -> [Arg; 2] {
    [
        Arg::new("dry-run")
            .long("dry-run")
            .action(ArgAction::SetTrue)
            .help("Run the checks and print the request; change nothing"),
        wait_argument("wait", "Watch until it ends, or for so long (90s, 20m, 3h)")
            .num_args(0..=1)
            .require_equals(true),
    ]
}

/// The subcommand of a command that may be several words: `schedule list`.
fn leaf(command: &'static str) -> Clap {
    Clap::new(command.rsplit(' ').next().unwrap_or(command))
}

/// A subcommand where its command says: within a group of its own where that is two words.
fn with_leaf(service: Clap, command: &'static str, leaf: Clap) -> Clap {
    let Some((group, _)) = command.split_once(' ') else {
        return service.subcommand(leaf);
    };
    if service.find_subcommand(group).is_some() {
        return service.mut_subcommand(group, |group| group.subcommand(leaf));
    }
    let about = format!("What is to be done with a {group}");
    service.subcommand(
        Clap::new(group)
            .about(about)
            .subcommand_required(true)
            .arg_required_else_help(true)
            .subcommand(leaf),
    )
}

/// The collections whose rows own rows of a collection.
pub(super) fn owners(
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
pub(super) fn shown_by(service: &'static ServiceInfo, show: &str) -> Vec<&'static CollectionInfo> {
    service
        .collections
        .iter()
        .filter(|c| c.show == Some(show))
        .collect()
}

/// The collection that an id belongs to, by its form.
pub(super) fn belongs(
    id: &str,
    kinds: &[&'static CollectionInfo],
) -> Result<&'static CollectionInfo, String> {
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
pub(super) fn id_argument(name: &'static str, kinds: Vec<&'static CollectionInfo>) -> Arg {
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
pub(super) fn actions_of(
    service: &'static ServiceInfo,
    command: &str,
) -> impl Iterator<Item = &'static ActionInfo> {
    service
        .actions
        .iter()
        .filter(move |action| action.command == command)
}

fn action_command(service: &'static ServiceInfo, name: &'static str) -> Clap {
    let actions: Vec<&'static ActionInfo> = actions_of(service, name).collect();
    let abouts: BTreeSet<&str> = actions.iter().map(|action| action.about).collect();
    let mut command = leaf(name).about(Vec::from_iter(abouts).join("; "));
    if actions.iter().any(|action| action.target != Target::Place) {
        command = command.arg(target::argument(service, name));
    }
    let mut keys = BTreeSet::new();
    let by_flag = |action: &&'static ActionInfo| {
        let by_word = target::field_by_word(action).map(|field| field.key);
        let fields = action.fields.iter();
        fields.filter(move |field| Some(field.key) != by_word)
    };
    for field in actions.iter().flat_map(by_flag) {
        if keys.insert(field.key) {
            command = command.arg(field_argument(field));
        }
    }
    if actions.iter().all(|action| action.verb == Verb::Inspect) {
        return command.arg(
            Arg::new("print-policies")
                .long("print-policies")
                .action(ArgAction::SetTrue)
                .help("Print the documents that mend what is missing"),
        );
    }
    let any = |how: Destructive| actions.iter().any(|action| action.destructive == how);
    let (live, copy) = (any(Destructive::Live), any(Destructive::Copy));
    if live || copy {
        // What stands to be lost is not always what is named: a restore takes a snapshot and
        // overwrites something else.
        let help = if live {
            "Confirm with the id of what is overwritten or taken out of service; --dry-run prints it"
        } else {
            "Confirm with the id of what is deleted, in place of --yes"
        };
        command = command.arg(
            Arg::new("confirm")
                .long("confirm")
                .value_name("ID")
                .help(help),
        );
        // Known everywhere, so that it can be said what is needed in its place.
        command = command.arg(
            Arg::new("yes")
                .long("yes")
                .short('y')
                .action(ArgAction::SetTrue)
                .hide(!copy)
                .help("Do not ask"),
        );
    }
    if actions.iter().any(|action| action.presets) {
        command = command.arg(
            Arg::new("no-tag-presets")
                .long("no-tag-presets")
                .action(ArgAction::SetTrue)
                .help("Leave out the tags of the configuration"),
        );
    }
    command.args(run_arguments())
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
            .allow_hyphen_values(true)
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
