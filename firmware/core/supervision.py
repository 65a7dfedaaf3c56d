"""A window in which a person at the board may have V2L outside the schedule, to prove the installation by test.

It is asked for over the cable while the board rests on grid, and opened by a press at the board within a minute. It
ends with the next press, when the cable falls silent, with service, with whatever latches, and after a quarter of an
hour; a reset ends it too, for nothing of it is kept. Two permits are waived, the schedule's and that of the charging
window, and only while the person wants V2L: while he does not, V2L is kept away whatever the schedule says.

Entries made here do not use up those of the schedule, so that a window has a limit of its own.
"""

ASKED_MS = 60_000
WINDOW_MS = 900_000
SILENT_MS = 3000
ENTRIES_MAX = 12
WAIVABLE = 0b11000000  # the rows `schedule` and `charge_window` of the permits


class Supervision:
    FIELDS = ("asked_ms", "left_ms", "wish", "entries", "entered")

    def __init__(self):
        self.asked_ms = 0  # left for the press
        self.left_ms = 0  # of the window; 0: it is not open
        self.wish = 0  # the person wants V2L
        self.entries = 0  # made in this window
        self.entered = 0  # the stay on V2L that goes on was begun here

    def open(self):
        self.close()
        self.left_ms = WINDOW_MS

    def close(self):
        self.asked_ms = 0
        self.left_ms = 0
        self.wish = 0
        self.entries = 0

    def waives(self):
        """The permits that are not asked for."""
        return WAIVABLE if self.left_ms and self.wish else 0

    def keeps_away(self):
        """V2L is not wanted now, or the press is waited for, or the window in which it was entered is over."""
        return (self.asked_ms or self.left_ms or self.entered) and not (self.left_ms and self.wish)

    def wait(self, dt_ms):
        self.asked_ms = max(0, self.asked_ms - dt_ms)
        self.left_ms = max(0, self.left_ms - dt_ms)
