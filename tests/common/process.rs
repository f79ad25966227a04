//! The program as a process: what it printed, and how it ended.

use std::{
    fmt,
    io::Read,
    process::{Child, Command, Stdio},
    thread::JoinHandle,
};

use serde_json::Value;
use snapdeck::sandbox::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};

use super::common::{World, until};

/// A program that was started. Killed when dropped.
pub(crate) struct Running {
    pub(crate) child: Child,
    readers: Option<[JoinHandle<String>; 2]>,
    line: String,
}

/// A program that has ended.
pub(crate) struct Ended {
    /// Its exit code; `None` where a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    line: String,
}

impl World {
    /// The program with these arguments, in an environment that has nothing but this world.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_snapdeck"));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.path("home"))
            .env("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID)
            .env("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY)
            .env("AWS_ENDPOINT_URL", self.url())
            .env("AWS_REGION", "us-east-1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("SNAPDECK_CONFIG", self.path("config.toml"))
            .env("SNAPDECK_STATE_DIR", self.path("state"));
        command
    }

    /// Starts the program.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        start(self.command(arguments))
    }

    /// Runs the program to its end.
    pub(crate) fn snapdeck(&self, arguments: &[&str]) -> Ended {
        self.start(arguments).end()
    }
}

/// Starts a command without a terminal.
pub(crate) fn start(mut command: Command) -> Running {
    let line = format!("{:?}", command.get_args().collect::<Vec<_>>());
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let readers = [
        read(child.stdout.take().expect("a pipe")),
        read(child.stderr.take().expect("a pipe")),
    ];
    Running {
        child,
        readers: Some(readers),
        line,
    }
}

/// Reads a pipe to its end, so that a full one never stops the program.
fn read(mut pipe: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("a pipe can be read");
        String::from_utf8(bytes).expect("the program prints UTF-8")
    })
}

impl Running {
    /// Waits for its end.
    pub(crate) fn end(mut self) -> Ended {
        let status = until(&self.line, || self.child.try_wait().expect("a child"));
        let [stdout, stderr] = self
            .readers
            .take()
            .expect("ends once")
            .map(|reader| reader.join().expect("a reader"));
        Ended {
            code: status.code(),
            stdout,
            stderr,
            line: self.line.clone(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Where it has ended already there is nothing to kill.
        let _gone = self.child.kill();
        let _status = self.child.wait();
    }
}

impl Ended {
    /// Makes sure of the exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }

    /// What it printed, as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// Makes sure that standard error has all of these.
    #[track_caller]
    pub(crate) fn says(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.stderr.contains(part), "no {part:?} in: {self}");
        }
        self
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            code,
            stdout,
            stderr,
            line,
        } = self;
        write!(
            f,
            "{line} ended with {code:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}"
        )
    }
}
