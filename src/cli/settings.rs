//! The configuration on the command line.

use anyhow::Result;

use super::{
    Invocation, environment,
    exit::Code,
    output::{line, lines, message},
};
use crate::config::{self, Flags};

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

/// Prints the configuration as resolved.
pub(super) fn show(invocation: &Invocation) -> Result<Code> {
    line(lines(&config::effective_toml(&super::settings(invocation)?)).trim_end())?;
    Ok(Code::Done)
}
