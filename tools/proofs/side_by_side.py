"""Runs parts of the proof in processes of their own, as many at once as the machine has processors for.

A part keeps every processor busy by itself, or one of them, or it waits most of the time and goes on beside any other.
They begin in their order, and none is overtaken. A part that raises, dies or takes far too long has failed, and the
others still run. Whatever ends this ends every process that was started; Ctrl-C and the order to end are heard between
two looks, never in the middle of a start or an end.
"""

import json
import os
import pathlib
import selectors
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATIENCE, PATIENCE_S_MIN = 6, 900  # how often the time it is expected to take, and at least
GRACE_S = 5.0  # to put things away when it is interrupted
LAST_WORDS = 1500
WAITS, ONE, ALL = range(3)  # what a part takes of the processors
SLOTS = os.cpu_count() or 1


class Part:
    """One of the parts, and how far it is."""

    def __init__(self, name, module, takes, expected_s):
        self.name, self.module, self.takes, self.expected_s = name, module, takes, expected_s
        self.share = 0.0
        self.note = ""
        self.result = None
        self.process = self.stderr = None
        self.began = self.began_at = 0.0  # by a clock that nobody sets, and by this machine's

    def start(self, quick, seed):
        self.began, self.began_at = time.monotonic(), time.time()
        self.stderr = tempfile.TemporaryFile()  # noqa: SIM115 (closed in end)
        command = [sys.executable, "-m", "tools.proofs.one_part", self.module, str(seed), *(["quick"] if quick else [])]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=self.stderr, text=True, start_new_session=True)

    def take(self, line):
        row = json.loads(line)
        if "result" in row:
            self.result, self.share = row["result"], 1.0
        elif row["total"]:
            self.share = min(1.0, row["done"] / row["total"])
        self.note = row.get("note", "")

    def is_late(self):
        return time.monotonic() - self.began > max(PATIENCE_S_MIN, PATIENCE * self.expected_s)

    def end(self, because=None):
        """It has ended by itself, or must."""
        end(self.process, GRACE_S if self.result else 0)
        if self.result is None:
            self.stderr.seek(0)
            words = self.stderr.read().decode(errors="replace")[-LAST_WORDS:].strip().splitlines()
            sentence = because or f"its process ended with {self.process.returncode} and no result"
            self.result = {"ok": False, "failures": [sentence, *words[-12:]],
                           "seconds": round(time.monotonic() - self.began, 1)}
        self.result["began"] = round(self.began_at, 1)
        self.share = 1.0
        self.stderr.close()


def end(process, patience_s):
    """The process and all it has started; some of those have put themselves into groups of their own."""
    if not _has_ended(process, patience_s):
        family = descendants(process.pid)
        _signal(os.killpg, process.pid, signal.SIGINT)
        _has_ended(process, GRACE_S)
        for pid in family:
            _signal(os.kill, pid, signal.SIGKILL)
    _signal(os.killpg, process.pid, signal.SIGKILL)
    process.communicate()


def _has_ended(process, patience_s):
    try:
        process.wait(patience_s)
    except subprocess.TimeoutExpired:
        return False
    return True


def _signal(send, pid, number):
    try:
        send(pid, number)
    except (ProcessLookupError, PermissionError):
        pass


def descendants(pid):
    """Children and theirs, where the system says so; elsewhere they are in the process's group at least."""
    parents = {}
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(folder.name))
    found, left = [], [pid]
    while left:
        children = parents.get(left.pop(), [])
        found += children
        left += children
    return found


class Orders:
    """Ctrl-C, and the system's order to end, as something to select on instead of an exception at any line."""

    def __init__(self, numbers=(signal.SIGINT, signal.SIGTERM)):
        self.numbers, self.before = numbers, []
        self.ear, self.mouth = os.pipe()
        os.set_blocking(self.mouth, False)

    def __enter__(self):
        self.before = [signal.signal(number, lambda *_: None) for number in self.numbers]
        self.before_fd = signal.set_wakeup_fd(self.mouth)
        return self

    def __exit__(self, *_):
        signal.set_wakeup_fd(self.before_fd)
        for number, handler in zip(self.numbers, self.before):
            signal.signal(number, handler)
        os.close(self.ear)
        os.close(self.mouth)


class Runner:
    def __init__(self, parts, quick, seed, slots=SLOTS):
        self.waiting = list(parts)
        self.quick, self.seed = quick, seed
        self.slots = slots
        self.running = []
        self.selector = selectors.DefaultSelector()

    def play(self, look, done):
        """Run everything: `look(running)` hears now and then, `done(part)` of each that has ended."""
        with Orders() as orders:
            self.selector.register(orders.ear, selectors.EVENT_READ)
            try:
                self._play(look, done)
            finally:
                for part in self.running:
                    part.end("it was interrupted")
                self.selector.close()

    def _play(self, look, done):
        while self.waiting or self.running:
            self._start_what_fits()
            for key, _ready in self.selector.select(1.0):
                if key.data is None:
                    raise KeyboardInterrupt
                self._hear(key.data, done)
            for part in [part for part in self.running if part.is_late()]:
                self._end(part, done, f"it took more than {int(time.monotonic() - part.began)} s and was ended")
            look(self.running)

    def _start_what_fits(self):
        for part in list(self.waiting):
            taken = sum(self._slots(one) for one in self.running)
            if taken and taken + self._slots(part) > self.slots:
                break
            self.waiting.remove(part)
            part.start(self.quick, self.seed)
            self.running.append(part)
            self.selector.register(part.process.stdout, selectors.EVENT_READ, part)

    def _slots(self, part):
        return self.slots if part.takes == ALL else part.takes

    def _hear(self, part, done):
        line = part.process.stdout.readline()
        if not line or "result" in json.loads(line):
            if line:
                part.take(line)
            self._end(part, done)
        else:
            part.take(line)

    def _end(self, part, done, because=None):
        self.selector.unregister(part.process.stdout)
        self.running.remove(part)
        part.end(because)
        done(part)
