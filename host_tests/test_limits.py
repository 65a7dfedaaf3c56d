"""The button and every fault with a limit through the whole firmware: a sample of `proof limits`, and stuck buttons."""

import random

import pytest

from tools.proofs import branches, limits

pytestmark = pytest.mark.campaign
PRESSES = 20


def problems_and_times(chosen, points, judge):
    answers = branches.play(chosen, points, judge)
    return [problem for answer in answers for problem in answer["problems"]], [answer["ms"] for answer in answers]


@pytest.mark.parametrize("two_relays", [False, True])
def test_a_press_ends_v2l_within_70_ms_at_whatever_moment_bouncing_or_not(two_relays, figure):
    problems, waits = problems_and_times(*limits.presses(two_relays, PRESSES, random.Random(7)))
    assert problems == []
    found = limits.spread(waits)
    assert found["presses"] == PRESSES and 40 <= found["p50_ms"] <= found["p100_ms"] <= limits.PRESS_MS_MAX
    figure(f"button to outputs off, {2 if two_relays else 1} relays: p50 {found['p50_ms']} ms, p100 {found['p100_ms']}")


@pytest.mark.parametrize("two_relays", [False, True])
def test_a_press_in_any_state_or_tick_of_a_transfer_is_grid_and_a_hold(two_relays):
    chosen, points, judge = limits.every_tick(two_relays, random.Random(5))
    problems, _waits = problems_and_times(chosen, points[::100], judge)
    assert problems == []


@pytest.mark.parametrize("name, limit_ms, chosen, points, judge", [
    pytest.param(*case, id=case[0]) for case in limits.fault_campaigns(random.Random(2), 1)
])
def test_a_contactor_fault_takes_the_outputs_off_within_its_limit_and_one_tick(name, limit_ms, chosen, points, judge):
    problems, times = problems_and_times(chosen, points, judge)
    assert problems == [], name
    assert all(limit_ms - 3 * limits.TICK_MS < ms for ms in times), "and not before it is proven"


def last_status(events, **config):
    chosen = branches.house(events=events, length="02:00:00", start="2026-11-20T05:28:00Z", **config)
    run = branches.Run(chosen).play()
    return run, run.told("status")[-1]["status"]


def supplies(run):
    return [row["supply"] for row in run.told("plant")]


def test_a_button_stuck_from_the_start_is_a_hold_and_no_fault():
    run, status = last_status([("00:00:00", "press", {"ms": 3_600_000})], v2l=[
        {"days": "daily", "from": "05:30", "to": "07:30"}])
    while_down = [row["status"] for row in run.told("status") if row["ms"] < 3_600_000]
    assert all(one["faults"] == [] and one["command"] == "grid" for one in while_down)
    assert while_down[-1]["why"] == "hold", "and it is no gesture: nothing is left of it when it springs back"
    assert status["state"] == "v2l" and status["hold"]["local"] == "none"


def test_a_button_that_gets_stuck_on_v2l_is_a_fixed_hold_for_good():
    run, status = last_status([("00:20:00", "press", {"ms": 3_600_000})])
    assert status["state"] == "grid" and status["hold"]["local"] == "fixed" and status["faults"] == []
    assert supplies(run)[-1] == "grid" and run.world.transfers == 2


def test_a_stuck_button_acknowledges_nothing_and_clears_no_hold_over_resets():
    events = [("00:10:00", "feedback", {"what": "km1", "to": "closed"}), ("00:11:00", "feedback", {
        "what": "km1", "to": "true"}), ("00:12:00", "press", {"ms": 3_600_000})]
    events += [(f"00:{minute}:00", "reset", {"cause": "watchdog"}) for minute in (20, 40)]
    _run, status = last_status(events)
    assert status["state"] == "fault" and status["faults"] == ["both-closed"]


def test_the_wire_of_a_normally_closed_button_that_breaks_is_the_same_as_a_press_for_ever():
    run = branches.Run(branches.house(length="00:10:00", button={"kind": "nc"}))
    run.world.after(60_000, lambda: run.world.wiring.broken.append("button"))
    status = run.play().told("status")[-1]["status"]
    assert status["state"] == "grid" and status["why"] == "hold" and status["faults"] == []
