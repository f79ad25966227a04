"""What the conformance scripts share: clients, control calls, checks.

Every reply of EC2 is compared with botocore's model of the API: an element that the model does not
have, or a word that is not in an enumeration, is a mistake of the sandbox.
"""

import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ElementTree
from datetime import timedelta

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError


class Sandbox:
    """A running sandbox."""

    def __init__(self, url):
        self.url = url.rstrip("/")

    def client(self, service, region="us-east-1"):
        client = boto3.client(
            service,
            region_name=region,
            endpoint_url=self.url,
            aws_access_key_id="sandbox",
            aws_secret_access_key="sandbox-secret",
            config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
        )
        if service == "ec2":
            client.meta.events.register("after-call.ec2", check_shape)
        return client

    def control(self, path, body=None, method=None):
        """A control call: status and decoded body."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_sandbox/{path}", data=data, method=method)
        try:
            with urllib.request.urlopen(request) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def form(self, service, **fields):
        """A form as it is, signed by nobody in particular: status and body."""
        scope = f"sandbox/20260101/us-east-1/{service}/aws4_request"
        authorization = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=00"
        data = urllib.parse.urlencode(fields).encode()
        headers = {"Authorization": authorization}
        request = urllib.request.Request(self.url, data=data, headers=headers, method="POST")
        try:
            with urllib.request.urlopen(request) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def advance(self, **duration):
        seconds = timedelta(**duration).total_seconds()
        same(self.control("advance", {"seconds": seconds})[0], 200, "advance")

    def fail(self, identifier):
        return self.control("fail", {"id": identifier})[0]

    def state(self):
        return json.loads(self.control("state")[1])


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
        return found["Message"]
    sys.exit(f"WRONG: {what}: expected {code}, found {reply!r}")


def run(parts, *arguments):
    for part in parts:
        part(*arguments)
        print(f"{part.__name__.removeprefix('check_').replace('_', ' ')}: right", flush=True)


def check_shape(http_response, model, **_):
    """Every element of the reply must be in the model."""
    root = ElementTree.fromstring(http_response.content)
    if http_response.status_code == 200 and model.output_shape is not None:
        same(local(root), f"{model.name}Response", "root element")
        walk(root, model.output_shape, model.name)


def local(element):
    return element.tag.rsplit("}", 1)[-1]


def walk(element, shape, path):
    if shape.type_name == "structure":
        names = {m.serialization.get("name", n): m for n, m in shape.members.items()}
        for child in element:
            name = local(child)
            if name in ("requestId", "return") and "." not in path:
                continue
            check(name in names, f"{path}.{name} is not in the model")
            walk(child, names[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for child in element:
            same(local(child), "item", f"the elements of {path}")
            walk(child, shape.member, path)
    elif shape.type_name == "string":
        enum = getattr(shape, "enum", None)
        check(not enum or element.text in enum, f"{path}: {element.text!r} is not in {enum}")
