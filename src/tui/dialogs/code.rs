//! The code of a device, asked for before the role of a profile can be assumed.
//!
//! The code is good for one use within half a minute, so it may be seen while it is typed.

use ratatui::{Frame, layout::Rect, style::Style, text::Line};

use super::hint;
use crate::{
    config::Key,
    domain::{row::Tone, secret::Secret, text::harmless},
    tui::{
        input::{self, Typed},
        outcome::Outcome,
        theme::Styles,
        widgets::{
            hints::Hint,
            labels::paragraph,
            panel,
            text::cells,
            text_input::{Edit, TextInput},
        },
    },
};

/// The cells of its lines.
const WIDTH: u16 = 60;
/// The digits of a code.
const DIGITS: usize = 6;

/// The code of a device.
#[derive(Debug)]
pub(crate) struct CodeDialog {
    profile: String,
    device: String,
    code: TextInput,
}

impl CodeDialog {
    /// Asks for a code of this device, for the role of this profile.
    pub(crate) fn new(profile: String, device: String) -> Self {
        Self {
            profile,
            device,
            code: TextInput::default(),
        }
    }

    /// A key: digits are taken, and nothing else.
    pub(crate) fn key(&mut self, key: Key) -> Outcome {
        match input::typed(key) {
            Typed::Esc => Outcome::Back,
            Typed::Enter if self.is_complete() => {
                Outcome::GiveCode(Secret::new(self.code.text().to_owned()))
            }
            // Where a text is typed, no character means anything else.
            Typed::Edit(Edit::Insert(c)) if !c.is_ascii_digit() || self.is_complete() => {
                Outcome::Done
            }
            Typed::Edit(edit) => {
                self.code.edit(edit);
                Outcome::Done
            }
            _ => Outcome::Unused,
        }
    }

    /// A text was pasted.
    pub(crate) fn paste(&mut self, text: &str) {
        let left = DIGITS.saturating_sub(self.code.text().len());
        let digits = text.chars().filter(char::is_ascii_digit).take(left);
        self.code.insert(&digits.collect::<String>());
    }

    /// What its keys do.
    pub(crate) fn hints() -> Vec<Hint> {
        vec![hint("enter", "connect"), hint("esc", "cancel")]
    }

    /// Draws it.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, screen: Rect, styles: &Styles) {
        let width = WIDTH.min(screen.width.saturating_sub(4));
        let text = format!(
            "The role of profile {} wants the code that {} shows.",
            harmless(&self.profile),
            harmless(&self.device)
        );
        let mut lines = paragraph(&text, styles.text, width.into());
        lines.push(Line::default());
        let at = lines.len();
        lines.push(Line::styled("Code:", styles.strong));
        lines.push(if self.is_complete() {
            Line::styled("enter assumes the role", styles.tone(Tone::Good))
        } else {
            Line::styled("six digits", styles.faint)
        });
        let size = panel::around(screen, width, lines.len());
        let room = panel::draw(
            frame.buffer_mut(),
            panel::centred(screen, size),
            "MFA code",
            styles,
        );
        panel::scrolled(frame.buffer_mut(), room, &lines, 0, styles);
        let input = Rect {
            x: room.x + 6,
            y: room.y + cells(at),
            width: room.width.saturating_sub(6).min(cells(DIGITS + 1)),
            height: 1,
        };
        self.code.draw(frame, input, Style::new(), true);
    }

    fn is_complete(&self) -> bool {
        self.code.text().len() == DIGITS
    }
}
