"""Limits on entries, and the storms that end on grid: everything here is counted across resets."""

import pytest

from host_tests.story import (
    commands_v2l, events, first, idle, idle_until, latched, missing, near, on_v2l, reboot)

ALL_DAY = ((127, 0, 1440),)
MANY = {"entries_per_hour": 12, "entries_per_day": 24}


def come_and_go(house, seconds=2):
    """One more entry, ended in good order."""
    house.core.set_remote_hold(0)
    idle_until(house, lambda house: house.state == "v2l", 60)
    house.run(seconds=seconds)
    house.core.set_remote_hold(1)
    house.until(lambda house: house.state == "grid", 2)
    house.core.set_remote_hold(0)
    return house.run(ms=40)


def interrupted(house, since_entry_s, clock=True, away_s=-1):
    """One more entry, ended by a reset nobody asked for."""
    idle_until(house, lambda house: house.state == "v2l", 100)
    house.run(ms=200)
    return reboot(house, since_entry_s=since_entry_s, clock=clock, away_s=away_s)


# The governor


@pytest.mark.parametrize("per_hour", [1, 4, 12])
def test_as_many_entries_an_hour_as_the_limit_says_and_not_one_more(per_hour):
    house = near(v2l=ALL_DAY, limits={"entries_per_hour": per_hour, "entries_per_day": 24})
    begun_ms = house.ms
    for _ in range(per_hour):
        come_and_go(house)
    assert house.core.transfer.count == 2 * per_hour
    idle(house, 1200, 5000)
    assert house.core.transfer.count == 2 * per_hour and missing(house) == ["governor"]
    idle_until(house, lambda house: house.state == "v2l", 3600, 5000)
    assert 3600_000 <= house.ms - begun_ms <= 3630_000


def test_as_many_entries_a_day_as_the_limit_says_and_not_one_more():
    house = near(v2l=ALL_DAY, limits={"entries_per_hour": 4, "entries_per_day": 12})
    begun_ms = house.ms
    for _ in range(3):
        for _entry in range(4):
            come_and_go(house)
        house.core.set_remote_hold(1)
        idle(house, 3700, 10_000)
        house.core.set_remote_hold(0)
    idle(house, 4 * 3600, 20_000)
    assert house.core.transfer.count == 24 and missing(house) == ["governor"]
    idle_until(house, lambda house: house.state == "v2l", 86_400, 20_000)
    assert 86_400_000 <= house.ms - begun_ms <= 86_460_000


def test_tries_count_like_entries():
    house = near(v2l=ALL_DAY, limits={"entries_per_hour": 2})
    house.plant.km2.coil_open = 1
    idle(house, 600)
    assert house.core.transfer.count == 4 and "governor" in missing(house)


def test_entries_are_counted_across_resets_of_every_kind():
    house = near(v2l=ALL_DAY)
    for planned, clock in ((True, True), (False, True), (True, False), (False, False)):
        come_and_go(house)
        reboot(house, planned=planned, clock=clock)
        house.core.clock.set(house.clock_s, 1, "hand")
    idle(house, 100)
    assert house.core.transfer.count == 8 and missing(house) == ["governor"]


def test_time_without_power_counts_if_somebody_can_say_how_long_it_was():
    for away_s, barred in ((-1, True), (3000, True), (3600, False)):
        house = near(v2l=ALL_DAY, limits={"entries_per_hour": 1})
        come_and_go(house)
        reboot(house, planned=True, away_s=away_s)
        idle(house, 100)
        assert commands_v2l(house) != barred


# transfer-storm


def test_ten_times_only_the_governor_in_an_hour_is_a_storm():
    # The car comes and goes while the hour's entries are used up: each time only the governor stands before an entry.
    house = near(v2l=ALL_DAY, limits={"entries_per_hour": 1})
    come_and_go(house)
    for times in range(1, 11):
        house.world_changes(car=0)
        idle(house, 5)
        assert latched(house) == []
        house.world_changes(car=1)
        idle(house, 20)
        assert latched(house) == (["transfer-storm"] if times == 10 else [])
    assert house.state == "fault"


def test_edges_are_counted_and_not_ticks_and_not_for_ever():
    # Nine edges; then nothing but the governor for the rest of the hour, and nine more in the next.
    house = near(v2l=ALL_DAY, limits={"entries_per_hour": 1, "entries_per_day": 24})
    for _ in range(2):
        come_and_go(house)
        for _edge in range(9):
            house.world_changes(car=0)
            idle(house, 5)
            house.world_changes(car=1)
            idle(house, 20)
        idle_until(house, lambda house: house.state == "v2l", 3600, 5000)
        house.run(seconds=1)
        house.core.set_remote_hold(1)
        idle(house, 3700, 5000)
    assert latched(house) == []


@pytest.mark.parametrize("burst_after_s", [0, 3000, 3500, 3520])
def test_ten_times_within_an_hour_are_a_storm_wherever_the_hour_begins(burst_after_s):
    # One edge long before, then 17 within three minutes; the day's entries are used up, so the governor bars all of it.
    house = near(v2l=ALL_DAY, limits={"entries_per_hour": 1, "entries_per_day": 1})
    come_and_go(house)
    for wait_s in (burst_after_s,) + 17 * (0,):
        house.world_changes(car=0)
        idle(house, 5)
        house.world_changes(car=1)
        idle(house, 5)
        idle(house, wait_s, 5000)
    assert latched(house) == ["transfer-storm"]


def test_acknowledging_a_transfer_storm_does_not_give_more_entries():
    house = near(v2l=ALL_DAY, limits={"entries_per_hour": 1})
    come_and_go(house)
    for _ in range(10):
        house.world_changes(car=0)
        idle(house, 5)
        house.world_changes(car=1)
        idle(house, 20)
    house.press(6000)
    assert latched(house) == []
    idle(house, 300)
    assert house.state == "grid" and missing(house) == ["governor"]


# reset-storm


def test_resets_soon_after_an_entry_are_a_storm_the_second_time():
    house = near(v2l=ALL_DAY, limits=MANY)
    interrupted(house, since_entry_s=29)
    assert latched(house) == []
    interrupted(house, since_entry_s=30)
    assert latched(house) == ["reset-storm"]
    idle(house, 100)
    assert house.state == "fault" and house.outputs == (0, 0)


@pytest.mark.parametrize("since_entry_s", [31, 4000, -1])
def test_three_of_the_last_five_entries_ended_by_a_reset_are_a_storm(since_entry_s):
    # The resets are an hour and more apart, so that only this rule counts them: r o r o r
    house = near(v2l=ALL_DAY, limits=MANY)
    for ends_by_reset in (True, False, True, False, True):
        assert latched(house) == []
        if ends_by_reset:
            interrupted(house, since_entry_s, away_s=3600)
        else:
            come_and_go(house)
    assert latched(house) == ["reset-storm"] and first(house) == "reset-storm"


def test_three_resets_with_good_entries_between_are_none():
    # r o o r o o r: never three of five.
    house = near(v2l=ALL_DAY, limits=MANY)
    for ends_by_reset in (True, False, False, True, False, False, True):
        if ends_by_reset:
            interrupted(house, 100, away_s=3600)
        else:
            come_and_go(house)
    assert latched(house) == []


def test_four_resets_in_an_hour_are_a_storm_even_without_any_entry():
    house = near(start="2026-11-20T03:00:00Z")
    for times in (1, 2, 3, 4):
        idle(house, 1100 if times > 1 else 1, 5000)
        reboot(house, away_s=1100)
        assert latched(house) == (["reset-storm"] if times == 4 else [])


def test_four_resets_in_more_than_an_hour_are_none():
    house = near(start="2026-11-20T03:00:00Z")
    for _ in range(8):
        idle(house, 1250, 5000)
        reboot(house, away_s=1250)
    assert latched(house) == []


def test_resets_an_hour_of_running_apart_are_no_storm_without_any_clock_either():
    house = near(start="2026-11-20T03:00:00Z")
    for _ in range(6):
        idle(house, 3700, 5000)
        reboot(house, clock=False)
    assert latched(house) == []


def test_restarts_we_ask_for_do_not_count():
    house = near(v2l=ALL_DAY, limits=MANY)
    for _ in range(8):
        idle_until(house, lambda house: house.state == "v2l", 100)
        reboot(house, planned=True, since_entry_s=3)
    assert latched(house) == [] and house.core.resets == 0


def test_an_orderly_return_is_no_reset_of_an_entry():
    # The reset comes later, on grid.
    house = near(v2l=ALL_DAY, limits=MANY)
    for _ in range(5):
        come_and_go(house)
        reboot(house, away_s=3600)
    assert latched(house) == []


def test_a_contactor_that_resets_the_board_whenever_it_drops_ends_on_grid_within_a_few_entries():
    # Whenever KM2 lets go the board resets as if the power had gone: nothing in RAM, and nobody knows for how long.
    house = near(v2l=ALL_DAY, limits=MANY)
    entries = 0
    while True:
        idle_until(house, lambda house: house.state in ("v2l", "fault"), 200)
        if house.state == "fault":
            break
        entries += 1
        house.core.set_remote_hold(1)
        house.until(lambda house: not house.plant.km2.closed, 2)
        reboot(house).core.set_remote_hold(0)
    assert latched(house) == ["reset-storm"] and entries == 3


def test_a_reset_after_the_orderly_return_of_a_very_short_entry_is_near_that_entry():
    # KM1's pull disturbs the board a moment after the return has been written; the entry is two seconds old.
    house = near(v2l=ALL_DAY, limits=MANY)
    for _ in range(2):
        assert latched(house) == []
        come_and_go(house, seconds=1)
        reboot(house, since_entry_s=2, away_s=3600)
    assert latched(house) == ["reset-storm"]


def test_acknowledging_a_reset_storm_clears_what_led_there():
    house = near(v2l=ALL_DAY, limits=MANY)
    interrupted(house, since_entry_s=3)
    interrupted(house, since_entry_s=3)
    idle(house, 10)
    house.press(6000)
    assert latched(house) == []
    interrupted(house, since_entry_s=3)
    idle(house, 10)
    assert latched(house) == [] and not [event for event in events(house, "fault") if "reset-storm" in event]


def test_a_latched_storm_outlives_every_reset():
    house = near(v2l=ALL_DAY, limits=MANY)
    interrupted(house, since_entry_s=3)
    interrupted(house, since_entry_s=3)
    for planned in (True, False, True):
        idle(house, 30)
        reboot(house, planned=planned, away_s=3600)
        assert latched(house) == ["reset-storm"]
    idle(house, 100)
    assert house.state == "fault"


def test_the_mark_of_an_entry_stands_until_the_orderly_return():
    house = near(v2l=ALL_DAY)
    idle_until(house, lambda house: house.state == "v2l", 60)
    assert house.file["mark"] is not None
    house.run(seconds=3)
    house.core.set_remote_hold(1)
    house.until(lambda house: house.state == "grid", 2)
    house.run(ms=40)
    assert house.file["mark"] is None


def test_the_mark_is_cleared_by_an_orderly_stop_in_a_fault_too():
    house = on_v2l(inputs=("km1", "km2", "bond", "car"))
    house.plant.stuck["bond"] = "open"
    house.until(lambda house: house.state == "fault", 2)
    house.run(ms=40)
    assert house.file["mark"] is None and house.file["latched"] == ["bond-missing"]
