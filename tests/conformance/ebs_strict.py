"""A sandbox that denies, throttles and is slow to show: started with strict.toml."""

import json
import re

from support import check, refused, same

VOLUME, OTHER = "vol-00000000000000001", "vol-00000000000000002"


def check_denials(sandbox):
    ec2, sts = sandbox.client("ec2"), sandbox.client("sts")
    zone = {"AvailabilityZone": "us-east-1a", "Size": 1}
    for dry in (False, True):
        text = refused("UnauthorizedOperation", ec2.create_volume, status=403, DryRun=dry, **zone)
        check(
            "not authorized to perform: ec2:CreateVolume on resource: arn:aws:ec2:us-east-1:123456789012:volume/*"
            in text,
            text,
        )
    blob = re.search("Encoded authorization failure message: (.*)$", text).group(1)
    message = json.loads(sts.decode_authorization_message(EncodedMessage=blob)["DecodedMessage"])
    same(message["allowed"], False, "allowed")
    same(message["context"]["action"], "ec2:CreateVolume", "action")
    same(
        message["context"]["principal"]["arn"],
        "arn:aws:iam::123456789012:user/sandbox",
        "principal",
    )
    refused(
        "UnauthorizedOperation",
        ec2.delete_snapshot,
        status=403,
        SnapshotId="snap-00000000000000001",
    )
    ec2.delete_snapshot(SnapshotId="snap-00000000000000002")
    tags = [{"ResourceType": "snapshot", "Tags": [{"Key": "a", "Value": "b"}]}]
    refused(
        "UnauthorizedOperation",
        ec2.create_snapshot,
        status=403,
        VolumeId=VOLUME,
        TagSpecifications=tags,
        DryRun=True,
        text="ec2:CreateTags",
    )
    refused("DryRunOperation", ec2.create_snapshot, status=412, VolumeId=VOLUME, DryRun=True)
    dlm = sandbox.client("dlm")
    refused(
        "AccessDeniedException",
        dlm.delete_lifecycle_policy,
        status=403,
        PolicyId="policy-1",
        text="arn:aws:dlm:us-east-1:123456789012:policy/policy-1",
    )


def check_eventual_consistency(sandbox):
    ec2 = sandbox.client("ec2")
    made = ec2.create_snapshot(VolumeId=VOLUME)["SnapshotId"]
    refused("InvalidSnapshot.NotFound", ec2.describe_snapshots, SnapshotIds=[made])
    check(made not in str(ec2.describe_snapshots(OwnerIds=["self"])), "not listed yet")
    sandbox.advance(seconds=2)
    same(len(ec2.describe_snapshots(SnapshotIds=[made])["Snapshots"]), 1, "seen after two seconds")


def check_throttling(sandbox):
    """The scenario allows a tenth of AWS's rates: 10 creations and then one in two seconds."""
    ec2 = sandbox.client("ec2")
    sandbox.advance(minutes=5)
    for _ in range(10):
        refused("InvalidVolume.NotFound", ec2.create_snapshot, VolumeId=OTHER)
    refused(
        "RequestLimitExceeded",
        ec2.create_snapshot,
        status=503,
        VolumeId=OTHER,
        text="^Request limit exceeded.$",
    )
    sandbox.advance(seconds=2)
    refused("InvalidVolume.NotFound", ec2.create_snapshot, VolumeId=OTHER)
    refused("RequestLimitExceeded", ec2.create_snapshot, status=503, VolumeId=OTHER)
    for _ in range(20):
        refused("DryRunOperation", ec2.create_snapshot, 412, VolumeId=OTHER, DryRun=True)
    for _ in range(5):
        ec2.describe_volumes()
    refused("RequestLimitExceeded", ec2.describe_volumes, status=503)
    for _ in range(10):
        ec2.describe_volumes(MaxResults=100)
    refused("RequestLimitExceeded", ec2.describe_volumes, status=503, MaxResults=100)


PARTS = [check_denials, check_eventual_consistency, check_throttling]
