//! What can be done here: the one source of the bottom line, the help and the keys that act.

use crate::{
    config::{Action, Keymap},
    domain::{
        collection::{ActionInfo, Destructive, Target, Verb},
        row::{Cell, Row, State, Tone},
        text::harmless,
    },
};

use super::{
    choice::{Choice, Entry},
    format,
    outcome::Outcome,
    store::Kind,
    widgets::hints::Hint,
    world::World,
};

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

/// The actions of a verb on the first of these rows that has any, and the row.
fn doing<'r>(
    verb: Verb,
    rows: &[(Kind, &'r Row)],
) -> Option<(Kind, &'r Row, Vec<&'static ActionInfo>)> {
    rows.iter().find_map(|&(kind, row)| {
        let actions: Vec<_> = on(kind).filter(|action| action.verb == verb).collect();
        (!actions.is_empty()).then_some((kind, row, actions))
    })
}

/// What can be done to a row of a collection, or to what belongs to it.
fn on(kind: Kind) -> impl Iterator<Item = &'static ActionInfo> {
    let collection = kind.collection.id;
    let actions = kind.service.actions.iter();
    actions.filter(move |action| action.is_asked_of(collection))
}

/// Asks for the action of a verb on one of these rows; where it has several, which one.
pub(crate) fn ask(verb: Verb, rows: &[(Kind, &Row)], world: &World) -> Outcome {
    let Some((kind, row, actions)) = doing(verb, rows) else {
        return Outcome::Unused;
    };
    if let [only] = actions[..] {
        return Outcome::Ask(kind, only, row.clone());
    }
    let entries = actions
        .into_iter()
        .map(|action| Entry {
            // They share the key that led here.
            key: String::new(),
            ..entry(kind, action, row, world)
        })
        .collect();
    Outcome::Offer(format::title(row), entries)
}

/// Everything that can be done to these rows.
pub(crate) fn entries(rows: &[(Kind, &Row)], world: &World) -> Vec<Entry> {
    rows.iter()
        .flat_map(|&(kind, row)| on(kind).map(move |action| entry(kind, action, row, world)))
        .collect()
}

/// The same to choose from.
pub(crate) fn actions(rows: &[(Kind, &Row)], world: &World) -> Outcome {
    let entries = entries(rows, world);
    match (entries.is_empty(), rows.first()) {
        (false, Some((_, row))) => Outcome::Offer(format::title(row), entries),
        _ => Outcome::Unused,
    }
}

/// What can be done where a list has no rows: what needs none, in each Region that is looked at.
pub(crate) fn in_place(kind: Kind, world: &World) -> Vec<Entry> {
    let places = world.connected().map_or(&[][..], |c| &c.places);
    let actions = on(kind).filter(|action| action.target == Target::Place);
    let entries = actions.flat_map(|action| {
        places.iter().map(move |place| {
            // It stands for the Region: nothing of it is asked for.
            let row = Row {
                id: place.region.to_string(),
                name: None,
                state: State::new("", Tone::Neutral),
                region: place.region.clone(),
                account: place.account.clone(),
                cells: Vec::new(),
            };
            Entry {
                note: format!("in {}", place.region),
                ..entry(kind, action, &row, world)
            }
        })
    });
    entries.collect()
}

/// Whether anything can be done to one of these rows.
pub(crate) fn has_actions(rows: &[(Kind, &Row)]) -> bool {
    rows.iter().any(|(kind, _)| on(*kind).next().is_some())
}

fn entry(kind: Kind, action: &'static ActionInfo, row: &Row, world: &World) -> Entry {
    let key = CHANGES
        .into_iter()
        .find(|change| verb(*change) == Some(action.verb))
        .map(|change| key(world.keymap(), change));
    Entry {
        label: action.title.to_owned(),
        note: format!("{} {}", kind.collection.noun, harmless(&row.id)),
        key: key.unwrap_or_default(),
        because: refusal(kind, action, row, world),
        choice: Choice::Ask(kind, action, Box::new(row.clone())),
    }
}

/// Why an action will be refused, where that is known without asking AWS.
fn refusal(kind: Kind, action: &ActionInfo, row: &Row, world: &World) -> Option<String> {
    if action.verb == Verb::Inspect {
        return None;
    }
    if let Some(why) = &world.restriction {
        return Some(format!("refused by {}", harmless(why)));
    }
    if action.verb != Verb::Create {
        return None;
    }
    kind.children()
        .find_map(|child| match row.cell(child.collection.none_because?) {
            Cell::Text(why) => Some(harmless(why).into_owned()),
            _ => None,
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
            let (_, _, actions) = doing(verb(action)?, rows)?;
            Some(Offer {
                action,
                // A command of two words ends in what it does.
                short: actions.first()?.command.rsplit(' ').next()?,
                long: match actions[..] {
                    [only] => only.title,
                    _ => action.label(),
                },
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
