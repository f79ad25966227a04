//! `EnableFastSnapshotRestores`, `DisableFastSnapshotRestores`, `DescribeFastSnapshotRestores`.
//!
//! Invariants: the first two answer 200 whatever becomes of the single snapshots: each pair of
//! snapshot and zone is in the set of the successful or of the unsuccessful.

use jiff::Timestamp;

use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::Context;
use crate::sandbox::services::ec2::fast_restore::FastRestore;
use crate::sandbox::services::ec2::filter::Filters;
use crate::sandbox::services::ec2::id::{EbsSnapshot, Kind as _, SnapshotId};
use crate::sandbox::services::ec2::paging::{Paging, Sizes};
use crate::sandbox::services::ec2::parameters::Parameters;
use crate::sandbox::services::ec2::refusals::{invalid, missing, not_together};
use crate::sandbox::services::ec2::show;
use crate::sandbox::services::ec2::snapshot::{Presence, Snapshot};
use crate::sandbox::services::ec2::store::Ebs;
use crate::sandbox::services::ec2::tags::Tags;
use crate::sandbox::services::ec2::vocabulary::{FastRestoreState, SnapshotState};
use crate::sandbox::services::ec2::zones::{self, Called, called};
use crate::sandbox::texts::ec2 as texts;
use crate::sandbox::word::Word as _;

/// How many a Region may have.
const QUOTA: usize = 5;

/// Why a pair of snapshot and zone was not successful.
struct Problem {
    code: &'static str,
    message: String,
}

type Change = fn(&mut Ebs, SnapshotId, &str, &str, Timestamp) -> Result<(), Problem>;

pub(super) fn enable(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    change(context, enable_one)
}

pub(super) fn disable(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    change(context, disable_one)
}

fn change(context: &mut Context<'_>, change: Change) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let ids: Vec<SnapshotId> = parameters.ids("SourceSnapshotId")?;
    if ids.is_empty() {
        return Err(missing("SourceSnapshotId"));
    }
    let (by_name, by_id) = (
        parameters.list("AvailabilityZone"),
        parameters.list("AvailabilityZoneId"),
    );
    if !by_name.is_empty() && !by_id.is_empty() {
        return Err(not_together("AvailabilityZone", "AvailabilityZoneId"));
    }
    let named: Vec<Called> = called(by_name, Called::Name)
        .chain(called(by_id, Called::Id))
        .collect();
    if named.is_empty() {
        return Err(missing("AvailabilityZone"));
    }
    parameters.dry_run()?;

    let (region, now) = (context.call.region.as_str(), context.now);
    let zones: Vec<String> = named
        .iter()
        .map(|zone| {
            let unknown = || invalid(texts::UNKNOWN_ZONES.with(&[zone.text()]));
            zones::find(region, zone).ok_or_else(unknown)
        })
        .collect::<Result<_, _>>()?;
    let mut done = Vec::new();
    let mut failed: Vec<(SnapshotId, Vec<(&str, Problem)>)> = Vec::new();
    for id in ids {
        let mut problems = Vec::new();
        for zone in &zones {
            match change(&mut context.world.ebs, id, zone, region, now) {
                Ok(()) => done.push((id, zone)),
                Err(problem) => problems.push((zone.as_str(), problem)),
            }
        }
        if !problems.is_empty() {
            failed.push((id, problems));
        }
    }
    let ebs = &context.world.ebs;
    let done = done.into_iter().filter_map(|(id, zone)| {
        let snapshot = ebs.snapshots.get(id)?;
        let restore = snapshot
            .fast_restores
            .iter()
            .rfind(|restore| restore.zone == *zone)?;
        Some((snapshot, restore))
    });
    show::reply(context, |xml| {
        xml.list("successful", done, |xml, (snapshot, restore)| {
            show::fast_restore(xml, snapshot, restore, now);
        });
        xml.list("unsuccessful", &failed, |xml, (id, problems)| {
            xml.text("snapshotId", &id.to_string());
            xml.list(
                "fastSnapshotRestoreStateErrorSet",
                problems,
                |xml, (zone, problem)| {
                    xml.text("availabilityZone", zone);
                    xml.text("availabilityZoneId", &zones::id(region, zone));
                    xml.element("error", |xml| {
                        xml.text("code", problem.code);
                        xml.text("message", &problem.message);
                    });
                },
            );
        });
    })
}

fn own<'a>(
    ebs: &'a mut Ebs,
    id: SnapshotId,
    region: &str,
    now: Timestamp,
) -> Result<&'a mut Snapshot, Problem> {
    let account = std::sync::Arc::clone(&ebs.account);
    let found = ebs.usable_snapshot(id, region, now).is_some();
    ebs.snapshots
        .get_mut(id)
        .filter(|snapshot| found && snapshot.owner == account)
        .ok_or_else(|| Problem {
            code: EbsSnapshot::NOT_FOUND,
            message: texts::NO_SUCH_SNAPSHOT.with(&[&id.to_string()]),
        })
}

fn enable_one(
    ebs: &mut Ebs,
    id: SnapshotId,
    zone: &str,
    region: &str,
    now: Timestamp,
) -> Result<(), Problem> {
    let on = ebs
        .snapshots
        .iter()
        .filter(|snapshot| snapshot.region.as_ref() == region)
        .flat_map(|snapshot| &snapshot.fast_restores)
        .filter(|restore| restore.is_on(now))
        .count();
    let snapshot = own(ebs, id, region, now)?;
    if snapshot.state(now) != SnapshotState::Completed || !snapshot.tier(now).is_readable() {
        let message = texts::FAST_RESTORE_STATE.plain();
        return Err(Problem {
            code: "IncorrectState",
            message,
        });
    }
    let restores = &mut snapshot.fast_restores;
    if restores
        .iter()
        .any(|restore| restore.zone == zone && restore.is_on(now))
    {
        return Ok(());
    }
    if on >= QUOTA {
        let message = texts::FAST_RESTORE_QUOTA.plain();
        return Err(Problem {
            code: "FastSnapshotRestoreLimitExceeded",
            message,
        });
    }
    restores.retain(|restore| restore.zone != zone);
    restores.push(FastRestore::enable(zone, snapshot.size, now));
    Ok(())
}

fn disable_one(
    ebs: &mut Ebs,
    id: SnapshotId,
    zone: &str,
    region: &str,
    now: Timestamp,
) -> Result<(), Problem> {
    let snapshot = own(ebs, id, region, now)?;
    let restore = snapshot
        .fast_restores
        .iter_mut()
        .find(|restore| restore.zone == zone && restore.is_on(now))
        .ok_or_else(|| Problem {
            code: "IncorrectState",
            message: texts::FAST_RESTORE_NOT_ENABLED.plain(),
        })?;
    restore.disable(now);
    Ok(())
}

const FILTERS: [&str; 5] = [
    "availability-zone",
    "availability-zone-id",
    "owner-id",
    "snapshot-id",
    "state",
];

pub(super) fn describe(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let filters = Filters::of(&parameters, &FILTERS)?;
    let paging = Paging::of(&parameters, &Sizes::strict(0..=200), None)?;
    parameters.dry_run()?;

    let (ebs, now) = (&context.world.ebs, context.now);
    let all = ebs
        .snapshots
        .iter()
        .filter(|snapshot| {
            snapshot.region.as_ref() == context.call.region
                && snapshot.presence(now) == Presence::Listed
                && snapshot.is_for(&ebs.account)
        })
        .flat_map(|snapshot| {
            snapshot
                .fast_restores
                .iter()
                .filter(|restore| restore.state(now) != FastRestoreState::Disabled)
                .map(move |restore| (snapshot, restore))
        });
    let page = paging.page(all.enumerate().skip(paging.start), |(snapshot, restore)| {
        filters.take(&Tags::default(), |name| {
            vec![attribute(snapshot, restore, name, now)]
        })
    });
    show::reply(context, |xml| {
        xml.list(
            "fastSnapshotRestoreSet",
            page.items,
            |xml, (snapshot, restore)| {
                show::fast_restore(xml, snapshot, restore, now);
            },
        );
        xml.optional("nextToken", page.next_token.as_deref());
    })
}

fn attribute(snapshot: &Snapshot, restore: &FastRestore, name: &str, now: Timestamp) -> String {
    match name {
        "availability-zone" => restore.zone.clone(),
        "availability-zone-id" => zones::id(&snapshot.region, &restore.zone),
        "owner-id" => snapshot.owner.to_string(),
        "snapshot-id" => snapshot.id.to_string(),
        _ => restore.state(now).name().to_owned(),
    }
}
