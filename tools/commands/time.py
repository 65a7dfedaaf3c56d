"""`time set`: the board's clock, and its battery clock where it has one, from this machine's or by hand."""

import time

from firmware.core import dates
from tools import wall
from tools.cable import ask


def add(subparsers):
    parser = subparsers.add_parser("time", help="set the board's clock",
                                   description="Sets the clock, in UTC, and the battery clock where one is fitted.")
    parser.add_argument("do", choices=("set",))
    parser.add_argument("at", nargs="?", metavar="T", help="like 2026-11-20T10:00:00Z (default: this machine's time)")
    ask.add_port(parser, alone=False)


def run(arguments):
    return ask.carry_out(lambda: _set(arguments))


def _set(arguments):
    from tools.cable import told
    from tools.cable.ports import WrongUse

    if arguments.at is not None and dates.parse_iso(arguments.at) is None:
        raise WrongUse(f"'{arguments.at}' is no time; write it in UTC, like 2026-11-20T10:00:00Z")
    session = ask.session(arguments.port)
    session.status()
    at = arguments.at or _next_second()
    session.tell(f"time {at}")
    status = session.status()
    session.say("clock", told.clock(status))


def _next_second():
    """This machine's time at the moment at which its next second begins; the board counts whole ones."""
    time.sleep(1 - time.time() % 1)
    return dates.iso(wall.now_s())
