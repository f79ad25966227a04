//! `LockSnapshot`, `UnlockSnapshot`, `DescribeLockedSnapshots`.
//!
//! Invariants: in compliance mode, once the cooling-off period is over, a lock can only be
//! extended. A pending snapshot can be locked; the duration then begins with its completion.

use jiff::{SignedDuration, Timestamp};

use super::delete::own_snapshot;
use crate::sandbox::clock::later;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::Context;
use crate::sandbox::services::ec2::filter::Filters;
use crate::sandbox::services::ec2::id::SnapshotId;
use crate::sandbox::services::ec2::lock::Lock;
use crate::sandbox::services::ec2::paging::{Paging, Sizes};
use crate::sandbox::services::ec2::parameters::Parameters;
use crate::sandbox::services::ec2::refusals::{
    combination, incorrect_state, invalid, invalid_value, missing, not_found,
};
use crate::sandbox::services::ec2::show;
use crate::sandbox::services::ec2::snapshot::{Presence, Snapshot};
use crate::sandbox::services::ec2::vocabulary::{LockMode, LockState, SnapshotState};
use crate::sandbox::texts::ec2 as texts;
use crate::sandbox::word::Word as _;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// How long a lock is to last.
enum Period {
    Days(u32),
    Until(Timestamp),
}

pub(super) fn lock(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let id: SnapshotId = parameters.required_id("SnapshotId")?;
    let mode = parameters
        .word::<LockMode>("LockMode")?
        .ok_or_else(|| missing("LockMode"))?;
    let cool_off = parameters.number_in("CoolOffPeriod", 1..=72)?;
    if cool_off.is_some() && mode == LockMode::Governance {
        return Err(combination(texts::COOL_OFF_ONLY_COMPLIANCE.plain()));
    }
    let days = parameters.number_in("LockDuration", 1..=36_500)?;
    let period = match (days, parameters.text("ExpirationDate")) {
        (Some(days), None) => Period::Days(days),
        (None, Some(text)) => {
            let date = text
                .parse()
                .map_err(|_| invalid_value(text, "ExpirationDate"))?;
            Period::Until(date)
        }
        _ => return Err(combination(texts::LOCK_PERIOD.plain())),
    };
    parameters.dry_run()?;

    let now = context.now;
    let snapshot = own_snapshot(context, id)?;
    let state = snapshot.state(now);
    if state == SnapshotState::Error {
        return Err(incorrect_state(texts::SNAPSHOT_STATE, &[state.name()]));
    }
    let starts = now.max(snapshot.transfer.ends);
    let expires = match period {
        Period::Days(days) => later(starts, DAY * days.cast_signed()),
        Period::Until(date) if date < later(now, DAY) => {
            return Err(invalid(texts::LOCK_EXPIRES_SOON.plain()));
        }
        Period::Until(date) => date,
    };
    let mut lock = Lock {
        mode,
        created: now,
        starts,
        expires,
        cool_off,
    };
    if let Some(old) = snapshot
        .lock
        .as_ref()
        .filter(|old| old.state(now) != LockState::Expired)
    {
        let extends = lock.mode == LockMode::Compliance && lock.expires >= old.expires;
        if old.state(now) == LockState::Compliance {
            if !extends || lock.cool_off.is_some() {
                return Err(incorrect_state(
                    texts::LOCK_IN_COMPLIANCE,
                    &[&id.to_string()],
                ));
            }
            // The lock is the old one, for longer.
            lock = Lock {
                expires: lock.expires,
                ..Lock::clone(old)
            };
        } else {
            lock.created = old.created;
        }
    }
    let Some(snapshot) = context.world.ebs.snapshots.get_mut(id) else {
        return Err(not_found(id));
    };
    snapshot.lock = Some(Box::new(lock.clone()));
    let snapshot = snapshot.clone();
    show::reply(context, |xml| show::lock(xml, &snapshot, &lock, now))
}

pub(super) fn unlock(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let id: SnapshotId = parameters.required_id("SnapshotId")?;
    parameters.dry_run()?;

    let snapshot = own_snapshot(context, id)?;
    match snapshot.lock.as_ref().map(|lock| lock.state(context.now)) {
        None | Some(LockState::Expired) => {
            let text = texts::NOT_LOCKED.with(&[&id.to_string()]);
            return Err(Refusal::client("SnapshotNotLocked", text));
        }
        Some(LockState::Compliance) => {
            return Err(incorrect_state(
                texts::LOCK_IN_COMPLIANCE,
                &[&id.to_string()],
            ));
        }
        Some(LockState::Governance | LockState::ComplianceCoolOff) => {}
    }
    if let Some(snapshot) = context.world.ebs.snapshots.get_mut(id) {
        snapshot.lock = None;
    }
    show::reply(context, |xml| xml.text("snapshotId", &id.to_string()))
}

pub(super) fn describe(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let ids: Vec<SnapshotId> = parameters.ids("SnapshotId")?;
    let filters = Filters::of(&parameters, &["lock-state"])?;
    let paging = Paging::of(
        &parameters,
        &Sizes::strict(5..=1000),
        (!ids.is_empty()).then_some("SnapshotIds"),
    )?;
    parameters.dry_run()?;

    let (ebs, now) = (&context.world.ebs, context.now);
    for id in &ids {
        own_snapshot(context, *id)?;
    }
    let is_wanted = |snapshot: &Snapshot| {
        snapshot.region.as_ref() == context.call.region
            && snapshot.owner == ebs.account
            && snapshot.lock.is_some()
            && snapshot.presence(now) == Presence::Listed
            && (ids.is_empty() || ids.contains(&snapshot.id))
    };
    let page = paging.page(
        ebs.snapshots
            .starting_at(paging.start)
            .filter(|(_, snapshot)| is_wanted(snapshot)),
        |snapshot| {
            filters.take(&snapshot.tags, |_| {
                let lock = snapshot.lock.iter();
                lock.map(|lock| lock.state(now).name().to_owned()).collect()
            })
        },
    );
    show::reply(context, |xml| {
        xml.list("snapshotSet", page.items, |xml, snapshot| {
            xml.text("ownerId", &snapshot.owner);
            if let Some(lock) = &snapshot.lock {
                show::lock(xml, snapshot, lock, now);
            }
        });
        xml.optional("nextToken", page.next_token.as_deref());
    })
}
