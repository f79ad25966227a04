//! The lines that menus are made of: what can be chosen, its key, and what it is about.

use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Span};

use crate::tui::{
    choice::Entry,
    theme::Styles,
    widgets::text::{cells, cut, width},
};

/// The cells between the parts of a line.
const GAP: usize = 2;
/// The cells in front of a line, for the mark of the selected one.
const MARK: usize = 2;

/// The cells of a note that a label leaves it.
const LEAST: usize = 16;

/// How wide the parts of a line are.
struct Columns {
    label: usize,
    key: usize,
    note: usize,
}

/// The parts share what room there is: the note gives way to the label, but not altogether.
fn columns<'e>(entries: impl Iterator<Item = &'e Entry> + Clone, room: usize) -> Columns {
    let room = room.saturating_sub(MARK);
    let key = entries.clone().map(|entry| width(&entry.key)).max();
    let key = key.unwrap_or(0);
    let used = if key > 0 { key + GAP } else { 0 };
    let noted = entries.clone().map(|entry| width(&entry.note)).max();
    let noted = noted.unwrap_or(0).min(LEAST) + GAP;
    let label = entries.map(|entry| width(&entry.label)).max().unwrap_or(0);
    let label = label.min(room.saturating_sub(used + noted));
    let note = room.saturating_sub(used + label + GAP);
    Columns { label, key, note }
}

/// The cells that lines with these entries would like to have, the labels being cut at `room`.
pub(super) fn wanted<'e>(entries: impl Iterator<Item = &'e Entry> + Clone, room: usize) -> usize {
    let Columns { label, key, .. } = columns(entries.clone(), room);
    let key = if key > 0 { key + GAP } else { 0 };
    let note = entries.map(|entry| width(&note(entry))).max().unwrap_or(0);
    MARK + label + GAP + key + note
}

/// Draws the entries, one a line, as far as there is room.
pub(super) fn draw<'e>(
    buffer: &mut Buffer,
    room: Rect,
    entries: impl Iterator<Item = &'e Entry> + Clone,
    selected: Option<usize>,
    styles: &Styles,
) {
    let columns = columns(entries.clone(), room.width.into());
    for (row, entry) in entries.take(room.height.into()).enumerate() {
        let y = room.y + cells(row);
        let is_selected = selected == Some(row);
        if is_selected {
            buffer.set_string(room.x, y, styles.marks.selected, Style::new());
        }
        let mut x = room.x + cells(MARK);
        for (part, size) in parts(entry, &columns, styles) {
            // In a reversed line a colour would become a patch of background.
            let style = if is_selected {
                Style::new()
            } else {
                part.style
            };
            let text = cut(&part.content, size, styles.marks.ellipsis);
            buffer.set_string(x, y, text, style);
            x += cells(size + GAP);
        }
        if is_selected {
            let line = Rect {
                y,
                height: 1,
                ..room
            };
            buffer.set_style(line, styles.selected);
        }
    }
}

fn parts<'e>(entry: &'e Entry, columns: &Columns, styles: &Styles) -> Vec<(Span<'e>, usize)> {
    let label = if entry.because.is_some() {
        styles.faint
    } else {
        styles.text
    };
    let mut parts = vec![(Span::styled(&*entry.label, label), columns.label)];
    if columns.key > 0 {
        parts.push((Span::styled(&*entry.key, styles.key), columns.key));
    }
    parts.push((Span::styled(note(entry), styles.faint), columns.note));
    parts
}

/// What is said beside the label.
fn note(entry: &Entry) -> String {
    match &entry.because {
        None => entry.note.clone(),
        Some(why) if entry.note.is_empty() => why.clone(),
        // What matters comes first, since the end is cut where there is no room.
        Some(why) => format!("{why} ({})", entry.note),
    }
}
