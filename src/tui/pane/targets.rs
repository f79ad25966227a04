//! What is acted on in a list: the marked rows, or, where none is marked, the one under the cursor.

use std::collections::HashMap;

use super::Pane;
use crate::{
    config::Action,
    domain::row::{Row, RowKey, Tone},
    tui::{offers::Target, outcome::Outcome, store::Kind, world::World},
};

impl Pane {
    /// What its rows are, where there is one to act on.
    pub(crate) fn acts_on(&self, world: &World) -> Option<Kind> {
        let acts = !self.marks.is_empty() || self.selected(world).is_some();
        acts.then_some(self.kind())
    }

    /// What is acted on here: the marked rows, or, where none is, the one under the cursor.
    pub(crate) fn target<'w>(&self, world: &'w World) -> Option<Target<'w>> {
        let rows = self.marked(world);
        if rows.is_empty() {
            return Some(Target::row(self.kind(), self.selected(world)?));
        }
        Some(Target {
            kind: self.kind(),
            rows,
            is_marked: true,
        })
    }

    /// The marked rows as they stand, those that the filter hides after the others.
    pub(crate) fn marked<'w>(&self, world: &'w World) -> Vec<&'w Row> {
        let Some(listing) = self.rows(world).filter(|_| !self.marks.is_empty()) else {
            return Vec::new();
        };
        let mut places = self.marks.places(listing);
        let shown = (0..self.filter.len()).filter_map(|at| Some((self.filter.place(at)?, at)));
        let shown: HashMap<usize, usize> = shown.collect();
        places.sort_by_key(|place| shown.get(place).copied().unwrap_or(usize::MAX));
        let rows = places.into_iter().filter_map(|place| listing.get(place));
        rows.collect()
    }

    /// A key that has to do with marks.
    pub(super) fn mark(&mut self, action: Action, world: &World) -> Outcome {
        let (Some(listing), Some(place)) = (self.rows(world), self.filter.place(self.at)) else {
            return Outcome::Unused;
        };
        match action {
            Action::Mark => {
                self.marks.switch(place);
                self.select(self.at + 1, Some(listing));
            }
            Action::MarkRange => {
                let from = self
                    .marks
                    .last()
                    .and_then(|place| self.filter.position(place))
                    .unwrap_or(self.at);
                let range = from.min(self.at)..=from.max(self.at);
                self.marks
                    .add(self.filter.places().get(range).unwrap_or_default());
            }
            // What is shown is more than what was asked for.
            Action::MarkAll if self.is_misunderstood() => {
                let text = format!("{}: the filter cannot be understood", action.label());
                return Outcome::Say(Tone::Warning, text);
            }
            Action::MarkAll => self.marks.add(self.filter.places()),
            Action::Unmark if !self.marks.is_empty() => self.marks.clear(),
            _ => return Outcome::Unused,
        }
        Outcome::Done
    }

    /// Marks these rows and no others.
    pub(crate) fn mark_only(&mut self, keys: &[RowKey], world: &World) {
        if let Some(listing) = world.store.rows(&self.key) {
            self.marks.replace(keys, listing);
        }
    }
}
