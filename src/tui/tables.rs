//! How the rows of each collection are shown: which columns, in which order. One for all lists of a
//! kind, so that what was chosen on one directory holds on the next, for as long as the console runs.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::{
    config::Settings,
    domain::{
        attention::{self, Limits},
        collection::{CollectionInfo, Column, Member, ServiceInfo, Show},
        order::Direction,
        row::Row,
    },
};

use super::{owners::Owners, store::Kind};

/// How the rows of each collection are shown.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    orders: HashMap<Kind, Order>,
    limits: Limits,
    /// The columns of the collections for which some were chosen.
    columns: HashMap<Kind, Vec<Column>>,
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
    /// As the settings say, for the collections of these services.
    pub(crate) fn new(settings: &Settings, catalog: &[&'static ServiceInfo]) -> Self {
        let kinds = catalog.iter().flat_map(|service| {
            let collections = service.collections.iter();
            collections.map(|collection| Kind {
                service,
                collection,
            })
        });
        let columns = kinds.filter_map(|kind| {
            let mut choices = settings.columns.iter();
            let choice = choices.find(|choice| choice.kind == kind.collection.kind)?;
            Some((kind, of_keys(kind.collection, &choice.keys)))
        });
        Self {
            limits: settings.attention,
            columns: columns.collect(),
            ..Self::default()
        }
    }

    /// Why a row needs a look, as far as what there is beside it is known; empty where it does not.
    pub(crate) fn attention(
        &self,
        kind: Kind,
        row: &Row,
        now: Timestamp,
        owners: &Owners,
    ) -> Vec<String> {
        let limits = self.limits;
        let mut reasons = attention::reasons(kind.service, kind.collection, row, now, limits);
        // Its own screen may know it already.
        let gone = owners.gone(kind, row);
        reasons.extend(gone.filter(|gone| !reasons.contains(gone)));
        reasons
    }

    /// The columns of a collection's table.
    pub(crate) fn columns(&self, kind: Kind) -> &[Column] {
        self.columns
            .get(&kind)
            .map_or(kind.collection.columns, Vec::as_slice)
    }

    /// The order of a collection's rows: the one that was chosen, otherwise the usual one. Without any
    /// they stand as they were listed.
    pub(crate) fn order(&self, kind: Kind) -> Option<Order> {
        self.chosen(kind).or_else(|| self.usual(kind))
    }

    /// The order that was chosen for a collection's rows.
    pub(crate) fn chosen(&self, kind: Kind) -> Option<Order> {
        self.orders.get(&kind).copied()
    }

    /// Recovery points stand with the newest first, by the column that stays longest where space is
    /// short: what is looked for is what there is to go back to.
    fn usual(&self, kind: Kind) -> Option<Order> {
        let taken = kind.collection.points.as_ref()?.taken;
        let columns = self.columns(kind).iter().enumerate();
        let (column, shown) = columns
            .filter(|(_, column)| column.key == taken)
            .min_by_key(|(_, column)| column.drops)?;
        // The younger, the smaller an age is.
        let direction = match shown.show {
            Show::Age => Direction::Ascending,
            _ => Direction::Descending,
        };
        Some(Order { column, direction })
    }

    /// Chooses the order of a collection's rows, or the usual one again.
    pub(crate) fn set_order(&mut self, kind: Kind, order: Option<Order>) {
        match order {
            Some(order) => self.orders.insert(kind, order),
            None => self.orders.remove(&kind),
        };
    }
}

impl Order {
    /// The next order on the way through these columns; after the last one, the usual one.
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

/// What belongs to every row, also where its collection does not name it.
const OWN: [Column; 5] = [
    Column::fixed("id", "ID", Show::Plain, 12, 0),
    Column::growing("name", "Name", 12),
    Column::fixed("state", "State", Show::State, 13, 0),
    Column::fixed("region", "Region", Show::Plain, 9, 0),
    Column::fixed("account", "Account", Show::Plain, 12, 0),
];

/// The columns of these members: as they are described where they are usual ones, otherwise as wide as
/// what they hold usually is.
fn of_keys(collection: &CollectionInfo, keys: &[String]) -> Vec<Column> {
    let mut columns: Vec<Column> = keys
        .iter()
        .filter_map(|key| {
            let usual = collection.columns.iter().find(|column| column.key == key);
            let member = || collection.members.iter().find(|member| member.key == key);
            let own = || OWN.iter().find(|column| column.key == key);
            usual
                .copied()
                .or_else(|| member().map(column))
                .or_else(|| own().copied())
        })
        .collect();
    for (place, column) in columns.iter_mut().enumerate() {
        // The first one stays; of the others those at the end go first.
        column.drops = u8::try_from(place).unwrap_or(u8::MAX);
    }
    // Somebody has to take the space that is left.
    if columns.iter().all(|column| !column.grows)
        && let Some(last) = columns.last_mut()
    {
        last.grows = true;
    }
    columns
}

fn column(member: &Member) -> Column {
    let (show, width) = match member.show {
        Show::MomentAndAge | Show::Moment => (Show::Moment, 19),
        Show::Age => (Show::Age, 6),
        Show::State => (Show::State, 13),
        other => (other, 12),
    };
    let width = width.max(u16::try_from(member.label.len()).unwrap_or(width));
    Column::fixed(member.key, member.label, show, width, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::testing::SERVICE;

    #[test]
    fn chosen_columns_are_in_their_order_and_the_last_goes_first() {
        let keys = ["size", "id", "state"].map(str::to_owned);
        let columns = of_keys(&SERVICE.collections[0], &keys);
        let seen: Vec<_> = columns
            .iter()
            .map(|column| (column.key, column.title, column.drops, column.grows))
            .collect();
        assert_eq!(
            seen,
            [
                ("size", "Size", 0, false),
                ("id", "Id", 1, false),
                ("state", "State", 2, true),
            ]
        );
        let named = of_keys(&SERVICE.collections[0], &["name", "id"].map(str::to_owned));
        assert!(named[0].grows && !named[1].grows);
    }
}
