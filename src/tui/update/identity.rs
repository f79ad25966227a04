//! As whom AWS is reached, and where: chosen while the console runs.
//!
//! Invariant: what was read, prepared or asked under one identity is gone before the next one is
//! looked for. Calls are stopped, and what they answer all the same is known by its ticket; dialogs
//! are closed; the engine that comes next sends nothing that was prepared before it. What was sent
//! already goes on and is watched further: the journal says under which profile.

use std::collections::HashSet;

use super::{notify, outcomes};
use crate::{
    config::{Regions, Settings},
    context::Profile,
    domain::{failure::Failure, place::Region, row::Tone, text::harmless},
    tui::{
        choice::{self, Entry},
        dialogs::{Dialog, finder::Finder},
        effect::Effect,
        model::Model,
        remote::{Remote, State, Ticket},
        trail::Trail,
    },
};

/// Has a profile or Regions chosen.
pub(super) fn choose(model: &mut Model, effects: &mut Vec<Effect>) {
    read_profiles(model, effects);
    read_regions(model, effects);
    let entries = choice::identities(&model.world);
    let title = if model.world.sandbox {
        "Region"
    } else {
        "Profile or Region"
    };
    let finder = Finder::new(title, Vec::new(), entries, Vec::new(), Vec::new());
    model.dialogs.push(Dialog::Finder(Box::new(finder)));
}

/// Reads which profiles there are: files, so each time anew.
pub(super) fn read_profiles(model: &mut Model, effects: &mut Vec<Effect>) {
    if !model.world.sandbox && model.world.profiles.ticket().is_none() {
        let ticket = model.tickets.next();
        model.world.profiles.ask(ticket, model.world.wall);
        effects.push(Effect::ReadProfiles(ticket));
    }
}

fn read_regions(model: &mut Model, effects: &mut Vec<Effect>) {
    let asked = matches!(
        model.world.regions.state(),
        State::Loaded | State::Loading { .. }
    );
    if model.world.connected().is_some() && !asked {
        let ticket = model.tickets.next();
        model.world.regions.ask(ticket, model.world.wall);
        effects.push(Effect::ReadRegions(ticket));
    }
}

/// Reads the name of the account.
pub(super) fn read_alias(model: &mut Model, effects: &mut Vec<Effect>) {
    let ticket = model.tickets.next();
    model.world.alias.ask(ticket, model.world.wall);
    effects.push(Effect::ReadAlias(ticket));
}

/// The AWS files were read.
pub(super) fn profiles(
    model: &mut Model,
    ticket: Ticket,
    result: Result<Vec<Profile>, Failure>,
    effects: &mut Vec<Effect>,
) {
    let failed = result.as_ref().err().cloned();
    let before = names(&choice::profiles(&model.world));
    if !model.world.profiles.answer(ticket, result) {
        return;
    }
    if let Some(failure) = failed {
        notify(model, Tone::Warning, failure.reason(), effects);
    }
    let entries = choice::profiles(&model.world);
    add(model, entries, &before);
}

/// The enabled Regions are known, or not: any Region can be typed.
pub(super) fn regions(model: &mut Model, ticket: Ticket, result: Result<Vec<Region>, Failure>) {
    let before = names(&choice::regions(&model.world));
    if model.world.regions.answer(ticket, result) {
        let entries = choice::regions(&model.world);
        add(model, entries, &before);
    }
}

fn names(entries: &[Entry]) -> HashSet<String> {
    entries.iter().map(|entry| entry.label.clone()).collect()
}

/// Adds what is new to the line that is being typed into.
fn add(model: &mut Model, mut entries: Vec<Entry>, before: &HashSet<String>) {
    entries.retain(|entry| !before.contains(&entry.label));
    if let Some(Dialog::Finder(finder)) = model.dialogs.last_mut() {
        finder.add(entries);
    }
}

/// Goes to another profile.
pub(super) fn to_profile(model: &mut Model, name: String, effects: &mut Vec<Effect>) {
    let text = format!("Going to profile {}", harmless(&name));
    let settings = model.world.settings.with_profile(Some(name));
    switch(model, settings, text, effects);
}

/// Goes to other Regions.
pub(super) fn to_regions(model: &mut Model, regions: Regions, effects: &mut Vec<Effect>) {
    let text = match &regions {
        Regions::Listed(regions) => {
            let names: Vec<_> = regions.iter().map(Region::as_str).collect();
            format!("Going to {}", names.join(", "))
        }
        Regions::All => "Going to all Regions".to_owned(),
        Regions::Default => "Going to the Region of the AWS files".to_owned(),
    };
    let settings = model.world.settings.with_regions(regions);
    switch(model, settings, text, effects);
}

/// Lets go of all that belongs to the identity of before, and looks for the next one.
fn switch(model: &mut Model, settings: Settings, mut text: String, effects: &mut Vec<Effect>) {
    let world = &mut model.world;
    let mut stopped = world.store.keep(&HashSet::new(), &HashSet::new());
    stopped.extend(world.connection.waiting().map(|(ticket, _)| ticket));
    stopped.extend(world.regions.ticket());
    stopped.extend(world.alias.ticket());
    stopped.extend(world.records.remote().ticket());
    stopped.extend(model.finding.take().map(|(ticket, _)| ticket));
    let mut closed = 0;
    for dialog in model.dialogs.drain(..) {
        if let Dialog::Form(form) = dialog {
            stopped.extend(form.idle_call());
            closed += 1;
        }
    }
    effects.extend(stopped.into_iter().map(Effect::Abort));
    world.regions = Remote::default();
    world.alias = Remote::default();
    world.restriction.clone_from(&settings.read_only);
    world.settings = settings;
    model.outdated.clear();
    // Ids mean nothing in another account.
    model.trail = Trail::default();
    model.retracing = true;
    outcomes::open(model, effects);
    if closed > 0 {
        text.push_str("; the dialog that was open is closed");
    }
    notify(model, Tone::Neutral, text, effects);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::Key,
        domain::{
            assessment::{Assessment, Confirmation},
            place::Account,
        },
        tui::{
            message::Message,
            testing::{Driver, row},
            world::Connection,
        },
    };

    fn assessed(driver: &mut Driver) {
        let ticket = driver.take(|effect| match effect {
            Effect::Assess(ticket, _) => Some(*ticket),
            _ => None,
        });
        let assessment = Assessment {
            facts: Vec::new(),
            gauge: None,
            warnings: Vec::new(),
            checks: Vec::new(),
            confirmation: Confirmation::Button,
            duration: None,
            equivalent: String::new(),
            documents: Vec::new(),
        };
        driver.tell(Message::Assessed(ticket, Ok(Box::new(assessment))));
    }

    fn submits(driver: &Driver) -> bool {
        let submit = |effect: &Effect| matches!(effect, Effect::Submit(..));
        driver.effects.iter().any(submit)
    }

    #[test]
    fn a_dialog_that_is_open_is_closed_with_a_word_and_late_answers_are_dropped() {
        let mut driver = Driver::connected();
        let (ticket, key) = driver.asked_list();
        driver.tell(Message::Arrived(
            ticket,
            key.clone(),
            vec![row("box-1", "Active")],
        ));
        driver.press("c");
        let mut effects = Vec::new();
        to_profile(&mut driver.model, "other".to_owned(), &mut effects);
        driver.effects.extend(effects);
        let screen = driver.screen();
        assert!(screen.contains("Going to profile other; the dialog that was open is closed"));
        assert!(driver.model.dialogs.is_empty() && !screen.contains("box-1"));
        let stopped = |effect: &&Effect| matches!(effect, Effect::Abort(_));
        assert!(driver.effects.iter().filter(stopped).count() >= 2);
        let opened = |effect: &Effect| match effect {
            Effect::Open(_, settings) => settings.profile.clone(),
            _ => None,
        };
        assert_eq!(driver.take(opened), "other");
        driver.tell(Message::Arrived(
            ticket,
            key.clone(),
            vec![row("box-2", "Active")],
        ));
        driver.tell(Message::Listed(ticket, key, Ok(())));
        assert!(!driver.screen().contains("box-2"));
    }

    #[test]
    fn a_dialog_of_another_identity_has_no_button_to_press() {
        let mut driver = Driver::with_boxes(&["box-1"]);
        driver.press("c");
        assessed(&mut driver);
        if let Connection::Connected(connected) = &mut driver.model.world.connection {
            connected.places[0].account = Account::new("999999999999");
        }
        driver.press("enter enter enter");
        driver.tell(Message::Key(Key::char('x')));
        assert!(!submits(&driver));
        driver.press("c");
        assert!(driver.screen().contains("999999999999"));
    }

    #[test]
    fn what_the_file_says_of_a_profile_counts_once_it_is_chosen() {
        let mut driver = Driver::with_boxes(&["box-1"]);
        let mut effects = Vec::new();
        driver.model.world.settings = crate::config::load(
            &crate::config::Flags {
                read_only: true,
                ..crate::config::Flags::default()
            },
            &|name| (name == "HOME").then(|| "/nonexistent".to_owned()),
        )
        .unwrap();
        to_profile(&mut driver.model, "other".to_owned(), &mut effects);
        assert_eq!(
            driver.model.world.restriction.as_deref(),
            Some("--read-only")
        );
    }

    #[test]
    fn a_region_can_be_typed_that_nobody_has_listed() {
        let mut driver = Driver::with_boxes(&["box-1"]);
        driver.press("P 'eu-west-3' enter");
        let asked = driver.take(|effect| match effect {
            Effect::Open(_, settings) => Some(settings.regions.clone()),
            _ => None,
        });
        assert_eq!(
            asked,
            Regions::Listed(vec![Region::parse("eu-west-3").unwrap()])
        );
    }

    #[test]
    fn the_account_is_called_by_its_name_where_it_has_one() {
        let mut driver = Driver::connected();
        let ticket = driver.take(|effect| match effect {
            Effect::ReadAlias(ticket) => Some(*ticket),
            _ => None,
        });
        driver.tell(Message::Alias(ticket, Some("acme-prod".to_owned())));
        driver.list(vec![row("box-1", "Active")]);
        assert!(driver.screen().contains("acme-prod 123456789012 us-east-1"));
        driver.press("c");
        assert!(
            driver
                .screen()
                .contains("123456789012 (acme-prod) in us-east-1")
        );
    }
}
