"""A steady tick allocates nothing: 10 000 of them with the heap locked, on grid and on V2L, with one and two relays.

MicroPython raises MemoryError at the first byte while the heap is locked. CPython has no such lock and runs the same
ticks for what they do.
"""

import gc

from host_tests.house import House

try:
    from micropython import heap_lock, heap_unlock
except ImportError:

    def heap_lock():
        pass

    heap_unlock = heap_lock

TICKS = 10_000


def _ticks(core, inputs, times):
    for _ in times:
        core.step(20, inputs)


def run():
    seen = []
    for two_relays in (False, True):
        for state in ("grid", "v2l"):
            house = House(two_relays, ("km1", "km2", "car", "bond", "grid"), "2026-11-20T05:25:00Z")
            if state == "v2l":
                house.to_v2l()
            else:
                house.run(seconds=75)
            assert house.state == state
            times = range(TICKS)
            gc.collect()
            before = gc.mem_alloc() if hasattr(gc, "mem_alloc") else 0
            heap_lock()
            try:
                _ticks(house.core, house.inputs, times)
            finally:
                heap_unlock()
            after = gc.mem_alloc() if hasattr(gc, "mem_alloc") else 0
            assert house.state == state, house.state
            seen.append((two_relays, state, TICKS, after - before))
    return seen
