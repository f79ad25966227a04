//! A process of its own for the tests: this very test program, running one ignored test alone.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

const DIRECTORY: &str = "SNAPDECK_TEST_JOURNAL";

/// Marks a line for the parent among those of the test harness.
const MARK: &str = "@ ";

/// The state directory given by the parent. `None` outside of a child.
pub(super) fn directory() -> Option<PathBuf> {
    env::var_os(DIRECTORY).map(PathBuf::from)
}

/// Tells the parent something.
pub(super) fn tell(line: &str) {
    println!("{MARK}{line}");
}

/// Blocks until the parent says to go on, or is gone.
pub(super) fn wait_for_parent() {
    std::io::stdin()
        .lock()
        .read_line(&mut String::new())
        .unwrap();
}

/// A running child. Killed when dropped.
pub(super) struct Process {
    child: Child,
    stdin: ChildStdin,
    lines: BufReader<ChildStdout>,
}

impl Process {
    /// Runs the ignored test `name`, for example `crash::writer`, on a state directory.
    pub(super) fn start(name: &str, directory: &Path) -> Self {
        let room = module_path!()
            .split_once("::")
            .unwrap()
            .1
            .strip_suffix("::child")
            .unwrap();
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "--test-threads=1"])
            .arg(format!("{room}::{name}"))
            .env(DIRECTORY, directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdin = child.stdin.take().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self {
            child,
            stdin,
            lines,
        }
    }

    /// The next thing that the child tells; `None` once it has ended.
    pub(super) fn hear(&mut self) -> Option<String> {
        let mut line = String::new();
        while self.lines.read_line(&mut line).unwrap() > 0 {
            // A line that a kill cut short was not told.
            if let Some((_, told)) = line.trim_end_matches('\n').split_once(MARK)
                && line.ends_with('\n')
            {
                return Some(told.to_owned());
            }
            line.clear();
        }
        None
    }

    /// Everything that the child tells from here to its end.
    pub(super) fn hear_all(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.hear()).collect()
    }

    pub(super) fn go_on(&mut self) {
        self.stdin.write_all(b"\n").unwrap();
    }

    /// SIGKILL: the child runs no further instruction of its own.
    pub(super) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(super) fn succeeded(&mut self) -> bool {
        self.child.wait().unwrap().success()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _reaped_already = self.child.wait();
    }
}
