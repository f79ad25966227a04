//! Which key means which action.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::config::suggest;

use super::{Action, Key, KeyCode};

/// The keys of every action. One key means at most one action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap(BTreeMap<Action, Vec<Key>>);

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

/// What the console does where the user says nothing.
const DEFAULTS: &[(Action, &[Key])] = &[
    (Action::Up, &[Key::plain(KeyCode::Up), Key::char('k')]),
    (Action::Down, &[Key::plain(KeyCode::Down), Key::char('j')]),
    (Action::Left, &[Key::plain(KeyCode::Left), Key::char('h')]),
    (Action::Right, &[Key::plain(KeyCode::Right), Key::char('l')]),
    (
        Action::PageUp,
        &[Key::plain(KeyCode::PageUp), Key::ctrl('u')],
    ),
    (
        Action::PageDown,
        &[Key::plain(KeyCode::PageDown), Key::ctrl('d')],
    ),
    (Action::Top, &[Key::char('g'), Key::plain(KeyCode::Home)]),
    (Action::Bottom, &[Key::char('G'), Key::plain(KeyCode::End)]),
    (Action::Open, &[Key::plain(KeyCode::Enter)]),
    (Action::Back, &[Key::plain(KeyCode::Esc)]),
    (Action::NextTab, &[Key::plain(KeyCode::Tab)]),
    (Action::PreviousTab, &[Key::plain(KeyCode::BackTab)]),
    (Action::Operations, &[Key::char('o')]),
    (Action::Filter, &[Key::char('/')]),
    (Action::Refresh, &[Key::char('R')]),
    (Action::Create, &[Key::char('c')]),
    (Action::Restore, &[Key::char('r')]),
    (Action::Delete, &[Key::char('d')]),
    (Action::Home, &[Key::char('H')]),
    (Action::Palette, &[Key::char(':')]),
    (Action::GoTo, &[Key::char('L')]),
    (Action::HistoryBack, &[Key::char('[')]),
    (Action::HistoryForward, &[Key::char(']')]),
    (Action::Sort, &[Key::char('s')]),
    (Action::Reverse, &[Key::char('S')]),
    (Action::Attention, &[Key::char('!')]),
    (Action::Mark, &[Key::plain(KeyCode::Char(' '))]),
    (Action::MarkRange, &[Key::char('v')]),
    (Action::MarkAll, &[Key::char('*')]),
    (Action::Unmark, &[Key::char('u')]),
    (Action::Compare, &[Key::char('=')]),
    (Action::Json, &[Key::char('J')]),
    (Action::Copy, &[Key::char('y')]),
    (Action::Export, &[Key::char('e')]),
    (Action::Pause, &[Key::char('p')]),
    (Action::Actions, &[Key::char('a')]),
    (Action::CopyRequest, &[Key::ctrl('y')]),
    (Action::Identity, &[Key::char('P')]),
    (Action::Help, &[Key::char('?')]),
    (Action::Quit, &[Key::char('q')]),
];

impl Default for Keymap {
    fn default() -> Self {
        Self(
            DEFAULTS
                .iter()
                .map(|(action, keys)| (*action, keys.to_vec()))
                .collect(),
        )
    }
}

impl Keymap {
    /// The defaults with the keys of some actions replaced: pairs of an action's name and the keys
    /// it shall have instead of its default ones. An empty list leaves the action without a key.
    ///
    /// # Errors
    /// An unknown action, a text that is not a key, a key that cannot be bound, or one key for two
    /// actions after all replacements.
    pub fn from_overrides<'o>(
        overrides: impl IntoIterator<Item = (&'o str, &'o [String])>,
    ) -> Result<Self, KeymapError> {
        let mut map = Self::default();
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
            map.0.insert(action, keys);
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
        self.0
            .iter()
            .find(|(_, keys)| keys.contains(&key))
            .map(|(action, _)| *action)
    }

    /// The keys of an action, the one to show first. Empty where the user took them all away.
    #[must_use]
    pub fn keys(&self, action: Action) -> &[Key] {
        self.0.get(&action).map_or(&[], Vec::as_slice)
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
        Keymap::from_overrides(owned.iter().map(|(name, keys)| (*name, keys.as_slice())))
    }

    #[test]
    fn every_action_has_a_key_of_its_own_and_a_name_of_its_own() {
        let map = Keymap::default();
        let mut names = std::collections::BTreeSet::new();
        for action in Action::ALL {
            assert!(!map.keys(action).is_empty(), "{action:?}");
            assert!(
                names.insert(action.name()) && !action.label().is_empty(),
                "{action:?}"
            );
            for key in map.keys(action) {
                assert_eq!(map.action(key), Some(action), "{key} is shared");
                assert_eq!(bindable(*key), Ok(*key));
            }
        }
        assert_eq!(map.0.len(), Action::ALL.len());
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
            (&[("open", &["ctrl-m"])], &["ctrl-m as enter"]),
        ] {
            let error = overridden(overrides).unwrap_err().to_string();
            assert!(words.iter().all(|word| error.contains(word)), "{error}");
        }
    }
}
