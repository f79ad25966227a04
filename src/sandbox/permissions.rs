//! What the caller may not do.
//!
//! Invariants: everything that no denial matches is allowed; `*` and `?` are wildcards as in IAM
//! policies; service and operation names match without regard to case, resources with regard.

use super::call::Call;
use super::condition::Condition;

/// A permission that is refused all the time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Denial {
    /// `service:Operation`
    pub(crate) action: String,
    /// A pattern for the ARN.
    pub(crate) resource: String,
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

    /// May the caller do this to all of these resources?
    pub(crate) fn check(&self, call: &Call, resources: &[String]) -> Result<(), Condition> {
        let action = format!("{}:{}", call.service, call.action);
        let lower = action.to_ascii_lowercase();
        let refused = self
            .denials
            .iter()
            .filter(|denial| matches(&denial.action.to_ascii_lowercase(), &lower))
            .find_map(|denial| {
                resources
                    .iter()
                    .find(|resource| matches(&denial.resource, resource))
            });
        match refused {
            None => Ok(()),
            Some(resource) => Err(Condition::Denied {
                action,
                resource: resource.clone(),
            }),
        }
    }
}

/// Does the text match the pattern, where `*` is any text and `?` any character?
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut place) = (0, 0);
    // Where to go on when a guess for the latest `*` proves too short.
    let mut retry = None;
    while place < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                retry = Some((at, place));
                at += 1;
            }
            Some(wanted) if *wanted == b'?' || *wanted == text[place] => {
                at += 1;
                place += 1;
            }
            _ => match retry {
                Some((star, taken)) => {
                    retry = Some((star, taken + 1));
                    (at, place) = (star + 1, taken + 1);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|rest| *rest == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::call::Params;
    use crate::sandbox::service::Service;

    #[test]
    fn wildcards_match() {
        for (pattern, text) in [
            ("*", ""),
            ("*", "anything"),
            ("ds:*snapshot", "ds:createsnapshot"),
            ("a*b*c", "a-b-b-c"),
            ("d-?", "d-1"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("", "a"), ("a*b", "abc"), ("d-?", "d-12"), ("a", "")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn a_denial_names_the_action_and_the_resource() {
        let permissions = Permissions::new(vec![Denial {
            action: "ds:create*".to_owned(),
            resource: "arn:*/d-1".to_owned(),
        }]);
        let call = Call {
            service: Service::Directory,
            region: String::new(),
            action: "CreateSnapshot".to_owned(),
            params: Params::NotJson,
        };
        let refused = permissions.check(&call, &["arn:x/d-1".to_owned()]);
        assert_eq!(
            refused,
            Err(Condition::Denied {
                action: "ds:CreateSnapshot".to_owned(),
                resource: "arn:x/d-1".to_owned()
            })
        );
        assert_eq!(permissions.check(&call, &["arn:x/d-2".to_owned()]), Ok(()));
    }
}
