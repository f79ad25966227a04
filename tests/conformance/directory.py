"""Checks a sandbox against boto3: Directory Service, STS, EC2's Regions, faults and control.

    python directory.py http://127.0.0.1:PORT

The sandbox must be freshly started with the built-in scenario. Exits with 1 and a message on the
first thing that is wrong. Needs boto3 and nothing else.
"""

import json
import re
import socket
import sys
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone

import boto3
import botocore.model
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    HTTPClientError,
    ReadTimeoutError,
)

CORP = "d-9067a10001"  # MicrosoftAD, 3 of 5 manual snapshots, a week of automatic ones
DEV = "d-9067a10002"  # SimpleAD, 5 of 5
CONNECTOR = "d-9067a10003"
SHARED = "d-9067a10004"
IMPAIRED = "d-9067a10005"
STAGE = "d-9067a10006"  # one snapshot Failed, one Creating
GLOBAL = "d-9367a10007"  # primary in eu-west-1, additional in us-east-1
LEGACY = "d-9067a10008"  # one snapshot 200 days old
LAB = "d-9067a10009"  # RestoreFailed
CREATING = "d-9067a1000a"
UNKNOWN_DIRECTORY = "d-9067afffff"
UNKNOWN_SNAPSHOT = "s-9067bfffff"

URL = ""


def client(service, region="us-east-1", read_timeout=10):
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=URL,
        aws_access_key_id="sandbox",
        aws_secret_access_key="sandbox-secret",
        config=Config(
            retries={"total_max_attempts": 1}, read_timeout=read_timeout, parameter_validation=False
        ),
    )


def control(path, body=None, method=None):
    """A control call: status and decoded body."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{URL}/_sandbox/{path}", data=data, method=method)
    try:
        with urllib.request.urlopen(request) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def check(condition, message):
    if not condition:
        sys.exit(f"WRONG: {message}")


def same(found, expected, what):
    check(found == expected, f"{what}: expected {expected!r}, found {found!r}")


def refused(code, call, status=400, text=None, **parameters):
    """The call must be refused with this code."""
    what = f"{call.__name__}({parameters})"
    try:
        reply = call(**parameters)
    except ClientError as error:
        found = error.response["Error"]
        same(found["Code"], code, what)
        same(error.response["ResponseMetadata"]["HTTPStatusCode"], status, f"{what} status")
        if text:
            check(re.search(text, found["Message"]), f"{what}: text {found['Message']!r}")
        return error.response
    sys.exit(f"WRONG: {what}: expected {code}, found {reply!r}")


def fault(kind, service="ds", action="*", **more):
    status, body = control("faults", {"service": service, "action": action, "kind": kind, **more})
    same(status, 200, f"adding fault {kind}: {body}")


def advance(**duration):
    seconds = timedelta(**duration).total_seconds()
    same(control("advance", {"seconds": seconds})[0], 200, "advance")


def requests():
    return [json.loads(line) for line in control("requests")[1].splitlines()]


def stage(ds, directory):
    reply = ds.describe_directories(DirectoryIds=[directory])
    return reply["DirectoryDescriptions"][0]


def status(ds, snapshot):
    return ds.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]["Status"]


def check_identity():
    reply = client("sts").get_caller_identity()
    same(reply["Account"], "123456789012", "account")
    same(reply["Arn"], "arn:aws:iam::123456789012:user/sandbox", "arn")
    check(reply["UserId"], "UserId")
    sts = client("sts")
    role = "arn:aws:iam::123456789012:role/teams/Operator"
    reply = sts.assume_role(RoleArn=role, RoleSessionName="me@example.com", DurationSeconds=900)
    arn = "arn:aws:sts::123456789012:assumed-role/Operator/me@example.com"
    same(reply["AssumedRoleUser"]["Arn"], arn, "the session of a role")
    given = reply["Credentials"]
    left = given["Expiration"] - datetime.now(timezone.utc)
    check(timedelta(minutes=10) < left < timedelta(hours=2), f"the session lasts {left}")
    session = boto3.client(
        "sts",
        region_name="us-east-1",
        endpoint_url=URL,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
    found = session.get_caller_identity()
    same((found["Arn"], found["Account"]), (arn, "123456789012"), "who the session is")
    same(found["UserId"], reply["AssumedRoleUser"]["AssumedRoleId"], "its UserId")
    same(sts.get_caller_identity()["Arn"], "arn:aws:iam::123456789012:user/sandbox", "the user")
    bad = "ValidationError"
    refused(bad, sts.assume_role, RoleArn="role", RoleSessionName="me")
    refused(bad, sts.assume_role, RoleArn=role, RoleSessionName="a b")
    refused(bad, sts.assume_role, RoleArn=role, RoleSessionName="me", DurationSeconds=899)
    code = {"SerialNumber": "arn:aws:iam::123456789012:mfa/me", "TokenCode": "000000"}
    refused("AccessDenied", sts.assume_role, 403, RoleArn=role, RoleSessionName="me", **code)
    refused("InvalidAction", sts.get_session_token, text="The action GetSessionToken is not valid")


def check_regions():
    ec2 = client("ec2")
    regions = ec2.describe_regions()["Regions"]
    same(len(regions), 17, "number of Regions")
    check(all(r["OptInStatus"] == "opt-in-not-required" for r in regions), "OptInStatus")
    check({"us-east-1", "eu-west-1"} <= {r["RegionName"] for r in regions}, "Region names")
    check(all(r["Endpoint"] == f"ec2.{r['RegionName']}.amazonaws.com" for r in regions), "endpoint")
    check(len(ec2.describe_regions(AllRegions=True)["Regions"]) > 17, "AllRegions")
    one = ec2.describe_regions(Filters=[{"Name": "region-name", "Values": ["eu-west-1"]}])
    same([r["RegionName"] for r in one["Regions"]], ["eu-west-1"], "filter region-name")
    refused("InvalidParameterValue", ec2.describe_regions, RegionNames=["mars-1"])
    refused("DryRunOperation", ec2.describe_regions, status=412, DryRun=True)
    refused("InvalidAction", ec2.describe_addresses)


def check_directories():
    ds = client("ds")
    found = {d["DirectoryId"]: d for d in ds.describe_directories()["DirectoryDescriptions"]}
    same(len(found), 11, "number of directories")
    types = {d["Type"] for d in found.values()}
    same(types, {"MicrosoftAD", "SimpleAD", "ADConnector", "SharedMicrosoftAD"}, "types")
    stages = {d["Stage"] for d in found.values()}
    same(stages, {"Active", "Impaired", "RestoreFailed", "Creating", "Failed"}, "stages")
    same(found[CORP]["Edition"], "Enterprise", "edition")
    check("Size" not in found[CORP], "a MicrosoftAD has no Size")
    check("VpcSettings" in found[CORP] and "ConnectSettings" not in found[CORP], "VpcSettings")
    check("ConnectSettings" in found[CONNECTOR], "ConnectSettings")
    check("VpcSettings" not in found[CONNECTOR], "a connector has no VpcSettings")
    same(found[SHARED]["OwnerDirectoryDescription"]["AccountId"], "210987654321", "owner")
    same(found[SHARED]["ShareStatus"], "Shared", "ShareStatus")
    check("StageReason" not in found[CORP], "an Active directory has no StageReason")
    check(found[IMPAIRED]["StageReason"], "StageReason of an impaired directory")
    check(isinstance(found[CORP]["LaunchTime"], datetime), "LaunchTime")
    same(found[GLOBAL]["RegionsInfo"]["PrimaryRegion"], "eu-west-1", "PrimaryRegion")
    same(found[GLOBAL]["RegionsInfo"]["AdditionalRegions"], ["us-east-1"], "AdditionalRegions")

    two = ds.describe_directories(DirectoryIds=[DEV, CORP])["DirectoryDescriptions"]
    same({d["DirectoryId"] for d in two}, {CORP, DEV}, "two directories")
    missing = "EntityDoesNotExistException"
    refused(missing, ds.describe_directories, DirectoryIds=[CORP, UNKNOWN_DIRECTORY])
    invalid = "InvalidParameterException"
    refused(invalid, ds.describe_directories, DirectoryIds=[])
    refused(invalid, ds.describe_directories, DirectoryIds=["d-1"])
    refused(invalid, ds.describe_directories, Limit=-1)
    refused("InvalidNextTokenException", ds.describe_directories, NextToken="AAAA")
    error = refused(missing, ds.describe_directories, DirectoryIds=[UNKNOWN_DIRECTORY])
    text = error["Error"]["Message"]
    check(re.search(r" : RequestId: [0-9a-f-]{36}$", text), f"the end of {text!r}")
    check(error["ResponseMetadata"]["RequestId"] in text, "the request id in header and text")

    ids = []
    for page in ds.get_paginator("describe_directories").paginate(PaginationConfig={"PageSize": 4}):
        check(len(page["DirectoryDescriptions"]) <= 4, "page size")
        ids += [d["DirectoryId"] for d in page["DirectoryDescriptions"]]
    same(ids, list(found), "directories by pages")

    ireland = client("ds", "eu-west-1")
    ids = [d["DirectoryId"] for d in ireland.describe_directories()["DirectoryDescriptions"]]
    same(ids, [GLOBAL], "directories in eu-west-1")
    nowhere = client("ds", "ap-south-1").describe_directories()
    same(nowhere["DirectoryDescriptions"], [], "directories in ap-south-1")


def check_snapshots():
    ds = client("ds")
    everything = ds.describe_snapshots()["Snapshots"]
    same(ds.describe_snapshots(SnapshotIds=[])["Snapshots"], everything, "an empty SnapshotIds")
    check(all(re.fullmatch("s-[0-9a-f]{10}", s["SnapshotId"]) for s in everything), "ids")
    statuses = {s["Status"] for s in everything}
    same(statuses, {"Creating", "Completed", "Failed"}, "statuses")
    corp = [s for s in everything if s["DirectoryId"] == CORP]
    same(sum(s["Type"] == "Manual" for s in corp), 3, "manual snapshots")
    same(sum(s["Type"] == "Auto" for s in corp), 7, "automatic snapshots")
    check(all("Name" not in s for s in corp if s["Type"] == "Auto"), "names of automatic snapshots")
    same(ds.describe_snapshots(DirectoryId=CORP)["Snapshots"], corp, "snapshots of one directory")
    same(ds.describe_snapshots(DirectoryId=CONNECTOR)["Snapshots"], [], "snapshots of a connector")
    longest = max((s.get("Name", "") for s in everything), key=len)
    same(len(longest), 128, "the longest name")

    ids = [s["SnapshotId"] for s in everything]
    paged = []
    pages = ds.get_paginator("describe_snapshots").paginate(PaginationConfig={"PageSize": 7})
    for page in pages:
        check(len(page["Snapshots"]) <= 7, "page size")
        paged += [s["SnapshotId"] for s in page["Snapshots"]]
    same(paged, ids, "snapshots by pages")

    first = ds.describe_snapshots(DirectoryId=CORP, Limit=4)
    token = first["NextToken"]
    second = ds.describe_snapshots(DirectoryId=CORP, Limit=2, NextToken=token)
    both = first["Snapshots"] + second["Snapshots"]
    same(both, corp[:6], "another page size with the same token")
    bad = "InvalidNextTokenException"
    refused(bad, ds.describe_snapshots, NextToken=token)
    refused(bad, ds.describe_snapshots, DirectoryId=DEV, NextToken=token)
    refused(bad, ds.describe_directories, NextToken=token)
    refused(bad, client("ds", "eu-west-1").describe_snapshots, DirectoryId=GLOBAL, NextToken=token)
    refused(bad, ds.describe_snapshots, DirectoryId=CORP, NextToken=token[:-4] + "AAA=")

    missing, invalid = "EntityDoesNotExistException", "InvalidParameterException"
    refused(missing, ds.describe_snapshots, SnapshotIds=[ids[0], UNKNOWN_SNAPSHOT])
    refused(missing, ds.describe_snapshots, DirectoryId=UNKNOWN_DIRECTORY)
    refused(missing, ds.describe_snapshots, DirectoryId=DEV, SnapshotIds=["s-9067b10001"])
    refused(invalid, ds.describe_snapshots, SnapshotIds=["s-9067B10001"])
    refused(invalid, ds.describe_snapshots, DirectoryId="nonsense")
    refused(invalid, ds.describe_snapshots, Limit=-5)
    wrong = "SerializationException"
    refused(wrong, ds.describe_snapshots, DirectoryId=7)
    refused(wrong, ds.describe_snapshots, SnapshotIds=[7])
    refused(wrong, ds.describe_snapshots, Limit="many")

    same(ds.describe_snapshots(DirectoryId=GLOBAL)["Snapshots"], [], "additional Region")
    ireland = client("ds", "eu-west-1").describe_snapshots(DirectoryId=GLOBAL)["Snapshots"]
    check("s-9367b10041" in [s["SnapshotId"] for s in ireland], "primary Region")


def check_limits():
    ds = client("ds")
    expected = {
        "ManualSnapshotsLimit": 5,
        "ManualSnapshotsCurrentCount": 3,
        "ManualSnapshotsLimitReached": False,
    }
    same(ds.get_snapshot_limits(DirectoryId=CORP)["SnapshotLimits"], expected, "limits")
    full = ds.get_snapshot_limits(DirectoryId=DEV)["SnapshotLimits"]
    same(full["ManualSnapshotsLimitReached"], True, "limit reached")
    for directory in (CONNECTOR, SHARED):
        refused(
            "ClientException",
            ds.get_snapshot_limits,
            text="^Snapshot limits can be fetched only for VPC or Microsoft AD directories",
            DirectoryId=directory,
        )
    refused("ClientException", ds.get_snapshot_limits, DirectoryId=GLOBAL)
    client("ds", "eu-west-1").get_snapshot_limits(DirectoryId=GLOBAL)
    refused("EntityDoesNotExistException", ds.get_snapshot_limits, DirectoryId=UNKNOWN_DIRECTORY)
    refused("InvalidParameterException", ds.get_snapshot_limits)


def check_create_and_delete():
    ds = client("ds")
    before = datetime.now(timezone.utc)
    made = ds.create_snapshot(DirectoryId=CORP, Name="before upgrade 2.1")["SnapshotId"]
    found = ds.describe_snapshots(SnapshotIds=[made])["Snapshots"][0]
    same(found["Status"], "Creating", "a new snapshot")
    same((found["Type"], found["Name"]), ("Manual", "before upgrade 2.1"), "type and name")
    check(found["StartTime"] >= before - timedelta(seconds=1), "StartTime")
    limits = ds.get_snapshot_limits(DirectoryId=CORP)["SnapshotLimits"]
    same(limits["ManualSnapshotsCurrentCount"], 4, "Creating counts to the limit")
    refused("ClientException", ds.delete_snapshot, SnapshotId=made)
    refused("ClientException", ds.restore_from_snapshot, SnapshotId=made)
    advance(minutes=16)
    same(status(ds, made), "Completed", "the snapshot after 16 minutes")
    same(ds.delete_snapshot(SnapshotId=made)["SnapshotId"], made, "delete")
    refused("EntityDoesNotExistException", ds.delete_snapshot, SnapshotId=made)

    refused("SnapshotLimitExceededException", ds.create_snapshot, DirectoryId=DEV)
    for directory in (CONNECTOR, SHARED, IMPAIRED, GLOBAL, LAB, CREATING):
        refused("ClientException", ds.create_snapshot, DirectoryId=directory)
    refused("EntityDoesNotExistException", ds.create_snapshot, DirectoryId=UNKNOWN_DIRECTORY)
    invalid = "InvalidParameterException"
    for name in ("", "-x", "a,b", "a" * 129, "naïve"):
        refused(invalid, ds.create_snapshot, DirectoryId=CORP, Name=name)
    refused(invalid, ds.create_snapshot, DirectoryId="corp")
    refused(invalid, ds.create_snapshot)
    refused("SerializationException", ds.create_snapshot, DirectoryId=CORP, Name=["a"])

    auto = next(
        s for s in ds.describe_snapshots(DirectoryId=CORP)["Snapshots"] if s["Type"] == "Auto"
    )
    refused("ClientException", ds.delete_snapshot, SnapshotId=auto["SnapshotId"])
    refused("EntityDoesNotExistException", ds.delete_snapshot, SnapshotId=UNKNOWN_SNAPSHOT)
    refused(invalid, ds.delete_snapshot, SnapshotId="s-1")

    failing = ds.create_snapshot(DirectoryId=CORP)["SnapshotId"]
    same(control("fail", {"id": failing})[0], 200, "fail")
    same(status(ds, failing), "Failed", "the snapshot that was made to fail")
    same(control("fail", {"id": failing})[0], 409, "failing what has failed")
    same(control("fail", {"id": UNKNOWN_SNAPSHOT})[0], 404, "failing what is not there")
    ds.delete_snapshot(SnapshotId=failing)


def check_restore():
    ds = client("ds")
    refused("ClientException", ds.restore_from_snapshot, SnapshotId="s-9067b10051", text="180 days")
    refused("ClientException", ds.restore_from_snapshot, SnapshotId="s-9067b10032")  # Failed
    refused("ClientException", ds.restore_from_snapshot, SnapshotId="s-9067b10021")  # Impaired
    refused("EntityDoesNotExistException", ds.restore_from_snapshot, SnapshotId=UNKNOWN_SNAPSHOT)
    refused("InvalidParameterException", ds.restore_from_snapshot, SnapshotId="x")
    refused("InvalidParameterException", ds.restore_from_snapshot)

    reply = ds.restore_from_snapshot(SnapshotId="s-9067b10003")
    reply.pop("ResponseMetadata")
    same(reply, {}, "the reply of a restore")
    begun = stage(ds, CORP)
    same(begun["Stage"], "Restoring", "stage")
    check("StageReason" not in begun, "no reason while restoring")
    refused("ClientException", ds.create_snapshot, DirectoryId=CORP)
    refused("ClientException", ds.delete_snapshot, SnapshotId="s-9067b10003")
    refused("ClientException", ds.restore_from_snapshot, SnapshotId="s-9067b10003")
    advance(minutes=140)
    same(stage(ds, CORP)["Stage"], "Restoring", "stage after 140 minutes")
    advance(minutes=11)
    ended = stage(ds, CORP)
    same(ended["Stage"], "Active", "stage after 151 minutes")
    took = ended["StageLastUpdatedDateTime"] - begun["StageLastUpdatedDateTime"]
    same(round(took.total_seconds()), 150 * 60, "the length of a restore")

    ds.restore_from_snapshot(SnapshotId="s-9067b10062")  # from RestoreFailed
    same(control("fail", {"id": LAB})[0], 200, "failing a restore")
    failed = stage(ds, LAB)
    same(failed["Stage"], "RestoreFailed", "stage")
    check("s-9067b10062" in failed["StageReason"], "StageReason")
    ds.restore_from_snapshot(SnapshotId="s-9067b10062")
    advance(minutes=10)
    same(stage(ds, LAB)["Stage"], "Active", "a Simple AD after 10 minutes")

    newest = ds.describe_snapshots(DirectoryId=LEGACY)["Snapshots"][0]
    advance(days=1)
    next_day = ds.describe_snapshots(DirectoryId=LEGACY)["Snapshots"]
    check(next_day[0]["StartTime"] > newest["StartTime"], "a new automatic snapshot every day")
    same(sum(s["Type"] == "Auto" for s in next_day), 5, "five automatic snapshots are kept")


def check_faults():
    ds, sts, ec2 = client("ds"), client("sts"), client("ec2")
    cases = [
        ("throttle", "ThrottlingException", 400, "^Rate exceeded$"),
        ("denied", "AccessDeniedException", 400, "^User: arn:aws:iam::123456789012:user/sandbox is"),
        ("expired_token", "ExpiredTokenException", 400, "is expired"),
        ("error_500", "ServiceException", 500, "RequestId"),
        ("unavailable_503", "ServiceUnavailableException", 503, None),
    ]
    for kind, code, http, text in cases:
        fault(kind, action="CreateSnapshot")
        refused(code, ds.create_snapshot, status=http, text=text, DirectoryId=CORP, Name=kind)
    fault("denied", action="CreateSnapshot")
    resource = f"on resource: arn:aws:ds:us-east-1:123456789012:directory/{CORP} because"
    refused("AccessDeniedException", ds.create_snapshot, text=resource, DirectoryId=CORP)
    for kind, code, http in (
        ("throttle", "RequestLimitExceeded", 503),
        ("denied", "UnauthorizedOperation", 403),
        ("expired_token", "RequestExpired", 400),
        ("error_500", "InternalError", 500),
    ):
        fault(kind, service="ec2")
        refused(code, ec2.describe_regions, status=http)
    fault("throttle", service="sts")
    refused("Throttling", sts.get_caller_identity)
    fault("expired_token", service="sts")
    refused("ExpiredToken", sts.get_caller_identity, status=403)

    def names():
        found = ds.describe_snapshots(DirectoryId=STAGE)["Snapshots"]
        return {s.get("Name") for s in found}

    # Whether the work was done is the difference between the kinds.
    limit = {"nth": 1, "times": 1}
    for kind, done in (
        ("gateway_timeout", True),
        ("drop_before", False),
        ("drop_after", True),
        ("hang", True),
        ("hang_before", False),
        ("truncated", True),
        ("malformed", True),
        ("html", False),
    ):
        impatient = client("ds", read_timeout=1)
        fault(kind, action="CreateSnapshot", **limit)
        # One free place is enough: what an earlier kind made is removed first.
        made = [
            s["SnapshotId"]
            for s in ds.describe_snapshots(DirectoryId=STAGE)["Snapshots"]
            if s.get("Name", "").startswith("fault")
        ]
        advance(minutes=16)
        for snapshot in made:
            ds.delete_snapshot(SnapshotId=snapshot)
        try:
            reply = impatient.create_snapshot(DirectoryId=STAGE, Name=f"fault {kind}")
            # botocore forgives a body that is cut off or no JSON: it gives a reply without members.
            check(kind in ("truncated", "malformed"), f"{kind}: the call came back well")
            check("SnapshotId" not in reply, f"{kind}: the reply is whole")
        except ClientError as error:
            http = error.response["ResponseMetadata"]["HTTPStatusCode"]
            same(http, {"gateway_timeout": 504, "html": 502}.get(kind), f"{kind} status")
        except HTTPClientError as error:
            hangs = kind.startswith("hang")
            expected = ReadTimeoutError if hangs else ConnectionClosedError
            check(isinstance(error, expected), f"{kind}: {error!r}")
        same(f"fault {kind}" in names(), done, f"{kind}: was the work done")

    fault("delay_ms", action="DescribeDirectories", ms=600)
    started = time.monotonic()
    ds.describe_directories()
    check(time.monotonic() - started >= 0.6, "delay_ms")

    control("faults", method="DELETE")
    fault("throttle", service="*", nth=2, times=2)
    ds.describe_directories()
    refused("ThrottlingException", ds.describe_directories)
    refused("Throttling", sts.get_caller_identity)
    ds.describe_directories()
    fault("throttle", mutating=True)
    ds.describe_snapshots()
    refused("ThrottlingException", ds.delete_snapshot, SnapshotId="s-9067b10002")
    listed = json.loads(control("faults")[1])
    same([f["seen"] for f in listed], [6, 1], "the calls that the faults have seen")
    control("faults", method="DELETE")
    same(json.loads(control("faults")[1]), [], "faults after clearing")
    for body, word in (
        ({"kind": "explode"}, "explode"),
        ({"kind": "html", "nht": 1}, "nht"),
        ({"kind": "html", "service": "dss"}, "dss"),
        ({"kind": "html", "times": 0}, "times"),
        ({"kind": "delay_ms"}, "ms"),
    ):
        http, text = control("faults", body)
        same(http, 400, f"fault {body}")
        check(word in json.loads(text)["message"], f"fault {body}: {text}")


def raw(text):
    """Sends bytes as they are; gives the head and the body of the answer."""
    host, port = URL.removeprefix("http://").rsplit(":", 1)
    with socket.create_connection((host.strip("[]"), int(port)), timeout=5) as connection:
        connection.sendall(text.encode())
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    head, _, body = answer.decode().partition("\r\n\r\n")
    return head, body


def check_protocol():
    signed = (
        "Authorization: AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/ds/aws4_request, "
        "SignedHeaders=host, Signature=00\r\n"
    )

    def post(headers, body):
        return raw(
            f"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        )

    target = "X-Amz-Target: DirectoryService_20150416.DescribeSnapshots\r\n"
    head, body = post(target, "{}")
    check(" 400 " in head and "x-amzn-requestid" in head.lower(), f"unsigned: {head}")
    same(json.loads(body)["__type"], "MissingAuthenticationTokenException", "unsigned")
    form = "Content-Type: application/x-www-form-urlencoded\r\n"
    head, body = post(form, "Action=DescribeRegions&Version=2016-11-15")
    check(" 403 " in head and "<Code>MissingAuthenticationToken</Code>" in body, f"unsigned: {body}")
    check("<RequestID>" in body, "EC2's RequestID")
    head, body = post(form, "Action=GetCallerIdentity&Version=2011-06-15")
    check(" 403 " in head and "<Type>Sender</Type>" in body, f"unsigned: {body}")
    for broken in ("", "{", "[]", "7"):
        head, body = post(target + signed, broken)
        same(json.loads(body)["__type"], "SerializationException", f"body {broken!r}")
    for unknown in (
        "X-Amz-Target: DirectoryService_20150416.Explode\r\n",
        "X-Amz-Target: DirectoryService_20150416.describeSnapshots\r\n",
        "X-Amz-Target: DirectoryService_20991231.DescribeSnapshots\r\n",
        "X-Amz-Target: DescribeSnapshots\r\n",
        "",
    ):
        head, body = post(signed + unknown, "{}")
        check(" 400 " in head, f"{unknown}: {head}")
        same(json.loads(body), {"__type": "UnknownOperationException"}, f"{unknown}")
    head, body = raw(
        f"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{target}{signed}\r\n"
    )
    same(json.loads(body), {"__type": "UnknownOperationException"}, "GET")
    head, body = post(signed.replace("/ds/", "/ec2/"), "")
    check(" 400 " in head and "<Code>MissingAction</Code>" in body, f"no action: {head} {body}")
    odd = "Content-Type: Application/X-WWW-Form-Urlencoded; charset=UTF-8\r\n"
    action = "Action=DescribeRegions&Version=2016-11-15&RegionName.1=eu-west-1"
    for kind in (odd, ""):
        head, body = post(signed.replace("/ds/", "/ec2/") + kind, action)
        check(" 200 " in head and "eu-west-1" in body, f"a form of type {kind!r}: {head}")
    chunks = (
        f"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{target}{signed}"
        'Transfer-Encoding: chunked\r\n\r\n7\r\n{"Limit\r\n5\r\n": 1}\r\n0\r\n\r\n'
    )
    head, body = raw(chunks)
    same(len(json.loads(body)["Snapshots"]), 1, "a body in chunks")
    old = f"POST / HTTP/1.0\r\nHost: localhost\r\n{target}{signed}Content-Length: 2\r\n\r\n{{}}"
    check(" 200 " in raw(old)[0], "HTTP/1.0")
    kept = f"POST / HTTP/1.1\r\nHost: localhost\r\n{target}{signed}Content-Length: 2\r\n\r\n{{}}"
    last = kept.replace("Host: localhost", "Host: localhost\r\nConnection: close")
    head, body = raw(kept + kept + last)
    same((head + body).count("HTTP/1.1 200"), 3, "three requests at once on a connection")
    fault("truncated")
    head, body = post(target + signed, "{}")
    announced = int(re.search(r"content-length: (\d+)", head.lower())[1])
    check(0 < len(body) < announced, f"truncated: {len(body)} of {announced} bytes")
    fault("malformed")
    head, body = post(target + signed, "{}")
    check(" 200 " in head, f"malformed: {head}")
    try:
        json.loads(body)
        sys.exit(f"WRONG: malformed: {body} is JSON")
    except ValueError:
        pass
    fault("drop_before")
    same(post(target + signed, "{}"), ("", ""), "drop_before sends no byte")
    head, body = post(target + signed, '{"Unknown": true, "Limit": 1}')
    check(" 200 " in head and len(json.loads(body)["Snapshots"]) == 1, "unknown members")
    check("application/x-amz-json-1.1" in head, "content type")
    head, body = post(target + signed, " " * (1024 * 1024 + 1))
    check(" 413 " in head, "a body that is too large")
    for path, status in (("/_sandbox/faults/", 200), ("/_sandbox", 404), ("/_sandbox/", 404)):
        head, _ = raw(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        check(f" {status} " in head, f"{path}: {head}")
    head, _ = raw(
        "GET /_sandbox/state HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    )
    check(" 403 " in head, "a foreign Host")
    head, _ = raw(
        "GET /_sandbox/state HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
        "Connection: close\r\n\r\n"
    )
    check(" 403 " in head, "an Origin")


def check_cbor():
    """The same in the protocol that the newest model of the API names first."""
    known = botocore.model.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS
    botocore.model.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS = ("smithy-rpc-v2-cbor", *known)
    try:
        ds = client("ds")
    finally:
        botocore.model.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS = known
    plain = client("ds")
    for call in ("describe_directories", "describe_snapshots"):
        pages = []
        for caller in (ds, plain):
            reply = getattr(caller, call)(Limit=7)
            reply.pop("ResponseMetadata")
            pages.append(reply)
        same(pages[0], pages[1], call)
    page = ds.describe_snapshots(DirectoryId=CORP, Limit=2)
    check(isinstance(page["Snapshots"][0]["StartTime"], datetime), "a time")
    page = ds.describe_snapshots(DirectoryId=CORP, Limit=2, NextToken=page["NextToken"])
    same(len(page["Snapshots"]), 2, "the next page")
    limits = ds.get_snapshot_limits(DirectoryId=DEV)["SnapshotLimits"]
    same(limits["ManualSnapshotsLimit"], 5, "limits")
    missing = "EntityDoesNotExistException"
    error = refused(missing, ds.get_snapshot_limits, DirectoryId=UNKNOWN_DIRECTORY)
    check(" : RequestId: " in error["Error"]["Message"], f"the text of {error}")
    refused("UnknownOperationException", ds.describe_trusts, DirectoryId=CORP)
    fault("throttle")
    refused("ThrottlingException", ds.describe_directories)
    last = requests()[-1]
    same((last["service"], last["action"]), ("ds", "DescribeDirectories"), "the log")


def check_control():
    log = requests()
    keys = "n at service action region domain mutating params status fault".split()
    check(all(list(entry) == keys for entry in log), "the keys of the log")
    same([entry["n"] for entry in log], list(range(1, len(log) + 1)), "the numbers of the log")
    check(all(a["at"] <= b["at"] for a, b in zip(log, log[1:])), "the log is in order")
    dropped = next(entry for entry in log if entry["fault"] == "drop_after")
    same(dropped["status"], None, "the status of a dropped call")
    same(dropped["mutating"], True, "mutating")
    same(dropped["params"], {"DirectoryId": STAGE, "Name": "fault drop_after"}, "params")
    ireland = [entry for entry in log if entry["region"] == "eu-west-1"]
    check(ireland and all(entry["service"] == "ds" for entry in ireland), "the Region in the log")

    world = json.loads(control("state")[1])
    same(world["account"], "123456789012", "account in state")
    same(len(world["directories"]), 11, "directories in state")
    for body in ({"seconds": -1}, {"seconds": "1"}, {}, {"seconds": 1, "x": 1}, []):
        same(control("advance", body)[0], 400, f"advance {body}")
    same(control("nothing")[0], 404, "an unknown control call")
    same(control("state", method="PUT")[0], 405, "a wrong method")
    control("requests", method="DELETE")
    same(requests(), [], "the log after clearing")


def main():
    global URL
    if len(sys.argv) != 2:
        sys.exit("usage: directory.py http://127.0.0.1:PORT")
    URL = sys.argv[1].rstrip("/")
    for part in (
        check_identity,
        check_regions,
        check_directories,
        check_snapshots,
        check_limits,
        check_create_and_delete,
        check_restore,
        check_faults,
        check_protocol,
        check_cbor,
        check_control,
    ):
        part()
        print(f"{part.__name__.removeprefix('check_').replace('_', ' ')}: right")


if __name__ == "__main__":
    main()
