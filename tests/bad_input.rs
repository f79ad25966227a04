//! Input that cannot be right: one clear error that names the value, where it came from and what
//! would be right, and nothing is sent.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at a surprise"
)]

mod common;
#[path = "common/process.rs"]
mod process;

use std::{fs, os::unix::fs::PermissionsExt};

use common::{CONFIG, TWO_DIRECTORIES, World};
use process::Ended;

const CORP: &str = "d-9067a10001";

fn world() -> World {
    World::new(TWO_DIRECTORIES)
}

/// Refused as usage, with all of this in the message, and without a word to AWS.
#[track_caller]
fn refused(world: &World, arguments: &[&str], parts: &[&str]) -> Ended {
    let ended = world.snapdeck(arguments).exits(2).says(parts);
    assert_eq!(ended.stdout, "", "{ended}");
    assert_eq!(world.requests().len(), 0, "{ended}");
    ended
}

#[test]
fn ids_that_are_not_of_awss_form() {
    let world = world();
    for id in [
        "d-9067A10001",
        "d-9067a1000",
        "d-9067a100011",
        "9067a10001",
        "s-9067a10001",
        "",
        "d-9067a1000g",
    ] {
        let named = format!("DIRECTORY_ID]: '{id}' is not the id of a directory");
        refused(&world, &["directory", "snapshots", id], &[&named]);
        let named = named.replace(']', ">");
        for command in ["show", "create"] {
            let parts = [&named, "for example d-"];
            let ended = refused(&world, &["directory", command, id], &parts);
            let times = ended.stderr.matches(&format!("'{id}'")).count();
            assert_eq!(times, 1, "once is enough: {ended}");
        }
    }
    for id in ["d-9067b10001", "snap-0123456789abcdef0", "s-"] {
        let named = format!("'{id}' is not the id of a directory snapshot");
        refused(
            &world,
            &["directory", "delete", id, "--yes"],
            &[&named, "for example s-"],
        );
        refused(
            &world,
            &["directory", "restore", id, "--confirm", CORP],
            &[&named],
        );
    }
    refused(
        &world,
        &["operations", "show", "3f9a02c17be4"],
        &["'3f9a02c17be4'", "op-3f9a02c17be4"],
    );
}

#[test]
fn names_that_aws_would_not_take() {
    let world = world();
    let long = "x".repeat(129);
    for (name, why) in [
        ("-draft", "starts with '-'"),
        (" draft", "starts with ' '"),
        ("a,b", "',' is not allowed"),
        ("it's", "''' is not allowed"),
        ("naïve", "'ï' is not allowed"),
        (&long, "129 characters; AWS accepts at most 128"),
    ] {
        refused(
            &world,
            &["directory", "create", CORP, "--name", name],
            &["--name", name, why],
        );
    }
    // The longest name that fits, and every odd character, are taken.
    for name in ["x".repeat(128).as_str(), r"a\_@#%*+=:?./! -"] {
        world
            .snapdeck(&["directory", "create", CORP, "--name", name, "--dry-run"])
            .exits(0);
    }
}

#[test]
fn a_profile_that_does_not_exist() {
    let world = world();
    fs::write(
        world.path("aws"),
        "[default]\n[profile prod]\nregion = eu-west-1\n[profile dev]\n",
    )
    .expect("a file");
    let run = |arguments: &[&str], variable: Option<&str>| {
        let mut command = world.command(arguments);
        command.env("AWS_CONFIG_FILE", world.path("aws"));
        command.env("AWS_SHARED_CREDENTIALS_FILE", world.path("credentials"));
        if let Some(name) = variable {
            // Keys in the environment would go before it.
            command
                .env("AWS_PROFILE", name)
                .env_remove("AWS_ACCESS_KEY_ID");
        }
        process::start(command).end()
    };
    let known = "default, dev, prod";
    run(&["--profile", "prodd", "directory", "list"], None)
        .exits(2)
        .says(&["--profile: ", "'prodd'", known]);
    run(&["directory", "list"], Some("staging"))
        .exits(2)
        .says(&["AWS_PROFILE: ", "'staging'", known]);
    fs::write(
        world.path("config.toml"),
        format!("profile = \"pord\"\n{CONFIG}"),
    )
    .expect("a file");
    run(&["directory", "list"], None)
        .exits(2)
        .says(&["config.toml, line 1: ", "'pord'", known]);
    assert_eq!(world.requests().len(), 0);
}

#[test]
fn a_region_or_an_endpoint_that_cannot_be() {
    let world = world();
    for region in ["us-east", "useast1", "US-EAST-1", "us-east-1a", ""] {
        let named = format!("--region: '{region}' is not the name of an AWS Region");
        refused(
            &world,
            &["--region", region, "directory", "list"],
            &[&named, "us-east-1"],
        );
    }
    refused(
        &world,
        &[
            "--region",
            "all",
            "--region",
            "us-east-1",
            "directory",
            "list",
        ],
        &["--region: 'all'", "not both"],
    );
    for (url, why) in [
        ("localhost:4566", "it has no http://"),
        ("ftp://localhost", "something else than http://"),
        ("http://", "it has no host"),
        ("http://localhost:99999", "from 1 to 65535"),
        ("http://a b", "' ' cannot stand in it"),
    ] {
        refused(
            &world,
            &["--endpoint-url", url, "directory", "list"],
            &[
                "--endpoint-url: ",
                &format!("'{url}'"),
                why,
                "http://127.0.0.1:4566",
            ],
        );
    }
    let ended = refused(
        &world,
        &[
            "--endpoint-url",
            "http://me:hunter2@host",
            "directory",
            "list",
        ],
        &["--endpoint-url", "user name or password"],
    );
    assert!(!ended.stderr.contains("hunter2"), "{ended}");

    let variables = |name: &str, value: &str| {
        let mut command = world.command(&["directory", "list"]);
        command.env(name, value);
        process::start(command).end().exits(2)
    };
    variables("AWS_REGION", "mars-1").says(&["AWS_REGION: 'mars-1'"]);
    variables("AWS_ENDPOINT_URL", "nonsense").says(&["AWS_ENDPOINT_URL: 'nonsense'"]);
    variables("SNAPDECK_READ_ONLY", "perhaps").says(&["SNAPDECK_READ_ONLY: 'perhaps'", "1 or 0"]);
    variables("SNAPDECK_LOG_LEVEL", "chatty").says(&["SNAPDECK_LOG_LEVEL: ", "'chatty'", "debug"]);
    assert_eq!(world.requests().len(), 0);
}

#[test]
fn a_configuration_with_a_mistake() {
    let world = world();
    for (text, parts) in [
        (
            "# one\nread_onli = true\n",
            &["line 2: ", "'read_onli'", "read_only"][..],
        ),
        (
            "[watch]\nshortset = \"2s\"\n",
            &["line 2: ", "'shortset' in [watch]", "shortest"],
        ),
        ("[kezs]\n", &["line 1: ", "'kezs'", "keys"]),
        (
            "[watch]\nlongest = \"1 hour\"\n",
            &["line 2: ", "'1 hour'", "90s, 20m, 3h"],
        ),
        (
            "[network]\nrequest_timeout = \"1ms\"\n",
            &["line 2: ", "'1ms'"],
        ),
        (
            "[network]\nrequest_timeout = \"1h\"\n",
            &["line 2: ", "'1h' is out of bounds; it takes 1s to 10m"],
        ),
        (
            "regions = [\"nowhere\"]\n",
            &["line 1: ", "'nowhere'", "us-east-1"],
        ),
        ("read_only = \"yes\"\n", &["line 1: ", "read_only"]),
        ("profile = a\n", &["line 1: ", "not valid TOML"]),
        ("[keys]\ncreate = \"q\"\n", &["line 2: ", "quit"]),
    ] {
        fs::write(world.path("config.toml"), text).expect("a file");
        for command in [&["directory", "list"][..], &["config", "check"]] {
            let parts = [&["config.toml, "], parts].concat();
            refused(&world, command, &parts);
        }
    }
    refused(
        &world,
        &["--config", "/nowhere.toml", "directory", "list"],
        &["/nowhere.toml", "--config", "No such file"],
    );
    refused(
        &world,
        &["--sandbox", "--profile", "a", "directory", "list"],
        &["--sandbox and --profile cannot be used together"],
    );
}

#[test]
fn a_scenario_with_a_mistake() {
    let world = world();
    let path = world.path("scenario.toml");
    let path = path.to_str().expect("UTF-8");
    let own = format!("--sandbox={path}");
    for (text, parts) in [
        (
            "speed = 1\nsclae = 3\n",
            &["line 2: ", "\"sclae\"", "\"scale\""][..],
        ),
        (
            "[[directories]]\nname = \"a.example.com\"\ntype = \"SimpleAD\"\nstagee = \"Active\"\n",
            &["line 4: ", "stagee", "\"stage\""],
        ),
        (
            "[[directories]]\nname = \"a.example.com\"\ntype = \"OpenLDAP\"\n",
            &["line 3: ", "\"OpenLDAP\"", "SimpleAD, ADConnector"],
        ),
        ("speed = 0\n", &["line 1: ", "greater than 0"]),
        (
            "region = \"moon\"\n",
            &["line 1: ", "\"moon\"", "us-east-1"],
        ),
    ] {
        fs::write(path, text).expect("a file");
        let parts = [&[path], parts].concat();
        refused(&world, &[&own, "directory", "list"], &parts);
        refused(&world, &["sandbox", "--scenario", path], &parts);
    }
    refused(
        &world,
        &["sandbox", "--scenario", "/nowhere.toml"],
        &["/nowhere.toml", "No such file"],
    );
    refused(
        &world,
        &["sandbox", "--listen", "192.0.2.1:80"],
        &["192.0.2.1:80", "loopback"],
    );
}

/// A state directory in which no journal can be: changes are refused with the reason, and reading
/// goes on.
#[track_caller]
fn unjournalled(world: &World, parts: &[&str]) {
    let refused = world.snapdeck(&["directory", "create", CORP]).exits(3);
    refused
        .says(&["changes are refused: ", "Nothing was sent."])
        .says(parts);
    assert_eq!(
        world.requests().len(),
        0,
        "not even reading is needed to refuse"
    );
    world.snapdeck(&["directory", "list"]).exits(0);
    world
        .snapdeck(&["directory", "create", CORP, "--dry-run"])
        .exits(0);
    assert!(
        world
            .requests()
            .iter()
            .all(|call| call["mutating"] == false)
    );
    let doctor = world.snapdeck(&["doctor", "--output", "table"]);
    assert!(
        doctor.stdout.contains("Changes") && doctor.stdout.contains("refused: "),
        "{doctor}"
    );
}

#[test]
fn a_state_directory_below_a_file() {
    let world = world();
    fs::write(world.path("state"), "in the way").expect("a file");
    let state = world.path("state");
    unjournalled(&world, &[state.to_str().expect("UTF-8"), "--state-dir"]);
    world
        .snapdeck(&["operations", "list"])
        .exits(1)
        .says(&["--state-dir"]);
}

#[test]
fn a_journal_that_is_none() {
    let world = world();
    fs::create_dir(world.path("state")).expect("a directory");
    fs::write(
        world.path("state/journal.sqlite3"),
        "not a database, but long enough to look like one".repeat(90),
    )
    .expect("a file");
    unjournalled(
        &world,
        &[
            "journal.sqlite3 is not a journal of snapdeck",
            "move it away",
        ],
    );
    let left = fs::read(world.path("state/journal.sqlite3")).expect("it is still there");
    assert!(left.starts_with(b"not a database"));
}

#[test]
fn a_journal_of_a_newer_version() {
    let world = world();
    world.snapdeck(&["operations", "list"]).exits(0);
    let journal =
        rusqlite::Connection::open(world.path("state/journal.sqlite3")).expect("a journal");
    journal
        .pragma_update(None, "user_version", 7)
        .expect("written");
    drop(journal);
    unjournalled(&world, &["newer snapdeck", "its format is 7", "up to 1"]);
}

#[test]
fn a_journal_that_somebody_else_holds() {
    let world = world();
    world.snapdeck(&["operations", "list"]).exits(0);
    let mut journal =
        rusqlite::Connection::open(world.path("state/journal.sqlite3")).expect("a journal");
    let held = journal
        .transaction_with_behavior(rusqlite::TransactionBehavior::Exclusive)
        .expect("the lock");
    let refused = world.snapdeck(&["directory", "create", CORP]).exits(3);
    refused.says(&["in use by another process", "Nothing was sent."]);
    assert_eq!(world.requests().len(), 0);
    world.snapdeck(&["directory", "list"]).exits(0);
    drop(held);
    world.snapdeck(&["directory", "create", CORP]).exits(0);
}

#[test]
fn a_state_directory_that_may_not_be_written() {
    let world = world();
    world
        .snapdeck(&["directory", "create", CORP, "--wait"])
        .exits(0);
    let asked = world.requests().len();
    let permit = |mode| {
        for name in ["state", "state/sessions", "state/journal.sqlite3"] {
            fs::set_permissions(world.path(name), fs::Permissions::from_mode(mode)).expect("mine");
        }
    };
    permit(0o555);
    // What was asked before can be read all the same.
    let listed = world.snapdeck(&["operations", "list"]).exits(0).json();
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    // Nothing stops the superuser from writing.
    if fs::write(world.path("state/sessions/probe"), "").is_err() {
        let refused = world.snapdeck(&["directory", "create", CORP]).exits(3);
        refused.says(&["no permission", "--state-dir", "Nothing was sent."]);
        assert_eq!(world.requests().len(), asked);
    }
    permit(0o755);
}
