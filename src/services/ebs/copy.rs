//! Copying a snapshot to another Region. The call is made there, and what it makes is watched there.

use std::time::{Duration, SystemTime};

use aws_config::{Region as SdkRegion, SdkConfig};
use aws_credential_types::provider::ProvideCredentials;
use aws_sdk_ec2::{
    Client,
    config::endpoint::{DefaultResolver, Params, ResolveEndpoint},
    operation::copy_snapshot::builders::CopySnapshotFluentBuilder as CopySnapshot,
    types::ResourceType,
};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SignatureLocation, SigningSettings};
use aws_types::request_id::RequestId;

use super::{
    Ebs,
    assess::restorable,
    change::tagged,
    classify,
    describe::SNAPSHOTS,
    facts::snapshot_facts,
    forms::{
        DESCRIPTION, DESCRIPTION_FIELD, KMS_KEY, OPERATION_TAG, TAGS_FIELD, printable, tag_list,
    },
    tags::too_many,
    watch,
};
use crate::{
    domain::{
        assessment::{Assessment, Check, Confirmation},
        collection::ActionInfo,
        failure::{Failure, FailureKind},
        form::{FieldInfo, FieldKind, Request},
        lifecycle::Accepted,
        operation::Operation,
        place::{Place, Region},
    },
    services::{Trace, equivalent::aws_line, refusal, signature::Signer},
};

pub(super) const COPY: &str = "copy_snapshot";
pub(super) const TO_REGION: &str = "to_region";
const ENCRYPTED: &str = "encrypted";

/// What is asked of a user.
pub(super) const ACTION: ActionInfo = ActionInfo {
    id: COPY,
    command: "copy",
    about: "Copy a snapshot to another Region",
    title: "Copy to another Region",
    subject: SNAPSHOTS,
    fields: &[
        FieldInfo {
            key: TO_REGION,
            flag: "to-region",
            label: "To Region",
            help: "The Region that the copy is made in",
            kind: FieldKind::Text {
                max: 32,
                rule: region,
                argument: "REGION",
            },
        },
        DESCRIPTION_FIELD,
        TAGS_FIELD,
        FieldInfo {
            key: ENCRYPTED,
            flag: "encrypted",
            label: "Encrypt the copy",
            help: "With the KMS key given, or with the Region's default one; what is encrypted stays so",
            kind: FieldKind::Toggle,
        },
        FieldInfo {
            key: KMS_KEY,
            flag: "kms-key-id",
            label: "KMS key",
            help: "Optional; a key of that Region, which encrypts the copy",
            kind: FieldKind::Text {
                max: 2048,
                rule: printable,
                argument: "KEY",
            },
        },
    ],
    ..ActionInfo::PLAIN
};

fn region(text: &str) -> Result<(), String> {
    if text.is_empty() {
        Err("needed: the Region that the copy is made in, for example eu-west-1".to_owned())
    } else {
        Region::parse(text).map(drop)
    }
}

fn encrypted(request: &Request) -> bool {
    request.is_set(ENCRYPTED) || request.text(KMS_KEY).is_some()
}

/// How long the permission to read the source may travel; the AWS CLI's own time.
const SIGNED_FOR: Duration = Duration::from_hours(1);

impl Ebs {
    /// A client of another Region, by the same credentials.
    pub(super) fn elsewhere(config: &SdkConfig, region: &str) -> Client {
        let region = SdkRegion::new(region.to_owned());
        Client::new(&config.to_builder().region(region).build())
    }

    fn copy_call(&self, request: &Request, operation: Option<&str>) -> CopySnapshot {
        let to = request.text(TO_REGION).unwrap_or_default();
        let key = request.text(KMS_KEY).map(str::to_owned);
        Self::elsewhere(&self.connection.changing, to)
            .copy_snapshot()
            .source_region(self.place.region.as_str())
            .source_snapshot_id(&request.target)
            .set_description(request.text(DESCRIPTION).map(str::to_owned))
            .set_encrypted(encrypted(request).then_some(true))
            .set_kms_key_id(key)
            .set_tag_specifications(tagged(request, ResourceType::Snapshot, operation))
    }

    pub(super) async fn assess_copy(&self, request: &Request) -> Result<Assessment, Failure> {
        let snapshot = self.snapshot(&request.target).await?;
        let to = request.text(TO_REGION);
        let permission = if to.is_some() {
            let asked = self.copy_call(request, None).dry_run(true).send().await;
            self.permission(asked.err()).await
        } else {
            Check::unknown("Permission", "asked once the Region is given")
        };
        let mut warnings = vec![
            "The tags of the snapshot are not copied: give those that the copy is to have."
                .to_owned(),
        ];
        if to != Some(self.place.region.as_str()) {
            warnings.push("The first copy of a volume to a Region is a full one, and what is transferred is billed.".to_owned());
        }
        if snapshot.encrypted() == Some(true) && request.text(KMS_KEY).is_none() {
            warnings.push("The snapshot is encrypted: the copy is encrypted with the default key of the Region that it is made in, unless you name another.".to_owned());
        }
        Ok(Assessment {
            facts: snapshot_facts(&snapshot, self.clock.now()),
            gauge: None,
            warnings,
            checks: (too_many(request).into_iter())
                .chain([restorable(&snapshot), permission])
                .collect(),
            confirmation: Confirmation::Button,
            duration: Some("minutes to hours, by size and distance".to_owned()),
            documents: Vec::new(),
            equivalent: aws_line(
                "ec2",
                "copy-snapshot",
                &[
                    ("source-region", Some(self.place.region.as_str())),
                    ("source-snapshot-id", Some(&request.target)),
                    ("description", request.text(DESCRIPTION)),
                    ("encrypted", encrypted(request).then_some("")),
                    ("kms-key-id", request.text(KMS_KEY)),
                    (
                        "tag-specifications",
                        tag_list("snapshot", request).as_deref(),
                    ),
                ],
                &self.place_of_copy(request),
            ),
        })
    }

    fn place_of_copy(&self, request: &Request) -> Place {
        let to = request
            .text(TO_REGION)
            .and_then(|to| Region::parse(to).ok());
        Place {
            region: to.unwrap_or_else(|| self.place.region.clone()),
            ..request.place.clone()
        }
    }

    /// Copies a snapshot.
    pub(super) async fn copy(&self, operation: &Operation) -> Result<Accepted, Failure> {
        let request = &operation.request;
        let to = request.text(TO_REGION).unwrap_or_default();
        let doing = || format!("CopySnapshot of {} in {to}", request.target);
        let url = self.permission_to_read(request).await?;
        let sent = self
            .copy_call(request, Some(operation.id.as_str()))
            .destination_region(to)
            .presigned_url(url)
            .send()
            .await;
        let reply = sent.map_err(|error| refusal::failure(&error, doing(), classify))?;
        let Some(made) = reply.snapshot_id() else {
            let why = "AWS's answer does not name what it made";
            return Err(Failure::new(FailureKind::ReplyLost, doing(), why));
        };
        Ok(self.copy_accepted(made, request, reply.request_id()))
    }

    fn copy_accepted(&self, made: &str, request: &Request, request_id: Option<&str>) -> Accepted {
        let to = request.text(TO_REGION).unwrap_or_default();
        let made = [made.to_owned()];
        let mut accepted = watch::snapshots_accepted(&made, self.clock.now(), request_id);
        if let Some(wait) = &mut accepted.wait {
            wait.facts.insert(watch::REGION.to_owned(), to.to_owned());
        }
        accepted
    }

    /// Looks for a copy whose reply was lost.
    pub(super) async fn look_for_copy(&self, operation: &Operation) -> Result<Trace, Failure> {
        let request = &operation.request;
        let to = request.text(TO_REGION).unwrap_or_default();
        let id = operation.id.to_string();
        let tag = format!("tag:{OPERATION_TAG}");
        let found = self
            .snapshots_in(Some(to), &tag, std::slice::from_ref(&id))
            .await?;
        Ok(match found.first().and_then(|s| s.snapshot_id()) {
            Some(made) => Trace::Found {
                accepted: self.copy_accepted(made, request, None),
                how: format!("it carries the tag {OPERATION_TAG}={id} in {to}"),
            },
            None => Trace::None {
                looked_at: format!("no snapshot in {to} carries the tag {OPERATION_TAG}={id}"),
                advice: format!("Look at the snapshots in {to} before you copy again."),
            },
        })
    }

    /// What lets EC2 in the other Region read an encrypted snapshot here on the caller's behalf: the
    /// same call, signed for this Region, as a URL. EC2 ignores it where it does not need it.
    async fn permission_to_read(&self, request: &Request) -> Result<String, Failure> {
        let failed = |why: String| {
            Failure::new(
                FailureKind::Credentials,
                format!("signing the copy of {}", request.target),
                why,
            )
        };
        let provider = self.connection.reading.credentials_provider();
        let provider = provider.ok_or_else(|| failed("there are no credentials".to_owned()))?;
        let credentials = provider
            .provide_credentials()
            .await
            .map_err(|error| failed(error.to_string()))?;
        let region = self.place.region.as_str();
        let own = self.place.endpoints.get("EC2");
        let base = own.or(self.place.endpoint.as_ref()).cloned();
        let base = match base {
            Some(base) => base,
            None => endpoint(&self.connection.reading, region)
                .await
                .map_err(failed)?,
        };
        let mut parameters = form_urlencoded::Serializer::new(String::new());
        for (key, value) in [
            ("Action", Some("CopySnapshot")),
            ("Version", Some("2016-11-15")),
            ("SourceRegion", Some(region)),
            ("SourceSnapshotId", Some(&request.target)),
            ("DestinationRegion", request.text(TO_REGION)),
            ("KmsKeyId", request.text(KMS_KEY)),
        ] {
            if let Some(value) = value {
                parameters.append_pair(key, value);
            }
        }
        let url = format!(
            "{}/?{}",
            base.trim_end_matches('/'),
            parameters.finish().replace('+', "%20")
        );
        signed(&url, region, credentials).map_err(failed)
    }
}

/// Where EC2 is in a Region, as the SDK itself would call it.
async fn endpoint(config: &SdkConfig, region: &str) -> Result<String, String> {
    let params = Params::builder()
        .region(region)
        .use_fips(config.use_fips().unwrap_or_default())
        .use_dual_stack(config.use_dual_stack().unwrap_or_default())
        .build()
        .map_err(|error| error.to_string())?;
    let resolver = DefaultResolver::new();
    let found = ResolveEndpoint::resolve_endpoint(&resolver, &params).await;
    found
        .map(|endpoint| endpoint.url().to_owned())
        .map_err(|error| error.to_string())
}

fn signed(
    url: &str,
    region: &str,
    credentials: aws_credential_types::Credentials,
) -> Result<String, String> {
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(SIGNED_FOR);
    let request = SignableRequest::new("GET", url, std::iter::empty(), SignableBody::Bytes(&[]))
        .map_err(|error| error.to_string())?;
    let signer = Signer {
        credentials,
        region,
        service: "ec2",
        at: SystemTime::now(),
        settings,
    };
    let instructions = signer.sign(request)?;
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (key, value) in instructions.params() {
        query.append_pair(key, value);
    }
    Ok(format!("{url}&{}", query.finish().replace('+', "%20")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_needed_and_has_a_regions_form() {
        assert_eq!(region("eu-west-1"), Ok(()));
        assert!(region("").unwrap_err().contains("needed"));
        assert!(region("Ireland").unwrap_err().contains("'Ireland'"));
    }

    #[tokio::test]
    async fn the_endpoint_of_the_source_is_in_the_partition_of_its_region() {
        for (region, url) in [
            ("us-east-1", "https://ec2.us-east-1.amazonaws.com"),
            ("cn-north-1", "https://ec2.cn-north-1.amazonaws.com.cn"),
            ("us-iso-east-1", "https://ec2.us-iso-east-1.c2s.ic.gov"),
            ("us-isob-east-1", "https://ec2.us-isob-east-1.sc2s.sgov.gov"),
            ("eusc-de-east-1", "https://ec2.eusc-de-east-1.amazonaws.eu"),
        ] {
            let config = SdkConfig::builder().build();
            assert_eq!(endpoint(&config, region).await.as_deref(), Ok(url));
        }
        let fips = SdkConfig::builder().use_fips(true).build();
        assert_eq!(
            endpoint(&fips, "us-east-1").await.as_deref(),
            Ok("https://ec2-fips.us-east-1.amazonaws.com")
        );
    }

    #[test]
    fn the_permission_to_read_is_signed_for_the_region_of_the_source() {
        let credentials =
            aws_credential_types::Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
        let url = signed(
            "https://ec2.us-east-1.amazonaws.com/?Action=CopySnapshot",
            "us-east-1",
            credentials,
        )
        .unwrap();
        assert!(
            url.starts_with("https://ec2.us-east-1.amazonaws.com/?Action=CopySnapshot&"),
            "{url}"
        );
        for part in [
            "X-Amz-Algorithm=AWS4-HMAC-SHA256",
            "us-east-1%2Fec2%2Faws4_request",
            "X-Amz-Expires=3600",
            "X-Amz-Signature=",
        ] {
            assert!(url.contains(part), "{part} in {url}");
        }
        assert!(!url.contains("secret"));
    }
}
