//! An action on several marked rows.

use crate::{
    at_each_size,
    flow::{Flow, Setup},
};

/// The snapshots of the first directory, all of them marked: three automatic ones, three manual ones.
fn marked(size: (u16, u16)) -> Flow {
    let mut flow = Setup::new(size).start();
    flow.press("enter tab").settles();
    flow.press("*").shows("6 marked");
    flow
}

#[test]
fn several_are_checked_confirmed_by_their_number_and_deleted() {
    at_each_size(|size| {
        let mut flow = marked(size);
        flow.press("d").shows("can be done").snapshot("bulk-asked");
        flow.press("shift-tab '4'")
            .shows("This is not the number")
            .press("enter enter")
            .snapshot("bulk-wrong-number");
        assert!(flow.changes().is_empty());
        flow.press("backspace '3' enter").snapshot("bulk-ready");
        // Several are under way at once, so which one ends first is another in every run.
        flow.press("enter").shows("3 sent").hides("to go");
        for id in ["s-9067b10001", "s-9067b10002", "s-9067b10003"] {
            let done = |line: &str| line.contains(id) && line.contains(": completed, op-");
            assert!(flow.screen().lines().any(done), "{}", flow.screen());
        }
        assert_eq!(flow.calls("DeleteSnapshot").len(), 3);
        flow.press("esc").shows("Snapshots 3").settles();
        flow.press("o").shows("1/3");
    });
}

#[test]
fn one_that_fails_does_not_stop_the_rest() {
    at_each_size(|size| {
        let mut flow = marked(size);
        flow.press("d").shows("can be done").settles();
        flow.fault("DeleteSnapshot", "denied", 1);
        flow.press("shift-tab '3' enter enter")
            .shows("2 sent, 1 not done")
            .shows("not done. AccessDeniedException");
        assert_eq!(flow.calls("DeleteSnapshot").len(), 3);
    });
}

#[test]
fn a_switch_is_for_all_and_is_checked_again() {
    let mut flow = marked((80, 24));
    flow.press("d").shows("can be done").settles();
    flow.press("tab space").settles();
    flow.shows("(6)").snapshot("bulk-switch");
    flow.press("esc");
    assert!(flow.changes().is_empty());
}

#[test]
fn what_interrupts_is_never_done_to_several() {
    at_each_size(|size| {
        let mut flow = marked(size);
        flow.press("r")
            .shows("one at a time only")
            .snapshot("bulk-live");
        // With a single mark it is that row, wherever the cursor is.
        flow.press("u j j j space k r")
            .shows("s-9067b10003")
            .shows("to confirm");
        assert!(flow.changes().is_empty());
    });
}

#[test]
fn menu_and_palette_act_on_what_is_marked() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).start();
        flow.press("enter tab").settles();
        // The cursor stands below the two that are marked.
        flow.press("j j j space space a").snapshot("bulk-menu");
        flow.press("enter")
            .shows("Restore from snapshot: one at a time only");
        flow.press("a j enter").shows("can be done").settles();
        let asked = |flow: &mut Flow| {
            let screen = flow.screen();
            let lines = screen.lines().filter(|line| line.contains(": can be done"));
            let ids = ["s-9067b10003", "s-9067b10002", "s-9067b10001"];
            let asked = ids.map(|id| lines.clone().any(|line| line.contains(id)));
            assert_eq!(asked, [true, true, false], "{screen}");
        };
        asked(&mut flow);
        flow.press("esc : 'delete snap'").shows("2 marked");
        flow.press("enter").shows("can be done").settles();
        asked(&mut flow);
        // A single mark is that row, in the menu too.
        flow.press("esc u g space j a")
            .shows("marked snapshot s-9067b10006");
        assert!(flow.changes().is_empty());
    });
}

#[test]
fn where_nothing_can_be_done_nothing_can_be_sent() {
    let mut flow = Setup::new((80, 24)).plain().start();
    flow.press("enter tab").settles();
    flow.press("/ 'type:auto' enter * d")
        .shows("Not possible for any")
        .snapshot("bulk-nothing-plain");
    flow.press("enter").hides("Not possible");
    assert!(flow.changes().is_empty());
}

#[test]
fn a_read_only_console_refuses_several_too() {
    let mut flow = Setup::new((80, 24)).read_only().start();
    flow.press("enter tab").settles();
    flow.press("* d")
        .shows("Changes are refused")
        .press("enter");
    assert!(flow.changes().is_empty());
}
