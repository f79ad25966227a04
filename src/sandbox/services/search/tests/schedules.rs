//! Snapshots that are due by the time.

use hyper::Method;
use serde_json::{Value, json};

use super::Bench;

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
