"""What the commands for a cable share: how the port is named, and how trouble ends."""

import argparse
import functools
import sys

from tools import configuration
from tools.cable import ports, told
from tools.cable.ports import WrongUse as WrongUse
from tools.cable.session import Session

HELP = "the board's serial port (default: the only one with a USB device)"
DEFAULT = configuration.DEFAULT


def add_port(parser, alone=True):
    """As an option everywhere; where nothing else stands `alone` in the line, without the option's name too."""
    parser.add_argument("--port", metavar="PORT", help=HELP)
    if alone:
        parser.add_argument("port", nargs="?", metavar="PORT", default=argparse.SUPPRESS, help="the same")


def session(named, to_stderr=False):
    """`to_stderr`: the steps are beside the point, which goes to stdout."""
    return Session(ports.choose(named), functools.partial(told.step, stream=sys.stderr) if to_stderr else told.step)


def carry_out(job):
    """Run a command; trouble becomes its sentence and an exit code."""
    try:
        return job() or 0
    except ports.Trouble as sentence:
        print(f"gridrest: {sentence}.", file=sys.stderr)
        return sentence.code


def read_configuration(path):
    """The text of a configuration that a board would accept; its findings are printed. Raises Trouble."""
    try:
        with open(path or DEFAULT, "rb"):
            pass
    except OSError as trouble:
        raise ports.WrongUse(f"there is no configuration {path or DEFAULT} ({trouble.strerror}): tools/gridrest init "
                             "writes one, by asking") from None
    try:
        loaded = configuration.load(path or DEFAULT, 0)
    except configuration.Unreadable as sentence:
        raise ports.WrongUse(str(sentence)) from None
    configuration.print_problems(loaded.findings, sys.stderr)
    if loaded.config is None:
        raise ports.Trouble(f"the board would refuse {loaded.name}, and nothing was sent: mend what is named above")
    with open(path or DEFAULT, "rb") as file:
        return file.read()
