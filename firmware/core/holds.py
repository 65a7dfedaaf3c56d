"""Who asked for grid, and until when. Every hold survives every reset; a lost clock lengthens a hold, never ends it.

Local and remote holds stand beside each other, and neither lifts the other. A local `window` hold ends when the V2L
window it was pressed in (or the next one, if it was pressed outside) has ended; a `fixed` one is released by hand.
"""

NONE, WINDOW, FIXED = range(3)
NAMES = ("none", "window", "fixed")
ANXIOUS_MS = 10_000  # a second press within this time must not undo the first
UNKNOWN = -1


class Holds:
    FIELDS = ("local", "until_s", "asked_s", "age_ms", "remote", "local_before", "until_before_s")

    def __init__(self):
        self.local = NONE
        self.until_s = UNKNOWN  # end of a window hold, worked out by the slow part
        self.asked_s = UNKNOWN  # when it was pressed, if the clock knew
        self.age_ms = ANXIOUS_MS
        self.remote = 0
        self.local_before = NONE
        self.until_before_s = UNKNOWN

    def any(self):
        return self.local != NONE or self.remote != 0

    def press(self, now_s):
        self.local_before = self.local
        self.until_before_s = self.until_s
        if self.local == NONE:
            self.local = WINDOW
            self.until_s = UNKNOWN
            self.asked_s = now_s
            self.age_ms = 0
        elif self.local == WINDOW and self.age_ms >= ANXIOUS_MS:
            self.local = NONE

    def held(self, let_go):
        """The button has been down for two seconds, or was let go after that; whether anything changes by it.

        A fixed hold is lifted by a hand that lets go again, never by a button that is stuck or whose wire has broken.
        """
        if let_go != (self.local_before == FIXED):
            return False
        self.local = NONE if let_go else FIXED
        return True

    def undo_press(self):
        """The press became an acknowledgement: holds are as they were before it."""
        self.local = self.local_before
        self.until_s = self.until_before_s

    def needs_end(self):
        return self.local == WINDOW and self.until_s == UNKNOWN

    def wait(self, dt_ms):
        self.age_ms = min(self.age_ms + dt_ms, ANXIOUS_MS)

    def is_over(self, now_s):
        return self.local == WINDOW and self.until_s != UNKNOWN and now_s >= self.until_s
