"""What the firmware may take of the board: one table of budgets, and what it takes. A test fails when one is passed.

`python -m tools.budgets` measures and prints it, `--json` as one object. KB are thousands of bytes.
"""

import json
import sys

from tools import heap, micropython, packaged, ticks

ROOT = micropython.ROOT
KIB = 1024
# Key, what it is, and the bytes it may take.
BUDGETS = (
    ("heap.running", "heap that the firmware holds as it runs, collected", 80 * KIB),
    ("heap.smallest", "smallest heap it starts in", 128 * KIB),
    ("turn.steady", "allocated by the worst steady turn, on grid and on V2L", 0),
    ("turn.slow.mean", "allocated by the slow part, once a second, on average", 3 * KIB),
    ("turn.slow", "allocated by the worst slow part, which writes the state and tells a status", 36 * KIB),
    ("turn.transfer", "allocated by the worst turn of a transfer, which writes its mark", 16 * KIB),
    ("file.loop", "compiled, what lasts: firmware/app/loop.mpy", 48 * KIB),
    ("file.survey", "compiled, what reads and checks: firmware/app/survey.mpy", 24 * KIB),
    ("file.start", "compiled, what puts it together: firmware/app/start.mpy", 8 * KIB),
    ("file.others", "all other files of the build, boot.py and main.py twice", 32 * KIB),
)
FILES = {"firmware/app/loop.mpy": "file.loop", "firmware/app/survey.mpy": "file.survey",
         "firmware/app/start.mpy": "file.start"}
NOT_OF_THE_BUILD = ("config.json", "state.json")


def measured(interpreter):
    """{key: bytes} for every row."""
    found = {"heap.running": heap.running(interpreter), "heap.smallest": heap.smallest(interpreter)}
    turns = ticks.measure(interpreter)
    slow = [row for name, row in turns.items() if name.endswith("slow")]
    found["turn.steady"] = max(row[2] for name, row in turns.items() if name.endswith("steady"))
    found["turn.slow.mean"] = sum(row[1] for row in slow) // sum(row[0] for row in slow)
    found["turn.slow"] = max(row[2] for row in slow)
    found["turn.transfer"] = max(row[2] for name, row in turns.items() if name.endswith("transfer"))
    found.update(files())
    return found


def files():
    """{key: bytes} of the build's files."""
    found = dict.fromkeys([*FILES.values(), "file.others"], 0)
    for path, data in heap.flash().items():
        if path not in NOT_OF_THE_BUILD:
            found[FILES.get(path, "file.others")] += len(data)
    return found


def table(found):
    width = max(len(words) for _key, words, _limit in BUDGETS)
    lines = [f"{'':{width}}  measured    budget"]
    return lines + [f"{words:{width}} {found[key]:9} {limit:9}" for key, words, limit in BUDGETS]


def main(arguments):
    try:
        interpreter = micropython.find(bits=32)
        found = measured(interpreter)
    except packaged.Unavailable as reason:
        print(f"budgets: {reason}", file=sys.stderr)
        return 1
    if "--json" in arguments:
        print(json.dumps(found))
    else:
        print(f"bytes, on {interpreter}", *table(found), "", "heap by module, each compiled by itself:", sep="\n")
        for name, size in sorted(heap.by_module(interpreter).items(), key=lambda row: -row[1]):
            print(f"{size:7} {name}")
    return 0 if all(found[key] <= limit for key, _words, limit in BUDGETS) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
