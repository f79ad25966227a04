//! EC2, as far as EBS needs it: volumes, instances, images, snapshots and the replacement of root
//! volumes. Query protocol with EC2's own envelopes, version 2016-11-15.
//!
//! ```text
//! operations   one file a group of operations; the table of all of them
//!   parameters, filter, paging   what a request asks    tags   their rules    refusals
//! show         entities in XML
//! store        everything there is    table  entities by id    id  identifiers
//!   snapshot (tiering, lock, fast_restore), volume, instance, image, root_task   entities
//!   zones, keys, vocabulary, rates   AWS's own
//! seed, seeding, generate   the world to begin with
//! ```
//!
//! Invariants: the checks of an operation come in this order, and the first that fails answers:
//! permission, the form of the parameters, permission to tag, the dry run, existence, state,
//! rates and limits. Entities hold facts and times, and what they are follows from the time.

mod fast_restore;
mod filter;
mod generate;
mod id;
mod image;
mod instance;
mod json;
mod keys;
mod lock;
mod operations;
mod paging;
mod parameters;
mod rates;
mod refusals;
mod root_task;
mod seed;
mod seeding;
mod show;
mod snapshot;
mod store;
mod table;
mod tags;
#[cfg(test)]
mod tests;
mod tiering;
mod vocabulary;
mod volume;
mod zones;

pub(super) use self::operations::operation;
pub(super) use self::rates::rate;

pub(crate) use self::id::{Id, InstanceId, Kind, SnapshotId, VolumeId};
pub(crate) use self::seed::{
    AttachmentSeed, BinRule, ImageSeed, InstanceSeed, LockSeed, Place, Seeds, SnapshotSeed,
    VolumeSeed,
};
pub(crate) use self::store::{Candidate, Ebs, NewSnapshot};
pub(crate) use self::tags::{MOST as MOST_TAGS, Tags};
pub(crate) use self::vocabulary::{
    InstanceState, LockMode, SnapshotState, VolumeState, VolumeType,
};
pub(crate) use self::zones::exists as is_zone;
