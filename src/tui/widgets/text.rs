//! Text measured in terminal cells: cut and wrapped without splitting what a person sees as one
//! character.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The cells a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// A length in the terminal's own unit; what no terminal can show is as good as its longest line.
pub(crate) fn cells(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

/// The text in at most `room` cells, with `ellipsis` at the end where something was left out.
pub(crate) fn cut<'t>(text: &'t str, room: usize, ellipsis: &str) -> Cow<'t, str> {
    if width(text) <= room {
        return Cow::Borrowed(text);
    }
    let Some(room) = room.checked_sub(width(ellipsis)) else {
        return Cow::Borrowed("");
    };
    Cow::Owned(format!("{}{ellipsis}", head(text, room).trim_end()))
}

/// The longest beginning of a text that takes at most `room` cells.
pub(crate) fn head(text: &str, room: usize) -> &str {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += width(grapheme);
        if used > room {
            return &text[..at];
        }
    }
    text
}

/// As much of a text as [`wrap`] puts into so many lines, with `ellipsis` at the end where something
/// was left out.
pub(crate) fn wrapped_to(text: &str, room: usize, most: usize, ellipsis: &str) -> String {
    let mut lines = wrap(text, room);
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            let kept = head(last, room.saturating_sub(width(ellipsis)));
            *last = format!("{}{ellipsis}", kept.trim_end_matches([' ', ',']));
        }
    }
    lines.join(" ")
}

/// The text in lines of at most `room` cells, broken between words; a word that is longer than a
/// line is broken where the line ends. Never empty.
pub(crate) fn wrap(text: &str, room: usize) -> Vec<String> {
    let room = room.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let mut word = word;
        let gap = usize::from(used > 0);
        if used + gap + width(word) <= room {
            if gap == 1 {
                line.push(' ');
            }
            line.push_str(word);
            used += gap + width(word);
            continue;
        }
        if used > 0 {
            lines.push(std::mem::take(&mut line));
        }
        while width(word) > room {
            let part = match head(word, room) {
                // A wide character in a single cell: it cannot be shown, and must not stop us.
                "" => word.graphemes(true).next().unwrap_or(word),
                part => part,
            };
            lines.push(part.to_owned());
            word = &word[part.len()..];
        }
        line.push_str(word);
        used = width(word);
    }
    if used > 0 || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_are_cut_by_cells_and_between_graphemes() {
        assert_eq!(cut("snapshot", 8, "…"), "snapshot");
        assert_eq!(cut("snapshots", 8, "…"), "snapsho…");
        assert_eq!(cut("日本語", 5, "…"), "日本…");
        assert_eq!(cut("日本語", 4, "…"), "日…");
        assert_eq!(cut("e\u{301}e\u{301}e\u{301}", 2, "…"), "e\u{301}…");
        assert_eq!(cut("abc", 2, "..."), "");
        assert_eq!(cut("abcdef", 4, "..."), "a...");
    }

    #[test]
    fn words_are_kept_whole_where_a_line_can_hold_them() {
        assert_eq!(
            wrap("every domain controller is offline", 12),
            ["every domain", "controller", "is offline"]
        );
        assert_eq!(wrap("", 10), [""]);
        assert_eq!(wrap("d-9067000001 ok", 5), ["d-906", "70000", "01 ok"]);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_room_and_no_character_is_lost(
            text in "[a-z日 é]{0,60}", room in 2_usize..20
        ) {
            let lines = wrap(&text, room);
            prop_assert!(lines.iter().all(|line| width(line) <= room));
            let kept: String = lines.concat().split_whitespace().collect();
            let given: String = text.split_whitespace().collect();
            prop_assert_eq!(kept, given);
            prop_assert!(width(&cut(&text, room, "…")) <= room);
        }
    }
}
