"""The people of a life of years: they press the button, keep the clock, mend, and acknowledge.

The judge is told what a press must mean by the rules of the button alone. They press neither within a few seconds of a
start, when that asks for service, nor while the clock may not know which window it is.
"""

from firmware.core import dates, holds

SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000
EDGE_MS = 130 * SECOND  # of a window: the clock may be wrong by so much
SHORT_MS = (700, 1400)  # shorter than a write to flash, and nobody has seen it; with one, 2 s come early
FIXED_MS, ACKNOWLEDGE_MS = (2300, 4700), (5300, 14_000)
NONE, WINDOW, FIXED = "none", "window", "fixed"


class Person:
    def __init__(self, weather):
        self.weather, self.life, self.judge, self.chance = weather, weather.life, weather.judge, weather.chance
        self.hold = NONE
        self.held = 0  # which hold this is

    # The button.

    def presses(self):
        """A window's hold; perhaps pressed again at once, which changes nothing, or later, which lifts it."""
        yield from self._a_good_moment()
        self.weather.count["press"] += 1
        if self.hold == WINDOW:
            yield from self._lifts()
        elif self.hold == NONE:
            self._press(self.chance.randint(*SHORT_MS))
            self._holds_for_the_window()
            if self.chance.randrange(2):
                yield 3 * SECOND
                self._press(self.chance.randint(*SHORT_MS))
        yield MINUTE
        self._compare()

    def _lifts(self):
        self._press(self.chance.randint(*SHORT_MS))
        yield 3 * SECOND
        self._lift(self.held)

    def holds(self):
        """Grid until released by hand."""
        yield from self._a_good_moment()
        if self.hold != NONE:
            return
        self.weather.count["hold"] += 1
        for hold in (FIXED, NONE):
            self._press(self.chance.randint(*FIXED_MS))
            if hold == FIXED:
                self.hold, self.held = FIXED, self.held + 1
                self.judge.begin("hold")
                yield self.weather.gap(10 * HOUR)
                yield from self._a_good_moment()
                self._compare()
            else:
                yield 6 * SECOND
                self._lift(self.held)
                self._compare()

    def _a_good_moment(self):
        while (self.life.plan.to_edge_ms(self.life.true_ms(self.life.ms())) < EDGE_MS or not self.weather.is_calm()
               or "clock" in self.judge.causes):
            yield 3 * MINUTE

    def _press(self, ms):
        self.life.do("press", ms=ms)

    def _holds_for_the_window(self):
        self.hold, self.held = WINDOW, self.held + 1
        self.judge.begin("hold")
        true_ms, which = self.life.true_ms(self.life.ms()), self.held
        self.life.after(self.life.plan.end_ms(true_ms) - true_ms, lambda: self._lift(which))

    def _lift(self, which):
        if which == self.held and self.hold != NONE:
            self.hold = NONE
            self.judge.end("hold")

    def _compare(self):
        core = self.life.core()
        if core and "clock" not in self.judge.causes and holds.NAMES[core.holds.local] != self.hold:
            near_ms = self.life.plan.to_edge_ms(self.life.true_ms(self.life.ms()))
            if near_ms > EDGE_MS:
                self.judge.fail(f"the board's hold is {holds.NAMES[core.holds.local]}, and should be {self.hold}")

    def acknowledges(self):
        """A long press, where something is latched; it is tried again where the board has just started."""
        for _try in range(3):
            core = self.life.core()
            if core and not core.faults.is_latched():
                return
            if core and self.life.ms() - self.judge.booted_ms > 15 * SECOND:
                ms = self.chance.randint(*ACKNOWLEDGE_MS)
                self._press(ms)
                yield ms + 3 * SECOND
                if not core.faults.is_latched():
                    self.weather.count["acknowledged"] += 1
                    return
            yield 30 * SECOND
        self.judge.fail("it cannot be acknowledged")

    # Care.

    def looks(self):
        """What stays latched, and nothing else is under way: somebody sees it, and acknowledges."""
        while True:
            yield HOUR
            if self.judge.latched and "fault" not in self.judge.causes and self.life.core():
                yield self.chance.randint(MINUTE, 3 * HOUR)
                if self.judge.latched and "fault" not in self.judge.causes:
                    yield from self.acknowledges()

    def keeps_clock(self):
        """The clock is set after a notice, soon or late; where the battery is dead that is replaced first."""
        while True:
            yield 5 * HOUR
            core = self.life.core()
            if not core or not (core.clock.is_ageing() or "clock" in self.judge.causes):
                continue
            late = self.chance.randrange(4) == 0
            yield self.weather.gap((40 * DAY if late else 3 * DAY) if core.clock.is_ageing() else 8 * HOUR)
            while not self.weather.is_calm():
                yield 10 * MINUTE
            self.weather.count["clock set"] += 1
            self.weather.battery_is_dead = False
            self.life.say("time " + dates.iso(self.life.true_ms(self.life.ms()) // 1000))
            yield SECOND
            self.life.set_ms, self.life.chip_is_right = self.life.ms(), True

    def serves(self):
        """An electrician at the cable."""
        self.weather.count["service"] += 1
        yield from self._a_good_moment()
        self.life.say("service on")
        yield self.weather.gap(HOUR) + 5 * SECOND
        self.life.say("service off")
        yield 5 * SECOND
