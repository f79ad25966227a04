"""Changes of EC2: snapshots, sets, copies, volumes, attachments, tags."""

from datetime import datetime, timedelta

from ebs_lists import BATCH, DATA, DB, FAILED, PUBLIC, ROOT, SHARED, WEB
from support import check, refused, same

COLD = "vol-0a1b0000000000053"  # sc1, 1000 GiB
SCRATCH = "vol-0a1b0000000000032"  # st1
SMALL = "vol-0a1b0000000000054"  # standard, 10 GiB
UNKNOWN = "snap-0123456789abcdef0"


def tags(kind, **pairs):
    return [{"ResourceType": kind, "Tags": [{"Key": k, "Value": v} for k, v in pairs.items()]}]


def snapshot(ec2, identifier):
    return ec2.describe_snapshots(SnapshotIds=[identifier])["Snapshots"][0]


def volume(ec2, identifier):
    return ec2.describe_volumes(VolumeIds=[identifier])["Volumes"][0]


def check_create(sandbox):
    ec2 = sandbox.client("ec2")
    made = ec2.create_snapshot(
        VolumeId=DATA,
        Description='before <upgrade> & "more"',
        TagSpecifications=tags("snapshot", Name="a<b>&c\nd", Owner=""),
    )
    same((made["State"], made["Progress"]), ("pending", ""), "a new snapshot")
    same(made["Description"], 'before <upgrade> & "more"', "description")
    same(
        made["Tags"], [{"Key": "Name", "Value": "a<b>&c\nd"}, {"Key": "Owner", "Value": ""}], "tags"
    )
    same(
        (made["VolumeSize"], made["Encrypted"], made["OwnerId"]),
        (200, False, "123456789012"),
        "facts",
    )
    now = datetime.fromisoformat(sandbox.state()["now"])
    check(timedelta(0) <= now - made["StartTime"] < timedelta(minutes=1), "StartTime")
    refused(
        "SnapshotCreationPerVolumeRateExceeded",
        ec2.create_snapshot,
        VolumeId=DATA,
        text="^The maximum per volume CreateSnapshot request rate has been exceeded",
    )
    seen = [""]
    while snapshot(ec2, made["SnapshotId"])["State"] == "pending":
        progress = snapshot(ec2, made["SnapshotId"])["Progress"]
        number = int(progress[:-1] or 0)
        check(number >= int(seen[-1][:-1] or 0), "progress rises")
        seen.append(progress)
        sandbox.advance(seconds=20)
        check(len(seen) < 100, "it ends")
    check(len(set(seen)) > 10, f"progress moves: {seen}")
    check(any(a == b for a, b in zip(seen, seen[1:])), f"progress rests: {seen}")
    done = snapshot(ec2, made["SnapshotId"])
    same((done["State"], done["Progress"]), ("completed", "100%"), "the end")
    second = ec2.create_snapshot(VolumeId=DATA)
    check("Tags" not in second, "no tags")

    failing = second["SnapshotId"]
    same(sandbox.fail(failing), 200, "fail")
    same(snapshot(ec2, failing)["State"], "error", "a failed snapshot")
    same(sandbox.fail(failing), 409, "failing what has failed")
    same(sandbox.fail(UNKNOWN), 404, "failing what is not there")

    refused("InvalidVolume.NotFound", ec2.create_snapshot, VolumeId="vol-0123456789abcdef0")
    refused("InvalidParameterValue", ec2.create_snapshot, VolumeId="vol-x")
    refused(
        "IncorrectState",
        ec2.create_snapshot,
        VolumeId="vol-0a1b0000000000055",
        text="is not in the 'available' or 'in-use' state",
    )
    refused("IncorrectState", ec2.create_snapshot, VolumeId="vol-0a1b0000000000056")
    invalid = "InvalidParameterValue"
    refused(invalid, ec2.create_snapshot, VolumeId=ROOT, Description="naïve", text="beyond ASCII")
    refused(
        invalid, ec2.create_snapshot, VolumeId=ROOT, Description="x" * 256, text="255 characters$"
    )
    refused(
        invalid,
        ec2.create_snapshot,
        VolumeId=ROOT,
        text="reserved for internal use",
        TagSpecifications=tags("snapshot", **{"aws:x": "y"}),
    )
    refused(invalid, ec2.create_snapshot, VolumeId=ROOT, TagSpecifications=tags("volume", a="b"))
    refused(
        invalid,
        ec2.create_snapshot,
        VolumeId=ROOT,
        TagSpecifications=tags("snapshot", **{"k" * 129: "v"}),
    )
    refused(
        invalid, ec2.create_snapshot, VolumeId=ROOT, TagSpecifications=tags("snapshot", k="v" * 257)
    )
    many = {f"k{n}": "v" for n in range(51)}
    refused(
        "TagLimitExceeded",
        ec2.create_snapshot,
        VolumeId=ROOT,
        TagSpecifications=tags("snapshot", **many),
    )
    twice = [{"ResourceType": "snapshot", "Tags": [{"Key": "a", "Value": "1"}] * 2}]
    refused(invalid, ec2.create_snapshot, VolumeId=ROOT, TagSpecifications=twice)

    ec2.create_snapshot(VolumeId=COLD)
    sandbox.advance(seconds=16)
    refused("ConcurrentSnapshotLimitExceeded", ec2.create_snapshot, VolumeId=COLD)
    huge = "vol-0a1b0000000000022"
    for _ in range(4):  # one is pending from the start
        ec2.create_snapshot(VolumeId=huge)
        sandbox.advance(seconds=16)
    refused(
        "ConcurrentSnapshotLimitExceeded",
        ec2.create_snapshot,
        VolumeId=huge,
        text="^Maximum allowed in-progress snapshots for a single volume exceeded.$",
    )


def check_sets(sandbox):
    ec2 = sandbox.client("ec2")
    one = {"InstanceId": WEB, "ExcludeBootVolume": True}
    made = ec2.create_snapshots(
        InstanceSpecification=one,
        Description="set",
        CopyTagsFromSource="volume",
        TagSpecifications=tags("snapshot", Op="1"),
    )["Snapshots"]
    same({s["VolumeId"] for s in made}, {DATA, "vol-0a1b0000000000051"}, "volumes of the set")
    same({s["State"] for s in made}, {"pending"}, "states of the set")
    data = next(s for s in made if s["VolumeId"] == DATA)
    found = {t["Key"]: t["Value"] for t in data["Tags"]}
    same((found["Backup"], found["Op"]), ("daily", "1"), "copied and own tags")
    refused(
        "SnapshotCreationPerVolumeRateExceeded",
        ec2.create_snapshots,
        InstanceSpecification={"InstanceId": WEB},
    )
    whole = [{"Name": "volume-id", "Values": [ROOT]}, {"Name": "status", "Values": ["pending"]}]
    same(
        ec2.describe_snapshots(OwnerIds=["self"], Filters=whole)["Snapshots"],
        [],
        "whole or nothing",
    )
    same(sandbox.fail(data["SnapshotId"]), 200, "fail one of the set")
    states = {snapshot(ec2, s["SnapshotId"])["State"] for s in made}
    same(states, {"error"}, "the set fails as a whole")

    sandbox.advance(minutes=20)
    excluded = {"InstanceId": WEB, "ExcludeDataVolumeIds": [DATA]}
    made = ec2.create_snapshots(InstanceSpecification=excluded)["Snapshots"]
    same({s["VolumeId"] for s in made}, {ROOT, "vol-0a1b0000000000051"}, "a data volume excluded")
    everything = {
        "InstanceId": DB,
        "ExcludeBootVolume": True,
        "ExcludeDataVolumeIds": ["vol-0a1b0000000000022", "vol-0a1b0000000000023"],
    }
    refused("InvalidParameterCombination", ec2.create_snapshots, InstanceSpecification=everything)
    refused(
        "InvalidParameterValue",
        ec2.create_snapshots,
        InstanceSpecification={"InstanceId": WEB, "ExcludeDataVolumeIds": [ROOT]},
    )
    refused(
        "InvalidParameterValue",
        ec2.create_snapshots,
        InstanceSpecification={"InstanceId": WEB, "ExcludeDataVolumeIds": [COLD]},
    )
    refused(
        "IncorrectInstanceState",
        ec2.create_snapshots,
        InstanceSpecification={"InstanceId": "i-0a1b0000000000005"},
    )
    refused(
        "UnsupportedOperation",
        ec2.create_snapshots,
        text="hibernation",
        InstanceSpecification={"InstanceId": "i-0a1b0000000000004"},
    )
    refused(
        "InvalidInstanceID.NotFound",
        ec2.create_snapshots,
        InstanceSpecification={"InstanceId": "i-0123456789abcdef0"},
    )
    refused("MissingParameter", ec2.create_snapshots, InstanceSpecification={})


def check_delete(sandbox):
    ec2 = sandbox.client("ec2")
    sandbox.advance(hours=8)
    made = ec2.create_snapshot(VolumeId=SMALL)["SnapshotId"]
    ec2.delete_snapshot(SnapshotId=made)
    same(snapshot(ec2, made)["State"], "pending", "deleted while pending: there until completed")
    sandbox.advance(minutes=2)
    refused("InvalidSnapshot.NotFound", ec2.describe_snapshots, SnapshotIds=[made])
    refused("InvalidSnapshot.NotFound", ec2.delete_snapshot, SnapshotId=made)
    binned = ec2.list_snapshots_in_recycle_bin(SnapshotIds=[made])["Snapshots"][0]
    kept = binned["RecycleBinExitTime"] - binned["RecycleBinEnterTime"]
    same(kept, timedelta(days=7), "how long the bin keeps it")
    check(
        made in {s["SnapshotId"] for s in ec2.list_snapshots_in_recycle_bin()["Snapshots"]}, "bin"
    )
    refused(
        "InvalidSnapshot.NotFound",
        ec2.create_volume,
        AvailabilityZone="us-east-1a",
        SnapshotId=made,
    )
    of_made = [{"Name": "resource-id", "Values": [made]}]
    tagged = ec2.describe_tags(Filters=of_made)["Tags"]
    same([t["Key"] for t in tagged], ["aws:recycle-bin:resource-in-bin"], "the tag of the bin")
    back = ec2.restore_snapshot_from_recycle_bin(SnapshotId=made)
    same(ec2.describe_tags(Filters=of_made)["Tags"], [], "no tag of the bin")
    same((back["SnapshotId"], back["State"], back["Progress"]), (made, "completed", "100%"), "back")
    same(snapshot(ec2, made)["State"], "completed", "listed again")
    refused("IncorrectState", ec2.restore_snapshot_from_recycle_bin, SnapshotId=made)
    refused("InvalidSnapshot.NotFound", ec2.restore_snapshot_from_recycle_bin, SnapshotId=UNKNOWN)
    ec2.delete_snapshot(SnapshotId=made)
    sandbox.advance(days=7, minutes=1)
    refused("InvalidSnapshot.NotFound", ec2.restore_snapshot_from_recycle_bin, SnapshotId=made)
    same(ec2.list_snapshots_in_recycle_bin()["Snapshots"], [], "an empty bin")

    refused(
        "InvalidSnapshot.InUse",
        ec2.delete_snapshot,
        SnapshotId="snap-0a1b00000000001c1",
        text="^The snapshot snap-0a1b00000000001c1 is currently in use by ami-0a1b0000000000002$",
    )
    refused(
        "InvalidParameterValue",
        ec2.delete_snapshot,
        SnapshotId="snap-0a1b0000000000151",
        text="^This snapshot is managed by the AWS Backup service",
    )
    for locked in ("141", "142"):
        refused("SnapshotLocked", ec2.delete_snapshot, SnapshotId=f"snap-0a1b0000000000{locked}")
    ec2.delete_snapshot(SnapshotId="snap-0a1b0000000000144")  # its lock is over
    refused("InvalidSnapshot.NotFound", ec2.delete_snapshot, SnapshotId=UNKNOWN)
    refused("InvalidSnapshotID.Malformed", ec2.delete_snapshot, SnapshotId="snap-1")
    refused("OperationNotPermitted", ec2.delete_snapshot, status=403, SnapshotId=PUBLIC)
    ec2.delete_snapshot(SnapshotId=FAILED)


def check_copy(sandbox):
    ireland = sandbox.client("ec2", "eu-west-1")
    source = {"SourceRegion": "us-east-1", "SourceSnapshotId": "snap-0a1b0000000000121"}
    made = ireland.copy_snapshot(
        **source, Description="copy", TagSpecifications=tags("snapshot", a="b")
    )
    same(made["Tags"], [{"Key": "a", "Value": "b"}], "tags of a copy")
    found = snapshot(ireland, made["SnapshotId"])
    same(
        (found["VolumeId"], found["State"], found["VolumeSize"]),
        ("vol-ffffffff", "pending", 200),
        "copy",
    )
    same(found["TransferType"], "standard", "transfer type")
    timed = ireland.copy_snapshot(**source, CompletionDurationMinutes=15)["SnapshotId"]
    found = snapshot(ireland, timed)
    same(
        (found["TransferType"], found["CompletionDurationMinutes"]),
        ("time-based", 15),
        "timed copy",
    )
    sandbox.advance(minutes=15)
    same(snapshot(ireland, timed)["State"], "completed", "a timed copy is there in time")
    shared = ireland.copy_snapshot(
        SourceRegion="us-east-1", SourceSnapshotId=SHARED, Encrypted=True
    )
    check(
        snapshot(ireland, shared["SnapshotId"])["KmsKeyId"].startswith("arn:aws:kms:eu-west-1:"),
        "key",
    )
    here = sandbox.client("ec2")
    refused("InvalidSnapshot.NotFound", here.describe_snapshots, SnapshotIds=[timed])
    encrypted = {"SourceRegion": "us-east-1", "SourceSnapshotId": "snap-0a1b0000000000133"}
    own = here.copy_snapshot(**encrypted)["SnapshotId"]
    key = snapshot(here, "snap-0a1b0000000000133")["KmsKeyId"]
    same(snapshot(here, own)["KmsKeyId"], key, "the key in the same Region")
    refused("InvalidParameterValue", here.copy_snapshot, **encrypted, Encrypted=False)
    foreign = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    failing = here.copy_snapshot(**source, Encrypted=True, KmsKeyId=foreign)["SnapshotId"]
    same(snapshot(here, failing)["State"], "pending", "keys are looked at late")
    sandbox.advance(seconds=20)
    found = snapshot(here, failing)
    same(
        (found["State"], found["StateMessage"]),
        ("error", "Given key ID is not accessible"),
        "a key of another Region",
    )
    plain = here.copy_snapshot(**source, Encrypted=False)["SnapshotId"]
    same(snapshot(here, plain)["Encrypted"], False, "what is plain stays so")
    sandbox.advance(hours=1)
    for _ in range(20):
        ireland.copy_snapshot(**source)
    refused("ResourceLimitExceeded", ireland.copy_snapshot, **source)
    refused(
        "InvalidSnapshot.NotFound",
        here.copy_snapshot,
        SourceRegion="us-east-1",
        SourceSnapshotId=UNKNOWN,
    )
    refused(
        "InvalidParameterValue", here.copy_snapshot, SourceRegion="mars-1", SourceSnapshotId=SHARED
    )
    refused("InvalidParameterValue", here.copy_snapshot, **source, CompletionDurationMinutes=20)
    pending = here.create_snapshot(VolumeId=COLD)["SnapshotId"]
    refused(
        "IncorrectState",
        here.copy_snapshot,
        SourceRegion="us-east-1",
        SourceSnapshotId=pending,
        text="Snapshot is in invalid state - pending",
    )


def check_tags(sandbox):
    ec2 = sandbox.client("ec2")

    def of(identifier):
        filters = [{"Name": "resource-id", "Values": [identifier]}]
        return {t["Key"]: t["Value"] for t in ec2.describe_tags(Filters=filters)["Tags"]}

    both = [DATA, "snap-0a1b0000000000112"]
    before = {i: of(i) for i in both}
    ec2.create_tags(
        Resources=both, Tags=[{"Key": "Ünï", "Value": "<1>"}, {"Key": "Name", "Value": "new"}]
    )
    for i in both:
        same(of(i), {**before[i], "Ünï": "<1>", "Name": "new"}, "tags")
    ec2.delete_tags(Resources=both, Tags=[{"Key": "Ünï"}, {"Key": "Name", "Value": "other"}])
    same(of(DATA), {**before[DATA], "Name": "new"}, "removed by key, kept by value")
    ec2.delete_tags(Resources=both, Tags=[{"Key": "Name", "Value": "new"}])
    same("Name" in of(DATA), False, "removed by value")
    ec2.delete_tags(Resources=["snap-0a1b0000000000112"])
    same(of("snap-0a1b0000000000112"), {}, "all removed")
    refused(
        "InvalidSnapshot.NotFound",
        ec2.create_tags,
        Resources=[DATA, UNKNOWN],
        Tags=[{"Key": "a", "Value": "b"}],
    )
    same("a" in of(DATA), False, "all or nothing")
    refused(
        "InvalidParameterValue",
        ec2.create_tags,
        Resources=[DATA],
        Tags=[{"Key": "aws:a", "Value": ""}],
    )
    refused("InvalidID", ec2.create_tags, Resources=["nonsense"], Tags=[{"Key": "a", "Value": ""}])
    many = [{"Key": f"k{n}", "Value": ""} for n in range(50)]
    refused("TagLimitExceeded", ec2.create_tags, Resources=[DATA], Tags=many)
    refused("MissingParameter", ec2.create_tags, Resources=[DATA], Tags=[])
    kinds = {t["ResourceType"] for t in ec2.describe_tags()["Tags"]}
    same(kinds, {"volume", "snapshot", "instance", "image"}, "types of tagged resources")


def check_lost_replies(sandbox):
    """The work is done and the reply lost: what was tagged can be found, and is there once."""
    ec2 = sandbox.client("ec2")
    sandbox.advance(hours=9)
    calls = {
        "CreateSnapshot": (ec2.create_snapshot, dict(VolumeId=SMALL), "snapshot"),
        "CreateSnapshots": (
            ec2.create_snapshots,
            dict(InstanceSpecification={"InstanceId": BATCH}),
            "snapshot",
        ),
        "CopySnapshot": (
            ec2.copy_snapshot,
            dict(SourceRegion="us-east-1", SourceSnapshotId=SHARED),
            "snapshot",
        ),
        "CreateVolume": (ec2.create_volume, dict(AvailabilityZone="us-east-1a", Size=1), "volume"),
    }
    for action, (call, parameters, kind) in calls.items():
        for fault, done in (
            ("drop_after", True),
            ("gateway_timeout", True),
            ("malformed", True),
            ("drop_before", False),
            ("error_500", False),
            ("throttle", False),
        ):
            sandbox.advance(hours=2)
            rule = {"service": "ec2", "action": action, "kind": fault}
            same(sandbox.control("faults", rule)[0], 200, "a fault")
            name = f"{action}-{fault}"
            try:
                call(**parameters, TagSpecifications=tags(kind, Op=name))
            except Exception:  # whatever a client makes of it
                pass
            found = ec2.describe_tags(Filters=[{"Name": "tag:Op", "Values": [name]}])["Tags"]
            expected = (1 if action != "CreateSnapshots" else len(attached(ec2))) if done else 0
            same(len(found), expected, name)
    sandbox.control("faults", method="DELETE")


def attached(ec2):
    filters = [{"Name": "attachment.instance-id", "Values": [BATCH]}]
    return ec2.describe_volumes(Filters=filters)["Volumes"]


PARTS = [
    check_create,
    check_sets,
    check_delete,
    check_copy,
    check_tags,
    check_lost_replies,
]
