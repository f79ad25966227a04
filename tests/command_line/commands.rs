//! The commands that are about the program itself.

use std::{fs, io::Read, process::Stdio};

use crate::{BEFORE, CORP, changes, common::until, process, two};

#[test]
fn completions_and_the_manual_need_nothing_around_them() {
    let world = two();
    let bare = |arguments: &[&str]| {
        let mut command = world.command(arguments);
        command.env_clear();
        process::start(command).end().exits(0).stdout
    };
    for (shell, sign) in [
        ("bash", "complete -F"),
        ("zsh", "#compdef snapdeck"),
        ("fish", "complete -c snapdeck"),
    ] {
        let script = bare(&["completions", shell]);
        assert!(
            script.contains(sign) && script.contains("dry-run"),
            "{shell}"
        );
    }
    let manual = bare(&["man"]);
    for part in [
        ".TH snapdeck",
        "SNAPDECK DIRECTORY RESTORE",
        "read\\-only",
        "EXIT STATUS",
        "ENVIRONMENT",
        "FILES",
        "SNAPDECK_STATE_DIR",
        "SNAPDECK SANDBOX",
        "verify\\-signatures",
        "AWS_ENDPOINT_URL_<SERVICE>",
    ] {
        assert!(manual.contains(part), "{part}");
    }
    let everywhere = manual.matches("OPTIONS OF EVERY COMMAND").count();
    assert_eq!(everywhere, 1, "told once, not for each command");
    assert_eq!(
        bare(&["--version"]),
        concat!("snapdeck ", env!("CARGO_PKG_VERSION"), "\n")
    );
    let help = bare(&["--help"]);
    for command in [
        "directory",
        "operations",
        "sandbox",
        "doctor",
        "config",
        "completions",
        "man",
    ] {
        assert!(
            help.contains(&format!("\n  {command} ")),
            "{command}: {help}"
        );
    }
}

#[test]
fn the_configuration_can_be_found_checked_and_shown() {
    let world = two();
    let json = world
        .snapdeck(&["config", "show", "--output", "json"])
        .exits(0)
        .json();
    assert_eq!(json["network"]["request_timeout"], "2s", "{json}");
    world
        .snapdeck(&["config", "show", "--output", "csv"])
        .exits(2)
        .says(&["--output json"]);
    let path = world.path("config.toml");
    let path = path.to_str().expect("UTF-8");
    assert_eq!(
        world.snapdeck(&["config", "path"]).exits(0).stdout,
        format!("{path}\n")
    );
    world.snapdeck(&["config", "check"]).exits(0).says(&[path]);
    let shown = world
        .snapdeck(&["config", "show", "--profile", "p"])
        .exits(0)
        .stdout;
    for line in [
        "profile = \"p\" # --profile",
        "regions = [\"us-east-1\"] # AWS_REGION",
        &format!("shortest = \"1s\" # {path}, line "),
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    let missing = world
        .snapdeck(&["config", "path", "--config", "/nowhere/x.toml"])
        .exits(0);
    assert_eq!(missing.stdout, "/nowhere/x.toml\n");
    world
        .snapdeck(&["config", "check", "--config", "/nowhere/x.toml"])
        .exits(2)
        .says(&["/nowhere/x.toml", "--config"]);
}

#[test]
fn doctor_says_what_works_and_ends_with_the_code_of_what_does_not() {
    let world = two();
    let findings = world.snapdeck(&["doctor"]).exits(0).json();
    let findings = findings.as_array().expect("findings");
    assert!(findings.iter().all(|f| f["ok"] == true), "{findings:#?}");
    let detail = |check: &str| {
        let found = findings.iter().find(|f| f["check"] == check);
        found.and_then(|f| f["detail"].as_str()).unwrap_or_default()
    };
    assert_eq!(detail("Directory Service in us-east-1"), "2 directories");
    assert_eq!(
        detail("Credentials"),
        "arn:aws:iam::123456789012:user/sandbox"
    );
    assert_eq!(detail("Changes"), "allowed");

    world.fault("DescribeDirectories", "denied", 1);
    let denied = world.snapdeck(&["doctor"]).exits(4).json();
    let failed = denied
        .as_array()
        .and_then(|all| all.iter().find(|f| f["ok"] == false));
    let failed = failed.expect("a finding");
    assert_eq!(failed["check"], "Directory Service in us-east-1");
    assert!(
        failed["hint"]
            .as_str()
            .is_some_and(|h| h.contains("ext. 4711"))
    );
    let table = world
        .snapdeck(&["doctor", "--read-only", "--output", "table"])
        .exits(0);
    assert!(table.stdout.contains("refused: --read-only"), "{table}");
    assert_eq!(changes(&world), 0);

    // Nothing can be changed where nothing can be written down, and nobody asked for that.
    let damaged = two();
    fs::create_dir(damaged.path("state")).expect("a directory");
    fs::write(damaged.path("state/journal.sqlite3"), [b'x'; 9000]).expect("a file");
    let findings = damaged.snapdeck(&["doctor"]);
    assert_ne!(findings.code, Some(0), "{findings}");
    let findings = findings.json();
    let found = findings.as_array().into_iter().flatten();
    let found: Vec<_> = found.filter(|f| f["check"] == "Changes").collect();
    assert_eq!(found[0]["ok"], false, "{findings:#}");
}

#[test]
fn with_its_own_sandbox_no_account_and_no_trace_is_needed() {
    let world = two();
    let mut command = world.command(&[
        "--sandbox",
        "directory",
        "create",
        CORP,
        "--wait=30s",
        "--output",
        "json",
    ]);
    command.env_clear().env("HOME", world.path("home"));
    let ended = process::start(command).end().exits(0);
    assert_eq!(ended.json()["status"], "completed", "{ended}");
    assert!(!world.path("home").exists(), "nothing is left behind");
    assert_eq!(world.requests().len(), 0);
}

#[test]
fn a_sandbox_that_ends_with_its_command_does_not_promise_more() {
    let world = two();
    let mut command = world.command(&["--sandbox", "directory", "create", CORP]);
    command.env_clear().env("HOME", world.path("home"));
    let ended = process::start(command)
        .end()
        .exits(0)
        .says(&["this sandbox ends with the command"]);
    assert!(!ended.stderr.contains("operations wait"), "{ended}");
}

#[test]
fn what_is_missing_or_misplaced_is_said_with_what_would_be_right() {
    let world = two();
    let config = world.snapdeck(&["config"]).exits(2);
    assert!(
        config
            .stderr
            .starts_with("error: a command is needed\n\nFind, check and show the configuration\n"),
        "{config}"
    );
    for (arguments, part) in [
        (
            &["directory", "create", CORP, "--wait", "5s"][..],
            "write --wait=5s",
        ),
        (
            &["directory", "delete", BEFORE, "--wait", "5s"],
            "write --wait=5s",
        ),
        (
            &["--sandbox", "x.toml", "directory", "list"],
            "write --sandbox=x.toml",
        ),
    ] {
        world.snapdeck(arguments).exits(2).says(&[part]);
    }
    let usage = world
        .snapdeck(&["directory", "show", CORP, "--endpoint-url", "http://h", "x"])
        .exits(2)
        .says(&["Usage: snapdeck directory show [OPTIONS] <DIRECTORY_ID>"]);
    assert!(!usage.stderr.contains("endpoint-url"), "{usage}");
    let missing = world
        .snapdeck(&["config", "check", "--config", "/nowhere/x.toml"])
        .exits(2);
    assert_eq!(missing.stderr.matches("os error 2").count(), 1, "{missing}");
}

#[test]
fn a_signal_ends_what_nobody_reads() {
    let world = two();
    let mut command = world.command(&["completions", "bash"]);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut begun = [0];
    // It is more than a pipe holds: after the beginning it waits for whoever reads on.
    let mut output = child.stdout.take().expect("a pipe");
    output.read_exact(&mut begun).expect("a beginning");
    let id = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("a signal");
    let status = until("the end", || child.try_wait().expect("a child"));
    assert_eq!(status.code(), Some(130));
}
