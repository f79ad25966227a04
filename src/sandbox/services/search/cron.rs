//! Cron expressions in a time zone: `0 2 * * *`, UTC.
//!
//! Invariants: five fields; times are those of the zone, and a time that the zone skips is passed
//! over.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

const MONTHS: [&str; 12] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
/// Where the system keeps the rules of time zones.
const ZONES: &str = "/usr/share/zoneinfo";
/// How many days a search for the next time looks through: a leap day can be eight years off.
const FAR: i64 = 366 * 9;

/// When something is due.
#[derive(Debug, Clone)]
pub(super) struct Cron {
    zone: TimeZone,
    minutes: BTreeSet<i8>,
    hours: BTreeSet<i8>,
    days: BTreeSet<i8>,
    months: BTreeSet<i8>,
    /// Sunday is 0.
    weekdays: BTreeSet<i8>,
    any_day: bool,
    any_weekday: bool,
}

impl Cron {
    pub(super) fn read(expression: &str, zone_name: &str) -> Result<Self, String> {
        let fields: Vec<&str> = expression.split_ascii_whitespace().collect();
        let [minute, hour, day, month, weekday] = fields[..] else {
            return Err(format!(
                "cron expression [{expression}] must have 5 fields, such as 0 2 * * *"
            ));
        };
        let wrong = |text: &str| format!("invalid cron field [{text}] in [{expression}]");
        let read = |text: &str, from: i8, to: i8, names: &[&str]| {
            field(text, from, to, names).ok_or_else(|| wrong(text))
        };
        let mut weekdays = read(weekday, 0, 7, &WEEKDAYS)?;
        if weekdays.remove(&7) {
            weekdays.insert(0);
        }
        Ok(Self {
            zone: zone(zone_name)?,
            minutes: read(minute, 0, 59, &[])?,
            hours: read(hour, 0, 23, &[])?,
            days: read(day, 1, 31, &[])?,
            months: read(month, 1, 12, &MONTHS)?,
            weekdays,
            any_day: day == "*" || day == "?",
            any_weekday: weekday == "*" || weekday == "?",
        })
    }

    /// The due times after `from` up to `to`, earliest first.
    pub(super) fn due(&self, from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
        let mut due = Vec::new();
        if to <= from {
            return due;
        }
        let last = to.to_zoned(self.zone.clone()).date();
        let mut date = from.to_zoned(self.zone.clone()).date();
        while date <= last {
            due.extend(self.on(date).filter(|time| from < *time && *time <= to));
            match date.checked_add(Span::new().days(1)) {
                Ok(next) => date = next,
                Err(_) => break,
            }
        }
        due
    }

    /// The first due time after this one.
    pub(super) fn next(&self, after: Timestamp) -> Option<Timestamp> {
        let mut date = after.to_zoned(self.zone.clone()).date();
        for _ in 0..FAR {
            if let Some(time) = self.on(date).find(|time| *time > after) {
                return Some(time);
            }
            date = date.checked_add(Span::new().days(1)).ok()?;
        }
        None
    }

    /// The due times of a day.
    fn on(&self, date: Date) -> impl Iterator<Item = Timestamp> {
        let is_due = self.is_due_on(date);
        self.hours
            .iter()
            .filter(move |_| is_due)
            .flat_map(|hour| self.minutes.iter().map(move |minute| (*hour, *minute)))
            .filter_map(move |(hour, minute)| {
                let zoned = date
                    .at(hour, minute, 0, 0)
                    .to_zoned(self.zone.clone())
                    .ok()?;
                (zoned.hour() == hour && zoned.minute() == minute).then(|| zoned.timestamp())
            })
    }

    fn is_due_on(&self, date: Date) -> bool {
        let weekday = match date.weekday() {
            Weekday::Sunday => 0,
            other => other.to_monday_one_offset(),
        };
        let (day, weekday) = (
            self.days.contains(&date.day()),
            self.weekdays.contains(&weekday),
        );
        // With both given, either is enough.
        let is_day = match (self.any_day, self.any_weekday) {
            (false, false) => day || weekday,
            _ => day && weekday,
        };
        self.months.contains(&date.month()) && is_day
    }
}

/// `*`, `5`, `1-5`, `*/15`, `1,3,5`, `MON-FRI`
fn field(text: &str, from: i8, to: i8, names: &[&str]) -> Option<BTreeSet<i8>> {
    let number = |text: &str| -> Option<i8> {
        let upper = text.to_ascii_uppercase();
        if let Some(place) = names.iter().position(|name| *name == upper) {
            return i8::try_from(place).ok().map(|place| {
                if names.len() == MONTHS.len() {
                    place + 1
                } else {
                    place
                }
            });
        }
        text.parse()
            .ok()
            .filter(|number| (from..=to).contains(number))
    };
    let mut values = BTreeSet::new();
    for part in text.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse::<usize>().ok().filter(|step| *step > 0)?),
            None => (part, 1),
        };
        let (first, last) = match range {
            "*" | "?" => (from, to),
            _ => match range.split_once('-') {
                Some((first, last)) => (number(first)?, number(last)?),
                None if step > 1 => (number(range)?, to),
                None => (number(range)?, number(range)?),
            },
        };
        if first > last {
            return None;
        }
        values.extend((first..=last).step_by(step));
    }
    Some(values)
}

/// A time zone by its name in the IANA database.
fn zone(name: &str) -> Result<TimeZone, String> {
    if matches!(name, "UTC" | "Etc/UTC" | "GMT" | "Z") {
        return Ok(TimeZone::UTC);
    }
    let unknown = || format!("timezone [{name}] is not known");
    let is_name = name
        .split('/')
        .all(|part| part.starts_with(|first: char| first.is_ascii_alphabetic()))
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte));
    if !is_name {
        return Err(unknown());
    }
    let rules = std::fs::read(format!("{ZONES}/{name}")).map_err(|_| unknown())?;
    TimeZone::tzif(name, &rules).map_err(|_| unknown())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(expression: &str, zone: &str, from: &str, to: &str) -> Vec<String> {
        let time = |text: &str| text.parse::<Timestamp>().unwrap();
        let cron = Cron::read(expression, zone).unwrap();
        cron.due(time(from), time(to))
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn daily_and_on_some_days() {
        assert_eq!(
            due(
                "0 2 * * *",
                "UTC",
                "2026-01-01T02:00:00Z",
                "2026-01-03T02:00:00Z"
            ),
            ["2026-01-02T02:00:00Z", "2026-01-03T02:00:00Z"]
        );
        assert_eq!(
            due(
                "*/30 8 * * MON-FRI",
                "UTC",
                "2026-01-02T00:00:00Z",
                "2026-01-05T23:00:00Z"
            ),
            [
                "2026-01-02T08:00:00Z",
                "2026-01-02T08:30:00Z",
                "2026-01-05T08:00:00Z",
                "2026-01-05T08:30:00Z"
            ]
        );
        let cron = Cron::read("0 0 29 2 *", "UTC").unwrap();
        let next = cron.next("2026-03-01T00:00:00Z".parse().unwrap());
        assert_eq!(next.unwrap().to_string(), "2028-02-29T00:00:00Z");
    }

    #[test]
    fn the_zone_decides() {
        if !std::path::Path::new(ZONES).exists() {
            return;
        }
        assert_eq!(
            due(
                "0 2 * * *",
                "Europe/Berlin",
                "2026-07-01T00:00:00Z",
                "2026-07-02T00:00:00Z"
            ),
            ["2026-07-02T00:00:00Z"]
        );
        assert_eq!(
            due(
                "30 2 * * *",
                "Europe/Berlin",
                "2026-03-28T12:00:00Z",
                "2026-03-30T12:00:00Z"
            ),
            ["2026-03-30T00:30:00Z"]
        );
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for (expression, zone) in [
            ("0 2 * *", "UTC"),
            ("60 2 * * *", "UTC"),
            ("0 5-2 * * *", "UTC"),
            ("0 2 * * FUN", "UTC"),
            ("0 2 * * *", "../etc/passwd"),
            ("0 2 * * *", "Mars/Olympus"),
        ] {
            assert!(Cron::read(expression, zone).is_err(), "{expression} {zone}");
        }
    }
}
