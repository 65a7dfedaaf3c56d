"""The installations in which things go wrong, what each does when nothing happens to it, and the moments to try.

One playing leads through every state: start-up, a window of a minute, the return, and a second window. Two more begin
with a fault that latched before, and with a press for service. All times come from the undisturbed playing.
"""

import json

from firmware.core import changeover, permits
from tools import staging
from tools.proofs import branches, faults_causes
from tools.sim.run import first_state

START = "2026-11-20T05:29:40Z"
WINDOWS = [{"days": "daily", "from": "05:30", "to": "05:31"}, {"days": "daily", "from": "05:32", "to": "09:30"}]
LIMITS = dict(branches.LOWEST, confirm_s=2)
LENGTH, END_MS = "06:00:00", 300_000
BEGINNING_MS = 95_000  # by then every state has been
LATCHED = "transfer-storm"  # which nothing in the installation keeps standing
POLL_MS, MOVING_POLL_MS, TICK_MS = 5, 1, 20  # a turn of the loop takes 1 ms in a transfer, else a tick
LONG_MS = 250  # a phase that goes by time alone: every 40 ms
FEW, SOME, STEPS_MIN = 2, 4, 3  # moments of a state that rests, of marking and V2L, and of a phase of a transfer
EVERY = {"km1": "mirror", "km2": "mirror", "bond": "nc", "grid": "low", "charging": "high", "enable": "no"}
LAST = {"everything fitted": 3, "contacts only": 1, "no contacts": 1}  # last turns of a state, in which times run out
FITTINGS = (
    ("everything fitted", {"inputs": EVERY}),
    ("contacts only", {"inputs": {"km1": "no", "car": None}, "assume": ["car"]}),
    ("no contacts", {"inputs": {"km1": None, "km2": None, "grid": "low", "enable": "no"}}),
)
STATES = ("startup", "grid, waiting", "grid, confirming", "grid, marking", "to_v2l, breaking", "to_v2l, making", "v2l",
          "to_grid, breaking", "to_grid, making", "fault", "service")
MOVING = STATES[4:6] + STATES[7:9]
ENDING = STATES[:9]  # in a playing that nothing disturbs; the others wait for a person
PHASES = {changeover.STARTUP: 0, changeover.GRID: 1, changeover.MARK: 3, changeover.BREAK_GRID: 4,
          changeover.MAKE_V2L: 5, changeover.V2L: 6, changeover.BREAK_V2L: 7, changeover.MAKE_GRID: 8,
          changeover.FAULT: 9, changeover.SERVICE: 10}


class Witness:
    """What the outputs and the inputs of a run have shown, as (ms, value) at each change. Bounces are left out."""

    def __init__(self, run):
        self.world = run.world
        self.outputs, self.inputs = [], []
        self.shown = None
        self._command, self._show = self.world.command, self.world.show
        self.world.command, self.world.show = self._commanded, self._showed
        self.note()

    def note(self):
        """Something has been done to the world."""
        board = self.world.board
        _add(self.outputs, self.world.ms, (board.is_on("pilot"), board.is_on("guard")))
        _add(self.inputs, self.world.ms, reading(self.world))

    def _commanded(self):
        self._command()
        board = self.world.board
        _add(self.outputs, self.world.ms, (board.is_on("pilot"), board.is_on("guard")))

    def _showed(self):
        self._show()
        if self.world.shown is not self.shown:
            self.shown = self.world.shown
            _add(self.inputs, self.world.ms, reading(self.world))


def _add(rows, ms, value):
    if rows and rows[-1][0] == ms:
        rows.pop()
    if not rows or rows[-1][1] != value:
        rows.append((ms, value))


def reading(world):
    """What every input shows once its contacts have come to rest; None for one that chatters."""
    wiring, plant = world.wiring, world.plant
    before = plant.km1.bouncing_ms, plant.km2.bouncing_ms
    plant.km1.bouncing_ms = plant.km2.bouncing_ms = 0
    shown = tuple([None if plant.stuck.get(signal) == "bounce" else wiring.level(pin)
                   for pin, (signal, _kind) in wiring.rows.items() if signal in INPUTS])
    plant.km1.bouncing_ms, plant.km2.bouncing_ms = before
    return shown


INPUTS = ("km1", "km2", "bond", "car", "grid", "charging", "enable", "button")


class Story:
    """One undisturbed playing: what is to be played again, and how it went."""

    def __init__(self, scenario, end_ms, files, last):
        self.scenario, self.end_ms, self.files, self.last = scenario, end_ms, files, last
        self.spans = {}  # state -> (from ms, to ms), the first time
        scenario.for_ms = end_ms
        run = branches.Run(scenario, files)
        self.witness = Witness(run)
        self._look(run, [None, 0])
        run.play()
        scenario.for_ms = branches.house(length=LENGTH).for_ms
        self.outputs, self.inputs = self.witness.outputs, self.witness.inputs

    def _look(self, run, last):
        core = run.core()
        state = _state(core) if core else None
        if state != last[0] or run.world.ms >= BEGINNING_MS:
            if last[0] and last[0] not in self.spans:
                self.spans[last[0]] = last[1], run.world.ms
            last[:] = state, run.world.ms
        if run.world.ms < BEGINNING_MS:
            pace_ms = MOVING_POLL_MS if self.last and state in STATES[3:6] + STATES[7:9] else POLL_MS
            run.world.after(pace_ms, lambda: self._look(run, last))

    def moments(self, state):
        """The first turn of the loop and the last ones, and between them some moments, in a transfer each 20 ms."""
        begin, end = self.spans[state]
        if state in MOVING:
            step = min(TICK_MS, max(1, (end - begin) // STEPS_MIN)) if end - begin < LONG_MS else 2 * TICK_MS
            some, last_ms, turn_ms = range(begin + 1, end, step), end - MOVING_POLL_MS, 1
        else:
            count = SOME if state in ("grid, marking", "v2l") else FEW
            some = [begin + 1 + (end - begin - 1) * place // count for place in range(count)]
            last_ms, turn_ms = end - POLL_MS - 1, TICK_MS
        ends = [last_ms - turn_ms * place for place in range(self.last if state in ENDING else 0)]
        return sorted({ms for ms in (*some, *ends) if begin < ms < end})


def _state(core):
    state = STATES[PHASES[core.phase]]
    return STATES[2] if core.phase == changeover.GRID and core.request.entry == permits.ENTRY_ALL else state


class House:
    def __init__(self, two_relays, fitting, sound=True):
        self.two_relays, self.fitting, self.sound = two_relays, fitting, sound
        self.name = f"{'two relays' if two_relays else 'one relay'}, {fitting}" + ("" if sound else ", no interlock")
        self.config = dict(FITTINGS)[fitting]
        self.setup = self._scenario().config.setup
        self.stories = {}

    def _scenario(self, events=()):
        events = tuple(events) if self.sound else (("00:00:00", "interlock", {"to": "failed"}), *events)
        return branches.house(self.two_relays, events, LENGTH, START, v2l=WINDOWS, limits=LIMITS, **self.config)

    def story(self, state):
        """The playing in which the state occurs."""
        kind = state if state in ("fault", "service") else "day"
        if kind not in self.stories:
            press = (("00:00:03", "press", {"ms": 200}),) if kind == "service" else ()
            scenario = self._scenario(press)
            files = dict(staging.stage(scenario.config_text))
            if kind == "fault":
                saved = json.loads(first_state(scenario.start_s))
                saved.update(latched=[LATCHED], first=LATCHED)
                files["state.json"] = json.dumps(saved).encode()
            end_ms = END_MS if kind == "day" else BEGINNING_MS
            self.stories[kind] = Story(scenario, end_ms, files, LAST[self.fitting])
        return self.stories[kind]

    def causes(self):
        return [cause for cause in faults_causes.fitting(self.setup) if self.sound or cause.name != "interlock failed"]


def houses(sound=True):
    return [House(two_relays, fitting, sound) for fitting, _config in FITTINGS for two_relays in (False, True)]
