//! `PolicyDetails`: what a policy covers and when.
//!
//! Invariants: it is shown as it was said, with what AWS adds; only policies that snapshot volumes
//! are simulated, others are refused.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::members::{Members, invalid, missing};
use super::schedule::Schedule;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::services::ec2::{Candidate, Tags, VolumeType};
use crate::sandbox::word::Word as _;

const MOST_TARGETS: usize = 50;
const MOST_SCHEDULES: usize = 4;
const SNAPSHOTS: &str = "EBS_SNAPSHOT_MANAGEMENT";

#[derive(Debug, Clone)]
pub(super) struct Details {
    pub(super) shown: Map<String, Value>,
    pub(super) covers: Covers,
    /// What has one of these tags is covered.
    pub(super) targets: Vec<(String, String)>,
    pub(super) schedules: Vec<Schedule>,
}

/// What a policy makes snapshots of.
#[derive(Debug, Clone)]
pub(super) enum Covers {
    /// Volumes with a tag.
    Volumes,
    /// All volumes of instances with a tag, as sets, but for these.
    Instances {
        without_root: bool,
        without: Vec<(String, String)>,
    },
    /// Every volume of the Region without a recent snapshot, but for these: a default policy.
    Everything {
        exclusions: Exclusions,
        recent: SignedDuration,
    },
}

/// What a default policy leaves out.
#[derive(Debug, Clone)]
pub(super) struct Exclusions {
    roots: bool,
    kinds: Vec<VolumeType>,
    tags: Vec<(String, String)>,
}

impl Exclusions {
    pub(super) fn leave_out(&self, volume: &Candidate<'_>) -> bool {
        (self.roots && volume.is_root)
            || self.kinds.contains(&volume.kind)
            || volume.tags.has_one_of(&self.tags)
    }

    fn read(members: Members<'_>) -> Result<Self, Refusal> {
        members.only(&["ExcludeBootVolumes", "ExcludeVolumeTypes", "ExcludeTags"])?;
        let kind = |name: &str| {
            VolumeType::from_name(name)
                .ok_or_else(|| invalid(name, "ExcludeVolumeTypes", "it is no type of volume"))
        };
        let kinds = members.texts("ExcludeVolumeTypes")?;
        Ok(Self {
            roots: members.truth("ExcludeBootVolumes")?.unwrap_or_default(),
            kinds: kinds.into_iter().map(kind).collect::<Result<_, _>>()?,
            tags: members.tags("ExcludeTags", MOST_TARGETS)?,
        })
    }
}

/// Is it the only value that is supported?
fn only(name: &str, value: &str, allowed: &str) -> Result<(), Refusal> {
    if value == allowed {
        return Ok(());
    }
    let why = format!("only {allowed} is supported here");
    Err(invalid(value, name, &why))
}

impl Details {
    pub(super) fn read(said: &Map<String, Value>, now: Timestamp) -> Result<Self, Refusal> {
        let members = Members::new(said);
        members.only(&[
            "PolicyType",
            "PolicyLanguage",
            "ResourceTypes",
            "ResourceLocations",
            "TargetTags",
            "Schedules",
            "Parameters",
        ])?;
        let kind = members.text("PolicyType")?.unwrap_or(SNAPSHOTS);
        only("PolicyType", kind, SNAPSHOTS)?;
        let language = members.text("PolicyLanguage")?.unwrap_or("STANDARD");
        only("PolicyLanguage", language, "STANDARD")?;
        for place in members.texts("ResourceLocations")? {
            only("ResourceLocations", place, "CLOUD")?;
        }
        let covers = covers(members)?;
        let targets = members.tags("TargetTags", MOST_TARGETS)?;
        if targets.is_empty() {
            return Err(missing("TargetTags"));
        }
        let schedules = schedules(members, &covers, now)?;
        let mut shown = said.clone();
        shown.insert("PolicyType".to_owned(), json!(kind));
        shown.entry("ResourceLocations").or_insert(json!(["CLOUD"]));
        Ok(Self {
            shown,
            covers,
            targets,
            schedules,
        })
    }

    /// The details of a default policy, whose members stand beside those of the policy.
    pub(super) fn of_default(members: Members<'_>, now: Timestamp) -> Result<Self, Refusal> {
        let days = |name: &str, least: i64, most: i64, default: i64| {
            let days = members.number(name)?.unwrap_or(default);
            if (least..=most).contains(&days) {
                return Ok(days);
            }
            let why = format!("it must be from {least} to {most} days");
            Err(invalid(&days.to_string(), name, &why))
        };
        let every = days("CreateInterval", 1, 7, 1)?;
        let keeps = days("RetainInterval", 2, 14, 7)?;
        if keeps <= every {
            let why = "it must be greater than CreateInterval";
            return Err(invalid(&keeps.to_string(), "RetainInterval", why));
        }
        if !members.objects("CrossRegionCopyTargets")?.is_empty() {
            let why = "copies to other Regions are not supported here";
            return Err(invalid("", "CrossRegionCopyTargets", why));
        }
        let copies_tags = members.truth("CopyTags")?.unwrap_or_default();
        let extends = members.truth("ExtendDeletion")?.unwrap_or_default();
        let nothing = Map::new();
        let said = members.object("Exclusions")?.unwrap_or(&nothing);
        let exclusions = Exclusions::read(Members::new(said))?;
        let shown = json!({
            "PolicyType": SNAPSHOTS,
            "PolicyLanguage": "SIMPLIFIED",
            "ResourceType": "VOLUME",
            "CreateInterval": every,
            "RetainInterval": keeps,
            "CopyTags": copies_tags,
            "ExtendDeletion": extends,
            "Exclusions": said,
        });
        let day = SignedDuration::from_hours(24);
        Ok(Self {
            shown: shown.as_object().cloned().unwrap_or_default(),
            covers: Covers::Everything {
                exclusions,
                // A run may begin an hour earlier in its window than the one before it did.
                recent: SignedDuration::from_hours(24 * every - 2),
            },
            targets: Vec::new(),
            schedules: vec![Schedule::every_days(
                every,
                day * i32::try_from(keeps).unwrap_or(i32::MAX),
                copies_tags,
                now,
            )],
        })
    }

    pub(super) fn is_default(&self) -> bool {
        matches!(self.covers, Covers::Everything { .. })
    }

    /// `VOLUME` or `INSTANCE`.
    pub(super) fn resource_type(&self) -> &'static str {
        match self.covers {
            Covers::Instances { .. } => "INSTANCE",
            Covers::Volumes | Covers::Everything { .. } => "VOLUME",
        }
    }

    /// The tags that all schedules add.
    pub(super) fn adds(&self) -> impl Iterator<Item = &(String, String)> {
        self.schedules.iter().flat_map(|schedule| &schedule.adds)
    }

    /// Does each schedule keep by count or age as the one of the same name did before?
    pub(super) fn keeps_alike(&self, new: &Self) -> bool {
        self.schedules.iter().all(|old| {
            let same = new
                .schedules
                .iter()
                .find(|schedule| schedule.name == old.name);
            same.is_none_or(|new| new.keeps.is_like(old.keeps))
        })
    }
}

fn covers(members: Members<'_>) -> Result<Covers, Refusal> {
    let nothing = Map::new();
    let parameters = Members::new(members.object("Parameters")?.unwrap_or(&nothing));
    parameters.only(&["ExcludeBootVolume", "ExcludeDataVolumeTags"])?;
    let without_root = parameters.truth("ExcludeBootVolume")?.unwrap_or_default();
    let without = parameters.tags("ExcludeDataVolumeTags", MOST_TARGETS)?;
    match members.texts("ResourceTypes")?.as_slice() {
        ["VOLUME"] if without_root || !without.is_empty() => {
            let why = "its exclusions belong to the resource type INSTANCE";
            Err(invalid("VOLUME", "Parameters", why))
        }
        ["VOLUME"] => Ok(Covers::Volumes),
        ["INSTANCE"] => Ok(Covers::Instances {
            without_root,
            without,
        }),
        [other] => Err(invalid(
            other,
            "ResourceTypes",
            "it must be VOLUME or INSTANCE",
        )),
        [] => Err(missing("ResourceTypes")),
        [_, other, ..] => Err(invalid(other, "ResourceTypes", "only one is allowed")),
    }
}

fn schedules(
    members: Members<'_>,
    covers: &Covers,
    now: Timestamp,
) -> Result<Vec<Schedule>, Refusal> {
    let schedules = members
        .objects("Schedules")?
        .into_iter()
        .map(|schedule| Schedule::read(schedule, now))
        .collect::<Result<Vec<_>, _>>()?;
    let of_volumes = matches!(covers, Covers::Volumes);
    if of_volumes && schedules.iter().any(Schedule::has_variable_tags) {
        let why = "it belongs to the resource type INSTANCE";
        return Err(invalid("VOLUME", "VariableTags", why));
    }
    match schedules.len() {
        0 => Err(missing("Schedules")),
        1..=MOST_SCHEDULES => Ok(schedules),
        count => Err(invalid(
            &count.to_string(),
            "Schedules",
            "at most 4 are allowed",
        )),
    }
}

/// Has a volume none of these tags, if it is no root volume?
pub(super) fn is_taken(
    volume: &Candidate<'_>,
    without_root: bool,
    without: &[(String, String)],
) -> bool {
    if volume.is_root {
        return !without_root;
    }
    !Tags::has_one_of(volume.tags, without)
}
