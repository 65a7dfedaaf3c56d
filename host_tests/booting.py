"""boot.py run from its text, on a board that writes down everything that is asked of it, in order.

Files are those of the simulated flash. What is to fail is named in `broken`; power goes, or an operation fails or is
interrupted, at the operation of that number.
"""

import builtins
import functools
import pathlib
import types

from tools.sim.files import Flash

SOURCE = (pathlib.Path(__file__).resolve().parent.parent / "boot.py").read_text()
UNBAKED = "\nRELAYS = ()\n"
RELAYS = ((17, 0), (16, 0), (5, 1))
COLD, SOFT = 1, 5
OFF = [("pin", 17, 0), ("pin", 16, 0), ("pin", 5, 1)]


class Cut(BaseException):
    """The power goes."""


class Restart(BaseException):
    """machine.reset() was called."""


def baked(relays=RELAYS, remark=""):
    assert SOURCE.count(UNBAKED) == 1
    return SOURCE.replace(UNBAKED, f"\nRELAYS = {relays!r}\n") + remark


@functools.cache
def compiled(source):
    return compile(source, "boot.py", "exec")


class Board:
    def __init__(self, files=None, broken=(), interrupt=None):
        self.flash = Flash(self._pass, {"boot.py": baked().encode(), "main.py": b"A", **(files or {})})
        self.broken = broken
        self.interrupt = interrupt  # the name of a call that Ctrl-C falls into, once
        self.log = []
        self.memory = b""
        self.watchdog_ms = None
        self.cause = COLD
        self.cut_at = None  # the number of a change to the flash
        self.fail_at, self.failure = None, OSError  # the number of a call of the file system
        self.changes = self.calls = 0

    def start(self, cause=COLD):
        """One start as far as main.py: what boot.py leaves in the namespace they share. Goes through restarts."""
        self.cause, self.log, self.changes, self.calls = cause, [], 0, 0
        while True:
            self.flash.mount()
            names = {"__name__": "__main__", "__builtins__": {**vars(builtins), "__import__": self._import},
                     "open": self._file_call(self.flash.open, "open")}
            try:
                exec(compiled(bytes(self.flash.kept["boot.py"])), names)
                return names
            except Restart:
                self.cause = 2

    def _pass(self, _ms):
        self.changes += 1
        if self.changes == self.cut_at:
            raise Cut

    def _import(self, name, *_rest):
        if name in self.broken:
            raise ImportError(name)
        return {"machine": self._machine, "os": self._os}[name]()

    def _touch(self, name):
        if self.interrupt == name:
            self.interrupt = None
            raise KeyboardInterrupt
        if name in self.broken:
            raise ValueError(f"no {name} today")

    def _machine(self):
        board = self

        class Pin:
            OUT = 3

            def __init__(self, number, mode, value):
                board.log.append(("pin", number, value))
                board._touch(f"Pin{number}")
                assert mode == Pin.OUT
                self.number = number

            def __call__(self, value):
                board.log.append(("again", self.number, value))
                board._touch(f"again{self.number}")

        class RTC:
            def memory(self, data=None):
                board._touch("RTC")
                if data is None:
                    return board.memory
                board.memory = data

        class WDT:
            def __init__(self, timeout):
                board.log.append(("watchdog", timeout))
                board._touch("WDT")
                board.watchdog_ms = timeout

            def feed(self):
                board.log.append(("feed",))

        return types.SimpleNamespace(Pin=Pin, RTC=RTC, WDT=WDT, reset_cause=self._reset_cause, reset=self._reset,
                                     SOFT_RESET=SOFT)

    def _reset_cause(self):
        self._touch("reset_cause")
        return self.cause

    def _reset(self):
        self.log.append(("reset",))
        raise Restart

    def _os(self):
        names = ("listdir", "stat", "remove", "rmdir", "rename")
        return types.SimpleNamespace(**{name: self._file_call(getattr(self.flash, name), name) for name in names})

    def _file_call(self, call, name):
        def called(*arguments):
            self.log.append((name, *arguments))
            self.calls += 1
            self._touch("files")
            if self.calls == self.fail_at:
                raise self.failure(5)
            return call(*arguments)
        return called

    # What is on the flash.

    def text(self, path):
        return str(self.flash.kept[path], "utf-8") if path in self.flash.kept else None

    def tree(self, folder):
        return {path[len(folder):]: data for path, data in self.flash.kept.items()
                if path.startswith(folder + "/") and data is not None}
