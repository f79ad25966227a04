//! The program in a real pseudo-terminal: what is on the screen, and what state the terminal is left
//! in.

use std::{
    io::{Read, Write},
    num::NonZeroU16,
    os::fd::OwnedFd,
    process::{Child, ExitStatus},
    sync::{Arc, Mutex},
};

use pty_process::{
    Size,
    blocking::{Command, Pty},
};
use rustix::termios::{LocalModes, tcgetattr};
use vt100::Parser;

use super::common::{World, until};

/// A terminal with the program in it. The program is killed when this is dropped.
pub(crate) struct Terminal {
    pty: Arc<Pty>,
    /// The program's side, kept open so that the state of the terminal outlives the program.
    line: OwnedFd,
    child: Child,
    seen: Arc<Mutex<Seen>>,
}

struct Seen {
    parser: Parser,
    bytes: Vec<u8>,
}

impl Terminal {
    /// Starts the program with these arguments in a terminal of so many rows and columns.
    pub(crate) fn start(world: &World, arguments: &[&str], rows: u16, columns: u16) -> Self {
        Self::of(world.command(arguments), rows, columns)
    }

    /// Starts a command in a terminal of so many rows and columns: an xterm with UTF-8, unless its
    /// environment says otherwise.
    pub(crate) fn of(mut command: std::process::Command, rows: u16, columns: u16) -> Self {
        let (pty, line) = pty_process::blocking::open().expect("a pseudo-terminal");
        pty.resize(Size::new(rows, columns)).expect("a size");
        for (name, usual) in [("TERM", "xterm-256color"), ("LANG", "C.UTF-8")] {
            if command.get_envs().all(|(known, _)| known != name) {
                command.env(name, usual);
            }
        }
        let child = Command::from(command)
            .spawn_borrowed(&line)
            .expect("the program starts");
        let line = rustix::io::dup(std::os::fd::AsFd::as_fd(&pty)).expect("a descriptor");
        let seen = Arc::new(Mutex::new(Seen {
            parser: Parser::new(size(rows), size(columns), 0),
            bytes: Vec::new(),
        }));
        let pty = Arc::new(pty);
        let (reader, sink) = (Arc::clone(&pty), Arc::clone(&seen));
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            // Ends with an error once the program and the terminal are gone.
            while let Ok(count @ 1..) = (&*reader).read(&mut buffer) {
                let mut seen = sink.lock().expect("no test panics while it looks");
                seen.parser.process(&buffer[..count]);
                seen.bytes.extend_from_slice(&buffer[..count]);
            }
        });
        Self {
            pty,
            line,
            child,
            seen,
        }
    }

    /// What is on the screen, a line a row.
    pub(crate) fn screen(&self) -> String {
        self.look(|screen| screen.contents())
    }

    /// Looks at the screen.
    pub(crate) fn look<T>(&self, at: impl FnOnce(&vt100::Screen) -> T) -> T {
        at(self
            .seen
            .lock()
            .expect("the reader does not panic")
            .parser
            .screen())
    }

    /// How many bytes the program has written so far.
    pub(crate) fn written(&self) -> usize {
        self.seen
            .lock()
            .expect("the reader does not panic")
            .bytes
            .len()
    }

    /// What the program has written since it had written so many bytes.
    pub(crate) fn bytes_since(&self, start: usize) -> String {
        let seen = self.seen.lock().expect("the reader does not panic");
        String::from_utf8_lossy(&seen.bytes[start..]).into_owned()
    }

    /// Waits until a text is on the screen.
    #[track_caller]
    pub(crate) fn shows(&self, text: &str) {
        until(&format!("{text:?} on the screen"), || {
            self.screen().contains(text).then_some(())
        });
    }

    /// Waits until a text is on the screen no more.
    #[track_caller]
    pub(crate) fn hides(&self, text: &str) {
        until(&format!("{text:?} off the screen"), || {
            (!self.screen().contains(text)).then_some(())
        });
    }

    /// Types.
    pub(crate) fn keys(&self, keys: &str) {
        (&*self.pty)
            .write_all(keys.as_bytes())
            .expect("the terminal takes keys");
    }

    /// Makes the terminal another size.
    pub(crate) fn resize(&self, rows: u16, columns: u16) {
        self.seen
            .lock()
            .expect("the reader does not panic")
            .parser
            .set_size(size(rows), size(columns));
        self.pty.resize(Size::new(rows, columns)).expect("a size");
    }

    /// Sends the program a signal.
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let process = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(process, signal).expect("the program is there");
    }

    /// Sends a signal to the program and to all that it started.
    pub(crate) fn signal_group(&self, signal: rustix::process::Signal) {
        let group = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process_group(group, signal).expect("the group is there");
    }

    /// Waits for the program's end.
    #[track_caller]
    pub(crate) fn ends(&mut self) -> ExitStatus {
        until("the end of the program", || {
            self.child.try_wait().expect("a child")
        })
    }

    /// Makes sure that a shell could go on here: the main screen, the cursor shown, lines edited and
    /// echoed, no mouse and no bracketed paste.
    #[track_caller]
    pub(crate) fn is_restored(&self) {
        until("the main screen", || {
            self.look(|screen| !screen.alternate_screen()).then_some(())
        });
        until("the cursor", || {
            self.look(|screen| !screen.hide_cursor()).then_some(())
        });
        self.look(|screen| {
            assert!(!screen.bracketed_paste(), "bracketed paste is still on");
            assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        });
        let modes = tcgetattr(&self.line)
            .expect("the terminal's modes")
            .local_modes;
        assert!(
            modes.contains(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG),
            "still raw: {modes:?}"
        );
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Where it has ended already there is nothing to kill.
        let _gone = self.child.kill();
        let _status = self.child.wait();
    }
}

fn size(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).expect("a terminal has rows and columns")
}
