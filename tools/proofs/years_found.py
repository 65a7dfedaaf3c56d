"""Watches for one fault that was planted: from its moment on it must be known within its limit."""

from firmware.core import faults
from tools.proofs import years_faults as broken

TICK_MS = 27  # one turn, and the contact's bounce
WRITE_MS = 700  # for so long at most the board cannot look, while it writes


class Found:
    def __init__(self, life, name, moment, limit_ms, codes):
        self.life, self.judge = life, life.judge
        self.name, self.moment, self.limit_ms, self.codes = name, moment, limit_ms, codes
        self.from_ms = self.commits = None
        self.over = False

    def begin(self):
        if self.moment is None or self._is_it():
            self._now()
        else:
            self.judge.listeners.append(self._look)
            self.judge.movers.append(self._look)

    def is_over(self):
        return self.over

    def end(self):
        """It has been mended."""
        self._stop_looking()
        if not self.over:
            self.over = True
            if self.from_ms is None:
                self.judge.books.never_shown += 1

    def _stop_looking(self):
        for listeners in (self.judge.listeners, self.judge.movers):
            if self._look in listeners:
                listeners.remove(self._look)

    def _look(self, _row=None):
        if self.from_ms is None and self._is_it():
            self._stop_looking()
            self._now()

    def _is_it(self):
        judge, row = self.judge, self.judge.shown
        return {
            broken.ENTERING: judge.pilot, broken.ENABLED: judge.deciding,
            broken.LEFT: not judge.deciding, broken.RELEASED: not judge.pilot,
            broken.KM1_OPENS: row["km1"] == "open", broken.KM2_OPENS: row["km2"] == "open",
            broken.KM2_CLOSES: row["km2"] == "closed",
        }[self.moment]

    def _now(self):
        self.from_ms, self.commits = self.life.ms(), self.life.world.flash.commits
        self.life.after(1, self._poll)

    def _known(self):
        core = self.life.core()
        return faults.codes(core.faults.standing()) if core else ()

    def _poll(self):
        if self.over:
            return
        ms, flash = self.life.ms() - self.from_ms, self.life.world.flash
        if set(self._known()) & set(self.codes):
            self.over = True
            self.judge.books.found_ms[self.name].append(ms)
        if ms > self.limit_ms + TICK_MS + (0 if flash.commits == self.commits else WRITE_MS):
            self.over = True
            self.judge.fail(f"{self.name}: none of {', '.join(self.codes)} within {ms} ms of its moment")
        if not self.over:
            self.life.after(1, self._poll)
