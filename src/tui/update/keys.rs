//! Where a key goes: to the dialog on top, to a text being typed, or through the keymap.

use super::{finish, freshness, going, identity, notify, outcomes};
use crate::{
    config::{Action, Key, KeyCode, Keymap},
    domain::{row::Tone, text::harmless},
    tui::{
        choice,
        dialogs::{Dialog, finder::Finder, help::HelpDialog, menu::Menu, quit::QuitDialog},
        effect::Effect,
        layout,
        model::{Before, Model},
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
    // What was said of the key before belongs to where one was then.
    let said = model.notice.take_if(|notice| notice.tone == Tone::Neutral);
    if !pressed(model, key, effects) && model.notice.is_none() {
        model.notice = said;
    }
}

/// Does what a key means; answers whether it means anything.
fn pressed(model: &mut Model, key: Key, effects: &mut Vec<Effect>) -> bool {
    let before = std::mem::take(&mut model.before);
    if key == INTERRUPT {
        if before == Before::Interrupt {
            effects.push(Effect::Leave);
        } else {
            quit(model, effects);
        }
        model.before = Before::Interrupt;
        return true;
    }
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
        return false;
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
    let action = model.world.keymap().action(&key);
    let is_used = outcome.is_used() || action.is_some();
    if outcome.is_used() {
        outcomes::carry_out(model, outcome, effects);
    } else if model.dialog().is_some() {
        in_dialog(model, action, effects);
    } else if let Some(action) = action {
        if action == Action::Copy && before == Before::Copied {
            copy_more(model);
        } else {
            act(model, action, effects);
        }
    }
    is_used
}

/// What a key means in every dialog that has no other use for it: it is left by the key that leaves the
/// program, and its own keys are shown by the one that shows them.
fn in_dialog(model: &mut Model, action: Option<Action>, effects: &mut Vec<Effect>) {
    let area = layout::areas(model.world.size).dialog;
    match (action, model.dialogs.last_mut()) {
        (Some(Action::Quit), Some(dialog)) => {
            let outcome = dialog.key(Key::plain(KeyCode::Esc), &model.world, area);
            outcomes::carry_out(model, outcome, effects);
        }
        (Some(Action::Help), Some(dialog)) => {
            let hints = dialog.hints(model.world.keymap());
            let help = HelpDialog::over(hints);
            model.dialogs.push(Dialog::Help(help));
        }
        _ => {}
    }
}

/// Offers what else can be copied of what an id was just copied of.
fn copy_more(model: &mut Model) {
    let copies = model
        .screen()
        .and_then(|screen| screen.copies(&model.world));
    if let Some((title, entries)) = copies {
        let title = format!("Copy of {title}");
        model.dialogs.push(Dialog::Menu(Menu::new(title, entries)));
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
        Action::Home => return going::open_home(model),
        Action::Pause => return freshness::pause(model, effects),
        Action::Operations => return operations(model, effects),
        Action::Copy => {
            let id = model.screen().and_then(|screen| screen.id(&model.world));
            if let Some(text) = id.map(str::to_owned) {
                model.before = Before::Copied;
                let key = offers::key(model.world.keymap(), Action::Copy);
                let what = format!("{}; {key} again for any other value", harmless(&text));
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
    let leaves = model.screens.len() > 1;
    let Some(screen) = model.screens.last() else {
        return;
    };
    if outcome.is_used() {
        outcomes::carry_out(model, outcome, effects);
    } else if action == Action::Back && leaves && !matches!(screen, Screen::Problem(_)) {
        outcomes::back(model, effects);
    } else if let Some(text) = unused(action, screen, model.world.keymap()) {
        notify(model, Tone::Neutral, text, effects);
    }
}

/// Why a key does nothing here, or where it does something. Nothing is said of what only moves, and of
/// going where one is already.
fn unused(action: Action, screen: &Screen, keymap: &Keymap) -> Option<String> {
    let in_list = screen.pane().is_some();
    let text = match action {
        Action::Open => "nothing is selected here",
        Action::Create | Action::Restore | Action::Delete | Action::Actions | Action::GoTo => {
            "nothing here to do that with"
        }
        Action::Attention if in_list => "nothing here needs a look",
        Action::Unmark if in_list => "nothing is marked",
        Action::Select => "works where recovery points are listed",
        Action::Sort
        | Action::Reverse
        | Action::Attention
        | Action::Mark
        | Action::MarkRange
        | Action::MarkAll
        | Action::Unmark
        | Action::Compare
            if !in_list =>
        {
            "works in a list of resources"
        }
        Action::Filter => "works in a list of resources, and searches on the screen of one",
        Action::Json | Action::Copy if !in_list => "works on a resource",
        Action::Export if !in_list => "works on a list of resources, and on the screen of one",
        Action::Mark
        | Action::MarkRange
        | Action::MarkAll
        | Action::Json
        | Action::Copy
        | Action::Export => "there is nothing in this list",
        Action::CopyRequest => "works in the dialog that would send it",
        Action::NextTab | Action::PreviousTab => "there are no tabs here",
        Action::Back => {
            let key = |action| offers::key(keymap, action);
            let quit = key(Action::Quit);
            return Some(match screen {
                Screen::Problem(_) => {
                    let again = key(Action::Refresh);
                    format!("There is no way back from here; {again} tries again, {quit} quits")
                }
                _ => format!("This is the first screen; {quit} quits"),
            });
        }
        _ => return None,
    };
    Some(format!("{}: {text}", action.label()))
}

fn finder(model: &mut Model, effects: &mut Vec<Effect>) {
    identity::read_profiles(model, effects);
    let world = &model.world;
    let actions = model.screen().map(|screen| screen.actions(world));
    let entries = choice::everything(world, &model.offers(), actions.unwrap_or_default());
    let finder = Finder::new(
        "Go to or do",
        world.catalog.clone(),
        entries,
        choice::unread(world),
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
