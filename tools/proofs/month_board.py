"""Starts a month on MicroPython, in a heap of a given size, and reads what the interpreter tells of that heap."""

import functools
import json
import os
import pathlib
import re
import subprocess
import tempfile

from tools import micropython, staging

FOLDER = pathlib.Path(__file__).parent
SIMULATOR = ("tools/__init__.py", "tools/sim/*.py", "firmware/__init__.py", "firmware/core/*.py")
SCRIPTS = ("month_flash.py", "month_names.py", "month_worker.py")
MOUNTED = "/board/"
MOMENTS = ("simulator", "start", "day", "end")
ACCOUNT = ("mem:", "stack:", "GC:", " No. of", "qstr pool:")
AMPLE = 24 << 20
BLOCK_BYTES = 16
NAME = re.compile(r"^Q\((.*?)\)$", re.MULTILINE | re.DOTALL)
NAMES_BYTES = re.compile(r"n_total_bytes=(\d+)")


class Moment:
    """What the interpreter said of its heap, in bytes, at a moment that the worker named."""

    def __init__(self, words):
        self.words = words
        self.total = self.used = self.largest = self.names = 0

    def take(self, line):
        words = line.replace(",", "").replace("=", " ").split()
        if line.startswith("GC:"):
            self.total, self.used = int(words[2]), int(words[4])
        elif line.startswith(" No. of"):
            self.largest = int(words[-1]) * BLOCK_BYTES
        elif line.startswith("qstr pool:"):
            self.names = int(words[-1])


class Told:
    """What a month has told: moments, lines of the trace, and whatever has no business there."""

    def __init__(self):
        self.moments, self.lines, self.strays = [], [], []

    def take(self, line):
        """The moment, if the line begins one."""
        if line.startswith("{"):
            self.lines.append(json.loads(line))
        elif line.startswith(ACCOUNT):
            self.moments[-1].take(line)
        elif line.split(" ")[0] in MOMENTS:
            self.moments.append(Moment(line.split()))
            return self.moments[-1]
        else:
            self.strays.append(line)
        return None

    def at(self, name):
        return [moment for moment in self.moments if moment.words[0] == name]


class Board:
    """The firmware in `files`, the interpreter, and what the firmware's names take in it: `names_bytes`."""

    def __init__(self, files):
        self.files = files
        self.found = micropython.find(bits=32)
        with tempfile.TemporaryDirectory() as folder:
            staging.lay_out(files, folder)
            ran = self.found.run(f"from tools.proofs import month_names\nmonth_names.tell({folder!r})", heapsize="24m")
        if ran.returncode:
            raise RuntimeError(ran.stdout + ran.stderr)
        before, after = NAMES_BYTES.findall(ran.stdout)
        self.names_bytes = int(after) - int(before)
        names = NAME.findall(ran.stdout)
        self.names = names + [MOUNTED + name for name in names if name.startswith("firmware/")]

    def play(self, scenario, pace, heapsize=AMPLE, each=lambda moment: None):
        """What is Told; each moment also to `each` as it comes. `pace` is as month_worker.main has it."""
        told = Told()
        with tempfile.TemporaryDirectory() as folder:
            staging.lay_out({**simulator(), "scenario.json": json.dumps(scenario).encode(),
                             "names.json": json.dumps(self.names).encode()}, folder)
            staging.lay_out(self.files, folder + "/board")
            code = (f"import month_names\nmonth_names.put_in('{folder}/names.json')\n"
                    f"import month_worker\nmonth_worker.main('{folder}', *{pace})")
            with subprocess.Popen([*self.found.command, "-X", f"heapsize={heapsize}", "-c", code], cwd=folder,
                                  env={**os.environ, "MICROPYPATH": f".frozen:{folder}"}, text=True,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as worker:
                for line in worker.stdout:
                    moment = told.take(line.rstrip("\n"))
                    if moment:
                        each(moment)
        if worker.returncode:
            told.strays.append(f"the worker ended with {worker.returncode}")
        return told


@functools.cache
def simulator():
    """{path: bytes} of the simulator, compiled: compiled there it would lie scattered all over the heap."""
    root = micropython.ROOT
    paths = {path.relative_to(root).as_posix(): path for pattern in SIMULATOR for path in root.glob(pattern)}
    paths.update({name: FOLDER / name for name in SCRIPTS})
    return staging.byte_code({name: path.read_bytes() for name, path in paths.items()})
