//! What one session leaves for the next: where it was, and what was typed to go somewhere.
//!
//! Invariants: it begins there only under the same profile, Regions and endpoint, since ids mean
//! nothing in another account; a file that cannot be read is no reason not to start.

use serde::{Deserialize, Serialize};

use crate::config::{Regions, Settings};

use super::{
    model::Model,
    trail::{self, Stop},
};

/// The form of the file. One of another form is left alone.
const VERSION: u32 = 1;

/// What one session leaves for the next.
#[derive(Debug, Serialize, Deserialize)]
struct Session {
    version: u32,
    profile: Option<String>,
    regions: Vec<String>,
    endpoint: Option<String>,
    stop: Stop,
    typed: Vec<String>,
}

/// What this session leaves, as text; nothing where none of it is wanted.
pub(crate) fn leave(model: &Model) -> Option<String> {
    if !is_wanted(&model.world.settings) {
        return None;
    }
    let settings = &model.world.settings;
    let session = Session {
        version: VERSION,
        profile: settings.profile.clone(),
        regions: regions(settings),
        endpoint: settings.endpoint_url.clone(),
        stop: trail::here(model),
        typed: model.history.clone(),
    };
    serde_json::to_string(&session).ok()
}

/// Begins where the last session was, as far as that makes sense and nobody went anywhere else yet.
pub(crate) fn resume(model: &mut Model, left: Option<&str>) {
    let (Some(text), true) = (left, is_wanted(&model.world.settings)) else {
        return;
    };
    let session = match serde_json::from_str::<Session>(text) {
        Ok(session) if session.version == VERSION => session,
        Ok(session) => {
            tracing::warn!(
                version = session.version,
                "the last session was of another version"
            );
            return;
        }
        Err(error) => {
            tracing::warn!(%error, "what the last session left cannot be read");
            return;
        }
    };
    let settings = &model.world.settings;
    let here = (
        &settings.profile,
        &regions(settings),
        &settings.endpoint_url,
    );
    if here != (&session.profile, &session.regions, &session.endpoint) {
        tracing::info!("the last session was under another identity; beginning at the beginning");
        return;
    }
    if model.history.is_empty() {
        model.history = session.typed;
    }
    let untouched = model.screens.len() == 1 && model.trail.ways() == (false, false);
    if untouched && !session.stop.is_empty() {
        trail::go(model, &session.stop);
    }
}

fn is_wanted(settings: &Settings) -> bool {
    settings.console.resume && settings.sandbox.is_none()
}

fn regions(settings: &Settings) -> Vec<String> {
    match &settings.regions {
        Regions::Default => Vec::new(),
        Regions::All => vec!["all".to_owned()],
        Regions::Listed(regions) => regions.iter().map(ToString::to_string).collect(),
    }
}
