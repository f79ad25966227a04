//! Keys that mean the same wherever they are pressed, and what is said where one means nothing.

use crate::{
    actions::INSTANCE,
    at_each_size,
    flow::{Flow, Setup},
};

#[test]
fn an_id_is_copied_and_at_once_again_any_value() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).start();
        flow.press("y")
            .shows("Copied d-9067a10001; y again for any other value");
        flow.press("y").snapshot("copy-of-row");
        flow.press("esc enter").shows("Snapshots 6").settles();
        flow.press("y y")
            .shows("Copy of corp.example.com d-9067a10001")
            .press("j enter")
            .shows("Copied All as JSON");
    });
}

#[test]
fn a_row_opens_as_json_and_its_own_screen_is_written_to_a_file() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let mut flow = Setup::new((80, 24)).start();
    flow.press("J").shows("\"kind\": \"directory\",").settles();
    for (name, keys) in [
        ("row.json", "e shift-tab space tab ctrl-u"),
        ("row.csv", "e ctrl-u"),
    ] {
        let path = folder.path().join(name);
        flow.press(keys)
            .shows("Export 1 row ")
            .press(&format!("'{}'", path.display()))
            .press("enter enter")
            .hides("Export 1 row")
            .shows("Written to");
        let text = std::fs::read_to_string(&path).expect("the file");
        assert!(
            text.contains("d-9067a10001") && text.contains("vpc_id"),
            "{text}"
        );
    }
}

#[test]
fn a_key_that_means_nothing_here_says_where_it_does() {
    let mut flow = Setup::new((80, 24)).start();
    flow.press("M")
        .shows("works where recovery points are listed");
    flow.press("u")
        .shows("Take all marks away: nothing is marked");
    flow.press("esc").shows("This is the first screen; q quits");
    flow.press("ctrl-y")
        .shows("works in the dialog that would send it");
    flow.press("H").shows("No point 7d").settles();
    for key in ["s", "S", "!", "space", "v", "*", "=", "/"] {
        flow.press(key).shows("works in a list of resources");
    }
    flow.press("J").shows("works on a resource");
    flow.press("e").shows("works on a list of resources, and");
    flow.press("tab").shows("there are no tabs here");
    flow.press("o s").shows("works in a list of resources");
    assert!(flow.exit.is_none());
}

/// A dialog, opened on the list of snapshots of the first directory: its keys, and its title.
const DIALOGS: [(&str, &str); 6] = [
    ("a", "╭ s-"),
    ("r", "╭ Restore from snapshot "),
    ("d shift-tab", "╭ Delete snapshot "),
    ("* d", "Delete snapshot: 6 marked "),
    ("u space j space =", "╭ Compare two snapshots "),
    ("u e shift-tab", "╭ Export 6 rows "),
];

#[test]
fn every_dialog_is_left_alike_and_shows_its_keys() {
    for size in [(80, 24), (60, 20)] {
        let mut flow = Setup::new(size).start();
        flow.press("enter tab").settles();
        for (keys, title) in DIALOGS {
            for leave in ["esc", "q"] {
                flow.press(keys).shows(title).settles();
                assert!(bottom(&mut flow).ends_with("esc close"), "{title}");
                assert!(bottom(&mut flow).contains("? keys"), "{title}");
                flow.press("?").shows("In this dialog").shows("Close");
                flow.press("?").hides("In this dialog").shows(title);
                flow.press(leave).hides(title);
            }
        }
        assert!(flow.exit.is_none());
        assert!(flow.changes().is_empty());
    }
}

#[test]
fn where_a_text_is_typed_a_character_is_a_character() {
    let mut flow = Setup::new((80, 24)).start();
    flow.press("c").settles().press("'q?y'");
    flow.shows("q?y").press("esc").hides("q?y");
    flow.press(": 'q?'").shows("Nothing is called that");
    flow.press("esc").hides("Nothing is called that");
    assert!(flow.exit.is_none());
}

fn bottom(flow: &mut Flow) -> String {
    let screen = flow.screen();
    screen.lines().last().unwrap_or_default().to_owned()
}

/// Another volume's snapshots, and one whose volume is gone. They are listed by their ids.
const POINTS: &str = r#"
[[snapshots]]
id = "snap-0a1b0000000000112"
name = "of yesterday"
volume = "vol-0a1b0000000000011"
age = "1d12h"

[[snapshots]]
id = "snap-0a1b0000000000113"
name = "of a volume that is gone"
volume = "vol-0a1b00000000000ff"
size = 8
age = "20d12h"
"#;

#[test]
fn recovery_points_stand_with_the_newest_first_unless_another_order_was_chosen() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).scenario(INSTANCE).with(POINTS).launch();
        flow.shows("No directories").press("tab tab tab");
        flow.shows("of yesterday").settles().press("j");
        flow.shows("ts volume no longer exists")
            .snapshot("newest-first");
        // Read again, they stand as they stood.
        flow.press("R").settles();
        let places = |screen: &str| {
            ["of yesterday", "of a volume", "before the"].map(|name| screen.find(name))
        };
        assert!(places(&flow.screen()).is_sorted(), "{}", flow.screen());
        flow.press("s")
            .shows("Snapshot ID ↑")
            .press("S")
            .shows("Snapshot ID ↓");
    });
}

#[test]
fn what_is_gone_is_told_in_the_list_and_never_guessed() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).scenario(INSTANCE).with(POINTS).launch();
        flow.shows("No directories").press("tab tab tab");
        flow.shows("of yesterday").settles().press("/ 'gone' enter");
        flow.shows("ts volume no longer exists").snapshot("orphans");
    });
    // Also for the list that is passed by on the way.
    let denied = "[[faults]]\nservice = \"ec2\"\naction = \"DescribeVolumes\"\nkind = \"denied\"\ntimes = 1000\n";
    let mut flow = Setup::new((80, 24))
        .scenario(INSTANCE)
        .with(POINTS)
        .with(denied)
        .launch();
    flow.shows("No directories").press("tab tab tab");
    flow.shows("of yesterday").settles();
    flow.press("g j").settles();
    assert!(
        !flow.screen().contains("no longer exists"),
        "{}",
        flow.screen()
    );
}
