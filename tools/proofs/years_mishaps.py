"""What goes wrong in a life of years, one thing after another, drawn from a deck in which every kind is."""

from firmware.core import changeover
from tools.proofs import years_faults as broken
from tools.proofs.years_found import Found

SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000
CAUSES = ("watchdog", "panic", "brownout", "power", "soft")
TOLD_MS = 5000  # after it ends, what went before may still be told
HANG_MS = 6000  # the watchdog's 5 s, and a write before
DIP_MS = 400  # an outage that is shorter may look like KM2 that dropped


class Mishaps:
    def __init__(self, weather):
        self.weather, self.life, self.judge = weather, weather.life, weather.judge
        self.chance, self.count, self.person = weather.chance, weather.count, weather.person
        self.act, self.gap = weather.act, weather.gap
        self.is_calm = weather.is_calm
        self.deck = []

    def strand(self):
        yield 10 * MINUTE
        while True:
            yield self.gap(self.weather.gap_ms)
            while not self.is_calm():
                yield 7 * MINUTE
            if not self.deck:
                self.deck = self._shuffled()
            yield from self.deck.pop()()
            yield 3 * MINUTE

    def _shuffled(self):
        deck = [lambda row=row: self.breakage(row) for row in broken.ROWS if self.life.two_relays in row[1]]
        deck += [lambda cause=cause: self._reset(cause) for cause in CAUSES for _ in range(4)]
        deck += [lambda what=what: self._interference(what) for what in ("km1", "km2")]
        for strand, times in (
            (self._hang, 3), (self._stall, 6), (self._outage, 8), (self._dip, 4), (self._supply, 3), (self._flash, 2),
            (self._battery, 2), (self._jump, 2), (self.person.presses, 12), (self.person.holds, 4),
            (self.person.serves, 1), (self._interlock, 1),
        ):
            deck += [strand] * times
        self.chance.shuffle(deck)
        return deck

    def breakage(self, row):
        """A contactor, relay or contact breaks; it is to be named in time; a person mends it and acknowledges."""
        name, _relays, place, (change, mend), moment, limit_ms, codes, also = row
        phase = changeover.GRID if place == broken.GRID else changeover.V2L
        if not (yield from self._until(lambda: self._is_in(phase), 10 * MINUTE, 3 * DAY)):
            return
        yield self.chance.randint(1, 5 * MINUTE)
        if not self._is_in(phase):
            return
        self.count["breakage"] += 1
        found = Found(self.life, f"{name}, on {place}", moment, limit_ms, codes)
        self.judge.begin("fault")
        self.judge.allow(codes + also, 30 * DAY)
        self._change(change)
        found.begin()
        yield from self._until(found.is_over, 10 * MINUTE, 2 * DAY)
        # As long as the load is dark somebody hurries.
        yield self.chance.randint(5 * SECOND, self._patience_ms())
        self._change(mend)
        found.end()
        yield self.chance.randint(5 * SECOND, MINUTE)
        yield from self.person.acknowledges()
        self._forget(codes + also)
        self.judge.end("fault")

    def _patience_ms(self):
        """In the dark somebody hurries. What chatters is mended soon: no idle time can be skipped meanwhile."""
        plant = self.life.world.plant
        if "bounce" in plant.stuck.values():
            return MINUTE
        return HOUR if plant.supply() == "none" else 10 * HOUR

    def _forget(self, codes):
        for code in codes:
            self.judge.allowed[code] = self.life.ms() + TOLD_MS

    def _is_in(self, phase):
        return self.life.phase() == phase and self.is_calm()

    def _until(self, is_so, step_ms, patience_ms):
        """Wait for it; answers whether it came."""
        while not is_so():
            if patience_ms <= 0:
                return False
            patience_ms -= step_ms
            yield step_ms
        return True

    def _change(self, order):
        verb, keys = order
        if verb == "bridge":
            self.life.world.plant.guard.closed = self.life.world.plant.guard.welded = 1
        else:
            self.life.do(verb, **keys)

    def _reset(self, cause):
        self.count["reset"] += 1
        yield self.chance.randint(1, 10 * HOUR)
        if cause in ("watchdog", "panic") and self.chance.randrange(3) == 0:  # the chip's clock may jump with it
            self.life.world.board.clock_ahead_ms += self.chance.randint(-60, 60) * 1000
        self.act("reset", cause=cause)
        if cause in ("power", "brownout"):
            self._power_fails()
        yield MINUTE

    def _power_fails(self):
        if self.weather.battery_is_dead:
            self.life.world.chip.lose()

    def _interference(self, what):
        """Each time that contactor drops the board resets, until it latches; then somebody fits suppression."""
        self.count["interference"] += 1
        before = len(self.judge.resets) and self.judge.books.resets_seen
        self.judge.begin("fault")
        self.judge.allow(("reset-storm",), 30 * DAY)
        self.life.do("emi", what=what, cause=self.chance.choice(CAUSES))
        found = yield from self._until(lambda: "reset-storm" in self.judge.latched, 5 * MINUTE, 3 * DAY)
        resets = self.judge.books.resets_seen - before
        if resets > 5 or resets >= 4 and not found:
            self.judge.fail(f"{resets} resets by interference, and the storm latched: {bool(found)}")
        self.judge.books.found_resets.append(resets) if found else None
        yield self.chance.randint(MINUTE, 6 * HOUR)
        self.life.do("emi", what="none")
        yield from self.person.acknowledges()
        self._forget(("reset-storm",))
        self.judge.end("fault")

    def _hang(self):
        self.count["hang"] += 1
        self.judge.begin("restart")
        self.judge.blind_ms = self.life.ms() + HANG_MS + SECOND
        resets = self.judge.books.kinds["watchdog"]
        self.act("hang")
        yield HANG_MS
        if self.judge.books.kinds["watchdog"] != resets + 1:
            self.judge.fail("a hang was not ended by the watchdog")
        self.judge.end("restart")

    def _stall(self):
        self.count["stall"] += 1
        ms = self.chance.choice((100, 450, 1000, 2400, 4000, 6000))
        self.judge.begin("restart")
        self.judge.blind_ms = self.life.ms() + ms + 2 * SECOND
        self.act("stall", ms=ms)
        yield ms + 10 * SECOND
        self.judge.end("restart")

    def _outage(self):
        yield from self._grid_off(self.chance.choice((self.gap(4 * MINUTE), self.gap(2 * HOUR), self.gap(5 * HOUR))))

    def _dip(self):
        yield from self._grid_off(self.chance.randint(20, 2 * SECOND))

    def _grid_off(self, ms):
        self.count["outage" if ms > 2 * SECOND else "dip"] += 1
        yield self.chance.randint(1, 10 * HOUR)
        self.judge.begin("outage")
        if self.life.two_relays:
            self.judge.allow(("grid-dead", "km2-dropped") if ms <= DIP_MS else ("grid-dead",), ms + TOLD_MS)
            names = self.judge.books.names["grid-dead"]
        else:
            self._power_fails()
        self.act("grid", to="off")
        yield ms
        if self.life.two_relays and ms > 3 * SECOND and self.judge.books.names["grid-dead"] == names:
            self.judge.fail(f"a dead grid was not told in {ms} ms")
        self.act("grid", to="on")
        yield 2
        self.judge.end("outage")

    def _supply(self):
        self.count["board's supply"] += 1
        self.judge.begin("no supply of its own")
        self._power_fails()
        self.act("power", to="off")
        yield self.gap(HOUR)
        self.act("power", to="on")
        yield 2
        self.judge.end("no supply of its own")

    def _flash(self):
        self.count["flash"] += 1
        self.judge.begin("flash")
        self.weather.is_lossy = True
        self.judge.allow(("flash-full",), 30 * DAY)
        self.act("flash", to=self.chance.choice(("full", "read-only")))
        yield self.gap(DAY)
        self.act("flash", to="ok")
        yield 2
        self.judge.end("flash")
        yield 3 * MINUTE
        self._forget(("flash-full",))

    def _battery(self):
        """The battery clock stops, or its battery will not carry it through the next loss of power."""
        if self.chance.randrange(2):
            self.weather.battery_is_dead = True
        else:
            self.life.do("rtc", to="lost")
        self.life.chip_is_right = False
        self.count["battery clock"] += 1
        yield 1

    def _jump(self):
        self.count["system clock"] += 1
        self.life.jumped_ms = self.life.ms()
        self.act("clock", jump_s=self.chance.choice((-4000, -3, 3, 61, 90_000)))
        yield 5 * MINUTE

    def _interlock(self):
        """Nothing shows it; with sound contactors the sources do not meet all the same."""
        self.count["interlock"] += 1
        self.life.do("interlock", to="failed")
        yield self.gap(3 * DAY)
        self.life.do("interlock", to="ok")
