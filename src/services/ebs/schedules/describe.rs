//! Schedules as data: their table, what can be done to them, and the rules of what may be typed.

use super::change;
use crate::{
    domain::{
        collection::{ActionInfo, CollectionInfo, Column, Destructive, Member, Show, Target, Verb},
        form::{FieldInfo, FieldKind, Request},
        text::harmless,
    },
    services::ebs::{describe::VOLUMES, forms},
};

pub(in crate::services::ebs) const SCHEDULES: &str = "schedules";
pub(super) const CREATE: &str = "create_schedule";
pub(super) const DAILY: &str = "snapshot_daily";
pub(super) const ENABLE: &str = "enable_schedule";
pub(super) const DISABLE: &str = "disable_schedule";
pub(super) const DELETE: &str = "delete_schedule";

pub(super) const TARGET_TAGS: &str = "target_tags";
pub(super) const AT: &str = "at";
pub(super) const KEEP: &str = "keep";
pub(super) const KEEP_DAYS: &str = "keep_days";
pub(super) const COPY_TAGS: &str = "copy_tags";
pub(super) const DESCRIPTION: &str = "description";
pub(super) const ROLE: &str = "role_arn";

/// When a schedule is due where nothing else is said.
const TWO_O_CLOCK: &str = "02:00";

/// The schedules.
pub(in crate::services::ebs) const COLLECTION: CollectionInfo = CollectionInfo {
    id: SCHEDULES,
    title: "Schedules",
    kind: "dlm_policy",
    noun: "schedule",
    command: "schedule list",
    about: "List the schedules by which snapshots are taken",
    show: Some("schedule show"),
    argument: "POLICY",
    check_id: policy_id,
    root: true,
    columns: &[
        Column::fixed("id", "Policy ID", Show::Plain, 24, 0),
        Column::growing("description", "Description", 14),
        Column::fixed("state", "State", Show::State, 10, 0),
        Column::fixed("target_tags", "Volumes tagged", Show::Plain, 18, 2),
        Column::fixed("rule", "Due", Show::Plain, 18, 3),
        Column::fixed("next_run", "At or after (UTC)", Show::Moment, 19, 1),
        Column::fixed("retention", "Keeps", Show::Plain, 14, 4),
        Column::fixed("region", "Region", Show::Plain, 9, 5),
    ],
    members: &[
        Member::new("id", "Policy ID", Show::Plain),
        Member::new("description", "Description", Show::Plain),
        Member::new("state", "State", Show::State),
        Member::new("status_message", "Status message", Show::Plain),
        Member::new("policy_type", "Type", Show::Plain),
        Member::new("resource_types", "Takes", Show::Plain),
        Member::new("target_tags", "Of what is tagged", Show::Plain),
        Member::new("schedule_names", "Schedules", Show::Plain),
        Member::new("rule", "Due", Show::Plain),
        Member::new("next_run", "Next run at or after (UTC)", Show::Moment),
        Member::new("starts", "Starts", Show::Plain),
        Member::new("retention", "Keeps", Show::Plain),
        Member::new("copy_tags", "Copies tags", Show::Plain),
        Member::new("tags_to_add", "Adds tags", Show::Plain),
        Member::new("copies_to", "Copies to", Show::Plain),
        Member::new("fast_restore_zones", "Fast restore in", Show::Plain),
        Member::new("shares_with", "Shares with", Show::Plain),
        Member::new(
            "exclude_boot_volume",
            "Leaves out boot volumes",
            Show::Plain,
        ),
        Member::new("execution_role_arn", "Role", Show::Plain),
        Member::new("default_policy", "Default policy", Show::Plain),
        Member::new("date_created", "Created", Show::MomentAndAge),
        Member::new("date_modified", "Changed", Show::MomentAndAge),
        Member::new("region", "Region", Show::Plain),
        Member::new("tags", "Tags", Show::Plain),
    ],
    ..CollectionInfo::PLAIN
};

const AT_FIELD: FieldInfo = FieldInfo {
    key: AT,
    flag: "at",
    label: "At (UTC)",
    help: "Optional; as HH:MM, default 02:00. AWS starts within the hour after it",
    kind: FieldKind::Text {
        max: 5,
        rule: time,
        argument: "HH:MM",
    },
};

const KEEP_FIELD: FieldInfo = FieldInfo {
    key: KEEP,
    flag: "keep",
    label: "Keep the newest",
    help: "How many snapshots of each volume are kept, 1 to 1000",
    kind: FieldKind::Text {
        max: 4,
        rule: count,
        argument: "N",
    },
};

const KEEP_DAYS_FIELD: FieldInfo = FieldInfo {
    key: KEEP_DAYS,
    flag: "keep-days",
    label: "Or for days",
    help: "For how many days a snapshot is kept, in place of a number of them",
    kind: FieldKind::Text {
        max: 5,
        rule: forms::whole_number,
        argument: "N",
    },
};

const COPY_TAGS_FIELD: FieldInfo = FieldInfo {
    key: COPY_TAGS,
    flag: "copy-tags",
    label: "Copy the volumes' tags",
    help: "Each snapshot gets the tags of its volume",
    kind: FieldKind::Toggle,
};

const DESCRIPTION_FIELD: FieldInfo = FieldInfo {
    key: DESCRIPTION,
    flag: "description",
    label: "Description",
    help: "Optional; letters, digits, spaces, _ and - only",
    kind: FieldKind::Text {
        max: 500,
        rule: description,
        argument: "TEXT",
    },
};

const ROLE_FIELD: FieldInfo = FieldInfo {
    key: ROLE,
    flag: "role-arn",
    label: "Role",
    help: "Optional; what the service acts as, default AWSDataLifecycleManagerDefaultRole",
    kind: FieldKind::Text {
        max: 2048,
        rule: role,
        argument: "ARN",
    },
};

/// What can be done with schedules.
pub(in crate::services::ebs) const CREATE_ACTION: ActionInfo = ActionInfo {
    id: CREATE,
    command: "schedule create",
    about: "Take a snapshot daily of every volume with a tag",
    title: "Create schedule",
    subject: SCHEDULES,
    target: Target::Place,
    fields: &[
        FieldInfo {
            key: TARGET_TAGS,
            flag: "target-tag",
            label: "Volumes tagged",
            help: "As KEY=VALUE; a volume with any of them is covered",
            kind: FieldKind::Many {
                max: 385,
                rule: forms::tag,
                argument: "KEY=VALUE",
            },
        },
        AT_FIELD,
        KEEP_FIELD,
        KEEP_DAYS_FIELD,
        COPY_TAGS_FIELD,
        DESCRIPTION_FIELD,
        ROLE_FIELD,
    ],
    ..ActionInfo::PLAIN
};

/// A daily schedule for one volume.
pub(in crate::services::ebs) const DAILY_ACTION: ActionInfo = ActionInfo {
    id: DAILY,
    command: "schedule daily",
    about: "Take a snapshot daily of a volume: tag it, and make the schedule for that tag",
    title: "Snapshot daily",
    subject: VOLUMES,
    goes_on: change::goes_on,
    fields: &[
        AT_FIELD,
        KEEP_FIELD,
        KEEP_DAYS_FIELD,
        COPY_TAGS_FIELD,
        ROLE_FIELD,
    ],
    ..ActionInfo::PLAIN
};

/// Lets a schedule work again.
pub(in crate::services::ebs) const ENABLE_ACTION: ActionInfo = ActionInfo {
    id: ENABLE,
    command: "schedule enable",
    about: "Let a schedule work again",
    title: "Enable schedule",
    subject: SCHEDULES,
    ..ActionInfo::PLAIN
};

/// Stops a schedule.
pub(in crate::services::ebs) const DISABLE_ACTION: ActionInfo = ActionInfo {
    id: DISABLE,
    command: "schedule disable",
    about: "Stop a schedule; what it has taken stays",
    title: "Disable schedule",
    subject: SCHEDULES,
    ..ActionInfo::PLAIN
};

/// Removes a schedule.
pub(in crate::services::ebs) const DELETE_ACTION: ActionInfo = ActionInfo {
    id: DELETE,
    verb: Verb::Delete,
    command: "schedule delete",
    about: "Delete a schedule; what it has taken stays for good",
    title: "Delete schedule",
    subject: SCHEDULES,
    destructive: Destructive::Copy,
    ..ActionInfo::PLAIN
};

/// Whether an action is one on schedules.
pub(in crate::services::ebs) fn owns(action: &str) -> bool {
    [CREATE, DAILY, ENABLE, DISABLE, DELETE].contains(&action)
}

/// The time of a request.
pub(super) fn due(request: &Request) -> &str {
    request.text(AT).unwrap_or(TWO_O_CLOCK)
}

fn policy_id(text: &str) -> Result<(), String> {
    let digits = text.strip_prefix("policy-").unwrap_or_default();
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_alphanumeric()) {
        Ok(())
    } else {
        Err(format!(
            "'{}' is not the id of a schedule; one looks like policy-0123456789abcdef0",
            harmless(text)
        ))
    }
}

fn time(text: &str) -> Result<(), String> {
    let wrong = || {
        format!(
            "'{}' is not a time; write it as HH:MM, for example 02:00",
            harmless(text)
        )
    };
    if text.is_empty() {
        return Ok(());
    }
    let (hour, minute) = text.split_once(':').ok_or_else(wrong)?;
    let two = |digits: &str, below: u8| {
        digits.len() == 2
            && digits.bytes().all(|b| b.is_ascii_digit())
            && digits.parse::<u8>().is_ok_and(|number| number < below)
    };
    if two(hour, 24) && two(minute, 60) {
        Ok(())
    } else {
        Err(wrong())
    }
}

fn count(text: &str) -> Result<(), String> {
    match text.parse::<u16>() {
        _ if text.is_empty() => Ok(()),
        Ok(1..=1000) => Ok(()),
        _ => Err(format!(
            "'{}' is not a number from 1 to 1000",
            harmless(text)
        )),
    }
}

fn description(text: &str) -> Result<(), String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || " _-".contains(c);
    match text.chars().find(|c| !plain(*c)) {
        Some(c) => Err(format!(
            "'{}' is not allowed; AWS accepts letters, digits, spaces, _ and -",
            harmless(c.encode_utf8(&mut [0; 4]))
        )),
        None => Ok(()),
    }
}

fn role(text: &str) -> Result<(), String> {
    if text.is_empty() || text.starts_with("arn:aws") && text.contains(":role/") {
        Ok(())
    } else {
        Err(format!(
            "'{}' is not the ARN of a role; one looks like arn:aws:iam::123456789012:role/name",
            harmless(text)
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_checked_by_awss_rules() {
        assert!(time("").is_ok() && time("02:00").is_ok() && time("23:59").is_ok());
        for bad in ["2:00", "24:00", "02:60", "0200", "02:00:00", "+2:00"] {
            assert!(time(bad).unwrap_err().contains(bad), "{bad}");
        }
        assert!(
            count("1").is_ok()
                && count("1000").is_ok()
                && count("0").is_err()
                && count("1001").is_err()
        );
        assert!(description("daily 0200 UTC_x-1").is_ok());
        assert!(description("daily 02:00").unwrap_err().contains("':'"));
        assert!(role("arn:aws:iam::123456789012:role/x").is_ok() && role("x").is_err());
        assert!(policy_id("policy-0a1b0000000000001").is_ok());
        for bad in ["", "policy-", "snap-1", "policy-a/b"] {
            assert!(policy_id(bad).is_err(), "{bad}");
        }
    }
}
