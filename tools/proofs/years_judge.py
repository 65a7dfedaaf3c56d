"""Judges a life of years while it is lived: every line that is told, and every relay that moves.

It knows what was done to the installation and, from that alone, whether V2L is allowed, due, or excused. What it finds
wrong is a sentence with the time; the life goes on after it, so that all of it can be read.
"""

import collections
import json

from firmware.core.changeover import MARK
from tools.proofs.years_books import Books

ERROR_MS = 120_000  # what the clock may be wrong by
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
SETTLE_MS = 165_000  # retry, dwell, car, confirmation and start, one after another
PULL_MS = 500  # the longest time without supply that a transfer may take
STARTED_MS, STORMY_MS = 5000, 65_000  # a start that lasts so long is in the books
EDGE_MS = ERROR_MS + SETTLE_MS
CRYSTAL = 20_000  # by one part in so many it may be fast
TURN_MS = 1000  # of a transfer in which neither feeds the load, and the like
TICK_MS = 25  # one turn, and the relay's pin
# What forbids V2L: how soon it must be left when this begins. What only excuses its absence stands in `causes` too.
GRACE_MS = {"hold": 50, "car": 200, "charging": 50, "lock-out": 50, "service": 1000, "latched": 0}
NEVER = -(1 << 40)


class Judge:
    def __init__(self, life):
        self.life = life
        self.books = Books(self)
        self.wrong = []
        self.causes = {}  # cause -> since when
        self.latched = set()
        self.pilot = self.deciding = 0
        self.on_ms = 0
        self.shown = None  # the installation's last line
        self.dark_ms = 0  # since when the load has no supply
        self.dark_causes = set()  # and what has stood against it since
        self.since_ms = 0  # up to then everything has been accounted for
        self.settled_ms = 0  # from then on nothing excuses grid while V2L is due
        self.claimed_ms = 0  # by what the clock has said at most that it may be wrong, since the last entry
        self.blind_ms = NEVER  # until then the board could not look
        self.entries = collections.deque(maxlen=16)
        self.resets = collections.deque(maxlen=16)
        self.allowed = {}  # code -> until when it may be told
        self.booted_ms = 0
        self.listeners = []  # called with each line of the installation
        self.movers = []  # called when the outputs have changed

    def fail(self, sentence):
        if len(self.wrong) < 50:
            self.wrong.append(f"{self.life.when()}: {sentence}")

    # What holds back V2L.

    def begin(self, cause):
        """Something begins that forbids V2L, or excuses that there is none."""
        self.account()
        self.causes.setdefault(cause, self.life.ms())
        self.dark_causes.add(cause)
        if cause in GRACE_MS and self.deciding:
            self.life.after(GRACE_MS[cause] + TICK_MS, lambda: self._must_be_off(cause))

    def end(self, cause):
        self.account()
        if self.causes.pop(cause, None) is not None:
            self.settled_ms = self.life.ms() + SETTLE_MS

    def _must_be_off(self, cause):
        since_ms = self.causes.get(cause)
        if since_ms is None or not self.deciding or self.life.ms() <= self.blind_ms:
            return
        if self.life.ms() - since_ms >= GRACE_MS[cause] + TICK_MS and self.on_ms <= since_ms:
            self.fail(f"V2L is still commanded {self.life.ms() - since_ms} ms after: {cause}")

    # What the relays do.

    def outputs(self):
        """Called whenever a relay may have been commanded anew."""
        pilot, deciding = self.life.outputs()
        now_ms = self.life.ms()
        self.books.moved(self.pilot, pilot)
        if pilot and not self.pilot:
            self._entering(now_ms)
        if self.on_ms and (self.deciding and not deciding or not pilot):
            self._left(now_ms)
        self.pilot, self.deciding = pilot, deciding
        for mover in list(self.movers):
            mover()

    def _entering(self, now_ms):
        self.on_ms = now_ms
        self.claimed_ms = self.life.claimed_ms()
        for cause, since_ms in self.causes.items():
            if cause in GRACE_MS and now_ms - since_ms > GRACE_MS[cause] + TICK_MS:
                self.fail(f"it enters V2L although: {cause}, for {(now_ms - since_ms) // 1000} s")
        self.entries.append(now_ms)
        for most, span_ms in ((4, HOUR_MS), (12, DAY_MS)):
            if sum(now_ms - at_ms < span_ms - 5000 for at_ms in self.entries) > most:
                self.fail(f"more than {most} entries in {span_ms // HOUR_MS} h")

    def _left(self, now_ms):
        outside_ms = self.life.plan.outside_ms(self.life.true_ms(self.on_ms), self.life.true_ms(now_ms))
        self.books.stay(now_ms - self.on_ms, outside_ms)
        if outside_ms > ERROR_MS + 1000:
            self.fail(f"V2L {outside_ms // 1000} s outside the plan")
        self.on_ms = 0

    # What is told.

    def hear(self, line):
        self.account()
        row = json.loads(line)
        kind = row["kind"]
        if kind == "plant":
            self._plant(row)
        elif kind == "event":
            self._event(row["event"])
        elif kind == "reset":
            self._reset(row["cause"])
        elif kind == "status":
            (self.begin if row["status"]["clock"]["trust"] == "unset" else self.end)("clock")

    def _plant(self, row):
        if row["supply"] == "both":
            self.fail("both contactors are closed")
        was_dark = self.shown and self.shown["supply"] == "none"
        if was_dark and row["supply"] != "none":
            self._light()
        elif row["supply"] == "none" and not was_dark:
            self.dark_ms, self.dark_causes = self.life.ms(), set(self.causes)
        self.shown = row
        for listener in list(self.listeners):
            listener(row)

    def _light(self):
        """The load has supply again."""
        ms = self.life.ms() - self.dark_ms
        cause = next((cause for cause in DARKENING if cause in self.dark_causes), "transfers")
        self.books.dark(ms, cause)
        if cause == "transfers" and ms > PULL_MS:
            self.fail(f"the load was without supply for {ms} ms, and nothing was wrong")

    def _reset(self, cause):
        now_ms, books = self.life.ms(), self.books
        if cause == "restart":
            self.fail("the firmware ended by itself")
        books.kinds[cause] += 1
        if books.resets_seen:
            lasted_ms = now_ms - self.booted_ms
            is_sure = lasted_ms >= (STORMY_MS if "reset-storm" in self.latched else STARTED_MS)
            books.starts += is_sure
            books.starts_unsure += not is_sure
        books.resets_seen += 1
        mark = self.life.mark()
        books.cut(mark, self.pilot, cause in ("power", "brownout"), self.life.phase() == MARK)
        self.resets.append((now_ms, mark is not None))
        self.booted_ms = now_ms
        books.new_boot = True
        self.settled_ms = max(self.settled_ms, now_ms + SETTLE_MS)

    def _event(self, event):
        self.books.record(event)
        code, data = event["code"], event["data"]
        if event["kind"] == "fault":
            if data in ("latched", "counted", "seen"):
                self._named(code, data)
            if data == "latched":
                self.latched.add(code)
                self.begin("latched")
        elif event["kind"] == "ack" and code == "accepted":
            self.latched.clear()
            self.end("latched")
        elif event["kind"] == "hold" and code == "service":
            (self.begin if data == "began" else self.end)("service")

    def _named(self, code, how):
        self.books.named(code)
        if not self._is_explained(code):
            self.books.false_alarms.append(f"{self.life.when()}: {code} {how}")
            self.fail(f"{code} was told, and nothing of the kind is wrong")

    def _is_explained(self, code):
        now_ms = self.life.ms()
        if self.allowed.get(code, NEVER) >= now_ms or code in self.latched:
            return True
        if code == "reset-storm":
            return self.storm_is_due()
        return code in ("clock-lost", "clock-ageing") and self.life.clock_is_poor(code)

    def storm_is_due(self):
        """Four resets in an hour, or at least two entries among the last six that a reset ended."""
        now_ms = self.life.ms()
        oldest_ms = self.entries[-6] if len(self.entries) >= 6 else NEVER
        cut = sum(was_on for at_ms, was_on in self.resets if at_ms >= oldest_ms)
        return cut >= 2 or sum(now_ms - at_ms < HOUR_MS + ERROR_MS for at_ms, _on in self.resets) >= 4

    def allow(self, codes, for_ms):
        until_ms = self.life.ms() + for_ms
        for code in codes:
            self.allowed[code] = max(self.allowed.get(code, NEVER), until_ms)

    # What the load is fed from, and why not from V2L.

    def account(self):
        """Account for the time since the last call, in which nothing changed."""
        since_ms, now_ms = self.since_ms, self.life.ms()
        if now_ms == since_ms:
            return
        self.since_ms = now_ms
        self.claimed_ms = max(self.claimed_ms, self.life.claimed_ms())
        due_ms = self._due_ms(since_ms, now_ms)
        if not due_ms or not self.shown:
            return
        if self.shown["supply"] == "v2l":
            self.books.due(due_ms, "fed")
        elif self.causes:
            self.books.due(due_ms, next(cause for cause in ORDER if cause in self.causes))
        elif self._entries_used_up():
            self.books.due(due_ms, "entries used up")
        else:
            settled_ms = min(now_ms, max(since_ms, self.settled_ms))
            self.books.due(self._due_ms(since_ms, settled_ms), "settling")
            self._unexplained(settled_ms, now_ms)

    def _due_ms(self, from_ms, to_ms, *edges_ms):
        return self.life.plan.due_ms(self.life.true_ms(from_ms), self.life.true_ms(to_ms), *edges_ms)

    def _entries_used_up(self):
        return any(sum(self.since_ms - at_ms < span_ms + SETTLE_MS for at_ms in self.entries) >= most
                   for most, span_ms in ((4, HOUR_MS), (12, DAY_MS)))

    def _unexplained(self, from_ms, to_ms):
        """At the beginning of a window the clock may be wrong, and there is something to wait for; at its end there is
        nothing but the clock, which has said how wrong it may be, and the crystal that has counted the stay.
        """
        lost_ms = self._due_ms(from_ms, to_ms)
        early_ms = self.claimed_ms + (to_ms - self.entries[-1] if self.entries else 0) // CRYSTAL + TURN_MS
        inside_ms = self._due_ms(from_ms, to_ms, EDGE_MS, early_ms)
        self.books.due(lost_ms - inside_ms, "clock's error, confirmation")
        self.books.due(inside_ms, "unexplained")
        if inside_ms > TURN_MS:
            self.fail(f"V2L was due for {lost_ms // 1000} s and nothing stood against it; the board says "
                      f"{self.life.why()}")


DARKENING = ("outage", "no supply of its own", "fault", "latched", "restart", "car")  # what takes the load's supply
ORDER = ("outage", "no supply of its own", "fault", "latched", "restart", "flash", "service", "lock-out", "hold",
         "charging", "car", "clock", "entries used up")
