//! The one state machine of the program.
//!
//! ```text
//! Requested ──> Accepted ──> InProgress ──> Completed | Partial | Failed
//!     │             │             │
//!     │ reply lost  └─────────────┴──────> (any of the three)
//!     ├──> Unknown ──> Accepted | Completed | Failed      reconciliation found its trace
//!     │       └──────> Lost                               it found none and stopped looking
//!     └──> Failed                                         AWS refused
//!
//! Accepted | InProgress ──> Requested                     what was asked for goes on with another call
//! ```
//!
//! Invariants, each with a property test: terminal states absorb every observation; a percentage
//! never goes back; `Partial` is never folded into `Completed`; only reconciliation leaves `Unknown`, or
//! the reply itself, where it comes late.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    failure::Failure,
    operation::{Cause, Operation, WaitTarget},
    pace::{Reading, Readings},
};

/// Where an operation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Lifecycle {
    /// Written down; sent, or about to be.
    Requested,
    /// AWS took it on.
    Accepted,
    /// AWS is at it.
    InProgress {
        /// As AWS reports it, 0 to 99; `None` where it reports none.
        percent: Option<u8>,
    },
    /// Done.
    Completed,
    /// Done in part: something is missing.
    Partial,
    /// Refused, or carried out and failed.
    Failed,
    /// Sent, and the reply was lost: being looked for.
    Unknown,
    /// The reply was lost and no trace of it was found: nobody can say whether it took effect.
    Lost,
}

impl Lifecycle {
    /// Whether it is final.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        matches!(
            self,
            Self::Completed | Self::Partial | Self::Failed | Self::Lost
        )
    }

    /// The word for it in the output of scripts. [`Lifecycle::Lost`] reads `unknown` too and is told
    /// apart by its `finished_at`.
    #[must_use]
    pub fn status(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Accepted => "accepted",
            Self::InProgress { .. } => "in_progress",
            Self::Completed => "completed",
            Self::Partial => "partial",
            Self::Failed => "failed",
            Self::Unknown | Self::Lost => "unknown",
        }
    }

    /// The percentage AWS reports; 100 once completed.
    #[must_use]
    pub fn percent(self) -> Option<u8> {
        match self {
            Self::InProgress { percent } => percent,
            Self::Completed => Some(100),
            _ => None,
        }
    }
}

/// What AWS took on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The resource made or changed, where AWS named it.
    pub resource: Option<String>,
    /// AWS's request id.
    pub request_id: Option<String>,
    /// What to watch; `None` where the reply was the end of it.
    pub wait: Option<WaitTarget>,
    /// How long it usually takes, in words.
    pub expected: Option<String>,
    /// AWS's state of the resource, where the reply was the end of it and something is to be said.
    pub stage: Option<String>,
}

/// Something seen or heard of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observation {
    /// AWS took it on.
    Accepted(Accepted),
    /// It was refused and will be sent again: a passing refusal, so nothing was done.
    Delayed {
        /// Why, and for how long.
        reason: String,
    },
    /// It is being sent again after such a refusal.
    Resent,
    /// Its reply was lost, and this is the trace that was found of it.
    Found {
        /// What AWS took on.
        accepted: Accepted,
        /// How it was found, and how sure that is.
        note: String,
    },
    /// It is going on.
    Progress {
        /// As AWS reports it.
        percent: Option<u8>,
        /// AWS's state of the resource.
        stage: String,
    },
    /// One call of it has taken effect, and another one belongs to it, which is to be sent now.
    Next {
        /// Which call that is. The first one, which was asked for, is 0.
        step: u32,
        /// AWS's state of the resource.
        stage: String,
    },
    /// It is done.
    Completed {
        /// AWS's state of the resource.
        stage: String,
    },
    /// It is done in part.
    Partial {
        /// AWS's state of the resource.
        stage: String,
        /// What is missing.
        reason: String,
    },
    /// It failed.
    Failed {
        /// AWS's state of the resource, where it has one.
        stage: Option<String>,
        /// AWS's own account of why.
        reason: String,
        /// What to do about it.
        advice: Option<String>,
    },
    /// AWS refused it; nothing was done.
    Refused(Failure),
    /// It was sent and no reply came that can be understood.
    ReplyLost(Failure),
    /// No trace of it was found, and looking was given up.
    GaveUp {
        /// What was looked at.
        reason: String,
        /// What to do about it.
        advice: Option<String>,
    },
    /// Looking failed this time; says nothing of the operation.
    Unseen {
        /// Why.
        reason: String,
    },
}

impl Operation {
    /// Takes an observation in. Answers whether anything changed.
    ///
    /// An observation that cannot be of this state, such as progress of what was refused, is left
    /// out: two processes may watch the same operation, and one may be late.
    pub fn apply(&mut self, observation: Observation, now: Timestamp) -> bool {
        if self.lifecycle.is_terminal() {
            return false;
        }
        let before = self.clone();
        match observation {
            Observation::Accepted(accepted) => self.accept(accepted),
            Observation::Delayed { reason } => {
                if self.lifecycle == Lifecycle::Requested {
                    self.reason = Some(reason);
                    self.held = true;
                }
            }
            Observation::Resent => self.held = false,
            Observation::Found { accepted, note } => {
                if self.is_unresolved() {
                    self.accept(accepted);
                    self.note = Some(note);
                }
            }
            Observation::Progress { percent, stage } => self.progress(percent, stage, now),
            Observation::Next { step, stage } => {
                // Several processes may see the same; only the first one sends it.
                if self.is_watched() && step == self.step + 1 {
                    self.lifecycle = Lifecycle::Requested;
                    self.step = step;
                    self.stage = Some(stage);
                    self.reason = None;
                    self.wait = None;
                    self.readings = None;
                }
            }
            Observation::Completed { stage } => {
                if self.is_watched() {
                    self.lifecycle = Lifecycle::Completed;
                    self.stage = Some(stage);
                    self.reason = None;
                }
            }
            Observation::Partial { stage, reason } => {
                if self.is_watched() {
                    self.lifecycle = Lifecycle::Partial;
                    self.stage = Some(stage);
                    self.reason = Some(reason);
                }
            }
            Observation::Failed {
                stage,
                reason,
                advice,
            } => {
                if self.is_watched() {
                    self.lifecycle = Lifecycle::Failed;
                    self.failure = Some(Cause::Failed);
                    self.stage = stage.or(self.stage.take());
                    self.reason = Some(reason);
                    self.advice = advice;
                }
            }
            Observation::Refused(failure) => {
                if self.is_unresolved() {
                    self.lifecycle = Lifecycle::Failed;
                    self.failure = Some(failure.kind.into());
                    self.reason = Some(failure.reason());
                    self.advice = failure.hint;
                    self.request_id = failure.request_id;
                }
            }
            Observation::ReplyLost(failure) => {
                if self.lifecycle == Lifecycle::Requested {
                    self.lifecycle = Lifecycle::Unknown;
                    self.reason = Some(failure.reason());
                    self.request_id = failure.request_id;
                }
            }
            Observation::GaveUp { reason, advice } => {
                if self.lifecycle == Lifecycle::Unknown {
                    self.lifecycle = Lifecycle::Lost;
                    self.reason = Some(reason);
                    self.advice = advice;
                }
            }
            Observation::Unseen { reason } => self.reason = Some(reason),
        }
        let changed = *self != before;
        if changed {
            self.changed_at = now;
            if self.lifecycle.is_terminal() {
                self.finished_at = Some(now);
            }
        }
        changed
    }

    /// Whether AWS has taken it on, so that watching can say something about it.
    fn is_watched(&self) -> bool {
        matches!(
            self.lifecycle,
            Lifecycle::Accepted | Lifecycle::InProgress { .. }
        )
    }

    fn accept(&mut self, accepted: Accepted) {
        if !self.is_unresolved() {
            return;
        }
        self.held = false;
        self.lifecycle = if accepted.wait.is_some() {
            Lifecycle::Accepted
        } else {
            Lifecycle::Completed
        };
        self.reason = None;
        self.resource = accepted.resource;
        self.request_id = accepted.request_id.or(self.request_id.take());
        self.wait = accepted.wait;
        self.expected = accepted.expected;
        self.stage = accepted.stage.or(self.stage.take());
    }

    fn progress(&mut self, percent: Option<u8>, stage: String, now: Timestamp) {
        let known = match self.lifecycle {
            Lifecycle::Accepted => None,
            Lifecycle::InProgress { percent } => percent,
            _ => return,
        };
        // 100 is for AWS's final word alone.
        let percent = percent.map(|p| p.min(99)).max(known);
        self.lifecycle = Lifecycle::InProgress { percent };
        if let Some(percent) = percent {
            self.readings = Some(Readings::with(self.readings, Reading { percent, at: now }));
        }
        self.stage = Some(stage);
        self.reason = None;
    }
}

#[cfg(test)]
mod tests;
