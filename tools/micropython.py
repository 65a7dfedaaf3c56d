"""Real MicroPython for Linux: found on this machine, or fetched in one step without root and kept in a cache.

Looked for in this order: $GRIDREST_MICROPYTHON; `micropython` on PATH, if new enough; the 32-bit packages of Debian,
which come through the machine's own apt (its mirrors, its proxies, its keys) into private lists and caches, are
unpacked but never installed, and start through their own loader. The small integers, the heap figures and the pointer
size of the 32-bit build are those of the board, so whoever measures memory asks for find(bits=32).

`python -m tools.micropython` says what was found.
"""

import os
import pathlib
import shutil
import subprocess
import sys

from tools.packaged import Packaged, Unavailable

ROOT = pathlib.Path(__file__).resolve().parent.parent
OLDEST = (1, 24)
OWN = f"put micropython {OLDEST[0]}.{OLDEST[1]} or newer on PATH, or name one in GRIDREST_MICROPYTHON."
PROBE = "import sys; v = sys.implementation; print(v[0], v[1][0], v[1][1], 32 if sys.maxsize < 1 << 32 else 64)"
PACKAGE = Packaged("micropython", "i386", "usr/bin/micropython", "32-bit MicroPython", 14, OWN)


class Interpreter:
    """A MicroPython that answered: `command` starts it, `version` is (major, minor), `bits` is 32 or 64."""

    def __init__(self, command, version, bits):
        self.command = command
        self.version = version
        self.bits = bits

    def __str__(self):
        return f"MicroPython {self.version[0]}.{self.version[1]} ({self.bits} bits)"

    def run(self, source, args=(), heapsize=None, cwd=ROOT, timeout=60):
        """Run a script (a Path) or code (a str) and return the CompletedProcess, its output as text.

        `heapsize` is the interpreter's own way of writing it ("80k"). The project's packages can be imported.
        """
        start = [] if heapsize is None else ["-X", f"heapsize={heapsize}"]
        start += [str(source)] if isinstance(source, pathlib.Path) else ["-c", source]
        return subprocess.run([*self.command, *start, *args], cwd=cwd, timeout=timeout, stdin=subprocess.DEVNULL,
                              env={**os.environ, "MICROPYPATH": f".frozen:{ROOT}"}, capture_output=True, text=True)


def find(bits=None, fetch=True):
    """A MicroPython of at least OLDEST, of that many bits if said; fetches one if need be. Raises Unavailable.

    Without `fetch` it only looks, and what is not here yet is Unavailable.
    """
    named = os.environ.get("GRIDREST_MICROPYTHON")
    if named:
        return _named(named, bits)
    on_path = shutil.which("micropython")
    found = on_path and probe([on_path])
    if found and found.version >= OLDEST and bits in (None, found.bits):
        return found
    if bits == 64:
        raise Unavailable("there is no 64-bit micropython on PATH; install one, or name one in GRIDREST_MICROPYTHON.")
    return PACKAGE.fetched(probe) if fetch else PACKAGE.seen(probe)


def probe(command):
    """The Interpreter behind a command, or None if it is not one or does not run here."""
    try:
        answer = subprocess.run([*command, "-c", PROBE], capture_output=True, text=True, timeout=20,
                                stdin=subprocess.DEVNULL).stdout.split()
    except (OSError, subprocess.TimeoutExpired):
        return None
    if len(answer) != 4 or answer[0] != "micropython":
        return None
    return Interpreter(command, (int(answer[1]), int(answer[2])), int(answer[3]))


def _named(path, bits):
    found = probe([path])
    if not found:
        raise Unavailable(f"GRIDREST_MICROPYTHON is '{path}', which does not answer as MicroPython; mend or unset it.")
    if found.version < OLDEST or bits not in (None, found.bits):
        wanted = f"{OLDEST[0]}.{OLDEST[1]} or newer" + (f" with {bits} bits" if bits else "")
        raise Unavailable(f"GRIDREST_MICROPYTHON is {found}; what is needed is {wanted}: name another, or unset it.")
    return found


def main():
    try:
        found = find()
        print(f"{found}: {' '.join(found.command)}")
        if found.bits != 32:
            print(f"{find(bits=32)}, for memory figures")
    except Unavailable as sentence:
        print(f"micropython: {sentence}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
