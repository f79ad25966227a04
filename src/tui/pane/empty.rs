//! What a list says that was read and has no rows.

use super::Pane;
use crate::{
    config::Action,
    domain::{collection::Verb, row::Cell, text::harmless, words::plural},
    tui::{
        format,
        offers::{self, key},
        store::DetailKey,
        world::World,
    },
};

impl Pane {
    /// Why the row above has none of these, where it says so itself.
    pub(crate) fn forbidden(&self, world: &World) -> Option<String> {
        let (owner, member) = (
            self.key.parent.as_ref()?,
            self.key.kind.collection.none_because?,
        );
        self.key.kind.parents().find_map(|kind| {
            let key = DetailKey {
                kind,
                row: owner.clone(),
            };
            match world.store.detail(&key)?.value()?.cell(member) {
                Cell::Text(why) => Some(harmless(why).into_owned()),
                _ => None,
            }
        })
    }

    pub(super) fn none_there(&self, world: &World) -> String {
        let what = plural(self.key.kind.collection.noun);
        if self.key.parent.is_none() {
            let places = world
                .connected()
                .map_or(&[][..], |connected| &connected.places);
            let regions: Vec<_> = places.iter().map(|place| place.region.as_str()).collect();
            let mut text = match regions.as_slice() {
                [] => format!("No {what}."),
                few if few.len() <= 3 => format!("No {what} in {}.", few.join(", ")),
                many => format!("No {what} in any of the {} Regions.", many.len()),
            };
            if !offers::in_place(self.kind(), world).is_empty() {
                let actions = key(world.keymap(), Action::Actions);
                text = format!("{text} {actions} shows what can be done.");
            }
            return text;
        }
        if let Some(why) = self.forbidden(world) {
            return format!("{}.", format::sentence(&why));
        }
        // Whether what is created on the row above appears here: its name says so.
        let noun = self.key.kind.collection.noun;
        let created = self.key.kind.parents().find(|parent| {
            parent.service.actions.iter().any(|action| {
                action.verb == Verb::Create
                    && action.is_asked_of(parent.collection.id)
                    && action.title.to_lowercase().contains(noun)
            })
        });
        match created {
            Some(_) => format!(
                "No {what}; {} creates one where that is possible.",
                key(world.keymap(), Action::Create)
            ),
            None => format!("No {what}."),
        }
    }
}
