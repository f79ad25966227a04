//! What is known of a row: member by member, as JSON, or as a file.

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use super::ResourceScreen;
use crate::{
    config::Action,
    domain::{
        collection::Show,
        export::{self, Format},
        recovery::chart,
        row::{Cell, Row, Tone},
        text::harmless,
    },
    tui::{
        format, json, offers,
        outcome::View,
        pane,
        remote::State,
        theme::Styles,
        widgets::{
            labels::{self, Labelled, marked},
            text::head,
        },
        world::World,
    },
};

impl ResourceScreen {
    /// What is said of the overview beside the tabs.
    pub(super) fn status(&self, world: &World, styles: &Styles) -> Line<'static> {
        match world.store.state(&self.source) {
            State::Loading { since, .. } => Line::styled(
                format!("loading{}", pane::seconds(*since, world)),
                styles.tone(Tone::Busy),
            ),
            State::Failed(_) | State::Cancelled => {
                Line::styled("not up to date", styles.tone(Tone::Warning))
            }
            _ if self.is_gone(world) => Line::styled("no longer there", styles.tone(Tone::Warning)),
            _ => Line::styled(world.age(&self.source).unwrap_or_default(), styles.faint),
        }
    }

    /// The lines of the overview.
    pub(super) fn overview(
        &self,
        world: &World,
        styles: &Styles,
        area: Rect,
    ) -> Vec<Line<'static>> {
        let room = usize::from(area.width).saturating_sub(4);
        let row = self.row(world);
        let mut lines = vec![Line::default()];
        if let State::Failed(failures) = world.store.state(&self.source) {
            let again = offers::key(world.keymap(), Action::Refresh);
            let heading = if self.named && self.known(world).is_none() {
                "It could not be loaded"
            } else {
                "What is shown may be old; it could not be loaded again"
            };
            for failure in failures {
                lines.extend(pane::failed(failure, heading, &again, styles, room));
            }
            lines.push(Line::default());
        }
        if self.view == View::Json {
            lines.extend(self.as_json(world, room));
            return indented(lines);
        }
        let reasons = world.attention(self.kind, row);
        for reason in &reasons {
            let mark = styles.marks.tone(Tone::Warning);
            let text = format::sentence(&harmless(reason));
            let style = styles.tone(Tone::Warning);
            lines.extend(marked(mark, style, &text, Style::new(), room));
        }
        if !reasons.is_empty() {
            lines.push(Line::default());
        }
        let members: Vec<Labelled> = self
            .kind
            .collection
            .members
            .iter()
            .filter_map(|member| {
                let text = format::member(row, member, world.now);
                // What is said above in a sentence is not said twice.
                let is_said = |reason: &String| reason.ends_with(&format!(": {text}"));
                if reasons.iter().any(is_said) {
                    return None;
                }
                let (value, style) = match member.show {
                    Show::State if !text.is_empty() => state(row, &text, styles),
                    _ if text.is_empty() => return None,
                    // What AWS does not say of this one would only push the rest out of sight.
                    _ if text == format::ABSENT => return None,
                    _ => match row.cell(member.key) {
                        Cell::Days(days) => (chart(days, styles.marks.days), Style::new()),
                        _ => (text.into_owned(), Style::new()),
                    },
                };
                Some(Labelled {
                    label: member.label.to_owned(),
                    value,
                    style,
                })
            })
            .collect();
        lines.extend(labels::lines(&members, room, styles));
        indented(lines)
    }

    fn as_json(&self, world: &World, room: usize) -> Vec<Line<'static>> {
        let text = json::pretty(self.kind, self.row(world));
        let lines = text.lines();
        lines.flat_map(|line| broken(line, room)).collect()
    }

    /// What the open tab shows as a file: its rows, or the row with all that is known of it.
    pub(crate) fn written(&self, format: Format, world: &World) -> String {
        if let Some(pane) = self.pane() {
            return pane.written(format, world);
        }
        let row = self.row(world);
        match format {
            Format::Csv => {
                let own = ["id", "name", "state", "region", "account"];
                let members = row.cells.iter().map(|(key, _)| *key);
                let keys: Vec<&str> = own.into_iter().chain(members).collect();
                export::csv(&keys, std::iter::once(row))
            }
            Format::Json => json::pretty(self.kind, row) + "\n",
        }
    }
}

/// A line broken where it ends, its blanks kept.
fn broken(line: &str, room: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut rest = line;
    loop {
        let part = match head(rest, room.max(1)) {
            // A wide character in a single cell: it cannot be shown, and must not stop us.
            "" => rest,
            part => part,
        };
        lines.push(Line::raw(part.to_owned()));
        rest = &rest[part.len()..];
        if rest.is_empty() {
            return lines;
        }
    }
}

/// The lines with two cells free in front.
fn indented(lines: Vec<Line<'static>>) -> Vec<Line<'static>> {
    lines
        .into_iter()
        .map(|mut line| {
            line.spans.insert(0, Span::raw("  "));
            line
        })
        .collect()
}

fn state(row: &Row, text: &str, styles: &Styles) -> (String, Style) {
    let tone = row.state.tone;
    (
        format!("{} {text}", styles.marks.tone(tone)),
        styles.tone(tone),
    )
}
