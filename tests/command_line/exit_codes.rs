//! Every exit code that a directory can lead to, but for 9, which takes a lost reply.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use crate::{
    BEFORE, CORP, EARLIER, changes,
    common::{TWO_DIRECTORIES, World, until},
    only_operation, process, slow, two,
};

/// Sends a signal to a process.
fn send(signal: &str, process: u32) {
    let script = format!("kill -{signal} {process}");
    let sent = Command::new("sh").args(["-c", &script]).status();
    assert!(sent.expect("a shell").success(), "{script}");
}

#[test]
fn an_action_without_wait_ends_once_aws_took_it_on() {
    let world = slow();
    let created = world.snapdeck(&["directory", "create", CORP]).exits(0);
    let operation = created.json();
    assert_eq!(operation["status"], "accepted");
    assert_eq!(operation["finished_at"], Value::Null);
    let id = operation["id"].as_str().expect("an id");
    created.says(&[id, "snapdeck operations wait"]);
    world.control("advance", &json!({ "seconds": 1200 }));
    let waited = world.snapdeck(&["operations", "wait"]).exits(0).json();
    assert_eq!(
        (&waited[0]["id"], &waited[0]["status"]),
        (&json!(id), &json!("completed"))
    );
}

#[test]
fn what_fails_in_aws_is_1() {
    let world = slow();
    let create = world.start(&["directory", "create", CORP, "--wait"]);
    let snapshot = until("a snapshot is begun", || {
        let rows = world.snapdeck(&["directory", "snapshots", CORP]).json();
        let rows = rows.as_array().cloned().unwrap_or_default();
        let begun = rows.into_iter().find(|row| row["state"] == "Creating")?;
        Some(begun["id"].clone())
    });
    world.control("fail", &json!({ "id": snapshot }));
    let ended = create.end().exits(1).says(&[
        "failed",
        snapshot.as_str().expect("an id"),
        "take another one",
    ]);
    assert_eq!(
        (&ended.json()["status"], &ended.json()["stage"]),
        (&json!("failed"), &json!("Failed"))
    );

    let restore = world.start(&[
        "directory",
        "restore",
        EARLIER,
        "--confirm",
        "d-9067a10002",
        "--wait",
    ]);
    until("the restore is asked for", || {
        (world.calls("RestoreFromSnapshot").len() == 1).then_some(())
    });
    world.control("fail", &json!({ "id": "d-9067a10002" }));
    let ended = restore
        .end()
        .exits(1)
        .says(&["could not be restored", "contact AWS Support"]);
    assert_eq!(ended.json()["stage"], "RestoreFailed");
}

#[test]
fn usage_is_2() {
    let world = two();
    for arguments in [
        &["directory", "frob"][..],
        &["directory"],
        &["directory", "show"],
        &["directory", "list", "--output", "xml"],
        &["directory", "create", CORP, "--confirm", CORP],
        &["directory", "create", CORP, "--wait=soon"],
        &["operations", "show", "op-1"],
        &["sandbox", "--speed", "0"],
        &["sandbox", "--listen", "0.0.0.0:0"],
    ] {
        let ended = world.snapdeck(arguments).exits(2);
        assert_eq!(ended.stdout, "", "{ended}");
        assert_ne!(ended.stderr, "");
    }
    assert_eq!(world.requests().len(), 0, "nothing was asked of AWS");
}

#[test]
fn without_a_terminal_the_console_is_2_and_points_to_the_commands() {
    let world = two();
    for arguments in [&[][..], &["--region", "eu-west-1"]] {
        world.snapdeck(arguments).exits(2).says(&[
            "needs a terminal",
            "snapdeck directory list",
            "snapdeck --help",
        ]);
    }
    assert_eq!(world.requests().len(), 0);
}

#[test]
fn what_is_said_in_advance_of_a_change_is_refused_where_the_console_opens() {
    let world = two();
    for arguments in [
        ["--reason", "OPS-1432"],
        ["--confirm-account", "123456789012"],
    ] {
        let ended = world.snapdeck(&arguments).exits(2);
        ended.says(&["the console asks for both"]);
    }
    // So it is in a terminal, where the console would open.
    let said = ["snapdeck", "--reason", "OPS-1432"].map(Into::into);
    assert!(!snapdeck::cli::parse(said).unwrap().is_console());
    assert_eq!(world.requests().len(), 0);
}

#[test]
fn no_credentials_are_4_and_the_message_says_where_was_looked() {
    let world = two();
    let mut command = world.command(&["directory", "list"]);
    command
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY");
    process::start(command).end().exits(4).says(&[
        "no AWS credentials were found",
        "AWS_ACCESS_KEY_ID",
        "~/.aws/config",
        "aws sso login",
    ]);
    assert_eq!(world.requests().len(), 0);
}

#[test]
fn a_denial_is_4_with_awss_words_and_whom_to_ask() {
    let scenario = format!("[[denied]]\naction = \"ds:CreateSnapshot\"\n{TWO_DIRECTORIES}")
        .replace("\nspeed = 3000", "");
    let world = World::new(&scenario);
    let denied = world.snapdeck(&["directory", "create", CORP]).exits(4).says(&[
        "AccessDeniedException",
        "is not authorized to perform: ds:CreateSnapshot on resource: arn:aws:ds:us-east-1:123456789012:directory/d-9067a10001",
        "the directory team, ext. 4711",
    ]);
    let operation = denied.json();
    assert_eq!(operation["status"], "failed");
    assert!(
        operation["advice"]
            .as_str()
            .is_some_and(|a| a.contains("ext. 4711"))
    );

    // A denied read says the same, and the checks that need one do not pretend to have passed.
    world.fault("DescribeDirectories", "denied", 1);
    world
        .snapdeck(&["directory", "list"])
        .exits(4)
        .says(&["ds:DescribeDirectories", "ext. 4711"]);
    world.fault("DescribeSnapshots", "expired_token", 1);
    world
        .snapdeck(&["directory", "list"])
        .exits(4)
        .says(&["ExpiredToken", "Renew them"]);
    world.fault("GetSnapshotLimits", "denied", 1);
    let dry = world
        .snapdeck(&["directory", "create", CORP, "--dry-run"])
        .exits(0)
        .json();
    assert_eq!(dry["checks"][3]["verdict"], "unknown");
}

#[test]
fn what_is_not_there_is_5() {
    let world = two();
    for arguments in [
        &["directory", "show", "d-00000000ff"][..],
        &["directory", "snapshots", "d-00000000ff"],
        &["directory", "create", "d-00000000ff"],
        &["directory", "restore", "s-00000000ff", "--confirm", CORP],
        &["directory", "delete", "s-00000000ff", "--yes"],
    ] {
        world.snapdeck(arguments).exits(5).says(&["00000000ff"]);
    }
    world
        .snapdeck(&["operations", "show", "op-0123456789ab"])
        .exits(5)
        .says(&["op-0123456789ab", "operations list"]);
    world
        .snapdeck(&["operations", "wait", "op-0123456789ab"])
        .exits(5)
        .says(&["op-0123456789ab"]);
    assert_eq!(changes(&world), 0);
}

#[test]
fn of_several_none_is_sent_before_all_are_good() {
    let world = two();
    let ended = world
        .snapdeck(&[
            "directory",
            "delete",
            BEFORE,
            "s-00000000ff",
            EARLIER,
            "--yes",
        ])
        .exits(5)
        .says(&["s-00000000ff", "nothing was sent: 1 of 3"]);
    assert_eq!(ended.stdout, "");
    world
        .snapdeck(&["directory", "delete", BEFORE, EARLIER])
        .exits(3)
        .says(&[BEFORE, EARLIER, "--yes", "nothing was sent: 2 of 2"]);
    world
        .snapdeck(&["directory", "delete", BEFORE, EARLIER, "--confirm", BEFORE])
        .exits(3)
        .says(&["--confirm s-9067b10002", "nothing was sent: 1 of 2"]);
    assert_eq!(changes(&world), 0);
}

#[test]
fn one_of_several_that_fails_does_not_stop_the_rest() {
    let world = two();
    world.fault("DeleteSnapshot", "denied", 1);
    let ended = world
        .snapdeck(&["directory", "delete", BEFORE, EARLIER, "--yes"])
        .exits(4)
        .says(&[
            "Delete snapshot s-9067b10001: failed: AccessDeniedException",
            "1 of 2 done",
        ]);
    let statuses: Vec<Value> = ended
        .json()
        .as_array()
        .expect("an array")
        .iter()
        .map(|o| json!([o["target"], o["status"]]))
        .collect();
    assert_eq!(
        statuses,
        [json!([BEFORE, "failed"]), json!([EARLIER, "completed"])]
    );
    assert_eq!(world.calls("DeleteSnapshot").len(), 2);
}

#[test]
fn an_id_given_twice_is_one_target() {
    let world = two();
    let deleted = world
        .snapdeck(&["directory", "delete", BEFORE, BEFORE, "--confirm", BEFORE])
        .exits(0);
    assert_eq!(deleted.json()["status"], "completed");
    assert_eq!(world.calls("DeleteSnapshot").len(), 1);
}

#[test]
fn a_trace_that_cannot_be_looked_for_is_9_after_a_bounded_time() {
    let world = two();
    // No answer, for as long as a call may take: time enough to take the reading away.
    world.fault("CreateSnapshot", "hang", 1);
    let create = world.start(&["directory", "create", CORP]);
    until("it is sent", || {
        (world.calls("CreateSnapshot").len() == 1).then_some(())
    });
    world.fault("DescribeSnapshots", "denied", 999);
    let ended = create
        .end()
        .exits(9)
        .says(&["still being looked for", "snapdeck operations wait op-"]);
    let operation = ended.json();
    assert_eq!(
        (&operation["status"], &operation["finished_at"]),
        (&json!("unknown"), &Value::Null)
    );
    let table = world.snapdeck(&["operations", "list", "--output", "table"]);
    assert!(table.stdout.contains("unknown (looking)"), "{table}");
    assert!(table.stdout.contains("Create snapshot"), "{table}");
}

#[test]
fn an_operation_without_credentials_does_not_keep_the_others_from_being_watched() {
    let world = slow();
    let credentials = "[profile gone]\naws_access_key_id = a\naws_secret_access_key = b\n";
    std::fs::write(world.path("aws"), credentials).expect("a file");
    let run = |arguments: &[&str]| {
        let mut command = world.command(arguments);
        command.env("AWS_CONFIG_FILE", world.path("aws"));
        process::start(command).end()
    };
    let lost = run(&["--profile", "gone", "directory", "create", CORP])
        .exits(0)
        .json();
    let lost = lost["id"].as_str().expect("an id");
    let kept = run(&["directory", "create", "d-9067a10002"])
        .exits(0)
        .json();
    std::fs::write(world.path("aws"), "").expect("a file");
    world.control("advance", &json!({ "seconds": 1200 }));
    let ended =
        run(&["operations", "wait"])
            .exits(4)
            .says(&[lost, "cannot be watched", "profile gone"]);
    let operations = ended.json();
    let status = |id: &Value| {
        let found = operations.as_array()?.iter().find(|o| o["id"] == *id)?;
        Some(found["status"].clone())
    };
    assert_eq!(status(&kept["id"]), Some(json!("completed")), "{ended}");
    assert_eq!(status(&json!(lost)), Some(json!("accepted")), "{ended}");
    // Named, it is what is wanted, and without it there is nothing to watch.
    run(&["operations", "wait", lost])
        .exits(4)
        .says(&["profile gone"]);
}

#[test]
fn the_sixth_snapshot_is_6_with_awss_message_and_request_id() {
    let world = World::with(snapdeck::sandbox::Options::default());
    let full = "d-9067a10002";
    let text = "The maximum number of manual snapshots for the directory has been reached.";
    let operation = world
        .snapdeck(&["directory", "create", full, "--wait"])
        .exits(6)
        .says(&["SnapshotLimitExceededException", text])
        .json();
    // Which one could go is said with it, and it can.
    let advice = operation["advice"].as_str().expect("advice");
    assert!(
        advice.contains("The oldest manual one is s-9067b10011 (sprint-31)"),
        "{advice}"
    );
    assert!(
        advice.contains("'snapdeck directory delete s-9067b10011'"),
        "{advice}"
    );
    let request_id = operation["request_id"].as_str().expect("AWS's request id");
    assert!(
        operation["reason"]
            .as_str()
            .is_some_and(|r| r.contains(text) && r.contains(request_id))
    );
    assert_eq!(only_operation(&world), operation);
    assert_eq!(world.calls("CreateSnapshot").len(), 1);
    let dry = world
        .snapdeck(&["directory", "create", full, "--dry-run"])
        .exits(6)
        .says(&["dry run: would be refused by AWS", "AWS allows 5"])
        .json();
    assert_eq!(dry["permitted"], true, "as in earnest, AWS is asked");
    assert!(
        dry["checks"].to_string().contains("AWS allows 5"),
        "{dry:#}"
    );
}

#[test]
fn what_cannot_be_reached_is_7() {
    let world = two();
    let mut command = world.command(&["directory", "list"]);
    // Discard: reserved, and nobody listens.
    command.env("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
    process::start(command).end().exits(7).says(&[
        "no connection to http://127.0.0.1:9 could be made (Connection refused",
        "Nothing was sent",
    ]);
    world.fault("DescribeDirectories", "throttle", 99);
    world
        .snapdeck(&["directory", "list"])
        .exits(7)
        .says(&["Rate exceeded", "try again"]);
}

#[test]
fn what_still_runs_when_the_wait_is_over_is_8_and_stays_open() {
    let world = slow();
    let ended = world
        .snapdeck(&[
            "directory",
            "restore",
            EARLIER,
            "--confirm",
            "d-9067a10002",
            "--wait=1s",
        ])
        .exits(8);
    let id = ended.json()["id"].as_str().expect("an id").to_owned();
    ended.says(&[
        &id,
        "expected: several minutes",
        "(estimate)",
        "snapdeck operations wait",
    ]);
    world
        .snapdeck(&["operations", "wait", "--timeout", "1s"])
        .exits(8)
        .says(&[&id]);
    let open = world
        .snapdeck(&["operations", "list", "--open"])
        .exits(0)
        .json();
    assert_eq!(
        (&open[0]["id"], &open[0]["stage"]),
        (&json!(id), &json!("Restoring"))
    );
    world.control("advance", &json!({ "seconds": 3600 }));
    let waited = world.snapdeck(&["operations", "wait", &id]).exits(0).json();
    assert_eq!(waited[0]["status"], "completed");
    assert_eq!(world.calls("RestoreFromSnapshot").len(), 1);
}

#[test]
fn an_interrupt_detaches_with_130_and_cancels_nothing() {
    let world = slow();
    for (signal, snapshots) in [("INT", 2), ("TERM", 3), ("HUP", 4)] {
        let create = world.start(&["directory", "create", CORP, "--wait"]);
        until("the snapshot is watched", || {
            let open = world.snapdeck(&["operations", "list", "--open"]).json();
            let watched = |o: &Value| o["status"] == "in_progress";
            (open.as_array()?.iter().filter(|o| watched(o)).count() == snapshots - 1).then_some(())
        });
        send(signal, create.child.id());
        let ended =
            create
                .end()
                .exits(130)
                .says(&["detached", "nothing was cancelled", "operations wait"]);
        assert_eq!(ended.stdout, "");
    }
    world.control("advance", &json!({ "seconds": 1200 }));
    let ended = world.snapdeck(&["operations", "wait"]).exits(0).json();
    assert_eq!(ended.as_array().map(Vec::len), Some(3));
    assert_eq!(world.calls("CreateSnapshot").len(), 3);
}

#[test]
fn what_changes_nothing_is_interrupted_without_promises() {
    let world = two();
    world.fault("DescribeDirectories", "hang", 9);
    let list = world.start(&["directory", "list"]);
    until("it is asked for", || {
        (world.calls("DescribeDirectories").len() == 1).then_some(())
    });
    send("INT", list.child.id());
    let ended = list.end().exits(130).says(&["nothing was being changed"]);
    assert!(!ended.stderr.contains("operations wait"), "{ended}");

    let mut command = world.command(&["sandbox"]);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut listening = String::new();
    let out = child.stdout.take().expect("a pipe");
    let mut out = BufReader::new(out);
    out.read_line(&mut listening).expect("a line");
    assert!(
        listening.starts_with("listening on http://127.0.0.1:"),
        "{listening}"
    );
    send("TERM", child.id());
    let mut said = String::new();
    let mut err = child.stderr.take().expect("a pipe");
    err.read_to_string(&mut said).expect("text");
    assert_eq!(child.wait().expect("an end").code(), Some(130));
    assert!(
        said.contains("this sandbox ends") && !said.contains("operations wait"),
        "{said}"
    );
}

#[test]
fn an_interrupt_waits_for_the_reply_to_what_is_in_flight() {
    let world = slow();
    world.fault("CreateSnapshot", "delay_ms", 1);
    let create = world.start(&["directory", "create", CORP, "--wait"]);
    until("it is sent", || {
        (world.calls("CreateSnapshot").len() == 1).then_some(())
    });
    send("INT", create.child.id());
    create
        .end()
        .exits(130)
        .says(&["interrupted while op-", "is being sent", "AWS has taken on"]);
    assert_eq!(only_operation(&world)["status"], "accepted");

    let world = slow();
    world.fault("CreateSnapshot", "hang", 1);
    let mut create = world.start(&["directory", "create", CORP, "--wait"]);
    until("it is sent", || {
        (world.calls("CreateSnapshot").len() == 1).then_some(())
    });
    // The second signal does not wait for the reply.
    until("it has ended", || {
        send("INT", create.child.id());
        create.child.try_wait().expect("a child")
    });
    create
        .end()
        .exits(130)
        .says(&["No reply has come to op-", "operations wait"]);
}
