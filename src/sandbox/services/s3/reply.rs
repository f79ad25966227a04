//! S3's replies, and the refusals that only S3 makes.
//!
//! Invariants: a refusal about a Region says where the bucket is, in its header and, where there
//! is a body, in the body.

use hyper::StatusCode;

use super::bucket::Bucket;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::Context;
use crate::sandbox::texts::s3 as texts;
use crate::sandbox::xml::Xml;

const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";
const BUCKET_REGION: &str = "x-amz-bucket-region";

/// A reply with a document.
pub(super) fn document(context: &Context<'_>, root: &str, fill: impl FnOnce(&mut Xml)) -> Reply {
    let body = Xml::document(root, Some(NAMESPACE), fill);
    with_id(context, Reply::xml(StatusCode::OK, body))
}

/// A reply without a body.
pub(super) fn empty(context: &Context<'_>, status: StatusCode) -> Reply {
    with_id(context, Reply::empty(status))
}

fn with_id(context: &Context<'_>, reply: Reply) -> Reply {
    reply.with_header("x-amz-request-id", context.request_id)
}

pub(super) fn not_found(code: &'static str, text: String) -> Refusal {
    Refusal::service(StatusCode::NOT_FOUND, code, text)
}

pub(super) fn conflict(code: &'static str, text: String) -> Refusal {
    Refusal::service(StatusCode::CONFLICT, code, text)
}

pub(super) fn denied() -> Refusal {
    let text = texts::ACCESS_DENIED.plain();
    Refusal::service(StatusCode::FORBIDDEN, "AccessDenied", text)
}

/// Why a bucket is not answered for: S3 writes more in these errors than in others.
pub(super) enum Unreached {
    Refused(Refusal),
    /// The bucket is in another Region, as this reply says.
    Elsewhere(Box<Reply>),
}

impl Unreached {
    /// What an operation answers.
    pub(super) fn answer(self) -> Result<Reply, Refusal> {
        match self {
            Self::Refused(refusal) => Err(refusal),
            Self::Elsewhere(reply) => Ok(*reply),
        }
    }
}

/// The bucket that the call names, if it is the caller's and the call came to its Region.
pub(super) fn bucket<'a>(context: &'a Context<'_>) -> Result<&'a Bucket, Unreached> {
    let bucket = existing(context).map_err(Unreached::Refused)?;
    if bucket.region != context.call.region {
        return Err(Unreached::Elsewhere(Box::new(redirect(context, bucket))));
    }
    check_owner(context, bucket).map_err(Unreached::Refused)?;
    Ok(bucket)
}

/// The bucket that the call names.
pub(super) fn existing<'a>(context: &'a Context<'_>) -> Result<&'a Bucket, Refusal> {
    let name = context.call.text("Bucket").unwrap_or_default();
    let bucket = context.world.buckets.find(name);
    bucket.ok_or_else(|| not_found("NoSuchBucket", texts::NO_SUCH_BUCKET.plain()))
}

/// Is the bucket the caller's, and whose the call expects it to be?
pub(super) fn check_owner(context: &Context<'_>, bucket: &Bucket) -> Result<(), Refusal> {
    let expected = context.call.text("ExpectedBucketOwner");
    let is_own = bucket.owner == context.world.identity.account();
    if is_own && expected.is_none_or(|owner| owner == bucket.owner) {
        return Ok(());
    }
    Err(denied())
}

/// The call came to a Region that the bucket is not in.
fn redirect(context: &Context<'_>, bucket: &Bucket) -> Reply {
    error(context, StatusCode::MOVED_PERMANENTLY, bucket, |xml| {
        xml.text("Code", "PermanentRedirect");
        xml.text("Message", &texts::REDIRECT.plain());
        let endpoint = format!("{}.s3.{}.amazonaws.com", bucket.name, bucket.region);
        xml.text("Endpoint", &endpoint);
        xml.text("Bucket", &bucket.name);
    })
}

/// The call was signed for a Region that the bucket is not in.
pub(super) fn wrong_region(context: &Context<'_>, bucket: &Bucket) -> Reply {
    let text = texts::WRONG_REGION.with(&[&context.call.region, &bucket.region]);
    error(context, StatusCode::BAD_REQUEST, bucket, |xml| {
        xml.text("Code", "AuthorizationHeaderMalformed");
        xml.text("Message", &text);
        xml.text("Region", &bucket.region);
    })
}

fn error(
    context: &Context<'_>,
    status: StatusCode,
    bucket: &Bucket,
    fill: impl FnOnce(&mut Xml),
) -> Reply {
    let body = Xml::document("Error", None, |xml| {
        fill(xml);
        xml.text("RequestId", context.request_id);
    });
    with_region(with_id(context, Reply::xml(status, body)), bucket)
}

/// Says where a bucket is.
pub(super) fn with_region(reply: Reply, bucket: &Bucket) -> Reply {
    reply.with_header(BUCKET_REGION, &bucket.region)
}
