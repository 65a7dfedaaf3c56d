"""`check`: would the board accept this configuration, and what would a careful installer say of it?"""

import sys

from firmware.core import dates
from tools import configuration, wall
from tools.configuration import REFUSED
from tools.week import Week

REFUSED_CODE = 1
WRONG_USE = 2


def add(subparsers):
    parser = subparsers.add_parser(
        "check",
        help="check a configuration, and say what a careful installer would",
        description="One line for each finding: what the board would refuse, and what it would accept but you may not "
        "want. Exits with 1 if anything is refused.",
    )
    parser.add_argument("file", nargs="?", metavar="FILE",
                        help="the configuration; - for standard input (default: config.json here, else the example)")
    parser.add_argument("--json", action="store_true", help="print the findings as a list of objects")


def run(arguments):
    try:
        today = wall.now_s() // dates.DAY_S * dates.DAY_S
        loaded = configuration.load(arguments.file, today)
    except configuration.Unreadable as sentence:
        print(f"gridrest: {sentence}.", file=sys.stderr)
        return WRONG_USE
    if arguments.json:
        print(configuration.as_json(loaded.findings))
    else:
        configuration.print_problems(loaded.findings)
        _conclude(loaded)
    return REFUSED_CODE if loaded.config is None else 0


def _conclude(loaded):
    """The one line after the findings. It is a result only where there was no finding."""
    refused = sum(level == REFUSED for level, _key, _message in loaded.findings)
    if refused:
        print(f"{loaded.name}: the board would refuse this and stay on grid.", file=sys.stderr)
    elif loaded.findings:
        print(f"{loaded.name}: accepted; {summary(loaded.config)}.", file=sys.stderr)
    else:
        print(f"{loaded.name}: all well; {summary(loaded.config)}.")


def summary(config):
    """What a configuration amounts to."""
    week = Week(config)
    relays = "two relays" if config.setup.two_relays else "one relay"
    windows = f"{_count(len(config.v2l), 'V2L window')}, {_count(len(config.charge), 'charging window')}"
    text = f"{config.board}, {relays}, zone {config.zone_text}, {windows}"
    if not week.entries:
        return text + ", no regular transfers"
    text += f", {_count(week.entries, 'entry', 'entries')} into V2L a week"
    return text + f", contact life about {_count(week.life_years(), 'year')}"


def _count(number, one, more=None):
    return f"{number} {one if number == 1 else more or one + 's'}"
