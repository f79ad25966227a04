//! The settings of a start of the program: its flags, its variables and its file.

mod order;
mod sandbox;
mod sources;
mod spans;

use std::{fs, path::Path, time::Duration};

use super::*;
use crate::{config::settings::Regions, domain::place::Region};

/// A start of the program: its flags, its variables, the text of its configuration file.
#[derive(Default)]
struct Start<'a> {
    flags: Flags,
    env: &'a [(&'a str, &'a str)],
    file: Option<&'a str>,
}

impl Start<'_> {
    /// Resolves it in a platform of its own; the folder is where the file is.
    fn resolve_in(&self, folder: &Path) -> Result<Settings, ConfigError> {
        let config = folder.join("config");
        fs::create_dir_all(&config).unwrap();
        if let Some(text) = self.file {
            fs::write(config.join("config.toml"), text).unwrap();
        }
        let platform = Platform {
            config,
            state: folder.join("state"),
        };
        resolve(&self.flags, &|name| self.variable(name), Some(&platform))
    }

    fn resolve(&self) -> Result<Settings, ConfigError> {
        self.resolve_in(tempfile::tempdir().unwrap().path())
    }

    fn settings(&self) -> Settings {
        self.resolve().unwrap()
    }

    fn error(&self) -> String {
        self.resolve().unwrap_err().to_string()
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.env
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| (*value).to_owned())
    }
}

fn listed(settings: &Settings) -> Vec<&str> {
    match &settings.regions {
        Regions::Listed(regions) => regions.iter().map(Region::as_str).collect(),
        other => panic!("{other:?}"),
    }
}

fn sandbox() -> Flags {
    Flags {
        sandbox: Some(None),
        ..Flags::default()
    }
}
