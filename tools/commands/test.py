"""`test`: the tests of every tier. The closing lines say how many ran in each, and why one did not."""

import os
import shutil
import sys
import tempfile

from tools import chromium, micropython, mosquitto
from tools.packaged import Unavailable
from tools.terminal import paint

ROOT = micropython.ROOT
HELP = """usage: gridrest test [--all] [--strict] [PYTEST ARGUMENT ...]

Run the tests: on CPython, on real MicroPython, with a real Mosquitto (found on this machine, or fetched once into
a cache) and in a real Chromium.

  --all        also those of the proof's own campaigns, and those that measure for long
  --strict     a tier that cannot run is a failure
CI=true in the environment means both.

Examples:
  tools/gridrest test
  tools/gridrest test -k schedule -x
  tools/gridrest test -n 0 -x      in one process, in order
"""
COMPILED = ROOT / ".venv" / "compiled"
SPREAD = ["-n", "auto", "--dist", "worksteal"]  # over the processors; a later -n 0 takes it back
OURS = (("--all", "GRIDREST_ALL"), ("--strict", "GRIDREST_STRICT"))  # what host_tests/conftest.py asks for them
INTERRUPTED = 130
NOTHING_FOUND = 5
# pytest's own exit codes: 0 passed, 1 failed, 2 stopped early, 3 a mistake inside pytest, 4 wrong use, 5 nothing found.
EXIT_CODES = {0: 0, 1: 1, 2: 1, 3: 1, 4: 2, NOTHING_FOUND: 2}


class Interruption:
    """A pytest plugin that remembers whether a person stopped the run; pytest's exit code alone does not say."""

    seen = False

    def pytest_keyboard_interrupt(self, excinfo):
        self.seen = self.seen or excinfo.type is KeyboardInterrupt


def run_raw(arguments):
    """Run pytest with the arguments as they are, but for our own."""
    if arguments[:1] in (["-h"], ["--help"]):
        print(HELP, end="")
        return 0
    for ours, variable in OURS:
        if ours in arguments:
            arguments = [argument for argument in arguments if argument != ours]
            os.environ[variable] = "1"
    for title, find in (("MicroPython", micropython.find), ("Mosquitto", mosquitto.find), ("Chromium", chromium.find)):
        try:
            print(f"gridrest: the {title} tier has {find()}", file=sys.stderr)
        except Unavailable as reason:
            print(paint(f"gridrest: no {title} tier: {reason}", "red", sys.stderr), file=sys.stderr)
    if sys.dont_write_bytecode:
        shutil.rmtree(f"{COMPILED}{tempfile.gettempdir()}", ignore_errors=True)  # of folders that tests had made
        keep_compiled(os.environ)
    return _pytest(SPREAD + arguments if os.cpu_count() > 1 else arguments)


def keep_compiled(environment):
    """Where Python is to leave nothing beside the sources, what it compiles goes to a place of our own.

    Else each of the many processes of a run would compile all of it again.
    """
    environment.update(PYTHONDONTWRITEBYTECODE="", PYTHONPYCACHEPREFIX=str(COMPILED))
    sys.dont_write_bytecode, sys.pycache_prefix = False, str(COMPILED)


def _pytest(arguments):
    import pytest

    if not os.path.samefile(os.curdir, ROOT):
        arguments = [_absolute(argument) for argument in arguments]
        os.chdir(ROOT)
    interruption = Interruption()
    code = pytest.main(arguments, [interruption])
    if int(code) == NOTHING_FOUND:
        print("gridrest: no test is called that; tools/gridrest test --co -q lists them all", file=sys.stderr)
    return INTERRUPTED if interruption.seen else EXIT_CODES.get(int(code), 1)


def _absolute(argument):
    """A path as the person meant it where they stand; anything else unchanged."""
    path = argument.split("::")[0]
    return os.path.abspath(path) + argument[len(path):] if os.path.exists(path) else argument
