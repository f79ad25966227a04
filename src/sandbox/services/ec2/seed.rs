//! What a scenario says of EC2, before there is a time to count its ages from.
//!
//! Invariants: ages are durations before the start of the world; what AWS would not show together
//! was refused by the scenario's reader. Keys are as the scenario writes them: an ARN, an alias, a
//! key id, or empty for the AWS managed key.

use jiff::SignedDuration;

use super::id::{ImageId, InstanceId, SnapshotId, VolumeId};
use super::tags::Tags;
use super::vocabulary::{InstanceState, LockMode, SnapshotState, VolumeState, VolumeType};

/// Everything of EC2 to begin with.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seeds {
    pub(crate) instances: Vec<InstanceSeed>,
    pub(crate) volumes: Vec<VolumeSeed>,
    pub(crate) images: Vec<ImageSeed>,
    pub(crate) snapshots: Vec<SnapshotSeed>,
    pub(crate) bin: Option<BinRule>,
    /// For how long a new resource is not to be seen.
    pub(crate) lag: SignedDuration,
}

/// A retention rule of the Recycle Bin, for snapshots.
#[derive(Debug, Clone)]
pub(crate) struct BinRule {
    pub(crate) keeps: SignedDuration,
    /// Snapshots with one of these tags are deleted at once.
    pub(crate) excludes: Tags,
}

#[derive(Debug, Clone)]
pub(crate) struct InstanceSeed {
    pub(crate) id: InstanceId,
    pub(crate) zone: Place,
    pub(crate) kind: String,
    pub(crate) state: InstanceState,
    pub(crate) image: Option<ImageId>,
    pub(crate) root_device: String,
    pub(crate) hibernates: bool,
    pub(crate) age: SignedDuration,
    pub(crate) tags: Tags,
}

/// A zone and the Region that it is in.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) region: String,
    pub(crate) zone: String,
}

#[derive(Debug, Clone)]
pub(crate) struct VolumeSeed {
    pub(crate) id: VolumeId,
    pub(crate) zone: Place,
    pub(crate) kind: VolumeType,
    pub(crate) size: u32,
    pub(crate) iops: Option<u32>,
    pub(crate) throughput: Option<u32>,
    pub(crate) key: Option<String>,
    pub(crate) snapshot: Option<SnapshotId>,
    pub(crate) multi_attach: bool,
    /// `InUse` goes with attachments.
    pub(crate) state: VolumeState,
    pub(crate) age: SignedDuration,
    pub(crate) tags: Tags,
    pub(crate) attachments: Vec<AttachmentSeed>,
}

#[derive(Debug, Clone)]
pub(crate) struct AttachmentSeed {
    pub(crate) instance: InstanceId,
    pub(crate) device: String,
    pub(crate) delete_on_termination: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct ImageSeed {
    pub(crate) id: ImageId,
    pub(crate) region: String,
    pub(crate) owner: Option<String>,
    pub(crate) owner_alias: Option<String>,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) public: bool,
    pub(crate) age: SignedDuration,
    /// The first is the root device's.
    pub(crate) snapshots: Vec<SnapshotId>,
    pub(crate) tags: Tags,
}

#[derive(Debug, Clone)]
pub(crate) struct SnapshotSeed {
    pub(crate) id: SnapshotId,
    pub(crate) region: String,
    pub(crate) owner: Option<String>,
    pub(crate) owner_alias: Option<String>,
    /// None: a copy.
    pub(crate) volume: Option<VolumeId>,
    pub(crate) size: u32,
    pub(crate) key: Option<String>,
    pub(crate) state: SnapshotState,
    pub(crate) age: SignedDuration,
    pub(crate) description: String,
    pub(crate) tags: Tags,
    pub(crate) public: bool,
    pub(crate) shared_with: Vec<String>,
    pub(crate) lock: Option<LockSeed>,
    /// How long ago archiving it began.
    pub(crate) archived: Option<SignedDuration>,
    /// How long ago it was moved to the Recycle Bin.
    pub(crate) binned: Option<SignedDuration>,
    pub(crate) fast_restores: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct LockSeed {
    pub(crate) mode: LockMode,
    pub(crate) age: SignedDuration,
    pub(crate) days: u32,
    /// In hours.
    pub(crate) cool_off: Option<u32>,
}
