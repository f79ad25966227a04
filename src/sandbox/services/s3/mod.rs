//! S3, as far as snapshot repositories need it: buckets, their Regions and lifecycle rules, and
//! what is in them. REST, XML, path-style.
//!
//! ```text
//! bucket     the buckets                     access   what an assumed role reaches
//! buckets    buckets found, made, listed     objects  what is in them
//! lifecycle  lifecycle rules                 reply    envelopes, and S3's own refusals
//! ```
//!
//! Invariants: a bucket is first looked for, then asked for its Region, then for its owner. There
//! are no bucket policies; objects come from the scenario alone.

mod access;
mod bucket;
mod buckets;
mod lifecycle;
mod objects;
mod reply;
#[cfg(test)]
mod tests;

use super::{Answer, Context, Operation, Resources, any_resource};

pub(crate) use self::access::{Access, NotReached, Place};
pub(crate) use self::bucket::{BucketSeed, Buckets, ObjectSeed, is_bucket_name};

pub(super) fn operation(action: &str) -> Option<Operation> {
    let (resources, answer): (Resources, Answer) = match action {
        "ListBuckets" => (any_resource, buckets::list),
        "CreateBucket" => (bucket_resource, buckets::create),
        "HeadBucket" => (bucket_resource, buckets::head),
        "GetBucketLocation" => (bucket_resource, buckets::location),
        "GetBucketPolicy" => (bucket_resource, buckets::policy),
        "GetBucketLifecycleConfiguration" => (bucket_resource, lifecycle::get),
        "PutBucketLifecycleConfiguration" => (bucket_resource, lifecycle::put),
        "DeleteBucketLifecycle" => (bucket_resource, lifecycle::delete),
        "ListObjectsV2" => (bucket_resource, objects::list),
        _ => return None,
    };
    Some(Operation { resources, answer })
}

/// The permission that an operation needs, where it has another name than the operation. Source:
/// "Actions, resources, and condition keys for Amazon S3" in the service authorization reference.
pub(super) fn permission(action: &str) -> &str {
    match action {
        "ListBuckets" => "ListAllMyBuckets",
        "HeadBucket" | "ListObjectsV2" => "ListBucket",
        "GetBucketLifecycleConfiguration" => "GetLifecycleConfiguration",
        "PutBucketLifecycleConfiguration" | "DeleteBucketLifecycle" => "PutLifecycleConfiguration",
        same => same,
    }
}

fn bucket_resource(context: &mut Context<'_>) -> Vec<String> {
    let name = context.call.text("Bucket").unwrap_or("*");
    vec![format!("arn:aws:s3:::{name}")]
}
