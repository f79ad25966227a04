//! Labels with their values, aligned, the values wrapped beside them.

use ratatui::{
    style::Style,
    text::{Line, Span},
};

use super::text::{width, wrap};
use crate::tui::theme::Styles;

/// A label and its value.
#[derive(Debug, Clone)]
pub(crate) struct Labelled {
    /// What it is.
    pub(crate) label: String,
    /// What it holds.
    pub(crate) value: String,
    /// How the value is drawn.
    pub(crate) style: Style,
}

impl Labelled {
    /// A label with a value of no particular style.
    pub(crate) fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            value: value.into(),
            style: Style::new(),
        }
    }
}

/// The lines that show them in `room` cells.
pub(crate) fn lines(items: &[Labelled], room: usize, styles: &Styles) -> Vec<Line<'static>> {
    let widest = items
        .iter()
        .map(|item| width(&item.label))
        .max()
        .unwrap_or(0);
    let indent = (widest + 2).min(room / 2);
    let mut lines = Vec::new();
    for item in items {
        let label = super::text::head(&item.label, indent.saturating_sub(1));
        let mut front = format!("{label}{}", " ".repeat(indent - width(label)));
        for part in wrap(&item.value, room.saturating_sub(indent)) {
            lines.push(Line::from(vec![
                Span::styled(front, styles.faint),
                Span::styled(part, item.style),
            ]));
            front = " ".repeat(indent);
        }
    }
    lines
}

/// A mark with a text beside it, wrapped so that the mark stands alone.
pub(crate) fn marked(
    mark: &str,
    mark_style: Style,
    text: &str,
    style: Style,
    room: usize,
) -> Vec<Line<'static>> {
    let indent = width(mark) + 1;
    let mut front = Span::styled(format!("{mark} "), mark_style);
    wrap(text, room.saturating_sub(indent))
        .into_iter()
        .map(|part| {
            let blank = Span::raw(" ".repeat(indent));
            Line::from(vec![
                std::mem::replace(&mut front, blank),
                Span::styled(part, style),
            ])
        })
        .collect()
}

/// A text in wrapped lines.
pub(crate) fn paragraph(text: &str, style: Style, room: usize) -> Vec<Line<'static>> {
    wrap(text, room)
        .into_iter()
        .map(|part| Line::styled(part, style))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::{Charset, Palette};

    #[test]
    fn values_stand_in_one_column_also_when_they_wrap() {
        let styles = Styles::new(Palette::Mono, Charset::Ascii);
        let items = [
            Labelled::new("Id", "d-9067000001"),
            Labelled::new("Name", "corp of the example"),
        ];
        let text: Vec<String> = lines(&items, 20, &styles)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            text,
            ["Id    d-9067000001", "Name  corp of the", "      example"]
        );
        let text: Vec<String> = marked("!", styles.text, "all is lost for ever", styles.text, 13)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(text, ["! all is lost", "  for ever"]);
    }
}
