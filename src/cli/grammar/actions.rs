//! The grammar of the actions: what they act on, what they take, how they are confirmed and watched.

use std::{collections::BTreeSet, time::Duration};

use clap::{Arg, ArgAction, Command as Clap, builder::ValueParser};

use super::leaf;
use crate::{
    cli::target,
    domain::{
        collection::{ActionInfo, Destructive, ServiceInfo, Target, Verb},
        form::{FieldInfo, FieldKind},
        time,
    },
};

/// The actions behind a subcommand: several where it acts on several kinds of resource, or where a
/// flag picks one of them.
pub(in crate::cli) fn actions_of(
    service: &'static ServiceInfo,
    command: &str,
) -> impl Iterator<Item = &'static ActionInfo> {
    service
        .actions
        .iter()
        .filter(move |action| action.command == command)
}

pub(super) fn action_command(service: &'static ServiceInfo, name: &'static str) -> Clap {
    let actions: Vec<&'static ActionInfo> = actions_of(service, name).collect();
    let abouts: BTreeSet<&str> = actions.iter().map(|action| action.about).collect();
    let mut command = leaf(name).about(Vec::from_iter(abouts).join("; "));
    if actions.iter().any(|action| action.target != Target::Place) {
        command = command.args(target::arguments(service, name));
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
        let mut help = if live {
            "Confirm with the id of what is overwritten or taken out of service; --dry-run prints it"
        } else {
            "Confirm with the id of what is deleted, in place of --yes"
        }
        .to_owned();
        let mut confirm = Arg::new("confirm").long("confirm").value_name("ID");
        if actions.iter().any(|action| action.many) {
            help.push_str("; once for each");
            confirm = confirm.action(ArgAction::Append);
        }
        command = command.arg(confirm.help(help));
        // Known everywhere, so that it can be said what is needed in its place.
        command = command.arg(
            Arg::new("yes")
                .long("yes")
                .short('y')
                .action(ArgAction::SetTrue)
                .hide(!copy)
                .help("Delete without asking"),
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
    let argument = Arg::new(field.key).long(field.flag).help(help(field));
    let parser = |text: &str| field.check(text).map(|()| text.to_owned());
    match field.kind {
        FieldKind::Text { argument: name, .. } => argument
            .value_name(if name.is_empty() {
                field.flag.to_uppercase().replace('-', "_")
            } else {
                name.to_owned()
            })
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

/// What a field means, with the unit that its label names.
fn help(field: &'static FieldInfo) -> String {
    let unit = field
        .label
        .split_once('(')
        .and_then(|(_, rest)| rest.strip_suffix(')'));
    match (unit, &field.kind) {
        (Some(unit), _) => format!("{}; in {unit}", field.help),
        (None, FieldKind::Many { .. }) if !field.help.contains("several") => {
            format!("{}; may be repeated", field.help)
        }
        _ => field.help.to_owned(),
    }
}

/// Whether an action is only tried, and how long it is watched.
pub(super) fn run_arguments() -> [Arg; 2] {
    [
        Arg::new("dry-run")
            .long("dry-run")
            .action(ArgAction::SetTrue)
            .help("Run the checks and print the request; change nothing"),
        wait_argument(
            "wait",
            "Watch until it ends, or for so long at the most (90s, 20m, 3h)",
        )
        .num_args(0..=1)
        .require_equals(true),
    ]
}

pub(super) fn wait_argument(name: &'static str, help: &'static str) -> Arg {
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
