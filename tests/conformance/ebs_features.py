"""More of EC2: root volumes replaced, archive, locks, fast restores, sharing; STS."""

import re
from datetime import datetime, timedelta, timezone

from ebs_changes import tags, snapshot, volume
from ebs_lists import BATCH, DB, PUBLIC, ROOT, WEB
from support import check, refused, same

LINEAGE = "snap-0a1b0000000000111"
ROOT_DEVICE = "/dev/xvda"


def root_of(ec2, instance):
    reply = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
    found = [
        d["Ebs"]["VolumeId"] for d in reply["BlockDeviceMappings"] if d["DeviceName"] == ROOT_DEVICE
    ]
    return found[0] if found else None


def check_replace_root(sandbox):
    ec2 = sandbox.client("ec2")

    def task(identifier):
        reply = ec2.describe_replace_root_volume_tasks(ReplaceRootVolumeTaskIds=[identifier])
        return reply["ReplaceRootVolumeTasks"][0]

    def checks():
        status = ec2.describe_instance_status(InstanceIds=[WEB])["InstanceStatuses"][0]
        return status["SystemStatus"]["Status"]

    wish = dict(
        InstanceId=WEB,
        SnapshotId=LINEAGE,
        ClientToken="r-1",
        TagSpecifications=tags("replace-root-volume-task", Op="7"),
    )
    made = ec2.create_replace_root_volume_task(**wish)["ReplaceRootVolumeTask"]
    identifier = made["ReplaceRootVolumeTaskId"]
    same((made["TaskState"], made["InstanceId"]), ("pending", WEB), "a new task")
    check(
        re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.0", made["StartTime"]), "StartTime is a text"
    )
    again = ec2.create_replace_root_volume_task(**wish)["ReplaceRootVolumeTask"]
    same(again["ReplaceRootVolumeTaskId"], identifier, "the same token")
    refused(
        "IdempotentParameterMismatch",
        ec2.create_replace_root_volume_task,
        **dict(wish, DeleteReplacedRootVolume=True),
    )
    refused("IncorrectState", ec2.create_replace_root_volume_task, InstanceId=WEB)
    same((checks(), root_of(ec2, WEB)), ("ok", ROOT), "while pending")
    sandbox.advance(seconds=5)
    same((task(identifier)["TaskState"], checks()), ("in-progress", "initializing"), "at work")
    sandbox.advance(seconds=16)
    done = task(identifier)
    same((done["TaskState"], done["Tags"]), ("succeeded", [{"Key": "Op", "Value": "7"}]), "the end")
    check(done["CompleteTime"] > done["StartTime"], "CompleteTime")
    new = root_of(ec2, WEB)
    check(new not in (None, ROOT), "a new root volume")
    same(volume(ec2, ROOT)["State"], "available", "the old root volume is kept")
    fresh = volume(ec2, new)
    same((fresh["SnapshotId"], fresh["Size"], fresh["State"]), (LINEAGE, 30, "in-use"), "new root")
    same(fresh["Attachments"][0]["DeleteOnTermination"], True, "as the old one")
    same(checks(), "initializing", "it boots")
    sandbox.advance(minutes=2)
    same(checks(), "ok", "it has booted")

    wish = dict(InstanceId=WEB, SnapshotId=LINEAGE, DeleteReplacedRootVolume=True)
    task_id = ec2.create_replace_root_volume_task(**wish)["ReplaceRootVolumeTask"][
        "ReplaceRootVolumeTaskId"
    ]
    sandbox.advance(seconds=21)
    refused("InvalidVolume.NotFound", ec2.describe_volumes, VolumeIds=[new])
    same(sandbox.fail(task_id), 409, "failing what is done")

    before = root_of(ec2, WEB)
    launch = ec2.create_replace_root_volume_task(InstanceId=WEB)["ReplaceRootVolumeTask"]
    task_id = launch["ReplaceRootVolumeTaskId"]
    sandbox.advance(seconds=6)
    same(sandbox.fail(task_id), 200, "fail")
    same(task(task_id)["TaskState"], "failing", "failing")
    sandbox.advance(seconds=10)
    same(
        (task(task_id)["TaskState"], root_of(ec2, WEB)), ("failed", before), "the original is back"
    )
    same(volume(ec2, before)["State"], "in-use", "and in use")

    image = ec2.create_replace_root_volume_task(InstanceId=WEB, ImageId="ami-0a1b0000000000002")
    task_id = image["ReplaceRootVolumeTask"]["ReplaceRootVolumeTaskId"]
    same((sandbox.fail(task_id), sandbox.fail(task_id)), (200, 200), "fail twice")
    same(
        (task(task_id)["TaskState"], root_of(ec2, WEB)), ("failed-detached", None), "no root volume"
    )
    refused("IncorrectState", ec2.create_replace_root_volume_task, InstanceId=WEB)

    refused("IncorrectInstanceState", ec2.create_replace_root_volume_task, InstanceId=BATCH)
    refused(
        "InvalidParameterValue",
        ec2.create_replace_root_volume_task,
        InstanceId=DB,
        SnapshotId=LINEAGE,
    )
    refused(
        "InvalidSnapshot.NotFound",
        ec2.create_replace_root_volume_task,
        InstanceId=DB,
        SnapshotId="snap-0123456789abcdef0",
    )
    refused(
        "InvalidParameterCombination",
        ec2.create_replace_root_volume_task,
        InstanceId=DB,
        SnapshotId=LINEAGE,
        ImageId="ami-0a1b0000000000002",
    )
    refused(
        "InvalidInstanceID.NotFound",
        ec2.create_replace_root_volume_task,
        InstanceId="i-0123456789abcdef0",
    )
    of_web = [{"Name": "instance-id", "Values": [WEB]}]
    same(
        len(ec2.describe_replace_root_volume_tasks(Filters=of_web)["ReplaceRootVolumeTasks"]),
        4,
        "tasks",
    )
    same(
        len(ec2.describe_replace_root_volume_tasks(MaxResults=2)["ReplaceRootVolumeTasks"]),
        2,
        "a page",
    )


def check_tiers(sandbox):
    ec2 = sandbox.client("ec2")

    def tier(identifier):
        filters = [{"Name": "snapshot-id", "Values": [identifier]}]
        return ec2.describe_snapshot_tier_status(Filters=filters)["SnapshotTierStatuses"][0]

    moving = "snap-0a1b0000000000112"
    started = ec2.modify_snapshot_tier(SnapshotId=moving, StorageTier="archive")["TieringStartTime"]
    found = tier(moving)
    same(
        (found["StorageTier"], found["LastTieringOperationStatus"]),
        ("standard", "archival-in-progress"),
        "archiving",
    )
    same(found["LastTieringStartTime"], started, "start")
    refused("IncorrectState", ec2.modify_snapshot_tier, SnapshotId=moving, StorageTier="archive")
    sandbox.advance(minutes=10)
    check(0 < tier(moving)["LastTieringProgress"] < 100, "progress is a number")
    sandbox.advance(hours=1)
    found = tier(moving)
    same(
        (found["StorageTier"], found["LastTieringOperationStatus"], found["LastTieringProgress"]),
        ("archive", "archival-completed", 100),
        "archived",
    )
    check(found["ArchivalCompleteTime"] > started, "ArchivalCompleteTime")
    refused("IncorrectState", ec2.create_volume, AvailabilityZone="us-east-1a", SnapshotId=moving)
    reply = ec2.restore_snapshot_tier(SnapshotId=moving, TemporaryRestoreDays=3)
    same((reply["RestoreDuration"], reply["IsPermanentRestore"]), (3, False), "temporary restore")
    same(tier(moving)["LastTieringOperationStatus"], "temporary-restore-in-progress", "restoring")
    sandbox.advance(hours=1)
    found = snapshot(ec2, moving)
    same(found["StorageTier"], "standard", "restored")
    check(found["RestoreExpiryTime"] > datetime.now(timezone.utc), "RestoreExpiryTime")
    sandbox.advance(days=3)
    same(snapshot(ec2, moving)["StorageTier"], "archive", "it falls back")
    reply = ec2.restore_snapshot_tier(SnapshotId=moving, PermanentRestore=True)
    same(reply["IsPermanentRestore"], True, "permanent restore")
    sandbox.advance(hours=1, minutes=5)
    found = tier(moving)
    same(
        (found["StorageTier"], found["LastTieringOperationStatus"]),
        ("standard", "permanent-restore-completed"),
        "for ever",
    )
    refused("IncorrectState", ec2.restore_snapshot_tier, SnapshotId=moving)
    refused(
        "IncorrectState", ec2.modify_snapshot_tier, SnapshotId="snap-0a1b00000000001c1", text="ami-"
    )
    refused(
        "IncorrectState",
        ec2.modify_snapshot_tier,
        SnapshotId="snap-0a1b0000000000151",
        text="Backup",
    )
    refused(
        "InvalidParameterValue", ec2.modify_snapshot_tier, SnapshotId=moving, StorageTier="standard"
    )
    archive = "snap-0a1b0000000000161"
    refused(
        "InvalidParameterValue",
        ec2.restore_snapshot_tier,
        SnapshotId=archive,
        TemporaryRestoreDays=181,
    )
    refused(
        "InvalidParameterCombination",
        ec2.restore_snapshot_tier,
        SnapshotId=archive,
        TemporaryRestoreDays=1,
        PermanentRestore=True,
    )
    done = [{"Name": "last-tiering-operation", "Values": ["archival-completed"]}]
    check(
        archive
        in {
            t["SnapshotId"]
            for t in ec2.describe_snapshot_tier_status(Filters=done)["SnapshotTierStatuses"]
        },
        "filter",
    )


def check_failing_tiers(sandbox):
    """Archiving and restoring can fail, and only so many run at once."""
    ec2 = sandbox.client("ec2")

    def status(identifier):
        filters = [{"Name": "snapshot-id", "Values": [identifier]}]
        found = ec2.describe_snapshot_tier_status(Filters=filters)["SnapshotTierStatuses"][0]
        return found["StorageTier"], found["LastTieringOperationStatus"]

    made = []
    for _ in range(26):
        made.append(ec2.create_snapshot(VolumeId="vol-0a1b0000000000054")["SnapshotId"])
        sandbox.advance(minutes=2)
    first = made[0]
    ec2.modify_snapshot_tier(SnapshotId=first, StorageTier="archive")
    same(sandbox.fail(first), 200, "fail archiving")
    same(status(first), ("standard", "archival-failed"), "failed")
    sandbox.advance(hours=2)
    same(status(first), ("standard", "archival-failed"), "still")
    same(sandbox.fail(first), 409, "nothing is running")
    for snapshot_id in made[:25]:
        ec2.modify_snapshot_tier(SnapshotId=snapshot_id, StorageTier="archive")
    limit = "ResourceLimitExceeded"
    refused(limit, ec2.modify_snapshot_tier, SnapshotId=made[25], StorageTier="archive")
    sandbox.advance(hours=1)
    same(status(first), ("archive", "archival-completed"), "archived at last")
    refused(limit, ec2.modify_snapshot_tier, SnapshotId=made[25], StorageTier="archive")
    refused(
        "IncorrectState",
        ec2.modify_snapshot_attribute,
        SnapshotId=first,
        CreateVolumePermission={"Add": [{"UserId": "111122223333"}]},
    )
    for snapshot_id in made[:5]:
        ec2.restore_snapshot_tier(SnapshotId=snapshot_id, TemporaryRestoreDays=2)
    refused(limit, ec2.restore_snapshot_tier, SnapshotId=made[5])
    same(sandbox.fail(first), 200, "fail restoring")
    same(status(first), ("archive", "temporary-restore-failed"), "not restored")
    ec2.restore_snapshot_tier(SnapshotId=first, PermanentRestore=True)
    same(sandbox.fail(first), 200, "fail again")
    same(status(first), ("archive", "permanent-restore-failed"), "not restored again")
    for snapshot_id in made:
        ec2.delete_snapshot(SnapshotId=snapshot_id)


def check_locks(sandbox):
    ec2 = sandbox.client("ec2")
    locked = {s["SnapshotId"]: s for s in ec2.describe_locked_snapshots()["Snapshots"]}
    governance, compliance, cooling = (f"snap-0a1b00000000001{n}" for n in (41, 42, 43))
    same(locked[governance]["LockState"], "governance", "governance")
    same(locked[compliance]["LockState"], "compliance", "compliance")
    same(locked[compliance]["LockDuration"], 2555, "days")
    only = [{"Name": "lock-state", "Values": ["governance"]}]
    same(
        [s["SnapshotId"] for s in ec2.describe_locked_snapshots(Filters=only)["Snapshots"]],
        [governance],
        "filter",
    )

    free = "snap-0a1b0000000000121"
    reply = ec2.lock_snapshot(
        SnapshotId=free, LockMode="compliance", CoolOffPeriod=2, LockDuration=10
    )
    same((reply["LockState"], reply["CoolOffPeriod"]), ("compliance-cooloff", 2), "cooling off")
    same(reply["CoolOffPeriodExpiresOn"] - reply["LockCreatedOn"], timedelta(hours=2), "until")
    refused("SnapshotLocked", ec2.delete_snapshot, SnapshotId=free)
    same(ec2.unlock_snapshot(SnapshotId=free)["SnapshotId"], free, "unlocked while cooling off")
    refused("SnapshotNotLocked", ec2.unlock_snapshot, SnapshotId=free)
    ec2.lock_snapshot(SnapshotId=free, LockMode="compliance", CoolOffPeriod=2, LockDuration=10)
    sandbox.advance(hours=3)
    refused("IncorrectState", ec2.unlock_snapshot, SnapshotId=free)
    refused(
        "IncorrectState", ec2.lock_snapshot, SnapshotId=free, LockMode="compliance", LockDuration=5
    )
    refused(
        "IncorrectState", ec2.lock_snapshot, SnapshotId=free, LockMode="governance", LockDuration=50
    )
    longer = ec2.lock_snapshot(SnapshotId=free, LockMode="compliance", LockDuration=20)
    same(longer["LockState"], "compliance", "extended")
    sandbox.advance(days=22)
    found = ec2.describe_locked_snapshots(SnapshotIds=[free])["Snapshots"][0]
    same(found["LockState"], "expired", "expired")
    date = (datetime.now(timezone.utc) + timedelta(days=400)).isoformat()
    until = ec2.lock_snapshot(SnapshotId=free, LockMode="governance", ExpirationDate=date)
    same(until["LockState"], "governance", "until a date")
    ec2.unlock_snapshot(SnapshotId=free)
    bad = "InvalidParameterCombination"
    refused(bad, ec2.lock_snapshot, SnapshotId=free, LockMode="governance")
    refused(
        bad,
        ec2.lock_snapshot,
        SnapshotId=free,
        LockMode="governance",
        LockDuration=1,
        CoolOffPeriod=1,
    )
    refused(
        bad,
        ec2.lock_snapshot,
        SnapshotId=free,
        LockMode="governance",
        LockDuration=1,
        ExpirationDate=date,
    )
    refused(
        "InvalidParameterValue",
        ec2.lock_snapshot,
        SnapshotId=free,
        LockMode="governance",
        LockDuration=36501,
    )
    refused(
        "InvalidParameterValue", ec2.lock_snapshot, SnapshotId=free, LockMode="soft", LockDuration=1
    )
    refused("MissingParameter", ec2.lock_snapshot, SnapshotId=free, LockDuration=1)


def check_fast_restores(sandbox):
    ec2 = sandbox.client("ec2")
    found = ec2.describe_fast_snapshot_restores()["FastSnapshotRestores"]
    same(
        [(f["SnapshotId"], f["State"]) for f in found],
        [("snap-0a1b00000000001b1", "enabled")],
        "enabled",
    )
    chosen = "snap-0a1b0000000000121"
    zones = ["us-east-1a", "us-east-1b"]
    refused(
        "InvalidParameterCombination",
        ec2.enable_fast_snapshot_restores,
        AvailabilityZones=zones,
        AvailabilityZoneIds=["use1-az1"],
        SourceSnapshotIds=[chosen],
    )
    reply = ec2.enable_fast_snapshot_restores(
        AvailabilityZones=zones, SourceSnapshotIds=[chosen, "snap-0123456789abcdef0"]
    )
    same({f["State"] for f in reply["Successful"]}, {"enabling"}, "enabling")
    reasons = {f["StateTransitionReason"] for f in reply["Successful"]}
    same(reasons, {"Client.UserInitiated"}, "why")
    same(len(reply["Successful"]), 2, "successful")
    errors = reply["Unsuccessful"][0]
    same(errors["SnapshotId"], "snap-0123456789abcdef0", "unsuccessful")
    same(
        errors["FastSnapshotRestoreStateErrors"][0]["Error"]["Code"],
        "InvalidSnapshot.NotFound",
        "why",
    )
    sandbox.advance(seconds=11)
    of = [{"Name": "snapshot-id", "Values": [chosen]}]
    states = {
        f["State"] for f in ec2.describe_fast_snapshot_restores(Filters=of)["FastSnapshotRestores"]
    }
    same(states, {"optimizing"}, "optimizing")
    sandbox.advance(hours=1)
    made = ec2.create_volume(AvailabilityZone=zones[1], SnapshotId=chosen)
    same(made.get("FastRestored"), True, "a volume of it")
    reply = ec2.disable_fast_snapshot_restores(AvailabilityZones=zones, SourceSnapshotIds=[chosen])
    same({f["State"] for f in reply["Successful"]}, {"disabling"}, "disabling")
    sandbox.advance(seconds=11)
    same(ec2.describe_fast_snapshot_restores(Filters=of)["FastSnapshotRestores"], [], "disabled")
    reply = ec2.disable_fast_snapshot_restores(AvailabilityZones=zones, SourceSnapshotIds=[chosen])
    same((len(reply["Successful"]), len(reply["Unsuccessful"])), (0, 1), "nothing to disable")
    six = [f"us-east-1{z}" for z in "abcdef"]
    reply = ec2.enable_fast_snapshot_restores(AvailabilityZones=six, SourceSnapshotIds=[chosen])
    same(len(reply["Successful"]), 4, "the limit of five in the Region")
    refused(
        "InvalidParameterValue",
        ec2.enable_fast_snapshot_restores,
        AvailabilityZones=["mars-1a"],
        SourceSnapshotIds=[chosen],
    )


def check_sharing(sandbox):
    ec2 = sandbox.client("ec2")

    def permissions(identifier):
        reply = ec2.describe_snapshot_attribute(
            SnapshotId=identifier, Attribute="createVolumePermission"
        )
        return reply["CreateVolumePermissions"]

    key, plain = "snap-0a1b0000000000133", "snap-0a1b0000000000121"
    same(permissions(key), [{"UserId": "210987654321"}], "shared")
    change = ec2.modify_snapshot_attribute
    change(
        SnapshotId=plain,
        CreateVolumePermission={"Add": [{"UserId": "111122223333"}, {"Group": "all"}]},
    )
    same(permissions(plain), [{"Group": "all"}, {"UserId": "111122223333"}], "added")
    change(
        SnapshotId=plain,
        Attribute="createVolumePermission",
        OperationType="remove",
        GroupNames=["all"],
        UserIds=["111122223333"],
    )
    same(permissions(plain), [], "removed")
    refused(
        "OperationNotPermitted",
        change,
        SnapshotId=key,
        CreateVolumePermission={"Add": [{"Group": "all"}]},
    )
    refused(
        "InvalidParameter",
        change,
        SnapshotId=managed(ec2),
        CreateVolumePermission={"Add": [{"UserId": "111122223333"}]},
    )
    refused(
        "InvalidUserID.Malformed",
        change,
        SnapshotId=plain,
        CreateVolumePermission={"Add": [{"UserId": "1"}]},
    )
    everybody = {"Add": [{"Group": "all"}]}
    change(SnapshotId=plain, CreateVolumePermission=everybody)
    ec2.reset_snapshot_attribute(SnapshotId=plain, Attribute="createVolumePermission")
    same(permissions(plain), [], "reset")
    same(ec2.get_snapshot_block_public_access_state()["State"], "unblocked", "nothing is blocked")
    blocked = ec2.enable_snapshot_block_public_access(State="block-new-sharing")
    same(blocked["State"], "block-new-sharing", "blocked")
    refused("OperationNotPermitted", change, SnapshotId=plain, CreateVolumePermission=everybody)
    here = sandbox.client("ec2", "eu-west-1").get_snapshot_block_public_access_state()
    same(here["State"], "unblocked", "in another Region")
    same(ec2.disable_snapshot_block_public_access()["State"], "unblocked", "unblocked")
    bad = "InvalidParameterValue"
    refused(bad, ec2.enable_snapshot_block_public_access, State="unblocked")
    refused("InvalidParameterCombination", change, SnapshotId=plain)
    both = {"Add": [{"UserId": "111122223333"}], "Remove": [{"Group": "all"}]}
    refused("InvalidParameterCombination", change, SnapshotId=plain, CreateVolumePermission=both)
    refused(
        "OperationNotPermitted",
        change,
        status=403,
        SnapshotId=PUBLIC,
        CreateVolumePermission={"Add": [{"UserId": "111122223333"}]},
    )


def managed(ec2):
    """A snapshot that is encrypted with the AWS managed key."""
    return ec2.create_snapshot(VolumeId="vol-0a1b0000000000023")["SnapshotId"]


def check_messages(sandbox):
    sts = sandbox.client("sts")
    refused(
        "InvalidAuthorizationMessageException",
        sts.decode_authorization_message,
        EncodedMessage="nonsense",
    )
    refused("ValidationError", sts.decode_authorization_message, EncodedMessage="")


PARTS = [
    check_replace_root,
    check_tiers,
    check_failing_tiers,
    check_locks,
    check_fast_restores,
    check_sharing,
    check_messages,
]
