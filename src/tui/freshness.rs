//! How old what is shown may be: how often it is read again by itself, and what is said of its age.
//!
//! Invariant: as long as everything goes as it should, what is said does not change, so that a console
//! that nobody touches writes nothing to its terminal.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::domain::time;

/// The most often that the interval doubles: 64 times as long is as good as off.
const DOUBLINGS: u32 = 6;

/// How often what is shown is read again by itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Freshness {
    every: Option<Duration>,
    paused: bool,
    /// How often the interval was doubled because AWS throttled.
    doublings: u32,
}

impl Freshness {
    /// At this interval; `None` is never.
    pub(crate) fn new(every: Option<Duration>) -> Self {
        Self {
            every,
            paused: false,
            doublings: 0,
        }
    }

    /// The interval in force; `None` where nothing is read by itself.
    pub(crate) fn interval(&self) -> Option<SignedDuration> {
        let every = self.every.filter(|_| !self.paused)?;
        SignedDuration::try_from(every.saturating_mul(1 << self.doublings)).ok()
    }

    /// Whether anything would be read by itself if it was not stopped.
    pub(crate) fn is_wanted(&self) -> bool {
        self.every.is_some()
    }

    /// Stops, or goes on; answers whether it is stopped now.
    pub(crate) fn toggle(&mut self) -> bool {
        self.paused = !self.paused;
        self.paused
    }

    /// Whether it was put off because AWS throttles.
    pub(crate) fn is_throttled(&self) -> bool {
        self.doublings > 0 && self.interval().is_some()
    }

    /// AWS throttled: half as often from now on.
    pub(crate) fn throttled(&mut self) {
        self.doublings = (self.doublings + 1).min(DOUBLINGS);
    }

    /// AWS answered.
    pub(crate) fn answered(&mut self) {
        self.doublings = 0;
    }

    /// What is said of the age of what was read at a moment: how old it is at most while it is kept
    /// fresh, and otherwise the moment itself.
    pub(crate) fn age(&self, read: Timestamp, now: Timestamp) -> String {
        let at = moment(read, now);
        match self.interval() {
            None if self.paused => format!("paused, as of {at}"),
            None => format!("as of {at}"),
            Some(every) if self.doublings > 0 => {
                format!("throttled, every {}, as of {at}", time::span(every))
            }
            Some(every) => format!("<{} old", time::span(every)),
        }
    }
}

/// The time of day in UTC; with its date where that is another day.
pub(crate) fn moment(then: Timestamp, now: Timestamp) -> String {
    let day = |moment: Timestamp| moment.strftime("%Y-%m-%d").to_string();
    if day(then) == day(now) {
        then.strftime("%H:%M:%SZ").to_string()
    } else {
        format!("{}Z", time::stamp(then))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_stands_still_unless_something_is_odd() {
        let read = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(3661);
        let later = read + SignedDuration::from_secs(59);
        let mut fresh = Freshness::new(Some(Duration::from_mins(1)));
        assert_eq!(fresh.age(read, read), fresh.age(read, later));
        assert_eq!(fresh.age(read, later), "<1m old");
        fresh.throttled();
        assert_eq!(fresh.interval(), Some(SignedDuration::from_mins(2)));
        assert_eq!(
            fresh.age(read, later),
            "throttled, every 2m, as of 01:01:01Z"
        );
        for _ in 0..40 {
            fresh.throttled();
        }
        assert_eq!(fresh.interval(), Some(SignedDuration::from_mins(64)));
        fresh.answered();
        assert!(fresh.toggle());
        assert_eq!(fresh.age(read, later), "paused, as of 01:01:01Z");
        assert_eq!(fresh.interval(), None);
        let tomorrow = read + SignedDuration::from_hours(24);
        let off = Freshness::new(None);
        assert_eq!(off.age(read, tomorrow), "as of 1970-01-01 01:01:01Z");
    }
}
