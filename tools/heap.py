"""What the firmware costs in heap on the board, measured on 32-bit MicroPython: the core module by module, and the
whole as it runs, compiled, with the example configuration.

`python -m tools.heap` prints it; `--json` prints it as one object. Modules that only the host loads are left out. Each
module is charged with itself alone, since what it imports is imported before it, but for the tables of names that the
interpreter enlarges in steps of some kilobytes: those fall to whichever module comes just then. The sums are exact.
"""

import ast
import json
import pathlib
import sys
import tempfile

from firmware.core import boards, chips, config
from tools import micropython, staging
from tools.configuration import EXAMPLE
from tools.sim.run import first_state

CORE = micropython.ROOT / "firmware" / "core"
SCRIPT = micropython.ROOT / "tools" / "heap_modules.py"
BOARD_SCRIPTS = ("board_stub.py", "heap_board.py")
HOST_ONLY = ("quiet", "sentences", "snapshot")
# Needed at a start, and not after: a running board lets go of them.
FOR_READING = (
    "boards", "chips", "config", "config_schema", "config_shapes", "jsontext", "limits", "record", "zonetext",
)  # fmt: skip
PACKAGE = "firmware.core"


def modules():
    """Names of the core's modules, each after those it imports."""
    imports = {path.stem: imports_of(path) for path in sorted(CORE.glob("[a-z]*.py")) if path.stem not in HOST_ONLY}
    ordered = []
    while imports:
        ready = [name for name in imports if not imports[name] & (imports.keys() - {name})]
        ordered += ready
        for name in ready:
            del imports[name]
    return ordered


def imports_of(path):
    """The core's modules that a file imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == PACKAGE:
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module.startswith(PACKAGE + "."):
            names.add(node.module[len(PACKAGE) + 1 :])
    return names


def measure(interpreter):
    """[(module, bytes)], the package itself first, what a running core adds last."""
    names = [PACKAGE] + [PACKAGE + "." + name for name in modules()]
    ran = interpreter.run(SCRIPT, names)
    if ran.returncode:
        raise RuntimeError(ran.stdout + ran.stderr)
    return [(name, int(size)) for name, size in (line.split() for line in ran.stdout.splitlines())]


def lasting(sizes):
    """Bytes that stay in use once the configuration has been read."""
    return sum(size for name, size in sizes if name.rpartition(".")[2] not in FOR_READING)


def whole(interpreter):
    """Bytes of heap that the firmware holds once it has started, and while it runs."""
    text = EXAMPLE.read_text(encoding="utf-8")
    chosen, _problems = config.check(text, boards.PROFILES)
    with tempfile.TemporaryDirectory() as folder:
        files = {**staging.stage(text, compiled=True), "state.json": first_state(0)}
        files.update({name: (micropython.ROOT / "tools" / name).read_bytes() for name in BOARD_SCRIPTS})
        for path, data in files.items():
            place = pathlib.Path(folder) / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        relays = chips.relays_off(chosen.profile, chosen.pins)
        ran = interpreter.run(f"import os\nos.chdir({folder!r})\nimport sys\nsys.path[:] = ['']\n"
                              f"import heap_board\nheap_board.main({relays!r})", heapsize="1m")
    if ran.returncode or ran.stderr:
        raise RuntimeError(ran.stdout + ran.stderr)
    numbers = [int(line) for line in ran.stdout.splitlines() if line.isdigit()]
    return numbers[0], numbers[1]


def main(arguments):
    try:
        interpreter = micropython.find(bits=32)
        sizes, running = measure(interpreter), whole(interpreter)
    except micropython.Unavailable as reason:
        print(f"heap: {reason}", file=sys.stderr)
        return 1
    total = sum(size for _name, size in sizes)
    if "--json" in arguments:
        print(json.dumps({"bytes": total, "lasting": lasting(sizes), "modules": dict(sizes),
                          "started": running[0], "running": running[1]}))
        return 0
    for name, size in sorted(sizes, key=lambda row: -row[1]):
        print(f"{size:7} {name}")
    print(f"{total:7} for the core, {lasting(sizes)} of them once the configuration has been read")
    print(f"{running[0]:7} for the whole firmware once it has started, {running[1]} as it runs")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
