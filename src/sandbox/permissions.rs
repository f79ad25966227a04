//! What the caller may not do.
//!
//! Invariants: everything that no denial matches is allowed; `*` and `?` are wildcards as in IAM
//! policies; service and operation names match without regard to case, resources with regard.

use super::condition::Condition;
use super::wildcard::Pattern;

/// A permission that is refused all the time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Denial {
    /// `service:Operation`
    pub(crate) action: String,
    /// A pattern for the ARN.
    pub(crate) resource: String,
    pub(crate) reason: Reason,
}

/// Why AWS refuses: it says so, and whoever simulates a policy is told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Reason {
    /// No policy allows it.
    #[default]
    NotAllowed,
    /// A policy denies it, and no other can allow it.
    ExplicitDeny,
}

/// The denials of a scenario.
#[derive(Debug, Clone, Default)]
pub(crate) struct Permissions {
    denials: Vec<Denial>,
}

impl Permissions {
    pub(crate) fn new(denials: Vec<Denial>) -> Self {
        Self { denials }
    }

    pub(crate) fn denials(&self) -> &[Denial] {
        &self.denials
    }

    /// May the caller do this (`service:Operation`) to all of these resources?
    pub(crate) fn check(&self, action: &str, resources: &[String]) -> Result<(), Condition> {
        let lower = action.to_ascii_lowercase();
        let refused = self
            .denials
            .iter()
            .filter(|denial| Pattern::plain(&denial.action.to_ascii_lowercase()).matches(&lower))
            .find_map(|denial| {
                let pattern = Pattern::plain(&denial.resource);
                let resource = resources
                    .iter()
                    .find(|resource| pattern.matches(resource))?;
                Some((resource, denial.reason))
            });
        match refused {
            None => Ok(()),
            Some((resource, reason)) => Err(Condition::Denied {
                action: action.to_owned(),
                resource: resource.clone(),
                reason,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denial_names_the_action_and_the_resource() {
        let permissions = Permissions::new(vec![Denial {
            action: "ds:create*".to_owned(),
            resource: "arn:*/d-1".to_owned(),
            reason: Reason::ExplicitDeny,
        }]);
        let refused = permissions.check("ds:CreateSnapshot", &["arn:x/d-1".to_owned()]);
        assert_eq!(
            refused,
            Err(Condition::Denied {
                action: "ds:CreateSnapshot".to_owned(),
                resource: "arn:x/d-1".to_owned(),
                reason: Reason::ExplicitDeny,
            })
        );
        let allowed = permissions.check("ds:CreateSnapshot", &["arn:x/d-2".to_owned()]);
        assert_eq!(allowed, Ok(()));
    }
}
