//! Making, watching and deleting snapshots.

use hyper::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Bench, kind};
use crate::sandbox::reply::Wait;
use crate::sandbox::services::search::work::finished;

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
    assert_eq!(body["snapshot"]["shards"]["total"], 4);
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
    // The same name again is no other answer: what runs is not in the repository yet.
    let (status, body) = bench.ask("old", "PUT /_snapshot/r/a", &Value::Null);
    let text = "[r:a]  a snapshot is already running";
    assert_eq!((status, &body["error"]["reason"]), (503, &json!(text)));
    let running = bench.get("old", "/_snapshot/r/a");
    let running = &running["snapshots"][0];
    assert!(running["duration_in_millis"].as_i64().unwrap() < 0);
    assert_eq!(running.get("data_streams"), None);
    // A restore comes behind it, and so does the answer.
    bench.pass(120);
    let again = bench.error("old", "PUT /_snapshot/r/a", &Value::Null);
    assert_eq!(again, (400, kind("invalid_snapshot_name_exception")));
    bench.ask("old", "PUT /_snapshot/r/b", &Value::Null);
    let copy = json!({ "rename_pattern": "(.+)", "rename_replacement": "copy-$1" });
    let target = "/_snapshot/r/a/_restore";
    let reply = bench
        .send("old", Method::POST, target, &copy.to_string())
        .unwrap();
    let work = reply.wait.unwrap().work;
    assert!(finished(&bench.world, &work, bench.now).is_none());
    bench.pass(120);
    assert!(finished(&bench.world, &work, bench.now).is_some());
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
fn an_index_of_a_running_snapshot_stays() {
    let mut bench = Bench::new();
    bench.ask("new", "PUT /_snapshot/r/s", &json!({ "indices": "orders" }));
    let busy = bench.error("new", "DELETE /orders", &Value::Null);
    assert_eq!(busy, (400, kind("snapshot_in_progress_exception")));
    assert_eq!(bench.ask("new", "DELETE /logs-1", &Value::Null).0, 200);
    let busy = bench.error("new", "DELETE /_snapshot/r", &Value::Null);
    assert_eq!(busy, (500, kind("illegal_state_exception")));
}
