"""A file that a program on the simulated board has open: a copy, until flush() or close() makes it real."""

import io
import sys

EIO, EBADF, EINVAL = 5, 9, 22
STREAM_CLOSE = 4  # what MicroPython asks of a stream when it is done with it

# MicroPython imports from streams only; CPython's streams would save a forgotten file when they are collected.
_Stream = io.IOBase if sys.implementation.name == "micropython" else object


class File(_Stream):
    def __init__(self, flash, key, mode):
        self.flash = flash
        self.key = key
        self.boots = flash.boots
        self.is_text = "b" not in mode
        self.at_end = mode[0] == "a"
        self.closed = False
        self.at = 0
        self.touched = -1  # the first byte that may differ from what is kept, -1 if none
        self.data = flash.kept[key]
        if mode[0] != "r" or "+" in mode:
            self.data = bytearray(self.data)
        if mode[0] == "w" and self.data:
            self.data = bytearray()
            self.touched = 0

    def _use(self):
        if self.closed:
            raise ValueError("the file is closed; open it again")
        if self._is_dead():
            raise OSError(EIO)

    def _is_dead(self):
        return self.flash.dead or self.boots != self.flash.boots

    def _taken(self, end, count=None):
        """The bytes up to `end`, or the first `count` characters of them."""
        piece = bytes(self.data[self.at : end])
        if self.is_text:
            piece = str(piece, "utf-8")[:count]
        self.at += len(piece.encode() if self.is_text else piece)
        return piece

    def read(self, count=-1):
        self._use()
        if count is None or count < 0:
            count = len(self.data)
        return self._taken(len(self.data), count) if self.is_text else self._taken(self.at + count)

    def readinto(self, buffer):
        self._use()
        piece = self.data[self.at : self.at + len(buffer)]
        buffer[: len(piece)] = piece
        self.at += len(piece)
        return len(piece)

    def readline(self):
        self._use()
        end = self.data.find(b"\n", self.at) + 1
        return self._taken(end or len(self.data))

    def __iter__(self):
        return self

    def __next__(self):
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def write(self, data):
        self._use()
        if not isinstance(self.data, bytearray):
            raise OSError(EBADF)
        if not data:
            return 0
        data = data.encode() if isinstance(data, str) else data
        at = len(self.data) if self.at_end else self.at
        first = min(at, len(self.data))
        if at > len(self.data):
            self.data.extend(bytes(at - len(self.data)))
        self.touched = first if self.touched < 0 else min(first, self.touched)
        self.data[at : at + len(data)] = data
        self.at = at + len(data)
        return len(data)

    def seek(self, offset, whence=0):
        self._use()
        at = offset + (0, self.at, len(self.data))[whence]
        if at < 0:
            raise OSError(EINVAL)
        self.at = at
        return at

    def tell(self):
        self._use()
        return self.at

    def flush(self):
        self._use()
        if self.touched >= 0:
            self._save()
            self.data = bytearray(self.data)

    def close(self):
        touched = self.touched >= 0 and not self.closed and not self._is_dead()
        self.closed = True
        if touched:
            self._save()

    def _save(self):
        """Hand the content over: it must not be changed from here on. What can not be saved is not tried again."""
        touched, self.touched = self.touched, -1
        self.flash.save(self.key, self.data, touched)

    def ioctl(self, request, argument):
        if request == STREAM_CLOSE:
            self.close()
        return 0

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.close()
