"""Runs at a pace, in a time of their own that passes only while the simulator waits."""

import math

from tools import staging
from tools.live.pace import Pace
from tools.sim import run

LEAST_S = 1e-6  # that a wait takes


class Clock:
    """`script` of (second, function): what is called once that second has come, in the thread that waits."""

    def __init__(self, *script):
        self.time_s = 0
        self.script = sorted(script, key=lambda row: row[0])

    def now_s(self):
        return self.time_s

    def wait(self, _condition, seconds):
        due_s = max(self.script[0][0], self.time_s) if self.script else math.inf
        self.time_s = min(self.time_s + max(seconds, LEAST_S), due_s)
        while self.script and self.script[0][0] <= self.time_s:
            self.script.pop(0)[1]()


class Paced:
    """A scenario played at a pace; `lines` are what it told. Each function of the script is given this object."""

    def __init__(self, made, speed, *script):
        self.made = made
        self.lines = []
        self.seen = []  # (second, the world's ms) of each time the pace was asked
        self.clock = Clock(*[(at_s, lambda act=act: act(self)) for at_s, act in script])
        self.pace = Pace(speed, self._look, self.clock)
        self.world = None

    def play(self):
        player = run.Player(self.made, staging.stage(self.made.config_text), self.lines.append, True)
        self.world = player.world
        self.world.pace = self.pace
        run.play_out(player)
        return self

    def _look(self, world):
        self.seen.append((self.clock.time_s, world.ms))

    def ms_at(self, second):
        """Where the world was then."""
        return max(ms for at_s, ms in self.seen if at_s <= second)
