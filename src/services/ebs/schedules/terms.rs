//! The terms of a schedule as they were asked for: when, how much is kept, and the tags it goes by.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::Volume;

use super::describe::{
    COPY_TAGS, CREATE, DAILY, DESCRIPTION, KEEP, KEEP_DAYS, ROLE, TARGET_TAGS, due,
};
use crate::{
    domain::{form::Request, place::Account},
    services::ebs::{Ebs, forms::tag_parts},
};

/// The tag that stands for a daily schedule.
pub(super) const SCHEDULE_TAG: &str = "snapdeck:schedule";

/// How much is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeps {
    /// So many of each volume.
    Newest(i32),
    /// Each for so many days.
    Days(i32),
}

pub(super) fn keeps(request: &Request) -> Result<Keeps, String> {
    let number = |key| request.text(key).and_then(|text| text.parse::<i32>().ok());
    match (number(KEEP), number(KEEP_DAYS)) {
        (Some(count), None) => Ok(Keeps::Newest(count)),
        (None, Some(days)) => Ok(Keeps::Days(days)),
        (Some(_), Some(_)) => Err("a number of snapshots or of days, not both".to_owned()),
        (None, None) => {
            Err("say how many snapshots of each volume are kept, or for how many days".to_owned())
        }
    }
}

impl Keeps {
    pub(super) fn in_words(self) -> String {
        match self {
            Self::Newest(count) => format!("the newest {count} of each volume"),
            Self::Days(days) => format!("each for {days} days"),
        }
    }
}

/// The tag of a daily schedule: volumes that are to be taken at the same time and kept as long share
/// it, and the policy for it.
pub(super) fn schedule_tag(request: &Request) -> String {
    let time = due(request).replace(':', "");
    let kept = match keeps(request) {
        Ok(Keeps::Newest(count)) => format!("keep-{count}"),
        Ok(Keeps::Days(days)) => format!("days-{days}"),
        Err(_) => String::new(),
    };
    let copies = if request.is_set(COPY_TAGS) {
        "-tags"
    } else {
        ""
    };
    format!("daily-{time}-{kept}{copies}")
}

/// The tags that a policy goes by.
pub(super) fn targets(request: &Request) -> Vec<(String, String)> {
    if request.action == DAILY {
        return vec![(SCHEDULE_TAG.to_owned(), schedule_tag(request))];
    }
    let parts = request.many(TARGET_TAGS).iter().map(|text| {
        let (key, value) = tag_parts(text);
        (key.to_owned(), value.to_owned())
    });
    parts.collect()
}

/// The tags that a new policy goes by and when, which is all that tells one from another: it belongs
/// to no resource.
pub(in crate::services::ebs) fn goes_by(request: &Request) -> Option<String> {
    if request.action != CREATE {
        return None;
    }
    let tags = targets(request).into_iter();
    let tags: BTreeSet<String> = tags.map(|(key, value)| format!("{key}={value}")).collect();
    let tags: Vec<String> = tags.into_iter().collect();
    Some(format!("{} at {}", tags.join(", "), due(request)))
}

pub(super) fn has(volume: &Volume, key: &str, value: &str) -> bool {
    volume
        .tags()
        .iter()
        .any(|tag| tag.key() == Some(key) && tag.value() == Some(value))
}

/// The schedule within a policy; there is one in each that is made here.
pub(super) const NAME: &str = "daily";

/// The role that Data Lifecycle Manager makes for itself.
fn default_role(partition: &str, account: &Account) -> String {
    format!("arn:{partition}:iam::{account}:role/AWSDataLifecycleManagerDefaultRole")
}

impl Ebs {
    pub(super) fn role(&self, request: &Request) -> String {
        let own = || default_role(&self.connection.partition, &self.place.account);
        request.text(ROLE).map_or_else(own, str::to_owned)
    }

    pub(super) fn description(request: &Request) -> String {
        request.text(DESCRIPTION).map_or_else(
            || format!("Daily at {} UTC", due(request).replace(':', "")),
            str::to_owned,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::describe::AT;
    use super::*;
    use crate::{
        domain::{
            form::Value as Given,
            place::{Place, Region},
        },
        services::identity::partition,
    };

    fn request(values: &[(&str, &str)]) -> Request {
        Request {
            service: "ebs".to_owned(),
            action: DAILY.to_owned(),
            target: "vol-1".to_owned(),
            values: values
                .iter()
                .map(|(key, value)| ((*key).to_owned(), Given::Text((*value).to_owned())))
                .collect(),
            place: Place {
                profile: None,
                account: Account::new("123456789012"),
                region: Region::parse("us-east-1").unwrap(),
                endpoint: None,
                endpoints: std::collections::BTreeMap::default(),
            },
        }
    }

    #[test]
    fn the_role_is_of_the_partition_of_the_caller() {
        let account = Account::new("123456789012");
        for (caller, role) in [
            (
                "arn:aws:iam::123456789012:user/ana",
                "arn:aws:iam::123456789012:role/",
            ),
            (
                "arn:aws-iso-b:sts::123456789012:assumed-role/Ops/ana",
                "arn:aws-iso-b:iam::123456789012:role/",
            ),
            (
                "arn:aws-eusc:iam::123456789012:root",
                "arn:aws-eusc:iam::123456789012:role/",
            ),
            // A simulated AWS may say anything.
            ("ana", "arn:aws:iam::123456789012:role/"),
        ] {
            let given = default_role(partition(caller), &account);
            assert_eq!(
                given.strip_prefix(role),
                Some("AWSDataLifecycleManagerDefaultRole")
            );
        }
    }

    #[test]
    fn volumes_that_are_kept_alike_share_a_tag() {
        assert_eq!(schedule_tag(&request(&[(KEEP, "7")])), "daily-0200-keep-7");
        assert_eq!(
            schedule_tag(&request(&[
                (AT, "23:30"),
                (KEEP_DAYS, "30"),
                (COPY_TAGS, "true")
            ])),
            "daily-2330-days-30-tags"
        );
    }

    #[test]
    fn one_way_of_keeping_is_needed_and_one_only() {
        assert!(keeps(&request(&[])).unwrap_err().contains("how many"));
        assert!(
            keeps(&request(&[(KEEP, "7"), (KEEP_DAYS, "7")]))
                .unwrap_err()
                .contains("not both")
        );
        assert_eq!(keeps(&request(&[(KEEP_DAYS, "7")])), Ok(Keeps::Days(7)));
    }
}
