"""Checks a sandbox that verifies signatures, with botocore's own signers.

    python signatures.py http://127.0.0.1:PORT

The sandbox must run with --verify-signatures. Exits with 1 and a message on the first thing that
is wrong. Needs boto3 and nothing else.
"""

import datetime
import re
import sys
import urllib.error
import urllib.request

import boto3
import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

KEY, SECRET = "sandbox", "sandbox-secret"
URL = ""


def client(service, key=KEY, secret=SECRET, token=None):
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=URL,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=Config(retries={"total_max_attempts": 1}),
    )


def same(found, expected, what):
    if found != expected:
        sys.exit(f"WRONG: {what}: expected {expected!r}, found {found!r}")


def answer(call):
    """The status, code and text of a call."""
    try:
        call()
        return 200, None, None
    except ClientError as error:
        found = error.response["Error"]
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return status, found["Code"], found["Message"]


def calls(**credentials):
    return {
        "ds": client("ds", **credentials).describe_directories,
        "sts": client("sts", **credentials).get_caller_identity,
        "ec2": client("ec2", **credentials).describe_regions,
    }


def check_credentials():
    for service, call in calls().items():
        same(answer(call)[0], 200, f"{service} with the right key")
    for service, call in calls(token="session").items():
        same(answer(call)[0], 200, f"{service} with a session token")
    expected = {
        "ds": (400, "UnrecognizedClientException"),
        "sts": (403, "InvalidClientTokenId"),
        "ec2": (401, "AuthFailure"),
    }
    for service, call in calls(key="stranger").items():
        same(answer(call)[:2], expected[service], f"{service} with an unknown key")
    expected = {
        "ds": (400, "InvalidSignatureException"),
        "sts": (403, "SignatureDoesNotMatch"),
        "ec2": (403, "SignatureDoesNotMatch"),
    }
    for service, call in calls(secret="wrong").items():
        status, code, text = answer(call)
        same((status, code), expected[service], f"{service} with a wrong secret")
        start = "The request signature we calculated does not match the signature you provided."
        same(text[: len(start)], start, f"{service} text")


def check_dates():
    """Signs in the past and in the future."""
    real = botocore.auth.get_current_datetime

    def at(offset):
        botocore.auth.get_current_datetime = lambda *args, **kwargs: (
            real(*args, **kwargs) + datetime.timedelta(seconds=offset)
        )

    try:
        for offset in (-280, 280):
            at(offset)
            for service, call in calls().items():
                same(answer(call)[0], 200, f"{service} signed {offset} s from now")
        for offset, start in ((-400, "Signature expired: "), (400, "Signature not yet current: ")):
            at(offset)
            found = {service: answer(call) for service, call in calls().items()}
            same(found["ds"][:2], (400, "InvalidSignatureException"), f"ds {offset} s from now")
            same(found["ds"][2][: len(start)], start, f"ds text {offset} s from now")
            same(found["sts"][:2], (403, "SignatureDoesNotMatch"), f"sts {offset} s from now")
            same(found["sts"][2][: len(start)], start, f"sts text {offset} s from now")
            same(found["ec2"][:2], (400, "RequestExpired"), f"ec2 {offset} s from now")
    finally:
        botocore.auth.get_current_datetime = real


def fetch(request):
    prepared = request.prepare()
    try:
        reply = urllib.request.urlopen(
            urllib.request.Request(
                prepared.url,
                data=prepared.body or None,
                headers=dict(prepared.headers),
                method=prepared.method,
            )
        )
        return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def check_requests():
    credentials = Credentials(KEY, SECRET)
    query = "Action=GetCallerIdentity&Version=2011-06-15&Odd=a%20b%2Fc~%C3%A9&Empty="

    presigned = AWSRequest("GET", f"{URL}/?{query}")
    botocore.auth.SigV4QueryAuth(credentials, "sts", "us-east-1", expires=60).add_auth(presigned)
    same(fetch(presigned)[0], 200, "a presigned URL")
    tampered = AWSRequest("GET", presigned.url.replace("Empty=", "Empty=x"))
    status, body = fetch(tampered)
    same((status, "SignatureDoesNotMatch" in body), (403, True), "a changed presigned URL")

    signed = AWSRequest("GET", f"{URL}/a%20path/./with//odd/parts/", headers={"X-Odd": " a   b "})
    botocore.auth.SigV4Auth(credentials, "es", "us-east-1").add_auth(signed)
    same(fetch(signed)[0], 404, "an odd path is signed well, and unknown")

    target = {"X-Amz-Target": "DirectoryService_20150416.DescribeDirectories"}
    signed = AWSRequest("POST", URL + "/", headers=target, data=b'{"Limit": 1}')
    botocore.auth.SigV4Auth(credentials, "ds", "us-east-1").add_auth(signed)
    same(fetch(signed)[0], 200, "a signed body")
    signed.data = b'{"Limit": 2}'
    status, body = fetch(signed)
    same((status, "InvalidSignatureException" in body), (400, True), "a changed body")

    for value, text in (
        ("Basic abc", "Unsupported AWS"),
        ("AWS4-HMAC-SHA256 Credential=a/b/c/d/e", "'SignedHeaders'"),
        ("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0", "5 slash-delimited"),
    ):
        request = AWSRequest("POST", URL + "/", headers={**target, "Authorization": value})
        request.data = b"{}"
        status, body = fetch(request)
        found = (status, "IncompleteSignatureException" in body, text in body)
        same(found, (400, True, True), f"Authorization {value}: {body}")


def check_scopes():
    """Signed for another service, for no Region, on another day, or not to its host."""
    target = {"X-Amz-Target": "DirectoryService_20150416.DescribeDirectories"}
    forms = {
        "ds": (target, "{}"),
        "ec2": ({}, "Action=DescribeRegions&Version=2016-11-15"),
        "sts": ({}, "Action=GetCallerIdentity&Version=2011-06-15"),
        "iam": ({}, "Action=ListRoles&Version=2010-05-08"),
    }
    expected = {
        "ds": (400, "InvalidSignatureException"),
        "ec2": (401, "AuthFailure"),
        "sts": (403, "SignatureDoesNotMatch"),
        "iam": (403, "SignatureDoesNotMatch"),
    }

    def ask(service, scope_service, region, change=None):
        headers, body = forms[service]
        if service != "ds":
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
        request = AWSRequest("POST", URL + "/", headers=dict(headers), data=body.encode())
        signer = botocore.auth.SigV4Auth(Credentials(KEY, SECRET), scope_service, region)
        signer.add_auth(request)
        if change:
            old = request.headers["Authorization"]
            del request.headers["Authorization"]
            request.headers["Authorization"] = change(old)
        return fetch(request)

    for service, (status, code) in expected.items():
        same(ask(service, service, "us-east-1")[0], 200, f"{service} signed well")
        other = "ec2" if service != "ec2" else "ds"
        for scope, region, text in (
            (other, "us-east-1", f"Credential should be scoped to correct service: '{service}'"),
            (service, "us-east", "Credential should be scoped to a valid region, not 'us-east'"),
            (service, "mars-1", "Credential should be scoped to a valid region, not 'mars-1'"),
        ):
            found, body = ask(service, scope, region)
            body = body.replace("&#39;", "'").replace("&apos;", "'")
            right = found == status and code in body and text in body
            same(right, True, f"{service} signed for {scope} in {region}: {found} {body}")
    code = {**expected, "ec2": (403, "SignatureDoesNotMatch")}
    changes = {
        "valid terminator": lambda old: old.replace("/aws4_request", "/aws4"),
        "Date in Credential scope": lambda old: re.sub(r"/20\d{6}/", "/20200101/", old),
        "must be a 'SignedHeader'": lambda old: re.sub("host;", "", old),
    }
    for text, change in changes.items():
        for service, (status, word) in code.items():
            found, body = ask(service, service, "us-east-1", change)
            right = found == status and word in body and text in body
            same(right, True, f"{service}, {text}: {found} {body}")


def check_buckets():
    """What S3 is told of a body."""
    credentials = Credentials(KEY, SECRET)
    hashed = "x-amz-content-sha256"

    def put(body, sent=None, said=None):
        rules = "/es-index-backups?lifecycle="
        request = AWSRequest("PUT", URL + rules, data=body)
        signer = botocore.auth.S3SigV4Auth(credentials, "s3", "us-east-1")
        if said is not None:
            signer.payload = lambda _: said
        signer.add_auth(request)
        request.data = sent or body
        return fetch(request)

    status, body = put(b"<x/>")
    same((status, "MalformedXML" in body), (400, True), f"a signed body: {body}")
    status, body = put(b"<x/>", b"<y/>")
    same((status, "XAmzContentSHA256Mismatch" in body), (400, True), f"another body: {body}")
    status, body = put(b"<x/>", b"<y/>", "UNSIGNED-PAYLOAD")
    same((status, "MalformedXML" in body), (400, True), f"an unsigned body: {body}")
    status, body = put(b"<x/>", said="none")
    same((status, "InvalidArgument" in body), (400, True), f"no hash: {body}")
    request = AWSRequest("GET", URL + "/es-index-backups?list-type=2")
    botocore.auth.SigV4Auth(credentials, "s3", "us-east-1").add_auth(request)
    del request.headers[hashed]
    status, body = fetch(request)
    same((status, "InvalidRequest" in body), (400, True), f"nothing said: {body}")
    for seconds, expected in ((604_800, 200), (604_801, 400)):
        request = AWSRequest("GET", URL + "/es-index-backups?list-type=2")
        signer = botocore.auth.S3SigV4QueryAuth(credentials, "s3", "us-east-1", expires=seconds)
        signer.add_auth(request)
        status, body = fetch(request)
        same(status, expected, f"a URL for {seconds} s: {body}")
        same("AuthorizationQueryParametersError" in body, expected == 400, "its code")


def check_roles():
    """A role of another account, and who one is then."""
    role = "arn:aws:iam::210987654321:role/teams/Guest"
    assumed = client("sts").assume_role(RoleArn=role, RoleSessionName="me")
    arn = "arn:aws:sts::210987654321:assumed-role/Guest/me"
    same(assumed["AssumedRoleUser"]["Arn"], arn, "the role's account")
    caller = client("sts", token=assumed["Credentials"]["SessionToken"]).get_caller_identity()
    same((caller["Arn"], caller["Account"]), (arn, "210987654321"), "the caller")


def main():
    global URL
    if len(sys.argv) != 2:
        sys.exit("usage: signatures.py http://127.0.0.1:PORT")
    URL = sys.argv[1].rstrip("/")
    for part in (check_credentials, check_dates, check_requests, check_scopes, check_buckets, check_roles):
        part()
        print(f"{part.__name__.removeprefix('check_')}: right")


if __name__ == "__main__":
    main()
