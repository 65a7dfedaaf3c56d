"""The weather of a life of years: cars that come and go, outages, breakage, interference, and people who see to it.

Each strand is a generator that yields how many milliseconds it waits. What goes wrong with the board or its contactors
comes one thing after another, drawn from a deck in which every kind is, so that none is left out; cars, charging, the
lock-out and clocks have strands of their own and come in between.
"""

import collections

from tools.proofs.years_mishaps import TOLD_MS, Mishaps
from tools.proofs.years_person import Person

SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000


class Weather:
    def __init__(self, life, chance, gap_h):
        self.life, self.chance, self.judge = life, chance, life.judge
        self.gap_ms = int(gap_h * HOUR)
        self.person = Person(self)
        self.count = collections.Counter()
        self.is_lossy = False  # the journal may have been too full to take everything
        self.battery_is_dead = False
        self.mishaps = Mishaps(self)

    def begin(self):
        strands = [self.mishaps.strand(), self._cars(), self.person.keeps_clock(), self.person.looks()]
        if self.life.two_relays:
            strands += [self._charging(), self._lock_out()]
        for strand in strands:
            self._go(strand)

    def told(self):
        return dict(self.count)

    def _go(self, strand):
        wait_ms = next(strand, None)
        if wait_ms is not None:
            self.life.after(max(1, int(wait_ms)), lambda: self._go(strand))

    def act(self, verb, **keys):
        """Soon: a strand that itself reset the board would be gone with the program."""
        self.life.after(1, lambda: self.life.do(verb, **keys))

    def gap(self, mean_ms):
        return 1 + int(self.chance.expovariate(1 / mean_ms))

    # What comes and goes.

    def _cars(self):
        while True:
            yield self.gap(26 * HOUR)
            away_ms = self.chance.choice((self.chance.randint(20 * SECOND, 9 * MINUTE), self.gap(5 * HOUR),
                                          self.gap(5 * HOUR), self.gap(5 * HOUR)))
            self.count["car away"] += 1
            self.act("car", to="off")
            self.life.after(1, lambda: self.judge.begin("car"))
            if away_ms < 12 * MINUTE:
                self.life.after(away_ms, lambda: self.judge.allow(("v2l-collapsed",), TOLD_MS))
            yield away_ms
            self.act("car", to="on")
            self.life.after(1, lambda: self.judge.end("car"))

    def _charging(self):
        while True:
            yield self.gap(40 * HOUR)
            yield from self._both("charging", "charging", self.gap(2 * HOUR), "on", "off")

    def _lock_out(self):
        while True:
            yield self.gap(20 * DAY)
            yield from self._both("enable", "lock-out", self.gap(3 * HOUR), "off", "on")

    def _both(self, verb, cause, ms, begin, end):
        """Something that forbids V2L for a while."""
        self.count[cause] += 1
        self.act(verb, to=begin)
        self.life.after(1, lambda: self.judge.begin(cause))
        yield ms
        self.act(verb, to=end)
        self.life.after(1, lambda: self.judge.end(cause))

    def is_calm(self):
        """Nothing is the matter with the board, so that what is told next has one reason."""
        core, life = self.life.core(), self.life
        others = set(self.judge.causes) & {"fault", "latched", "outage", "service", "flash", "restart"}
        return bool(core) and not others and not core.faults.stand() and life.ms() - self.judge.booted_ms > 2 * MINUTE
