"""The power goes at every operation of the flash, under MicroPython's own littlefs and every write of the firmware.

The work is done on MicroPython, by power_cuts_worker.py. It also says what each kind of write costs the flash really,
and the simulated flash, which counts the worst case, must never count less.
"""

import json
import os
import pathlib
import subprocess

from tools import micropython

SENTENCE = "Power cut at every littlefs operation of every write leaves old or new, and a board that starts."
WORKER = pathlib.Path(__file__).with_name("power_cuts_worker.py")
BOOT = micropython.ROOT / "boot.py"
HEAP = "32m"
WHOLE, QUICK = 1000, 250  # of 1000 cuts
FAILURES_MAX = 20


def run(progress, quick, seed):
    return campaign(progress, QUICK if quick else WHOLE, seed)


def campaign(progress, per_mille, seed, names=(), boot=BOOT):
    """The figures of the named kinds of write, or of all, with this text of boot.py."""
    figures = {"ok": False, "cuts": 0, "kinds_of_write": [], "failures": []}
    try:
        found = micropython.find(bits=32)
    except micropython.Unavailable as sentence:
        figures["failures"].append(str(sentence))
        return figures
    for row in _told(found, (str(boot), str(per_mille), str(seed), *names), figures["failures"]):
        if "write" in row:
            figures["cuts"] += row["cuts"]
            figures["kinds_of_write"].append(_costs(row))
            if row["erases_most"] > row["estimated_most"]:
                figures["failures"].append(f"{row['write']}: more erases than the simulated flash counts")
        elif "failure" in row:
            figures["failures"].append(row["failure"])
        else:
            progress.update(figures["cuts"] + row["cuts"], None, row["name"])
    figures["ok"] = bool(figures["cuts"]) and not figures["failures"]
    del figures["failures"][FAILURES_MAX:]
    return figures


def _told(found, arguments, failures):
    """The lines of the worker as they come; what is no line of its own is a failure."""
    command = [*found.command, "-X", f"heapsize={HEAP}", str(WORKER), *arguments]
    environment = {**os.environ, "MICROPYPATH": f".frozen:{micropython.ROOT}"}
    with subprocess.Popen(command, env=environment, cwd=micropython.ROOT, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as worker:
        for line in worker.stdout:
            if line.startswith("{"):
                yield json.loads(line)
            else:
                failures.append(line.rstrip())
    if worker.returncode:
        failures.append(f"the worker ended with {worker.returncode}")


def _costs(row):
    """Means of one write, with the worst where it differs."""
    return {
        "write": row["write"], "cut_points": row["operations"], "cuts": row["cuts"], "old": row["old"],
        "new": row["new"], "erases": round(row["erases"] / row["writes"], 2), "erases_worst": row["erases_most"],
        "bytes": round(row["bytes"] / row["writes"]),
        "simulated_erases": round(row["estimated"] / row["estimates"], 2),
        "simulated_erases_worst": row["estimated_most"],
    }
