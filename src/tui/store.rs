//! What was read from AWS, by what was asked for.
//!
//! Screens say what they need; whatever no open screen needs any more is forgotten, and its calls
//! are stopped.

use std::{
    any::Any,
    collections::{HashMap, HashSet},
    hash::{Hash, Hasher},
};

use jiff::Timestamp;

use crate::domain::{
    collection::{CollectionInfo, ServiceInfo},
    failure::Failure,
    row::{Row, RowKey},
};

use super::{
    listing::{Listing, Reader},
    remote::{Remote, State, Ticket},
};

/// A collection of a service.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    /// The service.
    pub(crate) service: &'static ServiceInfo,
    /// The collection.
    pub(crate) collection: &'static CollectionInfo,
}

impl Kind {
    /// The collections whose rows belong to a row of this one.
    pub(crate) fn children(self) -> impl Iterator<Item = Self> {
        self.service
            .collections
            .iter()
            .filter(move |collection| collection.parents.contains(&self.collection.id))
            .map(move |collection| Self {
                service: self.service,
                collection,
            })
    }

    /// The collections whose rows own rows of this one.
    pub(crate) fn parents(self) -> impl Iterator<Item = Self> {
        let owners = self.collection.parents.iter();
        owners.filter_map(move |id| {
            let collection = self.service.collection(id)?;
            Some(Self {
                service: self.service,
                collection,
            })
        })
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        (self.service.id, self.collection.id) == (other.service.id, other.collection.id)
    }
}

impl Eq for Kind {}

impl Hash for Kind {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.service.id, self.collection.id).hash(state);
    }
}

/// A list: a collection, or the part of it that belongs to one row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct ListKey {
    /// What its rows are.
    pub(crate) kind: Kind,
    /// The row they belong to.
    pub(crate) parent: Option<RowKey>,
}

impl ListKey {
    /// What lists are told in order by.
    fn order(&self) -> (&str, &str, Option<(&str, &str)>) {
        let owner = self.parent.as_ref();
        (
            self.kind.service.id,
            self.kind.collection.id,
            owner.map(|owner| (owner.region.as_str(), &*owner.id)),
        )
    }
}

/// A single row with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct DetailKey {
    /// What it is.
    pub(crate) kind: Kind,
    /// Which one.
    pub(crate) row: RowKey,
}

/// Something that a screen cannot do without.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Need {
    /// The rows of a list.
    List(ListKey),
    /// All that is known of one row.
    Detail(DetailKey),
}

/// What was read from AWS.
#[derive(Debug, Default)]
pub(crate) struct Store {
    lists: HashMap<ListKey, Remote<Listing>>,
    details: HashMap<DetailKey, Remote<Row>>,
    /// What nobody needs any more and is not let go of yet.
    discarded: Vec<Discarded>,
}

/// Rows that nobody needs any more: letting go of many takes longer than a frame does.
pub(crate) type Discarded = Box<dyn Any + Send>;

/// How many rows are let go of at once; more are left to somebody who has the time.
const FEW: usize = 1000;

impl Store {
    /// The rows of a list, as far as they are known.
    pub(crate) fn rows(&self, key: &ListKey) -> Option<&Listing> {
        self.lists.get(key)?.value()
    }

    /// Every row that is known, the lists in a steady order.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Kind, &Row)> {
        let mut lists: Vec<_> = self.lists.iter().collect();
        lists.sort_by(|(a, _), (b, _)| a.order().cmp(&b.order()));
        let mut seen = HashSet::new();
        lists
            .into_iter()
            .filter_map(|(key, list)| Some((key.kind, list.value()?)))
            .flat_map(|(kind, rows)| rows.rows().map(move |row| (kind, row)))
            .filter(move |(kind, row)| seen.insert((*kind, row.key())))
    }

    /// A row as far as it is known from anything that was read.
    pub(crate) fn known(&self, kind: Kind, row: &RowKey) -> Option<&Row> {
        let key = DetailKey {
            kind,
            row: row.clone(),
        };
        let detail = self.details.get(&key).and_then(Remote::value);
        let mut lists = self.lists.iter().filter(|(list, _)| list.kind == kind);
        detail.or_else(|| {
            lists.find_map(|(_, list)| {
                let rows = list.value()?;
                rows.get(rows.place(row)?)
            })
        })
    }

    /// Where a single row stands.
    pub(crate) fn detail(&self, key: &DetailKey) -> Option<&Remote<Row>> {
        self.details.get(key)
    }

    /// Where a need stands.
    pub(crate) fn state(&self, need: &Need) -> &State {
        match need {
            Need::List(key) => self.lists.get(key).map_or(&State::NotAsked, Remote::state),
            Need::Detail(key) => self
                .details
                .get(key)
                .map_or(&State::NotAsked, Remote::state),
        }
    }

    /// A call was made for a need.
    pub(crate) fn ask(&mut self, need: &Need, ticket: Ticket, since: Timestamp) {
        match need {
            Need::List(key) => {
                let remote = self.lists.entry(key.clone()).or_default();
                remote.ask(ticket, since);
                if let Some(listing) = remote.filling(ticket) {
                    listing.begin(ticket);
                }
            }
            Need::Detail(key) => self
                .details
                .entry(key.clone())
                .or_default()
                .ask(ticket, since),
        }
    }

    /// A call was made for a need, by itself: what is known stands as it is until it is answered.
    pub(crate) fn ask_quietly(&mut self, need: &Need, ticket: Ticket, since: Timestamp) {
        match need {
            Need::List(key) => {
                let remote = self.lists.entry(key.clone()).or_default();
                remote.ask_quietly(ticket, since);
                if let Some(listing) = remote.filling(ticket) {
                    listing.begin(ticket);
                }
            }
            Need::Detail(key) => {
                let remote = self.details.entry(key.clone()).or_default();
                remote.ask_quietly(ticket, since);
            }
        }
    }

    /// The call under way for a need, if there is one.
    pub(crate) fn ticket(&self, need: &Need) -> Option<Ticket> {
        match need {
            Need::List(key) => self.lists.get(key)?.ticket(),
            Need::Detail(key) => self.details.get(key)?.ticket(),
        }
    }

    /// When a need was last asked for.
    pub(crate) fn asked(&self, need: &Need) -> Option<Timestamp> {
        match need {
            Need::List(key) => self.lists.get(key)?.asked(),
            Need::Detail(key) => self.details.get(key)?.asked(),
        }
    }

    /// When what is known of a need was asked for.
    pub(crate) fn read(&self, need: &Need) -> Option<Timestamp> {
        match need {
            Need::List(key) => self.lists.get(key)?.read(),
            Need::Detail(key) => self.details.get(key)?.read(),
        }
    }

    /// A need should be read again.
    pub(crate) fn invalidate(&mut self, need: &Need) {
        match need {
            Need::List(key) => {
                if let Some(remote) = self.lists.get_mut(key) {
                    remote.invalidate();
                }
            }
            Need::Detail(key) => {
                if let Some(remote) = self.details.get_mut(key) {
                    remote.invalidate();
                }
            }
        }
    }

    /// Everything of a service should be read again, except what the user stopped.
    pub(crate) fn invalidate_service(&mut self, service: &str) {
        for (key, remote) in &mut self.lists {
            if key.kind.service.id == service && *remote.state() != State::Cancelled {
                remote.invalidate();
            }
        }
        for (key, remote) in &mut self.details {
            if key.kind.service.id == service && *remote.state() != State::Cancelled {
                remote.invalidate();
            }
        }
    }

    /// Stops what is under way for a need; answers the call to be stopped.
    pub(crate) fn cancel(&mut self, need: &Need) -> Option<Ticket> {
        match need {
            Need::List(key) => self.lists.get_mut(key)?.cancel(),
            Need::Detail(key) => self.details.get_mut(key)?.cancel(),
        }
    }

    /// Forgets all but these, and those lists of `known` that were complete once; answers the calls to
    /// be stopped.
    pub(crate) fn keep(&mut self, needs: &HashSet<Need>, known: &HashSet<Need>) -> Vec<Ticket> {
        let mut stopped = Vec::new();
        // What is known of a list stays, without the calls that nobody waits for.
        let stays = |key: &ListKey, remote: &Remote<Listing>| {
            known.contains(&Need::List(key.clone()))
                && remote
                    .value()
                    .is_some_and(|rows| rows.completed_at().is_some())
        };
        let unneeded = |key: &ListKey| !needs.contains(&Need::List(key.clone()));
        for (key, remote) in &mut self.lists {
            if unneeded(key) && stays(key, remote) {
                stopped.extend(remote.let_go());
                if let Some(telling) = remote.value().and_then(Listing::telling) {
                    stopped.push(telling);
                    remote.value_mut().let_go();
                }
            }
        }
        let forgotten =
            |key: &ListKey, remote: &mut Remote<Listing>| unneeded(key) && !stays(key, remote);
        for (_, remote) in self.lists.extract_if(forgotten) {
            stopped.extend(remote.value().and_then(Listing::telling));
            stopped.extend(remote.ticket());
            if remote.value().is_some_and(|listing| listing.len() > FEW) {
                self.discarded.push(Box::new(remote));
            }
        }
        self.details.retain(|key, remote| {
            let kept = needs.contains(&Need::Detail(key.clone()));
            if !kept {
                stopped.extend(remote.ticket());
            }
            kept
        });
        stopped
    }

    /// Forgets everything, as it is with another identity.
    pub(crate) fn clear(&mut self) {
        self.keep(&HashSet::new(), &HashSet::new());
    }

    /// What nobody needs any more, to be let go of.
    pub(crate) fn discarded(&mut self) -> Vec<Discarded> {
        std::mem::take(&mut self.discarded)
    }

    /// Rows of a list arrived.
    pub(crate) fn arrived(
        &mut self,
        key: &ListKey,
        ticket: Ticket,
        rows: Vec<Row>,
        reader: &Reader<'_>,
    ) {
        let remote = self.lists.get_mut(key);
        if let Some(listing) = remote.and_then(|remote| remote.filling(ticket)) {
            listing.merge(rows, reader);
        } else {
            tracing::debug!(collection = key.kind.collection.id, "late rows dropped");
        }
    }

    /// The rows of a complete list to be asked for what they have open: those in sight, and some of
    /// the next ones along with them.
    pub(crate) fn open_rows(
        &self,
        key: &ListKey,
        in_sight: impl Iterator<Item = usize>,
        next: impl Iterator<Item = usize>,
    ) -> Vec<RowKey> {
        // What a Region did answer is told more of, whatever another one said.
        let complete =
            |list: &&Remote<Listing>| matches!(list.state(), State::Loaded | State::Failed(_));
        let listing = self.lists.get(key).filter(complete).and_then(Remote::value);
        let most = key.kind.collection.details.at_once();
        listing.map_or_else(Vec::new, |listing| listing.open(in_sight, next, most))
    }

    /// Some rows of a list were asked for what they have open.
    pub(crate) fn ask_rows(&mut self, key: &ListKey, ticket: Ticket) {
        if let Some(list) = self.lists.get_mut(key) {
            list.value_mut().ask(ticket);
        }
    }

    /// What some rows of a list had open was told, or not.
    pub(crate) fn told(
        &mut self,
        key: &ListKey,
        ticket: Ticket,
        asked: &[RowKey],
        rows: Vec<Row>,
        reader: &Reader<'_>,
    ) {
        if let Some(list) = self.lists.get_mut(key) {
            list.value_mut().told(ticket, asked, rows, reader);
        }
    }

    /// The call for a list ended.
    pub(crate) fn listed(
        &mut self,
        key: &ListKey,
        ticket: Ticket,
        result: Result<(), Vec<Failure>>,
        now: Timestamp,
    ) {
        let Some(remote) = self.lists.get_mut(key) else {
            return;
        };
        if result.is_ok()
            && let Some(listing) = remote.filling(ticket)
        {
            let gone = listing.complete(now);
            if gone.len() > FEW {
                self.discarded.push(Box::new(gone));
            }
        }
        remote.finish(ticket, result);
    }

    /// Whether the rows of these lists need a look is to be said anew.
    pub(crate) fn judge(&mut self, of: impl Fn(Kind) -> bool, calls: impl Fn(Kind, &Row) -> bool) {
        for (key, list) in &mut self.lists {
            if of(key.kind) && list.value().is_some() {
                list.value_mut().judge(&|row| calls(key.kind, row));
            }
        }
    }

    /// The call for a single row ended.
    pub(crate) fn shown(&mut self, key: &DetailKey, ticket: Ticket, result: Result<Row, Failure>) {
        if let Some(remote) = self.details.get_mut(key) {
            remote.answer(ticket, result);
        }
    }
}
