//! What is known of one snapshot beyond its listing: its lock, fast restores, sharing, and the images
//! that are made of it. Each is a call of its own, so they are made for one snapshot only, and what
//! cannot be asked leaves its member out and says why.

use aws_sdk_ec2::types::{LockedSnapshotsInfo, SnapshotAttributeName};
use futures_util::future::join4;

use super::{Ebs, PAGE, classify, describe::names_no_volume, filter};
use crate::{
    domain::{
        assessment::Check,
        failure::Failure,
        row::{Cell, Row},
        time,
    },
    services::{convert::moment, refusal},
};

/// Most fast restores that EC2 puts on a page.
const RESTORES_PAGE: i32 = 200;

impl Ebs {
    /// Adds to a snapshot's row what only its own screen shows.
    pub(super) async fn detail(&self, row: &mut Row) {
        let id = row.id.clone();
        let (lock, restores, shared, images) = join4(
            Box::pin(self.lock_of(&id)),
            Box::pin(self.fast_restores(&id)),
            Box::pin(self.shared_with(&id)),
            Box::pin(self.images_of(&id)),
        )
        .await;
        let volume = match row.cell("volume_id") {
            Cell::Text(volume) => Some(volume.to_string()),
            _ => None,
        };
        let volume = volume.filter(|volume| !names_no_volume(volume));
        let mut unknown = Vec::new();
        let mut reason = |what: &str, failure: Failure| {
            unknown.push(format!("{what}: {}", failure.reason()));
        };
        match lock {
            Ok(lock) => row.cells.extend(lock_cells(lock.as_ref())),
            Err(failure) => reason("lock", failure),
        }
        for (what, key, answer) in [
            ("fast restore", "fast_snapshot_restore", restores),
            ("sharing", "shared_with", shared),
            ("images", "images", images),
        ] {
            match answer {
                Ok(found) => row.cells.push((key, found.into())),
                Err(failure) => reason(what, failure),
            }
        }
        if let Some(volume) = volume {
            match self.volumes_by("volume-id", &[volume]).await {
                Ok(found) => row
                    .cells
                    .push(("volume_exists", (!found.is_empty()).into())),
                Err(failure) => reason("volume", failure),
            }
        }
        row.cells.push(("not_known", unknown.into()));
    }

    /// The lock of a snapshot. There is one answer for an id, so never a second page of them.
    async fn lock_of(&self, snapshot: &str) -> Result<Option<LockedSnapshotsInfo>, Failure> {
        let reply = self
            .reading
            .describe_locked_snapshots()
            .snapshot_ids(snapshot)
            .send()
            .await;
        let reply = reply.map_err(|error| {
            refusal::failure(&error, self.doing("DescribeLockedSnapshots"), classify)
        })?;
        let locks = reply.snapshots.unwrap_or_default();
        Ok(locks
            .into_iter()
            .find(|lock| lock.snapshot_id() == Some(snapshot)))
    }

    /// The zones in which a snapshot is restored at full speed, each with its state.
    async fn fast_restores(&self, snapshot: &str) -> Result<Vec<String>, Failure> {
        let mut pages = self
            .reading
            .describe_fast_snapshot_restores()
            .filters(filter("snapshot-id", vec![snapshot.to_owned()]))
            .max_results(RESTORES_PAGE)
            .into_paginator()
            .send();
        let zone = |restore: &aws_sdk_ec2::types::DescribeFastSnapshotRestoreSuccessItem| {
            format!(
                "{} {}",
                restore.availability_zone().unwrap_or_default(),
                restore.state().map_or("", |state| state.as_str())
            )
        };
        let mut zones = Vec::new();
        while let Some(reply) = pages.next().await {
            let reply = reply.map_err(|error| {
                refusal::failure(&error, self.doing("DescribeFastSnapshotRestores"), classify)
            })?;
            zones.extend(reply.fast_snapshot_restores().iter().map(zone));
        }
        Ok(zones)
    }

    /// The accounts that may make volumes of a snapshot; `all` where everybody may.
    async fn shared_with(&self, snapshot: &str) -> Result<Vec<String>, Failure> {
        let reply = self
            .reading
            .describe_snapshot_attribute()
            .attribute(SnapshotAttributeName::CreateVolumePermission)
            .snapshot_id(snapshot)
            .send()
            .await;
        let reply = reply.map_err(|error| {
            refusal::failure(&error, self.doing("DescribeSnapshotAttribute"), classify)
        })?;
        let whom = |permission: &aws_sdk_ec2::types::CreateVolumePermission| {
            let group = permission.group().map(|group| group.as_str());
            permission.user_id().or(group).map(str::to_owned)
        };
        Ok(reply
            .create_volume_permissions()
            .iter()
            .filter_map(whom)
            .collect())
    }

    /// The registered images that are made of a snapshot.
    async fn images_of(&self, snapshot: &str) -> Result<Vec<String>, Failure> {
        let by = filter(
            "block-device-mapping.snapshot-id",
            vec![snapshot.to_owned()],
        );
        let mut pages = self
            .reading
            .describe_images()
            .owners("self")
            .filters(by)
            .max_results(PAGE)
            .into_paginator()
            .send();
        let named = |image: &aws_sdk_ec2::types::Image| {
            format!(
                "{} ({})",
                image.image_id().unwrap_or_default(),
                image.name().unwrap_or_default()
            )
        };
        let mut images = Vec::new();
        while let Some(reply) = pages.next().await {
            let reply = reply.map_err(|error| {
                refusal::failure(&error, self.doing("DescribeImages"), classify)
            })?;
            images.extend(reply.images().iter().map(named));
        }
        Ok(images)
    }

    /// Whether a registered image is made of the snapshot: EC2 then refuses to delete it.
    pub(super) async fn images(&self, snapshot: &str) -> Check {
        const LABEL: &str = "Images";
        match self.images_of(snapshot).await {
            Err(failure) => Check::unknown(LABEL, failure.reason()),
            Ok(images) if images.is_empty() => {
                Check::rule(LABEL, Ok("none is made of it".to_owned()))
            }
            Ok(images) => Check::state(
                LABEL,
                Err(format!(
                    "in use by {}: deregister that first",
                    images.join(", ")
                )),
            ),
        }
    }

    /// Whether the snapshot is locked.
    pub(super) async fn lock(&self, snapshot: &str) -> Check {
        const LABEL: &str = "Lock";
        match self.lock_of(snapshot).await {
            Err(failure) => Check::unknown(LABEL, failure.reason()),
            Ok(lock) => {
                let state = lock
                    .as_ref()
                    .and_then(|lock| lock.lock_state())
                    .map_or("", |state| state.as_str());
                let until = lock
                    .as_ref()
                    .and_then(|lock| lock.lock_expires_on())
                    .and_then(moment)
                    .map_or_else(String::new, |at| format!(" until {} UTC", time::stamp(at)));
                Check::state(
                    LABEL,
                    match state {
                        "" | "expired" => Ok("not locked".to_owned()),
                        state => Err(format!("locked ({state}){until}")),
                    },
                )
            }
        }
    }
}

fn lock_cells(lock: Option<&LockedSnapshotsInfo>) -> Vec<(&'static str, Cell)> {
    let state = lock
        .and_then(|lock| lock.lock_state())
        .map_or("unlocked", |state| state.as_str());
    let at = |at: Option<&aws_smithy_types::DateTime>| Cell::from(at.and_then(moment));
    vec![
        ("lock_state", state.into()),
        (
            "lock_created_on",
            at(lock.and_then(|lock| lock.lock_created_on())),
        ),
        (
            "lock_expires_on",
            at(lock.and_then(|lock| lock.lock_expires_on())),
        ),
        (
            "lock_cool_off_until",
            at(lock.and_then(|lock| lock.cool_off_period_expires_on())),
        ),
    ]
}
