//! The console under somebody's hands: keys go in, and what comes is waited for.

use std::{fs, path::PathBuf, pin::Pin, time::Duration};

use futures_util::{Stream, stream};
use ratatui::{
    Terminal,
    backend::TestBackend,
    crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers},
};
use serde_json::{Value, json};
use snapdeck::{
    config::{self, ConsoleOptions, Flags, Key, KeyCode as Code, Settings, Start, Watch},
    tui::{Charset, Console, Exit, Input, Palette, Styles},
};
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::{common::run, screen};

/// Far more than anything here takes, and less than anybody waits.
const LIMIT: Duration = Duration::from_secs(30);

/// What is on the screen for as long as an answer is under way.
const UNDER_WAY: [&str; 8] = [
    "Starting",
    "Looking for credentials",
    "Loading",
    "loading",
    "Checking what follows",
    "being sent",
    "Sending",
    "Reading the journal",
];

/// Every world begins at the same moment, and not about midnight: which days the marks of a chart stand
/// on must not depend on when the tests run.
const BEGINNING: &str = "now = 2026-03-10T12:00:00Z\n";

const SCENARIO: &str = include_str!("scenario.toml");

/// How a console is to be started.
pub(crate) struct Setup {
    size: (u16, u16),
    palette: Palette,
    charset: Charset,
    scenario: String,
    config: String,
    flags: Flags,
    options: ConsoleOptions,
    rules: Option<String>,
}

/// A console, and the hands on its keys.
pub(crate) struct Flow {
    console: Shown,
    inputs: UnboundedSender<Input>,
    size: (u16, u16),
    /// Where the sandbox is, also while the console is not connected to it.
    endpoint: Option<String>,
    /// How it was left, once it was.
    pub(crate) exit: Option<Exit>,
    _folder: Option<TempDir>,
}

type Shown = Console<TestBackend, Inputs>;
type Inputs = Pin<Box<dyn Stream<Item = Input>>>;

impl Setup {
    /// A console on a sandbox of its own with the scenario of the flows.
    pub(crate) fn new(size: (u16, u16)) -> Self {
        Self {
            size,
            palette: Palette::Dark,
            charset: Charset::Unicode,
            scenario: SCENARIO.to_owned(),
            config: crate::common::CONFIG.to_owned(),
            flags: Flags::default(),
            options: ConsoleOptions::default(),
            rules: None,
        }
    }

    /// More of the scenario: faults, denials.
    pub(crate) fn with(mut self, more: &str) -> Self {
        self.scenario.push_str(more);
        self
    }

    /// Another scenario.
    pub(crate) fn scenario(mut self, text: &str) -> Self {
        text.clone_into(&mut self.scenario);
        self
    }

    pub(crate) fn read_only(mut self) -> Self {
        self.flags.read_only = true;
        self
    }

    /// What is shown is read again by itself as often as this.
    pub(crate) fn refresh(mut self, every: Duration) -> Self {
        self.options.refresh = Some(every);
        self
    }

    /// With rules for changes, which the sandbox otherwise does not take from a configuration.
    pub(crate) fn rules(mut self, rules: &str) -> Self {
        self.rules = Some(format!("[profiles.default]\n{rules}"));
        self
    }

    /// More of the configuration file.
    pub(crate) fn config(mut self, more: &str) -> Self {
        self.config.push_str(more);
        self
    }

    /// Looking at these Regions.
    pub(crate) fn regions(mut self, regions: &[&str]) -> Self {
        self.flags.regions = regions.iter().map(|region| (*region).to_owned()).collect();
        self
    }

    /// With the overview first.
    pub(crate) fn home_first(mut self) -> Self {
        self.options.start = Start::Home;
        self
    }

    /// On a terminal that knows neither colours nor more than ASCII.
    pub(crate) fn plain(mut self) -> Self {
        (self.palette, self.charset) = (Palette::Mono, Charset::Ascii);
        self
    }

    /// The console before its first turn.
    pub(crate) fn launch(self) -> Flow {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let keep = |name: &str, text: &str| -> PathBuf {
            let path = folder.path().join(name);
            fs::write(&path, text).expect("a file in it");
            path
        };
        let scenario = format!("{BEGINNING}{}", self.scenario);
        let flags = Flags {
            config: Some(keep("config.toml", &self.config)),
            sandbox: Some(Some(keep("scenario.toml", &scenario))),
            ..self.flags
        };
        let mut settings = config::load(&flags, &|_| None).expect("settings");
        // Less than a configuration may ask for: nobody waits here.
        settings.watch = Watch {
            shortest: Duration::from_millis(50),
            longest: Duration::from_millis(50),
            ..settings.watch
        };
        settings.console = self.options;
        if let Some(rules) = &self.rules {
            let flags = Flags {
                config: Some(keep("rules.toml", rules)),
                state_dir: Some(folder.path().join("state")),
                ..Flags::default()
            };
            settings.guard = config::load(&flags, &|_| None).expect("rules").guard;
        }
        let styles = Styles::new(self.palette, self.charset);
        Flow {
            _folder: Some(folder),
            ..Flow::new(settings, styles, self.size)
        }
    }

    /// The console with the directories on its screen.
    pub(crate) fn start(self) -> Flow {
        let mut flow = self.launch();
        flow.shows("corp.example.com");
        flow.settles();
        flow.endpoint = flow.console.endpoint().map(str::to_owned);
        flow
    }
}

impl Flow {
    /// A console with these settings, before its first turn.
    pub(crate) fn new(settings: Settings, styles: Styles, size: (u16, u16)) -> Self {
        let terminal = Terminal::new(TestBackend::new(size.0, size.1)).expect("a terminal");
        let (inputs, mut receiver) = unbounded_channel();
        let stream: Inputs = Box::pin(stream::poll_fn(move |cx| receiver.poll_recv(cx)));
        Self {
            console: Console::new(terminal, stream, settings, styles).expect("a console"),
            inputs,
            size,
            endpoint: None,
            exit: None,
            _folder: None,
        }
    }

    /// Presses keys, `enter tab c`, and types texts in quotes, `'pre patch'`. Each has been taken in
    /// when this returns.
    pub(crate) fn press(&mut self, keys: &str) -> &mut Self {
        for (index, part) in keys.split('\'').enumerate() {
            if index % 2 == 1 {
                for c in part.chars() {
                    self.key(KeyCode::Char(c), KeyModifiers::NONE);
                }
            } else {
                for key in part.split_whitespace() {
                    let key = Key::parse(key).expect("a key");
                    let (code, modifiers) = event(key);
                    self.key(code, modifiers);
                }
            }
        }
        self
    }

    /// Presses a key.
    pub(crate) fn key(&mut self, code: KeyCode, modifiers: KeyModifiers) {
        self.happens(Event::Key(KeyEvent::new(code, modifiers)));
    }

    /// The terminal gets another size.
    pub(crate) fn resize(&mut self, width: u16, height: u16) {
        self.size = (width, height);
        self.console.backend_mut().resize(width, height);
        self.happens(Event::Resize(width, height));
    }

    fn happens(&mut self, event: Event) {
        self.inputs
            .send(Input::Terminal(event))
            .expect("the console listens");
        // The loop takes input before anything else, so that one turn has it.
        self.turn();
    }

    /// One turn of the loop.
    fn turn(&mut self) {
        let left = run(self.console.turn()).expect("a terminal");
        self.exit = self.exit.take().or(left);
    }

    /// Takes in what has happened until then.
    pub(crate) fn turn_for(&mut self, time: Duration) {
        let console = &mut self.console;
        let turns = async { while console.turn().await.expect("a terminal").is_none() {} };
        // That time is up is what is expected.
        let _up = run(async { tokio::time::timeout(time, turns).await });
    }

    /// Waits until a text is on the screen.
    #[track_caller]
    pub(crate) fn shows(&mut self, text: &str) -> &mut Self {
        self.until(text, |screen| screen.contains(text))
    }

    /// Waits until a text is on the screen at least twice.
    #[track_caller]
    pub(crate) fn shows_twice(&mut self, text: &str) -> &mut Self {
        self.until(text, |screen| screen.matches(text).count() >= 2)
    }

    /// Waits until a text is on the screen no more.
    #[track_caller]
    pub(crate) fn hides(&mut self, text: &str) -> &mut Self {
        self.until(text, |screen| !screen.contains(text))
    }

    /// Waits until no answer is under way, nor anything else that the screen tells of.
    #[track_caller]
    pub(crate) fn settles(&mut self) -> &mut Self {
        self.holds("an end", |console| {
            let screen = screen::lines(console.backend());
            console.is_idle() && !UNDER_WAY.iter().any(|text| screen.contains(text))
        })
    }

    #[track_caller]
    fn until(&mut self, what: &str, holds: impl Fn(&str) -> bool) -> &mut Self {
        self.holds(what, |console| holds(&screen::lines(console.backend())))
    }

    #[track_caller]
    fn holds(&mut self, what: &str, holds: impl Fn(&Shown) -> bool) -> &mut Self {
        let console = &mut self.console;
        let waited = run(async { tokio::time::timeout(LIMIT, console.until(holds)).await });
        let Ok(left) = waited else {
            panic!("not within {LIMIT:?}: {what}\n{}", self.screen());
        };
        let left = left.expect("a terminal");
        assert!(left.is_none(), "left before: {what}\n{}", self.screen());
        self
    }

    /// What is on the screen now.
    pub(crate) fn screen(&mut self) -> String {
        self.console.draw().expect("a terminal");
        screen::lines(self.console.backend())
    }

    /// The first word on the screen that begins like this.
    #[track_caller]
    pub(crate) fn word(&mut self, start: &str) -> String {
        let screen = self.screen();
        let word = screen
            .split_whitespace()
            .find(|word| word.starts_with(start));
        word.expect("such a word").to_owned()
    }

    /// Whether anything on the screen has a colour.
    pub(crate) fn is_coloured(&mut self) -> bool {
        self.console.draw().expect("a terminal");
        screen::is_coloured(self.console.backend())
    }

    /// Compares the screen as it is at this moment with the one that was kept.
    #[track_caller]
    pub(crate) fn frame(&mut self, name: &str) -> &mut Self {
        let (width, height) = self.size;
        let screen = self.screen();
        let reversed = screen::reversed(self.console.backend());
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(
                format!("{name}-{width}x{height}"),
                format!("{screen}\n\nreversed\n{reversed}\n")
            );
        });
        self
    }

    /// Compares the screen with the one that was kept once nothing is under way any more.
    #[track_caller]
    pub(crate) fn snapshot(&mut self, name: &str) -> &mut Self {
        self.settles().frame(name)
    }

    /// Steers the sandbox that the console runs: `faults`, `advance`, `fail`.
    pub(crate) fn control(&mut self, endpoint: &str, body: &Value) -> &mut Self {
        let url = format!("{}/_sandbox/{endpoint}", self.url());
        let answer = run(async {
            let client = reqwest::Client::new();
            client.post(url).json(body).send().await?.error_for_status()
        });
        answer.expect("the control endpoint takes it");
        self
    }

    /// Makes the next calls of an operation go wrong.
    pub(crate) fn fault(&mut self, action: &str, kind: &str, times: u64) -> &mut Self {
        let fault = json!({ "service": "ds", "action": action, "kind": kind, "times": times });
        self.control("faults", &fault)
    }

    /// Nothing goes wrong any more.
    pub(crate) fn recovers(&mut self) -> &mut Self {
        let url = format!("{}/_sandbox/faults", self.url());
        let answer = run(async {
            let client = reqwest::Client::new();
            client.delete(url).send().await?.error_for_status()
        });
        answer.expect("the control endpoint takes it");
        self
    }

    /// Moves the sandbox's clock on.
    pub(crate) fn advance(&mut self, seconds: u64) -> &mut Self {
        self.control("advance", &json!({ "seconds": seconds }))
    }

    /// Every call that arrived at the sandbox, oldest first.
    pub(crate) fn requests(&self) -> Vec<Value> {
        let url = format!("{}/_sandbox/requests", self.url());
        let lines = run(async { reqwest::get(url).await?.text().await }).expect("the request log");
        lines
            .lines()
            .map(|line| serde_json::from_str(line).expect("a JSON object a line"))
            .collect()
    }

    /// The calls of one operation of AWS.
    pub(crate) fn calls(&self, action: &str) -> Vec<Value> {
        let mut calls = self.requests();
        calls.retain(|call| call["action"] == action);
        calls
    }

    /// The calls that change something.
    pub(crate) fn changes(&self) -> Vec<Value> {
        let mut calls = self.requests();
        calls.retain(|call| call["mutating"] == true);
        calls
    }

    fn url(&self) -> &str {
        let endpoint = self.console.endpoint().or(self.endpoint.as_deref());
        endpoint.expect("a console that was connected")
    }
}

/// A key as the terminal sends it.
fn event(key: Key) -> (KeyCode, KeyModifiers) {
    let code = match key.code {
        Code::Char(c) => KeyCode::Char(c),
        Code::Enter => KeyCode::Enter,
        Code::Esc => KeyCode::Esc,
        Code::Tab => KeyCode::Tab,
        Code::BackTab => KeyCode::BackTab,
        Code::Backspace => KeyCode::Backspace,
        Code::Up => KeyCode::Up,
        Code::Down => KeyCode::Down,
        Code::PageUp => KeyCode::PageUp,
        Code::PageDown => KeyCode::PageDown,
        other => panic!("no flow presses {other:?}"),
    };
    let modifiers = if key.ctrl {
        KeyModifiers::CONTROL
    } else {
        KeyModifiers::NONE
    };
    (code, modifiers)
}
