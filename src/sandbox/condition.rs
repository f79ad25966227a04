//! Conditions that any service can meet, and how each service's front door answers them.
//!
//! Invariants: one function, one table: (condition, protocol or service) to status, code and
//! text. Errors of single operations do not belong here.

use hyper::StatusCode;

use super::authorization_message;
use super::identity::Identity;
use super::permissions::Reason;
use super::refusal::Refusal;
use super::service::{Protocol, Service};
use super::texts;

/// Why the front door refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Condition {
    MissingToken,
    /// The Authorization cannot be read; the text says what is missing.
    IncompleteSignature(String),
    UnknownKey,
    WrongSignature,
    /// Signed for another service than this one.
    WrongService(&'static str),
    /// Signed for this Region, and the resource is in another.
    WrongRegion(String),
    /// Nobody signed, and the domain does not do without.
    Anonymous {
        action: String,
    },
    /// The domain does not know the user of a Basic authentication.
    NoSuchUser,
    /// The Host header is not the domain's endpoint.
    WrongHost,
    /// What is signed, or for what, cannot be right; the text says why.
    WrongScope(String),
    /// A presigned URL is to be good for longer than a week, or not at all.
    WrongExpiry,
    /// What S3 is told of the body.
    WrongPayload(Payload),
    /// Signed too long ago, or in the future; the text says which.
    OutOfDate(String),
    ExpiredToken,
    Denied {
        action: String,
        resource: String,
        reason: Reason,
    },
    Throttled,
    InternalError,
    Unavailable,
    UnknownOperation(String),
    NotJson,
    TooLarge {
        limit: usize,
    },
}

/// What is wrong with what S3 is told of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Payload {
    /// It is told nothing.
    Missing,
    /// It is no hash, and no word in the place of one.
    NoHash,
    /// It is the hash of another body.
    Mismatch,
}

const FORBIDDEN: StatusCode = StatusCode::FORBIDDEN;
const BAD_REQUEST: StatusCode = StatusCode::BAD_REQUEST;

impl Condition {
    /// The service's answer to this condition.
    pub(crate) fn refusal(&self, service: &Service, identity: &Identity) -> Refusal {
        match self {
            Self::MissingToken
            | Self::IncompleteSignature(_)
            | Self::UnknownKey
            | Self::WrongSignature
            | Self::WrongScope(_)
            | Self::WrongExpiry
            | Self::OutOfDate(_)
            | Self::ExpiredToken => self.authentication(service),
            Self::WrongPayload(payload) => {
                let (code, text) = match payload {
                    Payload::Missing => ("InvalidRequest", texts::s3::PAYLOAD_MISSING),
                    Payload::NoHash => ("InvalidArgument", texts::s3::PAYLOAD_NO_HASH),
                    Payload::Mismatch => ("XAmzContentSHA256Mismatch", texts::s3::PAYLOAD_MISMATCH),
                };
                Refusal::framework(BAD_REQUEST, code, text.plain())
            }
            Self::WrongService(right) => misplaced(service, texts::WRONG_SERVICE.with(&[right])),
            Self::WrongRegion(given) => misplaced(service, texts::WRONG_REGION.with(&[given])),
            Self::Anonymous { action } => Refusal::service(
                FORBIDDEN,
                "AccessDeniedException",
                texts::search::ANONYMOUS.with(&[action, action]),
            ),
            Self::NoSuchUser => Refusal::framework(
                StatusCode::UNAUTHORIZED,
                "Unauthorized",
                texts::search::UNAUTHORIZED.plain(),
            ),
            Self::WrongHost => Refusal::framework(
                BAD_REQUEST,
                "InvalidHostHeader",
                texts::search::WRONG_HOST.plain(),
            ),
            Self::Denied {
                action,
                resource,
                reason,
            } => denied(service, identity, (action, resource), *reason),
            Self::Throttled => throttled(service),
            Self::InternalError => internal_error(service),
            Self::Unavailable => unavailable(service),
            Self::UnknownOperation(action) => unknown_operation(service, action),
            Self::NotJson if *service == Service::S3 => Refusal::framework(
                BAD_REQUEST,
                "MalformedXML",
                texts::s3::MALFORMED_XML.plain(),
            ),
            Self::NotJson => Refusal::framework(
                BAD_REQUEST,
                "SerializationException",
                texts::NOT_JSON.plain(),
            ),
            Self::TooLarge { limit } => Refusal::framework(
                StatusCode::PAYLOAD_TOO_LARGE,
                "RequestEntityTooLarge",
                texts::TOO_LARGE.with(&[&limit.to_string()]),
            ),
        }
    }

    fn authentication(&self, service: &Service) -> Refusal {
        // The JSON front door answers 400 with names that end in Exception; the REST one answers
        // 403 with the same names.
        let json = match service.protocol() {
            Protocol::Json => Some(BAD_REQUEST),
            Protocol::RestJson | Protocol::Engine => Some(FORBIDDEN),
            Protocol::Query | Protocol::Ec2Query | Protocol::RestXml => None,
        };
        let (status, code, text) = match (self, json, service) {
            (Self::MissingToken, Some(status), _) => (
                status,
                "MissingAuthenticationTokenException",
                texts::MISSING_TOKEN_JSON.plain(),
            ),
            (Self::MissingToken, None, _) => (
                FORBIDDEN,
                "MissingAuthenticationToken",
                texts::MISSING_TOKEN_QUERY.plain(),
            ),
            (Self::WrongExpiry, None, Service::S3) => (
                BAD_REQUEST,
                "AuthorizationQueryParametersError",
                texts::s3::WRONG_EXPIRY.plain(),
            ),
            // What other services say is not verified.
            (Self::WrongExpiry, Some(_), _) => (
                BAD_REQUEST,
                "IncompleteSignatureException",
                texts::s3::WRONG_EXPIRY.plain(),
            ),
            (Self::WrongExpiry, None, _) => (
                BAD_REQUEST,
                "IncompleteSignature",
                texts::s3::WRONG_EXPIRY.plain(),
            ),
            (Self::IncompleteSignature(text), Some(_), _) => {
                (BAD_REQUEST, "IncompleteSignatureException", text.clone())
            }
            (Self::IncompleteSignature(text), None, _) => {
                (BAD_REQUEST, "IncompleteSignature", text.clone())
            }
            (Self::UnknownKey, Some(status), _) => (
                status,
                "UnrecognizedClientException",
                texts::UNKNOWN_KEY.plain(),
            ),
            (Self::UnknownKey, None, Service::Ec2) => (
                StatusCode::UNAUTHORIZED,
                "AuthFailure",
                texts::UNKNOWN_KEY_EC2.plain(),
            ),
            (Self::UnknownKey, None, Service::S3) => (
                FORBIDDEN,
                "InvalidAccessKeyId",
                texts::UNKNOWN_KEY_S3.plain(),
            ),
            (Self::UnknownKey, None, _) => (
                FORBIDDEN,
                "InvalidClientTokenId",
                texts::UNKNOWN_KEY.plain(),
            ),
            (Self::OutOfDate(_) | Self::ExpiredToken, None, Service::Ec2) => (
                BAD_REQUEST,
                "RequestExpired",
                texts::REQUEST_EXPIRED_EC2.plain(),
            ),
            (Self::OutOfDate(_), None, Service::S3) => (
                FORBIDDEN,
                "RequestTimeTooSkewed",
                texts::REQUEST_TIME_S3.plain(),
            ),
            (Self::OutOfDate(text) | Self::WrongScope(text), Some(status), _) => {
                (status, "InvalidSignatureException", text.clone())
            }
            (Self::OutOfDate(text) | Self::WrongScope(text), None, _) => {
                (FORBIDDEN, "SignatureDoesNotMatch", text.clone())
            }
            (Self::ExpiredToken, Some(status), _) => (
                status,
                "ExpiredTokenException",
                texts::TOKEN_EXPIRED.plain(),
            ),
            (Self::ExpiredToken, None, _) => {
                (FORBIDDEN, "ExpiredToken", texts::TOKEN_EXPIRED.plain())
            }
            (_, Some(status), _) => (
                status,
                "InvalidSignatureException",
                texts::WRONG_SIGNATURE.plain(),
            ),
            (_, None, _) => (
                FORBIDDEN,
                "SignatureDoesNotMatch",
                texts::WRONG_SIGNATURE.plain(),
            ),
        };
        Refusal::framework(status, code, text)
    }
}

/// Signed for another service or for no Region.
fn misplaced(service: &Service, text: String) -> Refusal {
    match service.protocol() {
        Protocol::Json => Refusal::framework(BAD_REQUEST, "InvalidSignatureException", text),
        Protocol::RestJson | Protocol::Engine => {
            Refusal::framework(FORBIDDEN, "InvalidSignatureException", text)
        }
        Protocol::Ec2Query => Refusal::framework(StatusCode::UNAUTHORIZED, "AuthFailure", text),
        Protocol::Query | Protocol::RestXml => {
            Refusal::framework(FORBIDDEN, "SignatureDoesNotMatch", text)
        }
    }
}

fn denied(
    service: &Service,
    identity: &Identity,
    (action, resource): (&str, &str),
    reason: Reason,
) -> Refusal {
    let user = identity.arn();
    let why = match reason {
        Reason::NotAllowed => texts::NOTHING_ALLOWS.with(&[action]),
        Reason::ExplicitDeny => texts::EXPLICIT_DENY.plain(),
    };
    let text = texts::DENIED.with(&[&user, action, resource, &why]);
    match service {
        Service::Ec2 => {
            let blob = authorization_message::encode(identity, action, resource, reason);
            let text = texts::DENIED_EC2.with(&[&user, action, resource, &why, &blob]);
            Refusal::framework(FORBIDDEN, "UnauthorizedOperation", text)
        }
        Service::Sts | Service::Iam => Refusal::framework(FORBIDDEN, "AccessDenied", text),
        Service::S3 => {
            let text = texts::DENIED_S3.with(&[&user, action, resource, &why]);
            Refusal::framework(FORBIDDEN, "AccessDenied", text)
        }
        Service::Dlm | Service::OpenSearch => {
            Refusal::framework(FORBIDDEN, "AccessDeniedException", text)
        }
        Service::Domain => {
            let text = texts::search::DENIED.with(&[&user, action, &why]);
            Refusal::service(FORBIDDEN, "AccessDeniedException", text)
        }
        Service::Directory | Service::Other(_) => {
            Refusal::framework(BAD_REQUEST, "AccessDeniedException", text)
        }
    }
}

fn throttled(service: &Service) -> Refusal {
    let rate = texts::RATE_EXCEEDED.plain();
    match service {
        Service::Ec2 => Refusal::framework(
            StatusCode::SERVICE_UNAVAILABLE,
            "RequestLimitExceeded",
            texts::REQUEST_LIMIT_EXCEEDED.plain(),
        ),
        Service::S3 => Refusal::framework(
            StatusCode::SERVICE_UNAVAILABLE,
            "SlowDown",
            texts::SLOW_DOWN.plain(),
        ),
        Service::Sts | Service::Iam => Refusal::framework(BAD_REQUEST, "Throttling", rate),
        Service::Domain => Refusal::framework(
            StatusCode::TOO_MANY_REQUESTS,
            "ThrottlingException",
            texts::search::THROTTLED.plain(),
        ),
        Service::Dlm | Service::OpenSearch => {
            Refusal::framework(StatusCode::TOO_MANY_REQUESTS, "ThrottlingException", rate)
        }
        Service::Directory | Service::Other(_) => {
            Refusal::framework(BAD_REQUEST, "ThrottlingException", rate)
        }
    }
}

fn internal_error(service: &Service) -> Refusal {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    let text = texts::INTERNAL_ERROR.plain();
    match service {
        Service::Directory => Refusal::service(
            status,
            "ServiceException",
            texts::INTERNAL_FAILURE_DIRECTORY.plain(),
        ),
        Service::Ec2 | Service::S3 => Refusal::framework(status, "InternalError", text),
        Service::Dlm => Refusal::framework(status, "InternalServerException", text),
        Service::OpenSearch | Service::Domain => {
            Refusal::framework(status, "InternalException", text)
        }
        Service::Sts | Service::Iam | Service::Other(_) => {
            Refusal::framework(status, "InternalFailure", text)
        }
    }
}

fn unavailable(service: &Service) -> Refusal {
    let text = match service {
        Service::Domain => texts::search::UNAVAILABLE_PAGE,
        _ => texts::UNAVAILABLE,
    };
    let code = match service {
        Service::Ec2 => "Unavailable",
        Service::Directory
        | Service::Dlm
        | Service::OpenSearch
        | Service::Domain
        | Service::Other(_) => "ServiceUnavailableException",
        Service::Sts | Service::Iam | Service::S3 => "ServiceUnavailable",
    };
    Refusal::framework(StatusCode::SERVICE_UNAVAILABLE, code, text.plain())
}

fn unknown_operation(service: &Service, action: &str) -> Refusal {
    match service.protocol() {
        Protocol::Json => Refusal::framework(BAD_REQUEST, "UnknownOperationException", ""),
        Protocol::Query | Protocol::Ec2Query if action.is_empty() => {
            Refusal::framework(BAD_REQUEST, "MissingAction", texts::MISSING_ACTION.plain())
        }
        Protocol::Query | Protocol::Ec2Query => Refusal::framework(
            BAD_REQUEST,
            "InvalidAction",
            texts::INVALID_ACTION.with(&[action]),
        ),
        Protocol::RestJson | Protocol::Engine => Refusal::framework(
            StatusCode::NOT_FOUND,
            "UnknownOperationException",
            texts::UNKNOWN_OPERATION_REST.plain(),
        ),
        Protocol::RestXml => Refusal::framework(
            StatusCode::NOT_IMPLEMENTED,
            "NotImplemented",
            texts::NOT_IMPLEMENTED_S3.plain(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(condition: &Condition) -> Vec<(u16, &'static str)> {
        let identity = Identity::new("123456789012");
        [Service::Directory, Service::Sts, Service::Ec2]
            .iter()
            .map(|service| condition.refusal(service, &identity))
            .map(|refusal| (refusal.status.as_u16(), refusal.code))
            .collect()
    }

    #[test]
    fn what_is_signed_for_another_place_is_told_so() {
        let (service, region) = (
            Condition::WrongService("ds"),
            Condition::WrongRegion("mars-1".to_owned()),
        );
        for condition in [service, region] {
            assert_eq!(
                codes(&condition),
                [
                    (400, "InvalidSignatureException"),
                    (403, "SignatureDoesNotMatch"),
                    (401, "AuthFailure")
                ]
            );
        }
        assert_eq!(
            codes(&Condition::WrongScope(String::new())),
            [
                (400, "InvalidSignatureException"),
                (403, "SignatureDoesNotMatch"),
                (403, "SignatureDoesNotMatch")
            ]
        );
        assert_eq!(
            codes(&Condition::UnknownOperation(String::new())),
            [
                (400, "UnknownOperationException"),
                (400, "MissingAction"),
                (400, "MissingAction")
            ]
        );
    }

    #[test]
    fn each_service_has_its_own_codes() {
        assert_eq!(
            codes(&Condition::UnknownKey),
            [
                (400, "UnrecognizedClientException"),
                (403, "InvalidClientTokenId"),
                (401, "AuthFailure")
            ]
        );
        assert_eq!(
            codes(&Condition::Throttled),
            [
                (400, "ThrottlingException"),
                (400, "Throttling"),
                (503, "RequestLimitExceeded")
            ]
        );
        assert_eq!(
            codes(&Condition::OutOfDate(String::new())),
            [
                (400, "InvalidSignatureException"),
                (403, "SignatureDoesNotMatch"),
                (400, "RequestExpired")
            ]
        );
        assert_eq!(
            codes(&Condition::UnknownOperation("X".to_owned())),
            [
                (400, "UnknownOperationException"),
                (400, "InvalidAction"),
                (400, "InvalidAction")
            ]
        );
    }
}
