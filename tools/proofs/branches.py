"""A scenario played once, and from chosen instants on again and again, each time with something else happening.

Each branch is a copy of the whole process, made by the operating system at that very millisecond: firmware, world and
all. So a branch costs only what comes after it, and cannot disturb another.
"""

import gc
import json
import os
import traceback

from tools import staging
from tools.sim import scenario
from tools.sim.run import Player
from tools.sim.world import Over

LOWEST = {"startup_s": 6, "dwell_s": 10, "car_s": 1, "confirm_s": 0}  # the limits that make a case short
START = "2026-11-20T05:29:42Z"  # with these, just early enough for the window
WINDOW = [{"days": "daily", "from": "05:30", "to": "06:30"}]
JOBS = os.cpu_count() or 1
PLAYED_AT_ONCE = JOBS + 1  # copies are waited for in their order, and another may have ended before the oldest


def house(two_relays=False, events=(), length="00:20:00", start=START, **config):
    """A scenario of one installation around 05:30, with `config` laid over."""
    told = {"name": "branch", "start": start, "for": length, "config": {
        "board": "generic-2-relay" if two_relays else "generic-1-relay", "v2l": WINDOW, "limits": LOWEST}}
    told["plant"] = config.pop("plant", {})
    told["config"].update(config)
    told["events"] = [dict(zip(("at", "do"), event[:2]), **event[2]) for event in events]
    found, problems = scenario.read(json.dumps(told))
    if problems:
        raise ValueError(problems)
    return found


class Run:
    """One playing of a scenario; a branch of it goes on in the same object, but in a process of its own."""

    def __init__(self, chosen, files=None, skip=True):
        self.lines = []
        self.listeners = []  # called with each line of the installation as it is told
        self.forked_ms = 0
        self.forked_at = 0  # lines told before
        self.measured = {}
        self.player = Player(chosen, files or staging.stage(chosen.config_text), self._hear, skip)
        self.world = self.player.world

    def _hear(self, line):
        self.lines.append(line)
        if line.startswith('{"kind": "plant"'):
            for listener in self.listeners:
                listener(line)

    def play(self):
        self.player.play()
        return self

    def core(self):
        """The running firmware's core, or None while it does not run."""
        loop = self.player.loop()
        return loop and loop.core

    def end_in(self, ms):
        self.world.scenario.for_ms = self.world.ms + ms

    def each_ms(self, look):
        """Call `look()` now and in every later millisecond."""
        look()
        self.world.after(1, lambda: self.each_ms(look))

    def told(self, kind, since_branch=True):
        """The lines of one kind, read; `ms` is when."""
        rows = [json.loads(line) for line in self.lines[self.forked_at if since_branch else 0 :]
                if line.startswith('{"kind": "' + kind)]
        for row in rows:
            row["ms"] = round(row.get("t", 0) * 1000)
        return rows


def play(chosen, points, judge, jobs=PLAYED_AT_ONCE, files=None, each=lambda done: None):
    """The answers of `judge(run, point)` at the end of each branch, in the order of the points.

    A point is (ms, change(run), ...); they stand in the order of time. `each(count)` hears of every one that is done.
    """
    answers = []

    def take(_point, answer):
        answers.append(answer)
        each(len(answers))

    _Tree(Run(chosen, files), points, judge, Copies(jobs, take)).grow()
    return answers


def apart(cases, work, each=lambda done: None, jobs=JOBS):
    """The answers of `work(case)`, each made in a copy of this process, in the order of the cases.

    A copy begins when the one so many before it has ended. `each(count)` hears of every one that is done.
    """
    answers = []

    def take(_case, answer):
        answers.append(answer)
        each(len(answers))

    copies = Copies(jobs, take)
    for case in cases:
        if copies.fork(case):
            gc.freeze()
            gc.enable()  # for it may live long, unlike a branch
            copies.answer(work)
    copies.finish()
    return answers


class _Tree:
    def __init__(self, run, points, judge, copies):
        self.run, self.points, self.judge, self.copies = run, points, judge, copies
        self.next = 0

    def grow(self):
        run = self.run
        gc.collect()
        gc.freeze()  # or the collector of each branch would touch, and so copy, all of it
        run.world.after(self.points[0][0] - run.world.ms, self._sprout)
        try:
            run.play()
        except BaseException:
            self.copies.answer(trouble)
            raise
        self.copies.answer(lambda point: self.judge(run, point))
        gc.unfreeze()
        self.copies.finish()

    def _sprout(self):
        world = self.run.world
        while self.next < len(self.points) and self.points[self.next][0] <= world.ms:
            point = self.points[self.next]
            self.next += 1
            if self._fork(point):
                point[1](self.run)
                return
        if self.next == len(self.points):
            world.stop(Over())
        world.after(self.points[self.next][0] - world.ms, self._sprout)

    def _fork(self, point):
        """True in the branch."""
        if not self.copies.fork(point):
            return False
        self.run.forked_ms, self.run.forked_at = self.run.world.ms, len(self.run.lines)
        return True


class Copies:
    """Copies of this process under way, so many at once; each answers with plain values, and ends with that."""

    def __init__(self, jobs, each):
        self.jobs = jobs
        self.each = each  # each(what the copy is for, its answer), in the order of the copies
        self.alive = []  # (pid, pipe, what for), oldest first
        self.mine = None  # in a copy: what it is for
        self.pipe = None

    def fork(self, what):
        """True in the copy."""
        while len(self.alive) >= self.jobs:
            self._reap()
        end, begin = os.pipe()
        pid = os.fork()
        if pid:
            os.close(begin)
            self.alive.append((pid, end, what))
            return False
        gc.disable()
        os.close(end)
        self.mine, self.pipe = what, begin
        return True

    def finish(self):
        while self.alive:
            self._reap()

    def _reap(self):
        pid, pipe, what = self.alive.pop(0)
        with open(pipe, "rb") as file:
            text = file.read()
        os.waitpid(pid, 0)
        self.each(what, json.loads(text or b'{"problems": ["the copy died"]}'))

    def answer(self, judge):
        """A copy ends here, with what `judge(what it is for)` answers; nothing happens anywhere else."""
        if not self.mine:
            return
        try:
            value = judge(self.mine)
        except BaseException:
            value = trouble()
        with open(self.pipe, "wb") as file:
            file.write(json.dumps(value).encode())
        os._exit(0)


def trouble(*_what):
    """The answer of a copy that a mistake has ended."""
    return {"problems": [traceback.format_exc()[-700:]]}
