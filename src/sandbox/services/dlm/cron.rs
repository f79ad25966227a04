//! Cron expressions as AWS writes them: `cron(minutes hours day-of-month month day-of-week year)`.
//!
//! Invariants: times are UTC. One of the two fields for days is `?`, as AWS has it; the minute is
//! one, as a schedule may not be due more often than every hour. Source: AWS's "Cron expressions
//! reference".

use std::collections::BTreeSet;
use std::ops::Range;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

const MONTHS: [&str; 12] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
/// 1 is Sunday.
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const YEARS: (i16, i16) = (1970, 2199);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cron {
    minute: i64,
    hours: BTreeSet<i16>,
    days: Days,
    months: BTreeSet<i16>,
    years: BTreeSet<i16>,
}

/// The days of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Days {
    OfMonth(BTreeSet<i16>),
    Last,
    /// The day of Monday to Friday that is next to this one, in the same month.
    NearestWorkday(i16),
    OfWeek(BTreeSet<i16>),
    /// The last of this day of the week.
    LastOfWeek(i16),
    /// The first, second, … of this day of the week.
    NthOfWeek(i16, i16),
}

impl Cron {
    /// Reads an expression; none if it is not one.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let inner = text.strip_prefix("cron(")?.strip_suffix(')')?;
        let fields: Vec<&str> = inner.split_ascii_whitespace().collect();
        let [minute, hours, of_month, months, of_week, years] = fields[..] else {
            return None;
        };
        let days = match (of_month, of_week) {
            (days, "?") => days_of_month(days)?,
            ("?", days) => days_of_week(days)?,
            _ => return None,
        };
        Some(Self {
            minute: number(minute, &[], (0, 59))?.into(),
            hours: set(hours, &[], (0, 23))?,
            days,
            months: set(months, &MONTHS, (1, 12))?,
            years: set(years, &[], YEARS)?,
        })
    }

    /// The due times in a range of seconds since 1970, earliest first.
    pub(super) fn due(&self, seconds: Range<i64>) -> impl Iterator<Item = i64> {
        let date = |second: i64| {
            let time = Timestamp::from_second(second).ok()?;
            Some(time.to_zoned(TimeZone::UTC).date())
        };
        let last = date(seconds.end);
        let following = |date: &Date| date.checked_add(Span::new().days(1)).ok();
        std::iter::successors(date(seconds.start), following)
            .take_while(move |date| last.is_some_and(|last| *date <= last))
            .filter(|date| self.covers(*date))
            .filter_map(|date| Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second()))
            .flat_map(|midnight| {
                let first = midnight + self.minute * 60;
                self.hours
                    .iter()
                    .map(move |hour| first + i64::from(*hour) * 3600)
            })
            .filter(move |due| seconds.contains(due))
    }

    fn covers(&self, date: Date) -> bool {
        let (day, last) = (i16::from(date.day()), i16::from(date.days_in_month()));
        let weekday = day_of_week(date);
        self.years.contains(&date.year())
            && self.months.contains(&i16::from(date.month()))
            && match &self.days {
                Days::OfMonth(days) => days.contains(&day),
                Days::Last => day == last,
                Days::NearestWorkday(wanted) => nearest_workday(date, *wanted) == Some(day),
                Days::OfWeek(days) => days.contains(&weekday),
                Days::LastOfWeek(wanted) => weekday == *wanted && day + 7 > last,
                Days::NthOfWeek(wanted, nth) => weekday == *wanted && (day - 1) / 7 + 1 == *nth,
            }
    }
}

/// 1 is Sunday.
fn day_of_week(date: Date) -> i16 {
    i16::from(date.weekday().to_sunday_zero_offset()) + 1
}

fn nearest_workday(date: Date, wanted: i16) -> Option<i16> {
    let last = i16::from(date.days_in_month());
    let wanted_date = date.with().day(i8::try_from(wanted).ok()?).build().ok()?;
    Some(match wanted_date.weekday() {
        Weekday::Saturday if wanted == 1 => 3,
        Weekday::Saturday => wanted - 1,
        Weekday::Sunday if wanted == last => wanted - 2,
        Weekday::Sunday => wanted + 1,
        _ => wanted,
    })
}

fn days_of_month(text: &str) -> Option<Days> {
    if text == "L" {
        return Some(Days::Last);
    }
    if let Some(day) = text.strip_suffix('W') {
        return number(day, &[], (1, 31)).map(Days::NearestWorkday);
    }
    set(text, &[], (1, 31)).map(Days::OfMonth)
}

fn days_of_week(text: &str) -> Option<Days> {
    let day = |text: &str| number(text, &WEEKDAYS, (1, 7));
    if text == "L" {
        return Some(Days::OfWeek(BTreeSet::from([7])));
    }
    if let Some((weekday, nth)) = text.split_once('#') {
        return Some(Days::NthOfWeek(day(weekday)?, number(nth, &[], (1, 5))?));
    }
    if let Some(weekday) = text.strip_suffix('L') {
        return day(weekday).map(Days::LastOfWeek);
    }
    set(text, &WEEKDAYS, (1, 7)).map(Days::OfWeek)
}

/// A number, or the name of one; the first name is the least number.
fn number(text: &str, names: &[&str], (least, most): (i16, i16)) -> Option<i16> {
    let place = names
        .iter()
        .position(|name| name.eq_ignore_ascii_case(text));
    let number = match place {
        Some(place) => i16::try_from(place).ok()? + least,
        None if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok()?,
        None => return None,
    };
    (least..=most).contains(&number).then_some(number)
}

/// `*`, `1,3`, `2-5`, `0/6`, and all of these with commas between. A range may go round the end.
fn set(text: &str, names: &[&str], bounds: (i16, i16)) -> Option<BTreeSet<i16>> {
    let (least, most) = bounds;
    let mut all = BTreeSet::new();
    for part in text.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(number(step, &[], (1, most))?)),
            None => (part, None),
        };
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => (least, most),
            Some((from, to)) => (number(from, names, bounds)?, number(to, names, bounds)?),
            None => {
                let from = number(range, names, bounds)?;
                (from, step.map_or(from, |_| most))
            }
        };
        let width = if from <= to {
            to - from
        } else {
            to - from + (most - least + 1)
        };
        let step = usize::from(step.unwrap_or(1).unsigned_abs());
        for place in (0..=width).step_by(step) {
            all.insert((from - least + place) % (most - least + 1) + least);
        }
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(text: &str, from: &str, to: &str) -> Vec<String> {
        let second = |text: &str| text.parse::<Timestamp>().unwrap().as_second();
        let cron = Cron::parse(text).unwrap();
        cron.due(second(from)..second(to))
            .map(|due| Timestamp::from_second(due).unwrap().to_string())
            .collect()
    }

    #[test]
    fn expressions_are_due_when_aws_says() {
        let (from, to) = ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
        for (text, count, first) in [
            ("cron(0 2 * * ? *)", 365, "2026-01-01T02:00:00Z"),
            ("cron(15 0/6 * * ? *)", 365 * 4, "2026-01-01T00:15:00Z"),
            ("cron(0 */8 * * ? *)", 365 * 3, "2026-01-01T00:00:00Z"),
            ("cron(0 3 1 * ? *)", 12, "2026-01-01T03:00:00Z"),
            ("cron(0 3 L * ? *)", 12, "2026-01-31T03:00:00Z"),
            ("cron(0 3 31 * ? *)", 7, "2026-01-31T03:00:00Z"),
            ("cron(0 3 1W * ? *)", 12, "2026-01-01T03:00:00Z"),
            ("cron(0 3 ? * MON-FRI *)", 261, "2026-01-01T03:00:00Z"),
            ("cron(0 3 ? * 2-6 *)", 261, "2026-01-01T03:00:00Z"),
            ("cron(0 3 ? * FRI-MON *)", 208, "2026-01-02T03:00:00Z"),
            ("cron(0 3 ? * L *)", 52, "2026-01-03T03:00:00Z"),
            ("cron(0 3 ? * 6L *)", 12, "2026-01-30T03:00:00Z"),
            ("cron(0 3 ? * SUN#2 *)", 12, "2026-01-11T03:00:00Z"),
            (
                "cron(0 3 ? JAN,JUL SUN 2026-2030)",
                8,
                "2026-01-04T03:00:00Z",
            ),
            ("cron(30 9 29 2 ? *)", 0, ""),
        ] {
            let due = due(text, from, to);
            assert_eq!(due.len(), count, "{text}");
            assert_eq!(due.first().map_or("", String::as_str), first, "{text}");
        }
    }

    #[test]
    fn the_nearest_workday_stays_in_its_month() {
        let (from, to) = ("2026-05-01T00:00:00Z", "2026-09-01T00:00:00Z");
        // The 1st of August 2026 is a Saturday, the 31st of May a Sunday.
        assert_eq!(
            due("cron(0 2 1W 8 ? *)", from, to),
            ["2026-08-03T02:00:00Z"]
        );
        assert_eq!(
            due("cron(0 2 31W 5 ? *)", from, to),
            ["2026-05-29T02:00:00Z"]
        );
    }

    #[test]
    fn the_ends_of_a_range_count_as_ranges_do() {
        let text = "cron(0 2 * * ? *)";
        let day = |day: u8| format!("2026-01-0{day}T02:00:00Z");
        assert_eq!(due(text, &day(1), &day(3)), [day(1), day(2)]);
        assert!(due(text, &day(1), &day(1)).is_empty());
    }

    #[test]
    fn what_aws_refuses_is_refused() {
        for text in [
            "",
            "cron()",
            "0 2 * * ? *",
            "rate(1 day)",
            "cron(0 2 * * ?)",
            "cron(0 2 * * * *)",
            "cron(0 2 ? * ? *)",
            "cron(60 2 * * ? *)",
            "cron(0 24 * * ? *)",
            "cron(0 2 0 * ? *)",
            "cron(0 2 32 * ? *)",
            "cron(0 2 * 13 ? *)",
            "cron(0 2 ? * 8 *)",
            "cron(0 2 ? * MON#6 *)",
            "cron(0 2 * * ? 1969)",
            "cron(0 2 * * ? 2200)",
            "cron(0/15 * * * ? *)",
            "cron(* * * * ? *)",
            "cron(0 2, * * ? *)",
            "cron(0 /2 * * ? *)",
            "cron(0 2/0 * * ? *)",
            "cron(+1 2 * * ? *)",
        ] {
            assert_eq!(Cron::parse(text), None, "{text}");
        }
    }
}
