#!/usr/bin/env python3
"""Drives a simulated search domain with the clients that people use: a snapshot, the list, a
restore, a deletion.

    search_clients.py SANDBOX_URL

SANDBOX_URL is a sandbox with the built-in scenario. Needs requests, requests-aws4auth,
opensearch-py, elasticsearch 7.13 and elasticsearch-curator 5.8.
"""

import json
import sys
import time
import urllib.request

import curator
import requests
from elasticsearch import Elasticsearch, RequestsHttpConnection
from elasticsearch import exceptions as es_exceptions
from opensearchpy import OpenSearch, RequestsAWSV4SignerAuth
from opensearchpy import RequestsHttpConnection as OpenSearchConnection
from requests_aws4auth import AWS4Auth

from support import check, run, same

REGION = "us-east-1"
ROLE = "arn:aws:iam::123456789012:role/SnapshotRole"
BUCKET = "es-index-backups"


def auth():
    return AWS4Auth("sandbox", "sandbox-secret", REGION, "es")


def elasticsearch(url):
    host = url.removeprefix("http://")
    return Elasticsearch(
        hosts=[host], http_auth=auth(), connection_class=RequestsHttpConnection, timeout=60
    )


def until(what, ready, seconds=30):
    """Waits for something that the other side does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if ready():
            return
        time.sleep(0.05)
    sys.exit(f"WRONG: {what} did not come about")


class Domains:
    def __init__(self, sandbox):
        with urllib.request.urlopen(f"{sandbox.rstrip('/')}/_sandbox/state") as reply:
            domains = json.load(reply)["domains"]
        self.urls = {domain["name"]: domain["url"] for domain in domains}


def check_the_sample_client_of_the_guide(domains):
    """As in "Working with index snapshots" of the developer guide, step by step."""
    awsauth = auth()
    host = domains.urls["archive"] + "/"
    headers = {"Content-Type": "application/json"}

    r = requests.put(host + "my-index/_doc/1", auth=awsauth, json={"a": 1})
    same(r.status_code, 201, "a document")

    # Register repository
    path = "_snapshot/my-snapshot-repo"
    payload = {
        "type": "s3",
        "settings": {"bucket": BUCKET, "region": REGION, "role_arn": ROLE},
    }
    r = requests.put(host + path, auth=awsauth, json=payload, headers=headers)
    same((r.status_code, r.text), (200, '{"acknowledged":true}'), "register")

    # Take snapshot
    path = "_snapshot/my-snapshot-repo/my-snapshot"
    r = requests.put(host + path, auth=awsauth)
    same((r.status_code, r.text), (200, '{"accepted":true}'), "take snapshot")

    def state():
        shown = requests.get(host + path, auth=awsauth).json()
        return shown["snapshots"][0]["state"]

    until("the snapshot", lambda: state() == "SUCCESS")

    # Restoring beside the open index does not work; deleting it first does.
    r = requests.post(host + path + "/_restore", auth=awsauth)
    same(r.status_code, 500, "restore over an open index")
    same(r.json()["error"]["type"], "snapshot_restore_exception", "its type")

    # Delete index
    r = requests.delete(host + "my-index", auth=awsauth)
    same((r.status_code, r.text), (200, '{"acknowledged":true}'), "delete index")

    # Restore snapshot (one index)
    r = requests.post(
        host + path + "/_restore", auth=awsauth, json={"indices": "my-index"}, headers=headers
    )
    same((r.status_code, r.text), (200, '{"accepted":true}'), "restore one index")

    def count():
        r = requests.get(host + "_cat/indices/my-index?format=json", auth=awsauth)
        return r.json()[0]["docs.count"]

    until("the restore", lambda: count() == "1")

    # Restore snapshot (all indices)
    r = requests.delete(host + "_all", auth=awsauth)
    same(r.status_code, 200, "delete all")
    r = requests.post(host + path + "/_restore", auth=awsauth)
    same((r.status_code, r.text), (200, '{"accepted":true}'), "restore all")

    # A stray write to the alias of an index that was deleted.
    requests.delete(host + "my-index", auth=awsauth)
    for path in ("_snapshot/my-snapshot-repo/my-snapshot", "_snapshot/my-snapshot-repo"):
        same(requests.delete(host + path, auth=awsauth).status_code, 200, f"DELETE {path}")


def check_registering_goes_wrong_as_aws_lets_it(domains):
    host = domains.urls["archive"] + "/_snapshot/"

    def put(name, role=ROLE, bucket=BUCKET, **more):
        settings = {"bucket": bucket, "region": REGION, **more}
        if role:
            settings["role_arn"] = role
        return requests.put(host + name, auth=auth(), json={"type": "s3", "settings": settings})

    r = put("no-role", role=None)
    same(r.status_code, 401, "no role")
    same(r.json(), {"Message": "settings.role_arn is needed for snapshot registration."}, "no role")
    r = put("untrusted", role="arn:aws:iam::123456789012:role/UntrustedRole")
    same(r.json()["error"]["type"], "a_w_s_security_token_service_exception", "untrusted role")
    r = put("denied", bucket="backups")
    same(r.status_code, 500, "another account's bucket")
    same(r.json()["error"]["type"], "repository_verification_exception", "its type")
    same(requests.get(host + "denied", auth=auth()).status_code, 200, "registered all the same")
    same(requests.delete(host + "denied", auth=auth()).status_code, 200, "taken back")
    r = put("cs-mine")
    same(r.status_code, 401, "a reserved name")
    r = requests.delete(host + "cs-automated-enc", auth=auth())
    same(r.status_code, 401, "AWS's own repository")


def check_opensearch_py(domains):
    class Credentials:
        access_key, secret_key, token = "sandbox", "sandbox-secret", None

        def get_frozen_credentials(self):
            return self

    host, port = domains.urls["logs"].removeprefix("http://").split(":")
    client = OpenSearch(
        hosts=[{"host": host, "port": int(port)}],
        http_auth=RequestsAWSV4SignerAuth(Credentials(), REGION, "es"),
        connection_class=OpenSearchConnection,
        timeout=60,
    )
    same(client.info()["version"]["distribution"], "opensearch", "distribution")
    repositories = client.snapshot.get_repository()
    same(repositories["cs-automated-enc"], {"type": "s3"}, "AWS's own repository")
    listed = client.snapshot.get(
        repository="nightly", snapshot="_all", params={"verbose": "false"}
    )["snapshots"]
    check(len(listed) > 30, f"{len(listed)} snapshots")
    partial = client.snapshot.get(repository="nightly", snapshot="before-upgrade")["snapshots"][0]
    same((partial["state"], partial["shards"]["failed"]), ("PARTIAL", 1), "a partial snapshot")
    running = client.snapshot.status(repository="migration", snapshot="full-copy")["snapshots"][0]
    same(running["state"], "STARTED", "a running snapshot")

    body = {"indices": "orders,.kibana*", "include_global_state": False, "metadata": {"by": "test"}}
    taken = client.snapshot.create(
        repository="nightly", snapshot="by-client", body=body, params={"wait_for_completion": "true"}
    )
    same(taken["snapshot"]["state"], "SUCCESS", "a snapshot that was waited for")
    same(sorted(taken["snapshot"]["indices"]), [".kibana_1", "orders"], "its indices")
    body = {
        "indices": "orders",
        "rename_pattern": "(.+)",
        "rename_replacement": "restored-$1",
        "include_aliases": False,
    }
    restored = client.snapshot.restore(repository="nightly", snapshot="by-client", body=body)
    same(restored, {"accepted": True}, "a restore")
    recovery = client.indices.recovery(index="restored-orders")["restored-orders"]["shards"]
    same({shard["type"] for shard in recovery}, {"SNAPSHOT"}, "where it comes from")

    def active():
        return client.cat.recovery(params={"active_only": "true", "format": "json"})

    until("the restore", lambda: not active())
    stats = client.indices.stats(index="restored-orders", metric="docs")
    check(stats["_all"]["primaries"]["docs"]["count"] > 21_000_000, "the documents are there")
    client.indices.delete(index="restored-orders")
    # The one is being made, and is aborted.
    for repository, name in (("migration", "full-copy"), ("nightly", "by-client")):
        deleted = client.snapshot.delete(repository=repository, snapshot=name)
        same(deleted, {"acknowledged": True}, f"delete {name}")
    policies = client.transport.perform_request("GET", "/_plugins/_sm/policies/daily/_explain")
    same(policies["policies"][0]["enabled"], True, "the policy")


def check_elasticsearch_py(domains):
    client = elasticsearch(domains.urls["search"])
    same(client.info()["version"]["number"], "7.10.2", "version")
    check("shop-backups" in client.snapshot.get_repository(), "the repository")
    client.snapshot.create("shop-backups", "by-client", {"indices": "products,customers"})
    try:
        client.snapshot.create("shop-backups", "by-client")
        sys.exit("WRONG: a name was given twice")
    except es_exceptions.RequestError as error:
        same(error.error, "invalid_snapshot_name_exception", "a name that is taken")
    until("the snapshot", lambda: not client.snapshot.get("shop-backups", "_current")["snapshots"])
    shown = client.snapshot.get("shop-backups", "by-client")["snapshots"][0]
    same((shown["state"], shown["version"]), ("SUCCESS", "7.10.2"), "the snapshot")
    try:
        client.snapshot.restore("shop-backups", "by-client", {"indicies": "customers"})
        sys.exit("WRONG: a misspelt key was taken")
    except es_exceptions.RequestError as error:
        same(error.info["error"]["reason"], "Unknown parameter indicies", "a misspelt key")
    body = {"indices": "customers", "rename_pattern": "(.+)", "rename_replacement": "old-$1"}
    done = client.snapshot.restore("shop-backups", "by-client", body, wait_for_completion=True)
    same(done["snapshot"]["shards"]["failed"], 0, "a restore that was waited for")
    client.indices.delete("old-customers")
    client.snapshot.delete("shop-backups", "by-client")
    try:
        client.snapshot.create("logs-readonly", "no")
        sys.exit("WRONG: a snapshot in a read-only repository")
    except es_exceptions.TransportError as error:
        same((error.status_code, error.error), (500, "repository_exception"), "read-only")


def check_curator(domains):
    for name, repository, index in (
        ("search", "shop-backups", "customers"),
        ("legacy", "old-backups", "tickets"),
    ):
        client = elasticsearch(domains.urls[name])
        indices = curator.IndexList(client)
        indices.filter_by_regex(kind="prefix", value=index)
        same(indices.indices, [index], "the indices")
        curator.Snapshot(
            indices,
            repository=repository,
            name="curator-1",
            wait_interval=1,
            max_wait=60,
            skip_repo_fs_check=True,
        ).do_action()
        snapshots = curator.SnapshotList(client, repository=repository)
        snapshots.filter_by_regex(kind="prefix", value="curator-")
        same(snapshots.snapshots, ["curator-1"], "the snapshots")
        curator.Restore(
            snapshots,
            name="curator-1",
            indices=[index],
            rename_pattern="(.+)",
            rename_replacement="back-$1",
            include_aliases=False,
            wait_interval=1,
            max_wait=60,
            skip_repo_fs_check=True,
        ).do_action()
        check(client.indices.exists(f"back-{index}"), "the restored index")
        restored = curator.IndexList(client)
        restored.filter_by_regex(kind="prefix", value="back-")
        curator.DeleteIndices(restored).do_action()
        snapshots = curator.SnapshotList(client, repository=repository)
        snapshots.filter_by_regex(kind="prefix", value="curator-")
        curator.DeleteSnapshots(snapshots, retry_interval=1, retry_count=5).do_action()
        left = curator.SnapshotList(client, repository=repository)
        check("curator-1" not in left.snapshots, "the snapshot is gone")
        # Old ones, by the time in their names or by when they were made.
        old = curator.SnapshotList(client, repository=repository)
        old.filter_by_age(source="creation_date", direction="older", unit="days", unit_count=10)
        check(old.snapshots and len(old.snapshots) < len(left.snapshots), "the older ones")


def check_who_may_not(domains):
    r = requests.put(domains.urls["secure"] + "/_snapshot/secure-backups/mine", auth=auth())
    same(r.status_code, 403, "not mapped")
    reason = r.json()["error"]["reason"]
    check(reason.startswith("no permissions for [cluster:admin/snapshot/create] and User ["), reason)
    r = requests.get(domains.urls["logs"])
    same(r.status_code, 403, "unsigned")
    try:
        requests.get(domains.urls["internal"], timeout=5)
        sys.exit("WRONG: a domain in a VPC answered")
    except requests.ConnectionError:
        pass
    check(domains.urls["fresh"] is None, "a domain that is being made has no endpoint")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    run(
        [
            check_the_sample_client_of_the_guide,
            check_registering_goes_wrong_as_aws_lets_it,
            check_opensearch_py,
            check_elasticsearch_py,
            check_curator,
            check_who_may_not,
        ],
        Domains(sys.argv[1]),
    )
