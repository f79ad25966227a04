//! Errors as the engine writes them.
//!
//! Invariants: an error changes nothing. The front end's own refusals are no errors of the engine.

use hyper::StatusCode;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::texts::search as texts;

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Halt {
    /// The front end refuses.
    FrontEnd(Refusal),
    Engine(Box<EngineError>),
}

/// An error of the engine.
#[derive(Debug, Clone)]
pub(super) struct EngineError {
    status: StatusCode,
    kind: &'static str,
    reason: String,
    /// Further members, such as the index.
    members: Vec<(&'static str, Value)>,
    /// The outermost first.
    causes: Vec<(&'static str, String)>,
    /// Is the last cause, not the error itself, the root?
    rooted: bool,
}

impl From<EngineError> for Halt {
    fn from(error: EngineError) -> Self {
        Self::Engine(Box::new(error))
    }
}

impl From<Refusal> for Halt {
    fn from(refusal: Refusal) -> Self {
        Self::FrontEnd(refusal)
    }
}

impl EngineError {
    pub(super) fn new(status: u16, kind: &'static str, reason: impl Into<String>) -> Self {
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            kind,
            reason: reason.into(),
            members: Vec::new(),
            causes: Vec::new(),
            rooted: false,
        }
    }

    pub(super) fn reason(&self) -> &str {
        &self.reason
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.members.push((name, value.into()));
        self
    }

    pub(super) fn caused_by(mut self, kind: &'static str, reason: impl Into<String>) -> Self {
        self.causes.push((kind, reason.into()));
        self
    }

    /// Its first cause is its root.
    pub(super) fn rooted(mut self) -> Self {
        self.rooted = true;
        self
    }

    pub(super) fn answer(&self) -> Answer {
        let mut error = Map::new();
        let named = |kind: &str, reason: &str| {
            let mut members = Map::new();
            members.insert("type".to_owned(), json!(kind));
            members.insert("reason".to_owned(), json!(reason));
            members
        };
        let mut own = named(self.kind, &self.reason);
        for (name, value) in &self.members {
            own.insert((*name).to_owned(), value.clone());
        }
        let root = match self.causes.first() {
            Some((kind, reason)) if self.rooted => named(kind, reason),
            _ => own.clone(),
        };
        error.insert("root_cause".to_owned(), json!([root]));
        error.append(&mut own);
        let causes = self
            .causes
            .iter()
            .rev()
            .fold(None, |inner, (kind, reason)| {
                let mut cause = named(kind, reason);
                if let Some(inner) = inner {
                    cause.insert("caused_by".to_owned(), Value::Object(inner));
                }
                Some(cause)
            });
        if let Some(cause) = causes {
            error.insert("caused_by".to_owned(), Value::Object(cause));
        }
        let body = json!({ "error": error, "status": self.status.as_u16() });
        Answer::json(self.status, body)
    }
}

pub(super) fn illegal_argument(reason: impl Into<String>) -> Halt {
    EngineError::new(400, "illegal_argument_exception", reason).into()
}

pub(super) fn no_such_index(name: &str) -> Halt {
    EngineError::new(
        404,
        "index_not_found_exception",
        texts::NO_SUCH_INDEX.with(&[name]),
    )
    .with("index", name)
    .with("resource.id", name)
    .with("resource.type", "index_or_alias")
    .with("index_uuid", "_na_")
    .into()
}

pub(super) fn no_such_repository(name: &str) -> Halt {
    let text = texts::NO_SUCH_REPOSITORY.with(&[name]);
    EngineError::new(404, "repository_missing_exception", text).into()
}

pub(super) fn no_such_snapshot(repository: &str, name: &str) -> Halt {
    let text = texts::NO_SUCH_SNAPSHOT.with(&[repository, name]);
    EngineError::new(404, "snapshot_missing_exception", text).into()
}

pub(super) fn invalid_index_name(name: &str, why: &str) -> Halt {
    let text = texts::INVALID_INDEX_NAME.with(&[name, why]);
    EngineError::new(400, "invalid_index_name_exception", text)
        .with("index", name)
        .with("index_uuid", "_na_")
        .into()
}

pub(super) fn validation(problem: &str) -> Halt {
    let text = texts::VALIDATION_FAILED.with(&[problem]);
    EngineError::new(400, "action_request_validation_exception", text).into()
}

/// Fine-grained access control does not allow this.
pub(super) fn no_permission(action: &str, user: &str) -> Halt {
    let text = texts::NO_PERMISSION.with(&[action, user]);
    EngineError::new(403, "security_exception", text).into()
}
