//! SDK errors as failures: what went wrong, and above all whether the request may have been done.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId;

use super::{identity::no_credentials, skew};
use crate::domain::{
    failure::{Failure, FailureKind},
    text::harmless,
};

/// What an AWS error code means, where it means the same for every service.
pub(super) fn common(code: &str) -> Option<FailureKind> {
    // Error codes of the common errors pages and of EC2's error code list.
    Some(match code {
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "TooManyRequestsException"
        | "RequestLimitExceeded"
        | "BandwidthLimitExceeded"
        | "SlowDown" => FailureKind::Throttled,
        "ExpiredToken"
        | "ExpiredTokenException"
        | "RequestExpired"
        | "RequestTimeTooSkewed"
        | "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidAccessKeyId"
        | "AuthFailure"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "IncompleteSignature"
        | "IncompleteSignatureException" => FailureKind::Credentials,
        // The server gave up waiting for the rest of the request; whether it acted nobody says.
        "RequestTimeout" | "RequestTimeoutException" => FailureKind::ReplyLost,
        "AccessDenied"
        | "AccessDeniedException"
        | "UnauthorizedOperation"
        | "NotAuthorized"
        | "OptInRequired" => FailureKind::Denied,
        "ValidationException"
        | "ValidationError"
        | "SerializationException"
        | "InvalidParameterValue"
        | "MissingParameter"
        | "InvalidAction"
        | "UnknownOperationException" => FailureKind::Invalid,
        "InternalFailure"
        | "InternalError"
        | "InternalServerError"
        | "ServiceUnavailable"
        | "ServiceUnavailableException"
        | "Unavailable" => FailureKind::Server,
        _ => return None,
    })
}

/// The failure of a read without which a change cannot be sent. Whatever became of the read, the change
/// did not leave, so that nothing has to be looked for.
pub(super) fn unsent(failure: Failure) -> Failure {
    if !failure.kind.may_have_happened() {
        return failure;
    }
    let message = format!(
        "what has to be known first could not be read, so the change was not sent: {}",
        failure.message
    );
    Failure {
        kind: FailureKind::Unreachable,
        message,
        ..failure
    }
}

/// Turns an SDK error into a failure. `classify` knows the service's own codes; `doing` says what was
/// called on what.
pub(super) fn failure<E>(
    error: &SdkError<E, HttpResponse>,
    doing: impl Into<String>,
    classify: fn(&str) -> Option<FailureKind>,
) -> Failure
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let doing = doing.into();
    let request_id = error.request_id().map(str::to_owned);
    let status = error.raw_response().map(|reply| reply.status().as_u16());
    let code = error
        .as_service_error()
        .and_then(|e| e.code())
        .map(str::to_owned);
    let message = error
        .as_service_error()
        .and_then(|e| e.message())
        .map(str::to_owned);

    if let Some(code) = code {
        let kind = match (classify(&code).or_else(|| common(&code)), status) {
            (Some(kind), _) => kind,
            (None, Some(500..)) => FailureKind::Server,
            (None, _) => FailureKind::Invalid,
        };
        let mut failure = Failure::new(
            kind,
            doing,
            message.unwrap_or_else(|| "AWS gave no message".to_owned()),
        );
        failure.code = Some(code);
        failure.request_id = request_id;
        let message = failure.message.as_str();
        let date = error
            .raw_response()
            .and_then(|reply| reply.headers().get("date"));
        failure.hint = failure
            .code
            .as_deref()
            .and_then(|code| skew::hint(code, message, date))
            .or_else(|| hint(kind));
        return failure;
    }
    let page = error.raw_response().is_some_and(is_a_page);
    let mut failure = match (error, status) {
        (SdkError::ServiceError(_) | SdkError::ResponseError(_), Some(408)) => {
            Failure::new(FailureKind::ReplyLost, doing, "HTTP status 408: the request did not arrive in time")
        }
        // A status that AWS's own parser found no error code behind: a proxy, or a broken answer.
        (SdkError::ServiceError(_) | SdkError::ResponseError(_), Some(status @ 400..=499)) => {
            Failure::new(FailureKind::Unreachable, doing, format!("HTTP status {status} without an AWS error code"))
                .hint("Something between here and AWS refused the request: look at the proxy settings (HTTPS_PROXY, NO_PROXY) and the endpoint.")
        }
        (SdkError::ServiceError(_) | SdkError::ResponseError(_), Some(status @ 500..)) => {
            Failure::new(FailureKind::Server, doing, format!("HTTP status {status} without an AWS error code"))
        }
        (SdkError::ServiceError(_) | SdkError::ResponseError(_), _) => {
            Failure::new(FailureKind::ReplyLost, doing, "the answer cannot be read: it is cut short or not AWS's")
        }
        (SdkError::TimeoutError(_), _) => Failure::new(FailureKind::ReplyLost, doing, "no answer came in time"),
        (SdkError::ConstructionFailure(_), _) => unbuilt(error, doing),
        _ => undelivered(error, doing),
    };
    if page && failure.hint.is_none() {
        failure.hint = Some(PAGE.to_owned());
    }
    failure.request_id = request_id;
    failure
}

/// Whether a failed call may have left: it did not where no connection was made.
pub(super) fn was_sent(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(inner) = cause {
        if inner
            .downcast_ref::<hyper_util::client::legacy::Error>()
            .is_some_and(hyper_util::client::legacy::Error::is_connect)
        {
            return false;
        }
        cause = inner.source();
    }
    true
}

/// What is said of an answer that is a page for people.
const PAGE: &str = "The answer is a page of HTML and not AWS's: something between here and AWS gave it, such as a \
                    proxy, a gateway or a login page of the network. Look at the proxy settings (HTTPS_PROXY, \
                    NO_PROXY) and the endpoint.";

/// Whether an answer is a page for people, which AWS never sends.
fn is_a_page(reply: &HttpResponse) -> bool {
    let named = reply
        .headers()
        .get("content-type")
        .is_some_and(|kind| kind.contains("html"));
    let begins = reply.body().bytes().is_some_and(|body| {
        let start = body.trim_ascii_start();
        let start = &start[..start.len().min(14)];
        start.eq_ignore_ascii_case(b"<!doctype html")
            || start.to_ascii_lowercase().starts_with(b"<html")
    });
    named || begins
}

/// What the credentials lacked, where a request failed for that.
pub(super) fn for_want_of_credentials<'e>(
    error: &'e (dyn Error + 'static),
) -> Option<&'e CredentialsError> {
    let mut cause = Some(error);
    while let Some(inner) = cause {
        if let Some(credentials) = inner.downcast_ref() {
            return Some(credentials);
        }
        cause = inner.source();
    }
    None
}

/// A request that could not even be put together: credentials are looked for then, too.
fn unbuilt(error: &(dyn Error + 'static), doing: String) -> Failure {
    if let Some(credentials) = for_want_of_credentials(error) {
        return no_credentials(None, Some(credentials));
    }
    let why = format!("the request cannot be put together: {}", root_cause(error));
    Failure::new(FailureKind::Invalid, doing, why).hint("Nothing was sent.")
}

/// How the failure of a connection begins that does not say to where: [`at`] knows it by this.
const UNCONNECTED: &str = "no connection could be made";

/// A failure that names the endpoint that could not be reached, where another one than AWS's own is
/// set.
pub(super) fn at(mut failure: Failure, endpoint: Option<&str>) -> Failure {
    if let (FailureKind::Unreachable, Some(endpoint)) = (failure.kind, endpoint)
        && let Some(why) = failure.message.strip_prefix(UNCONNECTED)
    {
        failure.message = format!("no connection to {} could be made{why}", harmless(endpoint));
    }
    failure
}

/// A failure before any answer: was anything sent?
fn undelivered(error: &(dyn Error + 'static), doing: String) -> Failure {
    if let Some(credentials) = for_want_of_credentials(error) {
        return no_credentials(None, Some(credentials));
    }
    if was_sent(error) {
        Failure::new(
            FailureKind::ReplyLost,
            doing,
            format!(
                "the connection was lost before an answer came ({})",
                root_cause(error)
            ),
        )
    } else {
        Failure::new(
            FailureKind::Unreachable,
            doing,
            format!("{UNCONNECTED} ({})", root_cause(error)),
        )
        .hint("Nothing was sent. Look at the network, the endpoint and the proxy settings.")
    }
}

/// The innermost cause. What wraps it only says that a call failed, in the words of the SDK.
pub(super) fn root_cause(mut error: &(dyn Error + 'static)) -> String {
    while let Some(cause) = error.source() {
        error = cause;
    }
    error.to_string()
}

fn hint(kind: FailureKind) -> Option<String> {
    match kind {
        FailureKind::Credentials => Some(
            "The credentials are wrong or have expired. Renew them ('aws sso login', or your own way) and try again.".to_owned(),
        ),
        FailureKind::Throttled => Some("AWS limits the rate of calls; wait a little and try again.".to_owned()),
        _ => None,
    }
}
