//! What was asked of AWS and what became of it.

use crate::{
    at_each_size,
    flow::{Flow, Setup},
};

fn created(size: (u16, u16), faults: &str) -> Flow {
    let mut flow = Setup::new(size).with(faults).start();
    flow.press("c 'weekly' enter").settles();
    flow.press("enter").hides("Description");
    flow
}

#[test]
fn there_is_nothing_at_first() {
    let mut flow = Setup::new((80, 24)).start();
    flow.press("o").snapshot("operations-none");
}

#[test]
fn running_finished_and_failed_ones_are_listed_with_what_is_known() {
    at_each_size(|size| {
        let mut flow = created(size, "");
        flow.press("o")
            .shows("Running")
            .snapshot("operations-running");
        flow.press("enter").snapshot("operations-running-detail");
        flow.press("esc")
            .advance(3600)
            .shows("completed")
            .snapshot("operations-finished");
        flow.fault("CreateSnapshot", "denied", 1);
        flow.press("esc c").settles();
        flow.press("enter enter").shows("was not done");
        flow.advance(60).press("esc enter tab").settles();
        flow.press("d").shows("gone for good").settles();
        flow.press("shift-tab enter").hides("gone for good");
        flow.advance(60)
            .press("c enter")
            .settles()
            .press("enter")
            .shows("accepted");
        flow.press("o").shows("Running").snapshot("operations-many");
        flow.press("j j enter").snapshot("operations-denied-detail");
    });
}

#[test]
fn a_snapshot_that_fails_says_what_to_do() {
    at_each_size(|size| {
        let mut flow = created(size, "");
        flow.press("o").shows("Running").press("enter");
        let id = flow.shows("s-").word("s-");
        flow.control("fail", &serde_json::json!({ "id": id }));
        flow.shows("Failed").snapshot("operations-failed-detail");
        flow.press("esc").snapshot("operations-failed");
    });
}

#[test]
fn a_lost_reply_is_looked_for_and_found() {
    at_each_size(|size| {
        let drop = "\n[[faults]]\naction = \"CreateSnapshot\"\nkind = \"drop_after\"\n";
        let mut flow = created(size, drop);
        flow.press("o")
            .shows("Running")
            .snapshot("operations-found");
        assert_eq!(flow.calls("CreateSnapshot").len(), 1);
    });
}

#[test]
fn a_lost_reply_without_a_trace_says_that_nobody_can_tell() {
    at_each_size(|size| {
        let drop = "\n[[faults]]\naction = \"CreateSnapshot\"\nkind = \"drop_before\"\n";
        let mut flow = created(size, drop);
        flow.press("o")
            .shows("Looking")
            .snapshot("operations-looking");
        flow.press("enter").snapshot("operations-looking-detail");
        flow.advance(3600)
            .shows("nobody can tell")
            .snapshot("operations-unknown-detail");
        flow.press("esc").snapshot("operations-unknown");
        assert_eq!(flow.calls("CreateSnapshot").len(), 1);
    });
}

#[test]
fn quitting_the_sandbox_says_that_it_ends() {
    at_each_size(|size| {
        let mut flow = created(size, "");
        flow.shows("accepted").press("q").snapshot("quit-sandbox");
        flow.press("tab").snapshot("quit-sandbox-stay");
        flow.press("enter").hides("Stay");
        flow.press("q q");
        let exit = flow.exit.take().expect("left");
        assert!(exit.error.is_none() && exit.running.is_empty());
    });
}
