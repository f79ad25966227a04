//! The bottom line: keys and what they do here.

use ratatui::{buffer::Buffer, layout::Rect};

use super::text::{cells, width};
use crate::tui::theme::Styles;

/// A key and what it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hint {
    /// The key as it is written.
    pub(crate) key: String,
    /// What it does, in a word or two.
    pub(crate) label: String,
}

/// Draws as many hints as fit. The last `kept` are always drawn; of the others those in front win.
pub(crate) fn draw(buffer: &mut Buffer, area: Rect, hints: &[Hint], kept: usize, styles: &Styles) {
    let size = |hint: &Hint| width(&hint.key) + 1 + width(&hint.label) + 2;
    let (rest, last) = hints.split_at(hints.len().saturating_sub(kept));
    let mut room = usize::from(area.width + 2).saturating_sub(last.iter().map(size).sum::<usize>());
    let fitting = rest.iter().filter(|hint| {
        let fits = size(hint) <= room;
        if fits {
            room -= size(hint);
        }
        fits
    });
    let mut x = area.x;
    for hint in fitting.chain(last) {
        let left = usize::from(area.right().saturating_sub(x));
        if left == 0 {
            return;
        }
        buffer.set_stringn(x, area.y, &hint.key, left, styles.key);
        let label = x + cells(width(&hint.key)) + 1;
        let left = usize::from(area.right().saturating_sub(label));
        buffer.set_stringn(
            label.min(area.right()),
            area.y,
            &hint.label,
            left,
            styles.faint,
        );
        x = x.saturating_add(cells(size(hint)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::{Charset, Palette};

    #[test]
    fn the_last_hints_are_never_left_out() {
        let styles = Styles::new(Palette::Mono, Charset::Ascii);
        let hints: Vec<Hint> = [
            ("enter", "open"),
            ("c", "create snapshot"),
            ("?", "keys"),
            ("q", "quit"),
        ]
        .map(|(key, label)| Hint {
            key: key.to_owned(),
            label: label.to_owned(),
        })
        .into();
        let line = |width| {
            let area = Rect::new(0, 0, width, 1);
            let mut buffer = Buffer::empty(area);
            draw(&mut buffer, area, &hints, 2, &styles);
            (0..width)
                .map(|x| buffer[(x, 0)].symbol())
                .collect::<String>()
                .trim_end()
                .to_owned()
        };
        assert_eq!(line(80), "enter open  c create snapshot  ? keys  q quit");
        assert_eq!(line(45), "enter open  c create snapshot  ? keys  q quit");
        assert_eq!(line(44), "enter open  ? keys  q quit");
        assert_eq!(line(14), "? keys  q quit");
        assert_eq!(line(9), "? keys  q");
        assert_eq!(line(0), "");
    }
}
