//! One resource as data: what every collection is made of.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::{
    place::{Account, Region},
    recovery::Day,
};

/// A resource that a service listed. Its kind, and what its cells mean, are in the collection's
/// [`CollectionInfo`](super::collection::CollectionInfo).
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// AWS's identifier, unique in its Region.
    pub id: String,
    /// The name a person gave it.
    pub name: Option<String>,
    /// Its state in AWS's own word, and how good that is.
    pub state: State,
    /// The Region that listed it.
    pub region: Region,
    /// The account it was listed in.
    pub account: Account,
    /// AWS's members by their key, in the order in which they are printed.
    pub cells: Vec<(&'static str, Cell)>,
}

impl Row {
    /// The cell of a member; [`Cell::Absent`] where the row has none by that key.
    #[must_use]
    pub fn cell(&self, key: &str) -> &Cell {
        self.cells
            .iter()
            .find_map(|(k, cell)| (*k == key).then_some(cell))
            .unwrap_or(&Cell::Absent)
    }

    /// The same, looked for first where `at` says and otherwise everywhere; `at` is where it was found.
    /// Rows of a collection have their cells in the same order, so for many rows this finds it at once.
    #[must_use]
    pub fn cell_near(&self, key: &str, at: &mut usize) -> &Cell {
        if let Some((_, cell)) = self.cells.get(*at).filter(|(own, _)| *own == key) {
            return cell;
        }
        let found = self.cells.iter().position(|(own, _)| *own == key);
        *at = found.unwrap_or(*at);
        found.map_or(&Cell::Absent, |found| &self.cells[found].1)
    }

    /// The cells of a member in many rows. They lie anywhere in memory, and asking for all of them
    /// before any is read has them fetched side by side rather than one after the other.
    pub fn cells_of<'r>(rows: &[&'r Row], key: &str, at: &mut usize, cells: &mut Vec<&'r Cell>) {
        cells.clear();
        cells.extend(rows.iter().map(|row| row.cell_near(key, at)));
        let first = |cell: &&Cell| match cell {
            Cell::Text(text) => text.as_bytes().first().copied().unwrap_or(0),
            _ => 0,
        };
        std::hint::black_box(cells.iter().map(first).fold(0, u8::wrapping_add));
    }

    /// Whether something of it is still to come. Such a row is sent again; one that is whole is not.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.cells.iter().any(|(_, cell)| *cell == Cell::Pending)
    }

    /// Gives up on what is still to come: nobody said.
    pub fn settle(&mut self) {
        for (_, cell) in &mut self.cells {
            if *cell == Cell::Pending {
                *cell = Cell::Unknown;
            }
        }
    }

    /// What tells this row from every other of its collection.
    #[must_use]
    pub fn key(&self) -> RowKey {
        RowKey {
            region: self.region.clone(),
            id: self.id.clone(),
        }
    }
}

/// The name of a row: AWS's ids are unique in a Region only.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RowKey {
    /// The Region that listed it.
    pub region: Region,
    /// AWS's identifier.
    pub id: String,
}

/// Puts `rows` into `listing`: a row already there by its key is replaced where it stands, the
/// others follow in order. Services send a row again once they know more about it.
pub fn merge(listing: &mut Vec<Row>, rows: Vec<Row>) {
    let places: HashMap<RowKey, usize> = listing
        .iter()
        .enumerate()
        .map(|(index, row)| (row.key(), index))
        .collect();
    for row in rows {
        match places.get(&row.key()) {
            Some(&index) => listing[index] = row,
            None => listing.push(row),
        }
    }
}

/// A state in AWS's own word with how it should be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// AWS's word, unchanged; unknown ones pass through as they are.
    pub word: String,
    /// How it should be taken.
    pub tone: Tone,
}

impl State {
    /// A state by its word and tone.
    #[must_use]
    pub fn new(word: impl Into<String>, tone: Tone) -> Self {
        Self {
            word: word.into(),
            tone,
        }
    }
}

/// How a state should be taken. Shown by a mark and a word as well as by colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// As it should be.
    Good,
    /// On its way; will change by itself.
    Busy,
    /// Needs a look.
    Warning,
    /// Failed or lost.
    Bad,
    /// Says nothing either way.
    Neutral,
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// AWS did not say.
    Absent,
    /// Asked for, not yet answered.
    Pending,
    /// Asked for, and nobody said. Not the same as what AWS says is not there.
    Unknown,
    /// Text, exactly as AWS sent it.
    Text(Box<str>),
    /// A whole number; its unit is in the member's key.
    Integer(i64),
    /// Yes or no.
    Flag(bool),
    /// A moment, UTC.
    Time(Timestamp),
    /// Several texts.
    List(Vec<Box<str>>),
    /// Tags: keys and values, as AWS sent them.
    Tags(Vec<(Box<str>, Box<str>)>),
    /// The last days, and how many recovery points were taken on each.
    Days(Box<[Day]>),
}

/// As scripts read it: absent, pending and unknown are null, times RFC 3339 in UTC, tags an object.
impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent | Self::Pending | Self::Unknown => serializer.serialize_none(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Time(moment) => serializer.collect_str(moment),
            Self::List(items) => serializer.collect_seq(items),
            Self::Days(days) => serializer.collect_seq(days),
            Self::Tags(tags) => {
                serializer.collect_map(tags.iter().map(|(key, value)| (key, value)))
            }
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<bool> for Cell {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<Timestamp> for Cell {
    fn from(moment: Timestamp) -> Self {
        Self::Time(moment)
    }
}

impl From<Vec<Day>> for Cell {
    fn from(days: Vec<Day>) -> Self {
        Self::Days(days.into())
    }
}

impl From<Vec<String>> for Cell {
    fn from(items: Vec<String>) -> Self {
        if items.is_empty() {
            Self::Absent
        } else {
            Self::List(items.into_iter().map(Into::into).collect())
        }
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Into::into)
    }
}
