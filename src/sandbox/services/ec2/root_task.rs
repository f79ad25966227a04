//! The replacement of an instance's root volume.
//!
//! Invariants: the state is a function of what is stored and of the time. What the end of a task
//! does to volumes is planned with it and called off when it is made to fail.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::id::{ImageId, InstanceId, SnapshotId, TaskId, VolumeId};
use super::tags::Tags;
use super::vocabulary::TaskState;
use crate::sandbox::clock::later;

/// How long a task is pending, in progress, and failing.
const PENDING: SignedDuration = SignedDuration::from_secs(4);
const IN_PROGRESS: SignedDuration = SignedDuration::from_secs(16);
const FAILING: SignedDuration = SignedDuration::from_secs(8);
/// How long the status checks take after a reboot.
pub(super) const BOOTING: SignedDuration = SignedDuration::from_secs(60);

#[derive(Debug, Clone)]
pub(crate) struct ReplaceRootTask {
    pub(super) id: TaskId,
    pub(super) region: Arc<str>,
    pub(super) instance: InstanceId,
    pub(super) snapshot: Option<SnapshotId>,
    pub(super) image: Option<ImageId>,
    pub(super) old_root: VolumeId,
    pub(super) new_root: VolumeId,
    pub(super) deletes_old_root: bool,
    pub(super) tags: Tags,
    pub(super) started: Timestamp,
    failure: Option<Failure>,
}

/// How a task that was made to fail ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failure {
    /// With the original root volume back.
    At(Timestamp),
    /// Without any root volume.
    DetachedAt(Timestamp),
}

/// What making a task fail did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failed {
    RootComesBack,
    RootIsGone,
}

/// What a task is about.
pub(super) struct Asked {
    pub(super) instance: InstanceId,
    pub(super) snapshot: Option<SnapshotId>,
    pub(super) image: Option<ImageId>,
    pub(super) old_root: VolumeId,
    pub(super) new_root: VolumeId,
    pub(super) deletes_old_root: bool,
    pub(super) tags: Tags,
}

impl ReplaceRootTask {
    pub(super) fn new(id: TaskId, region: Arc<str>, asked: Asked, now: Timestamp) -> Self {
        let Asked {
            instance,
            snapshot,
            image,
            old_root,
            new_root,
            deletes_old_root,
            tags,
        } = asked;
        Self {
            id,
            region,
            instance,
            snapshot,
            image,
            old_root,
            new_root,
            deletes_old_root,
            tags,
            started: now,
            failure: None,
        }
    }

    /// When the work begins, and the instance goes down.
    pub(super) fn begins(&self) -> Timestamp {
        later(self.started, PENDING)
    }

    /// When all is done, if nothing goes wrong.
    pub(super) fn ends(&self) -> Timestamp {
        later(self.begins(), IN_PROGRESS)
    }

    pub(super) fn state(&self, now: Timestamp) -> TaskState {
        match self.failure {
            Some(Failure::At(at)) if at <= now => {
                if now < later(at, FAILING) {
                    TaskState::Failing
                } else {
                    TaskState::Failed
                }
            }
            Some(Failure::DetachedAt(at)) if at <= now => TaskState::FailedDetached,
            _ if now < self.begins() => TaskState::Pending,
            _ if now < self.ends() => TaskState::InProgress,
            _ => TaskState::Succeeded,
        }
    }

    pub(super) fn is_open(&self, now: Timestamp) -> bool {
        matches!(
            self.state(now),
            TaskState::Pending | TaskState::InProgress | TaskState::Failing
        )
    }

    pub(super) fn completed(&self, now: Timestamp) -> Option<Timestamp> {
        match (self.state(now), self.failure) {
            (TaskState::Succeeded, _) => Some(self.ends()),
            (TaskState::Failed, Some(Failure::At(at))) => Some(later(at, FAILING)),
            (TaskState::FailedDetached, Some(Failure::DetachedAt(at))) => Some(at),
            _ => None,
        }
    }

    /// Makes an open task fail. One that is failing already loses the original root volume too.
    pub(super) fn fail(&mut self, now: Timestamp) -> Result<Failed, TaskState> {
        match self.state(now) {
            TaskState::Pending | TaskState::InProgress => {
                self.failure = Some(Failure::At(now));
                Ok(Failed::RootComesBack)
            }
            TaskState::Failing => {
                self.failure = Some(Failure::DetachedAt(now));
                Ok(Failed::RootIsGone)
            }
            state => Err(state),
        }
    }
}
