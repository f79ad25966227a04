//! Requests at a domain's own port: who may send them, and what they ask.
//!
//! Invariants: the front end of a domain speaks here, the engine behind it in `services::search`.
//! A request is the domain's, whatever its signature says.

use hyper::Method;
use hyper::body::Bytes;
use serde_json::{Map, Value};

use super::call::{Call, Effect, Params, Request};
use super::condition::Condition;
use super::service::Service;
use super::signature::{Credentials, Scope};

/// The front door of a domain.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    pub(crate) domain: String,
    pub(crate) region: String,
    /// What the Host header must say.
    pub(crate) host: String,
    /// May callers do without a signature?
    pub(crate) anonymous: bool,
    /// Has the domain users of its own?
    pub(crate) fine_grained: bool,
}

/// What a request at a domain's port says.
#[derive(Debug, Clone)]
pub(crate) struct Http {
    pub(crate) domain: String,
    pub(crate) method: Method,
    /// As sent: percent-encoded.
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Bytes,
    pub(crate) signer: Signer,
}

/// Did the sender sign?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signer {
    Anonymous,
    Caller,
}

/// The longest body that the log keeps, in characters.
const LOGGED: usize = 4000;
/// What a POST that only asks ends in.
const QUESTIONS: [&str; 9] = [
    "_search",
    "_count",
    "_verify",
    "_refresh",
    "_explain",
    "_analyze",
    "_mget",
    "_msearch",
    "_field_caps",
];

impl Door {
    /// Reads a request.
    pub(crate) fn decode(&self, request: &Request, credentials: &Credentials) -> Call {
        let query = form_urlencoded::parse(request.query.as_bytes())
            .filter(|(name, _)| !name.starts_with("X-Amz-"))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        let signer = match credentials {
            Credentials::Presented(_) => Signer::Caller,
            _ => Signer::Anonymous,
        };
        Call {
            service: Service::Domain,
            region: self.region.clone(),
            action: format!("{} {}", request.method, request.path),
            params: Params::Http(Http {
                domain: self.domain.clone(),
                method: request.method.clone(),
                path: request.path.clone(),
                query,
                content_type: request.header("content-type").map(str::to_owned),
                body: Bytes::copy_from_slice(request.bytes()),
                signer,
            }),
        }
    }

    /// The checks before a signature is verified. Ok with false: nothing is to be verified.
    pub(crate) fn admit(
        &self,
        request: &Request,
        credentials: &Credentials,
    ) -> Result<bool, Condition> {
        if request.header("host") != Some(self.host.as_str()) {
            return Err(Condition::WrongHost);
        }
        match credentials {
            Credentials::Presented(_) => Ok(true),
            Credentials::Absent if self.anonymous => Ok(false),
            Credentials::Absent => Err(Condition::Anonymous {
                action: permission(&request.method).to_owned(),
            }),
            // Basic authentication is for the domain's own users, and nobody knows one here.
            Credentials::Malformed(_) if self.fine_grained => Err(Condition::NoSuchUser),
            Credentials::Malformed(problem) => Err(Condition::IncompleteSignature(problem.clone())),
        }
    }

    /// Is the signature for this domain?
    pub(crate) fn check_scope(&self, scope: &Scope) -> Result<(), Condition> {
        if scope.service != Service::Domain.name() {
            return Err(Condition::WrongService("es"));
        }
        if scope.region != self.region {
            return Err(Condition::WrongRegion(scope.region.clone()));
        }
        Ok(())
    }
}

/// The permission that a request needs.
pub(crate) fn permission(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "es:ESHttpGet",
        "HEAD" => "es:ESHttpHead",
        "PUT" => "es:ESHttpPut",
        "DELETE" => "es:ESHttpDelete",
        "PATCH" => "es:ESHttpPatch",
        _ => "es:ESHttpPost",
    }
}

impl Http {
    pub(crate) fn effect(&self) -> Effect {
        let asks = match self.method {
            Method::GET | Method::HEAD | Method::OPTIONS => true,
            Method::POST => {
                let last = self.path.trim_end_matches('/').rsplit('/').next();
                last.is_some_and(|last| QUESTIONS.contains(&last))
            }
            _ => false,
        };
        if asks { Effect::Reads } else { Effect::Changes }
    }

    /// As the request log shows them: the query, and the body as `body`.
    pub(crate) fn params_json(&self) -> Value {
        let mut members: Map<String, Value> = self
            .query
            .iter()
            .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
            .collect();
        if !self.body.is_empty() {
            let body = serde_json::from_slice(&self.body).unwrap_or_else(|_| {
                let text = String::from_utf8_lossy(&self.body);
                Value::from(text.chars().take(LOGGED).collect::<String>())
            });
            members.insert("body".to_owned(), body);
        }
        Value::Object(members)
    }
}

#[cfg(test)]
mod tests {
    use hyper::HeaderMap;

    use super::*;
    use crate::sandbox::call::RequestBody;

    fn request(method: Method, path: &str, body: &'static str) -> Request {
        let mut headers = HeaderMap::new();
        headers.insert("host", "127.0.0.1:9200".parse().unwrap());
        Request {
            method,
            path: path.to_owned(),
            query: "pretty&wait_for_completion=true".to_owned(),
            headers,
            body: RequestBody::Whole(Bytes::from_static(body.as_bytes())),
        }
    }

    fn door(anonymous: bool) -> Door {
        Door {
            domain: "logs".to_owned(),
            region: "us-east-1".to_owned(),
            host: "127.0.0.1:9200".to_owned(),
            anonymous,
            fine_grained: false,
        }
    }

    #[test]
    fn a_request_is_a_call_of_the_domain() {
        let request = request(Method::PUT, "/_snapshot/r/s", "{\"indices\":\"a\"}");
        let call = door(true).decode(&request, &Credentials::Absent);
        assert_eq!(call.service.name(), "es");
        assert_eq!(call.action, "PUT /_snapshot/r/s");
        assert_eq!(call.domain(), Some("logs"));
        assert_eq!(call.effect(), Effect::Changes);
        assert_eq!(
            call.params_json().to_string(),
            r#"{"pretty":"","wait_for_completion":"true","body":{"indices":"a"}}"#
        );
    }

    #[test]
    fn asking_changes_nothing() {
        for (method, path, effect) in [
            (Method::GET, "/_snapshot/r/s", Effect::Reads),
            (Method::POST, "/logs/_search", Effect::Reads),
            (Method::POST, "/_snapshot/r/_verify", Effect::Reads),
            (Method::POST, "/_snapshot/r/s/_restore", Effect::Changes),
            (Method::OPTIONS, "/logs", Effect::Reads),
            (Method::DELETE, "/logs", Effect::Changes),
        ] {
            let request = request(method, path, "");
            let call = door(true).decode(&request, &Credentials::Absent);
            assert_eq!(call.effect(), effect, "{path}");
        }
    }

    #[test]
    fn the_unsigned_and_the_misdirected_stay_outside() {
        let asked = request(Method::GET, "/", "");
        assert_eq!(
            door(false).admit(&asked, &Credentials::Absent),
            Err(Condition::Anonymous {
                action: "es:ESHttpGet".to_owned()
            })
        );
        assert_eq!(door(true).admit(&asked, &Credentials::Absent), Ok(false));
        let mut elsewhere = request(Method::GET, "/", "");
        elsewhere
            .headers
            .insert("host", "example.com".parse().unwrap());
        assert_eq!(
            door(true).admit(&elsewhere, &Credentials::Absent),
            Err(Condition::WrongHost)
        );
    }

    #[test]
    fn a_signature_is_for_this_service_and_region() {
        for (scope, expected) in [
            ("us-east-1/es", Ok(())),
            ("us-east-1/ds", Err(Condition::WrongService("es"))),
            (
                "eu-west-1/es",
                Err(Condition::WrongRegion("eu-west-1".to_owned())),
            ),
        ] {
            let mut signed = request(Method::GET, "/", "");
            let value = format!(
                "AWS4-HMAC-SHA256 Credential=k/20260102/{scope}/aws4_request, \
                 SignedHeaders=host, Signature=00"
            );
            signed
                .headers
                .insert("authorization", value.parse().unwrap());
            let Credentials::Presented(presented) = Credentials::of(&signed) else {
                panic!("it is signed");
            };
            assert_eq!(door(false).check_scope(&presented.scope), expected);
        }
    }
}
