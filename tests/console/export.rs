//! What is shown, written to a file.

use std::fs;

use crate::{at_each_size, flow::Setup};

#[test]
fn what_is_shown_is_written_as_it_is_shown() {
    at_each_size(|size| {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let path = folder.path().join("rows.csv");
        let mut flow = Setup::new(size).start();
        // Sorted by name, the other way round, and filtered.
        flow.press("s s S / 'simple' enter")
            .press("e")
            .shows("Export 4 rows")
            .snapshot("export");
        flow.press("ctrl-u").press(&format!("'{}'", path.display()));
        flow.press("enter enter").shows("Written to");
        let text = fs::read_to_string(&path).expect("the file");
        let lines: Vec<&str> = text.lines().collect();
        let head =
            "id,name,type_name,edition_or_size,state,manual_snapshots,manual_snapshots_limit,";
        assert!(lines[0].starts_with(head), "{text}");
        let names: Vec<&str> = lines[1..]
            .iter()
            .filter_map(|line| line.split(',').nth(1))
            .collect();
        assert!(names.is_sorted_by(|one, other| one >= other), "{names:?}");
        assert_eq!(names.len(), 4);
    });
}

#[test]
fn a_file_that_is_there_is_asked_about_and_json_is_json() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("rows.json");
    fs::write(&path, "mine").expect("a file");
    let mut flow = Setup::new((80, 24)).plain().start();
    flow.press("e shift-tab space").shows("(x) JSON");
    flow.press("tab ctrl-u")
        .press(&format!("'{}'", path.display()));
    flow.press("enter enter")
        .shows("There is a file of this name");
    // The focus is on Cancel: a second Enter replaces nothing.
    flow.press("enter").hides("Export");
    assert_eq!(fs::read_to_string(&path).expect("the file"), "mine");
    flow.press("e shift-tab space tab ctrl-u")
        .press(&format!("'{}'", path.display()))
        .press("enter enter")
        .shows("[ Replace it ]")
        .press("shift-tab enter")
        .shows("Written to");
    let text = fs::read_to_string(&path).expect("the file");
    let rows: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(rows.as_array().map(Vec::len), Some(10));
    assert_eq!(rows[0]["id"], "d-9067a10001");
    let nowhere = folder.path().join("no").join("rows.csv");
    flow.press("e ctrl-u")
        .press(&format!("'{}'", nowhere.display()))
        .press("enter enter")
        .shows("Not written")
        .shows("No such file");
    flow.press("esc").hides("Not written");
}
