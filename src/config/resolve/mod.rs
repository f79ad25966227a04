//! What each setting is when the defaults, the file, the environment and the flags are taken
//! together.
//!
//! A value that a stronger source replaces is not looked at in the environment and the flags; the
//! file is checked whole, so that a mistake in it does not wait for the day it counts.

mod aws;
mod spans;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, path::PathBuf};

pub(crate) use self::aws::SERVICE_ENDPOINTS;

use super::{
    console::ConsoleOptions,
    error::ConfigError,
    file::{self, FileSettings},
    origin::{Origin, Origins},
    paths::{self, Platform},
    settings::{
        Color, Flags, Guard, LOG_FILE, Level, Log, SandboxSource, Settings, StateDir, Support,
        Terminal,
    },
    sources::{Env, Sources},
    theme::{Colors, Theme},
    value,
};

/// Resolves everything, given the platform's folders.
pub(crate) fn resolve(
    flags: &Flags,
    env: Env<'_>,
    platform: Option<&Platform>,
) -> Result<Settings, ConfigError> {
    let sandbox = aws::sandbox(flags)?;
    let home = env("HOME")
        .filter(|home| !home.is_empty())
        .map(PathBuf::from);
    let mut file = FileSettings::default();
    let mut config_file = None;
    if let Some(config) = paths::config_file(flags, env, platform)
        && let Some(text) = config.read()?
    {
        file = file::read(&config.path, &text, home.as_deref())?;
        config_file = Some(config.path);
    }
    if sandbox.is_some() {
        aws::forget_aws(&mut file);
    }
    let origins = Origins::default();
    settle(
        Sources {
            flags,
            env,
            file,
            origins,
        },
        sandbox,
        config_file,
        platform,
    )
}

fn settle(
    mut sources: Sources<'_>,
    sandbox: Option<SandboxSource>,
    config_file: Option<PathBuf>,
    platform: Option<&Platform>,
) -> Result<Settings, ConfigError> {
    let from = &mut sources;
    let (profile, endpoint_url, ca_bundle) = match sandbox {
        Some(_) => (None, None, None),
        None => (
            aws::profile(from)?,
            aws::endpoint_url(from)?,
            aws::ca_bundle(from)?,
        ),
    };
    let endpoint_urls = match sandbox {
        Some(_) => BTreeMap::new(),
        None => aws::endpoint_urls(from)?,
    };
    let regions = aws::regions(from, sandbox.is_some())?;
    let guard = guard(from, config_file.clone())?;
    let state_dir = state_dir(from, sandbox.is_some(), platform)?;
    let contact = from.of_file("support.contact", |file| file.contact.take());
    Ok(Settings {
        read_only: guard.reason(profile.as_deref()),
        profile,
        regions,
        endpoint_url,
        endpoint_urls,
        sandbox,
        guard,
        color: color(from),
        theme: theme(from),
        colors: from
            .of_file("theme.colors", |file| file.colors.take())
            .unwrap_or(Colors::Auto),
        terminal: terminal(from),
        ascii: ascii(from),
        log: Log {
            level: log_level(from)?,
            file: state_dir.path().map(|folder| folder.join(LOG_FILE)),
        },
        state_dir,
        network: spans::network(from, ca_bundle)?,
        watch: spans::watch(from)?,
        support: Support { contact },
        opensearch: std::mem::take(&mut from.file.opensearch),
        attention: spans::attention(from),
        console: console(from),
        tags: std::mem::take(&mut from.file.tags),
        columns: std::mem::take(&mut from.file.columns),
        keymap: std::mem::take(&mut from.file.keymap),
        config_file,
        origins: sources.origins,
    })
}

fn guard(from: &mut Sources<'_>, config_file: Option<PathBuf>) -> Result<Guard, ConfigError> {
    const VARIABLE: &str = "SNAPDECK_READ_ONLY";
    let all = from
        .of_file("read_only", |file| file.read_only.take())
        .unwrap_or(false);
    let mut always = None;
    if from.flags.read_only {
        from.origins
            .record("read_only", Origin::Flag("--read-only"));
        always = Some("--read-only");
    } else if let Some(text) = from.variable(VARIABLE) {
        let origin = Origin::Environment(VARIABLE);
        match value::switch(&text) {
            Ok(true) => {
                from.origins.record("read_only", origin);
                always = Some(VARIABLE);
            }
            Ok(false) => {}
            Err(problem) => return Err(ConfigError::Value { origin, problem }),
        }
    }
    let profiles = std::mem::take(&mut from.file.profiles);
    Ok(Guard {
        always,
        all,
        profiles,
        file: config_file,
    })
}

fn state_dir(
    from: &mut Sources<'_>,
    sandbox: bool,
    platform: Option<&Platform>,
) -> Result<StateDir, ConfigError> {
    if let Some(folder) = &from.flags.state_dir {
        let folder = value::named_path(folder);
        return from
            .accept("state_dir", Origin::Flag("--state-dir"), folder)
            .map(StateDir::Given);
    }
    let file = from.file.state_dir.take();
    let given = from.first(
        "state_dir",
        None,
        &["SNAPDECK_STATE_DIR"],
        file,
        value::path,
    )?;
    match (given, platform) {
        (Some(folder), _) => Ok(StateDir::Given(folder)),
        (None, _) if sandbox => Ok(StateDir::Temporary),
        (None, Some(platform)) => Ok(StateDir::Default(platform.state.clone())),
        (None, None) => Err(ConfigError::NoHome),
    }
}

fn color(from: &Sources<'_>) -> Color {
    if from.flags.no_color || from.variable("NO_COLOR").is_some() {
        Color::Never
    } else {
        Color::Auto
    }
}

/// A file goes before a name: it was pointed at.
fn theme(from: &mut Sources<'_>) -> Theme {
    let named = from.of_file("theme.name", |file| file.theme.take());
    let file = from.of_file("theme.file", |file| file.theme_file.take());
    file.or(named).unwrap_or(Theme::Auto)
}

fn terminal(from: &mut Sources<'_>) -> Terminal {
    let default = Terminal::default();
    let clipboard = from.of_file("terminal.clipboard", |file| file.clipboard.take());
    let synchronized = from.of_file("terminal.synchronized", |file| file.synchronized.take());
    let mouse = from.of_file("terminal.mouse", |file| file.mouse.take());
    let notify = from.of_file("terminal.notify", |file| file.notify.take());
    Terminal {
        clipboard: clipboard.unwrap_or(default.clipboard),
        synchronized: synchronized.unwrap_or(default.synchronized),
        mouse: mouse.unwrap_or(default.mouse),
        notify: notify.unwrap_or(default.notify),
    }
}

fn ascii(from: &mut Sources<'_>) -> Option<bool> {
    let file = from.of_file("ascii", |file| file.ascii.take());
    if from.flags.ascii {
        from.origins.record("ascii", Origin::Flag("--ascii"));
        return Some(true);
    }
    file
}

fn log_level(from: &mut Sources<'_>) -> Result<Level, ConfigError> {
    let flag = from
        .flags
        .log_level
        .as_deref()
        .map(|level| ("--log-level", level));
    let file = from.file.log_level.take();
    let found = from.first(
        "log.level",
        flag,
        &["SNAPDECK_LOG_LEVEL"],
        file,
        value::level,
    )?;
    Ok(found.unwrap_or(Level::Info))
}

fn console(from: &mut Sources<'_>) -> ConsoleOptions {
    let usual = ConsoleOptions::default();
    let start = from.of_file("console.start", |file| file.start.take());
    let refresh = from.of_file("console.refresh", |file| file.refresh.take());
    let resume = from.of_file("console.resume", |file| file.resume.take());
    ConsoleOptions {
        start: start.unwrap_or(usual.start),
        refresh: refresh.unwrap_or(usual.refresh),
        resume: resume.unwrap_or(usual.resume),
    }
}
