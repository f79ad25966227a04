//! The terminal: taken over, written to one frame at a time, and always given back.
//!
//! Invariants
//! - Whatever ends the program (a return, an error, a panic of any thread, a signal), the terminal is
//!   given back once, before anything else is printed, and nothing is drawn on it afterwards: giving
//!   back and writing a frame take the same lock.
//! - A frame leaves in one write, between the marks of a synchronized update, and one in which nothing
//!   changed leaves not at all.
//! - The terminal is never asked anything: an answer may take a round trip, or never come.

use std::{
    io::{self, Write},
    panic,
    sync::{Mutex, MutexGuard, PoisonError, TryLockError},
    thread,
    time::Duration,
};

use ratatui::{
    Terminal,
    backend::{Backend, ClearType, CrosstermBackend, WindowSize},
    buffer::Cell,
    crossterm::{
        cursor::{Hide, MoveTo, Show},
        event::{DisableBracketedPaste, EnableBracketedPaste},
        queue,
        terminal::{
            self, BeginSynchronizedUpdate, Clear, EndSynchronizedUpdate, EnterAlternateScreen,
            LeaveAlternateScreen,
        },
    },
    layout::{Position, Size},
};
use tokio::sync::Notify;

/// Whether the terminal is ours.
static OURS: Mutex<bool> = Mutex::new(false);
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
    pub(crate) fn take() -> io::Result<Self> {
        install_hook();
        terminal::enable_raw_mode()?;
        let mut ours = lock();
        let guard = Self(());
        *ours = true;
        let mut out = Vec::new();
        queue!(out, EnterAlternateScreen, EnableBracketedPaste, Hide)?;
        let written = write(&out);
        drop(ours);
        written.map(|()| guard)
    }
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
        if let Ok(mut said) = PANIC.try_lock() {
            said.get_or_insert_with(|| info.to_string());
        }
        PANICKED.notify_one();
    }));
}

fn lock() -> MutexGuard<'static, bool> {
    OURS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts the terminal back as it was. Errors are of no use here: the terminal may be gone.
fn give_back(ours: &mut bool) {
    if !std::mem::take(ours) {
        return;
    }
    let mut out = Vec::new();
    let _infallible = queue!(
        out,
        EndSynchronizedUpdate,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        Show
    );
    let _gone = write(&out);
    let _gone = terminal::disable_raw_mode();
}

fn write(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// A frame being put together, and the way out for it.
#[derive(Default)]
struct FrameBytes(Vec<u8>);

impl Write for FrameBytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// Sends the frame, if there is anything in it.
    fn flush(&mut self) -> io::Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let mut out = Vec::with_capacity(self.0.len() + 16);
        queue!(out, BeginSynchronizedUpdate)?;
        out.append(&mut self.0);
        queue!(out, EndSynchronizedUpdate)?;
        let ours = lock();
        if !*ours {
            return Err(io::Error::other("the terminal was given back already"));
        }
        write(&out)
    }
}

/// A backend that keeps a frame together until it is complete.
pub(crate) struct Screen {
    inner: CrosstermBackend<FrameBytes>,
    /// Where the terminal's own cursor is shown.
    cursor: Option<Position>,
    /// Whether something was drawn since the cursor was put there.
    moved: bool,
}

impl Default for Screen {
    fn default() -> Self {
        Self {
            inner: CrosstermBackend::new(FrameBytes::default()),
            cursor: None,
            moved: false,
        }
    }
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
        self.inner.draw(content)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        match self.cursor.take() {
            Some(_) => queue!(self.inner, Hide),
            None => Ok(()),
        }
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
            queue!(self.inner, MoveTo(position.x, position.y))?;
        }
        if shown.is_none() {
            queue!(self.inner, Show)?;
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
        queue!(self.inner, Clear(region))
    }

    fn size(&self) -> io::Result<Size> {
        self.inner.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Write::flush(&mut self.inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_to_a_terminal_that_is_not_ours() {
        let mut frame = FrameBytes::default();
        assert!(frame.flush().is_ok(), "an empty frame is none");
        frame.write_all(b"x").unwrap();
        assert!(frame.flush().is_err());
    }
}
