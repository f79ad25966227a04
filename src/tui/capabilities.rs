//! What the terminal can do, as far as it says so in its environment.
//!
//! Invariants: the terminal itself is never asked, since an answer may take a round trip, come in the
//! middle of what is typed, or never come; what is not known is taken to be missing; the settings go
//! before every guess.
//!
//! | variable | says |
//! |---|---|
//! | `TERM` | which terminal, or `dumb`; how many colours, in its ending |
//! | `COLORTERM` | `truecolor` or `24bit` |
//! | `COLORFGBG` | the colours of text and background, as set by rxvt, Konsole and iTerm2 |
//! | `TERM_PROGRAM`, `WT_SESSION` | which terminal, locally |
//! | `TMUX`, `STY` | inside tmux, inside GNU screen |
//! | `LC_ALL`, `LC_CTYPE`, `LANG` | whether the text is UTF-8 |

use crate::config::{
    Color, Settings, Synchronized, Theme,
    theme::{Base, Colors},
};

use super::theme::Charset;

/// What answers for an environment variable.
type Env<'e> = &'e dyn Fn(&str) -> Option<String>;

/// How many colours the terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// The sixteen that a user can choose.
    Sixteen,
    /// The 256 of xterm.
    Indexed,
    /// Any.
    True,
}

/// What stands between the program and the terminal and must be told to hand a sequence on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Multiplexer {
    /// Nothing.
    None,
    /// tmux.
    Tmux,
    /// GNU screen.
    Screen,
}

/// What the terminal can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Capabilities {
    /// What it shows text on, or that it shows no colours.
    pub(crate) base: Base,
    /// How many colours it has.
    pub(crate) depth: Depth,
    /// Which characters it shows.
    pub(crate) charset: Charset,
    /// Whether it is asked to show each frame at once.
    pub(crate) synchronized: bool,
    /// What stands in front of it.
    pub(crate) multiplexer: Multiplexer,
}

impl Capabilities {
    /// Finds out from the settings and the environment.
    pub(crate) fn find_out(settings: &Settings, env: Env<'_>) -> Self {
        let term = env("TERM").unwrap_or_default();
        let multiplexer = multiplexer(&term, env);
        Self {
            base: base(settings, env),
            depth: match settings.colors {
                Colors::Auto => depth(&term, multiplexer, env),
                Colors::Sixteen => Depth::Sixteen,
                Colors::Indexed => Depth::Indexed,
                Colors::True => Depth::True,
            },
            charset: charset(settings, &term, env),
            synchronized: match settings.terminal.synchronized {
                Synchronized::Auto => synchronizes(&term, multiplexer, env),
                Synchronized::On => true,
                Synchronized::Off => false,
            },
            multiplexer,
        }
    }
}

/// Why the console cannot be drawn on this terminal, where it cannot.
pub(crate) fn unusable(env: Env<'_>) -> Option<String> {
    let term = env("TERM").unwrap_or_default();
    let says = match term.as_str() {
        "" => "TERM is not set".to_owned(),
        "dumb" | "unknown" => format!("TERM is '{term}'"),
        _ => return None,
    };
    Some(format!(
        "{says}, so nothing is known of this terminal and the console cannot be drawn on it. Set \
         TERM to what the terminal is, such as xterm-256color, or use the commands, which do all \
         that the console does: snapdeck --help"
    ))
}

fn base(settings: &Settings, env: Env<'_>) -> Base {
    match (settings.color, &settings.theme) {
        (Color::Never, _) | (_, Theme::Mono) => Base::Mono,
        (_, Theme::Light) => Base::Light,
        (_, Theme::Custom(theme)) => theme.base,
        (_, Theme::Auto) if has_light_background(env) => Base::Light,
        (_, Theme::Dark | Theme::Auto) => Base::Dark,
    }
}

/// `COLORFGBG` is `text;background`, or `text;something;background`, in numbers of the sixteen
/// colours. White and the bright colours are light; bright black is not.
fn has_light_background(env: Env<'_>) -> bool {
    env("COLORFGBG")
        .and_then(|said| said.rsplit(';').next()?.parse::<u8>().ok())
        .is_some_and(|background| matches!(background, 7 | 9..=15))
}

fn multiplexer(term: &str, env: Env<'_>) -> Multiplexer {
    let is_set = |name| env(name).is_some_and(|value: String| !value.is_empty());
    // Inside both, TERM tells which of them is the nearer one. Over SSH the variables stay behind,
    // and TERM comes along.
    match (is_set("TMUX"), is_set("STY")) {
        (true, false) => Multiplexer::Tmux,
        (false, true) => Multiplexer::Screen,
        _ if term.starts_with("tmux") => Multiplexer::Tmux,
        (true, true) => Multiplexer::Screen,
        (false, false) if term.starts_with("screen") => Multiplexer::Screen,
        (false, false) => Multiplexer::None,
    }
}

/// Terminals that have every colour, by the beginning of their TERM.
const TRUE_COLOUR: [&str; 9] = [
    "alacritty",
    "contour",
    "foot",
    "ghostty",
    "rio",
    "wezterm",
    "xterm-ghostty",
    "xterm-kitty",
    "konsole",
];

fn depth(term: &str, multiplexer: Multiplexer, env: Env<'_>) -> Depth {
    // The console of Linux takes the long sequences and shows sixteen colours.
    if term == "linux" || term.starts_with("vt") {
        return Depth::Sixteen;
    }
    let known = TRUE_COLOUR.iter().any(|name| term.starts_with(name));
    let says = env("COLORTERM").is_some_and(|said| said == "truecolor" || said == "24bit");
    // screen hands on the variable of the terminal around it, and not its colours.
    let passes = multiplexer != Multiplexer::Screen;
    if passes && (known || says || term.ends_with("-direct") || env("WT_SESSION").is_some()) {
        Depth::True
    } else if known || term.contains("256") {
        Depth::Indexed
    } else {
        Depth::Sixteen
    }
}

fn charset(settings: &Settings, term: &str, env: Env<'_>) -> Charset {
    // The font of the console of Linux has 512 characters at most, and our marks are not among them.
    let ascii = settings
        .ascii
        .unwrap_or_else(|| !is_utf8(env) || term == "linux");
    if ascii {
        Charset::Ascii
    } else {
        Charset::Unicode
    }
}

/// Whether the locale says UTF-8. The first variable that is set decides, as in POSIX.
fn is_utf8(env: Env<'_>) -> bool {
    ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| env(name).filter(|value| !value.is_empty()))
        .is_some_and(|locale| {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        })
}

/// Terminals that know DEC private mode 2026, by the beginning of `TERM`, and by
/// `TERM_PROGRAM`.
const SYNCHRONIZING: [&str; 8] = [
    "alacritty",
    "contour",
    "foot",
    "ghostty",
    "rio",
    "wezterm",
    "xterm-ghostty",
    "xterm-kitty",
];
const SYNCHRONIZING_PROGRAMS: [&str; 8] = [
    "WezTerm",
    "WarpTerminal",
    "contour",
    "ghostty",
    "iTerm.app",
    "mintty",
    "rio",
    "vscode",
];

/// A multiplexer puts its own frames together, and the terminal around it is told about those.
fn synchronizes(term: &str, multiplexer: Multiplexer, env: Env<'_>) -> bool {
    let program = env("TERM_PROGRAM").unwrap_or_default();
    multiplexer == Multiplexer::None
        && (SYNCHRONIZING.iter().any(|name| term.starts_with(name))
            || SYNCHRONIZING_PROGRAMS.contains(&program.as_str())
            || env("WT_SESSION").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::testing::settings;

    fn found(set: &[(&str, &str)]) -> Capabilities {
        Capabilities::find_out(&settings(), &|name| {
            set.iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn colours_are_counted_by_what_the_environment_says() {
        for (set, depth) in [
            (&[("TERM", "xterm-256color")][..], Depth::Indexed),
            (
                &[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")],
                Depth::True,
            ),
            (&[("TERM", "xterm-kitty")], Depth::True),
            (&[("TERM", "xterm-direct")], Depth::True),
            (&[("TERM", "xterm")], Depth::Sixteen),
            (
                &[("TERM", "linux"), ("COLORTERM", "truecolor")],
                Depth::Sixteen,
            ),
            (
                &[("TERM", "tmux-256color"), ("TMUX", "/tmp/t")],
                Depth::Indexed,
            ),
            (
                &[
                    ("TERM", "screen-256color"),
                    ("TMUX", "/tmp/t"),
                    ("COLORTERM", "24bit"),
                ],
                Depth::True,
            ),
            (
                &[
                    ("TERM", "screen"),
                    ("STY", "1.pts"),
                    ("COLORTERM", "truecolor"),
                ],
                Depth::Sixteen,
            ),
            (
                &[
                    ("TERM", "screen.xterm-256color"),
                    ("STY", "1.pts"),
                    ("COLORTERM", "truecolor"),
                ],
                Depth::Indexed,
            ),
        ] {
            assert_eq!(found(set).depth, depth, "{set:?}");
        }
    }

    #[test]
    fn a_light_background_is_believed_where_it_is_said() {
        for (said, base) in [
            ("0;15", Base::Light),
            ("0;default;7", Base::Light),
            ("15;0", Base::Dark),
            ("7;8", Base::Dark),
            ("default;default", Base::Dark),
            ("", Base::Dark),
        ] {
            assert_eq!(found(&[("COLORFGBG", said)]).base, base, "{said}");
        }
    }

    #[test]
    fn no_colour_at_all_goes_before_every_theme() {
        let never = Settings {
            color: Color::Never,
            theme: Theme::Light,
            ..settings()
        };
        let found = Capabilities::find_out(&never, &|_| None);
        assert_eq!(found.base, Base::Mono);
    }

    #[test]
    fn the_nearest_multiplexer_is_the_one_to_talk_through() {
        for (set, multiplexer) in [
            (&[("TERM", "xterm")][..], Multiplexer::None),
            (&[("TERM", "screen"), ("TMUX", "/tmp/t")], Multiplexer::Tmux),
            (&[("TERM", "screen"), ("STY", "1.pts")], Multiplexer::Screen),
            (
                &[("TERM", "screen"), ("STY", "1.pts"), ("TMUX", "/tmp/t")],
                Multiplexer::Screen,
            ),
            (
                &[("TERM", "tmux"), ("STY", "1.pts"), ("TMUX", "/tmp/t")],
                Multiplexer::Tmux,
            ),
            (&[("TERM", "tmux-256color")], Multiplexer::Tmux),
            (&[("TERM", "screen.linux")], Multiplexer::Screen),
        ] {
            assert_eq!(found(set).multiplexer, multiplexer, "{set:?}");
        }
    }

    #[test]
    fn frames_are_synchronized_where_that_is_known_to_be_understood() {
        for (set, synchronized) in [
            (&[("TERM", "xterm-kitty")][..], true),
            (&[("TERM", "foot-extra")], true),
            (
                &[("TERM", "xterm-256color"), ("TERM_PROGRAM", "iTerm.app")],
                true,
            ),
            (
                &[
                    ("TERM", "xterm-256color"),
                    ("TERM_PROGRAM", "Apple_Terminal"),
                ],
                false,
            ),
            (&[("TERM", "xterm-256color")], false),
            (&[("TERM", "linux")], false),
            (
                &[
                    ("TERM", "tmux-256color"),
                    ("TMUX", "/t"),
                    ("TERM_PROGRAM", "WezTerm"),
                ],
                false,
            ),
        ] {
            assert_eq!(found(set).synchronized, synchronized, "{set:?}");
        }
    }

    #[test]
    fn the_locale_decides_by_its_first_variable_and_the_console_of_linux_has_no_marks() {
        for (set, charset) in [
            (&[("LANG", "en_GB.UTF-8")][..], Charset::Unicode),
            (&[("LC_ALL", ""), ("LC_CTYPE", "C.utf8")], Charset::Unicode),
            (&[("LC_ALL", "C"), ("LANG", "en_GB.UTF-8")], Charset::Ascii),
            (&[("LANG", "de_DE.ISO-8859-1")], Charset::Ascii),
            (&[], Charset::Ascii),
            (&[("LANG", "C.UTF-8"), ("TERM", "linux")], Charset::Ascii),
        ] {
            assert_eq!(found(set).charset, charset, "{set:?}");
        }
        let unicode = Settings {
            ascii: Some(false),
            ..settings()
        };
        let found = Capabilities::find_out(&unicode, &|name| {
            (name == "TERM").then(|| "linux".to_owned())
        });
        assert_eq!(found.charset, Charset::Unicode);
    }

    #[test]
    fn a_dumb_terminal_is_refused_with_another_way() {
        let refusal = |term: Option<&str>| {
            unusable(&|name| (name == "TERM").then_some(term?).map(str::to_owned))
        };
        assert!(
            refusal(Some("dumb"))
                .is_some_and(|why| why.contains("'dumb'") && why.contains("snapdeck --help"))
        );
        assert!(refusal(None).is_some());
        for term in ["linux", "screen", "tmux", "xterm", "vt220"] {
            assert_eq!(refusal(Some(term)), None, "{term}");
        }
    }
}
