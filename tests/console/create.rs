//! Taking a snapshot, and every reason why one cannot be taken.

use crate::{at_each_size, flow::Setup};

#[test]
fn a_snapshot_without_a_description_is_taken_and_watched_to_its_end() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).start();
        flow.press("c").shows("of 5 used").snapshot("create");
        flow.press("enter").snapshot("create-ready");
        flow.press("enter")
            .shows("accepted")
            .shows("4/5")
            .snapshot("create-accepted");
        assert_eq!(flow.changes().len(), 1);
        flow.advance(3600)
            .shows("Create snapshot d-9067a10001: completed");
        flow.snapshot("create-completed");
        assert_eq!(flow.calls("CreateSnapshot").len(), 1);
        assert_eq!(
            flow.calls("CreateSnapshot")[0]["params"]["Name"],
            serde_json::Value::Null
        );
    });
}

#[test]
fn a_description_that_aws_would_refuse_is_refused_as_it_is_typed() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).start();
        flow.press("c").settles();
        flow.press("'-x'").snapshot("create-wrong-start");
        flow.press("backspace backspace 'naïve'")
            .snapshot("create-wrong-character");
        for _ in 0..5 {
            flow.press("backspace");
        }
        flow.press("'monthly: before (patch'");
        flow.press("enter").snapshot("create-wrong-focus");
        flow.press("enter");
        assert!(flow.changes().is_empty());
    });
}

#[test]
fn a_description_goes_with_the_request_and_the_snapshot_is_listed_with_it() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).start();
        flow.press("enter tab").settles();
        flow.press("c").settles();
        flow.press("'before patch' ctrl-y")
            .shows("Copied the equivalent request");
        // What follows is worked out as soon as nothing more is typed.
        flow.press("' 7'").snapshot("create-described");
        flow.press("enter")
            .shows("--name")
            .snapshot("create-described-ready");
        flow.press("enter")
            .shows("Snapshots 7")
            .snapshot("create-listed");
        assert_eq!(
            flow.calls("CreateSnapshot")[0]["params"]["Name"],
            "before patch 7"
        );
    });
}

#[test]
fn at_five_of_five_it_offers_to_pick_one_to_delete() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).start();
        flow.press("j c").snapshot("create-full");
        flow.press("enter enter")
            .shows("sprint-35")
            .snapshot("create-full-pick");
        assert!(flow.changes().is_empty());
    });
}

#[test]
fn what_has_no_snapshots_of_its_own_says_why() {
    for (downs, name) in [
        ("j j", "create-connector"),
        ("j j j", "create-shared"),
        ("j j j j", "create-impaired"),
        ("j j j j j j", "create-not-primary"),
        ("G", "create-failed-directory"),
    ] {
        at_each_size(|size| {
            let mut flow = Setup::new(size).start();
            flow.press(downs).press("c").snapshot(name);
            flow.press("enter enter enter");
            assert!(flow.changes().is_empty(), "{name}");
        });
    }
}

#[test]
fn what_aws_refuses_is_told_in_its_own_words_and_can_be_tried_again() {
    at_each_size(|size| {
        let denied = "\n[[denied]]\naction = \"ds:CreateSnapshot\"\n";
        let mut flow = Setup::new(size).with(denied).start();
        flow.press("c 'x' enter").settles();
        flow.press("enter")
            .shows("was not done")
            .snapshot("create-denied");
        flow.press("esc o").snapshot("create-denied-operation");
        assert_eq!(flow.calls("CreateSnapshot").len(), 1);
    });
}

#[test]
fn what_cannot_be_checked_is_not_sent_and_can_be_checked_again() {
    let mut flow = Setup::new((80, 24)).start();
    flow.fault("GetSnapshotLimits", "denied", 1);
    flow.press("c").snapshot("create-uncounted");
    flow.press("esc").fault("DescribeDirectories", "denied", 1);
    flow.press("c").snapshot("create-unchecked");
    flow.press("tab enter")
        .shows("of 5 used")
        .snapshot("create-checked-again");
}

#[test]
fn read_only_says_so_in_the_dialog_and_nothing_is_sent() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).read_only().start();
        flow.snapshot("read-only");
        flow.press("c 'x'")
            .shows("of 5 used")
            .snapshot("read-only-create");
        flow.press("enter enter").hides("Description");
        flow.press("enter tab").settles();
        flow.press("r")
            .shows("Contact AWS")
            .snapshot("read-only-restore");
        flow.press("shift-tab 'd-9067a10001' enter enter")
            .hides("Contact AWS");
        flow.press("d")
            .shows("Snapshot type")
            .snapshot("read-only-delete");
        flow.press("shift-tab enter enter").hides("Snapshot type");
        assert!(flow.changes().is_empty());
    });
}
