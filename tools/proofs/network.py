"""An exception or a hang at any line of the network's code, made by a tracer in the whole firmware, with a real broker.

The stories are played once to see which lines the network thread comes by, and which the start that puts it together.
Then each line is broken in the first story that comes by it, and in every life of the thread: at its first passing or
at a later one, with one exception or another. Some are played at once, each in a copy of this process and with a broker
of its own, for most of the time they wait.
"""

import contextlib
import itertools
import json
import random
import sys
import types

from tools import mosquitto, staging, umqtt
from tools.packaged import Unavailable
from tools.proofs import branches
from tools.proofs.network_stories import ALONE, STORIES, Story, plant
from tools.sim import real
from tools.sim.network import Network
from tools.sim.network_thread import Ended
from tools.sim.run import Player

SENTENCE = ("An exception or a hang at any line of the network moves no relay; a thread that is gone is told of, and "
            "one that has ended is started again.")
PLACES = ("firmware/net/", "firmware/device/wlan.py")
PUT_TOGETHER = ("firmware/app/connect.py", "connect")
RUNNING = ("firmware/app/loop.py", "run")
START, THREAD, ON_V2L = "start", "thread", "thread, the pilot on"


class Hang(Exception):
    """The thread stays at this line for ever."""


# where, an exception, and at which passing of its line in a life of the thread
BREAKS = ((START, IndexError, 1), (START, MemoryError, 2), (START, OSError, 5), (THREAD, IndexError, 1),
          (THREAD, MemoryError, 2), (THREAD, OSError, 5), (THREAD, Hang, 1), (ON_V2L, IndexError, 1), (ON_V2L, Hang, 1))
ERRNO = 104
CASES_QUICK = 40
AT_ONCE = 4
CONFIG = '{"board": "generic-1-relay", "zone": "UTC0"}'
OF_THE_LOOP = ("second", "_heed", "_watch", "take")
AGAIN_S = 1200  # at least, between two starts of the thread
NOTICED_S = 130  # within which net-dead is told


class Tracer:
    """Counts the passings of lines, and breaks one of them: `place` is (where, file, line)."""

    def __init__(self, place=None, trouble=IndexError, passing=1):
        self.place, self.trouble, self.passing = place, trouble, passing
        self.passed = {}  # in this life
        self.reached = {}  # the most in any
        self.network = self.run = None
        self.lives = 0
        self.broke_ms = []  # when, of the world's time

    def live(self):
        """The thread begins."""
        self.lives += 1
        self.run = self.network.run
        self.passed = {}
        sys.settrace(self._thread)

    def _thread(self, frame, _event, _argument):
        return self._in_thread if frame.f_code.co_filename.startswith(PLACES) else None

    def _in_thread(self, frame, event, _argument):
        if event == "line" and not self.run.over and self.run.session.end is None:
            self._pass(THREAD, frame)
            if self.network.world.commanded:
                self._pass(ON_V2L, frame)
        return self._in_thread

    def start(self, frame, _event, _argument):
        """For the loop's thread, until the loop runs."""
        if (frame.f_code.co_filename, frame.f_code.co_name) == RUNNING:
            sys.settrace(None)
        return self._in_start if frame.f_code.co_filename.startswith(PLACES) else None

    def _in_start(self, frame, event, _argument):
        if event == "line":
            self._pass(START, frame)
        return self._in_start

    def _pass(self, where, frame):
        place = where, frame.f_code.co_filename, frame.f_lineno
        count = self.passed[place] = self.passed.get(place, 0) + 1
        self.reached[place] = max(count, self.reached.get(place, 0))
        if place == self.place and count == self.passing:
            self.broke_ms.append(self.network.world.ms)
            if self.trouble is Hang:
                self._hang()
            raise self.trouble(ERRNO)

    def _hang(self):
        """The simulator need not wait to find out."""
        self.network.patience_ms, self.network.lost = 1, self.run.thread.rounds
        while not self.run.over and self.run.session.end is None:
            real.nap()
        raise Ended


class Played:
    """A story, played with a tracer in it."""

    def __init__(self, story, tracer, outside):
        self.story, self.tracer, self.lines = story, tracer, []
        self.over, self.ended, self.online, self.hung = False, None, False, False  # the thread, just before the end
        player = Player(story.made, story.files, self.lines.append, True)
        player.world.network = tracer.network = network = Network(player.world, (*outside, *story.outside))
        network.each_thread = tracer.live
        player.world.after(story.made.for_ms - 1, lambda: self._look(network, player.loop().parts.exchange))
        before = sys.gettrace(), sys.unraisablehook
        sys.settrace(tracer.start)
        sys.unraisablehook = lambda told: None if isinstance(told.exc_value, tracer.trouble) else before[1](told)
        try:
            player.play()
        finally:
            sys.settrace(before[0])
            network.close()
            sys.unraisablehook = before[1]

    def _look(self, network, exchange):
        if exchange:
            self.hung = self.tracer.trouble is Hang and bool(self.tracer.broke_ms)
            self.over = network.run.thread.over or self.hung
            self.ended, self.online = exchange.link.ended, exchange.link.online

    def problems(self):
        """What is not as it must be."""
        told = [json.loads(line) for line in self.lines[:-1]]
        notes = [(line["t"], line["event"]["code"], line["event"]["data"]) for line in told
                 if line["kind"] == "event" and line["event"]["kind"] == "network"]
        dead = [(line["t"], "net-dead" in line["status"]["faults"]) for line in told if line["kind"] == "status"]
        again = [(t, data) for t, code, data in notes if code == "started again"]
        gaps = [later[0] - sooner[0] for sooner, later in zip(again, again[1:])]
        rules = (
            (plant(self.lines) == self.story.plant, "the installation did something else"),
            (self._is_told(notes, again), f"{self.tracer.lives} lives, and told were {notes}"),
            (all(gap > AGAIN_S - 1 for gap in gaps), f"started again too soon: {again}"),
            (all([is_dead for t, is_dead in dead if t < until][-1] for until in self._ends(again)),
             "a thread that was gone for long was not told of"),
            (not self.over or self.hung or self.ended == self._name() or dead[-1][1],
             f"the loop takes its end for {self.ended}"),
            (self.over or not dead[-1][1], "a thread that lives is taken for dead"),
            (self.over or self.online or self._is_without(), "the broker was not found again"),
        )
        return [sentence for is_so, sentence in rules if not is_so]

    def _ends(self, again):
        """When the thread began anew, or the run was over, after it was gone for so long that it must be noticed."""
        ends = [t for t, _data in again] + [self.story.made.for_ms // 1000] * self.over
        return [until for ms, until in zip(self.tracer.broke_ms, ends) if until - ms // 1000 > NOTICED_S]

    def _name(self):
        return self.tracer.trouble.__name__

    def _is_told(self, notes, again):
        """Of a network that did not start, once, and of a thread that has ended, each time."""
        told = [data for _t, data in again]
        if self.tracer.place and self.tracer.place[0] == START:
            return told == [self._name()] or "not started" in [code for _t, code, data in notes if data == self._name()]
        return told == [self._name()] * (self.tracer.lives - 1)

    def _is_without(self):
        """Nobody is to be reached in this story, or in this run."""
        return self.story.name in ALONE or not self.tracer.lives


def run(progress, quick, seed):
    try:
        library, broker = str(umqtt.folder()), mosquitto.find()
    except Unavailable as sentence:
        return {"ok": False, "failures": [str(sentence)]}
    with contextlib.ExitStack() as brokers:
        outsides = [(("127.0.0.1", brokers.enter_context(broker.running()).port), library) for _ in range(AT_ONCE)]
        return campaign(progress, CASES_QUICK if quick else None, seed, outsides)


def campaign(progress, most, seed, outsides, rows=STORIES):
    """Every break there is, or a sample of so many; as many at once as there are outsides."""
    stories = [Story(*row) for row in rows]
    lines, failures = {}, []  # place: (story, passings)
    for number, story in enumerate(stories):
        progress.update(number, len(stories), "stories")
        played = Played(story, Tracer(), outsides[0])
        failures += [f"{story.name}, undisturbed: {problem}" for problem in played.problems()]
        for place, count in played.tracer.reached.items():
            lines.setdefault(place, (story, count))
    cases = [(place, *lines[place], *broken) for place in sorted(lines) for where, *broken in BREAKS
             if place[0] == where]
    chosen = cases if most is None else random.Random(seed).sample(cases, most)
    # A copy begins when the one so many before it has ended, and with that one's outside.
    answers = branches.apart(zip(chosen, itertools.cycle(outsides)), _broken, jobs=len(outsides),
                             each=lambda done: progress.update(done, len(chosen)))
    ended, missed = 0, [0, 0]  # with the pilot on it is a matter of real time, whether the thread comes by again
    for (place, story, _count, trouble, _passing), answer in zip(chosen, answers):
        failures += [f"{trouble.__name__} at {place[1]}:{place[2]} ({place[0]}, {story.name}): {problem}"
                     for problem in answer["problems"]]
        ended += answer.get("ended", False)
        missed[place[0] == ON_V2L] += answer.get("missed", False)
    on_v2l = sum(place[0] == ON_V2L for place in lines)
    return {"ok": not failures, "lines": len(lines) - on_v2l, "lines_come_by_on_v2l": on_v2l,
            "lines_no_story_comes_by": left_out(lines), "breaks": len(chosen), "breaks_that_ended_the_thread": ended,
            "breaks_that_did_not_come_about": missed[False], "breaks_on_v2l_that_did_not_come_about": missed[True],
            "failures": failures[:10]}


def _broken(played):
    """What comes of one break."""
    (place, story, count, trouble, passing), outside = played
    tracer = Tracer(place, trouble, min(count, passing))
    problems = Played(story, tracer, outside).problems()
    return {"problems": problems, "ended": tracer.lives > 1, "missed": not tracer.broke_ms}


def left_out(lines):
    """Lines of code that no story comes by, but for the loop's own."""
    come_by = {place[1:] for place in lines}
    sources = [(path, data) for path, data in staging.stage(CONFIG).items()
               if path.startswith(PLACES) and path.endswith(".py")]
    every = {(path, line) for path, data in sources for line in _lines_of(compile(data, path, "exec"))}
    return [f"{path}:{line}" for path, line in sorted(every - come_by)]


def _lines_of(code):
    if code.co_name in OF_THE_LOOP:
        return set()
    inside = [_lines_of(constant) for constant in code.co_consts if isinstance(constant, types.CodeType)]
    return {line for _start, _end, line in code.co_lines() if line}.union(*inside)
