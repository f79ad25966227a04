//! What there is that recovery points are of: so that those of something that is gone are told.
//!
//! Invariant: something is said to be gone only where the whole list of a Region was read, and only of
//! what was recorded long before that list was asked for. While it is unknown, denied or younger, nothing
//! is claimed. Ids are never given twice, so what was gone stays gone.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use crate::domain::{
    place::Region,
    row::{Cell, Row},
};

use super::{remote::Ticket, store::Kind};

/// So much older than the list a recovery point must be: more than AWS takes to list what is new, and
/// than a clock may be wrong.
const OLDER: SignedDuration = SignedDuration::from_hours(1);
/// For so long a list is not read again.
const GOOD: SignedDuration = SignedDuration::from_mins(5);

/// What there is, by what it is and where.
#[derive(Debug, Default)]
pub(crate) struct Owners {
    rolls: HashMap<(Kind, Region), Roll>,
}

/// All ids of a collection in a Region.
#[derive(Debug)]
struct Roll {
    /// The call under way.
    ticket: Option<Ticket>,
    /// When it was asked for last, on the machine's clock.
    asked: Timestamp,
    /// The same on the clock of AWS's times.
    at: Timestamp,
    known: Option<Known>,
}

#[derive(Debug)]
struct Known {
    ids: HashSet<String>,
    /// When they were asked for, on the clock of AWS's times.
    at: Timestamp,
}

/// What the rows of a collection are recovery points of, where that is a list of its own.
pub(crate) fn of(kind: Kind) -> Option<Kind> {
    let points = kind.collection.points.as_ref()?;
    let link = kind
        .collection
        .links
        .iter()
        .find(|link| link.key == points.of)?;
    let collection = kind.service.collection(link.collection)?;
    collection.root.then_some(Kind { collection, ..kind })
}

impl Owners {
    /// Whether a list should be asked for: it never was, or long ago.
    pub(crate) fn is_wanted(&self, kind: Kind, region: &Region, wall: Timestamp) -> bool {
        let roll = self.rolls.get(&(kind, region.clone()));
        roll.is_none_or(|roll| roll.ticket.is_none() && wall.duration_since(roll.asked) > GOOD)
    }

    /// A list was asked for by this call.
    pub(crate) fn ask(
        &mut self,
        kind: Kind,
        region: Region,
        ticket: Ticket,
        (wall, now): (Timestamp, Timestamp),
    ) {
        let roll = self.rolls.entry((kind, region)).or_insert(Roll {
            ticket: None,
            asked: wall,
            at: now,
            known: None,
        });
        (roll.ticket, roll.asked, roll.at) = (Some(ticket), wall, now);
    }

    /// A list was told, or not. Answers whether that was waited for, so that more may be gone now.
    pub(crate) fn told(
        &mut self,
        kind: Kind,
        region: &Region,
        ticket: Ticket,
        ids: Option<Vec<String>>,
    ) -> bool {
        let Some(roll) = self.rolls.get_mut(&(kind, region.clone())) else {
            return false;
        };
        if roll.ticket != Some(ticket) {
            return false;
        }
        roll.ticket = None;
        // What was known before may be claimed no more: it may be denied by now.
        roll.known = ids.map(|ids| Known {
            ids: ids.into_iter().collect(),
            at: roll.at,
        });
        true
    }

    /// That what a row is a recovery point of is gone, in words; nothing where that is not known.
    pub(crate) fn gone(&self, kind: Kind, row: &Row) -> Option<String> {
        let points = kind.collection.points.as_ref()?;
        let id = points.owner(row)?;
        let Cell::Time(taken) = row.cell(points.taken) else {
            return None;
        };
        let owner = of(kind)?;
        let known = self
            .rolls
            .get(&(owner, row.region.clone()))?
            .known
            .as_ref()?;
        // What has not the form of an id names nothing.
        let names = (owner.collection.check_id)(id).is_ok();
        let was_there = known.at.duration_since(*taken) > OLDER;
        (names && was_there && !known.ids.contains(id))
            .then(|| format!("its {} no longer exists", owner.collection.noun))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::{
        remote::Tickets,
        testing::{SERVICE, now, region, row},
    };

    fn kinds() -> (Kind, Kind) {
        let kind = |at: usize| Kind {
            service: &SERVICE,
            collection: &SERVICE.collections[at],
        };
        (kind(0), kind(1))
    }

    fn copy(of: &str, hours: i64) -> Row {
        Row {
            cells: vec![
                ("box", of.into()),
                ("taken", (now() - SignedDuration::from_hours(hours)).into()),
            ],
            ..row("copy-1", "Active")
        }
    }

    #[test]
    fn something_is_gone_only_where_all_that_is_there_is_known() {
        let (boxes, copies) = kinds();
        assert_eq!(of(copies), Some(boxes));
        assert_eq!(of(boxes), None);
        let (mut owners, mut tickets) = (Owners::default(), Tickets::default());
        let old = copy("box-2", 2);
        assert_eq!(owners.gone(copies, &old), None, "nobody asked");
        assert!(owners.is_wanted(boxes, &region(), now()));
        let ticket = tickets.next();
        owners.ask(boxes, region(), ticket, (now(), now()));
        assert!(!owners.is_wanted(boxes, &region(), now()));
        assert_eq!(owners.gone(copies, &old), None, "not answered yet");
        let other = tickets.next();
        assert!(!owners.told(boxes, &region(), other, Some(Vec::new())));
        assert!(owners.told(boxes, &region(), ticket, Some(vec!["box-1".to_owned()])));
        assert_eq!(
            owners.gone(copies, &old).as_deref(),
            Some("its box no longer exists")
        );
        assert_eq!(owners.gone(copies, &copy("box-1", 2)), None, "it is there");
        assert_eq!(owners.gone(copies, &copy("box-2", 1)), None, "too young");
        assert_eq!(owners.gone(copies, &copy("elsewhere", 2)), None, "no id");
        // Asked again later, and denied.
        let later = now() + SignedDuration::from_mins(6);
        assert!(owners.is_wanted(boxes, &region(), later));
        let ticket = tickets.next();
        owners.ask(boxes, region(), ticket, (later, later));
        assert!(owners.gone(copies, &old).is_some(), "known until then");
        assert!(owners.told(boxes, &region(), ticket, None));
        assert_eq!(owners.gone(copies, &old), None);
        assert!(!owners.is_wanted(boxes, &region(), later));
    }
}
