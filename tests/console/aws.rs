//! The console on AWS rather than on a sandbox of its own: there the credentials are those of the
//! process, so each of these tests runs once more as a process of its own.

use std::{env, process::Command};

use snapdeck::{
    config::{self, Flags},
    sandbox::{ACCESS_KEY_ID, SECRET_ACCESS_KEY},
    tui::{Charset, Palette, Styles},
};

use crate::{
    at_each_size,
    common::{TWO_DIRECTORIES, World, until},
    flow::Flow,
};

/// Set in the processes that the tests start.
const INSIDE: &str = "SNAPDECK_TEST_INSIDE";

pub(crate) const KEYS: [(&str, &str); 2] = [
    ("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID),
    ("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY),
];

/// Whether this is a process in which AWS is nothing but these variables; if not, the test of this
/// name is run in one.
pub(crate) fn is_inside(test: &str, variables: &[(&str, &str)]) -> bool {
    if env::var_os(INSIDE).is_some() {
        return true;
    }
    let mut command = Command::new(env::current_exe().expect("this program"));
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_")) {
        command.env_remove(name);
    }
    let ended = command
        .args(["--exact", test])
        .env(INSIDE, test)
        .env("HOME", "/nonexistent")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .envs(variables.iter().copied())
        .output()
        .expect("this program once more");
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(
        ended.status.success() && said.contains("1 passed"),
        "{said}\n{}",
        String::from_utf8_lossy(&ended.stderr)
    );
    false
}

/// A console that takes an endpoint for AWS.
pub(crate) fn console(world: &World, endpoint: &str, size: (u16, u16)) -> Flow {
    let flags = Flags {
        config: Some(world.path("config.toml")),
        state_dir: Some(world.path("state")),
        endpoint_url: Some(endpoint.to_owned()),
        regions: vec!["us-east-1".to_owned()],
        ..Flags::default()
    };
    let settings = config::load(&flags, &|_| None).expect("settings");
    let styles = Styles::new(Palette::Dark, Charset::Unicode);
    Flow::new(settings, styles, size)
}

#[test]
fn without_credentials_it_says_what_was_looked_for_and_offers_the_sandbox() {
    let test = "aws::without_credentials_it_says_what_was_looked_for_and_offers_the_sandbox";
    if !is_inside(test, &[]) {
        return;
    }
    at_each_size(|size| {
        let world = World::new(TWO_DIRECTORIES);
        let mut flow = console(&world, &world.url(), size);
        flow.shows("opens the sandbox").snapshot("no-credentials");
        assert!(world.requests().is_empty());
        flow.press("s").shows("corp.example.com").shows("SANDBOX");
    });
}

#[test]
fn where_nothing_answers_it_says_so() {
    let test = "aws::where_nothing_answers_it_says_so";
    if !is_inside(test, &KEYS) {
        return;
    }
    at_each_size(|size| {
        let world = World::new(TWO_DIRECTORIES);
        // Port 9 is that of the discard protocol, which nothing has served for long.
        let mut flow = console(&world, "http://127.0.0.1:9", size);
        flow.shows("cannot be reached").snapshot("unreachable");
    });
}

#[test]
fn quitting_only_detaches_and_the_next_start_watches_on() {
    let test = "aws::quitting_only_detaches_and_the_next_start_watches_on";
    if !is_inside(test, &KEYS) {
        return;
    }
    at_each_size(|size| {
        let world = World::new(&TWO_DIRECTORIES.replace("speed = 3000", "speed = 0.001"));
        let mut flow = console(&world, &world.url(), size);
        flow.shows("1/5").press("c enter").settles();
        flow.press("enter").shows("accepted").shows("2/5");
        flow.settles().press("q").snapshot("quit-aws");
        flow.press("esc").hides("Stay");
        flow.press("q enter");
        let exit = flow.exit.take().expect("left");
        assert_eq!(exit.running.len(), 1);
        drop(flow);
        let mut next = console(&world, &world.url(), size);
        next.shows("2/5").press("o").shows("1 running");
        until("a look by the next console", || {
            let looks = world.requests();
            let describes = looks
                .iter()
                .filter(|call| call["action"] == "DescribeSnapshots");
            (describes.count() > 3).then_some(())
        });
    });
}
