"""`boards`: which boards are driven, what is on which of their pins, and why others are not."""

import sys

from firmware.core import boards
from tools import advice, board_words

REFUSED_CODE = 1
WRONG_USE = 2


def add(subparsers):
    parser = subparsers.add_parser(
        "boards",
        help="the boards that are driven, their pins and cautions, and those that are not",
        description="List the boards, or tell of one in detail. Exits with 1 if the board named is not driven.",
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="the board, as it stands in a configuration")
    parser.add_argument("--json", action="store_true", help="print a list of objects")


def run(arguments):
    profiles = boards.PROFILES
    if arguments.name is not None:
        profiles = [row for row in boards.PROFILES if row[0] == arguments.name.lower()]
        if not profiles:
            print(_unknown(arguments.name), file=sys.stderr)
            return WRONG_USE
    if arguments.json:
        print(board_words.as_json(profiles))
    elif arguments.name is None:
        print("\n".join(board_words.overview()))
    elif profiles[0][2] is None:
        print("\n".join(board_words.detail(profiles[0])))
    else:
        print(f"{profiles[0][0]} ({profiles[0][1]}) is not driven, because {profiles[0][2]}.")
    return REFUSED_CODE if arguments.name is not None and profiles[0][2] is not None else 0


def _unknown(name):
    near = advice.nearest(name, [row[0] for row in boards.PROFILES])
    remedy = "tools/gridrest boards lists them" if near is None else f"did you mean {near}?"
    return f"gridrest: there is no board {name!r} here; {remedy}"
