//! What a role and the caller may do, as IAM and the domain tell it.

use aws_sdk_iam::types::{ContextEntry, ContextKeyTypeEnum, PolicyEvaluationDecisionType};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::{
    Search,
    domains::Domain,
    prerequisites::SERVICE,
    transport::{Ask, SMALL},
};
use crate::{
    domain::{
        assessment::Check,
        failure::{Failure, FailureKind},
    },
    services::{identity, refusal},
};

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
    /// Whether the role is there, and whether it trusts the service.
    pub(super) async fn trust(&self, role: &str) -> (Check, Check) {
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
    pub(super) async fn allowed(
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
    pub(super) async fn who(&self) -> Result<String, Failure> {
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
        let partition = identity::partition(&arn);
        Ok(known.unwrap_or_else(|| format!("arn:{partition}:iam::{account}:role/{role}")))
    }

    /// Whether fine-grained access control knows the caller as one who manages snapshots.
    pub(super) async fn mapped(&self, domain: &Domain, who: &str) -> Check {
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
    use serde_json::json;

    use super::*;
    use crate::services::opensearch::prerequisites::trust_policy;

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
}
