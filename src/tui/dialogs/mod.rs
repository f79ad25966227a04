//! What stands over the screen and takes every key until it is closed.
//!
//! Invariants: a dialog changes only itself and answers with an outcome; dialogs and screens do not
//! know each other.

pub(crate) mod bulk;
pub(crate) mod code;
pub(crate) mod compare;
pub(crate) mod criteria;
mod entries;
pub(crate) mod export;
pub(crate) mod finder;
pub(crate) mod form;
pub(crate) mod help;
pub(crate) mod menu;
mod prompt;
pub(crate) mod quit;

use ratatui::{Frame, layout::Rect};

use self::{
    bulk::Bulk, code::CodeDialog, compare::Compare, criteria::Choosing, export::Export,
    finder::Finder, form::Form, help::HelpDialog, menu::Menu, quit::QuitDialog,
};
use super::{outcome::Outcome, store::Need, theme::Styles, widgets::hints::Hint, world::World};
use crate::config::{Key, Keymap};

/// What can stand over the screen.
#[derive(Debug)]
pub(crate) enum Dialog {
    /// The code of a device is asked for.
    Code(CodeDialog),
    /// Where to go is being typed.
    Finder(Box<Finder>),
    /// An action is being asked for.
    Form(Box<Form>),
    /// An action on several rows is being asked for.
    Bulk(Box<Bulk>),
    /// Rows are being chosen by what they are.
    Choosing(Box<Choosing>),
    /// Two rows member by member.
    Compare(Box<Compare>),
    /// What is shown is to be written to a file.
    Export(Export),
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
            Self::Bulk(bulk) => bulk.key(key, world, screen),
            Self::Choosing(choosing) => choosing.key(key, world),
            Self::Compare(compare) => compare.key(key, world, screen),
            Self::Export(export) => export.key(key),
            Self::Help(help) => help.key(key, world, screen),
            Self::Menu(menu) => menu.key(key, world, screen),
            Self::Quit(quit) => quit.key(key, world),
        }
    }

    /// What it cannot do without.
    pub(crate) fn need(&self) -> Option<Need> {
        match self {
            Self::Form(form) => form.need(),
            _ => None,
        }
    }

    /// A text was pasted.
    pub(crate) fn paste(&mut self, text: &str) {
        match self {
            Self::Code(code) => code.paste(text),
            Self::Form(form) => form.paste(text),
            Self::Bulk(bulk) => bulk.paste(text),
            Self::Finder(finder) => finder.paste(text),
            Self::Export(export) => export.paste(text),
            Self::Choosing(choosing) => choosing.paste(text),
            Self::Compare(_) | Self::Help(_) | Self::Menu(_) | Self::Quit(_) => {}
        }
    }

    /// Whether keys go into a text, so that no character means anything else.
    pub(crate) fn is_typing(&self) -> bool {
        match self {
            Self::Form(form) => form.is_typing(),
            Self::Bulk(bulk) => bulk.is_typing(),
            Self::Export(export) => export.is_typing(),
            Self::Choosing(_) | Self::Code(_) | Self::Finder(_) => true,
            Self::Compare(_) | Self::Help(_) | Self::Menu(_) | Self::Quit(_) => false,
        }
    }

    /// Whether something is asked for as soon as nothing more is typed into it.
    pub(crate) fn is_typed_into(&self) -> bool {
        matches!(self, Self::Form(form) if form.is_typed_into())
    }

    /// What its keys do, for the bottom line.
    pub(crate) fn hints(&self, keymap: &Keymap) -> Vec<Hint> {
        match self {
            Self::Form(form) => form.hints(keymap),
            Self::Bulk(bulk) => bulk.hints(keymap),
            Self::Choosing(_) => Choosing::hints(),
            Self::Code(_) => CodeDialog::hints(),
            Self::Finder(finder) => finder.hints(),
            Self::Compare(compare) => compare.hints(),
            Self::Export(export) => export.hints(),
            Self::Help(help) => help.hints(keymap),
            Self::Menu(_) => Menu::hints(),
            Self::Quit(_) => QuitDialog::hints(keymap),
        }
    }

    /// Whether something on it counts seconds.
    pub(crate) fn is_busy(&self) -> bool {
        match self {
            Self::Form(form) => form.is_busy(),
            Self::Bulk(bulk) => bulk.is_busy(),
            Self::Choosing(_)
            | Self::Code(_)
            | Self::Compare(_)
            | Self::Export(_)
            | Self::Finder(_)
            | Self::Help(_)
            | Self::Menu(_)
            | Self::Quit(_) => false,
        }
    }

    /// Brings it in line with the world. Called after every change, before it is drawn.
    pub(crate) fn sync(&mut self, world: &World, screen: Rect) {
        match self {
            Self::Finder(finder) => finder.sync(screen),
            Self::Form(form) => form.sync(world, screen),
            Self::Bulk(bulk) => bulk.sync(world, screen),
            Self::Compare(compare) => compare.sync(world, screen),
            Self::Help(help) => help.sync(world, screen),
            Self::Menu(menu) => menu.sync(screen),
            Self::Choosing(_) | Self::Code(_) | Self::Export(_) | Self::Quit(_) => {}
        }
    }

    /// Draws it.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, screen: Rect, world: &World, styles: &Styles) {
        match self {
            Self::Code(code) => code.draw(frame, screen, styles),
            Self::Finder(finder) => finder.draw(frame, screen, styles),
            Self::Form(form) => form.draw(frame, screen, world, styles),
            Self::Bulk(bulk) => bulk.draw(frame, screen, world, styles),
            Self::Choosing(choosing) => choosing.draw(frame, screen, world, styles),
            Self::Compare(compare) => compare.draw(frame, screen, world, styles),
            Self::Export(export) => export.draw(frame, screen, styles),
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
