"""One run of a scenario on the bench, told to a room as it goes: its lines, and what they do not tell."""

import contextlib
import json
import math
import traceback

from tools import outside, staging
from tools.live import truth, words
from tools.live.hub import unix
from tools.sim import run

LOOK_S = 0.025
TIME_S = 0.25
STATUS_S = 1  # so often the board is asked how it stands, as somebody at its console might
RATE_S = 1
STUCK_S = 10  # longer than anybody in the simulated network is waited for
PLAN_AGAIN_S = 3600


class Playing:
    """Played in one thread. `state` is starting, playing, over or broken."""

    def __init__(self, room, scenario, pace, config=None):
        """`config` is what the configuration is called, None that of a scenario."""
        self.room = room
        self.scenario = scenario
        self.config = config
        self.pace = pace
        self.pace.look = self._look
        self.clock = pace.clock
        self.state = "starting"
        self.player = None
        self.stack = contextlib.ExitStack()  # what it has started beside itself
        self.network = None  # a sentence on where that leads
        self.plant = None  # what was told last
        self.relays = None  # the last of what a jump looks for
        self.beat_s = self.clock.now_s()
        self.looked_s = self.timed_s = self.asked_s = -math.inf
        self.rate = (self.beat_s, 0, None)  # since when, from where, how fast before that
        self.plan_until_s = -1
        self.is_stuck = False

    def play(self, home):
        """To its end. What is wrong with the simulator is told."""
        try:
            with self.stack:
                self._play(home)
        except BaseException as mistake:
            self._fail(mistake)

    def _play(self, home):
        self._tell_time("starting")
        chosen = self.scenario
        network = outside.outside(chosen.config, home.broker, home.folder, self._hear_outside)
        reached, files = self.stack.enter_context(network)
        self._put("installation", **truth.installation(chosen, self.config, self.network))
        self.player = run.Player(chosen, {**files, **staging.stage(chosen.config_text)}, self._emit, True)
        self.player.world.pace = self.pace
        self.beat_s = self.clock.now_s()
        self.state = "playing"
        run.play_out(self.player, reached)

    def _hear_outside(self, sentence):
        self.network = sentence
        outside.say(sentence)

    def _fail(self, mistake):
        self.state = "broken"
        detail = "".join(traceback.format_exception(mistake))
        self._put("trouble", text=f"The simulator has failed, not the board: {mistake!r}", detail=detail)
        self._tell_time("broken")
        outside.say("the simulator has failed\n" + detail)

    def watch(self):
        """Called from another thread again and again: notice a simulator that does not go on."""
        is_stuck = self.clock.now_s() - self.beat_s > STUCK_S
        if is_stuck != self.is_stuck and self.state == "playing":
            self.is_stuck = is_stuck
            text = f"The simulator has not gone on for {STUCK_S} s." if is_stuck else None
            self._put("trouble", text=text, detail=None)
            if text:
                outside.say(text)

    def _put(self, kind, **keys):
        with self._telling() as may_tell:
            if may_tell:
                self.room.put(kind, **keys)

    @contextlib.contextmanager
    def _telling(self):
        """Whether anybody is still to hear of this run, which does not change while the block lasts."""
        with self.room.lock:
            yield not self.pace.is_over

    # The lines.

    def _emit(self, line):
        told = json.loads(line)
        with self._telling() as may_tell:
            if may_tell:
                getattr(self, "_hear_" + told["kind"])(self._at(told.get("t", self._seconds())), told)

    def _seconds(self):
        """Of the run, so far."""
        return self.player.world.ms / 1000 if self.player else 0

    def _at(self, seconds):
        return unix(self.scenario.start_s) + seconds

    def _hear_plant(self, at, told):
        self.room.fed(at, told["supply"])
        relays = told["pilot"], told["guard"], told["supply"]
        if self.relays not in (None, relays):
            self.pace.has_happened()
        self.relays = relays
        self.looked_s = -math.inf

    def _hear_status(self, at, told):
        self.room.status(at, told["status"])

    def _hear_event(self, at, told):
        self.room.event(at, told["event"])

    def _hear_reset(self, at, told):
        self.room.reset(at, told["cause"])

    def _hear_summary(self, at, told):
        self.state = "over"
        self._tell_plant(at)
        self._tell_rest(at, "over")
        self._put("over", at=at, text=words.of_summary(told), summary=told)

    # What they do not tell.

    def _look(self, world):
        """Called by the pace, again and again."""
        self.beat_s = now_s = self.clock.now_s()
        at = self._at(world.ms / 1000)
        if now_s - self.looked_s >= LOOK_S:
            self.looked_s = now_s
            self._tell_plant(at)
        if now_s - self.asked_s >= STATUS_S:
            self.asked_s = now_s
            self._ask(at)
        if now_s - self.timed_s >= TIME_S:
            self.timed_s = now_s
            self._note_rate(now_s, world.ms)
            self._tell_rest(at, self.pace.state())

    def _tell_rest(self, at, state):
        status = self.room.last["status"]
        self._tell_time(state)
        self._tell_plan(self.player.world.true_s())
        self._put("link", **truth.link(self.player, status and int(at - status["at"])))

    def _ask(self, at):
        """What changes without being news, such as counters."""
        with self._telling() as may_tell:
            if may_tell and truth.program(self.player) == "running" and self.room.last["status"]:
                self.room.status(at, json.loads(self.player.loop().parts.outbox.now()))

    def _tell_plant(self, at):
        plant = truth.plant(self.player)
        if plant != self.plant:
            self.plant = plant
            self._put("plant", at=at, **plant)

    def _note_rate(self, now_s, ms):
        since_s, from_ms, _before = self.rate
        if now_s - since_s >= RATE_S:
            self.rate = now_s, ms, round((ms - from_ms) / 1000 / (now_s - since_s), 1)

    def _tell_time(self, state):
        self._put("time", now=self._at(self._seconds()), speed=self.pace.speed, state=state, rate=self.rate[2],
                  behind=self.pace.is_behind())

    def _tell_plan(self, now_s):
        if now_s < self.plan_until_s:
            return
        config = self.scenario.config
        change = config.schedule.next_change(now_s)
        self.plan_until_s = min(now_s + PLAN_AGAIN_S, change[0] if change else now_s + PLAN_AGAIN_S)
        self._put("plan", **truth.plan(config.schedule, now_s))
        self._put("zone", **truth.zone(config, now_s))
