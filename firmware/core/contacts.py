"""An input over time: what it reads, and for how long it has read that.

Two clocks run beside each input. `held_ms` is plain elapsed time. `run_ms` is evidence: one sample can add SAMPLE_MS at
the most, so a loop that was stalled for two seconds has seen two samples, not two seconds. Waiting goes by the first,
accusing a contactor by the second: a stall never convicts anything.
"""

SETTLE_MS = 10  # contacts bounce for about 5 ms when they close
CHATTER_HALF_MS = 5000


class Contact:
    FIELDS = ("raw", "run_ms", "held_ms", "changes", "changes_before", "since_ms")

    def __init__(self, fitted, run_ms_max, held_ms_max=0):
        self.fitted = fitted
        self.run_ms_max = run_ms_max  # at or above every limit the evidence is held against
        self.held_ms_max = held_ms_max
        self.raw = -1  # not fitted, or not read yet
        self.run_ms = 0
        self.held_ms = 0
        self.changes = 0
        self.changes_before = 0
        self.since_ms = 0

    def see(self, raw, dt_ms, seen_ms):
        """Take one sample; True if it differs from the one before."""
        if raw == self.raw:
            self.run_ms = min(self.run_ms + seen_ms, self.run_ms_max)
            self.held_ms = min(self.held_ms + dt_ms, self.held_ms_max)
            return False
        was_read = self.raw >= 0
        self.raw = raw
        self.run_ms = min(seen_ms, self.run_ms_max)
        self.held_ms = 0
        return was_read

    def watch(self, raw, dt_ms, seen_ms, counting):
        """Take one sample of feedback, and count its changes in this half of the chatter window and the one before."""
        if not self.fitted:
            return
        changed = self.see(raw, dt_ms, seen_ms)
        if self.changes or self.changes_before:
            self.since_ms += dt_ms
            if self.since_ms >= CHATTER_HALF_MS:
                self.changes_before = self.changes if self.since_ms < 2 * CHATTER_HALF_MS else 0
                self.changes = 0
                self.since_ms = self.since_ms - CHATTER_HALF_MS if self.changes_before else 0
        if changed and counting:
            self.changes += 1

    def lately(self):
        """Changes within the last ten seconds at most, and within the last five at least."""
        return self.changes + self.changes_before

    def forget_changes(self):
        self.changes = 0
        self.changes_before = 0
        self.since_ms = 0

    def is_for(self, raw, run_ms):
        """True if it has read `raw` for that long; never true of an input that is not fitted."""
        return self.raw == raw and self.run_ms >= run_ms

    def settled(self, raw):
        return self.raw == raw and self.run_ms >= SETTLE_MS

    def settled_or_unfitted(self, raw):
        return not self.fitted or self.settled(raw)
