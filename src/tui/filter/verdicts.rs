//! Which rows of a listing a query lets through.
//!
//! Invariants: a value is judged once, however many rows show it; a row is asked again only when it or
//! the query changed. The work is done in steps, and between two of them rows may arrive: those are
//! asked at its end.

use jiff::Timestamp;

use super::Steps;
use crate::{
    domain::query::{Asked, Held, Known, Query},
    tui::{
        listing::{Changes, Code, Codes, Listing, numbered},
        places::Places,
    },
};

/// Which rows of a listing a query lets through.
#[derive(Debug, Default)]
pub(super) struct Verdicts {
    /// What the values hold, by their numbers, as far as they were judged.
    held: Vec<Held>,
    /// The epoch of the values that were judged.
    epoch: u64,
    through: Places,
    /// The next place to be asked for the first time.
    next: usize,
    /// The revision up to which all places before `next` were asked.
    asked: Option<u64>,
}

impl Verdicts {
    /// The query is another one.
    pub(super) fn restart(&mut self) {
        *self = Self::default();
    }

    /// Whether a place is let through.
    pub(super) fn has(&self, place: u32) -> bool {
        self.through.has(place)
    }

    /// Asks the rows that are to be asked, for as long as there are steps left. Answers whether all
    /// were.
    pub(super) fn go_on(
        &mut self,
        query: &mut Query,
        listing: &Listing,
        now: Timestamp,
        steps: &mut Steps<'_>,
    ) -> bool {
        let values = listing.values();
        if self.epoch != values.epoch() {
            self.epoch = values.epoch();
            self.held.clear();
        }
        if query.looks_at_values() {
            let mut ends = Vec::new();
            while self.held.len() < values.len() {
                let Some(step) = steps.next() else {
                    return false;
                };
                let numbers = self.held.len()..values.len().min(self.held.len() + step);
                let has_texts = |column| listing.column(column).is_some_and(Codes::has_texts);
                let texts = values.lines(numbers, &mut ends);
                self.held.extend(query.judge(texts, &has_texts));
            }
        }
        // What is no longer known to have changed may all have.
        let changes = self.asked.and_then(|asked| listing.changed_since(asked));
        if changes.is_none() {
            self.next = 0;
            self.asked = Some(listing.revision());
        }
        while self.next < listing.places() {
            let Some(step) = steps.next() else {
                return false;
            };
            let until = listing.places().min(self.next + step);
            self.ask(numbered(self.next..until), query, listing, now);
            self.next = until;
        }
        let again = changes.iter().flat_map(Changes::places);
        self.ask(again, query, listing, now);
        self.asked = Some(listing.revision());
        true
    }

    fn ask(
        &mut self,
        places: impl Iterator<Item = u32>,
        query: &mut Query,
        listing: &Listing,
        now: Timestamp,
    ) {
        let (mut there, mut held) = (Vec::new(), Vec::new());
        let of_value = |number: u32| self.held.get(number as usize).copied().unwrap_or(0);
        for place in places {
            if listing.is_taken(place as usize) {
                there.push(place);
                let numbers = listing.values_of(place as usize);
                held.push(numbers.fold(0, |all, number| all | of_value(number)));
            } else {
                self.through.set(place, false);
            }
        }
        let known = |row: usize, column: usize| match listing.column(column) {
            Some(codes) => match codes.get(there[row] as usize) {
                Code::Value(number) => Known::Text(of_value(number)),
                Code::Cell(cell) => Known::Cell(cell),
                Code::Row => Known::Row,
            },
            None => Known::Row,
        };
        let asked = Asked {
            held: &held,
            known: &known,
            row: &|row| listing.get(there[row] as usize),
        };
        let through = query.lets_through(&asked, now);
        for (place, is_through) in there.into_iter().zip(through) {
            self.through.set(place, is_through);
        }
    }
}
