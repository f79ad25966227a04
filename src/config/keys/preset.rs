//! The sets of keys that the program comes with.

use super::{Action, Key, KeyCode};

/// A set of keys to start from; single actions are rebound on top of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Preset {
    /// The usual one.
    #[default]
    Default,
    /// Without Control and Alt: clear of the prefixes of tmux (ctrl-b) and screen (ctrl-a) and of the
    /// flow control of slow lines (ctrl-s, ctrl-q). Escape, for which a multiplexer waits a moment, is
    /// not the only way back.
    Multiplexer,
}

/// What the console does where the user says nothing.
const DEFAULTS: &[(Action, &[Key])] = &[
    (Action::Up, &[Key::plain(KeyCode::Up), Key::char('k')]),
    (Action::Down, &[Key::plain(KeyCode::Down), Key::char('j')]),
    (Action::Left, &[Key::plain(KeyCode::Left), Key::char('h')]),
    (Action::Right, &[Key::plain(KeyCode::Right), Key::char('l')]),
    (
        Action::PageUp,
        &[Key::plain(KeyCode::PageUp), Key::ctrl('u')],
    ),
    (
        Action::PageDown,
        &[Key::plain(KeyCode::PageDown), Key::ctrl('d')],
    ),
    (Action::Top, &[Key::char('g'), Key::plain(KeyCode::Home)]),
    (Action::Bottom, &[Key::char('G'), Key::plain(KeyCode::End)]),
    (Action::Open, &[Key::plain(KeyCode::Enter)]),
    (Action::Back, &[Key::plain(KeyCode::Esc)]),
    (Action::NextTab, &[Key::plain(KeyCode::Tab)]),
    (Action::PreviousTab, &[Key::plain(KeyCode::BackTab)]),
    (Action::Operations, &[Key::char('o')]),
    (Action::Filter, &[Key::char('/')]),
    (Action::Refresh, &[Key::char('R')]),
    (Action::Create, &[Key::char('c')]),
    (Action::Restore, &[Key::char('r')]),
    (Action::Delete, &[Key::char('d')]),
    (Action::Home, &[Key::char('H')]),
    (Action::Palette, &[Key::char(':')]),
    (Action::GoTo, &[Key::char('L')]),
    (Action::HistoryBack, &[Key::char('[')]),
    (Action::HistoryForward, &[Key::char(']')]),
    (Action::Sort, &[Key::char('s')]),
    (Action::Reverse, &[Key::char('S')]),
    (Action::Attention, &[Key::char('!')]),
    (Action::Mark, &[Key::plain(KeyCode::Char(' '))]),
    (Action::MarkRange, &[Key::char('v')]),
    (Action::MarkAll, &[Key::char('*')]),
    (Action::Select, &[Key::char('M')]),
    (Action::Unmark, &[Key::char('u')]),
    (Action::Compare, &[Key::char('=')]),
    (Action::Json, &[Key::char('J')]),
    (Action::Copy, &[Key::char('y')]),
    (Action::Export, &[Key::char('e')]),
    (Action::Pause, &[Key::char('p')]),
    (Action::Actions, &[Key::char('a')]),
    (Action::CopyRequest, &[Key::ctrl('y')]),
    (Action::Identity, &[Key::char('P')]),
    (Action::Help, &[Key::char('?')]),
    (Action::Quit, &[Key::char('q')]),
];

/// What differs from the defaults.
const MULTIPLEXER: &[(Action, &[Key])] = &[
    (
        Action::PageUp,
        &[Key::plain(KeyCode::PageUp), Key::char('b')],
    ),
    (
        Action::PageDown,
        &[Key::plain(KeyCode::PageDown), Key::char('f')],
    ),
    (
        Action::Back,
        &[Key::plain(KeyCode::Esc), Key::plain(KeyCode::Backspace)],
    ),
    // The second one works where a text is typed too.
    (
        Action::CopyRequest,
        &[Key::char('Y'), Key::plain(KeyCode::F(2))],
    ),
];

impl Preset {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Default, Self::Multiplexer];

    /// The word for it in the file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Multiplexer => "multiplexer",
        }
    }

    /// The keys of every action.
    pub(super) fn keys(self) -> impl Iterator<Item = (Action, &'static [Key])> {
        let others = match self {
            Self::Default => &[][..],
            Self::Multiplexer => MULTIPLEXER,
        };
        DEFAULTS.iter().chain(others).copied()
    }
}
