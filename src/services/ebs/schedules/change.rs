//! Making, stopping and removing schedules.
//!
//! Data Lifecycle Manager knows no dry run and no client token: a policy carries the operation's id
//! as a tag and is found by it. A volume is covered by its tags alone, so a schedule for one volume is
//! two calls: the tag that stands for the times and what is kept, and the policy for that tag, where
//! there is none yet.

use std::collections::BTreeMap;

use aws_sdk_dlm::types::{
    CreateRule, GettablePolicyStateValues, IntervalUnitValues, PolicyDetails, PolicyTypeValues,
    ResourceTypeValues, RetainRule, RetentionIntervalUnitValues, Schedule,
    SettablePolicyStateValues, Tag,
};
use aws_sdk_ec2::types::{Tag as VolumeTag, Volume};
use aws_types::request_id::RequestId;
use serde_json::{Value, json};

use super::{
    begins, classify,
    describe::{
        COPY_TAGS, CREATE, DAILY, DESCRIPTION, DISABLE, ENABLE, KEEP, KEEP_DAYS, ROLE, TARGET_TAGS,
        due,
    },
};
use crate::{
    domain::{
        assessment::{Assessment, Check, Confirmation},
        failure::{Failure, FailureKind},
        form::Request,
        format,
        lifecycle::{Accepted, Observation},
        operation::{Operation, WaitTarget},
        text::harmless,
    },
    services::{
        Trace,
        ebs::{
            Ebs,
            facts::volume_facts,
            filter,
            forms::{OPERATION_TAG, tag_parts},
            watch,
        },
        equivalent::aws_line,
        refusal,
    },
};

/// A volume that has the tag; what follows is the policy.
pub(in crate::services::ebs) const TAGGED: &str = "ebs_tagged";
/// The call that makes the policy, where the tag comes first.
const POLICY_STEP: u32 = 1;

/// The tag that stands for a daily schedule.
const SCHEDULE_TAG: &str = "snapdeck:schedule";

/// How much is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keeps {
    Newest(i32),
    Days(i32),
}

fn keeps(request: &Request) -> Result<Keeps, String> {
    let number = |key| request.text(key).and_then(|text| text.parse::<i32>().ok());
    match (number(KEEP), number(KEEP_DAYS)) {
        (Some(count), None) => Ok(Keeps::Newest(count)),
        (None, Some(days)) => Ok(Keeps::Days(days)),
        (Some(_), Some(_)) => Err("a number of snapshots or of days: not both".to_owned()),
        (None, None) => {
            Err("say how many snapshots of each volume are kept, or for how many days".to_owned())
        }
    }
}

impl Keeps {
    fn in_words(self) -> String {
        match self {
            Self::Newest(count) => format!("the newest {count} of each volume"),
            Self::Days(days) => format!("each for {days} days"),
        }
    }
}

/// The tag of a daily schedule: volumes that are to be taken at the same time and kept as long share
/// it, and the policy for it.
fn schedule_tag(request: &Request) -> String {
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
fn targets(request: &Request) -> Vec<(String, String)> {
    if request.action == DAILY {
        return vec![(SCHEDULE_TAG.to_owned(), schedule_tag(request))];
    }
    let parts = request.many(TARGET_TAGS).iter().map(|text| {
        let (key, value) = tag_parts(text);
        (key.to_owned(), value.to_owned())
    });
    parts.collect()
}

fn has(volume: &Volume, key: &str, value: &str) -> bool {
    volume
        .tags()
        .iter()
        .any(|tag| tag.key() == Some(key) && tag.value() == Some(value))
}

/// Of a volume that has been tagged nothing has to be waited for.
pub(in crate::services::ebs) fn seen_tagged() -> Observation {
    Observation::Next {
        step: POLICY_STEP,
        stage: "tagged".to_owned(),
    }
}

impl Ebs {
    fn role(&self, request: &Request) -> String {
        let partition = match self.place.region.as_str().split('-').next() {
            Some("cn") => "aws-cn",
            Some("us") if self.place.region.as_str().starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        };
        request.text(ROLE).map_or_else(
            || {
                format!(
                    "arn:{partition}:iam::{}:role/AWSDataLifecycleManagerDefaultRole",
                    self.place.account
                )
            },
            str::to_owned,
        )
    }

    fn description(request: &Request) -> String {
        request.text(DESCRIPTION).map_or_else(
            || format!("Daily at {} UTC", due(request).replace(':', "")),
            str::to_owned,
        )
    }

    pub(in crate::services::ebs) async fn assess_schedule(
        &self,
        request: &Request,
    ) -> Result<Assessment, Failure> {
        match request.action.as_str() {
            CREATE => self.assess_new(request).await,
            DAILY => self.assess_daily(request).await,
            _ => self.assess_known(request).await,
        }
    }

    async fn assess_new(&self, request: &Request) -> Result<Assessment, Failure> {
        let targets = targets(request);
        let mut covered: Vec<String> = Vec::new();
        for (key, value) in &targets {
            let by = filter(&format!("tag:{key}"), vec![value.clone()]);
            self.volumes(vec![by], |page| {
                covered.extend(page.into_iter().filter_map(|volume| volume.volume_id));
            })
            .await?;
        }
        covered.sort_unstable();
        covered.dedup();
        let mut warnings = vec![begins(due(request))];
        if covered.is_empty() && !targets.is_empty() {
            warnings
                .push("No volume has such a tag now: nothing is taken until one has.".to_owned());
        }
        warnings.push(self.needs(request));
        let mut facts = vec![("Due", format!("daily at {} UTC", due(request)))];
        if !covered.is_empty() {
            facts.push(("Covers", covered.join(", ")));
        }
        if let Ok(keeps) = keeps(request) {
            facts.push(("Keeps", keeps.in_words()));
        }
        Ok(Assessment {
            facts,
            gauge: None,
            warnings,
            checks: vec![
                Check::rule(
                    "Volumes",
                    if targets.is_empty() {
                        Err("give at least one tag by which volumes are chosen".to_owned())
                    } else {
                        Ok(format!("{} with such a tag now", covered.len()))
                    },
                ),
                Check::rule("Retention", keeps(request).map(Keeps::in_words)),
                unasked(),
            ],
            confirmation: Confirmation::Button,
            duration: None,
            documents: Vec::new(),
            equivalent: self.create_line(request),
        })
    }

    async fn assess_daily(&self, request: &Request) -> Result<Assessment, Failure> {
        let volume = self.volume(&request.target).await?;
        let value = schedule_tag(request);
        let tagged = has(&volume, SCHEDULE_TAG, &value);
        let kept = keeps(request);
        let existing = match kept {
            Ok(_) => self.policy_for(&value).await?,
            Err(_) => None,
        };
        let mut checks = vec![Check::rule("Retention", kept.map(Keeps::in_words))];
        if tagged {
            let said = format!("the volume has {SCHEDULE_TAG}={value} already");
            checks.push(Check::rule("Tag", Ok(said)));
        } else {
            let asked = self.tag_volume(request, &value).dry_run(true).send().await;
            checks.push(self.permission(asked.err()).await);
        }
        checks.push(match &existing {
            Some(policy) => Check::rule(
                "Schedule",
                if tagged {
                    Err(format!("{policy} takes this volume already"))
                } else {
                    Ok(format!(
                        "{policy} goes by that tag already: only the tag is added"
                    ))
                },
            ),
            None => unasked(),
        });
        let mut warnings = vec![
            begins(due(request)),
            format!(
                "The volume gets the tag {SCHEDULE_TAG}={value}: that is what the schedule goes by."
            ),
        ];
        let other = volume
            .tags()
            .iter()
            .find(|tag| tag.key() == Some(SCHEDULE_TAG) && tag.value() != Some(&value));
        if let Some(old) = other.and_then(|tag| tag.value()) {
            warnings.push(format!(
                "It leaves the schedule that goes by {SCHEDULE_TAG}={}.",
                harmless(old)
            ));
        }
        if existing.is_none() {
            warnings.push(self.needs(request));
        }
        let mut facts = volume_facts(&volume);
        facts.push(("Due", format!("daily at {} UTC", due(request))));
        let tag = aws_line(
            "ec2",
            "create-tags",
            &[
                ("resources", Some(&request.target)),
                (
                    "tags",
                    Some(&json!([{ "Key": SCHEDULE_TAG, "Value": value }]).to_string()),
                ),
            ],
            &request.place,
        );
        let equivalent = if existing.is_some() {
            tag
        } else {
            format!("{tag} && {}", self.create_line(request))
        };
        Ok(Assessment {
            facts,
            gauge: None,
            warnings,
            checks,
            confirmation: Confirmation::Button,
            duration: None,
            documents: Vec::new(),
            equivalent,
        })
    }

    /// What the service needs besides: it cannot be asked beforehand.
    fn needs(&self, request: &Request) -> String {
        format!(
            "The service acts as {}, which must exist ('aws dlm create-default-role' makes the default one), and you must be permitted to pass it.",
            self.role(request)
        )
    }

    async fn assess_known(&self, request: &Request) -> Result<Assessment, Failure> {
        let schedule = self.schedule(&request.target).await?;
        let mut facts = vec![("Schedule", schedule.id.clone())];
        for (key, label) in [
            ("description", "Description"),
            ("target_tags", "Volumes tagged"),
            ("rule", "Due"),
            ("retention", "Keeps"),
        ] {
            let shown = format::cell(
                &schedule,
                key,
                crate::domain::collection::Show::Moment,
                self.clock.now(),
            );
            if shown != format::ABSENT {
                facts.push((label, shown.into_owned()));
            }
        }
        let word = schedule.state.word.as_str();
        let stays = "What it has taken stays, and nothing deletes that any more.";
        let (operation, arguments, warnings, state, confirmation) = match request.action.as_str() {
            ENABLE => (
                "update-lifecycle-policy",
                vec![
                    ("policy-id", Some(request.target.as_str())),
                    ("state", Some("ENABLED")),
                ],
                vec!["AWS takes snapshots again from its next time on.".to_owned()],
                (word != "ENABLED")
                    .then_some(word)
                    .ok_or("it is enabled already"),
                Confirmation::Button,
            ),
            DISABLE => (
                "update-lifecycle-policy",
                vec![
                    ("policy-id", Some(request.target.as_str())),
                    ("state", Some("DISABLED")),
                ],
                vec![
                    "Nothing is taken until it is enabled again.".to_owned(),
                    "What would have expired meanwhile, by its age, is kept for good.".to_owned(),
                ],
                (word != "DISABLED")
                    .then_some(word)
                    .ok_or("it is disabled already"),
                Confirmation::Button,
            ),
            _ => (
                "delete-lifecycle-policy",
                vec![("policy-id", Some(request.target.as_str()))],
                vec![
                    "Nothing is taken by it any more.".to_owned(),
                    stays.to_owned(),
                ],
                Ok(word),
                Confirmation::Ask {
                    id: request.target.clone(),
                },
            ),
        };
        Ok(Assessment {
            facts,
            gauge: None,
            warnings,
            checks: vec![
                Check::rule("State", state.map(str::to_owned).map_err(str::to_owned))
                    .refuses_as(FailureKind::WrongState),
                unasked(),
            ],
            confirmation,
            duration: None,
            documents: Vec::new(),
            equivalent: aws_line("dlm", operation, &arguments, &request.place),
        })
    }

    fn create_line(&self, request: &Request) -> String {
        let retain = match keeps(request) {
            Ok(Keeps::Days(days)) => json!({ "Interval": days, "IntervalUnit": "DAYS" }),
            Ok(Keeps::Newest(count)) => json!({ "Count": count }),
            Err(_) => Value::Null,
        };
        let tags: Vec<Value> = targets(request)
            .into_iter()
            .map(|(key, value)| json!({ "Key": key, "Value": value }))
            .collect();
        let details = json!({
            "PolicyType": "EBS_SNAPSHOT_MANAGEMENT",
            "ResourceTypes": ["VOLUME"],
            "TargetTags": tags,
            "Schedules": [{
                "Name": NAME,
                "CopyTags": request.is_set(COPY_TAGS),
                "CreateRule": { "Interval": 24, "IntervalUnit": "HOURS", "Times": [due(request)] },
                "RetainRule": retain,
            }],
        });
        aws_line(
            "dlm",
            "create-lifecycle-policy",
            &[
                ("execution-role-arn", Some(&self.role(request))),
                ("description", Some(&Self::description(request))),
                ("state", Some("ENABLED")),
                ("policy-details", Some(&details.to_string())),
            ],
            &request.place,
        )
    }

    fn tag_volume(
        &self,
        request: &Request,
        value: &str,
    ) -> aws_sdk_ec2::operation::create_tags::builders::CreateTagsFluentBuilder {
        let tag = VolumeTag::builder().key(SCHEDULE_TAG).value(value).build();
        self.changing
            .create_tags()
            .resources(&request.target)
            .tags(tag)
    }

    /// The policy that works by the tag of a daily schedule.
    async fn policy_for(&self, value: &str) -> Result<Option<String>, Failure> {
        let found = self
            .policies
            .get_lifecycle_policies()
            .target_tags(format!("{SCHEDULE_TAG}={value}"))
            .state(GettablePolicyStateValues::Enabled)
            .send()
            .await;
        let found = found.map_err(|error| {
            refusal::failure(&error, self.doing("GetLifecyclePolicies"), classify)
        })?;
        let first = found.policies.unwrap_or_default().into_iter().next();
        Ok(first.and_then(|policy| policy.policy_id))
    }

    /// Sends the call that an operation on a schedule is at.
    pub(in crate::services::ebs) async fn change_schedule(
        &self,
        operation: &Operation,
    ) -> Result<Accepted, Failure> {
        let request = &operation.request;
        match (request.action.as_str(), operation.step) {
            (DAILY, step) if step < POLICY_STEP => self.tag_for_schedule(request).await,
            (DAILY, _) => match self.policy_for(&schedule_tag(request)).await? {
                Some(policy) => Ok(watch::done(&policy, "ENABLED".to_owned(), None)),
                None => self.create_policy(operation).await,
            },
            (CREATE, _) => self.create_policy(operation).await,
            (ENABLE, _) => {
                self.set_state(request, SettablePolicyStateValues::Enabled)
                    .await
            }
            (DISABLE, _) => {
                self.set_state(request, SettablePolicyStateValues::Disabled)
                    .await
            }
            _ => {
                let sent = self
                    .changing_policies
                    .delete_lifecycle_policy()
                    .policy_id(&request.target)
                    .send()
                    .await;
                let reply =
                    sent.map_err(|error| self.refused(&error, "Delete", &request.target))?;
                let request_id = reply.request_id().map(str::to_owned);
                Ok(watch::done(
                    &request.target,
                    "deleted".to_owned(),
                    request_id,
                ))
            }
        }
    }

    fn refused<E>(
        &self,
        error: &aws_smithy_runtime_api::client::result::SdkError<
            E,
            aws_smithy_runtime_api::client::orchestrator::HttpResponse,
        >,
        verb: &str,
        on: &str,
    ) -> Failure
    where
        E: aws_smithy_types::error::metadata::ProvideErrorMetadata
            + std::error::Error
            + Send
            + Sync
            + 'static,
    {
        let doing = format!("{verb}LifecyclePolicy of {on} in {}", self.place.region);
        refusal::failure(error, doing, classify)
    }

    async fn set_state(
        &self,
        request: &Request,
        state: SettablePolicyStateValues,
    ) -> Result<Accepted, Failure> {
        let word = state.as_str().to_owned();
        let sent = self
            .changing_policies
            .update_lifecycle_policy()
            .policy_id(&request.target)
            .state(state)
            .send()
            .await;
        let reply = sent.map_err(|error| self.refused(&error, "Update", &request.target))?;
        let request_id = reply.request_id().map(str::to_owned);
        Ok(watch::done(&request.target, word, request_id))
    }

    async fn tag_for_schedule(&self, request: &Request) -> Result<Accepted, Failure> {
        let value = schedule_tag(request);
        if has(&self.volume(&request.target).await?, SCHEDULE_TAG, &value) {
            return Ok(tagged(request, None));
        }
        let sent = self.tag_volume(request, &value).send().await;
        let reply = sent.map_err(|error| {
            let doing = format!("CreateTags on {} in {}", request.target, self.place.region);
            refusal::failure(&error, doing, super::super::classify)
        })?;
        Ok(tagged(request, reply.request_id().map(str::to_owned)))
    }

    async fn create_policy(&self, operation: &Operation) -> Result<Accepted, Failure> {
        let request = &operation.request;
        let invalid =
            |why: String| Failure::new(FailureKind::Invalid, "CreateLifecyclePolicy", why);
        let retain = match keeps(request).map_err(invalid)? {
            Keeps::Newest(count) => RetainRule::builder().count(count),
            Keeps::Days(days) => RetainRule::builder()
                .interval(days)
                .interval_unit(RetentionIntervalUnitValues::Days),
        };
        let rule = CreateRule::builder()
            .interval(24)
            .interval_unit(IntervalUnitValues::Hours)
            .times(due(request));
        let schedule = Schedule::builder()
            .name(NAME)
            .copy_tags(request.is_set(COPY_TAGS))
            .create_rule(rule.build())
            .retain_rule(retain.build());
        let mut details = PolicyDetails::builder()
            .policy_type(PolicyTypeValues::EbsSnapshotManagement)
            .resource_types(ResourceTypeValues::Volume)
            .schedules(schedule.build());
        for (key, value) in targets(request) {
            let tag = Tag::builder().key(key).value(value).build();
            details = details.target_tags(tag);
        }
        let sent = self
            .changing_policies
            .create_lifecycle_policy()
            .execution_role_arn(self.role(request))
            .description(Self::description(request))
            .state(SettablePolicyStateValues::Enabled)
            .tags(OPERATION_TAG, operation.id.as_str())
            .policy_details(details.build())
            .send()
            .await;
        let reply = sent.map_err(|error| self.refused(&error, "Create", &request.target))?;
        let Some(made) = reply.policy_id() else {
            let why = "AWS's answer does not name what it made";
            return Err(Failure::new(
                FailureKind::ReplyLost,
                "CreateLifecyclePolicy",
                why,
            ));
        };
        let request_id = reply.request_id().map(str::to_owned);
        Ok(watch::done(made, "ENABLED".to_owned(), request_id))
    }

    /// Looks for the trace of a change whose reply was lost.
    pub(in crate::services::ebs) async fn look_for_schedule(
        &self,
        operation: &Operation,
    ) -> Result<Trace, Failure> {
        let request = &operation.request;
        let again = "Looking at the schedule and asking again does no harm.".to_owned();
        Ok(match (request.action.as_str(), operation.step) {
            (DAILY, step) if step < POLICY_STEP => {
                let value = schedule_tag(request);
                if has(&self.volume(&request.target).await?, SCHEDULE_TAG, &value) {
                    Trace::Found {
                        accepted: tagged(request, None),
                        how: format!("{} has the tag {SCHEDULE_TAG}={value}", request.target),
                    }
                } else {
                    Trace::None {
                        looked_at: format!("{} has no tag {SCHEDULE_TAG}={value}", request.target),
                        advice: again,
                    }
                }
            }
            (CREATE | DAILY, _) => {
                let id = operation.id.as_str();
                let ours = |policy: &&aws_sdk_dlm::types::LifecyclePolicySummary| {
                    policy
                        .tags()
                        .is_some_and(|tags| tags.get(OPERATION_TAG).is_some_and(|of| of == id))
                };
                let policies = self.policy_summaries().await?;
                match policies.iter().find(ours).and_then(|p| p.policy_id()) {
                    Some(policy) => Trace::Found {
                        accepted: watch::done(policy, "ENABLED".to_owned(), None),
                        how: format!("it carries the tag {OPERATION_TAG}={id}"),
                    },
                    None => Trace::None {
                        looked_at: format!("no schedule carries the tag {OPERATION_TAG}={id}"),
                        advice: "Look at the schedules before you make another one.".to_owned(),
                    },
                }
            }
            (action @ (ENABLE | DISABLE), _) => {
                let asked = if action == ENABLE {
                    "ENABLED"
                } else {
                    "DISABLED"
                };
                let word = self.schedule(&request.target).await?.state.word;
                if word == asked {
                    Trace::Found {
                        accepted: watch::done(&request.target, word, None),
                        how: format!("{} is {asked}", request.target),
                    }
                } else {
                    Trace::None {
                        looked_at: format!("{} is {word}", request.target),
                        advice: again,
                    }
                }
            }
            _ => match self.schedule(&request.target).await {
                Err(failure) if failure.kind == FailureKind::NotFound => Trace::Found {
                    accepted: watch::done(&request.target, "deleted".to_owned(), None),
                    how: format!("AWS lists {} no more", request.target),
                },
                Err(failure) => return Err(failure),
                Ok(_) => Trace::None {
                    looked_at: format!("AWS still lists {}", request.target),
                    advice: again,
                },
            },
        })
    }
}

/// The schedule within a policy; there is one in each that is made here.
const NAME: &str = "daily";

/// Data Lifecycle Manager cannot be asked beforehand.
fn unasked() -> Check {
    Check::unknown(
        "Permission",
        "Data Lifecycle Manager has no dry run: it answers when it is asked",
    )
}

fn tagged(request: &Request, request_id: Option<String>) -> Accepted {
    Accepted {
        resource: Some(request.target.clone()),
        request_id,
        wait: Some(WaitTarget {
            kind: TAGGED.to_owned(),
            id: request.target.clone(),
            facts: BTreeMap::new(),
        }),
        expected: None,
        stage: Some("tagged".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::describe::AT;
    use super::*;
    use crate::domain::{
        form::Value as Given,
        place::{Account, Place, Region},
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
            },
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
