//! The words of EC2's API, as far as volumes and snapshots need them.
//!
//! Invariants: names are the wire names, exactly. No behaviour beyond what a word means.

use std::ops::RangeInclusive;

use crate::sandbox::word::Word;

macro_rules! words {
    ($($(#[$about:meta])* $word:ident { $($variant:ident $name:literal,)* })*) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $word {
            $($variant,)*
        }

        impl Word for $word {
            const WORDS: &'static [(&'static str, Self)] = &[$(($name, Self::$variant),)*];
        }
    )*};
}

words! {
    VolumeType {
        Standard "standard",
        Io1 "io1",
        Io2 "io2",
        Gp2 "gp2",
        Gp3 "gp3",
        St1 "st1",
        Sc1 "sc1",
    }
    VolumeState {
        Creating "creating",
        Available "available",
        InUse "in-use",
        Deleting "deleting",
        Deleted "deleted",
        Error "error",
    }
    AttachmentState {
        Attaching "attaching",
        Attached "attached",
        Detaching "detaching",
        Detached "detached",
    }
    SnapshotState {
        Pending "pending",
        Completed "completed",
        Error "error",
    }
    StorageTier {
        Standard "standard",
        Archive "archive",
    }
    InstanceState {
        Pending "pending",
        Running "running",
        ShuttingDown "shutting-down",
        Terminated "terminated",
        Stopping "stopping",
        Stopped "stopped",
    }
    TaskState {
        Pending "pending",
        InProgress "in-progress",
        Failing "failing",
        Succeeded "succeeded",
        Failed "failed",
        FailedDetached "failed-detached",
    }
    LockMode {
        Governance "governance",
        Compliance "compliance",
    }
    LockState {
        Governance "governance",
        ComplianceCoolOff "compliance-cooloff",
        Compliance "compliance",
        Expired "expired",
    }
    BlockPublicAccess {
        AllSharing "block-all-sharing",
        NewSharing "block-new-sharing",
        Unblocked "unblocked",
    }
    FastRestoreState {
        Enabling "enabling",
        Optimizing "optimizing",
        Enabled "enabled",
        Disabling "disabling",
        Disabled "disabled",
    }
}

impl InstanceState {
    /// The number that goes with the name.
    pub(super) fn code(self) -> u32 {
        match self {
            Self::Pending => 0,
            Self::Running => 16,
            Self::ShuttingDown => 32,
            Self::Terminated => 48,
            Self::Stopping => 64,
            Self::Stopped => 80,
        }
    }
}

/// The IOPS that a type can be given.
pub(super) struct IopsRule {
    pub(super) range: RangeInclusive<u32>,
    /// The most IOPS a GiB.
    pub(super) per_gib: u32,
    /// What a volume gets that does not ask; none: it must ask.
    pub(super) default: Option<u32>,
}

impl VolumeType {
    /// The sizes in GiB.
    pub(super) fn sizes(self) -> RangeInclusive<u32> {
        match self {
            Self::Standard => 1..=1024,
            Self::Gp2 => 1..=16_384,
            Self::Io1 => 4..=16_384,
            Self::Gp3 => 1..=65_536,
            Self::Io2 => 4..=65_536,
            Self::St1 | Self::Sc1 => 125..=16_384,
        }
    }

    /// None: IOPS cannot be chosen.
    pub(super) fn iops_rule(self) -> Option<IopsRule> {
        let (range, per_gib, default) = match self {
            Self::Gp3 => (3_000..=80_000, 500, Some(3_000)),
            Self::Io1 => (100..=64_000, 50, None),
            Self::Io2 => (100..=256_000, 1_000, None),
            Self::Standard | Self::Gp2 | Self::St1 | Self::Sc1 => return None,
        };
        Some(IopsRule {
            range,
            per_gib,
            default,
        })
    }

    /// The throughputs in MiB/s that can be chosen; none: it cannot.
    pub(super) fn throughputs(self) -> Option<RangeInclusive<u32>> {
        (self == Self::Gp3).then_some(125..=2_000)
    }

    /// How many snapshots of a volume may be pending.
    pub(super) fn pending_limit(self) -> usize {
        match self {
            Self::St1 | Self::Sc1 => 1,
            _ => 5,
        }
    }

    pub(super) fn can_multi_attach(self) -> bool {
        matches!(self, Self::Io1 | Self::Io2)
    }

    /// The IOPS that a volume shows which was not given any.
    pub(super) fn base_iops(self, size: u32) -> Option<u32> {
        match self {
            Self::Gp2 => Some(size.saturating_mul(3).clamp(100, 16_000)),
            Self::Gp3 => Some(3_000),
            Self::Io1 | Self::Io2 => Some(size.saturating_mul(10).clamp(100, 64_000)),
            Self::Standard | Self::St1 | Self::Sc1 => None,
        }
    }
}
