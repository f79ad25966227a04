//! What is shown is read again by itself, once it is old enough and nobody is in the middle of
//! something.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::notify;
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        row::Tone,
    },
    tui::{
        effect::Effect, layout, message::Timer, model::Model, remote::State, screens::Screen,
        store::Need,
    },
};

/// A timer of [`keep_fresh`] ran out.
pub(super) fn time_is_up(model: &mut Model, at: Timestamp) {
    if model.refresh_at == Some(at) {
        model.refresh_at = None;
    }
}

/// Stops reading by itself, or goes on.
pub(super) fn pause(model: &mut Model, effects: &mut Vec<Effect>) {
    if !model.world.freshness.is_wanted() {
        let text = "Nothing is read again by itself: refresh is off in [console]";
        return notify(model, Tone::Neutral, text, effects);
    }
    let text = if model.world.freshness.toggle() {
        "Paused: what is shown is not read again by itself"
    } else {
        "Going on: what is shown is read again by itself"
    };
    notify(model, Tone::Neutral, text, effects);
}

/// AWS answered: read less often while it throttles.
pub(super) fn answered<'f>(model: &mut Model, failures: impl IntoIterator<Item = &'f Failure>) {
    let throttled = |failure: &Failure| failure.kind == FailureKind::Throttled;
    if failures.into_iter().any(throttled) {
        model.world.freshness.throttled();
    } else {
        model.world.freshness.answered();
    }
}

/// Asks again for what is in sight and old enough, or has a timer run until it is.
pub(super) fn keep_fresh(model: &mut Model, effects: &mut Vec<Effect>) {
    let (Some(interval), true) = (
        model.world.freshness.interval(),
        model.world.connected().is_some(),
    ) else {
        return;
    };
    let now = model.world.wall;
    let mut next: Option<Timestamp> = None;
    for need in model.screen().map(Screen::visible).unwrap_or_default() {
        let Some(due) = due(model, &need, interval) else {
            continue;
        };
        if due > now {
            next = Some(next.map_or(due, |next| next.min(due)));
        } else if !is_busy(model) {
            let ticket = model.tickets.next();
            model.world.store.ask_quietly(&need, ticket, now);
            effects.push(Effect::read(ticket, need));
        }
    }
    if let Some(next) = next
        && model.refresh_at.is_none_or(|at| at > next || at <= now)
    {
        model.refresh_at = Some(next);
        let pause = Duration::try_from(next.duration_since(now)).unwrap_or_default();
        effects.push(Effect::After(pause, Timer::Refresh(next)));
    }
}

/// When a need is to be asked for again; never while it is being read, or where the user stopped
/// that.
fn due(model: &Model, need: &Need, interval: SignedDuration) -> Option<Timestamp> {
    let store = &model.world.store;
    if store.ticket(need).is_some()
        || !matches!(store.state(need), State::Loaded | State::Failed(_))
    {
        return None;
    }
    store.asked(need)?.checked_add(interval).ok()
}

/// Whether somebody is in the middle of something: rows must not move under a dialog or a filter that
/// is being typed.
fn is_busy(model: &Model) -> bool {
    !model.dialogs.is_empty()
        || model.screen().is_some_and(Screen::is_filtering)
        || layout::is_too_small(model.world.size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::{
        message::Message,
        testing::{Driver, row},
    };

    /// The timer that runs, and for how long it does.
    fn timer(driver: &mut Driver) -> (u64, Timer) {
        driver.take(|effect| match effect {
            Effect::After(pause, timer @ Timer::Refresh(_)) => Some((pause.as_secs(), *timer)),
            _ => None,
        })
    }

    fn lists(driver: &Driver) -> usize {
        let list = |effect: &&Effect| matches!(effect, Effect::List(..));
        driver.effects.iter().filter(list).count()
    }

    /// Boxes on the screen, and the timer that has them read again.
    fn boxes() -> (Driver, Timer) {
        let mut driver = Driver::connected();
        driver.list(vec![row("box-1", "Active")]);
        let (seconds, timer) = timer(&mut driver);
        assert_eq!(seconds, 60);
        driver.effects.clear();
        (driver, timer)
    }

    #[test]
    fn what_is_shown_is_read_again_after_a_minute_and_nobody_sees_it() {
        let (mut driver, first) = boxes();
        let before = driver.screen();
        assert!(before.contains("<1m old"));
        driver.pass(60).tell(Message::TimeUp(first));
        assert_eq!(lists(&driver), 1);
        assert_eq!(driver.screen(), before);
        assert!(!driver.model.is_ticking());
        driver.list(vec![row("box-1", "Active")]);
        assert_eq!(driver.screen(), before);
        let (seconds, _) = timer(&mut driver);
        assert_eq!(seconds, 60);
    }

    #[test]
    fn a_timer_of_before_waits_for_what_was_read_meanwhile() {
        let (mut driver, first) = boxes();
        driver.pass(50).press("R");
        driver.list(vec![row("box-1", "Active")]);
        driver.effects.clear();
        driver.pass(10).tell(Message::TimeUp(first));
        assert_eq!(lists(&driver), 0);
        assert_eq!(timer(&mut driver).0, 50);
    }

    #[test]
    fn nothing_moves_under_a_dialog_or_while_a_text_is_typed() {
        for (begin, end) in [("c", "esc"), ("/ 'b'", "enter"), (":", "esc")] {
            let (mut driver, first) = boxes();
            driver.press(begin);
            driver.effects.clear();
            driver.pass(60).tell(Message::TimeUp(first));
            assert_eq!(lists(&driver), 0, "{begin}");
            driver.press(end);
            assert_eq!(lists(&driver), 1, "{begin}");
        }
    }

    #[test]
    fn where_aws_throttles_it_is_asked_half_as_often_and_that_is_said() {
        let (mut driver, first) = boxes();
        driver.pass(60).tell(Message::TimeUp(first));
        let (ticket, key) = driver.asked_list();
        let throttled = vec![Failure::new(FailureKind::Throttled, "", "Rate exceeded")];
        driver.tell(Message::Listed(ticket, key, Err(throttled)));
        let (seconds, second) = timer(&mut driver);
        assert_eq!(seconds, 120);
        assert!(
            driver
                .screen()
                .contains("throttled, every 2m, as of 01:00:00Z")
        );
        driver.pass(120).tell(Message::TimeUp(second));
        driver.list(vec![row("box-1", "Active")]);
        assert!(driver.screen().contains("<1m old"));
        assert_eq!(timer(&mut driver).0, 60);
    }

    #[test]
    fn it_is_paused_by_a_key_and_then_the_moment_is_shown() {
        let (mut driver, first) = boxes();
        driver.press("p");
        assert!(driver.screen().contains("paused, as of 01:00:00Z"));
        driver.pass(60).tell(Message::TimeUp(first));
        assert_eq!(lists(&driver), 0);
        driver.press("p");
        assert_eq!(lists(&driver), 1, "it is old enough");
    }

    #[test]
    fn what_the_user_stopped_stays_stopped() {
        let mut driver = Driver::connected();
        driver.press("esc");
        driver.effects.clear();
        driver.pass(600).press("down");
        assert!(driver.effects.is_empty(), "{:?}", driver.effects);
    }
}
