//! Buckets: found, made and listed.

use hyper::StatusCode;
use jiff::Timestamp;

use super::bucket::{Bucket, is_bucket_name};
use super::reply::{self, conflict, not_found};
use crate::sandbox::paging::Shape;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::Context;
use crate::sandbox::texts::s3 as texts;

/// The Region of buckets that name none.
const CLASSIC: &str = "us-east-1";
/// How many a list has, unless the request says, and at most.
const MOST_LISTED: usize = 10_000;

pub(super) fn time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}

/// A parameter that is a number.
pub(super) fn number(context: &Context<'_>, name: &str, most: usize) -> Result<usize, Refusal> {
    let Some(text) = context.call.text(name) else {
        return Ok(most);
    };
    let number: usize = text
        .parse()
        .map_err(|_| Refusal::client("InvalidArgument", texts::NOT_A_NUMBER.with(&[name])))?;
    Ok(number.min(most))
}

/// Where a list goes on.
pub(super) fn first(context: &Context<'_>, shape: &Shape) -> Result<usize, Refusal> {
    let Some(token) = context.call.text("continuation-token") else {
        return Ok(0);
    };
    shape.offset(token).ok_or_else(|| {
        let text = texts::INVALID_TOKEN.plain();
        Refusal::client("InvalidArgument", text)
    })
}

pub(super) fn list(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let context: &Context<'_> = context;
    let account = context.world.identity.account();
    let prefix = context.call.text("prefix");
    let region = context.call.text("bucket-region");
    let most = number(context, "max-buckets", MOST_LISTED)?;
    let filters = [prefix, region].map(Option::unwrap_or_default);
    let shape = Shape::new(&["ListBuckets", filters[0], filters[1]]);
    let first = first(context, &shape)?;
    let wanted: Vec<&Bucket> = context
        .world
        .buckets
        .all()
        .filter(|bucket| bucket.owner == account)
        .filter(|bucket| bucket.name.starts_with(filters[0]))
        .filter(|bucket| region.is_none_or(|region| bucket.region == region))
        .skip(first)
        .collect();
    let next = (wanted.len() > most).then(|| shape.token(first + most));
    Ok(reply::document(context, "ListAllMyBucketsResult", |xml| {
        xml.element("Owner", |xml| xml.text("ID", &canonical_id(account)));
        xml.element("Buckets", |xml| {
            for bucket in wanted.iter().take(most) {
                xml.element("Bucket", |xml| {
                    xml.text("Name", &bucket.name);
                    xml.text("CreationDate", &time(bucket.created));
                    xml.text("BucketRegion", &bucket.region);
                    xml.text("BucketArn", &bucket.arn());
                });
            }
        });
        xml.optional("ContinuationToken", next.as_deref());
        xml.optional("Prefix", prefix);
    }))
}

/// How S3 calls an account: 64 hexadecimal digits.
fn canonical_id(account: &str) -> String {
    format!("{account:0>64}")
}

pub(super) fn create(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let name = context.call.text("Bucket").unwrap_or_default();
    if !is_bucket_name(name) {
        let text = texts::INVALID_BUCKET_NAME.plain();
        return Err(Refusal::client("InvalidBucketName", text));
    }
    let region = location_constraint(context)?;
    let account = context.world.identity.account();
    match context.world.buckets.find(name) {
        Some(bucket) if bucket.owner != account => {
            let text = texts::BUCKET_TAKEN.plain();
            return Err(conflict("BucketAlreadyExists", text));
        }
        // There, to make a bucket again is to have it.
        Some(bucket) if bucket.region == CLASSIC && region == CLASSIC => {}
        Some(_) => {
            let text = texts::BUCKET_OWNED.plain();
            return Err(conflict("BucketAlreadyOwnedByYou", text));
        }
        None => {
            let bucket = Bucket::new(name, &region, account, context.now);
            tracing::debug!(bucket = name, region, "bucket made");
            context.world.buckets.add(bucket);
        }
    }
    let reply = reply::empty(context, StatusCode::OK);
    Ok(reply
        .with_header("location", &format!("/{name}"))
        .with_header("x-amz-bucket-arn", &format!("arn:aws:s3:::{name}")))
}

/// The Region that the bucket is to be in: where the call came to, and only from us-east-1 another.
fn location_constraint(context: &Context<'_>) -> Result<String, Refusal> {
    let region = context.call.region.as_str();
    let configuration = context.call.member("CreateBucketConfiguration");
    let wanted = configuration
        .and_then(|configuration| configuration.get("LocationConstraint"))
        .and_then(|constraint| constraint.as_str());
    match wanted {
        None if region == CLASSIC => Ok(CLASSIC.to_owned()),
        Some(CLASSIC | "") => {
            let text = texts::INVALID_LOCATION.plain();
            Err(Refusal::client("InvalidLocationConstraint", text))
        }
        Some("EU") if region == CLASSIC => Ok("eu-west-1".to_owned()),
        Some(wanted) if wanted == region || region == CLASSIC => Ok(wanted.to_owned()),
        wanted => {
            let text = texts::ILLEGAL_LOCATION.with(&[wanted.unwrap_or("unspecified")]);
            Err(Refusal::client("IllegalLocationConstraintException", text))
        }
    }
}

pub(super) fn head(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let bucket = match reply::bucket(context) {
        Ok(bucket) => bucket,
        Err(unreached) => return unreached.answer(),
    };
    let reply = reply::empty(context, StatusCode::OK);
    let reply = reply.with_header("x-amz-bucket-arn", &bucket.arn());
    Ok(reply::with_region(reply, bucket))
}

/// Answered from us-east-1 for every bucket, elsewhere only for the Region's own.
pub(super) fn location(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let bucket = reply::existing(context)?;
    let region = context.call.region.as_str();
    if region != CLASSIC && region != bucket.region {
        return Ok(reply::wrong_region(context, bucket));
    }
    reply::check_owner(context, bucket)?;
    let constraint = Some(bucket.region.as_str()).filter(|region| *region != CLASSIC);
    Ok(reply::document(context, "LocationConstraint", |xml| {
        xml.content(constraint.unwrap_or_default());
    }))
}

pub(super) fn policy(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    match reply::bucket(context) {
        Ok(_) => Err(not_found("NoSuchBucketPolicy", texts::NO_POLICY.plain())),
        Err(unreached) => unreached.answer(),
    }
}
