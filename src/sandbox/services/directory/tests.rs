//! Directory Service without HTTP: operations and states at chosen times.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::sandbox::Scenario;
use crate::sandbox::call::{Call, Params};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::Service;
use crate::sandbox::services::{Context, operation};
use crate::sandbox::world::{CannotFail, World};

const SCENARIO: &str = r#"
    [[directories]]
    id = "d-0000000001"
    name = "corp.example.com"
    type = "MicrosoftAD"
    edition = "Enterprise"
    auto_snapshots = 3
    launched = "60d"
    additional_regions = ["eu-west-1"]
    snapshots = [
      { id = "s-0000000001", name = "first", age = "10d" },
      { id = "s-0000000002", name = "second", age = "4d", status = "Failed" },
    ]

    [[directories]]
    id = "d-0000000002"
    name = "simple.example.com"
    type = "SimpleAD"
    size = "Small"
    auto_snapshots = 0
    snapshots = [
      { id = "s-0000000011", age = "200d" },
      { id = "s-0000000012", age = "20d" },
    ]

    [[directories]]
    id = "d-0000000003"
    name = "connector.example.com"
    type = "ADConnector"
    size = "Small"
"#;

const CORP: &str = "d-0000000001";
const SIMPLE: &str = "d-0000000002";

/// A world and the time in it.
struct Bench {
    world: World,
    now: Timestamp,
    region: &'static str,
}

impl Bench {
    fn new(scenario: &str) -> Self {
        let scenario = Scenario::from_toml(scenario, "test").unwrap();
        let now = "2026-03-04T12:00:00Z".parse().unwrap();
        Self {
            world: World::new(&scenario, now),
            now,
            region: "us-east-1",
        }
    }

    fn pass(&mut self, minutes: i64) {
        self.now += SignedDuration::from_mins(minutes);
    }

    fn call(&mut self, action: &str, members: Value) -> Result<Value, Refusal> {
        let Value::Object(members) = members else {
            unreachable!("requests are objects")
        };
        let call = Call {
            service: Service::Directory,
            region: self.region.to_owned(),
            action: action.to_owned(),
            params: Params::Members(members),
        };
        let mut context = Context {
            world: &mut self.world,
            call: &call,
            now: self.now,
            request_id: "r",
        };
        let reply = (operation(&call).unwrap().answer)(&mut context)?;
        Ok(serde_json::from_slice(&reply.body).unwrap())
    }

    fn code(&mut self, action: &str, members: Value) -> &'static str {
        self.call(action, members).unwrap_err().code
    }

    fn directory(&mut self, id: &str) -> Value {
        let reply = self.call("DescribeDirectories", json!({ "DirectoryIds": [id] }));
        reply.unwrap()["DirectoryDescriptions"][0].clone()
    }

    fn snapshots(&mut self, members: Value) -> Vec<Value> {
        let reply = self.call("DescribeSnapshots", members).unwrap();
        reply["Snapshots"].as_array().unwrap().clone()
    }

    fn status(&mut self, id: &str) -> String {
        let found = self.snapshots(json!({ "SnapshotIds": [id] }));
        found[0]["Status"].as_str().unwrap().to_owned()
    }

    fn create(&mut self, directory: &str) -> String {
        let reply = self.call("CreateSnapshot", json!({ "DirectoryId": directory }));
        reply.unwrap()["SnapshotId"].as_str().unwrap().to_owned()
    }

    /// When a directory reached its stage.
    fn since(&mut self, id: &str) -> f64 {
        self.directory(id)["StageLastUpdatedDateTime"]
            .as_f64()
            .unwrap()
    }

    fn stage(&mut self, id: &str) -> String {
        self.directory(id)["Stage"].as_str().unwrap().to_owned()
    }
}

fn seconds(time: Timestamp) -> f64 {
    SignedDuration::from_millis(time.as_millisecond()).as_secs_f64()
}

#[test]
fn a_snapshot_is_creating_for_5_to_15_minutes() {
    let mut bench = Bench::new(SCENARIO);
    let id = bench.create(SIMPLE);
    bench.pass(4);
    assert_eq!(bench.status(&id), "Creating");
    bench.pass(12);
    assert_eq!(bench.status(&id), "Completed");
}

#[test]
fn a_running_snapshot_can_be_made_to_fail_once() {
    let mut bench = Bench::new(SCENARIO);
    let id = bench.create(SIMPLE);
    bench.pass(1);
    assert_eq!(bench.world.fail(&id, bench.now), Ok(()));
    assert_eq!(bench.status(&id), "Failed");
    let again = bench.world.fail(&id, bench.now);
    assert_eq!(again, Err(CannotFail::NotRunning("Failed".to_owned())));
    let unknown = bench.world.fail("s-00000000ff", bench.now);
    assert_eq!(unknown, Err(CannotFail::Unknown));
}

#[test]
fn a_restore_takes_its_time_and_refuses_everything_meanwhile() {
    for (directory, snapshot, minutes) in
        [(CORP, "s-0000000001", 150), (SIMPLE, "s-0000000012", 10)]
    {
        let mut bench = Bench::new(SCENARIO);
        let snapshot = json!({ "SnapshotId": snapshot });
        bench.call("RestoreFromSnapshot", snapshot.clone()).unwrap();
        let begun = seconds(bench.now);
        bench.pass(minutes - 1);
        assert_eq!(bench.stage(directory), "Restoring");
        assert!((bench.since(directory) - begun).abs() < 1e-3);
        for action in ["RestoreFromSnapshot", "DeleteSnapshot"] {
            assert_eq!(bench.code(action, snapshot.clone()), "ClientException");
        }
        let create = json!({ "DirectoryId": directory });
        assert_eq!(bench.code("CreateSnapshot", create), "ClientException");
        bench.pass(1);
        let ended = seconds(bench.now);
        bench.pass(60);
        assert_eq!(bench.stage(directory), "Active");
        assert!((bench.since(directory) - ended).abs() < 1e-3);
        assert_eq!(bench.directory(directory).get("StageReason"), None);
    }
}

#[test]
fn a_failed_restore_leaves_a_reason_and_can_be_tried_again() {
    let mut bench = Bench::new(SCENARIO);
    let snapshot = json!({ "SnapshotId": "s-0000000012" });
    let idle = bench.world.fail(SIMPLE, bench.now);
    assert_eq!(idle, Err(CannotFail::NotRunning("Active".to_owned())));
    bench.call("RestoreFromSnapshot", snapshot.clone()).unwrap();
    bench.pass(3);
    assert_eq!(bench.world.fail(SIMPLE, bench.now), Ok(()));
    bench.pass(3);
    assert_eq!(bench.stage(SIMPLE), "RestoreFailed");
    let reason = bench.directory(SIMPLE)["StageReason"].clone();
    assert!(
        reason.as_str().unwrap().contains("s-0000000012"),
        "{reason}"
    );
    let create = json!({ "DirectoryId": SIMPLE });
    assert_eq!(bench.code("CreateSnapshot", create), "ClientException");
    bench.call("RestoreFromSnapshot", snapshot).unwrap();
    assert_eq!(bench.stage(SIMPLE), "Restoring");
    bench.pass(10);
    assert_eq!(bench.stage(SIMPLE), "Active");
}

#[test]
fn what_cannot_be_restored_or_deleted() {
    let mut bench = Bench::new(SCENARIO);
    let old = json!({ "SnapshotId": "s-0000000011" });
    let failed = json!({ "SnapshotId": "s-0000000002" });
    assert_eq!(
        bench.code("RestoreFromSnapshot", old.clone()),
        "ClientException"
    );
    assert_eq!(
        bench.code("RestoreFromSnapshot", failed.clone()),
        "ClientException"
    );
    bench.call("DeleteSnapshot", old.clone()).unwrap();
    bench.call("DeleteSnapshot", failed).unwrap();
    assert_eq!(
        bench.code("DeleteSnapshot", old),
        "EntityDoesNotExistException"
    );

    let creating = bench.create(SIMPLE);
    let creating = json!({ "SnapshotId": creating });
    assert_eq!(bench.code("DeleteSnapshot", creating), "ClientException");

    let corp = bench.snapshots(json!({ "DirectoryId": CORP }));
    let auto = corp.iter().find(|snapshot| snapshot["Type"] == "Auto");
    let auto = json!({ "SnapshotId": auto.unwrap()["SnapshotId"] });
    assert_eq!(
        bench.code("DeleteSnapshot", auto.clone()),
        "ClientException"
    );
    bench.call("RestoreFromSnapshot", auto).unwrap();
}

#[test]
fn the_sixth_manual_snapshot_is_refused() {
    let mut bench = Bench::new(SCENARIO);
    for _ in 0..3 {
        bench.create(SIMPLE);
    }
    let directory = json!({ "DirectoryId": SIMPLE });
    assert_eq!(
        bench.code("CreateSnapshot", directory.clone()),
        "SnapshotLimitExceededException"
    );
    let limits = bench.call("GetSnapshotLimits", directory).unwrap();
    assert_eq!(
        limits["SnapshotLimits"],
        json!({
            "ManualSnapshotsLimit": 5,
            "ManualSnapshotsCurrentCount": 5,
            "ManualSnapshotsLimitReached": true,
        })
    );
}

#[test]
fn automatic_snapshots_come_daily_and_the_newest_are_kept() {
    let mut bench = Bench::new(SCENARIO);
    let autos = |bench: &mut Bench| -> Vec<(String, f64)> {
        bench
            .snapshots(json!({ "DirectoryId": CORP }))
            .iter()
            .filter(|snapshot| snapshot["Type"] == "Auto")
            .map(|snapshot| {
                let id = snapshot["SnapshotId"].as_str().unwrap().to_owned();
                (id, snapshot["StartTime"].as_f64().unwrap())
            })
            .collect()
    };
    let before = autos(&mut bench);
    assert_eq!(before.len(), 3);
    assert!((before[0].1 - before[1].1 - 86_400.0).abs() < 1e-6);
    bench.pass(24 * 60);
    let after = autos(&mut bench);
    assert_eq!(after.len(), 3);
    assert_eq!(after[1..], before[..2]);
}

#[test]
fn no_automatic_snapshot_is_taken_during_a_restore() {
    let mut bench = Bench::new(SCENARIO);
    let newest = |bench: &mut Bench| bench.snapshots(json!({ "DirectoryId": CORP }))[0].clone();
    let start = newest(&mut bench)["StartTime"].as_f64().unwrap();
    // Restore an hour before the next one is due.
    let due = start + 86_400.0 - seconds(bench.now);
    let minutes = SignedDuration::try_from_secs_f64(due).unwrap().as_mins();
    bench.pass(minutes - 60);
    let snapshot = json!({ "SnapshotId": "s-0000000001" });
    bench.call("RestoreFromSnapshot", snapshot).unwrap();
    bench.pass(180);
    assert_eq!(newest(&mut bench)["StartTime"].as_f64(), Some(start));
    bench.pass(24 * 60);
    assert_ne!(newest(&mut bench)["StartTime"].as_f64(), Some(start));
}

#[test]
fn an_additional_region_shows_the_directory_and_no_snapshot() {
    let mut bench = Bench::new(SCENARIO);
    bench.region = "eu-west-1";
    let shown = bench.directory(CORP);
    assert_eq!(shown["RegionsInfo"]["PrimaryRegion"], "us-east-1");
    assert_eq!(
        shown["RegionsInfo"]["AdditionalRegions"],
        json!(["eu-west-1"])
    );
    let directory = json!({ "DirectoryId": CORP });
    assert!(bench.snapshots(directory.clone()).is_empty());
    for action in ["CreateSnapshot", "GetSnapshotLimits"] {
        assert_eq!(bench.code(action, directory.clone()), "ClientException");
    }
    let snapshot = json!({ "SnapshotId": "s-0000000001" });
    assert_eq!(
        bench.code("RestoreFromSnapshot", snapshot),
        "EntityDoesNotExistException"
    );
}

#[test]
fn checks_come_in_order() {
    let mut bench = Bench::new(SCENARIO);
    let cases = [
        // A wrong type before a wrong value, a wrong value before existence.
        (
            json!({ "DirectoryId": "nonsense", "Name": 1 }),
            "SerializationException",
        ),
        (
            json!({ "DirectoryId": "d-00000000ff", "Name": "a,b" }),
            "InvalidParameterException",
        ),
        (
            json!({ "DirectoryId": "d-00000000ff", "Name": "ok" }),
            "EntityDoesNotExistException",
        ),
        (json!({ "DirectoryId": "d-0000000003" }), "ClientException"),
        (json!({}), "InvalidParameterException"),
        (
            json!({ "DirectoryId": CORP, "Name": "" }),
            "InvalidParameterException",
        ),
        (
            json!({ "DirectoryId": CORP, "Name": "a".repeat(129) }),
            "InvalidParameterException",
        ),
    ];
    for (members, code) in cases {
        assert_eq!(
            bench.code("CreateSnapshot", members.clone()),
            code,
            "{members}"
        );
    }
}

#[test]
fn pages_cover_everything_once() {
    let mut bench = Bench::new("scale = 250");
    let mut seen = Vec::new();
    let mut request = json!({});
    let mut pages = 0;
    loop {
        let reply = bench.call("DescribeSnapshots", request).unwrap();
        let page = reply["Snapshots"].as_array().unwrap();
        pages += 1;
        seen.extend(
            page.iter()
                .map(|snapshot| snapshot["SnapshotId"].as_str().unwrap().to_owned()),
        );
        let Some(token) = reply.get("NextToken") else {
            break;
        };
        request = json!({ "NextToken": token });
    }
    assert_eq!((pages, seen.len()), (3, 250));
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 250);
}

#[test]
fn what_goes_between_two_pages_takes_nothing_else_along() {
    let mut bench = Bench::new(SCENARIO);
    let all = bench.snapshots(json!({}));
    let id = |snapshot: &Value| snapshot["SnapshotId"].as_str().unwrap().to_owned();
    let mut seen = Vec::new();
    let mut request = json!({ "Limit": 2 });
    loop {
        let reply = bench.call("DescribeSnapshots", request).unwrap();
        let page = reply["Snapshots"].as_array().unwrap();
        seen.extend(page.iter().map(id));
        // Neither the first nor the last of a page is there when the next is asked for.
        for snapshot in page.iter().filter(|one| one["Type"] == "Manual") {
            let gone = json!({ "SnapshotId": id(snapshot) });
            bench.call("DeleteSnapshot", gone).unwrap();
        }
        let Some(token) = reply.get("NextToken") else {
            break;
        };
        request = json!({ "Limit": 2, "NextToken": token });
    }
    assert_eq!(seen, all.iter().map(id).collect::<Vec<_>>());
    let manual = |snapshot: &&Value| snapshot["Type"] == "Manual";
    assert_eq!(all.iter().filter(manual).count(), 4);
    assert_eq!(bench.snapshots(json!({})).iter().filter(manual).count(), 0);
}

#[test]
fn a_token_is_for_its_own_request_only() {
    let mut bench = Bench::new("scale = 250");
    let reply = bench
        .call("DescribeSnapshots", json!({ "Limit": 7 }))
        .unwrap();
    let token = reply["NextToken"].clone();
    let other_size = json!({ "NextToken": token, "Limit": 3, "SnapshotIds": [] });
    assert_eq!(bench.snapshots(other_size).len(), 3);
    let foreign = json!({ "NextToken": token });
    assert_eq!(
        bench.code("DescribeDirectories", foreign.clone()),
        "InvalidNextTokenException"
    );
    bench.region = "eu-west-1";
    assert_eq!(
        bench.code("DescribeSnapshots", foreign),
        "InvalidNextTokenException"
    );
}

#[test]
fn empty_and_negative_filters() {
    let mut bench = Bench::new(SCENARIO);
    let empty = json!({ "DirectoryIds": [] });
    assert_eq!(
        bench.code("DescribeDirectories", empty),
        "InvalidParameterException"
    );
    let negative = json!({ "Limit": -1 });
    assert_eq!(
        bench.code("DescribeSnapshots", negative),
        "InvalidParameterException"
    );
    let all = bench.snapshots(json!({ "SnapshotIds": null, "Limit": 0 }));
    assert_eq!(all.len(), 7);
    let one_unknown = json!({ "SnapshotIds": ["s-0000000001", "s-00000000ff"] });
    assert_eq!(
        bench.code("DescribeSnapshots", one_unknown),
        "EntityDoesNotExistException"
    );
}
