//! What can be copied of a row beside its id: any of its values, and all of it as JSON.
//!
//! Invariant: what is copied is the value itself, not how it is shown: a moment as RFC 3339, a number
//! without groups, a list with one item a line.

use crate::domain::{
    row::{Cell, Row},
    text::harmless,
};

use super::{
    choice::{Choice, Entry},
    format, json,
    store::Kind,
    world::World,
};

/// Everything that can be copied of a row.
pub(crate) fn of_row(kind: Kind, row: &Row, world: &World) -> Vec<Entry> {
    let members = kind.collection.members.iter();
    let values = members.filter_map(|member| {
        let shown = format::member(row, member, world.now);
        let text = value(row, member.key)?;
        Some(entry(member.label, &shown, text))
    });
    let all = json::pretty(kind, row);
    let lines = format!("{} lines", all.lines().count());
    let mut entries: Vec<Entry> = values.collect();
    // Where the id is no member of its own it is no less wanted.
    if kind
        .collection
        .members
        .iter()
        .all(|member| member.key != "id")
    {
        let id = entry("ID", &harmless(&row.id), row.id.clone());
        entries.insert(0, id);
    }
    entries.insert(1.min(entries.len()), entry("All as JSON", &lines, all));
    entries
}

/// A value that can be copied: what it is called, how it is shown, and what is copied.
pub(crate) fn entry(label: &str, shown: &str, text: String) -> Entry {
    Entry {
        label: label.to_owned(),
        note: shown.to_owned(),
        key: String::new(),
        because: None,
        choice: Choice::Copy(format!("{label} {shown}"), text),
    }
}

/// A member of a row as a text; none where there is nothing to copy.
fn value(row: &Row, key: &str) -> Option<String> {
    let text = match key {
        "id" => row.id.clone(),
        "name" => row.name.clone().unwrap_or_default(),
        "state" => row.state.word.clone(),
        "region" => row.region.to_string(),
        "account" => row.account.as_str().to_owned(),
        _ => match row.cell(key) {
            Cell::Absent | Cell::Pending | Cell::Unknown | Cell::Days(_) => String::new(),
            Cell::Text(text) => text.to_string(),
            Cell::Integer(number) => number.to_string(),
            Cell::Flag(flag) => flag.to_string(),
            Cell::Time(moment) => moment.to_string(),
            Cell::List(items) => items.join("\n"),
            Cell::Tags(tags) => {
                let pairs = tags.iter().map(|(key, value)| format!("{key}={value}"));
                pairs.collect::<Vec<_>>().join("\n")
            }
        },
    };
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::{
        effect::Effect,
        terminal::Signal,
        testing::{Driver, row},
    };

    fn copied(driver: &mut Driver) -> String {
        driver.take(|effect| match effect {
            Effect::Signal(Signal::Copy(text)) => Some(text.clone()),
            _ => None,
        })
    }

    #[test]
    fn the_id_is_copied_at_once_and_then_any_value_as_it_is() {
        let mut driver = Driver::connected();
        driver.list(vec![Row {
            cells: vec![("size", Cell::Integer(12_345))],
            ..row("box-1", "Active")
        }]);
        driver.press("y");
        assert_eq!(copied(&mut driver), "box-1");
        assert!(driver.screen().contains("y again for any other value"));
        driver.press("y");
        let screen = driver.screen();
        assert!(screen.contains("Copy of name of box-1 box-1"), "{screen}");
        assert!(screen.contains("12,345"), "{screen}");
        // Without what only the eye needs.
        driver.press("down down down enter");
        assert_eq!(copied(&mut driver), "12345");
        assert!(driver.screen().contains("Copied Size 12,345"));
        driver.press("y y down enter");
        let all = copied(&mut driver);
        assert!(
            all.starts_with("{\n") && all.contains("\"size\": 12345"),
            "{all}"
        );
        assert!(driver.screen().contains("Copied All as JSON"));
        // Another key in between, and it is the id again.
        driver.press("y up y");
        assert!(driver.model.dialogs.is_empty());
    }

    #[test]
    fn on_its_own_screen_and_on_that_of_the_operations_it_is_the_same() {
        let mut driver = Driver::with_boxes(&["box-1"]);
        driver.press("enter y y");
        assert!(driver.screen().contains("Copy of name of box-1 box-1"));
        driver.press("esc esc");
        let operation = crate::tui::testing::operation(1, true);
        let id = operation.id.to_string();
        driver.tell(crate::tui::message::Message::OperationChanged(Box::new(
            operation,
        )));
        driver.press("o y");
        assert_eq!(copied(&mut driver), id);
        driver.press("y");
        assert!(driver.screen().contains("Copy of Create copy box-1"));
        driver.press("enter");
        assert_eq!(copied(&mut driver), "copy-1", "what it made");
    }
}
