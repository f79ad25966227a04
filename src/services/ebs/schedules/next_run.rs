//! When a schedule is due next, by its interval or its cron expression. Pure.
//!
//! Data Lifecycle Manager counts in UTC and starts within the hour after the time given, so what is
//! computed here is the earliest moment. What it cannot compute for certain it leaves out.

use aws_sdk_dlm::types::CreateRule;
use jiff::{
    Timestamp,
    civil::{DateTime, Time},
    tz::TimeZone,
};

/// How far ahead is looked: a leap day is four years away at the most, eight around a century.
const FURTHEST_DAYS: usize = 366 * 8;

/// When a rule is due next after a moment; `None` where the rule has no time of its own, or one that
/// this program does not understand.
pub(super) fn next_run(rule: &CreateRule, after: Timestamp) -> Option<Timestamp> {
    let now = after.to_zoned(TimeZone::UTC).datetime();
    let next = match rule.cron_expression().filter(|text| !text.is_empty()) {
        Some(text) => Cron::parse(text)?.next(now)?,
        None => by_interval(rule, now)?,
    };
    next.to_zoned(TimeZone::UTC)
        .ok()
        .map(|zoned| zoned.timestamp())
}

/// The times of day at which a rule of hours is due.
fn by_interval(rule: &CreateRule, now: DateTime) -> Option<DateTime> {
    let hours = rule.interval()?;
    let first = rule.times().first()?;
    let (hour, minute) = first.split_once(':')?;
    let (hour, minute): (i32, i8) = (hour.parse().ok()?, minute.parse().ok()?);
    if !(1..=24).contains(&hours) || 24 % hours != 0 {
        return None;
    }
    let mut times: Vec<Time> = (0..24 / hours)
        .filter_map(|turn| {
            let hour = i8::try_from((hour + turn * hours) % 24).ok()?;
            Time::new(hour, minute, 0, 0).ok()
        })
        .collect();
    times.sort_unstable();
    let today = now.date();
    let later = times.iter().map(|time| today.to_datetime(*time));
    let tomorrow = today.tomorrow().ok()?;
    let on_the_next = times.first().map(|time| tomorrow.to_datetime(*time));
    later.chain(on_the_next).find(|due| *due > now)
}

/// A cron expression of six fields as AWS has it.
#[derive(Debug, PartialEq, Eq)]
struct Cron {
    minutes: Vec<i16>,
    hours: Vec<i16>,
    days: Days,
    months: Vec<i16>,
    years: Vec<i16>,
}

/// Which days: of the month, or of the week. One of the two is always `?`.
#[derive(Debug, PartialEq, Eq)]
enum Days {
    OfMonth(Vec<i16>),
    LastOfMonth,
    OfWeek(Vec<i16>),
}

const MONTHS: [&str; 12] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
/// Sunday is 1.
const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

impl Cron {
    fn parse(text: &str) -> Option<Self> {
        let inner = text.trim().strip_prefix("cron(")?.strip_suffix(')')?;
        let fields: Vec<&str> = inner.split_whitespace().collect();
        let [minute, hour, day, month, weekday, year] = fields[..] else {
            return None;
        };
        let days = match (day, weekday) {
            ("?", weekday) => Days::OfWeek(values(weekday, 1, 7, &DAYS)?),
            ("L", "?") => Days::LastOfMonth,
            (day, "?") => Days::OfMonth(values(day, 1, 31, &[])?),
            _ => return None,
        };
        Some(Self {
            minutes: values(minute, 0, 59, &[])?,
            hours: values(hour, 0, 23, &[])?,
            days,
            months: values(month, 1, 12, &MONTHS)?,
            years: values(year, 1970, 2199, &[])?,
        })
    }

    fn next(&self, now: DateTime) -> Option<DateTime> {
        let mut day = now.date();
        for _ in 0..FURTHEST_DAYS {
            if self.is_on(day) {
                let due = self.hours.iter().flat_map(|hour| {
                    self.minutes.iter().filter_map(move |minute| {
                        let (hour, minute) =
                            (i8::try_from(*hour).ok()?, i8::try_from(*minute).ok()?);
                        Some(day.to_datetime(Time::new(hour, minute, 0, 0).ok()?))
                    })
                });
                if let Some(due) = due.filter(|due| *due > now).min() {
                    return Some(due);
                }
            }
            day = day.tomorrow().ok()?;
        }
        None
    }

    fn is_on(&self, day: jiff::civil::Date) -> bool {
        self.years.contains(&day.year())
            && self.months.contains(&day.month().into())
            && match &self.days {
                Days::OfMonth(days) => days.contains(&day.day().into()),
                Days::LastOfMonth => day.day() == day.days_in_month(),
                Days::OfWeek(days) => {
                    days.contains(&(i16::from(day.weekday().to_sunday_zero_offset()) + 1))
                }
            }
    }
}

/// The values of a field: `*`, `5`, `1,3`, `MON-FRI`, `0/15`. The rest of what AWS takes (`W`, `#`)
/// is left out.
fn values(field: &str, least: i16, most: i16, names: &[&str]) -> Option<Vec<i16>> {
    let number = |text: &str| -> Option<i16> {
        let word = names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(text))
            .and_then(|at| i16::try_from(at).ok())
            .map(|at| at + least);
        let value = word.or_else(|| text.parse().ok())?;
        (least..=most).contains(&value).then_some(value)
    };
    let mut all = Vec::new();
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step.parse::<i16>().ok().filter(|s| *s > 0)?)),
            None => (part, None),
        };
        let (from, to) = match (range, range.split_once('-')) {
            ("*" | "?", _) => (least, most),
            (_, Some((from, to))) => (number(from)?, number(to)?),
            (one, None) => {
                let one = number(one)?;
                (one, if step.is_some() { most } else { one })
            }
        };
        let step = usize::try_from(step.unwrap_or(1)).ok()?;
        if from <= to {
            all.extend((from..=to).step_by(step));
        } else {
            // FRI-MON goes over the end.
            all.extend((from..=most).chain(least..=to).step_by(step));
        }
    }
    all.sort_unstable();
    all.dedup();
    Some(all)
}

/// A rule in words: `daily at 02:00 UTC`.
pub(super) fn in_words(rule: &CreateRule) -> String {
    if let Some(cron) = rule.cron_expression().filter(|text| !text.is_empty()) {
        return format!("{cron} UTC");
    }
    let at = rule
        .times()
        .first()
        .map_or_else(String::new, |at| format!(" from {at} UTC"));
    match (rule.interval(), rule.times().first()) {
        (Some(24), Some(at)) => format!("daily at {at} UTC"),
        (Some(24), None) => "daily".to_owned(),
        (Some(hours), _) => format!("every {hours} h{at}"),
        (None, _) => "-".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn every(hours: i32, time: &str) -> CreateRule {
        CreateRule::builder().interval(hours).times(time).build()
    }

    fn cron(text: &str) -> CreateRule {
        CreateRule::builder().cron_expression(text).build()
    }

    #[test]
    fn intervals_count_from_their_time_round_the_clock() {
        for (rule, now, next) in [
            (
                every(24, "02:00"),
                "2026-11-20T01:59:59Z",
                "2026-11-20T02:00:00Z",
            ),
            (
                every(24, "02:00"),
                "2026-11-20T02:00:00Z",
                "2026-11-21T02:00:00Z",
            ),
            (
                every(12, "09:00"),
                "2026-11-20T10:00:00Z",
                "2026-11-20T21:00:00Z",
            ),
            (
                every(12, "21:30"),
                "2026-11-20T10:00:00Z",
                "2026-11-20T21:30:00Z",
            ),
            (
                every(8, "23:00"),
                "2026-11-20T22:00:00Z",
                "2026-11-20T23:00:00Z",
            ),
            (
                every(1, "00:15"),
                "2026-12-31T23:30:00Z",
                "2027-01-01T00:15:00Z",
            ),
        ] {
            assert_eq!(next_run(&rule, at(now)), Some(at(next)), "{rule:?} {now}");
        }
        assert_eq!(
            next_run(&every(5, "02:00"), at("2026-11-20T00:00:00Z")),
            None
        );
        let without = CreateRule::builder().interval(24).build();
        assert_eq!(next_run(&without, at("2026-11-20T00:00:00Z")), None);
    }

    #[test]
    fn cron_expressions_are_those_of_aws() {
        // 2026-11-20 is a Friday.
        for (text, now, next) in [
            (
                "cron(0 2 * * ? *)",
                "2026-11-20T12:00:00Z",
                "2026-11-21T02:00:00Z",
            ),
            (
                "cron(0 2 ? * MON-FRI *)",
                "2026-11-20T12:00:00Z",
                "2026-11-23T02:00:00Z",
            ),
            (
                "cron(30 0/6 ? * 6 *)",
                "2026-11-20T12:00:00Z",
                "2026-11-20T12:30:00Z",
            ),
            (
                "cron(0 2 1 1,7 ? *)",
                "2026-11-20T12:00:00Z",
                "2027-01-01T02:00:00Z",
            ),
            (
                "cron(0 2 L * ? *)",
                "2027-02-01T00:00:00Z",
                "2027-02-28T02:00:00Z",
            ),
            (
                "cron(0 2 29 2 ? *)",
                "2026-11-20T12:00:00Z",
                "2028-02-29T02:00:00Z",
            ),
            (
                "cron(15 10 ? * FRI-SUN *)",
                "2026-11-20T12:00:00Z",
                "2026-11-21T10:15:00Z",
            ),
        ] {
            assert_eq!(next_run(&cron(text), at(now)), Some(at(next)), "{text}");
        }
    }

    #[test]
    fn what_is_not_understood_is_left_out() {
        for text in [
            "",
            "cron()",
            "cron(0 2 * *)",
            "cron(0 2 * * * *)",
            "cron(0 25 * * ? *)",
            "cron(0 2 ? * 2#1 *)",
            "cron(0 2 15W * ? *)",
            "cron(0 2 * * ? 1999)",
            "rate(1 day)",
        ] {
            assert_eq!(
                next_run(&cron(text), at("2026-11-20T12:00:00Z")),
                None,
                "{text}"
            );
        }
    }

    #[test]
    fn rules_read_as_people_say_them() {
        assert_eq!(in_words(&every(24, "02:00")), "daily at 02:00 UTC");
        assert_eq!(in_words(&every(12, "09:00")), "every 12 h from 09:00 UTC");
        assert_eq!(
            in_words(&cron("cron(0 2 * * ? *)")),
            "cron(0 2 * * ? *) UTC"
        );
    }
}
