//! Entities by id, in the order in which they came to be.
//!
//! Invariants: an entity is never taken out (one that is gone says so itself), so that its place
//! is good for a page token for ever.

use std::collections::HashMap;

use super::id::{Id, Kind};

#[derive(Debug)]
pub(super) struct Table<K, T> {
    list: Vec<T>,
    places: HashMap<Id<K>, usize>,
}

impl<K: Kind, T> Table<K, T> {
    pub(super) fn new() -> Self {
        Self {
            list: Vec::new(),
            places: HashMap::new(),
        }
    }

    pub(super) fn push(&mut self, id: Id<K>, item: T) {
        self.places.insert(id, self.list.len());
        self.list.push(item);
    }

    pub(super) fn contains(&self, id: Id<K>) -> bool {
        self.places.contains_key(&id)
    }

    pub(super) fn get(&self, id: Id<K>) -> Option<&T> {
        self.list.get(*self.places.get(&id)?)
    }

    pub(super) fn get_mut(&mut self, id: Id<K>) -> Option<&mut T> {
        self.list.get_mut(*self.places.get(&id)?)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.list.iter()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.list.iter_mut()
    }

    /// The entities from a place on, with their places.
    pub(super) fn starting_at(&self, place: usize) -> impl Iterator<Item = (usize, &T)> {
        self.list.iter().enumerate().skip(place)
    }
}
