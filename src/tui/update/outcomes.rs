//! What screens and dialogs ask for, carried out.

use std::{path::PathBuf, time::Duration};

use super::{finish, going, identity, keys, notify};
use crate::{
    config::Clipboard,
    context::Context,
    domain::{
        collection::ActionInfo,
        export::Format,
        form::Request,
        row::{Row, RowKey, Tone},
        secret::Secret,
        text::is_hostile,
    },
    operations::Consent,
    tui::{
        choice::Choice,
        dialogs::{
            Dialog, bulk::Bulk, compare::Compare, criteria::Choosing, export::Export, form::Form,
            menu::Menu,
        },
        effect::{Effect, File, Replace},
        links,
        message::Timer,
        model::Model,
        outcome::Outcome,
        owners::Owners,
        records::Records,
        remote::{State, Ticket},
        screens::{Screen, resource::ResourceScreen},
        store::{Kind, ListKey, Need},
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
        Outcome::Reload(needs) => reload(model, needs, effects),
        Outcome::Order(kind, order) => model.world.tables.set_order(kind, order),
        Outcome::Enter(list, row, view) => {
            let screen = ResourceScreen::new(list, row, view);
            model.screens.push(Screen::Resource(Box::new(screen)));
        }
        Outcome::Offer(title, entries) => {
            model.dialogs.push(Dialog::Menu(Menu::new(title, entries)));
        }
        Outcome::Choose(choice) => {
            if let Some(Dialog::Finder(finder)) = model.dialogs.pop() {
                remember(model, finder.remembered());
            }
            choose(model, *choice, effects);
        }
        Outcome::Go(choice) => choose(model, *choice, effects),
        Outcome::AssessMany => assess_many(model, effects),
        Outcome::SubmitMany => submit_many(model, effects),
        Outcome::Select(list) => select(model, list),
        Outcome::MarkOnly(keys) => mark_only(model, &keys),
        Outcome::Compare(kind, rows) => compare(model, kind, *rows),
        Outcome::Export(kind, rows) => {
            let day = model.world.now.strftime("%Y-%m-%d");
            let what = if model.screen().is_some_and(|screen| screen.pane().is_some()) {
                "What is shown: these rows, in this order, with these columns"
            } else {
                "All that is known of it, each member under its key"
            };
            let export = Export::new(rows, what, &format!("{}-{day}", kind.collection.kind));
            model.dialogs.push(Dialog::Export(export));
        }
        Outcome::Write {
            format,
            path,
            replace,
        } => write(model, format, path, replace, effects),
        Outcome::Say(tone, text) => notify(model, tone, text, effects),
        Outcome::Assess(request) => assess(model, request, effects),
        Outcome::Submit(request, consent) => submit(model, request, consent, effects),
        Outcome::Follow {
            from,
            to,
            of,
            filter,
        } => {
            close_dialog(model, effects);
            if to.parents().any(|owner| owner == from) {
                going::follow(model, from, to, *of, filter);
            } else if let Some((owner, key)) = links::owner(from, &of, to) {
                going::open_resource(model, owner, &key);
                if let Some(Screen::Resource(screen)) = model.screens.last_mut() {
                    screen.go_to(to, filter);
                }
            }
        }
        Outcome::Copy { what, text } => copy(model, &what, text, effects),
        Outcome::Diagnose => diagnose(model, effects),
        Outcome::GiveCode(code) => {
            model.dialogs.pop();
            connect_with(model, Some(code), effects);
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

/// Has something read again; the journal where nothing is named.
fn reload(model: &mut Model, needs: Vec<Need>, effects: &mut Vec<Effect>) {
    if needs.is_empty() {
        read_journal(model, effects);
    }
    for need in needs {
        model.world.store.invalidate(&need);
    }
}

/// Finds out anew what would follow for each of several rows.
fn assess_many(model: &mut Model, effects: &mut Vec<Effect>) {
    if let Some(Dialog::Bulk(bulk)) = model.dialogs.last_mut() {
        effects.extend(bulk.restart().into_iter().map(Effect::Abort));
    }
    advance(model, effects);
}

/// Sends the requests of several rows.
fn submit_many(model: &mut Model, effects: &mut Vec<Effect>) {
    if let Some(Dialog::Bulk(bulk)) = model.dialogs.last_mut() {
        bulk.send(&model.world);
    }
    advance(model, effects);
}

/// Opens the dialog that marks rows by criteria.
fn select(model: &mut Model, list: ListKey) {
    let choosing = Choosing::new(list);
    model.dialogs.push(Dialog::Choosing(Box::new(choosing)));
}

/// Marks these rows and no others.
fn mark_only(model: &mut Model, keys: &[RowKey]) {
    model.dialogs.pop();
    if let Some(pane) = model.screens.last_mut().and_then(Screen::pane_mut) {
        pane.mark_only(keys, &model.world);
    }
}

/// Has a file written for a bug report.
fn diagnose(model: &mut Model, effects: &mut Vec<Effect>) {
    let ticket = model.tickets.next();
    let settings = Box::new(model.world.settings.clone());
    effects.push(Effect::Diagnose(ticket, settings));
}

/// Puts two rows side by side.
fn compare(model: &mut Model, kind: Kind, rows: [Row; 2]) {
    let compare = Compare::new(kind, rows);
    model.dialogs.push(Dialog::Compare(Box::new(compare)));
}

/// Opens the dialog of an action on a row.
fn ask(
    model: &mut Model,
    kind: Kind,
    action: &'static ActionInfo,
    row: Row,
    effects: &mut Vec<Effect>,
) {
    let Some(place) = model.world.place(&row.region).cloned() else {
        let text = format!("not connected to {}", row.region);
        return notify(model, Tone::Warning, text, effects);
    };
    let form = Form::open(kind, action, row, place, model.world.now);
    // What could not be listed before may be listed now.
    if let Some(need) = form.need()
        && matches!(
            model.world.store.state(&need),
            State::Failed(_) | State::Cancelled
        )
    {
        model.world.store.invalidate(&need);
    }
    model.dialogs.push(Dialog::Form(Box::new(form)));
    assess_due(model, effects);
}

/// Finds out what would follow from the request of the open dialog, once it is known what it acts on.
pub(super) fn assess_due(model: &mut Model, effects: &mut Vec<Effect>) {
    if let Some(Dialog::Form(form)) = model.dialogs.last_mut()
        && let Some(request) = form.take_due()
    {
        assess(model, request, effects);
    }
}

/// How long nothing more may be typed before what follows from it is found out.
const PAUSE: Duration = Duration::from_millis(400);

/// Waits for the end of the typing into a dialog, where something was typed that is not accounted for.
pub(super) fn wait_for_typing(model: &mut Model, effects: &mut Vec<Effect>) {
    if !form(model).is_some_and(Form::is_edited) {
        return;
    }
    let ticket = model.tickets.next();
    if let Some(form) = form(model) {
        form.pauses(ticket);
        effects.push(Effect::After(PAUSE, Timer::Assess(ticket)));
    }
}

/// Finds out what follows from what was typed into a dialog, where nothing more was typed meanwhile.
pub(super) fn assess_typed(model: &mut Model, pause: Ticket, effects: &mut Vec<Effect>) {
    let typed = form(model).and_then(|form| form.end_of(pause));
    if let Some(request) = typed {
        assess(model, request, effects);
    }
}

/// The dialog of an action on a row, also below another one.
fn form(model: &mut Model) -> Option<&mut Form> {
    model
        .dialogs
        .iter_mut()
        .rev()
        .find_map(|dialog| match dialog {
            Dialog::Form(form) => Some(&mut **form),
            _ => None,
        })
}

/// Finds out what would follow from the request of the open dialog.
fn assess(model: &mut Model, request: Request, effects: &mut Vec<Effect>) {
    let (ticket, now) = (model.tickets.next(), model.world.wall);
    if let Some(form) = form(model) {
        effects.extend(form.idle_call().map(Effect::Abort));
        form.assessing(ticket, now);
        effects.push(Effect::Assess(ticket, request));
    }
}

/// Sends the request of the open dialog.
fn submit(model: &mut Model, request: Request, consent: Consent, effects: &mut Vec<Effect>) {
    let ticket = model.tickets.next();
    if let Some(Dialog::Form(form)) = model.dialogs.last_mut() {
        effects.extend(form.idle_call().map(Effect::Abort));
        form.sending(ticket, model.world.wall);
        effects.push(Effect::Submit(ticket, request, consent));
    }
}

/// Does what was chosen in a menu.
fn choose(model: &mut Model, choice: Choice, effects: &mut Vec<Effect>) {
    match choice {
        Choice::Ask(kind, action, row) => ask(model, kind, action, *row, effects),
        Choice::AskMany(kind, action, rows) => ask_many(model, kind, action, rows, effects),
        Choice::Refuse(why) => notify(model, Tone::Warning, why, effects),
        Choice::Open(kind, key) => going::open_resource(model, kind, &key),
        Choice::Find(kind, id) => going::find(model, kind, id, effects),
        Choice::List(kind) => going::open_list(model, kind),
        Choice::Act(action) => keys::act(model, action, effects),
        Choice::Profile(name) => identity::to_profile(model, name, effects),
        Choice::Regions(regions) => identity::to_regions(model, regions, effects),
        Choice::Copy(what, text) => copy(model, &what, text, effects),
    }
}

/// How many of the texts that were typed to go somewhere are kept.
const HISTORY: usize = 50;

/// Keeps a text that was typed to go somewhere, as the newest.
fn remember(model: &mut Model, text: Option<String>) {
    let Some(text) = text else { return };
    model.history.retain(|known| *known != text);
    model.history.push(text);
    let over = model.history.len().saturating_sub(HISTORY);
    model.history.drain(..over);
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

/// Writes what the open list shows to a file.
fn write(
    model: &mut Model,
    format: Format,
    path: PathBuf,
    replace: Replace,
    effects: &mut Vec<Effect>,
) {
    finish(model);
    let screen = model.screen();
    let text = screen.and_then(|screen| screen.written(format, &model.world));
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
    let bulk = Bulk::new(kind, action, placed, model.world.now);
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
    connect_with(model, None, effects);
}

fn connect_with(model: &mut Model, code: Option<Secret<String>>, effects: &mut Vec<Effect>) {
    effects.extend(model.reconnecting.take().map(Effect::Abort));
    let ticket = model.tickets.next();
    model.world.connection = Connection::Connecting(ticket, model.world.wall);
    effects.push(Effect::Connect(ticket, code));
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
pub(super) fn open(model: &mut Model, effects: &mut Vec<Effect>) {
    model.screens.truncate(1);
    model.opened = false;
    model.world.records = Records::default();
    model.world.store.clear();
    model.world.owners = Owners::default();
    effects.extend(model.reconnecting.take().map(Effect::Abort));
    let ticket = model.tickets.next();
    model.world.connection = Connection::Opening(ticket, model.world.wall);
    effects.push(Effect::Open(ticket, Box::new(model.world.settings.clone())));
}

pub(super) fn back(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.dialog().is_some() {
        close_dialog(model, effects);
    } else if model.screens.len() > 1 {
        model.screens.pop();
    }
}

fn close_dialog(model: &mut Model, effects: &mut Vec<Effect>) {
    match model.dialogs.pop() {
        // The finding out is of no use any more. The sending goes on: nobody can call it back.
        Some(Dialog::Form(form)) => effects.extend(form.idle_call().map(Effect::Abort)),
        Some(Dialog::Bulk(bulk)) => {
            effects.extend(bulk.idle_calls().into_iter().map(Effect::Abort));
        }
        // Without the code there is no connection.
        Some(Dialog::Code(_)) => model.world.connection = Connection::Cancelled,
        _ => {}
    }
}
