//! How often EC2 lets its operations be called.
//!
//! Invariants: the sizes and refills are those that AWS documents, per account, Region and
//! operation. Whether they are enforced is the world's business.

use crate::sandbox::call::{Call, Effect};
use crate::sandbox::throttling::Rate;

/// The rate that a call counts to.
pub(crate) fn rate(call: &Call) -> Rate {
    let action = call.action.as_str();
    let (bucket, size, refill) = match (action, call.effect()) {
        ("CreateTags" | "DeleteTags", _) => (action, 100, 10),
        (
            "CreateSnapshot"
            | "CreateSnapshots"
            | "DeleteSnapshot"
            | "CreateVolume"
            | "DeleteVolume"
            | "ModifySnapshotAttribute",
            _,
        ) => (action, 100, 5),
        (_, Effect::Changes) => (action, 50, 5),
        (
            "DescribeInstances"
            | "DescribeSnapshots"
            | "DescribeVolumes"
            | "DescribeInstanceStatus",
            Effect::Reads,
        ) if is_unbounded(call) => ("unfiltered and unpaginated", 50, 10),
        (_, Effect::Reads) => (action, 100, 20),
    };
    Rate {
        bucket: format!(
            "{} {bucket} {}",
            call.region,
            if bucket == action { "" } else { action }
        ),
        size: f64::from(size),
        refill: f64::from(refill),
    }
}

/// Neither filtered nor paginated, and so more expensive.
fn is_unbounded(call: &Call) -> bool {
    let has = |name: &str| call.field(name).is_some();
    !has("MaxResults")
        && !has("Filter.1.Name")
        && !["SnapshotId.1", "VolumeId.1", "InstanceId.1"]
            .iter()
            .any(|name| has(name))
}
