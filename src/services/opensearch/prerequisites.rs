//! What must be so before a bucket can be registered: the bucket, the role that the service takes on,
//! and what the caller may do. Each is there, missing, or cannot be told; each comes with the document
//! that mends it.
//!
//! The requirements are those of the service's developer guide, "Creating index snapshots".

use aws_sdk_iam::types::{ContextEntry, ContextKeyTypeEnum, PolicyEvaluationDecisionType};
use aws_sdk_s3::types::TransitionStorageClass;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::{
    Search,
    assess::{domain_facts, plain},
    domains::Domain,
    forms::{BUCKET, ROLE, role_parts},
    transport::{Ask, SMALL},
};
use crate::{
    domain::{
        assessment::{Assessment, Check, Document},
        failure::{Failure, FailureKind},
        form::Request,
    },
    services::refusal,
};

/// The principal that takes the role on.
const SERVICE: &str = "es.amazonaws.com";

/// What was found out.
pub(super) struct Found {
    pub(super) checks: Vec<Check>,
    /// What mends what is not known to be there.
    pub(super) documents: Vec<Document>,
    /// What should be there, whether it is or not.
    pub(super) wanted: Vec<Document>,
}

impl Found {
    /// Adds a check, with the document that mends what is not known to be there.
    fn add(&mut self, check: Check, document: Option<Document>) {
        let there = matches!(check.verdict, crate::domain::assessment::Verdict::Passed(_));
        if let Some(document) = document {
            if !there && !self.documents.contains(&document) {
                self.documents.push(document.clone());
            }
            if !self.wanted.contains(&document) {
                self.wanted.push(document);
            }
        }
        self.checks.push(check);
    }
}

fn document(title: String, value: &Value) -> Document {
    Document {
        title,
        text: serde_json::to_string_pretty(value).unwrap_or_default(),
    }
}

fn policy(statements: &Value) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements })
}

/// The policy that the role needs.
pub(super) fn role_policy(partition: &str, bucket: &str) -> Value {
    let arn = format!("arn:{partition}:s3:::{bucket}");
    policy(&json!([
        { "Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": [arn] },
        {
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
            "Resource": [format!("{arn}/*")],
        },
    ]))
}

/// The trust that the role needs.
pub(super) fn trust_policy() -> Value {
    policy(&json!([{
        "Effect": "Allow",
        "Principal": { "Service": SERVICE },
        "Action": "sts:AssumeRole",
    }]))
}

/// Whether a trust policy lets the service take the role on.
fn trusts(policy: &Value) -> bool {
    let texts = |value: &Value| -> Vec<String> {
        match value {
            Value::String(text) => vec![text.clone()],
            Value::Array(all) => all
                .iter()
                .filter_map(|v| v.as_str().map(str::to_owned))
                .collect(),
            _ => Vec::new(),
        }
    };
    let statements = match &policy["Statement"] {
        Value::Array(all) => all.clone(),
        one => vec![one.clone()],
    };
    statements.iter().any(|statement| {
        statement["Effect"] == "Allow"
            && texts(&statement["Action"])
                .iter()
                .any(|action| ["sts:AssumeRole", "sts:*", "*"].contains(&action.as_str()))
            && texts(&statement["Principal"]["Service"])
                .iter()
                .any(|service| service == SERVICE)
    })
}

impl Search {
    pub(super) async fn assess_prerequisites(
        &self,
        request: &Request,
    ) -> Result<Assessment, Failure> {
        let domain = self.domain(&request.target).await?;
        let (bucket, role) = (
            request.text(BUCKET).unwrap_or_default(),
            request.text(ROLE).unwrap_or_default(),
        );
        let found = self.prerequisites(&domain, bucket, role).await;
        let mut facts = domain_facts(&domain);
        facts.push(("Bucket", bucket.to_owned()));
        facts.push(("Role", role.to_owned()));
        let path = ["_snapshot", "REPOSITORY"];
        let body = json!({ "type": "s3", "settings": { "bucket": bucket, "role_arn": role } });
        let ask = Ask::change("PUT", &path, Some(body));
        let mut assessment = plain(facts, found.checks, ask.line());
        assessment.documents = found.wanted;
        Ok(assessment)
    }

    /// Looks at everything that a registration needs.
    pub(super) async fn prerequisites(&self, domain: &Domain, bucket: &str, role: &str) -> Found {
        let mut found = Found {
            checks: Vec::new(),
            documents: Vec::new(),
            wanted: Vec::new(),
        };
        let (partition, _, role_name) = role_parts(role).unwrap_or(("aws", "", ""));
        let trust = document(
            format!("Trust relationship of the role {role_name}"),
            &trust_policy(),
        );
        let rights = document(
            format!("Policy of the role {role_name}, for example as an inline policy"),
            &role_policy(partition, bucket),
        );
        found.add(self.bucket(bucket).await, None);
        found.add(self.lifecycle(bucket).await, None);
        let (exists, trusted) = self.trust(role_name).await;
        found.add(exists, Some(trust.clone()));
        found.add(trusted, Some(trust));
        let arn = format!("arn:{partition}:s3:::{bucket}");
        let objects = format!("{arn}/*");
        let list = self.allowed(
            role,
            "Role may list the bucket",
            &["s3:ListBucket"],
            &arn,
            false,
        );
        found.add(list.await, Some(rights.clone()));
        let actions = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"];
        let write = self.allowed(role, "Role may use its objects", &actions, &objects, false);
        found.add(write.await, Some(rights));
        self.caller(domain, partition, role, &mut found).await;
        found
    }

    /// What the caller needs: to hand the role on, to write to the domain, and to be known there.
    async fn caller(&self, domain: &Domain, partition: &str, role: &str, found: &mut Found) {
        let place = &self.place;
        let resource = domain.status.as_deref().map_or_else(
            || {
                format!(
                    "arn:{partition}:es:{}:{}:domain/{}",
                    place.region, place.account, domain.name
                )
            },
            |status| status.arn().to_owned(),
        );
        let resource = format!("{resource}/*");
        let rights = document(
            "Policy of whoever registers the repository".to_owned(),
            &policy(&json!([
                { "Effect": "Allow", "Action": "iam:PassRole", "Resource": role },
                { "Effect": "Allow", "Action": "es:ESHttpPut", "Resource": resource },
            ])),
        );
        let who = match self.who().await {
            Ok(who) => who,
            Err(failure) => {
                found.add(
                    Check::unknown("You may pass the role", failure.reason()),
                    Some(rights),
                );
                return;
            }
        };
        let pass = self.allowed(&who, "You may pass the role", &["iam:PassRole"], role, true);
        found.add(pass.await, Some(rights.clone()));
        let put = self.allowed(
            &who,
            "You may put to the domain",
            &["es:ESHttpPut"],
            &resource,
            false,
        );
        found.add(put.await, Some(rights));
        if domain.fine_grained() == Some(true) {
            let mapping = document(
                "Body of PUT _plugins/_security/api/rolesmapping/manage_snapshots, by an administrator of the domain; it replaces the mapping that is there".to_owned(),
                &json!({ "backend_roles": [who], "users": [who] }),
            );
            found.add(self.mapped(domain, &who).await, Some(mapping));
        }
    }

    async fn bucket(&self, bucket: &str) -> Check {
        const LABEL: &str = "Bucket";
        let own = self.place.region.as_str();
        let told = |region: Option<&str>| match region {
            Some(region) if region != own => Ok(format!(
                "it is in {region} and the domain in {own}: register it with --bucket-region {region}"
            )),
            Some(region) => Ok(format!("it is in {region}")),
            None => Ok("it is there".to_owned()),
        };
        match self.buckets.head_bucket().bucket(bucket).send().await {
            Ok(reply) => Check::rule(LABEL, told(reply.bucket_region())),
            Err(error) => {
                let answer = error.raw_response();
                let status = answer.map(|answer| answer.status().as_u16());
                let region = answer.and_then(|answer| answer.headers().get("x-amz-bucket-region"));
                match (status, region) {
                    (Some(404), _) => Check::rule(
                        LABEL,
                        Err(format!(
                            "there is no bucket {bucket}: make one, for example with 'aws s3 mb s3://{bucket} --region {own}'"
                        )),
                    ),
                    (Some(301 | 400), Some(region)) => Check::rule(LABEL, told(Some(region))),
                    (Some(403), _) => Check::unknown(
                        LABEL,
                        "it is there, and you may not look at it (s3:ListBucket)",
                    ),
                    _ => Check::unknown(
                        LABEL,
                        refusal::failure(&error, "", refusal::common).reason(),
                    ),
                }
            }
        }
    }

    /// Objects that are moved to Glacier cannot be restored from.
    async fn lifecycle(&self, bucket: &str) -> Check {
        const LABEL: &str = "No Glacier rule";
        let asked = self
            .buckets
            .get_bucket_lifecycle_configuration()
            .bucket(bucket);
        match asked.send().await {
            Ok(reply) => {
                let archive = |class: Option<&TransitionStorageClass>| {
                    class.is_some_and(|class| {
                        class.as_str().contains("GLACIER")
                            || class.as_str().contains("DEEP_ARCHIVE")
                    })
                };
                let rule = reply.rules().iter().find(|rule| {
                    rule.status().as_str() == "Enabled"
                        && (rule
                            .transitions()
                            .iter()
                            .any(|t| archive(t.storage_class()))
                            || rule
                                .noncurrent_version_transitions()
                                .iter()
                                .any(|t| archive(t.storage_class())))
                });
                Check::rule(
                    LABEL,
                    match rule {
                        None => {
                            Ok("none of its lifecycle rules moves objects to Glacier".to_owned())
                        }
                        Some(rule) => Err(format!(
                            "the lifecycle rule '{}' moves objects to Glacier, and snapshots there cannot be restored: take it away",
                            rule.id().unwrap_or("without a name")
                        )),
                    },
                )
            }
            Err(error) => {
                let code = error.as_service_error().and_then(|e| e.code());
                match code {
                    Some("NoSuchLifecycleConfiguration") => {
                        Check::rule(LABEL, Ok("it has no lifecycle rules".to_owned()))
                    }
                    Some("NoSuchBucket") => Check::unknown(LABEL, "there is no such bucket"),
                    _ => Check::unknown(
                        LABEL,
                        refusal::failure(&error, "", refusal::common).reason(),
                    ),
                }
            }
        }
    }

    /// Whether the role is there, and whether it trusts the service.
    async fn trust(&self, role: &str) -> (Check, Check) {
        const EXISTS: &str = "Role";
        const TRUSTS: &str = "Role trusts the service";
        match self.roles.get_role().role_name(role).send().await {
            Ok(reply) => {
                let text = reply
                    .role()
                    .and_then(|role| role.assume_role_policy_document())
                    .unwrap_or_default();
                let text = percent_decode_str(text).decode_utf8_lossy().into_owned();
                let trusted = match serde_json::from_str::<Value>(&text) {
                    Err(_) => Check::unknown(TRUSTS, "its trust policy cannot be read"),
                    Ok(policy) => Check::rule(
                        TRUSTS,
                        if trusts(&policy) {
                            Ok(format!("{SERVICE} may take it on"))
                        } else {
                            Err(format!("its trust policy does not name {SERVICE}"))
                        },
                    ),
                };
                (Check::rule(EXISTS, Ok(format!("{role} is there"))), trusted)
            }
            Err(error) => {
                let failure = refusal::failure(&error, "", refusal::common);
                if failure.code.as_deref() == Some("NoSuchEntity") {
                    let missing = Err(format!("there is no role {role}"));
                    (
                        Check::rule(EXISTS, missing),
                        Check::unknown(TRUSTS, "there is no such role"),
                    )
                } else {
                    (
                        Check::unknown(EXISTS, failure.reason()),
                        Check::unknown(TRUSTS, failure.reason()),
                    )
                }
            }
        }
    }

    /// What IAM's simulation says of some actions of somebody. It does not know service control
    /// policies with conditions, nor what the bucket's own policy says.
    async fn allowed(
        &self,
        who: &str,
        label: &'static str,
        actions: &[&str],
        on: &str,
        passes: bool,
    ) -> Check {
        if who.ends_with(":root") {
            return Check::rule(
                label,
                Ok("the account's root user may do everything".to_owned()),
            );
        }
        let actions: Vec<String> = actions.iter().map(ToString::to_string).collect();
        let mut asked = self
            .roles
            .simulate_principal_policy()
            .policy_source_arn(who)
            .set_action_names(Some(actions))
            .resource_arns(on);
        if passes {
            asked = asked.context_entries(
                ContextEntry::builder()
                    .context_key_name("iam:PassedToService")
                    .context_key_type(ContextKeyTypeEnum::String)
                    .context_key_values(SERVICE)
                    .build(),
            );
        }
        let reply = match asked.send().await {
            Ok(reply) => reply,
            Err(error) => {
                let failure = refusal::failure(&error, "", refusal::common);
                return match failure.code.as_deref() {
                    Some("NoSuchEntity") => Check::unknown(label, "there is no such role"),
                    _ => Check::unknown(label, failure.reason()),
                };
            }
        };
        let refused: Vec<&str> = reply
            .evaluation_results()
            .iter()
            .filter(|result| *result.eval_decision() != PolicyEvaluationDecisionType::Allowed)
            .map(|result| result.eval_action_name())
            .collect();
        if reply.evaluation_results().is_empty() {
            Check::unknown(label, "IAM's simulation answered nothing")
        } else if refused.is_empty() {
            Check::rule(label, Ok(format!("allowed on {on}")))
        } else {
            let why = format!("{who} may not {} on {on}", refused.join(", "));
            Check::rule(label, Err(why)).refuses_as(FailureKind::Denied)
        }
    }

    /// The ARN that policies of the caller hang on: of the role, where it is a session of one.
    async fn who(&self) -> Result<String, Failure> {
        let reply = self.identity.get_caller_identity().send().await;
        let reply = reply.map_err(|error| {
            refusal::failure(&error, self.doing("GetCallerIdentity"), refusal::common)
        })?;
        let arn = reply.arn().unwrap_or_default().to_owned();
        let Some(role) = role_of_session(&arn) else {
            return Ok(arn);
        };
        // A role's path is not in the ARN of its session.
        let full = self.roles.get_role().role_name(&role).send().await;
        let known = full
            .ok()
            .and_then(|reply| reply.role().map(|role| role.arn().to_owned()));
        let account = arn.split(':').nth(4).unwrap_or_default();
        let partition = arn.split(':').nth(1).unwrap_or("aws");
        Ok(known.unwrap_or_else(|| format!("arn:{partition}:iam::{account}:role/{role}")))
    }

    /// Whether fine-grained access control knows the caller as one who manages snapshots.
    async fn mapped(&self, domain: &Domain, who: &str) -> Check {
        const LABEL: &str = "Mapped to manage_snapshots";
        let path = [
            "_plugins",
            "_security",
            "api",
            "rolesmapping",
            "manage_snapshots",
        ];
        match self.read(domain, &Ask::get(&path, &[], SMALL)).await {
            Ok(answer) => {
                let mapping = &answer["manage_snapshots"];
                let names = ["users", "backend_roles"].map(|key| &mapping[key]);
                let known = names
                    .iter()
                    .filter_map(|value| value.as_array())
                    .flatten()
                    .any(|name| name == who);
                Check::rule(
                    LABEL,
                    if known {
                        Ok(format!("{who} is mapped"))
                    } else {
                        Err(format!("{who} is not mapped to manage_snapshots, without which the domain refuses"))
                    },
                )
                .refuses_as(FailureKind::Denied)
            }
            Err(failure) => Check::unknown(
                LABEL,
                format!(
                    "{who} must be mapped to manage_snapshots; whether it is, only an administrator of the domain can see ({})",
                    failure.reason()
                ),
            ),
        }
    }
}

/// The name of the role that a session is of.
fn role_of_session(arn: &str) -> Option<String> {
    let (_, resource) = arn.split_once(":assumed-role/")?;
    resource.split('/').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_must_be_named_and_allowed_to_take_the_role_on() {
        assert!(trusts(&trust_policy()));
        let one = json!({"Statement": {"Effect": "Allow", "Principal": {"Service": ["ec2.amazonaws.com", SERVICE]}, "Action": ["sts:AssumeRole"]}});
        assert!(trusts(&one));
        for wrong in [
            json!({}),
            json!({"Statement": [{"Effect": "Deny", "Principal": {"Service": SERVICE}, "Action": "sts:AssumeRole"}]}),
            json!({"Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}),
            json!({"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}),
        ] {
            assert!(!trusts(&wrong), "{wrong}");
        }
    }

    #[test]
    fn the_role_of_a_session_is_in_its_arn() {
        assert_eq!(
            role_of_session("arn:aws:sts::123456789012:assumed-role/Ops/alice").as_deref(),
            Some("Ops")
        );
        assert_eq!(
            role_of_session("arn:aws:iam::123456789012:user/alice"),
            None
        );
    }

    #[test]
    fn documents_name_the_bucket_and_what_is_in_it() {
        let policy = role_policy("aws-cn", "backups");
        assert_eq!(
            policy["Statement"][0]["Resource"][0],
            "arn:aws-cn:s3:::backups"
        );
        assert_eq!(
            policy["Statement"][1]["Resource"][0],
            "arn:aws-cn:s3:::backups/*"
        );
    }
}
