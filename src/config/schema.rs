//! The keys that the configuration file may hold.
//!
//! The reader refuses every key that is not here, and the tests prove that every key that is here
//! is read and is explained in `config.example.toml`.

use super::keys::Action;

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
            "theme",
            "attention",
            "columns",
            "profiles",
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
    ("theme", &["name"]),
    ("attention", &["recovery_point_age", "old"]),
    ("profiles.*", &["read_only"]),
];

/// The section whose keys are the names of the actions.
pub(crate) const KEYS: &str = "keys";

/// The keys known in a section, named as in [`SECTIONS`].
pub(crate) fn known(section: &str) -> Vec<&'static str> {
    if section == KEYS {
        return Action::ALL.iter().map(|action| action.name()).collect();
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
