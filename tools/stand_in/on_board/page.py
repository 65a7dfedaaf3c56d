"""Runs on MicroPython: the page of memory that the chip keeps, and where an interrupt is left for the interpreter.

On a chip Ctrl-C leaves a KeyboardInterrupt in the interpreter's own state, where it is found between two instructions.
On Linux a signal may raise it in the middle of whatever runs, the memory management included, which then is broken. So
the supervisor leaves it as the chip does; for that it must be told the place, which is found here and tried.
"""

import struct
import sys

import ffi
import uctypes

from tools.stand_in import shared

READ_WRITE = 2  # of open
BOTH_WAYS, FOR_ALL = 3, 1  # of mmap
DIE_WITH_PARENT, KILL = 1, 9  # of prctl
WAKE = 10  # the signal, SIGUSR1
WORD = struct.calcsize("P")
NEAR = 256  # words
# Of the state of the interpreter, in words: the exception object's size, which is just before the loaded modules; where
# the pending exception is, counted from the two current name spaces.
EXCEPTION, PENDING = 4, 3


def _word(at):
    return struct.unpack("P", uctypes.bytes_at(at, WORD))[0]


def _find():
    """(where a pending exception is kept, the address of KeyboardInterrupt's one object), or None."""
    exception = id(sys.modules) - EXCEPTION * WORD
    here = id(globals())
    if _word(exception) != id(KeyboardInterrupt):
        return None
    for i in range(NEAR):
        at = exception - i * WORD
        if _word(at) == here == _word(at - WORD):
            return (at + PENDING * WORD, exception) if _works(at + PENDING * WORD, exception) else None
    return None


def _works(place, exception):
    if _word(place):
        return False
    try:
        uctypes.bytearray_at(place, WORD)[:] = struct.pack("P", exception)
        for _ in range(2):
            pass
    except KeyboardInterrupt:
        return True
    return False


FOUND = _find()  # while this module is loaded, for then both name spaces are its own


class Page:
    def __init__(self, path):
        library = ffi.open("libc.so.6")
        file = library.func("i", "open", "si")(path, READ_WRITE)
        map_file = library.func("p", "mmap", "pIiiii")
        self.bytes = uctypes.bytearray_at(map_file(0, shared.SIZE, BOTH_WAYS, FOR_ALL, file, 0), shared.SIZE)
        self.end = library.func("v", "_exit", "i")
        library.func("i", "prctl", "iIIII")(DIE_WITH_PARENT, KILL, 0, 0, 0)
        if library.func("i", "getppid", "")() != self.get(shared.OWNER):  # it was quicker
            self.end(0)
        library.func("p", "signal", "ip")(WAKE, library.addr("abs"))  # it does nothing, and ends a wait
        library.func("i", "siginterrupt", "ii")(WAKE, 1)
        if not FOUND:
            raise RuntimeError("this MicroPython keeps its pending exception elsewhere; take one of 1.24 to 1.29")
        self.put_long(shared.PENDING, FOUND[0])
        self.put_long(shared.EXCEPTION, FOUND[1])

    def get(self, at):
        return struct.unpack_from("<I", self.bytes, at)[0]

    def put(self, at, value):
        struct.pack_into("<I", self.bytes, at, value)

    def get_long(self, at):
        return struct.unpack_from("<q", self.bytes, at)[0]

    def put_long(self, at, value):
        struct.pack_into("<q", self.bytes, at, value)

    def allow_interrupts(self, character=3):
        """As micropython.kbd_intr: by Ctrl-C; -1 is by none."""
        self.bytes[shared.INTERRUPT] = 1 if character == 3 else 0

    def refuse_interrupts(self):
        """After this none comes any more; one that was on its way is gone."""
        while True:
            try:
                self.bytes[shared.INTERRUPT] = 0
                while self.bytes[shared.SIGNALLING]:
                    pass
                return
            except KeyboardInterrupt:
                pass
