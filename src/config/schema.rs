//! The keys that the configuration file may hold.
//!
//! The reader refuses every key that is not here, and the tests prove that every key that is here
//! is read and is explained in `config.example.toml`.

use super::{keys::Action, theme::Role};

/// The sections with their keys; the empty name is the top of the file. A section that holds one
/// section per name ends in `.*`.
pub(crate) const SECTIONS: &[(&str, &[&str])] = &[
    (
        "",
        &[
            "profile",
            "regions",
            "endpoint_url",
            "read_only",
            "state_dir",
            "ascii",
            "network",
            "watch",
            "log",
            "support",
            "tags",
            "theme",
            "terminal",
            "attention",
            "console",
            "columns",
            "profiles",
            "opensearch",
            "keys",
        ],
    ),
    (
        "network",
        &["connect_timeout", "request_timeout", "ca_bundle"],
    ),
    ("watch", &["shortest", "longest", "reconcile_for"]),
    ("log", &["level"]),
    ("support", &["contact"]),
    ("theme", &["name", "file", "colors"]),
    (
        "terminal",
        &["clipboard", "synchronized", "mouse", "notify"],
    ),
    ("attention", &["recovery_point_age", "old"]),
    ("console", &["start", "refresh", "resume"]),
    ("opensearch.*", &["endpoint", "region", "unsigned"]),
    (
        "profiles.*",
        &[
            "read_only",
            "deny",
            "confirm_account",
            "largest_bulk",
            "require_reason",
        ],
    ),
];

/// The section whose other keys are the names of the actions.
pub(crate) const KEYS: &str = "keys";
/// The key in it that is no action.
pub(crate) const PRESET: &str = "preset";

/// What stands for a theme's own file, which is another document.
pub(crate) const THEME_FILE: &str = "a theme";

/// The keys known in a section, named as in [`SECTIONS`].
pub(crate) fn known(section: &str) -> Vec<&'static str> {
    if section == KEYS {
        let actions = Action::ALL.iter().map(|action| action.name());
        return std::iter::once(PRESET).chain(actions).collect();
    }
    if section == THEME_FILE {
        let roles = Role::ALL.iter().map(|role| role.as_str());
        return std::iter::once("base").chain(roles).collect();
    }
    SECTIONS
        .iter()
        .find(|(name, _)| *name == section)
        .map(|(_, keys)| keys.to_vec())
        .unwrap_or_default()
}

/// The section in which a key is known, where it is not the one it was found in.
pub(crate) fn home_of(key: &str) -> Option<&'static str> {
    SECTIONS
        .iter()
        .find(|(_, keys)| keys.contains(&key))
        .map(|(section, _)| *section)
}
