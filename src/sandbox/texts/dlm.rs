//! What Data Lifecycle Manager says. Nothing of it is recorded anywhere: the texts are choices.

use super::{Text, choice};

pub(crate) const MISSING: Text = choice("The request must contain {}.");
pub(crate) const WRONG_TYPE: Text = choice("{} must be {}.");
pub(crate) const INVALID: Text = choice("Invalid value '{}' for {}: {}.");
pub(crate) const TOGETHER: Text = choice("{} and {} cannot be used together.");
pub(crate) const UNKNOWN_MEMBER: Text = choice("{} is not a member that is supported here.");
pub(crate) const NO_SUCH_POLICY: Text = choice("Policy {} does not exist.");
pub(crate) const COUNT_TO_AGE: Text =
    choice("The retention of a schedule cannot be changed between count and age.");
pub(crate) const ONE_DEFAULT_POLICY: Text =
    choice("There is a default policy for volumes in the Region already.");
pub(crate) const TOO_MANY_POLICIES: Text =
    choice("The limit of 100 lifecycle policies in the Region has been reached.");
