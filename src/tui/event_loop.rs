//! The loop: what happened goes into `update`, what `update` wants goes to the executor, and what
//! changed is drawn.
//!
//! Invariants: the first frame is drawn before anything is asked of the world; nothing is awaited but
//! the next thing to happen, so a key is answered at once; everything that has happened already is
//! taken in before a frame is drawn, but behind a key only further keys; what nobody pressed a key for is
//! drawn no more than about thirty times a second; while nothing happens nothing is drawn, written or
//! woken up. What `update` could not finish in one turn it goes on with whenever nothing else is there.
//!
//! The loop is generic over the terminal and over where its input comes from. Tests drive this very
//! loop on a terminal in memory, see [`Console::turn`].

use std::time::Duration;

use futures_util::{FutureExt, Stream, StreamExt};
use ratatui::{Terminal, backend::Backend, crossterm::event::Event};
use tokio::time::{Instant, MissedTickBehavior};

use crate::{
    config::Settings,
    context,
    domain::{clock::Clock, operation::Operation},
};

use super::{
    dialogs::Dialog, effect::Effect, executor::Executor, input, message::Message, model::Model,
    session, terminal, theme::Styles, update, view::view,
};

/// The shortest time between two frames that nobody waits for.
const FRAME: Duration = Duration::from_millis(33);
/// For how long is worked out what was too much for one turn, before a key is looked for and answered.
const TURN: Duration = Duration::from_millis(9);
/// How often what counts seconds is drawn.
const TICK: Duration = Duration::from_secs(1);

/// Something from outside the program.
#[derive(Debug)]
pub enum Input {
    /// A key, a pasted text, another size.
    Terminal(Event),
    /// The process is asked to go: SIGINT, SIGTERM or SIGHUP.
    Detach,
    /// The process was stopped and goes on: nothing that was drawn is on the screen any more.
    Resumed,
    /// A thread of the process panicked; the text is what it said.
    Broken(String),
}

/// How the console was left.
#[derive(Debug, Default)]
pub struct Exit {
    /// The operations that go on in AWS. None for the sandbox, which ends with the console.
    pub running: Vec<Operation>,
    /// What broke, where the console did not leave by itself.
    pub error: Option<String>,
}

/// The console on a terminal.
pub struct Console<B: Backend, I> {
    terminal: Terminal<B>,
    input: I,
    model: Model,
    styles: Styles,
    executor: Executor,
    /// What the first turn starts with; `None` once it has.
    starting: Option<Vec<Effect>>,
    dirty: bool,
    /// Whether somebody waits for the next frame: a key was taken in, or what one began is finished.
    awaited: bool,
    drawn_at: Option<Instant>,
    ticks: Option<tokio::time::Interval>,
}

impl<B, I> Console<B, I>
where
    B: Backend,
    I: Stream<Item = Input> + Unpin,
{
    /// A console that has not drawn anything yet.
    ///
    /// # Errors
    /// The terminal's own, where its size cannot be found out.
    pub fn new(
        terminal: Terminal<B>,
        input: I,
        settings: Settings,
        styles: Styles,
    ) -> Result<Self, B::Error> {
        let size = terminal.size()?;
        let mut model = Model::new(context::services(), settings, Clock::wall(), size);
        let starting = update::start(&mut model);
        Ok(Self {
            terminal,
            input,
            model,
            styles,
            executor: Executor::new(),
            starting: Some(starting),
            dirty: true,
            awaited: false,
            drawn_at: None,
            ticks: None,
        })
    }

    /// Runs until it is left, or until its terminal is lost.
    pub async fn run(&mut self) -> Exit {
        loop {
            match self.turn().await {
                Ok(None) => {}
                Ok(Some(exit)) => {
                    // The process ends: letting go of each of many rows would only keep it waiting.
                    std::mem::forget(std::mem::take(&mut self.model.world.store));
                    return exit;
                }
                Err(error) => {
                    let error = Some(format!("the terminal is lost: {error}"));
                    return Exit {
                        error,
                        ..self.exit()
                    };
                }
            }
        }
    }

    /// One turn: draws what changed, waits for the next thing to happen, and takes in all that has
    /// happened. Answers how the console was left, once it was.
    ///
    /// # Errors
    /// The terminal's own, where it cannot be written to.
    pub async fn turn(&mut self) -> Result<Option<Exit>, B::Error> {
        let is_due = self.awaited || self.drawn_at.is_none_or(|at| at.elapsed() >= FRAME);
        if self.dirty && is_due {
            self.draw()?;
        }
        if let Some(effects) = self.starting.take() {
            self.execute(effects);
        }
        self.tick_if_needed();
        let mut next = self.wait().await;
        let began = Instant::now();
        while let Some(message) = next {
            self.awaited |= message.is_from_person();
            let effects = update::update(&mut self.model, message);
            self.dirty = true;
            if self.execute(effects) {
                if let Some(left) = session::leave(&self.model) {
                    self.executor.leave_behind(&left);
                }
                return Ok(Some(self.exit()));
            }
            // However much arrives, a frame is drawn in time.
            next = if began.elapsed() < FRAME {
                self.happened()
            } else {
                None
            };
        }
        self.go_on(began);
        Ok(None)
    }

    /// Goes on with what `update` could not finish, for what is left of the turn.
    fn go_on(&mut self, began: Instant) {
        if !update::is_unfinished(&self.model) {
            return;
        }
        let effects = update::go_on(&mut self.model, &mut || began.elapsed() < TURN);
        if !update::is_unfinished(&self.model) {
            (self.dirty, self.awaited) = (true, true);
        }
        // Nothing that is worked out leaves.
        self.execute(effects);
    }

    /// Turns until what is looked for holds with all drawn, or until the console is left. For tests:
    /// every step in between is one of this loop.
    ///
    /// # Errors
    /// The terminal's own, where it cannot be written to.
    pub async fn until(
        &mut self,
        mut holds: impl FnMut(&Self) -> bool,
    ) -> Result<Option<Exit>, B::Error> {
        loop {
            if self.dirty {
                self.draw()?;
            }
            if holds(self) {
                return Ok(None);
            }
            if let Some(exit) = self.turn().await? {
                return Ok(Some(exit));
            }
        }
    }

    /// Whether every answer that was asked for is in, and nothing is about to be asked for again. What
    /// the engine watches does not count: it goes on for as long as AWS takes.
    pub fn is_idle(&self) -> bool {
        self.starting.is_none()
            && self.executor.is_idle()
            && self.model.outdated.is_empty()
            && !self.model.dialogs.iter().any(Dialog::is_typed_into)
            && !update::is_unfinished(&self.model)
    }

    /// The terminal's backend: where a test sees what was drawn.
    pub fn backend(&self) -> &B {
        self.terminal.backend()
    }

    /// The same, to be changed: a test gives the terminal another size.
    pub fn backend_mut(&mut self) -> &mut B {
        self.terminal.backend_mut()
    }

    /// The endpoint in place of AWS's own, once the console is connected: where a test steers the
    /// sandbox that the console runs.
    pub fn endpoint(&self) -> Option<&str> {
        self.model.world.connected()?.identity.endpoint.as_deref()
    }

    /// Draws a frame whether or not one is due.
    ///
    /// # Errors
    /// The terminal's own, where it cannot be written to.
    pub fn draw(&mut self) -> Result<(), B::Error> {
        let (model, styles) = (&self.model, &self.styles);
        self.terminal.draw(|frame| view(model, styles, frame))?;
        (self.dirty, self.awaited) = (false, false);
        self.drawn_at = Some(Instant::now());
        Ok(())
    }

    /// Waits for the next thing to happen; `None` where it is only time for a frame, or to go on.
    async fn wait(&mut self) -> Option<Message> {
        if update::is_unfinished(&self.model) {
            return self.happened();
        }
        let frame = self.drawn_at.filter(|_| self.dirty).map(|at| at + FRAME);
        loop {
            let message = tokio::select! {
                biased;
                input = self.input.next() => self.understood(input),
                message = self.executor.next() => Some(message),
                () = tick(self.ticks.as_mut()) => Some(Message::Tick),
                () = until(frame) => return None,
            };
            if message.is_some() {
                return message;
            }
        }
    }

    /// The next thing that has happened already.
    fn happened(&mut self) -> Option<Message> {
        while let Some(input) = self.input.next().now_or_never() {
            if let Some(message) = self.understood(input) {
                return Some(message);
            }
        }
        // What somebody waits for is drawn first.
        if self.awaited {
            return None;
        }
        self.executor.try_next()
    }

    /// Has effects carried out; answers whether the console is to be left.
    fn execute(&mut self, effects: Vec<Effect>) -> bool {
        let mut leave = false;
        for effect in effects {
            match effect {
                Effect::Leave => leave = true,
                Effect::Signal(signal) => {
                    // A terminal that is gone is noticed by the next frame, and by its input.
                    let _gone = terminal::signal(&signal);
                }
                effect => self.executor.execute(effect),
            }
        }
        leave
    }

    fn exit(&self) -> Exit {
        let world = &self.model.world;
        let running = if world.sandbox {
            Vec::new()
        } else {
            world.records.running().cloned().collect()
        };
        Exit {
            running,
            error: self.model.fatal.clone(),
        }
    }

    /// What an input says. Where there is no input any more there is nobody to sit in front of: leave.
    fn understood(&mut self, input: Option<Input>) -> Option<Message> {
        match input {
            Some(Input::Terminal(event)) => input::message(event),
            Some(Input::Broken(what)) => Some(Message::WorkerPanicked(what)),
            Some(Input::Resumed) => {
                // Everything is drawn again; where it cannot be, the next frame says so.
                let _lost = self.terminal.clear();
                let size = self.terminal.size().ok()?;
                Some(Message::Resized(size))
            }
            Some(Input::Detach) | None => Some(Message::Detach),
        }
    }

    fn tick_if_needed(&mut self) {
        if !self.model.is_ticking() {
            self.ticks = None;
        } else if self.ticks.is_none() {
            let mut ticks = tokio::time::interval_at(Instant::now() + TICK, TICK);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            self.ticks = Some(ticks);
        }
    }
}

async fn tick(ticks: Option<&mut tokio::time::Interval>) {
    match ticks {
        Some(ticks) => {
            ticks.tick().await;
        }
        None => std::future::pending().await,
    }
}

async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use ratatui::{
        backend::TestBackend,
        crossterm::event::{KeyCode, KeyEvent, KeyModifiers},
    };
    use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

    use super::*;
    use crate::{
        config::SandboxSource,
        context::Context,
        tui::{
            testing::settings,
            theme::{Charset, Palette},
        },
    };

    /// Far more than anything here takes, and less than anybody waits.
    const LIMIT: Duration = Duration::from_secs(30);

    fn console() -> (
        Console<TestBackend, impl Stream<Item = Input> + Unpin>,
        UnboundedSender<Input>,
    ) {
        let settings = Context::enter_sandbox(&settings());
        assert_eq!(settings.sandbox, Some(SandboxSource::BuiltIn));
        let terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
        let (sender, mut receiver) = unbounded_channel();
        let input = futures_util::stream::poll_fn(move |context| receiver.poll_recv(context));
        let styles = Styles::new(Palette::Mono, Charset::Unicode);
        (
            Console::new(terminal, input, settings, styles).unwrap(),
            sender,
        )
    }

    fn key(code: KeyCode) -> Input {
        Input::Terminal(Event::Key(KeyEvent::new(code, KeyModifiers::NONE)))
    }

    async fn until<I: Stream<Item = Input> + Unpin>(
        console: &mut Console<TestBackend, I>,
        text: &str,
    ) -> Option<Exit> {
        let shown =
            |console: &Console<TestBackend, I>| console.backend().to_string().contains(text);
        tokio::time::timeout(LIMIT, console.until(shown))
            .await
            .expect(text)
            .unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_first_frame_comes_before_anything_is_asked() {
        let (mut console, _keys) = console();
        console.draw().unwrap();
        assert!(console.backend().to_string().contains("Starting"));
        assert!(console.starting.is_some(), "nothing was carried out yet");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn keys_lead_through_the_very_loop_to_an_operation_and_out() {
        let (mut console, keys) = console();
        until(&mut console, "d-9067a10001").await;
        keys.send(key(KeyCode::Enter)).unwrap();
        until(&mut console, "Snapshots 10").await;
        keys.send(key(KeyCode::Char('c'))).unwrap();
        until(&mut console, "[ Create snapshot ]").await;
        keys.send(key(KeyCode::Enter)).unwrap();
        keys.send(key(KeyCode::Enter)).unwrap();
        until(&mut console, "accepted; o shows it").await;
        until(&mut console, "Snapshots 11").await;
        keys.send(key(KeyCode::Char('q'))).unwrap();
        until(&mut console, "Quit").await;
        keys.send(key(KeyCode::Enter)).unwrap();
        let exit = until(&mut console, "this is never shown").await;
        assert!(exit.is_some_and(|exit| exit.error.is_none()));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn where_the_input_ends_the_console_leaves() {
        let (mut console, keys) = console();
        drop(keys);
        let exit = tokio::time::timeout(LIMIT, console.run()).await.unwrap();
        assert!(exit.error.is_none());
    }
}
