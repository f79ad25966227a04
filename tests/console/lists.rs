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
