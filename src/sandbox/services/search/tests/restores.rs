//! Restoring, and what stands in the way.

use hyper::Method;
use serde_json::{Value, json};

use super::{Bench, kind};
use crate::sandbox::services::search::work::finished;
use crate::sandbox::world::CannotFail;

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
    assert_eq!(
        rows,
        json!([{ "index": "back-.kibana_1" }, { "index": "back-orders" }])
    );
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
    let (status, body) = bench.ask("new", "POST /logs-1,copy-orders/_close", &Value::Null);
    let reason = body["error"]["reason"].as_str().unwrap();
    let text = "Cannot close indices that are being restored: [[copy-orders/";
    assert_eq!((status, reason.starts_with(text)), (400, true), "{body}");
    let row = bench.get("new", "/_cat/indices/logs-1?format=json");
    assert_eq!(row[0]["status"], "open");
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
    let closed = bench.ask("new", "POST /copy-orders/_close", &Value::Null);
    assert_eq!(closed.0, 200);
    assert_eq!(
        bench.error("new", "DELETE /_snapshot/r/s", &Value::Null).0,
        200
    );
}

#[test]
fn a_restore_of_everything_meets_the_index_that_dashboards_makes_again() {
    let mut bench = Bench::new();
    bench.ask("new", "PUT /_snapshot/r/s", &Value::Null);
    bench.pass(200);
    bench.ask("new", "DELETE /_all", &Value::Null);
    assert_eq!(bench.get("new", "/_aliases"), json!({}));
    bench.pass(15);
    let aliases = bench.get("new", "/_aliases");
    assert_eq!(
        aliases,
        json!({ ".kibana_1": { "aliases": { ".kibana": {} } } })
    );
    let reason = bench.reason("new", "POST /_snapshot/r/s/_restore", &Value::Null);
    assert!(
        reason.contains("cannot restore index [.kibana_1]"),
        "{reason}"
    );
    let others = json!({ "indices": "-.kibana*" });
    assert_eq!(
        bench.ask("new", "POST /_snapshot/r/s/_restore", &others).0,
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
