"""The loop's half of a board in fuzz_worker.py: the shipped desk and core, and beside it a core that is told the time
but hears no command. Whatever the network says, the one may be on V2L only where the other is.
"""

import json

from firmware.app import outbox
from firmware.core import boards, config, controller, faults, gestures, holds, jsonwrite, signals, snapshot, status

NOW_S = 215_000_000
INPUTS = {"km1": "no", "km2": "mirror", "car": "low", "enable": "no"}
LIMITS = {"startup_s": 6, "dwell_s": 10, "confirm_s": 1, "car_s": 1, "max_v2l_min": 10080, "entries_per_hour": 12,
          "entries_per_day": 24}
ALWAYS = [{"days": "daily", "from": "00:00", "to": "24:00"}]
RESERVE = 40
FRESH_S = 900
TEN_MIN_MS, DAYS_REST = 600_000, 150  # a day and a little
# What commands may change beside the outputs.
THEIRS = ("remote", "soc", "soc_age_s", "charging", "charging_age_s", "dirty", "entry", "stay")


def nothing(_core):
    pass


def hold(core):
    core.holds.local = holds.FIXED


# name, what is laid over the configuration, what else keeps V2L away, is it kept away at all
HOUSES = (
    ("free", {}, nothing, False),
    ("free, two relays", {"board": "generic-2-relay"}, nothing, False),
    ("a reserve", {"soc": {"reserve": RESERVE}}, nothing, False),
    ("no window", {"v2l": []}, nothing, True),
    ("charging window", {"charge": ALWAYS}, nothing, True),
    ("no car", {}, nothing, True),
    ("locked out", {}, nothing, True),
    ("held", {}, hold, True),
    ("latched", {}, lambda core: core.latch(faults.KM2_STUCK), True),
    ("bad configuration", {}, lambda core: core.latch(faults.CONFIG_BAD), True),
    ("service", {}, lambda core: core.set_service(gestures.BY_PERSON), True),
    ("no clock", {}, nothing, True),
)


def checked(overlay):
    told = {"board": "generic-1-relay", "zone": "GMT0BST,M3.5.0/1,M10.5.0", "v2l": ALWAYS, "inputs": INPUTS,
            "limits": LIMITS}
    told.update(overlay)
    found, problems = config.check(json.dumps(told), boards.PROFILES)
    if problems:
        raise ValueError(problems)
    return found


class Timekeeper:
    """Both cores hear the time."""

    def __init__(self, house):
        self.house = house

    def hear(self, now_s, error_s, _up_s):
        house = self.house
        at_s, said_s, said_error_s = house.times.pop(0)
        if now_s != said_s or error_s < said_error_s + house.up_s - at_s:
            house.wrong("the time arrived as %d and %d of %d and %d" % (now_s, error_s, said_s, said_error_s))
        for core in (house.core, house.twin):
            core.clock.network(now_s, error_s)


class House:
    def __init__(self, row, wrong):
        self.name, overlay, prepare, self.kept_away = row
        self.wrong = wrong
        found = checked(overlay)
        self.has_reserve = "soc" in overlay
        plain = checked({}) if self.has_reserve else found
        self.core = controller.Controller(found.setup, found.schedule)
        self.twin = controller.Controller(plain.setup, plain.schedule)
        self.samples = [signals.Inputs(), signals.Inputs()]
        for core, sample in zip((self.core, self.twin), self.samples):
            sample.car, sample.enable = int(self.name != "no car"), int(self.name != "locked out")
            if self.name != "no clock":
                core.clock.set(NOW_S, 1, "hand")
            prepare(core)
        about = status.About()
        about.loop_last_ms = about.loop_worst_ms = 0
        self.outbox = outbox.Outbox(self.core, about)
        for number in range(outbox.KEPT):  # or memory would seem to grow until it is full
            self.outbox.tell(jsonwrite.write((("kind", "hold"), ("code", "remote lifted"), ("data", number))))
        self.timekeeper = Timekeeper(self)
        self.exchange = None  # the shipped one, once there is a network
        self.ms = self.up_s = 0
        self.letters = []  # commands that are under way
        self.times = []  # (when, seconds, error) of times that are
        self.remote, self.soc, self.charging = 0, (-1, -FRESH_S - 1), (0, -FRESH_S - 1)  # as the letters have it

    def posted(self, letter):
        if letter[0] == "time":
            self.times.append((self.up_s, letter[1], letter[2]))
        elif letter[0] != "note":
            self.letters.append(letter)

    def pass_ms(self, ms):
        self.ms += ms
        for core, sample in zip((self.core, self.twin), self.samples):
            pilot, guard = core.gate.pilot, core.gate.guard
            sample.pilot_on, sample.guard_on = pilot, guard
            sample.km1, sample.km2 = 1 - pilot, pilot & guard if core.setup.two_relays else pilot
            core.step(ms, sample)
            if core.wants_mark():
                core.marked(True)
        core, twin = self.core.gate, self.twin.gate
        if core.pilot > twin.pilot or core.guard > twin.guard:
            self.wrong("an output is on that is not so without commands")
        elif core.pilot and self.has_reserve and not self.soc_is(RESERVE):
            self.wrong("on V2L without a report that allows it")
        if self.ms >= 1000:
            self.ms -= 1000
            self._second()

    def longest_ms(self):
        """How long one step may be now."""
        moving = self.core.is_transferring() or self.twin.is_transferring()
        return min(20 if moving else 200, 1000 - self.ms)

    def _second(self):
        self.up_s += 1
        for core in (self.core, self.twin):
            core.slow()
        for kind, code, data in self.core.events:
            self.outbox.tell(jsonwrite.write((("kind", kind), ("code", code), ("data", data))))
        self.core.events.clear()
        self.twin.events.clear()
        self.outbox.look()
        if self.exchange:
            self._exchange()

    def _exchange(self):
        self.exchange.second(self.up_s)
        for letter in self.letters:
            if letter[0] == "soc":
                self.soc = (letter[1], self.up_s)
            elif letter[0] == "charging":
                self.charging = (letter[1], self.up_s)
            else:
                self.remote = int(letter[0] == "grid")
        self.letters.clear()
        reports = self.core.reports
        if (self.core.holds.remote, reports.soc, reports.charging) != (self.remote, self.soc[0], self.charging[0]):
            self.wrong("the desk did not do what the letters say")
        if self.times:
            self.wrong("a time did not arrive")

    def soc_is(self, per_cent):
        return self.soc[0] >= per_cent and self.up_s - self.soc[1] <= FRESH_S + 1

    def judge(self):
        """Commands have changed nothing in the core but what is theirs."""
        if not self.kept_away:
            return
        if self.twin.gate.pilot:
            self.wrong("the house itself went on V2L")
        pairs = zip(snapshot.parts_of(self.core), snapshot.parts_of(self.twin))
        for (part, fields), (other, _fields) in pairs:
            for field in fields:
                if field not in THEIRS and getattr(part, field) != getattr(other, field):
                    self.wrong("a command changed %s.%s" % (type(part).__name__, field))
        if snapshot.lists_of(self.core) != snapshot.lists_of(self.twin):
            self.wrong("a command changed the ages of something")

    def rest(self):
        """A day without a network: then the board is where its own permits and what was asked for say it is."""
        self.exchange = None
        for _time in range(DAYS_REST):
            self.pass_ms(TEN_MIN_MS)
            self.ms = 0
        for _step in range(500):
            self.pass_ms(self.longest_ms())
        # Whoever asks for grid and lifts it again and again makes a storm of transfers, which latches as any does.
        stormy = faults.codes(self.core.faults.standing()) == ["transfer-storm"]
        allowed = not (self.kept_away or self.has_reserve or self.remote or stormy)
        if self.core.is_on_v2l() != allowed:
            self.wrong("after a day's rest it is%s on V2L" % ("" if self.core.is_on_v2l() else " not"))
