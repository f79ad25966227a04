"""Data Lifecycle Manager: policies, and what they make as time passes."""

import json
import re
from datetime import datetime, timedelta, timezone

from ebs_lists import DATA, DB
from support import check, refused, same


def check_lifecycle(sandbox):
    dlm, ec2 = sandbox.client("dlm"), sandbox.client("ec2")

    def made_by(policy):
        filters = [{"Name": "tag:aws:dlm:lifecycle-policy-id", "Values": [policy]}]
        return ec2.describe_snapshots(OwnerIds=["self"], Filters=filters)["Snapshots"]

    policies = {p["PolicyId"]: p for p in dlm.get_lifecycle_policies()["Policies"]}
    daily = "policy-0a1b0000000000001"
    same(policies[daily]["State"], "ENABLED", "a policy")
    same(len(dlm.get_lifecycle_policies(State="DISABLED")["Policies"]), 1, "by state")
    same(
        [
            p["PolicyId"]
            for p in dlm.get_lifecycle_policies(TargetTags=["Backup=daily"])["Policies"]
        ],
        [daily],
        "by tag",
    )
    found = dlm.get_lifecycle_policy(PolicyId=daily)["Policy"]
    rule = found["PolicyDetails"]["Schedules"][0]["CreateRule"]
    same(rule["Times"], ["02:00"], "time")
    check(isinstance(found["DateCreated"], datetime), "DateCreated")
    series = [s for s in made_by(daily) if s["VolumeId"] == DATA]
    same(len(series), 14, "two weeks")
    starts = sorted(s["StartTime"] for s in series)
    check(all(s.astimezone(timezone.utc).hour == 2 for s in starts), "within the hour after 02:00")
    check(len({s.minute for s in starts}) > 3, "not on the minute")
    names = {t["Key"] for t in series[0]["Tags"]}
    check(
        {"aws:dlm:lifecycle-schedule-name", "dlm:managed", "CreatedBy", "Backup"} <= names, "tags"
    )

    details = {
        "PolicyType": "EBS_SNAPSHOT_MANAGEMENT",
        "ResourceTypes": ["VOLUME"],
        "TargetTags": [{"Key": "Plan", "Value": "test"}],
        "Schedules": [
            {
                "Name": "often",
                "CopyTags": True,
                "CreateRule": {"Interval": 12, "IntervalUnit": "HOURS", "Times": ["02:00"]},
                "RetainRule": {"Count": 3},
            }
        ],
    }
    wish = dict(
        ExecutionRoleArn="arn:aws:iam::123456789012:role/AWSDataLifecycleManagerDefaultRole",
        Description="every 12 hours",
        State="ENABLED",
        PolicyDetails=details,
        Tags={"a": "b"},
    )
    # Away from the hours in which the policy's runs fall, so that a day has two of them.
    now = datetime.fromisoformat(re.sub(r"\.\d+", "", sandbox.state()["now"]))
    midnight = now.replace(hour=0, minute=0, second=0)
    sandbox.advance(seconds=(midnight + timedelta(hours=32) - now).total_seconds())
    policy = dlm.create_lifecycle_policy(**wish)["PolicyId"]
    check(re.fullmatch("policy-[a-f0-9]+", policy), "policy id")
    sandbox.advance(days=1)
    same(made_by(policy), [], "nothing is tagged")
    small = "vol-0a1b0000000000054"
    ec2.create_tags(Resources=[small], Tags=[{"Key": "Plan", "Value": "test"}])
    sandbox.advance(days=1)
    same(len(made_by(policy)), 2, "two a day")
    sandbox.advance(days=5)
    same(len(made_by(policy)), 3, "three are kept")
    same({s["State"] for s in made_by(policy)} <= {"completed", "pending"}, True, "states")
    dlm.update_lifecycle_policy(PolicyId=policy, State="DISABLED", Description="no more")
    before = {s["SnapshotId"] for s in made_by(policy)}
    sandbox.advance(days=3)
    same({s["SnapshotId"] for s in made_by(policy)}, before, "disabled")
    same(dlm.get_lifecycle_policy(PolicyId=policy)["Policy"]["Description"], "no more", "updated")
    by_age = json.loads(json.dumps(details))
    by_age["Schedules"][0]["RetainRule"] = {"Interval": 2, "IntervalUnit": "DAYS"}
    bad = "InvalidRequestException"
    refused(bad, dlm.update_lifecycle_policy, PolicyId=policy, PolicyDetails=by_age)
    dlm.delete_lifecycle_policy(PolicyId=policy)
    same(
        {s["SnapshotId"] for s in made_by(policy)}, before, "deleting a policy leaves its snapshots"
    )
    missing = "ResourceNotFoundException"
    refused(missing, dlm.get_lifecycle_policy, status=404, PolicyId=policy)
    refused(missing, dlm.delete_lifecycle_policy, status=404, PolicyId=policy)
    refused(missing, dlm.get_lifecycle_policies, status=404, PolicyIds=[policy])

    aged = dlm.create_lifecycle_policy(**dict(wish, PolicyDetails=by_age))["PolicyId"]
    sandbox.advance(days=6)
    same(len(made_by(aged)), 4, "two days are kept")
    check(
        all(any(t["Key"] == "aws:dlm:expirationTime" for t in s["Tags"]) for s in made_by(aged)),
        "expiry",
    )
    ec2.delete_tags(Resources=[small], Tags=[{"Key": "Plan"}])
    sandbox.advance(days=6)
    same(len(made_by(aged)), 1, "the last one stays")

    refused(bad, dlm.create_lifecycle_policy, **dict(wish, Description="at 02:00"))
    refused(bad, dlm.create_lifecycle_policy, **dict(wish, State="ON"))
    refused(bad, dlm.create_lifecycle_policy, **dict(wish, ExecutionRoleArn="role"))
    for path, value in (
        (("Schedules",), []),
        (("TargetTags",), []),
        (("ResourceTypes",), ["DISK"]),
        (("ResourceTypes",), ["VOLUME", "INSTANCE"]),
        (("PolicyType",), "IMAGE_MANAGEMENT"),
        (("Parameters",), {"ExcludeBootVolume": True}),
    ):
        wrong = json.loads(json.dumps(details))
        wrong[path[0]] = value
        refused(bad, dlm.create_lifecycle_policy, **dict(wish, PolicyDetails=wrong))


ROLE = "arn:aws:iam::123456789012:role/AWSDataLifecycleManagerDefaultRole"
DAILY = {"Interval": 24, "IntervalUnit": "HOURS", "Times": ["02:00"]}


def policy(key, create=None, retain=None, kind="VOLUME", parameters=None, **schedule):
    details = {
        "ResourceTypes": [kind],
        "TargetTags": [{"Key": key, "Value": "yes"}],
        "Schedules": [
            {
                "Name": "only",
                "CreateRule": create or DAILY,
                "RetainRule": retain or {"Count": 9},
                **schedule,
            }
        ],
    }
    if parameters:
        details["Parameters"] = parameters
    return dict(ExecutionRoleArn=ROLE, Description="d", State="ENABLED", PolicyDetails=details)


def of(ec2, policy_id):
    filters = [{"Name": "tag:aws:dlm:lifecycle-policy-id", "Values": [policy_id]}]
    return ec2.describe_snapshots(OwnerIds=["self"], Filters=filters)["Snapshots"]


def check_rules(sandbox):
    """What the model allows of schedules, and no more."""
    dlm = sandbox.client("dlm")
    bad = "InvalidRequestException"

    def good(**wish):
        made = dlm.create_lifecycle_policy(**policy("Rules", **wish))["PolicyId"]
        dlm.delete_lifecycle_policy(PolicyId=made)

    def wrong(**wish):
        refused(bad, dlm.create_lifecycle_policy, **policy("Rules", **wish))

    for hours in (1, 2, 3, 4, 6, 8, 12, 24):
        good(create={"Interval": hours, "IntervalUnit": "HOURS"})
    for hours in (-1, 0, 5, 7, 36, 48):
        wrong(create={"Interval": hours, "IntervalUnit": "HOURS"})
    for times in (["2:00"], ["24:00"], ["02:60"], ["02:00", "03:00"], ["02:00:00"]):
        wrong(create=dict(DAILY, Times=times))
    for text in ("0 2 * * ? *", "0 0/6 * * ? *", "0 2 L * ? *", "0 2 ? * SUN#1 *"):
        good(create={"CronExpression": f"cron({text})"})
    for text in ("0 2 * * * *", "0 25 * * ? *", "0/15 * * * ? *", "0 2 * *", "0 2 ? * ? *"):
        wrong(create={"CronExpression": f"cron({text})"})
    wrong(create={"CronExpression": "rate(1 day)"})
    wrong(create=dict(DAILY, CronExpression="cron(0 2 * * ? *)"))
    for unit, most in (("DAYS", 36500), ("WEEKS", 5200), ("MONTHS", 1200), ("YEARS", 100)):
        good(retain={"Interval": most, "IntervalUnit": unit})
        wrong(retain={"Interval": most + 1, "IntervalUnit": unit})
    good(retain={"Count": 1000})
    for retain in (
        {"Count": 1001},
        {"Count": 0},
        {"Interval": 1},
        {"Interval": 1, "IntervalUnit": "HOURS"},
        {"Count": 1, "Interval": 1, "IntervalUnit": "DAYS"},
    ):
        wrong(retain=retain)
    wrong(VariableTags=[{"Key": "i", "Value": "$(instance-id)"}])
    wrong(kind="INSTANCE", VariableTags=[{"Key": "i", "Value": "$(volume-id)"}])
    refused(bad, dlm.get_lifecycle_policy, PolicyId="policy-XYZ")
    refused(bad, dlm.get_lifecycle_policies, PolicyIds=["nonsense"])
    refused(bad, dlm.get_lifecycle_policies, State="ON")
    refused(bad, dlm.get_lifecycle_policies, ResourceTypes=["DISK"])
    refused(bad, dlm.get_lifecycle_policies, DefaultPolicyType="DISK")


def check_cron(sandbox):
    dlm, ec2 = sandbox.client("dlm"), sandbox.client("ec2")
    small = "vol-0a1b0000000000054"
    ec2.create_tags(Resources=[small], Tags=[{"Key": "Cron", "Value": "yes"}])
    rule = {"CronExpression": "cron(30 0/8 ? * MON-FRI *)"}
    made = dlm.create_lifecycle_policy(**policy("Cron", create=rule, retain={"Count": 500}))
    sandbox.advance(days=28)
    snapshots = of(ec2, made["PolicyId"])
    starts = [s["StartTime"] for s in snapshots]
    check(58 <= len(starts) <= 62, f"three a working day: {len(starts)}")
    check({(s.hour * 60 + s.minute - 30) // 60 % 8 for s in starts} == {0}, "within the hour after")
    check({s.weekday() for s in starts} == {0, 1, 2, 3, 4}, "on working days")
    dlm.delete_lifecycle_policy(PolicyId=made["PolicyId"])
    for s in snapshots:
        ec2.delete_snapshot(SnapshotId=s["SnapshotId"])
    ec2.delete_tags(Resources=[small], Tags=[{"Key": "Cron"}])


def check_instances(sandbox):
    """A policy for instances makes sets."""
    dlm, ec2 = sandbox.client("dlm"), sandbox.client("ec2")
    ec2.create_tags(Resources=[DB], Tags=[{"Key": "Sets", "Value": "yes"}])
    attached = [{"Name": "attachment.instance-id", "Values": [DB]}]
    volumes = ec2.describe_volumes(Filters=attached)["Volumes"]
    data = next(
        v["VolumeId"] for v in volumes if v["Attachments"][0]["Device"] != "/dev/xvda"
    )
    every = {v["VolumeId"] for v in volumes}
    variable = [{"Key": "From", "Value": "$(instance-id)"}]
    wish = policy("Sets", kind="INSTANCE", retain={"Count": 2}, VariableTags=variable)
    whole = dlm.create_lifecycle_policy(**wish)["PolicyId"]
    ec2.create_tags(Resources=[data], Tags=[{"Key": "Skip", "Value": "yes"}])
    skipped = {
        "ExcludeBootVolume": True,
        "ExcludeDataVolumeTags": [{"Key": "Skip", "Value": "yes"}],
    }
    wish = policy("Sets", kind="INSTANCE", parameters=skipped)
    part = dlm.create_lifecycle_policy(**wish)["PolicyId"]
    same(
        {p["PolicyId"] for p in dlm.get_lifecycle_policies(ResourceTypes=["INSTANCE"])["Policies"]},
        {whole, part},
        "by resource type",
    )
    sandbox.advance(days=1)
    made = of(ec2, whole)
    same({s["VolumeId"] for s in made}, every, "every volume of the instance")
    same(len({s["StartTime"] for s in made}), 1, "at once")
    check(all({"Key": "From", "Value": DB} in s["Tags"] for s in made), "variable tags")
    left = {s["VolumeId"] for s in of(ec2, part)}
    same(left, every - {data} - {root(volumes)}, "exclusions")
    sandbox.advance(days=4)
    same(len(of(ec2, whole)), 2 * len(every), "two sets are kept")
    for identifier in (whole, part):
        dlm.delete_lifecycle_policy(PolicyId=identifier)


def root(volumes):
    return next(
        v["VolumeId"] for v in volumes if v["Attachments"][0]["Device"] == "/dev/xvda"
    )


def check_default_policy(sandbox):
    dlm, ec2 = sandbox.client("dlm", "ap-south-1"), sandbox.client("ec2", "ap-south-1")
    zone = "ap-south-1a"
    plain = ec2.create_volume(AvailabilityZone=zone, Size=1, VolumeType="gp3")["VolumeId"]
    ec2.create_volume(AvailabilityZone=zone, Size=1, VolumeType="standard")
    wish = dict(
        ExecutionRoleArn=ROLE,
        Description="default",
        State="ENABLED",
        DefaultPolicy="VOLUME",
        CreateInterval=2,
        RetainInterval=5,
        Exclusions={"ExcludeVolumeTypes": ["standard"]},
    )
    made = dlm.create_lifecycle_policy(**wish)["PolicyId"]
    bad = "InvalidRequestException"
    refused(bad, dlm.create_lifecycle_policy, **wish)
    for change in (
        {"CreateInterval": 8},
        {"RetainInterval": 15},
        {"CreateInterval": 5, "RetainInterval": 5},
        {"DefaultPolicy": "DISK"},
    ):
        refused(bad, dlm.create_lifecycle_policy, **{**wish, **change})
    refused(bad, dlm.create_lifecycle_policy, **policy("x"), DefaultPolicy="VOLUME")
    refused(bad, dlm.create_lifecycle_policy, **policy("x"), CreateInterval=1)
    found = dlm.get_lifecycle_policy(PolicyId=made)["Policy"]
    check(found["DefaultPolicy"], "it is a default policy")
    details = found["PolicyDetails"]
    same((details["CreateInterval"], details["RetainInterval"]), (2, 5), "its intervals")
    listed = dlm.get_lifecycle_policies(DefaultPolicyType="VOLUME")["Policies"]
    same([(p["PolicyId"], p["DefaultPolicy"]) for p in listed], [(made, True)], "listed")
    same(dlm.get_lifecycle_policies(DefaultPolicyType="INSTANCE")["Policies"], [], "of images")
    sandbox.advance(days=9)
    snapshots = of(ec2, made)
    same({s["VolumeId"] for s in snapshots}, {plain}, "without the excluded type")
    check(2 <= len(snapshots) <= 3, f"every other day, five days kept: {len(snapshots)}")
    dlm.update_lifecycle_policy(PolicyId=made, RetainInterval=3)
    details = dlm.get_lifecycle_policy(PolicyId=made)["Policy"]["PolicyDetails"]
    same((details["CreateInterval"], details["RetainInterval"]), (2, 3), "changed")
    refused(bad, dlm.update_lifecycle_policy, PolicyId=made, RetainInterval=1)
    dlm.delete_lifecycle_policy(PolicyId=made)


def check_policy_tags(sandbox):
    dlm = sandbox.client("dlm")
    made = dlm.create_lifecycle_policy(**policy("x"), Tags={"a": "1"})["PolicyId"]
    arn = dlm.get_lifecycle_policy(PolicyId=made)["Policy"]["PolicyArn"]
    dlm.tag_resource(ResourceArn=arn, Tags={"b": "2", "c": "3"})
    dlm.untag_resource(ResourceArn=arn, TagKeys=["a", "c"])
    same(dlm.list_tags_for_resource(ResourceArn=arn)["Tags"], {"b": "2"}, "tags of a policy")
    refused("InvalidRequestException", dlm.tag_resource, ResourceArn=arn, Tags={"aws:a": "b"})
    dlm.delete_lifecycle_policy(PolicyId=made)
    missing = "ResourceNotFoundException"
    refused(missing, dlm.list_tags_for_resource, status=404, ResourceArn=arn)


PARTS = [
    check_lifecycle,
    check_rules,
    check_cron,
    check_instances,
    check_default_policy,
    check_policy_tags,
]
