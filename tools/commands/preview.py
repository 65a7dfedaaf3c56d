"""`preview`: every transfer the schedule will make, drawn a line a day, as JSON, or as a picture."""

import argparse
import sys

from firmware.core import dates
from tools import configuration, preview, preview_svg, preview_text, wall
from tools.terminal import paint

REFUSED_CODE = 1
WRONG_USE = 2
MOST_DAYS = 3660
EXAMPLES = """examples:
  tools/gridrest preview                                            the coming week
  tools/gridrest preview house.json --from 2026-10-24 --days 3      a weekend on which the clocks change
  tools/gridrest preview --days 31 --svg plan.svg                   a month, to print
"""


class WrongUse(Exception):
    """What is wrong with the command line, as a sentence."""


def add(subparsers):
    parser = subparsers.add_parser(
        "preview", help="every transfer the schedule will make", epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Draw what the schedule will do, a line for each local day.")
    parser.add_argument("file", nargs="?", metavar="FILE",
                        help="the configuration; - for standard input (default: config.json here, else the example)")
    parser.add_argument("--from", dest="start", metavar="D",
                        help="a local date (2026-10-25) or an instant (2026-10-25T00:00:00Z); default: now. A drawing "
                             "begins with that day, a list with the first transfer after it")
    parser.add_argument("--days", default="7", metavar="N", help=f"how many local days, 1 to {MOST_DAYS} (default 7)")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the transfers as a list of objects")
    form.add_argument("--svg", metavar="FILE", help="write a picture instead; - for standard output")


def run(arguments):
    try:
        start, days = _start(arguments.start), _days(arguments.days)
        loaded = configuration.load(arguments.file, wall.now_s())
    except (WrongUse, configuration.Unreadable) as sentence:
        print(f"gridrest: {sentence}.", file=sys.stderr)
        return WRONG_USE
    if loaded.config is None:
        # What reads a list or a picture from standard output is not to find sentences there.
        configuration.print_problems(loaded.findings, sys.stderr if arguments.json or arguments.svg else sys.stdout)
        return REFUSED_CODE
    return _show(loaded.config, start, days, arguments)


def _show(config, start, days, arguments):
    kind, begin = start
    zone, second = config.zone, 0
    if kind == "date":
        day, begin = begin, preview.instant(zone, begin)
    else:
        day, second = divmod(begin + zone.offset(begin), dates.DAY_S)
    if arguments.json:
        end = preview.instant(zone, day + days, second)
        print(preview.as_json(preview.transfers(config.schedule, begin, end)))
        return 0
    survey = preview.Survey(config, day, days)
    if arguments.svg:
        return _write(preview_svg.picture(survey), survey, arguments.svg)
    signs = preview_text.SIGNS if speaks_utf8(sys.stdout) else preview_text.ASCII_SIGNS
    print("\n".join(preview_text.draw(survey, signs, paint)))
    return 0


def _write(picture, survey, path):
    if path == "-":
        print(picture, end="")
        return 0
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(picture)
    except (OSError, ValueError) as trouble:
        print(f"gridrest: {path} cannot be written ({getattr(trouble, 'strerror', None) or trouble}); "
              "name another file.", file=sys.stderr)
        return WRONG_USE
    print(f"{path}: {survey.period()}, {survey.totals()}", file=sys.stderr)
    return 0


def _start(text):
    """("date", day number) or ("instant", seconds)."""
    if text is None:
        return "instant", wall.now_s()
    day, instant = dates.parse_date(text), dates.parse_iso(text)
    if day is None and instant is None:
        raise WrongUse(f"--from {text} is no day; write a date like 2026-10-25, or an instant in UTC like "
                       "2026-10-25T00:00:00Z")
    return ("instant", instant) if day is None else ("date", day)


def _days(text):
    digits = text if text.isascii() and text.isdigit() and len(text) <= 4 else "0"
    if not 1 <= int(digits) <= MOST_DAYS:
        raise WrongUse(f"--days {text} cannot be drawn; write a whole number from 1 to {MOST_DAYS}")
    return int(digits)


def speaks_utf8(stream):
    return (stream.encoding or "").lower().replace("-", "") == "utf8"
