"""Resets, hangs, stalls and storms through the whole firmware: a sample of `proof resets`, and that it can fail."""

import hashlib
import json
import random

import pytest

from tools import staging
from tools.proofs import branches, resets, storms

pytestmark = pytest.mark.campaign
HOUSES = [(False, True), (False, False), (True, True), (True, False)]
SAMPLE = 12  # points of each house


@pytest.fixture(scope="module")
def houses():
    return {kind: resets.House(*kind) for kind in HOUSES}


def problems(house, points, files=None):
    answers = branches.play(house.scenario, points, resets.judge(house), files=files)
    return [f"{point[2]} at {point[0]}: {problem}" for answer, point in zip(answers, points)
            for problem in answer["problems"]]


def at_entry(house, change, name, after_pilot_ms=20):
    """The point so long after the pilot goes on."""
    return [(house.ticks[resets.MARK_MS] + after_pilot_ms, change, name)]


@pytest.mark.parametrize("kind", HOUSES)
def test_whatever_resets_the_board_in_a_transfer_it_is_on_grid_says_why_and_comes_back_by_the_rules(houses, kind):
    house = houses[kind]
    points = house.points(random.Random(sum(kind)), 1)
    chosen = sorted(random.Random(3).sample(points, SAMPLE), key=lambda point: point[0])
    assert problems(house, chosen) == []
    assert house.both_ms == 0


@pytest.mark.parametrize("cause", resets.CAUSES)
def test_every_cause_is_told_for_what_the_chip_can_know(houses, cause):
    assert problems(houses[True, True], at_entry(houses[True, True], resets.reset(cause), cause)) == []


def test_a_hang_ends_with_the_watchdog_and_a_stall_only_if_it_is_longer(houses):
    house = houses[True, False]
    for change, name in [(resets.hang, "hang")] + [(resets.stall(ms), f"stall {ms}") for ms in (300, 4000, 5100)]:
        assert problems(house, at_entry(house, change, name)) == []


def test_two_relays_never_feed_from_both_with_odd_contactors_and_no_interlock_unless_all_lets_go_at_once():
    """A reset drops every relay in one write: then the contactors' own times are all there is."""
    timing = {"pilot": {"pull_ms": 8, "drop_ms": 2}, "guard": {"pull_ms": 8, "drop_ms": 20},
              "km1": {"pull_ms": 10, "drop_ms": 150}, "km2": {"pull_ms": 5, "drop_ms": 180}}
    house = resets.House(True, False, timing)
    assert house.both_ms == 0
    [answer] = branches.play(house.scenario, at_entry(house, resets.reset("panic"), "panic", 2000), resets.judge(house))
    assert answer["problems"] == [] and answer["both_ms"] == 180 - 10


def test_one_relay_let_go_before_km1_has_opened_feeds_from_both_until_km2_has_dropped():
    """Slow contactors and no interlock: once when the power goes, and once when the board sees it after coming back."""
    timing = {"pilot": {"pull_ms": 11, "drop_ms": 18}, "guard": {"pull_ms": 24, "drop_ms": 19},
              "km1": {"pull_ms": 125, "drop_ms": 138}, "km2": {"pull_ms": 65, "drop_ms": 227}}
    house = resets.House(False, False, timing)
    point = at_entry(house, resets.reset("power"), "power", 100)
    [answer] = branches.play(house.scenario, point, resets.judge(house))
    assert answer["problems"] == [] and answer["both_ms"] == (100 + 18 + 227) - (11 + 65) + house.both_ms


@pytest.mark.parametrize("cause, most", [("watchdog", 2), ("panic", 2), ("brownout", 3), ("power", 3)])
def test_resets_that_come_with_every_entry_latch(houses, cause, most):
    house = houses[False, True]
    points = at_entry(house, resets.reset(cause, again=True), "storm " + cause)
    [answer] = branches.play(house.scenario, points, resets.judge(house))
    assert answer["problems"] == [] and answer["entries"] == most


@pytest.mark.parametrize("what, cause, two_relays", [("km1", "brownout", False), ("km2", "panic", True)])
def test_interference_from_a_contactor_ends_latched_through_a_day_and_power_cycles(what, cause, two_relays):
    run, wrong = storms.by_plant(what, cause, two_relays)
    assert wrong == []
    boots = [row["event"]["code"] for row in run.told("event", False) if row["event"]["kind"] == "boot"]
    assert boots[-3:] == ["power"] * 3, "the power went, and came back, thrice"


def test_a_crash_loop_round_the_clock_does_not_wear_the_flash():
    """Each start is just long enough to write the state and the journal, which is the worst."""
    commits, erased = storms.crash_loop(66, storms.HOUR_MS // 4)
    assert 0 < commits <= storms.COMMITS_A_DAY_MAX and erased <= storms.ERASED_A_DAY_MAX


def test_a_crash_loop_of_short_starts_writes_nothing_at_all():
    assert storms.crash_loop(30, storms.HOUR_MS // 12) == [0, 0]


def test_storms_and_crash_loops_are_each_played_apart_and_what_goes_wrong_in_one_is_told(monkeypatch):
    def by_plant(what, cause, two_relays):
        if what == "km1":
            raise ValueError("it has come apart")
        return None, ["it never entered V2L"]

    monkeypatch.setattr(storms, "by_plant", by_plant)
    monkeypatch.setattr(storms, "entries", lambda run: [1, 2])
    monkeypatch.setattr(storms, "crash_loop", lambda period_s, length_ms: [storms.COMMITS_A_DAY_MAX + period_s, 7])
    failures = []
    figures = storms.figures(Silent(), False, failures)
    assert (figures["storm_entries_worst"], figures["crash_loop_erased_a_day"]) == (2, 7)
    assert sum("it has come apart" in line for line in failures) == 6 and failures.count("it never entered V2L") == 6
    assert failures[-1] == "a crash loop writes %d times and erases 7 blocks a day" % (
        storms.COMMITS_A_DAY_MAX + max(storms.PERIODS_S))


class Silent:
    def update(self, done, total, note):
        pass


def changed(house, path, old, new):
    """The board's files with one of them changed, as a build of that source would have them."""
    files = dict(staging.stage(house.scenario.config_text))
    assert files[path].count(old) == 1
    manifest = json.loads(files[staging.MANIFEST])
    for name in (path, "firmware/" + path):
        if name in files:
            files[name] = files[name].replace(old, new)
            manifest["files"][name] = hashlib.sha256(files[name]).hexdigest()
    files[staging.MANIFEST] = json.dumps(manifest).encode()
    return files


@pytest.mark.parametrize("path, old, new, found", [
    ("boot.py", b"\nwhile True:", b"\nimport time\ntime.sleep_ms(3)\nwhile True:", "a relay is on"),
    ("firmware/core/controller.py", b"        self.dwell_ms = limits.dwell_s * 1000\n        self.sign",
     b"        self.dwell_ms = 0\n        self.sign", "V2L again too early"),
    ("firmware/core/record.py", b"c.resets = min(c.resets + 1, COUNT_MAX)", b"pass", "resets counted"),
    ("firmware/core/record.py", b"    c.governor.entries.restore(record", b"    len(record", "entries counted"),
    ("firmware/device/origin.py", b'return "unknown"', b'return "unknown"\ncause = lambda: "power"',
     "the journal says"),
])
def test_the_proof_finds_a_board_that(houses, path, old, new, found):
    house = houses[True, True]
    points = at_entry(house, resets.reset("panic"), "panic", 1000)
    wrong = problems(house, points, changed(house, path, old, new))
    assert any(found in sentence for sentence in wrong), wrong


def test_the_proof_finds_a_storm_that_does_not_latch(houses):
    house = houses[True, True]
    files = changed(house, "firmware/core/record.py", b"if c.governor.started(mark, since_entry_s):", b"if False:")
    [answer] = branches.play(house.scenario, at_entry(house, resets.reset("panic", again=True), "storm panic"),
                             resets.judge(house), files=files)
    assert any("entries before the storm latched" in sentence for sentence in answer["problems"])
