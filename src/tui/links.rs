//! From a row to the rows that it names: the volume of a snapshot, the instance of a volume.
//!
//! Which cells name rows, and of which collection, is in the service's description. What does not
//! have the form of an id there is not offered: AWS leaves cells empty, or fills them with words.

use std::collections::HashSet;

use crate::domain::{
    collection::Link,
    row::{Cell, Row, RowKey},
    text::harmless,
};

use super::{
    choice::{Choice, Entry},
    format,
    outcome::Outcome,
    store::Kind,
    world::World,
};

/// The row that a row names and to which rows of another collection belong: the domain of a snapshot,
/// for the domain's indices.
pub(crate) fn owner(kind: Kind, row: &Row, of: Kind) -> Option<(Kind, RowKey)> {
    let links = kind.collection.links.iter();
    let mut owners = links
        .filter(|link| of.collection.parents.contains(&link.collection))
        .flat_map(|link| follow(kind, row, link));
    owners.next().map(|(owner, key, _)| (owner, key))
}

/// The rows that these rows name, each once, without the row `here` that one is at already. `owner`
/// is the row that they were listed under.
pub(crate) fn entries(
    rows: &[(Kind, &Row)],
    owner: Option<&RowKey>,
    here: Option<(Kind, &RowKey)>,
    world: &World,
) -> Vec<Entry> {
    let mut seen: HashSet<(Kind, RowKey)> = here
        .map(|(kind, key)| (kind, key.clone()))
        .into_iter()
        .collect();
    let mut entries = Vec::new();
    let named = rows.iter().flat_map(|&(kind, row)| {
        let links = kind.collection.links.iter();
        links.flat_map(move |link| follow(kind, row, link))
    });
    let owner = owner.and_then(|key| {
        let (kind, _) = rows.first()?;
        Some((owner_kind(*kind, key)?, key.clone(), "Belongs to"))
    });
    for (kind, key, label) in named.chain(owner) {
        if seen.insert((kind, key.clone())) {
            let name = world.store.known(kind, &key).map(format::title);
            entries.push(Entry {
                label: format!(
                    "{} {}",
                    kind.collection.noun,
                    name.unwrap_or_else(|| harmless(&key.id).into_owned())
                ),
                note: label.to_owned(),
                key: String::new(),
                because: None,
                choice: Choice::Open(kind, key),
            });
        }
    }
    entries
}

/// Goes where these rows lead: at once where there is only one way.
pub(crate) fn go(mut entries: Vec<Entry>) -> Outcome {
    match entries.len() {
        0 => Outcome::Unused,
        1 => Outcome::Go(Box::new(entries.remove(0).choice)),
        _ => Outcome::Offer("Go to".to_owned(), entries),
    }
}

/// The collection that the owner of a row is in.
fn owner_kind(kind: Kind, owner: &RowKey) -> Option<Kind> {
    kind.parents()
        .find(|parent| (parent.collection.check_id)(&owner.id).is_ok())
}

/// The rows that a cell names, with what the row's own screen calls the cell.
fn follow(kind: Kind, row: &Row, link: &Link) -> Vec<(Kind, RowKey, &'static str)> {
    let Some(collection) = kind.service.collection(link.collection) else {
        return Vec::new();
    };
    let to = Kind { collection, ..kind };
    let members = kind.collection.members.iter();
    let columns = kind.collection.columns.iter();
    let label = members
        .map(|member| (member.key, member.label))
        .chain(columns.map(|column| (column.key, column.title)))
        .find_map(|(key, label)| (key == link.key).then_some(label))
        .unwrap_or(link.key);
    ids(row.cell(link.key))
        .filter(|id| (collection.check_id)(id).is_ok())
        .map(|id| {
            let key = RowKey {
                region: row.region.clone(),
                id: id.to_owned(),
            };
            (to, key, label)
        })
        .collect()
}

fn ids(cell: &Cell) -> impl Iterator<Item = &str> {
    let texts: Vec<&str> = match cell {
        Cell::Text(text) => vec![text],
        Cell::List(texts) => texts.iter().map(AsRef::as_ref).collect(),
        _ => Vec::new(),
    };
    texts.into_iter()
}

#[cfg(test)]
mod tests {
    use crate::{
        domain::row::{Cell, Row},
        tui::{
            effect::Effect,
            testing::{Driver, row},
        },
    };

    fn copy_of(boxes: &[&str]) -> Row {
        let names = boxes.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        Row {
            cells: vec![("box", Cell::from(names))],
            ..row("copy-1", "Active")
        }
    }

    #[test]
    fn one_link_is_followed_at_once_and_several_are_offered() {
        let mut driver = Driver::with_boxes(&["box-1"]);
        driver.press("L");
        assert!(driver.screen().contains("nothing here to do that with"));
        driver.press("enter tab");
        driver.list(vec![copy_of(&["box-1", "box-2"])]);
        driver.effects.clear();
        // The box whose screen this is leads nowhere.
        driver.press("L");
        let asked = driver.take(|effect| match effect {
            Effect::Show(_, key) => Some(key.row.id.clone()),
            _ => None,
        });
        assert_eq!(asked, "box-2");
        driver.press("esc esc R");
        driver.list(vec![copy_of(&["box-2", "box-3", "box-2"])]);
        driver.press("L");
        let screen = driver.screen();
        assert!(
            screen.contains("Go to") && screen.contains("▸ box box-2"),
            "{screen}"
        );
        assert_eq!(screen.matches("box box-2").count(), 1);
        driver.press("down enter");
        let asked = driver.take(|effect| match effect {
            Effect::Show(_, key) => Some(key.row.id.clone()),
            _ => None,
        });
        assert_eq!(asked, "box-3");
    }

    #[test]
    fn what_was_opened_by_its_id_alone_is_not_acted_on_before_it_is_known() {
        let mut driver = Driver::with_boxes(&["box-1"]);
        driver.press("enter tab");
        driver.list(vec![copy_of(&["box-2"])]);
        driver.press("L");
        assert!(driver.screen().contains("box-2"));
        driver.press("c");
        assert!(driver.model.dialogs.is_empty());
        let (ticket, key) = driver.take(|effect| match effect {
            Effect::Show(ticket, key) => Some((*ticket, key.clone())),
            _ => None,
        });
        let shown = Ok(Box::new(row("box-2", "Active")));
        driver.tell(crate::tui::message::Message::Shown(ticket, key, shown));
        assert!(driver.screen().contains("name of box-2"));
        driver.press("c");
        assert_eq!(driver.model.dialogs.len(), 1);
    }
}
