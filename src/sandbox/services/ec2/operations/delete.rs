//! `DeleteSnapshot`.
//!
//! Invariants: the reply is the same whether the snapshot is gone, waits for its completion, or
//! is in the Recycle Bin.

use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::Context;
use crate::sandbox::services::ec2::id::SnapshotId;
use crate::sandbox::services::ec2::image::Image;
use crate::sandbox::services::ec2::parameters::Parameters;
use crate::sandbox::services::ec2::refusals::{invalid, not_found};
use crate::sandbox::services::ec2::show;
use crate::sandbox::services::ec2::snapshot::Snapshot;
use crate::sandbox::services::ec2::store::Ebs;
use crate::sandbox::services::ec2::tags::BACKUP;
use crate::sandbox::services::ec2::vocabulary::LockState;
use crate::sandbox::texts::ec2 as texts;
use crate::sandbox::word::Word as _;

pub(super) fn delete(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let id: SnapshotId = parameters.required_id("SnapshotId")?;
    parameters.dry_run()?;

    let now = context.now;
    let snapshot = own_snapshot(context, id)?;
    let ebs = &context.world.ebs;
    let text = id.to_string();
    if let Some(image) = used_by(ebs, id) {
        let text = texts::IN_USE_BY_IMAGE.with(&[&text, &image.id.to_string()]);
        return Err(Refusal::client("InvalidSnapshot.InUse", text));
    }
    if snapshot.tags.get(BACKUP).is_some() {
        return Err(invalid(texts::OWNED_BY_BACKUP.plain()));
    }
    let lock = snapshot.lock.as_ref().map(|lock| lock.state(now));
    if let Some(state) = lock.filter(|state| *state != LockState::Expired) {
        // Which code AWS gives here is not documented.
        let text = texts::LOCKED.with(&[&text, state.name()]);
        return Err(Refusal::client("SnapshotLocked", text));
    }
    context.world.ebs.delete_snapshot(id, now);
    show::done(context)
}

/// The image that uses a snapshot.
pub(super) fn used_by(ebs: &Ebs, id: SnapshotId) -> Option<&Image> {
    let uses = |image: &&Image| image.devices.iter().any(|device| device.snapshot == id);
    ebs.images.iter().find(uses)
}

/// A listed snapshot of the account; another's is refused.
pub(super) fn own_snapshot<'a>(
    context: &'a Context<'_>,
    id: SnapshotId,
) -> Result<&'a Snapshot, Refusal> {
    let ebs = &context.world.ebs;
    let snapshot = ebs
        .usable_snapshot(id, &context.call.region, context.now)
        .ok_or_else(|| not_found(id))?;
    if snapshot.owner != ebs.account {
        let text = texts::NOT_OWNED.with(&[&id.to_string()]);
        return Err(Refusal::service(
            hyper::StatusCode::FORBIDDEN,
            "OperationNotPermitted",
            text,
        ));
    }
    Ok(snapshot)
}
