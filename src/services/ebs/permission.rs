//! Whether a call is permitted: EC2 says so when it is asked with `DryRun`, and does nothing.

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use serde_json::Value;

use super::{Ebs, classify};
use crate::{
    domain::{assessment::Check, failure::FailureKind},
    services::refusal,
};

impl Ebs {
    /// What a call made with `DryRun` says of the permission.
    pub(super) async fn permission<E>(&self, answer: Option<SdkError<E, HttpResponse>>) -> Check
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        const LABEL: &str = "Permission";
        let Some(error) = answer else {
            return Check::unknown(LABEL, "AWS did not answer the dry run as one");
        };
        let failure = refusal::failure(&error, "", classify);
        match (failure.code.as_deref(), failure.kind) {
            (Some("DryRunOperation"), _) => {
                Check::rule(LABEL, Ok("AWS would accept the request".to_owned()))
            }
            (_, FailureKind::Denied) => {
                Check::rule(LABEL, Err(self.denial(&failure.message).await))
                    .refuses_as(FailureKind::Denied)
            }
            (
                _,
                FailureKind::Invalid
                | FailureKind::NotFound
                | FailureKind::WrongState
                | FailureKind::Limit,
            ) => Check::rule(LABEL, Err(failure.reason())).decided_by_aws(),
            _ => Check::unknown(LABEL, failure.reason()),
        }
    }

    /// A denial in words: who may not do what on what. EC2 hides part of it in an encoded message,
    /// which STS decodes for those who may ask.
    pub(super) async fn denial(&self, message: &str) -> String {
        let (said, encoded) = message
            .split_once("Encoded authorization failure message:")
            .unwrap_or((message, ""));
        let said = said.trim().to_owned();
        if encoded.trim().is_empty() {
            return said;
        }
        let decoded = self
            .identity
            .decode_authorization_message()
            .encoded_message(encoded.trim())
            .send()
            .await;
        let decoded: Option<Value> = decoded
            .ok()
            .and_then(|reply| serde_json::from_str(reply.decoded_message()?).ok());
        let Some(decoded) = decoded else { return said };
        let context = |key: &str| {
            decoded
                .pointer(&format!("/context/{key}"))
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        match (
            context("principal/arn"),
            context("action"),
            context("resource"),
        ) {
            (Some(who), Some(what), Some(on)) => {
                let why = if decoded["explicitDeny"] == true {
                    "a policy denies it"
                } else {
                    "no policy allows it"
                };
                format!("{who} may not {what} on {on}: {why}")
            }
            _ => said,
        }
    }
}
