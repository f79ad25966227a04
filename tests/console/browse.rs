//! Looking around: nothing here changes anything.

use serde_json::json;

use crate::{at_each_size, flow::Setup};

#[test]
fn it_starts_with_a_frame_at_once_and_then_shows_the_directories() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).launch();
        flow.frame("starting");
        flow.shows("corp.example.com").snapshot("directories");
        assert!(flow.is_coloured());
        assert!(flow.changes().is_empty());
    });
}

#[test]
fn a_terminal_without_colours_and_unicode_is_told_the_same() {
    let mut flow = Setup::new((80, 24)).plain().start();
    flow.snapshot("directories-plain");
    flow.press("enter")
        .shows("Snapshots 6")
        .snapshot("overview-plain");
    flow.press("tab").snapshot("snapshots-plain");
    flow.press("r")
        .shows("goes offline")
        .snapshot("restore-plain");
    flow.press("esc ?").snapshot("help-plain");
    assert!(!flow.is_coloured());
}

#[test]
fn a_directory_opens_with_all_that_is_known_of_it() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).start();
        flow.press("enter")
            .shows("Snapshots 6")
            .snapshot("overview");
        flow.press("esc j j j enter")
            .shows("Shared AD")
            .snapshot("overview-shared");
        flow.press("esc j enter")
            .shows("Snapshots 1")
            .snapshot("overview-impaired");
    });
}

#[test]
fn its_snapshots_are_a_tab_and_can_be_filtered() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).start();
        flow.press("enter tab").snapshot("snapshots");
        flow.press("/ 'auto'").snapshot("filter-typed");
        flow.press("enter").snapshot("filter-kept");
        flow.press("/ 'x'").snapshot("filter-nothing");
        flow.press("esc").shows("Snapshots 6");
        flow.press("esc j enter tab")
            .snapshot("snapshots-long-name");
        flow.press("esc j enter tab")
            .shows("has no snapshots")
            .snapshot("snapshots-none");
    });
}

#[test]
fn a_snapshot_opens_with_its_facts() {
    let mut flow = Setup::new((80, 24)).start();
    flow.press("j enter tab").settles();
    flow.press("j enter").snapshot("snapshot");
}

#[test]
fn directories_are_filtered_by_anything_that_is_shown() {
    let mut flow = Setup::new((80, 24)).start();
    flow.press("/ 'simple lab'").snapshot("filter-directories");
}

#[test]
fn help_is_made_from_the_keymap_and_marks_what_works_here() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).start();
        flow.press("?").snapshot("help-directories");
        flow.press("page-down page-down page-down")
            .snapshot("help-end");
        flow.press("esc enter tab").settles().press("?");
        flow.snapshot("help-snapshots");
    });
}

#[test]
fn names_that_would_steer_the_terminal_are_spelled_out() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).start();
        flow.press("G enter")
            .shows("Snapshots 0")
            .snapshot("hostile");
    });
}

#[test]
fn too_small_a_terminal_says_so_and_comes_back() {
    let mut flow = Setup::new((80, 24)).start();
    flow.resize(59, 15);
    flow.frame("too-small");
    flow.press("c d r enter");
    flow.resize(20, 4);
    flow.frame("too-small");
    flow.resize(60, 16);
    flow.snapshot("directories");
    flow.press("enter tab").snapshot("snapshots");
    flow.press("c")
        .shows("[ Create snapshot ]")
        .snapshot("create");
    flow.press("esc r").shows("to confirm").snapshot("restore");
}

#[test]
fn an_account_without_directories_says_so() {
    let mut flow = Setup::new((80, 24)).scenario("speed = 0.001\n").launch();
    flow.shows("No directories").snapshot("no-directories");
}

#[test]
fn what_is_older_than_a_minute_grows_older_on_the_screen() {
    let mut flow = Setup::new((80, 24)).start();
    flow.press("enter tab").settles().shows("9h");
    flow.control("advance", &json!({ "seconds": 3600 }));
    flow.press("R").shows("10h");
}
