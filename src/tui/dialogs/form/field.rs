//! A value being filled in.

use crate::{
    domain::form::{FieldInfo, FieldKind},
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
            FieldKind::Text { .. } => Value::Text(TextInput::default()),
            FieldKind::Toggle => Value::Toggle(false),
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
            (Some(input), FieldKind::Text { max, .. }) => {
                Some((input.text().chars().count(), *max))
            }
            _ => None,
        }
    }

    /// The value as a request carries it; `None` where it was left out.
    pub(super) fn value(&self) -> Option<String> {
        match &self.value {
            Value::Text(input) if input.is_empty() => None,
            Value::Text(input) => Some(input.text().to_owned()),
            Value::Toggle(on) => on.then(|| "true".to_owned()),
        }
    }

    /// The rule that the value breaks.
    pub(super) fn error(&self) -> Option<String> {
        let input = self.text()?;
        self.info.check(input.text()).err()
    }
}
