//! What screens and dialogs ask for, carried out.

use super::notify;
use crate::{
    config::Clipboard,
    context::Context,
    domain::{
        row::{Row, Tone},
        text::is_hostile,
    },
    tui::{
        dialogs::{Dialog, form::Form},
        effect::Effect,
        model::Model,
        outcome::Outcome,
        records::Records,
        screens::{Screen, resource::ResourceScreen},
        store::{Kind, ListKey, Store},
        terminal::{LONGEST_COPY, Signal},
        world::Connection,
    },
};

/// Carries out what was asked for.
pub(super) fn carry_out(model: &mut Model, outcome: Outcome, effects: &mut Vec<Effect>) {
    match outcome {
        Outcome::Done | Outcome::Unused => {}
        Outcome::Back => back(model, effects),
        Outcome::Cancel(need) => {
            if let Some(ticket) = model.world.store.cancel(&need) {
                effects.push(Effect::Abort(ticket));
            }
        }
        Outcome::Reload(needs) => {
            if needs.is_empty() {
                read_journal(model, effects);
            }
            for need in needs {
                model.world.store.invalidate(&need);
            }
        }
        Outcome::Enter(list, row) => {
            model
                .screens
                .push(Screen::Resource(Box::new(ResourceScreen::new(list, row))));
        }
        Outcome::Ask(kind, action, row) => {
            let Some(place) = model.world.place(&row.region).cloned() else {
                let text = format!("not connected to {}", row.region);
                return notify(model, Tone::Warning, text, effects);
            };
            let (form, request) = Form::open(kind, action, row, place);
            model.dialogs.push(Dialog::Form(Box::new(form)));
            carry_out(model, Outcome::Assess(request), effects);
        }
        Outcome::Assess(request) => {
            let ticket = model.tickets.next();
            if let Some(Dialog::Form(form)) = model.dialogs.last_mut() {
                effects.extend(form.idle_call().map(Effect::Abort));
                form.assessing(ticket, model.world.wall);
                effects.push(Effect::Assess(ticket, request));
            }
        }
        Outcome::Submit(request, consent) => {
            let ticket = model.tickets.next();
            if let Some(Dialog::Form(form)) = model.dialogs.last_mut() {
                effects.extend(form.idle_call().map(Effect::Abort));
                form.sending(ticket, model.world.wall);
                effects.push(Effect::Submit(ticket, request, consent));
            }
        }
        Outcome::Follow { to, of, filter } => {
            close_dialog(model, effects);
            let Some(kind) = to.parents().next() else {
                return;
            };
            follow(model, kind, to, *of, filter);
        }
        Outcome::Copy { what, text } => copy(model, &what, text, effects),
        Outcome::Diagnose => {
            let ticket = model.tickets.next();
            let settings = Box::new(model.world.settings.clone());
            effects.push(Effect::Diagnose(ticket, settings));
        }
        Outcome::Retry => retry(model, effects),
        Outcome::Sandbox => {
            model.world.settings = Context::enter_sandbox(&model.world.settings);
            model.world.sandbox = true;
            open(model, effects);
        }
        Outcome::Quit => effects.push(Effect::Leave),
    }
}

/// Puts a text on the clipboard, and says so. Nothing answers, so it cannot be said whether the
/// terminal did.
fn copy(model: &mut Model, what: &str, text: String, effects: &mut Vec<Effect>) {
    let steers = |c: char| is_hostile(c) && c != '\n';
    let refusal = if model.world.settings.terminal.clipboard == Clipboard::Off {
        Some("clipboard is off in [terminal] of the configuration".to_owned())
    } else if text.len() > LONGEST_COPY {
        let length = text.len();
        Some(format!(
            "{length} bytes are more than the {LONGEST_COPY} that terminals take"
        ))
    } else if text.chars().any(steers) {
        Some("it holds control characters".to_owned())
    } else {
        None
    };
    if let Some(why) = refusal {
        let text = format!("Not copied: {why}");
        return notify(model, Tone::Warning, text, effects);
    }
    notify(model, Tone::Neutral, format!("Copied {what}"), effects);
    effects.push(Effect::Signal(Signal::Copy(text)));
}

/// Connects again: from the very start where the context could not be opened.
pub(super) fn retry(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.opened {
        model
            .screens
            .retain(|screen| !matches!(screen, Screen::Problem(_)));
        connect(model, effects);
    } else {
        open(model, effects);
    }
}

/// Asks AWS who we are.
pub(super) fn connect(model: &mut Model, effects: &mut Vec<Effect>) {
    let ticket = model.tickets.next();
    model.world.connection = Connection::Connecting(ticket, model.world.wall);
    effects.push(Effect::Connect(ticket));
}

/// Stops whatever keeps the lists from being read.
pub(super) fn stop_connecting(model: &mut Model, effects: &mut Vec<Effect>) {
    if let Some((ticket, _)) = model.world.connection.waiting() {
        effects.push(Effect::Abort(ticket));
        model.world.connection = Connection::Cancelled;
    }
}

/// Reads the journal again.
pub(super) fn read_journal(model: &mut Model, effects: &mut Vec<Effect>) {
    if !model.opened {
        return;
    }
    let ticket = model.tickets.next();
    let remote = model.world.records.remote_mut();
    effects.extend(remote.ticket().map(Effect::Abort));
    remote.ask(ticket, model.world.wall);
    effects.push(Effect::ReadJournal(ticket));
}

/// Starts over with the settings as they are: nothing of what was read before is kept.
fn open(model: &mut Model, effects: &mut Vec<Effect>) {
    model.screens.truncate(1);
    model.opened = false;
    model.world.records = Records::default();
    model.world.store = Store::default();
    let ticket = model.tickets.next();
    model.world.connection = Connection::Opening(ticket, model.world.wall);
    effects.push(Effect::Open(ticket, Box::new(model.world.settings.clone())));
}

fn back(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.dialog().is_some() {
        close_dialog(model, effects);
    } else if model.screens.len() > 1 {
        model.screens.pop();
    }
}

fn close_dialog(model: &mut Model, effects: &mut Vec<Effect>) {
    if let Some(Dialog::Form(form)) = model.dialogs.pop() {
        // The finding out is of no use any more. The sending goes on: nobody can call it back.
        effects.extend(form.idle_call().map(Effect::Abort));
    }
}

fn follow(model: &mut Model, kind: Kind, to: Kind, of: Row, filter: &str) {
    if let Some(Screen::Resource(screen)) = model.screens.last_mut()
        && screen.is_of(kind, &of)
    {
        screen.go_to(to, filter);
        return;
    }
    let list = ListKey { kind, parent: None };
    let mut screen = ResourceScreen::new(list, of);
    screen.go_to(to, filter);
    model.screens.push(Screen::Resource(Box::new(screen)));
}
