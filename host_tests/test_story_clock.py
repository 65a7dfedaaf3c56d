"""Clocks that jump, lie, age and are lost; the deadline that does not need them; plans, budgets and reports."""

import pytest

from firmware.core import clock, dates
from host_tests.story import commands_v2l, idle, idle_until, missing, ms_to_off, near, on_v2l, reboot, says

BOTH_BOARDS = pytest.mark.parametrize("two_relays", [False, True], ids=["one relay", "two relays"])
ALL_DAY = ((127, 0, 1440),)
TWICE = ((127, 330, 345), (127, 360, 375))  # 05:30-05:45 and 06:00-06:15
LONG = ((127, 240, 345),)  # 04:00-05:45


def moved(house, by_s, error_s=1):
    """Somebody sets the clock, in the slow part, where clocks are set."""
    house.core.clock.set(house.core.clock.now_s + by_s, error_s, "hand")
    house.core.slow()
    return house


def trust(house):
    return says(house)["clock"]["trust"]


# The schedule is a level


@pytest.mark.parametrize("by_s", [-1, -30, -1000, 1, 30])
def test_a_clock_corrected_within_the_window_ends_nothing(by_s):
    house = on_v2l(v2l=LONG)
    for _ in range(5):
        moved(house, by_s)
        idle(house, 5)
        assert house.state == "v2l" and house.core.transfer.count == 1


@pytest.mark.parametrize("by_s", [-1, -2])
def test_a_small_correction_at_midnight_ends_nothing(by_s):
    house = on_v2l(start="2026-11-20T23:58:00Z", v2l=((127, 1380, 60),))
    idle_until(house, lambda house: house.core.clock.now_s % 86_400 == 1, 150)
    moved(house, by_s)
    idle(house, 30)
    assert house.state == "v2l" and house.core.transfer.count == 1


def test_a_start_in_the_middle_of_a_window_enters_it():
    house = near(start="2026-11-20T05:37:00Z")
    assert idle_until(house, lambda house: house.state == "v2l", 20) <= 10


def test_a_clock_set_into_a_window_enters_it_and_set_out_of_it_leaves_at_once():
    house = near(start="2026-11-20T03:00:00Z")
    moved(house, 2 * 3600 + 35 * 60)
    idle_until(house, lambda house: house.state == "v2l", 20)
    moved(house, 20 * 60)
    assert ms_to_off(house) <= 20
    idle(house, 100)
    assert house.state == "grid" and missing(house)[0] == "schedule"
    moved(house, -20 * 60)
    idle_until(house, lambda house: house.state == "v2l", 20)
    moved(house, -20 * 60)
    assert ms_to_off(house) <= 20


def test_the_next_transfer_of_the_plan_is_told():
    house = near(start="2026-11-20T05:00:00Z")
    assert says(house)["next"] == {"at": "2026-11-20T05:30:00Z", "source": "v2l"}
    idle(house, 1820, 5000)
    assert says(house)["next"] == {"at": "2026-11-20T05:45:00Z", "source": "grid"}
    house.core.clock.system_moved(9)
    assert says(house)["next"] is None
    assert says(near(v2l=()))["next"] is None


def test_the_hour_that_repeats_is_used_twice_and_the_one_that_is_skipped_not_at_all():
    quarter = ((127, 75, 105),)  # 01:15-01:45
    house = near(start="2026-10-25T00:00:00Z", zone="GMT0BST,M3.5.0/1,M10.5.0", v2l=quarter)
    idle(house, 3 * 3600, 5000)
    assert house.core.transfer.count == 4 and 3540 <= house.core.transfer.v2l_s <= 3600
    house = near(start="2026-03-29T00:00:00Z", zone="GMT0BST,M3.5.0/1,M10.5.0", v2l=quarter)
    idle(house, 3 * 3600, 5000)
    assert house.core.transfer.count == 0


# The deadline


@BOTH_BOARDS
def test_the_deadline_holds_although_the_clock_is_set_back_and_then_the_clock_is_contradicted(two_relays):
    # 05:30  entry, deadline 05:45 by elapsed time   05:35  somebody sets the clock back to 04:35
    # 05:45  (clock says 04:45) V2L is left   05:47  the schedule has said V2L for 120 s longer: no trust
    house = on_v2l(two_relays, v2l=LONG)
    start_ms = house.ms
    moved(house, -3600)
    idle_until(house, lambda house: not commands_v2l(house), 1000)
    assert 880_000 <= house.ms - start_ms <= 900_000
    assert house.state in ("to_grid", "grid") and trust(house) == "synced"
    idle(house, 110)
    assert trust(house) == "synced" and "schedule" in missing(house)
    idle(house, 20)
    assert trust(house) == "unset" and "clock" in missing(house)
    # The chip has kept the same wrong time, and is not believed; nor is a stamp.
    house.core.clock.chip(house.core.clock.now_s)
    house.core.clock.stamp(house.core.clock.now_s, 1)
    assert trust(house) == "unset"
    # An independent set is; but the schedule has to say grid once.
    moved(house, 0)
    idle(house, 300)
    assert trust(house) == "unset" or house.core.transfer.count == 2
    moved(house, 3600)
    idle(house, 100)
    assert trust(house) == "synced" and house.core.transfer.count == 2
    idle_until(house, lambda house: house.state == "v2l", 86_400, 20_000)
    assert dates.iso(house.core.clock.now_s)[:13] == "2026-11-21T04"


@BOTH_BOARDS
def test_a_contradicted_clock_that_a_person_sets_stays_set_though_the_schedule_still_says_v2l(two_relays):
    house = on_v2l(two_relays, v2l=LONG)
    moved(house, -3600)
    idle(house, 1100)
    assert trust(house) == "unset"
    moved(house, 0)
    idle(house, 300)
    assert trust(house) == "synced" and missing(house)[0] == "schedule" and house.core.transfer.count == 2


def test_a_contradicted_clock_stays_barred_through_a_reset():
    house = on_v2l(v2l=LONG)
    moved(house, -3600)
    idle(house, 1100, 2000)
    assert trust(house) == "unset"
    reboot(house, planned=True, clock=False)
    house.core.clock.chip(house.clock_s)
    house.core.clock.stamp(house.clock_s, 1)
    idle(house, 100)
    assert trust(house) == "unset" and house.core.transfer.count == 2


def test_a_later_sync_shortens_the_deadline_and_never_lengthens_it():
    # 15 min from 05:30. At 05:31 the clock says 05:36: nine minutes left. Back again: still nine.
    house = on_v2l()
    moved(house, 300)
    idle(house, 5)
    left_ms = house.core.stay.left_ms
    assert left_ms <= 600_000
    moved(house, -300)
    idle(house, 60)
    assert house.state == "v2l" and house.core.stay.left_ms <= left_ms - 59_000
    idle_until(house, lambda house: not commands_v2l(house), 600)


def test_a_clock_that_is_set_back_again_and_again_cannot_prolong_a_stay():
    house = on_v2l(v2l=LONG)
    start_ms = house.ms
    while commands_v2l(house):
        idle(house, 10)
        moved(house, -10)
        assert house.ms - start_ms <= 910_000


def test_the_longest_stay_ends_without_contradiction_and_the_next_window_is_used():
    house = on_v2l(v2l=TWICE, limits={"max_v2l_min": 2})
    assert 115 <= idle_until(house, lambda house: not commands_v2l(house), 130) <= 120
    idle(house, 700)
    assert trust(house) == "synced" and house.core.transfer.count == 2 and missing(house)[0] == "schedule"
    idle_until(house, lambda house: house.state == "v2l", 1200)


def test_a_spent_stay_outlives_a_reset_within_the_same_window():
    house = on_v2l(limits={"max_v2l_min": 2})
    idle(house, 130)
    reboot(house)
    idle(house, 300)
    assert house.state == "grid" and house.core.transfer.count == 2


def test_a_stay_that_ended_yesterday_does_not_cost_todays_window():
    # 20th 05:45  the stay runs into its deadline   21st 05:31  a power cut just after the window has opened
    house = on_v2l()
    idle(house, 1000)
    house.world_changes(car=0)
    idle(house, 86_400 - 900, 20_000)
    house.world_changes(car=1)
    reboot(house)
    idle_until(house, lambda house: house.state == "v2l", 60)


# Budget


def test_a_budget_is_used_once_a_day():
    house = on_v2l(v2l=TWICE, budget_s=300)
    idle_until(house, lambda house: not commands_v2l(house), 310)
    assert 299 <= house.core.transfer.v2l_s <= 301
    idle(house, 3600, 5000)
    assert house.core.transfer.count == 2 and "budget" in missing(house)
    idle_until(house, lambda house: house.state == "v2l", 86_400, 20_000)
    assert dates.iso(house.core.clock.now_s)[:13] == "2026-11-21T05"


def test_a_budget_is_that_of_the_local_day():
    # Local midnight is at 14:00 UTC. 23:58:06 entry; just before two minutes are used up the new day brings two more.
    house = on_v2l(start="2026-11-20T13:57:56Z", zone="AAA-10", v2l=((127, 1438, 30),), budget_s=120)
    start_ms = house.ms
    idle_until(house, lambda house: not commands_v2l(house), 300)
    assert 228_000 <= house.ms - start_ms <= 236_000


def test_a_budget_used_in_two_stays_is_added_up():
    house = on_v2l(budget_s=200)
    idle(house, 100)
    house.core.set_remote_hold(1)
    idle(house, 20)
    house.core.set_remote_hold(0)
    idle_until(house, lambda house: house.state == "v2l", 30)
    idle_until(house, lambda house: not commands_v2l(house), 200)
    assert 199 <= house.core.transfer.v2l_s <= 202


@pytest.mark.parametrize("since_entry_s, left_s", [(150, 50), (-1, 0), (200, 0)])
def test_an_interrupted_stay_counts_against_the_budget(since_entry_s, left_s):
    house = on_v2l(budget_s=200)
    idle(house, 150)
    reboot(house, since_entry_s=since_entry_s)
    before_s = house.core.transfer.v2l_s
    idle(house, 400)
    assert left_s - 1 <= house.core.transfer.v2l_s - before_s <= left_s + 1
    idle_until(house, lambda house: house.state == "v2l", 86_400, 20_000)


def test_a_stay_interrupted_after_midnight_counts_against_the_day_it_was_in():
    # 23:58 entry; 00:03 reset, and nothing says how long the stay was.
    house = on_v2l(start="2026-11-20T23:57:00Z", v2l=((127, 1380, 60),), budget_s=600)
    idle(house, 360)
    assert commands_v2l(house) and house.core.clock.now_s % 86_400 < 300
    reboot(house)
    idle(house, 300)
    assert house.state == "grid" and "budget" in missing(house)


# What others say


def test_reports_go_stale_after_a_quarter_of_an_hour():
    house = near(soc_reserve=40, v2l=ALL_DAY)
    assert idle(house, 30).state == "grid" and missing(house) == ["soc"]
    house.core.reports.hear_soc(44)
    assert idle(house, 30).state == "grid"
    house.core.reports.hear_soc(45)
    idle_until(house, lambda house: house.state == "v2l", 10)
    idle(house, 600)
    house.core.reports.hear_soc(40)
    idle(house, 899)
    assert house.state == "v2l"
    idle(house, 5)
    assert house.state == "grid" and missing(house)[0] == "soc" and says(house)["soc"] is None


def test_a_charging_report_keeps_v2l_away_until_it_is_stale():
    house = on_v2l(v2l=ALL_DAY)
    house.core.reports.hear_charging(1)
    assert ms_to_off(house) <= 20
    idle(house, 895)
    assert house.state == "grid" and missing(house) == ["charging"]
    idle_until(house, lambda house: house.state == "v2l", 30)


def test_a_charging_report_is_not_remembered_past_a_restart():
    house = on_v2l(v2l=ALL_DAY)
    house.core.reports.hear_charging(1)
    reboot(house, planned=True)
    idle_until(house, lambda house: house.state == "v2l", 90)


# Trust


def test_a_step_of_the_system_clock_drops_trust_even_with_a_healthy_chip_which_may_then_restore_it():
    house = on_v2l()
    house.core.clock.chip(house.core.clock.now_s)
    house.core.clock.system_moved(2)
    house.core.clock.system_moved(-2)
    assert house.run(seconds=1).state == "v2l"
    house.core.clock.system_moved(-3)
    assert ms_to_off(house) <= 20 and trust(house) == "unset"
    house.core.clock.chip(house.core.clock.now_s)
    assert trust(house) == "synced"
    idle_until(house, lambda house: house.state == "v2l", 30)


def test_a_network_that_lies_is_refused_and_three_agreeing_lies_leave_nobody_trusted():
    house = on_v2l()
    true_s = house.core.clock.now_s
    house.core.clock.chip(true_s)
    for _ in range(2):
        house.core.clock.network(house.core.clock.now_s + 3600, 1)
        house.run(seconds=1)
        assert house.state == "v2l" and abs(house.core.clock.now_s - true_s) < 5
    house.core.clock.network(house.core.clock.now_s + 3601, 1)
    assert ms_to_off(house) <= 20
    idle(house, 5)
    assert trust(house) == "unset" and "clock-disagrees" in house.faults and "clock-lost" in house.faults
    house.core.clock.chip(house.core.clock.now_s)
    assert trust(house) == "unset"
    moved(house, 0)
    idle(house, 5)
    assert trust(house) == "synced" and house.faults == []


@pytest.mark.parametrize("off_s", (-2, -1, 0, 1, 2))
def test_a_network_that_agrees_confirms_the_clock_and_does_not_move_it(off_s):
    house = on_v2l()
    house.run(seconds=0.5)
    k = house.core.clock
    now = k.now_s, k.ms
    assert k.network(k.now_s + off_s, 3)
    assert (k.now_s, k.ms) == now and trust(house) == "synced" and k.source == "ntp"
    assert k.error_s() == 3 + abs(off_s) + 1 == k.last_set_error_s and k.last_set_s == k.now_s
    assert k.network(k.now_s + 3, 3)
    assert (k.now_s, k.ms, k.error_s()) == (now[0] + 3, 0, 3)


def test_a_clock_that_is_not_trusted_is_set_by_a_network_that_happens_to_agree():
    house = near(start="2026-11-20T04:00:00Z")
    k = house.core.clock
    k.trust = clock.UNSET
    house.run(seconds=0.5)
    assert k.network(k.now_s + 1, 3) and k.ms == 0 and k.error_s() == 3 and trust(house) == "synced"


def test_a_network_that_lies_just_after_the_system_clock_stepped_is_refused_too():
    house = on_v2l()
    true_s = house.core.clock.now_s
    house.core.clock.chip(true_s)
    house.core.clock.system_moved(10)
    house.core.clock.network(true_s + 3600, 1)
    assert abs(house.core.clock.now_s - true_s) < 5


def test_a_clock_that_ages_is_told_and_in_the_end_not_trusted():
    house = near(limits={"max_error_s": 5}, start="2026-11-20T04:00:00Z")
    moved(house, 0, error_s=4)
    idle(house, 5)
    assert "clock-ageing" in house.faults and "clock" not in missing(house)
    house.core.clock.age_s = 19_990
    idle(house, 20)
    assert "clock-lost" in house.faults and missing(house)[0] == "clock"
    assert says(house)["clock"] == {"trust": "unset", "source": None, "error_s": None} and says(house)["time"] is None


@pytest.mark.parametrize("limit_s, code", [(60, "clock-ageing"), (120, "clock-lost")])
def test_a_battery_clock_that_comes_to_a_limit_is_told_once_and_not_every_minute(limit_s, code):
    """Its error grows by a second in days; between two readings the crystal's grows by one and goes back."""
    house = near(start="2026-11-20T04:00:00Z")
    k = house.core.clock
    k.trust, k.last_set_error_s = clock.HOLDOVER, 2
    k.last_set_s = k.now_s - (limit_s - 4) * clock.CHIP_S_PER_ERROR_S - clock.CHIP_S_PER_ERROR_S // 2
    told = []
    for _day in range(8):
        k.chip(k.now_s)
        for _minute in range(5):
            idle(house, 60)
            told += [data for kind, what, data in house.core.events if (kind, what) == ("fault", code)]
            house.core.events.clear()
            k.chip(k.now_s)
        k.last_set_s -= 12 * 3600
        k.age_s += 12 * 3600
    assert told == ["seen"] and code in house.faults


@pytest.mark.parametrize("when", ["a hundred years", "the first second"])
def test_times_far_away_break_nothing(when):
    house = near()
    house.core.clock.set(1_073_741_823 if when == "a hundred years" else 0, 1, "hand")
    idle(house, 30)
    says(house)
    assert clock.NAMES[house.core.clock.trust] == "synced"
