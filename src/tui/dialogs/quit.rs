//! Whether to leave while operations run on in AWS.

use ratatui::{Frame, layout::Rect, text::Line};

use super::hint;
use crate::{
    config::{Action, Key, KeyCode, Keymap},
    tui::{
        outcome::Outcome,
        theme::Styles,
        widgets::{
            button::{self, Button},
            hints::Hint,
            labels::paragraph,
            panel,
        },
        world::World,
    },
};

/// Whether to leave while operations run on in AWS.
#[derive(Debug, Default)]
pub(crate) struct QuitDialog {
    staying: bool,
}

const WIDTH: u16 = 56;

impl QuitDialog {
    /// A key: quitting once more means it.
    pub(crate) fn key(&mut self, key: Key, world: &World) -> Outcome {
        match (key.code, world.keymap().action(&key)) {
            (KeyCode::Esc, _) => Outcome::Back,
            (KeyCode::Enter, _) if self.staying => Outcome::Back,
            (KeyCode::Enter, _) | (_, Some(Action::Quit)) => Outcome::Quit,
            (KeyCode::Tab | KeyCode::BackTab, _) | (_, Some(Action::Left | Action::Right)) => {
                self.staying = !self.staying;
                Outcome::Done
            }
            _ => Outcome::Unused,
        }
    }

    /// What its keys do.
    pub(crate) fn hints(keymap: &Keymap) -> Vec<Hint> {
        let quit = keymap.keys(Action::Quit).first();
        let mut hints = vec![hint("enter", "press"), hint("tab", "other button")];
        hints.extend(quit.map(|key| hint(&key.to_string(), "quit")));
        hints.push(hint("esc", "stay"));
        hints
    }

    /// Draws it.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, screen: Rect, world: &World, styles: &Styles) {
        let text = text(world.records.running().count(), world.sandbox);
        let width = WIDTH.min(screen.width.saturating_sub(4));
        let mut lines = paragraph(&text, styles.text, width.into());
        lines.push(Line::default());
        let size = panel::around(screen, width, lines.len() + 1);
        let room = panel::draw(
            frame.buffer_mut(),
            panel::centred(screen, size),
            "Quit",
            styles,
        );
        panel::scrolled(frame.buffer_mut(), room, &lines, 0, styles);
        let last = Rect {
            y: room.bottom().saturating_sub(1),
            height: 1.min(room.height),
            ..room
        };
        let buttons = [
            Button {
                label: "Quit",
                focused: !self.staying,
                enabled: true,
            },
            Button {
                label: "Stay",
                focused: self.staying,
                enabled: true,
            },
        ];
        button::draw(frame.buffer_mut(), last, &buttons, styles);
    }
}

fn text(running: usize, sandbox: bool) -> String {
    let (what, it) = match running {
        1 => ("1 operation runs".to_owned(), "it"),
        many => (format!("{many} operations run"), "them"),
    };
    if sandbox {
        return format!("{what} in the sandbox, which ends when the console is quit.");
    }
    format!(
        "{what} on in AWS. Quitting only detaches; nothing is cancelled. The next start watches {it} \
         further, and so does 'snapdeck operations wait'."
    )
}
