//! The very bytes that reach the terminal: no colour where none is wanted, none that the terminal
//! does not have, few of them, and sequences beside the frame in one piece.

use std::fs;

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    common::{CONFIG, TWO_DIRECTORIES, World, until},
    settled,
    terminal::Terminal,
};

/// The console with more in its environment and its configuration, at its first list.
fn started(world: &World, environment: &[(&str, &str)], configuration: &str) -> Terminal {
    fs::write(
        world.path("config.toml"),
        format!("{CONFIG}{configuration}"),
    )
    .expect("a configuration");
    let mut command = world.command(&[]);
    command.envs(environment.iter().copied());
    let terminal = Terminal::of(command, 24, 80);
    terminal.shows("corp.example.com");
    terminal.shows("1/5");
    terminal
}

/// The parameters of every sequence that sets a style.
fn styles(bytes: &str) -> Vec<Vec<u16>> {
    let mut styles = Vec::new();
    for part in bytes.split("\x1b[").skip(1) {
        let end = part
            .find(|c: char| !c.is_ascii_digit() && c != ';')
            .unwrap_or(part.len());
        if part[end..].starts_with('m') {
            styles.push(
                part[..end]
                    .split(';')
                    .map(|code| code.parse().unwrap_or(0))
                    .collect(),
            );
        }
    }
    assert!(!styles.is_empty(), "no style at all");
    styles
}

fn is_colour(style: &[u16]) -> bool {
    style
        .iter()
        .any(|code| matches!(code, 30..=38 | 40..=48 | 90..=107))
}

#[test]
fn without_colours_the_selected_row_is_reversed_and_no_colour_is_sent() {
    let world = World::new(TWO_DIRECTORIES);
    for environment in [
        &[("NO_COLOR", "1")][..],
        &[("NO_COLOR", "1"), ("COLORTERM", "truecolor")],
    ] {
        let terminal = started(&world, environment, "[theme]\nname = 'light'\n");
        let coloured: Vec<_> = styles(&terminal.bytes_since(0))
            .into_iter()
            .filter(|style| is_colour(style))
            .collect();
        assert_eq!(coloured, Vec::<Vec<u16>>::new());
        terminal.look(|screen| {
            let (rows, columns) = (24, 80);
            let row = (0..rows)
                .find(|row| {
                    screen
                        .rows(0, columns)
                        .nth(usize::from(*row))
                        .is_some_and(|line| line.starts_with('▸'))
                })
                .expect("a selected row");
            let reversed =
                (0..columns).filter(|column| screen.cell(row, *column).expect("a cell").inverse());
            assert_eq!(reversed.count(), 80, "{}", screen.contents());
        });
    }
}

#[test]
fn only_colours_that_the_terminal_has_are_sent() {
    let world = World::new(TWO_DIRECTORIES);
    let long = |style: &[u16]| {
        style
            .windows(2)
            .find(|pair| matches!(pair[0], 38 | 48))
            .map(|pair| pair[1])
    };
    for (environment, expected) in [
        (&[("TERM", "linux")][..], None),
        (&[("TERM", "xterm"), ("COLORTERM", "")], None),
        (
            &[
                ("TERM", "screen"),
                ("STY", "1.pts-0.host"),
                ("COLORTERM", "truecolor"),
            ],
            None,
        ),
        (&[("TERM", "screen-256color")], Some(5)),
        (
            &[
                ("TERM", "tmux-256color"),
                ("TMUX", "/tmp/tmux-0/default,1,0"),
            ],
            Some(5),
        ),
        (
            &[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")],
            Some(2),
        ),
    ] {
        let terminal = started(&world, environment, "");
        let styles = styles(&terminal.bytes_since(0));
        assert!(
            styles.iter().any(|style| is_colour(style)),
            "{environment:?}: no colour"
        );
        let mut kinds: Vec<_> = styles.iter().filter_map(|style| long(style)).collect();
        kinds.dedup();
        assert_eq!(
            kinds.first().copied(),
            expected,
            "{environment:?}: {kinds:?}"
        );
        assert!(kinds.len() <= 1, "{environment:?}: {kinds:?}");
    }
}

#[test]
fn the_console_of_linux_and_a_locale_without_utf_8_get_ascii() {
    let world = World::new(TWO_DIRECTORIES);
    for environment in [
        ("TERM", "linux"),
        ("LANG", "C"),
        ("LANG", "de_DE.ISO-8859-1"),
    ] {
        let terminal = started(&world, &[environment], "");
        assert!(terminal.bytes_since(0).is_ascii(), "{environment:?}");
    }
}

#[test]
fn a_dumb_terminal_is_refused_with_a_pointer_to_the_commands() {
    let world = World::new(TWO_DIRECTORIES);
    let mut command = world.command(&[]);
    command.env("TERM", "dumb");
    let mut terminal = Terminal::of(command, 24, 80);
    assert_eq!(terminal.ends().code(), Some(2));
    terminal.shows("TERM is 'dumb'");
    terminal.shows("snapdeck --help");
    assert!(!terminal.bytes_since(0).contains('\x1b'));
}

#[test]
fn a_theme_of_a_file_is_shown_in_the_colours_of_the_terminal() {
    let world = World::new(TWO_DIRECTORIES);
    fs::create_dir(world.path("themes")).expect("a folder");
    fs::write(world.path("themes/mine.toml"), "key = '#010203'\n").expect("a theme");
    let configuration = "[theme]\nname = 'mine'\n";
    let exact = started(&world, &[("COLORTERM", "truecolor")], configuration);
    assert!(exact.bytes_since(0).contains("38;2;1;2;3"));
    let near = started(&world, &[], configuration);
    assert!(near.bytes_since(0).contains("38;5;16m") || near.bytes_since(0).contains("38;5;232m"));
}

#[test]
fn frames_are_marked_where_that_is_understood_and_nowhere_else() {
    let world = World::new(TWO_DIRECTORIES);
    for (environment, configuration, marked) in [
        (("TERM", "xterm-kitty"), "", true),
        (
            ("TERM", "xterm-kitty"),
            "[terminal]\nsynchronized = 'off'\n",
            false,
        ),
        (("TERM", "xterm-256color"), "", false),
        (
            ("TERM", "xterm-256color"),
            "[terminal]\nsynchronized = 'on'\n",
            true,
        ),
    ] {
        let mut terminal = started(&world, &[environment], configuration);
        terminal.keys("q");
        terminal.ends();
        terminal.is_restored();
        let bytes = terminal.bytes_since(0);
        let (begins, ends) = (
            bytes.matches("\x1b[?2026h").count(),
            bytes.matches("\x1b[?2026l").count(),
        );
        assert_eq!(begins > 0, marked, "{environment:?} {configuration}");
        // One more at the end, for a frame that was cut off.
        assert_eq!(ends, begins + usize::from(marked));
    }
}

/// Copies the id under the cursor, and answers the bytes that were written for it.
fn copied(environment: &[(&str, &str)], end: &str) -> String {
    let world = World::new(TWO_DIRECTORIES);
    let terminal = started(&world, environment, "");
    let before = terminal.written();
    terminal.keys("y");
    terminal.shows("Copied d-9067a10001");
    until("the end of the sequence", || {
        terminal.bytes_since(before).contains(end).then_some(())
    });
    terminal.bytes_since(before)
}

#[test]
fn an_id_is_copied_through_whatever_stands_in_front_of_the_terminal() {
    let text = STANDARD.encode("d-9067a10001");
    for (environment, sequence) in [
        (&[][..], format!("\x1b]52;c;{text}\x07")),
        (
            &[("TERM", "tmux-256color"), ("TMUX", "/tmp/t,1,0")],
            format!("\x1bPtmux;\x1b\x1b]52;c;{text}\x07\x1b\\"),
        ),
        (
            &[("TERM", "screen"), ("STY", "1.pts-0.host")],
            format!("\x1bP\x1b]52;c;{text}\x07\x1b\\"),
        ),
    ] {
        let bytes = copied(environment, &sequence);
        assert!(bytes.contains(&sequence), "{environment:?}: {bytes:?}");
    }
}

#[test]
fn moving_the_cursor_in_a_list_of_a_thousand_costs_few_bytes() {
    let world = World::new("scale = 1000\n");
    let terminal = Terminal::start(&world, &[], 40, 140);
    terminal.shows("<1m old");
    terminal.keys(":");
    terminal.shows("Go to or do");
    terminal.keys("ebs snapshots");
    terminal.shows("▸ EBS snapshots");
    terminal.keys("\r");
    terminal.shows("1/1000");
    // All of it is read and drawn, so that nothing but the keys makes it draw.
    settled(&terminal);
    let mut most = 0;
    let mut position = 1_i32;
    for (key, step) in [("j", 1), ("k", -1)] {
        for _ in 0..30 {
            let before = terminal.written();
            position += step;
            terminal.keys(key);
            terminal.shows(&format!("{position}/1000"));
            let written = terminal.written() - before;
            assert!(
                written < 600,
                "{written} bytes for a key:\n{:?}",
                terminal.bytes_since(before)
            );
            most = most.max(written);
        }
    }
    println!("at most {most} bytes a key");
}

#[test]
fn the_mouse_is_left_to_the_terminal_unless_it_is_wanted() {
    let world = World::new(TWO_DIRECTORIES);
    let mode = |terminal: &Terminal| terminal.look(vt100::Screen::mouse_protocol_mode);
    let terminal = started(&world, &[], "");
    assert_eq!(mode(&terminal), vt100::MouseProtocolMode::None);
    let mut terminal = started(&world, &[], "[terminal]\nmouse = true\n");
    assert_eq!(mode(&terminal), vt100::MouseProtocolMode::PressRelease);
    terminal.keys("q");
    terminal.ends();
    terminal.is_restored();
}
