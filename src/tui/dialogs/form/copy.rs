//! What can be copied out of a form: the texts to take away, the request, and the id of what it is about.

use ratatui::layout::Rect;

use super::{Copying, Form};
use crate::{
    config::{Action, Key, Keymap},
    domain::{assessment::Document, row::Tone, text::harmless},
    tui::{
        choice::{Choice, Entry},
        dialogs::hint,
        input::{self, Typed},
        outcome::Outcome,
        remote::State,
        theme::Styles,
        widgets::hints::Hint,
        world::World,
    },
};

impl Form {
    /// What a key copies, where it is one that does. Of the texts to take away that is the one in sight;
    /// where several are, or none is, which one is asked.
    pub(super) fn copy(&mut self, key: Key, world: &World, screen: Rect) -> Option<Outcome> {
        match world.keymap().action(&key)? {
            // Nobody wants the request of what only looks: its key works where a text is typed too.
            Action::CopyRequest if self.is_about_documents() => {
                Some(self.copy_document(world, screen))
            }
            Action::CopyRequest => self.copy_request(),
            Action::Copy if self.documents().is_empty() => Some(Outcome::Copy {
                what: harmless(&self.row.id).into_owned(),
                text: self.row.id.clone(),
            }),
            Action::Copy => Some(self.copy_document(world, screen)),
            _ => None,
        }
    }

    /// Copies the request of what is filled in; where that is not worked out yet, as soon as it is.
    fn copy_request(&mut self) -> Option<Outcome> {
        if self.is_current() || self.is_inspection() {
            return Some(Outcome::Copy {
                what: "the equivalent request".to_owned(),
                text: self.equivalent()?.to_owned(),
            });
        }
        if matches!(self.assessment.state(), State::Failed(_)) && self.values() == self.assessed {
            return None;
        }
        if let Some(field) = self.fields.iter().find(|field| field.error().is_some()) {
            let text = format!("Not copied: fill in '{}' first", field.info.label);
            return Some(Outcome::Say(Tone::Warning, text));
        }
        self.copying = Copying::OnceKnown;
        Some(self.reassess())
    }

    /// What is to be copied now that it is known.
    pub(crate) fn take_copy(&mut self) -> Option<Outcome> {
        match std::mem::replace(&mut self.copying, Copying::Not) {
            Copying::Not => None,
            Copying::OnceKnown => self.copy_request(),
        }
    }

    /// The keys that copy something here, with what they copy.
    pub(super) fn copy_hints(&self, keymap: &Keymap) -> Vec<Hint> {
        let mut hints = Vec::new();
        let mut add = |action: Action, label: &str| {
            let keys = keymap.keys(action).iter();
            // Where a text is typed, a character is a character.
            let mut keys = keys
                .filter(|key| !self.is_typing() || !matches!(input::typed(**key), Typed::Edit(_)));
            let key = keys.next();
            hints.extend(key.map(|key| hint(&key.to_string(), label)));
            key.is_some()
        };
        let request = self.equivalent().is_some() && !self.is_about_documents();
        if !self.documents().is_empty() {
            const TEXT: &str = "copy the text in sight";
            let _told = add(Action::Copy, TEXT) || (!request && add(Action::CopyRequest, TEXT));
        }
        if request {
            add(Action::CopyRequest, "copy request");
        }
        hints
    }

    /// Whether the texts to take away are what it is there for.
    fn is_about_documents(&self) -> bool {
        self.is_inspection() && !self.documents().is_empty()
    }

    /// The request as it could be sent by other means.
    pub(super) fn equivalent(&self) -> Option<&str> {
        let assessment = self.assessment.value()?;
        Some(assessment.equivalent.as_str()).filter(|text| !text.is_empty())
    }

    /// The texts to take away.
    pub(super) fn documents(&self) -> &[Document] {
        self.assessment
            .value()
            .map_or(&[], |assessment| &assessment.documents)
    }

    fn copy_document(&self, world: &World, screen: Rect) -> Outcome {
        let documents = self.documents();
        let places = self.content(&Styles::plain(), screen).documents;
        let height = usize::from(self.areas(world, screen).content.height);
        let sight = self.first..self.first + height;
        let seen = documents
            .iter()
            .zip(&places)
            .filter(|(_, lines)| lines.start < sight.end && sight.start < lines.end)
            .map(|(document, _)| document);
        let mut seen: Vec<&Document> = seen.collect();
        if seen.is_empty() {
            seen = documents.iter().collect();
        }
        match seen[..] {
            [only] => Outcome::Copy {
                what: harmless(&only.title).into_owned(),
                text: only.text.clone(),
            },
            _ => Outcome::Offer(
                "Copy which text".to_owned(),
                seen.into_iter().map(entry).collect(),
            ),
        }
    }
}

fn entry(document: &Document) -> Entry {
    let title = harmless(&document.title).into_owned();
    Entry {
        label: title.clone(),
        note: format!("{} lines", document.text.lines().count()),
        key: String::new(),
        because: None,
        choice: Choice::Copy(title, document.text.clone()),
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        domain::assessment::{Assessment, Check, Confirmation, Document},
        tui::{effect::Effect, message::Message, terminal::Signal, testing::Driver},
    };

    fn copied(driver: &mut Driver) -> String {
        driver.take(|effect| match effect {
            Effect::Signal(Signal::Copy(text)) => Some(text.clone()),
            _ => None,
        })
    }

    /// The dialog that looks into a box, with texts of so many lines.
    fn looked_into(lines: &[usize]) -> Driver {
        let mut driver = Driver::with_boxes(&["box-1"]);
        driver.press("a j j enter");
        let ticket = driver.take(|effect| match effect {
            Effect::Assess(ticket, _) => Some(*ticket),
            _ => None,
        });
        let document = |(index, lines): (usize, &usize)| Document {
            title: format!("What to write on side {}", index + 1),
            text: vec![format!("side {}", index + 1); *lines].join("\n"),
        };
        let found = Assessment {
            facts: vec![("Box", "box-1".to_owned())],
            gauge: None,
            warnings: Vec::new(),
            checks: vec![Check::rule("Label", Err("there is none".to_owned()))],
            confirmation: Confirmation::Button,
            duration: None,
            equivalent: String::new(),
            documents: lines.iter().enumerate().map(document).collect(),
        };
        driver.tell(Message::Assessed(ticket, Ok(Box::new(found))));
        driver
    }

    #[test]
    fn the_text_in_sight_is_copied_by_the_key_that_copies() {
        let mut driver = looked_into(&[3, 40]);
        assert!(driver.screen().contains("y copy the text in sight"));
        // Both are in sight, so which one is asked.
        driver.press("y");
        let screen = driver.screen();
        assert!(
            screen.contains("Copy which text") && screen.contains("40 lines"),
            "{screen}"
        );
        driver.press("down enter");
        assert_eq!(copied(&mut driver).lines().count(), 40);
        assert!(driver.screen().contains("Copied What to write on side 2"));
        assert_eq!(driver.model.dialogs.len(), 1, "the form is still there");
        // Scrolled down, only the second one is; where no character can be meant, the other key does too.
        driver.press("page-down y");
        assert!(copied(&mut driver).starts_with("side 2"));
        driver.press("ctrl-y");
        assert!(copied(&mut driver).starts_with("side 2"));
        driver.press("q");
        assert!(driver.model.dialogs.is_empty());
    }

    #[test]
    fn without_such_a_text_it_is_the_id_of_what_the_dialog_is_about() {
        let mut driver = looked_into(&[]);
        assert!(!driver.screen().contains("copy the text"));
        driver.press("y");
        assert_eq!(copied(&mut driver), "box-1");
        driver.press("ctrl-y");
        assert_eq!(driver.model.dialogs.len(), 1, "there is no request");
    }
}
