//! What stands in the way of sending a form: the one place that knows.

use jiff::Timestamp;

use super::{Form, subject::Lack};
use crate::{
    domain::assessment::{Confirmation, Remedy},
    tui::{format, remote::State, world::World},
};

/// What stands in the way of sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// Changes are refused altogether.
    Restricted(String),
    /// The user's own rules forbid it.
    Forbidden(String),
    /// It was prepared under another identity than the present one.
    Elsewhere,
    /// There is nothing that it could act on.
    NoSubject(String),
    /// Under way already.
    Sending(Timestamp),
    /// Not known yet.
    Checking(Timestamp),
    /// It could not be found out.
    Unchecked,
    /// The check of this name does not hold.
    Check(&'static str),
    /// A field cannot be sent.
    Field(&'static str),
    /// The reason that the rules ask for is missing, or cannot be kept.
    Reason(String),
    /// The account that the rules ask for is not typed to its end yet.
    NoAccount,
    /// What was typed is not the account.
    WrongAccount,
    /// The id that confirms it is not typed to its end yet.
    Unconfirmed,
    /// What was typed is not the id.
    WrongId,
}

impl Form {
    /// The noun and the id that must be typed, where one must. Where a check fails there is nothing
    /// to confirm.
    pub(super) fn typed_id(&self) -> Option<(&'static str, &str)> {
        let assessment = self.assessment.value()?;
        if assessment.obstacle().is_some() {
            return None;
        }
        match &assessment.confirmation {
            Confirmation::Type { noun, id } => Some((noun, id)),
            Confirmation::Button | Confirmation::Ask { .. } => None,
        }
    }

    /// The way out of the first failing check.
    pub(super) fn remedy(&self) -> Option<&Remedy> {
        self.assessment.value()?.obstacle()?.remedy.as_ref()
    }

    /// What the extra button does, where there is one.
    pub(super) fn extra(&self) -> Option<&'static str> {
        if let Some(remedy) = self.remedy() {
            return Some(remedy.label);
        }
        matches!(self.assessment.state(), State::Failed(_)).then_some("Check again")
    }

    /// The first thing that stands in the way of sending.
    pub(super) fn obstacle(&self, world: &World) -> Option<Obstacle> {
        if let Some(why) = world.restriction.as_ref().filter(|_| !self.is_inspection()) {
            return Some(Obstacle::Restricted(why.clone()));
        }
        if world.place(&self.place.region) != Some(&self.place) {
            return Some(Obstacle::Elsewhere);
        }
        if let Some((_, since)) = self.sending {
            return Some(Obstacle::Sending(since));
        }
        if let Some(why) = self.forbidden(world) {
            return Some(Obstacle::Forbidden(why));
        }
        match self.subjects.as_ref().map(|subjects| subjects.lack(world)) {
            None | Some(Lack::None) => {}
            Some(Lack::Loading(since)) => return Some(Obstacle::Checking(since)),
            Some(Lack::Failed(failures)) => {
                let texts: Vec<String> = failures.iter().map(format::told).collect();
                return Some(Obstacle::NoSubject(texts.join(" ")));
            }
            Some(Lack::Empty(why)) => return Some(Obstacle::NoSubject(why.to_owned())),
        }
        let assessment = match (self.assessment.value(), self.assessment.state()) {
            (None, State::Loading { since, .. }) => return Some(Obstacle::Checking(*since)),
            (_, State::Failed(_)) | (None, _) => return Some(Obstacle::Unchecked),
            // What was changed may well have removed what failed.
            (Some(assessment), State::Loading { since, .. }) if assessment.obstacle().is_some() => {
                return Some(Obstacle::Checking(*since));
            }
            (Some(assessment), _) => assessment,
        };
        if let Some(check) = assessment.obstacle() {
            return Some(Obstacle::Check(check.label));
        }
        if let Some(field) = self.fields.iter().find(|field| field.error().is_some()) {
            return Some(Obstacle::Field(field.info.label));
        }
        if let Some(obstacle) = self.unmet_rule(world) {
            return Some(obstacle);
        }
        let (_, id) = self.typed_id()?;
        match self.confirm.text() {
            typed if typed == id => None,
            typed if id.starts_with(typed) => Some(Obstacle::Unconfirmed),
            _ => Some(Obstacle::WrongId),
        }
    }
}
