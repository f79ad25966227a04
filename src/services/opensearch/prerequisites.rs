//! What must be so before a bucket can be registered: the bucket, the role that the service takes on,
//! and what the caller may do. Each is there, missing, or cannot be told; each comes with the document
//! that mends it.
//!
//! The requirements are those of the service's developer guide, "Creating index snapshots".

use serde_json::{Value, json};

use super::{
    Search,
    assess::{domain_facts, plain},
    domains::Domain,
    forms::{BUCKET, ROLE},
    register::body,
    rules::role_parts,
    transport::Ask,
};
use crate::domain::{
    assessment::{Assessment, Check, Document},
    failure::Failure,
    form::Request,
};

/// The principal that takes the role on.
pub(super) const SERVICE: &str = "es.amazonaws.com";

/// What was found out.
pub(super) struct Found {
    pub(super) checks: Vec<Check>,
    /// What mends what is not known to be there.
    pub(super) documents: Vec<Document>,
    /// What should be there, whether it is or not.
    pub(super) wanted: Vec<Document>,
}

impl Found {
    /// Adds a check, with the document that mends what is not known to be there. A domain that is
    /// asked to register says for itself what is missing, and what is asked here may be forbidden to
    /// look at: AWS decides.
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
        self.checks.push(check.decided_by_aws());
    }

    /// Adds a check of what AWS does not look at.
    fn add_rule(&mut self, check: Check) {
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
        let asked = body(request, self.place.region.as_str());
        let ask = Ask::change("PUT", &path, Some(asked));
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
        if bucket.is_empty() {
            found.add(Check::unfilled("Bucket", "Bucket"), None);
        } else {
            found.add(self.bucket(bucket).await, None);
            found.add_rule(self.lifecycle(bucket).await);
        }
        if role.is_empty() {
            found.add(Check::unfilled("Role", "Role"), None);
        } else {
            let (exists, trusted) = self.trust(role_name).await;
            found.add(exists, Some(trust.clone()));
            found.add(trusted, Some(trust));
        }
        if !bucket.is_empty() && !role.is_empty() {
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
        }
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
        // Without the role it is no policy yet.
        let rights = (!role.is_empty()).then_some(rights);
        let who = match self.who().await {
            Ok(who) => who,
            Err(failure) => {
                found.add(
                    Check::unknown("You may pass the role", failure.reason()),
                    rights,
                );
                return;
            }
        };
        if !role.is_empty() {
            let pass = self.allowed(&who, "You may pass the role", &["iam:PassRole"], role, true);
            found.add(pass.await, rights.clone());
        }
        let put = self.allowed(
            &who,
            "You may put to the domain",
            &["es:ESHttpPut"],
            &resource,
            false,
        );
        found.add(put.await, rights);
        if domain.fine_grained() == Some(true) {
            let mapping = document(
                "Body of PUT _plugins/_security/api/rolesmapping/manage_snapshots, by an administrator of the domain; it replaces the mapping that is there".to_owned(),
                &json!({ "backend_roles": [who], "users": [who] }),
            );
            found.add(self.mapped(domain, &who).await, Some(mapping));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
