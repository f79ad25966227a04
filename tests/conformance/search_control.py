"""Checks a sandbox against boto3 and AWS CLI: the control plane of search domains, IAM and S3.

    python search_control.py http://127.0.0.1:PORT

The sandbox must be freshly started with search_control.toml, with or without --verify-signatures.
Exits with 1 and a message on the first thing that is wrong. Needs boto3; AWS CLI is used where
there is one.
"""

import json
import os
import shutil
import subprocess
import sys

import search_buckets
import search_domains
import search_roles
from support import Sandbox, run, same


def check_command_line(sandbox):
    """AWS CLI decodes with its own botocore."""
    aws = shutil.which("aws", path=os.path.dirname(sys.executable)) or shutil.which("aws")
    if aws is None:
        print("there is no AWS CLI")
        return
    environment = dict(
        os.environ,
        AWS_ACCESS_KEY_ID="sandbox",
        AWS_SECRET_ACCESS_KEY="sandbox-secret",
        AWS_DEFAULT_REGION="us-east-1",
        AWS_ENDPOINT_URL=sandbox.url,
        AWS_CONFIG_FILE=os.devnull,
    )

    def command(*words):
        done = subprocess.run(
            [aws, *words, "--output", "json"], env=environment, capture_output=True, text=True
        )
        same(done.returncode, 0, f"aws {' '.join(words)}: {done.stderr}")
        return json.loads(done.stdout) if done.stdout.strip() else None

    names = command("opensearch", "list-domain-names")["DomainNames"]
    same(len(names), 6, "names")
    found = command("es", "describe-elasticsearch-domain", "--domain-name", "old")
    same(found["DomainStatus"]["ElasticsearchVersion"], "7.10", "version")
    found = command("iam", "get-role", "--role-name", "Right")["Role"]
    same(found["AssumeRolePolicyDocument"]["Version"], "2012-10-17", "a decoded document")
    found = command("s3api", "get-bucket-location", "--bucket", "there")
    same(found["LocationConstraint"], "eu-west-1", "location")
    found = command("iam", "list-account-aliases")
    same(found["AccountAliases"], ["conformance"], "alias")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: search_control.py http://127.0.0.1:PORT")
    sandbox = Sandbox(sys.argv[1])
    run(search_domains.PARTS, sandbox)
    run(search_roles.PARTS, sandbox)
    run(search_buckets.PARTS, sandbox)
    run([check_command_line], sandbox)


if __name__ == "__main__":
    main()
