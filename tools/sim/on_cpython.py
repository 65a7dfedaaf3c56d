"""Runs the board's program under CPython: its own modules, its own builtins, nothing of the host's within reach.

The program imports from the simulated flash, and finds the simulated machine, clock and files under their usual names.
What MicroPython does not have can not be imported either. Compiled code is kept between starts; modules never are.
"""

import binascii
import builtins
import hashlib
import os
import struct
import types

from firmware.core import quiet
from tools.sim import machine, network_faces, real

REAL = {"binascii": binascii, "hashlib": hashlib, "struct": struct}
compiled = {}  # (path, source) -> code


class Program:
    def __init__(self, world, session, sleep_ms):
        self.flash = world.flash
        self.flash.mount()
        self.modules = dict(REAL)
        self.modules["machine"] = machine.machine(world, session)
        self.modules["time"] = machine.time(world, session, sleep_ms)
        self.modules["sys"], self.modules["select"] = machine.console(session.line, self.modules)
        self.modules["os"] = self.flash
        self.modules["gc"] = _garbage()
        self.quiet = None
        self.builtins = dict(vars(builtins))
        self.builtins.update(open=self.flash.open, __import__=self._import, print=session.line.print)
        if world.network:
            self._connect(world.network, session)

    def run(self, *paths):
        """Run files one after another in one namespace, as the board does with boot.py and main.py."""
        space = {"__name__": "__main__", "__builtins__": self.builtins}
        for path in paths:
            try:
                code = self._code(path)
            except OSError:
                continue  # it is not there
            except Exception:
                return  # it does not compile
            try:
                exec(code, space)
            except Exception:
                return  # the board skips the rest and shows its prompt

    def _connect(self, network, session):
        network.attach(session, self.modules)
        self.flash.urandom = os.urandom
        # umqtt.simple asks for some modules by older names.
        self.modules.update(tls=real.tls, usocket=self.modules["socket"], ustruct=struct, ubinascii=binascii)
        self.modules["umqtt.simple"] = network_faces.umqtt(network.library, {"__builtins__": self.builtins})

    def module(self, name):
        return self.modules.get(name)

    def quiet_ms(self, core):
        """The core's answer, asked in the names of the build that runs: a linked one brings the question along."""
        if self.quiet is None:
            try:
                self.quiet = self._load("quiet").quiet_ms
            except ImportError:
                self.quiet = quiet.quiet_ms
        return self.quiet(core)

    def _import(self, name, space=None, local=None, names=(), level=0):
        top = name.partition(".")[0]
        if top != "firmware":
            if name not in self.modules:
                raise ImportError("no module named '" + name + "'")
            return self.modules[name]
        found = self._load(name)
        for inner in names or ():
            if not hasattr(found, inner):
                self._load(name + "." + inner)
        return found if names else self.modules[top]

    def _load(self, name):
        if name in self.modules:
            return self.modules[name]
        parent, _dot, last = name.rpartition(".")
        if parent:
            self._load(parent)
        made = types.ModuleType(name)
        made.__builtins__ = self.builtins
        base = name.replace(".", "/")
        try:
            code = self._code(base + ".py")
        except OSError:
            try:
                code = self._code(base + "/__init__.py")
            except OSError:
                raise ImportError("no module named '" + name + "'") from None
        self.modules[name] = made
        try:
            exec(code, made.__dict__)
        except BaseException:
            self.modules.pop(name, None)
            raise
        if parent:
            setattr(self.modules[parent], last, made)
        return made

    def _code(self, path):
        with self.flash.open(path, "rb") as file:
            source = file.read()
        key = (path, source)
        if key not in compiled:
            compiled[key] = compile(source, path, "exec", dont_inherit=True)
        return compiled[key]


def _garbage():
    gc = types.SimpleNamespace()
    gc.collect = lambda: 0  # the host has its own ways, and they are slow
    gc.mem_free = lambda: 100_000
    gc.threshold = lambda _bytes: None
    return gc
