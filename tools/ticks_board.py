"""Runs on MicroPython: turns of the whole loop above a machine of a few lines, and what each kind of them allocates.

Time is virtual and the contactor follows its relay at once. The staged firmware is in the current folder. Each line it
prints is a state, a kind of turn (steady; slow, once a second; transfer, the writing of its mark included), how many
there were, the bytes of all of them together, and those of the worst.
"""

import gc
import sys

FOLLOWS_THE_PILOT = (32, 33)  # pins of km1 ("no") and km2 ("mirror") on the board used here
PILOT = 16
START_S = 848_000_000  # since 2000
EVERY = 40  # turns between two collections
MARK = 2  # the changeover's phase in which the coming entry is written to flash


class Pin:
    IN, OUT, PULL_UP = 1, 3, 2
    pilot = None

    def __init__(self, number, _mode=-1, _pull=-1, value=0):
        self.level = value
        self.follows = number in FOLLOWS_THE_PILOT
        if number == PILOT:
            Pin.pilot = self

    def __call__(self, level=None):
        if level is None:
            return Pin.pilot.level if self.follows else self.level
        self.level = level


class RTC:
    kept = b""

    def memory(self, data=None):
        if data is None:
            return RTC.kept
        RTC.kept = bytes(data)

    def datetime(self, _when):
        pass


class WDT:
    def __init__(self, timeout):
        pass

    def feed(self):
        pass


class Face:
    """A bag of names to import from."""


class Clock:
    ms = 0


def ticks_ms():
    return Clock.ms


def ticks_diff(later, earlier):
    return later - earlier


def sleep_ms(ms):
    Clock.ms += ms


class Poll:
    def register(self, _stream, _events):
        pass

    def ipoll(self, _timeout_ms):
        return ()


def faces():
    machine, time, select = Face(), Face(), Face()
    machine.PWRON_RESET, machine.HARD_RESET, machine.WDT_RESET, machine.SOFT_RESET = 1, 2, 3, 5
    machine.Pin, machine.RTC, machine.WDT = Pin, RTC, WDT
    machine.reset_cause = lambda: 1
    machine.unique_id = lambda: b"\x24\x0a\xc4\xa1\xb2\xc3"
    time.ticks_ms, time.ticks_diff, time.sleep_ms = ticks_ms, ticks_diff, sleep_ms
    time.time = lambda: START_S + Clock.ms // 1000
    time.gmtime = lambda _s: (2000, 1, 1, 0, 0, 0, 5, 1)
    select.poll, select.POLLIN = Poll, 1
    return {"machine": machine, "time": time, "select": select}


def started(relays):
    from firmware.app import start

    loop = start.build(relays)
    from firmware.app import release

    release.release()
    loop.last_ms = Clock.ms
    return loop


def count(loop, turns, found):
    """Add up what so many turns allocate, by what the board was doing."""
    was_moving = False
    for turn in range(turns):
        if turn % EVERY == 0:
            gc.collect()
        core, slow_s = loop.core, loop.slow_s
        before = gc.mem_alloc()
        loop.turn()
        spent = gc.mem_alloc() - before
        moving = core.is_transferring() or core.phase == MARK
        kind = "transfer" if moving or was_moving else "steady"
        was_moving = moving
        if loop.slow_s != slow_s:
            kind = "slow"
        row = found[("v2l " if core.is_on_v2l() else "grid ") + kind]
        row[0] += 1
        row[1] += spent
        row[2] = max(row[2], spent)


def main(relays, now_s, turns):
    sys.modules.update(faces())
    sys.path[:] = [""]
    loop = started(relays)
    loop.parts.timekeeper.set(now_s, 0)
    loop.core.slow()
    gc.disable()
    found = {}
    for place in ("grid ", "v2l "):
        for kind in ("steady", "slow", "transfer"):
            found[place + kind] = [0, 0, 0]
    rounds = 0
    while (found["grid steady"][0] < turns or found["v2l steady"][0] < turns) and rounds < 20:
        count(loop, turns // 4, found)
        rounds += 1
    for name in sorted(found):
        print(name, found[name][0], found[name][1], found[name][2])
