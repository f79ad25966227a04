//! What is wrong with a command line, in words that can be printed.
//!
//! Clap repeats what was typed as it is, and what was typed may come from anywhere: nothing leaves
//! here that could steer a terminal.

use std::{error::Error, ffi::OsString};

use clap::{
    Command as Clap,
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::output::lines;
use crate::domain::{text::harmless, time};

/// The error as it is printed. `grammar` is that of the whole program, `arguments` what was typed.
pub(super) fn printable(error: clap::Error, grammar: Clap, arguments: &[OsString]) -> clap::Error {
    if !error.use_stderr() {
        return error;
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        // Help is no error text: it begins with what the command is, not with what went wrong.
        let help = addressed(grammar, arguments).render_help().to_string();
        return raw(error.kind(), &format!("a command is needed\n\n{help}"));
    }
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let unknown = context(ContextKind::InvalidSubcommand);
    let tip = unknown
        .or_else(|| context(ContextKind::InvalidValue))
        .or_else(|| context(ContextKind::InvalidArg))
        .and_then(|typed| with_equals(typed, arguments));
    let guessed = error.get(ContextKind::SuggestedSubcommand).is_some();
    let tip = tip.or_else(|| match unknown? {
        "help" => Some("write --help after a command, or alone".to_owned()),
        _ if guessed => None,
        _ => Some(commands_of(&addressed(grammar.clone(), arguments))),
    });
    let named = context(ContextKind::InvalidArg)
        .zip(context(ContextKind::InvalidValue))
        .zip(error.source().map(ToString::to_string))
        .filter(|((_, value), why)| why.starts_with(&format!("'{}'", harmless(value))));
    // A value that its own rule names is not named twice.
    let mut text = if let Some(((argument, _), why)) = named {
        format!("{argument}: {why}\n\nFor more information, try '--help'.\n")
    } else {
        let text = error.render().to_string();
        let text = text.strip_prefix("error: ").unwrap_or(&text);
        // Clap's own usage line shows whatever options came before the mistake as if they were needed.
        let usage = addressed(grammar, arguments).render_usage().to_string();
        text.split('\n')
            .map(|line| {
                if line.starts_with("Usage: ") {
                    usage.as_str()
                } else {
                    line
                }
            })
            .collect::<Vec<_>>()
            .join("\n")
    };
    if let Some(tip) = tip {
        let at = text.find('\n').unwrap_or(text.len());
        text.insert_str(at, &format!("\n\n  tip: {tip}"));
    }
    raw(error.kind(), &text)
}

fn raw(kind: ErrorKind, text: &str) -> clap::Error {
    clap::Error::raw(kind, lines(text))
}

/// The subcommand that the arguments lead to.
fn addressed(mut grammar: Clap, arguments: &[OsString]) -> Clap {
    grammar.build();
    let mut command = grammar;
    for argument in arguments.iter().skip(1) {
        if let Some(inner) = command.find_subcommand(argument) {
            command = inner.clone();
        }
    }
    command
}

/// What can be said in place of a command that there is none of.
fn commands_of(command: &Clap) -> String {
    let names: Vec<&str> = command.get_subcommands().map(Clap::get_name).collect();
    if names.is_empty() {
        "no command can follow here".to_owned()
    } else {
        format!("the commands are {}", names.join(", "))
    }
}

/// The options whose value must follow an equals sign, because they may have none.
const WITH_EQUALS: [&str; 2] = ["--wait", "--sandbox"];

/// How to write an option's value that was written as an argument of its own.
fn with_equals(typed: &str, arguments: &[OsString]) -> Option<String> {
    arguments.windows(2).find_map(|pair| {
        let (option, value) = (pair[0].to_str()?, pair[1].to_str()?);
        let fits = option != "--wait" || time::parse_span(value).is_ok();
        (WITH_EQUALS.contains(&option) && value == typed && fits)
            .then(|| format!("write {option}={value}"))
    })
}
