//! The log: a file in the state directory, for what went wrong out of sight. Never the terminal, and
//! never a secret: the AWS crates, which may log requests, are held to warnings.

use std::{
    fs::{DirBuilder, OpenOptions},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    sync::Mutex,
};

use tracing::{Metadata, Subscriber, level_filters::LevelFilter, subscriber::set_global_default};
use tracing_subscriber::{
    Layer,
    fmt::layer,
    layer::{Context, Filter, SubscriberExt},
    registry,
};

use crate::config::{Level, Settings};

/// Starts logging as the settings say. Without a file, or where it cannot be written, nothing is
/// logged: a log is no reason not to run.
pub(super) fn start(settings: &Settings) {
    let level = match settings.log.level {
        Level::Off => return,
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
        Level::Trace => LevelFilter::TRACE,
    };
    let Some(path) = &settings.log.file else {
        return;
    };
    if let Some(folder) = path.parent() {
        // Where this fails, opening the file does too.
        let _exists = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    }
    let Ok(file) = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
    else {
        return;
    };
    let lines = layer()
        .with_ansi(false)
        .with_writer(Mutex::new(file))
        .with_filter(Own(level));
    // Fails only if logging has been started already.
    let _started = set_global_default(registry().with(lines));
}

/// This crate's events up to a level, everyone else's up to warnings.
struct Own(LevelFilter);

impl<S: Subscriber> Filter<S> for Own {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        let most = if metadata.target().starts_with("snapdeck") {
            self.0
        } else {
            self.0.min(LevelFilter::WARN)
        };
        *metadata.level() <= most
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.0)
    }
}
