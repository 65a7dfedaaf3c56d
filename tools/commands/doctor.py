"""`doctor`: what is installed, what each missing piece would add, and how to get it."""

import json
import os
import pathlib
import textwrap

from tools.pieces import PIECES
from tools.terminal import paint

COLUMNS = 100
MARK = 9
NAME = 26
WHOLE = {"break_long_words": False, "break_on_hyphens": False}  # paths and commands can be copied


def add(subparsers):
    parser = subparsers.add_parser(
        "doctor",
        help="what is installed, and what each missing piece would add",
        description="Looks, and fetches nothing. Exits with 1 only if something is missing without which no command "
        "runs.",
    )
    parser.add_argument("--json", action="store_true", help="print the pieces as a list of objects")


def run(arguments):
    seen = [(piece, piece.look()) for piece in PIECES]
    lacking = [piece.name for piece, found in seen if piece.needed and not found.found]
    if arguments.json:
        print(json.dumps([_object(piece, found) for piece, found in seen], indent=1))
    else:
        for piece, found in seen:
            print(_told(piece, found))
        missing = sum(not found.found for _, found in seen)
        print()
        print(_conclusion(lacking, missing))
    return 1 if lacking else 0


def _object(piece, seen):
    return {"name": piece.name, **seen._asdict(), "adds": piece.adds, "get": piece.get}


def _told(piece, seen):
    """One line for what is there; what is missing also says what it would add and how to get it."""
    mark = "ok" if seen.found else "missing"
    colour = "green" if seen.found else "red" if piece.needed else "yellow"
    head = f"{mark:<{MARK}}{piece.name + ' ' + seen.version:<{NAME}}{_short(seen.detail)}"
    lines = textwrap.wrap(head, COLUMNS, subsequent_indent=" " * (MARK + NAME), **WHOLE)
    lines[0] = paint(mark, colour) + lines[0][len(mark):]
    if not seen.found:
        for label, text in (("adds: ", piece.adds), ("get:  ", piece.get)):
            lines += textwrap.wrap(label + text, COLUMNS, initial_indent=" " * MARK,
                                   subsequent_indent=" " * (MARK + len(label)), **WHOLE)
    return "\n".join(lines)


def _short(text):
    return text.replace(str(pathlib.Path.home()) + os.sep, "~" + os.sep)


def _conclusion(lacking, missing):
    if lacking:
        return paint(f"Not everything that test and sim need is here: {', '.join(lacking)}.", "red")
    if missing:
        return "Everything that test and sim need is here; what is missing would add what it says."
    return "Everything is here."
