//! What a search domain says: its front end in AWS's name, and the engine behind it.

use super::{Text, choice, verified};

// The front end.
pub(crate) const DENIED: Text = verified("User: {} is not authorized to perform: {} {}");
pub(crate) const ANONYMOUS: Text = verified(
    "User: anonymous is not authorized to perform: {} because no resource-based policy allows the \
     {} action",
);
pub(crate) const UNAUTHORIZED: Text = verified("Unauthorized");
pub(crate) const WRONG_HOST: Text = choice("Invalid Host Header");
pub(crate) const THROTTLED: Text = verified("Request throttled due to too many requests");
pub(crate) const UNAVAILABLE_PAGE: Text =
    choice("<html><body><b>Http/1.1 Service Unavailable</b></body> </html>");
pub(crate) const NO_PASS_ROLE: Text =
    verified("User: {} is not authorized to perform: iam:PassRole on resource: {}");
pub(crate) const NO_ROLE_ARN: Text =
    verified("settings.role_arn is needed for snapshot registration.");
pub(crate) const NOT_ALLOWED: Text = verified("Your request: '{}' is not allowed.");
pub(crate) const PAYLOAD_NOT_ALLOWED: Text = verified("Your request: '{}' payload is not allowed.");

// The engine: the form of requests.
pub(crate) const UNKNOWN_PARAMETER: Text =
    verified("request [{}] contains unrecognized parameter{}: {}");
pub(crate) const NOT_A_TRUTH: Text =
    verified("Failed to parse value [{}] as only [true] or [false] are allowed.");
pub(crate) const NOT_CONVERTIBLE: Text = verified("Could not convert [{}] to boolean");
pub(crate) const NOT_A_TIME: Text = verified(
    "failed to parse setting [{}] with value [{}] as a time value: unit is missing or unrecognized",
);
pub(crate) const NOT_X_CONTENT: Text = verified(
    "Compressor detection can only be called on some xcontent bytes or compressed xcontent bytes",
);
pub(crate) const JSON_ENDS: Text = verified(
    "Unexpected end-of-input within/between Object entries\n at [Source: \
     ({}.common.io.stream.InputStreamStreamInput); line: {}, column: {}]",
);
pub(crate) const NOT_JSON: Text = choice(
    "Unexpected character: was expecting a valid JSON value\n at [Source: \
     ({}.common.io.stream.InputStreamStreamInput); line: {}, column: {}]",
);
pub(crate) const NO_HANDLER: Text = verified("no handler found for uri [{}] and method [{}]");
pub(crate) const WRONG_METHOD: Text =
    verified("Incorrect HTTP method for uri [{}] and method [{}], allowed: [{}]");
pub(crate) const WRONG_CONTENT_TYPE: Text = verified("Content-Type header [{}] is not supported");
pub(crate) const BODY_REQUIRED: Text = verified("request body is required");
pub(crate) const VALIDATION_FAILED: Text = verified("Validation Failed: 1: {};");
pub(crate) const MALFORMED_NAMES: Text =
    verified("malformed {} section, should be an array of strings");
pub(crate) const MALFORMED_METADATA: Text = verified("malformed metadata, should be an object");
pub(crate) const MALFORMED_SETTINGS: Text = verified("malformed {} section");
pub(crate) const UNKNOWN_RESTORE_PARAMETER: Text = verified("Unknown parameter {}");

// The engine: indices.
pub(crate) const NO_SUCH_INDEX: Text = verified("no such index [{}]");
pub(crate) const INVALID_INDEX_NAME: Text = verified("Invalid index name [{}], {}");
pub(crate) const RESERVED_INDEX_NAME: Text =
    verified("Invalid index name [{}], must not start with '_'.");
pub(crate) const INDEX_EXISTS: Text = verified("index [{}/{}] already exists");
pub(crate) const IS_ALIAS: Text = verified(
    "The provided expression [{}] matches an alias, specify the corresponding concrete indices \
     instead.",
);
pub(crate) const ALIAS_IS_INDEX: Text =
    verified("Invalid alias name [{}], an index exists with the same name as the alias");
pub(crate) const DUPLICATE_NAMES: Text = verified(
    "index, alias, and data stream names need to be unique, but the following duplicates were \
     found [{} (alias of [{}/{}]) conflicts with index]",
);
pub(crate) const DUPLICATE_NAMES_OLD: Text = choice(
    "index and alias names need to be unique, but the following duplicates were found [{} (alias \
     of [{}/{}])]",
);
pub(crate) const BEING_SNAPSHOTTED: Text = verified(
    "Cannot {} indices that are being snapshotted: [{}]. Try again after snapshot finishes or \
     cancel the currently running snapshot.",
);
pub(crate) const BEING_RESTORED: Text =
    verified("Cannot close indices that are being restored: [{}]");
pub(crate) const CLOSED: Text = verified("closed");
pub(crate) const NOT_DYNAMIC: Text =
    verified("Can't update non dynamic settings [[{}]] for open indices [[{}/{}]]");
pub(crate) const UNKNOWN_CREATE_KEY: Text = verified("unknown key [{}] for create index");
pub(crate) const SETTING_VALUE: Text = verified("Failed to parse value [{}] for setting [{}]");

// The engine: repositories.
pub(crate) const NO_SUCH_REPOSITORY: Text = verified("[{}] missing");
pub(crate) const REPOSITORY_TYPE: Text = verified("[{}] repository type [{}] does not exist");
pub(crate) const REPOSITORY_NAME_CHARACTERS: Text =
    verified("[{}] must not contain the following characters [ , \", *, \\, <, |, ,, >, /, ?]");
pub(crate) const REPOSITORY_NAME_HASH: Text = verified("[{}] must not contain '#'");
pub(crate) const NOT_CREATED: Text = verified("[{}] failed to create repository");
pub(crate) const NO_LOCATION: Text = verified("[{}] missing location");
pub(crate) const NO_BUCKET: Text = verified("No bucket defined for s3 repository");
pub(crate) const NOT_ASSUMED: Text = verified(
    "User: arn:aws:sts::332315457451:assumed-role/cp-sts-grant-role/swift-{}-prod-332315457451 is \
     not authorized to perform: sts:AssumeRole on resource: {} (Service: AWSSecurityTokenService; \
     Status Code: 403; Error Code: AccessDenied; Request ID: {}; Proxy: null)",
);
pub(crate) const NOT_ACCESSIBLE: Text = verified("[{}] path {} is not accessible on {} node");
pub(crate) const TEST_NOT_DELETED: Text = verified("[{}] cannot delete test data at {}");
pub(crate) const NOT_UPLOADED: Text =
    verified("Unable to upload object [{}] using a single upload");
pub(crate) const S3_DENIED: Text = verified(
    "Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: \
     {}; S3 Extended Request ID: {}; Proxy: null)",
);
pub(crate) const S3_NO_BUCKET: Text = verified(
    "The specified bucket does not exist (Service: Amazon S3; Status Code: 404; Error Code: \
     NoSuchBucket; Request ID: {}; S3 Extended Request ID: {}; Proxy: null)",
);
pub(crate) const S3_ELSEWHERE: Text = choice(
    "The bucket is in this region: {}. Please use this region to retry the request (Service: \
     Amazon S3; Status Code: 301; Error Code: PermanentRedirect; Request ID: {}; S3 Extended \
     Request ID: {}; Proxy: null)",
);
pub(crate) const S3_ARCHIVED: Text = verified(
    "The operation is not valid for the object's storage class (Service: Amazon S3; Status Code: \
     403; Error Code: InvalidObjectState; Request ID: {}; S3 Extended Request ID: {}; Proxy: null)",
);
pub(crate) const INDEX_UNREADABLE: Text =
    verified("[{}] could not read repository data from index blob");
pub(crate) const NOT_DELETED: Text = choice("[{}] failed to delete snapshots");
pub(crate) const NOT_REACHED: Text = choice("Unable to reach object [{}]");
pub(crate) const SNAPSHOT_UNREADABLE: Text = verified("[{}:{}] Snapshot could not be read");
pub(crate) const REPOSITORY_IN_USE: Text =
    verified("trying to modify or unregister repository that is currently used");
pub(crate) const REPOSITORY_RESERVED: Text = choice("Your request: '{}' is not allowed.");
pub(crate) const READ_ONLY_CREATE: Text =
    verified("[{}] cannot create snapshot in a readonly repository");
pub(crate) const READ_ONLY_DELETE: Text =
    verified("[{}] cannot delete snapshot from a readonly repository");

// The engine: snapshots.
pub(crate) const NO_SUCH_SNAPSHOT: Text = verified("[{}:{}] is missing");
pub(crate) const INVALID_SNAPSHOT_NAME: Text = verified("[{}:{}] Invalid snapshot name [{}], {}");
pub(crate) const NO_PRIMARIES: Text = verified("Indices don't have primary shards [{}]");
pub(crate) const NO_PRIMARIES_ERROR: Text =
    verified("[{}:{}/{}] Indices don't have primary shards [{}]");
pub(crate) const ALREADY_RUNNING: Text = verified("[{}:{}]  a snapshot is already running");
pub(crate) const ANOTHER_RUNNING: Text =
    verified("[{}:{}/{}] another snapshot is currently running cannot delete");
pub(crate) const DELETE_IN_RESTORE: Text = verified(
    "[{}:{}/{}] cannot delete snapshot during a restore in progress in \
     [RestoreInProgress[{{}}{{}:{}/{}}]]",
);
pub(crate) const DELETE_IN_RESTORE_OLD: Text =
    verified("[{}:{}/{}] cannot delete snapshot during a restore");
pub(crate) const SHARD_NOT_ALLOCATED: Text = verified("primary shard is not allocated");

// The engine: restores.
pub(crate) const RESTORE_NO_SNAPSHOT: Text = verified("[{}:{}] snapshot does not exist");
pub(crate) const RESTORE_STATE: Text = verified("[{}:{}/{}] unsupported snapshot state [{}]");
pub(crate) const RESTORE_NEWER: Text = verified(
    "[{}:{}/{}] the snapshot was created with {} version [{}] which is higher than the version of \
     this node [{}]",
);
pub(crate) const RESTORE_OLDER: Text =
    choice("[{}:{}/{}] cannot restore index [{}] because it cannot be upgraded");
pub(crate) const INDEX_TOO_OLD: Text = choice(
    "The index [[{}/{}]] was created with version [{}] but the minimum compatible version is [{}]. \
     It should be re-indexed before upgrading.",
);
pub(crate) const RESTORE_CLASH: Text =
    verified("[{}:{}] indices [{}] and [{}] are renamed into the same index [{}]");
pub(crate) const RESTORE_NOT_WHOLE: Text =
    verified("[{}:{}/{}] index [{}] wasn't fully snapshotted - cannot restore");
pub(crate) const RESTORE_OPEN: Text = verified(
    "[{}:{}/{}] cannot restore index [{}] because an open index with same name already exists in \
     the cluster. Either close or delete the existing index or restore the index under a different \
     name by providing a rename pattern and replacement name",
);
pub(crate) const RESTORE_SHARDS: Text = verified(
    "[{}:{}/{}] cannot restore index [{}] with [{}] shards from a snapshot of index [{}] with [{}] \
     shards",
);
pub(crate) const RESTORE_MODIFY: Text =
    verified("[{}:{}/{}] cannot modify setting [{}] on restore");
pub(crate) const RESTORE_REMOVE: Text =
    verified("[{}:{}/{}] cannot remove setting [{}] on restore");
pub(crate) const RESTORE_ALIAS: Text = verified(
    "[{}:{}/{}] cannot rename index [{}] into [{}] because of conflict with an alias with the same \
     name",
);
pub(crate) const RESTORE_IN_DELETE: Text =
    verified("[{}:{}/{}] cannot restore a snapshot while a snapshot deletion is in-progress");
pub(crate) const NO_FEATURE: Text =
    verified("Unsupported parameter {}. Feature flag is not enabled for this experimental feature");
pub(crate) const NO_GROUP: Text = verified("No group {}");

// Fine-grained access control.
pub(crate) const NO_PERMISSION: Text =
    verified("no permissions for [{}] and User [name={}, backend_roles=[], requestedTenant=null]");

// Snapshot Management.
pub(crate) const NO_SUCH_POLICY: Text = choice("Snapshot management policy not found");
pub(crate) const POLICY_EXISTS: Text =
    choice("[{}-sm-policy]: version conflict, document already exists (current version [1])");
pub(crate) const POLICY_CONFLICT: Text = choice(
    "[{}-sm-policy]: version conflict, required seqNo [{}], primary term [{}]. current document \
     has seqNo [{}] and primary term [{}]",
);
