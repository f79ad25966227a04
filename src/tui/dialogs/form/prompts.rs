//! What is typed below a form before it can be sent: the reason and the account, where the user's own
//! rules ask for them, and the id of what is at stake.
//!
//! The rules are enforced by the engine; here they are said in advance.

use super::{Focus, Form, Obstacle};
use crate::{
    domain::{
        assessment::{Assessment, Confirmation},
        collection::Verb,
        text::harmless,
    },
    tui::{
        dialogs::prompt::{self, Prompt},
        widgets::text::width,
        world::World,
    },
};

impl Form {
    /// What has to be typed, from top to bottom. Where a check fails there is nothing to confirm.
    pub(super) fn prompts(&self, world: &World) -> Vec<Prompt<'_, Focus>> {
        let mut prompts = Vec::new();
        let Some(assessment) = self.promising(world) else {
            return prompts;
        };
        let guardrails = world.guardrails();
        if guardrails.asks_reason() {
            prompts.push(Prompt {
                focus: Focus::Reason,
                label: "Reason, for the journal:".to_owned(),
                length: None,
                input: &self.reason,
            });
        }
        if guardrails.asks_account() && assessment.confirmation != Confirmation::Button {
            let account = self.place.account.as_str();
            prompts.push(Prompt {
                focus: Focus::Account,
                label: format!("Type the account, {}, to confirm:", harmless(account)),
                length: Some(width(account) + 2),
                input: &self.account,
            });
        }
        if let Some((noun, id)) = self.typed_id() {
            prompts.push(Prompt {
                focus: Focus::Confirm,
                label: format!("Type the {noun}'s id, {}, to confirm:", harmless(id)),
                length: Some(width(id) + 2),
                input: &self.confirm,
            });
        }
        prompts
    }

    /// What was typed into a prompt, where it is asked for.
    pub(super) fn typed(&self, focus: Focus, world: &World) -> Option<String> {
        prompt::typed(&self.prompts(world), focus)
    }

    /// Why the user's own rules forbid it altogether.
    pub(super) fn forbidden(&self, world: &World) -> Option<String> {
        if self.action.verb == Verb::Inspect {
            return None;
        }
        world
            .guardrails()
            .forbids(self.kind.service.id, self.action.id, 1)
    }

    /// The first thing that the user's own rules ask for and that is not there yet.
    pub(super) fn unmet_rule(&self, world: &World) -> Option<Obstacle> {
        self.prompts(world)
            .iter()
            .find_map(|prompt| match prompt.focus {
                Focus::Reason => world
                    .guardrails()
                    .reasoned(Some(prompt.input.text()))
                    .err()
                    .map(Obstacle::Reason),
                Focus::Account => {
                    let account = self.place.account.as_str();
                    let names = [Some(account), self.alias.as_deref()];
                    let mut names = names.into_iter().flatten();
                    let typed = prompt.input.text();
                    if names.clone().any(|name| name == typed) {
                        None
                    } else if names.any(|name| name.starts_with(typed)) {
                        Some(Obstacle::NoAccount)
                    } else {
                        Some(Obstacle::WrongAccount)
                    }
                }
                _ => None,
            })
    }

    /// The assessment of a request that may be sent once everything is typed.
    fn promising(&self, world: &World) -> Option<&Assessment> {
        let assessment = self.assessment.value()?;
        let hopeless = self.action.verb == Verb::Inspect
            || assessment.obstacle().is_some()
            || self.forbidden(world).is_some();
        (!hopeless).then_some(assessment)
    }
}
