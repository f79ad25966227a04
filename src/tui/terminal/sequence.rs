//! What the terminal is told beside the frame: texts to copy, notices, and the way of both through a
//! multiplexer.
//!
//! Invariants: a sequence is complete in itself and ends where it says; nothing in it but what is put
//! in here is obeyed by a terminal, since a text to copy travels as Base64 and a notice without
//! control characters.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{domain::text::harmless, tui::capabilities::Multiplexer};

/// The longest text that is copied, in bytes. Terminals cut sequences that are longer than 100,000
/// bytes, or drop them; in Base64 this becomes 99,992.
pub(crate) const LONGEST_COPY: usize = 74_994;

/// The longest piece that GNU screen hands on in one string.
const SCREEN_PIECE: usize = 768;
/// What stands around each piece.
const PIECE_BEGINS: &str = "\x1bP";
const STRING_ENDS: &str = "\x1b\\";

/// What the terminal is told beside the frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Signal {
    /// To put a text on the clipboard.
    Copy(String),
    /// To ring.
    Bell,
    /// To show a notice on the desktop.
    Notice(String),
}

/// The sequence that says it, through what stands in front of the terminal.
pub(super) fn sequence(signal: &Signal, multiplexer: Multiplexer) -> String {
    match signal {
        // Every multiplexer hands it on by itself, and marks the window as well.
        Signal::Bell => "\x07".to_owned(),
        Signal::Copy(text) => {
            let plain = format!("\x1b]52;c;{}\x07", STANDARD.encode(text));
            let wrapped = through(&plain, multiplexer);
            match multiplexer {
                // It obeys one of them: the plain one with "set-clipboard on", the other one with
                // "allow-passthrough on". The same text twice does no harm.
                Multiplexer::Tmux => plain + &wrapped,
                _ => wrapped,
            }
        }
        // OSC 9;4 is another sequence, a progress bar; no notice begins with a digit and a semicolon.
        Signal::Notice(text) => through(
            &format!("\x1b]9;snapdeck: {}\x07", harmless(text)),
            multiplexer,
        ),
    }
}

/// A sequence in the envelope in which a multiplexer hands it on untouched.
fn through(sequence: &str, multiplexer: Multiplexer) -> String {
    match multiplexer {
        Multiplexer::None => sequence.to_owned(),
        // Every escape inside is doubled.
        Multiplexer::Tmux => format!(
            "\x1bPtmux;{}{STRING_ENDS}",
            sequence.replace('\x1b', "\x1b\x1b")
        ),
        // In pieces, none of which may hold the end of a string. The sequence is ASCII.
        Multiplexer::Screen => {
            let room = SCREEN_PIECE - PIECE_BEGINS.len() - STRING_ENDS.len();
            let mut pieces = String::with_capacity(sequence.len() + sequence.len() / room * 4 + 8);
            let mut rest = sequence;
            while !rest.is_empty() {
                let mut end = rest.len().min(room);
                while !rest.is_char_boundary(end) {
                    end -= 1;
                }
                let (piece, left) = rest.split_at(end);
                pieces.push_str(PIECE_BEGINS);
                pieces.push_str(piece);
                pieces.push_str(STRING_ENDS);
                rest = left;
            }
            pieces
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn copied(text: &str, multiplexer: Multiplexer) -> String {
        sequence(&Signal::Copy(text.to_owned()), multiplexer)
    }

    #[test]
    fn a_copy_travels_in_the_envelope_of_the_multiplexer() {
        assert_eq!(copied("s-1", Multiplexer::None), "\x1b]52;c;cy0x\x07");
        assert_eq!(
            copied("s-1", Multiplexer::Tmux),
            "\x1b]52;c;cy0x\x07\x1bPtmux;\x1b\x1b]52;c;cy0x\x07\x1b\\"
        );
        assert_eq!(
            copied("s-1", Multiplexer::Screen),
            "\x1bP\x1b]52;c;cy0x\x07\x1b\\"
        );
    }

    #[test]
    fn the_longest_copy_stays_below_what_terminals_take() {
        let text = "x".repeat(LONGEST_COPY);
        assert!(copied(&text, Multiplexer::None).len() <= 100_000);
    }

    #[test]
    fn a_notice_cannot_steer_the_terminal() {
        let notice = Signal::Notice("done\x07\x1b]52;c;AAAA\x07".to_owned());
        assert_eq!(
            sequence(&notice, Multiplexer::None),
            "\x1b]9;snapdeck: done\\x07\\x1b]52;c;AAAA\\x07\x07"
        );
        assert_eq!(sequence(&Signal::Bell, Multiplexer::Tmux), "\x07");
    }

    proptest! {
        #[test]
        fn screen_gets_pieces_that_it_takes_and_that_add_up(length in 0_usize..5000) {
            let text: String = "snap-0".chars().cycle().take(length).collect();
            let wrapped = copied(&text, Multiplexer::Screen);
            let mut whole = String::new();
            let pieces: Vec<&str> = wrapped.split_inclusive(STRING_ENDS).collect();
            for piece in pieces {
                prop_assert!(piece.len() <= SCREEN_PIECE);
                let inside = piece.strip_prefix(PIECE_BEGINS).and_then(|piece| piece.strip_suffix(STRING_ENDS));
                whole.push_str(inside.unwrap());
            }
            prop_assert_eq!(whole, copied(&text, Multiplexer::None));
        }
    }
}
