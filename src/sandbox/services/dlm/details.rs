//! `PolicyDetails`: what a policy covers and when.
//!
//! Invariants: it is shown as it was said, with what AWS adds; only policies that snapshot tagged
//! volumes are simulated, others are refused.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::members::{Members, invalid, missing};
use super::schedule::Schedule;
use crate::sandbox::refusal::Refusal;

const MOST_TARGETS: usize = 50;
const MOST_SCHEDULES: usize = 4;

#[derive(Debug, Clone)]
pub(super) struct Details {
    pub(super) shown: Value,
    /// A volume with one of these tags is covered.
    pub(super) targets: Vec<(String, String)>,
    pub(super) schedules: Vec<Schedule>,
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
        ])?;
        let only = |name: &str, value: &str, allowed: &str| {
            if value == allowed {
                return Ok(());
            }
            Err(invalid(
                value,
                name,
                &format!("only {allowed} is supported here"),
            ))
        };
        let kind = members
            .text("PolicyType")?
            .unwrap_or("EBS_SNAPSHOT_MANAGEMENT");
        only("PolicyType", kind, "EBS_SNAPSHOT_MANAGEMENT")?;
        let language = members.text("PolicyLanguage")?.unwrap_or("STANDARD");
        only("PolicyLanguage", language, "STANDARD")?;
        let types = members.texts("ResourceTypes")?;
        match types.as_slice() {
            [kind] => only("ResourceTypes", kind, "VOLUME")?,
            [] => return Err(missing("ResourceTypes")),
            [_, other, ..] => return Err(invalid(other, "ResourceTypes", "only one is allowed")),
        }
        for place in members.texts("ResourceLocations")? {
            only("ResourceLocations", place, "CLOUD")?;
        }
        let targets = members.tags("TargetTags", MOST_TARGETS)?;
        if targets.is_empty() {
            return Err(missing("TargetTags"));
        }
        let schedules = members
            .objects("Schedules")?
            .into_iter()
            .map(|schedule| Schedule::read(schedule, now))
            .collect::<Result<Vec<_>, _>>()?;
        match schedules.len() {
            0 => return Err(missing("Schedules")),
            1..=MOST_SCHEDULES => {}
            count => {
                return Err(invalid(
                    &count.to_string(),
                    "Schedules",
                    "at most 4 are allowed",
                ));
            }
        }
        let mut shown = said.clone();
        shown.insert("PolicyType".to_owned(), json!(kind));
        shown.entry("ResourceLocations").or_insert(json!(["CLOUD"]));
        Ok(Self {
            shown: Value::Object(shown),
            targets,
            schedules,
        })
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
