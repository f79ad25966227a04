"""Changes of EC2 to volumes: made of snapshots, attached, detached."""

from ebs_changes import UNKNOWN, tags, volume
from ebs_lists import BATCH, DATA, ROOT, WEB
from support import check, refused, same


def check_create_volume(sandbox):
    ec2 = sandbox.client("ec2")
    zone = {"AvailabilityZone": "us-east-1a"}
    source = "snap-0a1b0000000000121"
    wish = dict(
        zone,
        SnapshotId=source,
        VolumeType="gp3",
        Iops=4000,
        Throughput=500,
        Size=300,
        ClientToken="t-1",
        TagSpecifications=tags("volume", Name="restored"),
    )
    made = ec2.create_volume(**wish)
    same(
        (made["State"], made["Size"], made["SnapshotId"]), ("creating", 300, source), "a new volume"
    )
    same((made["Iops"], made["Throughput"]), (4000, 500), "performance")
    same(ec2.create_volume(**wish)["VolumeId"], made["VolumeId"], "the same token")
    refused("IdempotentParameterMismatch", ec2.create_volume, **dict(wish, Size=301))
    other = sandbox.client("ec2", "eu-west-1")
    refused("InvalidZone.NotFound", other.create_volume, **wish)
    sandbox.advance(seconds=6)
    same(volume(ec2, made["VolumeId"])["State"], "available", "after five seconds")
    same(ec2.create_volume(**wish)["VolumeId"], made["VolumeId"], "the same token, later")
    check(
        ec2.create_volume(**dict(wish, ClientToken="t-2"))["VolumeId"] != made["VolumeId"],
        "another token",
    )
    plain = ec2.create_volume(**zone, Size=10)
    same((plain["VolumeType"], plain["Iops"]), ("gp2", 100), "the default type")
    encrypted = ec2.create_volume(**zone, SnapshotId="snap-0a1b0000000000133")
    check(
        encrypted["Encrypted"] and encrypted["KmsKeyId"].endswith("567890ab"), "key of the snapshot"
    )
    bad = ec2.create_volume(**zone, Size=1, Encrypted=True, KmsKeyId="nonsense")["VolumeId"]
    same(volume(ec2, bad)["State"], "creating", "keys are checked late")
    sandbox.advance(seconds=6)
    same(volume(ec2, bad)["State"], "error", "a bad key")
    failing = ec2.create_volume(**zone, Size=1)["VolumeId"]
    same(sandbox.fail(failing), 200, "fail")
    same(volume(ec2, failing)["State"], "error", "a failed volume")
    same(sandbox.fail(DATA), 409, "failing what is there")

    refused("IncorrectState", ec2.create_volume, **zone, SnapshotId="snap-0a1b0000000000161")
    pending = ec2.create_snapshot(VolumeId=DATA)["SnapshotId"]
    refused(
        "IncorrectState",
        ec2.create_volume,
        **zone,
        SnapshotId=pending,
        text="^Snapshot is in invalid state - pending$",
    )
    refused("InvalidSnapshot.NotFound", ec2.create_volume, **zone, SnapshotId=UNKNOWN)
    refused("InvalidParameterValue", ec2.create_volume, **zone, SnapshotId=source, Size=199)
    refused(
        "InvalidZone.NotFound",
        ec2.create_volume,
        AvailabilityZone="us-east-1z",
        Size=1,
        text="^The zone 'us-east-1z' does not exist.$",
    )
    refused("MissingParameter", ec2.create_volume, **zone, text="size/snapshot")
    both = dict(zone, AvailabilityZoneId="use1-az1")
    refused("InvalidParameterCombination", ec2.create_volume, **both, Size=1)
    by_id = ec2.create_volume(AvailabilityZoneId="use1-az2", Size=1)
    same(by_id["AvailabilityZone"], "us-east-1b", "a zone by its id")
    for wrong in (
        dict(Size=0),
        dict(Size=16385),
        dict(Size=8, VolumeType="gp9"),
        dict(Size=100, VolumeType="st1"),
        dict(Size=8, VolumeType="gp3", Iops=2000),
        dict(Size=8, VolumeType="gp3", Iops=5000),
        dict(Size=10, VolumeType="io1", Iops=600),
        dict(Size=8, VolumeType="gp3", Throughput=2001),
    ):
        refused("InvalidParameterValue", ec2.create_volume, **zone, **wrong)
    refused("InvalidParameterDependency", ec2.create_volume, **zone, Size=8, KmsKeyId="alias/x")
    for wrong in (
        dict(Size=8, Iops=3000),
        dict(Size=8, VolumeInitializationRate=100),
        dict(Size=8, MultiAttachEnabled=True),
    ):
        refused("InvalidParameterCombination", ec2.create_volume, **zone, **wrong)
    refused("MissingParameter", ec2.create_volume, **zone, Size=8, VolumeType="io2")


def check_attach(sandbox):
    ec2 = sandbox.client("ec2")
    made = ec2.create_volume(AvailabilityZone="us-east-1a", Size=5, VolumeType="gp3")["VolumeId"]
    where = dict(VolumeId=made, InstanceId=WEB, Device="/dev/sdz")
    refused("IncorrectState", ec2.attach_volume, **where, text="is not 'available'")
    sandbox.advance(seconds=6)
    reply = ec2.attach_volume(**where)
    same((reply["State"], reply["Device"]), ("attaching", "/dev/sdz"), "attaching")
    same(volume(ec2, made)["State"], "in-use", "in use at once")
    sandbox.advance(seconds=6)
    same(volume(ec2, made)["Attachments"][0]["State"], "attached", "attached")
    refused(
        "VolumeInUse",
        ec2.attach_volume,
        **dict(where, InstanceId=BATCH),
        text=f"^Volume {made} is currently attached to {WEB}$",
    )
    zone = "us-east-1c"
    far = ec2.create_volume(AvailabilityZone=zone, Size=5, VolumeType="gp3")["VolumeId"]
    sandbox.advance(seconds=6)
    refused(
        "InvalidVolume.ZoneMismatch",
        ec2.attach_volume,
        VolumeId=far,
        InstanceId=WEB,
        Device="/dev/sdy",
    )
    near = "vol-0a1b0000000000052"
    refused(
        "InvalidParameterValue",
        ec2.attach_volume,
        VolumeId=near,
        InstanceId=WEB,
        Device="/dev/sdz",
        text="is already in use$",
    )
    refused(
        "InvalidParameterValue", ec2.attach_volume, VolumeId=near, InstanceId=WEB, Device="sdz"
    )
    refused(
        "InvalidParameterValue", ec2.attach_volume, VolumeId=near, InstanceId=WEB, Device="disk"
    )
    refused(
        "IncorrectState",
        ec2.attach_volume,
        VolumeId=near,
        InstanceId="i-0a1b0000000000005",
        Device="/dev/sdz",
    )
    refused("MissingParameter", ec2.attach_volume, VolumeId=near, InstanceId=WEB)
    reply = ec2.detach_volume(VolumeId=made)
    same(reply["State"], "detaching", "detaching")
    refused("IncorrectState", ec2.detach_volume, VolumeId=made)
    sandbox.advance(seconds=6)
    same(volume(ec2, made)["State"], "available", "detached")
    refused("IncorrectState", ec2.detach_volume, VolumeId=made)
    refused(
        "IncorrectState", ec2.detach_volume, VolumeId=ROOT, text="^Unable to detach root volume"
    )
    refused("InvalidAttachment.NotFound", ec2.detach_volume, VolumeId=DATA, InstanceId=BATCH)
    ec2.detach_volume(VolumeId="vol-0a1b0000000000031")  # the root volume of a stopped instance


def check_delete_volume(sandbox):
    ec2 = sandbox.client("ec2")
    wish = dict(AvailabilityZone="us-east-1a", Size=1, ClientToken="gone")
    made = ec2.create_volume(**wish)["VolumeId"]
    refused("IncorrectState", ec2.delete_volume, VolumeId=made, text="'creating'")
    refused("DryRunOperation", ec2.delete_volume, status=412, VolumeId=made, DryRun=True)
    sandbox.advance(seconds=6)
    ec2.delete_volume(VolumeId=made)
    same(volume(ec2, made)["State"], "deleting", "deleting")
    refused("IncorrectState", ec2.delete_volume, VolumeId=made)
    refused("IncorrectState", ec2.create_snapshot, VolumeId=made)
    sandbox.advance(seconds=6)
    refused("InvalidVolume.NotFound", ec2.describe_volumes, VolumeIds=[made])
    refused("InvalidVolume.NotFound", ec2.delete_volume, VolumeId=made)
    again = ec2.create_volume(**wish)
    same((again["VolumeId"], again["State"]), (made, "deleted"), "the token of what is gone")
    bad = "IdempotentParameterMismatch"
    refused(bad, ec2.create_volume, **dict(wish, Size=2))
    refused("InvalidParameterValue", ec2.create_volume, **dict(wish, ClientToken="x" * 65))
    text = f"^Volume {DATA} is currently attached to {WEB}$"
    refused("VolumeInUse", ec2.delete_volume, VolumeId=DATA, text=text)


PARTS = [
    check_create_volume,
    check_attach,
    check_delete_volume,
]
