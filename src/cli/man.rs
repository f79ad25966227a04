//! The manual page, made from the grammar, with what surrounds the program: exit codes, variables
//! and files.

use std::io::{self, Write};

use anyhow::Result;
use clap::Command;
use clap_mangen::Man;

use super::{
    exit::Code,
    grammar::{REGION, grammar},
    output::finished,
};
use crate::config::SERVICE_ENDPOINTS;

/// The variables that count, each with what it is for; `{services}` stands for the names that the
/// configuration knows.
const ENVIRONMENT: [(&str, &str); 16] = [
    ("SNAPDECK_CONFIG", "The configuration file, as --config."),
    (
        "SNAPDECK_STATE_DIR",
        "The folder of the journal and the log, as --state-dir.",
    ),
    ("SNAPDECK_READ_ONLY", "Refuses every change where it is 1."),
    ("SNAPDECK_LOG_LEVEL", "How much is logged, as --log-level."),
    (
        "NO_COLOR",
        "Turns colours off where it is set and not empty.",
    ),
    (
        "AWS_PROFILE",
        "The named profile, as --profile. Keys in the environment go before it.",
    ),
    (
        "AWS_REGION, AWS_DEFAULT_REGION",
        "The Region, as --region; the first goes before the second.",
    ),
    ("AWS_ENDPOINT_URL", "The endpoint, as --endpoint-url."),
    (
        "AWS_ENDPOINT_URL_<SERVICE>",
        "The endpoint of one service, which overrides AWS_ENDPOINT_URL; SERVICE is one of {services}.",
    ),
    (
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        "Leaves the endpoints of variables and AWS files alone where it is true.",
    ),
    (
        "AWS_CA_BUNDLE",
        "A file of certificates (PEM) to trust in place of the system's.",
    ),
    (
        "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN",
        "Credentials.",
    ),
    (
        "AWS_CONFIG_FILE",
        "The AWS configuration, in place of ~/.aws/config.",
    ),
    (
        "AWS_SHARED_CREDENTIALS_FILE",
        "The AWS credentials, in place of ~/.aws/credentials.",
    ),
    (
        "AWS_EC2_METADATA_DISABLED",
        "Keeps from asking the instance for credentials where it is true.",
    ),
    (
        "XDG_CONFIG_HOME, XDG_STATE_HOME",
        "Where configuration and state are kept on Linux.",
    ),
];

/// What is read and written, each with what it is.
const FILES: [(&str, &str); 4] = [
    (
        "~/.config/snapdeck/config.toml",
        "The configuration; 'snapdeck config path' prints where it is on this system.",
    ),
    (
        "~/.local/state/snapdeck/",
        "The journal of what was asked of AWS, and the log; 'snapdeck doctor' prints where it is on this system.",
    ),
    (
        "~/.aws/config, ~/.aws/credentials",
        "The profiles of the AWS tools. Read, never written.",
    ),
    ("~/.aws/sso/cache/", "The tokens of 'aws sso login'."),
];

/// The whole page, its subcommands included.
pub(super) fn print() -> Result<Code> {
    let mut text = Vec::new();
    let grammar = grammar();
    // The exit codes have a section of their own here.
    let man = Man::new(grammar.clone().after_help(""));
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    man.render_subcommands_section(&mut text)?;
    describe(&mut text, grammar.get_name(), &grammar)?;
    let codes = Code::ALL.map(|code| ((code as u8).to_string(), code.meaning()));
    section(&mut text, "EXIT STATUS", &codes)?;
    let services = SERVICE_ENDPOINTS.map(|(_, service)| service).join(", ");
    let environment = ENVIRONMENT.map(|(name, what)| (name, what.replace("{services}", &services)));
    section(&mut text, "ENVIRONMENT", &environment)?;
    section(&mut text, "FILES", &FILES)?;
    man.render_version_section(&mut text)?;
    finished(io::stdout().lock().write_all(&text))?;
    Ok(Code::Done)
}

/// A section for each command of a group, and of the groups within it.
fn describe(text: &mut Vec<u8>, path: &str, group: &Command) -> io::Result<()> {
    for command in group.get_subcommands() {
        let name = format!("{path} {}", command.get_name());
        if command.has_subcommands() {
            describe(text, &name, command)?;
            continue;
        }
        let mut page = Vec::new();
        let man = Man::new(
            command
                .clone()
                .bin_name(&name)
                .display_name(&name)
                .disable_help_flag(true)
                .disable_version_flag(true)
                // Told once, with the options of every command.
                .mut_arg(REGION, |region| region.hide(true)),
        );
        man.render_synopsis_section(&mut page)?;
        man.render_options_section(&mut page)?;
        let about = command
            .get_about()
            .map(ToString::to_string)
            .unwrap_or_default();
        writeln!(text, ".SH {}\n{}", name.to_uppercase(), escaped(&about))?;
        let inner = String::from_utf8_lossy(&page)
            .replace(".SH SYNOPSIS\n", ".PP\n")
            .replace(".SH OPTIONS\n", ".PP\n");
        text.extend_from_slice(inner.as_bytes());
    }
    Ok(())
}

/// A section of terms, each with what is said of it.
fn section(
    text: &mut Vec<u8>,
    title: &str,
    entries: &[(impl AsRef<str>, impl AsRef<str>)],
) -> io::Result<()> {
    writeln!(text, ".SH \"{title}\"")?;
    for (term, meaning) in entries {
        let term = escaped(term.as_ref());
        writeln!(text, ".TP\n\\fB{term}\\fR\n{}", escaped(meaning.as_ref()))?;
    }
    Ok(())
}

/// Text as roff takes it: no escapes, no hyphen for a minus, no line that begins as a request.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('-', "\\-");
    if text.starts_with(['.', '\'']) {
        format!("\\&{text}")
    } else {
        text
    }
}
