#!/usr/bin/env python3
"""Measures the listing of snapshots beside the AWS CLI's, and prints a table.

usage: listing.py path/to/snapdeck ENDPOINT_URL [RUNS]

Both list the same snapshots of the same endpoint, one after the other, RUNS times (5 unless said); the
best of each counts, since a busy machine only adds. Nothing here asserts. Needs a release build, and
the AWS CLI for its half of the table.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import time

binary, endpoint = os.path.abspath(sys.argv[1]), sys.argv[2]
runs = int(sys.argv[3]) if len(sys.argv) > 3 else 5
state = tempfile.TemporaryDirectory(prefix="snapdeck-listing-")
environment = {
    "HOME": state.name, "PATH": os.environ["PATH"], "LANG": "C.UTF-8",
    "AWS_ACCESS_KEY_ID": "sandbox", "AWS_SECRET_ACCESS_KEY": "sandbox-secret", "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
}


def aws():
    """The AWS CLI itself: a version manager's stand-in for it would be measured with it."""
    found = shutil.which("aws")
    if found and "pyenv" in found:
        real = subprocess.run(["pyenv", "which", "aws"], stdout=subprocess.PIPE, text=True)
        found = real.stdout.strip() or found
    return found


def measure(command):
    """Processor seconds, wall seconds and peak MiB of a command, with the bytes that it printed."""
    best = None
    for _ in range(runs):
        with tempfile.TemporaryFile() as out:
            began = time.monotonic()
            process = subprocess.Popen(command, stdout=out, env=environment)
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.monotonic() - began
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                sys.exit(f"{command[0]} ended with {process.returncode}")
            size = out.tell() or os.fstat(out.fileno()).st_size
        peak = usage.ru_maxrss / (1 if sys.platform == "darwin" else 1024)
        peak = peak / 1048576 if sys.platform == "darwin" else peak
        seen = (usage.ru_utime + usage.ru_stime, wall, peak, size)
        best = seen if best is None else tuple(map(min, best, seen))
    return best


rows = [("snapdeck ebs snapshots", measure(
    [binary, "--endpoint-url", endpoint, "ebs", "snapshots", "--output", "json"]))]
if cli := aws():
    rows.append(("aws ec2 describe-snapshots", measure(
        [cli, "ec2", "describe-snapshots", "--owner-ids", "self", "--endpoint-url", endpoint, "--output", "json"])))

print(f"{'':28} {'processor':>10} {'wall':>8} {'peak':>10} {'printed':>10}")
for name, (processor, wall, peak, size) in rows:
    print(f"{name:28} {processor:8.2f} s {wall:6.2f} s {peak:6.1f} MiB {size / 1048576:6.1f} MiB")
if len(rows) == 2:
    ours, theirs = rows[0][1], rows[1][1]
    shares = [f"{label} {100 * own / other:.0f}%" for label, own, other in
              zip(("processor", "wall", "peak"), ours, theirs)]
    print(f"snapdeck takes of it: {', '.join(shares)}")
