//! What is typed once for all rows before they are sent: the reason and the account, where the user's
//! own rules ask for them, and the number of what is at stake.
//!
//! The rules are enforced by the engine; here they are said in advance.

use super::{Bulk, Focus, Obstacle, Phase, items::Step};
use crate::{
    domain::{
        collection::{Destructive, Verb},
        text::harmless,
    },
    tui::{
        dialogs::prompt::{self, Prompt},
        widgets::{text::width, text_input::TextInput},
        world::World,
    },
};

impl Bulk {
    /// What has to be typed, from top to bottom. Where no row can be sent there is nothing to confirm,
    /// and until all are checked nobody knows what.
    pub(super) fn prompts(&self, world: &World) -> Vec<Prompt<'_, Focus>> {
        let mut prompts = Vec::new();
        let settled = self.phase == Phase::Asking && self.open() == 0 && self.ready() > 0;
        if !settled || world.restriction.is_some() || self.forbidden(world).is_some() {
            return prompts;
        }
        let account = harmless(self.account()).into_owned();
        let guardrails = world.guardrails();
        if guardrails.asks_reason() {
            prompts.push(Prompt {
                focus: Focus::Reason,
                label: "Reason, for the journal:".to_owned(),
                length: None,
                input: &self.reason,
            });
        }
        if guardrails.asks_account() && self.is_asking() {
            prompts.push(Prompt {
                focus: Focus::Account,
                label: format!("Type the account, {account}, to confirm:"),
                length: Some(width(&account) + 2),
                input: &self.typed_account,
            });
        }
        if self.action.destructive != Destructive::No && self.ready() > 1 {
            let ready = self.ready().to_string();
            prompts.push(Prompt {
                focus: Focus::Confirm,
                label: format!("Type {ready}, their number, to confirm in account {account}:"),
                length: Some(width(&ready) + 2),
                input: &self.confirm,
            });
        }
        prompts
    }

    /// The text that the focus is in.
    pub(super) fn text(&mut self) -> Option<&mut TextInput> {
        match self.focus {
            Focus::Reason => Some(&mut self.reason),
            Focus::Account => Some(&mut self.typed_account),
            Focus::Confirm => Some(&mut self.confirm),
            Focus::Switch(_) | Focus::Submit | Focus::Cancel => None,
        }
    }

    /// What was typed into a prompt, where it is asked for.
    pub(super) fn typed(&self, focus: Focus, world: &World) -> Option<String> {
        prompt::typed(&self.prompts(world), focus)
    }

    /// Why the user's own rules forbid it: altogether, or for so many as can be sent.
    pub(super) fn forbidden(&self, world: &World) -> Option<String> {
        if self.action.verb == Verb::Inspect {
            return None;
        }
        let batch = self.ready().max(1);
        world
            .guardrails()
            .forbids(self.kind.service.id, self.action.id, batch)
    }

    /// The first thing that is to be typed and is not there yet, and where.
    pub(super) fn unmet(&self, world: &World) -> Option<(Focus, Obstacle)> {
        self.prompts(world).iter().find_map(|prompt| {
            let obstacle = self.objection(prompt.focus, world)?;
            Some((prompt.focus, obstacle))
        })
    }

    /// What is wrong with what was typed into a prompt.
    pub(super) fn objection(&self, focus: Focus, world: &World) -> Option<Obstacle> {
        match focus {
            Focus::Reason => world
                .guardrails()
                .reasoned(Some(self.reason.text()))
                .err()
                .map(Obstacle::Reason),
            Focus::Account => {
                let names = [Some(self.account()), self.alias.as_deref()];
                compared(
                    self.typed_account.text(),
                    names.into_iter().flatten(),
                    Obstacle::WrongAccount,
                )
            }
            Focus::Confirm => compared(
                self.confirm.text(),
                [&*self.ready().to_string()].into_iter(),
                Obstacle::WrongNumber,
            ),
            Focus::Switch(_) | Focus::Submit | Focus::Cancel => None,
        }
    }

    /// Whether one of them cannot be undone.
    fn is_asking(&self) -> bool {
        let asks = |step: &Step| matches!(step, Step::Ready(findings) if findings.consent.yes);
        self.items.iter().any(|item| asks(&item.step))
    }

    /// The account of the rows: one connection has one.
    fn account(&self) -> &str {
        let first = self.items.first();
        first.map_or("", |item| item.place.account.as_str())
    }
}

/// The beginning of one of them is unconfirmed, anything else wrong.
fn compared<'w>(
    typed: &str,
    mut wanted: impl Iterator<Item = &'w str> + Clone,
    wrong: Obstacle,
) -> Option<Obstacle> {
    if wanted.clone().any(|wanted| wanted == typed) {
        None
    } else if wanted.any(|wanted| wanted.starts_with(typed)) {
        Some(Obstacle::Unconfirmed)
    } else {
        Some(wrong)
    }
}
