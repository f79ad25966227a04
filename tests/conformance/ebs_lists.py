"""Lists of EC2: who is seen, filters, pages, dry runs, forms of parameters."""

import re
from collections import Counter
from datetime import datetime

from botocore import xform_name

from support import check, refused, same

WEB, DB, BATCH = (f"i-0a1b000000000000{n}" for n in (1, 2, 3))
ROOT, DATA = "vol-0a1b0000000000011", "vol-0a1b0000000000012"
PENDING, FAILED = "snap-0a1b0000000000131", "snap-0a1b0000000000132"
HOSTILE = "snap-0a1b00000000001a1"
PUBLIC, SHARED = "snap-0a1b0000000000f02", "snap-0a1b0000000000f03"


def ids(snapshots):
    return {s["SnapshotId"] for s in snapshots["Snapshots"]}


def check_volumes(sandbox):
    ec2 = sandbox.client("ec2")
    volumes = ec2.describe_volumes()["Volumes"]
    same(len(volumes), 15, "volumes in us-east-1")
    states = {v["State"] for v in volumes}
    same(states, {"creating", "available", "in-use", "error"}, "states of volumes")
    types = {v["VolumeType"] for v in volumes}
    same(types, {"standard", "io1", "io2", "gp2", "gp3", "st1", "sc1"}, "types")
    found = {v["VolumeId"]: v for v in volumes}
    data = found[DATA]
    same((data["Iops"], data["Throughput"], data["Size"]), (4000, 250, 200), "figures of gp3")
    same(data["Attachments"][0]["State"], "attached", "attachment")
    check(isinstance(data["CreateTime"], datetime), "CreateTime")
    check(found["vol-0a1b0000000000022"]["KmsKeyId"].startswith("arn:aws:kms:"), "KmsKeyId")
    check("KmsKeyId" not in data, "no key")
    same(len(found["vol-0a1b0000000000051"]["Attachments"]), 2, "multi-attach")

    def by(**filters):
        wanted = [{"Name": n.replace("_", "-"), "Values": v} for n, v in filters.items()]
        return {v["VolumeId"] for v in ec2.describe_volumes(Filters=wanted)["Volumes"]}

    same(by(status=["in-use"]), {v for v in found if found[v]["State"] == "in-use"}, "status")
    same(by(size=["200"]), {DATA, "vol-0a1b0000000000052"}, "size")
    same(len(by(volume_type=["io?"])), 3, "wildcard")
    attached = [{"Name": "attachment.instance-id", "Values": [WEB]}]
    same(len(ec2.describe_volumes(Filters=attached)["Volumes"]), 3, "attachment.instance-id")
    tagged = [{"Name": "tag:Backup", "Values": ["daily", "weekly"]}]
    same(len(ec2.describe_volumes(Filters=tagged)["Volumes"]), 2, "tag:Backup")
    both = tagged + attached
    same(
        [v["VolumeId"] for v in ec2.describe_volumes(Filters=both)["Volumes"]],
        [DATA],
        "two filters",
    )
    same(len(ec2.describe_volumes(VolumeIds=[ROOT, DATA, ROOT])["Volumes"]), 2, "two ids")
    refused(
        "InvalidVolume.NotFound",
        ec2.describe_volumes,
        VolumeIds=[ROOT, "vol-0123456789abcdef0"],
        text="^The volume 'vol-0123456789abcdef0' does not exist.$",
    )
    refused("InvalidParameterValue", ec2.describe_volumes, VolumeIds=["snap-1"], text="'vol-...'")
    same(len(ec2.describe_volumes(MaxResults=1000)["Volumes"]), 15, "as the AWS CLI asks")
    refused("InvalidParameterValue", ec2.describe_volumes, MaxResults=4, text="greater than 5")
    refused("InvalidParameterCombination", ec2.describe_volumes, MaxResults=5, VolumeIds=[ROOT])
    refused(
        "InvalidParameterValue",
        ec2.describe_volumes,
        Filters=[{"Name": "colour", "Values": ["red"]}],
        text="The filter 'colour' is invalid",
    )
    ireland = sandbox.client("ec2", "eu-west-1").describe_volumes()["Volumes"]
    same([v["VolumeId"] for v in ireland], ["vol-0a1b0000000000061"], "volumes in eu-west-1")


def check_instances(sandbox):
    ec2 = sandbox.client("ec2")
    found = {}
    for reservation in ec2.describe_instances()["Reservations"]:
        for instance in reservation["Instances"]:
            found[instance["InstanceId"]] = instance
    same(len(found), 5, "instances")
    states = Counter(i["State"]["Name"] for i in found.values())
    same(states, {"running": 3, "stopped": 1, "terminated": 1}, "states of instances")
    web = found[WEB]
    devices = [d["DeviceName"] for d in web["BlockDeviceMappings"]]
    same(devices, ["/dev/sdf", "/dev/sdg", "/dev/xvda"], "devices")
    same(web["RootDeviceName"], "/dev/xvda", "root device")
    check({"Key": "Name", "Value": "web-1"} in web["Tags"], "tags")
    stopped = [{"Name": "instance-state-name", "Values": ["stopped"]}]
    reply = ec2.describe_instances(Filters=stopped)["Reservations"]
    same([r["Instances"][0]["InstanceId"] for r in reply], [BATCH], "filter instance-state-name")
    holding = [{"Name": "block-device-mapping.volume-id", "Values": [DATA]}]
    same(len(ec2.describe_instances(Filters=holding)["Reservations"]), 1, "filter by volume")
    refused(
        "InvalidInstanceID.NotFound", ec2.describe_instances, InstanceIds=["i-0123456789abcdef0"]
    )
    refused("InvalidInstanceID.Malformed", ec2.describe_instances, InstanceIds=["i-xyz"])

    running = ec2.describe_instance_status()["InstanceStatuses"]
    same(len(running), 3, "statuses of running instances")
    same({s["SystemStatus"]["Status"] for s in running}, {"ok"}, "status checks")
    every = ec2.describe_instance_status(IncludeAllInstances=True)["InstanceStatuses"]
    same(len(every), 5, "statuses of all instances")


def check_images(sandbox):
    ec2 = sandbox.client("ec2")
    same(len(ec2.describe_images()["Images"]), 2, "images")
    own = ec2.describe_images(Owners=["self"])["Images"]
    same([i["ImageId"] for i in own], ["ami-0a1b0000000000002"], "own images")
    used = [d["Ebs"]["SnapshotId"] for d in own[0]["BlockDeviceMappings"]]
    by_snapshot = [{"Name": "block-device-mapping.snapshot-id", "Values": [used[1]]}]
    same(len(ec2.describe_images(Filters=by_snapshot)["Images"]), 1, "images by snapshot")
    refused("InvalidAMIID.NotFound", ec2.describe_images, ImageIds=["ami-0123456789abcdef0"])


def check_zones(sandbox):
    zones = sandbox.client("ec2").describe_availability_zones()["AvailabilityZones"]
    same([z["ZoneName"] for z in zones], [f"us-east-1{z}" for z in "abcdef"], "zones")
    same(zones[1]["ZoneId"], "use1-az2", "zone id")
    refused(
        "InvalidParameterValue",
        sandbox.client("ec2").describe_availability_zones,
        ZoneNames=["us-east-1z"],
    )


def check_snapshots(sandbox):
    ec2 = sandbox.client("ec2")
    everything = ec2.describe_snapshots()
    own = ec2.describe_snapshots(OwnerIds=["self"])
    same(ids(own), ids(ec2.describe_snapshots(OwnerIds=["123456789012"])), "own by number")
    same(ids(everything) - ids(own), {PUBLIC, SHARED, "snap-0a1b0000000000f01"}, "not our own")
    same(ids(ec2.describe_snapshots(OwnerIds=["amazon"])), {"snap-0a1b0000000000f01"}, "an alias")
    for_us = ids(ec2.describe_snapshots(RestorableByUserIds=["self"]))
    same(for_us, ids(own) | {SHARED}, "restorable by us")
    public = ids(ec2.describe_snapshots(RestorableByUserIds=["all"]))
    same(public, {PUBLIC, "snap-0a1b0000000000f01"}, "restorable by all")

    found = {s["SnapshotId"]: s for s in own["Snapshots"]}
    states = {s["State"] for s in found.values()}
    same(states, {"pending", "completed", "error"}, "states of snapshots")
    check(found[PENDING]["Progress"].endswith("%"), "progress of a pending snapshot")
    check("CompletionTime" not in found[PENDING], "no completion yet")
    check(found[FAILED]["StateMessage"], "why it failed")
    old = found["snap-0a1b0000000000111"]
    same((old["Progress"], old["VolumeSize"]), ("100%", 30), "a completed snapshot")
    check(old["CompletionTime"] > old["StartTime"], "CompletionTime")
    check(0 < old["FullSnapshotSizeInBytes"] < 30 * 2**30, "FullSnapshotSizeInBytes")
    encrypted = found["snap-0a1b0000000000133"]
    check(
        encrypted["Encrypted"] and encrypted["KmsKeyId"] and encrypted["DataEncryptionKeyId"], "key"
    )
    same(found["snap-0a1b0000000000181"]["VolumeId"], "vol-ffffffff", "the volume of a copy")
    same(found["snap-0a1b0000000000161"]["StorageTier"], "archive", "an archived snapshot")
    check("snap-0a1b0000000000171" not in found, "what is in the bin is not listed")
    hostile = found[HOSTILE]
    check("\u009b" in hostile["Description"] and "]]>" in hostile["Description"], "hostile text")
    tags = {t["Key"]: t["Value"] for t in hostile["Tags"]}
    same((tags["Empty"], tags["a<b>&c"]), ("", "x & y"), "hostile tags")
    check("\u202e" in tags["Name"] and "\ufffd[31m" in tags["Name"], "a name of controls")

    def by(name, *values):
        filters = [{"Name": name, "Values": list(values)}]
        return ids(ec2.describe_snapshots(OwnerIds=["self"], Filters=filters))

    same(by("status", "pending"), {PENDING}, "filter status")
    same(by("snapshot-id", PENDING, "snap-0123456789abcdef0"), {PENDING}, "filter snapshot-id")
    same(by("volume-id", "vol-ffffffff"), {"snap-0a1b0000000000181"}, "filter volume-id")
    same(by("volume-size", "120"), {"snap-0a1b0000000000191"}, "filter volume-size")
    same(by("description", "*schema migration 4?"), {"snap-0a1b0000000000121"}, "wildcards")
    same(by("description", "*schema migration 4\\?"), set(), "an escaped wildcard")
    same(by("tag:Ticket", "OPS-*"), {"snap-0a1b0000000000121"}, "filter tag:Ticket")
    same(by("tag-key", "Ticket"), {"snap-0a1b0000000000121"}, "filter tag-key")
    same(by("storage-tier", "archive"), {"snap-0a1b0000000000161"}, "filter storage-tier")
    check(by("encrypted", "true") < set(found), "filter encrypted")
    same(by("progress", "100%"), {s for s in found if found[s]["State"] == "completed"}, "progress")
    day = old["StartTime"].strftime("%Y-%m-%dT*")
    check("snap-0a1b0000000000111" in by("start-time", day), "filter start-time")
    same(by("transfer-type", "standard"), {"snap-0a1b0000000000181"}, "filter transfer-type")
    same(by("owner-id", "123456789012"), set(found), "filter owner-id")

    refused(
        "InvalidSnapshot.NotFound",
        ec2.describe_snapshots,
        SnapshotIds=[PENDING, "snap-0123456789abcdef0"],
        text="^The snapshot 'snap-0123456789abcdef0' does not exist.$",
    )
    refused("InvalidSnapshotID.Malformed", ec2.describe_snapshots, SnapshotIds=["snap-xyz"])
    refused("InvalidParameterValue", ec2.describe_snapshots, SnapshotIds=["vol-ffffffff"])
    same(ids(ec2.describe_snapshots(SnapshotIds=[PUBLIC])), {PUBLIC}, "a public snapshot by id")


def check_pages(sandbox):
    ec2 = sandbox.client("ec2")
    own = [s["SnapshotId"] for s in ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]]
    paged = []
    for page in ec2.get_paginator("describe_snapshots").paginate(
        OwnerIds=["self"], PaginationConfig={"PageSize": 7}
    ):
        check(len(page["Snapshots"]) <= 7, "page size")
        paged += [s["SnapshotId"] for s in page["Snapshots"]]
    same(paged, own, "snapshots by pages")
    failed = [{"Name": "status", "Values": ["error"]}]
    pages = [
        [s["SnapshotId"] for s in page["Snapshots"]]
        for page in ec2.get_paginator("describe_snapshots").paginate(
            OwnerIds=["self"], Filters=failed, PaginationConfig={"PageSize": 5}
        )
    ]
    same(sum(pages, []), [FAILED], "filtered pages")
    check([] in pages[:-1] or pages[0] == [], "a page may be empty and go on")

    first = ec2.describe_snapshots(OwnerIds=["self"], MaxResults=5)
    token = first["NextToken"]
    same(
        len(ec2.describe_snapshots(OwnerIds=["self"], MaxResults=9, NextToken=token)["Snapshots"]),
        9,
        "another page size with the same token",
    )
    bad = "InvalidNextToken"
    refused(bad, ec2.describe_snapshots, NextToken=token, MaxResults=5)
    refused(bad, ec2.describe_volumes, NextToken=token)
    refused(bad, ec2.describe_snapshots, OwnerIds=["self"], NextToken="nonsense")
    refused("InvalidParameterValue", ec2.describe_snapshots, MaxResults=4)
    refused("InvalidParameterValue", ec2.describe_locked_snapshots, MaxResults=1001)
    refused("InvalidParameterValue", ec2.list_snapshots_in_recycle_bin, MaxResults=4)
    refused(
        "InvalidParameterCombination",
        ec2.describe_snapshots,
        MaxResults=5,
        SnapshotIds=[PENDING],
        text="snapshotIds cannot be used with the parameter maxResults",
    )
    refused("InvalidParameterValue", ec2.describe_replace_root_volume_tasks, MaxResults=51)
    refused("InvalidParameterValue", ec2.describe_fast_snapshot_restores, MaxResults=201)
    every = ec2.describe_tags()["Tags"]
    paged = []
    for page in ec2.get_paginator("describe_tags").paginate(PaginationConfig={"PageSize": 10}):
        paged += page["Tags"]
    same(paged, every, "tags by pages")


def check_forms(sandbox):
    """Dry runs, unknown and missing parameters, unknown operations."""
    ec2 = sandbox.client("ec2")
    would = "^Request would have succeeded, but DryRun flag is set.$"
    for call, parameters in (
        (ec2.describe_snapshots, {}),
        (ec2.describe_volumes, {}),
        (ec2.create_snapshot, {"VolumeId": "vol-0123456789abcdef0"}),
        (ec2.create_snapshots, {"InstanceSpecification": {"InstanceId": WEB}}),
        (ec2.delete_snapshot, {"SnapshotId": PENDING}),
        (ec2.create_volume, {"AvailabilityZone": "us-east-1a", "Size": 1}),
        (ec2.copy_snapshot, {"SourceRegion": "us-east-1", "SourceSnapshotId": PENDING}),
        (ec2.create_replace_root_volume_task, {"InstanceId": WEB}),
        (ec2.create_tags, {"Resources": [DATA], "Tags": [{"Key": "a", "Value": "b"}]}),
        (ec2.lock_snapshot, {"SnapshotId": PENDING, "LockMode": "governance", "LockDuration": 1}),
        (ec2.modify_snapshot_tier, {"SnapshotId": PENDING, "StorageTier": "archive"}),
        (ec2.attach_volume, {"VolumeId": DATA, "InstanceId": WEB, "Device": "/dev/sdz"}),
    ):
        refused("DryRunOperation", call, status=412, text=would, DryRun=True, **parameters)
    refused("InvalidParameterValue", ec2.create_snapshot, VolumeId="x", DryRun=True)
    same([t for t in ec2.describe_tags()["Tags"] if t["Key"] == "a"], [], "a dry run does nothing")
    refused("MissingParameter", ec2.create_snapshot, text="parameter volumeId$")
    refused("MissingParameter", ec2.delete_snapshot)
    refused("MissingParameter", ec2.create_volume, text="availabilityZone")
    bad = "InvalidParameterValue"
    refused(bad, ec2.create_snapshot, VolumeId=DATA, OutpostArn="arn:x", text="outpostArn")
    refused(bad, ec2.create_snapshot, VolumeId=DATA, Location="local", text="location")
    refused(bad, ec2.create_snapshot, VolumeId=DATA, Location="nearby")
    refused("DryRunOperation", ec2.create_snapshot, 412, VolumeId=DATA, Location="regional", DryRun=True)
    refused(bad, ec2.create_volume, AvailabilityZone="us-east-1a", Size=1, OutpostArn="arn:x")
    refused("InvalidAction", ec2.describe_vpcs)
    same(ec2.describe_volumes(VolumeIds=[])["Volumes"][0]["VolumeId"], ROOT, "an empty list")


def check_wire(sandbox):
    """Forms that no SDK sends: a parameter that is named wrongly is never passed over."""

    def refusal(action, **fields):
        fields = {name.replace("_", "."): value for name, value in fields.items()}
        return sandbox.form("ec2", Action=action, Version="2016-11-15", **fields)

    for action, fields in (
        ("DescribeSnapshots", {"SnapshotId": PENDING}),
        ("DescribeSnapshots", {"Filter_1_Name": "status", "Filter_1_Values_1": "completed"}),
        ("DescribeVolumes", {"VolumeId_x": DATA}),
        ("DeleteSnapshot", {"SnapshotId_1": PENDING}),
        ("DeleteTags", {"ResourceId_1": DATA, "Tag_1": "Name"}),
        ("CreateTags", {"ResourceId_1": DATA, "Tag_1_Key": "a", "Tag_1_value": "b"}),
        ("CreateSnapshots", {"InstanceId": WEB}),
        ("DescribeSnapshots", {"SnapshotId_0": PENDING}),
        ("DeleteTags", {"ResourceId_1": DATA, "Tag_0_Key": "Name"}),
        ("DeleteTags", {"ResourceId_1": DATA, "Tag_01_Key": "Name"}),
    ):
        status, body = refusal(action, **fields)
        check(
            status == 400 and "<Code>UnknownParameter</Code>" in body,
            f"{action} {fields}: {status} {body}",
        )
    status, body = sandbox.form("ec2", Version="2016-11-15")
    check(status == 400 and "<Code>MissingAction</Code>" in body, f"no action: {status} {body}")
    same(refusal("DescribeSnapshots", SnapshotId_1=PENDING)[0], 200, "one id")
    status, body = refusal("DescribeSnapshots", SnapshotId_7=PENDING)
    same((status, body.count("<item><snapshotId>")), (200, 1), "one id, the seventh")
    nothing = {"Filter_3_Name": "status", "Filter_3_Value_2": "none"}
    status, body = refusal("DescribeSnapshots", Owner_1="self", **nothing)
    same((status, body.count("<item><snapshotId>")), (200, 0), "one filter, the third")
    status, body = refusal("DescribeSnapshots", Filter_1_Name="", Filter_1_Value_1="completed")
    check(status == 400 and "InvalidParameterValue" in body, f"no filter: {status} {body}")
    many = {f"SnapshotId_{n}": PENDING for n in range(1, 1201)}
    status, body = refusal("DescribeSnapshots", **many)
    same((status, body.count("<item><snapshotId>")), (200, 1), "an id twelve hundred times")


def check_filters(sandbox):
    """Every filter that the model documents is known; another is refused."""
    ec2 = sandbox.client("ec2")
    calls = {
        "DescribeSnapshots": "Snapshots",
        "DescribeVolumes": "Volumes",
        "DescribeInstances": "Reservations",
        "DescribeInstanceStatus": "InstanceStatuses",
        "DescribeImages": "Images",
        "DescribeTags": "Tags",
        "DescribeReplaceRootVolumeTasks": "ReplaceRootVolumeTasks",
        "DescribeSnapshotTierStatus": "SnapshotTierStatuses",
        "DescribeLockedSnapshots": "Snapshots",
        "DescribeFastSnapshotRestores": "FastSnapshotRestores",
        "DescribeRegions": "Regions",
        "DescribeAvailabilityZones": "AvailabilityZones",
    }
    # The values that two filters have are written as filters are.
    values = {"informational", "low", "medium", "high", "critical", "message"}
    for action, result in calls.items():
        model = ec2.meta.service_model.operation_model(action)
        text = model.input_shape.members["Filters"].documentation
        names = set(re.findall(r"<li>\s*<p>\s*<code>([a-z0-9.-]+)</code>", text)) - values
        check(names, f"{action}: the model documents filters")
        call = getattr(ec2, xform_name(action))
        for name in sorted(names):
            if name in ("tag", "tag-key"):
                continue
            found = call(Filters=[{"Name": name, "Values": ["no such value"]}])[result]
            same(found, [], f"{action} by {name}")
        for wrong in ("colour", "Status", "tag"):
            refused("InvalidParameterValue", call, Filters=[{"Name": wrong, "Values": ["x"]}])

    def instances(**filters):
        wanted = [{"Name": n.replace("_", "-"), "Values": v} for n, v in filters.items()]
        found = ec2.describe_instances(Filters=wanted)["Reservations"]
        return [r["Instances"][0]["InstanceId"] for r in found]

    reservation = ec2.describe_instances(InstanceIds=[WEB])["Reservations"][0]
    web = reservation["Instances"][0]
    same(instances(private_ip_address=[web["PrivateIpAddress"]]), [WEB], "by address")
    same(instances(private_dns_name=[web["PrivateDnsName"]]), [WEB], "by private name")
    same(instances(reservation_id=[reservation["ReservationId"]]), [WEB], "by reservation")
    same(len(instances(tenancy=["default"], hypervisor=["xen"])), 5, "by what all have")
    same(instances(vpc_id=["*"]), [], "by what none has")
    odd = [{"Name": "status", "Values": ["Completed"]}]
    same(ec2.describe_snapshots(Filters=odd)["Snapshots"], [], "the case of a value counts")
    either = [{"Name": "snapshot-id", "Values": [PENDING, FAILED, "snap-*f0?"]}]
    same(len(ids(ec2.describe_snapshots(Filters=either))), 5, "one value is enough, wildcards too")
    values = [f"snap-{n:017x}" for n in range(201)]
    refused(
        "FilterLimitExceeded",
        ec2.describe_snapshots,
        Filters=[{"Name": "snapshot-id", "Values": values}],
    )
    refused("MissingParameter", ec2.describe_snapshots, Filters=[{"Name": "status", "Values": []}])


def check_owners(sandbox):
    ec2 = sandbox.client("ec2")
    bad = "InvalidUserID.Malformed"
    refused(bad, ec2.describe_snapshots, OwnerIds=["me"])
    refused(bad, ec2.describe_snapshots, OwnerIds=["1234567890123"])
    refused(bad, ec2.describe_snapshots, OwnerIds=["all"])
    refused(bad, ec2.describe_snapshots, RestorableByUserIds=["amazon"])
    refused(bad, ec2.describe_images, Owners=["me"])
    refused(bad, ec2.describe_images, ExecutableUsers=["amazon"])
    same(ec2.describe_snapshots(OwnerIds=["999999999999"])["Snapshots"], [], "an account without")
    both = ec2.describe_snapshots(OwnerIds=["self"], RestorableByUserIds=["210987654321"])
    check(all(s["OwnerId"] == "123456789012" for s in both["Snapshots"]), "owner and restorable by")
    same(len(ec2.describe_fast_snapshot_restores(MaxResults=0)["FastSnapshotRestores"]), 1, "zero")


PARTS = [
    check_volumes,
    check_instances,
    check_images,
    check_zones,
    check_snapshots,
    check_pages,
    check_forms,
    check_wire,
    check_filters,
    check_owners,
]
