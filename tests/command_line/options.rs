//! The options of every command, before it and after it, and the variables that stand for them.

use std::{
    ffi::OsStr,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    os::unix::ffi::OsStrExt,
};

use serde_json::{Value, json};

use crate::{
    BEFORE, CORP, changes,
    common::World,
    process::{self, Ended},
    two,
};

/// The Regions of the rows.
fn regions(listed: &Ended) -> Vec<Value> {
    let rows = listed.json();
    let rows = rows.as_array().expect("rows");
    let mut regions: Vec<Value> = rows.iter().map(|row| row["region"].clone()).collect();
    regions.sort_by_key(Value::to_string);
    regions.dedup();
    regions
}

#[test]
fn regions_count_wherever_they_stand() {
    let world = World::with(snapdeck::sandbox::Options::default());
    let both = [json!("eu-west-1"), json!("us-east-1")];
    for arguments in [
        &[
            "--region",
            "us-east-1",
            "directory",
            "list",
            "--region",
            "eu-west-1",
        ][..],
        &[
            "--region",
            "us-east-1",
            "directory",
            "--region=eu-west-1",
            "list",
        ],
        &[
            "directory",
            "list",
            "--region",
            "us-east-1",
            "--region",
            "eu-west-1",
        ],
        &[
            "--region",
            "us-east-1",
            "--region",
            "eu-west-1",
            "directory",
            "list",
        ],
    ] {
        assert_eq!(
            regions(&world.snapdeck(arguments).exits(0)),
            both,
            "{arguments:?}"
        );
    }
    world
        .snapdeck(&[
            "--region",
            "all",
            "directory",
            "list",
            "--region",
            "us-east-1",
        ])
        .exits(2)
        .says(&["not both"]);
}

#[test]
fn an_option_that_is_said_twice_counts_as_it_was_said_last() {
    let world = two();
    for arguments in [
        &["--output", "csv", "directory", "list", "--output", "jsonl"][..],
        &["directory", "list", "--output", "csv", "--output", "jsonl"],
    ] {
        let listed = world.snapdeck(arguments).exits(0);
        assert_eq!(
            listed.stdout.lines().filter(|l| l.starts_with('{')).count(),
            2
        );
    }
    world
        .snapdeck(&["--read-only", "directory", "create", CORP, "--read-only"])
        .exits(3)
        .says(&["--read-only"]);
    assert_eq!(changes(&world), 0);
}

#[test]
fn the_version_and_the_help_can_be_asked_for_anywhere() {
    let world = two();
    let version = concat!("snapdeck ", env!("CARGO_PKG_VERSION"), "\n");
    for words in [
        &["--version"][..],
        &["directory", "show", "--version"],
        &["directory", "-V"],
        &["ebs", "schedule", "create", "--version"],
        &["operations", "wait", "--version"],
    ] {
        assert_eq!(world.snapdeck(words).exits(0).stdout, version, "{words:?}");
    }
    let help = world.snapdeck(&["directory", "create", "--help"]).exits(0);
    assert!(help.stdout.contains("--dry-run"), "{help}");
}

#[test]
fn the_help_fits_a_terminal_of_80_columns() {
    let world = two();
    for words in [
        &["--help"][..],
        &["ebs", "--help"],
        &["ebs", "restore", "--help"],
        &["opensearch", "register", "--help"],
        &["opensearch", "restore", "--help"],
        &["sandbox", "--help"],
    ] {
        let help = world.snapdeck(words).exits(0);
        let wide = help.stdout.lines().find(|line| line.chars().count() > 80);
        assert_eq!(wide, None, "{words:?}");
    }
}

#[test]
fn an_empty_variable_is_as_good_as_none() {
    let world = two();
    for (name, given) in [
        ("AWS_PROFILE", &[][..]),
        ("AWS_SESSION_TOKEN", &[]),
        ("AWS_CA_BUNDLE", &[]),
        ("NO_COLOR", &[]),
        ("SNAPDECK_READ_ONLY", &[]),
        ("AWS_ENDPOINT_URL_EC2", &[]),
        ("AWS_ENDPOINT_URL", &["--endpoint-url", &world.url()]),
        ("AWS_DEFAULT_REGION", &[]),
    ] {
        let mut command = world.command(&[&["directory", "list"], given].concat());
        command.env(name, "");
        let listed = process::start(command).end().exits(0);
        assert_eq!(listed.json().as_array().map(Vec::len), Some(2), "{name}");
    }
    // Where nothing else says so, it is missed and not taken for a name.
    let mut command = world.command(&["directory", "list"]);
    command
        .env("AWS_REGION", "")
        .env("AWS_CONFIG_FILE", world.path("none"));
    process::start(command)
        .end()
        .exits(2)
        .says(&["no AWS Region is set", "--region"]);
    let mut command = world.command(&["directory", "list"]);
    let file = "[default]\nregion = us-east-1\n";
    std::fs::write(world.path("aws"), file).expect("a file");
    command
        .env("AWS_REGION", "")
        .env("AWS_CONFIG_FILE", world.path("aws"));
    process::start(command).end().exits(0);
}

#[test]
fn a_variable_that_is_no_text_is_refused_and_not_passed_over() {
    let world = two();
    for (name, says) in [
        ("SNAPDECK_READ_ONLY", "SNAPDECK_READ_ONLY: "),
        ("SNAPDECK_STATE_DIR", "SNAPDECK_STATE_DIR: "),
        ("AWS_REGION", "AWS_REGION: "),
        ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL: "),
    ] {
        let mut command = world.command(&["directory", "create", CORP]);
        command.env(name, OsStr::from_bytes(b"x\xff"));
        process::start(command).end().exits(2).says(&[says]);
    }
    assert_eq!(world.requests().len(), 0);
}

/// Runs the program with these variables for the endpoints and no others.
fn with(world: &World, arguments: &[&str], variables: &[(&str, &str)]) -> Ended {
    let mut command = world.command(arguments);
    command.env_remove("AWS_ENDPOINT_URL");
    command.envs(variables.iter().copied());
    process::start(command).end()
}

#[test]
fn the_endpoint_of_a_single_service_goes_before_the_one_for_all() {
    let world = two();
    let run = |arguments: &[&str], variables: &[(&str, &str)]| with(&world, arguments, variables);
    let (url, nowhere) = (world.url(), "http://127.0.0.1:9");
    let own = [
        ("AWS_ENDPOINT_URL", nowhere),
        ("AWS_ENDPOINT_URL_STS", &url),
        ("AWS_ENDPOINT_URL_DIRECTORY_SERVICE", &url),
    ];
    run(&["directory", "list"], &own).exits(0);
    run(&["ebs", "volumes"], &own)
        .exits(7)
        .says(&["Connection refused"]);
    // What is said on the command line goes before all of them, as with the AWS CLI.
    run(&["directory", "list", "--endpoint-url", nowhere], &own).exits(7);
    let ignored = [
        own[0],
        own[1],
        own[2],
        ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
    ];
    let settings = run(&["config", "show"], &ignored).exits(0);
    assert!(!settings.stdout.contains("http://127"), "{settings}");
    let wrong = [("AWS_ENDPOINT_URL_EC2", "localhost:4566")];
    run(&["directory", "list"], &wrong).exits(2).says(&[
        "AWS_ENDPOINT_URL_EC2: 'localhost:4566'",
        "it has no http://",
    ]);

    // It is part of the operation, so that a later process asks where this one did.
    let deleted = run(&["directory", "delete", BEFORE, "--yes"], &own)
        .exits(0)
        .json();
    assert_eq!(deleted["endpoint"], nowhere);
    assert_eq!(
        deleted["endpoints"],
        json!({ "STS": url, "DIRECTORY_SERVICE": url })
    );
}

#[test]
fn an_operation_is_watched_where_it_was_sent() {
    let world = crate::slow();
    let run = |arguments: &[&str], variables: &[(&str, &str)]| with(&world, arguments, variables);
    let (url, nowhere) = (world.url(), "http://127.0.0.1:9");
    let own = [
        ("AWS_ENDPOINT_URL_STS", url.as_str()),
        ("AWS_ENDPOINT_URL_DIRECTORY_SERVICE", url.as_str()),
    ];
    run(&["directory", "create", CORP], &own).exits(0);
    world.control("advance", &json!({ "seconds": 1200 }));
    let elsewhere = [
        ("AWS_ENDPOINT_URL", nowhere),
        ("AWS_ENDPOINT_URL_DIRECTORY_SERVICE", nowhere),
    ];
    let waited = run(&["operations", "wait"], &elsewhere).exits(0).json();
    assert_eq!(waited[0]["status"], "completed", "{waited}");
}

/// An AWS that knows who is calling, and no Region. It ends with the test.
fn without_regions() -> String {
    const IDENTITY: &str = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/ana</Arn><UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
    const REGIONS: &str = "<DescribeRegionsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>r</requestId><regionInfo/></DescribeRegionsResponse>";
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut reader = BufReader::new(stream.expect("a connection"));
            let (mut length, mut line) = (0, String::new());
            while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                if let Some((name, value)) = line.split_once(':')
                    && name.eq_ignore_ascii_case("content-length")
                {
                    length = value.trim().parse().expect("a length");
                }
                line.clear();
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).expect("a body");
            let text = String::from_utf8_lossy(&body);
            let reply = if text.contains("Action=DescribeRegions") {
                REGIONS
            } else {
                IDENTITY
            };
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                reply.len()
            );
            let answered = reader.get_mut().write_all((head + reply).as_bytes());
            answered.expect("whoever asks listens");
        }
    });
    url
}

#[test]
fn all_regions_of_an_account_that_has_none_are_refused() {
    let world = two();
    let url = without_regions();
    for arguments in [&["ebs", "volumes"][..], &["directory", "show", CORP]] {
        let arguments = [arguments, &["--region", "all", "--endpoint-url", &url]].concat();
        let refused = world.snapdeck(&arguments).exits(2);
        refused.says(&["AWS lists no Region", "--region us-east-1"]);
    }
}
