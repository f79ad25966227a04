//! The requests of several rows as they could be sent by other means: shown below the rows, and copied
//! together, one a line.

use ratatui::text::Line;

use super::{Bulk, Phase, Step};
use crate::{
    config::{Action, Keymap},
    domain::text::harmless,
    tui::{
        dialogs::hint,
        outcome::Outcome,
        theme::Styles,
        widgets::{
            hints::Hint,
            labels::{self, Labelled},
        },
    },
};

impl Bulk {
    /// The requests of the rows that can be sent, in their order.
    fn equivalents(&self) -> Vec<&str> {
        if self.phase == Phase::Sending || self.open() > 0 {
            return Vec::new();
        }
        let all = self.items.iter().filter_map(|item| match &item.step {
            Step::Ready(findings) => Some(findings.equivalent.as_str()),
            _ => None,
        });
        all.filter(|text| !text.is_empty()).collect()
    }

    /// Copies the requests, once all are known.
    pub(super) fn copy_requests(&self) -> Option<Outcome> {
        let all = self.equivalents();
        let what = match all.len() {
            0 => return None,
            1 => "the equivalent request".to_owned(),
            many => format!("{many} equivalent requests"),
        };
        let text = all.join("\n");
        Some(Outcome::Copy { what, text })
    }

    /// The key that does.
    pub(super) fn copy_hint(&self, keymap: &Keymap) -> Option<Hint> {
        let key = keymap.keys(Action::CopyRequest).first()?;
        let any = !self.equivalents().is_empty();
        any.then(|| hint(&key.to_string(), "copy requests"))
    }

    /// The lines that show them.
    pub(super) fn request_lines(&self, styles: &Styles, room: usize) -> Vec<Line<'static>> {
        let all = self.equivalents();
        let label = |text: &str| {
            if text.starts_with("aws ") {
                "AWS CLI"
            } else {
                "Request"
            }
        };
        let all: Vec<Labelled> = all
            .into_iter()
            .map(|text| Labelled::new(label(text), harmless(text)))
            .collect();
        let mut lines = labels::lines(&all, room, styles);
        if !lines.is_empty() {
            lines.insert(0, Line::default());
        }
        lines
    }
}
