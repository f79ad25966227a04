//! The virtual clock.
//!
//! Invariants: `now = base + (wall clock since the start) * speed + what was advanced`; it never
//! runs backwards; reading it changes nothing. The wall clock is a monotonic one, so a correction
//! of the machine's time cannot turn the world back. Signatures and the end of a session are judged
//! by the real time and do not use this clock, since those who sign use theirs.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// A clock that runs `speed` times as fast as the wall clock, and can be pushed forward.
#[derive(Debug)]
pub(crate) struct Clock {
    base: Timestamp,
    started: Instant,
    speed: f64,
    /// An atomic beside the world's lock: reading the time must not wait for a request.
    advanced_micros: AtomicU64,
}

impl Clock {
    /// A clock that shows `base` now. `speed` is finite and greater than zero.
    pub(crate) fn new(base: Timestamp, speed: f64) -> Self {
        Self {
            base,
            started: Instant::now(),
            speed,
            advanced_micros: AtomicU64::new(0),
        }
    }

    /// The virtual now.
    pub(crate) fn now(&self) -> Timestamp {
        self.after(self.started.elapsed())
    }

    /// How many virtual seconds pass in a second.
    pub(crate) fn speed(&self) -> f64 {
        self.speed
    }

    /// Pushes the clock forward.
    pub(crate) fn advance(&self, by: Duration) {
        let micros = u64::try_from(by.as_micros()).unwrap_or(u64::MAX);
        let add = |advanced: u64| Some(advanced.saturating_add(micros));
        // The closure always answers `Some`, so the update cannot fail.
        let _ = self
            .advanced_micros
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, add);
    }

    /// The virtual time after `wall` of wall clock; the end of time instead of an overflow.
    fn after(&self, wall: Duration) -> Timestamp {
        let ran = SignedDuration::try_from_secs_f64(wall.as_secs_f64() * self.speed)
            .unwrap_or(SignedDuration::MAX);
        let advanced = Duration::from_micros(self.advanced_micros.load(Ordering::SeqCst));
        let advanced = SignedDuration::try_from(advanced).unwrap_or(SignedDuration::MAX);
        self.base
            .checked_add(ran.saturating_add(advanced))
            .unwrap_or(Timestamp::MAX)
    }
}

/// A time plus a duration; the end of time instead of an overflow.
pub(crate) fn later(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// A time less a duration; the beginning of time instead of an overflow.
pub(crate) fn earlier(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.checked_sub(by).unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Timestamp {
        "2026-01-02T03:04:05Z".parse().unwrap()
    }

    #[test]
    fn a_minute_a_second() {
        let clock = Clock::new(base(), 60.0);
        let later = clock.after(Duration::from_secs(2));
        assert_eq!(later.to_string(), "2026-01-02T03:06:05Z");
    }

    #[test]
    fn advancing_adds_to_what_has_run() {
        let clock = Clock::new(base(), 0.5);
        clock.advance(Duration::from_hours(1));
        clock.advance(Duration::from_millis(500));
        let later = clock.after(Duration::from_secs(1));
        assert_eq!(later.to_string(), "2026-01-02T04:04:06Z");
    }

    #[test]
    fn the_end_of_time_is_not_passed() {
        let clock = Clock::new(base(), 1e30);
        assert_eq!(clock.after(Duration::from_secs(9)), Timestamp::MAX);
        clock.advance(Duration::MAX);
        assert_eq!(clock.now(), Timestamp::MAX);
    }
}
