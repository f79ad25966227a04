//! From a row to the rows that it names.

use crate::{actions::INSTANCE, at_each_size, flow::Setup};

#[test]
fn a_snapshot_leads_to_its_volume_and_that_to_its_instance() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).scenario(INSTANCE).launch();
        flow.shows("No directories").press("tab tab tab");
        flow.shows("before the kernel").settles();
        flow.press("L")
            .shows("EBS snapshots 1")
            .snapshot("link-volume");
        flow.press("L")
            .shows("Volumes 1  EBS snapshots 1")
            .snapshot("link-instance");
        // And back, step by step.
        flow.press("esc").shows("web-1 root");
        flow.press("esc").shows("before the kernel");
        assert!(flow.changes().is_empty());
    });
}

#[test]
fn an_instance_with_several_volumes_asks_which() {
    let more = r#"
[[volumes]]
id = "vol-0a1b0000000000012"
name = "web-1 data"
size = 200
age = "120d12h"
attached = [{ instance = "i-0a1b0000000000001", device = "/dev/sdf" }]
"#;
    let mut flow = Setup::new((80, 24)).scenario(INSTANCE).with(more).launch();
    flow.shows("No directories").press("tab tab");
    flow.shows("web-1").settles().press("L").snapshot("links");
    flow.press("down enter").shows("web-1 data");
    // The same by the volume's own name for its instance, and to where one came from.
    flow.press("L").shows("Volumes 2");
}

#[test]
fn a_snapshot_of_a_directory_leads_to_the_directory() {
    let mut flow = Setup::new((80, 24)).start();
    flow.press("enter tab").settles().press("enter").settles();
    flow.press("L").shows("Snapshots 6");
    // It was on the way here already, so one is there again rather than somewhere deeper.
    flow.press("esc").shows("dev.example.com");
}
