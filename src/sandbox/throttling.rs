//! Token buckets: how often an operation may be called.
//!
//! Invariants: a bucket fills with the virtual time and holds its size at most; a call that finds
//! it empty is refused and takes nothing. Which buckets there are is the services' business.

use std::collections::HashMap;

use jiff::Timestamp;

use super::condition::Condition;

/// A bucket, by name, and how it fills.
pub(crate) struct Rate {
    pub(crate) bucket: String,
    /// Calls that a full bucket holds.
    pub(crate) size: f64,
    /// Calls a second.
    pub(crate) refill: f64,
}

/// The buckets of the account.
#[derive(Debug)]
pub(crate) struct Throttling {
    /// What sizes and refills are multiplied by.
    factor: f64,
    buckets: HashMap<String, Bucket>,
}

#[derive(Debug)]
struct Bucket {
    calls: f64,
    at: Timestamp,
}

impl Throttling {
    pub(crate) fn new(factor: f64) -> Self {
        Self {
            factor,
            buckets: HashMap::new(),
        }
    }

    /// Takes a call from its bucket.
    pub(crate) fn admit(&mut self, rate: Rate, now: Timestamp) -> Result<(), Condition> {
        let size = (rate.size * self.factor).max(1.0);
        let bucket = self.buckets.entry(rate.bucket).or_insert(Bucket {
            calls: size,
            at: now,
        });
        let passed = now.duration_since(bucket.at).as_secs_f64().max(0.0);
        bucket.calls = (bucket.calls + passed * rate.refill * self.factor).min(size);
        bucket.at = now;
        if bucket.calls < 1.0 {
            return Err(Condition::Throttled);
        }
        bucket.calls -= 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let mut throttling = Throttling::new(0.1);
        let rate = || Rate {
            bucket: "b".to_owned(),
            size: 20.0,
            refill: 5.0,
        };
        let mut now = Timestamp::UNIX_EPOCH;
        assert_eq!(throttling.admit(rate(), now), Ok(()));
        assert_eq!(throttling.admit(rate(), now), Ok(()));
        assert_eq!(throttling.admit(rate(), now), Err(Condition::Throttled));
        now += SignedDuration::from_millis(1900);
        assert_eq!(throttling.admit(rate(), now), Err(Condition::Throttled));
        now += SignedDuration::from_millis(100);
        assert_eq!(throttling.admit(rate(), now), Ok(()));
        let other = Rate {
            bucket: "c".to_owned(),
            ..rate()
        };
        assert_eq!(throttling.admit(other, now), Ok(()));
    }
}
