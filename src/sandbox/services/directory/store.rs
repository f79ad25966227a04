//! The directories of the account, in every Region.
//!
//! Invariants: ids are unique; the order is the scenario's, generated directories behind; a
//! directory is seen in its primary Region and in its additional ones, its snapshots only in the
//! primary.

use std::collections::HashSet;

use jiff::Timestamp;

use super::entity::{Directory, FIRST_MANUAL};
use super::generate;
use super::id::{DirectoryId, SnapshotId};
use super::seed::{DirectorySeed, SnapshotSeed};
use super::snapshot::{Ending, Snapshot, creation_time};
use super::vocabulary::{SnapshotStatus, SnapshotType, Word as _};
use crate::sandbox::clock::{earlier, later};
use crate::sandbox::ids::{Ids, Purpose};
use crate::sandbox::world::CannotFail;

pub(crate) struct Directories {
    ids: Ids,
    list: Vec<Directory>,
    /// The ids that the scenario chose, which the generator must pass over.
    chosen: HashSet<u64>,
    next_manual: u64,
}

/// What a Region is to a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Primary,
    Additional,
}

impl Directories {
    /// The scenario's directories, and as many more as hold `scale` snapshots.
    pub(crate) fn new(ids: Ids, seeds: &[DirectorySeed], scale: Scale<'_>, now: Timestamp) -> Self {
        let snapshots = seeds.iter().flat_map(|seed| &seed.snapshots);
        let chosen = snapshots
            .filter_map(|snapshot| snapshot.id)
            .map(SnapshotId::number)
            .collect();
        let taken: HashSet<DirectoryId> = seeds.iter().filter_map(|seed| seed.id).collect();
        let mut directories = Self {
            ids,
            list: Vec::new(),
            chosen,
            next_manual: FIRST_MANUAL,
        };
        let generated = generate::directories(ids, scale);
        let mut numbers = 0..;
        for (index, seed) in (0..).zip(seeds.iter().chain(&generated)) {
            let id = seed.id.or_else(|| {
                numbers
                    .by_ref()
                    .map(|number| ids.unique(Purpose::Directory, number))
                    .map(DirectoryId::from_number)
                    .find(|id| !taken.contains(id))
            });
            let Some(id) = id else { break };
            let mut directory = Directory::new(ids, index, id, seed, now);
            for snapshot in &seed.snapshots {
                directory.add(directories.seeded(snapshot, now));
            }
            directories.list.push(directory);
        }
        directories
    }

    fn seeded(&mut self, seed: &SnapshotSeed, now: Timestamp) -> Snapshot {
        let id = seed.id.unwrap_or_else(|| self.new_snapshot_id());
        let started = earlier(now, seed.age);
        let takes = creation_time(self.ids, id);
        let (ends, ending) = match seed.status {
            SnapshotStatus::Completed => (later(started, takes).min(now), Ending::Succeeds),
            SnapshotStatus::Failed => (later(started, takes).min(now), Ending::Fails),
            // However long ago it began, it is seen Creating for a while.
            SnapshotStatus::Creating => (later(now, takes), Ending::Succeeds),
        };
        Snapshot {
            id,
            kind: seed.kind,
            name: seed.name.clone(),
            started,
            ends,
            ending,
        }
    }

    fn new_snapshot_id(&mut self) -> SnapshotId {
        loop {
            let number = self.ids.unique(Purpose::Snapshot, self.next_manual);
            self.next_manual += 1;
            if !self.chosen.contains(&number) {
                return SnapshotId::from_number(number);
            }
        }
    }

    /// The directories that a Region shows.
    pub(super) fn in_region(&self, region: &str) -> impl Iterator<Item = (&Directory, Presence)> {
        self.list
            .iter()
            .filter_map(move |directory| Some((directory, presence(directory, region)?)))
    }

    /// The directories whose snapshots a Region shows.
    pub(super) fn primary_in(&self, region: &str) -> impl Iterator<Item = &Directory> {
        self.list
            .iter()
            .filter(move |directory| directory.facts.region == region)
    }

    pub(super) fn find(
        &mut self,
        id: DirectoryId,
        region: &str,
    ) -> Option<(&mut Directory, Presence)> {
        let directory = self.list.iter_mut().find(|directory| directory.id == id)?;
        let presence = presence(directory, region)?;
        Some((directory, presence))
    }

    /// A snapshot and the directory it is of.
    pub(super) fn find_snapshot(
        &mut self,
        id: SnapshotId,
        region: &str,
        now: Timestamp,
    ) -> Option<(&mut Directory, Snapshot)> {
        self.list
            .iter_mut()
            .filter(|directory| directory.facts.region == region)
            .find_map(|directory| {
                let snapshot = directory.snapshot(id, now)?;
                Some((directory, snapshot))
            })
    }

    /// Begins a manual snapshot. The caller has checked that it may.
    pub(super) fn create_snapshot(
        &mut self,
        directory: DirectoryId,
        name: Option<String>,
        now: Timestamp,
    ) -> SnapshotId {
        let id = self.new_snapshot_id();
        let snapshot = Snapshot {
            id,
            kind: SnapshotType::Manual,
            name,
            started: now,
            ends: later(now, creation_time(self.ids, id)),
            ending: Ending::Succeeds,
        };
        let found = self.list.iter_mut().find(|known| known.id == directory);
        if let Some(directory) = found {
            directory.add(snapshot);
        }
        id
    }

    /// Makes a running snapshot or restore fail.
    pub(crate) fn fail(&mut self, id: &str, now: Timestamp) -> Result<(), CannotFail> {
        if let Some(id) = DirectoryId::parse(id) {
            let directory = self
                .list
                .iter_mut()
                .find(|directory| directory.id == id)
                .ok_or(CannotFail::Unknown)?;
            if directory.fail_restore(now) {
                return Ok(());
            }
            let stage = directory.stage(now).stage.name();
            return Err(CannotFail::NotRunning(stage.to_owned()));
        }
        let id = SnapshotId::parse(id).ok_or(CannotFail::Unknown)?;
        self.list
            .iter_mut()
            .find_map(|directory| directory.fail_snapshot(id, now))
            .ok_or(CannotFail::Unknown)?
            .map_err(|status| CannotFail::NotRunning(status.name().to_owned()))
    }

    pub(super) fn ids(&self) -> Ids {
        self.ids
    }

    pub(super) fn all(&self) -> &[Directory] {
        &self.list
    }
}

/// How much is to be generated, and where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale<'a> {
    /// How many snapshots, manual and automatic together.
    pub(crate) snapshots: usize,
    pub(crate) region: &'a str,
}

fn presence(directory: &Directory, region: &str) -> Option<Presence> {
    if directory.facts.region == region {
        return Some(Presence::Primary);
    }
    let additional = &directory.facts.additional_regions;
    additional
        .iter()
        .any(|other| other == region)
        .then_some(Presence::Additional)
}
