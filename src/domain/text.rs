//! Text from AWS made harmless before it reaches a terminal.
//!
//! Names, descriptions and messages come from whoever could write a tag. A terminal would obey an
//! escape sequence in them, and a bidirectional override could make `s-…1` read as another id. Both
//! faces of the program pass every such text through [`harmless`] at the moment it is shown; the
//! journal and the requests keep the text as it is.

use std::{borrow::Cow, fmt::Write};

/// Whether a character could steer a terminal or reorder or hide its neighbours.
#[must_use]
pub fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// A word as a POSIX shell takes it.
#[must_use]
pub fn quoted(word: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
    }
}

/// The same text with every hostile character spelled out in ASCII: `\n`, `\t`, `\x1b`, `\u{202e}`.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_hostile(c) && u32::from(c) < 0x100 => {
                let _infallible = write!(out, "\\x{:02x}", u32::from(c));
            }
            c if is_hostile(c) => {
                let _infallible = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// A text that stands by itself: it begins with a capital letter.
#[must_use]
pub fn sentence(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn escapes_are_spelled_out_and_plain_text_is_untouched() {
        assert_eq!(
            harmless("a\x1b[2Jb\nc\u{9b}31m\u{202e}x"),
            "a\\x1b[2Jb\\nc\\x9b31m\\u{202e}x"
        );
        assert!(matches!(harmless("naïve 日本 ok"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn nothing_hostile_survives(text in any::<String>()) {
            prop_assert!(!harmless(&text).chars().any(is_hostile));
        }
    }
}
