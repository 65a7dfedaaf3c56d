"""Plays a scenario: starts the board's program again after every reset, until the time is over."""

import sys

from firmware.core import dates, faults, jsontext, record
from firmware.core.changeover import STATES
from firmware.core.controller import Controller
from firmware.core.setup import Setup
from firmware.core.signals import SAMPLE_MS
from tools.sim import network as networks
from tools.sim.skip import Skipper
from tools.sim.trace import Trace
from tools.sim.world import Broken, Over, Reset, Session, World

if sys.implementation.name == "micropython":
    from tools.sim.on_micropython import Program
else:
    from tools.sim.on_cpython import Program

SET_BEFORE_S = dates.DAY_S  # the battery clock was set a day before the beginning
SET_ERROR_S = 1
HAND_MS = 2000  # a person sets the clock so long after the beginning


def play(scenario, emit, skip=True, files=None, outside=None):
    """Emit the whole story of a scenario, line by line. `files` are the board's, by path, as staging makes them.

    `outside` is what a network of the board's leads to, as Network has it; None: there is none to join.
    """
    if files is None:
        from tools import staging  # on the host only

        files = staging.stage(scenario.config_text)
    return play_out(Player(scenario, files, emit, skip), outside)


def play_out(player, outside=None):
    """The same for a player that was made already."""
    if not networks.is_configured(player.scenario.config):
        return player.play()
    player.world.network = networks.Network(player.world, outside)
    try:
        return player.play()
    finally:
        player.world.network.close()


def first_state(start_s):
    """The state file as the flashing tool leaves it: nothing has happened yet."""
    core = Controller(Setup(), None)
    core.clock.last_set_s = start_s - SET_BEFORE_S
    core.clock.last_set_error_s = SET_ERROR_S
    return jsontext.write(record.pairs(core)).encode()


class Player:
    def __init__(self, scenario, files, emit, skip):
        self.trace = Trace(scenario.start_s, emit)
        self.scenario = scenario
        self.skip = skip
        files = dict(files)
        files.setdefault("state.json", first_state(scenario.start_s))
        self.world = World(scenario, files, self.trace)
        self.world.tell = self.tell
        self.program = None
        self.running = None  # the loop of the program that runs
        self.ended = False  # the program has, and the board shows its prompt
        self.essence = None  # of the status that was told last
        self.told = 0
        if scenario.set_clock:
            self.world.after(HAND_MS, self._set_clock)

    def play(self):
        mistake = None
        try:
            self._start()
            while True:
                try:
                    self._run()
                except Reset:
                    pass
        except Over:
            pass
        except Broken as broken:
            mistake = broken.args[0]
        if mistake:
            raise mistake
        return self._sum_up()

    def _start(self):
        """The first power-up, with everything at rest."""
        world = self.world
        world.boot_ms = world.board.reset("power", world.ms)

    def _run(self):
        """From one reset to the next."""
        world = self.world
        if world.network:
            world.network.detach()
        world.session = Session()
        self.program = self.running = None
        self.ended = False
        if not world.board.powered:
            world.wait_for_reset()
        boot_ms, world.boot_ms = world.boot_ms, 0
        world.advance(boot_ms)
        world.event_ms = world.ms
        self.essence, self.told = None, 0
        session = world.session
        self.program = Program(world, session, self._sleeper(session))
        self.program.run("boot.py", "main.py")
        session.check()
        self.ended = True
        world.wait_for_reset()

    def _sleeper(self, session):
        world = self.world
        skipper = Skipper(world, lambda core: self.program.quiet_ms(core))

        def sleep_ms(ms):
            session.check()
            if ms != SAMPLE_MS or not self.loop():
                return world.pass_ms(ms)
            if world.network:
                self._attend()
            if self.skip:
                self.tell()
                ahead_ms = skipper.ahead_ms(self.loop())
                if ahead_ms > ms:
                    world.skip(ahead_ms - ms)
            world.pass_ms(ms)

        return sleep_ms

    def _attend(self):
        try:
            self.world.network.attend(self.loop().slow_s)
        except Exception as mistake:
            self.world.stop(Broken(mistake))

    def loop(self):
        """The loop that runs, or None."""
        if not self.running and self.program:
            module = self.program.module("firmware.app.loop")
            self.running = getattr(getattr(module, "Loop", None), "running", None)  # it may be on its way, or junk
        return self.running

    def tell(self):
        """Lines for what the board has told since the last time."""
        loop = self.loop()
        if not loop:
            return
        outbox = loop.parts.outbox
        while self.told < outbox.count:
            record = outbox.event(self.told)
            if record is not None:
                self.trace.event(self.world.ms, record)
            self.told += 1
        if outbox.essence is not self.essence:  # a status that is told anew, every minute, is no news
            self.essence = outbox.essence
            self.trace.status(self.world.ms, outbox.status)

    def _set_clock(self):
        self.world.session.line.waiting += "time " + dates.iso(self.world.true_s()) + "\n"

    def _sum_up(self):
        world, loop = self.world, self.loop()
        core = loop.core if loop and world.board.powered else None
        state = STATES[core.phase] if core else None
        standing = faults.codes(core.faults.standing()) + list(core.faults.foreign) if core else []
        self.trace.summary(world.transfers, standing, state, world.plant.supply(), world.v2l_ms)
        return world
