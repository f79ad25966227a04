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
mod public_access;
mod regions;
mod root;
mod sharing;
mod tagging;
mod tiers;
mod touched;
mod unused_filters;
mod volume_checks;
mod volumes;

use self::touched::Touched::{self, Any, Every, Named, NamedIn, Tagged};
use crate::sandbox::call::is_place;
use crate::sandbox::services::{Answer, Operation};

/// An operation of the API.
struct Entry {
    name: &'static str,
    /// The parameters without `DryRun`; `N` is a number, and those of [`COMPOUND`] have parts.
    parameters: &'static [&'static str],
    touches: &'static [Touched],
    answer: Answer,
}

/// The parameters that have parts, and these.
const COMPOUND: [(&str, &[&str]); 6] = [
    ("Filter", &["Filter.N.Name", "Filter.N.Value.N"]),
    ("Tag", &["Tag.N.Key", "Tag.N.Value"]),
    (
        "TagSpecification",
        &[
            "TagSpecification.N.ResourceType",
            "TagSpecification.N.Tag.N.Key",
            "TagSpecification.N.Tag.N.Value",
        ],
    ),
    (
        "InstanceSpecification",
        &[
            "InstanceSpecification.InstanceId",
            "InstanceSpecification.ExcludeBootVolume",
            "InstanceSpecification.ExcludeDataVolumeId.N",
        ],
    ),
    (
        "CreateVolumePermission",
        &[
            "CreateVolumePermission.Add.N.UserId",
            "CreateVolumePermission.Add.N.Group",
            "CreateVolumePermission.Remove.N.UserId",
            "CreateVolumePermission.Remove.N.Group",
        ],
    ),
    ("Operator", &["Operator.Principal"]),
];

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
        ["RegionName.N" "AllRegions" "Filter"], [];
    "DescribeAvailabilityZones" regions::describe_zones,
        ["ZoneName.N" "ZoneId.N" "AllAvailabilityZones" "Filter"], [];
    "DescribeVolumes" volumes::describe,
        ["VolumeId.N" "Filter" "MaxResults" "NextToken" "IncludeManagedResources"], [];
    "DescribeInstances" instances::describe,
        ["InstanceId.N" "Filter" "MaxResults" "NextToken" "IncludeManagedResources"], [];
    "DescribeInstanceStatus" instances::describe_status,
        ["InstanceId.N" "IncludeAllInstances" "Filter" "MaxResults" "NextToken"
         "IncludeManagedResources"], [];
    "DescribeImages" images::describe,
        ["ImageId.N" "Owner.N" "ExecutableBy.N" "IncludeDeprecated" "IncludeDisabled" "Filter"
         "MaxResults" "NextToken"], [];
    "DescribeSnapshots" describe::describe,
        ["SnapshotId.N" "Owner.N" "RestorableBy.N" "Filter" "MaxResults" "NextToken"], [];
    "CreateSnapshot" create::one,
        ["VolumeId" "Description" "TagSpecification" "Location" "OutpostArn"],
        [Any("snapshot"), Named("volume", "VolumeId")];
    "CreateSnapshots" create::several,
        ["InstanceSpecification" "Description" "TagSpecification" "CopyTagsFromSource"
         "Location" "OutpostArn"],
        [Any("snapshot"), Named("instance", "InstanceSpecification.InstanceId"), Any("volume")];
    "DeleteSnapshot" delete::delete,
        ["SnapshotId"], [Named("snapshot", "SnapshotId")];
    "CopySnapshot" copy::copy,
        ["SourceRegion" "SourceSnapshotId" "DestinationRegion" "PresignedUrl" "Description"
         "Encrypted" "KmsKeyId" "CompletionDurationMinutes" "TagSpecification"
         "DestinationAvailabilityZone" "DestinationOutpostArn"],
        [Any("snapshot"), NamedIn("snapshot", "SourceSnapshotId", "SourceRegion")];
    "CreateVolume" volumes::create,
        ["AvailabilityZone" "AvailabilityZoneId" "SnapshotId" "Size" "VolumeType" "Iops"
         "Throughput" "Encrypted" "KmsKeyId" "MultiAttachEnabled" "VolumeInitializationRate"
         "ClientToken" "TagSpecification" "Operator" "OutpostArn"],
        [Any("volume"), Named("snapshot", "SnapshotId")];
    "DeleteVolume" volumes::delete,
        ["VolumeId"], [Named("volume", "VolumeId")];
    "AttachVolume" attach::attach,
        ["VolumeId" "InstanceId" "Device" "EbsCardIndex"],
        [Named("volume", "VolumeId"), Named("instance", "InstanceId")];
    "DetachVolume" attach::detach,
        ["VolumeId" "InstanceId" "Device" "Force"],
        [Named("volume", "VolumeId"), Named("instance", "InstanceId")];
    "CreateTags" tagging::create,
        ["ResourceId.N" "Tag"], [Tagged];
    "DeleteTags" tagging::delete,
        ["ResourceId.N" "Tag"], [Tagged];
    "DescribeTags" tagging::describe,
        ["Filter" "MaxResults" "NextToken"], [];
    "CreateReplaceRootVolumeTask" root::create,
        ["InstanceId" "SnapshotId" "ImageId" "VolumeId" "DeleteReplacedRootVolume"
         "VolumeInitializationRate" "ClientToken" "TagSpecification"],
        [Named("instance", "InstanceId"), Any("replace-root-volume-task"), Any("volume"),
         Named("snapshot", "SnapshotId")];
    "DescribeReplaceRootVolumeTasks" root::describe,
        ["ReplaceRootVolumeTaskId.N" "Filter" "MaxResults" "NextToken"], [];
    "ModifySnapshotTier" tiers::archive,
        ["SnapshotId" "StorageTier"], [Named("snapshot", "SnapshotId")];
    "RestoreSnapshotTier" tiers::restore,
        ["SnapshotId" "TemporaryRestoreDays" "PermanentRestore"],
        [Named("snapshot", "SnapshotId")];
    "DescribeSnapshotTierStatus" tiers::describe,
        ["Filter" "MaxResults" "NextToken"], [];
    "ListSnapshotsInRecycleBin" bin::list,
        ["SnapshotId.N" "MaxResults" "NextToken"], [];
    "RestoreSnapshotFromRecycleBin" bin::restore,
        ["SnapshotId"], [Named("snapshot", "SnapshotId")];
    "LockSnapshot" locks::lock,
        ["SnapshotId" "LockMode" "CoolOffPeriod" "LockDuration" "ExpirationDate"],
        [Named("snapshot", "SnapshotId")];
    "UnlockSnapshot" locks::unlock,
        ["SnapshotId"], [Named("snapshot", "SnapshotId")];
    "DescribeLockedSnapshots" locks::describe,
        ["SnapshotId.N" "Filter" "MaxResults" "NextToken"], [];
    "DescribeFastSnapshotRestores" fast_restores::describe,
        ["Filter" "MaxResults" "NextToken"], [];
    "EnableFastSnapshotRestores" fast_restores::enable,
        ["AvailabilityZone.N" "AvailabilityZoneId.N" "SourceSnapshotId.N"],
        [Every("snapshot", "SourceSnapshotId")];
    "DisableFastSnapshotRestores" fast_restores::disable,
        ["AvailabilityZone.N" "AvailabilityZoneId.N" "SourceSnapshotId.N"],
        [Every("snapshot", "SourceSnapshotId")];
    "DescribeSnapshotAttribute" sharing::describe,
        ["SnapshotId" "Attribute"], [Named("snapshot", "SnapshotId")];
    "ModifySnapshotAttribute" sharing::modify,
        ["SnapshotId" "Attribute" "CreateVolumePermission" "OperationType" "UserId.N"
         "UserGroup.N"],
        [Named("snapshot", "SnapshotId")];
    "ResetSnapshotAttribute" sharing::reset,
        ["SnapshotId" "Attribute"], [Named("snapshot", "SnapshotId")];
    "GetSnapshotBlockPublicAccessState" public_access::get, [], [];
    "EnableSnapshotBlockPublicAccess" public_access::enable, ["State"], [];
    "DisableSnapshotBlockPublicAccess" public_access::disable, [], [];
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

/// Does an operation know this parameter?
pub(super) fn knows(action: &str, name: &str) -> bool {
    let parameters = entry(action).map_or(&[][..], |entry| entry.parameters);
    name == "DryRun"
        || parameters.iter().any(|parameter| {
            let parts = COMPOUND.iter().find(|(whole, _)| whole == parameter);
            match parts {
                Some((_, parts)) => parts.iter().any(|part| is_form(name, part)),
                None => is_form(name, parameter),
            }
        })
}

/// Has a name this form, in which `N` is the number of a member? What real EC2 says to `Tag.0.Key`
/// or `SnapshotId.01` is not known: here they are parameters that nobody knows, and never dropped.
fn is_form(name: &str, form: &str) -> bool {
    let mut found = name.split('.');
    let same = form.split('.').all(|wanted| {
        found.next().is_some_and(|part| match wanted {
            "N" => is_place(part),
            _ => part == wanted,
        })
    });
    same && found.next().is_none()
}

/// What an operation touches.
fn touches(action: &str) -> &'static [Touched] {
    entry(action).map_or(&[], |entry| entry.touches)
}

#[cfg(test)]
mod tests {
    use super::knows;

    #[test]
    fn parameters_have_forms() {
        for (action, name) in [
            ("DescribeSnapshots", "SnapshotId.12"),
            ("DescribeSnapshots", "Filter.1.Value.2"),
            ("DeleteSnapshot", "SnapshotId"),
            ("DeleteSnapshot", "DryRun"),
            (
                "CreateSnapshots",
                "InstanceSpecification.ExcludeDataVolumeId.1",
            ),
            ("CreateTags", "Tag.1.Key"),
        ] {
            assert!(knows(action, name), "{action} {name}");
        }
        for (action, name) in [
            ("DescribeSnapshots", "SnapshotId"),
            ("DescribeSnapshots", "SnapshotId.x"),
            ("DescribeSnapshots", "SnapshotId.0"),
            ("DescribeSnapshots", "SnapshotId.01"),
            ("DeleteTags", "Tag.0.Key"),
            ("DescribeSnapshots", "Filter.1.Values.1"),
            ("DescribeSnapshots", "Filter"),
            ("DeleteSnapshot", "SnapshotId.1"),
            ("DeleteTags", "Tag.1"),
            ("DeleteTags", "Tag.1.Key.1"),
            ("Explode", "SnapshotId"),
        ] {
            assert!(!knows(action, name), "{action} {name}");
        }
    }
}
