//! What AWS asks and blocks in front of the engine.

use hyper::Method;
use serde_json::{Value, json};

use super::{Bench, ROLE, kind};

#[test]
fn a_registration_climbs_the_ladder() {
    let mut bench = Bench::new();
    let settings = |role: Option<&str>| {
        let mut settings = json!({ "bucket": "backups", "region": "us-east-1", "base_path": "x" });
        if let Some(role) = role {
            settings["role_arn"] = json!(role);
        }
        json!({ "type": "s3", "settings": settings })
    };
    let put = |bench: &mut Bench, name: &str, body: &Value| {
        let target = format!("/_snapshot/{name}");
        let reply = bench.send("new", Method::PUT, &target, &body.to_string());
        reply.map_err(|refusal| (refusal.status.as_u16(), refusal.message))
    };
    let kept = settings(Some("arn:aws:iam::123456789012:role/Kept"));
    let refused = put(&mut bench, "a", &kept).unwrap_err();
    let text = "User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: \
                iam:PassRole on resource: arn:aws:iam::123456789012:role/Kept";
    assert_eq!(refused, (403, text.to_owned()));
    let refused = put(&mut bench, "a", &settings(None)).unwrap_err();
    let text = "settings.role_arn is needed for snapshot registration.";
    assert_eq!(refused, (401, text.to_owned()));
    let reserved = put(&mut bench, "cs-mine", &settings(Some(ROLE))).unwrap_err();
    assert_eq!(reserved.0, 401);
    let nobody = settings(Some("arn:aws:iam::123456789012:role/Nobody"));
    let untrusted = bench.error("new", "PUT /_snapshot/a", &nobody);
    assert_eq!(
        untrusted,
        (500, kind("a_w_s_security_token_service_exception"))
    );
    assert_eq!(bench.error("new", "GET /_snapshot/a", &Value::Null).0, 404);
    // What S3 refuses is registered all the same.
    let powerless = settings(Some("arn:aws:iam::123456789012:role/Nothing"));
    let denied = bench.error("new", "PUT /_snapshot/a", &powerless);
    assert_eq!(denied, (500, kind("repository_verification_exception")));
    assert_eq!(bench.error("new", "GET /_snapshot/a", &Value::Null).0, 200);
    let (status, body) = bench.ask("new", "PUT /_snapshot/a", &settings(Some(ROLE)));
    assert_eq!((status, body), (200, json!({ "acknowledged": true })));
}

#[test]
fn what_came_with_a_later_engine_is_not_known_to_an_earlier() {
    let mut bench = Bench::new();
    for (domain, timeout, keys, manager) in [
        ("new", 200, [true, true, false], "cluster_manager"),
        ("other", 400, [false; 3], "master"),
        ("old", 400, [false; 3], "master"),
    ] {
        let target = "GET /_snapshot?cluster_manager_timeout=30s";
        let (status, body) = bench.ask(domain, target, &Value::Null);
        assert_eq!(status, timeout, "{domain}: {body}");
        if status == 400 {
            let text = "request [/_snapshot] contains unrecognized parameter: \
                        [cluster_manager_timeout] -> did you mean [master_timeout]?";
            assert_eq!(body["error"]["reason"], text);
        }
        let later = "GET /_snapshot?master_timeout=30s";
        assert_eq!(bench.ask(domain, later, &Value::Null).0, 200, "{domain}");

        let known = [
            "storage_type",
            "source_remote_store_repository",
            "rename_alias_pattern",
        ];
        for (key, is_known) in known.into_iter().zip(keys) {
            let repository = if domain == "other" { "same" } else { "r" };
            let restore = format!("POST /_snapshot/{repository}/none/_restore");
            let reason = bench.reason(domain, &restore, &json!({ key: "local" }));
            let refused = reason == format!("Unknown parameter {key}");
            assert_eq!(refused, !is_known, "{domain} {key}: {reason}");
        }

        let nodes = bench.get(domain, "/_cat/nodes?format=json");
        let names: Vec<&String> = nodes[0].as_object().unwrap().keys().collect();
        let managers = names.iter().filter(|name| **name == manager).count();
        let has_roles = names.iter().any(|name| *name == "node.roles");
        assert_eq!((managers, has_roles), (1, domain == "new"), "{names:?}");
        let asked = bench.get(domain, "/_cat/nodes?format=json&h=name,m");
        assert_eq!(asked[0]["m"], "*");
    }
}

#[test]
fn fine_grained_access_control_has_its_own_rules() {
    let mut bench = Bench::new();
    let restore = "POST /_snapshot/r/s/_restore";
    let everything = bench.reason("guarded", restore, &Value::Null);
    assert!(
        everything.starts_with("no permissions for [] and User [name=arn:aws:iam::"),
        "{everything}"
    );
    let state = json!({ "indices": "data", "include_global_state": true });
    assert_eq!(
        bench.error("guarded", restore, &state),
        (403, kind("security_exception"))
    );
    let beside = json!({ "indices": "data", "rename_pattern": "a$", "rename_replacement": "a2" });
    assert_eq!(bench.ask("guarded", restore, &beside).0, 200);
    let delete = bench.reason("guarded", "DELETE /data", &Value::Null);
    assert!(
        delete.starts_with("no permissions for [indices:admin/delete]"),
        "{delete}"
    );
}

#[test]
fn the_front_end_blocks_what_aws_does_not_let_through() {
    let mut bench = Bench::new();
    for (domain, method, target) in [
        ("new", Method::GET, "/_xpack"),
        ("new", Method::PUT, "/_cluster/settings"),
        ("old", Method::POST, "/tickets/_close"),
    ] {
        let refused = bench.send(domain, method, target, "").unwrap_err();
        assert_eq!(refused.status.as_u16(), 401, "{target}");
    }
    let closed = bench.ask("new", "POST /logs-1/_close", &Value::Null);
    assert_eq!(closed.0, 200);
}

#[test]
fn a_repository_of_the_scenario_works_without_a_role() {
    let mut bench = Bench::new();
    let (status, body) = bench.ask("new", "POST /_snapshot/r/_verify", &Value::Null);
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["nodes"].as_object().map(serde_json::Map::len), Some(2));
}

#[test]
fn each_engine_names_its_own_classes() {
    let mut bench = Bench::new();
    for (domain, package) in [("new", "(org.opensearch."), ("old", "(org.elasticsearch.")] {
        for body in ["{", "{x"] {
            let reply = bench.send(domain, Method::PUT, "/_snapshot/r/s", body);
            let reply = String::from_utf8(reply.unwrap().body).unwrap();
            assert!(reply.contains(package), "{reply}");
        }
    }
}

#[test]
fn the_state_shows_what_repositories_and_policies_are() {
    let mut bench = Bench::new();
    let policy = json!({
        "creation": { "schedule": { "cron": { "expression": "0 2 * * *", "timezone": "UTC" } } },
        "snapshot_config": { "repository": "r" },
    });
    let (status, body) = bench.ask("new", "POST /_plugins/_sm/policies/daily", &policy);
    assert_eq!(status, 201, "{body}");
    let state = bench.world.to_json(bench.now);
    let domains = state["domains"].as_array().unwrap();
    let new = domains
        .iter()
        .find(|domain| domain["name"] == "new")
        .unwrap();
    let repositories = new["repositories"].as_array().unwrap();
    let own = repositories.iter().find(|one| one["name"] == "r").unwrap();
    assert_eq!(
        (&own["type"], &own["snapshot_names"]),
        (&json!("s3"), &json!(["half"]))
    );
    assert_eq!(own["settings"]["base_path"], "new");
    let policies = &new["policies"][0];
    assert_eq!(
        (&policies["name"], &policies["repository"]),
        (&json!("daily"), &json!("r"))
    );
}

#[test]
fn nodes_that_only_manage_count_too() {
    let scenario = r#"
        [[domain]]
        name = "big"
        engine = "OpenSearch_2.11"
        nodes = 2
        manager_nodes = 3
    "#;
    let mut bench = Bench::of(scenario);
    let health = bench.get("big", "/_cluster/health");
    assert_eq!(health["number_of_nodes"], 5);
    assert_eq!(health["number_of_data_nodes"], 2);
    let row = bench.get("big", "/_cat/health?format=json");
    assert_eq!(
        (&row[0]["node.total"], &row[0]["node.data"]),
        (&json!("5"), &json!("2"))
    );
}
