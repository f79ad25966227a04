"""IAM: roles, their policies, and what the caller may do."""

import json
import urllib.parse
import xml.etree.ElementTree as ElementTree

from shapes import watch
from support import check, local, refused, same

ROLE = "arn:aws:iam::123456789012:role"
CALLER = "arn:aws:iam::123456789012:user/sandbox"


def trust(service="es.amazonaws.com"):
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def allow(*actions, resource="*"):
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


def check_account(sandbox):
    iam = watch(sandbox.client("iam"))
    same(iam.list_account_aliases()["AccountAliases"], ["conformance"], "alias")
    same(iam.get_user()["User"]["Arn"], CALLER, "user")
    same(iam.get_user(UserName="sandbox")["User"]["UserName"], "sandbox", "user by name")
    refused("NoSuchEntity", iam.get_user, status=404, UserName="nobody", text="user with name")
    same(iam.list_mfa_devices()["MFADevices"], [], "devices")


def check_roles(sandbox):
    iam = watch(sandbox.client("iam"))
    right = iam.get_role(RoleName="Right")["Role"]
    same(right["Arn"], f"{ROLE}/service-role/Right", "ARN")
    same(right["Tags"], [{"Key": "Team", "Value": "search"}], "tags")
    same(
        right["AssumeRolePolicyDocument"]["Statement"][0]["Principal"],
        {"Service": "es.amazonaws.com"},
        "trust",
    )
    text = refused("NoSuchEntity", iam.get_role, status=404, RoleName="nope")
    same(text, "The role with name nope cannot be found.", "text")
    refused("AccessDenied", iam.get_role, status=403, RoleName="Refused", text=f"{ROLE}/Refused")
    made = iam.create_role(
        RoleName="Made",
        AssumeRolePolicyDocument=json.dumps(trust()),
        Description="made by a test",
        Tags=[{"Key": "a", "Value": "b"}],
    )["Role"]
    same(made["AssumeRolePolicyDocument"], trust(), "trust comes back")
    check(made["RoleId"].startswith("AROA"), "id")
    again = dict(RoleName="Made", AssumeRolePolicyDocument=json.dumps(trust()))
    text = refused("EntityAlreadyExists", iam.create_role, status=409, **again)
    same(text, "Role with name Made already exists.", "text")
    bad = "MalformedPolicyDocument"
    for document in ("{", "{}", json.dumps(allow("s3:*")), json.dumps(trust("es"))):
        refused(bad, iam.create_role, RoleName="Other", AssumeRolePolicyDocument=document)
    iam.update_assume_role_policy(
        RoleName="Made", PolicyDocument=json.dumps(trust("ec2.amazonaws.com"))
    )
    found = iam.get_role(RoleName="Made")["Role"]["AssumeRolePolicyDocument"]
    same(found, trust("ec2.amazonaws.com"), "trust was changed")


def check_pages(sandbox):
    iam = watch(sandbox.client("iam"))
    first = iam.list_roles(MaxItems=2)
    same((len(first["Roles"]), first["IsTruncated"]), (2, True), "first page")
    rest = iam.list_roles(Marker=first["Marker"])
    same((len(rest["Roles"]), rest["IsTruncated"]), (1, False), "second page")
    pages = iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 1})
    names = [role["RoleName"] for page in pages for role in page["Roles"]]
    same(sorted(names), ["Made", "Refused", "Right"], "all")
    found = iam.list_roles(PathPrefix="/service-role/")["Roles"]
    same([role["RoleName"] for role in found], ["Right"], "by path")
    refused("ValidationError", iam.list_roles, Marker="nonsense")
    refused("ValidationError", iam.list_roles, MaxItems=1001)


def check_policies(sandbox):
    iam = watch(sandbox.client("iam"))
    same(iam.list_role_policies(RoleName="Right")["PolicyNames"], ["Bucket"], "inline")
    policy = iam.get_role_policy(RoleName="Right", PolicyName="Bucket")
    same(policy["PolicyDocument"]["Statement"][1]["Effect"], "Deny", "document")
    attached = iam.list_attached_role_policies(RoleName="Right")["AttachedPolicies"]
    same([p["PolicyName"] for p in attached], ["Lists"], "attached")
    arn = attached[0]["PolicyArn"]
    managed = iam.get_policy(PolicyArn=arn)["Policy"]
    same((managed["DefaultVersionId"], managed["AttachmentCount"]), ("v1", 1), "managed")
    version = iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]
    same(version["Document"]["Statement"]["Action"], "s3:ListBucket", "version")
    refused("NoSuchEntity", iam.get_policy_version, status=404, PolicyArn=arn, VersionId="v2")
    refused("NoSuchEntity", iam.get_policy, status=404, PolicyArn=arn + "x")
    refused("ValidationError", iam.get_policy, PolicyArn="arn:aws:s3:::here-and-there")
    named = dict(RoleName="Made", PolicyName="P1")
    document = allow("s3:GetObject", resource="arn:aws:s3:::here/ü *?+%20")
    iam.put_role_policy(**named, PolicyDocument=json.dumps(document))
    same(iam.get_role_policy(**named)["PolicyDocument"], document, "any character comes back")
    refused("DeleteConflict", iam.delete_role, status=409, RoleName="Made", text="delete policies")
    iam.delete_role_policy(**named)
    refused("NoSuchEntity", iam.get_role_policy, status=404, **named)
    refused("NoSuchEntity", iam.delete_role_policy, status=404, **named)
    iam.attach_role_policy(RoleName="Made", PolicyArn=arn)
    refused("DeleteConflict", iam.delete_role, status=409, RoleName="Made", text="detach")
    iam.detach_role_policy(RoleName="Made", PolicyArn=arn)
    iam.delete_role(RoleName="Made")
    refused("NoSuchEntity", iam.delete_role, status=404, RoleName="Made")
    bad = "MalformedPolicyDocument"
    named = dict(RoleName="Right", PolicyName="Bad")
    refused(bad, iam.put_role_policy, **named, PolicyDocument=json.dumps(trust()))
    same(iam.list_role_policies(RoleName="Right")["PolicyNames"], ["Bucket"], "nothing was put")


def check_encoding(sandbox):
    """On the wire, documents are URL-encoded as RFC 3986 says: a blank is %20, not a plus."""
    iam = sandbox.client("iam")
    seen = []
    iam.meta.events.register("after-call.iam", lambda http_response, **_: seen.append(http_response))
    iam.get_role(RoleName="Right")
    root = ElementTree.fromstring(seen[0].content)
    text = next(e.text for e in root.iter() if local(e) == "AssumeRolePolicyDocument")
    check("%7B%22Version%22%3A" in text and "+" not in text, text)
    json.loads(urllib.parse.unquote(text))


def check_simulation(sandbox):
    iam = watch(sandbox.client("iam"))

    def decisions(source, actions, resources=None, **more):
        if resources:
            more["ResourceArns"] = resources
        reply = iam.simulate_principal_policy(PolicySourceArn=source, ActionNames=actions, **more)
        return [
            (r["EvalActionName"], r["EvalResourceName"], r["EvalDecision"])
            for r in reply["EvaluationResults"]
        ]

    right, denied = f"{ROLE}/service-role/Right", f"{ROLE}/Refused"
    same(
        decisions(CALLER, ["iam:PassRole"], [right, denied]),
        [("iam:PassRole", right, "allowed"), ("iam:PassRole", denied, "implicitDeny")],
        "the caller and roles",
    )
    domain = "arn:aws:es:us-east-1:123456789012:domain"
    actions = ["es:ESHttpPut", "es:ESHttpDelete", "es:ESHttpGet"]
    found = decisions(CALLER, actions, [f"{domain}/logs/_snapshot/r"])
    expected = ["implicitDeny", "explicitDeny", "allowed"]
    same([d for _, _, d in found], expected, "the caller and a domain")
    found = decisions(CALLER, ["ec2:DescribeSnapshots"])
    same(found, [("ec2:DescribeSnapshots", "*", "allowed")], "without resources")
    for action, resource, expected in (
        ("s3:PutObject", "arn:aws:s3:::here/a", "allowed"),
        ("s3:PutObject", "arn:aws:s3:::here/private/a", "explicitDeny"),
        ("s3:DeleteObject", "arn:aws:s3:::here/a", "implicitDeny"),
        ("s3:ListBucket", "arn:aws:s3:::here", "allowed"),
    ):
        found = decisions(right, [action], [resource])
        same(found, [(action, resource, expected)], "a role")
    more = json.dumps(allow("s3:DeleteObject"))
    found = decisions(right, ["s3:DeleteObject"], PolicyInputList=[more])
    same(found[0][2], "allowed", "with another policy")
    page = iam.simulate_principal_policy(
        PolicySourceArn=CALLER, ActionNames=["s3:GetObject", "s3:PutObject"], MaxItems=1
    )
    same((len(page["EvaluationResults"]), page["IsTruncated"]), (1, True), "a page")
    call = iam.simulate_principal_policy
    wish = dict(ActionNames=["s3:GetObject"])
    refused("NoSuchEntity", call, status=404, PolicySourceArn=f"{ROLE}/nope", **wish)
    assumed = "arn:aws:sts::123456789012:assumed-role/Right/session"
    refused("InvalidInput", call, PolicySourceArn=assumed, **wish)
    refused("InvalidInput", call, PolicySourceArn=CALLER, ActionNames=["GetObject"])
    refused("InvalidInput", call, PolicySourceArn=CALLER, ResourcePolicy="{}", **wish)


PARTS = [
    check_account,
    check_roles,
    check_pages,
    check_policies,
    check_encoding,
    check_simulation,
]
