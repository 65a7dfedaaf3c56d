"""How the world's time follows the real one: at a speed, or paused, by single seconds, up to the next transfer.

The simulator's thread asks before it lets time pass, and waits here; orders come from any other thread. Nobody is kept
waiting for longer than a slice, so that an order is heard at once, whatever the speed.
"""

import collections
import math
import threading
import time

from firmware.core.dates import DAY_S
from firmware.core.signals import SAMPLE_MS
from tools.sim.world import Over

FULL = 0
SPEEDS = (1, 10, 60, 360, 1440, FULL)
SLICE_S = 0.05
LAG_S = 1  # further behind, what has been lost is given up
BEHIND_S = 3  # it is said for so long
STEP_MS = 1000
FULL_AHEAD_MS = 600_000  # idle time skipped in one go, where nothing else bounds it
JUMP_MS = 8 * DAY_S * 1000  # a week's plan has come round by then
NEVER_MS = 1 << 62
ORDERS = 100  # that may wait


class Clock:
    """Real time."""

    now_s = staticmethod(time.monotonic)

    def wait(self, condition, seconds):
        condition.wait(seconds)


class Pace:
    """Of one run."""

    def __init__(self, speed, look=None, clock=None):
        """`look(world)` is called by the simulator's thread, at least once in a slice."""
        self.speed = speed
        self.look = look
        self.clock = clock or Clock()
        self.changed = threading.Condition()
        self.events = collections.deque()
        self.now_ms = 0
        self.stop_ms = NEVER_MS  # where time stands still
        self.jump_ms = None  # how far to go in search of a transfer
        self.is_over = False
        self.behind_s = -math.inf  # when what had been lost was last given up
        self.anchor_s = None  # since when it goes on like this, from anchor_ms on; None: begin anew

    # Orders.

    def set_speed(self, speed):
        with self.changed:
            self.speed = speed
            self.jump_ms = None
            self._tell()

    def pause(self, after_ms=0):
        with self.changed:
            self.stop_ms = self.now_ms + after_ms
            self.jump_ms = None
            self._tell()

    def step(self):
        self.pause(STEP_MS)

    def go(self):
        with self.changed:
            self.stop_ms = NEVER_MS
            self.jump_ms = None
            self._tell()

    def jump(self):
        """Go on as fast as possible until has_happened()."""
        with self.changed:
            self.jump_ms = self.stop_ms = self.now_ms + JUMP_MS
            self._tell()

    def end(self):
        """End the run."""
        with self.changed:
            self.is_over = True
            self._tell()

    def interfere(self, event):
        """Let an event of a scenario happen. False: too many are waiting."""
        with self.changed:
            if len(self.events) >= ORDERS:
                return False
            self.events.append(event)
            self._tell()
            return True

    def state(self):
        if self.jump_ms is not None:
            return "jumping"
        return "running" if self.stop_ms == NEVER_MS else "paused"

    def is_behind(self):
        return self.clock.now_s() - self.behind_s < BEHIND_S

    # The simulator's thread.

    def has_happened(self):
        """A transfer, or another change of what a jump looks for."""
        if self.jump_ms is not None:
            self.pause()

    def ahead_ms(self):
        """How much idle time may be skipped in one go."""
        if self.jump_ms is not None or (self.speed == FULL and self.stop_ms == NEVER_MS):
            return FULL_AHEAD_MS
        return SAMPLE_MS if self.stop_ms != NEVER_MS else max(SAMPLE_MS, int(SLICE_S * 1000 * self.speed))

    def wait(self, world, until_ms):
        """How far time may go, `until_ms` at most, perhaps after a wait, perhaps not at all."""
        if self.look:
            self.look(world)
        with self.changed:
            self.now_ms = world.ms
            self.stop_ms = max(self.stop_ms, world.blind_ms)  # so that what is asked for then can happen at once
            if self.jump_ms is not None and world.ms >= self.jump_ms:
                self.pause()
            left_s = self._left_s(until_ms)
            if left_s > 0 and not self.events and not self.is_over:
                self.clock.wait(self.changed, min(left_s, SLICE_S))
            events, self.events = self.events, collections.deque()
            allowed_ms = world.ms + 1 if events else self._allowed_ms(until_ms)
        if self.is_over:
            world.stop(Over())
        for event in events:
            world.interfere(event)
        return min(until_ms, max(world.ms, allowed_ms))

    def _tell(self):
        self.anchor_s = None
        self.changed.notify_all()

    def _gone_s(self):
        """Real seconds since it goes on like this."""
        if self.anchor_s is None:
            self.anchor_s, self.anchor_ms = self.clock.now_s(), self.now_ms
        return self.clock.now_s() - self.anchor_s

    def _is_unbounded(self):
        return self.speed == FULL or self.jump_ms is not None

    def _allowed_ms(self, until_ms):
        """How far time may have gone by now, as far as `until_ms` is concerned."""
        if self._is_unbounded():
            return self.stop_ms
        gone_ms = int(self._gone_s() * 1000 * self.speed)
        if self.stop_ms == NEVER_MS and self.anchor_ms + gone_ms - self.now_ms > LAG_S * 1000 * self.speed:
            self.behind_s, self.anchor_s = self.clock.now_s(), None
            return self.now_ms
        return min(self.stop_ms, until_ms if self._left_s(until_ms) <= 0 else self.anchor_ms + gone_ms)

    def _left_s(self, until_ms):
        """Real seconds until time may have gone so far."""
        if self.now_ms >= self.stop_ms:
            return math.inf
        if self._is_unbounded():
            return 0
        gone_s = self._gone_s()
        return (until_ms - self.anchor_ms) / 1000 / self.speed - gone_s
