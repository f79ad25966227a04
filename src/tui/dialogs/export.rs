//! What is shown, to be written to a file: in which form, and where.
//!
//! Invariant: a file that is there is never replaced without having been asked about.

use std::path::PathBuf;

use ratatui::{
    Frame,
    layout::{Rect, Size},
    style::{Modifier, Style},
    text::{Line, Span},
};

use super::hint;
use crate::{
    config::{Key, KeyCode},
    domain::{export::Format, row::Tone, text::harmless, words::grouped},
    tui::{
        effect::Replace,
        input::{self, Typed},
        message::Unwritten,
        outcome::Outcome,
        remote::Ticket,
        theme::Styles,
        widgets::{
            button::{self, Button},
            hints::Hint,
            labels::{marked, paragraph},
            panel,
            text::cells,
            text_input::TextInput,
        },
    },
};

/// What is shown, to be written to a file.
#[derive(Debug)]
pub(crate) struct Export {
    /// How many rows are written.
    rows: usize,
    /// What of them is.
    what: &'static str,
    format: Format,
    path: TextInput,
    focus: Focus,
    writing: Option<Ticket>,
    failure: Option<Unwritten>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Focus {
    Format,
    Path,
    Write,
    Cancel,
}

const STOPS: [Focus; 4] = [Focus::Format, Focus::Path, Focus::Write, Focus::Cancel];

const WIDTH: u16 = 76;

impl Export {
    /// The dialog for so many rows, with what of them is written, and a name for the file that has no
    /// ending yet.
    pub(crate) fn new(rows: usize, what: &'static str, name: &str) -> Self {
        let format = Format::Csv;
        Self {
            rows,
            what,
            format,
            path: TextInput::with(&format!("{name}.{}", format.extension())),
            focus: Focus::Path,
            writing: None,
            failure: None,
        }
    }

    /// It is being written by this call.
    pub(crate) fn writing(&mut self, ticket: Ticket) {
        self.writing = Some(ticket);
        self.failure = None;
    }

    /// Whether it waits for this call.
    pub(crate) fn awaits(&self, ticket: Ticket) -> bool {
        self.writing == Some(ticket)
    }

    /// It was not written.
    pub(crate) fn failed(&mut self, failure: Unwritten) {
        self.writing = None;
        // Replacing a file is nothing that a second Enter should do.
        self.focus = match failure {
            Unwritten::Exists => Focus::Cancel,
            Unwritten::Failed(_) => Focus::Path,
        };
        self.failure = Some(failure);
    }

    /// Whether keys go into a text.
    pub(crate) fn is_typing(&self) -> bool {
        self.focus == Focus::Path && self.writing.is_none()
    }

    /// What its keys do.
    pub(crate) fn hints(&self) -> Vec<Hint> {
        let key = match self.focus {
            Focus::Format => hint("space", "other format"),
            Focus::Path => hint("enter", "go on"),
            Focus::Write | Focus::Cancel => hint("enter", "press"),
        };
        vec![hint("tab", "next"), key, hint("esc", "close")]
    }

    /// A key.
    pub(crate) fn key(&mut self, key: Key) -> Outcome {
        match (input::typed(key), self.focus) {
            (Typed::Esc, _) | (Typed::Enter, Focus::Cancel) => return Outcome::Back,
            _ if self.writing.is_some() => return Outcome::Unused,
            (Typed::Enter, Focus::Write) => return self.write(),
            (Typed::Tab | Typed::Down | Typed::Enter, _) => self.go(1),
            (Typed::BackTab | Typed::Up, _) => self.go(STOPS.len() - 1),
            (Typed::Edit(edit), Focus::Path) => {
                self.path.edit(edit);
                // Another file, another answer.
                self.failure = None;
            }
            (_, Focus::Format)
                if matches!(
                    key.code,
                    KeyCode::Char(' ') | KeyCode::Left | KeyCode::Right
                ) =>
            {
                self.switch();
            }
            _ => return Outcome::Unused,
        }
        Outcome::Done
    }

    /// A text was pasted.
    pub(crate) fn paste(&mut self, text: &str) {
        if self.focus == Focus::Path && self.writing.is_none() {
            self.path.insert(text);
            self.failure = None;
        }
    }

    fn go(&mut self, step: usize) {
        let at = STOPS.iter().position(|stop| *stop == self.focus);
        self.focus = STOPS[(at.unwrap_or_default() + step) % STOPS.len()];
    }

    /// The other format, with the name's ending where it was that of the first.
    fn switch(&mut self) {
        let before = self.format.extension();
        self.format = match self.format {
            Format::Csv => Format::Json,
            Format::Json => Format::Csv,
        };
        let name = self.path.text().strip_suffix(before);
        if let Some(name) = name.filter(|name| name.ends_with('.')) {
            self.path = TextInput::with(&format!("{name}{}", self.format.extension()));
        }
        self.failure = None;
    }

    fn write(&mut self) -> Outcome {
        let path = self.path.text().trim();
        if path.is_empty() {
            self.focus = Focus::Path;
            return Outcome::Done;
        }
        Outcome::Write {
            format: self.format,
            path: PathBuf::from(path),
            replace: match self.failure {
                Some(Unwritten::Exists) => Replace::Yes,
                _ => Replace::No,
            },
        }
    }

    /// Draws it.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, screen: Rect, styles: &Styles) {
        let width = WIDTH.min(screen.width);
        let (above, below) = self.lines(styles, width.saturating_sub(4).into());
        // Between the two is the line that is typed into; the buttons have a blank line above.
        let height = cells(above.len() + below.len() + 3).saturating_add(2);
        let size = Size {
            width,
            height: height.min(screen.height),
        };
        let title = match self.rows {
            1 => "Export 1 row".to_owned(),
            rows => format!("Export {} rows", grouped(rows)),
        };
        let buffer = frame.buffer_mut();
        let room = panel::draw(buffer, panel::centred(screen, size), &title, styles);
        let line = |y: usize| {
            Rect {
                y: room.y + cells(y),
                height: 1,
                ..room
            }
            .intersection(room)
        };
        let input = above.len();
        let lines = above.into_iter().chain([Line::default()]).chain(below);
        panel::scrolled(buffer, room, &lines.collect::<Vec<_>>(), 0, styles);
        let style = styles.text.add_modifier(Modifier::UNDERLINED);
        buffer.set_style(line(input), style);
        self.path
            .draw(frame, line(input), style, self.focus == Focus::Path);
        let label = match self.failure {
            Some(Unwritten::Exists) => "Replace it",
            _ => "Write",
        };
        let buttons = [
            Button {
                label,
                focused: self.focus == Focus::Write,
                enabled: self.writing.is_none(),
            },
            Button {
                label: "Cancel",
                focused: self.focus == Focus::Cancel,
                enabled: true,
            },
        ];
        let last = usize::from(room.height.saturating_sub(1));
        button::draw(frame.buffer_mut(), line(last), &buttons, styles);
    }

    /// What stands above the line that is typed into, and what below it.
    fn lines(&self, styles: &Styles, room: usize) -> (Vec<Line<'static>>, Vec<Line<'static>>) {
        let label = |text: &'static str, focus: Focus| {
            let style = if self.focus == focus {
                styles.strong
            } else {
                styles.text
            };
            Line::styled(text, style)
        };
        let choice = |format: Format, text: &'static str| {
            let (mark, style) = if self.format == format {
                ("(x) ", styles.strong)
            } else {
                ("( ) ", styles.text)
            };
            Span::styled(format!("{mark}{text}   "), style)
        };
        let mut above = vec![
            label("Format", Focus::Format),
            Line::from(vec![
                choice(Format::Csv, "CSV"),
                choice(Format::Json, "JSON"),
            ]),
            Line::default(),
            label("File", Focus::Path),
        ];
        let place = "In the folder that the console was started in, or with its path";
        above.extend(paragraph(place, styles.faint, room));
        let said = match (&self.failure, self.writing) {
            (_, Some(_)) => Some((Tone::Busy, "Writing".to_owned())),
            (Some(Unwritten::Exists), _) => Some((
                Tone::Warning,
                "There is a file of this name; what is in it would be lost".to_owned(),
            )),
            (Some(Unwritten::Failed(why)), _) => {
                Some((Tone::Bad, format!("Not written: {}", harmless(why))))
            }
            (None, None) => None,
        };
        let mut below = vec![Line::default()];
        below.extend(match said {
            Some((tone, text)) => {
                let mark = styles.marks.tone(tone);
                marked(mark, styles.tone(tone), &text, Style::new(), room)
            }
            None => paragraph(self.what, styles.faint, room),
        });
        (above, below)
    }
}
