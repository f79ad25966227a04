//! All that is known of one operation.

use ratatui::{style::Style, text::Line};

use super::elapsed;
use crate::{
    domain::{
        format::bar, lifecycle::Lifecycle, operation::Operation, pace::Pace, text::harmless, time,
    },
    tui::{
        format,
        records::{action, title},
        theme::Styles,
        widgets::labels::{self, Labelled, marked},
        world::World,
    },
};

/// The cells of the bar.
const BAR: usize = 30;

/// The lines that tell of an operation: what became of it first, the rest below.
pub(super) fn lines(
    operation: &Operation,
    world: &World,
    styles: &Styles,
    room: usize,
) -> Vec<Line<'static>> {
    let (tone, state) = format::lifecycle(operation.lifecycle);
    let mark = styles.marks.tone(tone);
    let heading = format!("{}: {state}", title(operation, &world.catalog));
    let mut lines = marked(mark, styles.tone(tone), &heading, styles.strong, room);
    let mut say = |text: &str, style: Style| {
        for part in format::paragraphs(text) {
            lines.extend(marked(" ", style, &part, style, room));
        }
    };
    match operation.lifecycle {
        Lifecycle::Unknown => say(
            "The reply was lost, so it may or may not have been done. It is being looked for in \
             AWS; nothing is sent again.",
            styles.text,
        ),
        Lifecycle::Lost => say(
            "The reply was lost, and nobody can tell whether it was done.",
            styles.text,
        ),
        Lifecycle::Partial => say("Done in part: something is missing.", styles.text),
        _ => {}
    }
    if let Some(reason) = &operation.reason {
        say(&format::sentence(reason), styles.text);
    }
    if let Some(advice) = &operation.advice {
        say(advice, styles.strong);
    }
    lines.extend(labels::lines(&facts(operation, world), room, styles));
    lines
}

/// What is known of an operation, member by member.
pub(super) fn facts(operation: &Operation, world: &World) -> Vec<Labelled> {
    let place = &operation.request.place;
    let moment = |at| format!("{} UTC, {} ago", time::stamp(at), time::age(at, world.now));
    let mut facts = Vec::new();
    let mut fact = |label: &str, value: Option<String>| {
        facts.extend(value.map(|value| Labelled::new(label, value)));
    };
    let shown = |text: &String| harmless(text).into_owned();
    fact("Resource", operation.resource.as_ref().map(shown));
    fact("Stage", operation.stage.as_ref().map(shown));
    fact(
        "Progress",
        operation
            .lifecycle
            .percent()
            .filter(|_| !operation.is_finished())
            .map(|percent| format!("{} {percent}%", bar(percent, BAR))),
    );
    fact("Elapsed", Some(elapsed(operation, world)));
    fact("Pace", Pace::of(operation, world.now).map(Pace::in_words));
    fact(
        "Expected",
        operation
            .expected
            .as_ref()
            .filter(|_| !operation.is_finished())
            .map(|text| format!("{} (est.)", harmless(text))),
    );
    fact(
        "Account",
        Some(format!(
            "{} in {}",
            harmless(place.account.as_str()),
            place.region
        )),
    );
    fact("Profile", place.profile.as_ref().map(shown));
    fact("Endpoint", place.endpoint.as_ref().map(shown));
    fact("Request id", operation.request_id.as_ref().map(shown));
    fact("Operation", Some(operation.id.to_string()));
    fact("Reason given", operation.given_reason.as_ref().map(shown));
    fact("Started", Some(moment(operation.requested_at)));
    fact("Ended", operation.finished_at.map(moment));
    let fields = action(operation, &world.catalog).map_or(&[][..], |action| action.fields);
    for (key, value) in &operation.request.values {
        let field = fields.iter().find(|field| field.key == key);
        let label = field.map_or_else(|| harmless(key), |field| field.label.into());
        facts.push(Labelled::new(label, harmless(&value.to_string())));
    }
    facts
}
