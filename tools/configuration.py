"""A configuration file as the commands see it: found, read, checked and advised upon."""

import json
import os
import pathlib
import sys

from firmware.core import boards, config
from firmware.core.jsontext import LONGEST
from tools import advice
from tools.terminal import paint

DEFAULT = "config.json"
EXAMPLE = pathlib.Path(__file__).resolve().parent.parent / "config.example.json"
REFUSED, WARNING = "refused", "warning"


class Unreadable(Exception):
    """There is no such text to check. The message is the sentence for the user."""


class Loaded:
    """What became of a file: its name, the checked configuration or None, and the findings (level, key, message)."""

    def __init__(self, name, checked, findings):
        self.name = name
        self.config = checked
        self.findings = findings


def load(path, start):
    """Read and check the file at `path` ("-": standard input; None: the default). Raises Unreadable.

    `start` is the instant, in seconds since 2020, after which the advice looks for clock changes.
    """
    name, text = _read(_chosen(path))
    checked, problems = config.check(text, boards.PROFILES, advice)
    warnings = advice.lint(checked, start) if checked else []
    findings = [(REFUSED, *problem) for problem in problems] + [(WARNING, *warning) for warning in warnings]
    return Loaded(name, checked, findings)


def print_problems(findings, stream=None):
    """One line a finding."""
    stream = stream or sys.stdout
    for level, key, message in findings:
        print(f"{paint(level, 'red' if level == REFUSED else 'yellow', stream)}: {key}: {message}", file=stream)


def as_json(findings):
    """The same as text for a program."""
    return json.dumps([{"level": level, "key": key, "message": message} for level, key, message in findings], indent=1)


def _chosen(path):
    """The path meant by None: config.json here, else the example, which is said."""
    if path is not None:
        return path
    if os.path.exists(DEFAULT):
        return DEFAULT
    print(f"gridrest: there is no {DEFAULT} here, so this is about the example, {EXAMPLE.name}", file=sys.stderr)
    return str(EXAMPLE)


def _read(path):
    """(name, bytes). A byte more than is allowed is enough to refuse a file, however long it is."""
    piped = path == "-"
    name = "standard input" if piped else _printable(path)
    try:
        with open(0 if piped else path, "rb", closefd=not piped) as file:
            return os.path.basename(name), file.read(LONGEST + 1)
    except IsADirectoryError:
        raise Unreadable(f"{name} is a folder; name a file in it") from None
    except (OSError, ValueError) as trouble:  # ValueError: a name with a null character
        reason = getattr(trouble, "strerror", None) or trouble
        raise Unreadable(f"{name} cannot be read ({reason}); name a configuration file") from None


def _printable(name):
    return name if name.isprintable() else ascii(name)
