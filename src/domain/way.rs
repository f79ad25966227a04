//! Ways out of what stands in the way of a request, as data: each face says them in its own words.
//!
//! The command line names flags and commands, the console the labels of its fields and the titles of
//! its actions. Both are taken from the descriptions of the service, so neither can be outdated.

use super::{
    collection::{Destructive, ServiceInfo, Target},
    form::{FieldInfo, FieldKind},
    text::quoted,
};

/// A way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// What it does, to follow "to": `restore beside what is there`.
    does: String,
    /// Another action that does it; the same one, asked for otherwise, where there is none.
    by: Option<Act>,
    /// What is filled in.
    fields: Vec<Filled>,
}

/// An action that is to be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Act {
    service: &'static str,
    command: &'static str,
    title: &'static str,
    /// How the command line names the row that it is asked of.
    words: Vec<String>,
    /// The ids of the rows that it is asked of.
    on: Vec<String>,
    /// What confirms it on the command line.
    confirm: Vec<String>,
}

/// A field with what is to be filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Filled {
    flag: &'static str,
    label: &'static str,
    value: Filling,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Filling {
    /// This text.
    Text(String),
    /// A text that the user knows.
    Own,
    /// A yes.
    Yes,
    /// The value of a field that the command line takes as a word of its own.
    Word,
}

impl Way {
    /// Asking for the same action of a service with these fields filled in, by their keys; an empty
    /// text stands for one that the user knows, or for a yes.
    #[must_use]
    pub fn fill(
        service: &'static ServiceInfo,
        action: &str,
        does: impl Into<String>,
        values: &[(&str, &str)],
    ) -> Self {
        let fields = service
            .action(action)
            .map_or(&[][..], |action| action.fields);
        Self {
            does: does.into(),
            by: None,
            fields: values.iter().filter_map(|v| filled(fields, v)).collect(),
        }
    }

    /// Asking for another action of a service first, of these rows, by their ids.
    #[must_use]
    pub fn act(
        service: &'static ServiceInfo,
        action: &str,
        does: impl Into<String>,
        on: &[String],
        values: &[(&str, &str)],
    ) -> Self {
        let Some(action) = service.action(action) else {
            return Self::fill(service, action, does, values);
        };
        let last = |id: &String| id.rsplit('/').next().unwrap_or_default().to_owned();
        let mut words = match (action.target, on) {
            (Target::Words, [first, rest @ ..]) => {
                let mut words: Vec<String> = first.split('/').map(str::to_owned).collect();
                words.extend(rest.iter().map(last));
                words
            }
            _ => on.to_vec(),
        };
        let confirm = match (action.target, action.destructive) {
            (Target::Words, Destructive::Live) => on.iter().map(last).collect(),
            _ => Vec::new(),
        };
        let mut fields: Vec<Filled> = values
            .iter()
            .filter_map(|value| filled(action.fields, value))
            .collect();
        if let Target::IdAnd(key) = action.target {
            let named = values.iter().find(|(known, _)| *known == key);
            words.extend(named.map(|(_, value)| (*value).to_owned()));
            let flag = action.fields.iter().find(|field| field.key == key);
            for field in &mut fields {
                if flag.is_some_and(|flag| flag.flag == field.flag) {
                    field.value = Filling::Word;
                }
            }
        }
        Self {
            does: does.into(),
            by: Some(Act {
                service: service.id,
                command: action.command,
                title: action.title,
                words,
                on: on.to_vec(),
                confirm,
            }),
            fields,
        }
    }

    /// The way in the words of the command line.
    #[must_use]
    pub fn on_the_command_line(&self) -> String {
        let mut parts = Vec::new();
        if let Some(act) = &self.by {
            parts.push(format!("snapdeck {} {}", act.service, act.command));
            parts.extend(act.words.iter().map(|word| quoted(word).into_owned()));
            let confirm = act.confirm.iter();
            parts.extend(confirm.map(|id| format!("--confirm {}", quoted(id))));
        }
        parts.extend(self.fields.iter().filter_map(|field| match &field.value {
            Filling::Text(text) => Some(format!("--{} {}", field.flag, quoted(text))),
            Filling::Own => Some(format!("--{} ...", field.flag)),
            Filling::Yes => Some(format!("--{}", field.flag)),
            Filling::Word => None,
        }));
        self.told(&parts.join(" "))
    }

    /// The way in the words of the console.
    #[must_use]
    pub fn in_the_console(&self) -> String {
        let fields: Vec<String> = self
            .fields
            .iter()
            .filter_map(|field| match &field.value {
                Filling::Text(text) => Some(format!("'{}' {text}", field.label)),
                Filling::Own | Filling::Yes => Some(format!("'{}'", field.label)),
                Filling::Word => None,
            })
            .collect();
        let fields = fields.join(", ");
        self.told(&match &self.by {
            None => fields,
            Some(act) => {
                let on = act.on.join(", ");
                let act = format!("'{}' of {on}", act.title);
                if fields.is_empty() {
                    act
                } else {
                    format!("{act}, with {fields}")
                }
            }
        })
    }

    fn told(&self, how: &str) -> String {
        if how.is_empty() {
            format!("to {}", self.does)
        } else {
            format!("to {}: {how}", self.does)
        }
    }
}

fn filled(fields: &'static [FieldInfo], (key, value): &(&str, &str)) -> Option<Filled> {
    let field = fields.iter().find(|field| field.key == *key)?;
    let value = match field.kind {
        FieldKind::Toggle | FieldKind::Marker => Filling::Yes,
        FieldKind::Text { .. } | FieldKind::Many { .. } if value.is_empty() => Filling::Own,
        FieldKind::Text { .. } | FieldKind::Many { .. } => Filling::Text((*value).to_owned()),
    };
    Some(Filled {
        flag: field.flag,
        label: field.label,
        value,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::collection::ActionInfo;

    const fn field(key: &'static str, flag: &'static str, kind: FieldKind) -> FieldInfo {
        FieldInfo {
            key,
            flag,
            label: "Label",
            help: "",
            kind,
        }
    }

    const TEXT: FieldKind = FieldKind::Text {
        argument: "TEXT",
        max: 9,
        rule: |_| Ok(()),
    };

    static SERVICE: ServiceInfo = ServiceInfo {
        id: "store",
        title: "Store",
        collections: &[],
        actions: &[
            ActionInfo {
                id: "restore",
                fields: &[
                    field("pattern", "rename-pattern", TEXT),
                    field("partial", "partial", FieldKind::Toggle),
                ],
                ..ActionInfo::PLAIN
            },
            ActionInfo {
                id: "delete",
                command: "delete-box",
                title: "Delete box",
                target: Target::Words,
                destructive: Destructive::Live,
                ..ActionInfo::PLAIN
            },
            ActionInfo {
                id: "register",
                command: "register",
                title: "Register",
                target: Target::IdAnd("name"),
                fields: &[field("name", "name", TEXT), field("role", "role-arn", TEXT)],
                ..ActionInfo::PLAIN
            },
        ],
    };

    #[test]
    fn fields_are_flags_on_the_command_line_and_labels_in_the_console() {
        let way = Way::fill(
            &SERVICE,
            "restore",
            "restore beside it",
            &[("pattern", "(.+)"), ("partial", "")],
        );
        assert_eq!(
            way.on_the_command_line(),
            "to restore beside it: --rename-pattern '(.+)' --partial"
        );
        assert_eq!(
            way.in_the_console(),
            "to restore beside it: 'Label' (.+), 'Label'"
        );
    }

    #[test]
    fn another_action_is_a_command_or_a_title_with_what_it_is_asked_of() {
        let on = ["logs/a".to_owned(), "logs/b c".to_owned()];
        let way = Way::act(&SERVICE, "delete", "delete them first", &on, &[]);
        assert_eq!(
            way.on_the_command_line(),
            "to delete them first: snapdeck store delete-box logs a 'b c' --confirm a --confirm 'b c'"
        );
        assert_eq!(
            way.in_the_console(),
            "to delete them first: 'Delete box' of logs/a, logs/b c"
        );
        let on = ["logs".to_owned()];
        let values = [("name", "mine"), ("role", "")];
        let way = Way::act(&SERVICE, "register", "register it", &on, &values);
        assert_eq!(
            way.on_the_command_line(),
            "to register it: snapdeck store register logs mine --role-arn ..."
        );
        assert_eq!(
            way.in_the_console(),
            "to register it: 'Register' of logs, with 'Label'"
        );
    }
}
