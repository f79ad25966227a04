//! Data Lifecycle Manager: `/policies`, `/policies/{policyId}` and `/tags/{resourceArn}`.

use serde_json::{Map, Value};

use super::{Route, Target, decoded};

pub(super) fn route(target: Target<'_>) -> Option<Route> {
    if let Some(resource) = target.path.strip_prefix("/tags/") {
        return tags(target, resource);
    }
    let rest = target.path.strip_prefix("/policies")?.trim_end_matches('/');
    let operation = match (target.method.as_str(), rest.is_empty()) {
        ("POST", true) => "CreateLifecyclePolicy",
        ("GET", true) => "GetLifecyclePolicies",
        ("GET", false) => "GetLifecyclePolicy",
        ("PATCH", false) => "UpdateLifecyclePolicy",
        ("DELETE", false) => "DeleteLifecyclePolicy",
        _ => return None,
    };
    let mut members = lists(target);
    if !rest.is_empty() {
        let id = rest.strip_prefix('/').filter(|id| !id.contains('/'))?;
        members.insert("PolicyId".to_owned(), Value::from(decoded(id)));
    }
    Some(Route { operation, members })
}

fn tags(target: Target<'_>, resource: &str) -> Option<Route> {
    let operation = match target.method.as_str() {
        "GET" => "ListTagsForResource",
        "POST" => "TagResource",
        "DELETE" => "UntagResource",
        _ => return None,
    };
    let mut members = lists(target);
    members.insert("ResourceArn".to_owned(), Value::from(decoded(resource)));
    Some(Route { operation, members })
}

/// The fields of a query, each a list of its values.
fn lists(target: Target<'_>) -> Map<String, Value> {
    let mut members = Map::new();
    for (name, value) in target.parameters() {
        let list = members
            .entry(name)
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(values) = list {
            values.push(Value::from(value));
        }
    }
    members
}

#[cfg(test)]
mod tests {
    use hyper::Method;
    use serde_json::json;

    use super::*;

    fn route(method: &Method, path: &str, query: &str) -> Option<(&'static str, Value)> {
        let route = super::route(Target {
            method,
            path,
            query,
        })?;
        Some((route.operation, Value::Object(route.members)))
    }

    #[test]
    fn paths_are_operations() {
        let query = "policyIds=policy-1&policyIds=policy-2&state=ENABLED";
        assert_eq!(
            route(&Method::GET, "/policies", query),
            Some((
                "GetLifecyclePolicies",
                json!({ "policyIds": ["policy-1", "policy-2"], "state": ["ENABLED"] })
            ))
        );
        for path in ["/policies/policy-1", "/policies/policy-1/"] {
            assert_eq!(
                route(&Method::DELETE, path, ""),
                Some(("DeleteLifecyclePolicy", json!({ "PolicyId": "policy-1" })))
            );
        }
        let path = "/tags/arn%3Aaws%3Adlm%3Aus-east-1%3A123456789012%3Apolicy%2Fpolicy-1";
        assert_eq!(
            route(&Method::DELETE, path, "tagKeys=a&tagKeys=b"),
            Some((
                "UntagResource",
                json!({
                    "tagKeys": ["a", "b"],
                    "ResourceArn": "arn:aws:dlm:us-east-1:123456789012:policy/policy-1",
                })
            ))
        );
        assert_eq!(route(&Method::PUT, path, ""), None);
        assert_eq!(route(&Method::PUT, "/policies", ""), None);
        assert_eq!(route(&Method::GET, "/policies/a/b", ""), None);
        assert_eq!(route(&Method::GET, "/other", ""), None);
    }
}
