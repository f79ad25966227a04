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

mod draw;

use std::collections::BTreeMap;

use ratatui::layout::Rect;

use super::hint;
use crate::{
    config::{Action, Key, KeyCode},
    domain::{
        assessment::{Assessment, Confirmation, Verdict},
        collection::{ActionInfo, Destructive},
        failure::Failure,
        form::{FieldInfo, FieldKind, Request, Value},
        operation::{Operation, OperationId},
        place::Place,
        row::Row,
    },
    operations::Consent,
    tui::{
        effect::Effect,
        format,
        input::{self, Typed},
        outcome::Outcome,
        remote::Ticket,
        store::Kind,
        theme::Styles,
        widgets::{hints::Hint, scroll, text_input::TextInput},
        world::World,
    },
};

/// How many calls are under way at once: enough to be quick, and few enough for AWS's limits.
const AT_ONCE: usize = 4;

/// An action on several rows.
#[derive(Debug)]
pub(crate) struct Bulk {
    kind: Kind,
    action: &'static ActionInfo,
    items: Vec<Item>,
    switches: Vec<Switch>,
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

/// One of the rows.
#[derive(Debug)]
struct Item {
    id: String,
    name: String,
    place: Place,
    step: Step,
}

/// Where one row stands.
#[derive(Debug)]
enum Step {
    Waiting,
    Checking(Ticket),
    Ready(Box<Findings>),
    /// It is not sent, and why.
    Refused(String),
    Queued(Consent),
    Sending(Ticket),
    Sent(OperationId),
    /// It was sent, or was to be, and nothing came of it.
    Failed(String),
    /// The user stopped before it was its turn.
    NotSent,
}

/// What is to be known of a row that can be sent.
#[derive(Debug)]
struct Findings {
    warnings: Vec<String>,
    /// What could not be found out.
    unknown: Vec<String>,
    consent: Consent,
}

/// What the keys go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Focus {
    Switch(usize),
    Confirm,
    Submit,
    Cancel,
}

/// What stands in the way of sending.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Obstacle {
    /// Changes are refused altogether.
    Restricted(String),
    /// Not all is known yet: so many of so many are.
    Checking(usize, usize),
    /// No row can be sent.
    Nothing,
    /// The number that confirms it is not typed yet.
    Unconfirmed,
    /// What was typed is another number.
    WrongNumber,
}

impl Bulk {
    /// The dialog of an action on these rows, each in its place.
    pub(crate) fn new(kind: Kind, action: &'static ActionInfo, rows: Vec<(Row, Place)>) -> Self {
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
            switches,
            confirm: TextInput::default(),
            phase: Phase::Asking,
            focus: Focus::Cancel,
            first: 0,
        }
    }

    /// The next call to be made, under this ticket; nothing where enough are under way or none is
    /// left. Called until there is none.
    pub(crate) fn next(&mut self, ticket: Ticket) -> Option<Effect> {
        let under_way = |item: &&Item| matches!(item.step, Step::Checking(_) | Step::Sending(_));
        if self.items.iter().filter(under_way).count() >= AT_ONCE {
            return None;
        }
        let at = self
            .items
            .iter()
            .position(|item| matches!(item.step, Step::Waiting | Step::Queued(_)))?;
        let request = self.request(at);
        match std::mem::replace(&mut self.items[at].step, Step::Checking(ticket)) {
            Step::Queued(consent) => {
                self.items[at].step = Step::Sending(ticket);
                Some(Effect::Submit(ticket, request, consent))
            }
            _ => Some(Effect::Assess(ticket, request)),
        }
    }

    /// The consequences for one row are known. Answers whether they were waited for.
    pub(crate) fn assessed(&mut self, ticket: Ticket, result: Result<Assessment, Failure>) -> bool {
        let checking = |item: &&mut Item| matches!(item.step, Step::Checking(own) if own == ticket);
        let Some(item) = self.items.iter_mut().find(checking) else {
            return false;
        };
        item.step = match result {
            Ok(assessment) => found(assessment),
            Err(failure) => Step::Refused(format!(
                "it could not be checked: {}",
                format::failure(&failure).join(" ")
            )),
        };
        true
    }

    /// One row's request was sent, or was not. Answers whether that was waited for.
    pub(crate) fn submitted(
        &mut self,
        ticket: Ticket,
        result: &Result<Operation, Failure>,
    ) -> bool {
        let sending = |item: &&mut Item| matches!(item.step, Step::Sending(own) if own == ticket);
        let Some(item) = self.items.iter_mut().find(sending) else {
            return false;
        };
        item.step = match result {
            // AWS's refusal is an operation too, one that failed.
            Ok(operation) => match operation.as_failure() {
                Some(failure) => Step::Failed(failure.reason()),
                None => Step::Sent(operation.id.clone()),
            },
            Err(failure) => Step::Failed(format::failure(failure).join(" ")),
        };
        true
    }

    /// Everything is to be checked again; answers the calls that are of no use any more.
    pub(crate) fn restart(&mut self) -> Vec<Ticket> {
        let idle = self.idle_calls();
        for item in &mut self.items {
            item.step = Step::Waiting;
        }
        self.confirm = TextInput::default();
        idle
    }

    /// What can be sent is to be sent.
    pub(crate) fn send(&mut self) {
        self.phase = Phase::Sending;
        self.focus = Focus::Cancel;
        let ready = |item: &&Item| matches!(item.step, Step::Ready(_));
        let batch = self.items.iter().filter(ready).count();
        for item in &mut self.items {
            if let Step::Ready(findings) = &item.step {
                item.step = Step::Queued(Consent {
                    batch,
                    ..findings.consent.clone()
                });
            }
        }
    }

    /// The calls that would be of no use any more when the dialog is closed.
    pub(crate) fn idle_calls(&self) -> Vec<Ticket> {
        let checking = |item: &Item| match item.step {
            Step::Checking(ticket) => Some(ticket),
            _ => None,
        };
        self.items.iter().filter_map(checking).collect()
    }

    /// Whether something is under way.
    pub(crate) fn is_busy(&self) -> bool {
        let under_way = |item: &Item| {
            matches!(
                item.step,
                Step::Waiting | Step::Checking(_) | Step::Queued(_) | Step::Sending(_)
            )
        };
        self.items.iter().any(under_way)
    }

    /// What its keys do.
    pub(crate) fn hints(&self) -> Vec<Hint> {
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
            Focus::Confirm => hint("enter", "go on"),
            Focus::Submit | Focus::Cancel => hint("enter", "press"),
        };
        vec![
            hint("tab", "next"),
            enter,
            hint("page-down", "scroll"),
            hint("esc", "close"),
        ]
    }

    /// A key.
    pub(crate) fn key(&mut self, key: Key, world: &World, screen: Rect) -> Outcome {
        let pressed = input::typed(key);
        if self.focus == Focus::Confirm {
            match pressed {
                Typed::Edit(edit) => {
                    self.confirm.edit(edit);
                    return Outcome::Done;
                }
                Typed::Enter => {
                    // It stays in a number that has to be corrected first.
                    if self.obstacle(world).is_none() {
                        self.focus = Focus::Submit;
                    }
                    return Outcome::Done;
                }
                _ => {}
            }
        }
        let page = usize::from(screen.height / 2).max(1);
        let action = if self.focus == Focus::Confirm {
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
        if self.focus == Focus::Confirm {
            self.confirm.insert(text);
        }
    }

    /// Keeps the focus on something that is there, and the view inside the text.
    pub(crate) fn sync(&mut self, world: &World, screen: Rect) {
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

    fn is_queued(&self) -> bool {
        let queued = |item: &Item| matches!(item.step, Step::Queued(_));
        self.items.iter().any(queued)
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
            Focus::Switch(_) | Focus::Confirm => self.go(1, world),
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
        match self.obstacle(world) {
            None => {
                stops.extend(self.is_typed().then_some(Focus::Confirm));
                stops.push(Focus::Submit);
            }
            Some(Obstacle::Unconfirmed | Obstacle::WrongNumber) => stops.push(Focus::Confirm),
            Some(_) => {}
        }
        stops.push(Focus::Cancel);
        stops
    }

    /// How many rows can be sent.
    fn ready(&self) -> usize {
        let ready = |item: &&Item| matches!(item.step, Step::Ready(_));
        self.items.iter().filter(ready).count()
    }

    /// Whether the number of rows must be typed.
    fn is_typed(&self) -> bool {
        self.action.destructive != Destructive::No && self.ready() > 1
    }

    fn obstacle(&self, world: &World) -> Option<Obstacle> {
        if let Some(why) = &world.restriction {
            return Some(Obstacle::Restricted(why.clone()));
        }
        let open = |item: &&Item| matches!(item.step, Step::Waiting | Step::Checking(_));
        let open = self.items.iter().filter(open).count();
        if open > 0 {
            let all = self.items.len();
            return Some(Obstacle::Checking(all - open, all));
        }
        if self.ready() == 0 {
            return Some(Obstacle::Nothing);
        }
        if !self.is_typed() {
            return None;
        }
        let wanted = self.ready().to_string();
        match self.confirm.text() {
            typed if typed == wanted => None,
            typed if wanted.starts_with(typed) => Some(Obstacle::Unconfirmed),
            _ => Some(Obstacle::WrongNumber),
        }
    }

    fn request(&self, at: usize) -> Request {
        let item = &self.items[at];
        let on = self.switches.iter().filter(|switch| switch.on);
        let values: BTreeMap<String, Value> = on
            .map(|switch| (switch.info.key.to_owned(), Value::Text("true".to_owned())))
            .collect();
        Request {
            service: self.kind.service.id.to_owned(),
            action: self.action.id.to_owned(),
            target: item.id.clone(),
            values,
            place: item.place.clone(),
        }
    }
}

/// What an assessment means for one row of many.
fn found(assessment: Assessment) -> Step {
    if let Some(check) = assessment.obstacle() {
        let why = match &check.verdict {
            Verdict::Failed(why) | Verdict::Passed(why) | Verdict::Unknown(why) => why,
        };
        return Step::Refused(format!("{}: {why}", check.label));
    }
    let yes = match assessment.confirmation {
        Confirmation::Button => false,
        Confirmation::Ask { .. } => true,
        Confirmation::Type { noun, .. } => {
            return Step::Refused(format!(
                "it needs the {noun}'s id typed, so it has to be done by itself"
            ));
        }
    };
    let unknown = assessment.checks.iter().filter_map(|check| {
        let Verdict::Unknown(why) = &check.verdict else {
            return None;
        };
        Some(format!("{} cannot be told: {why}", check.label))
    });
    Step::Ready(Box::new(Findings {
        unknown: unknown.collect(),
        warnings: assessment.warnings,
        consent: Consent {
            yes,
            ..Consent::default()
        },
    }))
}

#[cfg(test)]
mod tests;
