//! Where a resource lives and under which identity it is reached.
//!
//! A request is bound to the [`Place`] it was prepared in and is refused anywhere else, so nothing
//! asked of one account can be carried out in another.

use std::{collections::BTreeMap, fmt, sync::Arc};

use serde::{Deserialize, Serialize};

/// An AWS Region name, for example `eu-west-1`. Shared, since every row carries one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Region(Arc<str>);

/// A twelve-digit AWS account id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Account(Arc<str>);

impl Region {
    /// Accepts anything of the form AWS uses for Regions: `xx-word-9`, also `us-gov-west-1`.
    ///
    /// # Errors
    /// A sentence that names the value and the form expected. Whether such a Region exists is for
    /// AWS to say: new ones appear without a new version of this program.
    pub fn parse(name: &str) -> Result<Self, String> {
        let mut parts = name.split('-');
        let partition = parts.next().unwrap_or_default();
        let number = parts.next_back().unwrap_or_default();
        let words: Vec<&str> = parts.collect();
        let lower = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_lowercase());
        let fits = (2..=4).contains(&partition.len())
            && lower(partition)
            && (1..=3).contains(&words.len())
            && words.iter().all(|w| lower(w))
            && (1..=2).contains(&number.len())
            && number.bytes().all(|b| b.is_ascii_digit());
        if fits {
            Ok(Self(name.into()))
        } else {
            Err(format!(
                "'{}' is not the name of an AWS Region; one looks like us-east-1 or eu-west-3",
                crate::domain::text::harmless(name)
            ))
        }
    }

    /// The name as AWS writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Account {
    /// Takes an account id as AWS reports it.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self(id.into())
    }

    /// The twelve digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// An account in a Region, and how it is reached.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The named profile of the AWS files; `None` is whatever the default chain finds.
    pub profile: Option<String>,
    /// The account that the credentials belong to, as STS reported it.
    pub account: Account,
    /// The Region that is called.
    pub region: Region,
    /// An endpoint in place of AWS's own: a sandbox, a simulator, a private link.
    pub endpoint: Option<String>,
    /// The endpoints of single services, which go before [`Place::endpoint`]: by the name that a
    /// service has in the variable `AWS_ENDPOINT_URL_<NAME>`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub endpoints: BTreeMap<String, String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_of_every_partition_are_accepted_and_anything_else_is_named_in_the_error() {
        for good in [
            "us-east-1",
            "eu-west-3",
            "ap-southeast-5",
            "us-gov-west-1",
            "cn-north-1",
            "us-isob-east-1",
            "eusc-de-east-1",
        ] {
            assert!(Region::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "us-east",
            "useast1",
            "US-EAST-1",
            "us-east-1a",
            "us-east-",
            "-east-1",
            "us east 1",
            "all",
        ] {
            let error = Region::parse(bad).unwrap_err();
            assert!(
                error.contains(&format!("'{bad}'")) && error.contains("us-east-1"),
                "{error}"
            );
        }
    }
}
