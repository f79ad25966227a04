//! A volume and its attachments.
//!
//! Invariants: states are functions of what is stored and of the time; what is planned (the end
//! of a replacement of a root volume) is stored with its time and can be called off before it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::id::{InstanceId, SnapshotId, VolumeId};
use super::tags::Tags;
use super::vocabulary::{AttachmentState, VolumeState, VolumeType};
use crate::sandbox::clock::later;

/// How long making, attaching and detaching take.
pub(super) const SWITCHING: SignedDuration = SignedDuration::from_secs(5);

#[derive(Debug, Clone)]
pub(crate) struct Volume {
    pub(super) id: VolumeId,
    pub(super) region: Arc<str>,
    pub(super) zone: String,
    pub(super) kind: VolumeType,
    /// In GiB.
    pub(super) size: u32,
    pub(super) iops: Option<u32>,
    /// In MiB/s.
    pub(super) throughput: Option<u32>,
    /// The KMS key; none: not encrypted.
    pub(super) key: Option<Arc<str>>,
    pub(super) snapshot: Option<SnapshotId>,
    pub(super) multi_attach: bool,
    pub(super) fast_restored: bool,
    /// In MiB/s.
    pub(super) initialization_rate: Option<u32>,
    pub(super) tags: Tags,
    pub(super) created: Timestamp,
    /// When it stops being `creating`.
    pub(super) ready: Timestamp,
    pub(super) failed: Option<Timestamp>,
    /// When its deletion was asked for.
    pub(super) deleting: Option<Timestamp>,
    /// When it is gone.
    pub(super) deleted: Option<Timestamp>,
    pub(super) attachments: Vec<Attachment>,
    /// The volume that its blocks began on.
    pub(super) lineage: VolumeId,
}

#[derive(Debug, Clone)]
pub(super) struct Attachment {
    pub(super) instance: InstanceId,
    pub(super) device: String,
    pub(super) delete_on_termination: bool,
    /// When it was asked for, and when it is `attached`.
    pub(super) began: Timestamp,
    pub(super) attached: Timestamp,
    /// When leaving was asked for, and when it is over.
    pub(super) leaving: Option<(Timestamp, Timestamp)>,
}

impl Attachment {
    pub(super) fn state(&self, now: Timestamp) -> AttachmentState {
        match self.leaving {
            Some((_, over)) if over <= now => AttachmentState::Detached,
            Some((asked, _)) if asked <= now => AttachmentState::Detaching,
            _ if now < self.attached => AttachmentState::Attaching,
            _ => AttachmentState::Attached,
        }
    }

    /// Does it exist now?
    pub(super) fn holds(&self, now: Timestamp) -> bool {
        self.began <= now && self.state(now) != AttachmentState::Detached
    }

    pub(super) fn leave(&mut self, now: Timestamp) {
        self.leaving = Some((now, later(now, SWITCHING)));
    }
}

impl Volume {
    pub(super) fn exists(&self, now: Timestamp) -> bool {
        self.created <= now && self.deleted.is_none_or(|deleted| now < deleted)
    }

    pub(super) fn state(&self, now: Timestamp) -> VolumeState {
        if self.deleted.is_some_and(|deleted| deleted <= now) {
            VolumeState::Deleted
        } else if self.deleting.is_some_and(|deleting| deleting <= now) {
            VolumeState::Deleting
        } else if self.failed.is_some_and(|failed| failed <= now) {
            VolumeState::Error
        } else if now < self.ready {
            VolumeState::Creating
        } else if self.attachments(now).next().is_some() {
            VolumeState::InUse
        } else {
            VolumeState::Available
        }
    }

    /// The attachments that there are now.
    pub(super) fn attachments(&self, now: Timestamp) -> impl Iterator<Item = &Attachment> {
        self.attachments
            .iter()
            .filter(move |attachment| attachment.holds(now))
    }

    pub(super) fn attachment(&self, instance: InstanceId, now: Timestamp) -> Option<&Attachment> {
        self.attachments(now)
            .find(|attachment| attachment.instance == instance)
    }

    pub(super) fn attachment_mut(
        &mut self,
        instance: InstanceId,
        now: Timestamp,
    ) -> Option<&mut Attachment> {
        self.attachments
            .iter_mut()
            .find(|attachment| attachment.instance == instance && attachment.holds(now))
    }

    pub(super) fn delete(&mut self, now: Timestamp) {
        self.deleting = Some(now);
        self.deleted = Some(later(now, SWITCHING));
    }

    /// Makes its creation fail; otherwise says the state it is in.
    pub(super) fn fail(&mut self, now: Timestamp) -> Result<(), VolumeState> {
        match self.state(now) {
            VolumeState::Creating => {
                self.failed = Some(now);
                Ok(())
            }
            state => Err(state),
        }
    }
}
