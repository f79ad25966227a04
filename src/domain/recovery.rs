//! Recovery points at a glance: the last thirty days, how many each, and where the daily one that was
//! to be expected is missing.
//!
//! Pure: services give the moments of the good ones. Days are those of UTC. One is expected only where
//! there is evidence of a daily rhythm: most of the days before had one. What was taken now and then,
//! or has expired, leaves no gaps; today is not over and never is one.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use serde::Serialize;

/// How many days are shown, today included.
pub const DAYS: usize = 30;

/// So many of the [`WEEK`] days before must have had one.
const MOST: usize = 5;
const WEEK: usize = 7;

/// A day and what was taken on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Day {
    /// The day in UTC.
    pub date: Date,
    /// How many good ones were taken.
    pub count: u32,
    /// Whether none was, though one was to be expected.
    pub gap: bool,
}

/// The last [`DAYS`] days, oldest first, from the moments at which good recovery points were taken.
#[must_use]
pub fn last_days(points: impl IntoIterator<Item = Timestamp>, now: Timestamp) -> Vec<Day> {
    let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
    let today = day(now);
    let mut days: Vec<Day> = (0..DAYS)
        .rev()
        .filter_map(|back| {
            let date = today
                .checked_sub(i64::try_from(back).unwrap_or_default().days())
                .ok()?;
            Some(Day {
                date,
                count: 0,
                gap: false,
            })
        })
        .collect();
    for point in points {
        let date = day(point);
        if let Ok(at) = days.binary_search_by_key(&date, |day| day.date) {
            days[at].count = days[at].count.saturating_add(1);
        }
    }
    let mut is_daily = false;
    for at in 0..days.len() {
        let before = &days[at.saturating_sub(WEEK)..at];
        is_daily |= before.iter().filter(|day| day.count > 0).count() >= MOST;
        days[at].gap = is_daily && days[at].count == 0 && days[at].date != today;
    }
    days
}

/// What stands for a day: for none, a gap, one, and more than one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayMarks {
    /// None, and none was to be expected.
    pub none: char,
    /// None, though one was to be expected.
    pub gap: char,
    /// One.
    pub one: char,
    /// More than one.
    pub more: char,
}

impl DayMarks {
    /// Characters that every terminal has.
    pub const ASCII: Self = Self {
        none: '.',
        gap: 'x',
        one: 'o',
        more: 'O',
    };
    /// Clearer ones.
    pub const UNICODE: Self = Self {
        none: '·',
        gap: '×',
        one: '▪',
        more: '█',
    };
}

/// The days as a row of marks, oldest first, and what it says in words.
#[must_use]
pub fn chart(days: &[Day], marks: DayMarks) -> String {
    let row: String = days
        .iter()
        .map(|day| match day {
            Day { gap: true, .. } => marks.gap,
            Day { count: 0, .. } => marks.none,
            Day { count: 1, .. } => marks.one,
            _ => marks.more,
        })
        .collect();
    format!("{row}  {}", in_words(days))
}

fn in_words(days: &[Day]) -> String {
    let total: u32 = days.iter().map(|day| day.count).sum();
    let missing: Vec<String> = days
        .iter()
        .filter(|day| day.gap)
        .map(|day| day.date.to_string())
        .collect();
    match &missing[..] {
        [] => format!("{total} in {} days", days.len()),
        [one] => format!("{total} in {} days, none on {one}", days.len()),
        [first, ..] => format!(
            "{total} in {} days, {} days without since {first}",
            days.len(),
            missing.len()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-20T12:00:00Z";

    /// Points at 02:10 so many days ago.
    fn taken(days_ago: impl IntoIterator<Item = i64>) -> Vec<Day> {
        let now: Timestamp = NOW.parse().unwrap();
        let points = days_ago.into_iter().map(|days| {
            now - jiff::SignedDuration::from_hours(24 * days) - jiff::SignedDuration::from_mins(590)
        });
        last_days(points, now)
    }

    fn gaps(days: &[Day]) -> Vec<String> {
        days.iter()
            .filter(|day| day.gap)
            .map(|day| day.date.to_string())
            .collect()
    }

    #[test]
    fn thirty_days_end_today() {
        let days = taken([]);
        assert_eq!(days.len(), DAYS);
        assert_eq!(days[29].date.to_string(), "2026-11-20");
        assert_eq!(days[0].date.to_string(), "2026-10-22");
        assert!(gaps(&days).is_empty());
    }

    #[test]
    fn a_day_that_is_missing_from_a_daily_rhythm_is_a_gap() {
        let days = taken((0..14).filter(|day| *day != 5));
        assert_eq!(gaps(&days), ["2026-11-15"]);
        assert_eq!(days.iter().map(|day| day.count).sum::<u32>(), 13);
    }

    #[test]
    fn a_rhythm_that_stopped_leaves_gaps_to_yesterday_and_today_is_not_over() {
        assert_eq!(gaps(&taken(3..10)), ["2026-11-18", "2026-11-19"]);
        assert!(gaps(&taken(1..10)).is_empty());
    }

    #[test]
    fn what_is_taken_now_and_then_or_has_expired_leaves_none() {
        assert!(gaps(&taken([0, 7, 14, 21, 28])).is_empty(), "weekly");
        assert!(gaps(&taken([1, 2, 3, 4, 25])).is_empty(), "five are kept");
        assert!(gaps(&taken([20, 21, 22])).is_empty(), "three days of work");
    }

    #[test]
    fn what_is_older_or_from_the_future_is_left_out() {
        let days = taken([40, -3]);
        assert_eq!(days.iter().map(|day| day.count).sum::<u32>(), 0);
    }

    #[test]
    fn the_chart_has_a_mark_a_day_and_words() {
        let days = taken((1..9).filter(|day| *day != 2).chain([4]));
        assert_eq!(
            chart(&days, DayMarks::ASCII),
            ".....................ooooOoxo.  8 in 30 days, none on 2026-11-18"
        );
        assert_eq!(
            chart(&days, DayMarks::UNICODE)
                .chars()
                .take(30)
                .filter(|c| *c == '×')
                .count(),
            1
        );
    }
}
