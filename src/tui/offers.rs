//! What can be done here: the one source of the bottom line, the help and the keys that act.

use crate::{
    config::{Action, Keymap},
    domain::{
        collection::{ActionInfo, Destructive, Verb},
        row::{Row, Tone},
    },
};

use super::{outcome::Outcome, store::Kind, widgets::hints::Hint, world::World};

/// Something that can be done on the present screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offer {
    /// What it is.
    pub(crate) action: Action,
    /// What it does here, in a word for the bottom line.
    pub(crate) short: &'static str,
    /// What it does here, in full for the help.
    pub(crate) long: &'static str,
}

impl Offer {
    /// An offer that the help describes as it describes the action anywhere.
    pub(crate) fn new(action: Action, short: &'static str) -> Self {
        Self {
            action,
            short,
            long: action.label(),
        }
    }

    /// An offer whose key takes part in the help only, so that the bottom line stays short.
    pub(crate) fn unlisted(action: Action) -> Self {
        Self::new(action, "")
    }
}

/// The verb behind a key, for keys that change something in AWS.
pub(crate) fn verb(action: Action) -> Option<Verb> {
    match action {
        Action::Create => Some(Verb::Create),
        Action::Restore => Some(Verb::Restore),
        Action::Delete => Some(Verb::Delete),
        _ => None,
    }
}

/// The keys that change something, in the order of the bottom line.
const CHANGES: [Action; 3] = [Action::Create, Action::Restore, Action::Delete];

/// The first action of a verb on one of these rows, and the row; the rows in front win.
fn doing<'r>(verb: Verb, rows: &[(Kind, &'r Row)]) -> Option<(Kind, &'static ActionInfo, &'r Row)> {
    rows.iter().find_map(|&(kind, row)| {
        let action = kind
            .service
            .actions
            .iter()
            .find(|action| action.verb == verb && action.subject == kind.collection.id)?;
        Some((kind, action, row))
    })
}

/// Asks for the action of a verb on one of these rows.
pub(crate) fn ask(verb: Verb, rows: &[(Kind, &Row)]) -> Outcome {
    doing(verb, rows).map_or(Outcome::Unused, |(kind, action, row)| {
        Outcome::Ask(kind, action, row.clone())
    })
}

/// Asks for the action of a verb on all of these marked rows; `None` where none of them has one.
pub(crate) fn ask_marked(verb: Verb, kind: Kind, rows: &[&Row], world: &World) -> Option<Outcome> {
    let actions = kind.service.actions.iter();
    let mut actions =
        actions.filter(|action| action.verb == verb && action.subject == kind.collection.id);
    let first = actions.clone().next()?;
    if let [only] = rows {
        return Some(Outcome::Ask(kind, first, (*only).clone()));
    }
    let unmark = key(world.keymap(), Action::Unmark);
    let several = actions.find(|action| action.many && action.destructive != Destructive::Live);
    Some(match several {
        Some(action) => {
            let rows = rows.iter().map(|row| (*row).clone()).collect();
            Outcome::AskMany(kind, action, rows)
        }
        None if first.destructive == Destructive::Live => Outcome::Say(
            Tone::Warning,
            format!(
                "{}: one at a time only, each with its id typed; {unmark} takes the marks away",
                first.title
            ),
        ),
        None => Outcome::Say(
            Tone::Warning,
            format!(
                "{}: one at a time only; {unmark} takes the marks away",
                first.title
            ),
        ),
    })
}

/// What can be changed about these rows.
pub(crate) fn changes(rows: &[(Kind, &Row)]) -> Vec<Offer> {
    CHANGES
        .into_iter()
        .filter_map(|action| {
            let (_, info, _) = doing(verb(action)?, rows)?;
            Some(Offer {
                action,
                short: info.command,
                long: info.title,
            })
        })
        .collect()
}

/// The offers as hints; those whose action has no key are left out.
pub(crate) fn hints(offers: &[Offer], keymap: &Keymap) -> Vec<Hint> {
    offers
        .iter()
        .filter(|offer| !offer.short.is_empty())
        .filter_map(|offer| {
            let key = keymap.keys(offer.action).first()?;
            Some(Hint {
                key: key.to_string(),
                label: offer.short.to_owned(),
            })
        })
        .collect()
}

/// The first key of an action as it is written; the action's name where it has none.
pub(crate) fn key(keymap: &Keymap, action: Action) -> String {
    keymap
        .keys(action)
        .first()
        .map_or_else(|| format!("({})", action.name()), ToString::to_string)
}
