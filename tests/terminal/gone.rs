//! A terminal that goes away, with and without a signal that says so, and one that is lent to the
//! shell in between.

use std::io::Read;

use pty_process::{Size, blocking::Command};
use rustix::process::Signal;

use crate::{
    common::{TWO_DIRECTORIES, World, until},
    terminal::Terminal,
};

/// Starts a command in a terminal, closes the terminal once the console shows its list, and answers
/// the command.
fn hung_up(mut command: std::process::Command) -> std::process::Child {
    let (mut pty, line) = pty_process::blocking::open().expect("a pseudo-terminal");
    pty.resize(Size::new(
        24.try_into().expect("rows"),
        80.try_into().expect("columns"),
    ))
    .expect("a size");
    command.env("TERM", "xterm-256color").env("LANG", "C.UTF-8");
    let child = Command::from(command).spawn(line).expect("a start");
    let (mut seen, mut buffer) = (Vec::new(), [0; 4096]);
    while !String::from_utf8_lossy(&seen).contains("corp.example.com") {
        let count = pty.read(&mut buffer).expect("bytes");
        seen.extend_from_slice(&buffer[..count]);
    }
    drop(pty);
    child
}

#[test]
fn where_the_terminal_is_closed_it_leaves_by_itself() {
    let world = World::new(TWO_DIRECTORIES);
    let mut child = hung_up(world.command(&[]));
    until("the end of the program", || {
        child.try_wait().expect("a child")
    });
}

/// In a session of its own the program is told nothing: reading from its terminal just ends.
#[test]
fn without_a_signal_it_notices_that_the_terminal_is_gone() {
    let world = World::new(TWO_DIRECTORIES);
    let ended = world.path("ended");
    let script = "setsid -w sh -c '\"$0\"; : > \"$1\"' \"$0\" \"$1\"";
    let console = world.command(&[]);
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", script])
        .arg(console.get_program())
        .arg(&ended)
        .env_clear()
        .env("PATH", "/usr/bin:/bin");
    for (name, value) in console.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    let mut child = hung_up(command);
    until("the end of the program", || ended.exists().then_some(()));
    let _killed = child.wait();
}

#[test]
fn stopped_from_the_keyboard_it_gives_the_terminal_back_and_goes_on_where_it_was() {
    let world = World::new(TWO_DIRECTORIES);
    // A shell without job control lets its children be stopped, and waits.
    let console = world.command(&[]);
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", "\"$0\"; echo left"])
        .arg(console.get_program())
        .env_clear()
        .env("PATH", "/usr/bin:/bin");
    for (name, value) in console.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    let mut terminal = Terminal::of(command, 24, 80);
    terminal.shows("1/5");
    let alternate = |terminal: &Terminal| terminal.look(vt100::Screen::alternate_screen);
    let before = terminal.written();
    terminal.keys("\x1a");
    // Whether or not anybody stops it: the terminal is given back and taken over again.
    until("the terminal given back", || {
        terminal
            .bytes_since(before)
            .contains("\x1b[?1049l")
            .then_some(())
    });
    terminal.signal_group(Signal::CONT);
    until("the terminal taken over", || {
        terminal
            .bytes_since(before)
            .contains("\x1b[?1049h")
            .then_some(())
    });
    terminal.shows("corp.example.com");
    assert!(alternate(&terminal));
    terminal.keys("j");
    until("the cursor on the next row", || {
        selected(&terminal).contains("dev").then_some(())
    });
    terminal.keys("q");
    terminal.shows("left");
    terminal.ends();
    terminal.is_restored();
}

#[test]
fn where_nobody_can_let_it_go_on_it_is_not_stopped() {
    let world = World::new(TWO_DIRECTORIES);
    let mut terminal = Terminal::start(&world, &[], 24, 80);
    terminal.shows("1/5");
    let before = terminal.written();
    terminal.keys("\x1a");
    until("the terminal taken over again", || {
        terminal
            .bytes_since(before)
            .contains("\x1b[?1049h")
            .then_some(())
    });
    terminal.shows("corp.example.com");
    terminal.keys("j");
    until("the cursor on the next row", || {
        selected(&terminal).contains("dev").then_some(())
    });
    terminal.keys("q");
    assert_eq!(terminal.ends().code(), Some(0));
    terminal.is_restored();
}

#[test]
fn the_mouse_scrolls_chooses_and_opens() {
    let world = World::new(TWO_DIRECTORIES);
    let configuration = format!("{}[terminal]\nmouse = true\n", crate::common::CONFIG);
    std::fs::write(world.path("config.toml"), configuration).expect("a configuration");
    let terminal = Terminal::start(&world, &[], 24, 80);
    terminal.shows("1/5");
    let at = |text: &str| -> (usize, usize) {
        let screen = terminal.screen();
        let found = screen.lines().enumerate().find_map(|(row, line)| {
            let column = line.find(text)?;
            Some((line[..column].chars().count() + 1, row + 1))
        });
        found.unwrap_or_else(|| panic!("{text:?} is not on\n{screen}"))
    };
    let press = |text: &str| {
        terminal.shows(text);
        let (x, y) = at(text);
        terminal.keys(&format!("\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m"));
    };
    terminal.keys("\x1b[<65;5;5M");
    until("the cursor moved", || {
        (!selected(&terminal).contains("corp")).then_some(())
    });
    terminal.keys("\x1b[<64;5;5M");
    until("the cursor moved back", || {
        selected(&terminal).contains("corp").then_some(())
    });
    press("dev.example.com");
    until("the cursor on the row", || {
        selected(&terminal).contains("dev").then_some(())
    });
    press("dev.example.com");
    terminal.shows("Overview");
    press("Snapshots 1");
    terminal.shows("s-9067b10002");
    terminal.keys("d");
    // Once the checks are in, the button stays where it is.
    terminal.shows("AWS CLI");
    press("Cancel");
    terminal.hides("Cancel");
    assert!(world.calls("DeleteSnapshot").is_empty());
}

fn selected(terminal: &Terminal) -> String {
    let screen = terminal.screen();
    let line = screen.lines().find(|line| line.starts_with('▸'));
    line.unwrap_or_default().to_owned()
}
