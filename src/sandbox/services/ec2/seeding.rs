//! Making EC2's part of a world of its seeds.
//!
//! Invariants: what is seeded as running (a pending snapshot, a volume in creation) goes on from
//! the start of the world, however long ago it is said to have begun.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::fast_restore::FastRestore;
use super::generate;
use super::id::{ImageId, VOLUME_OF_COPIES};
use super::image::{BlockDevice, Image};
use super::instance::Instance;
use super::keys;
use super::lock::Lock;
use super::seed::{ImageSeed, InstanceSeed, Seeds, SnapshotSeed, VolumeSeed};
use super::snapshot::{CopyFacts, Failure, Fate, Sharing, Snapshot, Transfer};
use super::store::{Ebs, transfer_time};
use super::tiering::Tiering;
use super::vocabulary::{SnapshotState, VolumeState};
use super::volume::{Attachment, SWITCHING, Volume};
use crate::sandbox::clock::{earlier, later};
use crate::sandbox::ids::Ids;
use crate::sandbox::texts::ec2 as texts;

/// How long the Recycle Bin keeps what a scenario puts there without a rule.
const BIN_KEEPS: SignedDuration = SignedDuration::from_hours(7 * 24);

impl Ebs {
    /// The scenario's resources, and as many more as hold `scale` snapshots in `region`.
    pub(crate) fn new(
        ids: Ids,
        account: &str,
        seeds: &Seeds,
        scale: usize,
        region: &str,
        now: Timestamp,
    ) -> Self {
        let mut ebs = Self::empty(ids, account);
        ebs.bin.clone_from(&seeds.bin);
        for seed in &seeds.instances {
            ebs.instances.push(seed.id, instance(seed, now));
        }
        for seed in &seeds.volumes {
            let volume = volume(seed, account, now);
            ebs.volumes.push(seed.id, volume);
        }
        for seed in &seeds.images {
            let image = image(seed, &ebs.account, now);
            ebs.images.push(seed.id, image);
        }
        for seed in &seeds.snapshots {
            let snapshot = ebs.seeded_snapshot(seed, now);
            ebs.add_snapshot(snapshot);
        }
        generate::add(&mut ebs, scale, region, now);
        // What is there from the start is seen from the start.
        ebs.lag = seeds.lag;
        ebs
    }

    fn seeded_snapshot(&self, seed: &SnapshotSeed, now: Timestamp) -> Snapshot {
        let account = seed.owner.as_deref().unwrap_or(&self.account);
        let started = earlier(now, seed.age);
        let takes = transfer_time(seed.size, true);
        let transfer = match seed.state {
            SnapshotState::Completed => Transfer::new(started, takes.min(seed.age)),
            SnapshotState::Pending => {
                let takes = takes.max(seed.age.saturating_add(transfer_time(seed.size, false)));
                Transfer::new(started, takes)
            }
            SnapshotState::Error => Transfer {
                failure: Some(Box::new(Failure {
                    at: later(started, takes / 3).min(now),
                    message: texts::SNAPSHOT_FAILED.plain(),
                })),
                ..Transfer::new(started, takes)
            },
        };
        let keeps = self.bin.as_ref().map_or(BIN_KEEPS, |rule| rule.keeps);
        let fate = seed.binned.map_or(Fate::Kept, |age| Fate::Recycled {
            enters: earlier(now, age),
            exits: later(earlier(now, age), keeps),
        });
        let lock = seed.lock.as_ref().map(|lock| {
            let created = earlier(now, lock.age);
            let starts = created.max(transfer.ends);
            Box::new(Lock {
                mode: lock.mode,
                created,
                starts,
                expires: later(
                    starts,
                    SignedDuration::from_hours(i64::from(lock.days) * 24),
                ),
                cool_off: lock.cool_off,
            })
        });
        let sharing = Sharing {
            everybody: seed.public,
            accounts: seed.shared_with.iter().cloned().collect(),
        };
        let fast_restore = |zone: &String| FastRestore::enable(zone, seed.size, transfer.ends);
        Snapshot {
            id: seed.id,
            region: seed.region.as_str().into(),
            owner: account.into(),
            owner_alias: seed.owner_alias.as_deref().map(Arc::from),
            volume: seed.volume.unwrap_or(VOLUME_OF_COPIES),
            size: seed.size,
            description: seed.description.clone(),
            key: key(seed.key.as_deref(), &seed.region, account),
            tags: seed.tags.clone(),
            fate,
            lineage: seed.volume,
            set: None,
            copy: seed.volume.is_none().then(|| {
                Box::new(CopyFacts {
                    completion_minutes: None,
                })
            }),
            tiering: seed
                .archived
                .map(|age| Box::new(Tiering::archive(earlier(now, age), seed.size))),
            lock,
            sharing: (sharing != Sharing::default()).then(|| Box::new(sharing)),
            fast_restores: seed.fast_restores.iter().map(fast_restore).collect(),
            transfer,
        }
    }
}

fn key(name: Option<&str>, region: &str, account: &str) -> Option<Arc<str>> {
    name.map(|name| keys::arn(name, region, account).into())
}

fn instance(seed: &InstanceSeed, now: Timestamp) -> Instance {
    Instance {
        id: seed.id,
        region: seed.zone.region.as_str().into(),
        zone: seed.zone.zone.clone(),
        kind: seed.kind.clone(),
        state: seed.state,
        image: seed
            .image
            .unwrap_or(ImageId::generated(Ids::new(0), seed.id.low_bits())),
        root_device: seed.root_device.clone(),
        hibernates: seed.hibernates,
        launched: earlier(now, seed.age),
        tags: seed.tags.clone(),
        reboots: Vec::new(),
    }
}

fn volume(seed: &VolumeSeed, account: &str, now: Timestamp) -> Volume {
    let created = earlier(now, seed.age);
    let attach = |attachment: &super::seed::AttachmentSeed| Attachment {
        instance: attachment.instance,
        device: attachment.device.clone(),
        delete_on_termination: attachment.delete_on_termination,
        began: created,
        attached: later(created, SWITCHING).min(now),
        leaving: None,
    };
    Volume {
        id: seed.id,
        region: seed.zone.region.as_str().into(),
        zone: seed.zone.zone.clone(),
        kind: seed.kind,
        size: seed.size,
        iops: seed.iops.or_else(|| seed.kind.base_iops(seed.size)),
        throughput: seed
            .throughput
            .or_else(|| Some(*seed.kind.throughputs()?.start())),
        key: key(seed.key.as_deref(), &seed.zone.region, account),
        snapshot: seed.snapshot,
        multi_attach: seed.multi_attach,
        fast_restored: false,
        initialization_rate: None,
        tags: seed.tags.clone(),
        created,
        ready: match seed.state {
            // However long ago it began, it is seen in creation for a while.
            VolumeState::Creating => later(now, SignedDuration::from_hours(1)),
            _ => later(created, SWITCHING).min(now),
        },
        failed: (seed.state == VolumeState::Error).then_some(created),
        deleting: (seed.state == VolumeState::Deleting).then_some(now),
        deleted: None,
        attachments: seed.attachments.iter().map(attach).collect(),
        lineage: seed.id,
    }
}

fn image(seed: &ImageSeed, account: &Arc<str>, now: Timestamp) -> Image {
    let devices = ('a'..='z')
        .zip(&seed.snapshots)
        .map(|(letter, snapshot)| BlockDevice {
            device: match letter {
                'a' => "/dev/xvda".to_owned(),
                letter => format!("/dev/sd{}", char::from(letter as u8 + 4)),
            },
            snapshot: *snapshot,
        });
    Image {
        id: seed.id,
        region: seed.region.as_str().into(),
        owner: seed
            .owner
            .as_deref()
            .map_or_else(|| Arc::clone(account), Arc::from),
        owner_alias: seed.owner_alias.as_deref().map(Arc::from),
        name: seed.name.clone(),
        description: seed.description.clone(),
        public: seed.public,
        created: earlier(now, seed.age),
        root_device: "/dev/xvda".to_owned(),
        devices: devices.collect(),
        tags: seed.tags.clone(),
    }
}
