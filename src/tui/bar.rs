//! The line below the breadcrumb: tabs on the left, what is said of the open one on the right.

use ratatui::{Frame, layout::Rect, text::Line};

use super::{
    theme::Styles,
    widgets::{panel, tabs},
};

/// A screen's area split into the line of the tabs and what is below it.
pub(crate) fn split(area: Rect) -> (Rect, Rect) {
    let bar = Rect {
        height: 1.min(area.height),
        ..area
    };
    let below = Rect {
        y: area.y + bar.height,
        height: area.height - bar.height,
        ..area
    };
    (bar, below)
}

/// Draws the line.
pub(crate) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    titles: &[String],
    open: usize,
    status: &Line<'static>,
    styles: &Styles,
) {
    if area.is_empty() {
        return;
    }
    let buffer = frame.buffer_mut();
    let status_at = panel::right(buffer, area, status);
    let room = Rect {
        width: (status_at - area.x).saturating_sub(2),
        ..area
    };
    tabs::draw(buffer, room, titles, open, styles);
}
