//! What can be done to a row, chosen from a menu.

use crate::{at_each_size, flow::Setup};

/// An instance with its root volume, of which there is a snapshot.
pub(crate) const INSTANCE: &str = r#"
speed = 600

[[instances]]
id = "i-0a1b0000000000001"
name = "web-1"
zone = "us-east-1a"
age = "120d"

[[volumes]]
id = "vol-0a1b0000000000011"
name = "web-1 root"
size = 30
age = "120d12h"
attached = [{ instance = "i-0a1b0000000000001", device = "/dev/xvda", delete_on_termination = true }]

[[snapshots]]
id = "snap-0a1b0000000000111"
name = "before the kernel"
volume = "vol-0a1b0000000000011"
age = "40d12h"
"#;

#[test]
fn all_that_can_be_done_to_a_row_and_to_what_owns_it_is_in_one_menu() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).start();
        flow.press("a").snapshot("actions-directory");
        flow.press("esc enter tab").settles();
        flow.press("a").snapshot("actions-snapshot");
        flow.press("enter").shows("to confirm").shows("[ Cancel ]");
        flow.press("esc esc j j enter").shows("onprem.example.net");
        flow.press("a").snapshot("actions-connector");
    });
}

#[test]
fn what_nobody_can_count_has_no_number() {
    let mut flow = Setup::new((80, 24)).start();
    // Its snapshots belong to the account that shares it.
    flow.press("j j j enter")
        .shows("shared.example.org")
        .settles();
    flow.shows("Overview  Snapshots  ");
    assert!(!flow.screen().contains("Snapshots 0") && !flow.screen().contains("in 30 days"));
}

#[test]
fn a_root_volume_is_replaced_once_its_instance_was_named_and_its_id_was_typed() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).scenario(INSTANCE).launch();
        flow.shows("No directories").press("tab");
        flow.shows("web-1 root").settles().press("enter tab");
        flow.shows("before the kernel").settles();
        flow.press("r").snapshot("restore-which");
        flow.press("j enter").settles().snapshot("replace-root");
        flow.press("'i-0a1b0000000000001' tab")
            .shows("reboots at once")
            .snapshot("replace-root-warned");
        // Without the id typed there is no button to press.
        flow.press("tab tab enter");
        assert!(flow.changes().is_empty());
        flow.shows("before the kernel");
        flow.press("r j enter").settles();
        flow.press("'i-0a1b0000000000001' tab")
            .shows("reboots at once");
        flow.press("tab 'i-0a1b0000000000001' enter enter")
            .hides("to confirm");
        flow.press("o").shows("Completed");
        assert_eq!(flow.changes().len(), 1);
    });
}
