//! Where a key goes: to the dialog on top, to a text being typed, or through the keymap.

use super::{finish, freshness, identity, notify, outcomes};
use crate::{
    config::{Action, Key, KeyCode},
    domain::{row::Tone, text::harmless},
    tui::{
        choice,
        dialogs::{Dialog, finder::Finder, help::HelpDialog, quit::QuitDialog},
        effect::Effect,
        layout,
        model::Model,
        offers,
        outcome::Outcome,
        screens::{Screen, operations::OperationsScreen},
        trail,
        world::Connection,
    },
};

const INTERRUPT: Key = Key {
    code: KeyCode::Char('c'),
    ctrl: true,
    alt: false,
};

/// A key was pressed.
pub(super) fn key(model: &mut Model, key: Key, effects: &mut Vec<Effect>) {
    if key == INTERRUPT {
        if std::mem::replace(&mut model.interrupted, true) {
            effects.push(Effect::Leave);
        } else {
            quit(model, effects);
        }
        return;
    }
    model.interrupted = false;
    let areas = layout::areas(model.world.size);
    if layout::is_too_small(model.world.size) {
        // Nothing but leaving may happen where nothing can be seen.
        if model.world.keymap().action(&key) == Some(Action::Quit) {
            if matches!(model.dialog(), Some(Dialog::Quit(_))) {
                effects.push(Effect::Leave);
            } else {
                quit(model, effects);
            }
        }
        return;
    }
    let outcome = if let Some(dialog) = model.dialogs.last_mut() {
        dialog.key(key, &model.world, areas.dialog)
    } else if let Some(screen) = model
        .screens
        .last_mut()
        .filter(|screen| screen.takes_keys())
    {
        screen.key(key, &model.world, areas.screen)
    } else {
        Outcome::Unused
    };
    let in_dialog = model.dialog().is_some();
    if outcome.is_used() || in_dialog {
        outcomes::carry_out(model, outcome, effects);
    } else if let Some(action) = model.world.keymap().action(&key) {
        act(model, action, effects);
    }
}

/// A text was pasted.
pub(super) fn paste(model: &mut Model, text: &str) {
    if layout::is_too_small(model.world.size) {
        return;
    }
    if let Some(dialog) = model.dialogs.last_mut() {
        dialog.paste(text);
    } else if let Some(screen) = model.screens.last_mut() {
        screen.paste(text);
    }
}

/// Does what a key of the keymap means.
pub(super) fn act(model: &mut Model, action: Action, effects: &mut Vec<Effect>) {
    // What clears a filter need not wait for what it finds.
    if action != Action::Back {
        finish(model);
    }
    match action {
        Action::Quit => return quit(model, effects),
        Action::Help => {
            let offers = model.offers();
            model.dialogs.push(Dialog::Help(HelpDialog::new(offers)));
            return;
        }
        Action::Palette => return finder(model, effects),
        Action::Identity => return identity::choose(model, effects),
        Action::HistoryBack | Action::HistoryForward => return retrace(model, action, effects),
        Action::Home => return outcomes::open_home(model),
        Action::Pause => return freshness::pause(model, effects),
        Action::Operations => return operations(model, effects),
        Action::Copy => {
            let id = model.screen().and_then(|screen| screen.id(&model.world));
            if let Some(text) = id.map(str::to_owned) {
                let what = harmless(&text).into_owned();
                return outcomes::carry_out(model, Outcome::Copy { what, text }, effects);
            }
        }
        // What keeps everything else waiting is stopped first, and asked for again first.
        Action::Back if model.world.connection.waiting().is_some() => {
            return outcomes::stop_connecting(model, effects);
        }
        Action::Refresh if matches!(model.world.connection, Connection::Cancelled) => {
            return outcomes::retry(model, effects);
        }
        _ => {}
    }
    let area = layout::areas(model.world.size).screen;
    let Some(screen) = model.screens.last_mut() else {
        return;
    };
    let outcome = screen.act(action, &model.world, area);
    if outcome.is_used() {
        outcomes::carry_out(model, outcome, effects);
    } else if action == Action::Back && !matches!(screen, Screen::Problem(_)) {
        outcomes::back(model, effects);
    } else if offers::verb(action).is_some() || matches!(action, Action::Actions | Action::GoTo) {
        let text = format!("{}: nothing here to do that with", action.label());
        notify(model, Tone::Neutral, text, effects);
    }
}

fn finder(model: &mut Model, effects: &mut Vec<Effect>) {
    identity::read_profiles(model, effects);
    let world = &model.world;
    let rows = model.screen().map(|screen| screen.rows(world));
    let actions = offers::entries(&rows.unwrap_or_default(), world);
    let entries = choice::everything(world, &model.offers(), actions);
    let finder = Finder::new(
        "Go to or do",
        world.catalog.clone(),
        entries,
        model.history.clone(),
    );
    model.dialogs.push(Dialog::Finder(Box::new(finder)));
}

/// Goes back or forward to where one has been.
fn retrace(model: &mut Model, action: Action, effects: &mut Vec<Effect>) {
    let here = trail::here(model);
    let stop = if action == Action::HistoryBack {
        model.trail.back(here)
    } else {
        model.trail.forward(here)
    };
    if let Some(stop) = stop {
        model.retracing = true;
        trail::go(model, &stop);
    } else {
        let text = format!("{}: there is none", action.label());
        notify(model, Tone::Neutral, text, effects);
    }
}

fn operations(model: &mut Model, effects: &mut Vec<Effect>) {
    if matches!(model.screen(), Some(Screen::Operations(_))) {
        return;
    }
    model
        .screens
        .push(Screen::Operations(OperationsScreen::default()));
    outcomes::read_journal(model, effects);
}

/// Leaves at once where nothing runs; otherwise says first what that means.
fn quit(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.world.records.running().next().is_none() {
        effects.push(Effect::Leave);
    } else if !matches!(model.dialog(), Some(Dialog::Quit(_))) {
        model.dialogs.push(Dialog::Quit(QuitDialog::default()));
    }
}
