//! What is done with the rows of a list: finding, ordering.

use crate::{at_each_size, flow::Setup};

#[test]
fn a_filter_asks_for_words_patterns_and_columns() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).start();
        flow.press("enter tab").shows("1/6");
        for (typed, count) in [
            ("status:completed type=manual", "of 6"),
            ("!auto", "of 6"),
            ("/^s-.*1$/", "of 6"),
            ("age>30d", "of 6"),
        ] {
            flow.press("/").press(&format!("'{typed}'")).shows(count);
            flow.press("esc g").shows("1/6");
        }
        flow.press("/ 'type:manual age<30d' enter")
            .snapshot("filter-typed-terms");
        flow.press("esc / 'colour:red'")
            .shows("is no column")
            .snapshot("filter-unknown-column");
        flow.press("esc / '/a(b/'")
            .shows("unclosed group")
            .snapshot("filter-bad-pattern");
        // What cannot be understood is not kept, neither by enter nor by leaving for another tab.
        flow.press("esc / 'made:manual' enter tab *")
            .shows("made:manual*")
            .press("esc / 'type:manual' enter *")
            .shows("3 marked  ");
        flow.press("/ ' d-9067a10009' enter")
            .shows("3 marked, 3 not shown");
    });
}

#[test]
fn rows_are_sorted_by_any_column_either_way_and_the_cursor_stays_on_its_row() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).start();
        flow.press("s").snapshot("sorted-by-id");
        flow.press("s").snapshot("sorted-by-name");
        flow.press("S").snapshot("sorted-by-name-reversed");
        // It is remembered for the collection, also on another directory.
        flow.press("enter tab")
            .settles()
            .press("s s")
            .snapshot("sorted-snapshots");
        flow.press("esc j enter tab").shows("Name ↑");
    });
}

#[test]
fn the_order_is_marked_in_ascii_too() {
    let mut flow = Setup::new((80, 24)).plain().start();
    flow.press("s s S").snapshot("sorted-plain");
}

#[test]
fn rows_are_marked_one_by_one_as_a_range_and_all_that_is_shown() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).start();
        flow.press("enter tab").settles();
        flow.press("space j space").snapshot("marked");
        flow.press("j v").shows("4 marked").snapshot("marked-range");
        // What the filter hides stays marked, and a refresh takes nothing away.
        flow.press("u / 'type:manual' enter *")
            .shows("3 marked")
            .press("esc R")
            .settles()
            .shows("3 marked")
            .snapshot("marked-shown");
        flow.press("esc").hides("marked");
    });
}

#[test]
fn marks_go_with_their_rows() {
    let mut flow = Setup::new((80, 24)).start();
    flow.press("enter tab").settles();
    flow.press("j j j space").shows("1 marked");
    // Another one deletes it: this console hears of it when it reads the list again.
    let id = "s-9067b10003";
    flow.press("k d").settles();
    assert!(flow.screen().contains(id), "{}", flow.screen());
    flow.press("shift-tab enter").settles();
    flow.hides("1 marked");
}

#[test]
fn marks_and_calls_are_told_apart_without_colour() {
    let mut flow = Setup::new((80, 24)).plain().start();
    flow.press("j space space space").snapshot("marked-plain");
    assert!(!flow.is_coloured());
}

#[test]
fn what_needs_a_look_says_why_and_can_be_shown_alone() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).start();
        flow.press("!").shows("of 10").snapshot("needs-a-look");
        flow.press("j j")
            .shows("No recovery point for 11 days")
            .press("/ 'simple' enter")
            .snapshot("needs-a-look-filtered");
        flow.press("esc g")
            .shows("1/10")
            .press("enter tab")
            .settles();
        // Nothing there needs a look, so the key means nothing.
        flow.press("!").shows("1/6");
        flow.press("esc j j j j j j j enter tab")
            .shows("Older than 180 days, so")
            .snapshot("needs-a-look-too-old");
    });
}

#[test]
fn the_region_stays_where_there_are_several() {
    let mut flow = Setup::new((80, 24))
        .regions(&["us-east-1", "eu-west-1"])
        .start();
    // Which Region answers first is another in every run: by Region they are in order.
    flow.press("s s s s s s g").snapshot("several-regions");
}

#[test]
fn a_long_notice_takes_two_lines() {
    let mut flow = Setup::new((80, 24)).start();
    flow.press("enter tab").settles();
    flow.press("* r")
        .shows("marks away")
        .snapshot("notice-long");
}

#[test]
fn columns_are_those_of_the_configuration() {
    let columns = "directory = [\"name\", \"edition\", \"vpc_id\", \"launch_time\", \"account\"]";
    at_each_size(|size| {
        let mut flow = Setup::new(size)
            .config(&format!("[columns]\n{columns}\n"))
            .start();
        flow.press("s s").snapshot("columns-chosen");
    });
}
