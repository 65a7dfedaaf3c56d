"""What somebody at the console may ask for. Nothing here gets past a permit, and all of it can be refused."""

import time

from firmware.core import changeover, dates, gestures, supervision

TIME_DIGITS = 5
HUNG = "watchdog proof "  # and for how many ms
UNENDED = "WatchdogDidNotEndIt"
PATIENCE = 3  # times the watchdog's time-out; its hardware stage comes at twice that


class Desk:
    def __init__(self, core, parts):
        self.core = core
        self.outbox = parts.outbox
        self.storage = parts.storage
        self.journal = parts.storage.journal
        self.timekeeper = parts.timekeeper
        self.keepsake = parts.keepsake
        self.inputs = parts.inputs

    def status(self):
        return self.outbox.now()

    def set_time(self, now_s):
        """None, or what went wrong."""
        if not dates.seconds(2025, 1, 1) <= now_s < dates.seconds(2053, 1, 1):
            return "the year cannot be right; write the time in UTC, between 2025 and 2052"
        took = self.timekeeper.set(now_s, self.storage.up_s)
        self.core.slow()  # the plan follows the clock in the same turn
        return None if took else "the clock is set, but the battery clock does not answer; test its wiring and battery"

    def set_service(self, on):
        """None, or what went wrong."""
        self.core.set_service(gestures.BY_PERSON if on else gestures.NO_SERVICE)
        return None

    def supervise(self, wish, figures=()):
        """None, or why not. The window lasts only as long as this is called again and again."""
        core, window = self.core, self.core.supervision
        if wish == "begin":
            if core.phase != changeover.GRID or core.faults.stand():
                return "a window opens only on grid, and with no fault standing; see the status"
            window.asked_ms = 0 if window.left_ms else supervision.ASKED_MS
        elif not window.asked_ms and not window.left_ms:
            return "no window is open; say supervise begin, and press the button within a minute"
        elif wish == "end":
            core.end_supervision("asked for")
        elif wish == "hang":
            return self._hang()
        elif wish == "timing":
            return self._keep_timing(figures)
        elif wish in ("v2l", "grid"):
            window.wish = 1 if window.left_ms and wish == "v2l" else 0
        else:
            return "that is none of begin, v2l, grid, hang, timing and end"
        self.inputs.cable_ms = 0
        return None

    def _keep_timing(self, figures):
        core = self.core
        if not core.supervision.left_ms or len(figures) != 4 or not all([_is_time(text) for text in figures]):
            return "timing is drop and gap to V2L, drop and gap to grid, in ms or -1, in an open window"
        core.proof.timing = tuple([int(text) for text in figures])
        core.proof.odd_to_v2l = core.proof.odd_to_grid = 0
        core.dirty = 1
        return None

    def _hang(self):
        """Prove the watchdog: do nothing any more, and leave for the next start for how long that went well.

        Where the watchdog does not end it, this must: nothing else can take V2L away meanwhile.
        """
        if self.core.phase != changeover.V2L or not self.core.supervision.entered:
            return "the watchdog is proven on V2L, in a supervised window"
        memory, begun_ms, hung_ms = self.keepsake.memory, time.ticks_ms(), 0
        while hung_ms < PATIENCE * self.core.limits.watchdog_ms:
            memory.planned = 1
            memory.ended = HUNG + "%d" % hung_ms
            self.keepsake.save()
            time.sleep_ms(1)
            hung_ms = time.ticks_diff(time.ticks_ms(), begun_ms)
        raise type(UNENDED, (Exception,), {})  # main.py leaves its name for the next start, relays off first


def _is_time(text):
    return text == "-1" or (text.isdigit() and len(text) <= TIME_DIGITS)
