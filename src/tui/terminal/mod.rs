//! The terminal: taken over, written to one frame at a time, and always given back.
//!
//! Invariants
//! - Whatever ends the program (a return, an error, a panic of any thread, a signal), the terminal is
//!   given back once, before anything else is printed, and nothing is drawn on it afterwards: giving
//!   back and writing a frame take the same lock.
//! - A frame leaves in one write, between the marks of a synchronized update where the terminal knows
//!   them, and one in which nothing changed leaves not at all. What else the terminal is told leaves
//!   between frames.
//! - The terminal is never asked anything: an answer may take a round trip, or never come.

mod paint;
mod sequence;

use std::{
    io::{self, Write},
    panic,
    sync::{Mutex, MutexGuard, PoisonError, TryLockError},
    thread,
    time::Duration,
};

use ratatui::{
    Terminal,
    backend::{Backend, ClearType, WindowSize},
    buffer::Cell,
    crossterm::{
        Command,
        cursor::{Hide, MoveTo, Show},
        event::{DisableBracketedPaste, EnableBracketedPaste},
        terminal::{
            self, BeginSynchronizedUpdate, Clear, EndSynchronizedUpdate, EnterAlternateScreen,
            LeaveAlternateScreen,
        },
    },
    layout::{Position, Size},
};
use tokio::sync::Notify;

pub(crate) use self::sequence::{LONGEST_COPY, Signal};
use super::{
    capabilities::{Capabilities, Multiplexer},
    crash,
};

/// The terminal while it is ours.
static OURS: Mutex<Option<Ours>> = Mutex::new(None);
/// The terminal while it is lent to the shell: the program was suspended.
static LENT: Mutex<Option<Ours>> = Mutex::new(None);

/// How the terminal that is ours is spoken to.
#[derive(Debug, Clone, Copy)]
struct Ours {
    synchronized: bool,
    mouse: bool,
    multiplexer: Multiplexer,
}

/// Button presses and the wheel, with positions in numbers. Not the movements, which would be a
/// report for every cell, and over SSH a packet.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1000l";
/// What the first panic said.
static PANIC: Mutex<Option<String>> = Mutex::new(None);
/// Told when a thread panicked.
static PANICKED: Notify = Notify::const_new();

/// How often the hook of a panic tries to get the lock, a millisecond apart. Whoever panicked may
/// hold it, and then nobody will let go.
const TRIES: u32 = 50;

/// The terminal in our hands; gives it back when it is dropped.
pub(crate) struct Guard(());

impl Guard {
    /// Takes the terminal over: raw mode, the alternate screen, pasted texts in one piece.
    ///
    /// # Errors
    /// The operating system's; the terminal is then as it was.
    pub(crate) fn take(capabilities: Capabilities, mouse: bool) -> io::Result<Self> {
        install_hook();
        terminal::enable_raw_mode()?;
        let mut ours = lock();
        let guard = Self(());
        *ours = Some(Ours {
            synchronized: capabilities.synchronized,
            mouse,
            multiplexer: capabilities.multiplexer,
        });
        let written = write(&beginning(mouse));
        drop(ours);
        written.map(|()| guard)
    }
}

/// What takes the terminal over.
fn beginning(mouse: bool) -> String {
    let mut out = String::new();
    say(&mut out, EnterAlternateScreen);
    say(&mut out, EnableBracketedPaste);
    say(&mut out, Hide);
    if mouse {
        out.push_str(MOUSE_ON);
    }
    out
}

/// How long the process is given to be stopped.
const STOPS: Duration = Duration::from_millis(100);

/// Gives the terminal to the shell and stops the process, as ctrl-z does to other programs. Returns
/// once it goes on, or at once where there is no shell that could let it go on.
pub(crate) fn suspend() {
    {
        let mut ours = lock();
        let lent = *ours;
        give_back(&mut ours);
        *LENT.lock().unwrap_or_else(PoisonError::into_inner) = lent;
    }
    let process = rustix::process::getpid();
    let _refused = rustix::process::kill_process(process, rustix::process::Signal::TSTP);
    // The signal may reach another thread first. It is ignored where no shell would send the one to
    // go on, so the end of it cannot be waited for.
    thread::sleep(STOPS);
    resume();
}

/// Takes the terminal over again after the process was stopped; what was on the screen is lost.
pub(crate) fn resume() {
    let mut ours = lock();
    let lent = LENT.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(state) = lent.or(*ours) else { return };
    // A shell may have changed the modes behind the back of whoever counts them.
    let _other = terminal::disable_raw_mode();
    let _gone = terminal::enable_raw_mode();
    *ours = Some(state);
    let _gone = write(&beginning(state.mouse));
}

impl Drop for Guard {
    fn drop(&mut self) {
        give_back(&mut lock());
    }
}

/// A terminal that draws through [`Screen`].
///
/// # Errors
/// The operating system's, where the size of the terminal cannot be found out.
pub(crate) fn terminal() -> io::Result<Terminal<Screen>> {
    Terminal::new(Screen::default())
}

/// Tells the terminal something beside the frame. Where it is not ours nobody is told.
///
/// # Errors
/// The operating system's, where the terminal cannot be written to.
pub(crate) fn signal(signal: &Signal) -> io::Result<()> {
    let ours = lock();
    match *ours {
        Some(Ours { multiplexer, .. }) => write(&sequence::sequence(signal, multiplexer)),
        None => Ok(()),
    }
}

/// Waits until a thread panicked; answers what it said.
pub(crate) async fn panicked() -> String {
    PANICKED.notified().await;
    panic().unwrap_or_else(|| "a thread panicked".to_owned())
}

/// What the first panic said, if there was one.
pub(crate) fn panic() -> Option<String> {
    PANIC.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Gives the terminal back in front of whatever the present hook prints.
fn install_hook() {
    let print = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        for _ in 0..TRIES {
            match OURS.try_lock() {
                Ok(mut ours) => {
                    give_back(&mut ours);
                    break;
                }
                Err(TryLockError::Poisoned(ours)) => {
                    give_back(&mut ours.into_inner());
                    break;
                }
                Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(1)),
            }
        }
        print(info);
        let report = crash::report(info);
        if let Ok(mut said) = PANIC.try_lock() {
            said.get_or_insert_with(|| match report {
                Some(path) => format!(
                    "{info}; a report for whoever mends it is in {}",
                    path.display()
                ),
                None => info.to_string(),
            });
        }
        PANICKED.notify_one();
    }));
}

fn lock() -> MutexGuard<'static, Option<Ours>> {
    OURS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts the terminal back as it was. Errors are of no use here: the terminal may be gone.
fn give_back(ours: &mut Option<Ours>) {
    let Some(Ours {
        mouse,
        synchronized,
        ..
    }) = ours.take()
    else {
        return;
    };
    let mut out = String::new();
    if synchronized {
        say(&mut out, EndSynchronizedUpdate);
    }
    if mouse {
        out.push_str(MOUSE_OFF);
    }
    say(&mut out, DisableBracketedPaste);
    say(&mut out, LeaveAlternateScreen);
    say(&mut out, Show);
    let _gone = write(&out);
    let _gone = terminal::disable_raw_mode();
}

fn write(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Puts a command of the terminal behind what is to be written.
fn say(out: &mut String, command: impl Command) {
    // Fails only where writing fails, and into a text it does not.
    let _infallible = command.write_ansi(out);
}

/// A backend that keeps a frame together until it is complete.
#[derive(Default)]
pub(crate) struct Screen {
    /// The frame so far.
    frame: String,
    /// Where the terminal's own cursor is shown.
    cursor: Option<Position>,
    /// Whether something was drawn since the cursor was put there.
    moved: bool,
}

impl Backend for Screen {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.peekable();
        if content.peek().is_none() {
            return Ok(());
        }
        self.moved = true;
        paint::paint(&mut self.frame, content);
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.cursor.take().is_some() {
            say(&mut self.frame, Hide);
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        // It is shown where it is put, in `set_cursor_position`.
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        let shown = self.cursor.replace(position);
        if shown != Some(position) || std::mem::take(&mut self.moved) {
            say(&mut self.frame, MoveTo(position.x, position.y));
        }
        if shown.is_none() {
            say(&mut self.frame, Show);
        }
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        use ratatui::crossterm::terminal::ClearType as Region;
        self.moved = true;
        let region = match region {
            ClearType::All => Region::All,
            ClearType::AfterCursor => Region::FromCursorDown,
            ClearType::BeforeCursor => Region::FromCursorUp,
            ClearType::CurrentLine => Region::CurrentLine,
            ClearType::UntilNewLine => Region::UntilNewLine,
        };
        say(&mut self.frame, Clear(region));
        Ok(())
    }

    fn size(&self) -> io::Result<Size> {
        let (width, height) = terminal::size()?;
        Ok(Size { width, height })
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        let size = terminal::window_size()?;
        Ok(WindowSize {
            columns_rows: Size {
                width: size.columns,
                height: size.rows,
            },
            pixels: Size {
                width: size.width,
                height: size.height,
            },
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        let frame = std::mem::take(&mut self.frame);
        let ours = lock();
        let Some(Ours { synchronized, .. }) = *ours else {
            if LENT
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .is_some()
            {
                // Drawn again as a whole afterwards.
                return Ok(());
            }
            return Err(io::Error::other("the terminal was given back already"));
        };
        if !synchronized {
            return write(&frame);
        }
        let mut out = String::with_capacity(frame.len() + 16);
        say(&mut out, BeginSynchronizedUpdate);
        out.push_str(&frame);
        say(&mut out, EndSynchronizedUpdate);
        write(&out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_to_a_terminal_that_is_not_ours() {
        let mut screen = Screen::default();
        assert!(screen.flush().is_ok(), "an empty frame is none");
        screen.clear().unwrap();
        assert!(screen.flush().is_err());
        assert!(signal(&Signal::Bell).is_ok(), "nobody is told");
    }
}
