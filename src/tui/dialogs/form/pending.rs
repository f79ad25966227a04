//! What is filled in and not accounted for yet: when what follows from it is found out again.
//!
//! Invariant: while somebody types nothing is asked; a timer that was overtaken by more typing asks for
//! nothing.

use super::{Copying, Form};
use crate::{
    domain::form::Request,
    tui::{
        outcome::Outcome,
        remote::{State, Ticket},
    },
};

impl Form {
    /// Whether something was filled in since this was last asked whose consequences are not known.
    pub(crate) fn is_edited(&mut self) -> bool {
        let values = self.values();
        if values == self.seen {
            return false;
        }
        self.seen = values;
        (self.pause, self.copying) = (None, Copying::Not);
        self.sending.is_none() && matches!(self.reassess(), Outcome::Assess(_))
    }

    /// What was filled in waits for this timer, by which nothing more is.
    pub(crate) fn pauses(&mut self, pause: Ticket) {
        self.pause = Some(pause);
    }

    /// Whether it does.
    pub(crate) fn is_typed_into(&self) -> bool {
        self.pause.is_some()
    }

    /// This timer ran out. What it was waited for with, where it was that one.
    pub(crate) fn end_of(&mut self, pause: Ticket) -> Option<Request> {
        self.pause.take_if(|own| *own == pause)?;
        match self.reassess() {
            Outcome::Assess(request) if self.sending.is_none() => Some(request),
            _ => None,
        }
    }

    /// Whether what is known follows from what is filled in.
    pub(super) fn is_current(&self) -> bool {
        *self.assessment.state() == State::Loaded && self.values() == self.assessed
    }

    /// The consequences of what was filled in, where it changed since they were asked for.
    pub(super) fn reassess(&self) -> Outcome {
        let sound = self.fields.iter().all(|field| field.error().is_none());
        let known = self.subjects.as_ref().is_none_or(|s| s.chosen().is_some());
        if known && sound && self.values() != self.assessed {
            Outcome::Assess(self.request())
        } else {
            Outcome::Done
        }
    }
}
