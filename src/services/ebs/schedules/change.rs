//! Making, stopping and removing schedules.
//!
//! Data Lifecycle Manager knows no dry run and no client token: a policy carries the operation's id
//! as a tag and is found by it. A volume is covered by its tags alone, so a schedule for one volume is
//! two calls: the tag that stands for the times and what is kept, and the policy for that tag, where
//! there is none yet.

use std::collections::BTreeMap;

use aws_sdk_dlm::types::{
    CreateRule, GettablePolicyStateValues, IntervalUnitValues, LifecyclePolicySummary,
    PolicyDetails, PolicyTypeValues, ResourceTypeValues, RetainRule, RetentionIntervalUnitValues,
    Schedule, SettablePolicyStateValues, Tag,
};
use aws_sdk_ec2::{
    operation::create_tags::builders::CreateTagsFluentBuilder as CreateTags,
    types::Tag as VolumeTag,
};
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId;

use super::{
    classify,
    describe::{COPY_TAGS, CREATE, DAILY, DISABLE, ENABLE, due},
    terms::{Keeps, NAME, SCHEDULE_TAG, has, keeps, schedule_tag, targets},
};
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        form::Request,
        lifecycle::{Accepted, Observation},
        operation::{Operation, WaitTarget},
    },
    services::{
        Trace,
        ebs::{Ebs, forms::OPERATION_TAG, watch},
        refusal,
    },
};

/// A volume that has the tag; what follows is the policy.
pub(in crate::services::ebs) const TAGGED: &str = "ebs_tagged";
/// The call that makes the policy, where the tag comes first.
const POLICY_STEP: u32 = 1;

/// Whether a policy follows.
pub(super) fn goes_on(target: &WaitTarget) -> bool {
    target.kind == TAGGED
}

/// Of a volume that has been tagged nothing has to be waited for.
pub(in crate::services::ebs) fn seen_tagged() -> Observation {
    Observation::Next {
        step: POLICY_STEP,
        stage: "tagged".to_owned(),
    }
}

impl Ebs {
    pub(super) fn tag_volume(&self, request: &Request, value: &str) -> CreateTags {
        let tag = VolumeTag::builder().key(SCHEDULE_TAG).value(value).build();
        self.changing
            .create_tags()
            .resources(&request.target)
            .tags(tag)
    }

    /// The policy that works by the tag of a daily schedule.
    pub(super) async fn policy_for(&self, value: &str) -> Result<Option<String>, Failure> {
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
            (DAILY, _) => match self
                .policy_for(&schedule_tag(request))
                .await
                .map_err(refusal::unsent)?
            {
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

    fn refused<E>(&self, error: &SdkError<E, HttpResponse>, verb: &str, on: &str) -> Failure
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
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
        let volume = self.volume(&request.target).await;
        if has(&volume.map_err(refusal::unsent)?, SCHEDULE_TAG, &value) {
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
                let ours = |policy: &&LifecyclePolicySummary| {
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
