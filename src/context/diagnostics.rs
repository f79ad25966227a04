//! A text for a bug report: what runs where, with which settings, and what went wrong last.
//!
//! Invariants: no credentials and no account ids leave with it; of the variables that could hold
//! either only the names are told; nothing is asked of AWS.

use std::{
    fmt::Write as _,
    fs::{self, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write as _},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use regex::Regex;

use super::Context;
use crate::{
    config::{Settings, effective_toml},
    domain::text::harmless,
};

/// What answers for an environment variable.
type Env<'e> = &'e (dyn Fn(&str) -> Option<String> + Sync);

/// Variables whose values say how the terminal is used, and nothing else.
const TOLD: [&str; 10] = [
    "TERM",
    "COLORTERM",
    "COLORFGBG",
    "TERM_PROGRAM",
    "TERM_PROGRAM_VERSION",
    "LC_ALL",
    "LC_CTYPE",
    "LANG",
    "NO_COLOR",
    "SNAPDECK_LOG_LEVEL",
];

/// Variables of which it is only told that they are set.
const NAMED: [&str; 20] = [
    "TMUX",
    "STY",
    "SSH_CONNECTION",
    "WT_SESSION",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_CA_BUNDLE",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "SNAPDECK_CONFIG",
];

/// Variables whose very values must not appear, wherever they may have got to.
const SECRET: [&str; 5] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
];

/// The most of the log that is looked through, from its end.
const LOG_BYTES: u64 = 512 * 1024;
/// The most lines of it that are told.
const LOG_LINES: usize = 50;

/// The text. `context` is there where it could be opened.
pub async fn diagnostics(settings: &Settings, context: Option<&Context>, env: Env<'_>) -> String {
    let mut text = String::new();
    let _infallible = writeln!(
        text,
        "snapdeck {} on {} {}\nwritten {}",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        jiff::Timestamp::now()
    );
    if let Ok(kernel) = fs::read_to_string("/proc/sys/kernel/osrelease") {
        let _infallible = writeln!(text, "kernel {}", kernel.trim());
    }
    heading(&mut text, "environment");
    for name in TOLD {
        if let Some(value) = env(name) {
            let _infallible = writeln!(text, "{name}={}", harmless(&value));
        }
    }
    let set: Vec<&str> = NAMED
        .into_iter()
        .filter(|name| env(name).is_some_and(|value| !value.is_empty()))
        .collect();
    let _infallible = writeln!(text, "set: {}", set.join(", "));
    heading(&mut text, "configuration in force");
    text.push_str(&effective_toml(settings));
    heading(&mut text, "journal");
    text.push_str(&journal(context).await);
    heading(&mut text, "last warnings and errors of the log");
    let log = context.map(|context| context.state_dir().join(crate::config::LOG_FILE));
    let log = log.or_else(|| settings.log.file.clone());
    text.push_str(&log.map_or_else(|| "there is none\n".to_owned(), |file| last_errors(&file)));
    scrubbed(&text, env)
}

/// Writes a text to a new file that only its owner can read.
///
/// # Errors
/// The system's, also where the file is there already.
pub fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())
}

fn heading(text: &mut String, title: &str) {
    let _infallible = writeln!(text, "\n--- {title}");
}

/// How many operations stand where.
async fn journal(context: Option<&Context>) -> String {
    let Some(context) = context else {
        return "not opened\n".to_owned();
    };
    let mut text = String::new();
    if let Some(why) = context.restriction() {
        let _infallible = writeln!(text, "changes are refused: {}", harmless(why));
    }
    match context.operations().counts().await {
        Err(failure) => {
            let _infallible = writeln!(text, "cannot be read: {}", harmless(&failure.to_string()));
        }
        Ok(counts) => {
            let all: u32 = counts.iter().map(|(_, count)| count).sum();
            let _infallible = writeln!(text, "{all} operations");
            for (status, count) in counts {
                let _infallible = writeln!(text, "{count} {status}");
            }
        }
    }
    text
}

/// The last lines of the log that tell of something wrong.
fn last_errors(file: &Path) -> String {
    let tail = || -> io::Result<String> {
        let mut log = fs::File::open(file)?;
        let length = log.metadata()?.len();
        log.seek(SeekFrom::Start(length.saturating_sub(LOG_BYTES)))?;
        let mut bytes = Vec::new();
        log.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    match tail() {
        Err(error) => format!("cannot be read: {error}\n"),
        Ok(text) => {
            let wrong = |line: &&str| line.contains(" WARN ") || line.contains(" ERROR ");
            let lines: Vec<&str> = text.lines().filter(wrong).collect();
            let last = &lines[lines.len().saturating_sub(LOG_LINES)..];
            if last.is_empty() {
                return "none\n".to_owned();
            }
            last.iter().fold(String::new(), |mut text, line| {
                text.push_str(&harmless(line));
                text.push('\n');
                text
            })
        }
    }
}

/// What is taken out wherever it stands, and what is put in its place.
const PATTERNS: [(&str, &str); 5] = [
    // A name and a password in front of a host.
    (r"://[^/\s@]+@", "://<removed>@"),
    // What calls itself a secret.
    (
        r#"(?i)((?:secret|token|passw|authorization|signature|credential)[\w-]*["']?\s*[:=]\s*)(?:"[^"]*"|'[^']*'|[^\s,;]+)"#,
        "$1<removed>",
    ),
    // The ids of keys, users and roles.
    (
        r"\b(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA|ANVA|APKA|ABIA|ACCA)[A-Z0-9]{12,}\b",
        "<key id>",
    ),
    // Account ids.
    (r"\b[0-9]{12}\b", "<account>"),
    // Anything long enough for a secret key that has no shape of its own.
    (r"\b[A-Za-z0-9+/]{40,}={0,2}", "<long text>"),
];

/// The text without credentials, account ids and the name of the home folder.
fn scrubbed(text: &str, env: Env<'_>) -> String {
    let mut text = text.to_owned();
    for value in SECRET.into_iter().filter_map(env) {
        if !value.is_empty() {
            text = text.replace(&value, "<removed>");
        }
    }
    for (pattern, replacement) in PATTERNS {
        // A pattern that could not be read would be found by the tests.
        if let Ok(pattern) = Regex::new(pattern) {
            text = pattern.replace_all(&text, replacement).into_owned();
        }
    }
    match env("HOME").filter(|home| home.len() > 1) {
        Some(home) => text.replace(&home, "~"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_planted_comes_out() {
        let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        let env = |name: &str| match name {
            "AWS_SECRET_ACCESS_KEY" => Some("short-secret".to_owned()),
            "HOME" => Some("/home/ana".to_owned()),
            _ => None,
        };
        let text = format!(
            "endpoint_url = \"https://user:pa55@proxy.example.com/x\"\n\
             arn:aws:iam::123456789012:role/Admin AKIAIOSFODNN7EXAMPLE\n\
             aws_secret_access_key = {secret}\n\
             plain {secret} and short-secret\n\
             \"SessionToken\": \"FwoGZXIvYXdzEBYa\", Authorization: AWS4-HMAC-SHA256 Credential=ASIAIOSFODNN7EXAMPLE/20260820/x, Signature=abc123\n\
             password='p w' /home/ana/.config\n"
        );
        let clean = scrubbed(&text, &env);
        for planted in [
            "pa55",
            "user:",
            "123456789012",
            "AKIA",
            "ASIA",
            secret,
            "short-secret",
            "FwoGZX",
            "abc123",
            "p w",
            "/home/ana",
        ] {
            assert!(!clean.contains(planted), "{planted} in\n{clean}");
        }
        for kept in [
            "proxy.example.com/x",
            "role/Admin",
            "aws_secret_access_key = <removed>",
            "~/.config",
        ] {
            assert!(clean.contains(kept), "{kept} not in\n{clean}");
        }
    }

    #[test]
    fn every_pattern_can_be_read() {
        for (pattern, _) in PATTERNS {
            assert!(Regex::new(pattern).is_ok(), "{pattern}");
        }
    }

    #[test]
    fn only_what_is_wrong_is_taken_from_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("snapdeck.log");
        let mut log = String::new();
        for number in 0..200 {
            log += &[
                "2026-08-20T12:00:00Z  INFO snapdeck: fine\n",
                "2026-08-20T12:00:00Z  WARN snapdeck: odd ",
            ]
            .concat();
            log += &number.to_string();
            log.push('\n');
        }
        fs::write(&file, log).unwrap();
        let told = last_errors(&file);
        assert_eq!(told.lines().count(), LOG_LINES);
        assert!(told.ends_with("odd 199\n") && !told.contains("fine"));
        assert_eq!(last_errors(&folder.path().join("none")).lines().count(), 1);
    }
}
