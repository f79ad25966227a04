#!/usr/bin/env python3
"""Compares a simulated search domain with a real engine, request by request.

    search_engine.py ENGINE_URL DOMAIN_URL REPOSITORY_DIRECTORY

ENGINE_URL is an OpenSearch 2.5 without security whose path.repo holds REPOSITORY_DIRECTORY, and
DOMAIN_URL a domain of a sandbox started with search.toml. Both are emptied. Each request goes to
both; status, members, and all values but those that differ from node to node must be the same.
"""

import json
import os
import re
import sys
import time
import urllib.error
import urllib.request

# Values of which only the type is compared: they differ between any two clusters.
VOLATILE = {
    "_id", "_seq_no", "bytes", "bytes_percent", "bytes_recovered", "bytes_total", "build_date",
    "build_hash", "cluster", "cluster_name", "cluster_uuid", "cpu", "created", "creation_date", "duration",
    "duration_in_millis", "end_epoch", "end_time", "end_time_in_millis", "epoch", "file_count",
    "files", "files_percent", "files_recovered", "files_total", "heap.percent", "host", "id", "ip",
    "index_uuid", "load_15m", "load_1m", "load_5m", "lucene_version", "name", "node", "node.role",
    "percent", "pri.store.size", "ram.percent", "recovered", "recovered_in_bytes", "restoreUUID",
    "size_in_bytes", "start_epoch", "start_time", "start_time_in_millis", "state_uuid",
    "stop_time_in_millis", "store", "store.size", "target_host", "target_node", "time",
    "time_in_millis", "timestamp", "took", "total_in_bytes", "total_time_in_millis",
    "transport_address", "uuid", "version_number", "check_index_time_in_millis",
    "active_shards_percent_as_number", "active_shards_percent",
}
# Members whose numbers are those of files.
COUNTED = {"files", "size"}
# Members that one side has and the other need not have.
OPTIONAL = {"node.roles", "docs.count"}
# Members whose own members are named by the cluster.
NAMED_BY_CLUSTER = {"nodes"}
UUID = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{22}(?=[\]}\s/)]|$)")


class Server:
    def __init__(self, url):
        self.url = url.rstrip("/")

    def ask(self, method, path, body=None, content_type="application/json"):
        data = None
        if body is not None:
            data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        headers = {} if data is None or content_type is None else {"Content-Type": content_type}
        request = urllib.request.Request(
            self.url + path, data=data, headers=headers, method=method
        )
        try:
            with urllib.request.urlopen(request) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


def normal(value, key=None):
    """The value with everything volatile replaced by its type."""
    if isinstance(value, dict) and key in COUNTED:
        return {name: type(inner).__name__ for name, inner in value.items()}
    if isinstance(value, dict):
        if key in NAMED_BY_CLUSTER:
            return {"*": [normal(inner) for inner in list(value.values())[:1]]}
        return {
            name: normal(inner, name) for name, inner in value.items() if name not in OPTIONAL
        }
    if isinstance(value, list):
        items = [normal(item, key) for item in value]
        return sorted(items, key=lambda item: json.dumps(item, sort_keys=True))
    if key in VOLATILE:
        return type(value).__name__
    if isinstance(value, str):
        return UUID.sub("UUID", value)
    return value


def body_of(text):
    try:
        return normal(json.loads(text))
    except ValueError:
        return f"text of {len(text.splitlines())} lines"


R = "/_snapshot/r1"
LOCATION = "{directory}/conformance"
REPOSITORY = {"type": "fs", "settings": {"location": LOCATION, "compress": True}}
ONE_SHARD = {"settings": {"number_of_shards": 1, "number_of_replicas": 0}}
NOWHERE = {
    "settings": {
        "number_of_shards": 2,
        "number_of_replicas": 0,
        "index.routing.allocation.require._name": "nope",
    }
}
WAIT = "?wait_for_completion=true"


def rename(pattern, replacement, **more):
    return {"rename_pattern": pattern, "rename_replacement": replacement, **more}


# Method, path, body, content type.
REQUESTS = [
    # What there is and is not.
    ("GET", "/"),
    ("HEAD", "/"),
    ("GET", "/_foo"),
    ("GET", "/_foo/bar"),
    ("GET", "/a/b/c/d"),
    ("GET", "/-x"),
    ("HEAD", "/_snapshot/r1"),
    ("GET", "/_cat/indices?bogus=1"),
    ("GET", "/_cluster/settings"),
    # Repositories.
    ("GET", "/_snapshot"),
    ("PUT", R),
    ("PUT", R, {}),
    ("PUT", R, {"type": "zzz"}),
    ("PUT", R, {"type": "fs"}),
    ("PUT", R, '{"type":'),
    ("PUT", R, '{"type":"fs"}', "text/plain"),
    ("PUT", R, REPOSITORY),
    ("PUT", R, REPOSITORY),
    ("POST", "/_snapshot/a%2Cb", REPOSITORY),
    ("PUT", "/_snapshot/a%23b", REPOSITORY),
    ("PUT", "/_snapshot/ro", {"type": "fs", "settings": {"location": LOCATION, "readonly": True}}),
    ("GET", "/_snapshot"),
    ("GET", "/_snapshot/_all"),
    ("GET", "/_snapshot/r*"),
    ("GET", "/_snapshot/nope"),
    ("GET", "/_snapshot/nope*"),
    ("GET", "/_snapshot/r1,nope"),
    ("POST", R + "/_verify"),
    ("POST", "/_snapshot/nope/_verify"),
    ("POST", R + "/_cleanup"),
    ("GET", "/_cat/repositories?format=json"),
    ("DELETE", "/_snapshot/nope"),
    ("DELETE", "/_snapshot/nope*"),
    # Indices and aliases.
    ("PUT", "/idx1", {"settings": {"number_of_shards": 2, "number_of_replicas": 0}, "aliases": {"al1": {}}}),
    ("PUT", "/idx1"),
    ("PUT", "/al1"),
    ("PUT", "/Bad"),
    ("PUT", "/_bad"),
    ("PUT", "/idx2", {"bogus": 1}),
    ("PUT", "/idx2", {"settings": {"number_of_shards": "x"}}),
    ("PUT", "/idx3", ONE_SHARD),
    ("PUT", "/red1?wait_for_active_shards=0", NOWHERE),
    ("POST", "/idx1/_doc?refresh=true", {"a": 1}),
    ("POST", "/new1/_doc", {"a": 1}),
    ("POST", "/al1/_doc?refresh=true", {"a": 1}),
    ("POST", "/_bulk?refresh=true", '{"index":{"_index":"idx1"}}\n{"a":2}\n', "application/x-ndjson"),
    ("POST", "/_bulk", '{"index":{"_index":"idx1"}}\n{"a":2}', "application/x-ndjson"),
    ("GET", "/idx1/_alias"),
    ("GET", "/_alias"),
    ("GET", "/_aliases"),
    ("GET", "/_alias/al1"),
    ("GET", "/_alias/none"),
    ("GET", "/idx3/_settings"),
    ("GET", "/nope"),
    ("HEAD", "/nope"),
    ("HEAD", "/idx1"),
    ("GET", "/nope/_alias"),
    ("DELETE", "/nope"),
    ("DELETE", "/al1"),
    ("DELETE", "/nope*"),
    ("DELETE", "/"),
    ("GET", "/idx1/_count"),
    ("GET", "/idx1/_search?size=0"),
    ("GET", "/idx3/_stats/store"),
    ("GET", "/_cat/indices/idx*?format=json&s=index"),
    ("GET", "/_cat/indices/nope?format=json"),
    ("GET", "/_cat/indices/red1?format=json"),
    ("GET", "/_cat/indices/idx3?format=json&h=i,health,pri,bogus"),
    ("GET", "/_cat/aliases?format=json"),
    ("GET", "/_cat/shards/idx3?format=json"),
    ("GET", "/_cat/health?format=json"),
    ("GET", "/_cat/nodes?format=json"),
    ("GET", "/_cluster/health"),
    ("GET", "/_cluster/health/idx1"),
    ("GET", "/_resolve/index/idx*"),
    ("POST", "/_aliases", {"actions": [{"add": {"index": "idx1", "alias": "al2"}}]}),
    ("POST", "/_aliases", {"actions": [{"add": {"index": "nope", "alias": "al2"}}]}),
    ("POST", "/_aliases", {"actions": [{"remove": {"index": "idx1", "alias": "nope"}}]}),
    ("POST", "/_aliases", {"actions": [{"add": {"index": "idx1", "alias": "idx3"}}]}),
    ("POST", "/_aliases", {}),
    ("PUT", "/idx1/_alias/al3"),
    ("DELETE", "/idx1/_alias/al3"),
    ("DELETE", "/idx1/_alias/al3"),
    ("PUT", "/idx3/_settings", {"number_of_replicas": 0}),
    ("PUT", "/idx3/_settings", {"number_of_shards": 9}),
    ("GET", "/_cluster/state/metadata/idx3?filter_path=metadata.indices.*.aliases,metadata.indices.*.state"),
    ("POST", "/idx3/_refresh"),
    ("POST", "/nope/_refresh"),
    # Names of snapshots.
    *[
        ("PUT", f"{R}/{name}")
        for name in ["S2", "_a", "a%20b", "a,b", "a%23b", "a*", "a%22b", "a%3Fb", "a%5Cb", "a%7Cb"]
    ],
    # Making snapshots.
    ("PUT", R + "/x?wait_for_completion=1"),
    ("PUT", R + "/x?bogus=1"),
    ("PUT", R + "/x?wait_for_completio=true"),
    ("PUT", R + "/x?master_timeout=abc"),
    ("PUT", R + "/x", '{"indices":'),
    ("PUT", R + "/x", {"indices": "nope"}),
    ("PUT", R + "/x", {"indices": 5}),
    ("PUT", R + "/x", {"metadata": "a"}),
    ("PUT", R + "/x", {"partial": "maybe"}),
    ("PUT", "/_snapshot/nope/x"),
    ("PUT", "/_snapshot/ro/x"),
    ("PUT", R + "/x" + WAIT),
    ("PUT", R + "/x" + WAIT, {"indices": "red1"}),
    ("PUT", R + "/s1" + WAIT, {"indices": "*,-red1", "metadata": {"by": "me"}}),
    ("PUT", R + "/s1"),
    ("PUT", R + "/p1" + WAIT, {"indices": "idx1,red1", "partial": True, "include_global_state": False}),
    ("PUT", R + "/e1" + WAIT, {"indices": "-idx*"}),
    ("PUT", R + "/e2" + WAIT, {"indices": "zz", "ignore_unavailable": True}),
    ("PUT", R + "/e3" + WAIT, {"indices": "idx3", "indicies": "idx1"}),
    ("PUT", R + "/a1" + WAIT, {"indices": ["al1"]}),
    ("PUT", R + "/a2" + WAIT, {"indices": "al*,-idx1"}),
    ("POST", R + "/nd" + WAIT, {"indices": "idx3"}),
    # Showing them.
    ("GET", R + "/s1"),
    ("GET", R + "/p1"),
    ("GET", R + "/s1,nope"),
    ("GET", R + "/nope"),
    ("GET", R + "/no*"),
    ("GET", R + "/s1,nope?ignore_unavailable=true"),
    ("GET", R + "/nope?ignore_unavailable=true"),
    ("GET", R + "/_all"),
    ("GET", R + "/*"),
    ("GET", R + "/_all?verbose=false"),
    ("GET", R + "/*,-s1?verbose=false"),
    ("GET", R + "/_current"),
    ("GET", "/_snapshot/nope/_all"),
    ("GET", "/_snapshot/r1,r1/_all"),
    ("GET", "/_snapshot/_status"),
    ("GET", R + "/_status"),
    ("GET", "/_snapshot/nope/_status"),
    ("GET", R + "/s1/_status"),
    ("GET", R + "/p1/_status"),
    ("GET", R + "/e1/_status"),
    ("GET", R + "/s1,e1/_status"),
    ("GET", R + "/s*/_status"),
    ("GET", R + "/nope/_status"),
    ("GET", R + "/nope/_status?ignore_unavailable=true"),
    ("GET", "/_snapshot/nope/s1/_status"),
    ("GET", "/_cat/snapshots/r1?format=json"),
    ("GET", "/_cat/snapshots/r1?h=id,status&v"),
    ("GET", "/_cat/snapshots/nope"),
    ("GET", "/_cat/snapshots"),
    ("GET", "/_cluster/state?filter_path=snapshots"),
    # Restores that cannot be.
    ("POST", R + "/s1/_restore", {"indicies": "a"}),
    ("POST", R + "/s1/_restore", {"indices": "idx1"}),
    ("POST", R + "/s1/_restore", {"indices": "nope"}),
    ("POST", R + "/s1/_restore", rename("(.+)", "al1", indices="idx1")),
    ("POST", R + "/s1/_restore", rename("idx(.+)", "Bad$1", indices="idx1")),
    ("POST", R + "/s1/_restore", rename("idx(.+)", "n$2", indices="idx1")),
    ("POST", R + "/s1/_restore", rename("idx1", "nx", indices="idx1", index_settings={"index.number_of_shards": 3})),
    ("POST", R + "/s1/_restore", {"indices": "idx1", "index_settings": {"index.number_of_shards": 3}}),
    ("POST", R + "/s1/_restore", rename("idx1", "nx", indices="idx1", ignore_index_settings=["index.number_of_shards"])),
    ("POST", R + "/s1/_restore", rename("idx1", "nx", indices="idx1", storage_type="local")),
    ("POST", R + "/s1/_restore", {"indices": "idx1", "partial": "x"}),
    ("POST", R + "/s1/_restore", {"include_aliases": "maybe"}),
    ("POST", R + "/s1/_restore", {"indices": "idx1", "rename_pattern": ""}),
    ("POST", R + "/s1/_restore", '{"x":'),
    ("POST", R + "/nope/_restore"),
    ("POST", "/_snapshot/nope/s1/_restore"),
    ("POST", R + "/p1/_restore", rename("red1", "redn", indices="red1")),
    ("POST", R + "/p1/_restore", rename("idx1", "ng", indices="idx1", include_global_state=True)),
    ("POST", R + "/s1/_restore", {"indices": "zz", "ignore_unavailable": True}),
    ("POST", R + "/e1/_restore" + WAIT),
    ("GET", R + "/s1/_restore"),
    # Restores that can.
    ("POST", R + "/s1/_restore" + WAIT, rename("idx(.)", "copy_$1", indices="idx1")),
    ("GET", "/copy_1/_alias"),
    ("GET", "/copy_1/_recovery"),
    ("GET", "/_cat/recovery/copy_1?format=json&bytes=b"),
    ("GET", "/_cat/recovery/copy_1?format=json&active_only=true"),
    ("GET", "/_cat/indices/copy_1?format=json"),
    ("GET", "/copy_1/_count"),
    ("POST", R + "/s1/_restore" + WAIT, rename("(.*)", "r_$1", indices="idx3")),
    ("GET", "/_cat/indices/r_*?format=json&h=index"),
    ("POST", R + "/s1/_restore" + WAIT, rename("(.+)", "neg_$1", indices="-idx*", include_aliases=False)),
    ("POST", R + "/p1/_restore" + WAIT, rename("red1", "redn", indices="red1", partial=True)),
    # An alias whose name an index has taken.
    ("DELETE", "/idx1,copy_1,ng,neg_new1"),
    ("POST", "/al1/_doc?refresh=true", {"stray": True}),
    ("POST", R + "/s1/_restore", {"indices": "idx1"}),
    ("POST", R + "/s1/_restore" + WAIT, {"indices": "idx1", "include_aliases": False}),
    ("GET", "/_cat/indices/idx1,al1?format=json&h=index,docs.count&s=index"),
    # Over a closed index.
    ("POST", "/idx3/_close"),
    ("POST", R + "/s1/_restore" + WAIT, {"indices": "idx3"}),
    ("POST", "/idx1/_close"),
    ("POST", R + "/s1/_restore" + WAIT, rename("idx3", "idx1", indices="idx3")),
    ("POST", "/idx1/_open"),
    ("GET", "/nope/_recovery"),
    # Taking it all down.
    ("DELETE", "/_snapshot/ro/s1"),
    ("DELETE", R + "/nope"),
    ("DELETE", R + "/no*"),
    ("DELETE", R + "/e1,e2"),
    ("DELETE", R + "/s1,nope"),
    ("DELETE", R + "/s1"),
    ("GET", R + "/_all?verbose=false"),
    ("DELETE", R + "/*"),
    ("GET", R + "/_all"),
    ("DELETE", "/_snapshot/ro"),
    ("DELETE", R),
    ("DELETE", "/_snapshot"),
    ("POST", "/_snapshot"),
    ("DELETE", "/_all"),
    ("GET", "/_cat/indices"),
    ("GET", "/_aliases"),
]


# While work goes on: a repository that is slow enough to look at it.
SLOW = "/_snapshot/slow"


def slow(snapshot_rate, restore_rate):
    return {
        "type": "fs",
        "settings": {
            "location": LOCATION + "-slow",
            "max_snapshot_bytes_per_sec": snapshot_rate,
            "max_restore_bytes_per_sec": restore_rate,
            "chunk_size": "200kb",
        },
    }


def documents():
    """Three million bytes that cannot be compressed, in parts that a front end takes."""
    for part in range(14):
        lines = []
        for number in range(50):
            identifier = str(50 * part + number)
            lines.append(json.dumps({"index": {"_index": "big", "_id": identifier}}))
            lines.append(json.dumps({"text": os.urandom(2100).hex()}))
        yield "\n".join(lines) + "\n"


BEFORE = [
    ("PUT", SLOW, slow("200kb", "400kb")),
    ("PUT", "/big", {"settings": {"number_of_shards": 2, "number_of_replicas": 0}}),
]
MAKING = [
    ("PUT", SLOW + "/run1", {"indices": "big"}),
    ("WAIT", SLOW + "/run1/_status", "snapshot"),
    ("GET", SLOW + "/run1"),
    ("GET", SLOW + "/_current"),
    ("GET", SLOW + "/_all?verbose=false"),
    ("GET", SLOW + "/run1/_status"),
    ("GET", SLOW + "/_status"),
    ("GET", "/_snapshot/_status"),
    ("GET", SLOW + "/nope?ignore_unavailable=true"),
    ("GET", "/_cat/snapshots/slow?format=json"),
    ("PUT", SLOW + "/run1"),
    ("PUT", SLOW, slow("40mb", "400kb")),
    ("DELETE", SLOW),
    ("DELETE", "/big"),
    ("POST", "/big/_close"),
    ("POST", SLOW + "/run1/_restore"),
    ("PUT", SLOW + "/run2", {"indices": "big"}),
    ("DELETE", SLOW + "/run1"),
    ("GET", SLOW + "/run1"),
    ("DELETE", SLOW + "/run2"),
    ("GET", SLOW + "/_all"),
    ("PUT", SLOW, slow("40mb", "400kb")),
    ("PUT", SLOW + "/whole" + WAIT, {"indices": "big"}),
    ("PUT", SLOW + "/again" + WAIT, {"indices": "big"}),
    ("DELETE", "/big"),
]
RESTORING = [
    ("POST", SLOW + "/whole/_restore"),
    ("WAIT", "/big/_recovery", "restore"),
    ("GET", "/big/_recovery"),
    ("GET", "/_cat/recovery/big?format=json&active_only=true"),
    ("GET", "/_cat/indices/big?format=json"),
    ("GET", "/_cluster/health/big"),
    ("POST", SLOW + "/whole/_restore"),
    ("DELETE", SLOW + "/whole"),
    ("DELETE", SLOW),
    ("DELETE", "/big"),
    ("GET", "/big/_recovery"),
    ("DELETE", SLOW + "/whole,again"),
    ("DELETE", SLOW),
]


def is_under_way(kind, text):
    """Has every shard got some files, and none of them all?"""
    if kind == "snapshot":
        return '"processed"' in text and '"stage":"INIT"' not in text
    return text.count('"stage":"INDEX"') == 2 and '"recovered_in_bytes":0,' not in text


def wait(server, path, kind):
    for _ in range(400):
        _, text = server.ask("GET", path)
        if is_under_way(kind, text):
            return
        time.sleep(0.02)
    sys.exit(f"WRONG: {server.url}{path}: the {kind} is not to be seen under way")


def empty(server):
    """Leaves nothing of an earlier run."""
    server.ask("PUT", R, server.placed(REPOSITORY))
    server.ask("PUT", SLOW, server.placed(slow("40mb", "40mb")))
    for repository in (R, SLOW):
        server.ask("DELETE", repository + "/*")
    for name in ("r1", "ro", "slow"):
        server.ask("DELETE", f"/_snapshot/{name}")
    server.ask("DELETE", "/_all")


def answers(server, requests):
    """Sends the requests to one side, and what it answers to each."""
    found = []
    for method, path, *rest in requests:
        if method == "WAIT":
            wait(server, path, rest[0])
            found.append(None)
            continue
        body = server.placed(rest[0]) if rest else None
        content_type = rest[1] if len(rest) > 1 else "application/json"
        status, text = server.ask(method, path, body, content_type)
        found.append((status, body_of(text)))
    return found


def compare(servers, requests):
    """Sends the requests to one side and then to the other; how many were answered differently."""
    wrong = 0
    for request, expected, found in zip(requests, *(answers(s, requests) for s in servers)):
        if expected == found:
            continue
        wrong += 1
        print(f"WRONG: {' '.join(str(part) for part in request)}")
        for name, (status, body) in (("engine ", expected), ("sandbox", found)):
            print(f"  {name} {status} {json.dumps(body, sort_keys=True)}")
    return wrong


def main(engine_url, domain_url, directory):
    def placed(body):
        return json.loads(json.dumps(body).replace("{directory}", directory))

    servers = [Server(engine_url), Server(domain_url)]
    for server in servers:
        server.placed = placed
        empty(server)
    wrong = compare(servers, REQUESTS + BEFORE)
    for part in documents():
        for server in servers:
            status, text = server.ask("POST", "/_bulk?refresh=true", part, "application/x-ndjson")
            if status != 200 or '"errors":false' not in text:
                sys.exit(f"WRONG: {server.url}/_bulk: {status} {text[:200]}")
    for server in servers:
        # So that the list of files is not being changed meanwhile.
        server.ask("POST", "/big/_flush")
    COUNTED.update({"shards_stats"})
    VOLATILE.update({"stage"})
    wrong += compare(servers, MAKING + RESTORING)
    count = len(REQUESTS) + len(BEFORE) + len(MAKING) + len(RESTORING)
    for server in servers:
        empty(server)
    print(f"{count} requests, {wrong} answered otherwise than by the engine")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
