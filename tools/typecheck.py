"""The type checker over all that runs on a board, with stubs of the board's modules in place of CPython's library.

What is checked is a copy, in which the firmware is told what it need not say: main.py gets the names that boot.py
shares with it, records that are filled from outside get their fields, and parameters get the type that their name
stands for throughout. No line moves. The stubs lie where pip put them; as the checker refuses to look there for
anything but CPython's packages, links to them are its library. They are those of the oldest MicroPython that the
firmware runs on, so that nothing newer is leant on.
"""

import ast
import importlib.metadata
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from firmware.core import limits
from tools import staging

ROOT = staging.ROOT
STUBS = ("micropython-esp32-stubs", "micropython-stdlib-stubs")
# What a parameter of this name is, wherever it stands. Names with a unit are whole numbers.
MEANINGS = {
    "c": "firmware.core.controller.Controller",
    "core": "firmware.core.controller.Controller",
    "found": "firmware.app.survey.Found",
    "inputs": "firmware.core.signals.Inputs",
    "keepsake": "firmware.app.keepsake.Keepsake",
    "km1": "firmware.core.contacts.Contact",
    "km2": "firmware.core.contacts.Contact",
    "limits": "firmware.core.setup.Limits",
    "memory": "firmware.device.rtcmem.Memory",
    "outbox": "firmware.app.outbox.Outbox",
    "parts": "firmware.app.start.Parts",
    "plan": "firmware.core.plan.Plan",
    "report": "firmware.core.config_shapes.Report",
    "request": "firmware.core.signals.Request",
    "setup": "firmware.core.setup.Setup",
    "timekeeper": "firmware.app.timekeeping.Timekeeper",
}
UNITS = ("_ms", "_s")
# The fields of records that others fill.
PARTS = {
    "about": "firmware.core.status.About",
    "alarm": "firmware.device.lamp.Alarm",
    "console": "firmware.app.console.Console",
    "exchange": "typing.Any",  # firmware.net.exchange.Exchange, or None
    "inputs": "firmware.core.signals.Inputs",
    "keepsake": "firmware.app.keepsake.Keepsake",
    "lamp": "firmware.device.lamp.Lamp",
    "outbox": "firmware.app.outbox.Outbox",
    "storage": "firmware.app.storage.Storage",
    "timekeeper": "firmware.app.timekeeping.Timekeeper",
    "watchdog": "machine.WDT",
}
FOUND = {
    "pins": "typing.Any",
    "problem": "typing.Any",  # a key, or None
    "saved": "typing.Any",  # a tree as the reader makes it, or None
    "setup": "firmware.core.setup.Setup",
    "schedule": "typing.Any",
    "state_problem": "typing.Any",
    "stray": "typing.Any",
    "wrong_pin": "typing.Any",
    "id": "typing.Any",
    "rtc": "str",
    "wifi": "typing.Any",
    "ntp": "typing.Any",
    "mqtt": "typing.Any",
    "secrets_problem": "typing.Any",
}
RECORDS = {
    "Limits": {row[0]: "int" for row in limits.LIMITS},
    "Parts": PARTS,
    "Found": FOUND,
    "About": {"loop_last_ms": "typing.Any", "loop_worst_ms": "typing.Any"},  # None where no loop runs
}
SHARED = "; from boot import CRASHES, RELAYS, relays_off"


def check(samples=()):
    """What the checker finds, as (path, line, message). Each sample (path, old, new) is that file with one change,
    checked beside the others under the name sample_path(number, path)."""
    with tempfile.TemporaryDirectory(prefix="gridrest-types-") as folder:
        stubs, copy = pathlib.Path(folder, "stubs"), pathlib.Path(folder, "copy")
        for path in _stubs():
            _place(stubs / path[0]).symlink_to(path[1])
        for path, text in _texts(samples).items():
            _place(copy / path).write_text(told(path, text), encoding="utf-8")
        return _run(stubs, copy)


def sample_path(number, path):
    return f"{path[:-3]}_sample{number}.py"


def _texts(samples):
    paths = ["boot.py", "main.py", *(path.relative_to(ROOT).as_posix() for path in (ROOT / "firmware").rglob("*.py"))]
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in paths}
    made = {"firmware/build.py": staging.BUILD % "types"}
    for number, (path, old, new) in enumerate(samples):
        if texts[path].count(old) != 1:
            raise ValueError(f"{path} has {texts[path].count(old)} times {old!r}; a sample changes exactly one place")
        made[sample_path(number, path)] = texts[path].replace(old, new)
    return {**texts, **made}


def told(path, text):
    """The file with what it need not say, line by line where it was."""
    tree = ast.parse(text)
    insertions = [_after(tree.body[0], SHARED)] if path.startswith("main") else []
    used = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name in RECORDS:
            fields = RECORDS[node.name].items()
            insertions.append(_after(node.body[0], "".join(f"; {name}: '{meaning}'" for name, meaning in fields)))
            used.update(meaning for _name, meaning in fields)
        for argument in node.args.args if isinstance(node, ast.FunctionDef) else ():
            meaning = "int" if argument.arg.endswith(UNITS) else MEANINGS.get(argument.arg)
            if meaning:
                insertions.append(_after(argument, f": '{meaning}'"))
                used.add(meaning)
    lines = text.encode().splitlines()
    for line, at, addition in sorted(insertions, reverse=True):
        lines[line] = lines[line][:at] + addition.encode() + lines[line][at:]
    modules = sorted({meaning.rpartition(".")[0] for meaning in used} - {""})
    return b"\n".join([*lines, *(f"import {name}".encode() for name in modules), b""]).decode()


def _after(node, addition):
    return node.end_lineno - 1, node.end_col_offset, addition


def _stubs():
    """{(path among the stubs, where it lies)}; two packages may bring the same one."""
    files = [file for name in STUBS for file in importlib.metadata.files(name) or ()]
    return {(str(file), str(file.locate())) for file in files if file.name.endswith((".pyi", "VERSIONS"))}


def _place(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _run(stubs, copy):
    files = [path.relative_to(copy).as_posix() for path in sorted(copy.rglob("*.py"))]
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), "--no-site-packages", "--output",
         "json", "--custom-typeshed-dir", str(stubs), "--cache-dir", os.devnull, *files],
        cwd=copy, env={**os.environ, "MYPYPATH": str(stubs)}, capture_output=True, text=True)
    if ran.returncode not in (0, 1):
        raise RuntimeError(ran.stdout + ran.stderr)
    found = [json.loads(line) for line in ran.stdout.splitlines()]
    return [(row["file"], row["line"], f"{row['message']} [{row['code']}]") for row in found
            if row["severity"] == "error" and row["file"] in files]
