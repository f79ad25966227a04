//! The `[[lifecycle_policies]]` of a scenario.
//!
//! Invariants: a policy is what a request for it would be, and is checked as one.

use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use super::age;
use super::reader::{self, Table};
use super::{ScenarioError, region, word};
use crate::sandbox::services::dlm::{Policies, PolicySeed, PolicyState};

const KEYS: [&str; 17] = [
    "id",
    "region",
    "description",
    "role",
    "state",
    "status_message",
    "target_tags",
    "schedule",
    "time",
    "every_hours",
    "cron",
    "keep",
    "keep_days",
    "copy_tags",
    "tags_to_add",
    "age",
    "missed",
];

const AGE: SignedDuration = SignedDuration::from_hours(60 * 24);

pub(super) fn read(
    top: &Table<'_>,
    default_region: &str,
    account: &str,
) -> Result<Vec<PolicySeed>, ScenarioError> {
    top.tables("lifecycle_policies", &KEYS)?
        .iter()
        .map(|table| policy(table, default_region, account))
        .collect()
}

fn policy(
    table: &Table<'_>,
    default_region: &str,
    account: &str,
) -> Result<PolicySeed, ScenarioError> {
    let id = table.parsed("id", policy_id)?;
    let details = details(table)?;
    Policies::check(&details).map_err(|problem| table.error("id", problem))?;
    let role = table.owned("role")?.unwrap_or_else(|| {
        format!("arn:aws:iam::{account}:role/AWSDataLifecycleManagerDefaultRole")
    });
    let missed = table
        .strings("missed")?
        .into_iter()
        .map(|text| age::parse(text).map_err(|problem| table.error("missed", problem)))
        .collect::<Result<_, _>>()?;
    Ok(PolicySeed {
        id: table.required("id", id, "\"policy-0a1b2c3d4e5f60718\"")?,
        region: table
            .parsed("region", region)?
            .unwrap_or_else(|| default_region.to_owned()),
        description: table.owned("description")?.unwrap_or_default(),
        role,
        state: word(table, "state")?.unwrap_or(PolicyState::Enabled),
        status_message: table.owned("status_message")?,
        details,
        age: table.parsed("age", age::parse)?.unwrap_or(AGE),
        missed,
    })
}

fn policy_id(text: &str) -> Result<String, String> {
    let digits = text.strip_prefix("policy-").unwrap_or_default();
    let good = !digits.is_empty()
        && digits
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if good {
        return Ok(text.to_owned());
    }
    Err(format!(
        "\"{text}\" does not match policy-[a-f0-9]+; write such as \"policy-0a1b2c3d4e5f60718\""
    ))
}

fn tags(table: &Table<'_>, key: &str) -> Result<Value, ScenarioError> {
    let tags = table.texts(key)?;
    Ok(tags
        .iter()
        .map(|(key, value)| json!({ "Key": key, "Value": value }))
        .collect())
}

/// `PolicyDetails`, as a request would say it.
fn details(table: &Table<'_>) -> Result<Map<String, Value>, ScenarioError> {
    let hours = reader::small(table, "every_hours", 1, 24)?.unwrap_or(24);
    let create = match table.string("cron")? {
        Some(cron) => json!({ "CronExpression": cron }),
        None => json!({
            "Interval": hours,
            "IntervalUnit": "HOURS",
            "Times": [table.string("time")?.unwrap_or("02:00")],
        }),
    };
    let retain = match reader::small(table, "keep_days", 1, 36_500)? {
        Some(days) => json!({ "Interval": days, "IntervalUnit": "DAYS" }),
        None => json!({ "Count": reader::small(table, "keep", 1, 1000)?.unwrap_or(7) }),
    };
    let mut schedule = Map::new();
    schedule.insert(
        "Name".to_owned(),
        json!(table.string("schedule")?.unwrap_or("daily")),
    );
    schedule.insert(
        "CopyTags".to_owned(),
        json!(table.boolean("copy_tags")?.unwrap_or(true)),
    );
    let added = tags(table, "tags_to_add")?;
    if added != json!([]) {
        schedule.insert("TagsToAdd".to_owned(), added);
    }
    schedule.insert("CreateRule".to_owned(), create);
    schedule.insert("RetainRule".to_owned(), retain);
    let mut details = Map::new();
    details.insert("PolicyType".to_owned(), json!("EBS_SNAPSHOT_MANAGEMENT"));
    details.insert("ResourceTypes".to_owned(), json!(["VOLUME"]));
    details.insert("TargetTags".to_owned(), tags(table, "target_tags")?);
    details.insert("Schedules".to_owned(), json!([schedule]));
    Ok(details)
}
