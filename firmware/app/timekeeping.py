"""Keeps the core's clock honest: with the battery clock where there is one, and across warm resets with a stamp.

The system clock is only a witness: it is read every second, and a step of it that nobody asked for costs trust.
"""

from firmware.core import clock
from firmware.device import ds3231, soc

MINUTE_S = 60
TROUBLES = {ds3231.STOPPED: "has stopped", ds3231.SILENT: "does not answer", ds3231.ODD: "makes no sense"}
HAND_ERROR_S = 2  # a person's set comes in whole seconds and over a cable


class Timekeeper:
    def __init__(self, core, chip, keepsake):
        self.core = core
        self.chip = chip  # a battery clock, or None
        self.chip_s = -1  # what it said last
        self.chip_up_s = 0  # and when, by the time since the start
        self.begun_ms = 0  # when the start has looked what the time is: from there on it is counted
        self.trouble = None
        self.keepsake = keepsake
        self.memory = keepsake.memory
        self.system_ahead_s = 0  # of the time since the start
        self.minute = 0

    def second(self, up_s):
        """Called once a second or less often, never while transferring."""
        ahead_s = soc.system_s() - up_s
        if ahead_s != self.system_ahead_s:
            moved_s = ahead_s - self.system_ahead_s
            if abs(moved_s) > clock.STEP_S_MAX:
                self.core.clock.system_moved(moved_s)
                self.core.note("clock", "system clock moved", moved_s)
                self.system_ahead_s = ahead_s
        if up_s // MINUTE_S != self.minute:
            self.minute = up_s // MINUTE_S
            self.system_ahead_s = ahead_s  # two readings in whole seconds may drift apart slowly
            if self.chip:
                self._ask_chip(up_s)
            if self.memory.crashes():
                self.memory.forget_crashes()  # a start that lasts so long was a good one
            self.keepsake.save()
        elif self.core.entry_open or self.memory.entry_s >= 0:
            self.keepsake.save()  # the age of the entry, to the second

    def _ask_chip(self, up_s):
        """A reading counts if the chip has gone on since the last one as the board has."""
        before_s, now_s = self.chip_s, self.chip.read()
        was_s = self.core.clock.known_s()
        off_s = now_s - before_s - (up_s - self.chip_up_s)
        self.chip_s, self.chip_up_s = now_s, up_s
        if now_s < 0 or (before_s >= 0 and abs(off_s) <= clock.STEP_S_MAX):
            self.heed_chip(now_s)
        elif before_s >= 0:
            self.heed_chip(ds3231.STOPPED if now_s == before_s else ds3231.ODD)
        if was_s < 0 <= self.core.clock.known_s():
            self._pass_on(self.core.clock.now_s, up_s)

    def heed_chip(self, now_s):
        trouble = TROUBLES.get(now_s)
        if trouble != self.trouble:
            self.trouble = trouble
            self.core.note("clock", "battery clock", trouble or "answers")
        if now_s >= 0:
            self.core.clock.chip(now_s)

    def set(self, now_s, up_s):
        """A person has told the time."""
        self.core.clock.set(now_s, HAND_ERROR_S, clock.BY_HAND)
        chip_took_it = self._set_chip(now_s)
        self._pass_on(now_s, up_s)
        self.core.note("clock", "set by hand" if chip_took_it else "set by hand, not the battery clock")
        return chip_took_it

    def hear(self, now_s, error_s, up_s):
        """A time server's answer, checked as far as the network can; the clock decides what becomes of it."""
        k = self.core.clock
        was = k.source
        if k.network(now_s, error_s):
            if not self.chip or self.chip.read() != k.now_s:  # to set it would shift where its seconds begin
                self._set_chip(k.now_s)
            self._pass_on(k.now_s, up_s)
            if was != clock.BY_NETWORK:
                self.core.note("clock", "set by network")

    def _pass_on(self, now_s, up_s):
        """The system clock follows the one that has been set."""
        soc.set_system(now_s)
        self.system_ahead_s = soc.system_s() - up_s
        self.keepsake.save()

    def _set_chip(self, now_s):
        """False if there is one and it did not take the time."""
        self.chip_s = -1  # it starts anew
        if self.chip and self.chip.set(now_s):
            return True
        self.core.clock.chip_refused()
        return self.chip is None
