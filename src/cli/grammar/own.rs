//! The grammar of the commands that are about the program itself: its journal, its sandbox, its
//! configuration.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Arg, ArgAction, Command as Clap, ValueHint, builder::ValueParser, value_parser};
use clap_complete::Shell;

use super::actions::wait_argument;
use crate::domain::operation::OperationId;

/// All of them.
pub(super) fn commands() -> [Clap; 6] {
    [
        operations_command(),
        sandbox_command(),
        doctor_command(),
        config_command(),
        completions_command(),
        Clap::new("man").about("Print the manual page"),
    ]
}

fn operations_command() -> Clap {
    let id = || {
        let parser = |text: &str| OperationId::parse(text);
        Arg::new("id")
            .value_name("OPERATION")
            .value_parser(ValueParser::from(parser))
            .help("The id of an operation, such as op-3f9a02c17be4")
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
                .arg(
                    wait_argument(
                        "timeout",
                        "Watch for so long at the most (90s, 20m, 3h); until they end where it is not given",
                    )
                    .visible_alias("wait"),
                ),
        )
}

fn sandbox_command() -> Clap {
    let speed = |text: &str| match text.parse::<f64>() {
        Ok(speed) if speed.is_finite() && speed > 0.0 => Ok(speed),
        _ => Err(format!(
            "'{text}' is not a number greater than zero, such as 60"
        )),
    };
    let address = |text: &str| {
        text.parse::<SocketAddr>().map_err(|_| {
            format!("'{text}' is not an address with a port; write it like 127.0.0.1:8080")
        })
    };
    Clap::new("sandbox")
        .about("Run the simulated AWS on its own, for this or any other AWS client")
        .arg(
            Arg::new("listen")
                .long("listen")
                .value_name("ADDR:PORT")
                .default_value("127.0.0.1:0")
                .value_parser(ValueParser::from(address))
                .help("Listen on this loopback address; port 0 takes a free one"),
        )
        .arg(
            Arg::new("scenario")
                .long("scenario")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::FilePath)
                .help("Start with the world described in this file, in place of the built-in one"),
        )
        .arg(
            Arg::new("speed")
                .long("speed")
                .value_name("N")
                .value_parser(ValueParser::from(speed))
                .allow_negative_numbers(true)
                .help("Let time run N times as fast, in place of what the world says"),
        )
        .arg(
            Arg::new("verify-signatures")
                .long("verify-signatures")
                .action(ArgAction::SetTrue)
                .help("Check signatures as AWS does"),
        )
}

fn doctor_command() -> Clap {
    Clap::new("doctor")
        .about("Say what works from here and what does not")
        .arg(
            Arg::new("report")
                .long("report")
                .value_name("FILE")
                .help("Write a file for a bug report instead, without credentials and account ids; - prints it")
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::FilePath),
        )
}

fn config_command() -> Clap {
    Clap::new("config")
        .about("Find, check and show the configuration")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(Clap::new("path").about("Print where the configuration file is looked for"))
        .subcommand(Clap::new("check").about("Check the configuration and say what is wrong"))
        .subcommand(
            Clap::new("show")
                .about("Print the configuration as resolved, with where each value came from"),
        )
}

fn completions_command() -> Clap {
    Clap::new("completions")
        .about("Print the completions of a shell")
        .arg(
            Arg::new("shell")
                .value_name("SHELL")
                .required(true)
                .value_parser(value_parser!(Shell))
                .help("The shell"),
        )
}
