"""Lets the firmware's file modules work on a simulated flash for a while, on either interpreter."""

import os
import sys

from firmware.device import files, journal

ON_MICROPYTHON = sys.implementation.name == "micropython"
MOUNT = "/board"
MODULES = (files, journal)


class Cut(BaseException):
    """The power goes, or the chip resets: nothing in the firmware catches this."""


class Power:
    """The `pass_ms` of a flash: counts its calls, and cuts the power in the call number `cut_at`, counted from 0."""

    def __init__(self, cut_at=-1):
        self.cut_at = cut_at
        self.calls = 0
        self.ms = 0

    def __call__(self, ms):
        self.calls += 1
        if self.calls - 1 == self.cut_at:
            raise Cut()
        self.ms += ms


class Booted:
    """with Booted(flash): `files` and `journal` see that flash as the file system, from a new boot to its end."""

    def __init__(self, flash):
        self.flash = flash

    def __enter__(self):
        if ON_MICROPYTHON:
            import vfs

            vfs.mount(self.flash, MOUNT)
            os.chdir(MOUNT)
        else:
            self.flash.mount()
            files.os = self.flash
            for module in MODULES:
                module.open = self.flash.open
        return self.flash

    def __exit__(self, kind, error, trace):
        if ON_MICROPYTHON:
            import vfs

            os.chdir("/")
            vfs.umount(MOUNT)
        else:
            self.flash.umount()
            files.os = os
            for module in MODULES:
                del module.open
