//! A value being filled in.

use std::collections::BTreeMap;

use crate::{
    domain::form::{self, FieldInfo, FieldKind},
    tui::widgets::text_input::TextInput,
};

/// A value being filled in.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) info: &'static FieldInfo,
    value: Value,
}

#[derive(Debug)]
enum Value {
    Text(TextInput),
    Toggle(bool),
}

impl Field {
    /// A field with nothing filled in.
    pub(super) fn new(info: &'static FieldInfo) -> Self {
        let value = match info.kind {
            FieldKind::Text { .. } | FieldKind::Many { .. } => Value::Text(TextInput::default()),
            FieldKind::Toggle | FieldKind::Marker => Value::Toggle(false),
        };
        Self { info, value }
    }

    pub(super) fn is_toggle(&self) -> bool {
        matches!(self.value, Value::Toggle(_))
    }

    /// Whether a yes or no is yes; `None` for a text.
    pub(super) fn is_on(&self) -> Option<bool> {
        match self.value {
            Value::Toggle(on) => Some(on),
            Value::Text(_) => None,
        }
    }

    /// Turns a yes into a no and back.
    pub(super) fn switch(&mut self) {
        if let Value::Toggle(on) = &mut self.value {
            *on = !*on;
        }
    }

    pub(super) fn text(&self) -> Option<&TextInput> {
        match &self.value {
            Value::Text(input) => Some(input),
            Value::Toggle(_) => None,
        }
    }

    pub(super) fn text_mut(&mut self) -> Option<&mut TextInput> {
        match &mut self.value {
            Value::Text(input) => Some(input),
            Value::Toggle(_) => None,
        }
    }

    /// How many characters were typed out of how many.
    pub(super) fn count(&self) -> Option<(usize, usize)> {
        match (self.text(), &self.info.kind) {
            (Some(input), FieldKind::Text { max, .. } | FieldKind::Many { max, .. }) => {
                Some((input.text().chars().count(), *max))
            }
            _ => None,
        }
    }

    /// Whether it is a row of several, with something typed in it.
    pub(super) fn is_filled_row(&self) -> bool {
        matches!(self.info.kind, FieldKind::Many { .. })
            && self.text().is_some_and(|input| !input.is_empty())
    }

    /// Adds the value to those that a request carries; what was left out adds nothing.
    pub(super) fn add_to(&self, values: &mut BTreeMap<String, form::Value>) {
        let key = self.info.key.to_owned();
        match &self.value {
            Value::Toggle(true) => {
                values.insert(key, form::Value::Text("true".to_owned()));
            }
            Value::Text(input) if !input.is_empty() => {
                let text = input.text().to_owned();
                match (&self.info.kind, values.get_mut(&key)) {
                    (FieldKind::Many { .. }, Some(form::Value::Many(texts))) => texts.push(text),
                    (FieldKind::Many { .. }, _) => {
                        values.insert(key, form::Value::Many(vec![text]));
                    }
                    _ => {
                        values.insert(key, form::Value::Text(text));
                    }
                }
            }
            Value::Toggle(false) | Value::Text(_) => {}
        }
    }

    /// The rule that the value breaks.
    pub(super) fn error(&self) -> Option<String> {
        let input = self.text()?;
        self.info.check(input.text()).err()
    }
}
