"""One life of years: an installation, its weather and its judge, lived in a process of its own.

`python -m tools.proofs.years_life NUMBER SEED DAYS GAP_H` prints how far it is, and at the end what came of it.
"""

import json
import random
import sys

from firmware.core import changeover, clock, faults
from tools import staging
from tools.proofs.years_books import mark_of
from tools.proofs.years_judge import Judge
from tools.proofs.years_truth import Plan, Time
from tools.proofs.years_weather import Weather
from tools.sim import actions, scenario
from tools.sim.run import Player

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
POOR_MS, LOST_MS = 130 * DAY_MS, 262 * DAY_MS  # after a set the battery clock may then be wrong by too much
START = "2026-11-20T00:00:00Z"
SKIPPED = ["%d-12-25" % year for year in range(2026, 2037)]
# (place, installation): the first is all there is at the least, the second all that can be fitted.
HOUSES = (
    ("Europe/London", {
        "board": "generic-1-relay", "zone": "GMT0BST,M3.5.0/1,M10.5.0", "skip": SKIPPED,
        "v2l": [{"days": "mon-fri", "from": "05:30", "to": "23:20"},
                {"days": "sat,sun", "from": "07:00", "to": "22:00"}],
        "charge": [{"days": "daily", "from": "23:30", "to": "05:30"}]}),
    ("Australia/Lord_Howe", {
        "board": "generic-2-relay", "zone": "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "skip": SKIPPED,
        "v2l": [{"days": "mon-fri", "from": "06:00", "to": "09:00"},
                {"days": "mon-fri", "from": "16:00", "to": "23:00"},
                {"days": "sat,sun", "from": "20:00", "to": "04:30"}],
        "charge": [{"days": "daily", "from": "10:30", "to": "15:00"}],
        "inputs": {"km1": "mirror", "km2": "mirror", "bond": "nc", "grid": "low", "charging": "high", "enable": "no"}}),
)


class Event:
    what = to = ms = cause = jump_s = None


class Life:
    def __init__(self, number, seed, days, gap_h, changed=dict):
        """`changed` is asked for the board's files, given the sound ones: a test breaks them there."""
        place, config = HOUSES[number]
        two_relays = config["board"] == "generic-2-relay"
        text = {"name": "years", "start": START, "for": f"{24 * days}:00:00", "config": config,
                "plant": {"board_supply": "ups" if two_relays else "grid"}}
        found, problems = scenario.read(json.dumps(text))
        if problems:
            raise ValueError(problems)
        chance = random.Random(1000 * seed + number)
        self.two_relays, self.days, self.config = two_relays, days, found.config
        self.time = Time(chance, found.start_s, days + 20)
        self.plan = Plan(place, found.config, found.start_s, found.start_s + days * 86_400)
        self.judge = Judge(self)
        self.world = None  # until the first line has been told
        self.player = Player(found, changed(staging.stage(found.config_text)), self.judge.hear, True)
        self.world = self.player.world
        self.world.chip.now = lambda: self.time.chip_s(self.world.ms)
        self.set_ms, self.chip_is_right = -DAY_MS, True
        self.jumped_ms = -DAY_MS
        self.each_day = lambda day: None
        command = self.world.command

        def commanded():
            command()
            self.judge.outputs()

        self.world.command = commanded
        self.weather = Weather(self, chance, gap_h)

    def live(self):
        """Everything the books have in the end."""
        if not self.plan.preview_is_right:
            self.judge.fail("the preview is not what zoneinfo says")
        self.after(HOUR_MS, self._hour)
        self.weather.begin()
        self.player.play()
        return {**self.judge.books.told(), "mishaps": self.weather.told(), "days": self.days}

    # For judge and weather.

    def ms(self):
        return self.world.ms if self.world else 0

    def true_ms(self, at_ms):
        return self.time.true_ms(at_ms)

    def after(self, ms, what):
        self.world.after(ms, what)

    def when(self):
        day, ms = divmod(self.world.ms, DAY_MS)
        return f"day {day}, {ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}"

    def outputs(self):
        """(the pilot's, the one that decides)."""
        pilot = self.world.board.is_on("pilot")
        return pilot, self.world.board.is_on("guard") if self.two_relays else pilot

    def core(self):
        loop = self.player.loop() if self.world.board.powered else None
        return loop and loop.core

    def phase(self):
        core = self.core()
        return core.phase if core else None

    def why(self):
        core = self.core()
        return core and core.phase, core and faults.codes(core.faults.standing()), core and core.why_not_stay()

    def claimed_ms(self):
        """By how much the clock says that it may be wrong; 0 where it says nothing."""
        core = self.core()
        return core.clock.error_s() * 1000 if core and core.clock.trust != clock.UNSET else 0

    def mark(self):
        return mark_of(self.world.flash.kept.get("state.json"))

    def may_lose_records(self):
        """While flash takes nothing, and until the first record that is told after it."""
        is_lossy, self.weather.is_lossy = self.weather.is_lossy, "flash" in self.judge.causes
        return is_lossy

    def clock_is_poor(self, code):
        """Whether the board has a reason to say that of its clock."""
        if not self.chip_is_right or self.world.ms - self.jumped_ms < 180_000:
            return True
        return self.world.ms - self.set_ms > (LOST_MS if code == "clock-lost" else POOR_MS)

    def do(self, verb, **keys):
        """Let something happen in the world, as an event of a scenario would."""
        event = Event()
        for key, value in keys.items():
            setattr(event, key, value)
        self.judge.account()
        self.world.event_ms = self.world.ms
        actions.DO[verb](self.world, event)

    def say(self, words):
        """A person types at the cable."""
        self.world.event_ms = self.world.ms
        self.world.session.line.waiting += words + "\n"

    def _hour(self):
        self.after(HOUR_MS, self._hour)
        self.judge.account()
        books, now_ms = self.judge.books, self.world.ms
        if now_ms % DAY_MS == 0:
            books.day(self.world.flash)
            self.each_day(now_ms // DAY_MS)
        core = self.core()
        if not core or now_ms - self.judge.booted_ms < 10_000:
            return
        if core.clock.trust != clock.UNSET:
            books.clock(abs(core.clock.now_s - self.true_ms(now_ms) // 1000), core.clock.error_s())
        if core.phase == changeover.GRID and not core.entry_open:
            counters = {"transfers": core.transfer.count, "v2l_s": core.transfer.v2l_s, "resets": core.resets}
            books.check(counters, self.world.flash.kept["state.json"], self.world.flash, now_ms / (self.days * DAY_MS))


def main(arguments):
    number, seed, days, gap_h = arguments
    life = Life(int(number), int(seed), int(days), float(gap_h))
    life.each_day = lambda day: day % 5 or print(json.dumps({"day": day, "wrong": len(life.judge.wrong)}), flush=True)
    print(json.dumps(life.live()), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
