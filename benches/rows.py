#!/usr/bin/env python3
"""Measures keys in a long list as a person at a terminal would feel them, and prints a table.

usage: rows.py path/to/snapdeck [ROWS] [ROUNDS]

Needs nothing but Python and a release build. Starts a sandbox of its own with ROWS snapshots (100,000
unless said), reads them all in the console in a real pseudo-terminal of 140x40, and presses keys one by
one. What counts is the time from the key to the last byte that it made the console write: where the
answer comes in several frames, that is the last of them. Nothing here asserts: a busy machine is slow,
not wrong.
"""
import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time

binary = os.path.abspath(sys.argv[1])
count = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
# Longer than the pause between two frames, so that none of an answer is missed.
SETTLE = 0.15
state = tempfile.TemporaryDirectory(prefix="snapdeck-rows-")
environment = {
    "HOME": state.name, "PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8",
    "AWS_ACCESS_KEY_ID": "sandbox", "AWS_SECRET_ACCESS_KEY": "sandbox-secret", "AWS_REGION": "us-east-1",
}


class Console:
    """The console in a pseudo-terminal of 140x40."""

    def __init__(self, *arguments):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(binary, [binary, "--state-dir", state.name, *arguments], environment)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 140, 0, 0))

    def read(self, quiet, until=None, limit=300.0):
        """Reads until nothing came for so long, or until a pattern was seen; answers what came, and when
        the first and the last of it did."""
        data, first, last, begun = bytearray(), None, None, time.perf_counter()
        while time.perf_counter() - begun < limit:
            ready, _, _ = select.select([self.fd], [], [], quiet)
            if not ready:
                if until is None:
                    break
                continue
            try:
                data += os.read(self.fd, 1 << 16)
            except OSError:
                break
            last = time.perf_counter()
            first = first or last
            if until is not None and re.search(until, data[-20_000:]):
                break
        return bytes(data), first, last

    def key(self, key):
        """Milliseconds from a key to the first and to the last byte of what it made the console write."""
        pressed = time.perf_counter()
        os.write(self.fd, key)
        data, first, last = self.read(SETTLE)
        if first is None:
            return None
        return (first - pressed) * 1e3, (last - pressed) * 1e3, len(data)

    def status(self, name):
        line = next(line for line in open(f"/proc/{self.pid}/status") if line.startswith(name))
        return int(line.split()[1]) / 1024

    def quit(self):
        pressed = time.perf_counter()
        os.write(self.fd, b"q")
        while os.waitpid(self.pid, os.WNOHANG)[0] == 0:
            self.read(0.001)
            if time.perf_counter() - pressed > 10:
                os.kill(self.pid, signal.SIGKILL)
        return (time.perf_counter() - pressed) * 1e3


samples = {}


def press(console, name, key):
    answer = console.key(key)
    if answer is not None:
        samples.setdefault(name, []).append(answer)


def typed(console, name, text):
    """Types a filter letter by letter: the first letter, and those behind it, then clears it."""
    console.key(b"/")
    for at, letter in enumerate(text):
        press(console, f"{name}, {'first letter' if at == 0 else 'each further letter'}", letter.encode())
    press(console, f"{name}, cleared", b"\x1b")


scenario = os.path.join(state.name, "rows.toml")
open(scenario, "w").write(f"scale = {count}\n")
server = subprocess.Popen([binary, "sandbox", "--scenario", scenario], stdout=subprocess.PIPE, text=True, env=environment)
url = server.stdout.readline().split()[-1]
console = Console("--endpoint-url", url)
console.read(1.0)
# Goes to the list of snapshots by its name.
os.write(console.fd, b":")
console.read(0.3)
os.write(console.fd, b"EBS snapshots")
console.read(0.3)
begun = time.perf_counter()
os.write(console.fd, b"\r")
during, seen, pressed = [], b"", 0
# While the rows arrive keys are answered too. The list says how old it is once it is whole.
while time.perf_counter() - begun < 300 and b"old" not in seen[-6000:]:
    before = time.perf_counter()
    os.write(console.fd, b"j" if pressed % 2 == 0 else b"k")
    pressed += 1
    data, first, _ = console.read(0.03)
    seen += data
    if first is not None:
        during.append((first - before) * 1e3)
print(f"{count} rows were there after {time.perf_counter() - begun:.1f} s; resident {console.status('VmRSS'):.0f} MiB, "
      f"{console.status('VmHWM'):.0f} MiB at most")
console.read(1.0)

for _ in range(rounds):
    for _ in range(6):
        press(console, "cursor down", b"j")
    for _ in range(4):
        press(console, "page down", b"\x1b[6~")
    press(console, "End", b"G")
    press(console, "Home", b"g")
    typed(console, "words 'web 42'", "web 42")
    typed(console, "inverse '!web 4'", "!web 4")
    typed(console, "column 'size>=100'", "size>=100")
    typed(console, "age 'age>30d'", "age>30d")
    typed(console, "tag 'tag:Owner=a'", "tag:Owner=a")
    typed(console, "regex '/^snap-0.*9$'", "/^snap-0.*9$")
    typed(console, "regex '/[0-9]{4}$'", "/[0-9]{4}$")
    typed(console, "fuzzy '~nw42'", "~nw42")
    for column in ("id", "name", "state", "age"):
        press(console, f"sort by {column}", b"s" if column != "age" else b"ss")
        press(console, f"sort by {column}, reversed", b"S")
        press(console, f"sort by {column}, back", b"S")
    press(console, "filter a sorted list, first letter", b"/w"[:1])
    press(console, "filter a sorted list, first letter", b"w")
    press(console, "filter a sorted list, cleared", b"\x1b")
    # Through the other columns back to the order of the list.
    for _ in range(5):
        console.key(b"s")
    press(console, "mark all", b"*")
    press(console, "unmark all", b"u")
    press(console, "what needs a look", b"!")
    press(console, "what needs a look, off", b"!")

width = max(len(name) for name in samples)
print(f"{'':<{width}}  {'first byte':>22}  {'last byte':>22}  {'bytes':>6}")
print(f"{'':<{width}}  {'median':>10} {'worst':>11}  {'median':>10} {'worst':>11}  {'median':>6}")
for name, answers in samples.items():
    first, last, size = zip(*answers)
    print(f"{name:<{width}}  {statistics.median(first):7.1f} ms {max(first):8.1f} ms  "
          f"{statistics.median(last):7.1f} ms {max(last):8.1f} ms  {statistics.median(size):6.0f}")
if during:
    print(f"a key while the rows arrive: {statistics.median(during):.1f} ms median, {max(during):.1f} ms worst of {len(during)}")
print(f"resident at the end: {console.status('VmRSS'):.0f} MiB, {console.status('VmHWM'):.0f} MiB at most")
print(f"leaving the list by the next tab: {(console.key(b'%c' % 9) or (0, 0, 0))[1]:.1f} ms")
print(f"quit: {console.quit():.1f} ms")
server.kill()
