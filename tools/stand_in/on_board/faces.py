"""Runs on MicroPython: the modules that a program finds on an ESP32 and not on this machine."""

import _thread
import collections
import micropython
import os
import sys
import time

from tools.stand_in import shared

EPOCH_S = 946_684_800  # 2000, where an ESP32 begins to count; this machine begins in 1970
NO_DEVICE = 19
MONDAY_ONE = 1
STACK_BYTES = 256 * 1024  # a host's functions take more of it than a chip's


class Face:
    """A bag of names to import from."""

    def __init__(self, real=None):
        for name in dir(real) if real else ():
            if not name.startswith("__"):
                setattr(self, name, getattr(real, name))


def system(about):
    """sys and os of the chip that `about` describes."""
    s = Face(sys)
    for name in ("atexit", "executable"):
        if hasattr(s, name):
            delattr(s, name)
    own = sys.implementation
    kind = collections.namedtuple("implementation", ("name", "version", "_machine", "_mpy", "_build"))
    s.implementation = kind(own[0], tuple(about["version"]) + ("",), about["machine"], own._mpy, about["build"])
    s.version = "3.4.0; " + release(about)
    s.platform, s.argv = about["platform"], []
    o = Face(os)
    for name in ("system", "getenv", "putenv", "unsetenv"):
        delattr(o, name)
    named = collections.namedtuple("uname", ("sysname", "nodename", "release", "version", "machine"))
    number = ".".join([str(part) for part in about["version"]])
    o.uname = lambda: named(about["platform"], about["platform"], number, "v" + number, about["machine"])
    return {"sys": s, "os": o, "esp": _esp(about), "_thread": _threads()}


def release(about):
    return "MicroPython v%d.%d.%d on %s" % (tuple(about["version"]) + (about["date"],))


def _esp(about):
    e = Face()
    e.flash_size = lambda: about["chip_bytes"]
    e.osdebug = lambda *_level: None
    return e


def keyboard(page):
    m = Face(micropython)
    m.kbd_intr = page.allow_interrupts
    return m


def _threads():
    def start_new_thread(*what):
        _thread.stack_size(STACK_BYTES)
        return _thread.start_new_thread(*what)

    t = Face(_thread)
    t.start_new_thread, t.stack_size = start_new_thread, lambda _bytes=0: 0
    return t


class Clock:
    """The chip's own clock: it goes on through resets, and begins in 2000 when the power comes."""

    def __init__(self, page):
        self.page = page

    def now_us(self):
        return time.time_ns() // 1000 + self.page.get_long(shared.CLOCK_US)

    def set(self, when):
        year, month, day, _weekday, hour, minute, second, part_us = when
        wanted_s = time.mktime((year, month, day, hour, minute, second, 0, 0))
        self.page.put_long(shared.CLOCK_US, wanted_s * 1_000_000 + part_us - time.time_ns() // 1000)

    def face(self):
        t = Face(time)
        t.time = lambda: self.now_us() // 1_000_000 - EPOCH_S
        t.time_ns = lambda: (self.now_us() - EPOCH_S * 1_000_000) * 1000
        t.gmtime = lambda s=None: time.gmtime(t.time() + EPOCH_S if s is None else s + EPOCH_S)[:8]
        t.localtime = t.gmtime
        t.mktime = lambda parts: int(time.mktime(parts)) - EPOCH_S
        return t


class Battery:
    """A DS3231 on the I2C bus."""

    ADDRESS, CONTROL, STATUS, COUNT = 0x68, 0x0E, 0x0F, 0x13
    HAS_STOPPED = 0x80

    def __init__(self, page, fitted):
        self.page = page
        self.fitted = fitted

    def readfrom_mem_into(self, address, register, buffer):
        registers = self._registers(address)
        for i in range(len(buffer)):
            buffer[i] = registers[(register + i) % self.COUNT]

    def readfrom_mem(self, address, register, count):
        buffer = bytearray(count)
        self.readfrom_mem_into(address, register, buffer)
        return bytes(buffer)

    def scan(self):
        return [self.ADDRESS] if self.fitted else []

    def writeto_mem(self, address, register, data):
        registers = self._registers(address)
        before = bytes(registers[:7])
        for i in range(len(data)):
            registers[(register + i) % self.COUNT] = data[i]
        bits = self.page.bytes
        bits[shared.BATTERY_CONTROL] = registers[self.CONTROL]
        bits[shared.BATTERY_STATUS] &= registers[self.STATUS]
        if bytes(registers[:7]) != before:
            second, minute, hour, _weekday, day, month, year = [(b >> 4) * 10 + (b & 15) for b in registers[:7]]
            wanted_s = time.mktime((2000 + year, month, day, hour, minute, second, 0, 0))
            self.page.put_long(shared.BATTERY_S, int(wanted_s) - time.time_ns() // 1_000_000_000)

    def _registers(self, address):
        if not self.fitted or address != self.ADDRESS:
            raise OSError(NO_DEVICE)
        now = time.gmtime(time.time_ns() // 1_000_000_000 + self.page.get_long(shared.BATTERY_S))
        registers = bytearray(self.COUNT)
        for i, value in enumerate((now[5], now[4], now[3], now[6] + MONDAY_ONE, now[2], now[1], now[0] % 100)):
            registers[i] = value // 10 << 4 | value % 10
        registers[self.CONTROL] = self.page.bytes[shared.BATTERY_CONTROL]
        registers[self.STATUS] = self.page.bytes[shared.BATTERY_STATUS]
        return registers


def network():
    """A radio that finds nobody."""

    class WLAN:
        def __init__(self, _interface=0):
            self.on = False

        def active(self, on=None):
            self.on = self.on if on is None else on
            return self.on

        def isconnected(self):
            return False

        def connect(self, *_access):
            pass

        def disconnect(self):
            pass

        def status(self, _what=None):
            return 0

    n = Face()
    n.WLAN, n.STA_IF, n.AP_IF = WLAN, 0, 1
    return n
