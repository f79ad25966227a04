//! Going somewhere: to a list, to the overview, to a row wherever it is.
//!
//! What is on the way here already is gone back to, so that the way does not lead in circles.

use super::notify;
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        row::{Row, RowKey, Tone},
        text::harmless,
    },
    tui::{
        effect::Effect,
        format,
        model::{Model, roots},
        outcome::View,
        remote::Ticket,
        screens::{
            Screen, collection::CollectionScreen, home::HomeScreen, resource::ResourceScreen,
        },
        store::{Kind, ListKey},
    },
};

/// Goes to the list of a collection.
pub(super) fn open_list(model: &mut Model, kind: Kind) {
    let here = |screen: &mut Screen| match screen {
        Screen::Collection(screen) => screen.go_to(kind),
        _ => false,
    };
    if let Some(place) = model.screens.iter_mut().position(here) {
        model.screens.truncate(place + 1);
        return;
    }
    let mut screen = CollectionScreen::new(roots(&model.world.catalog));
    if screen.go_to(kind) {
        model.screens.truncate(1);
        model.screens.push(Screen::Collection(screen));
    }
}

/// Goes to the overview.
pub(super) fn open_home(model: &mut Model) {
    // Why nothing can be done at all stays in sight until something can be.
    if matches!(model.screen(), Some(Screen::Problem(_))) {
        return;
    }
    let home = |screen: &Screen| matches!(screen, Screen::Home(_));
    if let Some(place) = model.screens.iter().position(home) {
        model.screens.truncate(place + 1);
    } else {
        let screen = HomeScreen::new(roots(&model.world.catalog));
        model.screens = vec![Screen::Home(screen)];
    }
}

/// Goes to the row of an id. Where there are several Regions, the one that has it is looked for
/// first.
pub(super) fn find(model: &mut Model, kind: Kind, id: String, effects: &mut Vec<Effect>) {
    let places = model
        .world
        .connected()
        .map_or(&[][..], |connected| &connected.places);
    match places {
        [] => notify(model, Tone::Warning, "Not connected yet", effects),
        [only] => {
            let region = only.region.clone();
            open_resource(model, kind, &RowKey { region, id });
        }
        many => {
            let text = format!(
                "Looking for {} {} in {} Regions",
                kind.collection.noun,
                harmless(&id),
                many.len()
            );
            notify(model, Tone::Busy, text, effects);
            let ticket = model.tickets.next();
            let before = model.finding.replace((ticket, id.clone()));
            effects.extend(before.map(|(ticket, _)| Effect::Abort(ticket)));
            effects.push(Effect::Find(ticket, kind, id));
        }
    }
}

/// A row was looked for in all Regions.
pub(super) fn found(
    model: &mut Model,
    ticket: Ticket,
    kind: Kind,
    result: Result<Row, Failure>,
    effects: &mut Vec<Effect>,
) {
    let Some((_, id)) = model.finding.take_if(|(own, _)| *own == ticket) else {
        return;
    };
    match result {
        Ok(row) => open_known(model, kind, row),
        Err(failure) if failure.kind == FailureKind::NotFound => {
            // Every Region was asked, whichever of them the failure is of.
            let count = model.world.connected().map_or(0, |c| c.places.len());
            let (noun, id) = (kind.collection.noun, harmless(&id));
            let text = format!("There is no {noun} {id} in any of the {count} Regions.");
            notify(model, Tone::Bad, text, effects);
        }
        Err(failure) => {
            let text = format::told(&failure);
            notify(model, Tone::Bad, text, effects);
        }
    }
}

/// Goes to the screen of a row. One that is on the way here is gone back to, so that the way does not
/// lead in circles.
pub(super) fn open_resource(model: &mut Model, kind: Kind, key: &RowKey) {
    let here = model
        .screens
        .iter()
        .position(|screen| matches!(screen, Screen::Resource(screen) if screen.is_of(kind, key)));
    if let Some(here) = here {
        model.screens.truncate(here + 1);
        return;
    }
    let Some(connected) = model.world.connected() else {
        return;
    };
    let known = model.world.store.known(kind, key).cloned();
    let screen = ResourceScreen::named(kind, key, &connected.identity.account, known);
    model.screens.push(Screen::Resource(Box::new(screen)));
}

/// Goes to the screen of a row that was just read.
fn open_known(model: &mut Model, kind: Kind, row: Row) {
    model.notice = None;
    let account = row.account.clone();
    let screen = ResourceScreen::named(kind, &row.key(), &account, Some(row));
    model.screens.push(Screen::Resource(Box::new(screen)));
}

/// Goes to the part of a collection that belongs to a row, with a filter.
pub(super) fn follow(model: &mut Model, kind: Kind, to: Kind, of: Row, filter: &str) {
    if let Some(Screen::Resource(screen)) = model.screens.last_mut()
        && screen.is_of(kind, &of.key())
    {
        screen.go_to(to, filter);
        return;
    }
    let list = ListKey { kind, parent: None };
    let mut screen = ResourceScreen::new(list, of, View::Members);
    screen.go_to(to, filter);
    model.screens.push(Screen::Resource(Box::new(screen)));
}
