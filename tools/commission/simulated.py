"""The whole firmware on the simulated board, spoken to through its console in virtual time.

The simulator and whoever asks go on in turns, in one thread: the one waits while the other goes on. So a run is the
same every time, and costs only what the processor needs for it.
"""

import signal
import threading

import greenlet

from firmware.core.signals import SAMPLE_MS
from tools import staging
from tools.cable import line as cable
from tools.sim import network as networks
from tools.sim.run import Player
from tools.sim.board import NEVER_MS
from tools.sim.world import Over

LENGTH_MS = 30 * 86_400_000
PULLED = "the simulated cable is pulled"


class SimLink:
    """A cable to a simulated board. `heard` is called with every line of the simulator's own story, as it is told."""

    kind = "simulated"
    often_s = 1.5  # how often the wish is said; only a transfer delays it here

    def __init__(self, scenario, heard=lambda line: None):
        scenario.for_ms = LENGTH_MS
        self.scenario = scenario
        self.files = staged(scenario.config_text)
        self.player = Player(scenario, self.files, heard, True)
        self.world = self.player.world
        if networks.is_configured(scenario.config):
            self.world.network = networks.Network(self.world, None)
        self.world.pace = _Pace(self)
        self.session, self.taken, self.half = None, 0, ""  # how far the board's words have been read
        self.told = []  # what the board has said unasked: its starts
        self.pulled = False

    # For whoever asks.

    def now_s(self):
        return self.world.ms / 1000

    def date_s(self):
        """Seconds since 2020, as the world has it."""
        return self.world.true_s()

    def wait(self, seconds):
        self.world.pace.go(self.world.ms + max(1, round(seconds * 1000)))

    def ask(self, words, keys, limit_s):
        """(key, value) of the first answer with one of those keys; None: there was none."""
        if self.pulled:
            raise cable.Gone(PULLED)
        self._read()
        self.world.session.line.waiting += words + "\n"
        end_ms = self.world.ms + round(limit_s * 1000)
        while True:
            for found in self._read():
                key = next((key for key in keys if key in found and cable.SHAPES[key](found[key])), None)
                if key:
                    return key, found[key]
            if self.world.ms >= end_ms:
                return None
            self.world.pace.go(end_ms, self._has_said)

    def reopen(self):
        """Where the port went away with the board."""

    def interrupt(self):
        """To the prompt, through a hang: the simulated console has none. True if that turned the relays off."""
        return False

    def close(self):
        self.world.pace.end()
        if self.world.network:
            self.world.network.close()

    def do(self, change):
        """Have something happen in the world: `change()` is called by the simulator as soon as it can."""
        world = self.world
        after_ms = max(1, world.blind_ms - world.ms)
        world.after(after_ms, change)
        world.pace.go(world.ms + after_ms + 1)

    # What the board says.

    def _has_said(self):
        said = self.world.session.line.said
        return self.session is not self.world.session or (len(said) > self.taken and "\n" in said[-1])

    def _read(self):
        """Each object that the board has said since, on whole lines."""
        if self.session is not self.world.session:
            self.session, self.taken, self.half = self.world.session, 0, ""
        said = self.session.line.said
        text, self.taken = self.half + "".join(said[self.taken:]), len(said)
        *lines, self.half = text.split("\n")
        found = [one for one in (cable.object_in(text.encode()) for text in lines) if one]
        self.told += [one["boot"]["cause"] for one in found if "boot" in one]
        return found


class _Pace:
    """Lets the simulator and whoever asks go on in turns."""

    def __init__(self, link):
        self.link = link
        self.until_ms = 0
        self.reached = None  # what ends a waiting early
        self.is_over = False
        self.mistake = None
        self.board = greenlet.greenlet(self._run)
        self.other = None  # who waits while the board goes on
        self.interrupted = False
        self.before = None
        if threading.current_thread() is threading.main_thread():
            self.before = signal.signal(signal.SIGINT, self._interrupt)

    def go(self, until_ms, reached=None):
        """Let time pass until then, or until it is so."""
        self.until_ms, self.reached = until_ms, reached
        self._switch()
        if self.mistake:
            raise self.mistake
        if self.interrupted:
            self.interrupted = False
            raise KeyboardInterrupt

    def end(self):
        if not self.is_over:
            self.is_over = True
            if not self.mistake:
                self._switch()
            if self.before is not None:
                signal.signal(signal.SIGINT, self.before)

    def ahead_ms(self):
        """How much idle time may be skipped in one go: none while an answer is being said, piece by piece."""
        if self.reached:
            return SAMPLE_MS
        return max(0, self.until_ms - self.link.world.ms) if not self.is_over else NEVER_MS

    def wait(self, world, until_ms):
        while not self.is_over and (world.ms >= self.until_ms or (self.reached and self.reached())):
            self.other.switch()
        if self.is_over:
            world.stop(Over())
        return min(until_ms, self.until_ms)

    def _switch(self):
        self.other = greenlet.getcurrent()
        try:
            self.board.switch()
        finally:
            self.other = None

    def _interrupt(self, _signal, _frame):
        """Ctrl-C is not for the firmware, which would take it for one at its own prompt."""
        if self.other is None:
            raise KeyboardInterrupt
        self.interrupted = True

    def _run(self):
        try:
            self.link.player.play()
            self.mistake = RuntimeError("the simulation has come to its end")
        except BaseException as mistake:  # whoever waits is to have it
            self.mistake = mistake


def staged(config_text, kept={}):  # noqa: B006  what was made is kept
    """The board's files for a configuration."""
    if config_text not in kept:
        kept[config_text] = staging.stage(config_text)
    return dict(kept[config_text])
