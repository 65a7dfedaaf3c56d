"""A sample of the damages on MicroPython, with the compiled build.

There a damaged module can end the interpreter itself, which on a chip is a panic; and one that is cut short can keep it
reading for ever, which on a chip the watchdog ends. Both lead to boot.py, and relays off.
"""

import concurrent.futures
import json
import pathlib
import subprocess
import tempfile

from firmware.core import boards, config
from tools import micropython, staging
from tools.proofs import branches, files_damage, files_house

WHOLE, QUICK = 60, 3
PATIENCE_S = 15  # of a second or so that it takes
LENGTH_S = 35  # a sound board is on V2L after 19
PLAY = "import sys\nsys.argv[:] = ['play', %r, %r]\nfrom tools.sim import play\nplay.main(sys.argv[1:])"
HEAP = "24m"


def figures(progress, chance, count, failures):
    """Damage that many files, one at a time, and the same board without damage first."""
    try:
        found = micropython.find(bits=32)
    except micropython.Unavailable as sentence:
        failures.append(str(sentence))
        return {}
    house = branches.house(length=f"00:00:{LENGTH_S}")
    files = {**staging.stage(house.config_text, compiled=True, quiet=True), "secrets.json": files_house.SECRETS}
    ends, drawn = {}, [(None, "as it is", None), *_drawn(files, chance, count)]
    with concurrent.futures.ThreadPoolExecutor(branches.JOBS) as pool:
        answers = pool.map(lambda row: _end(found, {**files, row[0]: row[2]} if row[0] else files), drawn)
        for number, ((path, what, there), end) in enumerate(zip(drawn, answers)):
            progress.update(number, count, "on MicroPython")
            ends[end] = ends.get(end, 0) + 1
            if path is None and end != "v2l":
                failures.append(f"a sound board on MicroPython ends with {end}")
            elif path and not set(end.split(", ")) & set(_expected(path, there, files)):
                failures.append(f"{path}, on MicroPython: {what}: it ends with {end}")
    return {"cases_on_micropython": count, "found_on_micropython": ends}


def _drawn(files, chance, count):
    """Damages that a folder on this machine can have too."""
    every = []
    for path in sorted(set(files) - {"boot.py", "quiet.mpy", "firmware/boot.py", "firmware/main.py"}):
        every += [(path, what, there) for what, there in files_damage.ways(files[path], (), (), chance, 0.5)
                  if there is None or isinstance(there, bytes) and len(there) < files_damage.HUGE]
    return chance.sample(every, count)


def _expected(path, there, files):
    if path == "secrets.json":
        return ("v2l",)  # there is no network that would ask for them
    if path == "config.json":
        is_accepted = there is not None and config.check(there, boards.PROFILES)[0] is not None
        return ("v2l", "grid") if is_accepted else ("config-bad",)  # a bit of a window makes it another window
    if path == staging.MANIFEST and there and there.partition(b'"fw"')[0] == files[path].partition(b'"fw"')[0]:
        return ("firmware-mismatch", "v2l")
    return ("firmware-mismatch", "deaf", "panic", "hang")


def _end(found, files):
    """The faults, or the state, or that nothing was told or the interpreter itself ended."""
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        staging.lay_out({path: data for path, data in files.items() if data is not None}, place / "board")
        told = {"name": "damaged", "start": branches.START, "for": f"00:00:{LENGTH_S}",
                "config": {"board": "generic-1-relay", "v2l": branches.WINDOW, "limits": branches.LOWEST}}
        (place / "scenario.json").write_text(json.dumps(told))
        try:
            names = str(place / "scenario.json"), str(place / "board")
            done = found.run(PLAY % names, heapsize=HEAP, timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            return "hang"
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if any("on" in (row["pilot"], row["guard"]) for row in rows if row["kind"] == "plant"):
        return "v2l"
    statuses = [row["status"] for row in rows if row["kind"] == "status"]
    if done.returncode < 0:
        return "panic"
    if not statuses:
        return "deaf" if done.returncode == 0 else f"the simulator failed: {done.stderr[-200:]}"
    return ", ".join(statuses[-1]["faults"]) or statuses[-1]["state"]
