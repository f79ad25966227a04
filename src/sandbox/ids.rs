//! Identifiers and other arbitrary values, all from the scenario's seed.
//!
//! Invariants: the same seed gives the same world; two numbers never give the same identifier
//! (the mixing is a bijection: on 40 bits for the ten hexadecimal digits of Directory Service's ids,
//! on 64 for EC2's).
//! Request ids are no part of the world and do not come from here.

const MASK: u64 = (1 << 40) - 1;

/// What an identifier or a value is for: kinds never share a sequence.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    Directory,
    Snapshot,
    Network,
    Duration,
    HourOfDay,
    Age,
    Volume,
    EbsSnapshot,
    Instance,
    Image,
    ReplaceRootVolumeTask,
    LifecyclePolicy,
    DataKey,
    DataSize,
    ScheduleDelay,
    Role,
    ManagedPolicy,
    SearchUuid,
    SearchValue,
}

/// The source of a world's identifiers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ids {
    seed: u64,
}

impl Ids {
    pub(crate) const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The `number`th identifier of 40 bits; another number gives another identifier.
    pub(crate) fn unique(self, purpose: Purpose, number: u64) -> u64 {
        let key = mix(self.seed ^ mix(purpose as u64 + 1));
        let mut value = (number ^ key) & MASK;
        value = value.wrapping_mul(0x9e37_79b9_7f4a_7c15) & MASK;
        value ^= value >> 20;
        value = value.wrapping_mul(0xbf58_476d_1ce4_e5b9) & MASK;
        value ^ (value >> 20)
    }

    /// The `number`th identifier of 64 bits; another number gives another identifier.
    pub(crate) fn wide(self, purpose: Purpose, number: u64) -> u64 {
        mix(number ^ mix(self.seed ^ mix(purpose as u64 + 1)))
    }

    /// An arbitrary value that belongs to `number`; not unique.
    pub(crate) fn arbitrary(self, purpose: Purpose, number: u64) -> u64 {
        mix(mix(self.seed ^ mix(purpose as u64 + 1)) ^ number)
    }
}

/// The finalizer of the splitmix64 generator.
const fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn numbers_give_different_identifiers() {
        let ids = Ids::new(7);
        let seen: HashSet<u64> = (0..100_000)
            .map(|number| ids.unique(Purpose::Snapshot, number))
            .collect();
        assert_eq!(seen.len(), 100_000);
        assert!(seen.iter().all(|id| *id <= MASK));
    }

    #[test]
    fn the_seed_decides() {
        let first = Ids::new(1).unique(Purpose::Directory, 5);
        assert_eq!(first, Ids::new(1).unique(Purpose::Directory, 5));
        assert_ne!(first, Ids::new(2).unique(Purpose::Directory, 5));
    }
}
