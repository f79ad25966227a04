//! What a data plane that refuses something says, in its five ways, as a failure.
//!
//! The engine answers an object with a type and a reason, or a plain text in one; AWS's front end
//! answers `{"Message": …}` or `{"message": …}`; the security plugin answers a bare word; and a load
//! balancer answers a page. What matters most is whether the request may have been carried out.

use serde_json::Value;

use crate::domain::failure::{Failure, FailureKind};

/// What was said, taken apart.
struct Said {
    code: Option<String>,
    message: String,
    /// Whether the engine itself said it, and so has decided.
    by_engine: bool,
}

/// The failure that an answer of an error status is.
pub(super) fn failure(
    status: u16,
    body: &[u8],
    request_id: Option<String>,
    doing: &str,
) -> Failure {
    let said = said(status, body);
    let kind = kind(status, &said);
    let mut failure = Failure::new(kind, doing, said.message);
    failure.hint = hint(status, kind, &failure.message);
    failure.code = said.code;
    failure.request_id = request_id;
    failure
}

fn said(status: u16, body: &[u8]) -> Said {
    let plain = |message: String| Said {
        code: None,
        message,
        by_engine: false,
    };
    if let Ok(Value::Object(answer)) = serde_json::from_slice::<Value>(body) {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        match answer.get("error") {
            Some(Value::Object(error)) => {
                return Said {
                    code: text(error.get("type")),
                    message: reasons(error.get("reason"), error.get("caused_by")),
                    by_engine: true,
                };
            }
            Some(Value::String(error)) => {
                return Said {
                    code: None,
                    message: error.clone(),
                    by_engine: true,
                };
            }
            _ => {}
        }
        let message = text(answer.get("Message")).or_else(|| text(answer.get("message")));
        if let Some(message) = message {
            return plain(message);
        }
    }
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    if text.is_empty() {
        plain(format!("HTTP status {status} without a word"))
    } else if text.starts_with('<') {
        plain(format!("HTTP status {status} with a page: {}", title(text)))
    } else {
        let words: String = text.chars().take(200).collect();
        plain(format!("HTTP status {status}: {words}"))
    }
}

/// The title of a page, or its beginning.
fn title(page: &str) -> String {
    let lower = page.to_ascii_lowercase();
    let between = lower
        .find("<title>")
        .and_then(|at| Some((at + 7, lower.find("</title>")?)))
        .filter(|(from, to)| from < to);
    between.map_or_else(
        || page.chars().take(60).collect(),
        |(from, to)| page[from..to].trim().to_owned(),
    )
}

/// A reason with what caused it, each said once.
fn reasons(reason: Option<&Value>, cause: Option<&Value>) -> String {
    let mut text = reason
        .and_then(Value::as_str)
        .unwrap_or("the engine gave no reason")
        .to_owned();
    let mut cause = cause;
    for _ in 0..4 {
        let Some(inner) = cause.and_then(Value::as_object) else {
            break;
        };
        if let Some(why) = inner.get("reason").and_then(Value::as_str)
            && !text.contains(why)
        {
            text.push_str(": ");
            text.push_str(why);
        }
        cause = inner.get("caused_by");
    }
    text
}

/// What the types of the engine mean. An answer of 500 with one of these is a decision: nothing was
/// done.
fn of_engine(code: &str, message: &str) -> Option<FailureKind> {
    Some(match code {
        "repository_missing_exception"
        | "snapshot_missing_exception"
        | "index_not_found_exception"
        | "resource_not_found_exception" => FailureKind::NotFound,
        "security_exception" | "a_w_s_security_token_service_exception" => FailureKind::Denied,
        "concurrent_snapshot_execution_exception" => FailureKind::Busy,
        "snapshot_restore_exception" if message.contains("snapshot does not exist") => {
            FailureKind::NotFound
        }
        "invalid_snapshot_name_exception" if message.contains("already") => FailureKind::WrongState,
        "snapshot_restore_exception"
        | "snapshot_in_progress_exception"
        | "snapshot_exception"
        | "resource_already_exists_exception"
        | "repository_verification_exception"
        | "version_conflict_engine_exception" => FailureKind::WrongState,
        "illegal_state_exception" if message.contains("currently used") => FailureKind::WrongState,
        "repository_exception"
        | "illegal_argument_exception"
        | "invalid_index_name_exception"
        | "invalid_snapshot_name_exception"
        | "action_request_validation_exception"
        | "parse_exception"
        | "parsing_exception"
        | "x_content_parse_exception"
        | "pattern_syntax_exception" => FailureKind::Invalid,
        "circuit_breaking_exception"
        | "es_rejected_execution_exception"
        | "rejected_execution_exception"
        | "open_search_rejected_execution_exception" => FailureKind::Throttled,
        _ => return None,
    })
}

fn kind(status: u16, said: &Said) -> FailureKind {
    let message = said.message.to_ascii_lowercase();
    if let Some(kind) = said
        .code
        .as_deref()
        .and_then(|code| of_engine(code, &said.message))
    {
        return kind;
    }
    let credentials = ["signature", "security token", "expired", "credential"];
    match status {
        429 => FailureKind::Throttled,
        403 if message.contains("throttled") => FailureKind::Throttled,
        401 | 403
            if !said.by_engine
                && !message.contains("not authorized")
                && credentials.iter().any(|word| message.contains(word)) =>
        {
            FailureKind::Credentials
        }
        401 if message.contains("role_arn") => FailureKind::Invalid,
        401 | 403 => FailureKind::Denied,
        404 => FailureKind::NotFound,
        409 => FailureKind::WrongState,
        400..=499 => FailureKind::Invalid,
        _ => FailureKind::Server,
    }
}

fn hint(status: u16, kind: FailureKind, message: &str) -> Option<String> {
    let text = if message.contains("iam:PassRole") {
        "Whoever registers a repository must be allowed iam:PassRole on the repository's role. Checking the prerequisites shows the policy (snapdeck opensearch prerequisites)."
    } else if message.contains("role_arn is needed") {
        "Give the role that the service takes on to reach the bucket."
    } else if message.contains("sts:AssumeRole") {
        "The role does not trust the service: its trust policy must name es.amazonaws.com. Checking the prerequisites shows it (snapdeck opensearch prerequisites)."
    } else if message.contains("[cluster:admin/") || message.contains("no permissions for") {
        "The domain has fine-grained access control: map the ARN of who is calling to the role manage_snapshots, in OpenSearch Dashboards under Security, Roles."
    } else if message.contains("storage class") {
        "Objects of the snapshot were moved to S3 Glacier: bring them back first, and take the lifecycle rule away from the bucket."
    } else if message.contains("is not accessible on") {
        "The domain's role cannot write to the bucket: its policy needs s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject and s3:DeleteObject on what is in it."
    } else if status == 401 && kind == FailureKind::Denied {
        "The domain has fine-grained access control and does not know who is calling: map the caller's ARN to a role of the domain."
    } else if message.contains("anonymous") {
        "The request arrived without a signature, or the access policy of the domain names somebody else."
    } else {
        match kind {
            FailureKind::Credentials => {
                "The credentials are wrong or have expired. Renew them ('aws sso login', or your own way) and try again."
            }
            FailureKind::Throttled => "The domain is busy; wait a little and try again.",
            _ => return None,
        }
    };
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(status: u16, body: &str) -> (FailureKind, Option<String>, String) {
        let failure = failure(status, body.as_bytes(), None, "x");
        (failure.kind, failure.code, failure.message)
    }

    #[test]
    fn all_five_ways_of_refusing_are_understood() {
        let engine = r#"{"error":{"root_cause":[],"type":"snapshot_restore_exception",
            "reason":"[r:s/u] cannot restore index [orders] because an open index with same name already exists in the cluster"},"status":500}"#;
        let (kind, code, message) = heard(500, engine);
        assert_eq!(kind, FailureKind::WrongState);
        assert_eq!(code.as_deref(), Some("snapshot_restore_exception"));
        assert!(message.contains("[orders]"));

        let plain = r#"{"error":"Incorrect HTTP method for uri [/_snapshot]","status":405}"#;
        assert_eq!(heard(405, plain).0, FailureKind::Invalid);

        let gateway = r#"{"Message":"User: arn:aws:iam::1:user/u is not authorized to perform: es:ESHttpPut because no identity-based policy allows the es:ESHttpPut action"}"#;
        assert_eq!(heard(403, gateway).0, FailureKind::Denied);
        let signature = r#"{"message":"The request signature we calculated does not match the signature you provided."}"#;
        assert_eq!(heard(403, signature).0, FailureKind::Credentials);

        assert_eq!(heard(401, "Unauthorized").0, FailureKind::Denied);

        let (kind, _, message) = heard(
            504,
            "<html><head><title>504 Gateway Time-out</title></head></html>",
        );
        assert_eq!(kind, FailureKind::Server);
        assert!(message.contains("504 Gateway Time-out"), "{message}");
        assert!(heard(504, "").0.may_have_happened());
    }

    #[test]
    fn what_may_pass_is_told_from_what_is_decided() {
        let error = |kind: &str, reason: &str| {
            format!(r#"{{"error":{{"type":"{kind}","reason":"{reason}"}},"status":503}}"#)
        };
        let busy = error(
            "concurrent_snapshot_execution_exception",
            "[r:x]  a snapshot is already running",
        );
        assert_eq!(heard(503, &busy).0, FailureKind::Busy);
        let unknown = error("null_pointer_exception", "x");
        assert_eq!(heard(500, &unknown).0, FailureKind::Server);
        assert_eq!(
            heard(
                403,
                r#"{"Message":"Request throttled due to too many requests"}"#
            )
            .0,
            FailureKind::Throttled
        );
        let exists = error(
            "invalid_snapshot_name_exception",
            "[r:s] Invalid snapshot name [s], snapshot with the same name already exists",
        );
        assert_eq!(heard(400, &exists).0, FailureKind::WrongState);
    }

    #[test]
    fn failures_of_a_registration_say_what_is_missing() {
        for (status, body, part) in [
            (
                403,
                r#"{"Message":"User: a is not authorized to perform: iam:PassRole on resource: r"}"#,
                "iam:PassRole on",
            ),
            (
                401,
                r#"{"Message":"settings.role_arn is needed for snapshot registration."}"#,
                "Give the role",
            ),
            (
                500,
                r#"{"error":{"type":"a_w_s_security_token_service_exception","reason":"User: x is not authorized to perform: sts:AssumeRole on resource: r"}}"#,
                "es.amazonaws.com",
            ),
            (
                500,
                r#"{"error":{"type":"repository_verification_exception","reason":"[r] path  is not accessible on master node","caused_by":{"type":"i_o_exception","reason":"Unable to upload"}}}"#,
                "s3:PutObject",
            ),
            (
                403,
                r#"{"error":{"type":"security_exception","reason":"no permissions for [cluster:admin/repository/put] and User [name=x]"}}"#,
                "manage_snapshots",
            ),
        ] {
            let failure = failure(status, body.as_bytes(), None, "x");
            assert!(
                failure
                    .hint
                    .as_deref()
                    .is_some_and(|hint| hint.contains(part)),
                "{failure}"
            );
        }
    }
}
