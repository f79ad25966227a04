//! What stands over the screen and takes every key until it is closed.
//!
//! Invariants: a dialog changes only itself and answers with an outcome; dialogs and screens do not
//! know each other.

pub(crate) mod code;
mod entries;
pub(crate) mod finder;
pub(crate) mod form;
pub(crate) mod help;
pub(crate) mod menu;
pub(crate) mod quit;

use ratatui::{Frame, layout::Rect};

use self::{
    code::CodeDialog, finder::Finder, form::Form, help::HelpDialog, menu::Menu, quit::QuitDialog,
};
use super::{outcome::Outcome, theme::Styles, widgets::hints::Hint, world::World};
use crate::config::Key;

/// What can stand over the screen.
#[derive(Debug)]
pub(crate) enum Dialog {
    /// The code of a device is asked for.
    Code(CodeDialog),
    /// Where to go is being typed.
    Finder(Box<Finder>),
    /// An action is being asked for.
    Form(Box<Form>),
    /// The keys.
    Help(HelpDialog),
    /// One of several things is being chosen.
    Menu(Menu),
    /// Whether to leave while something runs.
    Quit(QuitDialog),
}

impl Dialog {
    /// A key.
    pub(crate) fn key(&mut self, key: Key, world: &World, screen: Rect) -> Outcome {
        match self {
            Self::Code(code) => code.key(key),
            Self::Finder(finder) => finder.key(key),
            Self::Form(form) => form.key(key, world, screen),
            Self::Help(help) => help.key(key, world, screen),
            Self::Menu(menu) => menu.key(key, world, screen),
            Self::Quit(quit) => quit.key(key, world),
        }
    }

    /// A text was pasted.
    pub(crate) fn paste(&mut self, text: &str) {
        match self {
            Self::Code(code) => code.paste(text),
            Self::Finder(finder) => finder.paste(text),
            Self::Form(form) => form.paste(text),
            Self::Help(_) | Self::Menu(_) | Self::Quit(_) => {}
        }
    }

    /// What its keys do, for the bottom line.
    pub(crate) fn hints(&self) -> Vec<Hint> {
        match self {
            Self::Code(_) => CodeDialog::hints(),
            Self::Finder(finder) => finder.hints(),
            Self::Form(form) => form.hints(),
            Self::Help(_) => HelpDialog::hints(),
            Self::Menu(_) => Menu::hints(),
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
            Self::Finder(finder) => finder.sync(screen),
            Self::Form(form) => form.sync(world, screen),
            Self::Help(help) => help.sync(world, screen),
            Self::Menu(menu) => menu.sync(screen),
            Self::Code(_) | Self::Quit(_) => {}
        }
    }

    /// Draws it.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, screen: Rect, world: &World, styles: &Styles) {
        match self {
            Self::Code(code) => code.draw(frame, screen, styles),
            Self::Finder(finder) => finder.draw(frame, screen, styles),
            Self::Form(form) => form.draw(frame, screen, world, styles),
            Self::Help(help) => help.draw(frame, screen, world, styles),
            Self::Menu(menu) => menu.draw(frame, screen, styles),
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
