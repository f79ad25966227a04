//! The grammar of the command line, made from the descriptions of the services.

mod actions;
mod own;
mod prune;

use std::{collections::BTreeSet, path::PathBuf};

use clap::{Arg, ArgAction, Command as Clap, ValueHint, builder::ValueParser, value_parser};

pub(super) use self::{
    actions::actions_of,
    prune::{PRUNE, pruned},
};
use super::{exit, output::Format};
use crate::{
    context,
    domain::{
        collection::{CollectionInfo, ServiceInfo},
        words,
    },
};

const PROGRAM: &str = "snapdeck";

/// The columns of a terminal that the help is made for.
const WIDTH: usize = 80;

/// The option that is counted at every level of a command line.
pub(super) const REGION: &str = "region";

/// The heading of what every command takes.
const EVERYWHERE: &str = "Options of every command";

/// The whole grammar.
pub(super) fn grammar() -> Clap {
    let mut root = Clap::new(PROGRAM)
        .version(env!("CARGO_PKG_VERSION"))
        .about("A terminal console for AWS snapshots")
        .long_about(
            "A terminal console for AWS snapshots. Without a command it opens the console; every command works without a terminal. Try it with no AWS account: snapdeck --sandbox",
        )
        .after_help(exit::summary())
        .term_width(WIDTH)
        .disable_help_subcommand(true)
        .propagate_version(true)
        .args(global_options());
    for service in context::services() {
        root = root.subcommand(service_command(service));
    }
    with_regions(root.subcommands(own::commands()))
}

/// The grammar as it reads a command line: wherever the version is asked for, it is the program's.
pub(super) fn parser() -> Clap {
    fn called_after_the_program(command: Clap) -> Clap {
        each_below(command, called_after_the_program).display_name(PROGRAM)
    }
    called_after_the_program(grammar())
}

/// A command with every one directly below it changed.
fn each_below(command: Clap, change: fn(Clap) -> Clap) -> Clap {
    let below = command.get_subcommands();
    let names: Vec<String> = below.map(|inner| inner.get_name().to_owned()).collect();
    names.into_iter().fold(command, |command, name| {
        command.mut_subcommand(name, change)
    })
}

/// A command and all below it with the option that names Regions. It may be repeated, before the
/// command and after it: what is global in clap's sense counts only where it stands last.
fn with_regions(command: Clap) -> Clap {
    let region = Arg::new(REGION)
        .long(REGION)
        .value_name("REGION")
        .help("Look at this Region; may be repeated, or 'all'")
        .help_heading(EVERYWHERE)
        .action(ArgAction::Append);
    each_below(command.arg(region), with_regions)
}

fn global_options() -> Vec<Arg> {
    // What is said twice counts as it was said last, before the command or after it.
    let everywhere = |argument: Arg| {
        let name = argument.get_id().clone();
        argument
            .global(true)
            .help_heading(EVERYWHERE)
            .overrides_with(name)
    };
    let option = |name: &'static str, value: &'static str, help: &'static str| {
        everywhere(Arg::new(name).long(name).value_name(value).help(help))
    };
    let switch = |name: &'static str, help: &'static str| {
        everywhere(
            Arg::new(name)
                .long(name)
                .action(ArgAction::SetTrue)
                .help(help),
        )
    };
    vec![
        option(
            "profile",
            "NAME",
            "Use a named profile of the AWS config files",
        ),
        option(
            "endpoint-url",
            "URL",
            "Send every call here instead of to AWS",
        ),
        option(
            "sandbox",
            "SCENARIO",
            "Use a simulated AWS of this process; no account needed",
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
            "How results are written; a table on a terminal, json otherwise",
        )
        .value_parser(value_parser!(Format)),
        option(
            "reason",
            "TEXT",
            "Why a change is made; the journal keeps it",
        ),
        option(
            "confirm-account",
            "ID",
            "The account, where the profile's rules ask for it",
        ),
        switch("no-color", "Use no colours"),
        switch("ascii", "Draw with ASCII characters only"),
        option(
            "log-level",
            "LEVEL",
            "How much is logged: off, error, warn, info (the default), debug, trace",
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
            actions::action_command(service, action.command),
        );
    }
    if let Some((collection, ..)) = pruned(service) {
        command = command.subcommand(prune::prune_command(service, collection));
    }
    command
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
    let about = format!("What can be done with {}", words::one(group));
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
    let nouns: Vec<String> = kinds.iter().map(|kind| words::one(kind.noun)).collect();
    let (value, help) = (
        values.join("|"),
        format!("The id of {}", nouns.join(" or of ")),
    );
    let parser = move |text: &str| belongs(text, &kinds).map(|_| text.to_owned());
    Arg::new(name)
        .value_name(value)
        .value_parser(ValueParser::from(parser))
        .help(help)
}
