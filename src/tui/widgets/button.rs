//! Buttons on one line.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::text::{cells, width};
use crate::tui::theme::Styles;

/// A button as it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Button<'a> {
    /// What it does.
    pub(crate) label: &'a str,
    /// Whether Enter would press it.
    pub(crate) focused: bool,
    /// Whether it can be pressed at all. One that cannot is faint and without brackets.
    pub(crate) enabled: bool,
}

/// The button under a cell of the line that [`draw`] draws buttons of these labels into.
pub(crate) fn at(area: Rect, labels: &[&str], cell: Position) -> Option<usize> {
    let mut x = usize::from(area.x);
    labels.iter().position(|label| {
        let from = x;
        let to = from + width(label) + 4;
        x = to + 2;
        area.contains(cell) && (from..to).contains(&usize::from(cell.x))
    })
}

/// Draws the buttons from the left.
pub(crate) fn draw(buffer: &mut Buffer, area: Rect, buttons: &[Button<'_>], styles: &Styles) {
    let mut x = area.x;
    for button in buttons {
        let left = usize::from(area.right().saturating_sub(x));
        let (text, style) = match (button.enabled, button.focused) {
            (true, true) => (format!("[ {} ]", button.label), styles.selected),
            (true, false) => (format!("[ {} ]", button.label), styles.text),
            (false, true) => (
                format!("  {}  ", button.label),
                styles.faint.patch(styles.selected),
            ),
            (false, false) => (format!("  {}  ", button.label), styles.faint),
        };
        buffer.set_stringn(x.min(area.right()), area.y, &text, left, style);
        x = x.saturating_add(cells(width(&text) + 2));
    }
}
