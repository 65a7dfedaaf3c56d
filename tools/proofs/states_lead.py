"""The whole firmware led along the moves of a way, in the simulator; and the rules, held against each of its steps.

What is to be done is done as soon as the firmware has come to where the way has it. Where the way waits there for
evidence to grow, the time that stands for it unscaled passes first, and the contacts get where the way has them.
"""

from firmware.core.changeover import FAULT, GRID, MARK, STARTUP, STATES
from tools.proofs import states_hands, states_rules
from tools.proofs.states_rules import FORGOTTEN, LIVE, LIVE_FOR_LONG
from tools.proofs.states_search import OVERLAP
from tools.sim import scenario
from tools.sim.world import Over

BOUND_MS = 20_000  # of one move: longer than a dwell and a start together
RETRY_MS = 80_000  # and where something that has happened still keeps V2L away, longer than that as well
FAR_MS = 10_000  # what is wrong at the end shows by then
KEPT_MS = 20_000  # what may be kept away is kept away for so long
TRAIL_MS = 3000  # what comes of it is to be seen as well
CONTACTS_MS = 250  # until they have come to rest
POLL_MS = 5  # while nothing moves
# Samples of evidence, and the time that stands for them; further ones are samples of the loop's own pace.
WAITED_MS = (0, 20, 30, 50, 100, 200, 300, 500)
SAMPLE_MS = 20
RECORD_MS = 3000  # with all outputs off: what must not be lost is in flash by then
OFF_MS = 2
PRESS_MS, FREE_MS, LONG_PRESS_MS = 1000, 1000, 6000  # so long that no write to flash hides a press, or its end
HEARD_MS = 1000  # after a long press: by then it has had its effect
PRESSES = {states_hands.HOLD: PRESS_MS, states_hands.LIFT: PRESS_MS, states_hands.ASK: PRESS_MS,
           states_hands.DISMISS: LONG_PRESS_MS, states_hands.ACKNOWLEDGE: LONG_PRESS_MS}
ANXIOUS_MS = 10_100  # a second press sooner than that does not lift a hold
SEEN_MS = 80  # of samples: an input has had its three, and a turn more


class Leader:
    """Plays one run, and does to it what the moves say. `events`: what was done, with its instants."""

    def __init__(self, run, moves, end):
        self.run, self.moves = run, moves
        self.bars = []  # [from ms, to ms or None]: a permit of both kinds is withheld
        self.judge = Judge(run, self.bars, end)
        self.events = []  # (ms, verb, keys)
        self.phases = []  # as they came, from the first start on
        self.stopped = None  # (step, why) where the way could not be followed to its end
        self.armed = []  # (what, closed): welded as soon as it stands so
        self.latched, self.released_ms = 0, -FREE_MS

    def play(self):
        self.script = self._walk()
        self.judge.begin()
        self.run.world.after(1, self._look)
        self.run.play()
        self.judge.finish()

    def _look(self):
        world = self.run.world
        world.after(POLL_MS if world.is_quiet() and not world.commanded else 1, self._look)
        state = self.state()
        if self.phases[-1:] != [state[0]]:
            self.phases.append(state[0])
        for what, closed in [one for one in self.armed if getattr(world.plant, one[0]).closed == one[1]]:
            self.armed.remove((what, closed))
            self._happen("weld", {"what": what})
        if next(self.script, True):
            world.stop(Over())

    def state(self):
        """(phase, pilot, guard, latched); a board that does not run yet is one that is starting."""
        core, board = self.run.core(), self.run.world.board
        if not core:
            return STARTUP, board.is_on("pilot"), board.is_on("guard"), self.latched
        self.latched = int(core.faults.is_latched())
        return core.phase, core.gate.pilot, core.gate.guard, self.latched

    def _walk(self):
        """False at every look while there is still something to come."""
        place, last = 0, None
        while place < len(self.moves):
            move = self.moves[place]
            if move.no_hand:
                return self._stop(move, f"then it takes {move.no_hand}, which no hand can bring about")
            if move.hands and last:
                yield from self._settle(last)
            if move.hands and move.is_new:
                yield from self._until(lambda phase=move.goal and move.goal[0]: self._is_due(phase), BOUND_MS)
            for verb, keys in move.hands:
                yield from self._do(verb, keys)
            ahead, reached = self._ahead(place), None
            if ahead:
                yield from self._come([one.goal for one in ahead])
                reached = next((one for one in ahead if one.goal == self.state()), None)
            if ahead and not reached:
                return self._stop(move, f"then {shown(move.goal)} should have come, and did not: {shown(self.state())}")
            last, place = reached, self.moves.index(reached or move) + 1
        yield from self._end()

    def _ahead(self, place):
        """The moves from here on that nobody has to do anything for but the first; some may pass unseen."""
        ahead = self.moves[place : place + 1]
        for move in self.moves[place + 1 :]:
            if move.hands or move.no_hand:
                break
            ahead.append(move)
        return [move for move in ahead if move.goal]

    def _is_due(self, phase):
        """What runs out by itself before the firmware goes on to this phase runs out with the next sample."""
        core = self.run.core()
        if self.state()[0] == STARTUP and phase == GRID:
            return core and core.startup_ms <= SAMPLE_MS
        return self.state()[0] != GRID or phase != MARK or core.dwell_ms <= SAMPLE_MS

    def _come(self, goals):
        yield from self._until(lambda: self.state() in goals, BOUND_MS)
        core = self.run.core()
        if core and (core.unwell_ms or any(tally.retry_ms for tally in core.faults.tallies)):
            yield from self._until(lambda: self.state() in goals, RETRY_MS)

    def _stop(self, move, why):
        self.stopped = move.number - 1, f"the firmware was led up to step {move.number - 1}; {why}"

    def _settle(self, move):
        """Wait for what the way has waited for, unless the firmware goes on by itself."""
        steps = move.steps - move.is_new
        ms = WAITED_MS[min(steps, len(WAITED_MS) - 1)] + max(0, steps - len(WAITED_MS) + 1) * SAMPLE_MS
        state = self.state()
        yield from self._until(lambda: self.state() != state, ms)
        yield from self._until(lambda: self.state() != state or self._contacts() == move.contacts, CONTACTS_MS)

    def _contacts(self):
        plant = self.run.world.plant
        return tuple(part.closed for part in (plant.pilot, plant.guard, plant.km1, plant.km2))

    def _ms(self):
        return self.run.world.ms

    def _until(self, is_there, most_ms):
        end_ms = self._ms() + most_ms
        while not is_there() and self._ms() < end_ms:
            yield False

    def _for(self, ms):
        yield from self._until(lambda: False, ms)

    def _do(self, verb, keys):
        if verb == states_hands.RESTART:
            yield from self._restart()
        elif verb == states_hands.ARM:
            self.armed.append((keys["what"], keys["closed"]))
        elif verb in PRESSES:
            yield from self._press(verb)
        else:
            self._happen(verb, keys)

    def _restart(self):
        if self.state()[3]:
            yield from self._for(RECORD_MS)
        for to in ("off", "on"):
            self._happen("power", {"to": to})
            yield from self._for(OFF_MS)

    def _press(self, verb):
        yield from self._until(lambda: self._is_heard(verb), BOUND_MS)
        yield from self._for(self.released_ms + (ANXIOUS_MS if verb == states_hands.LIFT else FREE_MS) - self._ms())
        if verb in (states_hands.HOLD, states_hands.ASK):
            self.bars.append([self._ms(), None])
        elif verb != states_hands.ACKNOWLEDGE:
            self.bars[-1][1] = self._ms()
        self._happen("press", {"ms": PRESSES[verb]})
        self.released_ms = self._ms() + PRESSES[verb]

    def _is_heard(self, verb):
        """A press means what it is to mean: while the board starts, one for a hold would ask for service."""
        core = self.run.core()
        if not core or not core.button.seen_up:
            return False
        return verb == states_hands.ASK or core.phase not in (STARTUP, FAULT) or not core.sign_ms

    def _happen(self, verb, keys):
        """As an event of a scenario, which comes in the next millisecond."""
        event = scenario.Event({"at": 0, "do": verb, **keys})
        self.run.world.interfere(event)
        self.events.append((event.at_ms, verb, keys))

    def _end(self):
        if self.judge.end in states_rules.SENTENCES or self.judge.end == OVERLAP:
            yield from self._until(lambda: self.judge.first(self.judge.end) is not None, FAR_MS)
        elif self.judge.end:
            if self.judge.end == "grid":
                yield from self._do(states_hands.HOLD, {})
            yield from self._for(KEPT_MS)
        yield from self._for(TRAIL_MS)


def shown(state):
    on = [name for name, is_on in zip(("pilot", "guard"), state[1:]) if is_on]
    return f"{STATES[state[0]]} ({state[0]}), on: {' '.join(on) or 'none'}" + (", latched" if state[3] else "")


class Judge:
    """Holds the rules against every step of the firmware that runs. `found`: (ms, number of the sentence)."""

    def __init__(self, run, bars, end):
        self.run, self.bars, self.end = run, bars, end
        self.found = []
        self.barred_ms = 0  # as far as samples can tell: while the board writes, it sees nothing
        self.car_live_ms = 0
        self.core, self.world = None, None

    def begin(self):
        self._look()

    def first(self, number):
        return next((ms for ms, found in self.found if found == number), None)

    def finish(self):
        """What may be kept away is, if it has not come by the end."""
        if self.end in ("grid", "v2l") and self.run.world.plant.supply() != self.end:
            self.found.append((self.run.world.ms, self.end))

    def _look(self):
        world, core = self.run.world, self.run.core()
        world.after(1, self._look)
        if world.plant.km1.closed and world.plant.km2.closed:
            self._note(OVERLAP)
        if core and core is not self.core:
            if self.core and self.core.faults.latched & ~core.faults.latched:
                self._note(FORGOTTEN)
            self.core, self.world = core, states_rules.World(core)
            self._listen(core, core.step)

    def _note(self, number):
        self.found.append((self.run.world.ms, number))

    def _listen(self, core, step):
        def stepped(dt_ms, inputs):
            self._before(core, dt_ms, inputs)
            step(dt_ms, inputs)
            number = states_rules.after(core, inputs, self.world)
            if number:
                self._note(number)

        core.step = stepped

    def _before(self, core, dt_ms, inputs):
        world, ms = self.world, self.run.world.ms
        states_rules.before(core, world, dt_ms)
        world.car_dead_ms = 0 if inputs.car else world.car_dead_ms + dt_ms
        self.car_live_ms = self.car_live_ms + dt_ms if inputs.car else 0
        world.car_live = LIVE_FOR_LONG if self.car_live_ms > core.limits.car_s * 1000 else LIVE
        barred = any(begin < ms and (end is None or ms <= end) for begin, end in self.bars)
        self.barred_ms = self.barred_ms + min(dt_ms, SAMPLE_MS) if barred else 0
        world.bars_entry = world.bars_stay = self.barred_ms > SEEN_MS
        world.long = any(event.ms == LONG_PRESS_MS and 0 <= ms - event.at_ms <= LONG_PRESS_MS + HEARD_MS
                         for event in self.run.world.events if event.do == "press")
