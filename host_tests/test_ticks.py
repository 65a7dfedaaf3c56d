"""What the turns of the whole loop allocate on real 32-bit MicroPython, compiled as they are deployed.

Those of the budgets, in test_heap.py, are more; here each kind of them is told apart.
"""

from tools import ticks

TURNS = 2000
SLOW_BYTES = 36 * 1024  # once a second: a status with news, a journal record, the plan, a write of the state
TRANSFER_BYTES = 20 * 1024  # the mark of the coming entry, for the most part


def test_a_steady_turn_of_the_whole_loop_allocates_nothing_and_the_others_are_bounded(micropython_32, figure):
    found = ticks.measure(micropython_32, TURNS)
    for name, (turns, spent, worst) in found.items():
        figure(f"turns: {name}: {turns}, {spent} bytes in all, {worst} in the worst")
    for place in ("grid", "v2l"):
        assert found[place + " steady"][0] >= TURNS and found[place + " steady"][1] == 0
        assert 0 < found[place + " slow"][2] <= SLOW_BYTES
    assert 0 < found["grid transfer"][2] <= TRANSFER_BYTES
