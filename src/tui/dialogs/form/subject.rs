//! What a form acts on, where it was asked for of the row that owns it: one of several, to be chosen.
//!
//! Invariants: nothing is chosen before the list is complete; what was chosen stays chosen while the
//! list is read again; a row that the action cannot be done with is never offered.

use crate::{
    domain::{
        collection::{ActionInfo, Through},
        row::{Cell, Row},
    },
    tui::{
        remote::State,
        store::{Kind, ListKey, Need},
        world::World,
    },
};

/// The rows that an action can be done with, one of which is chosen.
#[derive(Debug)]
pub(super) struct Subjects {
    through: &'static Through,
    list: ListKey,
    /// The row that owns them.
    owner: Kind,
    rows: Vec<Row>,
    at: Option<usize>,
}

impl Subjects {
    /// Those of a row, where an action acts not on it but on what it owns.
    pub(super) fn of(kind: Kind, action: &'static ActionInfo, row: &Row) -> Option<Self> {
        let through = action.through.as_ref()?;
        let collection = kind.service.collection(action.subject)?;
        if collection.id == kind.collection.id {
            return None;
        }
        Some(Self {
            through,
            list: ListKey {
                kind: Kind {
                    service: kind.service,
                    collection,
                },
                parent: Some(row.key()),
            },
            owner: kind,
            rows: Vec::new(),
            at: None,
        })
    }

    /// What they are.
    pub(super) fn kind(&self) -> Kind {
        self.list.kind
    }

    /// The list that they are read from.
    pub(super) fn need(&self) -> Need {
        Need::List(self.list.clone())
    }

    /// The one that is chosen.
    pub(super) fn chosen(&self) -> Option<&Row> {
        self.rows.get(self.at?)
    }

    /// Which one that is, out of how many.
    pub(super) fn standing(&self) -> Option<(usize, usize)> {
        Some((self.at? + 1, self.rows.len()))
    }

    /// Whether another one can be chosen.
    pub(super) fn is_choice(&self) -> bool {
        self.rows.len() > 1 && self.at.is_some()
    }

    /// Chooses the next one, or the one before.
    pub(super) fn turn(&mut self, step: super::Step) {
        let count = self.rows.len();
        self.at = self.at.map(|at| match step {
            super::Step::Forward => (at + 1) % count.max(1),
            super::Step::Back => (at + count.saturating_sub(1)) % count.max(1),
        });
    }

    /// Takes in what is known of the list. Answers whether another row is chosen than before.
    pub(super) fn sync(&mut self, world: &World) -> bool {
        let Some(rows) = world.store.rows(&self.list) else {
            return false;
        };
        if rows.completed_at().is_none() {
            return false;
        }
        let before = self.chosen().map(Row::key);
        self.rows = rows
            .rows()
            .filter(|row| (self.through.takes)(row))
            .cloned()
            .collect();
        let same = before
            .as_ref()
            .and_then(|key| self.rows.iter().position(|row| row.key() == *key));
        self.at = same.or_else(|| self.newest(world)).or(Some(0));
        self.at = self.at.filter(|at| *at < self.rows.len());
        self.chosen().map(Row::key) != before
    }

    /// The one that the newest known recovery point is of.
    fn newest(&self, world: &World) -> Option<usize> {
        let owner = self.list.parent.as_ref()?;
        let points = self.owner.children().filter_map(|kind| {
            let points = kind.collection.points.as_ref()?;
            let parent = Some(owner.clone());
            let rows = world.store.rows(&ListKey { kind, parent })?;
            Some((points, rows))
        });
        let taken = points.flat_map(|(points, rows)| {
            rows.rows()
                .filter_map(|row| match (row.cell(points.taken), row.cell(points.of)) {
                    (Cell::Time(taken), Cell::Text(of)) => Some((*taken, of)),
                    _ => None,
                })
        });
        let place = |of: &str| self.rows.iter().position(|row| row.id == of);
        taken
            .filter_map(|(taken, of)| Some((taken, place(of)?)))
            .max_by_key(|(taken, _)| *taken)
            .map(|(_, at)| at)
    }

    /// Why none is chosen, once that is known.
    pub(super) fn lack<'w>(&self, world: &'w World) -> Lack<'w> {
        match world.store.state(&self.need()) {
            _ if self.at.is_some() => Lack::None,
            State::Failed(failures) => Lack::Failed(failures),
            State::Loading { since, .. } => Lack::Loading(*since),
            State::Loaded => Lack::Empty(self.through.none),
            State::NotAsked | State::Cancelled => Lack::Loading(world.wall),
        }
    }
}

/// Why there is nothing to act on.
pub(super) enum Lack<'w> {
    /// There is.
    None,
    /// Since then it is being looked for.
    Loading(jiff::Timestamp),
    /// It could not be listed.
    Failed(&'w [crate::domain::failure::Failure]),
    /// There is none that the action could be done with.
    Empty(&'static str),
}
