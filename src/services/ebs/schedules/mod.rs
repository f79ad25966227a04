//! Schedules: the policies of Data Lifecycle Manager, by which AWS takes snapshots by itself.
//!
//! Reading is here, what they are in `describe`, what was asked for in `terms`, what follows from it in
//! `assess`, the calls in `change`, the time of the next run in `next_run`.

mod assess;
mod change;
mod describe;
mod next_run;
mod terms;

use aws_sdk_dlm::types::{LifecyclePolicy, LifecyclePolicySummary, PolicyDetails, RetainRule, Tag};
use aws_types::request_id::RequestId;
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};

pub(super) use self::{
    change::{TAGGED, seen_tagged},
    describe::{
        COLLECTION, CREATE_ACTION, DAILY_ACTION, DELETE_ACTION, DISABLE_ACTION, ENABLE_ACTION,
        SCHEDULES, owns,
    },
    terms::goes_by,
};
use super::{Ebs, convert};
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        place::Place,
        row::{Cell, Row, State, Tone},
    },
    services::{
        Sink,
        convert::{Cells, text},
        refusal,
    },
};

/// Policies that are read at once; the service takes one at a time, and few a second.
const AT_ONCE: usize = 4;

/// What Data Lifecycle Manager's own error codes mean.
fn classify(code: &str) -> Option<FailureKind> {
    Some(match code {
        "ResourceNotFoundException" => FailureKind::NotFound,
        "LimitExceededException" => FailureKind::Limit,
        "InvalidRequestException" => FailureKind::Invalid,
        "InternalServerException" => FailureKind::Server,
        _ => return None,
    })
}

/// The service's moments have another type than EC2's, and the same meaning.
fn moment(at: Option<&aws_sdk_dlm::primitives::DateTime>) -> Cell {
    at.and_then(crate::services::convert::moment).into()
}

fn state(word: &str) -> State {
    let tone = match word {
        "ENABLED" => Tone::Good,
        "ERROR" => Tone::Bad,
        _ => Tone::Neutral,
    };
    State::new(word, tone)
}

fn tags(tags: &[Tag]) -> Cell {
    if tags.is_empty() {
        return Cell::Absent;
    }
    Cell::Tags(
        tags.iter()
            .map(|tag| {
                (
                    tag.key().unwrap_or_default().into(),
                    tag.value().unwrap_or_default().into(),
                )
            })
            .collect(),
    )
}

fn own_tags(tags: Option<&std::collections::HashMap<String, String>>) -> Cell {
    let mut tags: Vec<(Box<str>, Box<str>)> = tags
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.as_str().into(), value.as_str().into()))
        .collect();
    tags.sort();
    if tags.is_empty() {
        Cell::Absent
    } else {
        Cell::Tags(tags)
    }
}

/// How much a rule keeps, in words.
fn retention(rule: &RetainRule) -> String {
    let many = |number: i32, unit: &str| {
        if number == 1 {
            format!("1 {unit}")
        } else {
            format!("{number} {unit}s")
        }
    };
    match (rule.count(), rule.interval(), rule.interval_unit()) {
        (Some(count), _, _) if count > 0 => many(count, "snapshot"),
        (_, Some(number), Some(unit)) => {
            many(number, unit.as_str().to_lowercase().trim_end_matches('s'))
        }
        _ => "-".to_owned(),
    }
}

/// What a policy says that its summary does not.
fn details(details: &PolicyDetails, is_enabled: bool, now: Timestamp) -> Cells {
    let schedules = details.schedules();
    let list = |items: Vec<String>| Cell::from(items);
    let of_rules = |each: fn(&aws_sdk_dlm::types::CreateRule) -> String| {
        let rules = schedules
            .iter()
            .filter_map(|schedule| schedule.create_rule());
        list(rules.map(each).collect())
    };
    let next = schedules
        .iter()
        .filter_map(|schedule| next_run::next_run(schedule.create_rule()?, now))
        .min()
        .filter(|_| is_enabled);
    let zones = schedules
        .iter()
        .filter_map(|schedule| schedule.fast_restore_rule())
        .flat_map(|rule| rule.availability_zones().to_vec());
    let regions = schedules
        .iter()
        .flat_map(|schedule| schedule.cross_region_copy_rules())
        .filter_map(|rule| rule.target_region().or(rule.target()).map(str::to_owned));
    let shares = schedules
        .iter()
        .flat_map(|schedule| schedule.share_rules())
        .flat_map(|rule| rule.target_accounts().to_vec());
    let kept = schedules
        .iter()
        .filter_map(|schedule| schedule.retain_rule())
        .map(retention);
    let copies = schedules.iter().any(|s| s.copy_tags() == Some(true));
    let added: Vec<Tag> = schedules
        .iter()
        .flat_map(|schedule| schedule.tags_to_add().to_vec())
        .collect();
    let types = details.resource_types().iter();
    let boot = details.parameters().and_then(|p| p.exclude_boot_volume());
    vec![
        (
            "resource_types",
            list(types.map(|kind| kind.as_str().to_owned()).collect()),
        ),
        (
            "target_tags",
            tags(details.target_tags.as_deref().unwrap_or_default()),
        ),
        (
            "schedule_names",
            list(
                schedules
                    .iter()
                    .filter_map(|s| s.name().map(str::to_owned))
                    .collect(),
            ),
        ),
        ("rule", of_rules(next_run::in_words)),
        ("next_run", next.into()),
        (
            "starts",
            next.map(|_| "within the hour after that time").into(),
        ),
        ("retention", list(kept.collect())),
        (
            "copy_tags",
            (!schedules.is_empty()).then_some(copies).into(),
        ),
        ("tags_to_add", tags(&added)),
        ("copies_to", list(regions.collect())),
        ("fast_restore_zones", list(zones.collect())),
        ("shares_with", list(shares.collect())),
        ("exclude_boot_volume", boot.into()),
    ]
}

/// A policy that is known by its summary only.
fn summary_row(policy: &LifecyclePolicySummary, place: &Place) -> Row {
    let word = policy.state().map_or("", |state| state.as_str());
    let pending = ["target_tags", "rule", "next_run", "retention"];
    let mut cells = vec![
        ("policy_id", text(policy.policy_id())),
        ("description", text(policy.description())),
        (
            "policy_type",
            text(policy.policy_type().map(|kind| kind.as_str())),
        ),
        ("default_policy", policy.default_policy().into()),
    ];
    cells.extend(pending.map(|key| (key, Cell::Pending)));
    convert::row(policy.policy_id(), None, state(word), place, cells)
}

/// A policy with all that it says.
fn row(policy: &LifecyclePolicy, place: &Place, now: Timestamp) -> Row {
    let word = policy.state().map_or("", |state| state.as_str());
    let mut cells = vec![
        ("policy_id", text(policy.policy_id())),
        ("description", text(policy.description())),
        (
            "policy_type",
            text(
                policy
                    .policy_details()
                    .and_then(|details| details.policy_type())
                    .map(|kind| kind.as_str()),
            ),
        ),
        ("default_policy", policy.default_policy().into()),
    ];
    if let Some(said) = policy.policy_details() {
        cells.extend(details(said, word == "ENABLED", now));
    }
    cells.extend([
        ("status_message", text(policy.status_message())),
        ("execution_role_arn", text(policy.execution_role_arn())),
        ("date_created", moment(policy.date_created())),
        ("date_modified", moment(policy.date_modified())),
        ("policy_arn", text(policy.policy_arn())),
        ("tags", own_tags(policy.tags())),
    ]);
    convert::row(policy.policy_id(), None, state(word), place, cells)
}

impl Ebs {
    /// Lists the policies: at once by their summaries, and again each with what it says. The service
    /// has no pages.
    pub(super) async fn schedules(&self, sink: &mut Sink<'_>) -> Result<(), Failure> {
        let summaries = self.policy_summaries().await?;
        sink(
            summaries
                .iter()
                .map(|policy| summary_row(policy, &self.place))
                .collect(),
        );
        let ids: Vec<&str> = summaries.iter().filter_map(|p| p.policy_id()).collect();
        for some in ids.chunks(AT_ONCE) {
            let mut reading = Vec::new();
            for id in some {
                reading.push(self.policy(id));
            }
            for policy in join_all(reading).await {
                match policy {
                    Ok(policy) => sink(vec![row(&policy, &self.place, self.clock.now())]),
                    // Deleted since it was listed; the next list has it no more.
                    Err(failure) if failure.kind == FailureKind::NotFound => {}
                    Err(failure) => return Err(failure),
                }
            }
        }
        Ok(())
    }

    /// One policy as a row.
    pub(super) async fn schedule(&self, id: &str) -> Result<Row, Failure> {
        let policy = self.policy(id).await?;
        Ok(row(&policy, &self.place, self.clock.now()))
    }

    async fn policy_summaries(&self) -> Result<Vec<LifecyclePolicySummary>, Failure> {
        let reply = self.policies.get_lifecycle_policies().send().await;
        let reply = reply.map_err(|error| {
            refusal::failure(&error, self.doing("GetLifecyclePolicies"), classify)
        })?;
        Ok(reply.policies.unwrap_or_default())
    }

    async fn policy(&self, id: &str) -> Result<LifecyclePolicy, Failure> {
        let reply = self
            .policies
            .get_lifecycle_policy()
            .policy_id(id)
            .send()
            .await;
        match reply {
            Ok(reply) => {
                let request = reply.request_id().map(str::to_owned);
                reply.policy.ok_or_else(|| {
                    let why = "AWS's answer has no policy";
                    let doing = format!("GetLifecyclePolicy of {id}");
                    let mut failure = Failure::new(FailureKind::Server, doing, why);
                    failure.request_id = request;
                    failure
                })
            }
            Err(error) => {
                let doing = format!("GetLifecyclePolicy of {id} in {}", self.place.region);
                let failure = refusal::failure(&error, doing, classify);
                Err(if failure.kind == FailureKind::NotFound {
                    self.not_found("schedule", id)
                } else {
                    failure
                })
            }
        }
    }
}

/// How long after the time given AWS starts at the latest.
const STARTS_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// When a run that is due begins, for people.
fn begins(at: &str) -> String {
    format!(
        "AWS starts it at or after {at} UTC, within {}.",
        crate::domain::time::span(STARTS_WITHIN)
    )
}

#[cfg(test)]
mod tests {
    use aws_sdk_dlm::types::{
        CreateRule, GettablePolicyStateValues, RetentionIntervalUnitValues, Schedule,
    };

    use super::*;
    use crate::domain::place::{Account, Region};

    fn shown(word: &str) -> Row {
        let schedule = Schedule::builder()
            .name("daily")
            .copy_tags(true)
            .create_rule(CreateRule::builder().interval(24).times("02:00").build())
            .retain_rule(RetainRule::builder().count(14).build())
            .build();
        let policy = LifecyclePolicy::builder()
            .policy_id("policy-1")
            .state(GettablePolicyStateValues::from(word))
            .policy_details(PolicyDetails::builder().schedules(schedule).build())
            .build();
        let place = Place {
            profile: None,
            account: Account::new("123456789012"),
            region: Region::parse("us-east-1").unwrap(),
            endpoint: None,
            endpoints: std::collections::BTreeMap::default(),
        };
        row(&policy, &place, "2026-11-20T12:00:00Z".parse().unwrap())
    }

    #[test]
    fn a_policy_says_when_it_runs_next_unless_it_is_stopped() {
        let next: Timestamp = "2026-11-21T02:00:00Z".parse().unwrap();
        assert_eq!(shown("ENABLED").cell("next_run"), &Cell::Time(next));
        assert_eq!(
            shown("ENABLED").cell("rule"),
            &Cell::from(vec!["daily at 02:00 UTC".to_owned()])
        );
        assert_eq!(shown("DISABLED").cell("next_run"), &Cell::Absent);
    }

    #[test]
    fn what_is_kept_is_a_number_or_a_time() {
        assert_eq!(
            retention(&RetainRule::builder().count(1).build()),
            "1 snapshot"
        );
        let weeks = RetainRule::builder()
            .interval(2)
            .interval_unit(RetentionIntervalUnitValues::Weeks)
            .build();
        assert_eq!(retention(&weeks), "2 weeks");
    }
}
