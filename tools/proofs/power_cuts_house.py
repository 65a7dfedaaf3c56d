"""A board for the campaign of power cuts: a small build on its flash, and how it starts with what a cut left.

Runs on MicroPython, in the folder of a file system under test; see power_cuts_worker.py.
"""

import os

from firmware.device import files

UNBAKED = "\nRELAYS = ()\n"
LONGEST = 1 << 18
FOLDER = 0x4000
STARTS_MAX = 4


def read(path):
    return files.read(path, LONGEST)


def put(path, data):
    end = path.find("/")
    while end > 0:
        if not files.exists(path[:end]):
            os.mkdir(path[:end])
        end = path.find("/", end + 1)
    with open(path, "wb") as file:
        file.write(data)


def tree(folder):
    """The files in a folder, by path; none where there is no folder."""
    kept = {}
    if files.exists(folder):
        for row in os.ilistdir(folder):
            path = folder + "/" + row[0]
            kept.update(tree(path) if row[1] == FOLDER else {path: read(path)})
    return kept


class Restart(BaseException):
    """machine.reset() was called."""


class Machine:
    """The simplest chip that boot.py runs on."""

    SOFT_RESET = 5

    class Pin:
        OUT = 3

        def __init__(self, _number, _mode, value):
            self.value = value

    class RTC:
        def memory(self, _data=None):
            return b""

    class WDT:
        def __init__(self, timeout):
            self.timeout = timeout

        def feed(self):
            pass

    def reset_cause(self):
        return 1

    def reset(self):
        raise Restart


class Build:
    """The files of a build; each has its own boot.py and main.py."""

    def __init__(self, name, boot):
        made = name.encode()
        relays = "\nRELAYS = ((%d, 0),)\n" % ord(name)
        self.boot = boot.replace(UNBAKED, relays).encode()
        self.main = b"import " + made
        self.files = {"boot.py": self.boot, "main.py": self.main, "core/gate.py": made * 900, "app/loop.py": made * 60,
                      "manifest.json": b'{"files":{},"fw":"1.0+' + made + b'"}'}

    def put(self, folder):
        for name, data in self.files.items():
            put(folder + "/" + name, data)

    def put_to_run(self):
        self.put("firmware")
        put("boot.py", self.boot)
        put("main.py", self.main)

    def is_in(self, folder):
        return tree(folder) == dict([(folder + "/" + name, data) for name, data in self.files.items()])

    def runs(self):
        return self.is_in("firmware") and (read("boot.py"), read("main.py")) == (self.boot, self.main)


class House:
    """A board with a build on it, and how it starts after the power comes back."""

    def __init__(self, boot):
        self.builds = [Build(name, boot) for name in "ABC"]
        self.code = dict([(build.boot, compile(build.boot.decode(), "boot.py", "exec")) for build in self.builds])
        self.mains = [build.main for build in self.builds]

    def prepare(self):
        self.builds[0].put_to_run()
        put("config.json", b"c" * 700)
        put("secrets.json", b"s" * 100)

    def start(self):
        """boot.py as it stands on the flash, through its restarts. Returns what keeps the board from starting."""
        for _ in range(STARTS_MAX):
            code = self.code.get(read("boot.py"))
            if code is None or read("main.py") not in self.mains:
                return "boot.py or main.py is no whole one"
            try:
                exec(code, {"__name__": "__main__"})
            except Restart:
                continue
            return None if any([build.is_in("firmware") for build in self.builds]) else "firmware is no whole build"
        return "it restarts and restarts"
