//! Cells into the bytes that show them: as few as it takes, and none that an old terminal would
//! misread.
//!
//! Invariants: what was not changed is not written; a style is told by what differs from the one
//! before, never by a reset in between that would take a reversed or bold text away; the sixteen
//! colours are told by their own sequences (`31`, `97`), which terminals without the 256 understand
//! too; every run of cells begins with a position, so that a terminal that measures a character
//! otherwise is wrong by that character only; afterwards the style is the terminal's own again.

use std::fmt::Write;

use ratatui::{
    buffer::Cell,
    layout::Position,
    style::{Color, Modifier},
};
use unicode_width::UnicodeWidthStr;

/// How the next character would be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pen {
    foreground: Color,
    background: Color,
    modifier: Modifier,
}

const PLAIN: Pen = Pen {
    foreground: Color::Reset,
    background: Color::Reset,
    modifier: Modifier::empty(),
};

/// Modifiers with the codes that set them and take them away. Bold and faint are taken away together.
const MODIFIERS: [(Modifier, u8, u8); 8] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

/// Writes the cells that changed.
pub(super) fn paint<'c>(out: &mut String, cells: impl Iterator<Item = (u16, u16, &'c Cell)>) {
    let mut pen = PLAIN;
    // Where the terminal's cursor is, once that is known for sure.
    let mut at: Option<Position> = None;
    for (x, y, cell) in cells {
        if at != Some(Position { x, y }) {
            go(out, at, x, y);
        }
        let next = Pen {
            foreground: cell.fg,
            background: cell.bg,
            modifier: cell.modifier,
        };
        change(out, pen, next);
        pen = next;
        let symbol = cell.symbol();
        out.push_str(symbol);
        // Behind anything but a single plain character, terminals do not agree on where they are.
        at = (symbol.len() == 1 || symbol.width() == 1 && symbol.chars().count() == 1)
            .then(|| Position { x: x + 1, y });
    }
    if pen != PLAIN {
        out.push_str("\x1b[m");
    }
}

fn go(out: &mut String, from: Option<Position>, x: u16, y: u16) {
    let _infallible = match from {
        Some(at) if at.y == y && x > at.x => match x - at.x {
            1 => write!(out, "\x1b[C"),
            steps => write!(out, "\x1b[{steps}C"),
        },
        _ => write!(out, "\x1b[{};{}H", y + 1, x + 1),
    };
}

/// Changes the pen by what differs.
fn change(out: &mut String, from: Pen, to: Pen) {
    if from == to {
        return;
    }
    if to == PLAIN {
        out.push_str("\x1b[m");
        return;
    }
    let mut codes = String::new();
    let mut code = |number: u8| {
        if !codes.is_empty() {
            codes.push(';');
        }
        let _infallible = write!(codes, "{number}");
    };
    let gone = from.modifier - to.modifier;
    let mut kept = from.modifier - gone;
    for (modifier, _, unset) in MODIFIERS {
        if gone.contains(modifier) {
            code(unset);
            if unset == 22 {
                kept -= Modifier::BOLD | Modifier::DIM;
            }
        }
    }
    for (modifier, set, _) in MODIFIERS {
        if (to.modifier - kept).contains(modifier) {
            code(set);
        }
    }
    if from.foreground != to.foreground {
        colour(&mut code, to.foreground, 30);
    }
    if from.background != to.background {
        colour(&mut code, to.background, 40);
    }
    if !codes.is_empty() {
        let _infallible = write!(out, "\x1b[{codes}m");
    }
}

/// The codes of a colour; those of the foreground begin at 30 and those of the background at 40.
fn colour(code: &mut impl FnMut(u8), colour: Color, base: u8) {
    match colour {
        Color::Reset => code(base + 9),
        Color::Black => code(base),
        Color::Red => code(base + 1),
        Color::Green => code(base + 2),
        Color::Yellow => code(base + 3),
        Color::Blue => code(base + 4),
        Color::Magenta => code(base + 5),
        Color::Cyan => code(base + 6),
        Color::Gray => code(base + 7),
        Color::DarkGray => code(base + 60),
        Color::LightRed => code(base + 61),
        Color::LightGreen => code(base + 62),
        Color::LightYellow => code(base + 63),
        Color::LightBlue => code(base + 64),
        Color::LightMagenta => code(base + 65),
        Color::LightCyan => code(base + 66),
        Color::White => code(base + 67),
        Color::Indexed(index) => [base + 8, 5, index].into_iter().for_each(code),
        Color::Rgb(red, green, blue) => [base + 8, 2, red, green, blue].into_iter().for_each(code),
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use proptest::prelude::*;
    use ratatui::{buffer::Buffer, layout::Rect, style::Style};

    use super::*;

    fn painted(before: &Buffer, after: &Buffer) -> String {
        let mut out = String::new();
        paint(&mut out, before.diff(after).into_iter());
        out
    }

    fn line(width: u16, spans: &[(u16, &str, Style)]) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, 2));
        for (x, text, style) in spans {
            buffer.set_string(*x, 1, text, *style);
        }
        buffer
    }

    #[test]
    fn a_style_is_told_by_what_differs() {
        let empty = line(20, &[]);
        let plain = Style::new();
        let reversed = plain.add_modifier(Modifier::REVERSED);
        for (spans, expected) in [
            (&[(0, "ab", plain)][..], "\x1b[2;1Hab"),
            (&[(0, "a", plain), (2, "b", plain)], "\x1b[2;1Ha\x1b[Cb"),
            (
                &[
                    (0, "a", reversed),
                    (1, "b", reversed.fg(Color::Green)),
                    (2, "c", plain),
                ],
                "\x1b[2;1H\x1b[7ma\x1b[32mb\x1b[mc",
            ),
            (
                &[
                    (0, "a", plain.fg(Color::LightRed)),
                    (1, "b", plain.bg(Color::Indexed(235))),
                ],
                "\x1b[2;1H\x1b[91ma\x1b[39;48;5;235mb\x1b[m",
            ),
            (
                &[
                    (
                        0,
                        "a",
                        plain.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
                    ),
                    (
                        1,
                        "b",
                        plain.add_modifier(Modifier::DIM | Modifier::UNDERLINED),
                    ),
                ],
                "\x1b[2;1H\x1b[1;4ma\x1b[22;2mb\x1b[m",
            ),
            (
                &[
                    (0, "a", plain.add_modifier(Modifier::BOLD | Modifier::DIM)),
                    (
                        1,
                        "b",
                        plain.add_modifier(Modifier::DIM | Modifier::REVERSED),
                    ),
                ],
                "\x1b[2;1H\x1b[1;2ma\x1b[22;2;7mb\x1b[m",
            ),
            (&[(0, "日x", plain)], "\x1b[2;1H日\x1b[2;3Hx"),
            (&[(0, "e\u{301}x", plain)], "\x1b[2;1He\u{301}\x1b[2;2Hx"),
        ] {
            assert_eq!(painted(&empty, &line(20, spans)), expected, "{spans:?}");
        }
    }

    #[test]
    fn nothing_is_written_where_nothing_changed() {
        let buffer = line(20, &[(3, "same", Style::new())]);
        assert_eq!(painted(&buffer, &buffer), "");
    }

    fn styles() -> impl Strategy<Value = Style> {
        let colour = || {
            prop_oneof![
                Just(Color::Reset),
                Just(Color::Cyan),
                Just(Color::LightRed),
                Just(Color::Indexed(114)),
                Just(Color::Rgb(1, 20, 200)),
            ]
        };
        (colour(), colour(), 0_u16..16).prop_map(|(fg, bg, modifiers)| {
            let all = [
                Modifier::BOLD,
                Modifier::DIM,
                Modifier::UNDERLINED,
                Modifier::REVERSED,
            ];
            let modifier = all
                .into_iter()
                .enumerate()
                .filter(|(index, _)| modifiers & (1 << index) != 0)
                // The terminal of the test knows one intensity at a time.
                .filter(|(index, _)| *index != 1 || modifiers & 1 == 0)
                .fold(Modifier::empty(), |sum, (_, modifier)| sum | modifier);
            Style::reset().fg(fg).bg(bg).add_modifier(modifier)
        })
    }

    fn pictures() -> impl Strategy<Value = Buffer> {
        let text = prop_oneof!["[a-z ]{1,6}", "[é日a-c]{1,4}"];
        // Left and right: one text over half of a wide character of another is no picture.
        let spans = prop::collection::vec((0_u16..6, text, styles()), 8);
        spans.prop_map(|spans| {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 24, 4));
            for ((x, text, style), place) in spans.into_iter().zip(0_u16..) {
                buffer.set_string(place % 2 * 12 + x, place / 2, text, style);
            }
            buffer
        })
    }

    /// A cell of the terminal: its text, and what the styles come to.
    fn seen(
        screen: &vt100::Screen,
        x: u16,
        y: u16,
    ) -> (String, [bool; 4], vt100::Color, vt100::Color) {
        let cell = screen.cell(y, x).unwrap();
        let text = cell.contents();
        let text = if text.is_empty() && !cell.is_wide_continuation() {
            " "
        } else {
            text
        };
        let flags = [cell.bold(), cell.dim(), cell.underline(), cell.inverse()];
        (text.to_owned(), flags, cell.fgcolor(), cell.bgcolor())
    }

    fn vt(colour: Color) -> vt100::Color {
        match colour {
            Color::Cyan => vt100::Color::Idx(6),
            Color::LightRed => vt100::Color::Idx(9),
            Color::Indexed(index) => vt100::Color::Idx(index),
            Color::Rgb(red, green, blue) => vt100::Color::Rgb(red, green, blue),
            _ => vt100::Color::Default,
        }
    }

    proptest! {
        #[test]
        fn a_terminal_shows_what_the_buffer_holds(pictures in prop::collection::vec(pictures(), 1..4)) {
            let side = |cells| NonZeroU16::new(cells).unwrap();
            let mut terminal = vt100::Parser::new(side(4), side(24), 0);
            let mut before = Buffer::empty(Rect::new(0, 0, 24, 4));
            let cells = pictures.iter().flat_map(|picture| &picture.content);
            let wide = cells.into_iter().any(|cell| cell.symbol().width() > 1);
            for after in pictures {
                terminal.process(painted(&before, &after).as_bytes());
                let mut skip = 0;
                for (index, cell) in after.content.iter().enumerate() {
                    if skip > 0 {
                        skip -= 1;
                        continue;
                    }
                    skip = cell.symbol().width().saturating_sub(1);
                    let (x, y) = after.pos_of(index);
                    let flags = [Modifier::BOLD, Modifier::DIM, Modifier::UNDERLINED, Modifier::REVERSED]
                        .map(|modifier| cell.modifier.contains(modifier));
                    let (text, flags_seen, foreground, background) = seen(terminal.screen(), x, y);
                    prop_assert_eq!(&text, cell.symbol(), "at {}, {}", x, y);
                    // Terminals differ in the style of a cell that lost half of a wide character.
                    if !wide {
                        let expected = (flags, vt(cell.fg), vt(cell.bg));
                        prop_assert_eq!((flags_seen, foreground, background), expected, "at {}, {}", x, y);
                    }
                }
                before = after;
            }
        }
    }
}
