//! Roles and policies to begin with, as a scenario describes them.

use jiff::SignedDuration;

use super::policy::Document;

/// What the account has.
#[derive(Debug, Clone, Default)]
pub(crate) struct IamSeed {
    /// The account's alias, if it has one.
    pub(crate) account_alias: Option<String>,
    pub(crate) roles: Vec<RoleSeed>,
}

/// A role to begin with.
#[derive(Debug, Clone)]
pub(crate) struct RoleSeed {
    pub(crate) name: String,
    /// Begins and ends with a slash.
    pub(crate) path: String,
    pub(crate) description: Option<String>,
    pub(crate) trust: Document,
    /// Inline policies by name.
    pub(crate) inline: Vec<(String, Document)>,
    /// Customer managed policies by name, attached to the role. Two roles that name the same
    /// policy share it; the first document counts.
    pub(crate) managed: Vec<(String, Document)>,
    pub(crate) tags: Vec<(String, String)>,
    pub(crate) age: SignedDuration,
}
