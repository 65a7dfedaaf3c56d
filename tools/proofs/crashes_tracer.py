"""A tracer that finds the lines that a run of the firmware comes by for the first time, and what can go wrong."""

import sys

from tools.proofs import crashes_judge
from tools.sim.network import Network
from tools.sim.run import Player
from tools.sim.skip import Skipper

PLACES = ("boot.py", "main.py", "firmware/")
FIRST, ON_V2L = "first", "on V2L"
LOOP = "firmware/app/loop.py"
# The simulator and the judge ask the program's own functions too; nothing is broken there.
ASKING = (Player.tell.__code__, Skipper.ahead_ms.__code__, Player.loop.__code__, Network.attend.__code__,
          crashes_judge.what_stands.__code__)


class CtrlC(KeyboardInterrupt):
    """Somebody at the cable."""


class Hang:
    """The program stops at this line."""


TROUBLES = {"IndexError": IndexError, "MemoryError": MemoryError, "Ctrl-C": CtrlC, "hang": Hang}


class Tracer:
    """Calls `hit(run, place, moment)` at each line that is new: never come by before, or never with the pilot on."""

    def __init__(self, hit):
        self.hit = hit
        self.seen = {}, {}  # by whether the pilot is on: place -> the story that came by first
        self.left = {}, {}  # the same: code -> its lines that were not come by
        self.run = None
        self.provoked = []  # (when, what) of the story

    def play(self, run, provoked=()):
        self.run, self.provoked = run, list(provoked)
        self.left = {}, {}
        written = run.world.written

        def look():
            before = run.world.commanded
            written()
            if run.world.commanded and not before:
                self._take_all_in()

        run.world.written = look
        sys.settrace(self._enter)
        try:
            run.play()
        finally:
            sys.settrace(None)

    def _lines(self, code, on):
        if not code.co_filename.startswith(PLACES):  # the simulator's own copy of it is equal to that of the board
            return ()
        found = self.left[on].get(code)
        if found is None:
            found = self.left[on][code] = {line for line in _lines_of(code)
                                           if (code.co_filename, line) not in self.seen[on]}
        return found

    def _enter(self, frame, _event, _argument):
        code = frame.f_code
        if self._lines(code, 1 if self.run.world.commanded else 0) or self.provoked and code.co_filename == LOOP:
            return self._pass
        return None

    def _take_all_in(self):
        """The pilot went on under functions that were entered before."""
        frame = sys._getframe(1)
        while frame:
            if self._lines(frame.f_code, 1):
                frame.f_trace = self._pass
            frame = frame.f_back

    def _pass(self, frame, event, _argument):
        if event == "line" and self.run.world.session.end is None:  # else a reset is on its way through it
            code, on = frame.f_code, 1 if self.run.world.commanded else 0
            if frame.f_lineno in self._lines(code, on) and not _asked(frame):
                self._note(code, frame.f_lineno, on)
            if self.provoked and self.provoked[0][0] <= self.run.world.ms and code.co_filename == LOOP:
                raise self.provoked.pop(0)[1]
        return self._pass

    def _note(self, code, line, on):
        place = code.co_filename, line
        is_first = place not in self.seen[0]
        for moment in range(on + 1):
            self._lines(code, moment).discard(line)
            self.seen[moment].setdefault(place, self.run.name)
        self.hit(self.run, place + (code.co_name,), FIRST if is_first else ON_V2L)


def _asked(frame):
    while frame:
        if frame.f_code in ASKING:
            return True
        frame = frame.f_back
    return False


def _lines_of(code):
    return {line for _start, _end, line in code.co_lines() if line}


def trouble_at(run, name):
    """Have this trouble where the program stands."""
    if TROUBLES[name] is Hang:
        run.world.hung = True
        run.world.wait_for_reset()
    raise TROUBLES[name]
