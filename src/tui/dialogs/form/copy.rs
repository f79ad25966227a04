//! What can be copied out of a form: the texts to take away, the request, and the id of what it is about.

use ratatui::layout::Rect;

use super::Form;
use crate::{
    config::{Action, Key},
    domain::{assessment::Document, text::harmless},
    tui::{
        choice::{Choice, Entry},
        outcome::Outcome,
        theme::Styles,
        world::World,
    },
};

impl Form {
    /// What a key copies, where it is one that does. Of the texts to take away that is the one in sight;
    /// where several are, or none is, which one is asked.
    pub(super) fn copy(&self, key: Key, world: &World, screen: Rect) -> Option<Outcome> {
        match world.keymap().action(&key)? {
            Action::CopyRequest => Some(Outcome::Copy {
                what: "the equivalent request".to_owned(),
                text: self.equivalent()?.to_owned(),
            }),
            Action::Copy if self.documents().is_empty() => Some(Outcome::Copy {
                what: harmless(&self.row.id).into_owned(),
                text: self.row.id.clone(),
            }),
            Action::Copy => Some(self.copy_document(world, screen)),
            _ => None,
        }
    }

    /// Whether there is a text to take away, and the focus is where the key for it is no character.
    pub(super) fn copies_documents(&self) -> bool {
        !self.is_typing() && !self.documents().is_empty()
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
