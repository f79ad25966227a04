//! Fast restores of a snapshot, one an Availability Zone.
//!
//! Invariants: the state is a function of the time. AWS optimizes a TiB in an hour.

use jiff::{SignedDuration, Timestamp};

use super::vocabulary::FastRestoreState;
use crate::sandbox::clock::later;

/// How long switching on and off takes.
const SWITCHING: SignedDuration = SignedDuration::from_secs(10);
const OPTIMIZING_A_GIB: SignedDuration = SignedDuration::from_millis(3_600_000 / 1024);

#[derive(Debug, Clone)]
pub(super) struct FastRestore {
    pub(super) zone: String,
    pub(super) enabling: Timestamp,
    /// In GiB.
    size: u32,
    pub(super) disabling: Option<Timestamp>,
}

impl FastRestore {
    pub(super) fn enable(zone: &str, size: u32, now: Timestamp) -> Self {
        Self {
            zone: zone.to_owned(),
            enabling: now,
            size,
            disabling: None,
        }
    }

    pub(super) fn disable(&mut self, now: Timestamp) {
        self.disabling = self.disabling.or(Some(now));
    }

    pub(super) fn optimizing(&self) -> Timestamp {
        later(self.enabling, SWITCHING)
    }

    pub(super) fn enabled(&self) -> Timestamp {
        later(
            self.optimizing(),
            OPTIMIZING_A_GIB * self.size.cast_signed(),
        )
    }

    pub(super) fn disabled(&self) -> Option<Timestamp> {
        self.disabling.map(|at| later(at, SWITCHING))
    }

    pub(super) fn state(&self, now: Timestamp) -> FastRestoreState {
        match (self.disabling, self.disabled()) {
            (_, Some(disabled)) if disabled <= now => FastRestoreState::Disabled,
            (Some(disabling), _) if disabling <= now => FastRestoreState::Disabling,
            _ if now >= self.enabled() => FastRestoreState::Enabled,
            _ if now >= self.optimizing() => FastRestoreState::Optimizing,
            _ => FastRestoreState::Enabling,
        }
    }

    /// Is it on, or on the way to it?
    pub(super) fn is_on(&self, now: Timestamp) -> bool {
        !matches!(
            self.state(now),
            FastRestoreState::Disabling | FastRestoreState::Disabled
        )
    }
}
