//! An instance, as far as its volumes need one.
//!
//! Invariants: no operation starts or stops it; its state is the scenario's. Its volumes are
//! known by their attachments only.

use std::sync::Arc;

use jiff::Timestamp;

use super::id::{ImageId, InstanceId};
use super::tags::Tags;
use super::vocabulary::InstanceState;

#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(super) id: InstanceId,
    pub(super) region: Arc<str>,
    pub(super) zone: String,
    pub(super) kind: String,
    pub(super) state: InstanceState,
    pub(super) image: ImageId,
    pub(super) root_device: String,
    pub(super) hibernates: bool,
    pub(super) launched: Timestamp,
    pub(super) tags: Tags,
    /// From when to when its status checks are `initializing`.
    pub(super) reboots: Vec<(Timestamp, Timestamp)>,
}

impl Instance {
    pub(super) fn is_rebooting(&self, now: Timestamp) -> bool {
        self.reboots
            .iter()
            .any(|(from, until)| *from <= now && now < *until)
    }

    pub(super) fn is_running(&self) -> bool {
        self.state == InstanceState::Running
    }
}
