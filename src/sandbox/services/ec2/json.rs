//! EC2's part of `/_sandbox/state`, and making things fail.
//!
//! Invariants: everything that is stored is shown, what is gone and what is planned included.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::id::{SnapshotId, TaskId, VolumeId};
use super::root_task::{Failed, ReplaceRootTask};
use super::snapshot::{Fate, Presence, Snapshot};
use super::store::{Ebs, Made};
use super::tags::Tags;
use super::volume::Volume;
use crate::sandbox::clock::later;
use crate::sandbox::texts::ec2 as texts;
use crate::sandbox::word::Word as _;
use crate::sandbox::world::CannotFail;

impl Ebs {
    pub(crate) fn to_json(&self, now: Timestamp) -> Value {
        let instances: Value = self
            .instances
            .iter()
            .map(|instance| {
                json!({
                    "InstanceId": instance.id.to_string(),
                    "Region": instance.region.as_ref(),
                    "State": instance.state.name(),
                    "Rebooting": instance.is_rebooting(now),
                    "Tags": tags(&instance.tags),
                })
            })
            .collect();
        let images: Value = self
            .images
            .iter()
            .map(|image| {
                let snapshots = image
                    .devices
                    .iter()
                    .map(|device| device.snapshot.to_string());
                json!({
                    "ImageId": image.id.to_string(),
                    "Region": image.region.as_ref(),
                    "SnapshotIds": snapshots.collect::<Vec<_>>(),
                })
            })
            .collect();
        let mut public_access: Vec<_> = self.public_access.iter().collect();
        public_access.sort_by_key(|(region, _)| *region);
        let public_access: Value = public_access
            .into_iter()
            .map(|(region, state)| json!({ "Region": region, "State": state.name() }))
            .collect();
        json!({
            "recycle_bin": self.bin.as_ref().map(|rule| {
                json!({ "Retain": rule.keeps.as_secs(), "ExcludeTags": tags(&rule.excludes) })
            }),
            "block_public_access": public_access,
            "client_tokens": tokens(self),
            "instances": instances,
            "volumes": self.volumes.iter().map(|volume| one_volume(volume, now)).collect::<Value>(),
            "images": images,
            "snapshots": self
                .snapshots
                .iter()
                .map(|snapshot| one_snapshot(snapshot, now))
                .collect::<Value>(),
            "replace_root_volume_tasks": self
                .tasks
                .iter()
                .map(|task| one_task(task, now))
                .collect::<Value>(),
        })
    }

    /// Makes a pending snapshot and the others of its set, a snapshot's way to the archive or back, a volume in creation or an open
    /// replacement of a root volume end in its failed state. None: nothing has this id.
    pub(crate) fn fail(&mut self, id: &str, now: Timestamp) -> Option<Result<(), CannotFail>> {
        if let Some(id) = SnapshotId::parse(id) {
            return Some(self.fail_snapshot(id, now)?.map_err(CannotFail::NotRunning));
        }
        if let Some(id) = VolumeId::parse(id) {
            let result = self.volumes.get_mut(id)?.fail(now);
            return Some(result.map_err(|state| CannotFail::NotRunning(state.name().to_owned())));
        }
        let task = self.tasks.get_mut(TaskId::parse(id)?)?;
        let result = task.fail(now);
        let task = task.clone();
        Some(match result {
            Ok(failed) => {
                self.undo(&task, failed, now);
                Ok(())
            }
            Err(state) => Err(CannotFail::NotRunning(state.name().to_owned())),
        })
    }

    fn fail_snapshot(&mut self, id: SnapshotId, now: Timestamp) -> Option<Result<(), String>> {
        let snapshot = self.snapshots.get_mut(id)?;
        if let Err(state) = snapshot.fail(now, texts::SNAPSHOT_FAILED.plain()) {
            let tiering = snapshot.tiering.as_mut().map(|tiering| tiering.fail(now));
            return Some(
                tiering
                    .unwrap_or_else(|| Err(state.name()))
                    .map_err(str::to_owned),
            );
        }
        // A set is whole or nothing.
        if let Some(set) = snapshot.set {
            for other in self
                .snapshots
                .iter_mut()
                .filter(|other| other.set == Some(set))
            {
                // One that is completed stays so: its blocks are there.
                let _ = other.fail(now, texts::SET_FAILED.plain());
            }
        }
        Some(Ok(()))
    }

    /// Calls off what the end of a task was to do.
    fn undo(&mut self, task: &ReplaceRootTask, failed: Failed, now: Timestamp) {
        if let Some(new) = self.volumes.get_mut(task.new_root) {
            new.attachments
                .retain(|held| held.began <= now || held.instance != task.instance);
            // A volume that the task made goes with it.
            if new.created >= task.started {
                new.deleted = Some(now);
            }
        }
        if let Some(old) = self.volumes.get_mut(task.old_root) {
            old.deleted = None;
            for held in &mut old.attachments {
                if held.instance == task.instance && held.leaving.is_none_or(|(at, _)| at > now) {
                    held.leaving = match failed {
                        Failed::RootComesBack => None,
                        Failed::RootIsGone => Some((now, now)),
                    };
                }
            }
        }
        if let Some(instance) = self.instances.get_mut(task.instance)
            && let Some(reboot) = instance.reboots.last_mut()
        {
            reboot.1 = later(now, super::root_task::BOOTING);
        }
    }
}

/// The client tokens that are known, and what they stand for.
fn tokens(ebs: &Ebs) -> Value {
    let mut tokens: Vec<_> = ebs.tokens.iter().collect();
    tokens.sort_by_key(|(used, _)| (&used.region, &used.action, &used.token));
    tokens
        .into_iter()
        .map(|(used, remembered)| {
            json!({
                "Region": used.region,
                "Action": used.action,
                "ClientToken": used.token,
                "Made": match remembered.made {
                    Made::Volume(id) => id.to_string(),
                    Made::Task(id) => id.to_string(),
                },
            })
        })
        .collect()
}

fn tags(tags: &Tags) -> Value {
    tags.iter()
        .map(|(key, value)| (key.to_owned(), Value::from(value)))
        .collect()
}

fn one_volume(volume: &Volume, now: Timestamp) -> Value {
    let attachments: Value = volume
        .attachments(now)
        .map(|held| {
            json!({
                "InstanceId": held.instance.to_string(),
                "Device": held.device,
                "State": held.state(now).name(),
            })
        })
        .collect();
    json!({
        "VolumeId": volume.id.to_string(),
        "AvailabilityZone": volume.zone,
        "State": if volume.exists(now) { volume.state(now).name() } else { "gone" },
        "Size": volume.size,
        "VolumeType": volume.kind.name(),
        "SnapshotId": volume.snapshot.map(|id| id.to_string()),
        "Created": volume.created.to_string(),
        "Attachments": attachments,
        "Tags": tags(&volume.tags),
    })
}

fn one_snapshot(snapshot: &Snapshot, now: Timestamp) -> Value {
    let presence = match snapshot.presence(now) {
        Presence::Listed => "listed",
        Presence::InBin => "recycle-bin",
        Presence::Nowhere => "gone",
    };
    json!({
        "SnapshotId": snapshot.id.to_string(),
        "VolumeId": snapshot.volume.to_string(),
        "Region": snapshot.region.as_ref(),
        "OwnerId": snapshot.owner.as_ref(),
        "State": snapshot.state(now).name(),
        "Progress": snapshot.progress(now),
        "Presence": presence,
        "Deleted": snapshot.fate != Fate::Kept,
        "StartTime": snapshot.started().to_string(),
        "Description": snapshot.description,
        "StorageTier": snapshot.tier(now).name(),
        "KmsKeyId": snapshot.key,
        "SharedWith": shared_with(snapshot),
        "FastSnapshotRestores": snapshot
            .fast_restores
            .iter()
            .map(|restore| {
                json!({
                    "AvailabilityZone": restore.zone,
                    "State": restore.state(now).name(),
                })
            })
            .collect::<Value>(),
        "Lock": snapshot.lock.as_ref().map(|lock| lock.state(now).name()),
        "Tags": tags(&snapshot.tags),
    })
}

/// The accounts that may use a snapshot, and `all`.
fn shared_with(snapshot: &Snapshot) -> Vec<String> {
    let Some(sharing) = &snapshot.sharing else {
        return Vec::new();
    };
    let everybody = sharing.everybody.then(|| "all".to_owned());
    let accounts = sharing.accounts.iter().cloned();
    everybody.into_iter().chain(accounts).collect()
}

fn one_task(task: &ReplaceRootTask, now: Timestamp) -> Value {
    json!({
        "ReplaceRootVolumeTaskId": task.id.to_string(),
        "InstanceId": task.instance.to_string(),
        "TaskState": task.state(now).name(),
        "OldRootVolumeId": task.old_root.to_string(),
        "NewRootVolumeId": task.new_root.to_string(),
        "Started": task.started.to_string(),
    })
}
