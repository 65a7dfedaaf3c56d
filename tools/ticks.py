"""What the turns of the whole loop allocate, on 32-bit MicroPython with the firmware compiled as it is deployed.

`python -m tools.ticks` prints it: steady turns, the slow part once a second, transfers; on grid and on V2L.
"""

import json
import sys

from firmware.core import dates
from tools import heap, micropython, staging
from tools.sim.run import first_state

TURNS = 10_000
NOW_S = dates.seconds(2026, 11, 20)
TURNS_PER_S = 40  # a few less than there are
HOUSE = {"board": "generic-1-relay", "zone": "UTC0", "v2l": [{"days": "daily", "from": "00:00", "to": "24:00"}],
         "inputs": {"km1": "no", "km2": "mirror", "car": "low"}}


def measure(interpreter, turns=TURNS):
    """{"grid steady": (turns, bytes of all of them, bytes of the worst), ...}"""
    # Long enough on grid to see as many turns there, then on V2L for good.
    house = {**HOUSE, "limits": {"dwell_s": turns // TURNS_PER_S}}
    files = {**staging.stage(json.dumps(house), compiled=True), "state.json": first_state(0)}
    lines = heap.answers(interpreter, files, f"main({NOW_S}, {turns})", 400, "ticks_board", 300)
    rows = [line.split() for line in lines]
    return {" ".join(row[:2]): tuple(int(number) for number in row[2:]) for row in rows}


def main():
    try:
        found = measure(micropython.find(bits=32))
    except micropython.Unavailable as reason:
        print(f"ticks: {reason}", file=sys.stderr)
        return 1
    for name, (turns, spent, worst) in found.items():
        print(f"{name:<14} {turns:6} turns, {spent:8} bytes in all, {worst:6} in the worst")
    return 0


if __name__ == "__main__":
    sys.exit(main())
