//! The file for a bug report: what it tells, and that nothing leaves with it that must not.

use std::{fs, os::unix::fs::PermissionsExt};

use snapdeck::sandbox::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};

use crate::{
    CORP,
    common::{CONFIG, World},
    process, two,
};

const PLANTED: [&str; 4] = [
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AKIAIOSFODNN7EXAMPLE",
    "s3cr3t-token",
    "123456789012",
];

/// A world with secrets wherever they could be.
fn planted() -> World {
    let world = two();
    let [secret, key, _, account] = PLANTED;
    let contact = format!("[support]\ncontact = \"account {account}, {key} {secret}\"\n");
    let start = CONFIG.find("[support]").expect("a section");
    fs::write(
        world.path("config.toml"),
        format!("{}{contact}", &CONFIG[..start]),
    )
    .expect("a file");
    world
        .snapdeck(&["directory", "create", CORP, "--wait"])
        .exits(0);
    let log = world.path("state").join("snapdeck.log");
    let line =
        format!("2026-08-20T12:00:00Z  WARN snapdeck: odd {account} {key} {secret} \u{1b}[31m\n");
    let before = fs::read_to_string(&log).unwrap_or_default();
    fs::write(log, before + &line).expect("a log");
    world
}

#[test]
fn what_helps_is_in_it_and_what_is_secret_is_not() {
    let world = planted();
    let file = world.path("report.txt");
    let name = file.display().to_string();
    let mut command = world.command(&["doctor", "--report", &name]);
    command
        .env("AWS_SESSION_TOKEN", PLANTED[2])
        .env("HTTPS_PROXY", "http://ana:pa55@proxy.example.com:3128")
        .env("TERM", "xterm-256color");
    process::start(command)
        .end()
        .exits(0)
        .says(&["look through it"]);
    let text = fs::read_to_string(&file).expect("a report");
    let home = world.path("home").display().to_string();
    let planted = PLANTED.iter().copied().chain([
        ACCESS_KEY_ID,
        SECRET_ACCESS_KEY,
        "pa55",
        "ana:",
        &home,
        "\u{1b}",
    ]);
    // The sandbox's key is a plain word, which names the sandbox too.
    for secret in planted.filter(|secret| *secret != "sandbox") {
        assert!(!text.contains(secret), "{secret} in\n{text}");
    }
    for told in [
        env!("CARGO_PKG_VERSION"),
        "TERM=xterm-256color",
        "AWS_SESSION_TOKEN",
        "HTTPS_PROXY",
        "request_timeout = \"2s\"",
        "1 operations",
        "1 completed",
        "WARN snapdeck: odd <account> <key id>",
        "\\x1b[31m",
    ] {
        assert!(text.contains(told), "{told} not in\n{text}");
    }
    let mode = fs::metadata(&file).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    world
        .snapdeck(&["doctor", "--report", &name])
        .exits(2)
        .says(&["cannot write", "a file that is not there yet"]);
    let printed = world.snapdeck(&["doctor", "--report", "-"]).exits(0);
    assert!(printed.stdout.contains("--- journal"), "{printed}");
}
