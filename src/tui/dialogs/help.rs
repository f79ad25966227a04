//! The keys and what they mean, made from the keymap.

use ratatui::{
    Frame,
    layout::{Rect, Size},
    text::{Line, Span},
};

use super::hint;
use crate::{
    config::{Action, Key, KeyCode, Keymap, keys::Group},
    domain::row::Tone,
    tui::{
        format,
        offers::Offer,
        outcome::Outcome,
        theme::Styles,
        widgets::{
            hints::Hint,
            labels::paragraph,
            panel, scroll,
            text::{cells, cut, width, wrap},
        },
        world::World,
    },
};

/// The keys and what they mean.
#[derive(Debug)]
pub(crate) struct HelpDialog {
    below: Below,
    first: usize,
    /// Whether nothing is below what is in sight.
    at_end: bool,
}

/// What the help stands over.
#[derive(Debug)]
enum Below {
    /// A screen, on which these can be done.
    Screen(Vec<Offer>),
    /// A dialog, whose own keys do this.
    Dialog(Vec<Hint>),
}

/// The widest that the dialog becomes.
const WIDTH: u16 = 76;
/// What is beside it is covered too where it would be narrower than this on both sides together.
const MARGIN: u16 = 8;
/// The cells for the keys of an action.
const KEYS: usize = 18;

impl HelpDialog {
    /// The help over a screen that offers these.
    pub(crate) fn new(offers: Vec<Offer>) -> Self {
        Self {
            below: Below::Screen(offers),
            first: 0,
            at_end: false,
        }
    }

    /// The help over a dialog whose keys do this.
    pub(crate) fn over(hints: Vec<Hint>) -> Self {
        Self {
            below: Below::Dialog(hints),
            first: 0,
            at_end: false,
        }
    }

    /// A key.
    pub(crate) fn key(&mut self, key: Key, world: &World, screen: Rect) -> Outcome {
        let page = usize::from(panel::inside(area(screen)).height).max(1);
        let action = world.keymap().action(&key);
        self.first = match (key.code, action) {
            (KeyCode::Esc | KeyCode::Enter, _)
            | (_, Some(Action::Help | Action::Back | Action::Quit)) => return Outcome::Back,
            (KeyCode::Up, _) | (_, Some(Action::Up)) => self.first.saturating_sub(1),
            (KeyCode::Down, _) | (_, Some(Action::Down)) => self.first + 1,
            (KeyCode::PageUp, _) | (_, Some(Action::PageUp)) => self.first.saturating_sub(page),
            (KeyCode::PageDown, _) | (_, Some(Action::PageDown)) => self.first + page,
            (_, Some(Action::Export)) => return Outcome::Diagnose,
            (_, Some(Action::Top)) => 0,
            (_, Some(Action::Bottom)) => usize::MAX,
            _ => return Outcome::Unused,
        };
        Outcome::Done
    }

    /// What its keys do.
    pub(crate) fn hints(&self, keymap: &Keymap) -> Vec<Hint> {
        let mut hints = Vec::new();
        match (self.at_end, self.first) {
            (false, _) => hints.push(hint("down", "more")),
            (true, 1..) => hints.push(hint("up", "back")),
            (true, 0) => {}
        }
        if let Some(key) = keymap.keys(Action::Export).first() {
            hints.push(hint(&key.to_string(), "write a bug report"));
        }
        hints.push(hint("esc", "close"));
        hints
    }

    /// Keeps the view inside the text.
    pub(crate) fn sync(&mut self, world: &World, screen: Rect) {
        let room = panel::inside(area(screen));
        let length = self.lines(world, &Styles::plain(), room.width.into()).len();
        self.first = scroll::clamp(self.first, room.height.into(), length);
        self.at_end = self.first + usize::from(room.height) >= length;
    }

    /// Draws it.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, screen: Rect, world: &World, styles: &Styles) {
        let room = panel::draw(frame.buffer_mut(), area(screen), "Keys", styles);
        let lines = self.lines(world, styles, room.width.into());
        panel::scrolled(frame.buffer_mut(), room, &lines, self.first, styles);
    }

    fn lines(&self, world: &World, styles: &Styles, room: usize) -> Vec<Line<'static>> {
        let mut lines = match &self.below {
            Below::Screen(offers) => actions(offers, world, styles, room),
            Below::Dialog(hints) => {
                let own = hints.iter().flat_map(|hint| {
                    entry(" ", &hint.key, &format::sentence(&hint.label), styles, room)
                });
                let mut lines = vec![Line::styled("In this dialog", styles.strong)];
                lines.extend(own);
                lines
            }
        };
        let key = |action: Action| {
            let key = world.keymap().keys(action).first();
            key.map_or_else(String::new, ToString::to_string)
        };
        lines.push(Line::default());
        lines.push(Line::styled("In a dialog", styles.strong));
        for (keys, text) in [
            (
                "tab, shift-tab",
                "Go to the next or the previous field or button",
            ),
            ("enter", "Press the button; in a field, go on to the next"),
            ("space", "Switch a yes or no"),
            ("page-up, page-down", "Scroll"),
            ("esc", "Close without doing anything"),
            (&key(Action::Quit), "Close too, where no text is typed"),
            (&key(Action::Help), "Show its keys, where no text is typed"),
            ("ctrl-c", "Quit from anywhere; twice, at once"),
            ("ctrl-z", "Back to the shell for a while; fg goes on"),
        ] {
            lines.extend(entry(" ", keys, text, styles, room));
        }
        lines.push(Line::default());
        lines.push(Line::styled("Marks", styles.strong));
        for (tone, text) in [
            (Tone::Good, "As it should be"),
            (Tone::Busy, "On its way; changes by itself"),
            (Tone::Warning, "Needs a look"),
            (Tone::Bad, "Failed or lost"),
            (Tone::Neutral, "Says nothing either way"),
        ] {
            lines.extend(entry(" ", styles.marks.tone(tone), text, styles, room));
        }
        lines
    }
}

/// Every action with its keys, and a mark in front of those that do something on the screen below.
fn actions(offers: &[Offer], world: &World, styles: &Styles, room: usize) -> Vec<Line<'static>> {
    let available = styles.marks.available;
    let text = format!("{available} works on the screen below; the other keys do elsewhere.");
    let mut lines = paragraph(&text, styles.faint, room);
    for group in Group::ALL {
        lines.push(Line::default());
        lines.push(Line::styled(group.title(), styles.strong));
        let actions = Action::ALL
            .into_iter()
            .filter(|action| action.group() == group);
        lines.extend(actions.flat_map(|action| line(action, offers, world, styles, room)));
    }
    lines
}

fn line(
    action: Action,
    offers: &[Offer],
    world: &World,
    styles: &Styles,
    room: usize,
) -> Vec<Line<'static>> {
    let offer = offers.iter().find(|offer| offer.action == action);
    // What sends is asked for in its dialog only.
    let everywhere =
        matches!(action.group(), Group::Movement | Group::Program) && action != Action::CopyRequest;
    let mark = if offer.is_some() || everywhere {
        styles.marks.available
    } else {
        " "
    };
    let keys: Vec<String> = world
        .keymap()
        .keys(action)
        .iter()
        .map(ToString::to_string)
        .collect();
    let keys = if keys.is_empty() {
        "(no key)".to_owned()
    } else {
        keys.join(", ")
    };
    entry(
        mark,
        &keys,
        offer.map_or(action.label(), |offer| offer.long),
        styles,
        room,
    )
}

/// A key and what it does, wrapped beside it.
fn entry(mark: &str, keys: &str, text: &str, styles: &Styles, room: usize) -> Vec<Line<'static>> {
    let keys = cut(keys, KEYS, styles.marks.ellipsis);
    let gap = " ".repeat(KEYS + 2 - width(&keys));
    let mut front = vec![
        Span::raw(format!("{mark} ")),
        Span::styled(keys.into_owned(), styles.key),
        Span::raw(gap),
    ];
    wrap(text, room.saturating_sub(KEYS + 4))
        .into_iter()
        .map(|part| {
            let blank = vec![Span::raw(" ".repeat(KEYS + 4))];
            let mut spans = std::mem::replace(&mut front, blank);
            spans.push(Span::raw(part));
            Line::from(spans)
        })
        .collect()
}

fn area(screen: Rect) -> Rect {
    let height = screen.height.saturating_sub(cells(2));
    let width = if screen.width < WIDTH + MARGIN {
        screen.width
    } else {
        WIDTH
    };
    panel::centred(screen, Size { width, height })
}
