//! A user's own rules in the dialogs: said in advance, and asked for below the form.

use crate::{
    at_each_size,
    flow::{Flow, Setup},
};

fn snapshots(size: (u16, u16), rules: &str) -> Flow {
    let mut flow = Setup::new(size).rules(rules).start();
    flow.press("enter tab").shows("s-9067b10003").settles();
    flow
}

#[test]
fn a_denied_action_says_so_in_its_dialog_and_has_no_button() {
    at_each_size(|size| {
        let mut flow = snapshots(size, "deny = ['directory.delete_*']\n");
        flow.press("j j j d").settles();
        flow.shows("directory.delete_snapshot is denied");
        flow.shows("profile default in");
        flow.press("tab enter tab enter enter");
        assert!(flow.changes().is_empty());
    });
}

#[test]
fn the_reason_and_the_account_are_typed_below_the_form() {
    at_each_size(|size| {
        let mut flow = snapshots(size, "confirm_account = true\nrequire_reason = true\n");
        flow.press("j j j d").snapshot("guardrails");
        // On the reason, which must not be left empty.
        flow.press("tab enter").shows("Reason, for the journal");
        flow.press("enter 'CHG-42' enter '999' ")
            .shows("This is not the account");
        flow.press("enter ctrl-u '123456789012'")
            .snapshot("guardrails-typed");
        flow.press("enter enter").shows("Snapshots 5");
        assert_eq!(flow.changes().len(), 1);
        flow.press("o enter").shows("CHG-42");
    });
}

#[test]
fn what_can_be_undone_needs_a_reason_and_no_account() {
    at_each_size(|size| {
        let mut flow = Setup::new(size)
            .rules("confirm_account = true\nrequire_reason = true\n")
            .start();
        flow.press("c").shows("Reason, for the journal").settles();
        assert!(!flow.screen().contains("Type the account"));
        flow.press("enter enter enter");
        assert!(
            flow.changes().is_empty(),
            "without a reason nothing is sent"
        );
        flow.press("'CHG-42' enter enter").shows("accepted");
        assert_eq!(flow.changes().len(), 1);
    });
}

#[test]
fn the_reason_and_the_account_are_typed_once_for_several() {
    at_each_size(|size| {
        let mut flow = snapshots(size, "confirm_account = true\nrequire_reason = true\n");
        flow.press("* d").shows("can be done").settles();
        flow.snapshot("guardrails-bulk");
        // From the reason on, which must not be left empty.
        flow.press("tab tab enter").shows("Reason, for the journal");
        flow.press("'CHG-42' enter '999' enter")
            .shows("This is not the account");
        assert!(flow.changes().is_empty());
        flow.press("ctrl-u '123456789012' enter '3' enter")
            .snapshot("guardrails-bulk-typed");
        flow.press("enter").shows("3 sent").hides("to go");
        assert_eq!(flow.calls("DeleteSnapshot").len(), 3);
        flow.press("esc o enter").shows("CHG-42");
    });
}

#[test]
fn for_several_the_name_of_the_account_is_as_good_as_its_number() {
    let scenario = include_str!("scenario.toml");
    let mut flow = Setup::new((140, 40))
        .scenario(&format!("account_alias = \"example-corp\"\n{scenario}"))
        .rules("confirm_account = true\n")
        .start();
    flow.press("enter tab").shows("s-9067b10003").settles();
    flow.press("* d").shows("123456789012 (example-corp) in");
    flow.shows("can be done").settles();
    // The requests are shown below the rows, and copied together.
    flow.press("ctrl-y").shows("Copied 3 equivalent requests");
    flow.press("tab tab 'example-' enter")
        .hides("This is not the account");
    flow.press("'corp' enter '3' enter enter").shows("3 sent");
    flow.hides("to go");
    assert_eq!(flow.calls("DeleteSnapshot").len(), 3);
}

#[test]
fn what_is_forbidden_for_several_is_said_before_anything_is_typed() {
    at_each_size(|size| {
        let mut flow = snapshots(size, "largest_bulk = 2\nrequire_reason = true\n");
        flow.press("* d").shows("can be done").settles();
        flow.shows("3 at once are more than allowed: largest_bulk = 2 of profile");
        flow.hides("Reason, for the journal");
        flow.press("tab enter shift-tab enter enter");
        assert!(flow.changes().is_empty());
        let mut flow = snapshots(size, "deny = ['directory.delete_*']\n");
        flow.press("* d").settles();
        flow.shows("directory.delete_snapshot is denied");
        flow.hides("their number");
    });
}
