//! S3, path-style: `/`, `/{Bucket}` and its subresources, which the query names.

use serde_json::{Map, Value};

use super::{Route, Target, decoded};

/// Operations on a bucket by method and subresource; none for the bucket itself.
const ON_BUCKETS: [(&str, Option<&str>, &str); 8] = [
    ("HEAD", None, "HeadBucket"),
    ("PUT", None, "CreateBucket"),
    ("GET", Some("location"), "GetBucketLocation"),
    ("GET", Some("policy"), "GetBucketPolicy"),
    ("GET", Some("lifecycle"), "GetBucketLifecycleConfiguration"),
    ("PUT", Some("lifecycle"), "PutBucketLifecycleConfiguration"),
    ("DELETE", Some("lifecycle"), "DeleteBucketLifecycle"),
    ("GET", Some("list-type"), "ListObjectsV2"),
];
/// What a query may hold besides a subresource. Another name asks for what is not simulated.
const PARAMETERS: [&str; 11] = [
    "bucket-region",
    "continuation-token",
    "delimiter",
    "encoding-type",
    "fetch-owner",
    "max-buckets",
    "max-keys",
    "prefix",
    "start-after",
    "x-id",
    "list-type",
];

pub(super) fn route(target: Target<'_>) -> Option<Route> {
    let mut members = Map::new();
    let mut subresource = None;
    for (name, value) in target.parameters() {
        if !PARAMETERS.contains(&name.as_str()) || (name == "list-type" && value == "2") {
            if subresource.replace(name).is_some() {
                return None;
            }
        } else if name != "x-id" {
            members.insert(name, Value::from(value));
        }
    }
    let bucket = target.path.strip_prefix('/')?.trim_end_matches('/');
    if bucket.is_empty() {
        let lists = target.method == "GET" && subresource.is_none();
        return lists.then_some(Route {
            operation: "ListBuckets",
            members,
        });
    }
    if bucket.contains('/') {
        return None;
    }
    let (_, _, operation) = ON_BUCKETS.iter().find(|(method, wanted, _)| {
        target.method == *method && *wanted == subresource.as_deref()
    })?;
    members.insert("Bucket".to_owned(), Value::from(decoded(bucket)));
    Some(Route { operation, members })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(method: &str, path: &str, query: &str) -> Option<(&'static str, Value)> {
        let route = route(Target {
            method: &method.parse().unwrap(),
            path,
            query,
        })?;
        Some((route.operation, Value::Object(route.members)))
    }

    #[test]
    fn subresources_are_operations() {
        let bucket = json!({ "Bucket": "b" });
        for (method, query, operation) in [
            ("HEAD", "", "HeadBucket"),
            ("PUT", "", "CreateBucket"),
            ("GET", "location", "GetBucketLocation"),
            ("PUT", "lifecycle=", "PutBucketLifecycleConfiguration"),
        ] {
            let expected = Some((operation, bucket.clone()));
            assert_eq!(asked(method, "/b", query), expected, "{method} {query}");
        }
        assert_eq!(
            asked("GET", "/b/", "list-type=2&prefix=a%2F&x-id=ListObjectsV2"),
            Some(("ListObjectsV2", json!({ "prefix": "a/", "Bucket": "b" })))
        );
        assert_eq!(
            asked("GET", "/", "max-buckets=5"),
            Some(("ListBuckets", json!({ "max-buckets": "5" })))
        );
    }

    #[test]
    fn what_is_not_simulated_has_no_route() {
        for (method, path, query) in [
            ("GET", "/b", ""),
            ("GET", "/b", "acl"),
            ("GET", "/b", "location&lifecycle"),
            ("GET", "/b/key", ""),
            ("DELETE", "/b", ""),
            ("POST", "/", ""),
        ] {
            assert_eq!(asked(method, path, query), None, "{method} {path} {query}");
        }
    }
}
