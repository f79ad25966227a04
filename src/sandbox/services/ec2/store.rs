//! What the account has in EC2, in every Region, and what it may see of others.
//!
//! Invariants: ids are unique; nothing is ever taken out, what is gone says so itself. What is
//! allowed is the operations' business: the store does what it is told.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::id::{
    self, Id, ImageId, InstanceId, Kind, SnapshotId, TaskId, VOLUME_OF_COPIES, VolumeId,
};
use super::image::Image;
use super::instance::Instance;
use super::root_task::ReplaceRootTask;
use super::seed::BinRule;
use super::snapshot::{Fate, Presence, Snapshot, Transfer};
use super::table::Table;
use super::tags::Tags;
use super::vocabulary::{
    BlockPublicAccess, InstanceState, LockState, SnapshotState, VolumeState, VolumeType,
};
use super::volume::Volume;
use crate::sandbox::clock::later;
use crate::sandbox::ids::Ids;

/// How long a snapshot takes: the blocks of the whole volume the first time, then what changed.
const SECONDS_A_GIB: i64 = 4;
const FIRST_TIME_SECONDS_A_GIB: i64 = 6;

pub(crate) struct Ebs {
    pub(super) ids: Ids,
    pub(super) account: Arc<str>,
    /// The numbers that generated ids come from.
    last_number: u64,
    pub(super) volumes: Table<id::Volume, Volume>,
    pub(super) snapshots: Table<id::EbsSnapshot, Snapshot>,
    pub(super) instances: Table<id::Instance, Instance>,
    pub(super) images: Table<id::Image, Image>,
    pub(super) tasks: Table<id::ReplaceRootVolumeTask, ReplaceRootTask>,
    snapshots_of: HashMap<VolumeId, Vec<SnapshotId>>,
    /// When `CreateSnapshot` was last called for a volume.
    creations: HashMap<VolumeId, Timestamp>,
    pub(super) tokens: HashMap<TokenUse, Remembered>,
    pub(super) bin: Option<BinRule>,
    pub(super) lag: SignedDuration,
    /// By Region, where it was set.
    pub(super) public_access: HashMap<String, BlockPublicAccess>,
}

/// Where a client token is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct TokenUse {
    pub(super) region: String,
    pub(super) action: String,
    pub(super) token: String,
}

/// What a client token stands for.
#[derive(Debug, Clone)]
pub(super) struct Remembered {
    pub(super) parameters: Vec<String>,
    pub(super) made: Made,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Made {
    Volume(VolumeId),
    Task(TaskId),
}

/// A snapshot of a volume that is to begin.
pub(crate) struct NewSnapshot {
    pub(crate) volume: VolumeId,
    pub(crate) started: Timestamp,
    pub(crate) description: String,
    pub(crate) tags: Tags,
    /// The first snapshot of its set.
    pub(crate) set: Option<SnapshotId>,
}

/// A volume that could be snapshotted.
#[derive(Debug, Clone)]
pub(crate) struct Candidate<'a> {
    pub(crate) id: VolumeId,
    pub(crate) kind: VolumeType,
    pub(crate) tags: &'a Tags,
    /// Is it the root volume of an instance?
    pub(crate) is_root: bool,
}

impl Ebs {
    pub(super) fn empty(ids: Ids, account: &str) -> Self {
        Self {
            ids,
            account: account.into(),
            last_number: 0,
            volumes: Table::new(),
            snapshots: Table::new(),
            instances: Table::new(),
            images: Table::new(),
            tasks: Table::new(),
            snapshots_of: HashMap::new(),
            creations: HashMap::new(),
            tokens: HashMap::new(),
            bin: None,
            lag: SignedDuration::ZERO,
            public_access: HashMap::new(),
        }
    }

    /// An id that nothing has.
    fn new_id<K: Kind>(&mut self, taken: impl Fn(&Self, Id<K>) -> bool) -> Id<K> {
        loop {
            self.last_number += 1;
            let id = Id::generated(self.ids, self.last_number);
            if !taken(self, id) {
                return id;
            }
        }
    }

    pub(super) fn new_volume_id(&mut self) -> VolumeId {
        self.new_id(|ebs, id| ebs.volumes.contains(id))
    }

    pub(super) fn new_snapshot_id(&mut self) -> SnapshotId {
        self.new_id(|ebs, id| ebs.snapshots.contains(id))
    }

    pub(super) fn new_task_id(&mut self) -> TaskId {
        self.new_id(|ebs, id| ebs.tasks.contains(id))
    }

    pub(super) fn volume(&self, id: VolumeId, region: &str, now: Timestamp) -> Option<&Volume> {
        let volume = self.volumes.get(id)?;
        (volume.region.as_ref() == region && volume.exists(now)).then_some(volume)
    }

    pub(super) fn instance(&self, id: InstanceId, region: &str) -> Option<&Instance> {
        let instance = self.instances.get(id)?;
        (instance.region.as_ref() == region).then_some(instance)
    }

    pub(super) fn image(&self, id: ImageId, region: &str) -> Option<&Image> {
        let image = self.images.get(id)?;
        (image.region.as_ref() == region).then_some(image)
    }

    /// May snapshots be public in this Region?
    pub(super) fn public_access(&self, region: &str) -> BlockPublicAccess {
        let set = self.public_access.get(region);
        set.copied().unwrap_or(BlockPublicAccess::Unblocked)
    }

    /// A listed snapshot that the account may use, its own or another's.
    pub(super) fn usable_snapshot(
        &self,
        id: SnapshotId,
        region: &str,
        now: Timestamp,
    ) -> Option<&Snapshot> {
        let snapshot = self.snapshots.get(id)?;
        let seen = snapshot.region.as_ref() == region
            && snapshot.presence(now) == Presence::Listed
            && snapshot.is_for(&self.account);
        seen.then_some(snapshot)
    }

    /// A volume's snapshots, oldest first, the gone ones included.
    pub(crate) fn snapshots_of(&self, volume: VolumeId) -> impl Iterator<Item = &Snapshot> {
        let ids = self
            .snapshots_of
            .get(&volume)
            .map_or(&[][..], Vec::as_slice);
        ids.iter().filter_map(|id| self.snapshots.get(*id))
    }

    pub(super) fn pending_count(&self, volume: VolumeId, now: Timestamp) -> usize {
        self.snapshots_of(volume)
            .filter(|snapshot| snapshot.state(now) == SnapshotState::Pending)
            .count()
    }

    /// When `CreateSnapshot` was last called for a volume.
    pub(super) fn last_creation(&self, volume: VolumeId) -> Option<Timestamp> {
        self.creations.get(&volume).copied()
    }

    pub(super) fn remember_creation(&mut self, volume: VolumeId, now: Timestamp) {
        self.creations.insert(volume, now);
    }

    pub(super) fn add_snapshot(&mut self, snapshot: Snapshot) {
        if snapshot.volume != VOLUME_OF_COPIES {
            self.snapshots_of
                .entry(snapshot.volume)
                .or_default()
                .push(snapshot.id);
        }
        self.snapshots.push(snapshot.id, snapshot);
    }

    /// Begins a snapshot of a volume that there is.
    pub(crate) fn begin_snapshot(&mut self, new: NewSnapshot) -> Option<SnapshotId> {
        let NewSnapshot {
            volume,
            started,
            description,
            tags,
            set,
        } = new;
        let id = self.new_snapshot_id();
        let is_first = self.snapshots_of(volume).next().is_none();
        let volume = self.volumes.get(volume)?;
        let snapshot = Snapshot {
            id,
            region: Arc::clone(&volume.region),
            owner: Arc::clone(&self.account),
            owner_alias: None,
            volume: volume.id,
            size: volume.size,
            description,
            key: volume.key.clone(),
            tags,
            transfer: Transfer::new(started, transfer_time(volume.size, is_first)),
            fate: Fate::Kept,
            lineage: Some(volume.lineage),
            set,
            copy: None,
            tiering: None,
            lock: None,
            sharing: None,
            fast_restores: Vec::new(),
        };
        self.add_snapshot(snapshot);
        Some(id)
    }

    /// Begins the snapshots of several volumes as one set.
    pub(crate) fn begin_set(&mut self, snapshots: Vec<NewSnapshot>) -> Vec<SnapshotId> {
        let mut made: Vec<SnapshotId> = Vec::new();
        for mut new in snapshots {
            new.set = made.first().copied();
            made.extend(self.begin_snapshot(new));
        }
        if let Some(first) = made
            .first()
            .and_then(|first| self.snapshots.get_mut(*first))
        {
            first.set = Some(first.id);
        }
        made
    }

    /// For how long the Recycle Bin keeps a snapshot with these tags; none: it is deleted at once.
    fn bin_keeps(&self, tags: &Tags) -> Option<SignedDuration> {
        let rule = self.bin.as_ref()?;
        let excluded = rule
            .excludes
            .iter()
            .any(|(key, value)| tags.get(key) == Some(value));
        (!excluded).then_some(rule.keeps)
    }

    /// Deletes a snapshot, or moves it to the Recycle Bin.
    pub(crate) fn delete_snapshot(&mut self, id: SnapshotId, now: Timestamp) {
        let kept = self
            .snapshots
            .get(id)
            .and_then(|snapshot| self.bin_keeps(&snapshot.tags));
        if let Some(snapshot) = self.snapshots.get_mut(id) {
            snapshot.delete(now, kept);
        }
    }

    /// Is nothing decided against a snapshot?
    pub(crate) fn is_kept(&self, id: SnapshotId) -> bool {
        self.snapshots
            .get(id)
            .is_some_and(|snapshot| snapshot.fate == Fate::Kept)
    }

    pub(crate) fn started(&self, id: SnapshotId) -> Option<Timestamp> {
        self.snapshots.get(id).map(Snapshot::started)
    }

    /// Deletes a snapshot as a service does that manages it: a lock is respected in silence.
    pub(crate) fn delete_unless_locked(&mut self, id: SnapshotId, at: Timestamp) {
        let lock = self
            .snapshots
            .get(id)
            .and_then(|snapshot| snapshot.lock.as_ref());
        if lock.is_none_or(|lock| lock.state(at) == LockState::Expired) {
            self.delete_snapshot(id, at);
        }
    }

    /// The volumes of a Region that could be snapshotted.
    pub(crate) fn candidates(
        &self,
        region: &str,
        at: Timestamp,
    ) -> impl Iterator<Item = Candidate<'_>> {
        let volumes = self
            .volumes
            .iter()
            .filter(move |volume| volume.region.as_ref() == region && volume.exists(at));
        volumes.filter_map(move |volume| self.candidate(volume, at))
    }

    fn candidate<'a>(&'a self, volume: &'a Volume, at: Timestamp) -> Option<Candidate<'a>> {
        let state = volume.state(at);
        let is_ready = matches!(state, VolumeState::Available | VolumeState::InUse);
        let is_root = || {
            volume.attachments(at).any(|held| {
                let instance = self.instances.get(held.instance);
                instance.is_some_and(|instance| instance.root_device == held.device)
            })
        };
        is_ready.then(|| Candidate {
            id: volume.id,
            kind: volume.kind,
            tags: &volume.tags,
            is_root: is_root(),
        })
    }

    /// The instances of a Region that have one of these tags and are not on the way to their end,
    /// with the volumes of each.
    pub(crate) fn instances_with_one_of(
        &self,
        tags: &[(String, String)],
        region: &str,
        at: Timestamp,
    ) -> Vec<(InstanceId, Vec<Candidate<'_>>)> {
        let instances = self.instances.iter().filter(|instance| {
            instance.region.as_ref() == region
                && matches!(
                    instance.state,
                    InstanceState::Running | InstanceState::Stopped
                )
                && instance.tags.has_one_of(tags)
        });
        instances
            .map(|instance| {
                let volumes = self.attached(instance.id, at);
                let candidates = volumes.filter_map(|(volume, _)| self.candidate(volume, at));
                (instance.id, candidates.collect())
            })
            .collect()
    }

    /// When the newest snapshot of a volume was started.
    pub(crate) fn newest_of(&self, volume: VolumeId, at: Timestamp) -> Option<Timestamp> {
        self.snapshots_of(volume)
            .filter(|snapshot| snapshot.presence(at) == Presence::Listed)
            .map(Snapshot::started)
            .max()
    }

    /// Has a resource been there for long enough to be seen?
    pub(super) fn is_visible(&self, since: Timestamp, now: Timestamp) -> bool {
        self.lag.is_zero() || later(since, self.lag) <= now
    }

    /// The attached volume at the root device of an instance.
    pub(super) fn root_volume(&self, instance: &Instance, now: Timestamp) -> Option<&Volume> {
        self.attached(instance.id, now)
            .find(|(_, device)| *device == instance.root_device)
            .map(|(volume, _)| volume)
    }

    /// The volumes of an instance with their devices, in the order of the devices.
    pub(super) fn attached(
        &self,
        instance: InstanceId,
        now: Timestamp,
    ) -> impl Iterator<Item = (&Volume, &str)> {
        let mut attached: Vec<(&Volume, &str)> = self
            .volumes
            .iter()
            .filter(|volume| volume.exists(now))
            .filter_map(|volume| {
                let attachment = volume.attachment(instance, now)?;
                Some((volume, attachment.device.as_str()))
            })
            .collect();
        attached.sort_by_key(|(_, device)| *device);
        attached.into_iter()
    }
}

/// How long a snapshot of this many GiB takes.
pub(super) fn transfer_time(gib: u32, is_first: bool) -> SignedDuration {
    let seconds = if is_first {
        FIRST_TIME_SECONDS_A_GIB
    } else {
        SECONDS_A_GIB
    };
    SignedDuration::from_secs(i64::from(gib) * seconds)
}
