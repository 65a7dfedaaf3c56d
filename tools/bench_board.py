"""Runs on MicroPython, in a folder that holds one of the two programs and board_stub.py: starts it, lets it run for so
many turns, and prints what it costs as lines of a word and numbers. tools/bench.py says which. Ours is the one without
a port: where its broker is, is in its configuration, and its network's thread goes round between the turns.
"""

import array
import gc
import time

import board_network
import board_stub
from board_stub import used

OURS, THEIRS = ("firmware.app.loop", "firmware.app.survey", "firmware.app.start"), ("alternative",)
KINDS = ("steady", "slow", "transfer")
MOST_US = 65_535
AT_EASE = 700  # turns: until the start is over, and the network has said what it has to say
ROUND_TURNS = 5  # of the loop, at least, from one time round to the next


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


def install(port):
    board_stub.install()
    if port is None:
        board_network.install()


def started(port):
    """The program, after its first turn."""
    if port is None:
        import ticks_board

        return ticks_board.Firmware()
    return Polling(port)


def at_ease(program, now_s, begun_s):
    """Connected, with nothing left to say for now; then it is that time."""
    for _turn in range(AT_EASE):
        program.turn()
        board_network.let_in()
    board_stub.Clock.begun_s = begun_s - board_stub.Clock.ms // 1000
    program.set_clock(now_s)
    program.kind()
    gc.collect()


def check(port):
    """Ours is as connected as it was."""
    if port is None and board_network.Thread.connections != 1:
        print("mqtt: connected", board_network.Thread.connections, "times")


def begun(port):
    install(port)
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
    """Start-up, then every turn, and every time that the network's thread goes round, in microseconds."""
    clock, difference, let_in = stopwatch(), time.ticks_diff, board_network.let_in
    spent, kinds = array.array("H", bytes(2 * turns)), bytearray(turns)
    rounds, round_count = array.array("H", bytes(2 * (turns // ROUND_TURNS + 1))), 0
    install(port)
    gc.collect()
    begun_us = clock()
    for name in OURS if port is None else THEIRS:
        __import__(name)
    print("import", difference(clock(), begun_us))
    program = started(port)
    print("first", difference(clock(), begun_us))
    at_ease(program, now_s, begun_s)
    for turn in range(turns):
        begun_us = clock()
        program.turn()
        spent_us = difference(clock(), begun_us)
        spent[turn] = min(spent_us, MOST_US)
        kinds[turn] = KINDS.index(program.kind())
        begun_us = clock()
        if let_in():
            rounds[round_count] = min(difference(clock(), begun_us), MOST_US)
            round_count += 1
    for turn in range(turns):
        print(KINDS[kinds[turn]], spent[turn])
    for number in range(round_count):
        print("network", rounds[number])
    check(port)


def counted(port, now_s, begun_s, turns):
    """The bytes that every turn allocates, and every time that the thread goes round."""
    import ticks_board

    install(port)
    program = started(port)
    at_ease(program, now_s, begun_s)
    found, rounds = ticks_board.none_found(), [0, 0, 0]

    def go_round():
        before = gc.mem_alloc()
        if board_network.let_in():
            ticks_board.account(rounds, gc.mem_alloc() - before)

    ticks_board.count(program, turns, found, go_round)
    ticks_board.show(found)
    print("any network", rounds[0], rounds[1], rounds[2])
    check(port)


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
