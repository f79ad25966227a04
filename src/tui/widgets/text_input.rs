//! One line of text that is being typed.

use ratatui::{
    Frame,
    layout::{Position, Rect},
    style::Style,
};
use unicode_segmentation::UnicodeSegmentation;

use super::text::{cells, width};

/// What a key does to the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edit {
    /// A character at the cursor.
    Insert(char),
    /// Takes the character before the cursor away.
    Backspace,
    /// Takes the character at the cursor away.
    Delete,
    /// Takes the word before the cursor away.
    DeleteWord,
    /// Takes all before the cursor away.
    DeleteToStart,
    /// One character to the left.
    Left,
    /// One character to the right.
    Right,
    /// To the beginning.
    Start,
    /// To the end.
    End,
}

/// A text with a cursor between its characters.
#[derive(Debug, Clone, Default)]
pub(crate) struct TextInput {
    text: String,
    /// A byte position on the border of a grapheme.
    cursor: usize,
}

impl TextInput {
    /// A field that holds a text, with the cursor at its end.
    pub(crate) fn with(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            cursor: text.len(),
        }
    }

    /// What was typed.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether nothing was typed.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Changes the text or moves the cursor.
    pub(crate) fn edit(&mut self, edit: Edit) {
        match edit {
            Edit::Insert(c) => {
                self.text.insert(self.cursor, c);
                self.cursor += c.len_utf8();
                self.settle();
            }
            Edit::Backspace => self.remove(self.before()..self.cursor),
            Edit::Delete => self.remove(self.cursor..self.after()),
            Edit::DeleteWord => {
                let kept = self.text[..self.cursor].trim_end();
                let space = kept.char_indices().rfind(|(_, c)| c.is_whitespace());
                let start = space.map_or(0, |(at, c)| at + c.len_utf8());
                self.remove(start..self.cursor);
            }
            Edit::DeleteToStart => self.remove(0..self.cursor),
            Edit::Left => self.cursor = self.before(),
            Edit::Right => self.cursor = self.after(),
            Edit::Start => self.cursor = 0,
            Edit::End => self.cursor = self.text.len(),
        }
    }

    /// Puts a text in at the cursor.
    pub(crate) fn insert(&mut self, text: &str) {
        self.text.insert_str(self.cursor, text);
        self.cursor += text.len();
        self.settle();
    }

    /// Draws the text into one line, scrolled so that the cursor is in sight. Where the field has
    /// the focus the terminal's own cursor stands in it.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, area: Rect, style: Style, focused: bool) {
        if area.is_empty() {
            return;
        }
        let room = usize::from(area.width);
        let cursor = if focused { self.cursor } else { 0 };
        // The cell of the cursor itself must fit behind the text before it.
        let mut start = 0;
        for grapheme in self.text[..cursor].graphemes(true) {
            if width(&self.text[start..cursor]) < room {
                break;
            }
            start += grapheme.len();
        }
        frame
            .buffer_mut()
            .set_stringn(area.x, area.y, &self.text[start..], room, style);
        if focused {
            let x = area.x + cells(width(&self.text[start..cursor]));
            frame.set_cursor_position(Position { x, y: area.y });
        }
    }

    fn before(&self) -> usize {
        self.text[..self.cursor]
            .grapheme_indices(true)
            .next_back()
            .map_or(0, |(at, _)| at)
    }

    fn after(&self) -> usize {
        self.text[self.cursor..]
            .graphemes(true)
            .next()
            .map_or(self.cursor, |grapheme| self.cursor + grapheme.len())
    }

    fn remove(&mut self, range: std::ops::Range<usize>) {
        self.cursor = range.start;
        self.text.replace_range(range, "");
        self.settle();
    }

    /// Moves the cursor to the end of the grapheme it may have come to stand in: what was put in or
    /// taken out can join its neighbours.
    fn settle(&mut self) {
        let end = self.text.len();
        self.cursor = self
            .text
            .grapheme_indices(true)
            .map(|(at, _)| at)
            .find(|&at| at >= self.cursor)
            .unwrap_or(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn typed(edits: &[Edit]) -> TextInput {
        let mut input = TextInput::with("pre patch");
        for edit in edits {
            input.edit(*edit);
        }
        input
    }

    #[test]
    fn keys_edit_at_the_cursor() {
        use Edit::{Backspace, Delete, DeleteToStart, DeleteWord, End, Insert, Left, Right, Start};
        for (edits, expected) in [
            (&[Insert('!')][..], "pre patch!"),
            (&[Backspace, Backspace], "pre pat"),
            (&[Start, Delete, Insert('P')], "Pre patch"),
            (&[Left, Left, DeleteToStart], "ch"),
            (&[DeleteWord], "pre "),
            (&[DeleteWord, DeleteWord], ""),
            (
                &[Start, Backspace, Left, Insert('x'), End, Right, Delete],
                "xpre patch",
            ),
        ] {
            assert_eq!(typed(edits).text(), expected, "{edits:?}");
        }
    }

    #[test]
    fn a_combined_character_is_one_step() {
        let mut input = TextInput::with("ae\u{301}");
        input.edit(Edit::Backspace);
        assert_eq!(input.text(), "a");
    }

    proptest! {
        #[test]
        fn no_sequence_of_edits_leaves_the_borders_of_a_character(
            text in "\\PC{0,8}", edits in prop::collection::vec(0_u8..9, 0..40)
        ) {
            let mut input = TextInput::with(&text);
            for edit in edits {
                input.edit(match edit {
                    0 => Edit::Insert('\u{301}'),
                    1 => Edit::Insert('日'),
                    2 => Edit::Backspace,
                    3 => Edit::Delete,
                    4 => Edit::DeleteWord,
                    5 => Edit::Left,
                    6 => Edit::Right,
                    7 => Edit::Start,
                    _ => Edit::End,
                });
                prop_assert!(input.text().is_char_boundary(input.cursor));
            }
        }
    }
}
