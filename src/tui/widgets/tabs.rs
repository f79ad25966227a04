//! Tabs on one line, the open one reversed.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::text::{cells, width};
use crate::tui::theme::Styles;

/// The cells of a title with the space around it.
fn padded(title: &str) -> usize {
    width(title) + 2
}

/// The first title that is drawn: as far to the left as the open one allows.
fn first_in_sight(titles: &[String], open: usize, room: usize) -> usize {
    (0..open)
        .find(|first| {
            titles[*first..=open]
                .iter()
                .map(|title| padded(title))
                .sum::<usize>()
                <= room
        })
        .unwrap_or(open)
}

/// Draws the titles and answers how many cells they took. Titles that do not fit are left out from
/// the left, so that the open tab is always in sight.
pub(crate) fn draw(
    buffer: &mut Buffer,
    area: Rect,
    titles: &[String],
    open: usize,
    styles: &Styles,
) -> u16 {
    let room = usize::from(area.width);
    let first = first_in_sight(titles, open, room);
    let mut x = 0;
    let mut shown = first;
    for (index, title) in titles.iter().enumerate().skip(first) {
        if x + padded(title) > room && index > open {
            break;
        }
        shown = index + 1;
        let style = if index == open {
            styles.selected
        } else {
            styles.faint
        };
        let at = area.x + cells(x);
        buffer.set_stringn(
            at,
            area.y,
            format!(" {title} "),
            room.saturating_sub(x),
            style,
        );
        x += padded(title);
    }
    // Titles out of sight leave a sign where they are.
    let [before, after] = if styles.marks.ellipsis.is_ascii() {
        ["<", ">"]
    } else {
        ["‹", "›"]
    };
    if first > 0 && area.width > 0 {
        buffer.set_stringn(area.x, area.y, before, 1, styles.faint);
    }
    if shown < titles.len() && x < room {
        buffer.set_stringn(area.x + cells(x), area.y, after, room - x, styles.faint);
        x += width(after);
    }
    cells(x.min(room))
}

/// The title under a cell of the line that [`draw`] draws the titles into.
pub(crate) fn at(area: Rect, titles: &[String], open: usize, cell: Position) -> Option<usize> {
    if !area.contains(cell) {
        return None;
    }
    let room = usize::from(area.width);
    let first = first_in_sight(titles, open, room);
    let mut end = usize::from(area.x);
    titles
        .iter()
        .enumerate()
        .skip(first)
        .find_map(|(index, title)| {
            end += padded(title);
            (usize::from(cell.x) < end).then_some(index)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::{Charset, Palette};

    #[test]
    fn the_open_tab_stays_in_sight() {
        let styles = Styles::new(Palette::Mono, Charset::Ascii);
        let titles = ["Overview", "Snapshots 5", "Indices"].map(str::to_owned);
        let line = |open, width| {
            let area = Rect::new(0, 0, width, 1);
            let mut buffer = Buffer::empty(area);
            draw(&mut buffer, area, &titles, open, &styles);
            (0..width)
                .map(|x| buffer[(x, 0)].symbol())
                .collect::<String>()
        };
        assert_eq!(line(0, 40).trim_end(), " Overview  Snapshots 5  Indices");
        assert_eq!(line(0, 24).trim_end(), " Overview  Snapshots 5 >");
        assert_eq!(line(2, 24).trim_end(), "<Snapshots 5  Indices");
        assert_eq!(line(2, 5), "<Indi");
        let under = |open, width, x| {
            at(
                Rect::new(0, 0, width, 1),
                &titles,
                open,
                Position::new(x, 0),
            )
        };
        assert_eq!(
            [0, 9, 10, 22, 23, 31].map(|x| under(0, 40, x)),
            [0, 0, 1, 1, 2, 2].map(Some)
        );
        assert_eq!(under(0, 40, 39), None);
        assert_eq!(under(2, 24, 0), Some(1));
    }
}
