//! What can be done here: the one source of the bottom line, the help and the keys that act.

use std::borrow::Cow;

use crate::{
    config::{Action, Keymap},
    domain::{
        collection::{self, ActionInfo, Destructive, Verb},
        row::{Cell, Row, State, Tone},
        text::harmless,
        words::{counted, grouped},
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
    pub(crate) short: Cow<'static, str>,
    /// What it does here, in full for the help.
    pub(crate) long: &'static str,
}

impl Offer {
    /// An offer that the help describes as it describes the action anywhere.
    pub(crate) fn new(action: Action, short: &'static str) -> Self {
        Self {
            action,
            short: short.into(),
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

/// What is acted on: one row, or all that are marked.
#[derive(Debug, Clone)]
pub(crate) struct Target<'r> {
    /// What the rows are.
    pub(crate) kind: Kind,
    /// The rows; at least one.
    pub(crate) rows: Vec<&'r Row>,
    /// Whether they are the marked ones.
    pub(crate) is_marked: bool,
}

impl<'r> Target<'r> {
    /// A row that no mark stands for.
    pub(crate) fn row(kind: Kind, row: &'r Row) -> Self {
        Self {
            kind,
            rows: vec![row],
            is_marked: false,
        }
    }

    /// What it is called: the row, or how many there are.
    fn title(&self) -> String {
        match self.rows[..] {
            [only] => format::title(only),
            _ => format!(
                "{} marked",
                counted(self.rows.len(), self.kind.collection.noun)
            ),
        }
    }
}

/// What of a verb can be done to a row of a collection, or to what belongs to it.
fn with(verb: Verb, kind: Kind) -> Vec<&'static ActionInfo> {
    on(kind).filter(|action| action.verb == verb).collect()
}

/// What can be done to a row of a collection, or to what belongs to it.
fn on(kind: Kind) -> impl Iterator<Item = &'static ActionInfo> {
    let collection = kind.collection.id;
    let actions = kind.service.actions.iter();
    actions.filter(move |action| action.is_asked_of(collection))
}

/// Asks for the action of a verb on the first of these that has one; where it has several, which one.
pub(crate) fn ask(verb: Verb, targets: &[Target<'_>], world: &World) -> Outcome {
    let mut doing = targets
        .iter()
        .map(|target| (target, with(verb, target.kind)));
    let Some((target, actions)) = doing.find(|(_, actions)| !actions.is_empty()) else {
        return Outcome::Unused;
    };
    let entries = actions.into_iter().map(|action| Entry {
        // They share the key that led here.
        key: String::new(),
        ..entry(target, action, world)
    });
    let mut entries: Vec<Entry> = entries.collect();
    // There is nothing to choose among what only one can be done of, nor where none can.
    let refused = |entry: &Entry| matches!(entry.choice, Choice::Refuse(_));
    let possible = entries.iter().filter(|entry| !refused(entry)).count();
    if possible < 2 {
        let at = entries.iter().position(|entry| !refused(entry));
        return Outcome::Go(Box::new(entries.swap_remove(at.unwrap_or(0)).choice));
    }
    Outcome::Offer(target.title(), entries)
}

/// Everything that can be done to these.
pub(crate) fn entries(targets: &[Target<'_>], world: &World) -> Vec<Entry> {
    let each = targets
        .iter()
        .flat_map(|target| on(target.kind).map(move |action| entry(target, action, world)));
    each.collect()
}

/// The same to choose from.
pub(crate) fn actions(targets: &[Target<'_>], world: &World) -> Outcome {
    let entries = entries(targets, world);
    match targets.first().filter(|_| !entries.is_empty()) {
        Some(target) => Outcome::Offer(target.title(), entries),
        None => Outcome::Unused,
    }
}

/// What can be done where a list has no rows: what needs none, in each Region that is looked at.
pub(crate) fn in_place(kind: Kind, world: &World) -> Vec<Entry> {
    let places = world.connected().map_or(&[][..], |c| &c.places);
    let actions = on(kind).filter(|action| action.target == collection::Target::Place);
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
                ..entry(&Target::row(kind, &row), action, world)
            }
        })
    });
    entries.collect()
}

/// Whether anything can be done to rows of one of these.
pub(crate) fn has_actions(kinds: &[Kind]) -> bool {
    kinds.iter().any(|kind| on(*kind).next().is_some())
}

fn entry(target: &Target<'_>, action: &'static ActionInfo, world: &World) -> Entry {
    let Target {
        kind,
        ref rows,
        is_marked,
    } = *target;
    let key = CHANGES
        .into_iter()
        .find(|change| verb(*change) == Some(action.verb))
        .map(|change| key(world.keymap(), change));
    let several = || format!("{} marked", grouped(rows.len()));
    let (note, because, choice) = match rows[..] {
        [row] => {
            let marked = if is_marked { "marked " } else { "" };
            (
                format!("{marked}{} {}", kind.collection.noun, harmless(&row.id)),
                restricted(action, world).or_else(|| none_of(kind, action, row)),
                Choice::Ask(kind, action, Box::new(row.clone())),
            )
        }
        _ if is_for_several(kind, action) => {
            let rows = rows.iter().map(|row| (*row).clone()).collect();
            let choice = Choice::AskMany(kind, action, rows);
            (several(), restricted(action, world), choice)
        }
        _ => {
            let why = one_at_a_time(action, world);
            let choice = Choice::Refuse(format!("{}: {why}", action.title));
            (several(), Some(why), choice)
        }
    };
    Entry {
        label: action.title.to_owned(),
        note,
        key: key.unwrap_or_default(),
        because,
        choice,
    }
}

/// Whether an action can be asked for on several rows at once.
fn is_for_several(kind: Kind, action: &ActionInfo) -> bool {
    action.many && action.subject == kind.collection.id && action.destructive != Destructive::Live
}

/// Why an action is not done to several rows.
fn one_at_a_time(action: &ActionInfo, world: &World) -> String {
    let unmark = key(world.keymap(), Action::Unmark);
    let how = match action.destructive {
        Destructive::Live => "one at a time only, each with its id typed",
        _ => "one at a time only",
    };
    format!("{how}; {unmark} takes the marks away")
}

/// Why nothing may be changed at all.
fn restricted(action: &ActionInfo, world: &World) -> Option<String> {
    let why = world.restriction.as_ref();
    why.filter(|_| action.verb != Verb::Inspect)
        .map(|why| format!("refused by {}", harmless(why)))
}

/// Why an action will be refused, where that is known without asking AWS.
fn none_of(kind: Kind, action: &ActionInfo, row: &Row) -> Option<String> {
    if action.verb != Verb::Create {
        return None;
    }
    kind.children()
        .find_map(|child| match row.cell(child.collection.none_because?) {
            Cell::Text(why) => Some(harmless(why).into_owned()),
            _ => None,
        })
}

/// What can be changed about rows of these.
pub(crate) fn changes(kinds: &[Kind]) -> Vec<Offer> {
    CHANGES
        .into_iter()
        .filter_map(|action| {
            let verb = verb(action)?;
            let mut doing = kinds.iter().map(|kind| with(verb, *kind));
            let actions = doing.find(|actions| !actions.is_empty())?;
            Some(Offer {
                action,
                // A command of two words ends in what it does.
                short: actions
                    .first()?
                    .command
                    .rsplit(' ')
                    .next()?
                    .replace('-', " ")
                    .into(),
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
                label: offer.short.clone().into_owned(),
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
