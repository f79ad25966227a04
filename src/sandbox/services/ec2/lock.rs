//! The lock of a snapshot.
//!
//! Invariants: the state is a function of the time; a lock that is over is `expired` and holds
//! nothing. In compliance mode, once the cooling-off period is over, a lock can only be extended.

use jiff::{SignedDuration, Timestamp};

use super::vocabulary::{LockMode, LockState};
use crate::sandbox::clock::later;

#[derive(Debug, Clone)]
pub(super) struct Lock {
    pub(super) mode: LockMode,
    pub(super) created: Timestamp,
    /// When the duration begins: with the lock, or with the completion of the snapshot.
    pub(super) starts: Timestamp,
    pub(super) expires: Timestamp,
    /// In hours.
    pub(super) cool_off: Option<u32>,
}

impl Lock {
    pub(super) fn state(&self, now: Timestamp) -> LockState {
        match self.mode {
            _ if now >= self.expires => LockState::Expired,
            LockMode::Governance => LockState::Governance,
            LockMode::Compliance if self.cool_off_expires().is_some_and(|end| now < end) => {
                LockState::ComplianceCoolOff
            }
            LockMode::Compliance => LockState::Compliance,
        }
    }

    pub(super) fn cool_off_expires(&self) -> Option<Timestamp> {
        let hours = self.cool_off?;
        Some(later(
            self.created,
            SignedDuration::from_hours(hours.into()),
        ))
    }

    /// The duration in days, rounded up.
    pub(super) fn days(&self) -> i64 {
        let seconds = self.expires.duration_since(self.starts).as_secs();
        (seconds + 86_399).div_euclid(86_400)
    }
}
