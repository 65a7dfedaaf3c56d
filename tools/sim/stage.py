"""A dead-man stage: it passes the relays' supply while the board's pulses come, and lets both go without them."""

from tools.sim.board import NEVER_MS

HOLD_MS = 3000  # without an edge
STEADY_MS = 1000  # of pulses before it closes again


class Stage:
    def __init__(self):
        self.plugged = True  # the wire with the pulses
        self.welded = False  # its contact passes the supply whatever comes
        self.closed = 0
        self.hold_ms = HOLD_MS
        self.edge_ms = -HOLD_MS  # the last that it has seen
        self.steady_ms = 0  # since when they have come without a pause

    def pulse(self, now_ms):
        if not self.plugged:
            return
        if now_ms - self.edge_ms >= self.hold_ms:
            self.steady_ms = now_ms
        self.edge_ms = now_ms
        if now_ms - self.steady_ms >= STEADY_MS:
            self.closed = 1

    def go_on(self, until_ms):
        """Pulses that are not looked at one by one come until then."""
        if self.plugged and self.closed:
            self.edge_ms = until_ms

    def lets_go_ms(self):
        """When it opens, if nothing comes any more."""
        return self.edge_ms + self.hold_ms if self.closed and not self.welded else NEVER_MS

    def look(self, now_ms):
        if now_ms >= self.lets_go_ms():
            self.closed = 0

    def passes(self):
        return 1 if self.closed or self.welded else 0
