//! `CopySnapshot`, which is called in the Region that the copy is to be in.
//!
//! Invariants: a copy names no real volume and belongs to no volume's lineage; user tags of the
//! source are not copied.

use std::sync::Arc;

use jiff::SignedDuration;

use super::touched::may_tag;
use super::volume_checks::key_without_encryption;
use crate::sandbox::clock::later;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::Context;
use crate::sandbox::services::ec2::id::{EbsSnapshot, SnapshotId, VOLUME_OF_COPIES};
use crate::sandbox::services::ec2::keys;
use crate::sandbox::services::ec2::parameters::Parameters;
use crate::sandbox::services::ec2::refusals::{
    incorrect_state, invalid, invalid_because, invalid_value, not_found,
};
use crate::sandbox::services::ec2::show;
use crate::sandbox::services::ec2::snapshot::{CopyFacts, Failure, Fate, Snapshot, Transfer};
use crate::sandbox::services::ec2::store::{Ebs, transfer_time};
use crate::sandbox::services::ec2::tags::{self, Tags};
use crate::sandbox::services::ec2::vocabulary::SnapshotState;
use crate::sandbox::texts::ec2 as texts;
use crate::sandbox::word::Word as _;

const MOST_AT_ONCE: usize = 20;
/// How long a copy goes well until its key is needed.
const BEFORE_THE_KEY: SignedDuration = SignedDuration::from_secs(10);

/// What a copy is to be.
struct Asked {
    source: SnapshotId,
    source_region: String,
    description: String,
    /// It is not to be encrypted, in so many words.
    plain: bool,
    /// The name of a key; none: as the source.
    key: Option<String>,
    completion_minutes: Option<u32>,
    tags: Tags,
}

pub(super) fn copy(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let asked = asked(&parameters)?;
    may_tag::<EbsSnapshot>(context, &asked.tags)?;
    if !super::regions::exists(&asked.source_region) {
        return Err(invalid(texts::UNKNOWN_REGION.with(&[&asked.source_region])));
    }
    if let Some(region) = parameters.text("DestinationRegion")
        && region != context.call.region
    {
        return Err(invalid_value(region, "DestinationRegion"));
    }
    parameters.dry_run()?;

    let now = context.now;
    let region = context.call.region.as_str();
    let ebs = &mut context.world.ebs;
    let source = ebs
        .usable_snapshot(asked.source, &asked.source_region, now)
        .ok_or_else(|| not_found(asked.source))?;
    let state = source.state(now);
    if state != SnapshotState::Completed {
        return Err(incorrect_state(texts::SNAPSHOT_STATE, &[state.name()]));
    }
    if !source.tier(now).is_readable() {
        return Err(incorrect_state(
            texts::ARCHIVED,
            &[&asked.source.to_string()],
        ));
    }
    if asked.plain && source.key.is_some() {
        let why = texts::COPY_IS_ENCRYPTED.plain();
        return Err(invalid_because("false", "Encrypted", &why));
    }
    if running_copies(ebs, region, now) >= MOST_AT_ONCE {
        let text = texts::COPIES_RUNNING.plain();
        return Err(Refusal::client("ResourceLimitExceeded", text));
    }
    let source = source.clone();
    let id = begin(ebs, &source, asked, region, now);
    let ebs = &context.world.ebs;
    let made = ebs.snapshots.get(id).ok_or_else(|| not_found(id))?;
    show::reply(context, |xml| {
        xml.text("snapshotId", &id.to_string());
        made.tags.show(xml);
    })
}

fn asked(parameters: &Parameters<'_>) -> Result<Asked, Refusal> {
    let source_region = parameters.required("SourceRegion")?.to_owned();
    let source = parameters.required_id("SourceSnapshotId")?;
    let said = parameters.flag("Encrypted")?;
    let encrypted = said.unwrap_or_default();
    let key = parameters.text("KmsKeyId");
    if key.is_some() && !encrypted {
        return Err(key_without_encryption());
    }
    let minutes = parameters.number::<u32>("CompletionDurationMinutes")?;
    if let Some(wrong) =
        minutes.filter(|minutes| !(15..=2880).contains(minutes) || !minutes.is_multiple_of(15))
    {
        let why = texts::COMPLETION_DURATION.plain();
        return Err(invalid_because(
            &wrong.to_string(),
            "CompletionDurationMinutes",
            &why,
        ));
    }
    parameters.in_the_region()?;
    Ok(Asked {
        source,
        source_region,
        description: parameters.description()?,
        plain: said == Some(false),
        key: encrypted.then(|| key.unwrap_or_default().to_owned()),
        completion_minutes: minutes,
        tags: tags::specified::<EbsSnapshot>(parameters)?,
    })
}

fn running_copies(ebs: &Ebs, region: &str, now: jiff::Timestamp) -> usize {
    ebs.snapshots
        .iter()
        .filter(|snapshot| snapshot.copy.is_some() && snapshot.region.as_ref() == region)
        .filter(|snapshot| snapshot.state(now) == SnapshotState::Pending)
        .count()
}

fn begin(
    ebs: &mut Ebs,
    source: &Snapshot,
    asked: Asked,
    region: &str,
    now: jiff::Timestamp,
) -> SnapshotId {
    let id = ebs.new_snapshot_id();
    // A copy of an encrypted snapshot is encrypted; in another Region, or of another account's
    // snapshot, with another key.
    let inherited = source.key.as_ref().map(|key| {
        if source.region.as_ref() == region && source.owner == ebs.account {
            key.to_string()
        } else {
            String::new()
        }
    });
    let named = asked.key.map(|name| keys::arn(&name, region, &ebs.account));
    let is_usable = named
        .as_deref()
        .is_none_or(|key| keys::is_plausible(key, region));
    let inherited = inherited.map(|name| keys::arn(&name, region, &ebs.account));
    let key = named.or(inherited);
    let takes = match asked.completion_minutes {
        Some(minutes) => SignedDuration::from_mins(minutes.into()),
        None => transfer_time(source.size, true),
    };
    let mut transfer = Transfer::new(now, takes);
    // Keys are looked at late: a copy with one that cannot be used begins all the same.
    if !is_usable {
        transfer.failure = Some(Box::new(Failure {
            at: later(now, BEFORE_THE_KEY),
            message: texts::KEY_NOT_ACCESSIBLE.plain(),
        }));
    }
    let snapshot = Snapshot {
        id,
        region: region.into(),
        owner: Arc::clone(&ebs.account),
        owner_alias: None,
        volume: VOLUME_OF_COPIES,
        size: source.size,
        description: asked.description,
        key: key.map(Arc::from),
        tags: asked.tags,
        transfer,
        fate: Fate::Kept,
        lineage: None,
        set: None,
        copy: Some(Box::new(CopyFacts {
            completion_minutes: asked.completion_minutes,
        })),
        tiering: None,
        lock: None,
        sharing: None,
        fast_restores: Vec::new(),
    };
    ebs.add_snapshot(snapshot);
    id
}
