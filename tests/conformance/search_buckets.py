"""S3: buckets, where they are, what their rules do, and what is in them."""

import http.client
import urllib.parse

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from shapes import watch
from support import check, refused, same


def fetch(sandbox, method, path, region="us-east-1", body=b"", **headers):
    """A request of our own, because botocore goes to another Region by itself."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    request = AWSRequest(method, sandbox.url + path, data=body, headers=headers)
    credentials = Credentials("sandbox", "sandbox-secret")
    botocore.auth.S3SigV4Auth(credentials, "s3", region).add_auth(request)
    prepared = request.prepare()
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(sandbox.url).netloc)
    connection.request(method, path, body=body, headers=dict(prepared.headers))
    reply = connection.getresponse()
    return reply.status, reply.headers.get("x-amz-bucket-region"), reply.read().decode()


def check_listing(sandbox):
    s3 = watch(sandbox.client("s3"))
    reply = s3.list_buckets()
    names = [bucket["Name"] for bucket in reply["Buckets"]]
    same(names, ["here", "there", "unlisted"], "the account's buckets")
    same(len(reply["Owner"]["ID"]), 64, "owner")
    same([b["Name"] for b in s3.list_buckets(Prefix="th")["Buckets"]], ["there"], "by prefix")
    found = s3.list_buckets(BucketRegion="eu-west-1")["Buckets"]
    same([b["Name"] for b in found], ["there"], "by Region")
    page = s3.list_buckets(MaxBuckets=2)
    same(len(page["Buckets"]), 2, "a page")
    rest = s3.list_buckets(MaxBuckets=2, ContinuationToken=page["ContinuationToken"])
    same([b["Name"] for b in rest["Buckets"]], ["unlisted"], "the rest")


def check_regions(sandbox):
    s3 = watch(sandbox.client("s3"))
    same(s3.head_bucket(Bucket="here")["BucketRegion"], "us-east-1", "a bucket here")
    same(s3.get_bucket_location(Bucket="here")["LocationConstraint"], None, "us-east-1 is empty")
    same(s3.get_bucket_location(Bucket="there")["LocationConstraint"], "eu-west-1", "location")
    # botocore goes where the reply says the bucket is.
    same(s3.head_bucket(Bucket="there")["BucketRegion"], "eu-west-1", "after a redirect")

    status, region, body = fetch(sandbox, "HEAD", "/there")
    same((status, region, body), (301, "eu-west-1", ""), "HeadBucket of a bucket elsewhere")
    status, region, body = fetch(sandbox, "GET", "/there?list-type=2")
    same((status, region), (301, "eu-west-1"), "a bucket elsewhere")
    check("<Code>PermanentRedirect</Code>" in body, body)
    status, region, body = fetch(sandbox, "GET", "/there?location", region="eu-central-1")
    same((status, region), (400, "eu-west-1"), "a wrong signing Region")
    check("'eu-central-1' is wrong; expecting 'eu-west-1'" in body, body)


def check_refusals(sandbox):
    s3 = watch(sandbox.client("s3"))
    refused("404", s3.head_bucket, status=404, Bucket="nope")
    refused("NoSuchBucket", s3.list_objects_v2, status=404, Bucket="nope")
    refused("NoSuchBucket", s3.get_bucket_location, status=404, Bucket="nope")
    refused("403", s3.head_bucket, status=403, Bucket="theirs")
    refused("AccessDenied", s3.list_objects_v2, status=403, Bucket="theirs", text="Access Denied")
    refused("403", s3.head_bucket, status=403, Bucket="unlisted")
    text = refused("AccessDenied", s3.list_objects_v2, status=403, Bucket="unlisted")
    check('s3:ListBucket on resource: "arn:aws:s3:::unlisted" because' in text, text)
    other = dict(Bucket="here", ExpectedBucketOwner="210987654321")
    refused("403", s3.head_bucket, status=403, **other)
    refused("NoSuchBucketPolicy", s3.get_bucket_policy, status=404, Bucket="here")
    refused("NotImplemented", s3.get_bucket_acl, status=501, Bucket="here")


def check_making(sandbox):
    s3, irish = watch(sandbox.client("s3")), watch(sandbox.client("s3", "eu-west-1"))
    s3.create_bucket(Bucket="made-here")
    s3.create_bucket(Bucket="made-here")

    def at(region):
        return dict(CreateBucketConfiguration={"LocationConstraint": region})

    irish.create_bucket(Bucket="made-there", **at("eu-west-1"))
    same(irish.head_bucket(Bucket="made-there")["BucketRegion"], "eu-west-1", "made there")
    owned = "BucketAlreadyOwnedByYou"
    refused(owned, irish.create_bucket, status=409, Bucket="made-there", **at("eu-west-1"))
    refused("BucketAlreadyExists", s3.create_bucket, status=409, Bucket="theirs")
    illegal = "IllegalLocationConstraintException"
    text = refused(illegal, irish.create_bucket, Bucket="made-nowhere")
    check(text.startswith("The unspecified location constraint is incompatible"), text)
    refused(illegal, irish.create_bucket, Bucket="made-nowhere", **at("eu-central-1"))
    refused("InvalidBucketName", s3.create_bucket, Bucket="Made_Here")


def check_lifecycle(sandbox):
    s3, irish = watch(sandbox.client("s3")), watch(sandbox.client("s3", "eu-west-1"))
    get, put = s3.get_bucket_lifecycle_configuration, s3.put_bucket_lifecycle_configuration
    refused("NoSuchLifecycleConfiguration", get, status=404, Bucket="here")
    rules = irish.get_bucket_lifecycle_configuration(Bucket="there")["Rules"]
    same(rules[0]["Transitions"], [{"Days": 30, "StorageClass": "GLACIER"}], "from the scenario")
    same(rules[0]["Filter"], {"Prefix": "cold/"}, "filter")
    wish = [
        {
            "ID": "two steps & an end",
            "Filter": {"And": {"Prefix": "logs/", "Tags": [{"Key": "a", "Value": "<b>"}]}},
            "Status": "Enabled",
            "Transitions": [
                {"Days": 30, "StorageClass": "STANDARD_IA"},
                {"Days": 90, "StorageClass": "DEEP_ARCHIVE"},
            ],
            "Expiration": {"Days": 3650},
        },
        {
            "ID": "uploads",
            "Filter": {"Prefix": ""},
            "Status": "Disabled",
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
        },
    ]
    put(Bucket="here", LifecycleConfiguration={"Rules": wish})
    same(get(Bucket="here")["Rules"], wish, "rules come back")
    early = [dict(wish[0], Transitions=[{"Days": 1, "StorageClass": "STANDARD_IA"}])]
    refused("InvalidArgument", put, Bucket="here", LifecycleConfiguration={"Rules": early})
    twice = [wish[0], dict(wish[1], ID=wish[0]["ID"])]
    refused("InvalidArgument", put, Bucket="here", LifecycleConfiguration={"Rules": twice})
    nothing = [{"ID": "x", "Filter": {"Prefix": ""}, "Status": "Enabled"}]
    refused("InvalidRequest", put, Bucket="here", LifecycleConfiguration={"Rules": nothing})
    wrong = [dict(wish[0], Status="On")]
    refused("MalformedXML", put, Bucket="here", LifecycleConfiguration={"Rules": wrong})
    same(get(Bucket="here")["Rules"], wish, "nothing was changed")
    s3.delete_bucket_lifecycle(Bucket="here")
    refused("NoSuchLifecycleConfiguration", get, status=404, Bucket="here")


def check_objects(sandbox):
    s3 = watch(sandbox.client("s3"))
    reply = s3.list_objects_v2(Bucket="here")
    found = [(o["Key"], o["Size"]) for o in reply["Contents"]]
    same(found, [("a/1 + 2", 10), ("a/3", 20), ("b&c", 1)], "objects")
    same((reply["KeyCount"], reply["IsTruncated"]), (3, False), "count")
    reply = s3.list_objects_v2(Bucket="here", Delimiter="/")
    same([p["Prefix"] for p in reply["CommonPrefixes"]], ["a/"], "folders")
    same([o["Key"] for o in reply["Contents"]], ["b&c"], "beside folders")
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket="here", Prefix="a/", PaginationConfig={"PageSize": 1}
    )
    same([len(page["Contents"]) for page in pages], [1, 1], "pages")
    same(s3.list_objects_v2(Bucket="here", StartAfter="a/3")["KeyCount"], 1, "start after")
    same(s3.list_objects_v2(Bucket="made-here")["KeyCount"], 0, "an empty bucket")


def check_payloads(sandbox):
    """Bodies that are unsigned, or in chunks with a checksum after them."""
    rules = (
        b"<LifecycleConfiguration><Rule><ID>one</ID><Prefix/><Status>Enabled</Status>"
        b"<Expiration><Days>%d</Days></Expiration></Rule></LifecycleConfiguration>"
    )
    unsigned = {"x_amz_content_sha256": "UNSIGNED-PAYLOAD"}
    status, _, body = fetch(sandbox, "PUT", "/here?lifecycle", body=rules % 1, **unsigned)
    same(status, 200, f"an unsigned payload: {body}")
    chunk = rules % 2
    chunked = b"%x\r\n%s\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n" % (len(chunk), chunk)
    headers = {
        "x_amz_content_sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "content_encoding": "aws-chunked",
        "x_amz_trailer": "x-amz-checksum-crc32",
        "x_amz_decoded_content_length": str(len(chunk)),
    }
    status, _, body = fetch(sandbox, "PUT", "/here?lifecycle", body=chunked, **headers)
    same(status, 200, f"chunks: {body}")
    s3 = sandbox.client("s3")
    rules = s3.get_bucket_lifecycle_configuration(Bucket="here")["Rules"]
    same(rules[0]["Expiration"], {"Days": 2}, "the chunk was read")
    status, _, body = fetch(sandbox, "PUT", "/here?lifecycle", body=b"<a", **unsigned)
    same((status, "<Code>MalformedXML</Code>" in body), (400, True), "not XML")


PARTS = [
    check_listing,
    check_regions,
    check_refusals,
    check_making,
    check_lifecycle,
    check_objects,
    check_payloads,
]
