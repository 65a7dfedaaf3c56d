"""What must hold after every step, said in raw facts: samples, the weather and what stands latched.

Nothing here asks the core for its opinion of a permit. What needs memory is counted here a second time: how long the
car has been dead, whether it has been live for its time, and whether the entry is still to be confirmed. `turn` is one
step of the loop with the rules behind it; it becomes one function with the shipped step, and runs on the plain objects
just as well.
"""

from firmware.core import changeover, faults, watch

FAULT_AND_ON, GUARD_ALONE, STAYED, ENTERED, CLOSED_EARLY, FORGOTTEN, STALE, AT_REST, UNTOLD = range(1, 10)
SENTENCES = {
    FAULT_AND_ON: "a fault is latched, and an output is on",
    GUARD_ALONE: "the guard is on without the pilot",
    STAYED: "a stay permit is lost, and the deciding output is still on",
    ENTERED: "an output went on without every entry permit",
    CLOSED_EARLY: "KM2 was enabled while KM1 feedback did not say open",
    FORGOTTEN: "a latched fault has gone without a long press in the right picture",
    STALE: "an output is on although the sample is old",
    AT_REST: "an output is on in a phase that has none",
    UNTOLD: "what was commanded is not what the watch goes by",
}
DEAD, LIVE, LIVE_FOR_LONG = range(3)  # the car's supply


class World:
    """What the rules remember, and what the weather says of itself."""

    def __init__(self, core):
        self.car_dead_ms = 0
        self.car_live = DEAD
        self.unconfirmed = 1  # since something last stood in the way, the time to confirm an entry has not run out
        self.bars_entry = 0
        self.bars_stay = 0
        self.gate_alone = 0  # nobody else knows of what bars
        self.stale = 0
        self.long = 0
        self.marking = 1  # what the coming entry's mark becomes: 0 not yet anything, 1 written, 2 failed
        self.pressed = 0  # the button looks pressed, after a moment in which nothing was seen
        self.any_phase = 0  # the phase, and with it what is asked of the gate, is anything at any step
        self.wrong = 0
        self.pilot = 0  # before the step
        self.guard = 0
        self.latched = 0
        self.unwell = 0
        self.marked = 0
        self.confirms = 0  # the time to confirm an entry runs out in this step
        self.car_fitted = core.car.fitted


def turn(core, inputs, world):
    """One turn of the loop, one sample after the last."""
    if inputs.pilot_on != 2:
        inputs.pilot_on = core.gate.pilot
    inputs.guard_on = core.gate.guard
    if world.marking and core.phase == changeover.MARK and core.wants_mark():
        core.marked(world.marking == 1)
    if world.car_fitted:
        world.car_dead_ms = 0 if inputs.car else min(world.car_dead_ms + 1, watch.DEAD_MS)
        world.car_live = _live(world, inputs, core.car.held_ms)
    before(core, world, 1)
    core.step(1, inputs)
    world.wrong = after(core, inputs, world)


def _live(world, inputs, held_ms):
    """Whoever chooses when the car's time runs out says so in the core's own count: it is one before that step."""
    if not inputs.car:
        return DEAD
    return LIVE_FOR_LONG if world.car_live == LIVE_FOR_LONG or world.car_live == LIVE and held_ms == 1 else LIVE


def before(core, world, dt_ms):
    """Take down what the rules want to know of the moment before a step."""
    world.pilot = core.gate.pilot
    world.guard = core.gate.guard
    world.latched = core.faults.latched
    world.unwell = core.unwell_ms > dt_ms
    world.marked = core.phase == changeover.MARK and core.mark == changeover.MARK_WRITTEN
    world.confirms = 0 < core.confirm_ms <= dt_ms or core.limits.confirm_s == 0


def after(core, inputs, world):
    """The number of the sentence that has become true with a step, or 0."""
    number = wrong(core, inputs, world)
    barred = not world.gate_alone and (_must_leave(core, world) or _may_not_enter(core, inputs, world))
    world.unconfirmed = 1 if barred or core.confirm_ms or world.unconfirmed and not world.confirms else 0
    return number


def wrong(core, inputs, world):
    """The number of the sentence that has become true, or 0."""
    if world.latched & ~core.faults.latched and not _acknowledged(core, inputs, world):
        return FORGOTTEN
    if core.watch.pilot != core.gate.pilot or core.watch.guard != core.gate.guard:
        return UNTOLD
    if not core.gate.pilot:
        return GUARD_ALONE if core.gate.guard else 0
    if core.faults.latched:
        return FAULT_AND_ON
    if world.stale:
        return STALE
    if not world.any_phase and not changeover.BREAK_GRID <= core.phase <= changeover.BREAK_V2L:
        return AT_REST
    if (core.gate.guard if core.setup.two_relays else 1) and _must_leave(core, world):
        return STAYED
    if not world.pilot and (_may_not_enter(core, inputs, world) or not world.any_phase and _too_soon(world)):
        return ENTERED
    if core.gate.guard and not world.guard and (inputs.km1 and core.setup.km1 or not world.pilot):
        return CLOSED_EARLY
    return 0


def _must_leave(core, world):
    return (world.bars_stay or world.unwell or world.car_fitted and world.car_dead_ms >= watch.DEAD_MS
            or _stands(core))


def _stands(core):
    f = core.faults
    return (f.lasting & ~faults.NOTICES or f.tallies[0].retry_ms or f.tallies[1].retry_ms or f.tallies[2].retry_ms
            or f.tallies[3].retry_ms or f.tallies[4].retry_ms)


def _may_not_enter(core, inputs, world):
    setup = core.setup
    return (world.bars_entry or core.dwell_ms or core.startup_ms or world.car_fitted and world.car_live != LIVE_FOR_LONG
            or setup.km1 and not inputs.km1 or setup.km2 and inputs.km2
            or setup.bond and inputs.bond or setup.grid and not inputs.grid)


def _too_soon(world):
    """It has not been confirmed, or is not in flash, or somebody may be pressing the button."""
    return world.unconfirmed or not world.marked or world.pressed


def _acknowledged(core, inputs, world):
    """A long press, and the sample shows rest. A dead grid excuses an open KM1."""
    setup = core.setup
    if not world.long or inputs.pilot_on == 2:
        return False
    if setup.km1 and not inputs.km1 and not (setup.grid and not inputs.grid):
        return False
    return not (setup.km2 and inputs.km2) and not (setup.bond and inputs.bond)
