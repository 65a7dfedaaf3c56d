"""The override button: samples in, gestures out. What a gesture means is decided in `holds` and `controller`.

A press counts from its edge once two further samples agree. How long it lasts is told by samples that show it: of a gap
between two of them, in which the board was busy, no more than CREDIT_MS counts. While the button is down the board
rests on grid whatever else is known, so a stuck button or a broken wire of a normally closed one is simply a hold. What
was down before it was ever seen up (through power-up, say) is that and nothing more: no gesture comes of it.

A maintained selector has two gestures: its GRID position, which is a hold for as long as it lasts, and
GRID-AUTO-GRID-AUTO within ten seconds, which counts as the long press.
"""

from firmware.core import contacts
from firmware.core.signals import THREE_SAMPLES_MS

DECIDE_MS = THREE_SAMPLES_MS
FIXED_MS = 2000
LONG_MS, STUCK_MS = 5000, 15_000  # a long press is released between these two
TURNS_MS = 10_000
CREDIT_MS = 500  # a write to flash takes less

NOTHING, PRESS, STILL_DOWN, HELD, LONG = range(5)


class Button:
    FIELDS = ("down", "held_ms", "seen_up", "fresh", "turns", "turns_ms")

    def __init__(self, is_selector):
        self.is_selector = is_selector
        self.contact = contacts.Contact(True, DECIDE_MS)
        self.down = 0
        self.held_ms = 0
        self.seen_up = 0  # since the start
        self.fresh = 0  # this press may still become more than a press
        self.turns = 0
        self.turns_ms = 0

    def step(self, raw, dt_ms, seen_ms):
        self.contact.see(raw, dt_ms, seen_ms)
        moved = raw != self.down and self.contact.run_ms >= DECIDE_MS
        if self.is_selector:
            return self._turned(moved, dt_ms)
        if moved:
            return self._released() if self.down else self._pressed()
        if not self.down:
            if self.contact.is_for(0, DECIDE_MS):
                self.seen_up = 1
            return NOTHING
        before_ms = self.held_ms
        self.held_ms = min(before_ms + (min(dt_ms, CREDIT_MS) if raw else seen_ms), STUCK_MS + 1)
        return STILL_DOWN if self.fresh and before_ms < FIXED_MS <= self.held_ms else NOTHING

    def is_held_for_good(self):
        """A selector on GRID, or a button that is stuck, or whose wire is broken: a hold without a gesture."""
        return self.down and (self.is_selector or not self.seen_up or self.held_ms > STUCK_MS)

    def was_turned_back(self):
        """A selector that has been on GRID and is on AUTO again, a moment ago."""
        return self.is_selector and self.turns == 2 and not self.down

    def disown(self):
        """What is being done now began before the fault latched: it may not acknowledge it."""
        self.fresh = 0
        self.turns = 0
        self.turns_ms = 0

    def _pressed(self):
        self.down = 1
        self.held_ms = 0
        self.fresh = self.seen_up
        return PRESS if self.seen_up else NOTHING

    def _released(self):
        self.down = 0
        held_ms = self.held_ms if self.fresh else 0
        self.held_ms = 0
        self.fresh = 0
        if held_ms < FIXED_MS or held_ms > STUCK_MS:
            return NOTHING
        return LONG if held_ms >= LONG_MS else HELD

    def _turned(self, moved, dt_ms):
        if self.turns:
            self.turns_ms += dt_ms
            if self.turns_ms > TURNS_MS:
                self.disown()
        if not moved:
            return NOTHING
        self.down = 1 - self.down
        if self.down or self.turns:
            self.turns += 1
        if self.turns < 4:
            return NOTHING
        self.disown()
        return LONG
