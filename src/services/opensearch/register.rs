//! Repositories: registering a bucket, verifying it, and taking the registration away.
//!
//! A registration can fail and stand all the same: the engine writes it down before it tries the
//! bucket. So what is registered is looked at after such a failure.

use serde_json::{Value, json};

use super::{
    Search,
    assess::{domain_facts, done, plain, usable},
    create::place_of,
    domains::Domain,
    engine::Engine,
    forms::{BASE_PATH, BUCKET, BUCKET_REGION, ENCRYPTION, READONLY, REPOSITORY, ROLE},
    names::pair,
    snapshots::is_automated,
    transport::Ask,
};
use crate::domain::{
    assessment::{Assessment, Check},
    failure::{Failure, FailureKind},
    form::Request,
    lifecycle::Accepted,
    operation::{Baseline, Operation},
};

/// Repositories are named within their domain.
pub(super) fn before(request: &Request) -> Baseline {
    let repository = request.text(REPOSITORY).unwrap_or_default();
    Baseline {
        subject: Some(format!("{}/{repository}", request.target)),
        facts: Value::Null,
    }
}

/// The body of a registration. For us-east-1 the documentation asks for the endpoint in place of the
/// Region.
pub(super) fn body(request: &Request, domain_region: &str) -> Value {
    let region = request.text(BUCKET_REGION).unwrap_or(domain_region);
    let mut settings = json!({ "bucket": request.text(BUCKET) });
    if region == "us-east-1" {
        settings["endpoint"] = "s3.amazonaws.com".into();
    } else {
        settings["region"] = region.into();
    }
    settings["role_arn"] = json!(request.text(ROLE));
    if let Some(path) = request.text(BASE_PATH) {
        settings["base_path"] = path.into();
    }
    for (key, set) in [
        (ENCRYPTION, "server_side_encryption"),
        (READONLY, "readonly"),
    ] {
        if request.is_set(key) {
            settings[set] = true.into();
        }
    }
    json!({ "type": "s3", "settings": settings })
}

/// Whether what is registered is what was asked for.
pub(super) fn is_asked(registered: &Value, asked: &Value) -> bool {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let wanted = asked["settings"].as_object().into_iter().flatten();
    let mut wanted = wanted.filter(|(_, value)| !value.is_null());
    // The engine answers all settings as texts.
    wanted.all(|(key, value)| text(&registered["settings"][key]) == text(value))
}

impl Search {
    pub(super) async fn assess_register(&self, request: &Request) -> Result<Assessment, Failure> {
        let domain = self.domain(&request.target).await?;
        let name = request.text(REPOSITORY).unwrap_or_default();
        let asked = body(request, self.place.region.as_str());
        let path = ["_snapshot", name];
        let ask = Ask::change("PUT", &path, Some(asked.clone()));
        let registered = self.repositories(&domain).await?;
        let mut facts = domain_facts(&domain);
        facts.push(("Repository", place_of(name, &asked)));
        let mut checks = vec![usable(&domain)];
        if name.is_empty() {
            checks.push(Check::unfilled("Name", "Repository"));
        } else {
            checks.push(known(&registered, name, &asked));
        }
        if request.text(BUCKET).is_some() {
            checks.push(single_writer(&registered, name, &asked));
        }
        if request.is_set(ENCRYPTION) && domain.can(Engine::has_encryption_setting) == Some(false) {
            let why = "OpenSearch 3.1 and later do not know server_side_encryption: buckets encrypt by themselves".to_owned();
            checks.push(Check::rule("Encryption", Err(why)).refuses_as(FailureKind::Invalid));
        }
        let mut assessment = plain(facts, checks, ask.line());
        if let (Some(bucket), Some(role)) = (request.text(BUCKET), request.text(ROLE)) {
            let found = self.prerequisites(&domain, bucket, role).await;
            assessment.checks.extend(found.checks);
            assessment.documents = found.documents;
        }
        if !request.is_set(READONLY) {
            assessment.warnings.push("Only one domain may write to a place in a bucket: two that do destroy each other's snapshots. Register it read-only in every other domain.".to_owned());
        }
        Ok(assessment)
    }

    pub(super) async fn send_register(&self, operation: &Operation) -> Result<Accepted, Failure> {
        let request = &operation.request;
        let domain = self.changed(&request.target).await?;
        let name = request.text(REPOSITORY).unwrap_or_default();
        let path = ["_snapshot", name];
        let asked = body(request, self.place.region.as_str());
        let sent = self
            .change(&domain, &Ask::change("PUT", &path, Some(asked.clone())))
            .await;
        match sent {
            Ok((_, request_id)) => Ok(done(
                format!("{}/{name}", request.target),
                request_id,
                "registered",
            )),
            Err(failure) if !failure.kind.may_have_happened() => {
                Err(self.still_registered(&domain, name, &asked, failure).await)
            }
            Err(failure) => Err(failure),
        }
    }

    /// A failure, with what stands all the same.
    pub(super) async fn still_registered(
        &self,
        domain: &Domain,
        name: &str,
        asked: &Value,
        failure: Failure,
    ) -> Failure {
        let registered = self.repositories(domain).await.unwrap_or_default();
        let stands = registered.get(name).is_some_and(|it| is_asked(it, asked));
        if !stands {
            return failure;
        }
        let hint = failure.hint.clone().unwrap_or_default();
        let more = format!(
            "{hint} The repository is registered all the same: mend this and verify it (snapdeck opensearch verify {0} {name}), or unregister it (snapdeck opensearch unregister {0} {name}).",
            domain.name
        );
        failure.hint(more.trim().to_owned())
    }

    pub(super) async fn assess_unregister(&self, request: &Request) -> Result<Assessment, Failure> {
        let (name, repository) = pair(&request.target);
        let domain = self.domain(name).await?;
        let registered = self.repository(&domain, repository).await?;
        let path = ["_snapshot", repository];
        let ask = Ask::change("DELETE", &path, None);
        let mut facts = domain_facts(&domain);
        facts.push(("Repository", place_of(repository, &registered)));
        let mut assessment = plain(
            facts,
            vec![usable(&domain), not_of_aws(repository)],
            ask.line(),
        );
        assessment.warnings.push("The snapshots stay in the bucket; the domain only forgets where they are. Registering the same place again brings them back.".to_owned());
        assessment
            .warnings
            .push("Snapshot policies that use it fail from then on.".to_owned());
        Ok(assessment)
    }

    pub(super) async fn send_unregister(&self, operation: &Operation) -> Result<Accepted, Failure> {
        let target = &operation.request.target;
        let (name, repository) = pair(target);
        let domain = self.changed(name).await?;
        let path = ["_snapshot", repository];
        let (_, request_id) = self
            .change(&domain, &Ask::change("DELETE", &path, None))
            .await?;
        Ok(done(target.clone(), request_id, "unregistered"))
    }

    /// Lets every node try to write to the repository; nothing stays of it.
    pub(super) async fn assess_verify(&self, request: &Request) -> Result<Assessment, Failure> {
        const LABEL: &str = "Access";
        let (name, repository) = pair(&request.target);
        let domain = self.domain(name).await?;
        let registered = self.repository(&domain, repository).await?;
        let path = ["_snapshot", repository, "_verify"];
        let ask = Ask::change("POST", &path, None);
        let check = match self.change(&domain, &ask).await {
            Ok((answer, _)) => {
                let nodes = answer["nodes"].as_object().into_iter().flatten();
                let names: Vec<&str> = nodes
                    .filter_map(|(_, node)| node["name"].as_str())
                    .collect();
                Check::rule(
                    LABEL,
                    Ok(format!(
                        "{} nodes reach it: {}",
                        names.len(),
                        names.join(", ")
                    )),
                )
            }
            Err(failure) => {
                let hint = failure.hint.as_deref().unwrap_or_default();
                let why = format!("{}. {hint}", failure.reason());
                match failure.kind {
                    FailureKind::Unreachable | FailureKind::ReplyLost => Check::unknown(LABEL, why),
                    kind => Check::rule(LABEL, Err(why.trim().to_owned())).refuses_as(kind),
                }
            }
        };
        let mut facts = domain_facts(&domain);
        facts.push(("Repository", place_of(repository, &registered)));
        Ok(plain(facts, vec![check], ask.line()))
    }
}

fn not_of_aws(repository: &str) -> Check {
    Check::rule(
        "Repository",
        if is_automated(repository) {
            Err(format!(
                "{repository} is AWS's own and cannot be taken away"
            ))
        } else {
            Ok("registered by you".to_owned())
        },
    )
    .refuses_as(FailureKind::WrongState)
}

/// Whether the name is free, or the same place is registered under it already.
fn known(
    registered: &std::collections::BTreeMap<String, Value>,
    name: &str,
    asked: &Value,
) -> Check {
    Check::rule(
        "Name",
        match registered.get(name) {
            None => Ok(format!("{name} is free")),
            Some(there) if is_asked(there, asked) => {
                Ok("registered already, and the same".to_owned())
            }
            Some(there) => Err(format!(
                "{} is registered already with other settings: registering it would silently replace them. Unregister it first",
                place_of(name, there)
            )),
        },
    )
    .refuses_as(FailureKind::WrongState)
}

/// Whether another registration of this domain leads to the same place.
fn single_writer(
    registered: &std::collections::BTreeMap<String, Value>,
    name: &str,
    asked: &Value,
) -> Check {
    let place = |value: &Value| {
        let setting = |key: &str| {
            value["settings"][key]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        (setting("bucket"), setting("base_path"))
    };
    let twin = registered.iter().find(|(other, value)| {
        *other != name && place(value) == place(asked) && !place(asked).0.is_empty()
    });
    Check::rule(
        "Place",
        match twin {
            None => Ok("no other repository of this domain is there".to_owned()),
            Some((other, _)) => Err(format!(
                "the repository {other} of this domain is on the same place: use that, or give another base path"
            )),
        },
    )
    .refuses_as(FailureKind::WrongState)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::{
        form::Value as Given,
        place::{Account, Place, Region},
    };

    fn request(values: &[(&str, &str)]) -> Request {
        let value = |(key, text): &(&str, &str)| (key.to_string(), Given::Text(text.to_string()));
        Request {
            service: "opensearch".into(),
            action: "register_repository".into(),
            target: "logs".into(),
            values: values.iter().map(value).collect::<BTreeMap<_, _>>(),
            place: Place {
                profile: None,
                account: Account::new("123456789012"),
                region: Region::parse("eu-west-1").unwrap(),
                endpoint: None,
                endpoints: std::collections::BTreeMap::default(),
            },
        }
    }

    const ROLE_ARN: &str = "arn:aws:iam::123456789012:role/R";

    #[test]
    fn for_us_east_1_the_endpoint_is_given_in_place_of_the_region() {
        let asked = request(&[
            (BUCKET, "b"),
            (ROLE, ROLE_ARN),
            (BASE_PATH, "p"),
            (READONLY, "true"),
        ]);
        assert_eq!(
            body(&asked, "eu-west-1"),
            json!({"type": "s3", "settings": {"bucket": "b", "region": "eu-west-1", "role_arn": ROLE_ARN, "base_path": "p", "readonly": true}})
        );
        assert_eq!(
            body(&asked, "us-east-1")["settings"]["endpoint"],
            "s3.amazonaws.com"
        );
        assert!(
            body(&asked, "us-east-1")["settings"]
                .get("region")
                .is_none()
        );
    }

    #[test]
    fn what_the_engine_answers_as_text_is_recognised() {
        let asked = body(
            &request(&[(BUCKET, "b"), (ROLE, ROLE_ARN), (READONLY, "true")]),
            "eu-west-1",
        );
        let there = json!({"type": "s3", "settings": {"bucket": "b", "region": "eu-west-1", "role_arn": ROLE_ARN, "readonly": "true", "more": "x"}});
        assert!(is_asked(&there, &asked));
        assert!(!is_asked(&json!({"type": "s3"}), &asked));
    }
}
