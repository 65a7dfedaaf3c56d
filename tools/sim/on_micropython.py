"""Runs the board's program under MicroPython itself: the simulated flash is mounted as its file system, and the
simulated machine, clock and console stand in `sys.modules` under their usual names.
"""

import builtins
import os
import sys

import vfs

from firmware.core import quiet
from tools.sim import machine, network_faces

MOUNT = "/board"
OWN = ("firmware", "quiet")


class Program:
    def __init__(self, world, session, sleep_ms):
        self.flash = world.flash
        self.faces = {"machine": machine.machine(world, session), "time": machine.time(world, session, sleep_ms)}
        self.faces["sys"], self.faces["select"] = machine.console(session.line, sys.modules)
        if world.network:
            world.network.attach(session, self.faces)
            self.faces["umqtt"] = self.faces["umqtt.simple"] = network_faces.umqtt(world.network.library, {})
        self.line = session.line
        self.quiet = None

    def run(self, *paths):
        kept = self._enter()
        space = {"__name__": "__main__"}
        try:
            for path in paths:
                try:
                    os.stat(path)
                except OSError:
                    continue
                try:
                    builtins.execfile(path, space)  # which keeps nothing of the text, as on the board
                except Exception:
                    return
        finally:
            self._leave(kept)

    def module(self, name):
        return sys.modules.get(name)

    def quiet_ms(self, core):
        """The core's answer, asked in the names of the build that runs: a linked one brings the question along."""
        if self.quiet is None:
            try:
                import quiet as own
            except ImportError:
                own = quiet
            self.quiet = own.quiet_ms
        return self.quiet(core)

    def _enter(self):
        vfs.mount(self.flash, MOUNT)
        kept = (os.getcwd(), sys.path[:], builtins.print, {})
        os.chdir(MOUNT)
        sys.path[:] = [MOUNT]
        builtins.print = self.line.print
        for name in list(sys.modules):
            if name in self.faces or name in OWN or name.startswith("firmware."):
                kept[3][name] = sys.modules.pop(name)
        for name in self.faces:
            sys.modules[name] = self.faces[name]
        return kept

    def _leave(self, kept):
        for name in list(sys.modules):
            if name in self.faces or name in OWN or name.startswith("firmware."):
                sys.modules.pop(name)
        for name, module in kept[3].items():
            sys.modules[name] = module
        builtins.print = kept[2]
        sys.path[:] = kept[1]
        os.chdir(kept[0])
        vfs.umount(MOUNT)
