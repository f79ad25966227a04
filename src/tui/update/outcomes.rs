//! What screens and dialogs ask for, carried out.

use std::path::PathBuf;

use super::notify;
use crate::{
    context::Context,
    domain::{
        collection::ActionInfo,
        export::Format,
        row::{Row, Tone},
    },
    tui::{
        dialogs::{Dialog, bulk::Bulk, compare::Compare, export::Export, form::Form},
        effect::{Effect, File, Replace},
        model::Model,
        outcome::Outcome,
        records::Records,
        screens::{Screen, resource::ResourceScreen},
        store::{Kind, ListKey, Store},
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
        Outcome::Order(kind, order) => model.world.tables.set_order(kind, order),
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
        Outcome::AskMany(kind, action, rows) => ask_many(model, kind, action, rows, effects),
        Outcome::AssessMany => {
            if let Some(Dialog::Bulk(bulk)) = model.dialogs.last_mut() {
                effects.extend(bulk.restart().into_iter().map(Effect::Abort));
            }
            advance(model, effects);
        }
        Outcome::SubmitMany => {
            if let Some(Dialog::Bulk(bulk)) = model.dialogs.last_mut() {
                bulk.send();
            }
            advance(model, effects);
        }
        Outcome::Compare(kind, rows) => {
            let compare = Compare::new(kind, *rows);
            model.dialogs.push(Dialog::Compare(Box::new(compare)));
        }
        Outcome::Export(kind, rows) => {
            let day = model.world.now.strftime("%Y-%m-%d");
            let export = Export::new(rows, &format!("{}-{day}", kind.collection.kind));
            model.dialogs.push(Dialog::Export(export));
        }
        Outcome::Write {
            format,
            path,
            replace,
        } => write(model, format, path, replace, effects),
        Outcome::Say(tone, text) => notify(model, tone, text, effects),
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
        Outcome::Retry => retry(model, effects),
        Outcome::Sandbox => {
            model.world.settings = Context::enter_sandbox(&model.world.settings);
            model.world.sandbox = true;
            open(model, effects);
        }
        Outcome::Quit => effects.push(Effect::Leave),
    }
}

/// Writes what the open list shows to a file.
fn write(
    model: &mut Model,
    format: Format,
    path: PathBuf,
    replace: Replace,
    effects: &mut Vec<Effect>,
) {
    let pane = model.screen().and_then(Screen::pane);
    let text = pane.map(|pane| pane.written(format, &model.world));
    let ticket = model.tickets.next();
    if let (Some(text), Some(Dialog::Export(export))) = (text, model.dialogs.last_mut()) {
        export.writing(ticket);
        let file = File {
            path,
            text,
            replace,
        };
        effects.push(Effect::Write(ticket, file));
    }
}

/// Opens the dialog of an action on several rows.
fn ask_many(
    model: &mut Model,
    kind: Kind,
    action: &'static ActionInfo,
    rows: Vec<Row>,
    effects: &mut Vec<Effect>,
) {
    let mut placed = Vec::new();
    for row in rows {
        let Some(place) = model.world.place(&row.region).cloned() else {
            let text = format!("not connected to {}", row.region);
            return notify(model, Tone::Warning, text, effects);
        };
        placed.push((row, place));
    }
    let bulk = Bulk::new(kind, action, placed);
    model.dialogs.push(Dialog::Bulk(Box::new(bulk)));
    advance(model, effects);
}

/// Makes the next calls of the dialog of several rows.
pub(super) fn advance(model: &mut Model, effects: &mut Vec<Effect>) {
    for dialog in &mut model.dialogs {
        if let Dialog::Bulk(bulk) = dialog {
            while let Some(effect) = bulk.next(model.tickets.next()) {
                effects.push(effect);
            }
        }
    }
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
    // The finding out is of no use any more. The sending goes on: nobody can call it back.
    match model.dialogs.pop() {
        Some(Dialog::Form(form)) => effects.extend(form.idle_call().map(Effect::Abort)),
        Some(Dialog::Bulk(bulk)) => {
            effects.extend(bulk.idle_calls().into_iter().map(Effect::Abort));
        }
        _ => {}
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
