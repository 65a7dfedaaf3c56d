"""Runs on MicroPython, in a folder that holds one of the two programs and board_stub.py: starts it, lets it run for so
many turns, and prints what it costs as lines of a word and numbers. tools/bench.py says which.
"""

import array
import gc
import time

import board_stub
from board_stub import used

KINDS = ("steady", "slow", "transfer")
MOST_US = 65_535


class Polling:
    """The alternative, with the same questions to it as to ticks_board.Firmware."""

    def __init__(self, port):
        import alternative

        config = dict(alternative.CONFIG)
        config["mqtt"] = dict(config["mqtt"])
        config["mqtt"].update({"host": "127.0.0.1", "port": port})
        self.controller = alternative.Controller(config)
        self.turn = self.controller.turn
        self.network_ms = self.controller.network_ms
        self.on = 0
        self.turn()

    def set_clock(self, _now_s):
        pass

    def is_on_v2l(self):
        return self.controller.on == 1

    def kind(self):
        on, network_ms = self.on, self.network_ms
        self.on, self.network_ms = self.controller.on, self.controller.network_ms
        if network_ms != self.network_ms:
            return "slow"
        return "steady" if on == self.on else "transfer"


def started(port):
    """The program, after its first turn: ours where there is no port to talk to a broker."""
    if port is None:
        import ticks_board

        return ticks_board.Firmware()
    return Polling(port)


def begun(port):
    board_stub.install()
    started(port)
    print("begun")


def stopwatch():
    """Microseconds that the processor gave to this program; those of the clock on the wall where nobody counts them.

    What else the computer does would count otherwise, and the slowest turn be whichever it interrupted.
    """
    try:
        import ffi

        return ffi.open(None).func("i", "clock", "")
    except (ImportError, OSError):
        return time.ticks_us


def timed(port, now_s, begun_s, turns):
    """Start-up, then every turn, in microseconds."""
    clock, difference = stopwatch(), time.ticks_diff
    spent, kinds = array.array("H", bytes(2 * turns)), bytearray(turns)
    board_stub.install()
    board_stub.Clock.begun_s = begun_s
    gc.collect()
    begun_us = clock()
    for name in ("loop", "survey", "start") if port is None else ():
        __import__("firmware.app." + name)
    if port is not None:
        __import__("alternative")
    print("import", difference(clock(), begun_us))
    program = started(port)
    print("first", difference(clock(), begun_us))
    program.set_clock(now_s)
    gc.collect()
    for turn in range(turns):
        begun_us = clock()
        program.turn()
        spent_us = difference(clock(), begun_us)
        spent[turn] = min(spent_us, MOST_US)
        kinds[turn] = KINDS.index(program.kind())
    for turn in range(turns):
        print(KINDS[kinds[turn]], spent[turn])


def counted(port, now_s, begun_s, turns):
    """The bytes that every turn allocates."""
    import ticks_board

    board_stub.install()
    board_stub.Clock.begun_s = begun_s
    program = started(port)
    program.set_clock(now_s)
    found = ticks_board.none_found()
    ticks_board.count(program, turns, found)
    ticks_board.show(found)


def held(port, turns):
    """The heap that the alternative holds: what its modules add, and all of it as it runs."""
    board_stub.install()
    before = used()
    for name in ("umqtt.simple", "alternative"):
        so_far = used()
        __import__(name)
        print(name, used() - so_far)
    program = started(port)
    for _turn in range(turns):
        program.turn()
    print("running", used() - before)


def silenced(port, turns):
    """Turns beside a broker that says nothing; the longest. It may never come to print it."""
    clock, difference = time.ticks_us, time.ticks_diff
    board_stub.install()
    program = started(port)
    worst_us = 0
    for _turn in range(turns):
        begun_us = clock()
        program.turn()
        worst_us = max(worst_us, difference(clock(), begun_us))
    print("worst", worst_us)
