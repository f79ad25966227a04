//! Going anywhere by its name.

use crate::{actions::INSTANCE, at_each_size, flow::Setup};

#[test]
fn everything_has_a_name_and_a_few_letters_are_enough() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).start();
        flow.press(":").snapshot("palette");
        flow.press("'dev ex'").snapshot("palette-typed");
        flow.press("enter").shows("Snapshots 5");
        flow.press(": 'ebs'").snapshot("palette-lists");
        flow.press("enter").shows("No snapshots in");
        assert!(flow.changes().is_empty());
    });
}

#[test]
fn what_can_be_done_goes_by_its_names_and_lookups_come_last() {
    let mut flow = Setup::new((80, 24)).start();
    for (name, first) in [
        ("refresh", "Load the rows again"),
        ("export", "Write what is shown to a file"),
        ("pause", "Stop or start refreshing"),
        ("keys", "Show the keys"),
        ("help", "Show the keys"),
    ] {
        flow.press(":").press(&format!("'{name}'"));
        flow.shows(&format!("▸ {first}")).press("esc");
    }
    flow.press(": 'help'").snapshot("palette-name");
    flow.press("esc : 'snap-0a1b0000000000111'")
        .shows("snapshot snap-0a1b0000000000111");
    assert!(!flow.screen().contains("domain snap-"));
    flow.press("esc : 'ami-0a1b'").snapshot("palette-unread");
    flow.press("esc")
        .press(": 'arn:aws:ds:us-east-1:123456789012:directory/d-9067a10002'");
    flow.shows("▸ dev.example.com d-9067a10002").press("enter");
    flow.shows("Snapshots 5");
}

#[test]
fn an_id_opens_what_it_names_wherever_that_is() {
    let mut flow = Setup::new((80, 24)).scenario(INSTANCE).launch();
    flow.shows("No directories").settles();
    for (id, shows) in [
        ("vol-0a1b0000000000011", "web-1 root"),
        ("i-0a1b0000000000001", "m7i.large"),
        ("snap-0a1b0000000000111", "before the kernel"),
        ("d-9067a10001", "EntityDoesNotExist"),
    ] {
        flow.press(":").press(&format!("'{id}' enter")).shows(shows);
        flow.settles();
    }
    flow.snapshot("palette-not-there");
}
