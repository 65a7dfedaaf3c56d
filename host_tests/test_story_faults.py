"""Every fault that latches at once: named by what is seen, within its limit and a tick, quiet one step short of it."""

import pytest

from host_tests.story import at, first, idle, latched, ms_to_off, near, on_v2l, trace

BOTH_BOARDS = pytest.mark.parametrize("two_relays", [False, True], ids=["one relay", "two relays"])
ALL = ("km1", "km2", "bond", "car", "grid")


def going(two_relays=False, **options):
    """A house in the tick in which the pilot goes on."""
    house = near(two_relays, **options)
    house.until(lambda house: house.core.gate.pilot, 60)
    return house


def returning(two_relays=False, **options):
    """A house in the tick in which grid is commanded."""
    house = on_v2l(two_relays, **options)
    house.core.set_remote_hold(1)
    house.until(lambda house: not house.core.watch.enabled(), 1)
    return house


def stays_off(house, seconds=5):
    """Whatever comes later, a latched fault keeps everything off and its own name."""
    name = first(house)
    house.run(seconds=seconds)
    assert house.state == "fault" and house.outputs == (0, 0) and first(house) == name
    return house


# both-closed


@BOTH_BOARDS
def test_both_feedbacks_closed_on_v2l_take_everything_off_within_60_ms_and_a_tick(two_relays):
    house = on_v2l(two_relays)
    house.plant.stuck["km1"] = "closed"
    assert ms_to_off(house) <= 80
    assert latched(house) == ["both-closed"]
    stays_off(house)


@BOTH_BOARDS
def test_both_feedbacks_closed_on_grid_are_named_so_before_anything_else(two_relays):
    house = near(two_relays, start="2026-11-20T05:20:00Z")
    house.plant.stuck["km2"] = "closed"
    assert house.until(lambda house: latched(house), 1) <= 80
    assert first(house) == "both-closed"
    stays_off(house)
    assert house.faults[0] == "both-closed"


def test_two_samples_of_both_closed_are_not_enough():
    house = on_v2l()
    house.plant.stuck["km1"] = "closed"
    house.run(ms=40)
    house.plant.stuck.clear()
    house.run(seconds=2)
    assert house.state == "v2l" and house.faults == []


# km1-not-open


@BOTH_BOARDS
@pytest.mark.parametrize("release_ms", [50, 300, 2000])
def test_a_welded_km1_is_told_at_its_limit(two_relays, release_ms):
    house = near(two_relays, limits={"release_ms": release_ms})
    house.plant.km1.welded = 1
    house.until(lambda house: house.core.gate.pilot, 60)
    assert release_ms <= ms_to_off(house) <= release_ms + 1
    assert latched(house) == ["km1-not-open"]
    stays_off(house)
    assert house.plant.supply() == "grid"


@BOTH_BOARDS
def test_a_pilot_that_does_not_switch_looks_the_same(two_relays):
    house = near(two_relays)
    house.plant.pilot.coil_open = 1
    house.until(lambda house: house.core.gate.pilot, 60)
    assert 300 <= ms_to_off(house) <= 301
    assert latched(house) == ["km1-not-open"]


@BOTH_BOARDS
def test_km1_that_lets_go_at_its_very_limit_is_believed_and_one_millisecond_later_is_not(two_relays):
    for off_ms, accused in ((292, []), (293, ["km1-not-open"])):
        house = near(two_relays)
        house.plant.km1.off_ms = off_ms
        house.until(lambda house: house.core.gate.pilot, 60)
        house.run(seconds=3)
        assert latched(house) == accused


# km2-stuck


@pytest.mark.parametrize("fitted", [("km1", "km2", "car"), ("km2", "car"), ALL], ids="+".join)
def test_one_relay_tells_a_km2_that_does_not_let_go_at_its_limit(fitted):
    house = on_v2l(inputs=fitted)
    house.plant.km2.welded = 1
    house.core.set_remote_hold(1)
    house.until(lambda house: not house.core.gate.pilot, 1)
    assert 300 <= house.until(lambda house: latched(house), 2) <= 301
    assert latched(house) == ["km2-stuck"]
    stays_off(house)
    assert house.faults == ["km2-stuck"]


def test_two_relays_try_the_guard_then_the_pilot_before_they_name_km2():
    house = on_v2l(True)
    house.plant.km2.welded = 1
    house.core.set_remote_hold(1)
    house.until(lambda house: not house.core.gate.guard, 1)
    assert 300 <= ms_to_off(house) <= 301
    assert 300 <= house.until(lambda house: latched(house), 2) <= 301
    assert latched(house) == ["km2-stuck"]
    stays_off(house)


def test_a_pilot_weld_on_one_relay_holds_km2_and_reads_as_stuck():
    house = on_v2l()
    house.plant.pilot.welded = 1
    house.core.set_remote_hold(1)
    house.until(lambda house: latched(house), 2)
    assert latched(house) == ["km2-stuck"]
    stays_off(house)


@BOTH_BOARDS
def test_km2_closed_at_the_start_is_stuck_whatever_was_before(two_relays):
    house = on_v2l(two_relays)
    house.plant.km2.welded = 1
    house.boot(None)
    assert house.until(lambda house: latched(house), 2) <= 320
    assert latched(house) == ["km2-stuck"]


def test_km2_that_lets_go_at_its_very_limit_is_believed_and_one_millisecond_later_is_not():
    for off_ms, accused in ((295, []), (296, ["km2-stuck"])):
        house = on_v2l()
        house.plant.km2.off_ms = off_ms
        house.core.set_remote_hold(1)
        house.run(seconds=3)
        assert latched(house) == accused


def test_with_two_relays_a_km2_that_lets_go_within_its_limit_accuses_nobody():
    for off_ms in (280, 286, 290, 294, 295):
        house = on_v2l(True)
        house.plant.km2.off_ms = off_ms
        house.core.set_remote_hold(1)
        house.run(seconds=3)
        assert latched(house) == [], off_ms


# km2-uncommanded


@BOTH_BOARDS
@pytest.mark.parametrize("inputs", [("km2", "car"), ("km1", "km2", "car")], ids="+".join)
def test_km2_closing_by_itself_on_grid_is_told_in_100_ms(two_relays, inputs):
    house = near(two_relays, inputs=inputs, start="2026-11-20T05:20:00Z")
    house.plant.stuck["km1"] = "open"
    house.run(ms=40)
    house.plant.stuck["km2"] = "closed"
    assert 80 <= house.until(lambda house: latched(house), 1) <= 120
    assert latched(house) == ["km2-uncommanded"]
    stays_off(house, 1)


@pytest.mark.parametrize("uncommanded_ms", [60, 100, 1000])
def test_an_uncommanded_change_shorter_than_its_limit_is_nothing(uncommanded_ms):
    for ms, accused in ((uncommanded_ms - 20, []), (uncommanded_ms, ["km2-uncommanded"])):
        house = near(inputs=("km2", "car"), start="2026-11-20T05:20:00Z", limits={"uncommanded_ms": uncommanded_ms})
        house.plant.stuck["km2"] = "closed"
        house.run(ms=ms)
        house.plant.stuck.clear()
        house.run(ms=200)
        assert latched(house) == accused


# guard-stuck


def test_a_guard_welded_since_long_shows_while_grid_is_being_left():
    house = near(True)
    house.plant.guard.energise(1)
    house.plant.advance(20)
    house.plant.guard.welded = 1
    house.until(lambda house: house.core.gate.pilot, 60)
    off_ms = ms_to_off(house)
    assert 38 + 100 <= off_ms <= 38 + 101 + 5
    assert latched(house) == ["guard-stuck"]
    stays_off(house)


@pytest.mark.parametrize("dead_time_ms", [0, 20, 200])
def test_a_guard_that_welds_on_v2l_shows_on_the_way_back(dead_time_ms):
    house = on_v2l(True, limits={"dead_time_ms": dead_time_ms})
    house.plant.guard.welded = 1
    house.core.set_remote_hold(1)
    house.until(lambda house: not house.core.gate.guard, 1)
    assert 300 <= ms_to_off(house) <= 301
    house.run(seconds=1)
    assert latched(house) == ["guard-stuck"]
    stays_off(house)
    assert house.plant.supply() == "grid"


# the bond


@BOTH_BOARDS
def test_a_bond_that_stays_after_km2_is_told_in_100_ms(two_relays):
    house = returning(two_relays, inputs=ALL)
    house.plant.stuck["bond"] = "closed"
    changes = trace(house, "fault")
    assert latched(house) == ["bond-stuck"]
    assert at(changes, "km2 open") + 100 <= changes[-1][0] + 1000
    stays_off(house)


def test_a_bond_on_grid_is_told_in_100_ms():
    house = near(inputs=ALL, start="2026-11-20T05:20:00Z")
    house.plant.stuck["bond"] = "closed"
    assert 80 <= house.until(lambda house: latched(house), 1) <= 120
    assert latched(house) == ["bond-stuck"]


@BOTH_BOARDS
def test_a_bond_on_grid_is_told_without_km2_feedback_too(two_relays):
    house = near(two_relays, inputs=("km1", "bond", "car"), start="2026-11-20T05:20:00Z")
    house.plant.stuck["bond"] = "closed"
    house.run(seconds=1)
    assert latched(house) == ["bond-stuck"]


@BOTH_BOARDS
def test_a_bond_that_does_not_come_is_told_200_ms_after_km2(two_relays):
    house = near(two_relays, inputs=ALL)
    house.plant.stuck["bond"] = "open"
    house.until(lambda house: house.plant.km2.closed, 60)
    took_ms = ms_to_off(house)
    assert 195 <= took_ms <= 240
    assert latched(house) == ["bond-missing"]
    stays_off(house)
    assert house.plant.supply() == "grid"


def test_a_bond_lost_on_v2l_is_told():
    house = on_v2l(inputs=ALL)
    house.plant.stuck["bond"] = "open"
    assert 180 <= ms_to_off(house) <= 220
    assert latched(house) == ["bond-missing"]


# pilot-readback


@pytest.mark.parametrize("pin", ["pilot_on", "guard_on"])
@pytest.mark.parametrize("resting_on", ["grid", "v2l"])
def test_a_pin_that_does_not_read_back_is_told(pin, resting_on):
    house = on_v2l(True) if resting_on == "v2l" else near(True, start="2026-11-20T05:20:00Z")
    house.lies[pin] = 0 if resting_on == "v2l" else 1
    assert house.until(lambda house: latched(house), 1) <= 60
    assert latched(house) == ["pilot-readback"] and house.outputs == (0, 0)
    stays_off(house)


def test_a_board_without_guard_does_not_care_what_a_guard_pin_reads():
    house = on_v2l()
    house.lies["guard_on"] = 1
    house.run(seconds=2)
    assert house.state == "v2l" and house.faults == []


# feedback-chatter


@pytest.mark.parametrize("what", ["km1", "km2", "bond"])
@pytest.mark.parametrize("resting_on", ["grid", "v2l"])
def test_a_chattering_feedback_is_told_and_v2l_is_left(what, resting_on):
    house = on_v2l(inputs=ALL) if resting_on == "v2l" else near(inputs=ALL, start="2026-11-20T05:20:00Z")
    house.plant.stuck[what] = "bounce"
    house.until(lambda house: latched(house), 10)
    assert latched(house) == ["feedback-chatter"]
    assert house.outputs == (0, 0)


def flicker(house, times, every_ms):
    """Let KM1's feedback change that often."""
    for _ in range(times):
        house.lies["km1"] = 1 - house.inputs.km1
        house.run(ms=every_ms)


def test_twenty_changes_in_ten_seconds_are_nothing_and_the_next_is_chatter():
    house = near(start="2026-11-20T05:20:00Z")
    flicker(house, 20, 40)
    assert latched(house) == []
    flicker(house, 1, 40)
    assert latched(house) == ["feedback-chatter"]


@pytest.mark.parametrize("later_ms", [4400, 4600, 5000, 9000, 9400, 9700])
def test_chatter_is_told_wherever_its_ten_seconds_begin(later_ms):
    # One single change, and a while later 30 within 1.2 s.
    house = near(start="2026-11-20T05:20:00Z")
    flicker(house, 1, 200)
    idle(house, ms=later_ms - 200, step_ms=100)
    flicker(house, 30, 40)
    assert latched(house) == ["feedback-chatter"]


def test_a_contact_that_flickers_now_and_then_is_no_chatter():
    house = near(start="2026-11-20T05:20:00Z")
    for _ in range(30):
        flicker(house, 2, 40)
        idle(house, 2, 100)
    assert latched(house) == []


def test_bouncing_contacts_of_transfers_are_no_chatter():
    house = on_v2l(inputs=ALL, limits={"dwell_s": 10, "entries_per_hour": 12})
    for contactor in (house.plant.km1, house.plant.km2):
        contactor.bounce_ms = 9
    for hold in (1, 0, 1, 0):
        house.core.set_remote_hold(hold)
        idle(house, 15)
    assert house.state == "v2l" and house.faults == []


# Names


def test_the_first_latched_fault_keeps_its_name_and_the_list_is_gravest_first():
    house = near(inputs=ALL, start="2026-11-20T05:20:00Z")
    house.plant.stuck["bond"] = "closed"
    house.run(seconds=1)
    house.plant.stuck["km2"] = "closed"
    house.run(seconds=1)
    assert first(house) == "bond-stuck"
    assert house.faults[:1] == ["both-closed"] and "bond-stuck" in house.faults
