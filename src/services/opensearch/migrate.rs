//! Restoring to a domain that lacks the repository: it is registered there first, read-only, as part of
//! the same operation.
//!
//! Two calls, each sent once: the registration, and, once the domain lists it as it was asked for, the
//! restore. Only one domain may write to a place in a bucket, so a registration of this kind is always
//! read-only, and nothing that only matters for writing is taken over.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    Search,
    assess::domain_facts,
    create::place_of,
    domains::{Domain, Reach},
    names,
    register::is_asked,
    restore_plan::same_place,
    transport::Ask,
    watch::registered_accepted,
};
use crate::{
    domain::{
        assessment::{Check, Document},
        failure::Failure,
        lifecycle::Accepted,
        operation::Operation,
    },
    services::Trace,
};

/// The call that restores, where the registration comes first.
pub(super) const RESTORE_STEP: u32 = 1;

/// The member of a baseline that says what is registered first.
pub(super) const FIRST: &str = "register_first";

/// Settings that only matter for writing. Some of them newer engines refuse.
const OF_WRITING: [&str; 6] = [
    "buffer_size",
    "canned_acl",
    "chunk_size",
    "compress",
    "max_snapshot_bytes_per_sec",
    "storage_class",
];
/// The beginning of those that say how objects are encrypted when they are written.
const OF_ENCRYPTING: &str = "server_side_encryption";

/// A registration of a repository in another domain.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Registration {
    pub(super) name: String,
    pub(super) body: Value,
}

/// The repository of a snapshot, in the domain that it is restored to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum There {
    /// It is there, by this name.
    Known(String),
    /// It is not, and this brings it.
    Missing(Registration),
    /// It is not, and this is why it cannot be brought.
    Barred(String),
}

impl There {
    /// What it is called there once the restore is sent.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Known(name) => name,
            Self::Missing(registration) => &registration.name,
            Self::Barred(_) => "",
        }
    }

    /// Finds it in another domain by the place that it is on; `existing` are the repositories of that
    /// domain, `name` and `registered` are the repository in the domain `from`.
    pub(super) fn find(
        existing: &BTreeMap<String, Value>,
        target: &Domain,
        from: &str,
        name: &str,
        registered: &Value,
    ) -> Self {
        let mut known = existing.iter();
        if let Some((known, _)) = known.find(|(_, other)| same_place(registered, other)) {
            return Self::Known(known.clone());
        }
        let to = &target.name;
        let Some(settings) = registered["settings"].as_object() else {
            return Self::Barred(format!("{from} does not say where {name} is"));
        };
        // AWS's own refuse a registration without a role; an engine of one's own knows none.
        let is_aws = target.reach != Reach::Named && registered["type"] == "s3";
        if is_aws && settings.get("role_arn").and_then(Value::as_str).is_none() {
            return Self::Barred(format!(
                "{to} has no repository on the same place, and {from} does not say which role reaches it"
            ));
        }
        if let Err(why) = names::repository(name) {
            return Self::Barred(format!("it cannot have the same name in {to}: {why}"));
        }
        let names = [name.to_owned(), format!("{from}-{name}")];
        let free = names.into_iter().find(|name| !existing.contains_key(name));
        match free {
            Some(name) => Self::Missing(Registration {
                name,
                body: json!({ "type": registered["type"], "settings": read_only(settings) }),
            }),
            None => Self::Barred(format!(
                "{to} has other repositories by the names {name} and {from}-{name}"
            )),
        }
    }
}

/// The settings that lead to the same place, for reading alone.
fn read_only(settings: &Map<String, Value>) -> Value {
    let mut taken: Map<String, Value> = settings
        .iter()
        .filter(|(key, _)| !OF_WRITING.contains(&key.as_str()) && !key.starts_with(OF_ENCRYPTING))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    taken.insert("readonly".to_owned(), true.into());
    Value::Object(taken)
}

impl Registration {
    fn setting(&self, key: &str) -> Option<&str> {
        self.body["settings"][key].as_str()
    }

    /// The settings in words, the place first.
    pub(super) fn words(&self) -> String {
        let settings = self.body["settings"].as_object().into_iter().flatten();
        let rest = settings.filter(|(key, _)| {
            !["bucket", "base_path", "location", "readonly"].contains(&key.as_str())
        });
        let text = |value: &Value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        };
        let rest = rest.map(|(key, value)| format!(", {key} {}", text(value)));
        let place = place_of(&self.name, &self.body);
        format!("{place}{}, read-only", rest.collect::<String>())
    }

    /// What a user should know of it before the restore is asked for.
    pub(super) fn warnings(&self, target: &Domain) -> Vec<String> {
        let to = &target.name;
        let mut warnings = vec![format!(
            "{to} does not have the repository: it is registered there first, read-only, as {}, and stays registered. What is in it is not changed. If the restore is refused afterwards, the registration stands all the same.",
            self.name
        )];
        if let Some(role) = self.setting("role_arn") {
            let mapped = if target.fine_grained() == Some(true) {
                format!(
                    ", and to be mapped to manage_snapshots in {to}, which has fine-grained access control"
                )
            } else {
                String::new()
            };
            warnings.push(format!(
                "For that you need iam:PassRole on {role} and es:ESHttpPut on {to}{mapped}."
            ));
        }
        warnings
    }

    fn ask<'a>(&self, path: &'a [&'a str]) -> Ask<'a> {
        Ask::change("PUT", path, Some(self.body.clone()))
    }

    /// The request as a line.
    pub(super) fn line(&self) -> String {
        self.ask(&["_snapshot", &self.name]).line()
    }

    /// What a baseline keeps of it.
    pub(super) fn to_json(&self) -> Value {
        json!({ "name": self.name, "body": self.body })
    }

    /// The one that a baseline keeps.
    pub(super) fn of(facts: &Value) -> Option<Self> {
        let kept = &facts[FIRST];
        Some(Self {
            name: kept["name"].as_str()?.to_owned(),
            body: kept["body"].clone(),
        })
    }
}

/// The registration that an operation is at; `None` where it comes to the restore, or is nothing else.
pub(super) fn due(operation: &Operation) -> Option<Registration> {
    (operation.step < RESTORE_STEP)
        .then(|| Registration::of(&operation.baseline.facts))
        .flatten()
}

/// A refusal of the restore, with what the registration before it has left.
pub(super) fn standing(facts: &Value, failure: Failure) -> Failure {
    let Some(first) = Registration::of(facts).filter(|_| !failure.kind.may_have_happened()) else {
        return failure;
    };
    let domain = facts["domain"].as_str().unwrap_or_default();
    let hint = failure.hint.clone().unwrap_or_default();
    let more = format!(
        "{hint} {domain} has {} registered all the same.",
        first.name
    );
    failure.hint(more.trim().to_owned())
}

impl Search {
    /// What the registration needs, with what mends what is missing. The domain decides: what is asked
    /// here may be forbidden to look at.
    pub(super) async fn registrable(
        &self,
        target: &Domain,
        registration: &Registration,
    ) -> (Vec<Check>, Vec<Document>) {
        let (Some(bucket), Some(role)) = (
            registration.setting("bucket"),
            registration.setting("role_arn"),
        ) else {
            return (Vec::new(), Vec::new());
        };
        let found = self.prerequisites(target, bucket, role).await;
        // The Region of the bucket is taken over, so nobody has to say it.
        let plainly = |check: Check| Check {
            ways: Vec::new(),
            ..check.decided_by_aws()
        };
        (
            found.checks.into_iter().map(plainly).collect(),
            found.documents,
        )
    }

    /// Sends the registration of a restore.
    pub(super) async fn send_first(
        &self,
        operation: &Operation,
        registration: &Registration,
    ) -> Result<Accepted, Failure> {
        let facts = &operation.baseline.facts;
        let domain = self
            .changed(facts["domain"].as_str().unwrap_or_default())
            .await?;
        let path = ["_snapshot", registration.name.as_str()];
        match self.change(&domain, &registration.ask(&path)).await {
            Ok((_, request_id)) => Ok(registered_accepted(
                &domain.name,
                registration,
                self.clock.now(),
                request_id,
            )),
            Err(failure) if !failure.kind.may_have_happened() => {
                let (name, body) = (&registration.name, &registration.body);
                Err(self.still_registered(&domain, name, body, failure).await)
            }
            Err(failure) => Err(failure),
        }
    }

    /// Whether a domain lists a repository as it was asked for.
    pub(super) async fn lists(
        &self,
        domain: &Domain,
        registration: &Registration,
    ) -> Result<bool, Failure> {
        let registered = self.repositories(domain).await?;
        Ok(registered
            .get(&registration.name)
            .is_some_and(|there| is_asked(there, &registration.body)))
    }

    /// Looks for the trace of the registration of a restore.
    pub(super) async fn look_for_first(
        &self,
        operation: &Operation,
        registration: &Registration,
    ) -> Result<Trace, Failure> {
        let facts = &operation.baseline.facts;
        let domain = self
            .domain(facts["domain"].as_str().unwrap_or_default())
            .await?;
        let id = format!("{}/{}", domain.name, registration.name);
        Ok(if self.lists(&domain, registration).await? {
            Trace::Found {
                accepted: registered_accepted(&domain.name, registration, self.clock.now(), None),
                how: format!("the domain lists {id} as it was asked for"),
            }
        } else {
            Trace::None {
                looked_at: format!("the domain does not list {id} as it was asked for"),
                advice: "Nothing was restored. Asking again does no harm.".to_owned(),
            }
        })
    }
}

/// What a dialog says of the domain that it restores to, and of what is registered there first.
pub(super) fn facts(target: &Domain, there: &There) -> Vec<(&'static str, String)> {
    let mut facts = domain_facts(target);
    if let There::Missing(registration) = there {
        facts.push(("Registered first", registration.words()));
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLE: &str = "arn:aws:iam::123456789012:role/R";

    fn domain(reach: Reach) -> Domain {
        Domain {
            name: "archive".into(),
            url: None,
            reach,
            signed: true,
            engine: None,
            status: None,
        }
    }

    fn found(existing: &[(&str, Value)], registered: &Value, reach: Reach) -> There {
        let existing = existing
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        There::find(&existing, &domain(reach), "logs", "backups", registered)
    }

    #[test]
    fn what_is_missing_is_registered_read_only_with_what_leads_to_the_same_place() {
        let registered = json!({"type": "s3", "settings": {
            "bucket": "b", "base_path": "p", "endpoint": "s3.amazonaws.com", "role_arn": ROLE,
            "server_side_encryption": "true", "storage_class": "standard_ia", "readonly": "false",
        }});
        let There::Missing(registration) = found(&[], &registered, Reach::Public) else {
            panic!("it is missing");
        };
        assert_eq!(registration.name, "backups");
        assert_eq!(
            registration.body,
            json!({"type": "s3", "settings": {
                "bucket": "b", "base_path": "p", "endpoint": "s3.amazonaws.com", "role_arn": ROLE,
                "readonly": true,
            }})
        );
        let words = registration.words();
        for part in ["bucket b, p", ROLE, "s3.amazonaws.com", "read-only"] {
            assert!(words.contains(part), "{words}");
        }
        let kept = json!({ FIRST: registration.to_json() });
        assert_eq!(Registration::of(&kept), Some(registration));
        assert_eq!(Registration::of(&json!({})), None);
    }

    #[test]
    fn a_name_that_is_taken_there_is_told_apart_by_the_domain() {
        let registered = json!({"type": "s3", "settings": {"bucket": "b", "role_arn": ROLE}});
        let other = json!({"type": "s3", "settings": {"bucket": "other", "role_arn": ROLE}});
        let twin = ("mirror", registered.clone());
        assert_eq!(
            found(&[twin], &registered, Reach::Public),
            There::Known("mirror".into())
        );
        let one = [("backups", other.clone())];
        assert_eq!(
            found(&one, &registered, Reach::Public).name(),
            "logs-backups"
        );
        let both = [("backups", other.clone()), ("logs-backups", other)];
        let There::Barred(why) = found(&both, &registered, Reach::Public) else {
            panic!("both names are taken");
        };
        assert!(why.contains("logs-backups"), "{why}");
    }

    #[test]
    fn without_a_role_only_an_engine_of_ones_own_takes_it() {
        let registered = json!({"type": "s3", "settings": {"bucket": "b"}});
        let barred = found(&[], &registered, Reach::Public);
        assert!(matches!(barred, There::Barred(why) if why.contains("role")));
        let own = found(&[], &registered, Reach::Named);
        assert!(matches!(own, There::Missing(_)));
        let unknown = found(&[], &json!({"type": "s3"}), Reach::Public);
        assert!(matches!(unknown, There::Barred(_)));
    }
}
