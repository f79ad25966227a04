//! Styles and marks, computed once from the theme and the terminal.
//!
//! Invariants: nothing is told apart by colour alone, so each tone has a mark of its own and the
//! mono palette is made of modifiers. The colours themselves are in `palette`.

use ratatui::{style::Style, symbols::border};

use super::{
    capabilities::{Capabilities, Depth},
    palette,
};
use crate::{
    config::{
        Color, Settings, Theme,
        theme::{Base, Role},
    },
    domain::{recovery::DayMarks, row::Tone},
};

/// Which colours the terminal shows well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Palette {
    /// Bright on dark.
    Dark,
    /// Dark on bright.
    Light,
    /// No colour: bold, faint, underlined and reversed text only.
    Mono,
}

/// Which characters the terminal shows well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// Anything.
    Unicode,
    /// The printable characters of ASCII.
    Ascii,
}

/// How everything is drawn.
#[derive(Debug, Clone)]
pub struct Styles {
    /// Text without a role.
    pub(crate) text: Style,
    /// What can be overlooked.
    pub(crate) faint: Style,
    /// What stands out: headings, values that matter.
    pub(crate) strong: Style,
    /// The selected row, the open tab, the focused button.
    pub(crate) selected: Style,
    /// A key in the hints and the help.
    pub(crate) key: Style,
    /// A mark such as SANDBOX that must not be missed.
    pub(crate) alert: Style,
    tones: [Style; 5],
    /// The characters that are not letters.
    pub(crate) marks: Marks,
}

/// The characters that are not letters.
#[derive(Debug, Clone)]
pub(crate) struct Marks {
    tones: [&'static str; 5],
    /// In front of the selected row.
    pub(crate) selected: &'static str,
    /// In front of a row that is marked.
    pub(crate) marked: &'static str,
    /// In front of a row that needs a look.
    pub(crate) calls: &'static str,
    /// Where a text was cut.
    pub(crate) ellipsis: &'static str,
    /// Between the steps of the breadcrumb.
    pub(crate) step: &'static str,
    /// In front of a check that holds.
    pub(crate) passed: &'static str,
    /// In front of a check that does not.
    pub(crate) failed: &'static str,
    /// In front of a check that could not be made.
    pub(crate) unknown: &'static str,
    /// Something lies above what is in sight.
    pub(crate) above: &'static str,
    /// Something lies below what is in sight.
    pub(crate) below: &'static str,
    /// A line between two parts of a screen.
    pub(crate) rule: &'static str,
    /// In front of a key that works here.
    pub(crate) available: &'static str,
    /// A day of recovery points.
    pub(crate) days: DayMarks,
    /// The frame of a dialog.
    pub(crate) border: border::Set<'static>,
}

impl Styles {
    /// The styles of a palette, in the sixteen colours that every terminal has, and a character set.
    #[must_use]
    pub fn new(palette: Palette, charset: Charset) -> Self {
        let base = match palette {
            Palette::Dark => Base::Dark,
            Palette::Light => Base::Light,
            Palette::Mono => Base::Mono,
        };
        Self::of(|role| palette::role(base, Depth::Sixteen, role), charset)
    }

    /// The styles of a theme on a terminal.
    pub(crate) fn of_theme(settings: &Settings, terminal: Capabilities) -> Self {
        let (base, depth) = (terminal.base, terminal.depth);
        match &settings.theme {
            Theme::Custom(theme) if settings.color == Color::Auto => {
                Self::of(|role| palette::custom(theme, depth, role), terminal.charset)
            }
            _ => Self::of(|role| palette::role(base, depth, role), terminal.charset),
        }
    }

    fn of(style: impl Fn(Role) -> Style, charset: Charset) -> Self {
        Self {
            text: style(Role::Text),
            faint: style(Role::Faint),
            strong: style(Role::Strong),
            selected: style(Role::Selected),
            key: style(Role::Key),
            alert: style(Role::Alert),
            tones: [
                Role::Good,
                Role::Busy,
                Role::Warning,
                Role::Bad,
                Role::Neutral,
            ]
            .map(style),
            marks: Marks::new(charset),
        }
    }

    /// Styles to measure with: neither colours nor marks change where lines break.
    pub(crate) fn plain() -> Self {
        Self::new(Palette::Mono, Charset::Unicode)
    }

    /// How a tone is drawn.
    pub(crate) fn tone(&self, tone: Tone) -> Style {
        self.tones[index(tone)]
    }
}

impl Marks {
    fn new(charset: Charset) -> Self {
        match charset {
            Charset::Unicode => Self {
                tones: ["●", "◐", "!", "✗", "○"],
                selected: "▸",
                marked: "◆",
                calls: "!",
                ellipsis: "…",
                step: "›",
                passed: "✓",
                failed: "✗",
                unknown: "?",
                above: "↑",
                below: "↓",
                rule: "─",
                available: "•",
                days: DayMarks::UNICODE,
                border: border::ROUNDED,
            },
            Charset::Ascii => Self {
                tones: ["+", "~", "!", "x", "-"],
                selected: ">",
                marked: "*",
                calls: "!",
                ellipsis: "...",
                step: ">",
                passed: "+",
                failed: "x",
                unknown: "?",
                above: "^",
                below: "v",
                rule: "-",
                available: "*",
                days: DayMarks::ASCII,
                border: border::Set {
                    top_left: "+",
                    top_right: "+",
                    bottom_left: "+",
                    bottom_right: "+",
                    vertical_left: "|",
                    vertical_right: "|",
                    horizontal_top: "-",
                    horizontal_bottom: "-",
                },
            },
        }
    }

    /// The mark of a tone.
    pub(crate) fn tone(&self, tone: Tone) -> &'static str {
        self.tones[index(tone)]
    }
}

fn index(tone: Tone) -> usize {
    match tone {
        Tone::Good => 0,
        Tone::Busy => 1,
        Tone::Warning => 2,
        Tone::Bad => 3,
        Tone::Neutral => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TONES: [Tone; 5] = [
        Tone::Good,
        Tone::Busy,
        Tone::Warning,
        Tone::Bad,
        Tone::Neutral,
    ];

    #[test]
    fn every_tone_has_a_mark_of_its_own_and_ascii_means_ascii() {
        for charset in [Charset::Unicode, Charset::Ascii] {
            let marks = Marks::new(charset);
            let different: std::collections::HashSet<_> =
                TONES.iter().map(|tone| marks.tone(*tone)).collect();
            assert_eq!(different.len(), TONES.len());
        }
        let marks = Marks::new(Charset::Ascii);
        let all = format!("{marks:?}");
        assert!(all.is_ascii(), "{all}");
    }

    #[test]
    fn mono_uses_no_colour() {
        let styles = Styles::new(Palette::Mono, Charset::Unicode);
        for style in TONES.map(|tone| styles.tone(tone)).into_iter().chain([
            styles.text,
            styles.faint,
            styles.strong,
            styles.selected,
            styles.key,
            styles.alert,
        ]) {
            assert_eq!((style.fg, style.bg), (None, None));
        }
    }
}
