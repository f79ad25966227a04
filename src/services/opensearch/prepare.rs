//! Mending a role: the policy that lets it reach a bucket, put on it as an inline policy after asking.
//!
//! The trust relationship is left alone: changing it would replace whatever else may take the role on.

use aws_types::request_id::RequestId;
use serde_json::Value;

use super::{
    Search,
    assess::{domain_facts, done, plain},
    forms::{BUCKET, ROLE},
    prerequisites::role_policy,
    rules::role_parts,
};
use crate::{
    domain::{
        assessment::{Assessment, Check},
        failure::{Failure, FailureKind},
        form::Request,
        lifecycle::Accepted,
        operation::{Baseline, Operation},
    },
    services::{Trace, refusal},
};

/// What the inline policy is called. IAM takes letters, digits and `+=,.@_-`.
fn policy_name(bucket: &str) -> String {
    format!("snapdeck-{bucket}")
}

/// The role's name, the bucket, and the policy that the role needs for it.
fn wanted(request: &Request) -> (String, String, String) {
    let bucket = request.text(BUCKET).unwrap_or_default();
    let role = request.text(ROLE).unwrap_or_default();
    let (partition, _, name) = role_parts(role).unwrap_or(("aws", "", ""));
    let text = role_policy(partition, bucket).to_string();
    (name.to_owned(), bucket.to_owned(), text)
}

/// What is changed is the role, whatever domain it is for.
pub(super) fn before(request: &Request) -> Baseline {
    let (role, bucket, _) = wanted(request);
    Baseline {
        subject: Some(format!("{role}/{}", policy_name(&bucket))),
        facts: Value::Null,
    }
}

impl Search {
    pub(super) async fn assess_prepare(&self, request: &Request) -> Result<Assessment, Failure> {
        let domain = self.domain(&request.target).await?;
        let (role, bucket, text) = wanted(request);
        let mut facts = domain_facts(&domain);
        facts.push(("Role", role.clone()));
        if bucket.is_empty() || role.is_empty() {
            let missing = [("Bucket", &bucket), ("Role", &role)];
            let missing = missing.into_iter().filter(|(_, given)| given.is_empty());
            let checks = missing.map(|(label, _)| Check::unfilled(label, label));
            return Ok(plain(facts, checks.collect(), String::new()));
        }
        facts.push(("Policy", policy_name(&bucket)));
        facts.push(("Bucket", bucket.clone()));
        let exists = match self.roles.get_role().role_name(&role).send().await {
            Ok(_) => Check::rule("Role", Ok(format!("{role} is there"))),
            Err(error) => {
                let failure = refusal::failure(&error, "", refusal::common);
                if failure.code.as_deref() == Some("NoSuchEntity") {
                    let why = format!("there is no role {role}; make it first");
                    Check::rule("Role", Err(why)).refuses_as(FailureKind::NotFound)
                } else {
                    Check::unknown("Role", failure.reason())
                }
            }
        };
        let name = policy_name(&bucket);
        let line = crate::services::equivalent::aws_line(
            "iam",
            "put-role-policy",
            &[
                ("role-name", Some(&role)),
                ("policy-name", Some(&name)),
                ("policy-document", Some(&text)),
            ],
            &request.place,
        );
        let mut assessment = plain(facts, vec![exists], line);
        assessment.warnings.push(format!(
            "Whoever may take on the role {role} can then read, write and delete what is in the bucket {bucket}."
        ));
        Ok(assessment)
    }

    pub(super) async fn send_prepare(&self, operation: &Operation) -> Result<Accepted, Failure> {
        let (role, bucket, text) = wanted(&operation.request);
        let name = policy_name(&bucket);
        let reply = self
            .changing_roles
            .put_role_policy()
            .role_name(&role)
            .policy_name(&name)
            .policy_document(text)
            .send()
            .await
            .map_err(|error| {
                let doing = format!("PutRolePolicy on {role}");
                refusal::failure(&error, doing, classify)
            })?;
        let request_id = reply.request_id().map(str::to_owned);
        Ok(done(format!("{role}/{name}"), request_id, "in force"))
    }

    /// Whether the role has the policy as it was asked for.
    pub(super) async fn look_for_policy_of_role(
        &self,
        operation: &Operation,
    ) -> Result<Trace, Failure> {
        let (role, bucket, text) = wanted(&operation.request);
        let name = policy_name(&bucket);
        let asked = self.roles.get_role_policy().role_name(&role);
        let there = match asked.policy_name(&name).send().await {
            Ok(reply) => {
                let found = percent_encoding::percent_decode_str(reply.policy_document());
                let read = |text: &str| serde_json::from_str::<Value>(text).ok();
                read(&found.decode_utf8_lossy()) == read(&text)
            }
            Err(error) => {
                let failure = refusal::failure(&error, "GetRolePolicy", classify);
                if failure.kind != FailureKind::NotFound {
                    return Err(failure);
                }
                false
            }
        };
        let id = format!("{role}/{name}");
        Ok(if there {
            Trace::Found {
                accepted: done(id.clone(), None, "in force"),
                how: format!("the role has the policy {name} as it was asked for"),
            }
        } else {
            Trace::None {
                looked_at: format!("the role has no policy {name} as it was asked for"),
                advice: "Asking for it again does no harm.".to_owned(),
            }
        })
    }
}

fn classify(code: &str) -> Option<FailureKind> {
    Some(match code {
        "NoSuchEntity" => FailureKind::NotFound,
        "LimitExceeded" => FailureKind::Limit,
        "MalformedPolicyDocument" => FailureKind::Invalid,
        _ => return None,
    })
}
