//! The archive: `ModifySnapshotTier`, `RestoreSnapshotTier`, `DescribeSnapshotTierStatus`.
//!
//! Invariants: archiving cannot be called off; a snapshot that an image or AWS Backup uses cannot
//! be archived, nor one that is not completed.

use jiff::Timestamp;

use super::delete::{own_snapshot, used_by};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::Context;
use crate::sandbox::services::ec2::filter::Filters;
use crate::sandbox::services::ec2::id::SnapshotId;
use crate::sandbox::services::ec2::paging::{Paging, Sizes};
use crate::sandbox::services::ec2::parameters::Parameters;
use crate::sandbox::services::ec2::refusals::{
    incorrect_state, invalid_value, not_found, not_together,
};
use crate::sandbox::services::ec2::show::{self, time};
use crate::sandbox::services::ec2::snapshot::{Presence, Snapshot};
use crate::sandbox::services::ec2::store::Ebs;
use crate::sandbox::services::ec2::tags::BACKUP;
use crate::sandbox::services::ec2::tiering::{Course, Restore, Tiering, Until, takes};
use crate::sandbox::services::ec2::vocabulary::{SnapshotState, StorageTier};
use crate::sandbox::texts::Text;
use crate::sandbox::texts::ec2 as texts;
use crate::sandbox::word::Word as _;

/// How many snapshots of a volume may be archived, and how many of a Region may be on the way there
/// and back at once.
const MOST_ARCHIVED: usize = 25;
const MOST_ARCHIVING: usize = 25;
const MOST_RESTORING: usize = 5;

pub(super) fn archive(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let id: SnapshotId = parameters.required_id("SnapshotId")?;
    if let Some(other) = parameters
        .text("StorageTier")
        .filter(|tier| *tier != "archive")
    {
        return Err(invalid_value(other, "StorageTier"));
    }
    parameters.dry_run()?;

    let now = context.now;
    let snapshot = own_snapshot(context, id)?;
    let text = id.to_string();
    let state = snapshot.state(now);
    if state != SnapshotState::Completed {
        return Err(incorrect_state(texts::SNAPSHOT_STATE, &[state.name()]));
    }
    if snapshot.tags.get(BACKUP).is_some() {
        let arguments = [text.as_str(), "it is managed by the AWS Backup service"];
        return Err(incorrect_state(texts::TIER_UNSUPPORTED, &arguments));
    }
    if let Some(image) = used_by(&context.world.ebs, id) {
        let arguments = [text.as_str(), &format!("it is in use by {}", image.id)];
        return Err(incorrect_state(texts::TIER_UNSUPPORTED, &arguments));
    }
    if let Some(tiering) = &snapshot.tiering {
        let tier = tiering.tier(now);
        let free = tier == StorageTier::Standard
            && !tiering.is_running(now)
            && tiering.restore_expires(now).is_none();
        if !free {
            let arguments = [
                text.as_str(),
                tier.name(),
                tiering.last_operation(now).status,
            ];
            return Err(incorrect_state(texts::TIER_STATE, &arguments));
        }
    }
    check_archives(&context.world.ebs, snapshot, now)?;
    let Some(snapshot) = context.world.ebs.snapshots.get_mut(id) else {
        return Err(not_found(id));
    };
    snapshot.tiering = Some(Box::new(Tiering::archive(now, snapshot.size)));
    // Archiving ends fast restores and sharing.
    for restore in &mut snapshot.fast_restores {
        restore.disable(now);
    }
    snapshot.sharing = None;
    show::reply(context, |xml| {
        xml.text("snapshotId", &text);
        xml.text("tieringStartTime", &time(now));
    })
}

/// Is there room in the archive, and for another way there?
fn check_archives(ebs: &Ebs, snapshot: &Snapshot, now: Timestamp) -> Result<(), Refusal> {
    let archived = ebs.snapshots_of(snapshot.volume).filter(|other| {
        other.presence(now) == Presence::Listed
            && tiering_of(other).is_some_and(|tiering| tiering.is_archived(now))
    });
    if archived.count() >= MOST_ARCHIVED {
        return Err(limit_exceeded(texts::ARCHIVED_OF_VOLUME));
    }
    let is_running = |tiering: &Tiering| tiering.is_archiving(now);
    if running(ebs, &snapshot.region, is_running) >= MOST_ARCHIVING {
        return Err(limit_exceeded(texts::ARCHIVING_AT_ONCE));
    }
    Ok(())
}

fn tiering_of(snapshot: &Snapshot) -> Option<&Tiering> {
    snapshot.tiering.as_deref()
}

/// How many tierings of a Region are as asked.
fn running(ebs: &Ebs, region: &str, is_wanted: impl Fn(&Tiering) -> bool) -> usize {
    ebs.snapshots
        .iter()
        .filter(|snapshot| snapshot.region.as_ref() == region && snapshot.owner == ebs.account)
        .filter(|snapshot| tiering_of(snapshot).is_some_and(&is_wanted))
        .count()
}

fn limit_exceeded(text: Text) -> Refusal {
    Refusal::client("ResourceLimitExceeded", text.plain())
}

pub(super) fn restore(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let id: SnapshotId = parameters.required_id("SnapshotId")?;
    let days = parameters.number_in("TemporaryRestoreDays", 1..=180)?;
    let for_ever = parameters.flag("PermanentRestore")?.unwrap_or_default();
    if for_ever && days.is_some() {
        return Err(not_together("TemporaryRestoreDays", "PermanentRestore"));
    }
    parameters.dry_run()?;

    let now = context.now;
    own_snapshot(context, id)?;
    let is_restoring = |tiering: &Tiering| tiering.is_restoring(now);
    let restoring = running(&context.world.ebs, &context.call.region, is_restoring);
    let Some(snapshot) = context.world.ebs.snapshots.get_mut(id) else {
        return Err(not_found(id));
    };
    let size = snapshot.size;
    let Some(tiering) = snapshot.tiering.as_mut().filter(|tiering| {
        let restored_for_a_while = tiering.restore_expires(now).is_some();
        !tiering.is_running(now)
            && (tiering.tier(now) == StorageTier::Archive || restored_for_a_while)
    }) else {
        return Err(incorrect_state(texts::NOT_ARCHIVED, &[&id.to_string()]));
    };
    if restoring >= MOST_RESTORING {
        return Err(limit_exceeded(texts::RESTORING_AT_ONCE));
    }
    let days = days.unwrap_or(1);
    let until = if for_ever {
        Until::ForEver
    } else {
        Until::Days(days)
    };
    // What is restored already only stays for another time.
    let course = match &tiering.restore {
        Some(restore) if tiering.restore_expires(now).is_some() => restore.course.ended(now),
        _ => Course::new(now, takes(size)),
    };
    tiering.restore = Some(Restore { course, until });
    show::reply(context, |xml| {
        xml.text("snapshotId", &id.to_string());
        xml.text("restoreStartTime", &time(now));
        if !for_ever {
            xml.value("restoreDuration", days);
        }
        xml.value("isPermanentRestore", for_ever);
    })
}

const FILTERS: [&str; 3] = ["snapshot-id", "volume-id", "last-tiering-operation"];

pub(super) fn describe(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let filters = Filters::of(&parameters, &FILTERS)?;
    let paging = Paging::of(&parameters, &Sizes::cut(5..=1000), None)?;
    parameters.dry_run()?;

    let (ebs, now) = (&context.world.ebs, context.now);
    let page = paging.page(
        ebs.snapshots
            .starting_at(paging.start)
            .filter(|(_, snapshot)| {
                snapshot.region.as_ref() == context.call.region
                    && snapshot.owner == ebs.account
                    && snapshot.presence(now) == Presence::Listed
                    && ebs.is_visible(snapshot.started(), now)
            }),
        |snapshot| filters.take(&snapshot.tags, |name| attribute(snapshot, name, now)),
    );
    show::reply(context, |xml| {
        xml.list("snapshotTierStatusSet", page.items, |xml, snapshot| {
            show::tier_status(xml, snapshot, now);
        });
        xml.optional("nextToken", page.next_token.as_deref());
    })
}

fn attribute(snapshot: &Snapshot, name: &str, now: Timestamp) -> Vec<String> {
    match name {
        "snapshot-id" => vec![snapshot.id.to_string()],
        "volume-id" => vec![snapshot.volume.to_string()],
        _ => {
            let tiering = snapshot.tiering.iter();
            tiering
                .map(|tiering| tiering.last_operation(now).status.to_owned())
                .collect()
        }
    }
}
