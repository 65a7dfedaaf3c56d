"""Ten years of a small and of a large installation, lived through by the whole firmware: nothing that must not happen
does, everything that breaks is named, and the books agree.

Each life has a process of its own. What a life is made of stands in years_weather.py, what is true of it in
years_truth.py, and what is held against it in years_judge.py and years_books.py.
"""

import collections
import json
import os
import selectors
import subprocess
import sys

from tools.proofs import years_faults
from tools.proofs import years_life as lives

SENTENCE = ("Ten years of cars, outages, breakage, resets, holds and drifting clocks, one relay and two: never both, "
            "V2L only when due and allowed, every fault named in time and no other, counters and journal right.")
DAYS, DAYS_QUICK = 3650, 14
GAP_H, GAP_QUICK_H = 48, 4  # from one mishap to the next, on average
LIVES = len(lives.HOUSES)
NAMES = ("one_relay", "two_relays")
WRONG_MAX = 20


def run(progress, quick, seed):
    return campaign(progress, seed, *((DAYS_QUICK, GAP_QUICK_H) if quick else (DAYS, GAP_H)))


def campaign(progress, seed, days, gap_h):
    """The figures of two lives of so many days."""
    told, began_s = [None] * LIVES, progress.elapsed_s()
    done = [0] * LIVES
    for number, row in _lived(seed, days, gap_h):
        if "day" in row:
            done[number] = row["day"]
            progress.update(sum(done), LIVES * days, f"days, {row['wrong']} things wrong")
        else:
            told[number] = row
    again = f"tools/gridrest proof years --seed {seed}" + (" --quick" if days == DAYS_QUICK else "")
    took_s = max(0.01, progress.elapsed_s() - began_s)
    figures = {"ok": False, "days": LIVES * days, "days_per_s": round(LIVES * days / took_s)}
    wrong = [f"{name}: the life ended early; again: {again}" for name, life in zip(NAMES, told) if not life]
    if not wrong:
        for name, life in zip(NAMES, told):
            figures[name] = of_one(life)
            wrong += [f"{name}, {sentence}; again: {again}" for sentence in life["wrong"]]
        figures["faults_named"] = detection(told)
    return {**figures, "ok": not wrong, "wrong": wrong[:WRONG_MAX]}


def _lived(seed, days, gap_h):
    """(which life, what it tells) as it comes."""
    command = [sys.executable, "-m", "tools.proofs.years_life"]
    workers = [subprocess.Popen([*command, str(number), str(seed), str(days), str(gap_h)], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONHASHSEED": "0"})
               for number in range(LIVES)]
    try:
        with selectors.DefaultSelector() as waiting:
            for number, worker in enumerate(workers):
                waiting.register(worker.stdout, selectors.EVENT_READ, number)
            while waiting.get_map():
                for key, _ready in waiting.select():
                    line = key.fileobj.readline()
                    if line:
                        yield key.data, json.loads(line)
                    else:
                        waiting.unregister(key.fileobj)
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()


def of_one(life):
    """What a reader wants to know of one life."""
    years, due = life["days"] / 365, life["due_ms"]
    lost = collections.Counter({name: ms for name, ms in due.items() if name != "fed"})
    erases = sorted(life["erases"]) or [0]
    return {
        "fed_from_v2l_when_due": percent(due.get("fed", 0), sum(due.values())),
        "lost_to": {name: percent(ms, sum(due.values())) for name, ms in lost.most_common()},
        "hours_without_supply_a_year": {name: round(ms / 3_600_000 / years, 2) for name, ms in
                                        sorted(life["dark_ms"].items(), key=lambda row: -row[1])},
        "longest_gap_of_a_sound_transfer_ms": life["transfer_dark_worst_ms"],
        "transfers": life["transfers"], "resets": life["resets"], "mishaps": life["mishaps"],
        "false_alarms": len(life["false_alarms"]),
        "resets_until_a_storm_latched": max(life["storm_resets"], default=0),
        "v2l_outside_the_plan_ms_at_most": life["outside_worst_ms"],
        "clock_wrong_by_s_at_most": life["clock_worst_s"], "and_said_s_at_most": life["claimed_worst_s"],
        "erases_a_day": {"median": erases[len(erases) // 2], "most": erases[-1]},
        "erases_a_year": round(sum(erases) / years), "state_bytes_at_most": max(life["state_bytes"], default=0),
        "mended_before_it_could_show": life["never_shown"],
    }


def percent(part, whole):
    return f"{100 * part / max(1, whole):.3f} %"


def detection(told):
    """What broke and where, how often, and how long after its moment it was known."""
    found = collections.defaultdict(list)
    for life in told:
        for name, times in life["found_ms"].items():
            found[name] += times
    limits = {f"{row[0]}, on {row[2]}": row[5] for row in years_faults.ROWS}
    rows = [(name, sorted(times)) for name, times in sorted(found.items())]
    return [{"fault": name, "times": len(times), "median_ms": times[len(times) // 2], "longest_ms": times[-1],
             "limit_ms": limits[name]} for name, times in rows]
