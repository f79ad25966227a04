//! What the mouse does: the wheel scrolls, a press chooses what is under it and opens what is chosen
//! already.

use ratatui::layout::Position;

use super::outcomes;
use crate::{
    config::{Action, Key, KeyCode},
    tui::{dialogs::Dialog, effect::Effect, layout, message::Mouse, model::Model},
};

/// How many rows a step of the wheel moves.
const STEP: usize = 3;

/// The mouse was used.
pub(super) fn mouse(model: &mut Model, done: Mouse, effects: &mut Vec<Effect>) {
    if layout::is_too_small(model.world.size) {
        return;
    }
    match done {
        Mouse::Up => scroll(model, Action::Up, KeyCode::PageUp, effects),
        Mouse::Down => scroll(model, Action::Down, KeyCode::PageDown, effects),
        Mouse::Press(at) => press(model, at, effects),
    }
}

fn scroll(model: &mut Model, row: Action, page: KeyCode, effects: &mut Vec<Effect>) {
    let areas = layout::areas(model.world.size);
    if let Some(dialog) = model.dialogs.last_mut() {
        let outcome = dialog.key(Key::plain(page), &model.world, areas.dialog);
        return outcomes::carry_out(model, outcome, effects);
    }
    for _ in 0..STEP {
        if let Some(screen) = model.screens.last_mut() {
            let outcome = screen.act(row, &model.world, areas.screen);
            outcomes::carry_out(model, outcome, effects);
        }
    }
}

fn press(model: &mut Model, at: Position, effects: &mut Vec<Effect>) {
    let areas = layout::areas(model.world.size);
    let outcome = match (model.dialogs.last_mut(), model.screens.last_mut()) {
        (Some(Dialog::Form(form)), _) => form.pressed(at, &model.world, areas.dialog),
        (Some(_), _) | (None, None) => return,
        (None, Some(screen)) => screen.pressed(at, &model.world, areas.screen),
    };
    outcomes::carry_out(model, outcome, effects);
}
