//! When a schedule is due, and what it keeps.
//!
//! Invariants: times are UTC. Due times are those of the rule; the work begins within the hour
//! after, as AWS promises no more.

use std::ops::Range;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::cron::Cron;
use super::members::{Members, invalid, missing, together};
use crate::sandbox::refusal::Refusal;

/// The intervals that AWS allows, in hours.
const INTERVALS: [i64; 8] = [1, 2, 3, 4, 6, 8, 12, 24];
const MOST_KEPT: i64 = 1000;
/// What AWS calls a schedule that has no name.
const DEFAULT_NAME: &str = "Default Schedule";

/// A schedule of a policy.
#[derive(Debug, Clone)]
pub(super) struct Schedule {
    pub(super) name: String,
    pub(super) copies_tags: bool,
    pub(super) adds: Vec<(String, String)>,
    variable: Vec<(String, Variable)>,
    rule: Rule,
    pub(super) keeps: Keeps,
}

/// When it is due.
#[derive(Debug, Clone)]
enum Rule {
    /// At `offset` seconds into the day and every `every` seconds.
    Every {
        offset: i64,
        every: i64,
    },
    Cron(Cron),
}

/// The value of a tag that a run decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Variable {
    Instance,
    Time,
}

/// For how long snapshots are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeps {
    Count(usize),
    Age(SignedDuration),
}

impl Schedule {
    pub(super) fn read(members: Members<'_>, now: Timestamp) -> Result<Self, Refusal> {
        members.only(&[
            "Name",
            "CopyTags",
            "TagsToAdd",
            "VariableTags",
            "CreateRule",
            "RetainRule",
        ])?;
        let name = members.text("Name")?.unwrap_or(DEFAULT_NAME);
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b" _-".contains(&byte);
        if name.is_empty() || name.len() > 120 || !name.bytes().all(allowed) {
            let why = "it must match [0-9A-Za-z _-]+ and have at most 120 characters";
            return Err(invalid(name, "Name", why));
        }
        let create = members
            .object("CreateRule")?
            .ok_or_else(|| missing("CreateRule"))?;
        let retain = members
            .object("RetainRule")?
            .ok_or_else(|| missing("RetainRule"))?;
        Ok(Self {
            name: name.to_owned(),
            copies_tags: members.truth("CopyTags")?.unwrap_or_default(),
            adds: members.tags("TagsToAdd", 45)?,
            variable: variable(members)?,
            rule: Rule::read(Members::new(create), now)?,
            keeps: Keeps::read(Members::new(retain))?,
        })
    }

    /// The schedule of a default policy: every so many days from now on.
    pub(super) fn every_days(
        days: i64,
        keeps: SignedDuration,
        copies_tags: bool,
        now: Timestamp,
    ) -> Self {
        let every = days * 86_400;
        Self {
            name: DEFAULT_NAME.to_owned(),
            copies_tags,
            adds: Vec::new(),
            variable: Vec::new(),
            rule: Rule::Every {
                offset: now.as_second().rem_euclid(every),
                every,
            },
            keeps: Keeps::Age(keeps),
        }
    }

    pub(super) fn has_variable_tags(&self) -> bool {
        !self.variable.is_empty()
    }

    /// The tags whose values a run decides.
    pub(super) fn variable_tags(
        &self,
        instance: &str,
        at: Timestamp,
    ) -> impl Iterator<Item = (&str, String)> {
        self.variable.iter().map(move |(key, variable)| {
            let value = match variable {
                Variable::Instance => instance.to_owned(),
                Variable::Time => at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            };
            (key.as_str(), value)
        })
    }

    /// The due times in a range of seconds since 1970, earliest first.
    pub(super) fn due(&self, seconds: Range<i64>) -> Box<dyn Iterator<Item = i64> + '_> {
        match &self.rule {
            Rule::Every { offset, every } => {
                let (offset, every) = (*offset, *every);
                let first = (seconds.start - offset + every - 1).div_euclid(every);
                let due = (first..).map(move |number| offset + number * every);
                Box::new(due.take_while(move |due| *due < seconds.end))
            }
            Rule::Cron(cron) => Box::new(cron.due(seconds)),
        }
    }
}

fn variable(members: Members<'_>) -> Result<Vec<(String, Variable)>, Refusal> {
    members
        .tags("VariableTags", 45)?
        .into_iter()
        .map(|(key, value)| match value.as_str() {
            "$(instance-id)" => Ok((key, Variable::Instance)),
            "$(timestamp)" => Ok((key, Variable::Time)),
            other => {
                let why = "it must be $(instance-id) or $(timestamp)";
                Err(invalid(other, "VariableTags", why))
            }
        })
        .collect()
}

impl Rule {
    fn read(members: Members<'_>, now: Timestamp) -> Result<Self, Refusal> {
        members.only(&[
            "Location",
            "Interval",
            "IntervalUnit",
            "Times",
            "CronExpression",
        ])?;
        if let Some(other) = members.text("Location")?.filter(|place| *place != "CLOUD") {
            return Err(invalid(other, "Location", "only CLOUD is supported here"));
        }
        let interval = members.number("Interval")?;
        let times = members.texts("Times")?;
        if let Some(cron) = members.text("CronExpression")? {
            if interval.is_some() || !times.is_empty() {
                return Err(together("CronExpression", "Interval"));
            }
            return Cron::parse(cron).map(Self::Cron).ok_or_else(|| {
                let why = "it must be such as cron(0 2 * * ? *), in UTC, with ? for the day of the \
                           month or of the week, and due once an hour at most";
                invalid(cron, "CronExpression", why)
            });
        }
        let hours = interval.ok_or_else(|| missing("Interval"))?;
        if !INTERVALS.contains(&hours) {
            let why = "it must be 1, 2, 3, 4, 6, 8, 12 or 24";
            return Err(invalid(&hours.to_string(), "Interval", why));
        }
        match members.text("IntervalUnit")? {
            Some("HOURS") => {}
            Some(other) => return Err(invalid(other, "IntervalUnit", "it must be HOURS")),
            None => return Err(missing("IntervalUnit")),
        }
        let offset = match times.as_slice() {
            [] => {
                let now = now.to_zoned(TimeZone::UTC);
                i64::from(now.hour()) * 3600 + i64::from(now.minute()) * 60
            }
            [time] => seconds_of_day(time)
                .ok_or_else(|| invalid(time, "Times", "it must be a time such as 02:00, in UTC"))?,
            [_, second, ..] => return Err(invalid(second, "Times", "only one is allowed")),
        };
        let every = hours * 3600;
        Ok(Self::Every {
            offset: offset % every,
            every,
        })
    }
}

/// `02:00`
fn seconds_of_day(text: &str) -> Option<i64> {
    let (hour, minute) = text.split_once(':')?;
    let digits = |part: &str, most: i64| {
        let good = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        let number: Option<i64> = good.then(|| part.parse().ok()).flatten();
        number.filter(|number| *number <= most)
    };
    Some(digits(hour, 23)? * 3600 + digits(minute, 59)? * 60)
}

impl Keeps {
    fn read(members: Members<'_>) -> Result<Self, Refusal> {
        members.only(&["Count", "Interval", "IntervalUnit"])?;
        let interval = members.number("Interval")?.filter(|interval| *interval > 0);
        match (
            members.number("Count")?.filter(|count| *count > 0),
            interval,
        ) {
            (Some(_), Some(_)) => Err(together("Count", "Interval")),
            (Some(count), None) => usize::try_from(count)
                .ok()
                .filter(|_| count <= MOST_KEPT)
                .map(Self::Count)
                .ok_or_else(|| invalid(&count.to_string(), "Count", "it must be from 1 to 1000")),
            (None, Some(interval)) => {
                let (days, most) = match members.text("IntervalUnit")? {
                    Some("DAYS") => (1, 36_500),
                    Some("WEEKS") => (7, 5_200),
                    Some("MONTHS") => (30, 1_200),
                    Some("YEARS") => (365, 100),
                    Some(other) => {
                        let why = "it must be DAYS, WEEKS, MONTHS or YEARS";
                        return Err(invalid(other, "IntervalUnit", why));
                    }
                    None => return Err(missing("IntervalUnit")),
                };
                let hours = (interval <= most).then_some(interval * days * 24);
                hours
                    .map(SignedDuration::from_hours)
                    .map(Self::Age)
                    .ok_or_else(|| {
                        invalid(
                            &interval.to_string(),
                            "Interval",
                            "it must be at most 100 years",
                        )
                    })
            }
            (None, None) => Err(missing("Count or Interval")),
        }
    }

    /// Is it the same kind of rule?
    pub(super) fn is_like(self, other: Self) -> bool {
        matches!(
            (self, other),
            (Self::Count(_), Self::Count(_)) | (Self::Age(_), Self::Age(_))
        )
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn schedule(create: &Value) -> Result<Schedule, Refusal> {
        let members = json!({ "CreateRule": create, "RetainRule": { "Count": 7 } });
        let Value::Object(members) = members else {
            unreachable!("it is an object")
        };
        Schedule::read(Members::new(&members), Timestamp::UNIX_EPOCH)
    }

    fn due(create: &Value, from: &str, to: &str) -> Vec<String> {
        let second = |text: &str| text.parse::<Timestamp>().unwrap().as_second();
        let schedule = schedule(create).unwrap();
        let due = schedule.due(second(from)..second(to));
        due.map(|second| Timestamp::from_second(second).unwrap().to_string())
            .collect()
    }

    #[test]
    fn daily_hourly_and_on_weekdays() {
        let daily = json!({ "Interval": 24, "IntervalUnit": "HOURS", "Times": ["02:00"] });
        assert_eq!(
            due(&daily, "2026-01-01T02:00:00Z", "2026-01-03T02:00:00Z"),
            ["2026-01-01T02:00:00Z", "2026-01-02T02:00:00Z"]
        );
        let often = json!({ "Interval": 12, "IntervalUnit": "HOURS", "Times": ["14:30"] });
        assert_eq!(
            due(&often, "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
            ["2026-01-01T02:30:00Z", "2026-01-01T14:30:00Z"]
        );
        let cron = json!({ "CronExpression": "cron(15 3 ? * FRI-MON *)" });
        assert_eq!(
            due(&cron, "2026-01-01T00:00:00Z", "2026-01-07T00:00:00Z"),
            [
                "2026-01-02T03:15:00Z",
                "2026-01-03T03:15:00Z",
                "2026-01-04T03:15:00Z",
                "2026-01-05T03:15:00Z"
            ]
        );
    }

    #[test]
    fn rules_that_make_no_sense_are_refused() {
        for create in [
            json!({}),
            json!({ "Interval": 5, "IntervalUnit": "HOURS" }),
            json!({ "Interval": 24 }),
            json!({ "Interval": 24, "IntervalUnit": "HOURS", "Times": ["2:00"] }),
            json!({ "Interval": 24, "IntervalUnit": "HOURS", "Times": ["24:00"] }),
            json!({ "Interval": 24, "IntervalUnit": "HOURS", "Times": ["02:00", "03:00"] }),
            json!({ "Interval": 24, "IntervalUnit": "HOURS", "CronExpression": "cron(0 2 * * ? *)" }),
            json!({ "CronExpression": "cron(0 2 * * * *)" }),
            json!({ "CronExpression": "0 2 * * *" }),
            json!({ "Interval": 24, "IntervalUnit": "HOURS", "Scripts": [] }),
        ] {
            let code = schedule(&create)
                .map(|_| ())
                .map_err(|refusal| refusal.code);
            assert_eq!(code, Err("InvalidRequestException"), "{create}");
        }
    }
}
