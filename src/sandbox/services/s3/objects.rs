//! What is in a bucket.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::buckets::{first, number, time};
use super::reply;
use crate::sandbox::paging::Shape;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::Context;
use crate::sandbox::texts::s3 as texts;

const MOST_KEYS: usize = 1000;
/// What `encoding-type=url` leaves as it is.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'*')
    .remove(b'/');

/// An element of a listing.
enum Listed<'a> {
    Object(&'a str, &'a super::bucket::Object),
    /// Everything up to the delimiter.
    Common(&'a str),
}

pub(super) fn list(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let context: &Context<'_> = context;
    let bucket = match reply::bucket(context) {
        Ok(bucket) => bucket,
        Err(unreached) => return unreached.answer(),
    };
    let parameter = |name| context.call.text(name).unwrap_or_default();
    let (prefix, delimiter) = (parameter("prefix"), parameter("delimiter"));
    let start_after = parameter("start-after");
    let most = number(context, "max-keys", MOST_KEYS)?;
    let encode: fn(&str) -> String = match context.call.text("encoding-type") {
        None => str::to_owned,
        Some("url") => |text| utf8_percent_encode(text, UNRESERVED).to_string(),
        Some(_) => {
            let text = texts::INVALID_ENCODING.plain();
            return Err(Refusal::client("InvalidArgument", text));
        }
    };
    let shape = Shape::new(&[
        "ListObjectsV2",
        &bucket.name,
        prefix,
        delimiter,
        start_after,
    ]);
    let first = first(context, &shape)?;
    let mut listed: Vec<Listed<'_>> = Vec::new();
    for (key, object) in bucket.objects(prefix).filter(|(key, _)| *key > start_after) {
        let rest = key.get(prefix.len()..).unwrap_or_default();
        match rest.find(delimiter).filter(|_| !delimiter.is_empty()) {
            None => listed.push(Listed::Object(key, object)),
            Some(at) => {
                let common = &key[..prefix.len() + at + delimiter.len()];
                if !matches!(listed.last(), Some(Listed::Common(last)) if *last == common) {
                    listed.push(Listed::Common(common));
                }
            }
        }
    }
    let shown: Vec<&Listed<'_>> = listed.iter().skip(first).take(most).collect();
    let is_truncated = listed.len() > first + shown.len();
    let next = is_truncated.then(|| shape.token(first + shown.len()));
    Ok(reply::document(context, "ListBucketResult", |xml| {
        xml.text("Name", &bucket.name);
        xml.text("Prefix", &encode(prefix));
        xml.optional("ContinuationToken", context.call.text("continuation-token"));
        xml.optional("NextContinuationToken", next.as_deref());
        xml.optional(
            "StartAfter",
            context.call.text("start-after").map(encode).as_deref(),
        );
        xml.value("KeyCount", shown.len());
        xml.value("MaxKeys", most);
        xml.optional(
            "Delimiter",
            context.call.text("delimiter").map(encode).as_deref(),
        );
        xml.optional("EncodingType", context.call.text("encoding-type"));
        xml.value("IsTruncated", is_truncated);
        for listed in &shown {
            match listed {
                Listed::Object(key, object) => xml.element("Contents", |xml| {
                    xml.text("Key", &encode(key));
                    xml.text("LastModified", &time(object.modified));
                    xml.text("ETag", &etag(key, object.size));
                    xml.value("Size", object.size);
                    xml.text("StorageClass", "STANDARD");
                }),
                Listed::Common(common) => xml.element("CommonPrefixes", |xml| {
                    xml.text("Prefix", &encode(common));
                }),
            }
        }
    }))
}

/// A tag in the form of an MD5: contents are not kept, so it stands for key and size.
fn etag(key: &str, size: u64) -> String {
    use sha2::{Digest as _, Sha256};
    let digest = hex::encode(Sha256::digest(format!("{key}\n{size}")));
    format!("\"{}\"", digest.get(..32).unwrap_or_default())
}
