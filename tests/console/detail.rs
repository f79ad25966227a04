//! One row in full, and two of them beside each other.

use crate::{at_each_size, flow::Setup};

#[test]
fn a_row_is_searched_as_it_is_typed() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).start();
        flow.press("enter").shows("Snapshots 6").settles();
        flow.press("/ 'region'")
            .shows("1 of")
            .snapshot("search-first");
        flow.press("enter").shows("2 of").snapshot("search-next");
        flow.press("up up").snapshot("search-round");
        flow.press("'x'").shows("nothing found");
        flow.press("esc").hides("Search:");
    });
}

#[test]
fn a_row_is_shown_as_json_and_searched_there_too() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).start();
        flow.press("enter").shows("Snapshots 6").settles();
        flow.press("J").shows("\"kind\": \"directory\",");
        // What is kept must not hold a moment: its fraction is another in every run.
        if size.0 == 80 {
            flow.snapshot("json");
        }
        flow.press("/ 'vpc_id'").shows("1 of 1");
        flow.shows("\"vpc_id\": \"vpc-0a1b2c3d4e5f60718\",");
        flow.press("esc J").snapshot("json-and-back");
    });
    // Hostile text is escaped, and stays JSON.
    let mut flow = Setup::new((80, 24)).plain().start();
    flow.press("G enter").shows("Snapshots 0").settles();
    flow.press("J").snapshot("json-plain");
}

#[test]
fn two_marked_rows_are_compared_member_by_member() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).start();
        flow.press("=").shows("none is marked");
        flow.press("space j space =")
            .shows("members differ")
            .snapshot("compare");
        flow.press("space").snapshot("compare-differences");
        flow.press("esc").hides("members differ");
        flow.press("* =").shows("10 are marked");
    });
    let mut flow = Setup::new((80, 24)).plain().start();
    flow.press("space space =").snapshot("compare-plain");
    assert!(!flow.is_coloured());
}
