//! Which key means which action.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::domain::suggest;

use super::{Action, Key, KeyCode, Preset};

/// The keys of every action. One key means at most one action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    preset: Preset,
    keys: BTreeMap<Action, Vec<Key>>,
}

/// Why a set of keys cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeymapError {
    /// There is no action of this name.
    #[error("'{name}' is not an action; {advice}")]
    UnknownAction {
        /// The name as written.
        name: String,
        /// The nearest name, or all of them.
        advice: String,
    },
    /// A text that is not a key, or a key that cannot be bound.
    #[error("{problem}")]
    Unusable {
        /// The action it was meant for.
        action: Action,
        /// The key, and what would be right.
        problem: String,
    },
    /// One key for two actions.
    #[error(
        "the key {key} would mean both {} and {}; give one of them another key",
        .rebound.name(), .other.name()
    )]
    Shared {
        /// The key.
        key: Key,
        /// The action that was given the key by the user.
        rebound: Action,
        /// The action that has it too.
        other: Action,
    },
}

impl Default for Keymap {
    fn default() -> Self {
        Self::of(Preset::Default)
    }
}

impl Keymap {
    /// The keys of a preset.
    #[must_use]
    pub fn of(preset: Preset) -> Self {
        let keys = preset.keys().map(|(action, keys)| (action, keys.to_vec()));
        Self {
            preset,
            keys: keys.collect(),
        }
    }

    /// The preset that it started from.
    #[must_use]
    pub fn preset(&self) -> Preset {
        self.preset
    }

    /// A preset with the keys of some actions replaced: pairs of an action's name and the keys it
    /// shall have instead. An empty list leaves the action without a key.
    ///
    /// # Errors
    /// An unknown action, a text that is not a key, a key that cannot be bound, or one key for two
    /// actions after all replacements.
    pub fn from_overrides<'o>(
        preset: Preset,
        overrides: impl IntoIterator<Item = (&'o str, &'o [String])>,
    ) -> Result<Self, KeymapError> {
        let mut map = Self::of(preset);
        let mut rebound = Vec::new();
        for (name, texts) in overrides {
            let action = named(name)?;
            let mut keys = Vec::with_capacity(texts.len());
            for text in texts {
                let key = Key::parse(text)
                    .and_then(bindable)
                    .map_err(|problem| KeymapError::Unusable { action, problem })?;
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
            map.keys.insert(action, keys);
            rebound.push(action);
        }
        // Only a rebound action can collide, so the message can name the line the user wrote.
        for action in rebound {
            for key in map.keys(action) {
                let other = Action::ALL
                    .into_iter()
                    .find(|other| *other != action && map.keys(*other).contains(key));
                if let Some(other) = other {
                    return Err(KeymapError::Shared {
                        key: *key,
                        rebound: action,
                        other,
                    });
                }
            }
        }
        Ok(map)
    }

    /// What a key means, if anything.
    #[must_use]
    pub fn action(&self, key: &Key) -> Option<Action> {
        let key = key.canonical();
        self.keys
            .iter()
            .find(|(_, keys)| keys.contains(&key))
            .map(|(action, _)| *action)
    }

    /// The keys of an action, the one to show first. Empty where the user took them all away.
    #[must_use]
    pub fn keys(&self, action: Action) -> &[Key] {
        self.keys.get(&action).map_or(&[], Vec::as_slice)
    }
}

fn named(name: &str) -> Result<Action, KeymapError> {
    Action::ALL
        .into_iter()
        .find(|action| action.name() == name)
        .ok_or_else(|| {
            let names: Vec<_> = Action::ALL.iter().map(|action| action.name()).collect();
            KeymapError::UnknownAction {
                name: crate::domain::text::harmless(name).into_owned(),
                advice: suggest::advice(name, &names),
            }
        })
}

/// Refuses the keys that would never arrive, or never arrive as themselves.
fn bindable(key: Key) -> Result<Key, String> {
    let sent_as = match (key.ctrl && !key.alt, key.code) {
        (true, KeyCode::Char('c')) => {
            return Err("ctrl-c always leaves the console and cannot be bound".to_owned());
        }
        (true, KeyCode::Char('z')) => {
            return Err("ctrl-z always suspends the console and cannot be bound".to_owned());
        }
        (true, KeyCode::Char('i')) => "tab",
        (true, KeyCode::Char('m')) => "enter",
        (true, KeyCode::Char('[')) => "esc",
        _ => return Ok(key),
    };
    Err(format!(
        "terminals send {key} as {sent_as}; bind {sent_as}, or choose another key"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overridden(overrides: &[(&str, &[&str])]) -> Result<Keymap, KeymapError> {
        let owned: Vec<(&str, Vec<String>)> = overrides
            .iter()
            .map(|(name, keys)| (*name, keys.iter().map(ToString::to_string).collect()))
            .collect();
        let overrides = owned.iter().map(|(name, keys)| (*name, keys.as_slice()));
        Keymap::from_overrides(Preset::Default, overrides)
    }

    #[test]
    fn every_action_has_a_key_of_its_own_and_a_name_of_its_own() {
        let mut names = std::collections::BTreeSet::new();
        for (map, action) in Preset::ALL
            .map(Keymap::of)
            .iter()
            .flat_map(|map| Action::ALL.map(|action| (map, action)))
        {
            assert!(!map.keys(action).is_empty(), "{action:?}");
            assert!(
                names.insert((map.preset.as_str(), action.name())) && !action.label().is_empty(),
                "{action:?}"
            );
            for key in map.keys(action) {
                assert_eq!(map.action(key), Some(action), "{key} is shared");
                assert_eq!(bindable(*key), Ok(*key));
            }
        }
        assert_eq!(names.len(), 2 * Action::ALL.len());
    }

    #[test]
    fn the_preset_for_multiplexers_needs_neither_control_nor_alt() {
        let map = Keymap::of(Preset::Multiplexer);
        for action in Action::ALL {
            assert!(
                map.keys(action).iter().all(|key| !key.ctrl && !key.alt),
                "{action:?}"
            );
        }
        let prefixes = ['a', 'b', 's', 'q'].map(Key::ctrl);
        for preset in Preset::ALL.map(Keymap::of) {
            assert!(prefixes.iter().all(|key| preset.action(key).is_none()));
        }
        // What is rebound goes on top of the preset.
        let keys = ["x".to_owned()];
        let map = Keymap::from_overrides(Preset::Multiplexer, [("create", &keys[..])]).unwrap();
        assert_eq!(map.action(&Key::char('x')), Some(Action::Create));
        assert_eq!(map.action(&Key::char('b')), Some(Action::PageUp));
        let taken = ["b".to_owned()];
        let error = Keymap::from_overrides(Preset::Multiplexer, [("create", &taken[..])]);
        let error = error.unwrap_err().to_string();
        assert!(
            error.contains("key b") && error.contains("page-up"),
            "{error}"
        );
    }

    #[test]
    fn case_matters_except_with_control() {
        let map = Keymap::default();
        assert_eq!(map.action(&Key::char('r')), Some(Action::Restore));
        assert_eq!(map.action(&Key::char('R')), Some(Action::Refresh));
        let shifted = Key {
            code: KeyCode::Char('D'),
            ctrl: true,
            alt: false,
        };
        assert_eq!(map.action(&shifted), Some(Action::PageDown));
        assert_eq!(map.action(&Key::ctrl('c')), None);
        assert_eq!(map.action(&Key::char('x')), None);
    }

    #[test]
    fn rebinding_replaces_the_keys_of_one_action_and_may_swap_two() {
        let map = overridden(&[("create", &["n", "ctrl-n", "n"]), ("delete", &[])]).unwrap();
        assert_eq!(map.keys(Action::Create), [Key::char('n'), Key::ctrl('n')]);
        assert_eq!(map.action(&Key::char('c')), None);
        assert_eq!(map.action(&Key::char('d')), None);
        assert_eq!(
            map.keys(Action::Restore),
            Keymap::default().keys(Action::Restore)
        );

        let swapped = overridden(&[("create", &["d"]), ("delete", &["c"])]).unwrap();
        assert_eq!(swapped.action(&Key::char('d')), Some(Action::Create));
        assert_eq!(swapped.action(&Key::char('c')), Some(Action::Delete));
    }

    #[test]
    fn what_cannot_be_bound_is_refused_with_the_reason() {
        for (overrides, words) in [
            (
                (&[("create", &["d"][..])][..]),
                &["key d", "create", "delete"][..],
            ),
            (
                &[("open", &["x"]), ("help", &["f1", "x"])],
                &["key x", "open", "help"],
            ),
            (
                &[("page_up", &["x"])],
                &["'page_up'", "did you mean 'page-up'"],
            ),
            (
                &[("launch-rockets", &["x"])],
                &["'launch-rockets'", "known are up, down"],
            ),
            (
                &[("create", &["entr"])],
                &["'entr'", "did you mean 'enter'"],
            ),
            (&[("quit", &["ctrl-C"])], &["ctrl-c always leaves"]),
            (&[("quit", &["ctrl-z"])], &["ctrl-z always suspends"]),
            (&[("open", &["ctrl-m"])], &["ctrl-m as enter"]),
        ] {
            let error = overridden(overrides).unwrap_err().to_string();
            assert!(words.iter().all(|word| error.contains(word)), "{error}");
        }
    }
}
