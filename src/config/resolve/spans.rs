//! How long things may take, and how old they may be.

use std::{path::PathBuf, time::Duration};

use jiff::SignedDuration;

use crate::{
    config::{
        error::ConfigError,
        settings::{Network, Watch},
        sources::Sources,
        value,
    },
    domain::attention::Limits,
};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
const SHORTEST: Duration = Duration::from_secs(2);
const LONGEST: Duration = Duration::from_secs(30);
const RECONCILE_FOR: Duration = Duration::from_mins(2);

pub(super) fn network(
    from: &mut Sources<'_>,
    ca_bundle: Option<PathBuf>,
) -> Result<Network, ConfigError> {
    let connect = from.of_file("network.connect_timeout", |file| {
        file.connect_timeout.take()
    });
    let request = from.of_file("network.request_timeout", |file| {
        file.request_timeout.take()
    });
    let network = Network {
        connect_timeout: connect.unwrap_or(CONNECT_TIMEOUT),
        request_timeout: request.unwrap_or(REQUEST_TIMEOUT),
        ca_bundle,
    };
    if network.connect_timeout < network.request_timeout {
        return Ok(network);
    }
    let culprit = if request.is_some() {
        "network.request_timeout"
    } else {
        "network.connect_timeout"
    };
    Err(ConfigError::Value {
        origin: from.origins.of(culprit).clone(),
        problem: format!(
            "network.request_timeout ({}{}) is not longer than network.connect_timeout ({}{}); a call \
             includes its connection, so make it longer",
            value::spelled(network.request_timeout),
            default(request),
            value::spelled(network.connect_timeout),
            default(connect),
        ),
    })
}

/// What follows a value that nobody gave.
fn default(given: Option<Duration>) -> &'static str {
    if given.is_none() { ", the default" } else { "" }
}

pub(super) fn attention(from: &mut Sources<'_>) -> Limits {
    let age = from.of_file("attention.recovery_point_age", |file| {
        file.recovery_point_age.take()
    });
    let old = from.of_file("attention.old", |file| file.old.take());
    let usual = Limits::default();
    let signed = |span: Option<Duration>| span.and_then(|span| SignedDuration::try_from(span).ok());
    Limits {
        recovery_point_age: signed(age).unwrap_or(usual.recovery_point_age),
        old: signed(old).unwrap_or(usual.old),
    }
}

pub(super) fn watch(from: &mut Sources<'_>) -> Result<Watch, ConfigError> {
    let shortest = from.of_file("watch.shortest", |file| file.shortest.take());
    let longest = from.of_file("watch.longest", |file| file.longest.take());
    let reconcile_for = from.of_file("watch.reconcile_for", |file| file.reconcile_for.take());
    let watch = Watch {
        shortest: shortest.unwrap_or(SHORTEST),
        longest: longest.unwrap_or(LONGEST),
        reconcile_for: reconcile_for.unwrap_or(RECONCILE_FOR),
    };
    if watch.shortest <= watch.longest {
        return Ok(watch);
    }
    let culprit = if shortest.is_some() {
        "watch.shortest"
    } else {
        "watch.longest"
    };
    Err(ConfigError::Value {
        origin: from.origins.of(culprit).clone(),
        problem: format!(
            "watch.shortest ({}{}) is longer than watch.longest ({}{}); make it the same or shorter",
            value::spelled(watch.shortest),
            default(shortest),
            value::spelled(watch.longest),
            default(longest),
        ),
    })
}
