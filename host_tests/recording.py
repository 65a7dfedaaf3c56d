"""The scenarios of the changeover and their recorded traces: playing, comparing, recording.

    python -m host_tests.recording [NAME ...]            how each run differs from its record; exit code 1 if one does
    python -m host_tests.recording --write [NAME ...]    the same, and record what was played

A record is kept so that no line of a run changes unseen. Whether a run is right is not for its record to say: that is
worked out by hand, in test_scenarios.
"""

import argparse
import difflib
import functools
import pathlib
import sys

from tools import advice
from tools.sim import run, scenario
from tools.sim.network import is_configured

FOLDER = pathlib.Path(__file__).resolve().parent / "scenarios"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


def text_of(name):
    return (FOLDER / (name + ".json")).read_text(encoding="utf-8")


def read(name, span=None):
    """The scenario of that name, cut to `span` if one is given. A file with anything wrong in it is no scenario."""
    made, problems = scenario.read(text_of(name), for_text=span, advise=advice)
    if problems:
        raise ValueError(f"{name}: " + "; ".join(f"{key}: {message}" for key, message in problems))
    return made


def lines_of(made, skip=True):
    """The lines of a run, as one text."""
    lines = []
    run.play(made, lines.append, skip)
    return "\n".join(lines) + "\n"


@functools.cache
def played(name):
    return lines_of(read(name))


def record_of(name):
    """The recorded lines, or nothing where none were recorded yet."""
    path = FOLDER / (name + ".trace")
    return path.read_text(encoding="ascii") if path.exists() else ""


def told(name, text):
    """The lines of a run that are the same every time: with a network, what the installation does and no other."""
    if not is_configured(read(name).config):
        return text
    return "".join([line for line in text.splitlines(keepends=True) if line.startswith('{"kind": "plant"')])


def write(name, text):
    (FOLDER / (name + ".trace")).write_text(told(name, text), encoding="ascii", newline="\n")


def difference(name, text):
    """A unified diff from the record to these lines; "" if they are the same."""
    before, after = [lines.splitlines(keepends=True) for lines in (record_of(name), told(name, text))]
    return "".join(difflib.unified_diff(before, after, name + ".trace", "played", n=0))


def skipping_matters(name, span=None):
    """True if the run gives other lines when every turn of the loop is played: a proof, of minutes for them all."""
    return lines_of(read(name, span), skip=False) != lines_of(read(name, span))


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m host_tests.recording", description="Play scenarios and show how "
                                     "each run differs from its record.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a scenario (default: all of them)")
    parser.add_argument("--write", action="store_true", help="record what was played")
    chosen = parser.parse_args(arguments)
    for name in chosen.names:
        if name not in NAMES:
            parser.error(f"'{name}' is no scenario; the names are those of the files in {FOLDER.name}/")
    differing = 0
    for name in chosen.names or NAMES:
        text = played(name)
        shown = difference(name, text)
        sys.stdout.write(shown)
        differing += shown != ""
        if chosen.write:
            write(name, text)
    print(f"{len(chosen.names or NAMES)} played, {differing} {'recorded anew' if chosen.write else 'differ'}")
    return 1 if differing and not chosen.write else 0


if __name__ == "__main__":
    sys.exit(main())
