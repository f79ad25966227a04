//! Colours, modifiers and marks, computed once from the settings.
//!
//! Invariants: nothing is told apart by colour alone, so each tone has a mark of its own and the
//! mono palette is made of modifiers; only the sixteen colours that every terminal has are used, and
//! never as a background, so that a terminal's own scheme stays readable. Faint text uses the DIM
//! modifier: several schemes draw "bright black" in the colour of their background.

use ratatui::{
    style::{Color, Modifier, Style},
    symbols::border,
};

use crate::domain::{recovery::DayMarks, row::Tone};

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
    /// The styles of a palette and a character set.
    #[must_use]
    pub fn new(palette: Palette, charset: Charset) -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let faint = plain.add_modifier(Modifier::DIM);
        let (key, alert, tones) = match palette {
            Palette::Dark => (
                plain.fg(Color::Cyan),
                bold.fg(Color::Yellow),
                [
                    plain.fg(Color::Green),
                    plain.fg(Color::Cyan),
                    plain.fg(Color::Yellow),
                    plain.fg(Color::LightRed),
                    faint,
                ],
            ),
            // Yellow cannot be read on white.
            Palette::Light => (
                plain.fg(Color::Blue),
                bold.fg(Color::Magenta),
                [
                    plain.fg(Color::Green),
                    plain.fg(Color::Blue),
                    plain.fg(Color::Magenta),
                    plain.fg(Color::Red),
                    faint,
                ],
            ),
            Palette::Mono => (bold, bold, [plain, plain, bold, bold, faint]),
        };
        Self {
            text: plain,
            faint,
            strong: bold,
            selected: plain.add_modifier(Modifier::REVERSED),
            key,
            alert,
            tones,
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
