//! The tags of a snapshot: adding, changing and removing them. Doing it twice is the same as doing it
//! once.

use std::collections::BTreeSet;

use aws_sdk_ec2::{
    operation::{
        create_tags::builders::CreateTagsFluentBuilder as CreateTags,
        delete_tags::builders::DeleteTagsFluentBuilder as DeleteTags,
    },
    types::{Snapshot, Tag},
};
use aws_types::request_id::RequestId;
use serde_json::json;

use super::{
    Ebs, classify,
    describe::SNAPSHOTS,
    facts::snapshot_facts,
    forms::{OPERATION_TAG, TAGS, TAGS_FIELD, tag_key, tag_parts, tags_as_json},
    watch,
};
use crate::{
    domain::{
        assessment::{Assessment, Check, Confirmation},
        collection::{ActionInfo, Target},
        failure::{Failure, FailureKind},
        form::{FieldInfo, FieldKind, Request},
        lifecycle::Accepted,
        text::harmless,
    },
    services::{Trace, equivalent::aws_line, refusal},
};

pub(super) const TAG: &str = "tag_snapshot";
pub(super) const UNTAG: &str = "untag_snapshot";
const KEYS: &str = "tag_keys";

/// Tags of users that a resource may have; AWS's own do not count.
const MOST_TAGS: usize = 50;

/// Adds tags to a snapshot.
pub(super) const TAG_ACTION: ActionInfo = ActionInfo {
    id: TAG,
    command: "tag",
    about: "Add tags to a snapshot, or change them",
    title: "Add tags",
    subject: SNAPSHOTS,
    target: Target::IdAnd(TAGS),
    fields: &[TAGS_FIELD],
    ..ActionInfo::PLAIN
};

/// Removes tags from a snapshot.
pub(super) const UNTAG_ACTION: ActionInfo = ActionInfo {
    id: UNTAG,
    command: "untag",
    about: "Remove tags from a snapshot",
    title: "Remove tags",
    subject: SNAPSHOTS,
    target: Target::IdAnd(KEYS),
    fields: &[FieldInfo {
        key: KEYS,
        flag: "key",
        label: "Key",
        help: "The key of a tag that goes; several can be given",
        kind: FieldKind::Many {
            max: 128,
            rule: tag_key,
            argument: "KEY",
        },
    }],
    ..ActionInfo::PLAIN
};

/// The keys that a request changes, in order.
pub(super) fn keys(request: &Request) -> String {
    let given = request.many(TAGS).iter().map(|text| tag_parts(text).0);
    let keys = given.chain(request.many(KEYS).iter().map(String::as_str));
    keys.collect::<BTreeSet<&str>>()
        .into_iter()
        .collect::<Vec<&str>>()
        .join(", ")
}

fn value<'s>(snapshot: &'s Snapshot, key: &str) -> Option<&'s str> {
    snapshot
        .tags()
        .iter()
        .find(|tag| tag.key() == Some(key))
        .map(|tag| tag.value().unwrap_or_default())
}

/// How many tags of users there would be.
fn room(snapshot: &Snapshot, request: &Request) -> Result<String, String> {
    let own = |tag: &&Tag| tag.key().is_some_and(|key| !key.starts_with("aws:"));
    let mut keys: Vec<&str> = snapshot
        .tags()
        .iter()
        .filter(own)
        .filter_map(|tag| tag.key())
        .collect();
    for text in request.many(TAGS) {
        let key = tag_parts(text).0;
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    match keys.len() {
        count if count > MOST_TAGS => Err(format!(
            "there would be {count} tags, and AWS accepts at most {MOST_TAGS}"
        )),
        count => Ok(format!("{count} of at most {MOST_TAGS}")),
    }
}

/// What is made carries the operation's own tag too.
const MOST_GIVEN: usize = MOST_TAGS - 1;

/// Refuses more tags than what is made can have.
pub(super) fn too_many(request: &Request) -> Option<Check> {
    let given = request.many(TAGS).len();
    let why = format!(
        "{given} are given, and at most {MOST_GIVEN} can be: AWS accepts {MOST_TAGS}, and one is {OPERATION_TAG}"
    );
    (given > MOST_GIVEN).then(|| Check::rule("Tags", Err(why)).refuses_as(FailureKind::Limit))
}

fn some(count: usize, what: &str) -> Check {
    Check::rule(
        "Given",
        if count == 0 {
            Err(format!("give at least one {what}"))
        } else {
            Ok(count.to_string())
        },
    )
}

impl Ebs {
    fn create_tags(&self, request: &Request) -> CreateTags {
        let tags = request.many(TAGS).iter().map(|text| {
            let (key, value) = tag_parts(text);
            Tag::builder().key(key).value(value).build()
        });
        self.changing
            .create_tags()
            .resources(&request.target)
            .set_tags(Some(tags.collect()))
    }

    fn delete_tags(&self, request: &Request) -> DeleteTags {
        // Without a value: whatever the value is.
        let tags = request
            .many(KEYS)
            .iter()
            .map(|key| Tag::builder().key(key).build());
        self.changing
            .delete_tags()
            .resources(&request.target)
            .set_tags(Some(tags.collect()))
    }

    pub(super) async fn assess_tag(&self, request: &Request) -> Result<Assessment, Failure> {
        let snapshot = self.snapshot(&request.target).await?;
        let given = request.many(TAGS);
        let mut warnings = Vec::new();
        for (key, new) in given.iter().map(|text| tag_parts(text)) {
            if let Some(old) = value(&snapshot, key).filter(|old| *old != new) {
                warnings.push(format!(
                    "{} is {} now, and becomes {}.",
                    harmless(key),
                    harmless(old),
                    harmless(new)
                ));
            }
        }
        let permission = if given.is_empty() {
            Check::unknown("Permission", "asked once a tag is given")
        } else {
            let asked = self.create_tags(request).dry_run(true).send().await;
            self.permission(asked.err()).await
        };
        Ok(self.plain(
            &snapshot,
            warnings,
            vec![
                some(given.len(), "tag, as KEY=VALUE"),
                Check::rule("Tags", room(&snapshot, request)).refuses_as(FailureKind::Limit),
                permission,
            ],
            aws_line(
                "ec2",
                "create-tags",
                &[
                    ("resources", Some(&request.target)),
                    ("tags", Some(&tags_as_json(request).to_string())),
                ],
                &request.place,
            ),
        ))
    }

    pub(super) async fn assess_untag(&self, request: &Request) -> Result<Assessment, Failure> {
        let snapshot = self.snapshot(&request.target).await?;
        let given = request.many(KEYS);
        let mut warnings = Vec::new();
        for key in given {
            warnings.push(match value(&snapshot, key) {
                Some(value) => format!("{}={} is removed.", harmless(key), harmless(value)),
                None => format!("It has no tag {}.", harmless(key)),
            });
        }
        let permission = if given.is_empty() {
            Check::unknown("Permission", "asked once a key is given")
        } else {
            let asked = self.delete_tags(request).dry_run(true).send().await;
            self.permission(asked.err()).await
        };
        let keys: Vec<_> = given.iter().map(|key| json!({ "Key": key })).collect();
        Ok(self.plain(
            &snapshot,
            warnings,
            vec![some(given.len(), "key"), permission],
            aws_line(
                "ec2",
                "delete-tags",
                &[
                    ("resources", Some(&request.target)),
                    ("tags", Some(&json!(keys).to_string())),
                ],
                &request.place,
            ),
        ))
    }

    /// What is to be said of a change that loses nothing and ends with its reply.
    pub(super) fn plain(
        &self,
        snapshot: &Snapshot,
        warnings: Vec<String>,
        checks: Vec<Check>,
        equivalent: String,
    ) -> Assessment {
        Assessment {
            facts: snapshot_facts(snapshot, self.clock.now()),
            gauge: None,
            warnings,
            checks,
            confirmation: Confirmation::Button,
            duration: None,
            documents: Vec::new(),
            equivalent,
        }
    }

    /// Adds or removes tags.
    pub(super) async fn change_tags(&self, request: &Request) -> Result<Accepted, Failure> {
        let doing = |name: &str| format!("{name} on {} in {}", request.target, self.place.region);
        let request_id = if request.action == TAG {
            let sent = self.create_tags(request).send().await;
            let reply =
                sent.map_err(|error| refusal::failure(&error, doing("CreateTags"), classify))?;
            reply.request_id().map(str::to_owned)
        } else if request.many(KEYS).is_empty() {
            // Without keys EC2 would remove every tag.
            let why = "no key is given";
            return Err(Failure::new(FailureKind::Invalid, doing("DeleteTags"), why));
        } else {
            let sent = self.delete_tags(request).send().await;
            let reply =
                sent.map_err(|error| refusal::failure(&error, doing("DeleteTags"), classify))?;
            reply.request_id().map(str::to_owned)
        };
        Ok(changed(request, request_id))
    }

    /// Looks whether the tags are as they were asked to be.
    pub(super) async fn look_for_tags(&self, request: &Request) -> Result<Trace, Failure> {
        let snapshot = self.snapshot(&request.target).await?;
        let as_asked = if request.action == TAG {
            request.many(TAGS).iter().all(|text| {
                let (key, asked) = tag_parts(text);
                value(&snapshot, key) == Some(asked)
            })
        } else {
            request
                .many(KEYS)
                .iter()
                .all(|key| value(&snapshot, key).is_none())
        };
        Ok(if as_asked {
            Trace::Found {
                accepted: changed(request, None),
                how: format!("the tags of {} are as asked", request.target),
            }
        } else {
            Trace::None {
                looked_at: format!("the tags of {} are not as asked", request.target),
                advice: "Asking for it again does no harm.".to_owned(),
            }
        })
    }
}

fn changed(request: &Request, request_id: Option<String>) -> Accepted {
    let stage = if request.action == TAG {
        "tagged"
    } else {
        "untagged"
    };
    watch::done(&request.target, stage.to_owned(), request_id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::{
        form::Value,
        place::{Account, Place, Region},
    };

    fn request(tags: &[&str]) -> Request {
        let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        Request {
            service: "ebs".to_owned(),
            action: TAG.to_owned(),
            target: "snap-1".to_owned(),
            values: BTreeMap::from([(TAGS.to_owned(), Value::Many(tags))]),
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
    fn awss_own_tags_do_not_count_and_changed_ones_count_once() {
        let tag = |key: String| Tag::builder().key(key).value("x").build();
        let mut snapshot = Snapshot::builder().tags(tag("aws:dlm:x".to_owned()));
        for number in 0..MOST_TAGS {
            snapshot = snapshot.tags(tag(format!("k{number}")));
        }
        let snapshot = snapshot.build();
        assert_eq!(
            room(&snapshot, &request(&["k1=y"])),
            Ok("50 of at most 50".to_owned())
        );
        assert!(
            room(&snapshot, &request(&["new=y"]))
                .unwrap_err()
                .contains("51 tags")
        );
    }
}
