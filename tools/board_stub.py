"""Runs on MicroPython: the machine, clock and console of a board in a few lines, for what is measured there.

Time is virtual. Every input reads 0, but that the feedback of the two contactors follows the pilot relay at once.
"""

import gc
import sys

FOLLOWS_THE_PILOT = (32, 33)  # pins of km1 ("no") and km2 ("mirror") on the boards used here
PILOT = 16
START_S = 848_000_000  # since 2000
DAY_S = 86_400
STATUS, HAS_STOPPED = 0x0F, 0x80  # of the DS3231


class Pin:
    IN, OUT, PULL_UP = 1, 3, 2
    pilot = None

    def __init__(self, number, _mode=-1, _pull=-1, value=0):
        self.level = None if number in FOLLOWS_THE_PILOT else value
        if number == PILOT:
            Pin.pilot = self

    def __call__(self, level=None):
        if level is None:
            return Pin.pilot.level if self.level is None else self.level
        self.level = level


class RTC:
    kept = b""

    def memory(self, data=None):
        if data is None:
            return RTC.kept
        RTC.kept = bytes(data)

    def datetime(self, _when):
        pass


class WDT:
    def __init__(self, timeout):
        pass

    def feed(self):
        pass


class Wlan:
    """A driver that finds nothing."""

    def __init__(self, _interface):
        pass

    def active(self, _on):
        pass


class SoftI2C:
    """A bus with a DS3231 that has stopped until it is set, and goes on from there."""

    def __init__(self, sda, scl, freq):
        self.registers = bytearray(STATUS + 1)
        self.registers[STATUS] = HAS_STOPPED
        self.begun_s = 0

    def readfrom_mem_into(self, _address, place, into):
        second = (self.begun_s + Clock.ms // 1000) % DAY_S
        for at, value in ((0, second % 60), (1, second // 60 % 60), (2, second // 3600)):
            self.registers[at] = value // 10 << 4 | value % 10
        for at in range(len(into)):
            into[at] = self.registers[place + at]

    def writeto_mem(self, _address, place, data):
        for at in range(len(data)):
            self.registers[place + at] = data[at]
        if place == 0:
            second, minute, hour = [(byte >> 4) * 10 + (byte & 15) for byte in data[:3]]
            self.begun_s = hour * 3600 + minute * 60 + second - Clock.ms // 1000


class Face:
    """A bag of names to import from."""


class Clock:
    ms = 0
    begun_s = 0  # of the day


def ticks_ms():
    return Clock.ms


def ticks_diff(later, earlier):
    return later - earlier


def ticks_add(moment, ms):
    return moment + ms


def sleep_ms(ms):
    Clock.ms += ms


def localtime():
    """The same Friday for ever. As the board's own, it makes one tuple and nothing else."""
    second = (Clock.begun_s + Clock.ms // 1000) % DAY_S
    return (2026, 11, 20, second // 3600, second // 60 % 60, second % 60, 4, 324)


class Poll:
    def register(self, _stream, _events):
        pass

    def ipoll(self, _timeout_ms):
        return ()


def used():
    """Bytes of heap in use, collected."""
    gc.collect()
    return gc.mem_alloc()


def install():
    """Stand in place of the interpreter's own, in the current folder and nowhere else."""
    machine, time, select = Face(), Face(), Face()
    machine.PWRON_RESET, machine.HARD_RESET, machine.WDT_RESET, machine.SOFT_RESET = 1, 2, 3, 5
    machine.Pin, machine.RTC, machine.WDT, machine.SoftI2C = Pin, RTC, WDT, SoftI2C
    machine.reset_cause = lambda: 1
    machine.unique_id = lambda: b"\x24\x0a\xc4\xa1\xb2\xc3"
    time.ticks_ms, time.ticks_diff, time.ticks_add, time.sleep_ms = ticks_ms, ticks_diff, ticks_add, sleep_ms
    time.time = lambda: START_S + Clock.ms // 1000
    time.gmtime = lambda _s: (2000, 1, 1, 0, 0, 0, 5, 1)
    time.localtime = localtime
    select.poll, select.POLLIN = Poll, 1
    network, thread = Face(), Face()
    network.WLAN, network.STA_IF = Wlan, 0
    thread.stack_size = lambda _bytes: None
    thread.start_new_thread = lambda _function, _arguments: None  # none is measured
    sys.modules.update({"machine": machine, "time": time, "select": select, "network": network, "_thread": thread})
    sys.path[:] = [""]
