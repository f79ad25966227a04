//! The frame of a dialog over what is on the screen, and scrolled lines inside it.

use ratatui::{
    buffer::Buffer,
    layout::{Alignment, Rect, Size},
    text::Line,
    widgets::{Block, Clear, Widget},
};

use super::text::{cells, cut};
use crate::tui::theme::Styles;

/// Clears an area and frames it with a title; answers the room inside.
pub(crate) fn draw(buffer: &mut Buffer, area: Rect, title: &str, styles: &Styles) -> Rect {
    Clear.render(area, buffer);
    let title = cut(
        title,
        usize::from(area.width).saturating_sub(4),
        styles.marks.ellipsis,
    );
    let block = Block::bordered()
        .border_set(styles.marks.border)
        .title(Line::styled(format!(" {title} "), styles.strong));
    block.render(area, buffer);
    inside(area)
}

/// What is beside a dialog is covered too where it would be narrower than this on both sides together.
const MARGIN: u16 = 8;

/// The size of a dialog for a content of this size, as far as the screen has room.
pub(crate) fn around(screen: Rect, width: u16, height: usize) -> Size {
    let width = width.saturating_add(4);
    Size {
        width: if width.saturating_add(MARGIN) > screen.width {
            screen.width
        } else {
            width
        },
        height: cells(height).saturating_add(2).min(screen.height),
    }
}

/// Draws the lines from `first` on. Where some are out of sight the frame to the right says so.
pub(crate) fn scrolled(
    buffer: &mut Buffer,
    area: Rect,
    lines: &[Line<'static>],
    first: usize,
    styles: &Styles,
) {
    let height = usize::from(area.height);
    for (row, line) in lines.iter().skip(first).take(height).enumerate() {
        buffer.set_line(area.x, area.y + cells(row), line, area.width);
    }
    edges(buffer, area, first, lines.len(), styles);
}

/// Says at the frame to the right whether there is more above or below what is in sight.
pub(crate) fn edges(buffer: &mut Buffer, area: Rect, first: usize, length: usize, styles: &Styles) {
    if area.is_empty() {
        return;
    }
    let height = usize::from(area.height);
    let edge = (area.right() + 1).min(buffer.area.right().saturating_sub(1));
    if first > 0 {
        buffer.set_string(edge, area.y, styles.marks.above, styles.strong);
    }
    if first + height < length {
        buffer.set_string(edge, area.bottom() - 1, styles.marks.below, styles.strong);
    }
}

/// Draws a text against the right edge and answers where it begins.
pub(crate) fn right(buffer: &mut Buffer, area: Rect, line: &Line<'static>) -> u16 {
    let wanted = cells(line.width()).min(area.width);
    let at = Rect {
        x: area.right() - wanted,
        width: wanted,
        height: 1,
        ..area
    };
    line.clone().alignment(Alignment::Left).render(at, buffer);
    at.x
}

/// The area of this size in the middle of the screen.
pub(crate) fn centred(screen: Rect, size: Size) -> Rect {
    let width = size.width.min(screen.width);
    let height = size.height.min(screen.height);
    Rect {
        x: screen.x + (screen.width - width) / 2,
        y: screen.y + (screen.height - height) / 2,
        width,
        height,
    }
}

/// The room inside a frame, one cell away from its sides.
pub(crate) fn inside(area: Rect) -> Rect {
    Rect {
        x: area.x + 2.min(area.width),
        y: area.y + 1.min(area.height),
        width: area.width.saturating_sub(4),
        height: area.height.saturating_sub(2),
    }
}
