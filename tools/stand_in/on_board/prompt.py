"""Runs on MicroPython: the prompts, byte for byte as MicroPython's own on a board: friendly, raw, and raw paste.

What is written here ends its lines with a bare line feed; the supervisor adds the carriage return, as the chip does.
"""

import builtins
import io
import os
import sys

from tools.stand_in import shared

A, B, C, D, E = 1, 2, 3, 4, 5  # control characters
BACKSPACE = (8, 127)
WINDOW = 128  # of raw paste: half of what the port's buffer holds
END = b"\x04"
FRAME = '  File "'
OWN = FRAME + "tools/stand_in"
FINE, FAILED, SOFT_RESET = 1, 0, 2


class Prompt:
    def __init__(self, page, banner):
        self.page = page
        self.banner = banner
        self.input, self.output = sys.stdin.buffer, sys.stdout.buffer
        self.space = {"__name__": "__main__"}
        self.exec, self.compile, self.execfile = exec, compile, builtins.execfile
        self.print_exception = sys.print_exception

    def run_file(self, path):
        """FINE, also where there is no such file; FAILED or SOFT_RESET."""
        try:
            os.stat(path)
        except OSError:
            return FINE
        return self._tell(self._run(lambda: self.execfile(path, self.space)))

    def serve(self):
        """Until a soft reset is asked for."""
        while (self._raw if self.page.bytes[shared.RAW] else self._friendly)() != SOFT_RESET:
            pass

    def _get(self):
        byte = self.input.read(1)
        if not byte:  # nobody holds the board any more
            self.page.end(0)
        return byte[0]

    def _put(self, text):
        self.output.write(text)

    def _run(self, job):
        """Run it so that Ctrl-C interrupts it. Answers what it raised, or None."""
        try:
            try:
                self.page.allow_interrupts()
                job()
            finally:
                self.page.refuse_interrupts()
        except BaseException as trouble:
            return trouble
        return None

    def _tell(self, trouble):
        if trouble is None:
            return FINE
        if isinstance(trouble, SystemExit):
            return SOFT_RESET
        told = io.StringIO()
        self.print_exception(trouble, told)
        lines = [line for line in told.getvalue().split("\n") if OWN not in line]
        if len(lines) > 1 and FRAME not in lines[1]:  # none is left to trace back to
            lines = lines[1:]
        self._put("\n".join(lines))
        return FAILED

    def _source(self, text, kind):
        return lambda: self.exec(self.compile(text, "<stdin>", kind), self.space)

    def _answer(self, job):
        """As the raw prompt does: the output, END, the traceback, END."""
        trouble = self._run(job)
        self._put(END)
        result = self._tell(trouble)
        self._put(END)
        return result

    def _raw(self):
        self._put("raw REPL; CTRL-B to exit\n>")
        line = bytearray()
        while True:
            byte = self._get()
            if byte == A and len(line) == 2 and line[0] == E:
                result = self._paste(line[1])
            elif byte == A:
                return FINE
            elif byte == B:
                self._put("\n")
                self.page.bytes[shared.RAW] = 0
                return FINE
            elif byte == D:
                self._put("OK")
                if not line:
                    self._put("\n")
                    return SOFT_RESET
                result = self._answer(self._source(bytes(line), "exec"))
            elif byte == C:
                line = bytearray()
                continue
            else:
                line.append(byte)
                continue
            if result == SOFT_RESET:
                return result
            line = bytearray()
            self._put(">")

    def _paste(self, kind):
        if kind != ord("A"):
            self._put(b"R\x00")
            return FINE
        self._put(b"R\x01" + bytes((WINDOW & 255, WINDOW >> 8)) + b"\x01")
        text, left = bytearray(), WINDOW
        while True:
            byte = self._get()
            if byte in (C, D):
                self._put(END)
                break
            text.append(byte)
            left -= 1
            if not left:
                self._put(b"\x01")
                left = WINDOW
        return self._answer(self._source(bytes(text), "exec") if byte == D else _interrupt)

    def _friendly(self):
        self._put(self.banner)
        while True:
            line = bytearray()
            end = self._read_line(line, ">>> ")
            while end not in (A, B, C, D) and _goes_on(line):
                line += b"\n"
                begun = len(line)
                end = self._read_line(line, "... ")
                if end in (C, D) or len(line) == begun:
                    break
            if end == A:
                self._put("\n")
                self.page.bytes[shared.RAW] = 1
                return FINE
            if end == B:
                self._put("\n")
                return FINE
            if end == D and not line:
                self._put("\n")
                return SOFT_RESET
            if end == C or not line:
                continue
            if self._tell(self._run(self._source(bytes(line), "single"))) == SOFT_RESET:
                return SOFT_RESET

    def _read_line(self, line, prompt):
        """Add a line that was typed to `line`; answers the control character that ended it."""
        self._put(prompt)
        begun = len(line)
        while True:
            byte = self._get()
            if byte == C or byte in (A, B, D) and len(line) == begun:
                if byte == C:
                    self._put("\n")
                return byte
            if byte == 13:
                self._put("\n")
                return byte
            if byte in BACKSPACE and len(line) > begun:
                line[:] = line[:-1]
                self._put("\b\x1b[K")
            elif 32 <= byte < 127:
                line.append(byte)
                self._put(bytes((byte,)))


def _interrupt():
    raise KeyboardInterrupt


def _goes_on(line):
    """Whether more of a statement must follow, for what people type at a board."""
    return line.rstrip().endswith(b":") or b"\n" in line
