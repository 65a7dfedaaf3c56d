"""How long to leave alone what has just failed: longer each time, and never the same for two boards at once."""

import os
import time

FIRST_MS = 2_000
LONGEST_MS = 300_000
LATER = "later"  # why something has not begun that may begin at any time


class Pause:
    def __init__(self):
        self.begun_ms = 0
        self.left_ms = 0
        self.next_ms = FIRST_MS

    def is_over(self, now_ms):
        """Also where it began so long ago that ticks cannot tell any more."""
        return not 0 <= time.ticks_diff(now_ms, self.begun_ms) < self.left_ms

    def begin(self, now_ms, for_ms=0):
        """For about so long; if nothing is said, for longer than the last time."""
        self.begun_ms = now_ms
        if not for_ms:
            for_ms = self.next_ms
            self.next_ms = min(2 * for_ms, LONGEST_MS)
        self.left_ms = for_ms // 2 + for_ms * os.urandom(1)[0] // 512

    def cut_short(self):
        self.left_ms = 0

    def forget(self):
        """It has worked."""
        self.next_ms = FIRST_MS
