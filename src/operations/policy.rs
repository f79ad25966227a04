//! How often to look, and how long. Within AWS's limits, and never in step with other processes.

use std::time::Duration;

use jiff::SignedDuration;

/// The engine's patience.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// The least time between two looks at the same thing.
    pub shortest: Duration,
    /// The most time between two looks at the same thing.
    pub longest: Duration,
    /// How long the trace of a request is looked for, from when its reply was lost, before looking is
    /// given up.
    pub reconcile_for: SignedDuration,
    /// How often a request that AWS refused for its rate of calls is sent again.
    pub resend: u32,
}

impl Policy {
    /// The time until the next look at something that has not changed for `still`: a tenth of it, so
    /// that what is new is watched closely and what takes hours costs few calls.
    pub(super) fn interval(&self, still: Duration) -> Duration {
        (still / 10).clamp(self.shortest, self.longest)
    }

    /// The time until the next look after looking failed `failures` times running: doubled each
    /// time, to at most twice the longest interval.
    pub(super) fn after_failure(&self, failures: u32) -> Duration {
        self.shortest
            .saturating_mul(2_u32.saturating_pow(failures.min(16)))
            .min(self.longest.saturating_mul(2))
    }

    /// The wait before a refused request is sent for the `attempt`th time again: 1 s, 2 s, 4 s…
    /// counted in the shortest interval where that is less than a second, to the longest at most.
    pub(super) fn before_resend(&self, attempt: u32) -> Duration {
        self.shortest
            .min(Duration::from_secs(1))
            .saturating_mul(2_u32.saturating_pow(attempt))
            .min(self.longest)
    }
}

/// A duration moved by up to a tenth either way, so that many processes do not call in step.
pub(super) fn jittered(duration: Duration, random: u64) -> Duration {
    let share = u32::try_from(random % 201).unwrap_or(100);
    duration.mul_f64(0.9 + f64::from(share) / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: Policy = Policy {
        shortest: Duration::from_secs(2),
        longest: Duration::from_secs(30),
        reconcile_for: SignedDuration::from_secs(120),
        resend: 5,
    };

    #[test]
    fn what_is_new_is_watched_closely_and_what_is_still_rarely() {
        let at = |secs| POLICY.interval(Duration::from_secs(secs)).as_secs();
        assert_eq!([0, 20, 100, 300, 7200].map(at), [2, 2, 10, 30, 30]);
    }

    #[test]
    fn failures_back_off_to_a_bound() {
        let at = |n| POLICY.after_failure(n).as_secs();
        assert_eq!([1, 2, 3, 10, u32::MAX].map(at), [4, 8, 16, 60, 60]);
    }

    #[test]
    fn jitter_stays_within_a_tenth() {
        for random in (0..1000).chain([u64::MAX]) {
            let moved = jittered(Duration::from_secs(10), random);
            assert!((9.0..=11.0).contains(&moved.as_secs_f64()), "{moved:?}");
        }
    }
}
