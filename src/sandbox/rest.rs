//! Which operation of a REST service a method and a path ask for.
//!
//! Invariants: a path of another form asks for no operation. What the path and the query say
//! become members beside the body's, under the names that the API models give them.

use hyper::Method;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// An operation and the members that are not in the body.
pub(crate) struct Route {
    pub(crate) operation: &'static str,
    pub(crate) members: Map<String, Value>,
}

/// Data Lifecycle Manager: `/policies` and `/policies/{policyId}`.
pub(crate) fn lifecycle_manager(method: &Method, path: &str, query: &str) -> Option<Route> {
    let rest = path.strip_prefix("/policies")?.trim_end_matches('/');
    let operation = match (method.as_str(), rest.is_empty()) {
        ("POST", true) => "CreateLifecyclePolicy",
        ("GET", true) => "GetLifecyclePolicies",
        ("GET", false) => "GetLifecyclePolicy",
        ("PATCH", false) => "UpdateLifecyclePolicy",
        ("DELETE", false) => "DeleteLifecyclePolicy",
        _ => return None,
    };
    let mut members = lists(query);
    if !rest.is_empty() {
        let id = rest.strip_prefix('/').filter(|id| !id.contains('/'))?;
        let id = percent_decode_str(id).decode_utf8_lossy();
        members.insert("PolicyId".to_owned(), Value::from(id));
    }
    Some(Route { operation, members })
}

/// The fields of a query, each a list of its values.
fn lists(query: &str) -> Map<String, Value> {
    let mut members = Map::new();
    let fields = form_urlencoded::parse(query.as_bytes());
    for (name, value) in fields.filter(|(name, _)| !name.starts_with("X-Amz-")) {
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
    use serde_json::json;

    use super::*;

    fn route(method: &Method, path: &str, query: &str) -> Option<(&'static str, Value)> {
        let route = lifecycle_manager(method, path, query)?;
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
        assert_eq!(route(&Method::PUT, "/policies", ""), None);
        assert_eq!(route(&Method::GET, "/policies/a/b", ""), None);
        assert_eq!(route(&Method::GET, "/other", ""), None);
    }
}
