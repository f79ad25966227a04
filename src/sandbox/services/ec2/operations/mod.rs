//! The operations of EC2: what each takes, touches and does.
//!
//! Invariants: one line in [`OPERATIONS`] an operation. A parameter that is not in its line is
//! refused; the ARNs that a permission must name follow from what it touches.

mod attach;
mod bin;
mod copy;
mod create;
mod delete;
mod describe;
mod fast_restores;
mod images;
mod instances;
mod locks;
mod regions;
mod root;
mod sharing;
mod tagging;
mod tiers;
mod touched;
mod volume_checks;
mod volumes;

use self::touched::Touched::{self, Any, Every, Named, Tagged};
use crate::sandbox::services::{Answer, Operation};

/// An operation of the API.
struct Entry {
    name: &'static str,
    /// The parameters by the first parts of their names, without `DryRun`.
    parameters: &'static [&'static str],
    touches: &'static [Touched],
    answer: Answer,
}

macro_rules! operations {
    ($($name:literal $answer:path, [$($parameter:literal)*], [$($touched:expr),*];)*) => {
        const OPERATIONS: &[Entry] = &[$(Entry {
            name: $name,
            parameters: &[$($parameter),*],
            touches: &[$($touched),*],
            answer: $answer,
        },)*];
    };
}

operations! {
    "DescribeRegions" regions::describe_regions,
        ["RegionName" "AllRegions" "Filter"], [];
    "DescribeAvailabilityZones" regions::describe_zones,
        ["ZoneName" "ZoneId" "AllAvailabilityZones" "Filter"], [];
    "DescribeVolumes" volumes::describe,
        ["VolumeId" "Filter" "MaxResults" "NextToken"], [];
    "DescribeInstances" instances::describe,
        ["InstanceId" "Filter" "MaxResults" "NextToken"], [];
    "DescribeInstanceStatus" instances::describe_status,
        ["InstanceId" "IncludeAllInstances" "Filter" "MaxResults" "NextToken"], [];
    "DescribeImages" images::describe,
        ["ImageId" "Owner" "ExecutableBy" "IncludeDeprecated" "IncludeDisabled" "Filter" "MaxResults"
         "NextToken"], [];
    "DescribeSnapshots" describe::describe,
        ["SnapshotId" "Owner" "RestorableBy" "Filter" "MaxResults" "NextToken"], [];
    "CreateSnapshot" create::one,
        ["VolumeId" "Description" "TagSpecification"],
        [Any("snapshot"), Named("volume", "VolumeId")];
    "CreateSnapshots" create::several,
        ["InstanceSpecification" "Description" "TagSpecification" "CopyTagsFromSource"],
        [Any("snapshot"), Named("instance", "InstanceSpecification.InstanceId"), Any("volume")];
    "DeleteSnapshot" delete::delete,
        ["SnapshotId"], [Named("snapshot", "SnapshotId")];
    "CopySnapshot" copy::copy,
        ["SourceRegion" "SourceSnapshotId" "DestinationRegion" "PresignedUrl" "Description"
         "Encrypted" "KmsKeyId" "CompletionDurationMinutes" "TagSpecification"],
        [Any("snapshot"), Named("snapshot", "SourceSnapshotId")];
    "CreateVolume" volumes::create,
        ["AvailabilityZone" "AvailabilityZoneId" "SnapshotId" "Size" "VolumeType" "Iops"
         "Throughput" "Encrypted" "KmsKeyId" "MultiAttachEnabled" "VolumeInitializationRate"
         "ClientToken" "TagSpecification"],
        [Any("volume"), Named("snapshot", "SnapshotId")];
    "AttachVolume" attach::attach,
        ["VolumeId" "InstanceId" "Device"],
        [Named("volume", "VolumeId"), Named("instance", "InstanceId")];
    "DetachVolume" attach::detach,
        ["VolumeId" "InstanceId" "Device" "Force"],
        [Named("volume", "VolumeId"), Named("instance", "InstanceId")];
    "CreateTags" tagging::create, ["ResourceId" "Tag"], [Tagged];
    "DeleteTags" tagging::delete, ["ResourceId" "Tag"], [Tagged];
    "DescribeTags" tagging::describe, ["Filter" "MaxResults" "NextToken"], [];
    "CreateReplaceRootVolumeTask" root::create,
        ["InstanceId" "SnapshotId" "ImageId" "VolumeId" "DeleteReplacedRootVolume"
         "VolumeInitializationRate" "ClientToken" "TagSpecification"],
        [Named("instance", "InstanceId"), Any("replace-root-volume-task"), Any("volume"),
         Named("snapshot", "SnapshotId")];
    "DescribeReplaceRootVolumeTasks" root::describe,
        ["ReplaceRootVolumeTaskId" "Filter" "MaxResults" "NextToken"], [];
    "ModifySnapshotTier" tiers::archive,
        ["SnapshotId" "StorageTier"], [Named("snapshot", "SnapshotId")];
    "RestoreSnapshotTier" tiers::restore,
        ["SnapshotId" "TemporaryRestoreDays" "PermanentRestore"],
        [Named("snapshot", "SnapshotId")];
    "DescribeSnapshotTierStatus" tiers::describe,
        ["Filter" "MaxResults" "NextToken"], [];
    "ListSnapshotsInRecycleBin" bin::list,
        ["SnapshotId" "MaxResults" "NextToken"], [];
    "RestoreSnapshotFromRecycleBin" bin::restore,
        ["SnapshotId"], [Named("snapshot", "SnapshotId")];
    "LockSnapshot" locks::lock,
        ["SnapshotId" "LockMode" "CoolOffPeriod" "LockDuration" "ExpirationDate"],
        [Named("snapshot", "SnapshotId")];
    "UnlockSnapshot" locks::unlock, ["SnapshotId"], [Named("snapshot", "SnapshotId")];
    "DescribeLockedSnapshots" locks::describe,
        ["SnapshotId" "Filter" "MaxResults" "NextToken"], [];
    "DescribeFastSnapshotRestores" fast_restores::describe,
        ["Filter" "MaxResults" "NextToken"], [];
    "EnableFastSnapshotRestores" fast_restores::enable,
        ["AvailabilityZone" "AvailabilityZoneId" "SourceSnapshotId"],
        [Every("snapshot", "SourceSnapshotId")];
    "DisableFastSnapshotRestores" fast_restores::disable,
        ["AvailabilityZone" "AvailabilityZoneId" "SourceSnapshotId"],
        [Every("snapshot", "SourceSnapshotId")];
    "DescribeSnapshotAttribute" sharing::describe,
        ["SnapshotId" "Attribute"], [Named("snapshot", "SnapshotId")];
    "ModifySnapshotAttribute" sharing::modify,
        ["SnapshotId" "Attribute" "CreateVolumePermission" "OperationType" "UserId" "UserGroup"],
        [Named("snapshot", "SnapshotId")];
}

fn entry(action: &str) -> Option<&'static Entry> {
    OPERATIONS.iter().find(|entry| entry.name == action)
}

pub(in super::super) fn operation(action: &str) -> Option<Operation> {
    let entry = entry(action)?;
    Some(Operation {
        resources: touched::resources,
        answer: entry.answer,
    })
}

/// The parameters that an operation knows.
pub(super) fn parameters(action: &str) -> &'static [&'static str] {
    entry(action).map_or(&[], |entry| entry.parameters)
}

/// What an operation touches.
fn touches(action: &str) -> &'static [Touched] {
    entry(action).map_or(&[], |entry| entry.touches)
}
