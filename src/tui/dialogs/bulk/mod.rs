//! An action on several rows at once: what it would do to each, one confirmation for all, and what
//! became of each.
//!
//! ```text
//! opened ──> checking each ──> ready ──confirmed──> sending, some at a time ──> results
//!    │            ^              │                        │
//!    │            └── a switch ──┘                        └── esc: the rest is not sent
//!    └── esc at any time; what was sent goes on
//! ```
//!
//! Invariants: every row is a request of its own, bound to the place that the row was read in, checked
//! on its own and sent through the engine as any other, so one that fails stops no other; a row that
//! is refused, or that asks for more than one confirmation can give, is never sent; what destroys
//! copies is sent only once the number of them was typed; a request is sent once.

mod copy;
mod draw;
mod items;
mod prompts;

use std::collections::BTreeMap;

use jiff::Timestamp;
use ratatui::layout::Rect;

use self::items::{Item, Step};
use super::hint;
use crate::{
    config::{Action, Key, KeyCode, Keymap},
    domain::{
        collection::ActionInfo,
        form::{FieldInfo, FieldKind, Value},
        place::Place,
        row::Row,
    },
    tui::{
        input::{self, Typed},
        outcome::Outcome,
        store::Kind,
        theme::Styles,
        widgets::{hints::Hint, scroll, text_input::TextInput},
        world::World,
    },
};

/// An action on several rows.
#[derive(Debug)]
pub(crate) struct Bulk {
    kind: Kind,
    action: &'static ActionInfo,
    items: Vec<Item>,
    /// The name of the account beside its number.
    alias: Option<String>,
    switches: Vec<Switch>,
    /// What is sent where nothing is given.
    fills: BTreeMap<String, Value>,
    /// Why it is done, where the user's rules ask for it.
    reason: TextInput,
    /// The account that is typed to confirm, where the user's rules ask for it.
    typed_account: TextInput,
    /// The number that is typed to confirm.
    confirm: TextInput,
    phase: Phase,
    focus: Focus,
    /// The first line in sight.
    first: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Being checked and confirmed.
    Asking,
    /// Being sent, or all that was to be sent is.
    Sending,
}

/// A field that is yes or no, for all rows.
#[derive(Debug)]
struct Switch {
    info: &'static FieldInfo,
    on: bool,
}

/// What the keys go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Focus {
    Switch(usize),
    Reason,
    Account,
    Confirm,
    Submit,
    Cancel,
}

/// What stands in the way of sending.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Obstacle {
    /// Changes are refused altogether.
    Restricted(String),
    /// The user's own rules forbid it.
    Forbidden(String),
    /// Not all is known yet: so many of so many are.
    Checking(usize, usize),
    /// No row can be sent.
    Nothing,
    /// The reason that the rules ask for is missing, or cannot be kept.
    Reason(String),
    /// What was typed is not the account.
    WrongAccount,
    /// What confirms it is not typed to its end yet.
    Unconfirmed,
    /// What was typed is another number.
    WrongNumber,
}

impl Bulk {
    /// The dialog of an action on these rows, each in its place.
    /// `now` is the moment by which what is not given is filled in.
    pub(crate) fn new(
        kind: Kind,
        action: &'static ActionInfo,
        rows: Vec<(Row, Place)>,
        now: Timestamp,
    ) -> Self {
        let matters = |info: &&FieldInfo| {
            let mut rows = rows.iter();
            rows.any(|(row, _)| (action.matters)(row, info.key))
        };
        let switches = action
            .fields
            .iter()
            .filter(|info| matches!(info.kind, FieldKind::Toggle))
            .filter(matters)
            .map(|info| Switch { info, on: false })
            .collect();
        let items = rows
            .into_iter()
            .map(|(row, place)| Item {
                id: row.id,
                name: row.name.unwrap_or_default(),
                place,
                step: Step::Waiting,
            })
            .collect();
        Self {
            kind,
            action,
            items,
            alias: None,
            switches,
            fills: (action.fills)(now),
            reason: TextInput::default(),
            typed_account: TextInput::default(),
            confirm: TextInput::default(),
            phase: Phase::Asking,
            focus: Focus::Cancel,
            first: 0,
        }
    }

    /// Whether keys go into a text.
    pub(crate) fn is_typing(&self) -> bool {
        matches!(self.focus, Focus::Reason | Focus::Account | Focus::Confirm)
    }

    /// What its keys do.
    pub(crate) fn hints(&self, keymap: &Keymap) -> Vec<Hint> {
        if self.phase == Phase::Sending {
            let esc = if self.is_queued() {
                "send no more"
            } else {
                "close"
            };
            return vec![hint("page-down", "scroll"), hint("esc", esc)];
        }
        let enter = match self.focus {
            Focus::Switch(_) => hint("space", "switch"),
            Focus::Reason | Focus::Account | Focus::Confirm => hint("enter", "go on"),
            Focus::Submit | Focus::Cancel => hint("enter", "press"),
        };
        let mut hints = vec![hint("tab", "next"), enter];
        hints.extend(self.copy_hint(keymap));
        hints.push(hint("page-down", "scroll"));
        hints.push(hint("esc", "close"));
        hints
    }

    /// A key.
    pub(crate) fn key(&mut self, key: Key, world: &World, screen: Rect) -> Outcome {
        let pressed = input::typed(key);
        let is_typed = self.text().is_some() && matches!(pressed, Typed::Edit(_));
        let copies = world.keymap().action(&key) == Some(Action::CopyRequest);
        if let Some(outcome) = self.copy_requests().filter(|_| copies && !is_typed) {
            return outcome;
        }
        if let Some(input) = self.text() {
            match pressed {
                Typed::Edit(edit) => {
                    input.edit(edit);
                    return Outcome::Done;
                }
                Typed::Enter => {
                    // To what is still to be typed, or corrected first: the next Enter must not close
                    // the dialog, and the texts with it.
                    self.focus = self.unmet(world).map_or(Focus::Submit, |(focus, _)| focus);
                    return Outcome::Done;
                }
                _ => {}
            }
        }
        let page = usize::from(screen.height / 2).max(1);
        let action = if self.text().is_some() {
            None
        } else {
            world.keymap().action(&key)
        };
        match (pressed, action) {
            (Typed::Esc, _) | (_, Some(Action::Back)) => self.leave(),
            (Typed::PageUp, _) => self.scroll(self.first.saturating_sub(page)),
            (Typed::PageDown, _) => self.scroll(self.first + page),
            (Typed::Enter, _) | (_, Some(Action::Open)) => self.press(world),
            _ if key.code == KeyCode::Char(' ') => self.switch(),
            (Typed::Tab | Typed::Down, _) | (_, Some(Action::Down | Action::Right)) => {
                self.go(1, world)
            }
            (Typed::BackTab | Typed::Up, _) | (_, Some(Action::Up | Action::Left)) => {
                self.go(usize::MAX, world)
            }
            _ => Outcome::Unused,
        }
    }

    /// A text was pasted.
    pub(crate) fn paste(&mut self, text: &str) {
        if let Some(input) = self.text() {
            input.insert(text);
        }
    }

    /// Keeps the focus on something that is there, and the view inside the text.
    pub(crate) fn sync(&mut self, world: &World, screen: Rect) {
        self.alias = world.alias().map(str::to_owned);
        if !self.stops(world).contains(&self.focus) {
            self.focus = Focus::Cancel;
        }
        let height = usize::from(self.areas(world, screen).content.height);
        let length = self.lines(world, &Styles::plain(), screen).len();
        self.first = scroll::clamp(self.first, height, length);
    }

    /// The first time what is not sent yet is kept from it, so that nobody loses sight of what is;
    /// then the dialog is closed.
    fn leave(&mut self) -> Outcome {
        if !self.is_queued() {
            return Outcome::Back;
        }
        for item in &mut self.items {
            if matches!(item.step, Step::Queued(_)) {
                item.step = Step::NotSent;
            }
        }
        Outcome::Done
    }

    fn scroll(&mut self, first: usize) -> Outcome {
        self.first = first;
        Outcome::Done
    }

    fn switch(&mut self) -> Outcome {
        let Focus::Switch(index) = self.focus else {
            return Outcome::Unused;
        };
        self.switches[index].on = !self.switches[index].on;
        Outcome::AssessMany
    }

    fn press(&mut self, world: &World) -> Outcome {
        match self.focus {
            Focus::Switch(_) | Focus::Reason | Focus::Account | Focus::Confirm => self.go(1, world),
            Focus::Cancel => self.leave(),
            Focus::Submit if self.obstacle(world).is_none() => Outcome::SubmitMany,
            Focus::Submit => Outcome::Unused,
        }
    }

    /// To the next stop, or with the largest number to the one before.
    fn go(&mut self, step: usize, world: &World) -> Outcome {
        let stops = self.stops(world);
        let at = stops.iter().position(|focus| *focus == self.focus);
        let to = at
            .unwrap_or_default()
            .wrapping_add(step)
            .wrapping_add(stops.len());
        self.focus = stops[to % stops.len()];
        Outcome::Done
    }

    /// Where the focus can be, in the order of Tab.
    fn stops(&self, world: &World) -> Vec<Focus> {
        if self.phase == Phase::Sending {
            return vec![Focus::Cancel];
        }
        let mut stops: Vec<Focus> = (0..self.switches.len()).map(Focus::Switch).collect();
        stops.extend(self.prompts(world).iter().map(|prompt| prompt.focus));
        stops.extend(self.obstacle(world).is_none().then_some(Focus::Submit));
        stops.push(Focus::Cancel);
        stops
    }

    /// The first thing that stands in the way of sending.
    fn obstacle(&self, world: &World) -> Option<Obstacle> {
        if let Some(why) = &world.restriction {
            return Some(Obstacle::Restricted(why.clone()));
        }
        if let Some(why) = self.forbidden(world) {
            return Some(Obstacle::Forbidden(why));
        }
        let (open, all) = (self.open(), self.items.len());
        if open > 0 {
            return Some(Obstacle::Checking(all - open, all));
        }
        if self.ready() == 0 {
            return Some(Obstacle::Nothing);
        }
        self.unmet(world).map(|(_, obstacle)| obstacle)
    }
}

#[cfg(test)]
mod tests;
