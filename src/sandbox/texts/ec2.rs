//! What EC2 says.

use super::{Text, choice, verified};

// The form of requests.
pub(crate) const DRY_RUN: Text = verified("Request would have succeeded, but DryRun flag is set.");
pub(crate) const MISSING_PARAMETER: Text = verified("The request must contain the parameter {}");
pub(crate) const UNKNOWN_PARAMETER: Text = verified("The parameter {} is not recognized");
pub(crate) const INVALID_VALUE: Text = verified("Value ({}) for parameter {} is invalid.");
pub(crate) const INVALID_VALUE_BECAUSE: Text = choice("Value ({}) for parameter {} is invalid. {}");
pub(crate) const WRONG_PREFIX: Text =
    verified("Value ({}) for parameter {} is invalid. Expected: '{}-...'.");
pub(crate) const MALFORMED_ID: Text = verified("Invalid id: \"{}\"");
pub(crate) const TOO_SMALL: Text =
    verified("Value ( {} ) for parameter {} is invalid. Expecting a value greater than {}.");
pub(crate) const TOO_LARGE: Text =
    choice("Value ( {} ) for parameter {} is invalid. Expecting a value less than {}.");
pub(crate) const NOT_TOGETHER: Text =
    verified("The parameter {} cannot be used with the parameter {}");
pub(crate) const INVALID_NEXT_TOKEN: Text = choice("The specified NextToken is not valid.");
pub(crate) const UNKNOWN_FILTER: Text = verified("The filter '{}' is invalid");
pub(crate) const TOO_MANY_FILTER_VALUES: Text =
    choice("The maximum number of filter values specified on a single call is 200");
pub(crate) const DESCRIPTION_NOT_ASCII: Text = verified(
    "Value ({}) for parameter description is invalid. Character sets beyond ASCII are not \
     supported.",
);
pub(crate) const DESCRIPTION_TOO_LONG: Text =
    verified("Value ({}) for parameter description is invalid. It exceeds 255 characters");
pub(crate) const TOKEN_MISMATCH: Text = verified(
    "Arguments on this idempotent request are inconsistent with arguments used in previous \
     request(s).",
);

// Tags.
pub(crate) const TOO_MANY_TAGS: Text =
    verified("The maximum number of Tags for a resource has been reached.");
pub(crate) const RESERVED_TAG: Text =
    verified("Tag keys starting with 'aws:' are reserved for internal use");
pub(crate) const TAG_KEY_TOO_LONG: Text =
    choice("Tag key exceeds the maximum length of 128 characters");
pub(crate) const TAG_VALUE_TOO_LONG: Text =
    choice("Tag value exceeds the maximum length of 256 characters");
pub(crate) const TAG_KEY_EMPTY: Text =
    verified("Value ( '' ) for parameter Tag key is invalid. Tag key cannot be null or empty.");
pub(crate) const TAG_KEY_TWICE: Text = verified("Duplicate tag key '{}' specified.");
pub(crate) const NOT_TAGGABLE: Text =
    verified("'{}' is not a valid taggable resource type for this operation.");
pub(crate) const TAG_TYPE_MISSING: Text =
    verified("Tag specification resource type must have a value");
pub(crate) const UNKNOWN_ID: Text = verified("The ID '{}' is not valid");

// What is not there.
pub(crate) const NO_SUCH_VOLUME: Text = verified("The volume '{}' does not exist.");
pub(crate) const NO_SUCH_SNAPSHOT: Text = verified("The snapshot '{}' does not exist.");
pub(crate) const NO_SUCH_INSTANCE: Text = verified("The instance ID '{}' does not exist");
pub(crate) const NO_SUCH_IMAGE: Text = verified("The image id '[{}]' does not exist");
pub(crate) const NO_SUCH_TASK: Text = choice("The replace root volume task '{}' does not exist.");
pub(crate) const NO_SUCH_ZONE: Text = verified("The zone '{}' does not exist.");
pub(crate) const UNKNOWN_ZONES: Text = choice("Invalid availability zone: [{}]");
pub(crate) const NO_OUTPOST: Text = choice("The resource is not on an Outpost.");
pub(crate) const NO_LOCAL_ZONE: Text = choice("The resource is not in a Local Zone.");
pub(crate) const RESERVED_OPERATOR: Text = choice("It is reserved for internal use.");
pub(crate) const ONE_EBS_CARD: Text = choice("The instance type has one EBS card, with index 0.");
pub(crate) const UNKNOWN_REGIONS: Text = choice("Invalid region names: [{}]");
pub(crate) const UNKNOWN_REGION: Text = choice("Invalid region name: {}");

// Snapshots.
pub(crate) const VOLUME_NOT_READY: Text =
    verified("Volume '{}' is not in the 'available' or 'in-use' state.");
pub(crate) const SNAPSHOT_RATE: Text = verified(
    "The maximum per volume CreateSnapshot request rate has been exceeded. Use an increasing or \
     variable sleep interval between requests.",
);
pub(crate) const SNAPSHOTS_PENDING: Text =
    verified("Maximum allowed in-progress snapshots for a single volume exceeded.");
pub(crate) const ALL_EXCLUDED: Text =
    choice("All volumes attached to instance '{}' are excluded; no snapshot would be created.");
pub(crate) const ROOT_EXCLUDED_AS_DATA: Text =
    choice("Volume '{}' is the root volume of the instance; use ExcludeBootVolume to exclude it.");
pub(crate) const EXCLUDED_NOT_ATTACHED: Text =
    choice("Volume '{}' is not a data volume of instance '{}'.");
pub(crate) const TOO_MANY_EXCLUDED: Text = choice("At most 40 data volumes can be excluded.");
pub(crate) const INSTANCE_STATE: Text = choice("The instance '{}' is not in a valid state: {}.");
pub(crate) const HIBERNATION: Text = choice(
    "Multi-volume snapshots of instance '{}', which is enabled for hibernation, are not supported.",
);
pub(crate) const IN_USE_BY_IMAGE: Text = verified("The snapshot {} is currently in use by {}");
pub(crate) const OWNED_BY_BACKUP: Text = verified(
    "This snapshot is managed by the AWS Backup service and cannot be deleted via EC2 APIs. If you \
     wish to delete this snapshot, please do so via the Backup console.",
);
pub(crate) const LOCKED: Text = choice("The snapshot {} is locked ({}) and cannot be deleted.");
pub(crate) const NOT_OWNED: Text = choice("You do not own the snapshot {}.");
pub(crate) const SNAPSHOT_STATE: Text = verified("Snapshot is in invalid state - {}");
pub(crate) const COPY_IS_ENCRYPTED: Text =
    choice("A copy of an encrypted snapshot is always encrypted.");
pub(crate) const COPIES_RUNNING: Text =
    choice("The limit of 20 concurrent snapshot copies to this Region has been reached.");
pub(crate) const COMPLETION_DURATION: Text =
    choice("It must be a multiple of 15 from 15 to 2880 minutes.");
pub(crate) const SNAPSHOT_FAILED: Text = choice("The snapshot could not be completed.");
pub(crate) const KEY_NOT_ACCESSIBLE: Text = verified("Given key ID is not accessible");
pub(crate) const SET_FAILED: Text =
    choice("Another snapshot of the same multi-volume set could not be completed.");
pub(crate) const NOT_IN_BIN: Text = choice("The snapshot {} is not in the Recycle Bin.");

// Archive.
pub(crate) const TIER_STATE: Text = choice(
    "The snapshot {} cannot be archived: its storage tier is {}, and its last tiering operation is {}.",
);
pub(crate) const TIER_UNSUPPORTED: Text = choice("The snapshot {} cannot be archived: {}.");
pub(crate) const NOT_ARCHIVED: Text = choice("The snapshot {} is not in the archive tier.");
pub(crate) const ARCHIVED: Text = choice(
    "The snapshot {} is in the archive tier. Restore it to the standard tier before using it.",
);
pub(crate) const TIERING_FAILED: Text = choice("The operation could not be completed.");
pub(crate) const ARCHIVED_OF_VOLUME: Text =
    choice("The limit of 25 archived snapshots of a volume has been reached.");
pub(crate) const ARCHIVING_AT_ONCE: Text =
    choice("The limit of 25 snapshots being archived at once has been reached.");
pub(crate) const RESTORING_AT_ONCE: Text =
    choice("The limit of 5 snapshots being restored from the archive at once has been reached.");

// Locks.
pub(crate) const LOCK_PERIOD: Text = choice(
    "The request must contain exactly one of the parameters LockDuration and ExpirationDate.",
);
pub(crate) const COOL_OFF_ONLY_COMPLIANCE: Text =
    choice("The parameter CoolOffPeriod can be used only with lock mode compliance.");
pub(crate) const LOCK_IN_COMPLIANCE: Text = choice(
    "The snapshot {} is locked in compliance mode; the lock can only be extended until it expires.",
);
pub(crate) const NOT_LOCKED: Text = choice("The snapshot {} is not locked.");
pub(crate) const LOCK_EXPIRES_SOON: Text =
    choice("The expiration date must be at least one day ahead.");

// Sharing.
pub(crate) const ENCRYPTED_PUBLIC: Text =
    choice("The snapshot {} is encrypted and cannot be shared with everybody.");
pub(crate) const DEFAULT_KEY_SHARED: Text =
    choice("The snapshot {} is encrypted with the AWS managed key for EBS and cannot be shared.");
pub(crate) const PUBLIC_BLOCKED: Text =
    choice("Public sharing of snapshots is blocked for the account in this Region.");
pub(crate) const ARCHIVED_SHARED: Text =
    choice("The snapshot {} is archived, or on the way there, and cannot be shared.");
pub(crate) const WRONG_USER: Text = choice("The user ID '{}' is not an account of 12 digits.");
pub(crate) const ADD_AND_REMOVE: Text =
    choice("Permissions cannot be added and removed in the same request.");
pub(crate) const NO_CHANGES: Text =
    choice("The request must contain permissions to add or to remove.");
pub(crate) const TOO_MANY_CHANGES: Text =
    choice("At most 500 permissions can be changed in a request.");
pub(crate) const ONLY_PERMISSIONS: Text =
    choice("Only the attribute createVolumePermission can be modified.");

// Fast snapshot restore.
pub(crate) const FAST_RESTORE_ASKED: Text = verified("Client.UserInitiated");
pub(crate) const FAST_RESTORE_REASON: Text =
    verified("Client.UserInitiated - Lifecycle state transition");
pub(crate) const FAST_RESTORE_QUOTA: Text =
    choice("The limit of fast snapshot restores in the Region has been reached.");
pub(crate) const FAST_RESTORE_NOT_ENABLED: Text =
    choice("Fast snapshot restore is not enabled for the snapshot in this Availability Zone.");
pub(crate) const FAST_RESTORE_STATE: Text =
    choice("The snapshot must be completed and in the standard tier.");

// Volumes.
pub(crate) const SIZE_OR_SNAPSHOT: Text =
    verified("The request must contain the parameter size/snapshot");
pub(crate) const SMALLER_THAN_SNAPSHOT: Text =
    choice("It must not be smaller than the snapshot, which is {} GiB.");
pub(crate) const OUTSIDE: Text = choice("It must be from {} to {} for volume type {}.");
pub(crate) const NOT_FOR_TYPE: Text = verified("The parameter {} is not supported for {} volumes.");
pub(crate) const IOPS_MISSING: Text =
    verified("The parameter iops must be specified for {} volumes.");
pub(crate) const IOPS_RATIO: Text =
    verified("Iops to volume size ratio of {} is too high; maximum is {}");
pub(crate) const THROUGHPUT_RATIO: Text =
    choice("Throughput to iops ratio is too high; maximum is 0.25 MiB/s per iops");
pub(crate) const KEY_WITHOUT_ENCRYPTION: Text =
    verified("The parameter [KmsKeyId] requires the parameter Encrypted to be set.");
pub(crate) const RATE_WITHOUT_SNAPSHOT: Text =
    choice("The parameter VolumeInitializationRate requires the parameter SnapshotId.");
pub(crate) const VOLUME_NOT_DELETABLE: Text =
    choice("The volume '{}' is in the '{}' state and cannot be deleted.");
pub(crate) const VOLUME_IN_USE: Text = verified("Volume {} is currently attached to {}");
pub(crate) const VOLUME_NOT_AVAILABLE: Text = verified("{} is not 'available'.");
pub(crate) const ZONE_MISMATCH: Text =
    verified("The volume '{}' is not in the same availability zone as instance '{}'");
pub(crate) const INSTANCE_NOT_RUNNING: Text = verified("Instance '{}' is not 'running'.");
pub(crate) const DEVICE_IN_USE: Text =
    verified("Invalid value '{}' for unixDevice. Attachment point {} is already in use");
pub(crate) const WRONG_DEVICE: Text =
    verified("Value ({}) for parameter device is invalid. {} is not a valid EBS device name.");
pub(crate) const NOT_ATTACHED: Text = verified("Volume '{}' is in the 'available' state.");
pub(crate) const NOT_ATTACHED_THERE: Text =
    choice("The volume '{}' is not attached to '{}' as '{}'.");
pub(crate) const ROOT_OF_RUNNING: Text =
    verified("Unable to detach root volume '{}' from instance '{}'");
pub(crate) const ALREADY_DETACHING: Text = choice("The volume '{}' is being detached already.");

// Replacing a root volume.
pub(crate) const TASK_RUNNING: Text =
    choice("A replace root volume task is already in progress for instance '{}'.");
pub(crate) const BARE_METAL: Text =
    choice("The root volume of instance '{}', which is of type {}, cannot be replaced.");
pub(crate) const NO_ROOT: Text = choice("The instance '{}' has no root volume attached.");
pub(crate) const NOT_OF_LINEAGE: Text =
    choice("The snapshot '{}' is not from the lineage of the root volume of instance '{}'.");
pub(crate) const ONE_SOURCE: Text =
    choice("Only one of the parameters SnapshotId, ImageId and VolumeId can be used.");
pub(crate) const IMAGE_MISMATCH: Text =
    choice("The image '{}' has no snapshot that could become the root volume of instance '{}'.");
pub(crate) const ROOT_IS_ENCRYPTED: Text =
    choice("The volume '{}' must be encrypted, as the root volume of instance '{}' is.");
pub(crate) const VOLUME_MISMATCH: Text =
    choice("The volume '{}' must be available and in the instance's Availability Zone.");
