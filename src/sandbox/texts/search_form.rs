//! What a search engine says of the form of requests: names, aliases, documents, tables, policies.

use super::{Text, choice, verified};

// Why a name cannot be.
pub(crate) const FORBIDDEN_CHARACTERS: Text =
    verified("must not contain the following characters [ , \", *, \\, <, |, ,, >, /, ?]");
pub(crate) const HAS_WHITESPACE: Text = verified("must not contain whitespace");
pub(crate) const HAS_COMMA: Text = verified("must not contain ','");
pub(crate) const HAS_HASH: Text = verified("must not contain '#'");
pub(crate) const HAS_COLON: Text = verified("must not contain ':'");
pub(crate) const STARTS_WITH_UNDERSCORE: Text = verified("must not start with '_'");
pub(crate) const STARTS_RESERVED: Text = verified("must not start with '_', '-', or '+'");
pub(crate) const NOT_LOWERCASE: Text = verified("must be lowercase");
pub(crate) const TOO_LONG: Text = verified("index name is too long, ({} > {})");
pub(crate) const IS_DOTS: Text = verified("must not be '.' or '..'");
pub(crate) const IS_ALIAS: Text = verified("already exists as alias");
pub(crate) const SNAPSHOT_EXISTS: Text = verified("snapshot with the same name already exists");
pub(crate) const SNAPSHOT_RUNS: Text =
    verified("snapshot with the same name is already in-progress");

// What is missing.
pub(crate) const TYPE_MISSING: Text = verified("type is missing");
pub(crate) const REPOSITORY_MISSING: Text = verified("repository is missing");
pub(crate) const INDEX_MISSING: Text = verified("index / indices is missing");
pub(crate) const BULK_INDEX_MISSING: Text = verified("index is missing");
pub(crate) const NO_SETTINGS: Text = verified("no settings to update");

// Aliases.
pub(crate) const ALIAS_MISSING: Text = verified("alias [{}] missing");
pub(crate) const ALIASES_MISSING: Text = verified("aliases [{}] missing");
pub(crate) const NO_ACTION: Text = verified("No action specified");
pub(crate) const MALFORMED_ACTION: Text = choice("malformed alias action");
pub(crate) const UNKNOWN_ACTION: Text = choice("[alias_action] unknown field [{}]");

// Documents.
pub(crate) const NO_WRITE_INDEX: Text = verified(
    "no write index is defined for alias [{}]. The write index may be explicitly disabled using \
     is_write_index=false or the alias points to multiple indices without one being designated as \
     a write index",
);
pub(crate) const BULK_NEWLINE: Text =
    verified("The bulk request must be terminated by a newline [\\n]");
pub(crate) const BULK_MALFORMED: Text = choice("Malformed action/metadata line");

// Tables.
pub(crate) const BYTES_UNIT: Text = choice("[bytes] does not support [{}]");
pub(crate) const SORT_KEY: Text = verified("Unable to sort by unknown sort key `{}`");

// Renaming, as Java says it.
pub(crate) const MALFORMED_MEMBER: Text = verified("malformed {}");
pub(crate) const NOTHING_ESCAPED: Text = verified("character to be escaped is missing");
pub(crate) const NO_NAMED_GROUP: Text = verified("No group with name {{}}");
pub(crate) const ILLEGAL_GROUP: Text = verified("Illegal group reference");

// Why a shard or a snapshot failed.
pub(crate) const SHARD_FAILED: Text =
    choice("IOException[Unable to upload object using a single upload]");
pub(crate) const SHARD_SKIPPED: Text = verified("skipped");
pub(crate) const SNAPSHOT_FAILED: Text =
    choice("SnapshotException[failed to update snapshot in repository]");
pub(crate) const SNAPSHOT_ABORTED: Text = choice("[{}:{}] snapshot was aborted");

// Snapshot Management.
pub(crate) const POLICY_FIELD: Text = choice("Unknown field [{}] in snapshot management policy");
pub(crate) const POLICY_NEEDS: Text = choice("{} must be provided");
pub(crate) const POLICY_COUNT: Text = choice("{} must be from 1 to 400");
pub(crate) const POLICY_AGE: Text = choice("max_age [{}] is no time");
pub(crate) const POLICY_COUNTS: Text = choice("min_count must be less than max_count");
pub(crate) const POLICY_NUMBER: Text =
    verified("Failed to parse int parameter [{}] with value [{}]");
pub(crate) const POLICY_DONE: Text = choice("Snapshot {} creation end with state SUCCESS.");
pub(crate) const POLICY_NO_REPOSITORY: Text = choice("repository missing");
