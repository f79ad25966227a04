//! How a watched operation is doing, on standard error: lines, one for each change.

use std::collections::HashMap;

use super::output::message;
use crate::domain::{
    clock::Clock,
    operation::{Operation, OperationId},
    text::harmless,
    time,
};

/// Says what changes, once.
pub(super) struct Progress {
    clock: Clock,
    said: HashMap<OperationId, String>,
}

impl Progress {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            said: HashMap::new(),
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
        let parts = [
            Some(format!("{} {}", operation.id, operation.lifecycle.status())),
            percent.map(|percent| format!(" {percent}%")),
            stage.map(|stage| format!(" {}", harmless(stage))),
            operation
                .resource
                .as_deref()
                .map(|resource| format!(" ({})", harmless(resource))),
            reason.map(|reason| format!(": {}", harmless(reason))),
        ];
        let text: String = parts.into_iter().flatten().collect();
        if self.said.get(&operation.id) != Some(&text) {
            let elapsed = time::age(operation.requested_at, self.clock.now());
            let expected = operation
                .expected
                .as_ref()
                .filter(|_| !operation.is_finished())
                .map(|expected| format!(", expected: {expected} (estimate)"))
                .unwrap_or_default();
            message(&format!("{text}, after {elapsed}{expected}"));
            self.said.insert(operation.id.clone(), text);
        }
    }

    /// Nothing more will be said.
    pub(super) fn end(&mut self) {
        self.said.clear();
    }
}
