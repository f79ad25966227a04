//! What the world answered.

use std::{collections::HashSet, path::PathBuf};

use super::{RELOAD, freshness, going, identity, notify, outcomes};
use crate::{
    config::{Action, Notify},
    domain::{
        failure::{Failure, FailureKind},
        lifecycle::Lifecycle,
        operation::Operation,
        place::Region,
        row::{Row, RowKey, Tone},
        text::harmless,
    },
    tui::{
        dialogs::{Dialog, bulk::Bulk, code::CodeDialog, form::Form},
        effect::Effect,
        format,
        listing::Reader,
        message::{Message, Opened, Timer, Unwritten},
        model::Model,
        offers::key,
        owners,
        records::{Change, title},
        remote::Ticket,
        screens::{Screen, problem::ProblemScreen},
        session,
        store::{Kind, ListKey, Store},
        terminal::Signal,
        world::{Connected, Connection, World},
    },
};

/// An answer arrived. Those that nobody waits for any more are dropped.
pub(super) fn answer(model: &mut Model, message: Message, effects: &mut Vec<Effect>) {
    match message {
        Message::Opened(ticket, result) if awaits(model, ticket) => opened(model, result, effects),
        Message::Connected(ticket, result) if awaits(model, ticket) => {
            connected(model, result, effects);
        }
        Message::Connected(ticket, result) if model.reconnecting == Some(ticket) => {
            reconnected(model, result, effects);
        }
        Message::CodeWanted(ticket, device) if awaits(model, ticket) => {
            let profile = model.world.settings.profile.clone().unwrap_or_default();
            let dialog = CodeDialog::new(profile, device);
            model.dialogs.push(Dialog::Code(dialog));
        }
        Message::Profiles(ticket, result) => identity::profiles(model, ticket, result, effects),
        Message::Regions(ticket, result) => identity::regions(model, ticket, result),
        Message::Alias(ticket, alias) => {
            model.world.alias.answer(ticket, Ok(alias));
        }
        Message::Arrived(ticket, key, rows) => arrived(model, ticket, &key, rows),
        Message::Listed(ticket, key, result) => {
            freshness::answered(model, result.as_ref().err().into_iter().flatten());
            model
                .world
                .store
                .listed(&key, ticket, result, model.world.wall);
            call_rolls(model, &key, effects);
        }
        Message::RollCalled(ticket, kind, region, result) => {
            roll_called(model, ticket, kind, &region, result);
        }
        Message::Told(ticket, key, asked, result) => told(model, ticket, &key, &asked, result),
        Message::Shown(ticket, key, result) => {
            freshness::answered(model, result.as_ref().err());
            model
                .world
                .store
                .shown(&key, ticket, result.map(|row| *row));
        }
        Message::Found(ticket, kind, result) => {
            going::found(model, ticket, kind, result.map(|row| *row), effects);
        }
        Message::Prefilled(ticket, values) => {
            if let Some(form) = checking(model, ticket) {
                form.prefill(&values);
            }
        }
        Message::Assessed(ticket, result) => {
            let result = result.map(|assessment| *assessment);
            if let Some(form) = checking(model, ticket) {
                form.assessed(ticket, result);
                if let Some(copy) = form.take_copy() {
                    outcomes::carry_out(model, copy, effects);
                }
            } else if let Some(bulk) = bulk(model) {
                bulk.assessed(ticket, result);
                outcomes::advance(model, effects);
            }
        }
        Message::Submitted(ticket, result) => {
            submitted(model, ticket, result.map(|operation| *operation), effects);
        }
        Message::Written(ticket, result) => written(model, ticket, result, effects),
        Message::Recorded(ticket, result) => model.world.records.answered(ticket, result),
        Message::Diagnosed(Ok(path)) => {
            // Over the keys there is no room for the whole of it.
            model
                .dialogs
                .pop_if(|dialog| matches!(dialog, Dialog::Help(_)));
            let path = path.display().to_string();
            let text = format!(
                "Written for a bug report: {}",
                format::paragraphs(&path).join(" ")
            );
            notify(model, Tone::Good, text, effects);
        }
        Message::Diagnosed(Err(failure)) => {
            notify(model, Tone::Bad, format::told(&failure), effects);
        }
        Message::OperationChanged(operation) => changed(model, *operation, effects),
        Message::OperationsMissed => outcomes::read_journal(model, effects),
        late => tracing::debug!(?late, "an answer was dropped"),
    }
}

/// Takes rows of a list in, by what is worked out of each.
fn read(model: &mut Model, key: &ListKey, take: impl FnOnce(&mut Store, &Reader<'_>)) {
    let World {
        store,
        tables,
        owners,
        now,
        ..
    } = &mut model.world;
    let reader = Reader {
        columns: tables.columns(key.kind),
        calls: &|row| !tables.attention(key.kind, row, *now, owners).is_empty(),
    };
    take(store, &reader);
}

/// Rows of a list arrived.
fn arrived(model: &mut Model, ticket: Ticket, key: &ListKey, rows: Vec<Row>) {
    read(model, key, |store, reader| {
        store.arrived(key, ticket, rows, reader);
    });
}

/// What some rows of a list had left open was told, or not.
fn told(
    model: &mut Model,
    ticket: Ticket,
    key: &ListKey,
    asked: &[RowKey],
    result: Result<Vec<Row>, Failure>,
) {
    let rows = result.unwrap_or_else(|failure| {
        tracing::warn!(%failure, "what rows have open was not told");
        Vec::new()
    });
    read(model, key, |store, reader| {
        store.told(key, ticket, asked, rows, reader);
    });
}

/// Asks for what the rows of a list are recovery points of, once the list is there.
fn call_rolls(model: &mut Model, key: &ListKey, effects: &mut Vec<Effect>) {
    let (Some(owner), None) = (owners::of(key.kind), &key.parent) else {
        return;
    };
    let Some(rows) = model.world.store.rows(key) else {
        return;
    };
    let regions: HashSet<Region> = rows.rows().map(|row| row.region.clone()).collect();
    let (wall, now) = (model.world.wall, model.world.now);
    for region in regions {
        if model.world.owners.is_wanted(owner, &region, wall) {
            let ticket = model.tickets.next();
            let owners = &mut model.world.owners;
            owners.ask(owner, region.clone(), ticket, (wall, now));
            effects.push(Effect::CallRoll(ticket, owner, region));
        }
    }
}

/// What recovery points are of is known, or cannot be.
fn roll_called(
    model: &mut Model,
    ticket: Ticket,
    kind: Kind,
    region: &Region,
    result: Result<Vec<String>, Failure>,
) {
    let ids = result.map_err(|failure| tracing::info!(%failure, "what is gone is not known"));
    let World {
        store,
        tables,
        owners,
        now,
        ..
    } = &mut model.world;
    if owners.told(kind, region, ticket, ids.ok()) {
        let calls = |kind, row: &Row| !tables.attention(kind, row, *now, owners).is_empty();
        store.judge(|list| owners::of(list) == Some(kind), calls);
    }
}

/// The dialog whose consequences are being found out by this call.
fn checking(model: &mut Model, ticket: Ticket) -> Option<&mut Form> {
    model.dialogs.iter_mut().find_map(|dialog| match dialog {
        Dialog::Form(form) if form.idle_call() == Some(ticket) => Some(&mut **form),
        _ => None,
    })
}

fn awaits(model: &Model, ticket: Ticket) -> bool {
    model
        .world
        .connection
        .waiting()
        .is_some_and(|(own, _)| own == ticket)
}

fn opened(model: &mut Model, result: Result<Opened, Failure>, effects: &mut Vec<Effect>) {
    match result {
        Ok(Opened {
            clock,
            restriction,
            sandbox,
            left,
        }) => {
            model.opened = true;
            model.world.now = clock.now();
            model.clocks.service = clock;
            if let Some(why) = &restriction {
                let text = format!("Changes are refused: {}", format::paragraphs(why).join(" "));
                notify(model, Tone::Warning, text, effects);
            }
            model.world.restriction = restriction;
            model.world.sandbox = sandbox;
            session::resume(model, left.as_deref());
            outcomes::read_journal(model, effects);
            outcomes::connect(model, effects);
        }
        Err(failure) => fail(model, failure, effects),
    }
}

fn connected(model: &mut Model, result: Result<Connected, Failure>, effects: &mut Vec<Effect>) {
    match result {
        Ok(connected) => {
            model.world.connection = Connection::Connected(connected);
            identity::read_alias(model, effects);
        }
        Err(failure) => fail(model, failure, effects),
    }
}

/// Looks whether the credentials that could not be used were renewed meanwhile.
pub(super) fn reconnect(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.opened && matches!(model.world.connection, Connection::Failed(_)) {
        let ticket = model.tickets.next();
        model.reconnecting = Some(ticket);
        effects.push(Effect::Connect(ticket, None));
    }
}

fn reconnected(model: &mut Model, result: Result<Connected, Failure>, effects: &mut Vec<Effect>) {
    model.reconnecting = None;
    if !matches!(model.world.connection, Connection::Failed(_)) {
        return;
    }
    match result {
        Ok(_) => {
            let problem = |screen: &Screen| matches!(screen, Screen::Problem(_));
            model.screens.retain(|screen| !problem(screen));
            connected(model, result, effects);
        }
        Err(failure) => look_again_later(model, &failure, effects),
    }
}

fn look_again_later(model: &Model, failure: &Failure, effects: &mut Vec<Effect>) {
    if failure.kind == FailureKind::Credentials {
        let pause = model.world.settings.watch.longest;
        effects.push(Effect::After(pause, Timer::Reconnect));
    }
}

fn fail(model: &mut Model, failure: Failure, effects: &mut Vec<Effect>) {
    look_again_later(model, &failure, effects);
    let sandbox = !model.world.sandbox;
    model.world.connection = Connection::Failed(failure.clone());
    model
        .screens
        .push(Screen::Problem(ProblemScreen::new(failure, sandbox)));
}

fn submitted(
    model: &mut Model,
    ticket: Ticket,
    result: Result<Operation, Failure>,
    effects: &mut Vec<Effect>,
) {
    // One of several is told of in the dialog of all of them.
    let one_of_many = bulk(model).is_some_and(|bulk| bulk.submitted(ticket, &result));
    if one_of_many {
        outcomes::advance(model, effects);
        if let Ok(operation) = result {
            changed(model, operation, effects);
        }
        return;
    }
    let form = model.dialogs.iter_mut().find_map(|dialog| match dialog {
        Dialog::Form(form) if form.awaits(ticket) => Some(form),
        _ => None,
    });
    // AWS's refusal is an operation too, one that failed: for the form it is a failure like others.
    let refusal = match &result {
        Ok(operation) => operation.as_failure().map(|failure| Failure {
            doing: title(operation, &model.world.catalog),
            ..failure
        }),
        Err(failure) => Some(failure.clone()),
    };
    match (form, refusal) {
        // Its heading says what was not done.
        (Some(form), Some(failure)) if result.is_ok() => form.refused(Failure {
            doing: String::new(),
            ..failure
        }),
        (Some(form), Some(failure)) => form.refused(failure),
        (Some(_), None) => {
            model
                .dialogs
                .retain(|dialog| !matches!(dialog, Dialog::Form(form) if form.awaits(ticket)));
        }
        // The dialog was closed meanwhile, so the notice line is all there is to say it on.
        (None, Some(failure)) => {
            let text = format::told(&failure);
            notify(model, Tone::Bad, text, effects);
        }
        (None, None) => {}
    }
    if let Ok(operation) = result {
        let running = !operation.is_finished();
        let text = sent(model, &operation);
        changed(model, operation, effects);
        if running {
            notify(model, Tone::Busy, text, effects);
        }
    }
}

fn written(
    model: &mut Model,
    ticket: Ticket,
    result: Result<PathBuf, Unwritten>,
    effects: &mut Vec<Effect>,
) {
    let waits = |dialog: &Dialog| matches!(dialog, Dialog::Export(own) if own.awaits(ticket));
    match result {
        Ok(path) => {
            model.dialogs.retain(|dialog| !waits(dialog));
            let text = format!("Written to {}", harmless(&path.display().to_string()));
            notify(model, Tone::Good, text, effects);
        }
        Err(failure) => {
            for dialog in &mut model.dialogs {
                if let Dialog::Export(export) = dialog
                    && export.awaits(ticket)
                {
                    export.failed(failure.clone());
                }
            }
        }
    }
}

/// The dialog of an action on several rows.
fn bulk(model: &mut Model) -> Option<&mut Bulk> {
    model.dialogs.iter_mut().find_map(|dialog| match dialog {
        Dialog::Bulk(bulk) => Some(&mut **bulk),
        _ => None,
    })
}

/// What is said of an operation that was just sent.
fn sent(model: &Model, operation: &Operation) -> String {
    let what = title(operation, &model.world.catalog);
    let operations = key(model.world.keymap(), Action::Operations);
    match operation.lifecycle {
        Lifecycle::Unknown => format!("{what}: reply lost; looking in AWS, {operations} shows it"),
        _ => format!("{what}: {} accepted; {operations} shows it", operation.id),
    }
}

fn changed(model: &mut Model, operation: Operation, effects: &mut Vec<Effect>) {
    let service = operation.request.service.clone();
    let what = title(&operation, &model.world.catalog);
    let (tone, word) = format::lifecycle(operation.lifecycle);
    let reason = operation.reason.clone();
    // What AWS refused at once is told by the form.
    let refused = operation.wait.is_none() && operation.lifecycle == Lifecycle::Failed;
    match model.world.records.changed(operation) {
        Change::Nothing => return,
        Change::Finished if refused => {}
        Change::Finished => {
            let text = match reason {
                Some(reason) => {
                    let reason = format::sentence(&format::paragraphs(&reason).join(" "));
                    format!("{what}: {}. {reason}", word.to_lowercase())
                }
                None => format!("{what}: {}", word.to_lowercase()),
            };
            match model.world.settings.terminal.notify {
                Notify::Off => {}
                Notify::Bell => effects.push(Effect::Signal(Signal::Bell)),
                Notify::Osc9 => effects.push(Effect::Signal(Signal::Notice(text.clone()))),
            }
            notify(model, tone, text, effects);
        }
        Change::Moved => {}
    }
    // The timer runs from the first change on, so that steady changes cannot put it off for ever.
    if model.outdated.is_empty() {
        effects.push(Effect::After(RELOAD, Timer::Reload));
    }
    model.outdated.insert(service);
}
