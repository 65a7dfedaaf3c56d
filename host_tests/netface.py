"""The board's network modules on both interpreters, for tests that run the same talk on each.

A talk is a function of host_tests/talks.py. On CPython it runs in a world of its own, in which `socket`, `select` and
`tls` are the simulator's and time is real; on MicroPython it runs as it is.
"""

import builtins
import functools
import pathlib
import time
import types

from host_tests.libraries import umqtt_folder
from tools.sim import sockets

ROOT = pathlib.Path(__file__).resolve().parent.parent
OURS = ("firmware", "umqtt", "host_tests")
TICKS = 1 << 30
TIME = types.SimpleNamespace(
    ticks_ms=lambda: int(time.monotonic() * 1000) % TICKS,
    ticks_add=lambda ticks, ms: (ticks + ms) % TICKS,
    ticks_diff=lambda later, earlier: (later - earlier + TICKS // 2) % TICKS - TICKS // 2,
    sleep_ms=lambda ms: time.sleep(ms / 1000),
)


@functools.cache
def compiled(path):
    return compile(path.read_text(encoding="utf-8"), str(path), "exec")


class Here:
    """CPython, with modules of its own."""

    def __init__(self):
        self.places = (ROOT, umqtt_folder())
        self.modules = {**sockets.MODULES, "time": TIME}
        self.said = []
        self.builtins = {**vars(builtins), "__import__": self._import,
                         "print": lambda *words: self.said.append(" ".join(map(str, words)))}

    def run(self, talk, *arguments):
        """The lines that it prints."""
        self.said = []
        getattr(self.load("host_tests.talks"), talk)(*arguments)
        return self.said

    def load(self, name):
        """A module by its name; it is loaded once."""
        if name not in self.modules:
            made = self.modules[name] = types.ModuleType(name)
            made.__dict__["__builtins__"] = self.builtins
            path = name.replace(".", "/")
            for place in self.places:
                for file in (place / (path + ".py"), place / path / "__init__.py"):
                    if file.is_file():
                        exec(compiled(file), made.__dict__)
        return self.modules[name]

    def _import(self, name, space=None, local=None, names=(), level=0):
        if name.split(".")[0] not in OURS:
            return self.modules[name] if name in self.modules else __import__(name, space, local, names, level)
        found = self.load(name)
        for inner in names or ():
            if not hasattr(found, inner):
                setattr(found, inner, self.load(name + "." + inner))
        return found


class There:
    """MicroPython, with no more heap than a board has."""

    def __init__(self, interpreter):
        self.interpreter = interpreter
        self.library = str(umqtt_folder())

    def run(self, talk, *arguments):
        """The lines that it prints."""
        ran = self.interpreter.run(f"import sys\nsys.path.append({self.library!r})\n"
                                   f"from host_tests import talks\ntalks.{talk}(*{arguments!r})", heapsize="100k")
        assert not ran.returncode and not ran.stderr, ran.stdout + ran.stderr
        return ran.stdout.splitlines()
