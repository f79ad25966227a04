//! What screens and dialogs ask for, carried out.

use super::{identity, keys, notify};
use crate::{
    context::Context,
    domain::{
        failure::Failure,
        row::{Row, RowKey, Tone},
        text::harmless,
    },
    tui::{
        choice::Choice,
        dialogs::{Dialog, form::Form, menu::Menu},
        effect::Effect,
        format,
        model::{Model, roots},
        outcome::Outcome,
        records::Records,
        remote::Ticket,
        screens::{
            Screen, collection::CollectionScreen, home::HomeScreen, resource::ResourceScreen,
        },
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

/// Does what was chosen in a menu.
fn choose(model: &mut Model, choice: Choice, effects: &mut Vec<Effect>) {
    match choice {
        Choice::Ask(kind, action, row) => {
            carry_out(model, Outcome::Ask(kind, action, *row), effects);
        }
        Choice::Open(kind, key) => open_resource(model, kind, &key),
        Choice::Find(kind, id) => find(model, kind, id, effects),
        Choice::List(kind) => open_list(model, kind),
        Choice::Act(action) => keys::act(model, action, effects),
        Choice::Profile(name) => identity::to_profile(model, name, effects),
        Choice::Regions(regions) => identity::to_regions(model, regions, effects),
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

/// Goes to the list of a collection.
fn open_list(model: &mut Model, kind: Kind) {
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
fn find(model: &mut Model, kind: Kind, id: String, effects: &mut Vec<Effect>) {
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
            effects.extend(model.finding.replace(ticket).map(Effect::Abort));
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
    if model.finding != Some(ticket) {
        return;
    }
    model.finding = None;
    match result {
        Ok(row) => open_known(model, kind, row),
        Err(failure) => {
            let text = format::failure(&failure).join(" ");
            notify(model, Tone::Bad, text, effects);
        }
    }
}

/// Goes to the screen of a row. One that is on the way here is gone back to, so that the way does not
/// lead in circles.
fn open_resource(model: &mut Model, kind: Kind, key: &RowKey) {
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

fn connect_with(model: &mut Model, code: Option<String>, effects: &mut Vec<Effect>) {
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
    model.world.store = Store::default();
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
        // Without the code there is no connection.
        Some(Dialog::Code(_)) => model.world.connection = Connection::Cancelled,
        _ => {}
    }
}

fn follow(model: &mut Model, kind: Kind, to: Kind, of: Row, filter: &str) {
    if let Some(Screen::Resource(screen)) = model.screens.last_mut()
        && screen.is_of(kind, &of.key())
    {
        screen.go_to(to, filter);
        return;
    }
    let list = ListKey { kind, parent: None };
    let mut screen = ResourceScreen::new(list, of);
    screen.go_to(to, filter);
    model.screens.push(Screen::Resource(Box::new(screen)));
}
