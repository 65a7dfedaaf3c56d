"""Runs on MicroPython: an ordinary month of the staged firmware, in whatever heap this interpreter has been given.

The folder it is told has the board's files (`board`), the installation (`scenario.json`), and room for what the board
writes: the simulated flash keeps nothing in the heap that is measured. Idle time is skipped, but only so far, and for a
while after whatever happens not over a second, so that the firmware's chores leave their garbage where they would.

Each line it prints names a moment; the interpreter's own account of its heap, collected, follows it.
"""

import gc

import micropython
from month_flash import Apart

from tools.sim import actions, scenario
from tools.sim.on_micropython import Program
from tools.sim.run import Player
from tools.sim.verbs import clock_ms
from tools.sim.world import Over, Session

SECOND_MS, DAY_MS = 1000, 86_400_000
UNASKED_MAX = 3  # resets that nobody asked for; after so many there is nothing more to learn

SAY, DRIFT = "say", "drift"  # at the console; of the battery clock
RESETTING = ("hang", "reset")
RESETS_UNTIL = 11  # days; from then on one run has to last
# (when, every so many days, on which of them, what, with); V2L is from 05:30 to 23:20
LIFE = [
    ("00:05:00", 4, 0, "hang", {}),
    ("03:10:00", 1, 0, "feedback", {"what": "km1", "to": "bounce"}),
    ("03:10:00.110", 1, 0, "feedback", {"what": "km1", "to": "true"}),
    ("04:00:00", 15, 4, "reset", {"cause": "power"}),
    ("05:29:50", 3, 0, "coil-open", {"what": "km2"}),  # the first try fails, the second does not
    ("05:29:55", 1, 0, SAY, {"to": "follow"}),
    ("05:30:30", 3, 0, "coil-mend", {"what": "km2"}),
    ("05:33:00", 1, 0, SAY, {"to": "status"}),
    ("07:00:00", 1, 0, SAY, {"to": "log 20"}),
    ("09:30:00", 2, 1, "car", {"to": "off"}),
    ("11:10:00", 2, 1, "car", {"to": "on"}),
    ("12:00:00", 1, 0, "car", {"to": "off"}),
    ("12:00:00.090", 1, 0, "car", {"to": "on"}),
    ("14:00:00", 8, 3, "hang", {}),
    ("15:00:00", 3, 1, DRIFT, {}),
    ("16:00:00", 5, 2, "clock", {"jump_s": 61}),
    ("23:19:55", 1, 0, SAY, {"to": "status"}),
]
# A hold and its end: by night again and again, so that there is much to tell, and by day.
LIFE += [("0%d:%d:00" % (hour, minute), 1, 0, "press", {"ms": 300}) for hour in range(5) for minute in range(12, 60, 8)]
LIFE += [("08:%d:00" % minute, 2, 0, "press", {"ms": 300}) for minute in (10, 40)]
LIFE.sort(key=lambda row: row[0])


class Month(Player):
    def __init__(self, told, folder, stride_ms, lively_ms):
        self.say = print  # the program will have a print of its own
        self.resets = self.events = self.said = self.asked = 0
        self.stride_ms, self.lively_ms = stride_ms, lively_ms
        self.lively_until_ms = 0
        self.row = 0  # of LIFE, the next
        Player.__init__(self, told, {}, self._hear, True)
        self.world.flash = Apart(self.world.pass_ms, folder)

    def play(self):
        faces = Program(self.world, Session(), None)  # what each start makes anew is the simulator's too
        self._account("simulator")
        del faces
        self._midnight()
        self._stride()
        Player.play(self)
        self.program = self.running = None
        self._account("end", self.world.transfers, self.events, self.said, self.world.flash.commits, self.asked)

    def _account(self, *moment):
        gc.collect()
        self.say(*moment)
        micropython.mem_info()
        micropython.qstr_info()

    def _hear(self, line):
        self.events += '"kind": "event"' in line
        if '"kind": "reset"' in line or '"kind":"boot"' in line or '"kind": "summary"' in line:
            self.say(line)
            self.resets += '"kind": "reset"' in line

    def _run(self):
        """A start, like the chip's, begins with nothing of the run before."""
        self.program = self.running = None
        gc.threshold(-1)
        self._account("start", self.world.ms)
        if self.resets - self.asked >= UNASKED_MAX:
            raise Over()
        Player._run(self)

    def _midnight(self):
        self.world.after(DAY_MS, self._midnight)
        self.row = 0
        self._plan()
        if self.world.ms:
            self._account("day", self.world.ms // DAY_MS, self.world.transfers)

    def _plan(self):
        """What is next today."""
        day, ms = self.world.ms // DAY_MS, self.world.ms % DAY_MS
        while self.row < len(LIFE):
            at, every, which, do, _keys = LIFE[self.row]
            if day % every == which and (do not in RESETTING or day < RESETS_UNTIL):
                self.world.after(clock_ms(at) - ms, self._happen)
                return
            self.row += 1

    def _happen(self):
        world = self.world
        do, keys = LIFE[self.row][3:]
        self.row += 1
        self._plan()
        if world.ms >= self.lively_until_ms:
            world.after(SECOND_MS, self._second)
        self.lively_until_ms = world.ms + self.lively_ms
        if do == SAY:
            world.session.line.waiting += keys["to"] + "\n"
        elif do == DRIFT:
            world.chip.offset_s += 1
        else:
            self.asked += do in RESETTING
            event = {"at": 0, "do": do}
            event.update(keys)
            actions.do(world, scenario.Event(event))

    def _stride(self):
        self.world.after(self.stride_ms, self._stride)
        self._look()

    def _second(self):
        if self.world.ms < self.lively_until_ms:
            self.world.after(SECOND_MS, self._second)
        self._look()

    def _look(self):
        """The next turns are not to be skipped. What was said is counted, and does not heap up."""
        self.world.event_ms = self.world.ms
        said = self.world.session.line.said
        self.said += len(said)
        said.clear()


def main(folder, stride_ms, lively_ms):
    with open(folder + "/scenario.json") as file:
        told, problems = scenario.read(file.read())
    if problems:
        raise ValueError(problems)
    Month(told, folder, stride_ms, lively_ms).play()
