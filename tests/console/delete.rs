//! Deleting snapshots.

use crate::{
    at_each_size,
    flow::{Flow, Setup},
};

/// The snapshots of the first directory; the three automatic ones are the newest.
fn snapshots(size: (u16, u16)) -> Flow {
    let mut flow = Setup::new(size).start();
    flow.press("enter tab").shows("s-9067b10003").settles();
    flow
}

#[test]
fn it_asks_starts_on_cancel_and_deletes_what_it_named() {
    at_each_size(|size| {
        let mut flow = snapshots(size);
        flow.press("j j j d").snapshot("delete");
        flow.press("enter").hides("gone for good");
        assert!(flow.changes().is_empty());
        flow.press("d").settles();
        flow.press("shift-tab").snapshot("delete-ready");
        flow.press("enter")
            .shows("Snapshots 5")
            .snapshot("delete-done");
        let calls = flow.changes();
        assert_eq!(calls.len(), 1);
        assert_eq!(calls[0]["params"]["SnapshotId"], "s-9067b10003");
    });
}

#[test]
fn automatic_ones_are_protected_and_with_the_switch_aws_answers_for_itself() {
    at_each_size(|size| {
        let mut flow = snapshots(size);
        flow.press("d").snapshot("delete-automatic");
        flow.press("tab space")
            .snapshot("delete-automatic-switched");
        flow.press("tab enter")
            .shows("was not done")
            .snapshot("delete-automatic-refused");
        assert!(flow.screen().contains("is an automatic snapshot"));
        assert_eq!(flow.calls("DeleteSnapshot").len(), 1);
    });
}

#[test]
fn the_last_completed_one_warns() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).start();
        flow.press("j j j j enter tab").settles();
        flow.press("d").snapshot("delete-last");
    });
}

#[test]
fn one_that_is_still_being_created_waits() {
    let mut flow = Setup::new((80, 24)).start();
    flow.press("j j j j j enter tab").settles();
    flow.press("d").snapshot("delete-creating");
    flow.press("shift-tab enter enter");
    assert!(flow.changes().is_empty());
}

#[test]
fn from_five_of_five_to_a_new_one() {
    let mut flow = Setup::new((80, 24)).start();
    flow.press("j c").settles();
    flow.press("enter enter").shows("sprint-31");
    flow.press("G d").settles();
    flow.press("shift-tab enter").shows("Snapshots 4");
    flow.press("c 'sprint-36'").shows("4 of 5 used");
    flow.press("enter").settles();
    flow.press("enter")
        .shows("Snapshots 5")
        .snapshot("five-again");
    let calls: Vec<_> = flow.changes().iter().map(|c| c["action"].clone()).collect();
    assert_eq!(calls, ["DeleteSnapshot", "CreateSnapshot"]);
}
