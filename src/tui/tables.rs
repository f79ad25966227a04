//! How the rows of each collection are shown: which columns, in which order. One for all lists of a
//! kind, so that what was chosen on one directory holds on the next, for as long as the console runs.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::{
    attention::{self, Limits},
    collection::Column,
    order::Direction,
    row::Row,
};

use super::store::Kind;

/// How the rows of each collection are shown.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    orders: HashMap<Kind, Order>,
    limits: Limits,
}

/// By which column rows stand, and which way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Order {
    /// The place of the column among those of its table.
    pub(crate) column: usize,
    /// Which way round.
    pub(crate) direction: Direction,
}

impl Tables {
    /// Nothing chosen yet.
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    /// Why a row needs a look; empty where it does not.
    pub(crate) fn attention(&self, kind: Kind, row: &Row, now: Timestamp) -> Vec<String> {
        attention::reasons(kind.service, kind.collection, row, now, self.limits)
    }

    /// The columns of a collection's table.
    #[expect(
        clippy::unused_self,
        reason = "the columns will be a matter of settings"
    )]
    pub(crate) fn columns(&self, kind: Kind) -> &[Column] {
        kind.collection.columns
    }

    /// The order of a collection's rows; without one they stand as they were listed.
    pub(crate) fn order(&self, kind: Kind) -> Option<Order> {
        self.orders.get(&kind).copied()
    }

    /// Chooses the order of a collection's rows.
    pub(crate) fn set_order(&mut self, kind: Kind, order: Option<Order>) {
        match order {
            Some(order) => self.orders.insert(kind, order),
            None => self.orders.remove(&kind),
        };
    }
}

impl Order {
    /// The next order on the way through these columns; after the last one, that of the listing.
    pub(crate) fn next(current: Option<Self>, columns: &[usize]) -> Option<Self> {
        let next = match current {
            None => columns.first(),
            Some(order) => columns.iter().find(|column| **column > order.column),
        };
        next.map(|&column| Self {
            column,
            direction: Direction::Ascending,
        })
    }

    /// The same the other way round; the listing's own order has no other way, so the first column
    /// takes its place.
    pub(crate) fn reversed(current: Option<Self>) -> Self {
        let current = current.unwrap_or(Self {
            column: 0,
            direction: Direction::Ascending,
        });
        Self {
            direction: current.direction.reversed(),
            ..current
        }
    }
}
