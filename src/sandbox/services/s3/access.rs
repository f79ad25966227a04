//! What S3 answers a service that has assumed a role.
//!
//! Invariants: the checks come in S3's order: existence, permission, Region.

use super::bucket::{Bucket, Buckets};
use crate::sandbox::services::iam::Session;

/// What is to be done with a bucket's objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    List,
    Read,
    Write,
    Delete,
}

/// Why S3 refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotReached {
    /// 404 `NoSuchBucket`.
    NoSuchBucket,
    /// 403 `AccessDenied`: the role may not do this, or the bucket is another account's.
    Denied,
    /// 301 `PermanentRedirect`: the bucket is in this Region.
    Elsewhere { region: String },
}

/// A place in S3, as a repository names it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) bucket: &'a str,
    /// The key of an object.
    pub(crate) key: &'a str,
    /// Where the client sends its request; none for a client that finds the bucket by itself.
    pub(crate) region: Option<&'a str>,
}

impl Access {
    /// The permission for it, and what it names.
    fn permission(self, bucket: &Bucket, key: &str) -> (&'static str, String) {
        let object = || format!("{}/{key}", bucket.arn());
        match self {
            Self::List => ("s3:ListBucket", bucket.arn()),
            Self::Read => ("s3:GetObject", object()),
            Self::Write => ("s3:PutObject", object()),
            Self::Delete => ("s3:DeleteObject", object()),
        }
    }
}

impl Buckets {
    /// Reaches for an object with an assumed role; the bucket if S3 lets it.
    pub(crate) fn reach(
        &self,
        session: &Session<'_>,
        place: Place<'_>,
        access: Access,
    ) -> Result<&Bucket, NotReached> {
        let bucket = self.find(place.bucket).ok_or(NotReached::NoSuchBucket)?;
        let (action, resource) = access.permission(bucket, place.key);
        if bucket.owner != session.account() || !session.may(action, &resource) {
            return Err(NotReached::Denied);
        }
        match place.region {
            Some(region) if region != bucket.region => Err(NotReached::Elsewhere {
                region: bucket.region.clone(),
            }),
            _ => Ok(bucket),
        }
    }
}
