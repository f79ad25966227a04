//! What may be asked of a new volume.
//!
//! Invariants: the form of the parameters is judged without looking at the world; the snapshot
//! and the size that depends on it are judged with it.

use jiff::Timestamp;

use crate::sandbox::refusal::Refusal;
use crate::sandbox::services::ec2::id::{self, SnapshotId};
use crate::sandbox::services::ec2::parameters::Parameters;
use crate::sandbox::services::ec2::refusals::{
    combination, incorrect_state, invalid, invalid_because, missing, not_found, not_together,
};
use crate::sandbox::services::ec2::snapshot::Snapshot;
use crate::sandbox::services::ec2::store::Ebs;
use crate::sandbox::services::ec2::tags::{self, Tags};
use crate::sandbox::services::ec2::vocabulary::{SnapshotState, VolumeType};
use crate::sandbox::services::ec2::zones::Called;
use crate::sandbox::texts::ec2 as texts;
use crate::sandbox::word::Word as _;

/// A new volume, as far as the request says.
pub(super) struct Asked {
    pub(super) zone: Called,
    pub(super) snapshot: Option<SnapshotId>,
    pub(super) size: Option<u32>,
    pub(super) kind: VolumeType,
    pub(super) iops: Option<u32>,
    pub(super) throughput: Option<u32>,
    /// The name of the key, empty for the AWS managed one; none: not asked for.
    pub(super) key: Option<String>,
    pub(super) multi_attach: bool,
    pub(super) initialization_rate: Option<u32>,
    pub(super) tags: Tags,
}

pub(super) fn asked(parameters: &Parameters<'_>) -> Result<Asked, Refusal> {
    let zone = match (
        parameters.text("AvailabilityZone"),
        parameters.text("AvailabilityZoneId"),
    ) {
        (Some(_), Some(_)) => return Err(not_together("AvailabilityZone", "AvailabilityZoneId")),
        (Some(name), None) => Called::Name(name.to_owned()),
        (None, Some(id)) => Called::Id(id.to_owned()),
        (None, None) => return Err(missing("AvailabilityZone")),
    };
    let snapshot = parameters.id("SnapshotId")?;
    let size = parameters.number::<u32>("Size")?;
    if size.is_none() && snapshot.is_none() {
        return Err(Refusal::client(
            "MissingParameter",
            texts::SIZE_OR_SNAPSHOT.plain(),
        ));
    }
    let kind = parameters.word("VolumeType")?.unwrap_or(VolumeType::Gp2);
    let encrypted = parameters.flag("Encrypted")?.unwrap_or_default();
    let key = parameters.text("KmsKeyId");
    if key.is_some() && !encrypted {
        return Err(key_without_encryption());
    }
    let rate = parameters.number_in("VolumeInitializationRate", 100..=300)?;
    if rate.is_some() && snapshot.is_none() {
        return Err(combination(texts::RATE_WITHOUT_SNAPSHOT.plain()));
    }
    let multi_attach = parameters.flag("MultiAttachEnabled")?.unwrap_or_default();
    if multi_attach && !kind.can_multi_attach() {
        return Err(not_for(kind, "multiAttachEnabled"));
    }
    let asked = Asked {
        zone,
        snapshot,
        size,
        kind,
        iops: parameters.number("Iops")?,
        throughput: parameters.number("Throughput")?,
        key: encrypted.then(|| key.unwrap_or_default().to_owned()),
        multi_attach,
        initialization_rate: rate,
        tags: tags::specified::<id::Volume>(parameters)?,
    };
    parameters.client_token()?;
    parameters.in_the_region()?;
    if let Some(operator) = parameters.text("Operator.Principal") {
        let why = texts::RESERVED_OPERATOR.plain();
        return Err(invalid_because(operator, "Operator.Principal", &why));
    }
    check_performance(&asked)?;
    if let Some(size) = size {
        check_size(&asked, size)?;
    }
    Ok(asked)
}

/// A key was named for something that is not to be encrypted.
pub(super) fn key_without_encryption() -> Refusal {
    let text = texts::KEY_WITHOUT_ENCRYPTION.plain();
    Refusal::client("InvalidParameterDependency", text)
}

fn not_for(kind: VolumeType, parameter: &str) -> Refusal {
    combination(texts::NOT_FOR_TYPE.with(&[parameter, kind.name()]))
}

fn outside(
    value: u32,
    parameter: &str,
    range: &std::ops::RangeInclusive<u32>,
    kind: VolumeType,
) -> Refusal {
    let (from, to) = (range.start().to_string(), range.end().to_string());
    let why = texts::OUTSIDE.with(&[&from, &to, kind.name()]);
    invalid_because(&value.to_string(), parameter, &why)
}

fn check_performance(asked: &Asked) -> Result<(), Refusal> {
    let kind = asked.kind;
    match (kind.iops_rule(), asked.iops) {
        (None, Some(_)) => return Err(not_for(kind, "iops")),
        (Some(rule), None) if rule.default.is_none() => {
            let text = texts::IOPS_MISSING.with(&[kind.name()]);
            return Err(Refusal::client("MissingParameter", text));
        }
        (Some(rule), Some(iops)) if !rule.range.contains(&iops) => {
            return Err(outside(iops, "Iops", &rule.range, kind));
        }
        _ => {}
    }
    match (kind.throughputs(), asked.throughput) {
        (None, Some(_)) => Err(not_for(kind, "throughput")),
        (Some(range), Some(throughput)) if !range.contains(&throughput) => {
            Err(outside(throughput, "Throughput", &range, kind))
        }
        (Some(_), Some(throughput)) if throughput * 4 > asked.iops.unwrap_or(3_000) => {
            Err(invalid(texts::THROUGHPUT_RATIO.plain()))
        }
        _ => Ok(()),
    }
}

fn check_size(asked: &Asked, size: u32) -> Result<(), Refusal> {
    let kind = asked.kind;
    if !kind.sizes().contains(&size) {
        return Err(outside(size, "Size", &kind.sizes(), kind));
    }
    let (Some(rule), Some(iops)) = (kind.iops_rule(), asked.iops) else {
        return Ok(());
    };
    let least = rule.default.unwrap_or_default();
    if iops > least.max(size.saturating_mul(rule.per_gib)) {
        let ratio = format!("{:.6}", f64::from(iops) / f64::from(size));
        let text = texts::IOPS_RATIO.with(&[&ratio, &rule.per_gib.to_string()]);
        return Err(invalid(text));
    }
    Ok(())
}

/// The snapshot that a volume can be made of.
pub(super) fn snapshot<'a>(
    ebs: &'a Ebs,
    id: SnapshotId,
    region: &str,
    now: Timestamp,
) -> Result<&'a Snapshot, Refusal> {
    let snapshot = ebs
        .usable_snapshot(id, region, now)
        .ok_or_else(|| not_found(id))?;
    let state = snapshot.state(now);
    if state != SnapshotState::Completed {
        return Err(incorrect_state(texts::SNAPSHOT_STATE, &[state.name()]));
    }
    if !snapshot.tier(now).is_readable() {
        return Err(incorrect_state(texts::ARCHIVED, &[&id.to_string()]));
    }
    Ok(snapshot)
}

/// The size of the volume: what was asked for, or the snapshot's.
pub(super) fn size(asked: &Asked, snapshot: Option<&Snapshot>) -> Result<u32, Refusal> {
    let least = snapshot.map_or(0, |snapshot| snapshot.size);
    let size = asked.size.unwrap_or(least);
    if size < least {
        let why = texts::SMALLER_THAN_SNAPSHOT.with(&[&least.to_string()]);
        return Err(invalid_because(&size.to_string(), "Size", &why));
    }
    check_size(asked, size)?;
    Ok(size)
}
