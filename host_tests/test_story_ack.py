"""Acknowledging: by a person at the board, who began after the fault latched, with a picture that is right."""

import pytest

from firmware.core import faults, gestures
from host_tests.story import events, first, idle, idle_until, latched, missing, near, on_v2l, reboot, says

ALL = ("km1", "km2", "bond", "car", "grid")
LATER = "2026-11-20T05:20:00Z"  # ten minutes before the window
HOLDS = ("none", "window", "fixed")


def bond_stuck(**options):
    """A house with a latched fault whose cause is gone."""
    house = near(inputs=ALL, **options)
    house.plant.stuck["bond"] = "closed"
    house.run(seconds=1)
    house.plant.stuck.clear()
    house.run(seconds=1)
    assert latched(house) == ["bond-stuck"] and house.state == "fault"
    return house


@pytest.mark.parametrize("ms, accepted", [(4940, False), (5040, True), (9000, True), (14_960, True), (15_060, False)])
def test_a_press_of_5_to_15_seconds_acknowledges_on_its_release(ms, accepted):
    house = bond_stuck()
    house.world["button"] = 1
    house.run(ms=ms)
    assert house.state == "fault"
    house.world["button"] = 0
    house.run(ms=80)
    assert house.state == ("startup" if accepted else "fault")
    idle(house, 20)
    assert latched(house) == ([] if accepted else ["bond-stuck"])


def test_after_an_acknowledgement_the_board_starts_anew_and_v2l_follows():
    house = bond_stuck()
    house.press(6000)
    assert house.state == "startup"
    assert 5 <= idle_until(house, lambda house: house.state == "grid", 20) <= 7
    assert idle_until(house, lambda house: house.state == "v2l", 20) <= 15


def test_a_press_that_began_before_the_fault_does_not_acknowledge_it():
    house = near(inputs=ALL, start=LATER)
    house.world["button"] = 1
    house.run(seconds=3)
    house.plant.stuck["bond"] = "closed"
    house.run(seconds=1)
    house.plant.stuck.clear()
    house.run(seconds=6)
    house.world["button"] = 0
    house.run(seconds=1)
    assert latched(house) == ["bond-stuck"]
    house.press(6000)
    assert latched(house) == []


def test_a_press_during_which_another_fault_latches_acknowledges_neither():
    house = bond_stuck()
    house.world["button"] = 1
    house.run(seconds=3)
    house.lies["pilot_on"] = 1
    house.run(seconds=1)
    house.lies.clear()
    house.run(seconds=4)
    house.world["button"] = 0
    house.run(seconds=1)
    assert first(house) == "bond-stuck" and len(latched(house)) == 2


def test_a_stuck_button_never_acknowledges():
    house = bond_stuck()
    house.world["button"] = 1
    idle(house, 3600, 5000)
    house.world["button"] = 0
    house.run(seconds=1)
    assert latched(house) == ["bond-stuck"]


def test_a_button_held_through_power_up_never_acknowledges():
    house = bond_stuck()
    reboot(house)
    house.world["button"] = 1
    house.run(seconds=8)
    house.world["button"] = 0
    house.run(seconds=1)
    assert latched(house) == ["bond-stuck"]
    house.press(6000)
    assert latched(house) == []


@pytest.mark.parametrize("what, feedback", [("km2", "closed"), ("km1", "open"), ("bond", "closed"), ("km1", "bounce")])
def test_a_picture_that_is_not_right_is_refused(what, feedback):
    house = bond_stuck()
    house.plant.stuck[what] = feedback
    house.run(seconds=1)
    house.press(6000)
    assert house.state == "fault" and "bond-stuck" in latched(house)
    house.plant.stuck.clear()
    house.run(seconds=1)
    house.press(6000)
    assert latched(house) == []


def test_a_pin_that_still_reads_wrong_is_refused():
    house = near(start=LATER)
    house.lies["pilot_on"] = 1
    house.run(seconds=1)
    house.press(6000)
    assert latched(house) == ["pilot-readback"]
    house.lies.clear()
    house.press(6000)
    assert latched(house) == []


def test_with_a_dead_grid_the_right_picture_is_everything_open():
    house = bond_stuck()
    house.world_changes(grid=0)
    house.run(seconds=1)
    house.plant.stuck["km2"] = "closed"
    house.run(seconds=1)
    house.press(6000)
    assert "bond-stuck" in latched(house) and ("ack", "accepted", None) not in house.core.events
    house.plant.stuck.clear()
    house.run(seconds=1)
    house.press(6000)
    assert latched(house) == [] and house.state == "startup"


@pytest.mark.parametrize("hold", HOLDS)
def test_an_acknowledgement_leaves_holds_as_they_were(hold):
    house = near(inputs=ALL, start=LATER)
    if hold != "none":
        house.press(200 if hold == "window" else 2500)
        idle(house, 20)
    before = says(house)["hold"]
    assert before["local"] == hold
    house.plant.stuck["bond"] = "closed"
    house.run(seconds=1)
    house.plant.stuck.clear()
    house.run(seconds=1)
    house.press(6000)
    assert latched(house) == []
    idle(house, 5)
    assert says(house)["hold"] == before


@pytest.mark.parametrize("hold", HOLDS)
def test_a_refused_acknowledgement_leaves_holds_as_they_were_too(hold):
    house = near(inputs=ALL, start=LATER)
    if hold != "none":
        house.press(200 if hold == "window" else 2500)
        idle(house, 20)
    before = says(house)["hold"]
    house.plant.stuck["bond"] = "closed"
    house.run(seconds=1)
    house.press(6000)
    assert latched(house) == ["bond-stuck"]
    idle(house, 5)
    assert says(house)["hold"] == before and house.file["hold"]["local"] == hold


def test_while_a_fault_is_latched_the_two_second_mark_does_nothing():
    house = bond_stuck(start=LATER)
    house.press(3000)
    assert says(house)["hold"]["local"] == "window"


def test_nothing_but_a_person_at_the_board_clears_a_fault():
    house = bond_stuck()
    house.core.set_remote_hold(1)
    house.core.set_remote_hold(0)
    house.core.reports.hear_charging(0)
    house.core.clock.set(house.core.clock.now_s, 0, "hand")
    house.core.set_service(1)
    house.run(seconds=2)
    assert latched(house) == ["bond-stuck"]
    house.core.set_service(0)
    house.run(seconds=2)
    assert house.state == "fault"
    for _ in range(3):
        reboot(house)
        idle(house, 20)
        assert latched(house) == ["bond-stuck"] and house.state == "fault"


def test_what_has_no_mending_at_the_board_cannot_be_acknowledged_away():
    for number, code in ((faults.CONFIG_BAD, "config-bad"), (faults.FIRMWARE_MISMATCH, "firmware-mismatch")):
        house = bond_stuck()
        house.core.latch(number)
        house.run(ms=100)
        house.press(6000)
        assert latched(house) == [code] and house.state == "fault" and first(house) == code
        house.press(6000)
        assert latched(house) == [code]
        assert {"fault", "selfcheck"} <= set(missing(house))


def test_a_mended_configuration_does_not_give_the_next_fault_its_name():
    # config-bad is in the file; the next start finds the configuration sound; then the bond sticks.
    house = near(inputs=ALL, start=LATER)
    house.core.latch(faults.CONFIG_BAD)
    house.run(ms=100)
    reboot(house, planned=True)
    idle(house, 20)
    assert latched(house) == [] and house.state == "grid"
    house.plant.stuck["bond"] = "closed"
    house.run(seconds=1)
    assert latched(house) == ["bond-stuck"] and first(house) == "bond-stuck"


def test_acknowledging_clears_the_counts_that_led_there():
    house = near(v2l=((127, 0, 1440),), limits={"entries_per_hour": 12, "entries_per_day": 24})
    house.plant.km2.coil_open = 1
    idle_until(house, lambda house: latched(house), 300)
    house.press(6000)
    assert latched(house) == []
    tries = house.core.transfer.count
    idle_until(house, lambda house: latched(house), 300)
    assert house.core.transfer.count - tries == 6


def test_acknowledging_clears_chatter_and_a_late_guard():
    house = on_v2l(True)
    house.plant.guard.welded = 1
    house.core.set_remote_hold(1)
    house.run(seconds=2)
    assert latched(house) == ["guard-stuck"]
    house.plant.guard.free()
    house.plant.advance(100)
    house.core.set_remote_hold(0)
    house.press(6000)
    assert latched(house) == []
    idle_until(house, lambda house: house.state == "v2l", 120)
    assert latched(house) == []


# The selector


def turn(house, *steps):
    """Turn the selector: (to grid 1 or auto 0, for how many ms)."""
    for to, ms in steps:
        house.world["button"] = to
        house.run(ms=ms)
    return house


def test_a_selector_acknowledges_by_grid_auto_grid_auto_within_ten_seconds():
    house = bond_stuck(selector=True)
    turn(house, (1, 3000), (0, 3000), (1, 3000), (0, 200))
    assert latched(house) == [] and says(house)["hold"]["local"] == "none"


def test_a_selector_ends_service_as_it_acknowledges_and_by_no_less():
    house = near(selector=True)
    house.core.set_service(gestures.BY_PERSON)
    turn(house, (1, 3000), (0, 3000))
    assert house.state == "service"
    turn(house, (1, 3000), (0, 200))
    assert house.state == "startup"


def test_a_selector_turned_too_slowly_or_too_little_does_not():
    for steps in (((1, 3400), (0, 3400), (1, 3400), (0, 200)), ((1, 500), (0, 9)), ((1, 40), (0, 40), (1, 40), (0, 40)),
                  ((1, 500), (0, 500), (1, 20_000), (0, 500))):
        assert latched(turn(bond_stuck(selector=True), *steps)) == ["bond-stuck"], steps


def test_any_four_turns_within_ten_seconds_count_whatever_came_before():
    # Somebody hesitates: GRID at 0 s, AUTO at 8 s, then GRID-AUTO-GRID-AUTO quickly from 9 s on.
    house = bond_stuck(selector=True)
    turn(house, (1, 8000), (0, 1000), (1, 700), (0, 700), (1, 700), (0, 200))
    assert latched(house) == []


def test_turns_begun_before_the_fault_do_not_count():
    house = near(inputs=ALL, start=LATER, selector=True)
    turn(house, (1, 500), (0, 500), (1, 500))
    house.plant.stuck["bond"] = "closed"
    house.run(seconds=1)
    house.plant.stuck.clear()
    turn(house, (1, 200), (0, 500))
    assert latched(house) == ["bond-stuck"]
    turn(house, (1, 500), (0, 500), (1, 500), (0, 500))
    assert latched(house) == []


def test_an_acknowledgement_is_told_and_is_to_be_saved():
    house = bond_stuck()
    assert house.file["latched"] == ["bond-stuck"] and house.file["first"] == "bond-stuck"
    house.press(6000)
    assert events(house, "ack") == [("accepted", None)]
    assert house.file["latched"] == [] and house.file["first"] is None
