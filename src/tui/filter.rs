//! The rows of a listing that a filter lets through.
//!
//! Invariant: nothing here is worked out while drawing. Places are found again only when the rows or
//! the words changed, and among the places found before where the words only became narrower.

use super::{
    listing::Listing,
    widgets::text_input::{Edit, TextInput},
};

/// A filter as it is typed, and what it lets through.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    input: TextInput,
    editing: bool,
    /// What `places` was worked out from.
    revision: Option<u64>,
    text: String,
    words: Vec<String>,
    places: Places,
}

#[derive(Debug, Default)]
enum Places {
    /// There are no rows.
    #[default]
    None,
    /// All of them, so many.
    All(usize),
    /// These, in the order of the listing.
    Some(Vec<u32>),
}

impl Filter {
    /// A filter that is set and not being typed.
    pub(crate) fn set(&mut self, text: &str) {
        self.input = TextInput::with(text);
        self.editing = false;
    }

    /// Whether keys go into the text.
    pub(crate) fn is_editing(&self) -> bool {
        self.editing
    }

    /// Whether rows may be hidden.
    pub(crate) fn is_active(&self) -> bool {
        !self.input.text().trim().is_empty()
    }

    /// The text as it stands.
    pub(crate) fn input(&self) -> &TextInput {
        &self.input
    }

    /// Typing begins.
    pub(crate) fn edit(&mut self) {
        self.editing = true;
    }

    /// Typing ends, the filter stays.
    pub(crate) fn accept(&mut self) {
        self.editing = false;
    }

    /// All rows are let through again.
    pub(crate) fn clear(&mut self) {
        self.input = TextInput::default();
        self.editing = false;
    }

    /// A key went into the text.
    pub(crate) fn apply(&mut self, edit: Edit) {
        self.input.edit(edit);
    }

    /// A text was pasted.
    pub(crate) fn paste(&mut self, text: &str) {
        self.input.insert(text);
    }

    /// Works out which rows are let through, where that may have changed.
    pub(crate) fn sync(&mut self, listing: Option<&Listing>) {
        let Some(listing) = listing else {
            self.places = Places::None;
            self.revision = None;
            return;
        };
        let same_rows = self.revision == Some(listing.revision());
        if same_rows && self.text == self.input.text() {
            return;
        }
        let narrower = same_rows && self.input.text().starts_with(&self.text);
        self.revision = Some(listing.revision());
        self.input.text().clone_into(&mut self.text);
        self.words = self
            .text
            .split_whitespace()
            .map(str::to_lowercase)
            .collect();
        if self.words.is_empty() {
            self.places = Places::All(listing.len());
            return;
        }
        let before = std::mem::take(&mut self.places);
        let lets_through = |place: &u32| listing.matches(*place as usize, &self.words);
        self.places = Places::Some(match before {
            Places::Some(mut places) if narrower => {
                places.retain(lets_through);
                places
            }
            _ => (0..u32::try_from(listing.len()).unwrap_or(u32::MAX))
                .filter(lets_through)
                .collect(),
        });
    }

    /// How many rows are let through.
    pub(crate) fn len(&self) -> usize {
        match &self.places {
            Places::None => 0,
            Places::All(count) => *count,
            Places::Some(places) => places.len(),
        }
    }

    /// The place in the listing of the row at a position among those let through.
    pub(crate) fn place(&self, position: usize) -> Option<usize> {
        match &self.places {
            Places::None => None,
            Places::All(count) => (position < *count).then_some(position),
            Places::Some(places) => places.get(position).map(|place| *place as usize),
        }
    }

    /// The position among those let through of the row at a place in the listing.
    pub(crate) fn position(&self, place: usize) -> Option<usize> {
        match &self.places {
            Places::None => None,
            Places::All(count) => (place < *count).then_some(place),
            Places::Some(places) => places.binary_search(&u32::try_from(place).ok()?).ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::testing::{columns, row};

    fn listing(ids: &[&str]) -> Listing {
        let mut listing = Listing::default();
        listing.merge(ids.iter().map(|id| row(id, "Active")).collect(), columns());
        listing
    }

    fn shown(filter: &Filter) -> Vec<usize> {
        (0..filter.len())
            .filter_map(|position| filter.place(position))
            .collect()
    }

    #[test]
    fn rows_are_found_again_as_the_text_grows_and_shrinks() {
        let listing = listing(&["web-1", "web-2", "db-1", "db-2"]);
        let mut filter = Filter::default();
        let mut after = |text: &str| {
            filter.set(text);
            filter.sync(Some(&listing));
            shown(&filter)
        };
        assert_eq!(after(""), [0, 1, 2, 3]);
        assert_eq!(after("W"), [0, 1]);
        assert_eq!(after("WEB-2"), [1]);
        assert_eq!(after("b-1"), [0, 2]);
        assert_eq!(after("db -2"), [3]);
        assert_eq!(after("no such"), Vec::<usize>::new());
        assert_eq!(after("  "), [0, 1, 2, 3]);
        assert_eq!(filter.position(3), Some(3));
    }

    #[test]
    fn rows_that_arrive_pass_through_a_filter_that_stands() {
        let mut listing = listing(&["web-1", "db-1"]);
        let mut filter = Filter::default();
        filter.set("db");
        filter.sync(Some(&listing));
        assert_eq!(shown(&filter), [1]);
        listing.merge(vec![row("db-2", "Active")], columns());
        filter.sync(Some(&listing));
        assert_eq!(
            (shown(&filter), filter.position(2), filter.position(0)),
            (vec![1, 2], Some(1), None)
        );
        filter.sync(None);
        assert_eq!(filter.len(), 0);
    }
}
