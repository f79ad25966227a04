//! What is typed below a dialog before it can be sent: a label, and the text beside it or below it.

use ratatui::{
    Frame,
    layout::{Position, Rect},
    style::Modifier,
    text::Line,
};

use crate::tui::{
    theme::Styles,
    widgets::{
        text::{cells, width, wrap},
        text_input::TextInput,
    },
};

/// Something to be typed; `F` is what the keys of the dialog can go to.
pub(super) struct Prompt<'f, F> {
    pub(super) focus: F,
    /// What is to be typed.
    pub(super) label: String,
    /// The cells that it takes, so that its end can be seen; `None` for as many as there are.
    pub(super) length: Option<usize>,
    /// What was typed.
    pub(super) input: &'f TextInput,
}

/// The fewest cells that a text without a length is typed into.
const SHORTEST: usize = 24;

impl<F> Prompt<'_, F> {
    /// The lines of the label, and whether the text is typed beside its last one: where there is no room
    /// for that, below it.
    fn label(&self, room: usize) -> (Vec<String>, bool) {
        let label = wrap(&self.label, room);
        let last = label.last().map_or(0, |last| width(last));
        let beside = last + 1 + self.length.unwrap_or(SHORTEST) <= room;
        (label, beside)
    }

    /// How many lines it takes.
    fn lines(&self, room: usize) -> u16 {
        let (label, beside) = self.label(room);
        cells(label.len() + usize::from(!beside))
    }
}

/// How many lines they take.
pub(super) fn lines<F>(prompts: &[Prompt<'_, F>], room: usize) -> u16 {
    prompts.iter().map(|prompt| prompt.lines(room)).sum()
}

/// What was typed into a prompt, where it is asked for.
pub(super) fn typed<F: Copy + PartialEq>(prompts: &[Prompt<'_, F>], focus: F) -> Option<String> {
    prompts
        .iter()
        .find(|prompt| prompt.focus == focus)
        .map(|prompt| prompt.input.text().to_owned())
}

/// Which of them is under a cell of their area.
pub(super) fn at<F: Copy>(prompts: &[Prompt<'_, F>], area: Rect, cell: Position) -> Option<F> {
    let mut end = area.y;
    prompts.iter().find_map(|prompt| {
        end += prompt.lines(area.width.into());
        (cell.y < end).then_some(prompt.focus)
    })
}

/// Draws them from top to bottom; the cursor is in the one that has the focus.
pub(super) fn draw<F: Copy + PartialEq>(
    frame: &mut Frame<'_>,
    area: Rect,
    prompts: &[Prompt<'_, F>],
    focus: Option<F>,
    styles: &Styles,
) {
    let mut rest = area;
    for prompt in prompts {
        let area = Rect {
            height: prompt.lines(area.width.into()).min(rest.height),
            ..rest
        };
        rest.y += area.height;
        rest.height -= area.height;
        if area.is_empty() {
            return;
        }
        let focused = focus.as_ref() == Some(&prompt.focus);
        let style = if focused { styles.strong } else { styles.text };
        let (label, beside) = prompt.label(area.width.into());
        for (row, line) in label.iter().take(area.height.into()).enumerate() {
            let line = Line::styled(line.clone(), style);
            let y = area.y + cells(row);
            frame.buffer_mut().set_line(area.x, y, &line, area.width);
        }
        let last = label.last().map_or(0, |last| width(last));
        let x = if beside {
            area.x + cells(last) + 1
        } else {
            area.x
        };
        let at = Rect {
            x,
            y: area.bottom() - 1,
            width: area.right().saturating_sub(x),
            height: 1,
        };
        let length = prompt.length.map_or(at.width, cells);
        let at = Rect {
            width: at.width.min(length),
            ..at
        };
        let underlined = styles.text.add_modifier(Modifier::UNDERLINED);
        frame.buffer_mut().set_style(at, underlined);
        prompt.input.draw(frame, at, underlined, focused);
    }
}
