//! What was asked and what became of it: the record that the journal keeps.

use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    failure::{Failure, FailureKind},
    form::Request,
    lifecycle::Lifecycle,
    pace::Readings,
};

/// The name of an operation, for example `op-3f9a02c17be4`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OperationId(String);

impl OperationId {
    /// An id made of 48 random bits.
    #[must_use]
    pub fn from_random(bits: u64) -> Self {
        Self(format!("op-{:012x}", bits & 0xffff_ffff_ffff))
    }

    /// Reads an id as it was printed.
    ///
    /// # Errors
    /// A sentence that names the value and the form expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix("op-").unwrap_or_default();
        if digits.len() == 12
            && digits
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!(
                "'{}' is not the id of an operation; one looks like op-3f9a02c17be4, and 'snapdeck operations list' shows them",
                super::text::harmless(text)
            ))
        }
    }

    /// The id as it is printed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What to look at to see how an operation is doing. Plain data that the service wrote and the
/// service reads, so that a later process can go on watching.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitTarget {
    /// What sort of thing is looked at, in the service's own words: `snapshot`, `directory_stage`.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// What else the service needs to tell one state from another, for example a stage's date.
    #[serde(default)]
    pub facts: BTreeMap<String, String>,
}

/// What was so before a request was sent, as the service wrote it down.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// The resource that is changed, where it is another one than the target: a restore's target is a
    /// snapshot, and what it changes is the directory. Two requests that change the same one in the
    /// same way exclude each other until it is known what became of the first.
    #[serde(default)]
    pub subject: Option<String>,
    /// What reconciliation compares with after a lost reply.
    #[serde(default)]
    pub facts: Value,
}

/// A change that was asked for, from the moment before it was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    /// Its name.
    pub id: OperationId,
    /// What was asked, of what, and under which identity.
    pub request: Request,
    /// Where it stands.
    pub lifecycle: Lifecycle,
    /// When it was written down, before anything was sent.
    pub requested_at: Timestamp,
    /// When its state last changed.
    pub changed_at: Timestamp,
    /// When it reached its final state.
    pub finished_at: Option<Timestamp>,
    /// The resource that it makes or changes, once known.
    pub resource: Option<String>,
    /// AWS's state of that resource when last looked at: `Creating`, `Restoring`.
    pub stage: Option<String>,
    /// Why it stands where it stands: AWS's message, or this program's account of a lost reply.
    pub reason: Option<String>,
    /// What to do about it, where it failed or cannot be told.
    pub advice: Option<String>,
    /// What sort of failure ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Cause>,
    /// AWS's request id of the change.
    pub request_id: Option<String>,
    /// What is to be known of it for good: that its reply was lost, and how it was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Why the user did it, in the user's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_reason: Option<String>,
    /// Whether AWS has refused every attempt so far and none is under way: nothing was done.
    #[serde(default)]
    pub held: bool,
    /// How long it usually takes, in words, where AWS says; an estimate.
    pub expected: Option<String>,
    /// What to watch.
    pub wait: Option<WaitTarget>,
    /// Which of its calls it is at, counted from 0: most operations are one call, some go on with
    /// another one once the first has taken effect.
    #[serde(default)]
    pub step: u32,
    /// What AWS has reported of how far it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub readings: Option<Readings>,
    /// What was so before.
    pub baseline: Baseline,
    /// The process that sends it, by the name of its session; see the journal.
    pub session: String,
}

/// The sort of failure that ended an operation, kept for the exit code of a later process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// AWS refused the value.
    Invalid,
    /// No valid credentials, or not permitted.
    Denied,
    /// No such resource.
    NotFound,
    /// A quota, a conflict or a wrong state.
    Limit,
    /// Unreachable, or throttled to the end.
    Unreachable,
    /// It was carried out and failed.
    Failed,
}

impl From<FailureKind> for Cause {
    fn from(kind: FailureKind) -> Self {
        match kind {
            FailureKind::Invalid => Self::Invalid,
            FailureKind::Credentials | FailureKind::Denied => Self::Denied,
            FailureKind::NotFound => Self::NotFound,
            FailureKind::Limit | FailureKind::WrongState => Self::Limit,
            FailureKind::Throttled | FailureKind::Busy | FailureKind::Unreachable => {
                Self::Unreachable
            }
            FailureKind::Refused
            | FailureKind::ReplyLost
            | FailureKind::Server
            | FailureKind::Internal => Self::Failed,
        }
    }
}

impl Operation {
    /// A change about to be asked for; nothing has been sent.
    #[must_use]
    pub fn requested(
        id: OperationId,
        request: Request,
        baseline: Baseline,
        session: &str,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            request,
            lifecycle: Lifecycle::Requested,
            requested_at: now,
            changed_at: now,
            finished_at: None,
            resource: None,
            stage: None,
            reason: None,
            advice: None,
            failure: None,
            request_id: None,
            note: None,
            given_reason: None,
            held: false,
            expected: None,
            wait: None,
            step: 0,
            readings: None,
            baseline,
            session: session.to_owned(),
        }
    }

    /// The resource that is changed.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.baseline
            .subject
            .as_deref()
            .unwrap_or(&self.request.target)
    }

    /// Whether it will change no more.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.lifecycle.is_terminal()
    }

    /// Whether it may have been sent and nobody knows yet what became of it. While one stands, the
    /// same action on the same resource is refused: it could be done twice.
    #[must_use]
    pub fn is_unresolved(&self) -> bool {
        matches!(self.lifecycle, Lifecycle::Requested | Lifecycle::Unknown)
    }

    /// The failure that ended it, for reporting; `None` while it runs or where it went well.
    #[must_use]
    pub fn as_failure(&self) -> Option<Failure> {
        let cause = self.failure?;
        let kind = match cause {
            Cause::Invalid => FailureKind::Invalid,
            Cause::Denied => FailureKind::Denied,
            Cause::NotFound => FailureKind::NotFound,
            Cause::Limit => FailureKind::Limit,
            Cause::Unreachable => FailureKind::Unreachable,
            Cause::Failed => FailureKind::Internal,
        };
        let doing = format!(
            "{} on {} in {}",
            self.request.action, self.request.target, self.request.place.region
        );
        let mut failure = Failure::new(kind, doing, self.reason.clone().unwrap_or_default());
        failure.request_id.clone_from(&self.request_id);
        failure.hint.clone_from(&self.advice);
        Some(failure)
    }

    /// The operation as scripts read it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let place = &self.request.place;
        json!({
            "id": self.id,
            "service": self.request.service,
            "action": self.request.action,
            "target": self.request.target,
            "resource": self.resource,
            "account": place.account,
            "region": place.region,
            "status": self.lifecycle.status(),
            "percent": self.lifecycle.percent(),
            "requested_at": self.requested_at.to_string(),
            "finished_at": self.finished_at.map(|t| t.to_string()),
            "reason": self.reason,
            "request_id": self.request_id,
            "stage": self.stage,
            "expected": self.expected,
            "advice": self.advice,
            "note": self.note,
            "given_reason": self.given_reason,
            "profile": place.profile,
            "endpoint": place.endpoint,
            "endpoints": place.endpoints,
            "values": self.request.values,
        })
    }
}
