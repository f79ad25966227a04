//! Settings: defaults, then the file, then the environment, then the flags, resolved once.
//!
//! [`load`] is asked once, at the start; everything else receives the [`Settings`] it returns and
//! never looks at a variable or a file itself. A value that cannot be right is refused here with a
//! message that names it and says where it came from, before anything is sent anywhere.
//!
//! Invariants: the only input is the one configuration file, with the theme that it names, and
//! nothing is written; the process
//! environment is read through the function handed in (only the platform's folders come from
//! [`directories`]); a key in the file that is not understood is an error and never ignored; the
//! sandbox takes nothing that is meant for AWS from the file or the environment.
//!
//! What does not belong here: clients, credentials, colours of the terminal, opening the journal.

mod console;
mod error;
#[cfg(test)]
mod example;
mod file;
pub mod keys;
mod origin;
mod paths;
mod resolve;
mod schema;
mod settings;
mod show;
mod sources;
mod table;
pub mod theme;
mod value;

pub use console::{ConsoleOptions, Start};
pub use error::ConfigError;
pub use keys::{Action, Group, Key, KeyCode, Keymap};
pub use origin::{Origin, Origins};
pub use paths::{ConfigPath, Paths};
pub(crate) use resolve::SERVICE_ENDPOINTS;
pub use settings::{
    Clipboard, Color, ColumnChoice, Flags, Guard, LOG_FILE, Level, Log, Network, Notify, Regions,
    SandboxSource, SearchEndpoint, Settings, StateDir, Support, Synchronized, Terminal, Watch,
};
pub use show::effective_toml;
pub use theme::Theme;

/// Resolves the settings from the flags, the environment, the configuration file and the defaults.
///
/// `env` answers what the variable of a name holds; an empty value counts as not set.
///
/// # Errors
/// The first value that cannot be right, a configuration file that was named and cannot be read,
/// flags that contradict each other, or no folder for the journal.
pub fn load(flags: &Flags, env: &dyn Fn(&str) -> Option<String>) -> Result<Settings, ConfigError> {
    resolve::resolve(flags, env, paths::platform().as_ref())
}

/// Where the configuration file and the state are looked for, without failing on what is in them.
#[must_use]
pub fn locate(flags: &Flags, env: &dyn Fn(&str) -> Option<String>) -> Paths {
    let platform = paths::platform();
    Paths {
        config: paths::config_file(flags, env, platform.as_ref()),
        state: resolve::resolve(flags, env, platform.as_ref()).map(|settings| settings.state_dir),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_located_even_where_it_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        let env = |name: &str| (name == "SNAPDECK_STATE_DIR").then(|| "/state".to_owned());
        let flags = Flags {
            config: Some(file.clone()),
            ..Flags::default()
        };
        let located = |exists| {
            Some(ConfigPath {
                path: file.clone(),
                origin: Origin::Flag("--config"),
                exists,
            })
        };

        let paths = locate(&flags, &env);
        assert_eq!(paths.config, located(false));
        assert!(paths.state.is_err());

        std::fs::write(&file, "nonsense").unwrap();
        let paths = locate(&flags, &env);
        assert_eq!(paths.config, located(true));
        assert!(matches!(paths.state, Err(ConfigError::Syntax { .. })));

        std::fs::write(&file, "profile = 'x'").unwrap();
        let paths = locate(&flags, &env);
        assert!(matches!(paths.state, Ok(StateDir::Given(path)) if path.ends_with("state")));
        let settings = load(&flags, &env).unwrap();
        assert_eq!(settings.profile.as_deref(), Some("x"));
        assert_eq!(settings.config_file, Some(file));
    }
}
