"""A network that talks nonsense, a hundred thousand times: what the shipped network code makes of it, judged by readers
that are slow and have nothing in common with it (fuzz_truth.py).

The lives are lived in processes of their own (fuzz_worker.py), on CPython, where umqtt.simple has its assertions or, as
where it is built into a chip's firmware, has none. Some are lived on MicroPython too, which must tell the same.
"""

import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile
import threading

from tools import discovery, micropython, staging, umqtt
from tools.packaged import Unavailable
from tools.proofs import fuzz_truth as truth

SENTENCE = ("No packet, command or answer of a time server, however damaged, ends the network's thread, hangs or heaps "
            "up, or turns a relay on; what is right is taken, nothing else, and what is refused is counted.")
LIVES, THERE = 100, 24  # the second on MicroPython as well
LIVES_QUICK, THERE_QUICK = 12, 2
CASES = 1_000  # in a life
GROWN_MAX = {"cpython": 150, "micropython": 1_024}  # in the second half of a life: blocks, bytes
READ_MAX = 1_024
LIFE_S = 120  # then it hangs
# What may be the end of a connection. Anything else is a mistake in the program, though the thread outlives it.
TROUBLES = ("AssertionError", "IndexError", "MQTTException", "OSError", "certificate", "client id", "junk", "no answer",
            "not allowed", "not ready", "password", "protocol", "refused", "unreachable")
JOBS = os.cpu_count() or 1
FAILURES_MAX = 20
CODE = """
import os, sys
sys.path[:] = {paths!r} + [path for path in sys.path if path]
os.chdir({folder!r})
from firmware.core import controller  # first: MicroPython's stack is short for modules that import one another
from tools.proofs import fuzz_worker
fuzz_worker.main{arguments!r}
"""


class Life:
    """What one life tells, and what is to be said against it."""

    def __init__(self, name, where):
        self.name = name
        self.where = where
        self.lines = []
        self.problems = []
        self.figures = {}
        self.taken = {}
        self.commands = truth.Commands()
        self.heard = []  # on the connection that is still to be told

    def take(self, line):
        word, _blank, rest = line.partition(" ")
        judge = {"m": self._message, "k": self._connection, "t": self._time}.get(word)
        if judge:
            self.lines.append(line)
            judge(*rest.split(" "))
        elif word == "end":
            self.figures = json.loads(rest)
            self._end()
        else:
            self.problems.append(rest if word == "wrong" else line)

    def _message(self, retained, now_s, up_s, room, topic, payload, *letter):
        topic, payload, is_retained = unhexed(topic), unhexed(payload), retained == "1"
        made = None if letter == ("-",) else tuple(int(word) if word.isdigit() else word for word in letter)
        is_for_it = topic == truth.TOPIC and int(room)
        should = self.commands.judge(payload, is_retained, int(now_s), int(up_s)) if is_for_it else None
        self.heard.append((topic, payload, is_retained))
        if made:
            self.taken[made[0]] = self.taken.get(made[0], 0) + 1
        if made != should:
            self.problems.append(f"at {now_s} {payload!r} on {topic!r} became {made} and not {should}")

    def _connection(self, told):
        stream = unhexed(told)
        sent, is_sound = truth.messages(stream)
        heard, self.heard = self.heard, []
        if (heard if is_sound else heard[: len(sent)]) != sent:
            self.problems.append(f"of {stream.hex()} it heard {heard} and not {sent}")

    def _time(self, answer, request, took_ms, *made):
        made = None if made[0] == "-" else tuple(map(int, made))
        wrong = truth.time_is_wrong(unhexed(answer), unhexed(request), int(took_ms), made)
        if wrong:
            self.problems.append(f"{wrong}: {answer} after {took_ms} ms")

    def _end(self):
        strange = sorted(set(self.figures["contained"]) - set(TROUBLES))
        if strange:
            self.problems.append(f"{', '.join(strange)} came of it")
        if self.figures["grown"] > GROWN_MAX[self.where]:
            self.problems.append(f"its memory grew by {self.figures['grown']}")
        if self.figures["largest"] > READ_MAX:
            self.problems.append(f"it asked for {self.figures['largest']} bytes at once")


def unhexed(text):
    return bytes.fromhex(text.replace("-", ""))


class Campaign:
    """`lives` of so many `cases`, from the one with that number on, of which `there` on MicroPython as well."""

    def __init__(self, lives, there, cases=CASES, first=0):
        self.lives, self.there, self.cases, self.first = lives, there, cases, first
        self.done = 0

    def run(self, progress, seed, root=micropython.ROOT):
        """The figures, for the project in that folder."""
        try:
            found = micropython.find(bits=32) if self.there else None
            paths = [str(root), str(umqtt.folder())]
        except Unavailable as sentence:
            return {"ok": False, "cases": 0, "failures": [str(sentence)]}
        # Where another interpreter is to tell the same there are no assertions; elsewhere in every second life.
        jobs = [([sys.executable, *(["-O"] if number < self.there or number % 2 else [])], "cpython", number)
                for number in range(self.lives)]
        jobs += [([*found.command, "-O3", "-X", "heapsize=4m"], "micropython", number) for number in range(self.there)]
        with tempfile.TemporaryDirectory(prefix="fuzz-") as folder, concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
            staging.lay_out({staging.DISCOVERY: discovery.text()}, folder)
            lives = list(pool.map(lambda job: self._live(*job, CODE.format(
                paths=paths, folder=folder, arguments=(seed, self.first + job[2], self.cases)), progress), jobs))
        return figures(lives[: self.lives], lives[self.lives :], self.cases)

    def _live(self, command, where, number, code, progress):
        """One Life, lived by that interpreter."""
        life = Life(f"life {number} on {where}", where)
        with subprocess.Popen([*command, "-c", code], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True) as worker:
            end = threading.Timer(LIFE_S, worker.kill)
            end.start()
            for line in worker.stdout:
                if line.startswith("done "):
                    self.done += int(line[5:])
                    progress.update(self.done, (self.lives + self.there) * self.cases, f"on {where}")
                else:
                    life.take(line.rstrip("\n"))
            end.cancel()
        if worker.returncode or not life.figures:
            life.problems.append(f"it ended with {worker.returncode} and not in {LIFE_S} s as it should")
        return life


def run(progress, quick, seed):
    return Campaign(*((LIVES_QUICK, THERE_QUICK) if quick else (LIVES, THERE))).run(progress, seed)


def figures(here, there, cases):
    failures = [f"{life.name}: {problem}" for life in here + there for problem in life.problems]
    for one, other in zip(here, there):
        lines = [pair for pair in zip(one.lines, other.lines) if pair[0] != pair[1]]
        if lines or len(one.lines) != len(other.lines):
            failures.append(f"{other.name}: it tells another story, {lines[:1]}")
    added = {key: sum(life.figures.get(key, 0) for life in here)
             for key in ("heard", "refused", "connections", "asked", "times", "transfers")}
    taken = {word: sum(life.taken.get(word, 0) for life in here) for word in truth.MEMBERS}
    return {
        "ok": not failures, "cases": len(here) * cases, "of_them_on_micropython_too": len(there) * cases,
        "connections": added["connections"], "messages": added["heard"], "refused_and_counted": added["refused"],
        "taken": ", ".join(f"{count} {word}" for word, count in taken.items()),
        "times_asked": added["asked"], "times_believed": added["times"], "transfers": added["transfers"],
        "ends_of_connections": ", ".join(sorted({why for life in here for why in life.figures.get("contained", ())})),
        "grown_at_most": ", ".join(f"{max((life.figures.get('grown', 0) for life in lives), default=0)} {unit}"
                                   for lives, unit in ((here, "blocks"), (there, "bytes")) if lives),
        "failures": failures[:FAILURES_MAX],
    }
