"""How far the simulator may skip from one idle turn of the loop to another, so that no line of the story changes.

The core says how long nothing in it changes while its inputs stay. The rest is here: what is about to happen in the
world, and what the app does in its slow part, which runs in the first turn of each second of the core's clock. A skip
goes either to such a turn or stays within its second, so that the slow part never runs where it would not have run.
"""

from firmware.core.signals import SAMPLE_MS
from firmware.core.supervision import SILENT_MS

MINUTE_S = 60
FAR = 1 << 30


class Skipper:
    def __init__(self, world, quiet_ms):
        self.world = world
        self.quiet_ms = quiet_ms  # of the program that runs
        self.slow_s = -1  # when the slow part ran last, as the loop says
        self.next_ms = 0  # when the next question is to come
        self.restless = True  # an ordinary turn has been since: what it changed is still to be told

    def ahead_ms(self, loop):
        """Milliseconds until the turn to go to: a whole number of turns, at least one."""
        if loop.slow_s != self.slow_s:
            self.slow_s = loop.slow_s
            self.restless = False
        if self.world.ms != self.next_ms:
            self.restless = True  # a write, a stall or a transfer came between, and turns of another length with it
        turns = max(1, self._turns(loop))
        if turns == 1:
            self.restless = True
        self.next_ms = self.world.ms + turns * SAMPLE_MS
        return turns * SAMPLE_MS

    def _turns(self, loop):
        world, clock = self.world, loop.core.clock
        if not world.is_quiet() or _answers(loop.parts.console):
            return 1
        # The turn that sees an event is to be an ordinary one, so the last before it is the furthest to go to.
        turns = min(world.next_ms() - world.ms - 1, self.quiet_ms(loop.core)) // SAMPLE_MS
        window = loop.core.supervision
        watched = window.asked_ms or window.left_ms
        if watched:
            turns = min(turns, (SILENT_MS - loop.inputs.cable_ms) // SAMPLE_MS)
        seconds = (clock.ms + turns * SAMPLE_MS) // 1000
        if turns > 1 and seconds:
            turns = _first_turn(seconds, clock)
            # What is noted late in one slow part is told in the next.
            soon = self.restless or watched or loop.core.events or self._expects(loop.parts.exchange)
            turns = min(turns, _first_turn(1, clock) if soon else self._to_chore(loop))
        return turns

    def _to_chore(self, loop):
        """Turns until the slow part has something to do by the clock of the app's own uptime."""
        up_ms = loop.up_s * 1000 + loop.up_ms
        due_s = loop.up_s + loop.parts.storage.due_s()
        if due_s == loop.up_s and (loop.core.gate.pilot or loop.core.gate.guard):
            due_s += FAR  # it waits for the outputs
        due_s = min(due_s, self._minute_s(up_ms))
        if loop.parts.exchange:
            due_s = min(due_s, loop.parts.exchange.renewed_s + MINUTE_S)
        return _slow_turn(max(0, due_s * 1000 - up_ms), loop.core.clock)

    def _expects(self, exchange):
        """Letters of the network thread lie there, or it waits for something and would be taken for dead."""
        return exchange and (exchange.link.posted != exchange.link.taken or self.world.network.hangs())

    def _minute_s(self, up_ms):
        """The app asks the battery clock each minute, and compares: after an event two matter, and then the last."""
        minutes = up_ms // (MINUTE_S * 1000)
        if self.world.ms - up_ms % (MINUTE_S * 1000) <= self.world.event_ms + MINUTE_S * 1000:
            return (minutes + 1) * MINUTE_S
        return FAR


def _answers(console):
    """It gives a piece of an answer each turn; whoever follows waits for news, and that is another matter."""
    return console.text or (console.source and not console.following)


def _first_turn(second, clock):
    """Turns to the first one in the `second`th second from now."""
    return (second * 1000 - clock.ms + SAMPLE_MS - 1) // SAMPLE_MS


def _slow_turn(ms, clock):
    """Turns to the first slow part that is at least `ms` away."""
    least = (ms + SAMPLE_MS - 1) // SAMPLE_MS
    second = max(1, (clock.ms + least * SAMPLE_MS) // 1000)
    turns = _first_turn(second, clock)
    return turns if turns >= least else _first_turn(second + 1, clock)
