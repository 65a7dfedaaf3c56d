"""The simulated world: one clock for installation and board, the scenario's events, and the lines that tell of it all.

Time passes only in `advance`, which the program reaches by sleeping or by writing to flash. It stops at everything
that happens: a contact that moves, an event, the bite of the watchdog. A reset raises Reset through the program; from
then on the program's session is dead, and whatever it still touches raises again.

Where somebody looks on, `pace` says how fast time passes. It changes no line: what it is asked is how far time may go,
and whatever it answers, time stops there and goes on.
"""

from firmware.core.signals import SAMPLE_MS
from tools.sim import actions
from tools.sim.board import NEVER_MS, Board
from tools.sim.chip import Chip
from tools.sim.files import Flash
from tools.sim.machine import Line
from tools.sim.plant import V2L, Moving, Plant
from tools.sim.wiring import Wiring


class Stop(BaseException):
    """Ends a program from outside; a program can not survive by catching it."""


class Reset(Stop):
    pass


class Over(Stop):
    """The scenario has come to its end."""


class Broken(Stop):
    """The simulator itself has failed, which must not look like a failure of the program it runs."""


class Session:
    """One run of the board's program."""

    def __init__(self):
        self.end = None  # what is raised at every touch once it is over
        self.line = Line(self)

    def check(self):
        if self.end is not None:
            raise self.end


class World:
    def __init__(self, scenario, files, trace):
        self.scenario = scenario
        self.trace = trace
        self.ms = 0
        config = scenario.config
        self.plant = _plant(scenario, config.setup.two_relays)
        self.wiring = Wiring(config.pins, self.plant)
        self.board = Board(config.pins, scenario.start_s)
        self.chip = Chip(self.true_s)
        self.flash = Flash(self.pass_ms, files)
        self.session = Session()
        self.stage = None  # the dead-man stage, where one is fitted
        self.network = None  # given by the runner, where the configuration has one
        self.events = list(scenario.events)
        self.next_event = 0
        self.releases = []  # (at ms, function): what an event has begun and time will end
        self.emi = None  # (contactor, cause)
        self.unplugged = False  # the board's own supply is off
        self.boot_ms = 0
        self.ticks_from_ms = 0  # the chip's own count of milliseconds begins anew with each start of it
        self.hung = False
        self.stall_ms = 0
        self.commanded = 0  # what the pilot's pin says
        self.transfers = 0
        self.v2l_ms = 0
        self.event_ms = 0  # when the scenario last interfered, or the program started
        self.tell = nothing  # given by the runner: what the program has told since
        self.pace = None  # given by whoever looks on
        self.blind_ms = 0  # until then an event that nobody knew of would come upon a turn that counts as idle
        self.shown = None
        self.show()

    # What is told.

    def show(self):
        """A line if anything about the installation has changed."""
        plant = self.plant
        guard = plant.guard.coil if plant.two_relays else None
        now = (plant.pilot.coil, guard, plant.km1.closed, plant.km2.closed, plant.supply())
        before = self.shown
        if now == before:
            return
        self.shown = now
        self.trace.plant(self.ms, *now)
        if before and self.emi:
            place = 2 if self.emi[0] == "km1" else 3
            if before[place] and not now[place] and self.board.powered:
                self.reset(self.emi[1])

    def true_s(self):
        return self.scenario.start_s + self.ms // 1000

    # Time.

    def pass_ms(self, ms):
        """Time that the program waits for: a sleep, or a write to flash."""
        self.session.check()
        try:
            self.tell()
            self.advance(ms)
            while self.stall_ms:
                ms, self.stall_ms = self.stall_ms, 0
                self.advance(ms)
            if self.hung:
                self.wait_for_reset()
        except Exception as mistake:
            self.stop(Broken(mistake))

    def wait_for_reset(self):
        """Nothing runs any more: only a reset, or the end, comes."""
        while True:
            self.advance(1_000_000)

    def is_quiet(self):
        """True if nothing moves, and nobody says anything to the program."""
        return self.plant.is_still() and not self.stall_ms and not self.hung and not self.session.line.waiting

    def skip(self, ms):
        """Time in which the program would only go round, feeding the watchdog."""
        self.board.bites_ms = NEVER_MS
        self.blind_ms = self.ms + ms + SAMPLE_MS + 1
        if self.stage:
            self.stage.go_on(self.ms + ms)
        self.advance(ms)
        self.board.feed(self.ms)
        self.beat()

    def advance(self, ms):
        end_ms = self.ms + ms
        while self.ms < end_ms:
            until_ms = min(end_ms, self.next_ms(), self.board.bites_ms)
            if self.pace:
                until_ms = self.pace.wait(self, until_ms)
            self._pass(until_ms - self.ms)
            self._happen()

    def next_ms(self):
        """When something happens next, apart from the watchdog's bite."""
        at_ms = min(self.scenario.for_ms, self.ms + self.plant.next_ms())
        if self.next_event < len(self.events):
            at_ms = min(at_ms, self.events[self.next_event].at_ms)
        if self.stage:
            at_ms = min(at_ms, self.stage.lets_go_ms())
        for release in self.releases:
            at_ms = min(at_ms, release[0])
        return min(at_ms, self.ms + self.pace.ahead_ms()) if self.pace else at_ms

    def _pass(self, ms):
        if self.shown[4] == V2L:
            self.v2l_ms += ms
        self.ms += ms
        self.plant.advance(ms)

    def _happen(self):
        if self.stage and self.stage.lets_go_ms() <= self.ms:
            self.stage.look(self.ms)
            self.command()
        self.show()
        if self.ms >= self.board.bites_ms:
            self.reset("watchdog")
        due = [release for release in self.releases if release[0] <= self.ms]
        for release in due:
            self.releases.remove(release)
            release[1]()
        while self.next_event < len(self.events) and self.events[self.next_event].at_ms <= self.ms:
            self.next_event += 1
            self.event_ms = self.ms
            actions.do(self, self.events[self.next_event - 1])
        if self.ms >= self.scenario.for_ms:
            self.stop(Over())

    def interfere(self, event):
        """Let an event happen that nobody knew of: next, or as soon as the program would see it in an ordinary turn."""
        event.at_ms = max(self.ms + 1, self.blind_ms)
        place = self.next_event
        while place < len(self.events) and self.events[place].at_ms <= event.at_ms:
            place += 1
        self.events.insert(place, event)

    def after(self, ms, what):
        self.releases.append((self.ms + ms, what))

    # The board.

    def command(self):
        """The relays follow their pins."""
        self.commanded = self.board.is_on("pilot")
        fed = not self.stage or self.stage.passes()
        self.plant.command(self.commanded if fed else 0, self.board.is_on("guard") if fed else 0)

    def beat(self):
        """The program has changed the level of its heartbeat."""
        if self.stage:
            before = self.stage.passes()
            self.stage.pulse(self.ms)
            if self.stage.passes() != before:
                self.command()

    def written(self):
        """The program has written a pin."""
        before = self.commanded
        self.command()
        if self.commanded != before:
            self.transfers += 1
        self.show()

    def reset(self, cause):
        if not self.board.powered:
            return
        self.boot_ms = self.board.reset(cause, self.ms)
        if cause != "soft":
            self.ticks_from_ms = self.ms
        self.trace.reset(self.ms, cause)
        self.command()
        self.hung = False
        self.stall_ms = 0
        self.show()
        self.stop(Reset())

    def lose_power(self):
        if not self.board.powered:
            return
        self.board.lose_power()
        self.command()
        self.show()
        self.stop(Reset())

    def regain_power(self):
        if not self.board.powered:
            self.board.powered = True
            self.reset("power")

    def stop(self, end):
        self.session.end = end
        self.flash.dead = True
        raise end


def nothing():
    pass


def _plant(scenario, two_relays):
    plant = Plant(two_relays)
    for name, timing in scenario.timing.items():
        setattr(plant, name, Moving(timing["pull_ms"], timing["drop_ms"], timing.get("bounce_ms", 0)))
    plant.change()
    return plant.settle()
