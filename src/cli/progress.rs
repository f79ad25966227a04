//! How a watched operation is doing, on standard error: a line for each change, and, on a terminal, one
//! line that is written over while nothing but a percentage changes.

use std::{
    collections::HashMap,
    io::{self, IsTerminal},
};

use super::output::{clear_status, message, status};
use crate::domain::{
    clock::Clock,
    format::bar,
    operation::{Operation, OperationId},
    pace::Pace,
    text::harmless,
    time,
};

/// The cells of the bar.
const BAR: usize = 20;

/// Says what changes, once.
pub(super) struct Progress {
    clock: Clock,
    said: HashMap<OperationId, String>,
    /// Whether there is a terminal to draw a bar on.
    draws: bool,
    is_open: bool,
}

impl Progress {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            said: HashMap::new(),
            draws: io::stderr().is_terminal(),
            is_open: false,
        }
    }

    /// Says how an operation is doing, unless that was said already.
    pub(super) fn show(&mut self, operation: &Operation) {
        let running = !operation.is_finished();
        let percent = operation.lifecycle.percent().filter(|_| running);
        // AWS's word adds nothing where it is the status itself: completed, failed.
        let says_more = |stage: &&str| {
            !stage.is_empty() && !stage.eq_ignore_ascii_case(operation.lifecycle.status())
        };
        let stage = operation.stage.as_deref().filter(says_more);
        let reason = operation.reason.as_deref().filter(|_| running);
        // A line that only moves is drawn again in its place, where only one is watched.
        let drawn = percent.filter(|_| self.draws && self.said.len() <= 1);
        let parts = [
            Some(format!("{} {}", operation.id, operation.lifecycle.status())),
            percent
                .filter(|_| drawn.is_none())
                .map(|percent| format!(" {percent}%")),
            stage.map(|stage| format!(" {}", harmless(stage))),
            operation
                .resource
                .as_deref()
                .map(|resource| format!(" ({})", harmless(resource))),
            reason.map(|reason| format!(": {}", harmless(reason))),
        ];
        let text: String = parts.into_iter().flatten().collect();
        let pace = Pace::of(operation, self.clock.now()).map(Pace::in_words);
        if self.said.get(&operation.id) != Some(&text) {
            self.close();
            let elapsed = time::age(operation.requested_at, self.clock.now());
            let expected = operation
                .expected
                .as_ref()
                .filter(|_| running && pace.is_none())
                .map(|expected| format!(", expected: {expected} (estimate)"));
            let left = pace.as_ref().filter(|_| drawn.is_none());
            let left = left.map(|left| format!(", {left}"));
            let more = left.or(expected).unwrap_or_default();
            message(&format!("{text}, after {elapsed}{more}"));
            self.said.insert(operation.id.clone(), text);
        }
        if let Some(percent) = drawn {
            let left = pace.map(|left| format!("  {left}")).unwrap_or_default();
            status(&format!("  {} {percent}%{left}", bar(percent, BAR)));
            self.is_open = true;
        }
    }

    fn close(&mut self) {
        if self.is_open {
            clear_status();
            self.is_open = false;
        }
    }

    /// Nothing more will be said.
    pub(super) fn end(&mut self) {
        self.close();
        self.said.clear();
    }
}
