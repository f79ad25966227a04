//! The parameters of a call: form fields, read as what they stand for.
//!
//! Invariants: a parameter that the operation does not know is refused, so that nothing is ever
//! ignored in silence; an empty value is an absent one; reading looks at nothing but the call.

use std::ops::RangeInclusive;
use std::str::FromStr;

use super::id::{Id, Kind};
use super::operations;
use super::refusals::{
    dry_run, invalid, invalid_because, invalid_value, malformed, missing, unknown_parameter,
    wrong_account,
};
use crate::sandbox::call::{Call, Params};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::texts::ec2 as texts;
use crate::sandbox::word::Word;

/// The longest description, in characters.
const LONGEST_DESCRIPTION: usize = 255;
/// The longest client token, in characters.
const LONGEST_TOKEN: usize = 64;

/// The owners that have a name.
pub(super) const OWNER_WORDS: [&str; 5] = [
    "self",
    "amazon",
    "aws-backup-vault",
    "aws-marketplace",
    "microsoft",
];

/// The parameters of one call.
pub(super) struct Parameters<'a> {
    pub(super) call: &'a Call,
}

impl<'a> Parameters<'a> {
    /// The parameters, all of which the operation knows.
    pub(super) fn of(call: &'a Call) -> Result<Self, Refusal> {
        let parameters = Self { call };
        let mut fields = parameters.fields().iter();
        let unknown = fields.find(|(name, _)| !operations::knows(&call.action, name));
        match unknown {
            Some((name, _)) => Err(unknown_parameter(name)),
            None => Ok(parameters),
        }
    }

    pub(super) fn fields(&self) -> &'a [(String, String)] {
        match &self.call.params {
            Params::Form(fields) => fields,
            Params::Members(_) | Params::NotJson | Params::Http(_) => &[],
        }
    }

    /// The last check of a call's form: a dry run ends here.
    pub(super) fn dry_run(&self) -> Result<(), Refusal> {
        if self.flag("DryRun")?.unwrap_or_default() {
            return Err(dry_run());
        }
        Ok(())
    }

    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        self.call.field(name).filter(|value| !value.is_empty())
    }

    pub(super) fn required(&self, name: &str) -> Result<&'a str, Refusal> {
        self.text(name).ok_or_else(|| missing(name))
    }

    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        self.text(name)
            .map(|value| match value.to_ascii_lowercase().as_str() {
                "true" => Ok(true),
                "false" => Ok(false),
                _ => Err(invalid_value(value, name)),
            })
            .transpose()
    }

    pub(super) fn number<N: FromStr>(&self, name: &str) -> Result<Option<N>, Refusal> {
        self.text(name)
            .map(|value| value.parse().map_err(|_| invalid_value(value, name)))
            .transpose()
    }

    pub(super) fn number_in(
        &self,
        name: &str,
        range: RangeInclusive<u32>,
    ) -> Result<Option<u32>, Refusal> {
        let Some(number) = self.number::<u32>(name)? else {
            return Ok(None);
        };
        if range.contains(&number) {
            return Ok(Some(number));
        }
        let why = format!("It must be from {} to {}.", range.start(), range.end());
        Err(invalid_because(&number.to_string(), name, &why))
    }

    pub(super) fn word<W: Word>(&self, name: &str) -> Result<Option<W>, Refusal> {
        self.text(name)
            .map(|value| W::from_name(value).ok_or_else(|| invalid_value(value, name)))
            .transpose()
    }

    /// `Name.1`, `Name.2`, …
    pub(super) fn list(&self, name: &str) -> Vec<&'a str> {
        self.call.list(name)
    }

    /// `Name.1`, `Name.2`, … as numbers of accounts or some of these words.
    pub(super) fn accounts(&self, name: &str, words: &[&str]) -> Result<Vec<&'a str>, Refusal> {
        let accounts = self.list(name);
        let wrong = |text: &&&str| !is_account(text) && !words.contains(*text);
        match accounts.iter().find(wrong) {
            Some(text) => Err(wrong_account(text)),
            None => Ok(accounts),
        }
    }

    /// `Name.1`, `Name.2`, … as the ids of resources, each once.
    pub(super) fn ids<K: Kind>(&self, name: &str) -> Result<Vec<Id<K>>, Refusal> {
        let mut ids = Vec::new();
        for text in self.list(name) {
            let id = Id::parse(text).ok_or_else(|| malformed::<K>(text, name))?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    pub(super) fn id<K: Kind>(&self, name: &str) -> Result<Option<Id<K>>, Refusal> {
        self.text(name)
            .map(|text| Id::parse(text).ok_or_else(|| malformed::<K>(text, last(name))))
            .transpose()
    }

    pub(super) fn required_id<K: Kind>(&self, name: &str) -> Result<Id<K>, Refusal> {
        self.id(name)?.ok_or_else(|| missing(last(name)))
    }

    /// A snapshot's description.
    pub(super) fn description(&self) -> Result<String, Refusal> {
        let text = self.text("Description").unwrap_or_default();
        if !text.is_ascii() {
            return Err(invalid(texts::DESCRIPTION_NOT_ASCII.with(&[text])));
        }
        if text.chars().count() > LONGEST_DESCRIPTION {
            return Err(invalid(texts::DESCRIPTION_TOO_LONG.with(&[text])));
        }
        Ok(text.to_owned())
    }

    /// Refuses to put anything on an Outpost or in a Local Zone: there are none.
    pub(super) fn in_the_region(&self) -> Result<(), Refusal> {
        for name in ["OutpostArn", "DestinationOutpostArn"] {
            if let Some(arn) = self.text(name) {
                return Err(invalid_because(arn, name, &texts::NO_OUTPOST.plain()));
            }
        }
        if let Some(zone) = self.text("DestinationAvailabilityZone") {
            let why = texts::NO_LOCAL_ZONE.plain();
            return Err(invalid_because(zone, "DestinationAvailabilityZone", &why));
        }
        match self.text("Location") {
            None | Some("regional") => Ok(()),
            Some("local") => {
                let why = texts::NO_LOCAL_ZONE.plain();
                Err(invalid_because("local", "Location", &why))
            }
            Some(other) => Err(invalid_value(other, "Location")),
        }
    }

    pub(super) fn client_token(&self) -> Result<Option<&'a str>, Refusal> {
        let token = self.text("ClientToken");
        match token {
            Some(text) if !text.is_ascii() || text.len() > LONGEST_TOKEN => {
                Err(invalid_value(text, "ClientToken"))
            }
            token => Ok(token),
        }
    }

    /// Everything that makes the request what it is, without what may differ in a repetition.
    pub(super) fn essence(&self, without: &[&str]) -> Vec<&'a str> {
        let mut fields: Vec<&(String, String)> = self
            .fields()
            .iter()
            .filter(|(name, _)| name != "DryRun" && !without.contains(&name.as_str()))
            .collect();
        fields.sort();
        fields
            .into_iter()
            .flat_map(|(name, value)| [name.as_str(), value.as_str()])
            .collect()
    }
}

/// Twelve digits.
pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The last part of a nested name.
fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
