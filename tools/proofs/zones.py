"""The firmware's zone and schedule against what zoneinfo says, over years."""

import random
import time

from firmware.core import dates, schedule, zone
from tools.proofs import zone_truth as truth

SENTENCE = ("In 30 zones, 2025 to 2037, offsets, clock changes and every boundary of seeded weekly plans are what "
            "zoneinfo says.")
# Zones whose last rule holds all that time. Others have exceptions in the tables (Ramadan in Morocco, say), for which a
# board needs its configuration changed when they are decreed.
ZONES = (
    "Europe/London", "America/New_York", "Australia/Lord_Howe", "Europe/Dublin", "America/Santiago", "Pacific/Chatham",
    "Europe/Lisbon", "Europe/Berlin", "Europe/Athens", "Europe/Chisinau", "Europe/Moscow", "Europe/Istanbul",
    "Atlantic/Azores", "America/Chicago", "America/Los_Angeles", "America/Phoenix", "America/St_Johns",
    "America/Halifax", "America/Nuuk", "America/Sao_Paulo", "Asia/Jerusalem", "Asia/Beirut", "Asia/Kolkata",
    "Asia/Kathmandu", "Asia/Tokyo", "Africa/Cairo", "Australia/Adelaide", "Australia/Sydney", "Pacific/Auckland",
    "Antarctica/Troll",
)
YEARS = (2025, 2038)  # the second no longer
PLANS = 3  # for each zone
NEAR_S = 7200
SHOWN = 10


def run(progress, quick, seed):
    """Return the figures; "ok" is false if anything differed, and "differences" says where."""
    chance = random.Random(seed)
    names = list(ZONES[:2]) + chance.sample(ZONES[2:], 4) if quick else ZONES
    years = (2026, 2029) if quick else YEARS
    figures = {"ok": True, "zones": len(names), "years": f"{years[0]}-{years[1] - 1}", "offsets": 0, "clock_changes": 0,
               "plans": 0, "boundaries": 0, "year_preview_ms": year_preview_ms(), "differences": []}
    for done, name in enumerate(names):
        progress.update(done, len(names), name)
        prove_zone(name, years, chance, figures)
    figures["ok"] = not figures["differences"]
    del figures["differences"][SHOWN:]
    return figures


def prove_zone(name, years, chance, figures):
    """Compare one zone over some years and add to the figures."""
    place, text = truth.load(name)
    begin, end = dates.seconds(years[0], 1, 1), dates.seconds(years[1], 1, 1)
    ours, problem = zone.parse(text)
    if problem:
        figures["differences"].append(f"{name}: {text} is refused: {problem}")
        return
    changes = truth.clock_changes(place, begin, end)
    figures["clock_changes"] += len(changes)
    figures["differences"] += [f"{name}: {line}" for line in offset_differences(place, ours, begin, end, changes)]
    figures["offsets"] += (end - begin) // 3600 + len(changes) * (2 * NEAR_S // 60 + 1)
    timeline = truth.Timeline(place, begin, end)
    for _ in range(PLANS):
        plan = random_plan(chance, years)
        figures["plans"] += 1
        figures["boundaries"] += len(timeline.plan(*plan))
        figures["differences"] += [f"{name}: {line} for {plan}" for line in plan_differences(ours, timeline, plan, end)]


def offset_differences(place, ours, begin, end, changes):
    """Sentences on wrong offsets (hourly, and every minute within two hours of a change) and wrong clock changes."""
    near = [t for change in changes for t in range(change - NEAR_S, change + NEAR_S + 1, 60)]
    found = [f"{dates.iso(t)} has offset {truth.offset(place, t)}, not {ours.offset(t)}"
             for t in [*range(begin, end, 3600), *near] if truth.offset(place, t) != ours.offset(t)]
    listed = chain(ours.next_change, begin, end)
    if listed != changes:
        found.append(f"the clock changes are {changes}, not {listed}")
    return found


def plan_differences(ours, timeline, plan, end):
    """Sentences on boundaries, transfers and stretches of V2L that are not those of the timeline."""
    made = schedule.Schedule(ours, *plan)
    rows = timeline.plan(*plan)
    begin = timeline.begin
    said = [(t, made.in_v2l(t), made.in_charge(t)) for t in [begin, *chain(made.until, begin, end)] if t < end]
    # Charging that begins after the last minute may lead into it.
    rows, said = ([row for row in part if row[0] < end - 86400] for part in (rows, said))
    if rows != said:
        return [f"boundaries differ: {sorted(set(rows) ^ set(said))[:4]}"]
    return transfer_differences(made, transfers(rows))


def transfers(rows):
    """(instant, source, why) of each change of the plan, from the boundaries."""
    found = []
    for (_, v2l, charge), (at, now_v2l, now_charge) in zip(rows, rows[1:]):
        if (v2l and not charge) != (now_v2l and not now_charge):
            source = "v2l" if now_v2l and not now_charge else "grid"
            found.append((at, source, "schedule" if v2l != now_v2l else "charge_window"))
    return found


def transfer_differences(made, expected):
    """Sentences on next_change() and stretch_end() at and just before each expected transfer but the last two."""
    found = []
    for index in range(len(expected) - 2):
        at, source, _ = expected[index]
        end = expected[index + 1][0]
        if made.next_change(at - 1) != expected[index] or made.next_change(at) != expected[index + 1]:
            found.append(f"the transfer at {dates.iso(at)} is missed")
        if source == "v2l" and not made.stretch_end(at - 1) == made.stretch_end(at) == made.stretch_end(end - 1) == end:
            found.append(f"the stretch from {dates.iso(at)} ends at {dates.iso(end)}")
    return found


def chain(step, begin, end):
    """The instants after begin and up to end that a function leads to, each from the one before."""
    found = []
    t = step(begin)
    while t is not None and t <= end:
        found.append(t)
        t = step(t)
    return found


def random_plan(chance, years):
    """(v2l, charge, lead_min, skip), with many boundaries in the small hours, where clocks change."""
    def window():
        start, stop = (chance.choice((chance.randrange(0, 240, 5), chance.randrange(1440))) for _ in range(2))
        return chance.randrange(1, 128), start, stop if stop != start else 1440
    first = dates.day_number(years[0], 1, 1)
    skip = tuple(first + chance.randrange(366 * (years[1] - years[0])) for _ in range(chance.choice((0, 5, 60))))
    v2l = tuple(window() for _ in range(chance.randint(1, 5)))
    return v2l, tuple(window() for _ in range(chance.randint(0, 3))), chance.choice((0, 10, 90)), skip


def year_preview_ms():
    """How long it takes to find every transfer of a year of the example's week."""
    ours = zone.parse("GMT0BST,M3.5.0/1,M10.5.0")[0]
    made = schedule.Schedule(ours, ((31, 330, 1400),), ((127, 1410, 330),), 10, (dates.day_number(2026, 12, 25),))
    started = time.perf_counter()
    chain(lambda t: made.next_change(t)[0], dates.seconds(2026, 1, 1), dates.seconds(2027, 1, 2))
    return round((time.perf_counter() - started) * 1000)
