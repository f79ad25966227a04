//! The pictures of the README: the real program on the built-in sandbox, in a real terminal, drawn as
//! SVG. The test makes sure that they can still be made; with `SNAPDECK_PICTURES=1` it writes them to
//! `assets/`.

use std::{fs, path::Path};

use crate::{
    common::{TWO_DIRECTORIES, World},
    svg,
    terminal::Terminal,
};

const ROWS: u16 = 28;
const COLUMNS: u16 = 100;

#[test]
fn the_pictures_of_the_readme_can_be_made() {
    // Only for its clean environment: the program runs a sandbox of its own.
    let world = World::new(TWO_DIRECTORIES);
    let mut command = world.command(&["--sandbox"]);
    command.env_remove("AWS_ENDPOINT_URL");
    let terminal = Terminal::of(command, ROWS, COLUMNS);
    terminal.shows("3/5");
    keep(
        "directories",
        &terminal,
        &["corp.example.com", "Impaired", "SANDBOX"],
    );
    terminal.keys("\r");
    terminal.shows("Newest recovery point");
    terminal.keys("\t");
    terminal.shows("before-schema");
    terminal.keys("/manual");
    terminal.shows("of 10");
    terminal.keys("\r");
    terminal.keys("r");
    terminal.shows("goes offline");
    keep(
        "restore",
        &terminal,
        &[
            "Contact AWS Support",
            "Every change",
            "d-9067a10001",
            "Cancel",
        ],
    );
}

#[test]
fn the_pictures_of_the_other_services_can_be_made() {
    let world = World::new(TWO_DIRECTORIES);
    let mut command = world.command(&["--sandbox"]);
    command.env_remove("AWS_ENDPOINT_URL");
    let terminal = Terminal::of(command, ROWS, COLUMNS);
    terminal.shows("3/5");
    terminal.keys("H");
    terminal.shows("To look at");
    terminal.hides("loading");
    keep(
        "home",
        &terminal,
        &["Directory Service", "EBS volumes", "OpenSearch domains"],
    );

    terminal.keys(":volumes\r");
    terminal.shows("web-1 root");
    terminal.keys("\r");
    terminal.shows("in 30 days");
    terminal.keys("c");
    terminal.shows("AWS would accept");
    terminal.keys("before the upgrade\rOwner=alice\r");
    terminal.shows("Owner=alice");
    keep(
        "create",
        &terminal,
        &["before the upgrade", "Pending snapshots"],
    );
    terminal.keys("\r\r");
    terminal.shows("accepted");
    terminal.keys("o");
    terminal.shows("%");
    keep("operations", &terminal, &["Create snapshot"]);

    terminal.keys(":domains\r");
    terminal.shows("Elasticsearch 6.8");
    terminal.keys("\r");
    terminal.shows("Automated snapshots");
    terminal.keys("\t/name:weekly\r");
    terminal.shows("weekly-");
    terminal.keys("r");
    terminal.shows("Conflicts");
    keep(
        "conflict",
        &terminal,
        &["Restore indices", "orders (open)", "Cancel"],
    );
}

/// Waits for the texts, draws what is on the screen, makes sure that the drawing has them, and writes
/// it if asked to.
fn keep(name: &str, terminal: &Terminal, texts: &[&str]) {
    for text in texts {
        terminal.shows(text);
    }
    let picture = terminal.look(svg::draw);
    for text in texts {
        assert!(
            svg::text(&picture).contains(text),
            "{name}.svg has no {text:?}:\n{}",
            terminal.screen()
        );
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
    if std::env::var_os("SNAPDECK_PICTURES").is_some() {
        fs::write(folder.join(format!("{name}.svg")), picture).expect("the picture is written");
    } else {
        assert!(
            folder.join(format!("{name}.svg")).exists(),
            "assets/{name}.svg is missing: run with SNAPDECK_PICTURES=1"
        );
    }
}
