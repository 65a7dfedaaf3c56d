"""Runs on MicroPython: `machine`, with contactors behind its pins that take their time.

A pin that is driven and changes is written down with the time, so that nothing that a relay did goes unseen.
"""

import binascii
import time

from tools.stand_in import shared
from tools.stand_in.on_board.faces import Face

LEAVES_MS, ARRIVES_MS = 20, 30  # a contactor's contacts, after the coil changed
FOLLOWS = {"km1": 0, "km2": 1, "bond": 1}  # the contactor's coil with which it is closed
ONE_WHEN_LOW = ("no", "low")


class Installation:
    """What hangs on the pins. `wiring` is {signal: [pin, kind]}; an output's kind is "high" or "low", its on level."""

    def __init__(self, page, wiring, log):
        self.page = page
        self.log = log
        self.coils = [row for row in [wiring.get("pilot"), wiring.get("guard")] if row]
        self.feedback = dict([(wiring[name][0], (name, wiring[name][1])) for name in FOLLOWS if name in wiring])

    def driven(self, number, level, mode):
        bits = self.page.bytes
        if mode == shared.OUT and (level != bits[shared.LEVELS + number] or bits[shared.MODES + number] != mode):
            self.log.write("%d %d %d\n" % (time.ticks_ms(), number, level))
        bits[shared.LEVELS + number] = level
        bits[shared.MODES + number] = mode
        coil = 1 if self.coils and all([self._is_on(row) for row in self.coils]) else 0
        if coil != bits[shared.COIL]:
            self.page.put(shared.MOVED, time.ticks_ms())
            bits[shared.COIL] = coil

    def level(self, number):
        bits = self.page.bytes
        if bits[shared.MODES + number] == shared.OUT:
            return bits[shared.LEVELS + number]
        if number not in self.feedback:
            return bits[shared.OUTSIDE + number]
        name, kind = self.feedback[number]
        return 1 - self._closed(name) if kind in ONE_WHEN_LOW else self._closed(name)

    def _is_on(self, row):
        pin, kind = row
        bits = self.page.bytes
        return bits[shared.MODES + pin] == shared.OUT and bits[shared.LEVELS + pin] == (1 if kind == "high" else 0)

    def _closed(self, name):
        since_ms = time.ticks_diff(time.ticks_ms(), self.page.get(shared.MOVED))
        arriving = self.page.bytes[shared.COIL] == FOLLOWS[name]
        if since_ms < 0:  # a long time ago
            return 1 if arriving else 0
        return 1 if (since_ms >= ARRIVES_MS if arriving else since_ms < LEAVES_MS) else 0


def machine(page, installation, clock, battery, about):
    m = Face()
    m.PWRON_RESET, m.HARD_RESET, m.WDT_RESET = shared.PWRON_RESET, shared.HARD_RESET, shared.WDT_RESET
    m.DEEPSLEEP_RESET, m.SOFT_RESET = shared.DEEPSLEEP_RESET, shared.SOFT_RESET
    m.Pin, m.WDT, m.RTC = _pin(page, installation, about), _wdt(page), _rtc(page, clock)
    m.I2C = m.SoftI2C = lambda *_lines, **_options: battery
    m.reset_cause = lambda: page.bytes[shared.CAUSE]
    m.unique_id = lambda: binascii.unhexlify(about["unique_id"])
    m.freq = lambda *_hz: 160_000_000
    m.idle = lambda: None
    m.reset = lambda: page.end(shared.ENDED_RESET)
    m.soft_reset = _soft_reset
    return m


def _soft_reset():
    raise SystemExit


def _pin(page, installation, about):
    class Pin:
        IN, OUT, OPEN_DRAIN, PULL_DOWN, PULL_UP = shared.IN, shared.OUT, 7, 1, 2

        def __init__(self, number, mode=-1, pull=-1, value=None, **_others):
            if not 0 <= number < shared.PINS:
                raise ValueError("invalid pin")
            if number >= about["input_only"] and mode == shared.OUT:
                raise ValueError("pin can only be input")
            self.number = number
            bits = page.bytes
            level = bits[shared.LEVELS + number] if value is None else 1 if value else 0
            installation.driven(number, level, bits[shared.MODES + number] if mode == -1 else mode)

        def __call__(self, level=None):
            if level is None:
                return installation.level(self.number)
            installation.driven(self.number, 1 if level else 0, page.bytes[shared.MODES + self.number])

        value = __call__

        def on(self):
            self(1)

        def off(self):
            self(0)

    return Pin


def _wdt(page):
    class WDT:
        def __init__(self, id=0, timeout=5000):
            if timeout <= 0:
                raise ValueError("WDT timeout too short")
            page.put(shared.FED, time.ticks_ms())
            page.put(shared.DOG_MS, timeout)

        def feed(self):
            page.put(shared.FED, time.ticks_ms())

    return WDT


def _rtc(page, clock):
    class RTC:
        def memory(self, data=None):
            size = page.get(shared.MEMORY_SIZE)
            if data is None:
                return bytes(page.bytes[shared.MEMORY : shared.MEMORY + size])
            if len(data) > shared.MEMORY_MAX:
                raise ValueError("buffer too long")
            page.bytes[shared.MEMORY : shared.MEMORY + len(data)] = data
            page.put(shared.MEMORY_SIZE, len(data))

        def datetime(self, when=None):
            if when is not None:
                return clock.set(when)
            now_us = clock.now_us()
            year, month, day, hour, minute, second, weekday = time.gmtime(now_us // 1_000_000)[:7]
            return (year, month, day, weekday, hour, minute, second, now_us % 1_000_000)

    return RTC
