//! What the columns and members of a collection are called in a query.

use crate::domain::collection::{CollectionInfo, Show};

/// What belongs to every row.
const OWN: [&str; 5] = ["id", "name", "state", "region", "account"];

/// The endings of keys that are no part of what a person calls the member.
const UNITS: [&str; 9] = [
    "_gib",
    "_bytes",
    "_minutes",
    "_seconds",
    "_mib_s",
    "_date_time",
    "_time",
    "_count",
    "_id",
];

/// A member that a query can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) key: &'static str,
    pub(super) show: Show,
}

/// The member that a person calls so: by its key, its heading or its label, without its unit, or by
/// the last words of either.
pub(super) fn find(name: &str, collection: &CollectionInfo) -> Option<Known> {
    let name = slug(name);
    let all: Vec<(Known, String)> = all(collection).collect();
    let by = |fits: &dyn Fn(&Known, &str) -> bool| {
        let found = all.iter().find(|(known, called)| fits(known, called));
        found.map(|(known, _)| *known)
    };
    by(&|known, _| known.key == name)
        .or_else(|| by(&|_, called| called == name))
        .or_else(|| by(&|known, _| without_unit(known.key) == name))
        .or_else(|| taken(&name, collection))
        .or_else(|| {
            let last = format!("_{name}");
            by(
                &|known, called| {
                    without_unit(known.key).ends_with(&last) || called.ends_with(&last)
                },
            )
        })
}

/// `age` is the age of a recovery point, whatever its column is called.
fn taken(name: &str, collection: &CollectionInfo) -> Option<Known> {
    let points = collection.points.as_ref().filter(|_| name == "age")?;
    Some(Known {
        key: points.taken,
        show: Show::Age,
    })
}

/// What can be asked for, as a person would type it: what is shown first.
pub(super) fn names(collection: &CollectionInfo) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut keys: Vec<&str> = Vec::new();
    for column in collection.columns {
        keys.push(column.key);
        let name = match column.key {
            own if OWN.contains(&own) => own.to_owned(),
            _ => slug(column.title),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    for member in collection.members {
        let name = without_unit(member.key).to_owned();
        if !keys.contains(&member.key) && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Every member with the slug of what it is called, those that are shown first.
fn all(collection: &CollectionInfo) -> impl Iterator<Item = (Known, String)> {
    let columns = collection.columns.iter().map(|column| {
        let known = Known {
            key: column.key,
            show: column.show,
        };
        (known, slug(column.title))
    });
    let members = collection.members.iter().map(|member| {
        let known = Known {
            key: member.key,
            show: member.show,
        };
        (known, slug(member.label))
    });
    let own = OWN.map(|key| {
        let show = Show::Plain;
        (Known { key, show }, key.to_owned())
    });
    columns.chain(members).chain(own)
}

/// The endings of keys whose values are numbers, and what those count.
const NUMBERS: [(&str, &str); 6] = [
    ("_gib", "GiB"),
    ("_bytes", "bytes"),
    ("_minutes", "minutes"),
    ("_seconds", "seconds"),
    ("_mib_s", "MiB/s"),
    ("_count", ""),
];

/// What the numbers of a member count, where it holds nothing else.
pub(super) fn unit(known: Known) -> Option<&'static str> {
    let mut numbers = NUMBERS.iter();
    let (_, unit) = numbers.find(|(end, _)| known.key.ends_with(end))?;
    Some(unit)
}

/// A key without its unit.
fn without_unit(key: &str) -> &str {
    let stripped = UNITS.iter().find_map(|unit| key.strip_suffix(unit));
    stripped.filter(|rest| !rest.is_empty()).unwrap_or(key)
}

/// A name as it can be typed in one word: `Size (GiB)` is `size`, `Made by` is `made_by`.
pub(super) fn slug(text: &str) -> String {
    let text = text.split(" (").next().unwrap_or(text);
    let lower = text.trim().to_lowercase();
    lower
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '_' })
        .collect()
}
