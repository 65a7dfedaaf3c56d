"""Every state of the shipped core, closed with an installation in which things break: none may break a rule."""

import os
import time
from concurrent.futures import ProcessPoolExecutor, as_completed

from firmware.core import faults
from tools.proofs import states_bounds, states_path, states_rules, states_scenario, states_search, states_weather
from tools.proofs.states_model import Variant, scaled
from tools.proofs.states_plant import BREAKS, Plants

SENTENCE = ("Every state the core can reach with its contactors, whatever is done to it: no output without its "
            "permits, a fault has all off and, once written, stays, and grid and V2L come within bounds.")
BOTH = ("km1", "km2")
WELDED_OPEN = (("interlock", ""),)
EVERY_PERMIT = tuple(states_weather.WEATHER)
EVERY_DAY = states_weather.EVERY_DAY
ALL_DAY = (*EVERY_DAY, "pin", "chatter", "stale+remote", "pin+service")
SMALL = ("fine", "governor", "remote", "service", "long", *states_weather.MARKING)
TO_THE_GATE = ("fine", "governor", "remote", "stale", "long")  # all it can tell apart outside a window
# Other orders of the limits than the default one, in samples: no dead time and the longest patience with what moves by
# itself; the longest dead time; and contactors that are slower than their limits, so that V2L cannot be promised.
NO_DEAD_TIME = {"dead_time_ms": 0, "release_ms": 6, "pull_ms": 7, "uncommanded_ms": 9}
LONG_DEAD_TIME = {"uncommanded_ms": 3, "release_ms": 6, "pull_ms": 7, "dead_time_ms": 12}
TOO_SHORT = {"dead_time_ms": 0, "release_ms": 3, "pull_ms": 3, "uncommanded_ms": 8}
# name, two relays, fitted, how many things break, broken at first, further options; the quick ones first
QUICK = (
    ("one relay, no feedback", False, (), 0, (), {"weather": SMALL}),
    ("two relays, interlock failed", True, BOTH, 0, WELDED_OPEN, {"weather": ("fine", "remote")}),
)
FULL = (
    ("one relay", False, BOTH, 0, (), {"weather": ALL_DAY}),
    ("one relay, no feedback, one thing breaks", False, (), 1, (), {"weather": ALL_DAY}),
    ("one relay, KM1 feedback, one thing breaks", False, ("km1",), 1, (), {"weather": ALL_DAY}),
    ("one relay, one thing breaks", False, BOTH, 1, (), {}),
    ("one relay, bond, one thing breaks", False, (*BOTH, "bond"), 1, (), {"weather": SMALL}),
    ("one relay, grid detector that lies", False, (*BOTH, "grid"), 1, (),
     {"weather": ("fine", "remote", "long"), "breaks": (("lies", "grid"),)}),
    ("one relay, car", False, (*BOTH, "car"), 0, (), {"weather": SMALL}),
    ("one relay, every permit", False, ("km2", "enable", "charging"), 0, (), {"weather": EVERY_PERMIT}),
    ("one relay, supervised", False, BOTH, 0, (), {"weather": (*EVERY_DAY, *states_weather.WINDOW)}),
    ("one relay, the gate alone", False, BOTH, 0, (),
     {"gate": "alone", "weather": (*TO_THE_GATE, *states_weather.WINDOW_FOR_THE_GATE)}),
    ("one relay, no gate", False, BOTH, 0, (),
     {"gate": "open", "weather": (*SMALL, "storm", *states_weather.WINDOW_FOR_THE_CORE)}),
    ("one relay, no dead time", False, BOTH, 0, (), {"limits": NO_DEAD_TIME, "weather": SMALL}),
    ("one relay, too short limits", False, BOTH, 0, (), {"limits": TOO_SHORT, "weather": SMALL, "in_time": False}),
    ("two relays", True, BOTH, 0, (), {"weather": ALL_DAY}),
    ("two relays, no feedback, one thing breaks", True, (), 1, (), {}),
    ("two relays, KM1 feedback, one thing breaks", True, ("km1",), 1, (), {}),
    ("two relays, one thing breaks", True, BOTH, 1, (), {}),
    ("two relays, interlock failed", True, BOTH, 0, WELDED_OPEN, {"weather": ALL_DAY}),
    ("two relays, interlock failed, one thing breaks", True, BOTH, 1, WELDED_OPEN, {"weather": SMALL}),
    ("two relays, bond", True, (*BOTH, "bond"), 0, (), {}),
    ("two relays, grid detector", True, (*BOTH, "grid"), 0, (), {}),
    ("two relays, car", True, (*BOTH, "car"), 0, (), {"weather": SMALL}),
    ("two relays, every permit", True, ("km2", "enable", "charging"), 0, (), {"weather": EVERY_PERMIT}),
    ("two relays, supervised", True, BOTH, 0, (), {"weather": (*EVERY_DAY, *states_weather.WINDOW)}),
    ("two relays, the gate alone", True, BOTH, 0, (), {"gate": "alone", "weather": TO_THE_GATE}),
    ("two relays, the gate alone, supervised", True, BOTH, 0, (),
     {"gate": "alone", "weather": ("fine", *states_weather.WINDOW_FOR_THE_GATE)}),
    ("two relays, no gate", True, BOTH, 0, (),
     {"gate": "open", "weather": (*SMALL, "storm", *states_weather.WINDOW_FOR_THE_CORE)}),
    ("two relays, no dead time", True, BOTH, 0, (), {"limits": NO_DEAD_TIME, "weather": SMALL}),
    ("two relays, long dead time", True, BOTH, 0, (), {"limits": LONG_DEAD_TIME, "weather": SMALL}),
    ("two relays, too short limits", True, BOTH, 0, (), {"limits": TOO_SHORT, "weather": SMALL, "in_time": False}),
)
# With two relays and the interlock failed, one further thing puts both contactors on the load: a KM2 that has welded,
# for the board goes back to grid all the same. It is told in the figures, and is no failure.
OVERLAPS_KNOWN = (("weld", "km2"),)
# Minutes each: begun first, so that no processor is left alone with one of them at the end.
LONG = ("two relays, the gate alone", "two relays, the gate alone, supervised", "one relay, the gate alone",
        "two relays, car", "one relay, car", "one relay, bond, one thing breaks")
CARRIED_MAX = 6  # ways of one row: what is broken thoroughly is not to keep everybody waiting
MOST = 400_000_000  # transitions of one variant; what is larger is told as not closed
LEAST_PER_S = 25_000  # transitions a second on one core: what would be slower would soon be left out


def run(progress, quick, seed):
    """`seed` chooses nothing here: there is no sample, all of it is looked at."""
    began, results = time.process_time(), []
    rows = QUICK if quick else FULL
    for result in _each(rows, quick):
        results.append(result)
        progress.update(len(results), len(rows), result["variant"])
    lost = unkept()
    failures = [line for result in results for line in result.pop("failures")] + lost
    results.sort(key=lambda result: [row[0] for row in rows].index(result["variant"]))
    cpu_s = sum(result["cpu_s"] for result in results) or time.process_time() - began
    transitions = sum(result["transitions"] for result in results)
    failures += [] if quick else too_slow(transitions / cpu_s)
    return {"ok": not failures and all(result["closed"] for result in results),
            "states": sum(result["states"] for result in results), "transitions": transitions,
            "transitions_per_s_on_one_core": int(transitions / cpu_s), "variants": results, "failures": failures[:200]}


def too_slow(per_s):
    if per_s >= LEAST_PER_S:
        return []
    return [f"{int(per_s):,} transitions a second on one core; at least {LEAST_PER_S:,} are wanted"]


def _each(rows, quick):
    if quick:
        yield from map(carried, rows)
        return
    rows = sorted(rows, key=lambda row: row[0] not in LONG)
    with ProcessPoolExecutor(min(2, os.cpu_count() or 1), max_tasks_per_child=1) as pool:
        for future in as_completed([pool.submit(carried, row) for row in rows]):
            yield future.result()


def search_of(row):
    """A search of one row, not yet begun; to be used inside `scaled`."""
    _name, two_relays, fitted, broken, at_first, options = row
    options = {name: value for name, value in options.items() if name != "in_time"}
    plant = {"breaks": options.pop("breaks", BREAKS), "race": options.pop("race", False)}
    plants = Plants(two_relays, fitted, broken, at_first=at_first, **plant)
    return states_search.Search(Variant(two_relays, fitted, **options), plants)


def carried(row):
    """The same as explored(), with a scenario behind each way to what is wrong, or why there is none."""
    result = explored(row)
    for place, way in reversed(result.pop("ways")[:CARRIED_MAX]):
        result["failures"][place:place] = states_scenario.told(way)
    return result


def explored(row, each=lambda search, left: None, most=MOST):
    """One row: its sizes, its bounds and what was broken, as figures and lines, with the Way that each few tell."""
    began = time.process_time()
    with scaled():
        search = search_of(row)
        closed = search.explore(each, most)
        took_s = time.process_time() - began
        ways = list(broken_rules(search, row[0]))
        result = {"variant": row[0], "weather": list(search.variant.weather), "closed": closed,
                  "states": len(search.order), "keys": len(search.keys), "transitions": search.transitions,
                  "core_steps": search.core_steps, "cpu_s": round(took_s, 1),
                  "transitions_per_s": int(search.transitions / took_s)}
        if row[1]:
            result["both_closed_with"] = overlaps(search)
        if closed and search.phase_at is not None:
            ways += _kept_away(search, row[0], "grid", states_bounds.to_grid, result)
            if row[5].get("in_time", True):
                ways += _kept_away(search, row[0], "v2l", states_bounds.to_v2l, result)
    failures, ends = [], []
    for lines, way in ways:
        failures += lines
        ends.append((len(failures), way))
    return {**result, "failures": failures, "ways": ends}


def _kept_away(search, row, name, bound, result):
    """The bound goes into the figures; where there is none, (the lines, the Way) of how it comes to that."""
    samples, stuck, among = bound(search)
    result[f"samples_to_{name}"], result[f"from_states_to_{name}"] = samples, among
    if stuck is None:
        return []
    sentence = f"{row}: {name} may be kept away for ever from here"
    return [([sentence, *states_path.told(search, stuck)], states_scenario.Way(search, stuck, sentence, name))]


def broken_rules(search, name):
    """(the lines, the Way) of the shortest way to each rule that was broken."""
    for wrong, noted in search.wrong.items():
        place, sample, weather, car, after = noted
        if isinstance(wrong, tuple):
            further = [one for one in wrong[1] if one != ("interlock", "")]
            if further and set(further) <= set(OVERLAPS_KNOWN):
                continue
            end, sentence = wrong[0], f"{name}: both contactors closed"
            last = "  - then " + states_path.shown(search.plants.states[after])
        else:
            end, sentence = wrong, f"{name}: {states_rules.SENTENCES[wrong]}"
            last = f"  - then {states_path.seen(search, sample, car)} {weather}"
        way = states_scenario.Way(search, place, sentence, end, states_scenario.last_step(search, noted))
        yield [sentence, *states_path.told(search, place, last)], way


def overlaps(search):
    """What has to be broken for both contactors to be closed at some moment, each with the number of steps to it."""
    found = []
    for wrong, (place, _sample, _weather, _car, _after) in search.wrong.items():
        if isinstance(wrong, tuple) and wrong[0] == states_search.OVERLAP:
            broken = " and ".join(" ".join(one).strip() for one in wrong[1]) or "nothing"
            found.append(f"{broken}: after {len(states_path.places(search, place))} steps")
    return found


def unkept():
    """The latching faults that a restart forgets: none may be."""
    chosen = Variant(True, BOTH).setup()
    return [f"{faults.CODES[fault]} is latched, and a restart forgets it" for fault in range(faults.GRID_DEAD)
            if not 1 << fault & faults.UNTIL_MENDED and states_search.kept_latched(chosen, 1 << fault) != 1 << fault]


