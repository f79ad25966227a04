//! The members of a request, read as what they must be.
//!
//! Invariants: a member that is not known is refused; the refusals name the member.

use serde_json::{Map, Value};

use crate::sandbox::call::{Call, Params};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::texts::dlm as texts;

/// A JSON object of a request.
#[derive(Clone, Copy)]
pub(super) struct Members<'a> {
    members: Option<&'a Map<String, Value>>,
}

fn refusal(text: String) -> Refusal {
    Refusal::client("InvalidRequestException", text)
}

pub(super) fn missing(what: &str) -> Refusal {
    refusal(texts::MISSING.with(&[what]))
}

pub(super) fn invalid(value: &str, name: &str, why: &str) -> Refusal {
    refusal(texts::INVALID.with(&[value, name, why]))
}

pub(super) fn together(first: &str, second: &str) -> Refusal {
    refusal(texts::TOGETHER.with(&[first, second]))
}

fn wrong_type(name: &str, wanted: &str) -> Refusal {
    refusal(texts::WRONG_TYPE.with(&[name, wanted]))
}

impl<'a> Members<'a> {
    pub(super) fn of(call: &'a Call) -> Self {
        match &call.params {
            Params::Members(members) => Self {
                members: Some(members),
            },
            Params::Form(_) | Params::NotJson | Params::Http(_) => Self { members: None },
        }
    }

    pub(super) fn new(members: &'a Map<String, Value>) -> Self {
        Self {
            members: Some(members),
        }
    }

    /// Refuses members other than these.
    pub(super) fn only(self, known: &[&str]) -> Result<(), Refusal> {
        let mut names = self.members.into_iter().flat_map(Map::keys);
        match names.find(|name| !known.contains(&name.as_str())) {
            Some(unknown) => Err(refusal(texts::UNKNOWN_MEMBER.with(&[unknown]))),
            None => Ok(()),
        }
    }

    fn get(self, name: &str) -> Option<&'a Value> {
        self.members?.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn has(self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Those of these members that there are.
    pub(super) fn some_of(self, names: &[&str]) -> Map<String, Value> {
        names
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), self.get(name)?.clone())))
            .collect()
    }

    pub(super) fn text(self, name: &str) -> Result<Option<&'a str>, Refusal> {
        self.get(name)
            .map(|value| value.as_str().ok_or_else(|| wrong_type(name, "a string")))
            .transpose()
    }

    pub(super) fn truth(self, name: &str) -> Result<Option<bool>, Refusal> {
        self.get(name)
            .map(|value| value.as_bool().ok_or_else(|| wrong_type(name, "a Boolean")))
            .transpose()
    }

    pub(super) fn number(self, name: &str) -> Result<Option<i64>, Refusal> {
        self.get(name)
            .map(|value| {
                value
                    .as_i64()
                    .ok_or_else(|| wrong_type(name, "a whole number"))
            })
            .transpose()
    }

    pub(super) fn object(self, name: &str) -> Result<Option<&'a Map<String, Value>>, Refusal> {
        self.get(name)
            .map(|value| {
                value
                    .as_object()
                    .ok_or_else(|| wrong_type(name, "an object"))
            })
            .transpose()
    }

    fn list(self, name: &str) -> Result<&'a [Value], Refusal> {
        match self.get(name) {
            None => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(_) => Err(wrong_type(name, "a list")),
        }
    }

    pub(super) fn texts(self, name: &str) -> Result<Vec<&'a str>, Refusal> {
        self.list(name)?
            .iter()
            .map(|item| {
                item.as_str()
                    .ok_or_else(|| wrong_type(name, "a list of strings"))
            })
            .collect()
    }

    pub(super) fn objects(self, name: &str) -> Result<Vec<Self>, Refusal> {
        self.list(name)?
            .iter()
            .map(|item| {
                let object = item.as_object();
                object
                    .map(Self::new)
                    .ok_or_else(|| wrong_type(name, "a list of objects"))
            })
            .collect()
    }

    /// A list of `{"Key": …, "Value": …}`.
    pub(super) fn tags(self, name: &str, most: usize) -> Result<Vec<(String, String)>, Refusal> {
        let tags = self.objects(name)?;
        if tags.len() > most {
            let why = format!("at most {most} are allowed");
            return Err(invalid(&tags.len().to_string(), name, &why));
        }
        tags.into_iter()
            .map(|tag| {
                let key = tag.text("Key")?.ok_or_else(|| missing("Key"))?;
                let value = tag.text("Value")?.ok_or_else(|| missing("Value"))?;
                if key.to_ascii_lowercase().starts_with("aws:") {
                    return Err(invalid(key, name, "keys that start with aws: are reserved"));
                }
                Ok((key.to_owned(), value.to_owned()))
            })
            .collect()
    }
}
