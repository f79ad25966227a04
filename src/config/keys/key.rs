//! A key as it is pressed, written and shown: `R`, `ctrl-d`, `shift-tab`, `?`.

use std::fmt::{self, Write};

use crate::domain::{suggest, text::harmless};

/// A key with its modifiers. Shift is part of the character (`R`) or of [`KeyCode::BackTab`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The key itself.
    pub code: KeyCode,
    /// Whether Control is held.
    pub ctrl: bool,
    /// Whether Alt is held.
    pub alt: bool,
}

/// A key without modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyCode {
    /// A character, the space bar included.
    Char(char),
    /// Enter, also called Return.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Tab with Shift.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
    /// The arrow up.
    Up,
    /// The arrow down.
    Down,
    /// The arrow to the left.
    Left,
    /// The arrow to the right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// A function key, from 1 to 24.
    F(u8),
}

/// The keys that are written as words.
const NAMED: [(&str, KeyCode); 17] = [
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("shift-tab", KeyCode::BackTab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("page-up", KeyCode::PageUp),
    ("page-down", KeyCode::PageDown),
    ("space", KeyCode::Char(' ')),
    ("minus", KeyCode::Char('-')),
];

/// The number of the last function key that terminals report.
const LAST_FUNCTION_KEY: u8 = 24;

impl Key {
    /// A key without modifiers.
    #[must_use]
    pub const fn plain(code: KeyCode) -> Self {
        Self {
            code,
            ctrl: false,
            alt: false,
        }
    }

    /// A character without modifiers.
    #[must_use]
    pub const fn char(c: char) -> Self {
        Self::plain(KeyCode::Char(c))
    }

    /// A character with Control.
    #[must_use]
    pub const fn ctrl(c: char) -> Self {
        Self {
            code: KeyCode::Char(c.to_ascii_lowercase()),
            ctrl: true,
            alt: false,
        }
    }

    /// The same key in the one form that is compared: with Control, terminals do not tell `d` and
    /// `D` apart.
    #[must_use]
    pub fn canonical(self) -> Self {
        match self.code {
            KeyCode::Char(c) if self.ctrl => Self {
                code: KeyCode::Char(c.to_ascii_lowercase()),
                ..self
            },
            _ => self,
        }
    }

    /// Reads a key as it is written in the configuration file. Names of keys and modifiers may be in
    /// any case, a single character means exactly itself.
    ///
    /// # Errors
    /// A sentence that names the text and the forms that are understood.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut rest = text;
        let (mut ctrl, mut alt, mut shift) = (false, false, false);
        loop {
            let (seen, after) = if let Some(after) = after_prefix(rest, "ctrl-") {
                (&mut ctrl, after)
            } else if let Some(after) = after_prefix(rest, "alt-") {
                (&mut alt, after)
            } else if let Some(after) = after_prefix(rest, "shift-") {
                (&mut shift, after)
            } else {
                break;
            };
            if std::mem::replace(seen, true) {
                return Err(wrong(text));
            }
            rest = after;
        }
        let code = match (code(rest).ok_or_else(|| wrong(text))?, shift) {
            (code, false) => code,
            (KeyCode::Tab, true) => KeyCode::BackTab,
            (KeyCode::Char(c), true) if c.is_ascii_alphabetic() && !ctrl => {
                KeyCode::Char(c.to_ascii_uppercase())
            }
            (_, true) => {
                return Err(format!(
                    "'{}' cannot be told from the key without shift by every terminal; shift works \
                     with tab and with letters, which are written as capitals, such as R",
                    harmless(text)
                ));
            }
        };
        Ok(Self { code, ctrl, alt }.canonical())
    }
}

/// What follows a modifier, if something does: `ctrl-` alone is no modifier of nothing.
fn after_prefix<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let (head, tail) = text.split_at_checked(prefix.len())?;
    (head.eq_ignore_ascii_case(prefix) && !tail.is_empty()).then_some(tail)
}

fn code(text: &str) -> Option<KeyCode> {
    let mut characters = text.chars();
    if let (Some(c), None) = (characters.next(), characters.next()) {
        // What cannot be seen is written as a word, so that the file can be read.
        return (harmless(text) == text && (c == ' ' || !c.is_whitespace()))
            .then_some(KeyCode::Char(c));
    }
    let name = text.to_ascii_lowercase();
    let alias = match name.as_str() {
        "return" => "enter",
        "escape" => "esc",
        "backtab" => "shift-tab",
        "del" => "delete",
        "ins" => "insert",
        "pageup" | "pgup" => "page-up",
        "pagedown" | "pgdn" => "page-down",
        other => other,
    };
    if let Some((_, code)) = NAMED.iter().find(|(known, _)| *known == alias) {
        return Some(*code);
    }
    let number = alias
        .strip_prefix('f')
        .filter(|digits| !digits.starts_with(['0', '+']))?;
    let number: u8 = number.parse().ok()?;
    (1..=LAST_FUNCTION_KEY)
        .contains(&number)
        .then_some(KeyCode::F(number))
}

fn wrong(text: &str) -> String {
    let names: Vec<_> = NAMED.iter().map(|(name, _)| *name).collect();
    let hint = suggest::nearest(text, &names)
        .map_or_else(String::new, |near| format!("did you mean '{near}'? "));
    format!(
        "'{}' is not a key; {hint}A key is one character, or one of {}, f1 to f{LAST_FUNCTION_KEY}, \
         with ctrl- or alt- in front where wanted",
        harmless(text),
        names.join(", ")
    )
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        if self.ctrl {
            text.push_str("ctrl-");
        }
        if self.alt {
            text.push_str("alt-");
        }
        match self.code {
            // A minus after a modifier would be hard to read as one.
            KeyCode::Char('-') if text.is_empty() => text.push('-'),
            KeyCode::F(number) => {
                let _infallible = write!(text, "f{number}");
            }
            code => match (NAMED.iter().find(|(_, named)| *named == code), code) {
                (Some((name, _)), _) => text.push_str(name),
                (None, KeyCode::Char(c)) => text.push(c),
                (None, _) => {}
            },
        }
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_are_read_as_people_write_them() {
        for (text, key) in [
            ("R", Key::char('R')),
            ("shift-r", Key::char('R')),
            ("?", Key::char('?')),
            ("-", Key::char('-')),
            ("é", Key::char('é')),
            (" ", Key::char(' ')),
            ("Space", Key::char(' ')),
            ("ctrl-d", Key::ctrl('d')),
            ("Ctrl-D", Key::ctrl('d')),
            ("ctrl--", Key::ctrl('-')),
            (
                "alt-ctrl-x",
                Key {
                    code: KeyCode::Char('x'),
                    ctrl: true,
                    alt: true,
                },
            ),
            (
                "alt-R",
                Key {
                    code: KeyCode::Char('R'),
                    ctrl: false,
                    alt: true,
                },
            ),
            ("ENTER", Key::plain(KeyCode::Enter)),
            ("escape", Key::plain(KeyCode::Esc)),
            ("shift-tab", Key::plain(KeyCode::BackTab)),
            ("PageDown", Key::plain(KeyCode::PageDown)),
            ("F12", Key::plain(KeyCode::F(12))),
        ] {
            assert_eq!(Key::parse(text), Ok(key), "{text}");
        }
    }

    #[test]
    fn what_is_no_key_is_named_with_what_would_be() {
        for text in [
            "",
            "ctrl-",
            "ctrl-ctrl-a",
            "f0",
            "f25",
            "f01",
            "cc",
            "\u{202e}",
            "\t",
            "meta-x",
        ] {
            let error = Key::parse(text).unwrap_err();
            assert!(
                error.starts_with(&format!("'{}'", harmless(text))),
                "{error}"
            );
            assert!(error.contains("page-down"), "{error}");
        }
        assert!(
            Key::parse("entre")
                .unwrap_err()
                .contains("did you mean 'enter'?")
        );
        assert!(
            Key::parse("shift-up")
                .unwrap_err()
                .contains("shift works with tab")
        );
        assert!(Key::parse("ctrl-shift-d").is_err());
    }

    fn any_key() -> impl Strategy<Value = Key> {
        let named = (0..NAMED.len()).prop_map(|index| NAMED[index].1);
        let function = (1..=LAST_FUNCTION_KEY).prop_map(KeyCode::F);
        let character = any::<char>()
            .prop_filter("visible", |c| {
                !c.is_whitespace() && !crate::domain::text::is_hostile(*c)
            })
            .prop_map(KeyCode::Char);
        (
            prop_oneof![named, function, character],
            any::<bool>(),
            any::<bool>(),
        )
            .prop_map(|(code, ctrl, alt)| Key { code, ctrl, alt }.canonical())
    }

    proptest! {
        #[test]
        fn a_key_is_read_back_as_it_is_shown(key in any_key()) {
            prop_assert_eq!(Key::parse(&key.to_string()), Ok(key));
        }

        #[test]
        fn no_text_breaks_the_reader(text in any::<String>()) {
            if let Ok(key) = Key::parse(&text) {
                prop_assert_eq!(Key::parse(&key.to_string()), Ok(key));
            }
        }
    }
}
