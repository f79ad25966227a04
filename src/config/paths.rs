//! Which configuration file is meant, what is written in it, and the platform's own folders.
//!
//! The only input of this room is read here.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use directories::ProjectDirs;

use super::{
    error::ConfigError,
    origin::Origin,
    settings::{Flags, StateDir},
};

/// The file in the platform's configuration folder.
const FILE_NAME: &str = "config.toml";

/// Where things are looked for, as `snapdeck config path` shows it.
#[derive(Debug)]
pub struct Paths {
    /// The configuration file, whether it is there or not. `None` where nobody named one and the
    /// platform has no folder for it.
    pub config: Option<ConfigPath>,
    /// The state folder, or why it cannot be said.
    pub state: Result<StateDir, ConfigError>,
}

/// The configuration file that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigPath {
    /// The file.
    pub path: PathBuf,
    /// Who named it. A file that somebody named must be there, the default one need not be.
    pub origin: Origin,
    /// Whether it is there.
    pub exists: bool,
}

/// The platform's folders for this program.
#[derive(Debug, Clone)]
pub(crate) struct Platform {
    pub(crate) config: PathBuf,
    pub(crate) state: PathBuf,
}

/// The platform's folders; `None` where the system knows no home directory.
pub(crate) fn platform() -> Option<Platform> {
    let folders = ProjectDirs::from("", "", "snapdeck")?;
    Some(Platform {
        config: folders.config_dir().to_path_buf(),
        state: folders
            .state_dir()
            .unwrap_or_else(|| folders.data_local_dir())
            .to_path_buf(),
    })
}

/// The configuration file: the flag's, the variable's, or the platform's.
pub(crate) fn config_file(
    flags: &Flags,
    env: &dyn Fn(&str) -> Option<String>,
    platform: Option<&Platform>,
) -> Option<ConfigPath> {
    let variable = || {
        env("SNAPDECK_CONFIG")
            .filter(|path| !path.is_empty())
            .map(PathBuf::from)
    };
    let (path, origin) = if let Some(path) = &flags.config {
        (path.clone(), Origin::Flag("--config"))
    } else if let Some(path) = variable() {
        (path, Origin::Environment("SNAPDECK_CONFIG"))
    } else {
        (platform?.config.join(FILE_NAME), Origin::Default)
    };
    let exists = path.exists();
    Some(ConfigPath {
        path,
        origin,
        exists,
    })
}

impl ConfigPath {
    /// The text of the file. `None` where nobody named it and it is not there.
    pub(crate) fn read(&self) -> Result<Option<String>, ConfigError> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error)
                if self.origin == Origin::Default && error.kind() == io::ErrorKind::NotFound =>
            {
                return Ok(None);
            }
            Err(source) => {
                let (path, origin) = (self.path.clone(), self.origin.clone());
                return Err(ConfigError::Unreadable {
                    path,
                    origin,
                    source,
                });
            }
        };
        text(&self.path, bytes).map(Some)
    }
}

/// The text in the bytes of a file.
pub(crate) fn text(path: &Path, bytes: Vec<u8>) -> Result<String, ConfigError> {
    String::from_utf8(bytes).map_err(|error| {
        let good = error
            .as_bytes()
            .get(..error.utf8_error().valid_up_to())
            .unwrap_or_default();
        let line = good.split(|byte| *byte == b'\n').count();
        let origin = Origin::File {
            path: path.to_path_buf(),
            line,
        };
        ConfigError::Syntax {
            origin,
            message: "the text is not UTF-8".to_owned(),
        }
    })
}
