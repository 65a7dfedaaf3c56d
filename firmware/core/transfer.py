"""How long the last transfer took, from the feedback, and how many there have been.

`drop_ms` runs from the command to the first sample that shows the old contactor open, `gap_ms` from there to the first
that shows the new one closed: the time the load had no supply, as far as the contacts tell. Both are as fine as the
loop was at the time, and None where a contact is not fitted or did not move.
"""

from firmware.core.signals import FOREVER_MS

TO_GRID, TO_V2L = 0, 1
UNSEEN, UNMOVED = -1, -2


class Transfer:
    FIELDS = (
        "to", "ms", "drop_ms", "close_ms", "running", "last_to", "last_drop_ms", "last_ms", "count", "v2l_ms", "v2l_s",
    )  # fmt: skip

    def __init__(self):
        self.to = TO_GRID
        self.ms = 0
        self.drop_ms = UNSEEN
        self.close_ms = UNSEEN
        self.running = 0
        self.last_to = UNSEEN
        self.last_drop_ms = UNSEEN
        self.last_ms = UNSEEN
        self.count = 0  # transfers commanded, both directions
        self.v2l_ms = 0
        self.v2l_s = 0  # time commanded to V2L

    def begin(self, to, old, new):
        """`old` and `new` as for `watch`: a contact that is already where it should be has no time to measure."""
        self.to = to
        self.ms = 0
        self.drop_ms = UNMOVED if old == 0 else UNSEEN
        self.close_ms = UNMOVED if new == 1 else UNSEEN
        self.running = 1
        self.count = min(self.count + 1, FOREVER_MS)

    def watch(self, old, new, dt_ms):
        """One sample of the raw feedback of the contactor that lets go and of the one that pulls; -1 if not fitted."""
        self.ms = min(self.ms + dt_ms, FOREVER_MS)
        if self.drop_ms == UNSEEN and old == 0:
            self.drop_ms = self.ms
        if self.close_ms == UNSEEN and new == 1:
            self.close_ms = self.ms

    def end(self):
        self.running = 0
        self.last_to = self.to
        self.last_drop_ms = self.drop_ms
        self.last_ms = self.close_ms

    def was_cut(self, seconds):
        """A reset ended a stay of so many seconds, or of -1 where that is not known: there and back count."""
        self.count = min(self.count + 2, FOREVER_MS)
        self.v2l_s = min(self.v2l_s + max(0, seconds), FOREVER_MS)

    def feed(self, dt_ms):
        """Count time commanded to V2L; returns the whole seconds completed."""
        self.v2l_ms += dt_ms
        seconds = self.v2l_ms // 1000
        self.v2l_ms -= seconds * 1000
        self.v2l_s = min(self.v2l_s + seconds, FOREVER_MS)
        return seconds
