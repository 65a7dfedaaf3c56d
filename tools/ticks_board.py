"""Runs on MicroPython: turns of the whole loop above a machine of a few lines, and what each kind of them allocates.

The staged firmware is in the current folder, with board_stub.py beside it. Each line it prints is a state, a kind of
turn (steady; slow, once a second; transfer, the writing of its mark included), how many there were, the bytes of all of
them together, and those of the worst.
"""

import gc
import sys

import board_stub

EVERY = 40  # turns between two collections
MARK = 2  # the changeover's phase in which the coming entry is written to flash


class Begun(BaseException):
    """Ends the firmware's own loop at the end of its first turn: the others are counted from here."""


def begin(_ms=0):
    raise Begun


class Firmware:
    """The firmware as boot.py and main.py start it on a board_stub, after its first turn."""

    def __init__(self):
        time = sys.modules["time"]
        sleep_ms = time.sleep_ms
        time.sleep_ms = sys.modules["machine"].reset = begin
        space = {"__name__": "__main__"}
        try:
            for path in ("boot.py", "main.py"):
                with open(path) as file:
                    exec(file.read(), space)
        except Begun:
            time.sleep_ms = sleep_ms
        self.loop = sys.modules["firmware.app.loop"].Loop.running
        if self.loop is None:
            raise RuntimeError("the firmware ended before its first turn; is the heap large enough?")
        self.turn = self.loop.turn
        self.slow_s = self.loop.slow_s
        self.was_moving = False

    def set_clock(self, now_s):
        self.loop.parts.timekeeper.set(now_s, 0)
        self.loop.core.slow()

    def is_on_v2l(self):
        return self.loop.core.is_on_v2l()

    def kind(self):
        """What the last turn was."""
        core, slow_s = self.loop.core, self.slow_s
        self.slow_s = self.loop.slow_s
        moving = core.is_transferring() or core.phase == MARK
        was_moving, self.was_moving = self.was_moving, moving
        if self.slow_s != slow_s:
            return "slow"
        return "transfer" if moving or was_moving else "steady"


def none_found():
    return {place + " " + kind: [0, 0, 0] for place in ("grid", "v2l") for kind in ("steady", "slow", "transfer")}


def account(row, spent):
    row[0] += 1
    row[1] += spent
    row[2] = max(row[2], spent)


def count(program, turns, found, each=lambda: None):
    """Add up what so many turns allocate, by what the board was doing. After each of them, `each()`."""
    gc.disable()
    for turn in range(turns):
        if turn % EVERY == 0:
            gc.collect()
        before = gc.mem_alloc()
        program.turn()
        spent = gc.mem_alloc() - before
        account(found[("v2l " if program.is_on_v2l() else "grid ") + program.kind()], spent)
        each()


def show(found):
    for name in sorted(found):
        print(name, found[name][0], found[name][1], found[name][2])


def main(now_s, turns):
    board_stub.install()
    firmware = Firmware()
    firmware.set_clock(now_s)
    found = none_found()
    rounds = 0
    while (found["grid steady"][0] < turns or found["v2l steady"][0] < turns) and rounds < 20:
        count(firmware, turns // 4, found)
        rounds += 1
    show(found)
