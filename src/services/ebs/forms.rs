//! What can be done in EBS, as data: the actions, their fields, and the rules of what may be typed.

use serde_json::{Value, json};

use crate::domain::{
    collection::{ActionInfo, Destructive, Verb},
    form::{FieldInfo, FieldKind, Request},
    text::harmless,
};

use super::describe::{INSTANCES, SNAPSHOTS, VOLUMES, instance_id, volume_id};
use super::{attach, bin, copy, schedules, tags, tiers, watch};

pub(super) const CREATE: &str = "create_snapshot";
pub(super) const CREATE_SET: &str = "create_snapshots";
pub(super) const RESTORE: &str = "restore_to_volume";
pub(super) const REPLACE_ROOT: &str = "replace_root_volume";
pub(super) const DELETE: &str = "delete_snapshot";

pub(super) const DESCRIPTION: &str = "description";
pub(super) const TAGS: &str = "tags";
pub(super) const COPY_TAGS: &str = "copy_tags";
pub(super) const EXCLUDE_BOOT: &str = "exclude_boot_volume";
pub(super) const EXCLUDE: &str = "exclude_volumes";
pub(super) const TO_VOLUME: &str = "to_volume";
pub(super) const ZONE: &str = "availability_zone";
pub(super) const SIZE: &str = "size_gib";
pub(super) const TYPE: &str = "volume_type";
pub(super) const IOPS: &str = "iops";
pub(super) const THROUGHPUT: &str = "throughput_mib_s";
pub(super) const RATE: &str = "volume_initialization_rate_mib_s";
pub(super) const ATTACH: &str = "attach";
pub(super) const KMS_KEY: &str = "kms_key_id";
pub(super) const INSTANCE: &str = "replace_root";
pub(super) const DELETE_REPLACED: &str = "delete_replaced";

/// The tag by which an operation finds again what it has made.
pub(super) const OPERATION_TAG: &str = "snapdeck:operation";

pub(super) const DESCRIPTION_FIELD: FieldInfo = FieldInfo {
    key: DESCRIPTION,
    flag: "description",
    label: "Description",
    help: "Optional; ASCII, kept with the snapshot",
    kind: FieldKind::Text {
        max: 255,
        rule: description,
        argument: "TEXT",
    },
};

pub(super) const TAGS_FIELD: FieldInfo = FieldInfo {
    key: TAGS,
    flag: "tag",
    label: "Tag",
    help: "Optional, as KEY=VALUE; several can be given",
    kind: FieldKind::Many {
        max: 385,
        rule: tag,
        argument: "KEY=VALUE",
    },
};

/// What can be done.
pub(super) const ACTIONS: &[ActionInfo] = &[
    ActionInfo {
        id: CREATE,
        verb: Verb::Create,
        command: "create",
        about: "Take a snapshot of a volume",
        title: "Create snapshot",
        subject: VOLUMES,
        fields: &[DESCRIPTION_FIELD, TAGS_FIELD],
        presets: true,
        ..ActionInfo::PLAIN
    },
    ActionInfo {
        id: CREATE_SET,
        verb: Verb::Create,
        command: "create",
        about: "or of all volumes of an instance at one moment",
        title: "Create snapshots of all volumes",
        subject: INSTANCES,
        fields: &[
            DESCRIPTION_FIELD,
            TAGS_FIELD,
            FieldInfo {
                key: COPY_TAGS,
                flag: "copy-tags",
                label: "Copy the volumes' tags",
                help: "Each snapshot gets the tags of its volume",
                kind: FieldKind::Toggle,
            },
            FieldInfo {
                key: EXCLUDE_BOOT,
                flag: "exclude-boot-volume",
                label: "Leave out the boot volume",
                help: "Take the data volumes only",
                kind: FieldKind::Toggle,
            },
            FieldInfo {
                key: EXCLUDE,
                flag: "exclude-volume",
                label: "Leave out a data volume",
                help: "Optional; a volume's id, several can be given",
                kind: FieldKind::Many {
                    max: 21,
                    rule: volume_id,
                    argument: "VOLUME",
                },
            },
        ],
        presets: true,
        ..ActionInfo::PLAIN
    },
    ActionInfo {
        id: RESTORE,
        verb: Verb::Restore,
        command: "restore",
        mode: Some(TO_VOLUME),
        about: "Restore a snapshot to a new volume",
        title: "Restore to a new volume",
        subject: SNAPSHOTS,
        fields: &[
            FieldInfo {
                key: TO_VOLUME,
                flag: "to-volume",
                label: "To a new volume",
                help: "Restore to a new volume",
                kind: FieldKind::Marker,
            },
            FieldInfo {
                key: ZONE,
                flag: "availability-zone",
                label: "Availability Zone",
                help: "Where the volume is made; it can only be attached there",
                kind: FieldKind::Text {
                    max: 32,
                    rule: zone,
                    argument: "AZ",
                },
            },
            FieldInfo {
                key: SIZE,
                flag: "size",
                label: "Size (GiB)",
                help: "Optional; at least the snapshot's, which is the default",
                kind: FieldKind::Text {
                    max: 5,
                    rule: whole_number,
                    argument: "GIB",
                },
            },
            FieldInfo {
                key: TYPE,
                flag: "volume-type",
                label: "Volume type",
                help: "Optional; gp3, gp2, io2, io1, st1, sc1 or standard. AWS takes gp2 where none is given",
                kind: FieldKind::Text {
                    max: 8,
                    rule: volume_type,
                    argument: "TYPE",
                },
            },
            FieldInfo {
                key: IOPS,
                flag: "iops",
                label: "IOPS",
                help: "Optional; for gp3, io1 and io2",
                kind: FieldKind::Text {
                    max: 6,
                    rule: whole_number,
                    argument: "N",
                },
            },
            FieldInfo {
                key: THROUGHPUT,
                flag: "throughput",
                label: "Throughput (MiB/s)",
                help: "Optional; for gp3",
                kind: FieldKind::Text {
                    max: 5,
                    rule: whole_number,
                    argument: "MIB/S",
                },
            },
            FieldInfo {
                key: RATE,
                flag: "volume-initialization-rate",
                label: "Initialization rate (MiB/s)",
                help: "Optional; 100 to 300, billed: the volume is read from the snapshot at this rate",
                kind: FieldKind::Text {
                    max: 3,
                    rule: initialization_rate,
                    argument: "MIB/S",
                },
            },
            FieldInfo {
                key: ATTACH,
                flag: "attach",
                label: "Attach to",
                help: "Optional; as INSTANCE:DEVICE, once the volume is available",
                kind: FieldKind::Text {
                    max: 40,
                    rule: attach::rule,
                    argument: "INSTANCE:DEVICE",
                },
            },
            FieldInfo {
                key: KMS_KEY,
                flag: "kms-key-id",
                label: "KMS key",
                help: "Optional; encrypts the volume with this key",
                kind: FieldKind::Text {
                    max: 2048,
                    rule: printable,
                    argument: "KEY",
                },
            },
            TAGS_FIELD,
        ],
        goes_on: watch::goes_on,
        ..ActionInfo::PLAIN
    },
    ActionInfo {
        id: REPLACE_ROOT,
        verb: Verb::Restore,
        command: "restore",
        mode: Some(INSTANCE),
        about: "or in place of an instance's root volume",
        title: "Replace an instance's root volume",
        subject: SNAPSHOTS,
        destructive: Destructive::Live,
        fields: &[
            FieldInfo {
                key: INSTANCE,
                flag: "replace-root",
                label: "Instance",
                help: "The instance whose root volume is replaced; it reboots",
                kind: FieldKind::Text {
                    max: 19,
                    rule: instance_id,
                    argument: "INSTANCE",
                },
            },
            FieldInfo {
                key: DELETE_REPLACED,
                flag: "delete-replaced",
                label: "Delete the volume that is replaced",
                help: "Otherwise it stays, detached and billed, and is the way back",
                kind: FieldKind::Toggle,
            },
        ],
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
    copy::ACTION,
    tags::TAG_ACTION,
    tags::UNTAG_ACTION,
    tiers::ARCHIVE_ACTION,
    tiers::UNARCHIVE_ACTION,
    bin::ACTION,
    schedules::DAILY_ACTION,
    schedules::CREATE_ACTION,
    schedules::ENABLE_ACTION,
    schedules::DISABLE_ACTION,
    schedules::DELETE_ACTION,
];

/// EC2's rule for a description: at most 255 characters, ASCII.
fn description(text: &str) -> Result<(), String> {
    if text.len() > 255 {
        return Err(format!(
            "{} characters; AWS accepts at most 255",
            text.chars().count()
        ));
    }
    match text.chars().find(|c| !c.is_ascii() || c.is_ascii_control()) {
        Some(c) => Err(format!(
            "'{}' is not allowed; AWS accepts ASCII only",
            harmless(c.encode_utf8(&mut [0; 4]))
        )),
        None => Ok(()),
    }
}

/// EC2's rules for a tag: key of 1 to 128 and value of 0 to 256 characters, `aws:` reserved.
pub(super) fn tag(text: &str) -> Result<(), String> {
    let (key, value) = text
        .split_once('=')
        .ok_or_else(|| format!("'{}' is not a tag; write it as KEY=VALUE", harmless(text)))?;
    let values = value.chars().count();
    if key.is_empty() {
        Err("the tag has no key; write it as KEY=VALUE".to_owned())
    } else if values > 256 {
        Err(format!(
            "the value has {values} characters; AWS accepts at most 256"
        ))
    } else {
        tag_key(key)
    }
}

/// EC2's rules for the key of a tag.
pub(super) fn tag_key(key: &str) -> Result<(), String> {
    let keys = key.chars().count();
    if keys > 128 {
        Err(format!(
            "the key has {keys} characters; AWS accepts at most 128"
        ))
    } else if key.to_ascii_lowercase().starts_with("aws:") {
        Err(format!(
            "'{}' is reserved: keys that start with aws: are AWS's own",
            harmless(key)
        ))
    } else if key == OPERATION_TAG {
        Err(format!(
            "'{OPERATION_TAG}' is the tag by which snapdeck finds its own operations again"
        ))
    } else {
        Ok(())
    }
}

/// A tag as its key and its value.
pub(super) fn tag_parts(text: &str) -> (&str, &str) {
    text.split_once('=').unwrap_or((text, ""))
}

/// The tags of a request as AWS's JSON has them.
pub(super) fn tags_as_json(request: &Request) -> Value {
    let tag = |text: &String| {
        let (key, value) = tag_parts(text);
        json!({ "Key": key, "Value": value })
    };
    request.many(TAGS).iter().map(tag).collect()
}

/// The tags that what a request makes is to have, for the AWS command line.
pub(super) fn tag_list(kind: &str, request: &Request) -> Option<String> {
    let tags = tags_as_json(request);
    (!request.many(TAGS).is_empty())
        .then(|| json!([{ "ResourceType": kind, "Tags": tags }]).to_string())
}

fn zone(text: &str) -> Result<(), String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if text.is_empty() {
        Err("needed: the Availability Zone, for example us-east-1a".to_owned())
    } else if text.chars().all(plain)
        && text.contains('-')
        && text.ends_with(|c: char| c.is_ascii_lowercase())
    {
        Ok(())
    } else {
        Err(format!(
            "'{}' is not an Availability Zone; one looks like us-east-1a",
            harmless(text)
        ))
    }
}

pub(super) fn whole_number(text: &str) -> Result<(), String> {
    match text.parse::<i32>() {
        _ if text.is_empty() => Ok(()),
        Ok(1..) => Ok(()),
        _ => Err(format!(
            "'{}' is not a whole number of 1 or more",
            harmless(text)
        )),
    }
}

fn initialization_rate(text: &str) -> Result<(), String> {
    match text.parse::<i32>() {
        _ if text.is_empty() => Ok(()),
        Ok(100..=300) => Ok(()),
        _ => Err(format!(
            "'{}' is not a rate that AWS offers: 100 to 300 MiB/s",
            harmless(text)
        )),
    }
}

fn volume_type(text: &str) -> Result<(), String> {
    if ["", "gp3", "gp2", "io2", "io1", "st1", "sc1", "standard"].contains(&text) {
        Ok(())
    } else {
        Err(format!(
            "'{}' is not a volume type; use gp3, gp2, io2, io1, st1, sc1 or standard",
            harmless(text)
        ))
    }
}

pub(super) fn printable(text: &str) -> Result<(), String> {
    match text.chars().find(|c| !c.is_ascii_graphic()) {
        Some(_) => Err(format!(
            "'{}' is not a key's id, ARN or alias",
            harmless(text)
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_checked_by_awss_rules() {
        for good in ["Owner=alice", "k=", "a=b=c", "Größe=😀"] {
            assert_eq!(tag(good), Ok(()), "{good}");
        }
        for (bad, rule) in [
            ("Owner", "KEY=VALUE"),
            ("=x", "no key"),
            ("aws:x=1", "reserved"),
            ("AWS:x=1", "reserved"),
            ("snapdeck:operation=x", "finds its own"),
        ] {
            assert!(tag(bad).unwrap_err().contains(rule), "{bad}");
        }
        assert!(
            tag(&format!("{}=x", "k".repeat(129)))
                .unwrap_err()
                .contains("at most 128")
        );
        assert!(
            tag(&format!("k={}", "v".repeat(257)))
                .unwrap_err()
                .contains("at most 256")
        );
    }

    #[test]
    fn descriptions_are_ascii_and_short() {
        assert!(description("before upgrade").is_ok() && description("").is_ok());
        assert!(description("naïve").unwrap_err().contains("ASCII"));
        assert!(
            description(&"x".repeat(256))
                .unwrap_err()
                .contains("at most 255")
        );
    }

    #[test]
    fn zones_and_numbers_name_what_is_wrong() {
        assert!(zone("us-east-1a").is_ok() && zone("us-west-2-lax-1a").is_ok());
        for bad in ["", "us-east-1", "US-EAST-1A", "a b"] {
            assert!(zone(bad).is_err(), "{bad}");
        }
        assert!(whole_number("").is_ok() && whole_number("8").is_ok());
        for bad in ["0", "-1", "1.5", "x", "99999999999"] {
            assert!(whole_number(bad).unwrap_err().contains(bad), "{bad}");
        }
    }
}
