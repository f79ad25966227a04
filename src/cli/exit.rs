//! Exit codes: a contract with scripts.

use anyhow::Error;

use crate::{
    config::ConfigError,
    domain::{
        failure::{Failure, FailureKind},
        lifecycle::Lifecycle,
        operation::{Cause, Operation},
    },
};

/// What an exit code means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Code {
    /// Done.
    Done = 0,
    /// The operation ended failed.
    Failed = 1,
    /// Usage, or a value that cannot be right.
    Usage = 2,
    /// Refused: not confirmed, read-only, or a failing check.
    Refused = 3,
    /// No valid credentials, or not permitted.
    NotPermitted = 4,
    /// Not found.
    NotFound = 5,
    /// Limit reached, conflict, or wrong state.
    Limit = 6,
    /// Unreachable, or throttled to the end of its retries.
    Unreachable = 7,
    /// Still running when the wait ran out.
    StillRunning = 8,
    /// Outcome unknown even after reconciling.
    Unknown = 9,
    /// Ended partial.
    Partial = 10,
    /// Interrupted: detached, nothing cancelled.
    Interrupted = 130,
}

impl Code {
    /// Every code, in order.
    pub const ALL: [Self; 12] = [
        Self::Done,
        Self::Failed,
        Self::Usage,
        Self::Refused,
        Self::NotPermitted,
        Self::NotFound,
        Self::Limit,
        Self::Unreachable,
        Self::StillRunning,
        Self::Unknown,
        Self::Partial,
        Self::Interrupted,
    ];

    /// What it means, as a sentence: in the manual, and in the README's table.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Done => "Done.",
            Self::Failed => "The operation ended failed.",
            Self::Usage => "Usage, or a value that cannot be right.",
            Self::Refused => "Refused: not confirmed, read-only, or a failing check.",
            Self::NotPermitted => "No valid credentials, or not permitted.",
            Self::NotFound => "Not found.",
            Self::Limit => "Limit reached, conflict, or wrong state.",
            Self::Unreachable => "Unreachable, or throttled to the end of its retries.",
            Self::StillRunning => {
                "Still running when the wait ran out; 'snapdeck operations wait' watches it."
            }
            Self::Unknown => "Outcome unknown even after looking for it.",
            Self::Partial => "Ended partial.",
            Self::Interrupted => "Interrupted: detached, nothing was cancelled.",
        }
    }

    /// What it means, in a word or two.
    fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Usage => "usage",
            Self::Refused => "refused",
            Self::NotPermitted => "not permitted",
            Self::NotFound => "not found",
            Self::Limit => "limit or wrong state",
            Self::Unreachable => "unreachable",
            Self::StillRunning => "still running",
            Self::Unknown => "outcome unknown",
            Self::Partial => "partial",
            Self::Interrupted => "interrupted",
        }
    }
}

/// All codes on one line, for the help.
pub(super) fn summary() -> String {
    let codes = Code::ALL.map(|code| format!("{} {}", code as u8, code.word()));
    format!("Exit codes: {}.", codes.join(", "))
}

impl From<Code> for std::process::ExitCode {
    fn from(code: Code) -> Self {
        Self::from(code as u8)
    }
}

impl From<FailureKind> for Code {
    fn from(kind: FailureKind) -> Self {
        match kind {
            FailureKind::Invalid => Self::Usage,
            FailureKind::Refused => Self::Refused,
            FailureKind::Credentials | FailureKind::Denied => Self::NotPermitted,
            FailureKind::NotFound => Self::NotFound,
            FailureKind::Limit | FailureKind::WrongState => Self::Limit,
            FailureKind::Throttled
            | FailureKind::Busy
            | FailureKind::Unreachable
            | FailureKind::ReplyLost
            | FailureKind::Server => Self::Unreachable,
            FailureKind::Internal => Self::Failed,
        }
    }
}

/// The exit code of an operation as it stands. One that runs is a success: AWS took it on.
#[must_use]
pub fn of_operation(operation: &Operation) -> Code {
    match operation.lifecycle {
        Lifecycle::Completed | Lifecycle::Accepted | Lifecycle::InProgress { .. } => Code::Done,
        Lifecycle::Requested | Lifecycle::Unknown => Code::StillRunning,
        Lifecycle::Partial => Code::Partial,
        Lifecycle::Lost => Code::Unknown,
        Lifecycle::Failed => match operation.failure {
            Some(Cause::Invalid) => Code::Usage,
            Some(Cause::Denied) => Code::NotPermitted,
            Some(Cause::NotFound) => Code::NotFound,
            Some(Cause::Limit) => Code::Limit,
            Some(Cause::Unreachable) => Code::Unreachable,
            Some(Cause::Failed) | None => Code::Failed,
        },
    }
}

/// The exit code of an error.
#[must_use]
pub fn of(error: &Error) -> Code {
    if let Some(failure) = error.downcast_ref::<Failure>() {
        failure.kind.into()
    } else if error.is::<ConfigError>() {
        Code::Usage
    } else {
        Code::Failed
    }
}
