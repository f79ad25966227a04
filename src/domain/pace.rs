//! How fast an operation moves and how long it may still take, from what AWS has reported of it.
//!
//! Invariants: an estimate is made from two readings at the least, and from AWS's own percentages
//! alone; it is never negative, and there is none once it has been overtaken by the time: what does
//! not move as it did says nothing of when it will end.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{lifecycle::Lifecycle, operation::Operation, time};

/// A percentage at the moment at which it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// As AWS reported it, 0 to 99.
    pub percent: u8,
    /// When.
    pub at: Timestamp,
}

/// The first reading of an operation, and the last one that differed from the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readings {
    /// The first one.
    pub first: Reading,
    /// The last one that moved.
    pub last: Reading,
}

impl Readings {
    /// With another reading; one that does not move adds nothing.
    #[must_use]
    pub fn with(known: Option<Self>, reading: Reading) -> Self {
        match known {
            None => Self {
                first: reading,
                last: reading,
            },
            Some(known) if reading.percent > known.last.percent => Self {
                last: reading,
                ..known
            },
            Some(known) => known,
        }
    }
}

/// How an operation moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Percent an hour, more than zero.
    pub percent_an_hour: f64,
    /// How long it still takes at that rate.
    pub left: SignedDuration,
}

impl Pace {
    /// How an operation moves; `None` where that cannot be told.
    #[must_use]
    pub fn of(operation: &Operation, now: Timestamp) -> Option<Self> {
        if !matches!(operation.lifecycle, Lifecycle::InProgress { .. }) {
            return None;
        }
        let Readings { first, last } = operation.readings?;
        let moved = f64::from(last.percent.checked_sub(first.percent)?);
        let seconds = last.at.duration_since(first.at).as_secs_f64();
        if moved <= 0.0 || seconds <= 0.0 {
            return None;
        }
        let rate = moved / seconds;
        let since = now.duration_since(last.at).as_secs_f64().max(0.0);
        let left = f64::from(100 - last.percent.min(100)) / rate - since;
        if left <= 0.0 {
            return None;
        }
        Some(Self {
            percent_an_hour: rate * 3600.0,
            left: SignedDuration::try_from_secs_f64(left).ok()?,
        })
    }

    /// As people read it: `4.2%/min, about 12m left`.
    #[must_use]
    pub fn in_words(self) -> String {
        let (rate, unit) = match self.percent_an_hour {
            hour if hour >= 3600.0 => (hour / 3600.0, "s"),
            hour if hour >= 60.0 => (hour / 60.0, "min"),
            hour => (hour, "h"),
        };
        format!("{rate:.1}%/{unit}, about {} left", time::span(self.left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + second).unwrap()
    }

    fn operation(readings: &[(u8, i64)]) -> Operation {
        let mut operation: Operation = serde_json::from_value(serde_json::json!({
            "id": "op-3f9a02c17be4",
            "request": {
                "service": "s", "action": "a", "target": "t", "values": {},
                "place": { "profile": null, "account": "123456789012", "region": "us-east-1", "endpoint": null },
            },
            "lifecycle": { "is": "in_progress", "percent": 1 },
            "requested_at": at(0), "changed_at": at(0), "baseline": {}, "session": "",
        }))
        .unwrap();
        for (percent, second) in readings {
            let reading = Reading {
                percent: *percent,
                at: at(*second),
            };
            operation.readings = Some(Readings::with(operation.readings, reading));
        }
        operation
    }

    #[test]
    fn two_readings_make_a_rate_and_one_makes_none() {
        assert_eq!(Pace::of(&operation(&[(10, 0)]), at(60)), None);
        assert_eq!(Pace::of(&operation(&[(10, 0), (10, 60)]), at(60)), None);
        let pace = Pace::of(&operation(&[(10, 0), (20, 60), (30, 120)]), at(120)).unwrap();
        assert!((pace.percent_an_hour - 600.0).abs() < 0.001);
        assert_eq!(pace.left.as_secs(), 420);
        assert_eq!(pace.in_words(), "10.0%/min, about 7m left");
    }

    #[test]
    fn the_time_left_runs_down_and_ends_as_unknown_and_never_below_zero() {
        let moving = operation(&[(0, 0), (50, 100)]);
        let left = |now| Pace::of(&moving, at(now)).map(|pace| pace.left.as_secs());
        assert_eq!(
            [100, 150, 199, 200, 1000].map(left),
            [Some(100), Some(50), Some(1), None, None]
        );
        // A clock that was put back.
        assert_eq!(left(50), Some(100));
    }

    #[test]
    fn what_has_ended_has_no_pace() {
        let mut ended = operation(&[(0, 0), (50, 100)]);
        ended.lifecycle = Lifecycle::Completed;
        assert_eq!(Pace::of(&ended, at(100)), None);
    }
}
