"""Runs one part of the proof in a process of its own: `python -m tools.proofs.one_part MODULE SEED [quick]`.

It prints a JSON object a line, how far it is and at last the result, and nothing else: whatever the part prints goes to
stderr. A part that raises has failed, and says where.
"""

import importlib
import json
import os
import resource
import sys
import time
import traceback

TOLD_S = 0.2  # between two lines
DEEP = 6  # of the innermost calls, that a failure tells


class Teller:
    """Stands in for the terminal's progress."""

    def __init__(self, stream):
        self.stream = stream
        self.began = time.monotonic()
        self.told = -TOLD_S

    def elapsed_s(self):
        return time.monotonic() - self.began

    def update(self, done, total=None, note=""):
        if self.elapsed_s() - self.told >= TOLD_S:
            self.told = self.elapsed_s()
            self.say({"done": done, "total": total, "note": note})

    def say(self, row):
        self.stream.write(json.dumps(row) + "\n")
        self.stream.flush()


def result_of(module, teller, quick, seed):
    """What the part answers, with the time it took: by the clock, and of the processors."""
    try:
        result = importlib.import_module(module).run(teller, quick, seed)
    except Exception as mistake:
        where = traceback.extract_tb(mistake.__traceback__)[-DEEP:]
        lines = [f"{os.path.relpath(frame.filename)}:{frame.lineno} in {frame.name}" for frame in where]
        result = {"ok": False, "failures": [f"it raised {type(mistake).__name__}: {mistake}", *lines]}
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    result["seconds"] = round(teller.elapsed_s(), 1)
    result["processor_seconds"] = round(sum(one.ru_utime + one.ru_stime for one in used), 1)
    return result


def main(arguments):
    teller = Teller(os.fdopen(os.dup(1), "w"))
    os.dup2(2, 1)
    module, seed, *quick = arguments
    teller.say({"result": result_of(module, teller, quick == ["quick"], int(seed))})


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
