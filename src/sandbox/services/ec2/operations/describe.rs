//! `DescribeSnapshots`.
//!
//! Invariants: without `Owner` and `RestorableBy`, everything that the account may use is listed:
//! its own, what was shared with it, and what is public. One explicit id that does not exist
//! fails the whole call.

use jiff::Timestamp;

use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::Context;
use crate::sandbox::services::ec2::filter::Filters;
use crate::sandbox::services::ec2::id::SnapshotId;
use crate::sandbox::services::ec2::paging::{Paging, Sizes};
use crate::sandbox::services::ec2::parameters::{OWNER_WORDS, Parameters};
use crate::sandbox::services::ec2::refusals::not_found;
use crate::sandbox::services::ec2::show::{self, time};
use crate::sandbox::services::ec2::snapshot::{Presence, Snapshot};
use crate::sandbox::services::ec2::store::Ebs;
use crate::sandbox::word::Word as _;

const FILTERS: [&str; 12] = [
    "description",
    "encrypted",
    "owner-alias",
    "owner-id",
    "progress",
    "snapshot-id",
    "start-time",
    "status",
    "storage-tier",
    "transfer-type",
    "volume-id",
    "volume-size",
];

pub(super) fn describe(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let ids: Vec<SnapshotId> = parameters.ids("SnapshotId")?;
    let owners = parameters.accounts("Owner", &OWNER_WORDS)?;
    let restorable_by = parameters.accounts("RestorableBy", &["self", "all"])?;
    let filters = Filters::of(&parameters, &FILTERS)?;
    let paging = Paging::of(
        &parameters,
        &Sizes::cut(5..=1000),
        (!ids.is_empty()).then_some("SnapshotIds"),
    )?;
    parameters.dry_run()?;

    let (ebs, now) = (&context.world.ebs, context.now);
    let region = context.call.region.as_str();
    let is_seen = |snapshot: &Snapshot| {
        snapshot.region.as_ref() == region
            && snapshot.presence(now) == Presence::Listed
            && snapshot.is_for(&ebs.account)
            && ebs.is_visible(snapshot.started(), now)
    };
    // What is there but not for this account is left out, as AWS says; what is not there is not.
    let exists = |snapshot: &Snapshot| !snapshot.is_for(&ebs.account) || is_seen(snapshot);
    for id in &ids {
        if !ebs.snapshots.get(*id).is_some_and(exists) {
            return Err(not_found(*id));
        }
    }
    let wanted = |snapshot: &Snapshot| {
        (ids.is_empty() || ids.contains(&snapshot.id))
            && is_seen(snapshot)
            && is_owned(ebs, snapshot, &owners)
            && is_restorable(ebs, snapshot, &restorable_by)
    };
    let page = paging.page(
        ebs.snapshots
            .starting_at(paging.start)
            .filter(|(_, snapshot)| wanted(snapshot)),
        |snapshot| filters.take(&snapshot.tags, |name| attribute(snapshot, name, now)),
    );
    show::reply(context, |xml| {
        xml.list("snapshotSet", page.items, |xml, snapshot| {
            show::snapshot(xml, ebs.ids, snapshot, now);
        });
        xml.optional("nextToken", page.next_token.as_deref());
    })
}

fn is_owned(ebs: &Ebs, snapshot: &Snapshot, owners: &[&str]) -> bool {
    owners.is_empty()
        || owners.iter().any(|owner| match *owner {
            "self" => snapshot.owner == ebs.account,
            owner => {
                snapshot.owner.as_ref() == owner || snapshot.owner_alias.as_deref() == Some(owner)
            }
        })
}

fn is_restorable(ebs: &Ebs, snapshot: &Snapshot, by: &[&str]) -> bool {
    by.is_empty()
        || by.iter().any(|account| match *account {
            "all" => snapshot.is_public(),
            "self" => snapshot.owner == ebs.account || snapshot.is_shared_with(&ebs.account),
            account => snapshot.owner.as_ref() == account || snapshot.is_shared_with(account),
        })
}

fn attribute(snapshot: &Snapshot, name: &str, now: Timestamp) -> Vec<String> {
    vec![match name {
        "description" => snapshot.description.clone(),
        "encrypted" => snapshot.key.is_some().to_string(),
        "owner-alias" => {
            return snapshot
                .owner_alias
                .iter()
                .map(ToString::to_string)
                .collect();
        }
        "owner-id" => snapshot.owner.to_string(),
        "progress" => snapshot.progress(now),
        "snapshot-id" => snapshot.id.to_string(),
        "start-time" => time(snapshot.started()),
        "status" => snapshot.state(now).name().to_owned(),
        "storage-tier" => snapshot.tier(now).name().to_owned(),
        "transfer-type" => match &snapshot.copy {
            Some(copy) if copy.completion_minutes.is_some() => "time-based".to_owned(),
            Some(_) => "standard".to_owned(),
            None => return Vec::new(),
        },
        "volume-id" => snapshot.volume.to_string(),
        "volume-size" => snapshot.size.to_string(),
        _ => return Vec::new(),
    }]
}
