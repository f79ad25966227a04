//! What must be so of a bucket before snapshots are kept in it.

use aws_sdk_s3::types::TransitionStorageClass;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::{
    Search,
    describe::INFO,
    forms::{BUCKET_REGION, REGISTER},
};
use crate::{
    domain::{assessment::Check, way::Way},
    services::refusal,
};

impl Search {
    /// Whether a bucket is there, and where.
    pub(super) async fn bucket(&self, bucket: &str) -> Check {
        const LABEL: &str = "Bucket";
        let own = self.place.region.as_str();
        let told = |region: Option<&str>| match region {
            Some(region) if region != own => Check::rule(
                LABEL,
                Ok(format!("it is in {region} and the domain in {own}")),
            )
            .way(Way::fill(
                &INFO,
                REGISTER,
                "register it",
                &[(BUCKET_REGION, region)],
            )),
            Some(region) => Check::rule(LABEL, Ok(format!("it is in {region}"))),
            None => Check::rule(LABEL, Ok("it is there".to_owned())),
        };
        match self.buckets.head_bucket().bucket(bucket).send().await {
            Ok(reply) => told(reply.bucket_region()),
            Err(error) => {
                let answer = error.raw_response();
                let status = answer.map(|answer| answer.status().as_u16());
                let region = answer.and_then(|answer| answer.headers().get("x-amz-bucket-region"));
                match (status, region) {
                    (Some(404), _) => Check::rule(
                        LABEL,
                        Err(format!(
                            "there is no bucket {bucket}: make one, for example with 'aws s3 mb s3://{bucket} --region {own}'"
                        )),
                    ),
                    (Some(301 | 400), Some(region)) => told(Some(region)),
                    (Some(403), _) => Check::unknown(
                        LABEL,
                        "it is there, and you may not look at it (s3:ListBucket)",
                    ),
                    _ => Check::unknown(
                        LABEL,
                        refusal::failure(&error, "", refusal::common).reason(),
                    ),
                }
            }
        }
    }

    /// Objects that are moved to Glacier cannot be restored from.
    pub(super) async fn lifecycle(&self, bucket: &str) -> Check {
        const LABEL: &str = "No Glacier rule";
        let asked = self
            .buckets
            .get_bucket_lifecycle_configuration()
            .bucket(bucket);
        match asked.send().await {
            Ok(reply) => {
                let archive = |class: Option<&TransitionStorageClass>| {
                    class.is_some_and(|class| {
                        class.as_str().contains("GLACIER")
                            || class.as_str().contains("DEEP_ARCHIVE")
                    })
                };
                let rule = reply.rules().iter().find(|rule| {
                    rule.status().as_str() == "Enabled"
                        && (rule
                            .transitions()
                            .iter()
                            .any(|t| archive(t.storage_class()))
                            || rule
                                .noncurrent_version_transitions()
                                .iter()
                                .any(|t| archive(t.storage_class())))
                });
                Check::rule(
                    LABEL,
                    match rule {
                        None => {
                            Ok("none of its lifecycle rules moves objects to Glacier".to_owned())
                        }
                        Some(rule) => Err(format!(
                            "the lifecycle rule '{}' moves objects to Glacier, and snapshots there cannot be restored: take it away",
                            rule.id().unwrap_or("without a name")
                        )),
                    },
                )
            }
            Err(error) => {
                let code = error.as_service_error().and_then(|e| e.code());
                match code {
                    Some("NoSuchLifecycleConfiguration") => {
                        Check::rule(LABEL, Ok("it has no lifecycle rules".to_owned()))
                    }
                    Some("NoSuchBucket") => Check::unknown(LABEL, "there is no such bucket"),
                    _ => Check::unknown(
                        LABEL,
                        refusal::failure(&error, "", refusal::common).reason(),
                    ),
                }
            }
        }
    }
}
