//! What can be done with domains, repositories, snapshots, indices and policies, as data: the actions
//! and their fields. What may be typed is in `rules`.

use std::collections::BTreeMap;

use super::{
    describe::{DOMAINS, INDICES, POLICIES, REPOSITORIES, SNAPSHOTS},
    names,
    rules::{
        age, any, base_path, bucket, count, cron, optional_domain, optional_region,
        optional_snapshot, role, time_zone,
    },
    watch,
};
use crate::domain::{
    collection::{ActionInfo, Destructive, Target, Through, Verb, Verdicts},
    form::{FieldInfo, FieldKind, Value},
    row::Cell,
};

pub(super) const CREATE: &str = "create_snapshot";
pub(super) const RESTORE: &str = "restore_snapshot";
pub(super) const DELETE: &str = "delete_snapshot";
pub(super) const DELETE_INDEX: &str = "delete_index";
pub(super) const REGISTER: &str = "register_repository";
pub(super) const UNREGISTER: &str = "unregister_repository";
pub(super) const VERIFY: &str = "verify_repository";
pub(super) const PREREQUISITES: &str = "prerequisites";
pub(super) const PREPARE: &str = "prepare_role";
pub(super) const CREATE_POLICY: &str = "create_policy";
pub(super) const DELETE_POLICY: &str = "delete_policy";

pub(super) const NAME: &str = "name";
pub(super) const PATTERNS: &str = "indices";
pub(super) const PARTIAL: &str = "partial";
pub(super) const NO_GLOBAL_STATE: &str = "no_global_state";
pub(super) const GLOBAL_STATE: &str = "global_state";
pub(super) const TO: &str = "to_domain";
pub(super) const RENAME: &str = "rename_pattern";
pub(super) const REPLACEMENT: &str = "rename_replacement";
pub(super) const NO_ALIASES: &str = "no_aliases";
pub(super) const REPOSITORY: &str = "repository";
pub(super) const BUCKET: &str = "bucket";
pub(super) const BUCKET_REGION: &str = "bucket_region";
pub(super) const BASE_PATH: &str = "base_path";
pub(super) const ROLE: &str = "role_arn";
pub(super) const ENCRYPTION: &str = "server_side_encryption";
pub(super) const READONLY: &str = "readonly";
pub(super) const POLICY: &str = "policy";
pub(super) const CRON: &str = "cron";
pub(super) const TIME_ZONE: &str = "time_zone";
pub(super) const KEEP: &str = "keep";
pub(super) const MAX_AGE: &str = "max_age";

const fn text(
    key: &'static str,
    flag: &'static str,
    label: &'static str,
    help: &'static str,
    max: usize,
    rule: fn(&str) -> Result<(), String>,
) -> FieldInfo {
    FieldInfo {
        key,
        flag,
        label,
        help,
        kind: FieldKind::Text {
            max,
            rule,
            argument: "",
        },
    }
}

const fn toggle(
    key: &'static str,
    flag: &'static str,
    label: &'static str,
    help: &'static str,
) -> FieldInfo {
    FieldInfo {
        key,
        flag,
        label,
        help,
        kind: FieldKind::Toggle,
    }
}

const fn patterns(help: &'static str) -> FieldInfo {
    FieldInfo {
        key: PATTERNS,
        flag: "index",
        label: "Indices",
        help,
        kind: FieldKind::Many {
            max: 255,
            rule: names::pattern,
            argument: "PATTERN",
        },
    }
}

const BUCKET_FIELD: FieldInfo = text(
    BUCKET,
    "bucket",
    "Bucket",
    "The S3 bucket that holds the snapshots",
    63,
    bucket,
);
const ROLE_FIELD: FieldInfo = text(
    ROLE,
    "role-arn",
    "Role",
    "The ARN of the role that the service takes on to reach the bucket",
    2048,
    role,
);

/// What can be done.
pub(super) const ACTIONS: &[ActionInfo] = &[
    ActionInfo {
        id: CREATE,
        verb: Verb::Create,
        command: "create",
        about: "Take a snapshot of a domain's indices into a repository",
        title: "Create snapshot",
        subject: REPOSITORIES,
        through: Some(Through {
            owners: &[DOMAINS],
            takes: |row| *row.cell("readonly") == Cell::Flag(false),
            none: "No repository of this domain takes snapshots of yours: register a bucket first.",
        }),
        target: Target::IdThen(NAME),
        fills: |now| {
            let name = now.strftime("snapdeck-%Y%m%d-%H%M%S").to_string();
            BTreeMap::from([(NAME.to_owned(), Value::Text(name))])
        },
        fields: &[
            text(
                NAME,
                "name",
                "Name",
                "Optional; lowercase. The date and the time where none is given",
                255,
                optional_snapshot,
            ),
            patterns(
                "Optional; names or patterns such as logs-*, with - in front to leave out. All where none is given",
            ),
            toggle(
                PARTIAL,
                "partial",
                "Even if shards are missing",
                "Take what there is where a primary shard is not available",
            ),
            toggle(
                NO_GLOBAL_STATE,
                "no-global-state",
                "Without the cluster's state",
                "Leave out templates and persistent settings",
            ),
        ],
        ..ActionInfo::PLAIN
    },
    ActionInfo {
        id: RESTORE,
        verb: Verb::Restore,
        command: "restore",
        about: "Restore indices from a snapshot",
        title: "Restore indices",
        subject: SNAPSHOTS,
        fields: &[
            patterns(
                "Optional; names or patterns, with - in front to leave out. All but system indices where none is given",
            ),
            text(
                TO,
                "to",
                "To domain",
                "Optional; another domain. Where it lacks the repository, it is registered there first, read-only",
                28,
                optional_domain,
            ),
            text(
                RENAME,
                "rename-pattern",
                "Rename pattern",
                "Optional; a regular expression on the names, for example (.+)",
                255,
                any,
            ),
            text(
                REPLACEMENT,
                "rename-replacement",
                "Rename to",
                "Optional; what it becomes, for example restored-$1",
                255,
                any,
            ),
            toggle(
                NO_ALIASES,
                "no-aliases",
                "Without aliases",
                "Restore no aliases; always so where indices are renamed",
            ),
            toggle(
                PARTIAL,
                "partial",
                "Even if shards are missing",
                "Restore indices of which the snapshot lacks shards; those shards come back empty",
            ),
            toggle(
                GLOBAL_STATE,
                "global-state",
                "With the cluster's state",
                "Also overwrite templates and persistent settings",
            ),
        ],
        goes_on: watch::goes_on,
        ..ActionInfo::PLAIN
    },
    ActionInfo {
        id: DELETE,
        verb: Verb::Delete,
        command: "delete",
        about: "Delete snapshots",
        title: "Delete snapshot",
        subject: SNAPSHOTS,
        many: true,
        destructive: Destructive::Copy,
        ..ActionInfo::PLAIN
    },
    ActionInfo {
        id: DELETE_INDEX,
        verb: Verb::Delete,
        command: "delete-index",
        about: "Delete indices, for example to make way for a restore",
        title: "Delete index",
        subject: INDICES,
        target: Target::Words,
        many: true,
        destructive: Destructive::Live,
        ..ActionInfo::PLAIN
    },
    ActionInfo {
        id: REGISTER,
        verb: Verb::Other,
        command: "register",
        about: "Register an S3 bucket as a repository of a domain",
        title: "Register repository",
        subject: DOMAINS,
        target: Target::IdAnd(REPOSITORY),
        fields: &[
            text(
                REPOSITORY,
                "repo",
                "Repository",
                "What it is called in the domain",
                255,
                names::repository,
            ),
            BUCKET_FIELD,
            ROLE_FIELD,
            text(
                BUCKET_REGION,
                "bucket-region",
                "Bucket Region",
                "Optional; where the bucket is, if not in the domain's Region",
                32,
                optional_region,
            ),
            text(
                BASE_PATH,
                "base-path",
                "Base path",
                "Optional; a folder of the bucket. Only one domain may write to it",
                1024,
                base_path,
            ),
            toggle(
                ENCRYPTION,
                "server-side-encryption",
                "Encrypt with S3 keys",
                "Server-side encryption with keys that S3 manages",
            ),
            toggle(
                READONLY,
                "readonly",
                "Read-only",
                "For every domain but the one that writes there",
            ),
        ],
        ..ActionInfo::PLAIN
    },
    ActionInfo {
        id: UNREGISTER,
        verb: Verb::Other,
        command: "unregister",
        about: "Take a repository's registration away; what is in the bucket stays",
        title: "Unregister repository",
        subject: REPOSITORIES,
        target: Target::Words,
        ..ActionInfo::PLAIN
    },
    ActionInfo {
        id: VERIFY,
        verb: Verb::Inspect,
        command: "verify",
        about: "Let every node of the domain try to write to a repository",
        title: "Verify repository",
        subject: REPOSITORIES,
        target: Target::Words,
        ..ActionInfo::PLAIN
    },
    ActionInfo {
        id: PREREQUISITES,
        verb: Verb::Inspect,
        command: "prerequisites",
        about: "Look whether a bucket and a role can hold a domain's snapshots",
        title: "Check prerequisites",
        subject: DOMAINS,
        verdicts: Verdicts::THERE,
        fields: &[BUCKET_FIELD, ROLE_FIELD],
        ..ActionInfo::PLAIN
    },
    ActionInfo {
        id: PREPARE,
        verb: Verb::Other,
        command: "prepare",
        about: "Put the policy on a role that lets it reach a bucket",
        title: "Prepare role",
        subject: DOMAINS,
        fields: &[BUCKET_FIELD, ROLE_FIELD],
        ..ActionInfo::PLAIN
    },
    ActionInfo {
        id: CREATE_POLICY,
        verb: Verb::Other,
        command: "policy create",
        about: "Let a domain take snapshots by itself, daily at 02:00 UTC unless said otherwise",
        title: "Create snapshot policy",
        subject: DOMAINS,
        target: Target::IdAnd(POLICY),
        fields: &[
            text(
                POLICY,
                "policy",
                "Policy",
                "What it is called; its snapshots begin with it",
                255,
                names::policy,
            ),
            text(
                REPOSITORY,
                "repository",
                "Repository",
                "A repository of the domain that it can write to",
                255,
                names::repository,
            ),
            text(
                CRON,
                "cron",
                "Schedule",
                "Optional; minute hour day month weekday. 0 2 * * * where none is given",
                64,
                cron,
            ),
            text(
                TIME_ZONE,
                "time-zone",
                "Time zone",
                "Optional; for example Europe/Berlin. UTC where none is given",
                64,
                time_zone,
            ),
            text(
                KEEP,
                "keep",
                "Keep",
                "Optional; how many snapshots are kept at most",
                3,
                count,
            ),
            text(
                MAX_AGE,
                "max-age",
                "Keep for",
                "Optional; for example 14d, then they are deleted",
                5,
                age,
            ),
            patterns("Optional; names or patterns. All where none is given"),
        ],
        ..ActionInfo::PLAIN
    },
    ActionInfo {
        id: DELETE_POLICY,
        verb: Verb::Delete,
        command: "policy delete",
        about: "Delete a snapshot policy; the snapshots it took stay",
        title: "Delete snapshot policy",
        subject: POLICIES,
        target: Target::Words,
        destructive: Destructive::Copy,
        ..ActionInfo::PLAIN
    },
];

/// The schedule of a policy where none is given.
pub(super) const DAILY: &str = "0 2 * * *";
