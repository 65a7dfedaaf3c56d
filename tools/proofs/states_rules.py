"""What must hold after every step, said in raw facts: samples, the weather and what stands latched.

Nothing here asks the core for its opinion of a permit. The one that needs memory, how long the car has been dead, is
counted here a second time. `turn` is one step of the loop with the rules behind it; it becomes one function with the
shipped step, and runs on the plain objects just as well.
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


class World:
    """What the rules remember, and what the weather says of itself."""

    def __init__(self, core):
        self.car_dead_ms = 0
        self.bars_entry = 0
        self.bars_stay = 0
        self.stale = 0
        self.long = 0
        self.marking = 1  # what the coming entry's mark becomes: 0 not yet anything, 1 written, 2 failed
        self.any_phase = 0  # the phase, and with it what is asked of the gate, is anything at any step
        self.wrong = 0
        self.pilot = 0  # before the step
        self.guard = 0
        self.latched = 0
        self.unwell = 0
        self.car_fitted = core.car.fitted


def turn(core, inputs, world):
    """One turn of the loop, one sample after the last."""
    world.pilot = core.gate.pilot
    world.guard = core.gate.guard
    world.latched = core.faults.latched
    world.unwell = core.unwell_ms > 1
    if world.car_fitted:
        world.car_dead_ms = 0 if inputs.car else min(world.car_dead_ms + 1, watch.DEAD_MS)
    if inputs.pilot_on != 2:
        inputs.pilot_on = core.gate.pilot
    inputs.guard_on = core.gate.guard
    if world.marking and core.phase == changeover.MARK and core.wants_mark():
        core.marked(world.marking == 1)
    core.step(1, inputs)
    world.wrong = wrong(core, inputs, world)


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
    if not world.pilot and _may_not_enter(core, inputs, world):
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
    return (world.bars_entry or core.dwell_ms or core.startup_ms
            or world.car_fitted and not inputs.car or setup.km1 and not inputs.km1 or setup.km2 and inputs.km2
            or setup.bond and inputs.bond or setup.grid and not inputs.grid)


def _acknowledged(core, inputs, world):
    """A long press, and the sample shows rest. A dead grid excuses an open KM1."""
    setup = core.setup
    if not world.long or inputs.pilot_on == 2:
        return False
    if setup.km1 and not inputs.km1 and not (setup.grid and not inputs.grid):
        return False
    return not (setup.km2 and inputs.km2) and not (setup.bond and inputs.bond)
