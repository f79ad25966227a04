//! Two rows of one kind, member by member: side by side where there is room, else below each other.

use ratatui::{
    Frame,
    layout::{Rect, Size},
    text::{Line, Span},
};

use super::hint;
use crate::{
    config::{Action, Key, KeyCode},
    domain::{
        row::{Row, Tone},
        words::plural,
    },
    tui::{
        format,
        outcome::Outcome,
        store::Kind,
        theme::Styles,
        widgets::{
            hints::Hint,
            panel, scroll,
            text::{cells, cut, width, wrap},
        },
        world::World,
    },
};

/// From this width on, the rows stand side by side.
const SIDE_BY_SIDE: u16 = 120;

/// Two rows of one kind.
#[derive(Debug)]
pub(crate) struct Compare {
    kind: Kind,
    rows: [Row; 2],
    /// Whether what is equal is left out.
    differing_only: bool,
    first: usize,
}

/// A member of both.
struct Pair {
    label: &'static str,
    values: [String; 2],
}

impl Pair {
    fn differs(&self) -> bool {
        self.values[0] != self.values[1]
    }
}

impl Compare {
    /// The comparison of two rows.
    pub(crate) fn new(kind: Kind, rows: [Row; 2]) -> Self {
        Self {
            kind,
            rows,
            differing_only: false,
            first: 0,
        }
    }

    /// A key.
    pub(crate) fn key(&mut self, key: Key, world: &World, screen: Rect) -> Outcome {
        let page = usize::from(panel::inside(area(screen)).height).max(1);
        let action = world.keymap().action(&key);
        self.first = match (key.code, action) {
            (KeyCode::Esc | KeyCode::Enter, _)
            | (_, Some(Action::Back | Action::Compare | Action::Quit)) => return Outcome::Back,
            (KeyCode::Char(' '), _) => {
                self.differing_only = !self.differing_only;
                0
            }
            (KeyCode::Up, _) | (_, Some(Action::Up)) => self.first.saturating_sub(1),
            (KeyCode::Down, _) | (_, Some(Action::Down)) => self.first + 1,
            (KeyCode::PageUp, _) | (_, Some(Action::PageUp)) => self.first.saturating_sub(page),
            (KeyCode::PageDown, _) | (_, Some(Action::PageDown)) => self.first + page,
            (_, Some(Action::Top)) => 0,
            (_, Some(Action::Bottom)) => usize::MAX,
            _ => return Outcome::Unused,
        };
        Outcome::Done
    }

    /// What its keys do.
    pub(crate) fn hints(&self) -> Vec<Hint> {
        let space = if self.differing_only {
            "all"
        } else {
            "differences only"
        };
        vec![
            hint("space", space),
            hint("down", "more"),
            hint("esc", "close"),
        ]
    }

    /// Keeps the view inside the text.
    pub(crate) fn sync(&mut self, world: &World, screen: Rect) {
        let room = panel::inside(area(screen));
        let length = self.lines(world, &Styles::plain(), room.width.into()).len();
        self.first = scroll::clamp(self.first, room.height.into(), length);
    }

    /// Draws it.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, screen: Rect, world: &World, styles: &Styles) {
        let title = format!("Compare two {}", plural(self.kind.collection.noun));
        let room = panel::draw(frame.buffer_mut(), area(screen), &title, styles);
        let lines = self.lines(world, styles, room.width.into());
        panel::scrolled(frame.buffer_mut(), room, &lines, self.first, styles);
    }

    fn lines(&self, world: &World, styles: &Styles, room: usize) -> Vec<Line<'static>> {
        let pairs = self.pairs(world);
        let differing = pairs.iter().filter(|pair| pair.differs()).count();
        let heading = format!("{differing} of {} members differ", pairs.len());
        let mut lines = vec![Line::styled(heading, styles.strong), Line::default()];
        let shown = pairs
            .into_iter()
            .filter(|pair| pair.differs() || !self.differing_only);
        let wide = room + 4 >= usize::from(SIDE_BY_SIDE);
        for pair in shown {
            if wide {
                lines.extend(beside(&pair, styles, room));
            } else {
                lines.extend(below(&pair, styles, room));
            }
        }
        lines
    }

    /// What is known of either, under the labels of their own screens.
    fn pairs(&self, world: &World) -> Vec<Pair> {
        let members = self.kind.collection.members.iter();
        let pairs = members.map(|member| Pair {
            label: member.label,
            values: [0, 1].map(|at| {
                let row = &self.rows[at];
                format::member(row, member, world.now).into_owned()
            }),
        });
        pairs
            .filter(|pair| pair.values.iter().any(|value| value != format::ABSENT))
            .collect()
    }
}

/// The cells of a label.
const LABEL: usize = 24;

/// Both values on one line, wrapped side by side.
fn beside(pair: &Pair, styles: &Styles, room: usize) -> Vec<Line<'static>> {
    let column = room.saturating_sub(LABEL + 4) / 2;
    let style = if pair.differs() {
        styles.text
    } else {
        styles.faint
    };
    let [left, right] = [0, 1].map(|at| wrap(&pair.values[at], column));
    let mut front = front(pair, styles);
    (0..left.len().max(right.len()))
        .map(|row| {
            let [left, right] =
                [&left, &right].map(|part| part.get(row).cloned().unwrap_or_default());
            let gap = " ".repeat((column + 2).saturating_sub(width(&left)));
            let mut spans = std::mem::replace(&mut front, vec![Span::raw(" ".repeat(LABEL + 2))]);
            spans.push(Span::styled(format!("{left}{gap}{right}"), style));
            Line::from(spans)
        })
        .collect()
}

/// The values below each other; one line where they are equal.
fn below(pair: &Pair, styles: &Styles, room: usize) -> Vec<Line<'static>> {
    let style = if pair.differs() {
        styles.text
    } else {
        styles.faint
    };
    let values = if pair.differs() {
        &pair.values[..]
    } else {
        &pair.values[..1]
    };
    let mut front = front(pair, styles);
    let mut lines = Vec::new();
    for value in values {
        for part in wrap(value, room.saturating_sub(LABEL + 2)) {
            let mut spans = std::mem::replace(&mut front, vec![Span::raw(" ".repeat(LABEL + 2))]);
            spans.push(Span::styled(part, style));
            lines.push(Line::from(spans));
        }
    }
    lines
}

/// The sign of a difference and the label.
fn front(pair: &Pair, styles: &Styles) -> Vec<Span<'static>> {
    let label = cut(pair.label, LABEL - 1, styles.marks.ellipsis).into_owned();
    let label = format!("{label}{}", " ".repeat(LABEL - width(&label)));
    let (sign, style) = if pair.differs() {
        (styles.marks.tone(Tone::Warning), styles.strong)
    } else {
        (" ", styles.faint)
    };
    vec![
        Span::styled(format!("{sign} "), styles.tone(Tone::Warning)),
        Span::styled(label, style),
    ]
}

fn area(screen: Rect) -> Rect {
    let height = screen.height.saturating_sub(cells(2));
    panel::centred(
        screen,
        Size {
            width: screen.width,
            height,
        },
    )
}
