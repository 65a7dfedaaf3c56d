"""Runs on MicroPython: starts the staged firmware in the current folder above a machine of a few lines, and prints how
much heap it holds, collected, once it has started and once its loop has run for a while.
"""

import gc
import sys
import time

TURNS = 300


class Enough(BaseException):
    pass


class Pin:
    IN, OUT, PULL_UP = 1, 3, 2

    def __init__(self, _number, _mode=-1, _pull=-1, value=0):
        self.level = value

    def __call__(self, level=None):
        if level is None:
            return self.level
        self.level = level


class RTC:
    kept = b""

    def memory(self, data=None):
        if data is None:
            return RTC.kept
        RTC.kept = bytes(data)


class WDT:
    def __init__(self, timeout):
        pass

    def feed(self):
        pass


class Machine:
    PWRON_RESET, HARD_RESET, WDT_RESET, DEEPSLEEP_RESET, SOFT_RESET = 1, 2, 3, 4, 5


class Time:
    """The interpreter's own, but that it stops the loop after a while."""

    turns = 0


def sleep_ms(_ms):
    Time.turns += 1
    if Time.turns == TURNS:
        raise Enough
    time.sleep_ms(1)


def started(relays):
    from firmware.app import start

    return start.build(relays)


def main(relays):
    Machine.Pin, Machine.RTC, Machine.WDT = Pin, RTC, WDT
    Machine.reset_cause = lambda: 1
    Machine.unique_id = lambda: b"\x24\x0a\xc4\xa1\xb2\xc3"
    for name in ("ticks_ms", "ticks_diff", "gmtime"):
        setattr(Time, name, getattr(time, name))
    Time.time = lambda: 0
    Time.sleep_ms = sleep_ms
    sys.modules["machine"], sys.modules["time"] = Machine, Time
    sys.path[:] = [""]
    gc.collect()
    before = gc.mem_alloc()
    loop = started(relays)
    gc.collect()
    print(gc.mem_alloc() - before)
    from firmware.app import release

    try:
        release.release()
        loop.run()
    except Enough:
        gc.collect()
        print(gc.mem_alloc() - before)
