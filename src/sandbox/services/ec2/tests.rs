//! EC2 without HTTP: operations and states at chosen times.

use jiff::{SignedDuration, Timestamp};

use crate::sandbox::Scenario;
use crate::sandbox::call::{Call, Params};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::Service;
use crate::sandbox::services::{Context, operation};
use crate::sandbox::world::{CannotFail, World};

const SCENARIO: &str = r#"
    [recycle_bin]
    retain = "2d"

    [[instances]]
    id = "i-00000000000000001"

    [[volumes]]
    id = "vol-00000000000000001"
    size = 10
    attached = [{ instance = "i-00000000000000001", device = "/dev/xvda" }]

    [[volumes]]
    id = "vol-00000000000000002"
    size = 100
    attached = [{ instance = "i-00000000000000001", device = "/dev/sdf" }]

    [[snapshots]]
    id = "snap-00000000000000001"
    volume = "vol-00000000000000001"
    age = "9d"

    [[snapshots]]
    id = "snap-00000000000000002"
    volume = "vol-00000000000000009"
    size = 4
    age = "9d"
    owner = "210987654321"
    shared_with = ["123456789012"]
    kms_key = "arn:aws:kms:us-east-1:210987654321:key/1234abcd-12ab-34cd-56ef-1234567890ab"

    [[instances]]
    id = "i-00000000000000002"
    type = "m7i.metal-24xl"

    [[volumes]]
    id = "vol-00000000000000003"
    size = 4
    attached = [{ instance = "i-00000000000000002", device = "/dev/xvda" }]

    [[instances]]
    id = "i-00000000000000003"

    [[volumes]]
    id = "vol-00000000000000004"
    size = 4
    encrypted = true
    attached = [{ instance = "i-00000000000000003", device = "/dev/xvda" }]
"#;

const ROOT: &str = "vol-00000000000000001";
const DATA: &str = "vol-00000000000000002";
const INSTANCE: &str = "i-00000000000000001";
const OLD: &str = "snap-00000000000000001";

/// A world and the time in it.
struct Bench {
    world: World,
    now: Timestamp,
}

impl Bench {
    fn new() -> Self {
        let scenario = Scenario::from_toml(SCENARIO, "test").unwrap();
        let now = "2026-03-04T12:00:00Z".parse().unwrap();
        Self {
            world: World::new(&scenario, now),
            now,
        }
    }

    fn pass(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
    }

    fn call(&mut self, action: &str, fields: &[(&str, &str)]) -> Result<String, Refusal> {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let call = Call {
            service: Service::Ec2,
            region: "us-east-1".to_owned(),
            action: action.to_owned(),
            params: Params::Form(fields.iter().map(own).collect()),
        };
        let mut context = Context {
            world: &mut self.world,
            call: &call,
            now: self.now,
            request_id: "r",
        };
        let reply = (operation(&call).unwrap().answer)(&mut context)?;
        Ok(String::from_utf8(reply.body).unwrap())
    }

    fn code(&mut self, action: &str, fields: &[(&str, &str)]) -> &'static str {
        self.call(action, fields).unwrap_err().code
    }

    fn create(&mut self, volume: &str) -> String {
        let reply = self
            .call("CreateSnapshot", &[("VolumeId", volume)])
            .unwrap();
        element(&reply, "snapshotId")
    }

    fn snapshot(&mut self, id: &str) -> Option<String> {
        let fields = [("Filter.1.Name", "snapshot-id"), ("Filter.1.Value.1", id)];
        let reply = self.call("DescribeSnapshots", &fields).unwrap();
        reply
            .contains("<status>")
            .then(|| element(&reply, "status"))
    }

    fn volume(&mut self, id: &str) -> String {
        let reply = self.call("DescribeVolumes", &[("VolumeId.1", id)]).unwrap();
        element(&reply, "status")
    }

    fn task(&mut self, id: &str) -> String {
        let fields = [("ReplaceRootVolumeTaskId.1", id)];
        let reply = self
            .call("DescribeReplaceRootVolumeTasks", &fields)
            .unwrap();
        element(&reply, "taskState")
    }

    fn root(&mut self) -> Option<String> {
        let state = self.world.ebs.to_json(self.now);
        let mut volumes = state["volumes"].as_array().unwrap().iter();
        volumes
            .find(|volume| {
                volume["Attachments"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|held| held["Device"] == "/dev/xvda" && held["InstanceId"] == INSTANCE)
            })
            .map(|volume| volume["VolumeId"].as_str().unwrap().to_owned())
    }

    fn fail(&mut self, id: &str) -> Result<(), CannotFail> {
        self.world.fail(id, self.now)
    }
}

/// The text of the first element of this name.
fn element(xml: &str, name: &str) -> String {
    let (_, rest) = xml.split_once(&format!("<{name}>")).unwrap();
    rest.split_once('<').unwrap().0.to_owned()
}

#[test]
fn a_snapshot_takes_four_seconds_a_gib_and_six_the_first_time() {
    let mut bench = Bench::new();
    let first = bench.create(DATA);
    bench.pass(599);
    assert_eq!(bench.snapshot(&first).as_deref(), Some("pending"));
    bench.pass(1);
    assert_eq!(bench.snapshot(&first).as_deref(), Some("completed"));
    let second = bench.create(DATA);
    bench.pass(400);
    assert_eq!(bench.snapshot(&second).as_deref(), Some("completed"));
}

#[test]
fn snapshots_of_a_volume_are_fifteen_seconds_apart_and_five_at_a_time() {
    let mut bench = Bench::new();
    let create = [("VolumeId", DATA)];
    bench.create(DATA);
    bench.pass(14);
    let rate = "SnapshotCreationPerVolumeRateExceeded";
    assert_eq!(bench.code("CreateSnapshot", &create), rate);
    bench.pass(1);
    for _ in 0..4 {
        bench.create(DATA);
        bench.pass(15);
    }
    let limit = "ConcurrentSnapshotLimitExceeded";
    assert_eq!(bench.code("CreateSnapshot", &create), limit);
}

#[test]
fn a_set_that_cannot_begin_as_a_whole_does_not_begin() {
    let mut bench = Bench::new();
    bench.create(DATA);
    let fields = [("InstanceSpecification.InstanceId", INSTANCE)];
    let code = bench.code("CreateSnapshots", &fields);
    assert_eq!(code, "SnapshotCreationPerVolumeRateExceeded");
    let mine = [("Filter.1.Name", "volume-id"), ("Filter.1.Value.1", ROOT)];
    let reply = bench.call("DescribeSnapshots", &mine).unwrap();
    assert_eq!(reply.matches("<snapshotId>").count(), 1);

    bench.pass(15);
    let reply = bench.call("CreateSnapshots", &fields).unwrap();
    assert_eq!(reply.matches("<state>pending</state>").count(), 2);
    let one = element(&reply, "snapshotId");
    assert_eq!(bench.fail(&one), Ok(()));
    let failed = [("Filter.1.Name", "status"), ("Filter.1.Value.1", "error")];
    let reply = bench.call("DescribeSnapshots", &failed).unwrap();
    assert_eq!(reply.matches("<snapshotId>").count(), 2);
}

#[test]
fn what_is_deleted_while_pending_goes_to_the_bin_when_it_is_completed() {
    let mut bench = Bench::new();
    let id = bench.create(DATA);
    bench
        .call("DeleteSnapshot", &[("SnapshotId", &id)])
        .unwrap();
    bench.pass(599);
    assert_eq!(bench.snapshot(&id).as_deref(), Some("pending"));
    bench.pass(1);
    assert_eq!(bench.snapshot(&id), None);
    let in_bin = [("SnapshotId.1", id.as_str())];
    assert!(bench.call("ListSnapshotsInRecycleBin", &in_bin).is_ok());
    bench.pass(2 * 86_400 - 1);
    let restore = [("SnapshotId", id.as_str())];
    bench
        .call("RestoreSnapshotFromRecycleBin", &restore)
        .unwrap();
    assert_eq!(bench.snapshot(&id).as_deref(), Some("completed"));
    bench.call("DeleteSnapshot", &restore).unwrap();
    bench.pass(2 * 86_400);
    let gone = bench.code("RestoreSnapshotFromRecycleBin", &restore);
    assert_eq!(gone, "InvalidSnapshot.NotFound");
}

#[test]
fn a_client_token_makes_one_volume() {
    let mut bench = Bench::new();
    let fields = |size| {
        [
            ("AvailabilityZone", "us-east-1a"),
            ("Size", size),
            ("ClientToken", "once"),
        ]
    };
    let first = bench.call("CreateVolume", &fields("5")).unwrap();
    let again = bench.call("CreateVolume", &fields("5")).unwrap();
    assert_eq!(element(&first, "volumeId"), element(&again, "volumeId"));
    let other = bench.code("CreateVolume", &fields("6"));
    assert_eq!(other, "IdempotentParameterMismatch");
    let id = element(&first, "volumeId");
    assert_eq!(bench.volume(&id), "creating");
    bench.pass(5);
    assert_eq!(bench.volume(&id), "available");
    assert_eq!(
        bench.fail(&id),
        Err(CannotFail::NotRunning("available".to_owned()))
    );
}

#[test]
fn a_dry_run_comes_after_the_form_and_before_the_world() {
    let mut bench = Bench::new();
    let dry = ("DryRun", "true");
    let malformed = [("VolumeId", "x"), dry];
    assert_eq!(
        bench.code("CreateSnapshot", &malformed),
        "InvalidParameterValue"
    );
    let unknown = [("VolumeId", "vol-0000000000000ffff"), dry];
    assert_eq!(bench.code("CreateSnapshot", &unknown), "DryRunOperation");
    let strange = [("VolumeId", ROOT), ("Color", "red")];
    assert_eq!(bench.code("CreateSnapshot", &strange), "UnknownParameter");
}

#[test]
fn a_root_volume_is_replaced_at_the_end_of_the_task() {
    let mut bench = Bench::new();
    let fields = [("InstanceId", INSTANCE), ("SnapshotId", OLD)];
    let reply = bench.call("CreateReplaceRootVolumeTask", &fields).unwrap();
    let task = element(&reply, "replaceRootVolumeTaskId");
    assert_eq!(bench.task(&task), "pending");
    bench.pass(4);
    assert_eq!(bench.task(&task), "in-progress");
    assert_eq!(bench.root().as_deref(), Some(ROOT));
    bench.pass(16);
    assert_eq!(bench.task(&task), "succeeded");
    assert_eq!(bench.volume(ROOT), "available");
    let new = bench.root().unwrap();
    assert_ne!(new, ROOT);

    // What was taken of the first root volume is of the lineage of the second one too.
    let reply = bench.call("CreateReplaceRootVolumeTask", &fields).unwrap();
    let task = element(&reply, "replaceRootVolumeTaskId");
    bench.pass(10);
    assert_eq!(bench.fail(&task), Ok(()));
    assert_eq!(bench.task(&task), "failing");
    bench.pass(10);
    assert_eq!(bench.task(&task), "failed");
    assert_eq!(bench.root(), Some(new));
}

#[test]
fn a_task_that_fails_twice_leaves_no_root_volume() {
    let mut bench = Bench::new();
    let fields = [("InstanceId", INSTANCE)];
    let reply = bench.call("CreateReplaceRootVolumeTask", &fields).unwrap();
    let task = element(&reply, "replaceRootVolumeTaskId");
    assert_eq!(
        bench.code("CreateReplaceRootVolumeTask", &fields),
        "IncorrectState"
    );
    assert_eq!(bench.fail(&task), Ok(()));
    assert_eq!(bench.fail(&task), Ok(()));
    assert_eq!(bench.task(&task), "failed-detached");
    assert_eq!(bench.root(), None);
    assert_eq!(bench.volume(ROOT), "available");
}

#[test]
fn data_volumes_are_of_no_root_lineage() {
    let mut bench = Bench::new();
    let id = bench.create(DATA);
    bench.pass(600);
    let fields = [("InstanceId", INSTANCE), ("SnapshotId", id.as_str())];
    let code = bench.code("CreateReplaceRootVolumeTask", &fields);
    assert_eq!(code, "InvalidParameterValue");
}

#[test]
fn the_root_volume_of_bare_metal_stays() {
    let mut bench = Bench::new();
    let metal = [("InstanceId", "i-00000000000000002")];
    assert_eq!(
        bench.code("CreateReplaceRootVolumeTask", &metal),
        "UnsupportedOperation"
    );
}

#[test]
fn an_encrypted_root_volume_is_replaced_by_an_encrypted_one() {
    let mut bench = Bench::new();
    let mut made = |encrypted: &str| {
        let zone = ("AvailabilityZone", "us-east-1a");
        let fields = [zone, ("Size", "4"), ("Encrypted", encrypted)];
        element(&bench.call("CreateVolume", &fields).unwrap(), "volumeId")
    };
    let (plain, encrypted) = (made("false"), made("true"));
    bench.pass(6);
    let wish = |volume| [("InstanceId", "i-00000000000000003"), ("VolumeId", volume)];
    assert_eq!(
        bench.code("CreateReplaceRootVolumeTask", &wish(&plain)),
        "InvalidParameterValue"
    );
    assert!(
        bench
            .call("CreateReplaceRootVolumeTask", &wish(&encrypted))
            .is_ok()
    );
}

#[test]
fn what_is_made_of_another_accounts_snapshot_has_a_key_of_ones_own() {
    let mut bench = Bench::new();
    let shared = "snap-00000000000000002";
    let fields = [("SourceRegion", "us-east-1"), ("SourceSnapshotId", shared)];
    let copy = bench.call("CopySnapshot", &fields).unwrap();
    let copy = element(&copy, "snapshotId");
    let fields = [("SnapshotId.1", copy.as_str())];
    let copy = bench.call("DescribeSnapshots", &fields).unwrap();
    let fields = [("AvailabilityZone", "us-east-1a"), ("SnapshotId", shared)];
    let volume = bench.call("CreateVolume", &fields).unwrap();
    for made in [copy, volume] {
        let key = element(&made, "kmsKeyId");
        assert!(
            key.starts_with("arn:aws:kms:us-east-1:123456789012:"),
            "{key}"
        );
    }
}

#[test]
fn members_of_lists_count_wherever_they_are() {
    let mut bench = Bench::new();
    let tag = |number: u32, part: &str| format!("Tag.{number}.{part}");
    let (k1, v1, k2, v2) = (
        tag(2, "Key"),
        tag(2, "Value"),
        tag(5, "Key"),
        tag(5, "Value"),
    );
    let fields = [
        ("ResourceId.1", OLD),
        (&k1, "a"),
        (&v1, "1"),
        (&k2, "b"),
        (&v2, "2"),
    ];
    bench.call("CreateTags", &fields).unwrap();
    let fields = [("ResourceId.3", OLD), ("Tag.2.Key", "a")];
    bench.call("DeleteTags", &fields).unwrap();
    let left = bench.call("DescribeTags", &[]).unwrap();
    assert!(
        !left.contains("<key>a</key>") && left.contains("<key>b</key>"),
        "{left}"
    );
    // Not from 1: no list, and never a request without one.
    let fields = [("ResourceId.1", OLD), ("Tag.0.Key", "a")];
    assert_eq!(bench.code("DeleteTags", &fields), "UnknownParameter");
    assert_eq!(bench.call("DescribeTags", &[]).unwrap(), left);

    let one = bench
        .call("DescribeSnapshots", &[("SnapshotId.2", OLD)])
        .unwrap();
    assert_eq!(one.matches("<snapshotId>").count(), 1);
    let filter = [
        ("Filter.2.Name", "snapshot-id"),
        ("Filter.2.Value.3", "snap-none"),
    ];
    let none = bench.call("DescribeSnapshots", &filter).unwrap();
    assert_eq!(none.matches("<snapshotId>").count(), 0);
    for name in [Some(("Filter.1.Name", "")), None] {
        let fields = name.into_iter().chain([("Filter.1.Value.1", "x")]);
        let refused = bench.call("DescribeSnapshots", &fields.collect::<Vec<_>>());
        let refused = refused.unwrap_err();
        assert_eq!(refused.message, "The filter 'null' is invalid");
    }

    let fields = [
        ("InstanceSpecification.InstanceId", INSTANCE),
        ("InstanceSpecification.ExcludeDataVolumeId.2", DATA),
        ("TagSpecification.2.ResourceType", "snapshot"),
        ("TagSpecification.2.Tag.7.Key", "set"),
    ];
    let made = bench.call("CreateSnapshots", &fields).unwrap();
    assert_eq!(made.matches("<snapshotId>").count(), 1);
    assert!(made.contains("<key>set</key>"), "{made}");

    let other = element(&made, "snapshotId");
    let fields = [
        ("AvailabilityZone.1", "us-east-1a"),
        ("SourceSnapshotId.1", OLD),
        ("SourceSnapshotId.3", &other),
    ];
    let answer = bench.call("EnableFastSnapshotRestores", &fields).unwrap();
    assert_eq!(answer.matches("<snapshotId>").count(), 2);
}

#[test]
fn a_zone_has_a_name_and_an_id_and_neither_is_the_other() {
    let mut bench = Bench::new();
    for (parameter, zone, code) in [
        ("AvailabilityZone", "us-east-1b", None),
        ("AvailabilityZoneId", "use1-az2", None),
        ("AvailabilityZone", "use1-az2", Some("InvalidZone.NotFound")),
        (
            "AvailabilityZoneId",
            "us-east-1b",
            Some("InvalidZone.NotFound"),
        ),
    ] {
        let made = bench.call("CreateVolume", &[(parameter, zone), ("Size", "1")]);
        assert_eq!(
            made.as_ref().err().map(|refusal| refusal.code),
            code,
            "{zone}"
        );
        if let Ok(made) = made {
            assert_eq!(element(&made, "availabilityZone"), "us-east-1b");
        }
    }
    let named = [("ZoneName.1", "use1-az2")];
    assert_eq!(
        bench.code("DescribeAvailabilityZones", &named),
        "InvalidParameterValue"
    );
    let named = [("ZoneId.1", "use1-az2")];
    assert!(bench.call("DescribeAvailabilityZones", &named).is_ok());
    let restores = [
        ("AvailabilityZone.1", "use1-az2"),
        ("SourceSnapshotId.1", OLD),
    ];
    let refused = bench.code("EnableFastSnapshotRestores", &restores);
    assert_eq!(refused, "InvalidParameterValue");
}

#[test]
fn a_copy_needs_the_source_in_the_region_where_it_is() {
    let mut bench = Bench::new();
    let fields = [("SourceRegion", "eu-west-1"), ("SourceSnapshotId", OLD)];
    let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let call = Call {
        service: Service::Ec2,
        region: "us-east-1".to_owned(),
        action: "CopySnapshot".to_owned(),
        params: Params::Form(fields.into_iter().map(own).collect()),
    };
    let mut context = Context {
        world: &mut bench.world,
        call: &call,
        now: bench.now,
        request_id: "r",
    };
    assert_eq!(
        (operation(&call).unwrap().resources)(&mut context),
        [
            "arn:aws:ec2:us-east-1::snapshot/*",
            "arn:aws:ec2:eu-west-1::snapshot/snap-00000000000000001",
        ]
    );
}

#[test]
fn the_state_shows_what_was_set() {
    let mut bench = Bench::new();
    let share = [
        ("SnapshotId", OLD),
        ("CreateVolumePermission.Add.1.UserId", "210987654321"),
        ("CreateVolumePermission.Add.2.Group", "all"),
    ];
    bench.call("ModifySnapshotAttribute", &share).unwrap();
    let restores = [
        ("AvailabilityZone.1", "us-east-1a"),
        ("SourceSnapshotId.1", OLD),
    ];
    bench.call("EnableFastSnapshotRestores", &restores).unwrap();
    let block = [("State", "block-new-sharing")];
    bench
        .call("EnableSnapshotBlockPublicAccess", &block)
        .unwrap();
    let volume = [
        ("AvailabilityZone", "us-east-1a"),
        ("Size", "1"),
        ("ClientToken", "once"),
    ];
    let volume = bench.call("CreateVolume", &volume).unwrap();
    let volume = element(&volume, "volumeId");

    let state = bench.world.to_json(bench.now);
    let ec2 = &state["ec2"];
    assert_eq!(ec2["recycle_bin"]["Retain"], 172_800);
    let blocked = serde_json::json!([{ "Region": "us-east-1", "State": "block-new-sharing" }]);
    assert_eq!(ec2["block_public_access"], blocked);
    let token = &ec2["client_tokens"][0];
    assert_eq!(
        (&token["ClientToken"], &token["Made"]),
        (&"once".into(), &volume.into())
    );
    let snapshots = ec2["snapshots"].as_array().unwrap();
    let old = snapshots
        .iter()
        .find(|one| one["SnapshotId"] == OLD)
        .unwrap();
    assert_eq!(
        old["SharedWith"],
        serde_json::json!(["all", "210987654321"])
    );
    assert_eq!(
        old["FastSnapshotRestores"][0]["AvailabilityZone"],
        "us-east-1a"
    );
}
