//! The texts that a user takes away from a dialog.

use crate::{
    at_each_size,
    flow::{Flow, Setup},
};

const DOMAIN: &str = "\n[[domain]]\nname = \"logs\"\nengine = \"OpenSearch_2.11\"\n";

#[test]
fn nothing_is_asked_about_what_is_not_filled_in() {
    let mut flow = Setup::new((140, 40)).with(DOMAIN).start();
    flow.press(": 'domains' enter")
        .shows("OpenSearch 2.11")
        .settles();
    flow.press(": 'check prerequisites' enter")
        .shows("Bucket: cannot be told: fill in 'Bucket' first")
        .shows("Role: cannot be told: fill in 'Role' first")
        .settles();
    let asked = |flow: &Flow| {
        let calls = flow.requests().into_iter();
        let calls = calls.filter_map(|call| call["action"].as_str().map(str::to_owned));
        let of_role = ["GetRole", "SimulatePrincipalPolicy", "HeadBucket"];
        calls
            .filter(|call| of_role.contains(&call.as_str()))
            .count()
    };
    let screen = flow.screen();
    assert!(!screen.contains("may pass") && !screen.contains("arn:aws:s3:::"));
    flow.press("esc : 'prepare' enter")
        .shows("fill in 'Bucket' first")
        .settles();
    assert!(!flow.screen().contains("snapdeck-") && !flow.screen().contains("bucket ."));
    assert!(
        asked(&flow) <= 1,
        "at most whether one may put to the domain"
    );
}

#[test]
fn the_policies_that_mend_what_is_missing_are_copied_by_a_key() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).with(DOMAIN).start();
        flow.press(": 'domains' enter")
            .shows("OpenSearch 2.11")
            .settles();
        flow.press(": 'check prerequisites' enter")
            .shows("[ Close ]")
            .settles();
        flow.press("'backups' tab 'arn:aws:iam::123456789012:role/SnapshotRole'");
        // While a text is typed the key of the request does it, and the bottom line says so.
        flow.press("tab").shows("there is no role").settles();
        flow.press("shift-tab")
            .shows("ctrl-y copy the text in sight");
        flow.press("tab").shows("y copy the text in sight");
        flow.press("y");
        if size.0 == 80 {
            // None of them is in sight, so which one is asked.
            flow.shows("Copy which text").snapshot("documents");
            flow.press("enter");
        }
        flow.shows("Copied Trust relationship");
        flow.press("q").hides("Check prerequisites");
        assert!(flow.changes().is_empty());
    });
}
