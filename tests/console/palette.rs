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
        flow.press("enter").shows("No ebs snapshots");
        assert!(flow.changes().is_empty());
    });
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
