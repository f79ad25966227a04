//! Terminal events as the console understands them.
//!
//! The one place that knows crossterm's events. Releases are dropped here, so that a terminal that
//! reports them does not double every key.

use ratatui::{
    crossterm::event::{
        Event, KeyCode as Code, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent,
        MouseEventKind,
    },
    layout::{Position, Size},
};

use crate::{
    config::{Key, KeyCode},
    domain::text::is_hostile,
};

use super::{
    message::{Message, Mouse},
    widgets::text_input::Edit,
};

/// What a terminal event says, if anything.
pub(crate) fn message(event: Event) -> Option<Message> {
    match event {
        Event::Key(event) if event.kind != KeyEventKind::Release => key(event).map(Message::Key),
        Event::Mouse(event) => mouse(event).map(Message::Mouse),
        Event::Paste(text) => Some(Message::Paste(pasted(&text))),
        Event::Resize(width, height) => Some(Message::Resized(Size { width, height })),
        _ => None,
    }
}

fn mouse(event: MouseEvent) -> Option<Mouse> {
    match event.kind {
        MouseEventKind::ScrollUp => Some(Mouse::Up),
        MouseEventKind::ScrollDown => Some(Mouse::Down),
        MouseEventKind::Down(MouseButton::Left) => {
            Some(Mouse::Press(Position::new(event.column, event.row)))
        }
        _ => None,
    }
}

fn key(event: KeyEvent) -> Option<Key> {
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    let alt = event.modifiers.contains(KeyModifiers::ALT);
    let shift = event.modifiers.contains(KeyModifiers::SHIFT);
    let code = match event.code {
        Code::Char(c) => KeyCode::Char(c),
        Code::Enter => KeyCode::Enter,
        Code::Esc => KeyCode::Esc,
        Code::Tab if shift => KeyCode::BackTab,
        Code::Tab => KeyCode::Tab,
        Code::BackTab => KeyCode::BackTab,
        Code::Backspace => KeyCode::Backspace,
        Code::Delete => KeyCode::Delete,
        Code::Insert => KeyCode::Insert,
        Code::Up => KeyCode::Up,
        Code::Down => KeyCode::Down,
        Code::Left => KeyCode::Left,
        Code::Right => KeyCode::Right,
        Code::Home => KeyCode::Home,
        Code::End => KeyCode::End,
        Code::PageUp => KeyCode::PageUp,
        Code::PageDown => KeyCode::PageDown,
        Code::F(number) => KeyCode::F(number),
        _ => return None,
    };
    Some(Key { code, ctrl, alt }.canonical())
}

/// A pasted text as it may go into a field: on one line, and without what cannot be seen. An id is
/// often copied with the end of its line, so ends are trimmed.
fn pasted(text: &str) -> String {
    text.trim()
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !is_hostile(*c))
        .collect()
}

/// What a key means where a text is typed. There the keymap does not count, since its keys are
/// characters too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Typed {
    /// Changes the text or moves in it.
    Edit(Edit),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Tab with Shift.
    BackTab,
    /// The arrow up.
    Up,
    /// The arrow down.
    Down,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Nothing.
    Other,
}

/// What a key means where a text is typed.
pub(crate) fn typed(key: Key) -> Typed {
    let edit = match (key.code, key.ctrl, key.alt) {
        (KeyCode::Char('a'), true, false) | (KeyCode::Home, false, false) => Edit::Start,
        (KeyCode::Char('e'), true, false) | (KeyCode::End, false, false) => Edit::End,
        (KeyCode::Char('u'), true, false) => Edit::DeleteToStart,
        (KeyCode::Char('w'), true, false) | (KeyCode::Backspace, false, true) => Edit::DeleteWord,
        // What many terminals send for Backspace.
        (KeyCode::Char('h'), true, false) | (KeyCode::Backspace, ..) => Edit::Backspace,
        (KeyCode::Delete, ..) => Edit::Delete,
        (KeyCode::Left, ..) => Edit::Left,
        (KeyCode::Right, ..) => Edit::Right,
        (KeyCode::Char(c), false, false) if !is_hostile(c) => Edit::Insert(c),
        (KeyCode::Enter, ..) => return Typed::Enter,
        (KeyCode::Esc, ..) => return Typed::Esc,
        (KeyCode::Tab, ..) => return Typed::Tab,
        (KeyCode::BackTab, ..) => return Typed::BackTab,
        (KeyCode::Up, ..) => return Typed::Up,
        (KeyCode::Down, ..) => return Typed::Down,
        (KeyCode::PageUp, ..) => return Typed::PageUp,
        (KeyCode::PageDown, ..) => return Typed::PageDown,
        _ => return Typed::Other,
    };
    Typed::Edit(edit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presses_and_repeats_count_and_releases_do_not() {
        let event = |kind| {
            Event::Key(KeyEvent::new_with_kind(
                Code::Char('j'),
                KeyModifiers::NONE,
                kind,
            ))
        };
        for (kind, counts) in [
            (KeyEventKind::Press, true),
            (KeyEventKind::Repeat, true),
            (KeyEventKind::Release, false),
        ] {
            assert_eq!(message(event(kind)).is_some(), counts, "{kind:?}");
        }
    }

    #[test]
    fn shift_is_part_of_the_character_or_of_the_tab() {
        let read = |code, modifiers| key(KeyEvent::new(code, modifiers));
        assert_eq!(
            read(Code::Char('R'), KeyModifiers::SHIFT),
            Some(Key::char('R'))
        );
        assert_eq!(
            read(Code::BackTab, KeyModifiers::SHIFT),
            Some(Key::plain(KeyCode::BackTab))
        );
        assert_eq!(
            read(Code::Tab, KeyModifiers::SHIFT),
            Some(Key::plain(KeyCode::BackTab))
        );
        assert_eq!(
            read(Code::Char('C'), KeyModifiers::CONTROL),
            Some(Key::ctrl('c'))
        );
        assert_eq!(read(Code::CapsLock, KeyModifiers::NONE), None);
    }

    #[test]
    fn a_pasted_text_is_one_harmless_line() {
        assert_eq!(pasted("d-9067000001\n"), "d-9067000001");
        assert_eq!(pasted(" a\tb\r\nc\x1b[31m\u{202e}d "), "a b  c[31md");
    }

    #[test]
    fn letters_of_the_keymap_are_letters_where_a_text_is_typed() {
        assert_eq!(typed(Key::char('q')), Typed::Edit(Edit::Insert('q')));
        assert_eq!(typed(Key::ctrl('u')), Typed::Edit(Edit::DeleteToStart));
        assert_eq!(typed(Key::ctrl('x')), Typed::Other);
        assert_eq!(typed(Key::char('\u{200b}')), Typed::Other);
    }
}
