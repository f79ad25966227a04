//! S3, as far as snapshot repositories need it: buckets, their Regions and lifecycle rules, and
//! what is in them. REST, XML.
//!
//! ```text
//! bucket   the buckets      access  what an assumed role reaches
//! ```

mod access;
mod bucket;

pub(crate) use self::access::{Access, NotReached, Place};
pub(crate) use self::bucket::{Bucket, BucketSeed, Buckets, Object, ObjectSeed, is_bucket_name};
