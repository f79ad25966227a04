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
        let mut text = format!("{} {}", operation.id, operation.lifecycle.status());
        if let Some(percent) = operation
            .lifecycle
            .percent()
            .filter(|_| !operation.is_finished())
        {
            text.push_str(&format!(" {percent}%"));
        }
        if let Some(stage) = operation.stage.as_deref().filter(|stage| !stage.is_empty()) {
            text.push_str(&format!(" {}", harmless(stage)));
        }
        if let Some(resource) = &operation.resource {
            text.push_str(&format!(" ({})", harmless(resource)));
        }
        if let (false, Some(reason)) = (operation.is_finished(), &operation.reason) {
            text.push_str(&format!(": {}", harmless(reason)));
        }
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
