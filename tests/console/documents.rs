//! The texts that a user takes away from a dialog.

use crate::{at_each_size, flow::Setup};

const DOMAIN: &str = "\n[[domain]]\nname = \"logs\"\nengine = \"OpenSearch_2.11\"\n";

#[test]
fn the_policies_that_mend_what_is_missing_are_copied_by_a_key() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).with(DOMAIN).start();
        flow.press(": 'domains' enter")
            .shows("OpenSearch 2.11")
            .settles();
        flow.press("a j enter")
            .shows("Check prerequisites")
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
