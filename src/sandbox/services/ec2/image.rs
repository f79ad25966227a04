//! An image, as far as snapshots need one.
//!
//! Invariants: no operation registers or deregisters it: what it uses, it uses for ever.

use std::sync::Arc;

use jiff::Timestamp;

use super::id::{ImageId, SnapshotId};
use super::tags::Tags;

#[derive(Debug, Clone)]
pub(crate) struct Image {
    pub(super) id: ImageId,
    pub(super) region: Arc<str>,
    pub(super) owner: Arc<str>,
    pub(super) owner_alias: Option<Arc<str>>,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) public: bool,
    pub(super) created: Timestamp,
    pub(super) root_device: String,
    pub(super) devices: Vec<BlockDevice>,
    pub(super) tags: Tags,
}

#[derive(Debug, Clone)]
pub(super) struct BlockDevice {
    pub(super) device: String,
    pub(super) snapshot: SnapshotId,
}
