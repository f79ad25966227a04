//! The grammar of deleting recovery points by criteria.

use clap::{Arg, ArgAction, ArgGroup, Command as Clap, builder::ValueParser};

use super::{actions::run_arguments, id_argument, owners};
use crate::domain::{
    collection::{ActionInfo, CollectionInfo, RecoveryPoints, ServiceInfo},
    selection::Pattern,
    time,
};

/// The subcommand that deletes recovery points by criteria.
pub(in crate::cli) const PRUNE: &str = "prune";

/// The recovery points of a service, and the action that deletes one.
pub(in crate::cli) fn pruned(
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

pub(super) fn prune_command(
    service: &'static ServiceInfo,
    collection: &'static CollectionInfo,
) -> Clap {
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
            .allow_hyphen_values(true)
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
            criterion("older-than", "DURATION", "Taken longer ago than this: 90s, 20m, 12h or 30d")
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
                .help("Delete without asking"),
        )
        .args(run_arguments())
}
