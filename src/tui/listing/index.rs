//! Where in a listing a row stands, by its key.
//!
//! Invariant: no key is kept here. Hashes lead to places, and the row at a place says whether it is
//! the one that is looked for; so a hundred thousand rows cost little, and none is copied.

use std::{
    collections::HashMap,
    hash::{BuildHasher, BuildHasherDefault, RandomState},
};

use super::values::Same;
use crate::domain::row::{Row, RowKey};

/// Places by the keys of their rows.
#[derive(Debug, Default)]
pub(super) struct Index {
    places: HashMap<u64, u32, BuildHasherDefault<Same>>,
    /// Those whose hash another one has too: next to never any.
    others: Vec<u32>,
    hasher: RandomState,
}

/// What a key is made of.
pub(super) trait Key {
    fn parts(&self) -> (&str, &str);
}

impl Key for Row {
    fn parts(&self) -> (&str, &str) {
        (self.region.as_str(), &self.id)
    }
}

impl Key for RowKey {
    fn parts(&self) -> (&str, &str) {
        (self.region.as_str(), &self.id)
    }
}

impl Index {
    /// Where the row of a key stands.
    pub(super) fn find(&self, key: &impl Key, rows: &[Option<Row>]) -> Option<u32> {
        let is_it = |place: &u32| {
            let row = rows.get(*place as usize).and_then(Option::as_ref);
            row.is_some_and(|row| row.parts() == key.parts())
        };
        let hash = self.hasher.hash_one(key.parts());
        let first = self.places.get(&hash).copied().filter(is_it);
        first.or_else(|| self.others.iter().copied().find(is_it))
    }

    /// A row stands at a place from now on.
    pub(super) fn add(&mut self, key: &impl Key, place: u32) {
        let hash = self.hasher.hash_one(key.parts());
        if *self.places.entry(hash).or_insert(place) != place {
            self.others.push(place);
        }
    }

    /// A row stands at a place no more.
    pub(super) fn remove(&mut self, key: &impl Key, place: u32) {
        let hash = self.hasher.hash_one(key.parts());
        if self.places.get(&hash) == Some(&place) {
            self.places.remove(&hash);
        } else {
            self.others.retain(|other| *other != place);
        }
    }
}
