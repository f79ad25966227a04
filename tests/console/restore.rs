//! Restoring: what it says first, what it takes to send it, and how it ends.

use crate::{
    at_each_size,
    flow::{Flow, Setup},
};

/// The restore dialog of the newest manual snapshot of the first directory.
fn asked(size: (u16, u16)) -> Flow {
    let mut flow = Setup::new(size).start();
    flow.press("enter tab").settles();
    flow.press("/ 'manual' enter r")
        .shows("Contact AWS")
        .settles();
    flow
}

#[test]
fn it_warns_and_starts_on_cancel() {
    at_each_size(|size| {
        let mut flow = asked(size);
        flow.snapshot("restore");
        flow.press("page-down").snapshot("restore-scrolled");
        flow.press("enter").hides("Contact AWS");
        assert!(flow.changes().is_empty());
    });
}

#[test]
fn a_wrong_id_keeps_the_button_out_of_reach() {
    at_each_size(|size| {
        let mut flow = asked(size);
        flow.press("tab 'd-9067a10002'")
            .snapshot("restore-wrong-id");
        flow.press("enter").snapshot("restore-wrong-id-enter");
        flow.press("enter");
        assert!(flow.changes().is_empty());
    });
}

#[test]
fn the_right_id_sends_it_and_it_is_watched_to_its_end() {
    at_each_size(|size| {
        let mut flow = asked(size);
        flow.press("tab 'd-9067a10001'")
            .snapshot("restore-right-id");
        flow.press("enter").snapshot("restore-ready");
        flow.press("enter").shows("accepted");
        flow.press("esc esc")
            .shows("Restoring")
            .snapshot("restoring-directories");
        flow.press("enter")
            .shows("Restoring")
            .shows("Snapshots 6")
            .snapshot("restoring-overview");
        flow.press("o")
            .shows("Running")
            .snapshot("restoring-operations");
        flow.advance(1800)
            .press("R")
            .shows("30m")
            .snapshot("restoring-half-an-hour");
        flow.advance(20_000)
            .shows("completed")
            .snapshot("restored-operations");
        flow.press("esc")
            .shows("Active")
            .snapshot("restored-overview");
        assert_eq!(flow.calls("RestoreFromSnapshot").len(), 1);
    });
}

#[test]
fn a_restore_that_fails_says_what_to_do_next() {
    at_each_size(|size| {
        let mut flow = asked(size);
        flow.press("tab 'd-9067a10001' enter enter")
            .shows("accepted");
        flow.press("o").shows("Running");
        flow.control("fail", &serde_json::json!({ "id": "d-9067a10001" }));
        flow.shows("Failed").snapshot("restore-failed-operations");
        flow.press("enter").snapshot("restore-failed-detail");
        flow.press("esc esc esc esc")
            .shows_twice("RestoreFailed")
            .snapshot("restore-failed-directories");
    });
}

#[test]
fn what_cannot_be_restored_is_refused_with_the_reason() {
    for (directory, snapshot, name) in [
        ("j j j j j", "r", "restore-creating"),
        ("j j j j j", "j r", "restore-failed-snapshot"),
        ("j j j j j j j", "r", "restore-too-old"),
        ("j j j j", "r", "restore-impaired"),
    ] {
        at_each_size(|size| {
            let mut flow = Setup::new(size).start();
            flow.press(directory).press("enter tab").settles();
            flow.press(snapshot)
                .shows("Not possible as it stands")
                .snapshot(name);
            flow.press("tab 'd-9067a10006' enter enter");
            assert!(flow.changes().is_empty(), "{name}");
        });
    }
}
