//! When a schedule is due, and what it keeps.
//!
//! Invariants: times are UTC. Due times are those of the rule; the work begins within the hour
//! after, as AWS promises no more.

use std::ops::Range;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::members::{Members, invalid, missing, together};
use crate::sandbox::refusal::Refusal;

const DAY: i64 = 86_400;
/// The intervals that AWS allows, in hours.
const INTERVALS: [i64; 8] = [1, 2, 3, 4, 6, 8, 12, 24];
const MOST_KEPT: i64 = 1000;
const WEEKDAYS: [&str; 7] = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

/// A schedule of a policy.
#[derive(Debug, Clone)]
pub(super) struct Schedule {
    pub(super) name: String,
    pub(super) copies_tags: bool,
    pub(super) adds: Vec<(String, String)>,
    rule: Rule,
    pub(super) keeps: Keeps,
}

/// Due at `offset` seconds into the day and every `every` seconds, on these days of the week.
#[derive(Debug, Clone)]
struct Rule {
    offset: i64,
    every: i64,
    /// Monday first.
    weekdays: [bool; 7],
}

/// For how long snapshots are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeps {
    Count(usize),
    Age(SignedDuration),
}

impl Schedule {
    pub(super) fn read(members: Members<'_>, now: Timestamp) -> Result<Self, Refusal> {
        members.only(&["Name", "CopyTags", "TagsToAdd", "CreateRule", "RetainRule"])?;
        let name = members.text("Name")?.unwrap_or("Default Schedule");
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
            rule: Rule::read(Members::new(create), now)?,
            keeps: Keeps::read(Members::new(retain))?,
        })
    }

    /// The due times in a range of seconds since 1970, earliest first.
    pub(super) fn due(&self, seconds: Range<i64>) -> impl Iterator<Item = i64> {
        let Rule {
            offset,
            every,
            weekdays,
        } = self.rule;
        let first = (seconds.start - offset + every - 1).div_euclid(every);
        (first..)
            .map(move |number| offset + number * every)
            .take_while(move |due| *due < seconds.end)
            .filter(move |due| {
                // 1970 began on a Thursday.
                let weekday = (due.div_euclid(DAY) + 3).rem_euclid(7);
                usize::try_from(weekday).is_ok_and(|weekday| weekdays[weekday])
            })
    }
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
            return Self::from_cron(cron);
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
        Ok(Self {
            offset: offset % every,
            every,
            weekdays: [true; 7],
        })
    }

    /// `cron(0 2 * * ? *)` and `cron(0 2 ? * MON-FRI *)`
    fn from_cron(text: &str) -> Result<Self, Refusal> {
        let wrong = || {
            let why = "it must be such as cron(0 2 * * ? *) or cron(0 2 ? * MON-FRI *); other \
                       forms are not supported here";
            invalid(text, "CronExpression", why)
        };
        let inner = text
            .strip_prefix("cron(")
            .and_then(|rest| rest.strip_suffix(')'));
        let fields: Vec<&str> = inner.ok_or_else(wrong)?.split_ascii_whitespace().collect();
        let [minute, hour, day, month, weekday, year] = fields[..] else {
            return Err(wrong());
        };
        let number = |text: &str, most: i64| {
            let number = text.parse::<i64>().ok();
            number
                .filter(|number| (0..=most).contains(number))
                .ok_or_else(wrong)
        };
        if !matches!((day, month, year), ("*" | "?", "*", "*")) {
            return Err(wrong());
        }
        let mut weekdays = [matches!(weekday, "*" | "?"); 7];
        if !weekdays[0] {
            for part in weekday.split(',') {
                let (from, to) = part.split_once('-').unwrap_or((part, part));
                let place = |name: &str| {
                    WEEKDAYS
                        .iter()
                        .position(|known| *known == name)
                        .ok_or_else(wrong)
                };
                let (from, to) = (place(from)?, place(to)?);
                for step in 0..=(to + 7 - from) % 7 {
                    weekdays[(from + step) % 7] = true;
                }
            }
        }
        let offset = number(hour, 23)? * 3600 + number(minute, 59)? * 60;
        Ok(Self {
            offset,
            every: DAY,
            weekdays,
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
                let days = match members.text("IntervalUnit")? {
                    Some("DAYS") => 1,
                    Some("WEEKS") => 7,
                    Some("MONTHS") => 30,
                    Some("YEARS") => 365,
                    Some(other) => {
                        let why = "it must be DAYS, WEEKS, MONTHS or YEARS";
                        return Err(invalid(other, "IntervalUnit", why));
                    }
                    None => return Err(missing("IntervalUnit")),
                };
                let hours = interval
                    .checked_mul(days * 24)
                    .filter(|hours| *hours <= 24 * 36_500);
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
            json!({ "CronExpression": "cron(0 2 1 * ? *)" }),
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
