//! The rows of a listing in the order of a column.
//!
//! Invariants: a row is ranked once, when it or the column changed; rows that arrive are put in where
//! they belong, which costs what they cost and not what the list does.

use super::Steps;
use crate::{
    domain::{
        collection::{Column, Show},
        order::Ranking,
        row::Row,
    },
    tui::{
        listing::{Changes, Listing, numbered},
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
    ranking: Ranking,
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
        let (Some(order), Some((key, show))) = (self.order, self.column) else {
            return true;
        };
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
            self.rank(numbered(self.next..until), listing, key, show);
            self.next = until;
        }
        self.is_sorted &= changes.is_some_and(|changes| !changes.is_reordered());
        let changed: Places = changes.iter().flat_map(Changes::places).collect();
        self.rank(changed.iter(), listing, key, show);
        self.ranked = Some(listing.revision());
        if self.is_sorted && changed.len() <= listing.len() / MANY {
            if changed.len() > 0 {
                self.sorted.retain(|place| !changed.has(*place));
                let there = changed
                    .iter()
                    .filter(|place| listing.get(*place as usize).is_some());
                let turn = |place| listing.turn(place);
                self.ranking
                    .insert(&mut self.sorted, there.collect(), order.direction, turn);
            }
            return true;
        }
        self.is_sorted = false;
        // It cannot be stopped in between, so it begins while there is time.
        if steps.next().is_none() {
            return false;
        }
        self.sorted = self.ranking.sort(listing.order(), order.direction);
        self.is_sorted = true;
        true
    }

    fn rank(
        &mut self,
        places: impl Iterator<Item = u32>,
        listing: &Listing,
        key: &str,
        show: Show,
    ) {
        let there = places.filter_map(|place| Some((place, listing.get(place as usize)?)));
        let (places, rows): (Vec<u32>, Vec<&Row>) = there.unzip();
        self.ranking.set(&places, &rows, key, show);
    }
}
