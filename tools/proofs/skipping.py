"""Idle time that is skipped changes no line: random installations and mishaps, played both ways."""

import json
import random

from tools.proofs import branches
from tools.sim import scenario, verbs

SENTENCE = "Random installations and mishaps give the same lines, byte for byte, with idle time skipped and without."
CASES, CASES_QUICK = 700, 16
LENGTH_MS = 240_000
STARTS = ("05:28:50", "05:29:40", "05:44:30")  # the window is from 05:30 to 05:45
ODD_KINDS = {"km1": ("no", "nc", "mirror"), "km2": ("no", "mirror"), "bond": ("no",), "car": ("low", "high"),
             "grid": ("high",), "charging": ("high",), "enable": ("no", "nc")}


def installation(chance):
    """A configuration, with what a scenario may do in it left to chance as well."""
    made = {
        "board": chance.choice(("generic-1-relay", "generic-2-relay")),
        "v2l": [{"days": "daily", "from": "05:30", "to": "05:45"}],
        "inputs": {name: chance.choice((None, *kinds, *kinds, *kinds)) for name, kinds in ODD_KINDS.items()},
        "button": {"kind": chance.choice(("no", "nc")), "as": chance.choice(("momentary", "momentary", "selector"))},
        "limits": {**branches.LOWEST, "confirm_s": chance.choice((0, 1, 5)), "watchdog_ms": chance.choice((2000, 5000)),
                   "dead_time_ms": chance.choice((0, 200, 700)), "entries_per_hour": chance.choice((1, 4, 12)),
                   "entries_per_day": chance.choice((12, 24))},
        "rtc": chance.choice(("ds3231", "ds3231", "ds3231", "none")),
        "led": chance.choice((None, "none")), "charge_lead_min": 0,
    }
    if made["inputs"]["km2"] is None:
        made["inputs"]["bond"] = None
    if made["inputs"]["car"] is None:
        made["assume"] = ["car"]
    if chance.randrange(4) == 0:
        made["budget_min"] = 1
    return made


def drawn(chance, length_ms=LENGTH_MS):
    """(its text as an object, the Scenario) of minutes around a window's edge, in which anything may happen."""
    made = installation(chance)
    text = {"name": "any", "start": "2026-11-20T" + chance.choice(STARTS) + "Z", "for": at(length_ms), "config": made,
            "plant": {part: {"pull_ms": chance.randint(1, 60), "drop_ms": chance.randint(1, 60)}
                      for part in scenario.PARTS if chance.randrange(2)},
            "events": []}
    text["plant"]["board_supply"] = chance.choice(("grid", "ups"))
    found, problems = scenario.read(json.dumps(text))
    if problems:
        raise ValueError(f"{problems} in {text}")
    while len(text["events"]) < 8:
        happening = event(chance, found.config, length_ms)
        if happening:
            text["events"].append(happening)
    found, problems = scenario.read(json.dumps(text))
    if problems:
        raise ValueError(f"{problems} in {text}")
    return text, found


def event(chance, checked, length_ms):
    """One that this installation has a use for, or None."""
    verb, rows = chance.choice([row for row in verbs.VERBS if row[0] not in verbs.NETWORK])
    made = {"at": at(chance.randrange(length_ms)), "do": verb}
    for key, _default, shape in rows:
        made[key] = value(chance, verb, key, shape)
    if made.get("what") == "none":
        del made["cause"]
    if verb == "reset" and made["cause"] == "power":
        made["cause"] = "panic"
    try:
        return None if verbs.hindrance(scenario.Event({**made, "at": 0}), checked) else made
    except KeyError:
        return None


def value(chance, verb, key, shape):
    if key == "jump_s":
        return chance.choice((-4000, -3, 2, 3, 61, 90_000))
    if key == "ms":
        return chance.choice((1, 15, 60, 200, 2500, 6000, 16_000) if verb == "press" else (1, 19, 450, 990, 2600, 5100))
    return chance.choice(shape[1:])


def at(ms):
    return f"{ms // 3_600_000}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}"


def lines(found, skip):
    return branches.Run(found, skip=skip).play().lines


def difference(found):
    """None, or the first line that differs."""
    skipped, stepped = lines(found, True), lines(found, False)
    if skipped == stepped:
        return None
    pairs = list(zip(skipped, stepped)) + [(f"{len(skipped)} lines", f"{len(stepped)} lines")]
    return next(f"skipped: {one}\n stepped: {other}" for one, other in pairs if one != other)


def run(progress, quick, seed):
    cases = CASES_QUICK if quick else CASES
    failures = []
    for number in range(cases):
        progress.update(number, cases, f"{len(failures)} differ")
        text, found = drawn(random.Random(seed * 1_000_000 + number))
        differs = difference(found)
        if differs:
            failures.append(f"{differs}\n in {json.dumps(text)}")
    return {"ok": not failures, "cases": cases, "cases_per_s": round(cases / max(0.001, progress.elapsed_s()), 1),
            "differ": len(failures), "failures": failures[:5]}
