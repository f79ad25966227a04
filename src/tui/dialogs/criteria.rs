//! Recovery points chosen by age, count, name and state, to be marked.
//!
//! Invariants: what is counted is what is marked, and both are what the same criteria choose for a
//! deletion by command; nothing is chosen from a list that is not known in full, since the newest ones,
//! which are to stay, might be among what is missing; marking changes nothing in AWS.

use ratatui::{
    Frame,
    layout::{Rect, Size},
    style::{Modifier, Style},
    text::Line,
};

use super::hint;
use crate::{
    config::Key,
    domain::{
        row::{Row, RowKey, Tone},
        selection::{Choice, Criteria, Pattern},
        time,
        words::{counted, grouped, plural},
    },
    tui::{
        input::{self, Typed},
        outcome::Outcome,
        remote::State,
        store::{ListKey, Need},
        theme::Styles,
        widgets::{
            hints::Hint,
            labels::{marked, paragraph},
            panel,
            text::cells,
            text_input::TextInput,
        },
        world::World,
    },
};

/// The choice of recovery points of a list.
#[derive(Debug)]
pub(crate) struct Choosing {
    list: ListKey,
    older_than: TextInput,
    keep: TextInput,
    name: TextInput,
    state: TextInput,
    focus: Focus,
}

/// What the keys go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Focus {
    OlderThan,
    Keep,
    Name,
    State,
}

const STOPS: [Focus; 4] = [Focus::OlderThan, Focus::Keep, Focus::Name, Focus::State];

impl Focus {
    /// What is asked for, and what it means.
    fn described(self) -> (&'static str, &'static str) {
        match self {
            Self::OlderThan => ("Older than", "Taken longer ago than this, as in 12h or 30d"),
            Self::Keep => (
                "Keep newest",
                "So many of each stay; failed ones are not counted unless their state is chosen",
            ),
            Self::Name => (
                "Name",
                "The id where there is no name; * stands for any text",
            ),
            Self::State => ("State", "In this state, in AWS's own word"),
        }
    }
}

const WIDTH: u16 = 76;
/// The cells of the labels.
const LABELS: u16 = 13;

impl Choosing {
    /// The dialog for a list, with nothing filled in.
    pub(crate) fn new(list: ListKey) -> Self {
        Self {
            list,
            older_than: TextInput::default(),
            keep: TextInput::default(),
            name: TextInput::default(),
            state: TextInput::default(),
            focus: Focus::OlderThan,
        }
    }

    /// What its keys do.
    pub(crate) fn hints() -> Vec<Hint> {
        vec![
            hint("enter", "mark what fits"),
            hint("tab", "next"),
            hint("esc", "close"),
        ]
    }

    /// A key.
    pub(crate) fn key(&mut self, key: Key, world: &World) -> Outcome {
        match input::typed(key) {
            Typed::Esc => return Outcome::Back,
            Typed::Enter => {
                let rows = self.chosen(world).unwrap_or_default().rows;
                let keys: Vec<RowKey> = rows.into_iter().map(Row::key).collect();
                return if keys.is_empty() {
                    Outcome::Done
                } else {
                    Outcome::MarkOnly(keys)
                };
            }
            Typed::Tab | Typed::Down => self.go(1),
            Typed::BackTab | Typed::Up => self.go(STOPS.len() - 1),
            Typed::Edit(edit) => self.text().edit(edit),
            Typed::PageUp | Typed::PageDown | Typed::Other => return Outcome::Unused,
        }
        Outcome::Done
    }

    /// A text was pasted.
    pub(crate) fn paste(&mut self, text: &str) {
        self.text().insert(text);
    }

    fn go(&mut self, step: usize) {
        let at = STOPS.iter().position(|stop| *stop == self.focus);
        self.focus = STOPS[(at.unwrap_or_default() + step) % STOPS.len()];
    }

    fn input(&self, focus: Focus) -> &TextInput {
        match focus {
            Focus::OlderThan => &self.older_than,
            Focus::Keep => &self.keep,
            Focus::Name => &self.name,
            Focus::State => &self.state,
        }
    }

    fn text(&mut self) -> &mut TextInput {
        match self.focus {
            Focus::OlderThan => &mut self.older_than,
            Focus::Keep => &mut self.keep,
            Focus::Name => &mut self.name,
            Focus::State => &mut self.state,
        }
    }

    /// What was typed into a field, where something was.
    fn typed(&self, focus: Focus) -> Option<&str> {
        Some(self.input(focus).text().trim()).filter(|text| !text.is_empty())
    }

    /// What is wrong with a field.
    fn error(&self, focus: Focus) -> Option<String> {
        let text = self.typed(focus)?;
        match focus {
            Focus::OlderThan => time::parse_span(text).err(),
            Focus::Keep => count(text).err(),
            Focus::Name => Pattern::parse(text).err(),
            Focus::State => None,
        }
    }

    /// What was filled in; nothing while a part of it cannot be understood.
    fn criteria(&self) -> Option<Criteria> {
        if STOPS.into_iter().any(|focus| self.error(focus).is_some()) {
            return None;
        }
        let typed = |focus| self.typed(focus);
        Some(Criteria {
            older_than: typed(Focus::OlderThan).and_then(|text| time::parse_span(text).ok()),
            keep: typed(Focus::Keep).and_then(|text| count(text).ok()),
            name: typed(Focus::Name).and_then(|text| Pattern::parse(text).ok()),
            state: typed(Focus::State).map(str::to_owned),
        })
    }

    /// What fits, or why that cannot be said.
    fn chosen<'w>(&self, world: &'w World) -> Result<Choice<'w>, (Tone, String)> {
        let neutral = |text: &str| (Tone::Neutral, text.to_owned());
        let collection = self.list.kind.collection;
        let (Some(points), Some(listing)) = (&collection.points, world.store.rows(&self.list))
        else {
            return Err(neutral("There is nothing to choose from"));
        };
        match world.store.state(&Need::List(self.list.clone())) {
            State::Loaded => {}
            State::Failed(_) => {
                let text = "The list could not be read in full, so nothing can be chosen from it";
                return Err((Tone::Bad, text.to_owned()));
            }
            _ => return Err((Tone::Busy, "The list is loading".to_owned())),
        }
        if listing.is_open() {
            let text = "Not all rows are known in full; those out of sight are read when they are \
                        scrolled to";
            return Err((Tone::Warning, text.to_owned()));
        }
        let Some(criteria) = self.criteria() else {
            return Err((Tone::Warning, "Correct what is said above first".to_owned()));
        };
        if criteria.is_empty() {
            return Err(neutral("Fill in what those to be marked have in common"));
        }
        Ok(criteria.choose(listing.rows(), points, world.now))
    }

    /// Draws it.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, screen: Rect, world: &World, styles: &Styles) {
        let width = usize::from(WIDTH.min(screen.width).saturating_sub(4));
        let mut lines: Vec<Line<'static>> = Vec::new();
        let mut inputs = Vec::new();
        for focus in STOPS {
            let (label, help) = focus.described();
            let style = if self.focus == focus {
                styles.strong
            } else {
                styles.text
            };
            inputs.push((focus, cells(lines.len())));
            // The text itself is drawn beside it.
            lines.push(Line::styled(label, style));
            lines.extend(match self.error(focus) {
                Some(error) => {
                    let bad = styles.tone(Tone::Bad);
                    marked(styles.marks.tone(Tone::Bad), bad, &error, bad, width)
                }
                None => paragraph(help, styles.faint, width),
            });
        }
        lines.push(Line::default());
        let noun = self.list.kind.collection.noun;
        let mut left_out = None;
        let (tone, text) = match self.chosen(world) {
            Ok(choice) => {
                left_out = choice.warning(noun);
                let all = world.store.rows(&self.list).map_or(0, |rows| rows.len());
                let criteria = self.criteria().unwrap_or_default();
                let tone = if choice.rows.is_empty() {
                    Tone::Warning
                } else {
                    Tone::Good
                };
                (
                    tone,
                    format!(
                        "{} of {} fit: {criteria}",
                        grouped(choice.rows.len()),
                        counted(all, noun)
                    ),
                )
            }
            Err(said) => said,
        };
        let mark = styles.marks.tone(tone);
        lines.extend(marked(mark, styles.tone(tone), &text, Style::new(), width));
        if let Some(text) = left_out {
            let (mark, style) = (styles.marks.tone(Tone::Warning), styles.tone(Tone::Warning));
            lines.extend(marked(mark, style, &text, Style::new(), width));
        }
        let size = Size {
            width: WIDTH.min(screen.width),
            height: cells(lines.len()).saturating_add(2).min(screen.height),
        };
        let title = format!("Mark {}", plural(noun));
        let at = panel::centred(screen, size);
        let room = panel::draw(frame.buffer_mut(), at, &title, styles);
        panel::scrolled(frame.buffer_mut(), room, &lines, 0, styles);
        let style = styles.text.add_modifier(Modifier::UNDERLINED);
        for (focus, line) in inputs {
            let at = Rect {
                x: room.x + LABELS,
                y: room.y + line,
                width: room.width.saturating_sub(LABELS),
                height: 1,
            }
            .intersection(room);
            frame.buffer_mut().set_style(at, style);
            self.input(focus)
                .draw(frame, at, style, self.focus == focus);
        }
    }
}

fn count(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| {
        format!(
            "'{}' is not a number; write one such as 5",
            crate::domain::text::harmless(text)
        )
    })
}
