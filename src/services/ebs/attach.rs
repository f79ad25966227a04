//! Attaching a restored volume to an instance: the second call of a restore, sent once the volume is
//! available, and found again by the volume's attachments.

use aws_sdk_ec2::types::{Instance, Volume, VolumeAttachment};
use aws_types::request_id::RequestId;
use jiff::Timestamp;

use super::{
    Ebs, classify, convert,
    describe::instance_id,
    forms::{ATTACH, ZONE},
    watch::{self, missing},
};
use crate::{
    domain::{
        assessment::{Check, Verdict},
        failure::{Failure, FailureKind},
        form::Request,
        lifecycle::{Accepted, Observation},
        operation::{Operation, WaitTarget},
        text::harmless,
    },
    services::{Trace, equivalent::aws_line, refusal},
};

/// A volume, until it is attached to an instance.
pub(super) const ATTACHMENT: &str = "ebs_attachment";
/// The call that attaches it.
pub(super) const STEP: u32 = 1;

const INSTANCE: &str = "instance";
const DEVICE: &str = "device";

/// EC2's form of a device: `/dev/sdf`, `xvdf`.
pub(super) fn rule(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Ok(());
    }
    let (instance, device) = text.split_once(':').ok_or_else(|| {
        format!(
            "'{}' names no device; write it as INSTANCE:DEVICE, for example i-0123456789abcdef0:/dev/sdf",
            harmless(text)
        )
    })?;
    instance_id(instance)?;
    let name = device.strip_prefix("/dev/").unwrap_or(device);
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if (name.starts_with("sd") || name.starts_with("xvd")) && name.chars().all(plain) {
        Ok(())
    } else {
        Err(format!(
            "'{}' is not a device; one looks like /dev/sdf or xvdf",
            harmless(device)
        ))
    }
}

/// What a request asks to attach its volume to: the instance and the device.
pub(super) fn wanted(request: &Request) -> Option<(&str, &str)> {
    request.text(ATTACH)?.split_once(':')
}

/// What is waited for once AWS has taken the attachment on.
pub(super) fn accepted(
    volume: &str,
    (instance, device): (&str, &str),
    now: Timestamp,
    request_id: Option<&str>,
) -> Accepted {
    let ids = [volume.to_owned()];
    let mut accepted = watch::accepted(ATTACHMENT, &ids, now, request_id, "seconds");
    if let Some(wait) = &mut accepted.wait {
        wait.facts.insert(INSTANCE.to_owned(), instance.to_owned());
        wait.facts.insert(DEVICE.to_owned(), device.to_owned());
    }
    accepted
}

fn held<'v>(volume: &'v Volume, instance: &str) -> Option<&'v VolumeAttachment> {
    volume
        .attachments()
        .iter()
        .find(|held| held.instance_id() == Some(instance))
}

/// How an attachment is doing.
pub(super) fn seen(target: &WaitTarget, volume: Option<&Volume>, now: Timestamp) -> Observation {
    let fact = |key: &str| target.facts.get(key).map_or("", String::as_str);
    let (instance, device) = (fact(INSTANCE), fact(DEVICE));
    let Some(volume) = volume else {
        return missing(&target.id, target, now);
    };
    let held = held(volume, instance);
    let state = held.and_then(|held| held.state());
    match state.map(|state| state.as_str()) {
        Some("attached" | "busy") => Observation::Completed {
            stage: format!("attached to {instance} as {device}"),
        },
        Some(word) => Observation::Progress {
            percent: None,
            stage: word.to_owned(),
        },
        None if watch::overdue(target, now) => Observation::Failed {
            stage: None,
            reason: format!(
                "AWS took the attachment of {} to {instance} on, and does not list it",
                target.id
            ),
            advice: Some(by_hand(&target.id)),
        },
        None => Observation::Progress {
            percent: None,
            stage: "attaching".to_owned(),
        },
    }
}

fn by_hand(volume: &str) -> String {
    format!("The volume {volume} is there and whole: attach it by hand, or delete it.")
}

/// The lines of the AWS command line that attach what `create` makes.
pub(super) fn equivalent(create: &str, request: &Request) -> String {
    let Some((instance, device)) = wanted(request) else {
        return create.to_owned();
    };
    let volume = "NEW_VOLUME";
    let wait = aws_line(
        "ec2",
        "wait volume-available",
        &[("volume-ids", Some(volume))],
        &request.place,
    );
    let attach = aws_line(
        "ec2",
        "attach-volume",
        &[
            ("volume-id", Some(volume)),
            ("instance-id", Some(instance)),
            ("device", Some(device)),
        ],
        &request.place,
    );
    format!("NEW_VOLUME=$({create} --query VolumeId --output text) && {wait} && {attach}")
        .replace(" NEW_VOLUME", " \"$NEW_VOLUME\"")
}

impl Ebs {
    /// What must hold for the new volume to be attached.
    pub(super) async fn attachable(&self, request: &Request) -> Result<Vec<Check>, Failure> {
        let Some((id, device)) = wanted(request) else {
            return Ok(Vec::new());
        };
        let instance = self.instance(id).await?;
        Ok(vec![
            super::assess::instance_state(&instance, &["running", "stopped"]),
            same_zone(&instance, id, request.text(ZONE)),
            free(&instance, id, device),
            self.may_attach(&instance, id, device).await,
        ])
    }

    /// EC2 is asked about the instance's own root volume, since the new one does not exist yet. Only
    /// a denial says something: the rest is of the volume that is asked about.
    async fn may_attach(&self, instance: &Instance, id: &str, device: &str) -> Check {
        let Some(root) = convert::root_volume(instance) else {
            return Check::unknown(
                "Permission to attach",
                "the instance names no volume to ask with",
            );
        };
        let asked = self
            .changing
            .attach_volume()
            .volume_id(root)
            .instance_id(id)
            .device(device)
            .dry_run(true)
            .send()
            .await;
        let mut check = self.permission(asked.err()).await;
        check.label = "Permission to attach";
        if check.refusal != FailureKind::Denied
            && let Verdict::Failed(why) = check.verdict
        {
            check.verdict = Verdict::Unknown(why);
        }
        check
    }

    /// Attaches the volume that an operation has made.
    pub(super) async fn attach(&self, operation: &Operation) -> Result<Accepted, Failure> {
        let volume = operation.resource.as_deref().unwrap_or_default();
        let Some((instance, device)) = wanted(&operation.request) else {
            let why = "the request names no instance to attach to";
            return Err(Failure::new(FailureKind::Internal, "", why));
        };
        let sent = self
            .changing
            .attach_volume()
            .volume_id(volume)
            .instance_id(instance)
            .device(device)
            .send()
            .await;
        let reply = sent.map_err(|error| {
            let doing = format!(
                "AttachVolume of {volume} to {instance} in {}",
                self.place.region
            );
            let failure = refusal::failure(&error, doing, classify);
            if failure.hint.is_none() {
                failure.hint(by_hand(volume))
            } else {
                failure
            }
        })?;
        Ok(accepted(
            volume,
            (instance, device),
            self.clock.now(),
            reply.request_id(),
        ))
    }

    /// Looks for an attachment whose reply was lost.
    pub(super) async fn look_for_attachment(
        &self,
        operation: &Operation,
    ) -> Result<Trace, Failure> {
        let volume = operation.resource.clone().unwrap_or_default();
        let Some(wanted) = wanted(&operation.request) else {
            return Ok(Trace::None {
                looked_at: "the request names no instance to attach to".to_owned(),
                advice: by_hand(&volume),
            });
        };
        let volumes = self
            .volumes_by("volume-id", std::slice::from_ref(&volume))
            .await?;
        Ok(
            match volumes
                .first()
                .and_then(|volume_now| held(volume_now, wanted.0))
            {
                Some(_) => Trace::Found {
                    accepted: accepted(&volume, wanted, self.clock.now(), None),
                    how: format!("{volume} is attached to {}", wanted.0),
                },
                None => Trace::None {
                    looked_at: format!("{volume} is not attached to {}", wanted.0),
                    advice: by_hand(&volume),
                },
            },
        )
    }
}

fn same_zone(instance: &Instance, id: &str, zone: Option<&str>) -> Check {
    let of_instance = instance
        .placement()
        .and_then(|placement| placement.availability_zone());
    Check::state(
        "Zone of the instance",
        match (of_instance, zone) {
            (Some(of_instance), Some(zone)) if of_instance != zone => Err(format!(
                "{id} is in {of_instance}, and a volume made in {zone} cannot be attached there"
            )),
            (of_instance, _) => Ok(of_instance.unwrap_or("not said by AWS").to_owned()),
        },
    )
}

fn free(instance: &Instance, id: &str, device: &str) -> Check {
    let taken = instance
        .block_device_mappings()
        .iter()
        .any(|mapping| mapping.device_name() == Some(device));
    Check::state(
        "Device",
        if taken {
            Err(format!("{device} of {id} is in use: name another one"))
        } else {
            Ok(format!("{device} is free"))
        },
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use aws_sdk_ec2::types::VolumeAttachmentState;

    use super::*;
    use crate::domain::{
        form::Value,
        place::{Account, Place, Region},
    };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn target() -> WaitTarget {
        accepted("vol-1", ("i-1", "/dev/sdf"), at(0), None)
            .wait
            .unwrap()
    }

    fn volume(instance: &str, state: VolumeAttachmentState) -> Volume {
        let held = VolumeAttachment::builder()
            .instance_id(instance)
            .state(state)
            .build();
        Volume::builder()
            .volume_id("vol-1")
            .attachments(held)
            .build()
    }

    #[test]
    fn an_instance_and_a_device_are_both_needed() {
        for good in [
            "",
            "i-0123456789abcdef0:/dev/sdf",
            "i-0123456789abcdef0:xvdba",
            "i-0123456789abcdef0:/dev/sda1",
        ] {
            assert_eq!(rule(good), Ok(()), "{good}");
        }
        for (bad, says) in [
            ("i-0123456789abcdef0", "INSTANCE:DEVICE"),
            ("vol-1:/dev/sdf", "'vol-1'"),
            ("i-0123456789abcdef0:", "is not a device"),
            ("i-0123456789abcdef0:/dev/hda", "'/dev/hda'"),
        ] {
            assert!(rule(bad).unwrap_err().contains(says), "{bad}");
        }
    }

    #[test]
    fn it_is_attached_to_this_instance_or_to_none() {
        let seen = |volume: &Volume, now| seen(&target(), Some(volume), at(now));
        assert_eq!(
            seen(&volume("i-1", VolumeAttachmentState::Attached), 1),
            Observation::Completed {
                stage: "attached to i-1 as /dev/sdf".to_owned()
            }
        );
        let elsewhere = volume("i-2", VolumeAttachmentState::Attached);
        assert!(matches!(
            seen(&elsewhere, 1),
            Observation::Progress { percent: None, .. }
        ));
        assert!(matches!(seen(&elsewhere, 3600), Observation::Failed { .. }));
    }

    #[test]
    fn the_equivalent_waits_before_it_attaches() {
        let request = Request {
            service: "ebs".to_owned(),
            action: "restore_to_volume".to_owned(),
            target: "snap-1".to_owned(),
            values: BTreeMap::from([(ATTACH.to_owned(), Value::Text("i-1:/dev/sdf".to_owned()))]),
            place: Place {
                profile: None,
                account: Account::new("123456789012"),
                region: Region::parse("us-east-1").unwrap(),
                endpoint: None,
                endpoints: std::collections::BTreeMap::default(),
            },
        };
        assert_eq!(
            equivalent("aws ec2 create-volume", &request),
            "NEW_VOLUME=$(aws ec2 create-volume --query VolumeId --output text) \
             && aws ec2 wait volume-available --volume-ids \"$NEW_VOLUME\" --region us-east-1 \
             && aws ec2 attach-volume --volume-id \"$NEW_VOLUME\" --instance-id i-1 --device /dev/sdf --region us-east-1"
        );
    }
}
