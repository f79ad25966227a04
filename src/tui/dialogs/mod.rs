//! What stands over the screen and takes every key until it is closed.
//!
//! Invariants: a dialog changes only itself and answers with an outcome; dialogs and screens do not
//! know each other.

pub(crate) mod form;
pub(crate) mod help;
pub(crate) mod quit;

use ratatui::{Frame, layout::Rect};

use self::{form::Form, help::HelpDialog, quit::QuitDialog};
use super::{outcome::Outcome, theme::Styles, widgets::hints::Hint, world::World};
use crate::config::{Key, Keymap};

/// What can stand over the screen.
#[derive(Debug)]
pub(crate) enum Dialog {
    /// An action is being asked for.
    Form(Box<Form>),
    /// The keys.
    Help(HelpDialog),
    /// Whether to leave while something runs.
    Quit(QuitDialog),
}

impl Dialog {
    /// A key.
    pub(crate) fn key(&mut self, key: Key, world: &World, screen: Rect) -> Outcome {
        match self {
            Self::Form(form) => form.key(key, world, screen),
            Self::Help(help) => help.key(key, world, screen),
            Self::Quit(quit) => quit.key(key, world),
        }
    }

    /// A text was pasted.
    pub(crate) fn paste(&mut self, text: &str) {
        if let Self::Form(form) = self {
            form.paste(text);
        }
    }

    /// What its keys do, for the bottom line.
    pub(crate) fn hints(&self, keymap: &Keymap) -> Vec<Hint> {
        match self {
            Self::Form(form) => form.hints(keymap),
            Self::Help(_) => HelpDialog::hints(keymap),
            Self::Quit(_) => QuitDialog::hints(),
        }
    }

    /// Whether something on it counts seconds.
    pub(crate) fn is_busy(&self) -> bool {
        matches!(self, Self::Form(form) if form.is_busy())
    }

    /// Brings it in line with the world. Called after every change, before it is drawn.
    pub(crate) fn sync(&mut self, world: &World, screen: Rect) {
        match self {
            Self::Form(form) => form.sync(world, screen),
            Self::Help(help) => help.sync(world, screen),
            Self::Quit(_) => {}
        }
    }

    /// Draws it.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, screen: Rect, world: &World, styles: &Styles) {
        match self {
            Self::Form(form) => form.draw(frame, screen, world, styles),
            Self::Help(help) => help.draw(frame, screen, world, styles),
            Self::Quit(quit) => quit.draw(frame, screen, world, styles),
        }
    }
}

/// A hint for a key that dialogs have in common and that no keymap changes.
fn hint(key: &str, label: &str) -> Hint {
    Hint {
        key: key.to_owned(),
        label: label.to_owned(),
    }
}
