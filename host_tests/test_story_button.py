"""The button: grid now, and for how long. Every hold outlives every reset and a lost clock."""

import pytest

from firmware.core import gestures
from host_tests.story import events, idle, idle_until, latched, missing, near, on_v2l, reboot, says

BOTH_BOARDS = pytest.mark.parametrize("two_relays", [False, True], ids=["one relay", "two relays"])
LATER = "2026-11-20T05:20:00Z"  # ten minutes before the window
TWICE = ((127, 330, 345), (127, 360, 375))  # 05:30-05:45 and 06:00-06:15


def hold(house):
    told = says(house)["hold"]
    return told["local"], told["until"]


# How quickly


@BOTH_BOARDS
def test_a_press_ends_v2l_within_70_ms_of_its_edge_at_any_phase(two_relays):
    # Whenever the edge comes, it is first seen by the next sample, at most 20 ms later.
    house = on_v2l(two_relays)
    house.world["button"] = 1
    assert house.until(lambda house: not house.core.watch.enabled(), 1) <= 60


@pytest.mark.parametrize("paces", [(19, 20, 21), (20, 20, 19), (21, 20, 19), (20, 19, 20), (22, 19, 19), (18, 21, 21)])
def test_a_loop_whose_pace_is_a_little_uneven_is_as_quick(paces):
    house = on_v2l()
    house.world["button"] = 1
    start_ms = house.ms
    for dt_ms in paces:
        assert house.core.gate.pilot
        house.tick(dt_ms)
    assert not house.core.gate.pilot and house.ms - start_ms <= 70


def test_two_samples_are_not_a_press():
    house = on_v2l()
    house.press(40)
    assert house.run(seconds=1).state == "v2l" and hold(house) == ("none", None)


@BOTH_BOARDS
@pytest.mark.parametrize("ms_after_pilot", [0, 5, 30, 100, 230, 260])
def test_a_press_during_the_transfer_turns_it_round(two_relays, ms_after_pilot):
    house = near(two_relays)
    house.until(lambda house: house.core.gate.pilot, 60)
    house.run(ms=ms_after_pilot)
    house.world["button"] = 1
    assert house.until(lambda house: not house.core.watch.enabled(), 1) <= 80
    house.run(seconds=1)
    assert house.state == "grid" and house.plant.supply() == "grid"


# How long


def test_a_press_in_a_window_holds_grid_until_that_window_ends():
    # 05:31 press; grid until 05:45; the second window is used.
    house = on_v2l(v2l=TWICE)
    house.press()
    assert house.state == "grid"
    idle(house, 5)
    assert hold(house) == ("window", "2026-11-20T05:45:00Z") and "hold" in missing(house)
    idle(house, 900, 1000)
    assert hold(house) == ("none", None) and house.core.transfer.count == 2
    idle_until(house, lambda house: house.state == "v2l", 1000, 1000)


def test_a_press_outside_holds_grid_until_the_next_window_has_ended():
    house = near(start=LATER, v2l=TWICE)
    house.press()
    idle(house, 5)
    assert hold(house) == ("window", "2026-11-20T05:45:00Z")
    idle(house, 1800, 2000)
    assert house.core.transfer.count == 0 and hold(house) == ("none", None)
    idle_until(house, lambda house: house.state == "v2l", 1000, 1000)


def test_a_hold_goes_by_the_effective_plan():
    # The window is 05:30-07:00, but from 05:50 the lead of a charge takes it away until 06:30.
    plan = {"v2l": ((127, 330, 420),), "charge": ((127, 360, 390),)}
    house = on_v2l(**plan)
    house.press()
    idle(house, 5)
    assert hold(house) == ("window", "2026-11-20T05:50:00Z")
    house = near(start="2026-11-20T05:52:00Z", **plan)
    house.press()
    idle(house, 5)
    assert hold(house) == ("window", "2026-11-20T07:00:00Z")


def test_a_hold_passes_over_skipped_dates():
    house = near(start=LATER, skip=(2515, 2516))
    house.press()
    idle(house, 5)
    assert hold(house) == ("window", "2026-11-22T05:45:00Z")


def test_a_hold_without_any_window_to_come_stays():
    house = near(start=LATER, v2l=())
    house.press()
    idle(house, 100_000, 20_000)
    assert hold(house) == ("window", None)


def test_a_later_hold_has_an_end_of_its_own():
    # 05:31 press, over at 05:45; 06:01 press, over at 06:15.
    house = on_v2l(v2l=TWICE)
    house.press()
    idle_until(house, lambda house: house.state == "v2l", 2000, 1000)
    house.press()
    idle(house, 30)
    assert house.state == "grid" and hold(house) == ("window", "2026-11-20T06:15:00Z")


def test_an_anxious_second_press_does_not_undo_the_first():
    house = on_v2l()
    for _ in range(4):
        house.press()
        house.run(seconds=1)
        assert hold(house)[0] == "window"
    idle(house, 6)
    house.press()
    assert hold(house) == ("none", None)
    idle_until(house, lambda house: house.state == "v2l", 60)


@pytest.mark.parametrize("after_ms, left", [(9900, "window"), (10_020, "none")])
def test_a_window_hold_can_be_released_ten_seconds_after_it_began(after_ms, left):
    house = on_v2l()
    start_ms = house.ms
    house.press(100)
    idle(house, ms=after_ms - (house.ms - start_ms), step_ms=20)
    house.press(100)
    assert hold(house)[0] == left


@pytest.mark.parametrize("ms, kind", [(1940, "window"), (2060, "fixed"), (2500, "fixed"), (20_000, "fixed")])
def test_two_seconds_make_it_fixed(ms, kind):
    house = on_v2l()
    house.press(ms)
    assert hold(house)[0] == kind


def test_a_fixed_hold_lasts_until_it_is_released_by_two_seconds():
    # 20th 05:31 held 2 s; nothing but another 2 s ends it, on the 22nd.
    house = on_v2l()
    house.press(2500)
    idle(house, 2 * 86_400, 20_000)
    assert hold(house) == ("fixed", None)
    house.press()
    assert hold(house) == ("fixed", None)
    house.press(2500)
    assert hold(house) == ("none", None)
    idle_until(house, lambda house: house.state == "v2l", 60)


def test_a_window_hold_held_two_seconds_becomes_fixed():
    for wait_s in (1, 20):
        house = on_v2l()
        house.press()
        idle(house, wait_s)
        house.press(2500)
        assert hold(house)[0] == "fixed"


# Resets and clocks


@pytest.mark.parametrize("press_ms, kind", [(200, "window"), (2500, "fixed")])
def test_every_hold_outlives_every_reset(press_ms, kind):
    house = on_v2l()
    house.press(press_ms)
    idle(house, 5)
    before = hold(house)
    for planned in (True, False):
        reboot(house, planned=planned)
        idle(house, 30)
        assert hold(house) == before and before[0] == kind and house.core.transfer.count == 2


def test_a_hold_whose_end_was_not_worked_out_yet_outlives_a_reset():
    house = on_v2l()
    house.world["button"] = 1
    house.run(ms=80)
    house.world["button"] = 0
    reboot(house)
    idle(house, 30)
    assert hold(house) == ("window", "2026-11-20T05:45:00Z")


def test_a_lost_clock_lengthens_a_hold_and_never_ends_it():
    # 05:31 press; reset at 05:32 without a clock; the clock is back at 05:50.
    house = on_v2l()
    house.press()
    idle(house, 5)
    reboot(house, clock=False)
    idle(house, 3600, 5000)
    assert hold(house) == ("window", "2026-11-20T05:45:00Z")
    house.core.clock.set(house.clock_s + 1200, 1, "hand")
    house.run(seconds=3)
    assert hold(house) == ("none", None)


def test_a_press_without_a_clock_holds_until_a_window_seen_later_has_ended():
    house = near(start=LATER)
    reboot(house, clock=False)
    idle(house, 10)
    house.press()
    idle(house, 7200, 5000)
    assert hold(house) == ("window", None)
    house.core.clock.set(house.clock_s + 3600, 1, "hand")
    house.run(seconds=3)
    assert hold(house) == ("window", "2026-11-21T05:45:00Z")


def test_a_clock_that_is_lost_while_the_hold_runs_does_not_end_it():
    house = on_v2l()
    house.press()
    idle(house, 5)
    house.core.clock.system_moved(100)
    idle(house, 3600, 5000)
    assert hold(house)[0] == "window"


# Local, remote, stuck


def test_local_and_remote_holds_do_not_lift_each_other():
    house = on_v2l()
    house.core.set_remote_hold(1)
    house.press()
    idle(house, 5)
    house.core.set_remote_hold(0)
    assert hold(house)[0] == "window" and "hold" in missing(house.run(ms=40))
    house.core.set_remote_hold(1)
    idle(house, 11)
    house.press()
    assert says(house)["hold"] == {"local": "none", "remote": "fixed", "until": None}
    assert "hold" in missing(house)


def test_a_remote_hold_outlives_a_reset_and_a_lost_clock():
    house = on_v2l()
    house.core.set_remote_hold(1)
    house.run(seconds=1)
    reboot(house, clock=False)
    idle(house, 30)
    assert says(house)["hold"]["remote"] == "fixed" and "hold" in missing(house)


@pytest.mark.parametrize("selector", [False, True])
def test_a_stuck_button_is_a_hold_and_never_a_fault(selector):
    house = on_v2l(selector=selector)
    house.world["button"] = 1
    idle(house, 7200, 5000)
    assert house.state == "grid" and house.faults == [] and "hold" in missing(house)
    reboot(house)
    idle(house, 60)
    assert house.state == "grid" and house.faults == [] and "hold" in missing(house)


@pytest.mark.parametrize("press_ms, kind", [(200, "window"), (2500, "fixed")])
def test_a_button_held_through_power_up_releases_no_hold(press_ms, kind):
    house = on_v2l()
    house.press(press_ms)
    idle(house, 15)
    reboot(house)
    house.world["button"] = 1
    house.run(seconds=4)
    house.world["button"] = 0
    house.run(seconds=1)
    assert hold(house)[0] in (kind, "fixed") and hold(house)[0] != "none"


def test_a_selector_holds_grid_exactly_while_it_says_grid():
    house = on_v2l(selector=True)
    house.world["button"] = 1
    assert house.until(lambda house: not house.core.gate.pilot, 1) <= 60
    idle(house, 100)
    assert hold(house) == ("fixed", None) and "hold" in missing(house)
    house.world["button"] = 0
    idle_until(house, lambda house: house.state == "v2l", 30)
    assert hold(house) == ("none", None)


# Service


def test_a_press_within_five_seconds_of_the_start_is_service_and_a_hold_of_five_ends_it():
    # 0 s start   2 s press   30 s held for 6 s: service over, start-up again
    house = on_v2l()
    reboot(house, planned=True)
    house.run(seconds=2)
    house.press()
    assert house.state == "service" and hold(house) == ("none", None)
    idle(house, 120)
    assert house.state == "service" and "service" in missing(house) and house.outputs == (0, 0)
    house.press(6000)
    assert house.state == "startup" and hold(house) == ("none", None)
    idle_until(house, lambda house: house.state == "v2l", 60)


@pytest.mark.parametrize("at_ms, state", [(300, "service"), (4900, "service"), (5000, "startup")])
def test_service_is_offered_for_five_seconds(at_ms, state):
    house = near(start=LATER)
    reboot(house, planned=True)
    house.run(ms=at_ms)
    house.press()
    assert house.state == state
    assert hold(house)[0] == ("none" if state == "service" else "window")


@pytest.mark.parametrize("ms, state", [(4900, "service"), (5100, "startup"), (14_900, "startup"), (15_100, "service")])
def test_only_a_hold_of_five_to_fifteen_seconds_ends_service(ms, state):
    house = near(start=LATER)
    house.core.set_service(1)
    house.run(ms=100)
    house.press(ms)
    assert house.state == state


def test_the_press_that_began_service_does_not_end_it():
    house = near(start=LATER)
    reboot(house, planned=True)
    house.run(seconds=2)
    house.press(7000)
    assert house.state == "service"


def test_a_button_held_through_power_up_is_not_service():
    house = near(start=LATER)
    house.world["button"] = 1
    reboot(house, planned=True)
    house.run(seconds=3)
    assert house.state == "startup"
    house.world["button"] = 0
    idle(house, 10)
    assert house.state == "grid"


def test_a_service_for_an_update_ends_by_a_restart_only():
    house = near(start=LATER)
    house.core.set_service(gestures.FOR_UPDATE)
    house.run(ms=100)
    house.press(6000)
    assert house.state == "service"
    reboot(house, planned=True)
    idle(house, 10)
    assert house.state == "grid"


@pytest.mark.parametrize("planned", [True, False])
def test_any_restart_ends_service_and_the_schedule_goes_on(planned):
    house = on_v2l()
    house.core.set_service(gestures.BY_PERSON)
    idle(house, 60)
    assert house.state == "service" and house.outputs == (0, 0)
    reboot(house, planned=planned)
    idle_until(house, lambda house: house.state == "v2l", 90)


def test_service_is_offered_with_a_latched_fault_too():
    house = near(start=LATER)
    house.plant.stuck["km2"] = "closed"
    house.run(seconds=1)
    reboot(house, planned=True)
    house.run(seconds=2)
    house.press()
    assert house.state == "service"


def test_in_service_feedback_faults_are_shown_and_not_latched():
    house = near(start=LATER)
    house.core.set_service(1)
    house.run(ms=100)
    house.plant.stuck.update(km1="open", km2="closed")
    house.run(seconds=1)
    assert house.faults == ["km2-uncommanded"] and latched(house) == []
    house.plant.stuck["km1"] = "closed"
    house.run(seconds=1)
    assert "both-closed" in house.faults and latched(house) == []
    house.plant.stuck.clear()
    house.run(seconds=1)
    assert house.faults == []
    house.core.set_service(0)
    idle(house, 10)
    assert house.state == "grid" and events(house, "fault")


def test_what_is_still_wrong_when_service_ends_latches():
    house = near(start=LATER)
    house.core.set_service(1)
    house.run(ms=100)
    house.plant.stuck.update(km1="open", km2="closed")
    house.run(seconds=1)
    house.core.set_service(0)
    house.run(seconds=1)
    assert latched(house) == ["km2-uncommanded"] and house.state == "fault"
