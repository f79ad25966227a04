//! What a form says, from top to bottom.

use std::ops::Range;

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use super::{Focus, Form, Obstacle, field::Field};
use crate::{
    domain::{
        assessment::{Assessment, Check, Document, Verdict},
        collection::Destructive,
        row::Tone,
        text::harmless,
    },
    tui::{
        format,
        pane::seconds,
        remote::State,
        theme::Styles,
        widgets::{
            gauge::gauge,
            labels::{self, Labelled, marked, paragraph},
            text::{head, width},
            text_input::TextInput,
        },
        world::World,
    },
};

/// On a screen that is lower than this, what a form acts on would push what is lost out of sight.
const LOW: u16 = 20;

/// The lines of a form that scroll.
pub(super) struct Content {
    pub(super) lines: Vec<Line<'static>>,
    /// The lines of what it acts on, where that is one of several.
    pub(super) subject: Range<usize>,
    /// The lines of each field.
    pub(super) fields: Vec<Range<usize>>,
    /// The line that each text is typed into.
    pub(super) inputs: Vec<Option<usize>>,
    /// The lines that say what is lost.
    pub(super) warnings: Range<usize>,
    /// The lines of each text to take away.
    pub(super) documents: Vec<Range<usize>>,
}

impl Form {
    /// The lines that scroll: what it acts on, what can be filled in, what follows from it.
    pub(super) fn content(&self, styles: &Styles, screen: Rect) -> Content {
        let room = usize::from(super::draw::room(screen));
        let mut content = Content {
            lines: Vec::new(),
            subject: 0..0,
            fields: Vec::new(),
            inputs: Vec::new(),
            warnings: 0..0,
            documents: Vec::new(),
        };
        let lines = &mut content.lines;
        let bad = styles.tone(Tone::Bad);
        if let Some(failure) = &self.failure {
            let heading = format!("{} was not done", self.action.title);
            lines.extend(marked(
                styles.marks.tone(Tone::Bad),
                bad,
                &heading,
                styles.strong,
                room,
            ));
            for text in format::failure(failure) {
                lines.extend(marked(" ", bad, &text, Style::new(), room));
            }
            lines.push(Line::default());
        }
        let low = screen.height < LOW && self.action.destructive == Destructive::Live;
        if let Some(assessment) = self.assessment.value().filter(|_| low) {
            // The id that has to be typed is named below in any case.
            lines.extend(warnings(assessment, styles, room));
            lines.push(Line::default());
        }
        lines.extend(labels::lines(&self.facts(), room, styles));
        if let Some(assessment) = self.assessment.value() {
            // What forbids it comes before what could be filled in for nothing.
            lines.extend(checks(assessment, true, styles, room));
        }
        let subject = self.subject_lines(styles, room);
        if !subject.is_empty() {
            content.lines.push(Line::default());
            content.subject = content.lines.len()..content.lines.len() + subject.len();
            content.lines.extend(subject);
        }
        for (index, field) in self.fields.iter().enumerate() {
            content.lines.push(Line::default());
            let from = content.lines.len();
            let focused = self.focus == Focus::Field(index);
            content
                .lines
                .extend(field_lines(field, focused, styles, room));
            content.inputs.push(field.text().map(|_| from + 1));
            content.fields.push(from..content.lines.len());
        }
        if let Some(assessment) = self.assessment.value() {
            if !low && !assessment.warnings.is_empty() {
                content.lines.push(Line::default());
                let from = content.lines.len();
                content.lines.extend(warnings(assessment, styles, room));
                content.warnings = from..content.lines.len();
            }
            let unclear = self.unclear();
            content
                .lines
                .extend(consequences(assessment, unclear, styles, room));
        }
        for document in self.documents() {
            content.lines.push(Line::default());
            let from = content.lines.len();
            content.lines.extend(document_lines(document, styles, room));
            content.documents.push(from..content.lines.len());
        }
        if let State::Failed(failures) = self.assessment.state() {
            content.lines.push(Line::default());
            for failure in failures {
                let heading = "What follows from this could not be found out";
                let mark = styles.marks.tone(Tone::Bad);
                content
                    .lines
                    .extend(marked(mark, bad, heading, styles.strong, room));
                for text in format::failure(failure) {
                    content
                        .lines
                        .extend(marked(" ", bad, &text, Style::new(), room));
                }
            }
        }
        content
    }

    /// Why the request is not known that follows from what is filled in.
    fn unclear(&self) -> Option<&'static str> {
        if self.is_current() {
            return None;
        }
        let sound = self.fields.iter().all(|field| field.error().is_none());
        Some(if sound {
            "being worked out again"
        } else {
            "worked out again once what is filled in is right"
        })
    }

    /// What it acts on, where that is one of several: which one, and that it can be another.
    fn subject_lines(&self, styles: &Styles, room: usize) -> Vec<Line<'static>> {
        let Some(subjects) = self.subjects.as_ref().filter(|s| s.is_choice()) else {
            return Vec::new();
        };
        let (Some(row), Some((at, of))) = (subjects.chosen(), subjects.standing()) else {
            return Vec::new();
        };
        let focused = self.focus == Focus::Subject;
        let label = capitalized(subjects.kind().collection.noun);
        let count = format!("{at}/{of}");
        let gap = room.saturating_sub(width(&label) + count.len());
        let style = if focused { styles.strong } else { styles.text };
        let name = row.name.as_deref().unwrap_or(&row.id);
        let value = if focused {
            styles.selected
        } else {
            styles.text
        };
        vec![
            Line::from(vec![
                Span::styled(label, style),
                Span::raw(" ".repeat(gap)),
                Span::styled(count, styles.faint),
            ]),
            Line::from(Span::styled(format!("< {} >", harmless(name)), value)),
            Line::styled("The space bar chooses another one", styles.faint),
        ]
    }

    /// The line above the buttons: what stands in the way, or what is going on.
    pub(super) fn state_lines(
        &self,
        world: &World,
        styles: &Styles,
        room: usize,
    ) -> Vec<Line<'static>> {
        let say = |tone: Tone, text: &str| {
            marked(
                styles.marks.tone(tone),
                styles.tone(tone),
                text,
                Style::new(),
                room,
            )
        };
        match self.obstacle(world) {
            None | Some(Obstacle::Unconfirmed | Obstacle::NoAccount) => Vec::new(),
            // There is nothing to be sent; the checks above say what was found.
            Some(Obstacle::Check(_) | Obstacle::Unchecked) if self.is_inspection() => Vec::new(),
            Some(Obstacle::Forbidden(why) | Obstacle::NoSubject(why)) => say(Tone::Warning, &why),
            // Nothing was typed yet, so nothing can be wrong with it.
            Some(Obstacle::Reason(_)) if self.reason.is_empty() => Vec::new(),
            Some(Obstacle::Reason(why)) => say(Tone::Warning, &format::sentence(&why)),
            Some(Obstacle::WrongAccount) => say(Tone::Warning, "This is not the account"),
            Some(Obstacle::Restricted(why)) => say(
                Tone::Warning,
                &format!("Changes are refused: {}", harmless(&why)),
            ),
            Some(Obstacle::Elsewhere) => say(
                Tone::Bad,
                "This was prepared under another identity, so it cannot be sent",
            ),
            Some(Obstacle::Sending(since)) => say(
                Tone::Busy,
                &format!(
                    "Sending{}; esc closes this and does not stop it",
                    seconds(since, world)
                ),
            ),
            Some(Obstacle::Checking(since)) => say(
                Tone::Busy,
                &format!("Checking what follows from it{}", seconds(since, world)),
            ),
            Some(Obstacle::Unchecked) => say(
                Tone::Bad,
                "Without knowing what follows from it, it is not sent",
            ),
            Some(Obstacle::Check(label)) => say(
                Tone::Bad,
                &format!("Not possible as it stands: see '{label}' above"),
            ),
            Some(Obstacle::Field(label)) => {
                let field = self.fields.iter().find(|field| field.info.label == label);
                let text = field.and_then(Field::text);
                let verb = if text.is_some_and(TextInput::is_empty) {
                    "Fill in"
                } else {
                    "Correct"
                };
                say(Tone::Warning, &format!("{verb} '{label}' first"))
            }
            Some(Obstacle::WrongId) => say(Tone::Warning, "This is not the id"),
        }
    }

    /// What it acts on and as whom: at once from the row, in full once that is known.
    fn facts(&self) -> Vec<Labelled> {
        let mut facts: Vec<Labelled> = if let Some(assessment) = self.assessment.value() {
            // What is not filled in yet is no fact.
            let known = assessment.facts.iter();
            let known = known.filter(|(_, value)| !value.trim().is_empty());
            known
                .map(|(label, value)| Labelled::new(*label, harmless(value)))
                .collect()
        } else {
            let name = self.row.name.as_deref().unwrap_or_default();
            let value = format!("{} {}", harmless(&self.row.id), harmless(name));
            vec![Labelled::new(capitalized(self.kind.collection.noun), value)]
        };
        let place = &self.place;
        let account = harmless(place.account.as_str());
        let alias = self.alias.as_deref().map(harmless);
        let alias = alias.map_or_else(String::new, |alias| format!(" ({alias})"));
        let mut whom = vec![format!("{account}{alias} in {}", place.region)];
        let profile = place.profile.as_deref();
        whom.extend(profile.map(|profile| format!("profile {}", harmless(profile))));
        let endpoint = place.endpoint.as_deref();
        whom.extend(endpoint.map(|endpoint| format!("at {}", harmless(endpoint))));
        facts.push(Labelled::new("Account", whom.join(", ")));
        facts
    }
}

fn capitalized(word: &str) -> String {
    let mut word = word.to_owned();
    if let Some(first) = word.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    word
}

/// A field: its label with the count, what is typed, and below it what is wrong or what it means.
fn field_lines(field: &Field, focused: bool, styles: &Styles, room: usize) -> Vec<Line<'static>> {
    let label_style = if focused { styles.strong } else { styles.text };
    let below = match field.error() {
        // Nothing was typed yet, so nothing can be wrong with it.
        Some(_) if field.text().is_some_and(TextInput::is_empty) => {
            let text = format!("Needed. {}", field.info.help);
            paragraph(&text, styles.faint, room)
        }
        Some(error) => marked(
            styles.marks.tone(Tone::Bad),
            styles.tone(Tone::Bad),
            &error,
            styles.tone(Tone::Bad),
            room,
        ),
        None => paragraph(field.info.help, styles.faint, room),
    };
    let mut lines = Vec::new();
    if let Some(on) = field.is_on() {
        let mark = if on { "[x]" } else { "[ ]" };
        let style = if focused {
            styles.selected
        } else {
            styles.text
        };
        lines.push(Line::from(vec![
            Span::styled(mark, style),
            Span::styled(format!(" {}", field.info.label), label_style),
        ]));
    } else {
        let label = field.info.label;
        let count = field
            .count()
            .map_or_else(String::new, |(n, max)| format!("{n}/{max}"));
        let gap = room.saturating_sub(width(label) + count.len());
        lines.push(Line::from(vec![
            Span::styled(label, label_style),
            Span::raw(" ".repeat(gap)),
            Span::styled(count, styles.faint),
        ]));
        // The text itself is drawn over this line.
        lines.push(Line::default());
    }
    lines.extend(below);
    lines
}

/// A text to take away: what it is, and the text as it stands.
fn document_lines(document: &Document, styles: &Styles, room: usize) -> Vec<Line<'static>> {
    let mut lines = paragraph(&harmless(&document.title), styles.strong, room);
    for line in document.text.lines() {
        let line = harmless(line);
        let mut rest = line.as_ref();
        loop {
            let part = head(rest, room.max(1));
            lines.push(Line::styled(part.to_owned(), styles.text));
            rest = &rest[part.len()..];
            if rest.is_empty() || part.is_empty() {
                break;
            }
        }
    }
    lines
}

/// What is lost, most serious first.
fn warnings(assessment: &Assessment, styles: &Styles, room: usize) -> Vec<Line<'static>> {
    let (mark, style) = (styles.marks.tone(Tone::Warning), styles.tone(Tone::Warning));
    assessment
        .warnings
        .iter()
        .flat_map(|warning| marked(mark, style, &harmless(warning), Style::new(), room))
        .collect()
}

/// What follows from the request otherwise: what it uses up, what must hold, how long it takes.
fn consequences(
    assessment: &Assessment,
    unclear: Option<&'static str>,
    styles: &Styles,
    room: usize,
) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if let Some(used) = assessment.gauge {
        lines.push(Line::default());
        let text = format!("{}  {}", used.label, gauge(used.used, used.limit));
        lines.extend(paragraph(&text, styles.text, room));
    }
    lines.extend(checks(assessment, false, styles, room));
    // Nobody needs to know how long what cannot be done would take.
    if assessment.obstacle().is_some() {
        return lines;
    }
    let mut rest = Vec::new();
    if let Some(duration) = &assessment.duration {
        rest.push(Labelled::new(
            "Expected",
            format!("{} (estimate)", harmless(duration)),
        ));
    }
    if !assessment.equivalent.is_empty() {
        // Where the AWS command line has no word for it, it is the request itself.
        let label = if assessment.equivalent.starts_with("aws ") {
            "AWS CLI"
        } else {
            "Request"
        };
        rest.push(match unclear {
            None => Labelled::new(label, harmless(&assessment.equivalent)),
            Some(why) => Labelled {
                style: styles.faint,
                ..Labelled::new(label, why)
            },
        });
    }
    if !rest.is_empty() {
        lines.push(Line::default());
    }
    lines.extend(labels::lines(&rest, room, styles));
    lines
}

/// The checks that fail, or the others, with a blank line in front.
fn checks(
    assessment: &Assessment,
    failed: bool,
    styles: &Styles,
    room: usize,
) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for check in &assessment.checks {
        if matches!(check.verdict, Verdict::Failed(_)) == failed {
            if lines.is_empty() {
                lines.push(Line::default());
            }
            lines.extend(check_lines(check, styles, room));
        }
    }
    lines
}

fn check_lines(check: &Check, styles: &Styles, room: usize) -> Vec<Line<'static>> {
    let (mark, tone, text) = match &check.verdict {
        Verdict::Passed(seen) => (styles.marks.passed, Tone::Good, seen.clone()),
        Verdict::Failed(why) => (styles.marks.failed, Tone::Bad, why.clone()),
        Verdict::Unknown(why) => (
            styles.marks.unknown,
            Tone::Warning,
            format!("cannot be told: {why}"),
        ),
    };
    let text = format!("{}: {}", check.label, harmless(&text));
    let mut lines = marked(mark, styles.tone(tone), &text, Style::new(), room);
    for way in &check.ways {
        let text = format::sentence(&way.in_the_console());
        lines.extend(marked(
            " ",
            styles.text,
            &harmless(&text),
            Style::new(),
            room,
        ));
    }
    lines
}
