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
