//! A table of which only the visible rows are formatted.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
    text::Span,
    widgets::Widget,
};

use super::text::{cells, cut, width};
use crate::{domain::order::Direction, tui::theme::Styles};

/// The cells between two columns.
const GAP: u16 = 2;
/// The cells in front of the first column, for the sign of the selected row.
const GUTTER: u16 = 2;

/// Which signs stand in front of rows beside that of the selected one.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Gutter {
    /// Some rows are marked.
    pub(crate) marks: bool,
    /// Some rows need a look.
    pub(crate) calls: bool,
}

/// The signs of a row.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Flags {
    /// It is marked.
    pub(crate) marked: bool,
    /// It needs a look.
    pub(crate) calls: bool,
}

impl Gutter {
    /// The cells in front of the first column: the cursor, a sign, and a blank one.
    fn width(self) -> u16 {
        if self.marks || self.calls {
            GUTTER + 1
        } else {
            GUTTER
        }
    }
}

/// A column as the table needs to know it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Heading<'a> {
    /// The text above it.
    pub(crate) title: &'a str,
    /// Its narrowest useful width.
    pub(crate) width: u16,
    /// Whether it takes what space is left.
    pub(crate) grows: bool,
    /// Which columns go first when space is short: the highest number; 0 never goes.
    pub(crate) drops: u8,
}

/// Where a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Slot {
    column: usize,
    x: u16,
    width: u16,
}

/// A table with its headings, ready to be drawn. `cell` gives the content of a row and a column and
/// is asked for visible rows only.
pub(crate) struct Table<'a, C> {
    pub(crate) headings: &'a [Heading<'a>],
    pub(crate) rows: usize,
    pub(crate) gutter: Gutter,
    pub(crate) flags: &'a dyn Fn(usize) -> Flags,
    pub(crate) first: usize,
    pub(crate) selected: Option<usize>,
    /// The column that the rows stand in the order of, and which way round.
    pub(crate) sorted: Option<(usize, Direction)>,
    pub(crate) cell: C,
    pub(crate) styles: &'a Styles,
}

/// How many rows a table of this height shows below its headings.
pub(crate) fn visible_rows(height: u16) -> usize {
    usize::from(height.saturating_sub(1))
}

/// The row under a cell of a table that begins with the row `first`, whether or not there is one.
pub(crate) fn row_at(area: Rect, first: usize, cell: Position) -> Option<usize> {
    let line = cell.y.checked_sub(area.y + 1)?;
    area.contains(cell).then(|| first + usize::from(line))
}

impl<'a, C: Fn(usize, usize) -> Span<'a>> Widget for Table<'a, C> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        if area.height == 0 {
            return;
        }
        let slots = fit(self.headings, self.gutter, area.width);
        let ellipsis = self.styles.marks.ellipsis;
        for slot in &slots {
            let title = cut(
                self.headings[slot.column].title,
                slot.width.into(),
                ellipsis,
            );
            buffer.set_string(area.x + slot.x, area.y, &title, self.styles.strong);
            if let Some((_, direction)) = self.sorted.filter(|(column, _)| *column == slot.column) {
                let marks = &self.styles.marks;
                let mark = match direction {
                    Direction::Ascending => marks.above,
                    Direction::Descending => marks.below,
                };
                // A title that fills its column leaves the gap behind it.
                let at = slot.x + cells(width(&title));
                let space = u16::from(at + 1 < slot.x + slot.width + GAP);
                let x = (area.x + at + space).min(area.right().saturating_sub(1));
                buffer.set_string(x, area.y, mark, self.styles.strong);
            }
        }
        let visible = visible_rows(area.height);
        for (line, row) in (self.first..self.rows).take(visible).enumerate() {
            let y = area.y + 1 + cells(line);
            let selected = self.selected == Some(row);
            for slot in &slots {
                let span = (self.cell)(row, slot.column);
                // In a reversed row a colour would become a patch of background.
                let style = if selected { Style::new() } else { span.style };
                let text = cut(&span.content, slot.width.into(), ellipsis);
                buffer.set_string(area.x + slot.x, y, text, style);
            }
            let flags = (self.flags)(row);
            let marks = &self.styles.marks;
            // A mark is there for a moment, and stands before what is always there.
            let sign = match (flags.marked, flags.calls) {
                (true, _) => Some((marks.marked, self.styles.strong)),
                (false, true) => Some((marks.calls, self.styles.alert)),
                (false, false) => None,
            };
            if let Some((sign, style)) = sign {
                buffer.set_string(area.x + 1, y, sign, style);
            }
            if selected {
                buffer.set_string(area.x, y, self.styles.marks.selected, Style::new());
                let line = Rect {
                    x: area.x,
                    y,
                    width: area.width,
                    height: 1,
                };
                buffer.set_style(line, self.styles.selected);
            }
        }
    }
}

/// The columns that are shown in a table of this width.
pub(crate) fn visible(headings: &[Heading<'_>], gutter: Gutter, width: u16) -> Vec<usize> {
    fit(headings, gutter, width)
        .iter()
        .map(|slot| slot.column)
        .collect()
}

/// Chooses the columns that fit, and gives what is left to those that grow.
fn fit(headings: &[Heading<'_>], gutter: Gutter, width: u16) -> Vec<Slot> {
    let room = width.saturating_sub(gutter.width());
    let mut kept: Vec<usize> = (0..headings.len()).collect();
    let needed = |kept: &[usize]| -> u16 {
        let columns: u16 = kept.iter().map(|&column| headings[column].width).sum();
        columns + GAP * cells(kept.len().saturating_sub(1))
    };
    while needed(&kept) > room {
        let Some(victim) = kept
            .iter()
            .copied()
            .filter(|&column| headings[column].drops > 0)
            .max_by_key(|&column| (headings[column].drops, column))
        else {
            break;
        };
        kept.retain(|&column| column != victim);
    }
    let mut left = room.saturating_sub(needed(&kept));
    let mut growing = cells(
        kept.iter()
            .filter(|&&column| headings[column].grows)
            .count(),
    );
    let mut x = gutter.width();
    let mut slots = Vec::with_capacity(kept.len());
    for column in kept {
        let heading = headings[column];
        let mut own = heading.width;
        if heading.grows && growing > 0 {
            let share = left / growing;
            own += share;
            left -= share;
            growing -= 1;
        }
        let own = own.min(width.saturating_sub(x));
        if own == 0 {
            break;
        }
        slots.push(Slot {
            column,
            x,
            width: own,
        });
        x += own + GAP;
    }
    slots
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::{Charset, Palette};

    const HEADINGS: [Heading<'static>; 4] = [
        Heading {
            title: "ID",
            width: 12,
            grows: false,
            drops: 0,
        },
        Heading {
            title: "Name",
            width: 10,
            grows: true,
            drops: 0,
        },
        Heading {
            title: "Type",
            width: 8,
            grows: false,
            drops: 2,
        },
        Heading {
            title: "Age",
            width: 5,
            grows: false,
            drops: 1,
        },
    ];

    fn columns(width: u16) -> Vec<(usize, u16)> {
        fit(&HEADINGS, Gutter::default(), width)
            .iter()
            .map(|slot| (slot.column, slot.width))
            .collect()
    }

    #[test]
    fn columns_go_by_their_number_and_the_rest_is_taken_by_what_grows() {
        assert_eq!(columns(43), [(0, 12), (1, 10), (2, 8), (3, 5)]);
        assert_eq!(columns(80), [(0, 12), (1, 47), (2, 8), (3, 5)]);
        assert_eq!(columns(42), [(0, 12), (1, 19), (3, 5)]);
        assert_eq!(columns(26), [(0, 12), (1, 10)]);
        assert_eq!(columns(20), [(0, 12), (1, 4)]);
        assert_eq!(columns(8), [(0, 6)]);
        assert_eq!(columns(0), []);
    }

    #[test]
    fn rows_are_drawn_from_the_first_in_sight_and_asked_for_only_then() {
        let styles = Styles::new(Palette::Mono, Charset::Ascii);
        let asked = std::cell::RefCell::new(Vec::new());
        let area = Rect::new(0, 0, 32, 3);
        let mut buffer = Buffer::empty(area);
        Table {
            headings: &HEADINGS[..2],
            rows: 100_000,
            gutter: Gutter {
                marks: true,
                calls: true,
            },
            flags: &|row| Flags {
                marked: row == 500,
                calls: true,
            },
            first: 500,
            selected: Some(501),
            sorted: Some((1, Direction::Descending)),
            cell: |row, column| {
                asked.borrow_mut().push(row);
                Span::raw(format!("r{row} c{column} and more text"))
            },
            styles: &styles,
        }
        .render(area, &mut buffer);
        let lines: Vec<String> = (0..3)
            .map(|y| (0..32).map(|x| buffer[(x, y)].symbol()).collect())
            .collect();
        assert_eq!(
            lines,
            [
                "   ID            Name v         ",
                " * r500 c0 a...  r500 c1 and... ",
                ">! r501 c0 a...  r501 c1 and... ",
            ]
        );
        assert_eq!(asked.into_inner(), [500, 500, 501, 501]);
        assert!(
            buffer[(29, 2)]
                .modifier
                .contains(ratatui::style::Modifier::REVERSED)
        );
        assert!(
            !buffer[(29, 1)]
                .modifier
                .contains(ratatui::style::Modifier::REVERSED)
        );
    }
}
