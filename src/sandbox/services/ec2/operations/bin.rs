//! `ListSnapshotsInRecycleBin` and `RestoreSnapshotFromRecycleBin`.
//!
//! Invariants: what is in the bin can be listed and taken out; its time ends by itself.

use jiff::Timestamp;

use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::Context;
use crate::sandbox::services::ec2::id::SnapshotId;
use crate::sandbox::services::ec2::paging::{Paging, Sizes};
use crate::sandbox::services::ec2::parameters::Parameters;
use crate::sandbox::services::ec2::refusals::not_found;
use crate::sandbox::services::ec2::show::{self, time};
use crate::sandbox::services::ec2::snapshot::{Fate, Presence, Snapshot};
use crate::sandbox::services::ec2::store::Ebs;
use crate::sandbox::texts::ec2 as texts;
use crate::sandbox::word::Word as _;

pub(super) fn list(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let ids: Vec<SnapshotId> = parameters.ids("SnapshotId")?;
    let paging = Paging::of(
        &parameters,
        &Sizes::strict(5..=1000),
        (!ids.is_empty()).then_some("SnapshotIds"),
    )?;
    parameters.dry_run()?;

    let ebs = &context.world.ebs;
    let (region, now) = (context.call.region.as_str(), context.now);
    let is_there = |snapshot: &Snapshot| is_binned(ebs, snapshot, region, now);
    for id in &ids {
        if !ebs.snapshots.get(*id).is_some_and(is_there) {
            return Err(not_found(*id));
        }
    }
    let page = paging.page(
        ebs.snapshots
            .starting_at(paging.start)
            .filter(|(_, snapshot)| {
                is_there(snapshot) && (ids.is_empty() || ids.contains(&snapshot.id))
            }),
        |_| true,
    );
    show::reply(context, |xml| {
        xml.list("snapshotSet", page.items, show::binned);
        xml.optional("nextToken", page.next_token.as_deref());
    })
}

fn is_binned(ebs: &Ebs, snapshot: &Snapshot, region: &str, now: Timestamp) -> bool {
    snapshot.region.as_ref() == region
        && snapshot.owner == ebs.account
        && snapshot.presence(now) == Presence::InBin
}

pub(super) fn restore(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let id: SnapshotId = parameters.required_id("SnapshotId")?;
    parameters.dry_run()?;

    let (region, now) = (context.call.region.as_str(), context.now);
    let ebs = &mut context.world.ebs;
    let found = ebs.snapshots.get(id);
    if !found.is_some_and(|snapshot| is_binned(ebs, snapshot, region, now)) {
        return match ebs.usable_snapshot(id, region, now) {
            Some(_) => {
                let text = texts::NOT_IN_BIN.with(&[&id.to_string()]);
                Err(Refusal::client("IncorrectState", text))
            }
            None => Err(not_found(id)),
        };
    }
    let Some(snapshot) = ebs.snapshots.get_mut(id) else {
        return Err(not_found(id));
    };
    snapshot.fate = Fate::Kept;
    let snapshot = snapshot.clone();
    show::reply(context, |xml| {
        xml.text("snapshotId", &id.to_string());
        xml.text("description", &snapshot.description);
        xml.value("encrypted", snapshot.key.is_some());
        xml.text("ownerId", &snapshot.owner);
        xml.text("progress", &snapshot.progress(now));
        xml.text("startTime", &time(snapshot.started()));
        xml.text("status", snapshot.state(now).name());
        xml.text("volumeId", &snapshot.volume.to_string());
        xml.value("volumeSize", snapshot.size);
        xml.text(
            "sseType",
            if snapshot.key.is_some() {
                "sse-kms"
            } else {
                "none"
            },
        );
    })
}
