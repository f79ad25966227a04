//! The style of a role as a text: `bold #ffd75f`, `black on cyan`, `underlined 114`, `plain`.

use crate::domain::{suggest, text::harmless};

/// A colour as it is named in a theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shade {
    /// The terminal's own.
    Default,
    /// One of the sixteen that a user can choose in the terminal, 0 to 15.
    Basic(u8),
    /// One of the 256 of xterm, 16 to 255.
    Indexed(u8),
    /// Red, green and blue.
    Rgb(u8, u8, u8),
}

/// What makes a text stand out, or not, without a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Emphasis {
    /// Bold.
    Bold,
    /// Faint.
    Dim,
    /// Slanted.
    Italic,
    /// With a line under it.
    Underlined,
    /// Foreground and background exchanged.
    Reversed,
}

/// The style of a role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleStyle {
    /// The colour of the text, where it has one of its own.
    pub foreground: Option<Shade>,
    /// The colour behind the text, where it has one of its own.
    pub background: Option<Shade>,
    /// What else.
    pub emphasis: Vec<Emphasis>,
}

/// The names of the sixteen colours, in their order.
const BASIC: [&str; 16] = [
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "white",
    "bright-black",
    "bright-red",
    "bright-green",
    "bright-yellow",
    "bright-blue",
    "bright-magenta",
    "bright-cyan",
    "bright-white",
];

const EMPHASIS: [(&str, Emphasis); 5] = [
    ("bold", Emphasis::Bold),
    ("dim", Emphasis::Dim),
    ("italic", Emphasis::Italic),
    ("underlined", Emphasis::Underlined),
    ("reversed", Emphasis::Reversed),
];

/// Nothing but the terminal's own colours.
const PLAIN: &str = "plain";

impl RoleStyle {
    /// Reads a style.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut style = Self::default();
        let mut words = text.split_whitespace();
        let mut any = false;
        while let Some(word) = words.next() {
            any = true;
            if word == PLAIN {
                continue;
            }
            if let Some((_, emphasis)) = EMPHASIS.iter().find(|(name, _)| *name == word) {
                if !style.emphasis.contains(emphasis) {
                    style.emphasis.push(*emphasis);
                }
            } else if word == "on" {
                let Some(word) = words.next() else {
                    return Err(
                        "'on' stands before the colour of the background, as in black on cyan"
                            .to_owned(),
                    );
                };
                once(&mut style.background, word, "two backgrounds")?;
            } else {
                once(
                    &mut style.foreground,
                    word,
                    "two colours; the one behind the text is written after 'on'",
                )?;
            }
        }
        if any {
            Ok(style)
        } else {
            Err(format!(
                "the style is empty; write {PLAIN}, or a colour such as #87d787"
            ))
        }
    }
}

fn once(place: &mut Option<Shade>, word: &str, twice: &str) -> Result<(), String> {
    let shade = Shade::parse(word)?;
    match place.replace(shade) {
        None => Ok(()),
        Some(_) => Err(format!("'{}' makes {twice}", harmless(word))),
    }
}

impl Shade {
    fn parse(word: &str) -> Result<Self, String> {
        let shown = harmless(word);
        if let Some(digits) = word.strip_prefix('#') {
            let value = u32::from_str_radix(digits, 16).ok();
            return match (digits.len(), value) {
                (6, Some(value)) if !digits.starts_with('+') => {
                    let [_, red, green, blue] = value.to_be_bytes();
                    Ok(Self::Rgb(red, green, blue))
                }
                _ => Err(format!(
                    "'{shown}' is not a colour; write six hexadecimal digits, as in #87d787"
                )),
            };
        }
        if word == "default" {
            return Ok(Self::Default);
        }
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            return match word.parse() {
                Ok(index @ 0..16) => Ok(Self::Basic(index)),
                Ok(index) => Ok(Self::Indexed(index)),
                Err(_) => Err(format!("'{shown}' is not a colour; a number is 0 to 255")),
            };
        }
        // What people write for the colours that have two names.
        let name = match word {
            "gray" | "grey" => "bright-black",
            name => name,
        };
        if let Some(index) = BASIC.iter().position(|known| *known == name) {
            return Ok(Self::Basic(u8::try_from(index).unwrap_or_default()));
        }
        let mut known = BASIC.to_vec();
        known.extend(["default", PLAIN, "on"]);
        known.extend(EMPHASIS.map(|(name, _)| name));
        let advice = suggest::nearest(word, &known).map_or_else(
            || {
                "write #rrggbb, a number from 0 to 255, or a name such as cyan or bright-red"
                    .to_owned()
            },
            |near| format!("did you mean '{near}'?"),
        );
        Err(format!("'{shown}' is not a colour; {advice}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(
        foreground: Option<Shade>,
        background: Option<Shade>,
        emphasis: &[Emphasis],
    ) -> RoleStyle {
        RoleStyle {
            foreground,
            background,
            emphasis: emphasis.to_vec(),
        }
    }

    #[test]
    fn styles_are_read_as_they_are_said() {
        for (text, expected) in [
            ("plain", style(None, None, &[])),
            ("default", style(Some(Shade::Default), None, &[])),
            (
                "#87D787",
                style(Some(Shade::Rgb(0x87, 0xd7, 0x87)), None, &[]),
            ),
            (
                "bold bright-red",
                style(Some(Shade::Basic(9)), None, &[Emphasis::Bold]),
            ),
            (
                "7 on 235",
                style(Some(Shade::Basic(7)), Some(Shade::Indexed(235)), &[]),
            ),
            (
                "on cyan underlined black underlined",
                style(
                    Some(Shade::Basic(0)),
                    Some(Shade::Basic(6)),
                    &[Emphasis::Underlined],
                ),
            ),
            ("grey", style(Some(Shade::Basic(8)), None, &[])),
        ] {
            assert_eq!(RoleStyle::parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_style_is_refused_with_what_would_be_right() {
        for (text, words) in [
            ("", "the style is empty; write plain"),
            (
                "#12345",
                "'#12345' is not a colour; write six hexadecimal digits",
            ),
            ("#+12345", "six hexadecimal digits"),
            ("256", "'256' is not a colour; a number is 0 to 255"),
            ("-1", "'-1' is not a colour"),
            ("yelow", "did you mean 'yellow'?"),
            ("blod", "did you mean 'bold'?"),
            ("teal\u{1b}", "'teal\\x1b' is not a colour; write #rrggbb"),
            ("red green", "'green' makes two colours"),
            ("red on", "'on' stands before"),
            ("on red on blue", "'blue' makes two backgrounds"),
        ] {
            let error = RoleStyle::parse(text).unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
        }
    }
}
