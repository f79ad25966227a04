//! The engine as a client sees it, request by request.

use hyper::Method;
use hyper::body::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::operation;
use super::work::finished;
use crate::sandbox::call::{Call, Params};
use crate::sandbox::data_plane::{Http, Signer};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::{Reply, Wait};
use crate::sandbox::scenario::Scenario;
use crate::sandbox::service::Service;
use crate::sandbox::services::Context;
use crate::sandbox::world::{CannotFail, World};

const SCENARIO: &str = r#"
[[buckets]]
name = "backups"

[[roles]]
name = "Snapshots"
trusts = "es.amazonaws.com"

[roles.policies]
Bucket = '''{ "Version": "2012-10-17", "Statement": [
    { "Effect": "Allow", "Action": "s3:*", "Resource": "*" }] }'''

[[roles]]
name = "Nothing"
trusts = "es.amazonaws.com"

[[domain]]
name = "new"
engine = "OpenSearch_2.11"
nodes = 2
automated = false

[[domain.repository]]
name = "r"
bucket = "backups"
base_path = "new"

[[domain.index]]
name = "orders"
shards = 2
size = "2GiB"
docs = 1000
aliases = ["shop"]

[[domain.index]]
name = "logs-1"
size = "100MiB"
docs = 500

[[domain.snapshot]]
repository = "r"
name = "half"
state = "PARTIAL"
age = "1d"
indices = ["orders", "logs-1"]
failed_shards = ["orders/1"]

[[domain]]
name = "other"
engine = "OpenSearch_1.3"
automated = false

[[domain.repository]]
name = "same"
bucket = "backups"
base_path = "new"

[[domain]]
name = "old"
engine = "Elasticsearch_6.8"
automated = false

[[domain.repository]]
name = "r"
bucket = "backups"
base_path = "old"

[[domain.index]]
name = "tickets"
size = "1GiB"
docs = 10

[[domain]]
name = "red"
engine = "Elasticsearch_7.8"
automated = false

[[domain.repository]]
name = "r"
bucket = "backups"
base_path = "red"

[[domain.index]]
name = "broken"
shards = 2
size = "1GiB"
unassigned = ["1"]

[[domain]]
name = "guarded"
engine = "OpenSearch_2.11"
fine_grained = true
mapped_to = "manage_snapshots"
automated = false

[[domain.repository]]
name = "r"
bucket = "backups"
base_path = "guarded"

[[domain.index]]
name = "data"

[[domain.snapshot]]
repository = "r"
name = "s"
age = "1h"
"#;
const ROLE: &str = "arn:aws:iam::123456789012:role/Snapshots";

/// A world and the time in it.
struct Bench {
    world: World,
    now: Timestamp,
}

impl Bench {
    fn new() -> Self {
        Self::of(SCENARIO)
    }

    fn of(scenario: &str) -> Self {
        let scenario = Scenario::from_toml(scenario, "test").unwrap();
        let now = "2026-03-04T12:00:00Z".parse().unwrap();
        Self {
            world: World::new(&scenario, now),
            now,
        }
    }

    fn pass(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
        self.world.settle(self.now);
    }

    fn send(
        &mut self,
        domain: &str,
        method: Method,
        target: &str,
        body: &str,
    ) -> Result<Reply, Refusal> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let call = Call {
            service: Service::Domain,
            region: "us-east-1".to_owned(),
            action: format!("{method} {path}"),
            params: Params::Http(Http {
                domain: domain.to_owned(),
                method,
                path: path.to_owned(),
                query: form_urlencoded::parse(query.as_bytes())
                    .map(|(name, value)| (name.into_owned(), value.into_owned()))
                    .collect(),
                content_type: Some("application/json".to_owned()),
                body: Bytes::copy_from_slice(body.as_bytes()),
                signer: Signer::Caller,
            }),
        };
        let mut context = Context {
            world: &mut self.world,
            call: &call,
            now: self.now,
            request_id: "r",
        };
        (operation().answer)(&mut context)
    }

    /// Status and body of the engine's answer.
    fn ask(&mut self, domain: &str, request: &str, body: &Value) -> (u16, Value) {
        let (method, target) = request.split_once(' ').unwrap();
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let reply = self
            .send(domain, method.parse().unwrap(), target, &body)
            .unwrap();
        let status = reply.status.as_u16();
        (
            status,
            serde_json::from_slice(&reply.body).unwrap_or_default(),
        )
    }

    fn get(&mut self, domain: &str, target: &str) -> Value {
        let (status, body) = self.ask(domain, &format!("GET {target}"), &Value::Null);
        assert_eq!(status, 200, "{target}: {body}");
        body
    }

    /// Status and type of an error.
    fn error(&mut self, domain: &str, request: &str, body: &Value) -> (u16, String) {
        let (status, body) = self.ask(domain, request, body);
        let kind = body["error"]["type"].as_str().unwrap_or_default();
        (status, kind.to_owned())
    }

    fn reason(&mut self, domain: &str, request: &str, body: &Value) -> String {
        let (_, body) = self.ask(domain, request, body);
        body["error"]["reason"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    fn state(&mut self, domain: &str, snapshot: &str) -> String {
        let shown = self.get(domain, &format!("/_snapshot/r/{snapshot}"));
        shown["snapshots"][0]["state"].as_str().unwrap().to_owned()
    }
}

fn kind(text: &str) -> String {
    text.to_owned()
}

#[test]
fn a_snapshot_goes_from_its_beginning_to_its_end() {
    let mut bench = Bench::new();
    let (status, body) = bench.ask("new", "PUT /_snapshot/r/s1", &Value::Null);
    assert_eq!((status, body), (200, json!({ "accepted": true })));
    assert_eq!(bench.state("new", "s1"), "IN_PROGRESS");
    let again = bench.reason("new", "PUT /_snapshot/r/s1", &Value::Null);
    assert!(
        again.ends_with("snapshot with the same name is already in-progress"),
        "{again}"
    );

    // What is being made cannot be seen by another domain.
    let others = bench.get("other", "/_snapshot/same/_all?verbose=false");
    assert_eq!(others["snapshots"].as_array().unwrap().len(), 1);

    bench.pass(20);
    let status = bench.get("new", "/_snapshot/r/s1/_status");
    let shown = &status["snapshots"][0];
    assert_eq!(shown["state"], "STARTED");
    let (done, all) = (
        shown["stats"]["processed"]["size_in_bytes"]
            .as_u64()
            .unwrap(),
        shown["stats"]["incremental"]["size_in_bytes"]
            .as_u64()
            .unwrap(),
    );
    assert!(0 < done && done < all, "{done} of {all}");
    let running = bench.get("new", "/_snapshot/r/s1");
    assert_eq!(
        running["snapshots"][0]["end_time"],
        "1970-01-01T00:00:00.000Z"
    );
    assert_eq!(running["snapshots"][0]["shards"]["total"], 0);

    // The shards are done a little before the snapshot is.
    let mut gap = false;
    while bench.state("new", "s1") == "IN_PROGRESS" {
        let status = bench.get("new", "/_snapshot/r/s1/_status");
        gap |= status["snapshots"][0]["state"] == "SUCCESS";
        bench.pass(1);
    }
    assert!(gap);
    assert_eq!(bench.state("new", "s1"), "SUCCESS");
    let others = bench.get("other", "/_snapshot/same/_all?verbose=false");
    assert_eq!(others["snapshots"].as_array().unwrap().len(), 2);

    // What is there already need not be copied again.
    bench.ask("new", "PUT /_snapshot/r/s2", &Value::Null);
    bench.pass(120);
    let status = bench.get("new", "/_snapshot/r/s2/_status");
    let again = status["snapshots"][0]["stats"]["incremental"]["size_in_bytes"]
        .as_u64()
        .unwrap();
    assert!(again < all / 2, "{again} of {all}");
}

#[test]
fn waiting_ends_with_the_work_or_with_the_patience_of_the_front_end() {
    let mut bench = Bench::new();
    let target = "/_snapshot/r/s1?wait_for_completion=true";
    let reply = bench.send("new", Method::PUT, target, "").unwrap();
    let Wait { work, gives_up } = reply.wait.unwrap();
    assert_eq!(gives_up, bench.now + SignedDuration::from_secs(60));
    assert!(finished(&bench.world, &work, bench.now).is_none());
    bench.pass(100);
    let reply = finished(&bench.world, &work, bench.now).unwrap();
    let body: Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(body["snapshot"]["state"], "SUCCESS");
    assert_eq!(body["snapshot"]["shards"]["total"], 3);
}

#[test]
fn old_engines_make_one_snapshot_at_a_time_and_new_ones_many() {
    let mut bench = Bench::new();
    bench.ask("old", "PUT /_snapshot/r/a", &Value::Null);
    let second = bench.error("old", "PUT /_snapshot/r/b", &Value::Null);
    assert_eq!(
        second,
        (503, kind("concurrent_snapshot_execution_exception"))
    );
    let reason = bench.reason("old", "PUT /_snapshot/r/b", &Value::Null);
    assert_eq!(reason, "[r:b]  a snapshot is already running");
    let running = bench.get("old", "/_snapshot/r/a");
    let running = &running["snapshots"][0];
    assert!(running["duration_in_millis"].as_i64().unwrap() < 0);
    assert_eq!(running.get("data_streams"), None);
    let several = bench.error("old", "DELETE /_snapshot/r/a,b", &Value::Null);
    assert_eq!(several, (404, kind("snapshot_missing_exception")));

    for name in ["a", "b"] {
        let (status, _) = bench.ask("new", &format!("PUT /_snapshot/r/{name}"), &Value::Null);
        assert_eq!(status, 200);
    }
    let running = bench.get("new", "/_snapshot/r/_current");
    assert_eq!(running["snapshots"].as_array().unwrap().len(), 2);
    // Deleting one that is being made aborts it.
    let (status, _) = bench.ask("new", "DELETE /_snapshot/r/a", &Value::Null);
    assert_eq!(status, 200);
    let gone = bench.error("new", "GET /_snapshot/r/a", &Value::Null);
    assert_eq!(gone, (404, kind("snapshot_missing_exception")));
    // Deleting another waits for it.
    let reply = bench
        .send("new", Method::DELETE, "/_snapshot/r/half", "")
        .unwrap();
    assert!(reply.wait.is_some());
    bench.pass(200);
    let gone = bench.error("new", "GET /_snapshot/r/half", &Value::Null);
    assert_eq!(gone.0, 404);
}

#[test]
fn a_missing_primary_is_recorded_by_old_engines_and_refused_by_new_ones() {
    let mut bench = Bench::new();
    let (status, _) = bench.ask("red", "PUT /_snapshot/r/s", &Value::Null);
    assert_eq!(status, 200);
    let shown = bench.get("red", "/_snapshot/r/s");
    let shown = &shown["snapshots"][0];
    assert_eq!(shown["state"], "FAILED");
    assert_eq!(
        shown["reason"],
        "Indices don't have primary shards [broken]"
    );
    let restored = bench.error("red", "POST /_snapshot/r/s/_restore", &Value::Null);
    assert_eq!(restored, (500, kind("snapshot_restore_exception")));
    bench.ask("red", "PUT /_snapshot/r/p", &json!({ "partial": true }));
    bench.pass(100);
    assert_eq!(bench.state("red", "p"), "PARTIAL");
    // The status of a partial one says otherwise.
    let status = bench.get("red", "/_snapshot/r/p/_status");
    let shown = &status["snapshots"][0];
    assert_eq!(shown["state"], "SUCCESS");
    assert_eq!(shown["shards_stats"]["failed"], 1);

    let settings = json!({ "settings": { "index.routing.allocation.require._name": "nobody" } });
    bench.ask("new", "PUT /lost", &settings);
    let refused = bench.error("new", "PUT /_snapshot/r/s", &Value::Null);
    assert_eq!(refused, (500, kind("snapshot_exception")));
    assert_eq!(
        bench.error("new", "GET /_snapshot/r/s", &Value::Null).0,
        404
    );
}

#[test]
fn only_exclusions_are_nothing_to_snapshot_and_everything_else_to_restore() {
    let mut bench = Bench::new();
    let excluding = json!({ "indices": "-logs-*" });
    bench.ask("new", "PUT /_snapshot/r/empty", &excluding);
    let shown = bench.get("new", "/_snapshot/r/empty");
    assert_eq!(shown["snapshots"][0]["state"], "SUCCESS");
    assert_eq!(shown["snapshots"][0]["indices"], json!([]));

    bench.ask(
        "new",
        "PUT /_snapshot/r/all",
        &json!({ "indices": "*,-shop" }),
    );
    bench.pass(200);
    let mut wanted = excluding;
    wanted["rename_pattern"] = json!("(.+)");
    wanted["rename_replacement"] = json!("back-$1");
    let (status, body) = bench.ask("new", "POST /_snapshot/r/all/_restore", &wanted);
    assert_eq!((status, body), (200, json!({ "accepted": true })));
    let rows = bench.get("new", "/_cat/indices/back-*?format=json&h=index");
    assert_eq!(rows, json!([{ "index": "back-orders" }]));
}

#[test]
fn a_restore_is_watched_and_ends() {
    let mut bench = Bench::new();
    bench.ask("new", "PUT /_snapshot/r/s", &json!({ "indices": "orders" }));
    bench.pass(200);
    let open = bench.error("new", "POST /_snapshot/r/s/_restore", &Value::Null);
    assert_eq!(open, (500, kind("snapshot_restore_exception")));
    let wanted = json!({ "rename_pattern": "(.+)", "rename_replacement": "copy-$1" });
    bench.ask("new", "POST /_snapshot/r/s/_restore", &wanted);
    // The copy has the aliases of the original, for better or worse.
    let aliases = bench.get("new", "/copy-orders/_alias");
    assert_eq!(aliases["copy-orders"]["aliases"], json!({ "shop": {} }));

    bench.pass(20);
    let shown = bench.get("new", "/copy-orders/_recovery");
    let shard = &shown["copy-orders"]["shards"][0];
    assert_eq!(
        (&shard["stage"], &shard["type"]),
        (&json!("INDEX"), &json!("SNAPSHOT"))
    );
    let percent = shard["index"]["size"]["percent"].as_str().unwrap();
    assert!(percent != "0.0%" && percent != "100.0%", "{percent}");
    let row = bench.get("new", "/_cat/indices/copy-orders?format=json");
    assert_eq!(
        (&row[0]["health"], &row[0]["docs.count"]),
        (&json!("yellow"), &Value::Null)
    );
    let delete = bench.error("new", "DELETE /_snapshot/r/s", &Value::Null);
    assert_eq!(
        delete,
        (503, kind("concurrent_snapshot_execution_exception"))
    );
    let unregister = bench.error("new", "DELETE /_snapshot/r", &Value::Null);
    assert_eq!(unregister, (500, kind("illegal_state_exception")));

    bench.pass(200);
    let row = bench.get("new", "/_cat/indices/copy-orders?format=json");
    assert_eq!(
        (&row[0]["health"], &row[0]["docs.count"]),
        (&json!("green"), &json!("1000"))
    );
    assert_eq!(
        bench.error("new", "DELETE /_snapshot/r/s", &Value::Null).0,
        200
    );
}

#[test]
fn a_stray_write_takes_the_name_of_an_alias() {
    let mut bench = Bench::new();
    bench.ask("new", "PUT /_snapshot/r/s", &json!({ "indices": "orders" }));
    bench.pass(200);
    bench.ask("new", "DELETE /orders", &Value::Null);
    let (status, body) = bench.ask("new", "POST /shop/_doc", &json!({ "a": 1 }));
    assert_eq!((status, &body["_index"]), (201, &json!("shop")));
    let refused = bench.error("new", "POST /_snapshot/r/s/_restore", &Value::Null);
    assert_eq!(refused, (500, kind("illegal_state_exception")));
    let without = json!({ "include_aliases": false });
    assert_eq!(
        bench.ask("new", "POST /_snapshot/r/s/_restore", &without).0,
        200
    );
}

#[test]
fn what_is_not_whole_or_too_new_is_not_restored() {
    let mut bench = Bench::new();
    bench.ask("new", "DELETE /_all", &Value::Null);
    let half = "POST /_snapshot/r/half/_restore";
    let reason = bench.reason("new", half, &Value::Null);
    assert!(
        reason.ends_with("index [orders] wasn't fully snapshotted - cannot restore"),
        "{reason}"
    );
    assert_eq!(bench.ask("new", half, &json!({ "partial": true })).0, 200);
    let newer = bench.reason("other", "POST /_snapshot/same/half/_restore", &Value::Null);
    assert!(
        newer.contains("which is higher than the version of this node [1.3.0]"),
        "{newer}"
    );
}

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
fn what_is_running_can_be_made_to_fail() {
    let mut bench = Bench::new();
    bench.ask("new", "PUT /_snapshot/r/early", &Value::Null);
    bench.world.fail("new/r/early", bench.now).unwrap();
    assert_eq!(bench.state("new", "early"), "FAILED");

    bench.ask("new", "PUT /_snapshot/r/late", &Value::Null);
    bench.pass(20);
    bench.world.fail("new/r/late", bench.now).unwrap();
    assert_eq!(bench.state("new", "late"), "PARTIAL");
    let over = bench.world.fail("new/r/late", bench.now);
    assert_eq!(over, Err(CannotFail::NotRunning("PARTIAL".to_owned())));

    bench.ask(
        "new",
        "PUT /_snapshot/r/good",
        &json!({ "indices": "orders" }),
    );
    bench.pass(300);
    let wanted = json!({ "rename_pattern": "(.+)", "rename_replacement": "copy-$1" });
    let target = "/_snapshot/r/good/_restore?wait_for_completion=true";
    let reply = bench
        .send("new", Method::POST, target, &wanted.to_string())
        .unwrap();
    assert_eq!(
        reply.status,
        hyper::StatusCode::OK,
        "{}",
        String::from_utf8_lossy(&reply.body)
    );
    bench.pass(10);
    bench.world.fail("new/r/good", bench.now).unwrap();
    let reply = finished(&bench.world, &reply.wait.unwrap().work, bench.now).unwrap();
    let body: Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(body["snapshot"]["shards"]["failed"], 2);
    let row = bench.get("new", "/_cat/indices/copy-orders?format=json");
    assert_eq!(row[0]["health"], "red");
    assert_eq!(
        bench.world.fail("new/nothing", bench.now),
        Err(CannotFail::Unknown)
    );
}

#[test]
fn policies_make_and_delete_snapshots_at_their_times() {
    let mut bench = Bench::new();
    let policy = json!({
        "description": "nightly",
        "creation": { "schedule": { "cron": { "expression": "0 2 * * *", "timezone": "UTC" } } },
        "deletion": { "condition": { "max_count": 3 } },
        "snapshot_config": { "repository": "r", "indices": "logs-*" },
    });
    let target = "/_plugins/_sm/policies/nightly";
    let (status, body) = bench.ask("new", &format!("POST {target}"), &policy);
    assert_eq!(
        (status, &body["sm_policy"]["name"]),
        (201, &json!("nightly"))
    );
    assert_eq!(
        bench.error("new", &format!("POST {target}"), &policy).0,
        409
    );
    let (status, _) = bench.ask("old", &format!("GET {target}"), &Value::Null);
    assert_eq!(status, 400);

    bench.pass(86_400);
    let listed = bench.get("new", "/_snapshot/r/nightly-*");
    let first = &listed["snapshots"][0];
    let name = first["snapshot"].as_str().unwrap();
    assert!(name.starts_with("nightly-2026-03-05t02:00:"), "{name}");
    assert_eq!(first["metadata"], json!({ "sm_policy": "nightly" }));
    assert_eq!(first["indices"], json!(["logs-1"]));
    bench.pass(6 * 86_400);
    // The newest was still being made when the others were counted.
    let listed = bench.get("new", "/_snapshot/r/nightly-*?verbose=false");
    assert_eq!(listed["snapshots"].as_array().unwrap().len(), 4);

    let explained = bench.get("new", &format!("{target}/_explain"));
    assert_eq!(
        explained["policies"][0]["creation"]["latest_execution"]["status"],
        "SUCCESS"
    );
    bench.ask("new", &format!("POST {target}/_stop"), &Value::Null);
    bench.pass(3 * 86_400);
    let left = bench.get("new", "/_snapshot/r/nightly-*?verbose=false");
    assert_eq!(left, listed);
}

#[test]
fn aws_makes_a_snapshot_every_hour_and_keeps_two_weeks() {
    let mut bench = Bench::of(
        "[[domain]]\nname = \"auto\"\nengine = \"OpenSearch_2.11\"\nencrypted = true\n\
         [[domain.index]]\nname = \"a\"\nsize = \"1GiB\"\n",
    );
    let list = "/_snapshot/cs-automated-enc/_all";
    let names = |bench: &mut Bench| -> Vec<String> {
        let listed = bench.get("auto", list);
        let listed = listed["snapshots"].as_array().unwrap();
        let names = listed
            .iter()
            .map(|shown| shown["snapshot"].as_str().unwrap().to_owned());
        names.collect()
    };
    let before = names(&mut bench);
    assert_eq!(before.len(), 336);
    assert!(before[0].starts_with("2026-02-18t"), "{}", before[0]);
    bench.pass(3600);
    let after = names(&mut bench);
    assert_eq!(after.len(), 336);
    assert_eq!(after[0], before[1]);
    bench.pass(400 * 86_400);
    assert_eq!(names(&mut bench).len(), 336);
    assert_eq!(
        bench.get("auto", "/_snapshot")["cs-automated-enc"],
        json!({ "type": "s3" })
    );
    let own = bench.send("auto", Method::PUT, "/_snapshot/cs-automated-enc/mine", "");
    assert_eq!(own.unwrap_err().status.as_u16(), 401);
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
fn an_index_of_a_running_snapshot_stays() {
    let mut bench = Bench::new();
    bench.ask("new", "PUT /_snapshot/r/s", &json!({ "indices": "orders" }));
    let busy = bench.error("new", "DELETE /orders", &Value::Null);
    assert_eq!(busy, (400, kind("snapshot_in_progress_exception")));
    assert_eq!(bench.ask("new", "DELETE /logs-1", &Value::Null).0, 200);
    let busy = bench.error("new", "DELETE /_snapshot/r", &Value::Null);
    assert_eq!(busy, (500, kind("illegal_state_exception")));
}
