#!/usr/bin/env python3
"""Measures what a person at a terminal would feel, and prints a table.

usage: measure.py path/to/snapdeck [SECONDS_IDLE]

Needs nothing but Python and a release build. Starts a sandbox of its own and drives the console in a
real pseudo-terminal against it. Nothing here asserts: a busy machine is slow, not wrong.
"""
import fcntl
import json
import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
import urllib.request

binary = os.path.abspath(sys.argv[1])
idle_seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 20.0
state = tempfile.TemporaryDirectory(prefix="snapdeck-measure-")
environment = {
    "HOME": state.name, "PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8",
    "AWS_ACCESS_KEY_ID": "sandbox", "AWS_SECRET_ACCESS_KEY": "sandbox-secret", "AWS_REGION": "us-east-1",
}


def sandbox(*arguments):
    process = subprocess.Popen([binary, "sandbox", *arguments], stdout=subprocess.PIPE, text=True, env=environment)
    return process, process.stdout.readline().split()[-1]


class Console:
    """The console in a pseudo-terminal of 140x40."""

    def __init__(self, *arguments):
        self.started = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(binary, [binary, "--state-dir", state.name, *arguments], environment)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 140, 0, 0))

    def read(self, seconds, until=None):
        """Bytes read for so long, or until a text appears, and when the first came."""
        data, first, end = bytearray(), None, time.perf_counter() + seconds
        while time.perf_counter() < end:
            ready, _, _ = select.select([self.fd], [], [], 0.002)
            if ready:
                try:
                    chunk = os.read(self.fd, 65536)
                except OSError:
                    break
                first = first or time.perf_counter()
                data += chunk
                if until and until in data:
                    break
        return bytes(data), first

    def key(self, key, settle=0.1):
        pressed = time.perf_counter()
        os.write(self.fd, key)
        data, first = self.read(settle)
        return len(data), None if first is None else (first - pressed) * 1e3

    def processor_seconds(self):
        fields = open(f"/proc/{self.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_mib(self):
        return next(int(line.split()[1]) for line in open(f"/proc/{self.pid}/status") if line.startswith("VmRSS")) / 1024

    def quit(self):
        pressed = time.perf_counter()
        os.write(self.fd, b"q")
        while os.waitpid(self.pid, os.WNOHANG)[0] == 0:
            self.read(0.001)
            if time.perf_counter() - pressed > 5:
                os.kill(self.pid, signal.SIGKILL)
        return (time.perf_counter() - pressed) * 1e3


def best(samples):
    return f"{statistics.median(samples):.1f} ms median, {max(samples):.1f} ms worst of {len(samples)}"


rows = []

samples = []
for _ in range(20):
    begun = time.perf_counter()
    subprocess.run([binary, "--version"], check=True, stdout=subprocess.DEVNULL, env=environment)
    samples.append((time.perf_counter() - begun) * 1e3)
rows.append(("--version", best(samples)))

server, url = sandbox()
firsts, quits = [], []
for _ in range(10):
    console = Console("--endpoint-url", url)
    _, first = console.read(2, until=b"corp.example.com")
    firsts.append((first - console.started) * 1e3)
    quits.append(console.quit())
rows.append(("first bytes on the terminal", best(firsts)))
rows.append(("quit", best(quits)))

console = Console("--endpoint-url", url)
console.read(3, until=b"corp.example.com")
console.read(1)
before = console.processor_seconds()
quiet, _ = console.read(idle_seconds)
rows.append((f"{idle_seconds:.0f} s idle", f"{len(quiet)} bytes, {console.processor_seconds() - before:.2f} s of processor time"))
rows.append(("resident, directories screen", f"{console.resident_mib():.1f} MiB"))
keys = [console.key(key) for key in [b"j"] * 8 + [b"k"] * 8]
rows.append(("a key, 11 rows, 140x40", f"{best([ms for _, ms in keys if ms])}, {max(n for n, _ in keys)} bytes at most"))
console.quit()
log = [json.loads(line) for line in urllib.request.urlopen(url + "/_sandbox/requests").read().splitlines()]
calls = [entry["action"] for entry in log]
rows.append(("DescribeSnapshots for each list of directories", f"{calls.count('DescribeSnapshots') / calls.count('DescribeDirectories'):.2f}"))
server.kill()

scenario = os.path.join(state.name, "scale.toml")
open(scenario, "w").write("scale = 10000\n")
server, url = sandbox("--scenario", scenario)
console = Console("--endpoint-url", url)
console.read(5)
rows.append(("resident, 10,000 snapshots in AWS", f"{console.resident_mib():.1f} MiB"))
console.quit()
server.kill()

scenario = os.path.join(state.name, "thousand.toml")
open(scenario, "w").write("scale = 1000\n")
server, url = sandbox("--scenario", scenario)
console = Console("--endpoint-url", url)
console.read(2)
for _ in range(10):
    os.write(console.fd, b"\t")
    seen, _ = console.read(2, until=b"1/1000")
    if b"1/1000" in seen:
        break
console.read(1)
keys = [console.key(key) for key in [b"j"] * 30 + [b"k"] * 30]
rows.append(("a key, 1,000 rows, 140x40", f"{best([ms for _, ms in keys if ms])}, {statistics.median(n for n, _ in keys):.0f} bytes median, {max(n for n, _ in keys)} at most"))
console.quit()
server.kill()

server, url = sandbox()
faults = json.dumps([{"service": "*", "action": "*", "kind": "hang_before", "times": 1000000}]).encode()
urllib.request.urlopen(urllib.request.Request(url + "/_sandbox/faults", data=faults, method="POST")).read()
console = Console("--endpoint-url", url)
console.read(1)
hung = [console.key(key, 0.3)[1] for key in (b"?", b"\x1b", b"o", b"?", b"\x1b")]
rows.append(("a key, the endpoint hanging", best([ms for ms in hung if ms])))
rows.append(("quit, the endpoint hanging", f"{console.quit():.1f} ms"))
server.kill()

width = max(len(name) for name, _ in rows)
for name, value in rows:
    print(f"{name:<{width}}  {value}")
