//! Back and forward over the screens, and on from where the last session was.

use std::fs;

use crate::{
    aws::{KEYS, console, is_inside},
    common::{TWO_DIRECTORIES, World},
    flow::Setup,
};

#[test]
fn one_goes_back_and_forward_to_where_the_cursor_was() {
    let mut flow = Setup::new((80, 24)).start();
    flow.press("j enter tab").settles().press("j j");
    flow.press(": 'operations' enter")
        .shows("Nothing was asked");
    flow.press(": 'volumes' enter").shows("No volumes");
    flow.press("[").shows("Nothing was asked");
    flow.press("[").shows("▸ s-9067b10013");
    flow.press("[").shows("▸! d-9067a10002");
    flow.press("[").shows("there is none");
    flow.press("] ] ]").shows("No volumes");
    // Somewhere else from in between: what lay ahead is given up.
    flow.press("[").shows("Nothing was asked");
    flow.press("H")
        .shows("No point")
        .press("]")
        .shows("there is none");
}

#[test]
fn the_next_session_begins_where_the_last_one_was() {
    let test = "history::the_next_session_begins_where_the_last_one_was";
    if !is_inside(test, &KEYS) {
        return;
    }
    let world = World::new(&TWO_DIRECTORIES.replace("speed = 3000", "speed = 0.001"));
    let mut flow = console(&world, &world.url(), (80, 24));
    flow.shows("dev.example.com").settles();
    flow.press("j enter tab").shows("s-9067b10002").settles();
    flow.press("/ 'earl' enter").settles();
    flow.press("q");
    assert!(flow.exit.is_some());
    let mut next = console(&world, &world.url(), (80, 24));
    next.shows("Filter: earl").shows("▸ s-9067b10002");
    next.press("esc esc").shows("▸! d-9067a10002");
    next.press("q");

    // What makes no sense is no reason not to start.
    for left in [
        "nonsense",
        "{\"version\": 7}",
        "{\"version\":1,\"profile\":\"x\"}",
    ] {
        fs::write(world.path("state/console.json"), left).expect("a file");
        let mut next = console(&world, &world.url(), (80, 24));
        next.shows("▸! d-9067a10001");
    }
    let log = fs::read_to_string(world.path("state/snapdeck.log")).expect("a log");
    assert!(
        log.contains("what the last session left cannot be read"),
        "{log}"
    );
}
