//! An action being asked for: what it acts on, what can be filled in, what follows from it, and the
//! button that does it.
//!
//! ```text
//! opened ──> checking ──> ready ──press──> sending ──> closed, and a notice
//!    │           └──> cannot be checked ──again──> checking
//!    │                       ready <── refused, with AWS's words and all that was typed
//!    └── esc at any time; what was sent goes on
//! ```
//!
//! Invariants: the button is enabled only while nothing stands in the way, and [`Form::obstacle`] is
//! the one place that knows what does; the request is bound to the place that the row was read in; a
//! request is sent once, since sending is a state without a button. What only finds something out has
//! no button to send it with: its checks and documents are all there is to it.

mod content;
mod copy;
mod draw;
mod field;
mod focus;
mod obstacle;
mod pending;
mod prompts;
mod subject;

use std::collections::BTreeMap;

use jiff::Timestamp;
use ratatui::layout::Rect;

use self::{field::Field, obstacle::Obstacle, subject::Subjects};
use super::hint;
use crate::{
    config::{Action, Key, KeyCode, Keymap},
    domain::{
        assessment::Assessment,
        collection::{ActionInfo, Destructive, Target, Verb},
        failure::Failure,
        form::{FieldKind, Request, Value},
        place::Place,
        row::Row,
    },
    tui::{
        input::{self, Typed},
        outcome::Outcome,
        remote::{Remote, Ticket},
        store::{Kind, Need},
        theme::Styles,
        widgets::{hints::Hint, scroll, text_input::TextInput},
        world::World,
    },
};

/// An action being asked for.
#[derive(Debug)]
pub(crate) struct Form {
    /// What it acts on; what owns that, until it is chosen.
    kind: Kind,
    action: &'static ActionInfo,
    row: Row,
    place: Place,
    /// The rows to choose from, where it was asked for of what owns them.
    subjects: Option<Subjects>,
    /// Whether its consequences are to be found out, since what it acts on was chosen.
    due: bool,
    /// The name of the account beside its number.
    alias: Option<String>,
    fields: Vec<Field>,
    /// Why it is done, where the user's rules ask for it.
    reason: TextInput,
    /// The account that is typed to confirm, where the user's rules ask for it.
    account: TextInput,
    /// The id that is typed to confirm.
    confirm: TextInput,
    assessment: Remote<Assessment>,
    /// The values that the assessment was asked for.
    assessed: BTreeMap<String, Value>,
    /// The values when they were last looked at.
    seen: BTreeMap<String, Value>,
    /// What is waited for since they changed: that nothing more is typed.
    pause: Option<Ticket>,
    /// Whether the request is to be copied as soon as it is that of these values.
    copying: Copying,
    /// What is sent where nothing is given.
    fills: BTreeMap<String, Value>,
    focus: Focus,
    /// The first line of the content in sight.
    first: usize,
    /// Whether the focus is to be brought into sight.
    moved: bool,
    sending: Option<(Ticket, Timestamp)>,
    failure: Option<Failure>,
    /// Whether what is filled in by itself has been.
    prefilled: bool,
}

/// Whether the request is to be copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Copying {
    Not,
    OnceKnown,
}

/// What the keys go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Focus {
    /// What it acts on, of several.
    Subject,
    Field(usize),
    Reason,
    Account,
    Confirm,
    Submit,
    /// The way out of a failing check, or checking again.
    Extra,
    Cancel,
}

/// Which way the focus or the view goes.
#[derive(Debug, Clone, Copy)]
enum Step {
    Forward,
    Back,
}

impl Form {
    /// The dialog of an action on a row, or on one of those that it owns.
    /// `now` is the moment by which what is not given is filled in.
    pub(crate) fn open(
        kind: Kind,
        action: &'static ActionInfo,
        row: Row,
        place: Place,
        now: Timestamp,
    ) -> Self {
        let shown = action
            .fields
            .iter()
            .filter(|field| !matches!(field.kind, FieldKind::Marker))
            .filter(|field| (action.matters)(&row, field.key));
        let fields: Vec<Field> = shown.map(Field::new).collect();
        // What cannot be left out is asked for first, whatever it is for.
        let needed = fields.iter().position(|field| field.error().is_some());
        let focus = match (needed, action.destructive) {
            (Some(needed), _) => Focus::Field(needed),
            (None, Destructive::No) if !fields.is_empty() => Focus::Field(0),
            _ => Focus::Cancel,
        };
        let subjects = Subjects::of(kind, action, &row);
        Self {
            due: subjects.is_none(),
            subjects,
            kind,
            action,
            row,
            place,
            alias: None,
            fields,
            reason: TextInput::default(),
            account: TextInput::default(),
            confirm: TextInput::default(),
            assessment: Remote::default(),
            assessed: BTreeMap::new(),
            seen: BTreeMap::new(),
            pause: None,
            copying: Copying::Not,
            fills: (action.fills)(now),
            focus,
            first: 0,
            moved: false,
            sending: None,
            failure: None,
            prefilled: false,
        }
    }

    /// The request whose consequences are to be found out, once it is known what it acts on.
    pub(crate) fn take_due(&mut self) -> Option<Request> {
        std::mem::take(&mut self.due).then(|| self.request())
    }

    /// What it cannot do without.
    pub(crate) fn need(&self) -> Option<Need> {
        self.subjects.as_ref().map(Subjects::need)
    }

    /// Takes what was chosen for what it acts on.
    fn choose(&mut self) {
        let Some((kind, row)) = self
            .subjects
            .as_ref()
            .and_then(|subjects| Some((subjects.kind(), subjects.chosen()?.clone())))
        else {
            return;
        };
        (self.kind, self.row) = (kind, row);
        self.due = true;
    }

    /// Its consequences are being found out by this call.
    pub(crate) fn assessing(&mut self, ticket: Ticket, now: Timestamp) {
        self.assessed = self.values();
        self.pause = None;
        self.assessment.ask(ticket, now);
    }

    /// What is filled in by itself, in a dialog that nobody has filled in yet: a row each.
    pub(crate) fn prefill(&mut self, values: &BTreeMap<String, Value>) {
        if std::mem::replace(&mut self.prefilled, true) || !self.values().is_empty() {
            return;
        }
        for (key, value) in values {
            let texts = match value {
                Value::Text(text) => std::slice::from_ref(text),
                Value::Many(texts) => &texts[..],
            };
            let Some(at) = self.fields.iter().position(|f| f.info.key == *key) else {
                continue;
            };
            for (row, text) in texts.iter().enumerate() {
                if row > 0 {
                    let info = self.fields[at].info;
                    self.fields.insert(at + row, Field::new(info));
                }
                if let Some(input) = self.fields[at + row].text_mut() {
                    input.insert(text);
                }
            }
        }
        self.assessed = self.values();
    }

    /// Its consequences are known. Answers whether they were waited for.
    pub(crate) fn assessed(&mut self, ticket: Ticket, result: Result<Assessment, Failure>) -> bool {
        self.assessment.answer(ticket, result)
    }

    /// It is being sent by this call.
    pub(crate) fn sending(&mut self, ticket: Ticket, now: Timestamp) {
        self.sending = Some((ticket, now));
        self.failure = None;
    }

    /// Whether it waits for this call to send it.
    pub(crate) fn awaits(&self, ticket: Ticket) -> bool {
        self.sending.is_some_and(|(own, _)| own == ticket)
    }

    /// It was refused; what was typed stays, and the reason is shown first.
    pub(crate) fn refused(&mut self, failure: Failure) {
        self.sending = None;
        self.failure = Some(failure);
        self.focus = Focus::Cancel;
        self.first = 0;
    }

    /// The call that would be of no use any more when the dialog is closed.
    pub(crate) fn idle_call(&self) -> Option<Ticket> {
        self.assessment.ticket()
    }

    /// Whether something on it counts seconds.
    pub(crate) fn is_busy(&self) -> bool {
        let choosing = self.subjects.as_ref().is_some_and(|s| s.chosen().is_none());
        choosing || self.sending.is_some() || self.assessment.ticket().is_some()
    }

    /// Whether keys go into a text.
    pub(crate) fn is_typing(&self) -> bool {
        match self.focus {
            _ if self.sending.is_some() => false,
            Focus::Field(index) => !self.fields[index].is_toggle(),
            Focus::Reason | Focus::Account | Focus::Confirm => true,
            Focus::Subject | Focus::Submit | Focus::Extra | Focus::Cancel => false,
        }
    }

    /// What its keys do.
    pub(crate) fn hints(&self, keymap: &Keymap) -> Vec<Hint> {
        if self.sending.is_some() {
            return vec![hint("page-down", "scroll"), hint("esc", "close")];
        }
        // What such a dialog is opened for comes first.
        let copies = self.copy_hints(keymap);
        let (mut hints, others) = if self.documents().is_empty() {
            (Vec::new(), copies)
        } else {
            (copies, Vec::new())
        };
        hints.push(hint("tab", "next"));
        hints.push(match self.focus {
            Focus::Subject => hint("space", "another"),
            Focus::Field(index) if self.fields[index].is_toggle() => hint("space", "switch"),
            Focus::Field(_) | Focus::Reason | Focus::Account | Focus::Confirm => {
                hint("enter", "go on")
            }
            Focus::Submit | Focus::Extra | Focus::Cancel => hint("enter", "press"),
        });
        hints.extend(others);
        hints.push(hint("page-down", "scroll"));
        hints.push(hint("shift-tab", "back"));
        hints.push(hint("esc", "close"));
        hints
    }

    /// A key.
    pub(crate) fn key(&mut self, key: Key, world: &World, screen: Rect) -> Outcome {
        // Where a text is typed, a character is a character.
        let is_typed = self.text().is_some() && matches!(input::typed(key), Typed::Edit(_));
        if let Some(outcome) = self.copy(key, world, screen).filter(|_| !is_typed) {
            return outcome;
        }
        if self.sending.is_some() {
            // There is nothing to change any more; only looking and leaving are left.
            return match input::typed(key) {
                Typed::Esc => Outcome::Back,
                Typed::PageUp => self.scroll(screen, Step::Back),
                Typed::PageDown => self.scroll(screen, Step::Forward),
                _ => Outcome::Unused,
            };
        }
        if self.text().is_some() {
            return self.key_in_text(key, world, screen);
        }
        match (key.code, world.keymap().action(&key)) {
            (KeyCode::Esc, _) | (_, Some(Action::Back)) => Outcome::Back,
            (KeyCode::Enter, _) | (_, Some(Action::Open)) => self.press(world),
            (KeyCode::Char(' ') | KeyCode::Right, _) if self.focus == Focus::Subject => {
                self.turn(Step::Forward)
            }
            (KeyCode::Left, _) if self.focus == Focus::Subject => self.turn(Step::Back),
            (KeyCode::Char(' '), _) => match self.focus {
                Focus::Field(index) => {
                    self.fields[index].switch();
                    self.reassess()
                }
                _ => Outcome::Unused,
            },
            (KeyCode::Tab | KeyCode::Down | KeyCode::Right, _)
            | (_, Some(Action::NextTab | Action::Down | Action::Right)) => {
                self.go(Step::Forward, world)
            }
            (KeyCode::BackTab | KeyCode::Up | KeyCode::Left, _)
            | (_, Some(Action::PreviousTab | Action::Up | Action::Left)) => {
                self.go(Step::Back, world)
            }
            (KeyCode::PageUp, _) | (_, Some(Action::PageUp)) => self.scroll(screen, Step::Back),
            (KeyCode::PageDown, _) | (_, Some(Action::PageDown)) => {
                self.scroll(screen, Step::Forward)
            }
            _ => Outcome::Unused,
        }
    }

    /// A text was pasted.
    pub(crate) fn paste(&mut self, text: &str) {
        if self.sending.is_none()
            && let Some(input) = self.text()
        {
            input.insert(text);
        }
    }

    /// Keeps an empty row below the last one of several, the focus on something that is there, and in
    /// sight where it moved.
    pub(crate) fn sync(&mut self, world: &World, screen: Rect) {
        self.add_rows();
        if self.sending.is_none() && self.subjects.as_mut().is_some_and(|s| s.sync(world)) {
            self.choose();
        }
        self.alias = world.alias().map(str::to_owned);
        if self.sending.is_none() && !self.stops(world).contains(&self.focus) {
            self.focus = Focus::Cancel;
        }
        let content = self.content(&Styles::plain(), screen);
        let height = usize::from(self.areas(world, screen).content.height);
        if std::mem::take(&mut self.moved) {
            let shown = match self.focus {
                Focus::Field(index) => content.fields.get(index).cloned(),
                // Whoever confirms sees what is lost, or as much of it as there is room for.
                Focus::Reason | Focus::Account | Focus::Confirm | Focus::Submit => {
                    let warnings = content.warnings;
                    let end = warnings.end.min(warnings.start + height);
                    (!warnings.is_empty()).then_some(warnings.start..end)
                }
                Focus::Subject => Some(content.subject),
                Focus::Extra | Focus::Cancel => None,
            };
            if let Some(lines) = shown {
                self.first = scroll::reveal(self.first, lines.start, lines.end, height);
            }
        }
        self.first = scroll::clamp(self.first, height, content.lines.len());
    }

    fn key_in_text(&mut self, key: Key, world: &World, screen: Rect) -> Outcome {
        match input::typed(key) {
            Typed::Edit(edit) => {
                if let Some(input) = self.text() {
                    input.edit(edit);
                }
                Outcome::Done
            }
            Typed::Enter => self.go_on(world),
            Typed::Esc => Outcome::Back,
            Typed::Tab | Typed::Down => self.go(Step::Forward, world),
            Typed::BackTab | Typed::Up => self.go(Step::Back, world),
            Typed::PageUp => self.scroll(screen, Step::Back),
            Typed::PageDown => self.scroll(screen, Step::Forward),
            Typed::Other => Outcome::Unused,
        }
    }

    /// The text that the focus is in.
    fn text(&mut self) -> Option<&mut TextInput> {
        match self.focus {
            Focus::Field(index) => self.fields[index].text_mut(),
            Focus::Reason => Some(&mut self.reason),
            Focus::Account => Some(&mut self.account),
            Focus::Confirm => Some(&mut self.confirm),
            _ => None,
        }
    }

    fn scroll(&mut self, screen: Rect, step: Step) -> Outcome {
        let page = usize::from(screen.height / 2).max(1);
        self.first = match step {
            Step::Forward => self.first + page,
            Step::Back => self.first.saturating_sub(page),
        };
        Outcome::Done
    }

    fn request(&self) -> Request {
        let mut request = Request {
            service: self.kind.service.id.to_owned(),
            action: self.action.id.to_owned(),
            target: match self.action.target {
                Target::Place => self.place.region.to_string(),
                _ => self.row.id.clone(),
            },
            values: self.values(),
            place: self.place.clone(),
        };
        request.complete(self.fills.clone());
        request
    }

    fn add_rows(&mut self) {
        let mut index = 0;
        while index < self.fields.len() {
            let info = self.fields[index].info;
            let is_last = self
                .fields
                .get(index + 1)
                .is_none_or(|next| next.info.key != info.key);
            if is_last && self.fields[index].is_filled_row() {
                self.fields.insert(index + 1, Field::new(info));
            }
            index += 1;
        }
    }

    fn values(&self) -> BTreeMap<String, Value> {
        let mut values = BTreeMap::new();
        for field in &self.fields {
            field.add_to(&mut values);
        }
        values
    }

    /// Whether it finds something out and sends nothing.
    fn is_inspection(&self) -> bool {
        self.action.verb == Verb::Inspect
    }
}

#[cfg(test)]
mod tests;
