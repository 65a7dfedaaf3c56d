"""How much a day costs the flash. An erase is counted as in the simulated flash: the worst case, block by block."""

import json

from tools.sim import run, scenario

BLOCKS = (2 << 20) // 4096
CYCLES = 100_000  # what makers promise of one block
MINUTES = 1440
STATE, JOURNAL, ENTRY = 4, 3, 11  # erases; an entry costs both, and the state on its return
HOURS = 1  # of a hostile day
WORST = MINUTES * (STATE + JOURNAL) + 12 * ENTRY


def erased(events, hours=24, **config):
    plan = {"v2l": [{"days": "daily", "from": "00:00", "to": "24:00"}], **config}
    text = json.dumps({"name": "a day", "for": f"{hours}:00:00", "config": plan, "events": events})
    told, problems = scenario.read(text)
    assert not problems
    return run.play(told, lambda line: None).flash.erased


def every(seconds, *does):
    """The events in turn, for HOURS."""
    at = range(30, HOURS * 3600 - seconds, seconds)
    return [{"at": f"{s // 3600}:{s // 60 % 60:02d}:{s % 60:02d}", **does[i % len(does)]} for i, s in enumerate(at)]


def years(erases):
    return BLOCKS * CYCLES // erases // 365


def test_an_ordinary_day_costs_next_to_nothing(figure):
    spent = erased([], v2l=[{"days": "daily", "from": "05:30", "to": "23:20"}])
    figure(f"flash: {spent} erases on a day with two transfers, which 2 MB bear for {years(spent)} years")
    assert 0 < spent <= 40


def test_the_worst_day_is_bounded_whatever_flickers(figure):
    flapping = [{"do": "car", "to": "off"}, {"do": "car", "to": "on"}]
    dropping = [{"do": "coil-open", "what": "km1"}, {"do": "coil-mend", "what": "km1"}]
    resetting = [{"do": "reset", "cause": "panic"}]
    hostile = (every(90, *flapping), every(90, *dropping), every(100, *resetting),
               every(90, *flapping, *dropping, *resetting))
    spent = max([erased(events, HOURS) for events in hostile]) * 24 // HOURS
    figure(f"flash: {spent} erases on the worst of {len(hostile)} hostile days; at most {WORST} on any, which 2 MB "
           f"bear for {years(WORST)} years of such days")
    assert spent <= WORST
