//! What goes wrong on the way, and that no key ever waits for it.

use crate::{at_each_size, flow::Setup};

fn fault(action: &str, kind: &str, times: u32) -> String {
    format!("\n[[faults]]\naction = \"{action}\"\nkind = \"{kind}\"\ntimes = {times}\n")
}

/// More often than anything is tried while a picture is taken.
const ALWAYS: u32 = 10_000;

/// A list that fails as often as it is tried, and is there when it is loaded again afterwards.
fn fails(kind: &str, size: (u16, u16), name: &str) {
    let mut flow = Setup::new(size)
        .with(&fault("DescribeDirectories", kind, ALWAYS))
        .launch();
    flow.shows("could not be loaded").snapshot(name);
    flow.recovers().press("R").shows("corp.example.com");
}

#[test]
fn a_list_that_is_refused_says_why_and_what_to_try() {
    at_each_size(|size| {
        fails("denied", size, "list-denied");
        fails("expired_token", size, "list-expired");
    });
}

#[test]
fn a_list_that_is_throttled_says_to_wait() {
    at_each_size(|size| {
        fails("throttle", size, "list-throttled");
    });
}

#[test]
fn a_list_whose_connection_is_lost_says_so() {
    fails("drop_before", (80, 24), "list-dropped");
}

#[test]
fn a_list_that_aws_fails_to_give_says_so() {
    fails("error_500", (80, 24), "list-server-error");
}

#[test]
fn a_list_that_a_proxy_answers_says_so() {
    fails("html", (80, 24), "list-proxy");
}

#[test]
fn a_half_read_list_keeps_its_rows_and_says_that_they_are_not_up_to_date() {
    at_each_size(|size| {
        let mut flow = Setup::new(size)
            .with(&fault("DescribeSnapshots", "denied", 1))
            .launch();
        flow.shows("not up to date").snapshot("list-half");
        flow.press("R").shows("3/5").hides("not up to date");
        flow.fault("DescribeDirectories", "denied", 1);
        flow.press("R").shows("not up to date").snapshot("list-old");
    });
}

#[test]
fn a_directory_whose_snapshots_cannot_be_read() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).start();
        flow.fault("DescribeSnapshots", "denied", 2);
        flow.press("enter")
            .shows("may be old")
            .snapshot("overview-denied");
        flow.press("tab").snapshot("snapshots-denied");
        flow.press("R").shows("s-9067b10001");
    });
}

#[test]
fn esc_cancels_what_is_loading() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).start();
        flow.fault("DescribeDirectories", "hang_before", 9);
        flow.press("R").shows("loading");
        flow.press("esc").frame("cancelled-old");
        flow.press("enter esc esc").shows("Cancelled");
    });
    let mut flow = Setup::new((80, 24))
        .with(&fault("DescribeDirectories", "hang_before", 1))
        .launch();
    flow.shows("Loading directories").frame("loading");
    flow.press("esc").shows("Cancelled").frame("cancelled");
    flow.press("R").shows("corp.example.com");
    let mut flow = Setup::new((80, 24))
        .with(&fault("GetCallerIdentity", "hang_before", 1))
        .launch();
    flow.shows("Looking for credentials").frame("connecting");
    flow.press("esc")
        .shows("Cancelled")
        .frame("cancelled-connecting");
    flow.press("R").shows("corp.example.com");
}

#[test]
fn every_key_answers_while_aws_hangs() {
    let mut flow = Setup::new((80, 24)).start();
    flow.fault("*", "hang_before", 99);
    flow.press("enter tab")
        .shows("Snapshots")
        .frame("hanging-snapshots");
    flow.press("c")
        .shows("Checking what follows")
        .frame("hanging-create");
    flow.press("'typed' enter enter")
        .shows("typed")
        .shows("Checking what follows");
    flow.press("esc ?").shows("Movement");
    flow.press("esc o").shows("Nothing was asked");
    flow.press("esc esc esc").shows("corp.example.com");
    flow.press("q");
    assert!(flow.exit.is_some());
}

#[test]
fn an_answer_that_comes_after_the_screen_was_left_is_dropped() {
    let mut flow = Setup::new((80, 24)).start();
    let late = r#"{ "action": "DescribeSnapshots", "kind": "delay_ms", "ms": 300, "times": 2 }"#;
    flow.control("faults", &serde_json::from_str(late).expect("JSON"));
    flow.press("enter tab").shows("Loading snapshots");
    flow.press("esc esc").shows("d-9067a10003");
    flow.press("j j enter tab").shows("has no snapshots");
    let before = flow.screen();
    // Longer than the late answers take.
    flow.turn_for(std::time::Duration::from_millis(600));
    assert_eq!(flow.screen(), before);
}

#[test]
fn an_identity_that_is_refused_has_a_screen_of_its_own() {
    at_each_size(|size| {
        let mut flow = Setup::new(size)
            .with(&fault("GetCallerIdentity", "expired_token", 1))
            .launch();
        // It tries again by itself.
        flow.shows("tries again").frame("expired-token");
        flow.press("R").shows("corp.example.com");
    });
}
