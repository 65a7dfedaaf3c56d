"""A steady tick allocates nothing: 10 000 of them with the heap locked, with one relay and with two, on grid and V2L.

MicroPython raises MemoryError at the first byte while the heap is locked. CPython has no such lock and runs the same
ticks for what they do.
"""

import gc

from firmware.core import faults
from host_tests.tables.core import ALL, near, on_v2l

try:
    from micropython import heap_lock, heap_unlock
except ImportError:

    def heap_lock():
        pass

    heap_unlock = heap_lock

TICKS = 5000
FEWER = 1000
# two relays, state, how many ticks; those of the last two rows begin with a button held down, and with a latched fault
STEADY = (
    (False, "grid", TICKS),
    (False, "v2l", TICKS),
    (True, "grid", TICKS),
    (True, "v2l", TICKS),
    (True, "hold", FEWER),
    (True, "fault", FEWER),
)


def _house(two_relays, state):
    if state == "v2l":
        return on_v2l(two_relays, ALL)
    house = near(two_relays, ALL)
    house.world_changes(button=1 if state == "hold" else 0, charging=1)
    house.core.reports.hear_charging(1)
    if state == "fault":
        house.core.latch(faults.BOND_STUCK)
    return house.run(seconds=3)


def _ticks(core, inputs, times):
    for _ in times:
        core.step(20, inputs)


def run():
    seen = []
    for two_relays, state, ticks in STEADY:
        house = _house(two_relays, state)
        state_before = house.state
        times = range(ticks)
        gc.collect()
        before = gc.mem_alloc() if hasattr(gc, "mem_alloc") else 0
        heap_lock()
        try:
            _ticks(house.core, house.inputs, times)
        finally:
            heap_unlock()
        after = gc.mem_alloc() if hasattr(gc, "mem_alloc") else 0
        assert house.state == state_before == ("grid" if state == "hold" else state), (state_before, house.state)
        assert after == before, (state, after - before)
        seen.append((two_relays, state, ticks, after - before))
    return seen
