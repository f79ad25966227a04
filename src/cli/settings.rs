//! The configuration on the command line.

use anyhow::{Context as _, Result};

use super::{
    Invocation, environment,
    exit::Code,
    output::{Format, Printer, Table, line, lines, message},
};
use crate::{
    config::{self, Flags},
    domain::failure::{Failure, FailureKind},
};

/// Prints where the configuration file is looked for.
pub(super) fn path(flags: &Flags) -> Result<Code> {
    let paths = config::locate(flags, &environment);
    if let Some(found) = paths.config {
        line(&lines(&found.path.display().to_string()))?;
        if !found.exists {
            message("there is no such file yet; the defaults are used");
        }
        Ok(Code::Done)
    } else {
        message("no home directory: give --config FILE or set HOME");
        Ok(Code::Usage)
    }
}

/// Checks the configuration.
pub(super) fn check(invocation: &Invocation) -> Result<Code> {
    let settings = super::settings(invocation)?;
    match &settings.config_file {
        Some(file) => message(&format!("{} is right", file.display())),
        None => message("there is no configuration file; the defaults are used"),
    }
    Ok(Code::Done)
}

/// Prints the configuration as resolved: as a configuration file, unless another format is asked for.
pub(super) fn show(invocation: &Invocation, printer: &Printer) -> Result<Code> {
    let text = config::effective_toml(&super::settings(invocation)?);
    match invocation.output {
        None | Some(Format::Table) => line(lines(&text).trim_end())?,
        Some(Format::Json | Format::JsonLines) => {
            let values = toml::from_str::<serde_json::Value>(&text)
                .context("the resolved configuration cannot be written as JSON")?;
            printer.one(&values, || Table::new(&[]))?;
        }
        Some(Format::Csv) => {
            let why = "a configuration has no rows, so it cannot be written as CSV";
            return Err(Failure::new(FailureKind::Invalid, "", why)
                .hint("Leave --output out, or use --output json.")
                .into());
        }
    }
    Ok(Code::Done)
}
