"""`log`: the board's journal, oldest first, and what it adds while one looks on."""

import argparse
import csv
import json
import sys

from tools.cable import ask

ALL = 9999
KEYS = ("n", "t", "up_s", "boot", "kind", "code", "data")


def add(subparsers):
    parser = subparsers.add_parser("log", help="the board's journal",
                                   description="Prints the whole journal, oldest first. Looking does not stop the "
                                   "board.")
    ask.add_port(parser)
    parser.add_argument("--last", type=_count, default=ALL, metavar="N", help="the last N records alone")
    parser.add_argument("--follow", action="store_true", help="go on with what happens, until Ctrl-C")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object a line")
    form.add_argument("--csv", action="store_true", help="a table; data is JSON where it is no text")


def _count(text):
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= ALL:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of records; give one from 1 to {ALL}")
    return int(text)


def run(arguments):
    return ask.carry_out(lambda: _log(arguments))


def _log(arguments):
    from tools.cable import journal, ports, told

    port = ports.choose(arguments.port)
    show = _as_json if arguments.json else _as_csv() if arguments.csv else lambda row: print(told.record_line(row))
    is_empty = True
    for record in journal.read(port, arguments.last):
        show(record)
        is_empty = False
    if is_empty:
        print("gridrest: the journal is empty; what happens is written within a minute, while the board is on grid.",
              file=sys.stderr)
    if not arguments.follow:
        return
    try:
        for record in journal.follow(port):
            show(record)
            sys.stdout.flush()
    except KeyboardInterrupt:  # the way to end it
        pass


def _as_json(record):
    print(json.dumps(record))


def _as_csv():
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(KEYS)
    return lambda record: table.writerow([_plain(record[key]) for key in KEYS])


def _plain(value):
    return json.dumps(value) if isinstance(value, (list, dict)) else value
