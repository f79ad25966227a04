//! Why nothing can be done at all: no credentials, no connection, no context.

use ratatui::{Frame, layout::Rect, style::Style, text::Line};

use crate::{
    config::{Action, Key},
    domain::{
        failure::{Failure, FailureKind},
        row::Tone,
    },
    tui::{
        format,
        offers::{self, Offer},
        outcome::Outcome,
        theme::Styles,
        widgets::{hints::Hint, labels::marked, panel},
        world::World,
    },
};

/// The key that goes to the sandbox. It is no action of the keymap, since it means something on
/// this screen only.
const SANDBOX: Key = Key::char('s');

/// Why nothing can be done at all.
#[derive(Debug)]
pub(crate) struct ProblemScreen {
    failure: Failure,
    /// Whether the sandbox would be a way out: it is none where it is the sandbox that failed.
    sandbox: bool,
}

impl ProblemScreen {
    /// The screen of a failure.
    pub(crate) fn new(failure: Failure, sandbox: bool) -> Self {
        Self { failure, sandbox }
    }

    /// What can be done here.
    pub(crate) fn offers() -> Vec<Offer> {
        vec![
            Offer::new(Action::Refresh, "try again"),
            Offer::new(Action::Operations, "operations"),
        ]
    }

    /// The key of this screen alone, for the bottom line.
    pub(crate) fn hint(&self) -> Option<Hint> {
        self.sandbox.then(|| Hint {
            key: SANDBOX.to_string(),
            label: "open the sandbox".to_owned(),
        })
    }

    /// A key that means something.
    pub(crate) fn act(action: Action) -> Outcome {
        match action {
            Action::Refresh => Outcome::Retry,
            _ => Outcome::Unused,
        }
    }

    /// A key before the keymap is asked.
    pub(crate) fn key(&self, key: Key) -> Outcome {
        if self.sandbox && key == SANDBOX {
            Outcome::Sandbox
        } else {
            Outcome::Unused
        }
    }

    /// Draws it.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, area: Rect, world: &World, styles: &Styles) {
        let area = Rect {
            x: area.x + 2,
            y: area.y + 1,
            width: area.width.saturating_sub(4).min(100),
            height: area.height.saturating_sub(1),
        };
        let lines = self.lines(world, styles, area.width.into());
        panel::scrolled(frame.buffer_mut(), area, &lines, 0, styles);
    }

    fn lines(&self, world: &World, styles: &Styles, room: usize) -> Vec<Line<'static>> {
        let heading = match self.failure.kind {
            FailureKind::Credentials => "There are no AWS credentials that work",
            FailureKind::Denied => "AWS does not permit this identity to do what is needed",
            FailureKind::Unreachable | FailureKind::ReplyLost => "AWS cannot be reached",
            _ => "The console cannot start its work",
        };
        let bad = styles.tone(Tone::Bad);
        let mut lines = marked(
            styles.marks.tone(Tone::Bad),
            bad,
            heading,
            styles.strong,
            room,
        );
        lines.push(Line::default());
        for text in format::failure(&self.failure) {
            lines.extend(marked(" ", bad, &text, Style::new(), room));
        }
        lines.push(Line::default());
        let mut choice = |key: &str, text: &str| {
            lines.extend(marked(
                &format!("  {key}"),
                styles.key,
                text,
                Style::new(),
                room,
            ));
        };
        if self.sandbox {
            choice(
                &SANDBOX.to_string(),
                "opens the sandbox: a simulated AWS inside this program, with nothing real in it",
            );
        }
        choice(&offers::key(world.keymap(), Action::Refresh), "tries again");
        choice(&offers::key(world.keymap(), Action::Quit), "quits");
        lines
    }
}
