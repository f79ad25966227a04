//! Calls of a domain's data plane: addressed, signed, bounded, and read as JSON.
//!
//! Invariants: what changes something is sent once; what reads is repeated a little where the network
//! or the domain falters, but not where no connection can be made, since that takes long to find out;
//! an answer that is too large, cut or not JSON is a failure that names the request, never a part of
//! one.

use std::time::Duration;

use aws_credential_types::{Credentials, provider::ProvideCredentials};
use serde_json::Value;

use super::{
    Search,
    domains::{Domain, Reach},
    refused,
    signing::{encoded, signed},
};
use crate::{
    domain::failure::{Failure, FailureKind},
    services::{
        http::{Call, NoReply, Reply},
        identity::no_credentials,
    },
};

/// The largest list that is read: a thousand snapshots with their indices are a few MiB.
pub(super) const LIST: usize = 64 * 1024 * 1024;
/// The largest answer of any other kind.
pub(super) const SMALL: usize = 8 * 1024 * 1024;

/// The pauses before a read is sent once more.
const AGAIN: [Duration; 2] = [Duration::from_millis(200), Duration::from_millis(800)];

/// Credentials are asked for anew this long before they end.
const MARGIN: Duration = Duration::from_mins(5);

/// What is asked of a domain.
pub(super) struct Ask<'a> {
    pub(super) method: &'static str,
    /// The segments of the path, each as it is named; they are encoded here.
    pub(super) path: &'a [&'a str],
    pub(super) query: &'a [(&'a str, &'a str)],
    pub(super) body: Option<Value>,
    /// The most bytes that the answer may have.
    pub(super) most: usize,
}

impl<'a> Ask<'a> {
    /// Something to be read.
    pub(super) fn get(path: &'a [&'a str], query: &'a [(&'a str, &'a str)], most: usize) -> Self {
        Self {
            method: "GET",
            path,
            query,
            body: None,
            most,
        }
    }

    /// A change.
    pub(super) fn change(method: &'static str, path: &'a [&'a str], body: Option<Value>) -> Self {
        Self {
            method,
            path,
            query: &[],
            body,
            most: SMALL,
        }
    }

    /// The path and the query as they are sent.
    fn target(&self) -> String {
        let mut target = String::new();
        for segment in self.path {
            target.push('/');
            target.push_str(&encoded(segment));
        }
        if target.is_empty() {
            target.push('/');
        }
        for (place, (name, value)) in self.query.iter().enumerate() {
            target.push(if place == 0 { '?' } else { '&' });
            target.push_str(&encoded(name));
            target.push('=');
            target.push_str(&encoded(value));
        }
        target
    }

    /// The request as people read it: method, path and body.
    pub(super) fn line(&self) -> String {
        let body = self
            .body
            .as_ref()
            .map_or_else(String::new, |body| format!(" {body}"));
        format!("{} {}{body}", self.method, self.target())
    }
}

/// Why an attempt gave nothing, and whether another may.
struct Attempt {
    failure: Failure,
    again: bool,
}

impl Search {
    /// Reads something, with patience.
    pub(super) async fn read(&self, domain: &Domain, ask: &Ask<'_>) -> Result<Value, Failure> {
        let mut pauses = AGAIN.into_iter();
        loop {
            match self.attempt(domain, ask).await {
                Ok((answer, _)) => return Ok(answer),
                Err(Attempt {
                    failure,
                    again: false,
                }) => return Err(failure),
                Err(Attempt { failure, .. }) => match pauses.next() {
                    Some(pause) => tokio::time::sleep(pause).await,
                    None => return Err(failure),
                },
            }
        }
    }

    /// Sends a change, once. Answers what the domain said, and AWS's request id.
    pub(super) async fn change(
        &self,
        domain: &Domain,
        ask: &Ask<'_>,
    ) -> Result<(Value, Option<String>), Failure> {
        self.attempt(domain, ask)
            .await
            .map_err(|attempt| attempt.failure)
    }

    async fn attempt(
        &self,
        domain: &Domain,
        ask: &Ask<'_>,
    ) -> Result<(Value, Option<String>), Attempt> {
        let place = &self.place;
        let target = ask.target();
        let path = target.split('?').next().unwrap_or_default();
        let doing = format!(
            "{} {path} on {} in {}",
            ask.method, domain.name, place.region
        );
        let final_failure = |failure| Attempt {
            failure,
            again: false,
        };
        let Some(url) = &domain.url else {
            return Err(final_failure(no_endpoint(domain, doing)));
        };
        let mut call = Call {
            method: ask.method,
            url: format!("{url}{target}"),
            headers: Vec::new(),
            body: String::new(),
        };
        if let Some(body) = &ask.body {
            call.body = body.to_string();
            let kind = ("content-type".to_owned(), "application/json".to_owned());
            call.headers.push(kind);
        }
        if domain.signed {
            let credentials = self.credentials().await.map_err(final_failure)?;
            // AWS signs by the wall clock, whatever time a sandbox tells.
            let now = jiff::Timestamp::now();
            signed(&mut call, &credentials, place.region.as_str(), now).map_err(|why| {
                final_failure(Failure::new(FailureKind::Internal, doing.clone(), why))
            })?;
        }
        let reply = self.http.send(&call, ask.most).await;
        let reply = reply.map_err(|why| unanswered(&why, domain, &doing))?;
        self.understood(reply, &doing)
    }

    fn understood(&self, reply: Reply, doing: &str) -> Result<(Value, Option<String>), Attempt> {
        let Reply {
            status,
            request_id,
            body,
        } = reply;
        if !(200..300).contains(&status) {
            let failure = refused::failure(status, &body, request_id, doing);
            let again = matches!(failure.kind, FailureKind::Server | FailureKind::Throttled);
            if failure.kind == FailureKind::Credentials {
                self.forget_credentials();
            }
            return Err(Attempt { failure, again });
        }
        match serde_json::from_slice(&body) {
            Ok(answer) => Ok((answer, request_id)),
            Err(error) => {
                let why = if body.is_empty() {
                    "the answer is empty where JSON was expected".to_owned()
                } else if error.is_eof() {
                    format!("the answer ends in the middle, after {} bytes", body.len())
                } else {
                    format!("the answer is not JSON ({error})")
                };
                let mut failure = Failure::new(FailureKind::ReplyLost, doing, why);
                failure.request_id = request_id;
                Err(Attempt {
                    failure,
                    again: true,
                })
            }
        }
    }

    /// The credentials, kept until shortly before they end.
    async fn credentials(&self) -> Result<Credentials, Failure> {
        let known = self.keys().clone();
        let soon = std::time::SystemTime::now() + MARGIN;
        if let Some(known) = known.filter(|keys| keys.expiry().is_none_or(|end| end > soon)) {
            return Ok(known);
        }
        let profile = self.place.profile.as_deref();
        let provider = self
            .provider
            .as_ref()
            .ok_or_else(|| no_credentials(profile, None))?;
        let fresh = provider
            .provide_credentials()
            .await
            .map_err(|error| no_credentials(profile, Some(&error)))?;
        *self.keys() = Some(fresh.clone());
        Ok(fresh)
    }

    fn forget_credentials(&self) {
        *self.keys() = None;
    }
}

fn no_endpoint(domain: &Domain, doing: String) -> Failure {
    Failure::new(
        FailureKind::WrongState,
        doing,
        format!(
            "{} has no endpoint yet: AWS is still making it, or it is being deleted",
            domain.name
        ),
    )
}

fn unanswered(why: &NoReply, domain: &Domain, doing: &str) -> Attempt {
    let kind = match why {
        NoReply::Unconnected(_) => FailureKind::Unreachable,
        NoReply::Lost(_) | NoReply::TooLarge(_) => FailureKind::ReplyLost,
        NoReply::Malformed(_) => FailureKind::Internal,
    };
    let message = match why {
        NoReply::Unconnected(why) => {
            let url = domain.url.as_deref().unwrap_or_default();
            format!("no connection to {url} could be made ({why})")
        }
        why => why.to_string(),
    };
    let mut failure = Failure::new(kind, doing, message);
    if kind == FailureKind::Unreachable {
        failure = failure.hint(unreachable(domain));
    }
    Attempt {
        failure,
        again: matches!(why, NoReply::Lost(_)),
    }
}

/// What it means that a domain cannot be reached.
fn unreachable(domain: &Domain) -> String {
    match domain.reach {
        Reach::Vpc => format!(
            "{} is in a VPC: its endpoint answers only inside that network. Connect to the VPC (a VPN, a bastion or a tunnel), or run snapdeck there. Nothing was sent.",
            domain.name
        ),
        Reach::Public | Reach::Named => {
            "Nothing was sent. Look at the network, the endpoint, its certificate and the proxy settings.".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_encoded_and_slashes_only_stand_between_them() {
        let ask = Ask::get(
            &["_snapshot", "my r", "a+b%ü"],
            &[("h", "id,status"), ("bytes", "b")],
            SMALL,
        );
        assert_eq!(
            ask.line(),
            "GET /_snapshot/my%20r/a%2Bb%25%C3%BC?h=id%2Cstatus&bytes=b"
        );
        assert_eq!(Ask::get(&[], &[], SMALL).line(), "GET /");
    }
}
