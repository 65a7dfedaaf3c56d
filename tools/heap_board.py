"""Runs on MicroPython: starts the staged firmware in the current folder above a machine of a few lines (board_stub.py,
beside it), and prints how much heap it holds, collected, once its loop has run for a while; or what modules add.
"""

import board_stub
from board_stub import used

TURNS = 300
NAMES = 2600  # just over 10 * (1 + 2 + ... + 128): so many more again have room then


def started(relays):
    from firmware.app import bring_up

    return bring_up.bring_up(relays)


def main(relays):
    board_stub.install()
    import umqtt.simple  # noqa: F401  which boards have inside

    before = used()
    loop = started(relays)
    loop.last_ms = board_stub.Clock.ms
    for _turn in range(TURNS):
        loop.turn()
    print(used() - before)


def begun():
    """Start it as the board does, and say so at the end of its first turn."""
    import ticks_board

    board_stub.install()
    ticks_board.Firmware()
    print("begun")


def names():
    """Start it as the board does; the interpreter tells how many names it has before and after."""
    import micropython
    import ticks_board

    board_stub.install()
    import umqtt.simple  # noqa: F401  which boards have inside

    micropython.qstr_info()
    ticks_board.Firmware()
    micropython.qstr_info()


def modules(names):
    """Import the modules in that order, each after those it imports, and print what each adds by itself.

    The interpreter's table of names grows by doubling, at the cost of whichever module comes just then. So it is made
    large before.
    """
    board_stub.install()
    for number in range(NAMES):
        hasattr(board_stub, "filler%d" % number)
    for name in names:
        before = used()
        __import__(name)
        print(name, used() - before)
