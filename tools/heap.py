"""What the firmware takes of the board's memory, measured on 32-bit MicroPython above a machine of a few lines.

The whole, linked as it is deployed: what it holds as it runs, collected, and the smallest heap it starts in. And each
module that lasts, compiled by itself, to see where it goes; linked together they take less.
"""

import ast
import bisect
import functools
import graphlib
import json
import tempfile

from firmware.app import bring_up
from firmware.core import boards, chips, config
from tools import micropython, staging, umqtt
from tools.configuration import EXAMPLE
from tools.sim.run import first_state

TOOLS = micropython.ROOT / "tools"
SCRIPTS = ("board_stub.py", "board_network.py", "ticks_board.py", "heap_board.py", "bench_board.py", "press_board.py")
COPIES = ("firmware/boot.py", "firmware/main.py")  # of what the board starts with
BRIEF = bring_up.FOR_READING + bring_up.FOR_STARTING
STEP_KIB = 2
NETWORK = {"wifi": {"ssid": "home"}, "ntp": {"hosts": ["192.0.2.20"]}, "mqtt": {
    "host": "192.0.2.10", "user": "gridrest", "ca": "ca.der", "discovery": True, "commands": True}}
HOUSE = json.dumps({**json.loads(EXAMPLE.read_text(encoding="utf-8")), **NETWORK})


def running(interpreter):
    """Bytes of heap that the firmware holds as it runs, collected."""
    chosen, _problems = config.check(HOUSE, boards.PROFILES)
    relays = chips.relays_off(chosen.profile, chosen.pins)
    return int(answers(interpreter, with_library(flash()), f"main({relays!r})")[-1])


def smallest(interpreter, files=None, call="begun()", module="heap_board"):
    """Bytes of the smallest heap, to a step, in which a program comes to the end of its first turn."""
    files = with_library(flash()) if files is None else files
    sizes = range(STEP_KIB, 512, STEP_KIB)

    def starts(heap_kib):
        try:
            return bool(answers(interpreter, files, call, heap_kib, module))
        except RuntimeError:
            return False

    return 1024 * sizes[bisect.bisect_left(sizes, True, key=starts)]


def names(interpreter):
    """How many names and short texts the board comes to keep for ever: those of boot.py and main.py too."""
    before, after = [int(line.partition("n_qstr=")[2].partition(",")[0])
                     for line in answers(interpreter, with_library(flash()), "names()") if "n_qstr=" in line]
    return after - before


def by_module(interpreter):
    """{module: bytes} of those that last, each compiled by itself and imported after those it imports."""
    sources = {path: data for path, data in staging.stage(HOUSE).items()
               if path.startswith("firmware/") and path.endswith(".py") and path not in COPIES}
    lines = answers(interpreter, with_library(staging.byte_code(sources)), f"modules({in_order(sources)!r})")
    sizes = {name: int(size) for name, size in (line.split() for line in lines)}
    return {name: size for name, size in sizes.items() if name not in BRIEF}


def flash():
    """The board's files as they are deployed, for the example with everything a network can have."""
    return {**staging.stage(HOUSE, compiled=True), "state.json": first_state(0), "ca.der": b""}


def with_library(files):
    """With umqtt.simple in a file, which boards have inside."""
    return {**files, **staging.byte_code({umqtt.PLACE.as_posix(): (umqtt.folder() / umqtt.PLACE).read_bytes()})}


def answers(interpreter, files, call, heap_kib=1024, module="heap_board", timeout=60):
    """The lines, but for the board's own, that a call into a script beside the program prints."""
    with laid_out({**files, **scripts()}) as folder:
        ran = interpreter.run(calling(folder, module, call), heapsize=f"{heap_kib}k", timeout=timeout)
    if ran.returncode or ran.stderr:
        raise RuntimeError(ran.stdout + ran.stderr)
    return [line for line in ran.stdout.splitlines() if line[:1] != "{"]


def calling(folder, module, call):
    """The code for a call into a script in a folder, with nothing else to import from."""
    return f"import os, sys\nos.chdir({folder!r})\nsys.path[:] = ['']\nimport {module}\n{module}.{call}"


def laid_out(files):
    """A temporary folder with these files, by path."""
    folder = tempfile.TemporaryDirectory(prefix="board-")
    staging.lay_out(files, folder.name)
    return folder


@functools.cache
def scripts():
    """What runs beside a program, compiled."""
    return staging.byte_code({name: (TOOLS / name).read_bytes() for name in SCRIPTS})


def in_order(sources):
    """The names of modules by their sources, each after those that it imports."""
    names = {path[:-3].replace("/", ".").removesuffix(".__init__"): source for path, source in sources.items()}
    graph = {}
    for name, source in sorted(names.items()):
        found = {name.rpartition(".")[0]}
        for node in ast.parse(source).body:
            if isinstance(node, ast.ImportFrom):
                found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        graph[name] = sorted(found & names.keys() - {name})
    return list(graphlib.TopologicalSorter(graph).static_order())
