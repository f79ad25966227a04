//! Where the keys of a form go, and what pressing does there.

use ratatui::layout::{Position, Rect};

use super::{Focus, Form, Obstacle, Step, subject::Subjects};
use crate::{
    domain::{
        assessment::{Confirmation, Remedy},
        collection::Destructive,
    },
    operations::Consent,
    tui::{outcome::Outcome, store::Kind, world::World},
};

impl Form {
    /// Where the focus can be, in the order of Tab.
    pub(super) fn stops(&self, world: &World) -> Vec<Focus> {
        let mut stops = Vec::new();
        if self.subjects.as_ref().is_some_and(Subjects::is_choice) {
            stops.push(Focus::Subject);
        }
        stops.extend((0..self.fields.len()).map(Focus::Field));
        stops.extend(self.prompts(world).iter().map(|prompt| prompt.focus));
        // What destroys nothing may have its button chosen while it is still being checked: typing on
        // must not end on Cancel because AWS is slow.
        let safe = self.action.destructive == Destructive::No;
        match self.obstacle(world) {
            _ if self.is_inspection() => {}
            None => stops.push(Focus::Submit),
            Some(Obstacle::Checking(_)) if safe => stops.push(Focus::Submit),
            Some(_) => {}
        }
        if self.extra().is_some() {
            stops.push(Focus::Extra);
        }
        stops.push(Focus::Cancel);
        stops
    }

    pub(super) fn go(&mut self, step: Step, world: &World) -> Outcome {
        let (at, stops) = self.standing(world);
        let to = match step {
            Step::Forward => at + 1,
            Step::Back => at + stops.len() - 1,
        };
        self.focus = stops[to % stops.len()];
        self.moved = true;
        self.reassess()
    }

    /// Enter in a field: to the next field, and from the last one to the button. It stays in a text
    /// that has to be corrected first: the next Enter would close the dialog, and the text with it.
    pub(super) fn go_on(&mut self, world: &World) -> Outcome {
        let stays = match self.focus {
            Focus::Field(index) => self.fields[index].error().is_some(),
            Focus::Reason => matches!(self.obstacle(world), Some(Obstacle::Reason(_))),
            Focus::Account => matches!(
                self.obstacle(world),
                Some(Obstacle::NoAccount | Obstacle::WrongAccount)
            ),
            Focus::Confirm => matches!(
                self.obstacle(world),
                Some(Obstacle::Unconfirmed | Obstacle::WrongId)
            ),
            _ => false,
        };
        if stays {
            return Outcome::Done;
        }
        let (at, stops) = self.standing(world);
        self.focus = stops.get(at + 1).copied().unwrap_or(Focus::Cancel);
        self.moved = true;
        self.reassess()
    }

    /// Chooses another row to act on.
    pub(super) fn turn(&mut self, step: Step) -> Outcome {
        if let Some(subjects) = &mut self.subjects {
            subjects.turn(step);
            self.choose();
        }
        Outcome::Done
    }

    /// Where the focus is among where it can be.
    fn standing(&self, world: &World) -> (usize, Vec<Focus>) {
        let stops = self.stops(world);
        let at = stops.iter().position(|focus| *focus == self.focus);
        (at.unwrap_or_default(), stops)
    }

    pub(super) fn press(&mut self, world: &World) -> Outcome {
        match self.focus {
            Focus::Subject | Focus::Field(_) | Focus::Reason | Focus::Account | Focus::Confirm => {
                self.go_on(world)
            }
            Focus::Cancel => Outcome::Back,
            Focus::Extra => match self.remedy() {
                Some(remedy) => self.follow(remedy),
                None => Outcome::Assess(self.request()),
            },
            Focus::Submit if self.obstacle(world).is_none() => {
                let consent = Consent {
                    typed: self.typed_id().map(|_| self.confirm.text().to_owned()),
                    yes: matches!(
                        self.assessment.value().map(|a| &a.confirmation),
                        Some(Confirmation::Ask { .. })
                    ),
                    let_aws_decide: false,
                    account: self.typed(Focus::Account, world),
                    reason: self.typed(Focus::Reason, world),
                    ..Consent::default()
                };
                Outcome::Submit(self.request(), consent)
            }
            Focus::Submit => Outcome::Unused,
        }
    }

    fn follow(&self, remedy: &Remedy) -> Outcome {
        match self.kind.service.collection(remedy.collection) {
            Some(collection) => Outcome::Follow {
                from: self.kind,
                to: Kind {
                    service: self.kind.service,
                    collection,
                },
                of: Box::new(self.row.clone()),
                filter: remedy.filter,
            },
            None => Outcome::Back,
        }
    }

    /// The left button of the mouse was pressed on a cell: goes there, and presses a button or
    /// switches a yes or no.
    pub(crate) fn pressed(&mut self, at: Position, world: &World, screen: Rect) -> Outcome {
        let under = self.under(at, world, screen);
        let Some(focus) = under.filter(|_| self.sending.is_none()) else {
            return Outcome::Unused;
        };
        if !self.stops(world).contains(&focus) {
            return Outcome::Unused;
        }
        self.focus = focus;
        match focus {
            Focus::Subject => self.turn(Step::Forward),
            Focus::Submit | Focus::Extra | Focus::Cancel => self.press(world),
            Focus::Field(index) => {
                self.fields[index].switch();
                self.reassess()
            }
            Focus::Reason | Focus::Account | Focus::Confirm => Outcome::Done,
        }
    }
}
