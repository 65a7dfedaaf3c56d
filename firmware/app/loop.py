"""The loop: read, step, gate, write, feed, at its own pace and in one thread; what takes longer happens once a second.

Each stage signs the check-point word, and the watchdog is fed at one place, only when the word shows every stage of
this turn in its order, when the turn was not too long, and when the pins read back as commanded or everything is
commanded off. Nothing here waits for anybody.
"""

import gc
import time

from firmware.core.gate import AGE_MS_MAX
from firmware.core.signals import FOREVER_MS, SAMPLE_MS

PACE_MS = SAMPLE_MS
FAST_MS = 1  # while a transfer runs, so that contact times are measured to a few ms
READ, STEP, WRITE, TELL = 1, 2, 3, 4
ALL_STAGES = 0x1234
MINUTE_S = 60


class Loop:
    running = None  # the one that runs, for whoever looks at a live board

    def __init__(self, core, pins, parts):
        self.core = core
        self.pins = pins
        self.parts = parts  # those that start.build has put into it
        self.turn_ms_max = core.limits.watchdog_ms // 2
        self.rest_ms = core.limits.release_ms + core.limits.pull_ms  # outputs off for so long: nothing moves any more
        self.inputs = parts.inputs
        self.word = 0
        self.last_ms = 0
        self.up_s = 0
        self.up_ms = 0  # of the second that runs
        self.off_ms = 0
        self.minute = 0
        self.slow_s = -1  # by the core's clock: the plan changes at its seconds

    def run(self):
        Loop.running = self
        self.last_ms = time.ticks_ms()
        self.up_ms = time.ticks_diff(self.last_ms, self.parts.timekeeper.begun_ms)
        self.core.clock.advance(self.up_ms)
        while True:
            self.turn()

    def turn(self):
        """One sample, one decision, one feed; then wait for the next."""
        self._decide()
        transferring = self.core.is_transferring()
        if not transferring:
            self._do_slow_things()
        self.parts.console.turn(transferring)
        self.word = self.word << 4 | TELL
        spent_ms = time.ticks_diff(time.ticks_ms(), self.last_ms)
        self._note_time(spent_ms)
        if self._is_healthy(spent_ms):
            self.parts.watchdog.feed()
            self.pins.beat()
        pace_ms = FAST_MS if transferring else PACE_MS
        if spent_ms < pace_ms:
            time.sleep_ms(pace_ms - spent_ms)

    def _decide(self):
        """Read, step and write. A sample that has grown old on the way is thrown away, with what it granted."""
        core, pins = self.core, self.pins
        age_ms = AGE_MS_MAX + 1
        while age_ms > AGE_MS_MAX:
            now_ms = time.ticks_ms()
            dt_ms = time.ticks_diff(now_ms, self.last_ms)
            self.last_ms = now_ms
            self._pass(dt_ms)
            pins.read(self.inputs)
            was_off = not core.gate.pilot
            self.word = READ
            core.step(dt_ms, self.inputs)
            self.word = self.word << 4 | STEP
            age_ms = time.ticks_diff(time.ticks_ms(), now_ms)
            if age_ms > AGE_MS_MAX and was_off and core.gate.pilot:
                core.distrust()
        pins.write(core.gate.pilot, core.gate.guard)
        self.word = self.word << 4 | WRITE
        self.parts.keepsake.watch()
        self.parts.lamp.tick(dt_ms)
        self.parts.alarm.tick(core, dt_ms)

    def _pass(self, dt_ms):
        if not self.core.is_transferring():  # in which the console is not looked at
            self.inputs.cable_ms = min(self.inputs.cable_ms + dt_ms, FOREVER_MS)
        self.up_ms += dt_ms
        if self.up_ms >= 1000:
            self.up_s += self.up_ms // 1000
            self.up_ms %= 1000
        off = not self.core.gate.pilot and not self.core.gate.guard
        self.off_ms = min(self.off_ms + dt_ms, self.rest_ms) if off else 0

    def _do_slow_things(self):
        if self.core.wants_mark():
            written = self.parts.storage.mark()
            self.parts.keepsake.save()
            self.core.marked(written)
        elif self.slow_s != self.core.clock.now_s:
            self._slow()
            self.slow_s = self.core.clock.now_s  # which the slow part may have corrected

    def _slow(self):
        """In the first turn of each second: the clock, then the plan that follows it, then telling and writing."""
        parts = self.parts
        if self.up_s // MINUTE_S != self.minute:
            self.minute = self.up_s // MINUTE_S
            gc.collect()
        parts.timekeeper.second(self.up_s)
        self.core.slow()
        parts.storage.collect(self.up_s)
        parts.about.uptime_s = self.up_s
        parts.outbox.look()
        parts.lamp.look(self.core)
        if parts.exchange:
            parts.exchange.second(self.up_s)
        if self.off_ms == self.rest_ms and not self.core.transfer.running:
            parts.storage.settle()

    def _note_time(self, spent_ms):
        about = self.parts.about
        about.loop_last_ms = spent_ms
        if spent_ms > about.loop_worst_ms:
            about.loop_worst_ms = spent_ms

    def _is_healthy(self, spent_ms):
        gate = self.core.gate
        obeyed = self.pins.obey(gate.pilot, gate.guard) or not (gate.pilot or gate.guard)
        return self.word == ALL_STAGES and spent_ms <= self.turn_ms_max and obeyed
