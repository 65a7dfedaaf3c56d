"""The interpreter of a board as a process: real MicroPython, begun anew after every reset."""

import array
import fcntl
import functools
import os
import pathlib
import signal
import subprocess
import sys
import termios

from tools import micropython, staging
from tools.stand_in import shared

FOLDER = pathlib.Path(__file__).parent
HEAP = "184k"  # what this takes of it leaves about what an ESP32 has
PORT_BYTES = 260  # what the chip's port holds until it is read; more is lost
PIPE_BYTES = 4096
TRACEBACK = 2  # words into an exception object
CTRL_C = b"\x03"


@functools.cache
def rom():
    """{path: byte code} of what runs beside the program on the board."""
    root = micropython.ROOT
    paths = [path.relative_to(root).as_posix() for path in sorted(FOLDER.glob("on_board/*.py"))]
    code = staging.byte_code({path: (root / path).read_bytes() for path in [*paths, "tools/stand_in/shared.py"]})
    return {**code, "tools/__init__.py": b"", "tools/stand_in/__init__.py": b""}


class Program:
    """Makes the interpreter's processes, one at a time. `folder` is the board's."""

    def __init__(self, folder, chip, interpreter):
        self.folder = folder
        self.chip = chip
        self.interpreter = interpreter
        self.process = None
        self.output = None  # what it says
        self.input = self.behind = None  # what it hears: where it is put in, and where it is taken out
        self.memory = None  # of the process
        self.pending = False  # an interrupt, for all we know
        staging.lay_out(rom(), folder / "rom")

    def start(self):
        if self.input is None:
            self.behind, self.input = os.pipe()
        self.output, said = os.pipe()
        fcntl.fcntl(self.output, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        os.set_blocking(self.output, False)
        begin = "from tools.stand_in.on_board import begin; begin.begin()"
        command = [*self.interpreter.command, "-X", f"heapsize={HEAP}", "-c", begin]
        self.process = subprocess.Popen(command, cwd=self.folder, stdin=self.behind, stdout=said, stderr=said,
                                        env={"MICROPYPATH": f".frozen:{self.folder / 'rom'}", "TZ": "UTC"},
                                        start_new_session=True)
        os.close(said)

    def read(self):
        """What it has said; b"" if nothing, None once it has ended."""
        try:
            return os.read(self.output, PIPE_BYTES) or None
        except BlockingIOError:
            return b""

    def hear(self, data):
        """Bytes come in at the port."""
        first, *rest = data.split(CTRL_C)
        self._fill(first)
        for piece in rest:
            self._interrupt()
            self._fill(piece)

    def nudge(self):
        """Where a program waits for something, the interrupt may have come just before it began to: wake it again."""
        word = self.interpreter.bits // 8
        self.pending = self.pending and any(os.pread(self.memory, word, self.chip.get_long(shared.PENDING)))
        if self.pending:
            os.kill(self.process.pid, signal.SIGUSR1)

    def kill(self):
        if self.process:
            self.process.kill()

    def ended(self):
        """Take leave of it; answers how it ended."""
        code = self.process.wait()
        self.process = None
        os.close(self.output)
        if self.memory is not None:
            os.close(self.memory)
        self.output = self.memory = None
        self.pending = False
        self.chip.silence()
        return code

    def forget(self):
        """What has come in and was not read is gone."""
        if self.input is not None:
            os.close(self.input)
            os.close(self.behind)
            self.input = self.behind = None

    def _fill(self, data):
        there = array.array("i", [0])
        fcntl.ioctl(self.behind, termios.FIONREAD, there)
        data = data[: max(0, PORT_BYTES - there[0])]
        if data:
            os.write(self.input, data)

    def _interrupt(self):
        """Ctrl-C has come: an interrupt, if the program wants that, and a byte like any other if not."""
        page = self.chip.page
        page[shared.SIGNALLING] = 1
        wanted = page[shared.INTERRUPT]
        if wanted:
            self._leave_exception()
        page[shared.SIGNALLING] = 0
        if not wanted:
            self._fill(CTRL_C)

    def _leave_exception(self):
        """Where the interpreter looks for one. If it has just ended, nobody looks any more."""
        try:
            self.memory = self.memory or os.open(f"/proc/{self.process.pid}/mem", os.O_RDWR)
        except ProcessLookupError:
            return
        word = self.interpreter.bits // 8
        exception = self.chip.get_long(shared.EXCEPTION)
        os.pwrite(self.memory, bytes(word), exception + TRACEBACK * word)
        os.pwrite(self.memory, exception.to_bytes(word, sys.byteorder), self.chip.get_long(shared.PENDING))
        os.kill(self.process.pid, signal.SIGUSR1)
        self.pending = True
