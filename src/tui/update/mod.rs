//! What happens to the model when something happens: pure, without waiting and without a runtime.
//!
//! A message is routed to who it is for; what that one asks for is carried out here or becomes an
//! effect. At the end everything is brought in line: needs that nobody asked for are asked for, those
//! that no screen has any more are dropped, cursors are put back on their rows.

mod answers;
mod freshness;
mod going;
mod identity;
mod keys;
mod mouse;
mod outcomes;

use std::{collections::HashSet, time::Duration};

use crate::domain::row::Tone;

use super::{
    dialogs::Dialog,
    effect::Effect,
    filter::Steps,
    layout,
    message::{Message, Timer},
    model::{Model, Notice},
    pane::Pane,
    remote::State,
    screens::Screen,
    store::Need,
    trail,
    world::Connection,
};

/// How long a notice is shown.
const NOTICE: Duration = Duration::from_secs(8);
/// For how long changes of operations are collected before lists are read again.
const RELOAD: Duration = Duration::from_millis(500);

/// What the console wants first of all.
pub(crate) fn start(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let Connection::Opening(ticket, _) = model.world.connection {
        effects.push(Effect::Open(ticket, Box::new(model.world.settings.clone())));
    }
    settle(model, &mut effects);
    effects
}

/// What a message changes, and what is to be done about it.
pub(crate) fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    model.world.now = model.clocks.service.now();
    model.world.wall = model.clocks.wall.now();
    let mut effects = Vec::new();
    // Only these go anywhere.
    let from = match message {
        Message::Key(_) | Message::Found(..) => Some(trail::here(model)),
        _ => None,
    };
    match message {
        Message::Key(key) => keys::key(model, key, &mut effects),
        Message::Paste(text) => keys::paste(model, &text),
        Message::Mouse(done) => mouse::mouse(model, done, &mut effects),
        Message::Resized(size) => model.world.size = size,
        Message::Detach => effects.push(Effect::Leave),
        Message::Tick => {}
        Message::TimeUp(Timer::Notice(at)) => {
            if model.notice.as_ref().is_some_and(|notice| notice.at == at) {
                model.notice = None;
            }
        }
        Message::TimeUp(Timer::Reload) => {
            for service in std::mem::take(&mut model.outdated) {
                model.world.store.invalidate_service(&service);
            }
        }
        Message::TimeUp(Timer::Reconnect) => answers::reconnect(model, &mut effects),
        Message::TimeUp(Timer::Refresh(at)) => freshness::time_is_up(model, at),
        Message::TimeUp(Timer::Assess(pause)) => {
            outcomes::assess_typed(model, pause, &mut effects);
        }
        Message::WorkerPanicked(what) => {
            model.fatal = Some(what);
            effects.push(Effect::Leave);
        }
        answer => answers::answer(model, answer, &mut effects),
    }
    if let Some(from) = from.filter(|_| !std::mem::take(&mut model.retracing)) {
        let to = trail::here(model);
        model.trail.went(from, &to);
    }
    settle(model, &mut effects);
    effects
}

/// Whether something is still to be worked out that was too much for one turn.
pub(crate) fn is_unfinished(model: &Model) -> bool {
    let pane = model.screen().and_then(Screen::pane);
    pane.is_some_and(Pane::is_unfinished)
}

/// Goes on with what was too much for one turn, for as long as there is time.
pub(crate) fn go_on(model: &mut Model, is_time: &mut dyn FnMut() -> bool) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let Some(pane) = model.screens.last_mut().and_then(Screen::pane_mut) {
        pane.go_on(&model.world, &mut Steps::new(is_time));
    }
    if !is_unfinished(model) {
        settle(model, &mut effects);
    }
    effects
}

/// Does all that is still to be worked out. Before a key that means rows: which ones must be known.
fn finish(model: &mut Model) {
    if !is_unfinished(model) {
        return;
    }
    let areas = layout::areas(model.world.size);
    if let Some(screen) = model.screens.last_mut() {
        if let Some(pane) = screen.pane_mut() {
            pane.go_on(&model.world, &mut Steps::new(&mut || true));
        }
        screen.sync(&model.world, areas.screen);
    }
}

/// Says something on the notice line.
fn notify(model: &mut Model, tone: Tone, text: impl Into<String>, effects: &mut Vec<Effect>) {
    let at = model.world.wall;
    model.notice = Some(Notice {
        tone,
        text: text.into(),
        at,
    });
    effects.push(Effect::After(NOTICE, Timer::Notice(at)));
}

/// Brings everything in line with everything else.
fn settle(model: &mut Model, effects: &mut Vec<Effect>) {
    let asked_by_dialogs = || model.dialogs.iter().filter_map(Dialog::need);
    let needs: HashSet<_> = model
        .screens
        .iter()
        .flat_map(|screen| screen.needs())
        .chain(asked_by_dialogs())
        .collect();
    let known: HashSet<_> = model.screens.iter().flat_map(Screen::knows).collect();
    // Only the open screen asks; those below ask when they are open again.
    let open: Vec<Need> = model
        .screen()
        .into_iter()
        .flat_map(|screen| screen.needs())
        .chain(asked_by_dialogs())
        .collect();
    effects.extend(
        model
            .world
            .store
            .keep(&needs, &known)
            .into_iter()
            .map(Effect::Abort),
    );
    if model.world.connected().is_some() {
        for need in open {
            if *model.world.store.state(&need) == State::NotAsked {
                let ticket = model.tickets.next();
                // One that was made by itself is overtaken.
                effects.extend(model.world.store.ticket(&need).map(Effect::Abort));
                model.world.store.ask(&need, ticket, model.world.wall);
                effects.push(Effect::read(ticket, need));
            }
        }
    }
    effects.extend(
        model
            .world
            .store
            .discarded()
            .into_iter()
            .map(Effect::Discard),
    );
    freshness::keep_fresh(model, effects);
    let areas = layout::areas(model.world.size);
    if let Some(screen) = model.screens.last_mut() {
        screen.sync(&model.world, areas.screen);
    }
    for dialog in &mut model.dialogs {
        dialog.sync(&model.world, areas.dialog);
    }
    outcomes::assess_due(model, effects);
    outcomes::wait_for_typing(model, effects);
    ask_for_what_is_open(model, effects);
}

/// Asks for what the rows in sight have left open.
fn ask_for_what_is_open(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.world.connected().is_none() {
        return;
    }
    let screen = model.screens.last();
    let open = screen.map(|screen| screen.open_rows(&model.world));
    for (key, rows) in open.unwrap_or_default() {
        let ticket = model.tickets.next();
        model.world.store.ask_rows(&key, ticket);
        effects.push(Effect::Tell(ticket, key, rows));
    }
}

#[cfg(test)]
mod speed;
#[cfg(test)]
mod tests;
