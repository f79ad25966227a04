//! The rows of a listing in the order of a column.
//!
//! Invariants: a row is ranked once, when it or the column changed; rows that arrive are put in where
//! they belong, which costs what they cost and not what the list does. Where the listing knows what the
//! column holds, no row is read: texts are ranked once however many rows have them.

use std::cmp::Ordering;

use super::Steps;
use crate::{
    domain::{
        collection::{Column, Show},
        order::{self, Direction, Ranking},
        row::Row,
    },
    tui::{
        listing::{Changes, Codes, Listing, numbered},
        places::Places,
        tables::Order,
    },
};

/// The part of a list that has to change for it to be sorted as a whole.
const MANY: usize = 8;

/// The rows of a listing in the order of a column.
#[derive(Debug, Default)]
pub(super) struct Arrangement {
    order: Option<Order>,
    column: Option<(&'static str, Show)>,
    /// Whether it is made of what the listing knows of the column, and of which values.
    by_codes: Option<u64>,
    /// Of values where it is, otherwise of places.
    ranking: Ranking,
    values: Places,
    /// The next place to be ranked for the first time.
    next: usize,
    /// The revision up to which all places before `next` were ranked.
    ranked: Option<u64>,
    /// The places in order, and whether they are for what is ranked.
    sorted: Vec<u32>,
    is_sorted: bool,
}

impl Arrangement {
    /// The places in order, where there is another than that of the listing.
    pub(super) fn sorted(&self) -> Option<&[u32]> {
        self.column.is_some().then_some(&self.sorted)
    }

    /// Another order is asked for, or none; answers whether it is another one.
    pub(super) fn choose(&mut self, order: Option<Order>, columns: &[Column]) -> bool {
        let column = order
            .and_then(|order| columns.get(order.column))
            .map(|column| (column.key, column.show));
        if (self.order, self.column) == (order, column) {
            return false;
        }
        if self.column == column {
            self.order = order;
            self.is_sorted = false;
        } else {
            *self = Self {
                order,
                column,
                ..Self::default()
            };
        }
        true
    }

    /// Ranks and sorts what is to be, for as long as there are steps left. Answers whether all was.
    pub(super) fn go_on(&mut self, listing: &Listing, steps: &mut Steps<'_>) -> bool {
        let (Some(order), Some((_, show))) = (self.order, self.column) else {
            return true;
        };
        let codes = listing
            .column(order.column)
            .filter(|codes| codes.can_be_sorted());
        let by_codes = codes.map(|_| listing.values().epoch());
        if self.by_codes != by_codes {
            *self = Self {
                order: self.order,
                column: self.column,
                by_codes,
                sorted: std::mem::take(&mut self.sorted),
                ..Self::default()
            };
        }
        let changes = self.ranked.and_then(|ranked| listing.changed_since(ranked));
        if changes.is_none() {
            self.next = 0;
            self.ranked = Some(listing.revision());
            self.is_sorted = false;
        }
        while self.next < listing.places() {
            let Some(step) = steps.next() else {
                return false;
            };
            let until = listing.places().min(self.next + step);
            self.rank(numbered(self.next..until), listing, codes);
            self.next = until;
        }
        self.is_sorted &= changes.is_some_and(|changes| !changes.is_reordered());
        let again: Places = changes.iter().flat_map(Changes::places).collect();
        self.rank(again.iter(), listing, codes);
        self.ranked = Some(listing.revision());
        if self.is_sorted && again.len() <= listing.len() / MANY {
            if again.len() > 0 {
                self.insert(&again, listing, codes, order.direction, show);
            }
            return true;
        }
        self.is_sorted = false;
        // It cannot be stopped in between, so it begins while there is time.
        if steps.next().is_none() {
            return false;
        }
        self.sorted = match codes {
            None => self.ranking.sort(listing.order(), order.direction),
            Some(codes) if codes.has_texts() => {
                let values: Vec<u32> = self.values.iter().collect();
                let turns = self.ranking.turns(&values);
                let turn = |place| codes.value(place).map(|value| turns[value as usize]);
                order::sort_by_turns(listing.order(), turn, order.direction)
            }
            Some(codes) => {
                let key = |place| codes.number(place).map(|number| key(number, codes, show));
                order::sort(listing.order(), key, order.direction)
            }
        };
        self.is_sorted = true;
        true
    }

    /// Puts rows that came or changed in where they belong.
    fn insert(
        &mut self,
        again: &Places,
        listing: &Listing,
        codes: Option<&Codes>,
        direction: Direction,
        show: Show,
    ) {
        let ranking = &self.ranking;
        let follows = |one: u32, other: u32| match codes {
            None => ranking.compare(one, other, direction),
            Some(codes) => match (codes.value(one), codes.value(other)) {
                (Some(one), Some(other)) => ranking.compare(one, other, direction),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => {
                    let key = |place| codes.number(place).map(|number| key(number, codes, show));
                    match (key(one), key(other), direction) {
                        (Some(one), Some(other), Direction::Ascending) => one.cmp(&other),
                        (Some(one), Some(other), Direction::Descending) => other.cmp(&one),
                        (one, other, _) => other.is_some().cmp(&one.is_some()),
                    }
                }
            },
        };
        self.sorted.retain(|place| !again.has(*place));
        let there = again
            .iter()
            .filter(|place| listing.is_taken(*place as usize));
        order::insert(&mut self.sorted, there.collect(), |one, other| {
            follows(one, other).then_with(|| listing.turn(one).cmp(&listing.turn(other)))
        });
    }

    fn rank(
        &mut self,
        places: impl Iterator<Item = u32>,
        listing: &Listing,
        codes: Option<&Codes>,
    ) {
        if let Some(codes) = codes {
            for value in places.filter_map(|place| codes.value(place)) {
                if !self.values.has(value) {
                    self.values.set(value, true);
                    let text = listing.values().get(value as usize);
                    self.ranking.set_text(value, text);
                }
            }
        } else if let Some((key, show)) = self.column {
            let there = places.filter_map(|place| Some((place, listing.get(place as usize)?)));
            let (places, rows): (Vec<u32>, Vec<&Row>) = there.unzip();
            self.ranking.set(&places, &rows, key, show);
        }
    }
}

/// The key by which the number of a column is sorted: what was later is younger.
fn key(number: i64, codes: &Codes, show: Show) -> u64 {
    let is_age = show == Show::Age && codes.holds_times();
    order::key(if is_age { -number } else { number })
}
