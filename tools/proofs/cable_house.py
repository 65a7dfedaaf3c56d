"""What the proof of the cable and its tests share: builds, boards that run one, and what is told meanwhile."""

import json
import os
import signal
import subprocess
import sys

from tools.cable import flashing, session, update
from tools.configuration import EXAMPLE
from tools.micropython import ROOT
from tools.stand_in import image

TEXT = EXAMPLE.read_text(encoding="utf-8")
OLD_TEXT = json.dumps({**json.loads(TEXT), "board": "generic-1-relay"})
PATIENCE = 0.5
COMMAND = (sys.executable, "-m", "tools.main")
COMMAND_S = 400
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}


class Wrong(Exception):
    """What is not as it must be, as a sentence."""


class Wanted:
    """Options of flash and config, none given unless said."""

    base = None
    erase = secrets = bench = False

    def __init__(self, **given):
        vars(self).update(given)


class Told:
    """What is told while something is done to a board."""

    def __init__(self):
        self.rows = []

    def __call__(self, tag, text):
        self.rows.append((tag, str(text)))

    def tags(self):
        return [tag for tag, _text in self.rows]

    def text(self, tag):
        return "; ".join(text for row, text in self.rows if row == tag)


def builds():
    """(a new one for two relays, an old one for one)."""
    return update.Build(TEXT), update.Build(OLD_TEXT)


def running(build):
    """{path: bytes} on a board that runs this build, and has run before."""
    tops = {name: build.files["firmware/" + name] for name in ("boot.py", "main.py")}
    return {**build.files, **tops, "config.json": build.text, "state.json": update.first_state().encode()}


def staged(build, without=()):
    """{path: bytes} that an interrupted update has left."""
    return {update.NEW + path[len("firmware"):]: data for path, data in build.files.items() if path not in without}


def talk(board, patience=PATIENCE):
    """(a session with the board, what is told in it)."""
    told = Told()
    return session.Session(board.port, told, patience), told


def flash(board, build, patience=PATIENCE, **given):
    """What flash tells; raises Trouble."""
    opened, told = talk(board, patience)
    flashing.flash(opened, build, Wanted(**given))
    return told


def files(board):
    return image.files(board.flash.read_bytes())


def has(board, build):
    """Whether the board has this build, whole, with its own boot.py, main.py and configuration."""
    there = files(board)
    ours = {path: data for path, data in there.items() if path.startswith("firmware/")}
    return ours == build.files and all(there[name] == data for name, data in running(build).items()
                                       if name in ("boot.py", "main.py", "config.json"))


def expect(so, sentence, board=None):
    if not so:
        raise Wrong(f"{sentence}; started: {board.starts}" if board else sentence)


def expect_sound(board):
    """That no relay was ever on, and that nothing happened that happens on no board."""
    expect(not (board.was_on("pilot") or board.was_on("guard")), "a relay was on", board)
    expect(not board.supervisor.troubles, str(board.supervisor.troubles), board)


def gridrest(folder, *arguments, given=None):
    """A command as a person calls it."""
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, input=given, cwd=folder,
                          env=ENVIRONMENT, timeout=COMMAND_S)


def begun(folder, *arguments):
    """A command as a person calls it, while it runs. Ctrl-C reaches it also where the tests run in the background."""
    return subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            cwd=folder, env=ENVIRONMENT,
                            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler))
