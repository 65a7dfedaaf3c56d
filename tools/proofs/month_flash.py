"""Runs on MicroPython: the simulated flash, but that what its files hold is in real files, outside the heap."""

import os

from tools.sim.files import FOLDER, Flash


class Stored:
    """The content of a simulated file: where it is outside the heap, and its length."""

    def __init__(self, place, size):
        self.place = place
        self.size = size

    def __len__(self):
        return self.size


class Written:
    """A simulated file open for writing: real once it is closed, unless the chip has been reset meanwhile."""

    def __init__(self, flash, key, mode):
        self.flash, self.key, self.mode = flash, key, mode
        self.boots = flash.boots
        self.pieces = []

    def write(self, data):
        self.pieces.append(data)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if not self.flash.dead and self.boots == self.flash.boots:
            self.flash.keep(self.key, self.mode, self.pieces)


class Apart(Flash):
    """It begins with what is in `board` of the folder."""

    def __init__(self, pass_ms, folder):
        Flash.__init__(self, pass_ms)
        self.outside = folder
        self.places = 0
        self._take_up(folder + "/board/", "")

    def _take_up(self, folder, prefix):
        for entry in os.ilistdir(folder + prefix):
            key = prefix + entry[0]
            self.kept[key] = None
            if entry[1] == FOLDER:
                self._take_up(folder, key + "/")
            else:
                with open(folder + key, "rb") as file:
                    self.kept[key] = Stored(folder + key, file.seek(0, 2))

    def open(self, path, mode="r"):
        key = self._place(path)
        if mode[0] == "r":
            return open(self._what(key).place, mode)
        if key not in self.kept:
            self.places += 1
            self.save(key, Stored(self.outside + "/" + str(self.places), 0), 0)
        return Written(self, key, mode)

    def keep(self, key, mode, pieces):
        """Let the time of the write pass, and only then make it real."""
        stored = self.kept[key]
        first = len(stored) if mode[0] == "a" else 0
        self.save(key, Stored(stored.place, first + sum([len(piece) for piece in pieces])), first)
        with open(stored.place, mode) as file:
            for piece in pieces:
                file.write(piece)
