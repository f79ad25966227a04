//! What a scenario says of a directory, before there is a time to count its ages from.
//!
//! Invariants: ages are durations before the start of the world; what AWS would not show together
//! was refused by the scenario's reader.

use jiff::SignedDuration;

use super::id::{DirectoryId, SnapshotId};
use super::vocabulary::{
    DirectoryType, Edition, OsVersion, ShareMethod, ShareStatus, Size, SnapshotStatus,
    SnapshotType, Stage,
};

/// A directory to begin with.
#[derive(Debug, Clone)]
pub(crate) struct DirectorySeed {
    /// None: generated.
    pub(crate) id: Option<DirectoryId>,
    pub(crate) facts: Facts,
    /// How long ago it was launched.
    pub(crate) launched: SignedDuration,
    pub(crate) stage: Stage,
    pub(crate) stage_reason: Option<String>,
    /// For how long it has been in its stage. None: since its launch.
    pub(crate) stage_age: Option<SignedDuration>,
    /// How many daily snapshots are kept; 0: none are taken.
    pub(crate) auto_snapshots: u32,
    pub(crate) snapshots: Vec<SnapshotSeed>,
}

/// What does not change about a directory.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    /// The fully qualified name, such as `corp.example.com`.
    pub(crate) name: String,
    pub(crate) short_name: Option<String>,
    pub(crate) kind: DirectoryType,
    pub(crate) edition: Option<Edition>,
    pub(crate) size: Option<Size>,
    /// The primary Region.
    pub(crate) region: String,
    pub(crate) additional_regions: Vec<String>,
    pub(crate) description: Option<String>,
    /// None: the id, as AWS has it.
    pub(crate) alias: Option<String>,
    pub(crate) os_version: Option<OsVersion>,
    pub(crate) domain_controllers: Option<u32>,
    /// Empty: generated, as are the network's other parts when absent.
    pub(crate) dns: Vec<String>,
    pub(crate) vpc: Option<String>,
    pub(crate) subnets: Vec<String>,
    pub(crate) security_group: Option<String>,
    /// The service account that a connector uses.
    pub(crate) customer_user: Option<String>,
    /// Where a shared directory comes from.
    pub(crate) share: Option<Share>,
}

/// The consumer's view of a shared directory.
#[derive(Debug, Clone)]
pub(crate) struct Share {
    pub(crate) owner_account: String,
    pub(crate) owner_directory: DirectoryId,
    pub(crate) status: ShareStatus,
    pub(crate) method: ShareMethod,
    pub(crate) notes: Option<String>,
}

/// A snapshot to begin with.
#[derive(Debug, Clone)]
pub(crate) struct SnapshotSeed {
    /// None: generated.
    pub(crate) id: Option<SnapshotId>,
    pub(crate) name: Option<String>,
    pub(crate) kind: SnapshotType,
    pub(crate) status: SnapshotStatus,
    /// How long ago it was started.
    pub(crate) age: SignedDuration,
}
