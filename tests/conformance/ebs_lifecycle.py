"""Data Lifecycle Manager: policies, and what they make as time passes."""

import json
import re
from datetime import datetime, timezone

from ebs_lists import DATA
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
        (("ResourceTypes",), ["INSTANCE"]),
    ):
        wrong = json.loads(json.dumps(details))
        wrong[path[0]] = value
        refused(bad, dlm.create_lifecycle_policy, **dict(wish, PolicyDetails=wrong))


PARTS = [
    check_lifecycle,
]
