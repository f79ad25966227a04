//! OpenSearch Service's control plane: the API of OpenSearch under `/2021-01-01`, the older one of
//! Elasticsearch under `/2015-01-01`.

use serde_json::{Map, Value};

use super::{Route, Target, decoded};

pub(super) fn route(target: Target<'_>) -> Option<Route> {
    let path = target.path.strip_prefix('/')?;
    let path = path.strip_suffix('/').unwrap_or(path);
    let mut segments = path.split('/');
    let (version, rest): (&str, Vec<&str>) = (segments.next()?, segments.collect());
    let family = match version {
        "2021-01-01" => "opensearch",
        "2015-01-01" => "es",
        _ => return None,
    };
    let is_new = family == "opensearch";
    let choose = |new, old| if is_new { new } else { old };
    let mut members = Map::new();
    for (name, value) in target.parameters() {
        members.insert(name, Value::from(value));
    }
    let operation = match (target.method.as_str(), rest.as_slice()) {
        ("GET", ["domain"]) => "ListDomainNames",
        ("GET", ["tags"]) => "ListTags",
        ("POST", [named, "domain-info"]) if *named == family => {
            choose("DescribeDomains", "DescribeElasticsearchDomains")
        }
        ("GET", [named, "domain", name, more @ ..]) if *named == family => {
            members.insert("DomainName".to_owned(), Value::from(decoded(name)));
            match more {
                [] => choose("DescribeDomain", "DescribeElasticsearchDomain"),
                ["config"] => choose("DescribeDomainConfig", "DescribeElasticsearchDomainConfig"),
                ["health"] if is_new => "DescribeDomainHealth",
                _ => return None,
            }
        }
        _ => return None,
    };
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
    fn both_apis_have_their_own_names() {
        let domain = json!({ "DomainName": "logs" });
        for (method, path, operation, members) in [
            ("GET", "/2021-01-01/domain", "ListDomainNames", json!({})),
            ("GET", "/2015-01-01/domain", "ListDomainNames", json!({})),
            (
                "POST",
                "/2021-01-01/opensearch/domain-info",
                "DescribeDomains",
                json!({}),
            ),
            (
                "POST",
                "/2015-01-01/es/domain-info",
                "DescribeElasticsearchDomains",
                json!({}),
            ),
            (
                "GET",
                "/2021-01-01/opensearch/domain/logs",
                "DescribeDomain",
                domain.clone(),
            ),
            (
                "GET",
                "/2015-01-01/es/domain/logs/config",
                "DescribeElasticsearchDomainConfig",
                domain.clone(),
            ),
            (
                "GET",
                "/2021-01-01/opensearch/domain/logs/health",
                "DescribeDomainHealth",
                domain,
            ),
        ] {
            assert_eq!(
                asked(method, path, ""),
                Some((operation, members)),
                "{path}"
            );
        }
        assert_eq!(
            asked("GET", "/2021-01-01/tags/", "arn=arn%3Aaws"),
            Some(("ListTags", json!({ "arn": "arn:aws" })))
        );
        for path in [
            "/2021-01-01/es/domain/logs",
            "/2015-01-01/es/domain/logs/health",
            "/2021-01-01/opensearch/domain/logs/nodes",
            "/2020-01-01/domain",
            "/2021-01-01",
        ] {
            assert_eq!(asked("GET", path, ""), None, "{path}");
        }
    }
}
