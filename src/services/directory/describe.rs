//! Directory Service as data: its tables, its forms, and every text that a user reads about it.
//!
//! Facts and limits are those of the AWS Directory Service administration guide and API reference
//! (2015-04-16); what AWS does not document is not stated here.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{
    collection::{
        ActionInfo, CollectionInfo, Column, Destructive, Link, Member, RecoveryPoints, ServiceInfo,
        Show, Verb,
    },
    form::{FieldInfo, FieldKind},
    row::{Cell, Row, State, Tone},
    text::harmless,
};
use crate::services::id;

/// Manual snapshots that AWS allows of one directory; the quota cannot be raised.
pub(super) const MANUAL_LIMIT: u32 = 5;
/// Days after which a snapshot cannot be restored: the tombstone lifetime of Active Directory.
pub(super) const RESTORABLE_DAYS: i64 = 180;

pub(super) const DIRECTORIES: &str = "directories";
pub(super) const SNAPSHOTS: &str = "snapshots";
pub(super) const CREATE: &str = "create_snapshot";
pub(super) const RESTORE: &str = "restore_snapshot";
pub(super) const DELETE: &str = "delete_snapshot";
pub(super) const NAME: &str = "name";
pub(super) const AUTOMATIC: &str = "automatic";

/// Directory Service.
pub static INFO: ServiceInfo = ServiceInfo {
    id: "directory",
    title: "Directory Service",
    collections: &[
        CollectionInfo {
            id: DIRECTORIES,
            title: "Directories",
            kind: "directory",
            noun: "directory",
            command: "list",
            about: "List the directories",
            show: Some("show"),
            argument: "DIRECTORY_ID",
            check_id: directory_id,
            root: true,
            newest_point: Some("last_snapshot_time"),
            attention: directory_attention,
            columns: &[
                Column::fixed("id", "Directory ID", Show::Plain, 12, 0),
                Column::growing("name", "Name", 16),
                Column::fixed("type_name", "Type", Show::Plain, 10, 2),
                Column::fixed("edition_or_size", "Size", Show::Plain, 10, 4),
                Column::fixed("state", "Stage", Show::State, 15, 0),
                Column::fixed(
                    "manual_snapshots",
                    "Manual",
                    Show::OutOf("manual_snapshots_limit"),
                    6,
                    1,
                ),
                Column::fixed("last_snapshot_time", "Newest", Show::Age, 6, 1),
                Column::fixed("region", "Region", Show::Plain, 9, 3),
            ],
            members: &[
                Member::new("id", "Directory ID", Show::Plain),
                Member::new("name", "Name", Show::Plain),
                Member::new("short_name", "NetBIOS name", Show::Plain),
                Member::new("type_name", "Type", Show::Plain),
                Member::new("type", "Type, AWS's word", Show::Plain),
                Member::new("edition", "Edition", Show::Plain),
                Member::new("size", "Size", Show::Plain),
                Member::new("state", "Stage", Show::State),
                Member::new("stage_reason", "Stage reason", Show::Plain),
                Member::new(
                    "stage_last_updated_date_time",
                    "Stage since",
                    Show::MomentAndAge,
                ),
                Member::new(
                    "manual_snapshots",
                    "Manual snapshots",
                    Show::OutOf("manual_snapshots_limit"),
                ),
                Member::new(
                    "last_snapshot_time",
                    "Newest recovery point",
                    Show::MomentAndAge,
                ),
                Member::new("recovery_points", "Last 30 days", Show::Plain),
                Member::new("description", "Description", Show::Plain),
                Member::new("region", "Region", Show::Plain),
                Member::new("primary_region", "Primary Region", Show::Plain),
                Member::new("additional_regions", "Additional Regions", Show::Plain),
                Member::new("launch_time", "Launched", Show::MomentAndAge),
                Member::new("dns_ip_addrs", "DNS addresses", Show::Plain),
                Member::new("dns_ipv6_addrs", "DNS IPv6 addresses", Show::Plain),
                Member::new(
                    "desired_number_of_domain_controllers",
                    "Domain controllers",
                    Show::Plain,
                ),
                Member::new("vpc_id", "VPC", Show::Plain),
                Member::new("subnet_ids", "Subnets", Show::Plain),
                Member::new("availability_zones", "Availability Zones", Show::Plain),
                Member::new("owner_account_id", "Owner account", Show::Plain),
                Member::new("owner_directory_id", "Owner directory", Show::Plain),
                Member::new("share_status", "Share status", Show::Plain),
                Member::new("share_method", "Share method", Show::Plain),
                Member::new("share_notes", "Share notes", Show::Plain),
                Member::new("os_version", "OS version", Show::Plain),
                Member::new("network_type", "Network type", Show::Plain),
                Member::new("alias", "Alias", Show::Plain),
                Member::new("access_url", "Access URL", Show::Plain),
                Member::new("radius_status", "RADIUS status", Show::Plain),
                Member::new("sso_enabled", "Single sign-on", Show::Plain),
            ],
            ..CollectionInfo::PLAIN
        },
        CollectionInfo {
            id: SNAPSHOTS,
            title: "Snapshots",
            kind: "directory_snapshot",
            noun: "snapshot",
            command: "snapshots",
            about: "List the snapshots of one directory, or of all",
            argument: "SNAPSHOT_ID",
            check_id: snapshot_id,
            parents: &[DIRECTORIES],
            none_because: Some("no_snapshots_because"),
            attention: snapshot_attention,
            links: &[Link {
                key: "directory_id",
                collection: DIRECTORIES,
            }],
            points: Some(RecoveryPoints {
                taken: "start_time",
                of: "directory_id",
                automatic: |row| !matches!(row.cell("type"), Cell::Text(word) if &**word == "Manual"),
                expired: too_old,
                delete: DELETE,
                ..RecoveryPoints::PLAIN
            }),
            columns: &[
                Column::fixed("id", "Snapshot ID", Show::Plain, 12, 0),
                Column::growing("name", "Name", 12),
                Column::fixed("type", "Type", Show::Plain, 6, 0),
                Column::fixed("state", "Status", Show::State, 11, 0),
                Column::fixed("start_time", "Started (UTC)", Show::Moment, 19, 1),
                Column::fixed("start_time", "Age", Show::Age, 6, 0),
            ],
            members: &[
                Member::new("id", "Snapshot ID", Show::Plain),
                Member::new("name", "Name", Show::Plain),
                Member::new("directory_id", "Directory ID", Show::Plain),
                Member::new("type", "Type", Show::Plain),
                Member::new("state", "Status", Show::State),
                Member::new("start_time", "Started", Show::MomentAndAge),
            ],
            ..CollectionInfo::PLAIN
        },
    ],
    actions: &[
        ActionInfo {
            id: CREATE,
            verb: Verb::Create,
            command: "create",
            about: "Take a manual snapshot of a directory",
            title: "Create snapshot",
            subject: DIRECTORIES,
            fields: &[FieldInfo {
                key: NAME,
                flag: "name",
                label: "Description",
                help: "Optional; AWS keeps it as the snapshot's name",
                kind: FieldKind::Text {
                    max: 128,
                    rule: snapshot_name,
                    argument: "TEXT",
                },
            }],
            ..ActionInfo::PLAIN
        },
        ActionInfo {
            id: RESTORE,
            verb: Verb::Restore,
            command: "restore",
            about: "Restore a directory from one of its snapshots",
            title: "Restore from snapshot",
            subject: SNAPSHOTS,
            destructive: Destructive::Live,
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
            fields: &[FieldInfo {
                key: AUTOMATIC,
                flag: "automatic",
                label: "Automatic ones too",
                help: "Ask AWS to delete it although AWS took it by itself",
                kind: FieldKind::Toggle,
            }],
            matters: |row, _| !matches!(row.cell("type"), Cell::Text(word) if &**word == "Manual"),
            ..ActionInfo::PLAIN
        },
    ],
};

/// Whether directories of a type have snapshots of their own.
pub(super) fn can_be_snapshotted(kind: &str) -> bool {
    !matches!(kind, "ADConnector" | "SharedMicrosoftAD")
}

/// A type in the words that people use, for where space is short; unknown ones as they are.
pub(super) fn type_name(kind: &str) -> &str {
    match kind {
        "MicrosoftAD" => "Managed AD",
        "SimpleAD" => "Simple AD",
        "ADConnector" => "Connector",
        "SharedMicrosoftAD" => "Shared AD",
        other => other,
    }
}

/// A directory's stage with how it should be taken.
pub(super) fn stage(word: &str) -> State {
    let tone = match word {
        "Active" => Tone::Good,
        "Requested" | "Creating" | "Created" | "Restoring" | "Deleting" | "Updating" => Tone::Busy,
        "Impaired" => Tone::Warning,
        "Inoperable" | "RestoreFailed" | "Failed" => Tone::Bad,
        _ => Tone::Neutral,
    };
    State::new(word, tone)
}

/// A snapshot's status with how it should be taken.
pub(super) fn snapshot_status(word: &str) -> State {
    let tone = match word {
        "Completed" => Tone::Good,
        "Creating" => Tone::Busy,
        "Failed" => Tone::Bad,
        _ => Tone::Neutral,
    };
    State::new(word, tone)
}

/// What is wrong with a directory, beyond its newest recovery point.
fn directory_attention(row: &Row, _: Timestamp) -> Vec<String> {
    let stage = row.state.word.as_str();
    let advice = stage_advice(stage);
    if !matches!(row.state.tone, Tone::Warning | Tone::Bad) || advice.is_empty() {
        return Vec::new();
    }
    vec![format!("{stage}: {advice}")]
}

/// What is wrong with a snapshot, beyond its age.
fn snapshot_attention(row: &Row, _: Timestamp) -> Vec<String> {
    if row.state.word == "Failed" {
        vec!["it failed, so there is nothing in it to restore from".to_owned()]
    } else {
        Vec::new()
    }
}

/// That a snapshot is too old for AWS to restore it. One that failed holds nothing anyway.
fn too_old(row: &Row, now: Timestamp) -> Option<String> {
    let restorable = SignedDuration::from_hours(24 * RESTORABLE_DAYS);
    match row.cell("start_time") {
        Cell::Time(taken)
            if row.state.word != "Failed" && now.duration_since(*taken) > restorable =>
        {
            Some(format!(
                "older than {RESTORABLE_DAYS} days, so it cannot be restored"
            ))
        }
        _ => None,
    }
}

/// AWS's pattern `^d-[0-9a-f]{10}$`.
fn directory_id(text: &str) -> Result<(), String> {
    id::check("d-", &[10], "directory", "d-9067f3a1b2", text)
}

/// AWS's pattern `^s-[0-9a-f]{10}$`.
fn snapshot_id(text: &str) -> Result<(), String> {
    id::check("s-", &[10], "directory snapshot", "s-9067f3a1b2", text)
}

/// AWS's rule for a snapshot's name: 0 to 128 characters of
/// `^([a-zA-Z0-9_])[\\a-zA-Z0-9_@#%*+=:?./!\s-]*$`.
fn snapshot_name(text: &str) -> Result<(), String> {
    let count = text.chars().count();
    if count > 128 {
        return Err(format!("{count} characters; AWS accepts at most 128"));
    }
    match text.chars().next() {
        Some(first) if !first.is_ascii_alphanumeric() && first != '_' => {
            return Err(format!(
                "it starts with '{}'; AWS wants a letter, a digit or _ first",
                harmless(first.encode_utf8(&mut [0; 4]))
            ));
        }
        _ => {}
    }
    let allowed = |c: char| {
        c.is_ascii_alphanumeric()
            || r"\_@#%*+=:?./!-".contains(c)
            || matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
    };
    match text.chars().find(|&c| !allowed(c)) {
        Some(c) => Err(format!(
            r"'{}' is not allowed; AWS accepts letters, digits, spaces and \ _ @ # % * + = : ? . / ! -",
            harmless(c.encode_utf8(&mut [0; 4]))
        )),
        None => Ok(()),
    }
}

/// Why a type of directory has no snapshots, as a sentence; `None` where it has.
pub(super) fn no_snapshots_because(kind: &str, owner: Option<(&str, &str)>) -> Option<String> {
    match (kind, owner) {
        ("ADConnector", _) => Some(
            "an AD Connector has no snapshots: it only passes requests on to a directory of your own, so back that one up".to_owned(),
        ),
        ("SharedMicrosoftAD", Some((account, directory))) => Some(format!(
            "this directory is shared with you: its snapshots belong to account {account}, under {directory}"
        )),
        ("SharedMicrosoftAD", None) => Some("this directory is shared with you: its snapshots belong to the account that owns it".to_owned()),
        _ => None,
    }
}

/// Why a directory cannot be snapshotted or restored here, as a sentence.
pub(super) fn not_primary(primary: &str) -> String {
    format!(
        "only the primary Region of a multi-Region directory takes and restores snapshots: use {primary}"
    )
}

/// Where the snapshots of a multi-Region directory are, as a sentence.
pub(super) fn kept_in_primary(primary: &str) -> String {
    format!(
        "the snapshots of this multi-Region directory are kept in its primary Region: start with --region {primary}"
    )
}

/// What to do about a directory that is not `Active`.
pub(super) fn not_active(stage: &str, wanted: &str) -> String {
    let advice = stage_advice(stage);
    let advice = if advice.is_empty() {
        String::new()
    } else {
        format!("; {advice}")
    };
    format!(
        "the directory is {}, and must be {wanted}{advice}",
        harmless(stage)
    )
}

fn stage_advice(stage: &str) -> &'static str {
    match stage {
        "Impaired" => "find out why first, and ask AWS Support before any restore",
        "Restoring" => "a restore is going on",
        "RestoreFailed" => "restore it from a snapshot, or contact AWS Support",
        "Inoperable" | "Failed" => "contact AWS Support",
        "Requested" | "Creating" | "Created" | "Updating" => "wait until it is Active",
        _ => "",
    }
}

/// How long a snapshot takes. AWS says several minutes; 20 to 45 have been reported.
pub(super) const CREATE_TAKES: &str = "several minutes; 20 to 45 have been seen";

/// How long a restore takes, as the administration guide has it.
pub(super) fn restore_takes(kind: &str) -> &'static str {
    if kind == "SimpleAD" {
        "several minutes"
    } else {
        "2 to 3 hours"
    }
}

/// What a restore does, most serious first.
pub(super) fn restore_warnings(kind: &str, name: &str, taken: &str, age: &str) -> Vec<String> {
    let offline = format!(
        "Every domain controller and DNS server of {name} goes offline until the restore ends: {}. Sign-ins, name resolution and whatever depends on them fail meanwhile.",
        restore_takes(kind)
    );
    vec![
        offline,
        format!("The directory goes back to {taken} UTC. Every change of the last {age} is lost: users, groups, passwords, computer accounts, trusts."),
        "Contact AWS Support before you restore: they may find a way that needs no restore.".to_owned(),
        "A restore cannot be stopped or undone. If it may be needed, take a snapshot of the present state first.".to_owned(),
    ]
}

/// What deleting a snapshot does.
pub(super) const DELETE_WARNING: &str =
    "The snapshot is gone for good. AWS keeps no copy and has no way to bring it back.";

/// Said where the snapshot to be deleted is the only completed one.
pub(super) const LAST_ONE_WARNING: &str = "It is the only completed snapshot of this directory: without it there is nothing to restore from.";

/// What to do after a restore that failed, in the order the administration guide gives.
pub(super) const RESTORE_FAILED_ADVICE: &str = "Restore again from the same snapshot; if that fails too, from another one; then contact AWS Support.";

/// What to do after a snapshot that failed.
pub(super) const CREATE_FAILED_ADVICE: &str = "AWS gives no reason. Delete the failed snapshot, since it may count towards the five, and take another one.";

/// What to do where nobody can tell whether a request took effect.
pub(super) fn lost_advice(action: &str, directory: &str) -> String {
    match action {
        CREATE => format!(
            "Look at the snapshots of {directory} before you take another one: it may still appear, and uses up one of five."
        ),
        RESTORE => {
            format!("Look at the stage of {directory} before you ask for the restore again.")
        }
        _ => format!("Look at the snapshots of {directory}; deleting again does no harm."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::attention::{Limits, reasons};

    #[test]
    fn ids_are_checked_against_the_forms_aws_gives() {
        assert!(directory_id("d-9067f3a1b2").is_ok() && snapshot_id("s-9067f3a1b2").is_ok());
        for bad in [
            "",
            "d-",
            "d-9067f3a1b",
            "d-9067f3a1b22",
            "d-9067F3A1B2",
            "s-9067f3a1b2",
            "D-9067f3a1b2",
            "d-926example",
        ] {
            assert!(
                directory_id(bad).unwrap_err().contains(&format!("'{bad}'")),
                "{bad}"
            );
        }
    }

    #[test]
    fn names_are_checked_by_awss_own_rule() {
        for good in [
            "",
            "before-schema",
            "_x",
            "9 lives",
            r"a\b",
            "q@#%*+=:?./!-z",
            &"x".repeat(128),
        ] {
            assert_eq!(snapshot_name(good), Ok(()), "{good}");
        }
        for (bad, rule) in [
            ("-x", "starts with"),
            (" x", "starts with"),
            ("a,b", "','"),
            ("a'b", "not allowed"),
            ("(a)", "starts with"),
            ("a(b)", "'('"),
            ("naïve", "'ï'"),
            ("a\u{202e}b", r"\u{202e}"),
            (&"x".repeat(129), "at most 128"),
        ] {
            assert!(snapshot_name(bad).unwrap_err().contains(rule), "{bad}");
        }
    }

    #[test]
    fn every_action_and_child_names_a_collection_that_exists() {
        for action in INFO.actions {
            assert!(INFO.collection(action.subject).is_some(), "{}", action.id);
        }
        for collection in INFO.collections {
            assert!(
                collection
                    .parents
                    .iter()
                    .all(|parent| INFO.collection(parent).is_some()),
                "{}",
                collection.id
            );
        }
    }

    fn row(word: &str, cells: Vec<(&'static str, Cell)>) -> Row {
        Row {
            id: "d-9067f3a1b2".to_owned(),
            name: None,
            state: stage(word),
            region: crate::domain::place::Region::parse("us-east-1").unwrap(),
            account: crate::domain::place::Account::new("123456789012"),
            cells,
        }
    }

    #[test]
    fn what_needs_a_look_says_what_follows_from_it() {
        let now: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
        assert_eq!(
            directory_attention(&row("Inoperable", vec![]), now),
            ["Inoperable: contact AWS Support"]
        );
        for well in ["Active", "Creating", "Deleted", "Hibernating"] {
            assert!(directory_attention(&row(well, vec![]), now).is_empty());
        }
        let taken = |days: i64| {
            let taken = now - SignedDuration::from_hours(24 * days + 1);
            vec![("start_time", Cell::Time(taken))]
        };
        let said = |word, days| {
            // The configuration may call something else old; AWS's limit is what it is.
            let limits = Limits {
                old: SignedDuration::from_hours(24 * 3660),
                ..Limits::default()
            };
            let snapshots = INFO.collection(SNAPSHOTS).unwrap();
            reasons(&INFO, snapshots, &row(word, taken(days)), now, limits)
        };
        assert!(said("Completed", 179).is_empty());
        assert_eq!(
            said("Completed", 180),
            ["older than 180 days, so it cannot be restored"]
        );
        assert_eq!(
            said("Failed", 900),
            ["it failed, so there is nothing in it to restore from"]
        );
    }
}
