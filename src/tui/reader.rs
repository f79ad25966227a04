//! A text that is longer than the screen: scrolled, and searched as it is typed.
//!
//! Holds no text. Whoever shows one hands its lines over, so that they are those of this moment.

use ratatui::{Frame, layout::Rect, text::Line};

use crate::{
    config::{Action, Key},
    domain::words::grouped,
};

use super::{
    input::{self, Typed},
    outcome::Outcome,
    theme::Styles,
    widgets::{
        panel, scroll,
        text::{cells, width},
        text_input::TextInput,
    },
};

/// Where a reader is in a text.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    /// The first line in sight.
    first: usize,
    search: Option<Search>,
}

#[derive(Debug, Default)]
struct Search {
    input: TextInput,
    /// What was looked for last, in lower case.
    text: String,
    /// The lines that hold it.
    found: Vec<usize>,
    /// Which of them one is at.
    at: usize,
    /// Whether that one is to be brought into sight.
    moved: bool,
}

impl Reader {
    /// Whether keys go into a text.
    pub(crate) fn is_searching(&self) -> bool {
        self.search.is_some()
    }

    /// From its beginning, with nothing looked for.
    pub(crate) fn restart(&mut self) {
        *self = Self::default();
    }

    /// Brings the view in line with the lines as they are now.
    pub(crate) fn sync(&mut self, lines: &[Line<'static>], area: Rect) {
        let height = usize::from(self.body(area).height);
        if let Some(search) = &mut self.search {
            let text = search.input.text().trim().to_lowercase();
            if search.text != text {
                // On with the first one from here, as far as there is one.
                search.text = text;
                search.at = usize::MAX;
            }
            let holds = |line: &Line<'_>| {
                let line = line.to_string().to_lowercase();
                !search.text.is_empty() && line.contains(&search.text)
            };
            let found = lines.iter().enumerate().filter(|(_, line)| holds(line));
            search.found = found.map(|(at, _)| at).collect();
            if search.at >= search.found.len() {
                let from = self.first;
                let next = search.found.iter().position(|line| *line >= from);
                search.at = next.unwrap_or(0);
                search.moved = true;
            }
            if std::mem::take(&mut search.moved)
                && let Some(&line) = search.found.get(search.at)
            {
                self.first = scroll::reveal(self.first, line, line + 1, height);
            }
        }
        self.first = scroll::clamp(self.first, height, lines.len());
    }

    /// A key that means something.
    pub(crate) fn act(&mut self, action: Action, area: Rect) -> Outcome {
        let page = usize::from(self.body(area).height).saturating_sub(1).max(1);
        self.first = match action {
            Action::Up => self.first.saturating_sub(1),
            Action::Down => self.first + 1,
            Action::PageUp => self.first.saturating_sub(page),
            Action::PageDown => self.first + page,
            Action::Top => 0,
            // The end is found when the view is brought in line.
            Action::Bottom => usize::MAX,
            Action::Filter => {
                self.search = Some(Search::default());
                return Outcome::Done;
            }
            _ => return Outcome::Unused,
        };
        Outcome::Done
    }

    /// A key while something is looked for.
    pub(crate) fn key(&mut self, key: Key, area: Rect) -> Outcome {
        let Some(search) = &mut self.search else {
            return Outcome::Unused;
        };
        let count = search.found.len().max(1);
        match input::typed(key) {
            Typed::Edit(edit) => search.input.edit(edit),
            Typed::Enter | Typed::Down | Typed::Tab => {
                search.at = (search.at + 1) % count;
                search.moved = true;
            }
            Typed::Up | Typed::BackTab => {
                search.at = (search.at + count - 1) % count;
                search.moved = true;
            }
            Typed::PageUp => return self.act(Action::PageUp, area),
            Typed::PageDown => return self.act(Action::PageDown, area),
            Typed::Esc => self.search = None,
            Typed::Other => {}
        }
        Outcome::Done
    }

    /// A text was pasted.
    pub(crate) fn paste(&mut self, text: &str) {
        if let Some(search) = &mut self.search {
            search.input.insert(text);
        }
    }

    /// Draws the lines, those that hold what is looked for with a sign in front: the lines keep two
    /// cells free for it.
    pub(crate) fn draw(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        lines: &[Line<'static>],
        styles: &Styles,
    ) {
        let body = self.body(area);
        // One cell to the right for the marks that say that there is more.
        let inner = Rect {
            width: body.width.saturating_sub(2),
            ..body
        };
        panel::scrolled(frame.buffer_mut(), inner, lines, self.first, styles);
        let Some(search) = &self.search else { return };
        let buffer = frame.buffer_mut();
        for (index, line) in search.found.iter().enumerate() {
            let Some(row) = line
                .checked_sub(self.first)
                .filter(|row| *row < body.height.into())
            else {
                continue;
            };
            let line = Rect {
                y: body.y + cells(row),
                height: 1,
                ..inner
            };
            if index == search.at {
                buffer.set_string(line.x, line.y, styles.marks.selected, styles.text);
                buffer.set_style(line, styles.selected);
            } else {
                buffer.set_string(line.x, line.y, styles.marks.available, styles.key);
            }
        }
        let below = Rect {
            y: body.bottom(),
            height: 1,
            ..area
        }
        .intersection(area);
        if below.is_empty() {
            return;
        }
        let label = "Search: ";
        buffer.set_stringn(below.x, below.y, label, below.width.into(), styles.strong);
        let count = match (search.found.len(), search.text.is_empty()) {
            (_, true) => String::new(),
            (0, false) => "nothing found".to_owned(),
            (found, false) => format!("{} of {}", grouped(search.at + 1), grouped(found)),
        };
        let end = panel::right(buffer, below, &Line::styled(count, styles.faint));
        let x = below.x + cells(width(label)).min(below.width);
        let input = Rect {
            x,
            width: end.saturating_sub(x + 2),
            ..below
        };
        search.input.draw(frame, input, styles.strong, true);
    }

    /// What is left for the text beside the line that is typed into.
    fn body(&self, area: Rect) -> Rect {
        Rect {
            height: area.height.saturating_sub(u16::from(self.search.is_some())),
            ..area
        }
    }
}
