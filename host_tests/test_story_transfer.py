"""Transfers as they happen: the order of outputs and contacts, their times, and every way back to grid."""

import pytest

from host_tests.story import at, events, idle, idle_until, missing, near, on_v2l, order, says, trace

BOTH_BOARDS = pytest.mark.parametrize("two_relays", [False, True], ids=["one relay", "two relays"])


def test_one_relay_goes_to_v2l_and_back_on_time_and_in_order():
    # 05:29:55  start, on grid
    # 05:30:00  the window opens; the dwell since boot ends at 05:30:05, a second of confirmation later pilot on
    # 05:45:00  the window ends: pilot off in that second
    house = near()
    house.until(lambda house: house.core.gate.pilot)
    assert 11_000 <= house.ms <= 11_100
    going = trace(house, "v2l")
    assert order(going) == ["km1 open", "km2 closed"]
    assert (at(going, "km1 open"), at(going, "km2 closed")) == (28, 38)
    assert house.plant.supply() == "v2l"
    idle(house, 884, 1000)
    assert house.state == "v2l"
    house.until(lambda house: not house.core.gate.pilot, 10)
    assert 905_000 <= house.ms <= 905_040
    coming = trace(house, "grid")
    assert order(coming) == ["km2 open", "km1 closed"]
    assert (at(coming, "km2 open"), at(coming, "km1 closed")) == (25, 35)
    assert house.plant.supply() == "grid" and not house.overlap_ms
    assert idle(house, 60).state == "grid"
    assert house.core.transfer.count == 2


def test_two_relays_confirm_each_break_and_keep_the_dead_time():
    house = near(True)
    house.until(lambda house: house.core.gate.pilot)
    going = trace(house, "v2l")
    assert order(going) == ["km1 open", "guard on", "km2 closed"]
    assert 199 <= at(going, "guard on") - at(going, "km1 open") <= 201
    assert at(going, "km2 closed") - at(going, "guard on") == 38
    house.core.set_remote_hold(1)
    coming = trace(house, "grid")
    assert order(coming) == ["guard off", "km2 open", "pilot off", "km1 closed"]
    assert at(coming, "guard off") <= 20
    assert 199 <= at(coming, "pilot off") - at(coming, "km2 open") <= 201
    assert not house.overlap_ms


@pytest.mark.parametrize("dead_time_ms", [0, 1, 50, 5000])
def test_both_contactors_are_open_for_at_least_the_dead_time_both_ways(dead_time_ms):
    house = near(True, limits={"dead_time_ms": dead_time_ms})
    for part in (house.plant.guard, house.plant.pilot, house.plant.km1, house.plant.km2):
        part.on_ms = part.off_ms = 1
    house.until(lambda house: house.core.gate.pilot)
    going = trace(house, "v2l")
    assert at(going, "km2 closed") - at(going, "km1 open") >= dead_time_ms
    house.run(seconds=1)
    house.core.set_remote_hold(1)
    coming = trace(house, "grid", seconds=20)
    assert at(coming, "km1 closed") - at(coming, "km2 open") >= dead_time_ms
    assert house.faults == []


@BOTH_BOARDS
@pytest.mark.parametrize("drop_ms, pull_ms", [(20, 30), (5, 5), (60, 60), (8, 57), (55, 9)])
def test_measured_times_are_the_real_ones_to_a_few_milliseconds(two_relays, drop_ms, pull_ms):
    house = near(two_relays)
    for contactor in (house.plant.km1, house.plant.km2):
        contactor.off_ms, contactor.on_ms = drop_ms, pull_ms
    house.until(lambda house: house.core.gate.pilot)
    for state, opens, closes in (("v2l", "km1 open", "km2 closed"), ("grid", "km2 open", "km1 closed")):
        if state == "grid":
            house.run(seconds=2)
            house.core.set_remote_hold(1)
            house.until(lambda house: house.state == "to_grid")
        changes = trace(house, state)
        told = says(house)["last_transfer"]
        assert told["to"] == state
        assert abs(told["drop_ms"] - at(changes, opens)) <= 2
        assert abs(told["ms"] - at(changes, closes)) <= 2
        assert told["gap_ms"] == told["ms"] - told["drop_ms"]


def break_button(house):
    house.world["button"] = 1


def break_clock(house):
    house.core.clock.system_moved(3)


def hear_charging(house):
    house.core.reports.hear_charging(1)


def hear_low_soc(house):
    house.core.reports.hear_soc(39)


def fail_self_check(house):
    house.core.unwell_ms = 60_000


# permit, what takes it away, milliseconds of evidence it needs
LEAVING = (
    ("service", lambda house: house.core.set_service(1), 0),
    ("selfcheck", fail_self_check, 0),
    ("hold", lambda house: house.core.set_remote_hold(1), 0),
    ("hold", break_button, 60),
    ("enable", lambda house: house.world_changes(enable=0), 60),
    ("clock", break_clock, 0),
    ("charging", lambda house: house.world_changes(charging=1), 60),
    ("charging", hear_charging, 0),
    ("car", lambda house: house.world_changes(car=0), 200),
    ("soc", hear_low_soc, 0),
)


@BOTH_BOARDS
@pytest.mark.parametrize("permit, take_away, evidence_ms", LEAVING)
def test_a_lost_permit_ends_v2l_within_its_evidence_and_a_tick(two_relays, permit, take_away, evidence_ms):
    house = near(two_relays, inputs=("km1", "km2", "car", "charging", "enable"), soc_reserve=40)
    house.core.reports.hear_soc(45)
    house.to_v2l()
    take_away(house)
    took_ms = house.until(lambda house: not house.core.watch.enabled(), 2)
    assert max(evidence_ms, 20) - 20 <= took_ms <= evidence_ms + 20
    assert events(house, "transfer")[-1] == ("grid", permit)
    house.until(lambda house: house.state == "grid", 2)
    assert house.plant.supply() == "grid"
    assert permit in missing(house)


@BOTH_BOARDS
def test_the_schedule_and_the_charge_lead_end_v2l_in_their_second(two_relays):
    # 05:30  V2L window opens   05:50  lead of 10 min before charging at 06:00   07:00  window ends
    house = near(two_relays, v2l=((127, 330, 420),), charge=((127, 360, 400),))
    house.to_v2l()
    idle_until(house, lambda house: house.core.clock.now_s % 3600 >= 49 * 60 + 55, 1300, 1000)
    house.until(lambda house: not house.core.watch.enabled(), 10)
    assert house.core.clock.now_s % 86400 == 5 * 3600 + 50 * 60 and house.core.clock.ms < 20
    assert events(house, "transfer")[-1][1] in ("schedule", "charge_window")
    # Until 06:40 the car charges, then the rest of the window is used.
    idle(house, 49 * 60, 5000)
    assert house.state == "grid"
    idle(house, 90)
    assert house.state == "v2l"


@BOTH_BOARDS
def test_a_permit_lost_while_going_turns_round_at_once_and_ends_on_grid(two_relays):
    for ms_after_pilot in (1, 10, 30, 37, 100, 227, 230, 250, 262):
        house = near(two_relays)
        house.until(lambda house: house.core.gate.pilot)
        house.run(ms=ms_after_pilot)
        if house.state == "v2l":
            continue
        house.core.set_remote_hold(1)
        house.tick()
        assert not house.core.watch.enabled()
        house.until(lambda house: house.state == "grid", 2)
        house.run(seconds=1)
        assert house.plant.supply() == "grid" and house.faults == [] and not house.overlap_ms


@BOTH_BOARDS
@pytest.mark.parametrize("fitted", [(), ("km1",), ("km2",), ("bond",)], ids=["none", "km1", "km2", "bond"])
def test_without_feedback_transitions_go_by_time_and_stay_unconfirmed(two_relays, fitted):
    house = near(two_relays, inputs=fitted + ("car",))
    house.until(lambda house: house.core.gate.pilot)
    going = trace(house, "v2l")
    assert at(going, "km2 closed") < going[-1][0] + 1000
    house.run(seconds=5)
    told = says(house)
    assert told["state"] == "v2l" and told["feedback"] == "unknown" and told["confirmed"] is False
    assert house.plant.supply() == "v2l" and house.faults == []
    house.core.set_remote_hold(1)
    house.until(lambda house: house.state == "grid", 5)
    house.run(seconds=2)
    assert house.plant.supply() == "grid" and house.faults == [] and not house.overlap_ms
    assert says(house)["confirmed"] is False


def test_two_relays_without_km1_feedback_give_km1_its_limit_and_the_dead_time_before_km2_may_pull():
    house = near(True, inputs=("km2", "car"))
    house.until(lambda house: house.core.gate.pilot)
    assert 499 <= at(trace(house, "v2l"), "guard on") <= 501


def test_a_contact_that_is_not_fitted_has_no_time():
    house = on_v2l(inputs=("km2", "car"))
    told = says(house)["last_transfer"]
    assert told["drop_ms"] is None and told["gap_ms"] is None and 38 <= told["ms"] <= 40
    house = on_v2l(inputs=("km1", "car"))
    assert says(house)["last_transfer"] == {"to": "v2l", "drop_ms": 28, "gap_ms": None, "ms": None}


def test_a_contact_that_did_not_move_has_no_time():
    # The pilot relay lets go by itself: KM2 opens and KM1 closes before grid is commanded.
    house = on_v2l()
    house.plant.pilot.coil_open = 1
    house.until(lambda house: house.state == "to_grid", 2)
    house.until(lambda house: house.state == "grid", 2)
    told = says(house)["last_transfer"]
    assert told["to"] == "grid" and told["drop_ms"] is None and told["ms"] is None and told["gap_ms"] is None


@BOTH_BOARDS
@pytest.mark.parametrize("stall_ms", [2000, 4000])
def test_a_stall_at_any_point_of_either_transfer_convicts_nobody_and_loses_nothing(two_relays, stall_ms):
    for pause_ms in (0, 7, 8, 24, 25, 27, 28, 37, 38, 45, 220, 228, 265):
        house = near(two_relays, inputs=("km1", "km2", "bond", "car", "grid"))
        house.until(lambda house: house.core.gate.pilot)
        house.run(ms=pause_ms)
        house.tick(stall_ms)
        house.until(lambda house: house.state == "v2l", 2)
        house.run(ms=700)
        house.core.set_remote_hold(1)
        house.until(lambda house: house.state == "to_grid", 2)
        house.run(ms=pause_ms)
        house.tick(stall_ms)
        house.until(lambda house: house.state == "grid", 2)
        house.run(seconds=1)
        assert house.faults == [] and house.plant.supply() == "grid" and not house.overlap_ms


@BOTH_BOARDS
def test_a_stall_while_resting_on_either_side_changes_nothing(two_relays):
    house = on_v2l(two_relays, inputs=("km1", "km2", "bond", "car", "grid"))
    for stall_ms in (2000, 4000, 3999, 21):
        house.tick(stall_ms)
        house.run(seconds=1)
        assert house.state == "v2l"
    assert house.faults == []


def test_inputs_too_old_at_the_write_never_hold_a_relay():
    house = on_v2l()
    house.lies["age_ms"] = 501
    house.tick()
    assert house.outputs == (0, 0)
    house.lies.clear()
    house.until(lambda house: house.state == "grid", 2)
    assert house.plant.supply() == "grid"


@BOTH_BOARDS
@pytest.mark.parametrize("ms_after_pilot", [-1, 0, 5, 27, 28, 38, 45, 226, 227, 228, 229, 240, 265])
def test_one_sample_too_old_at_any_point_of_the_way_there_accuses_nobody(two_relays, ms_after_pilot):
    house = near(two_relays, inputs=("km1", "km2", "bond", "car"))
    house.until(lambda house: house.core.wants_mark() if ms_after_pilot < 0 else house.core.gate.pilot, 60)
    house.run(ms=ms_after_pilot)
    house.lies["age_ms"] = 501
    house.tick()
    assert house.outputs == (0, 0)
    house.lies.clear()
    house.run(seconds=3)
    assert house.state == "grid" and house.faults == [] and house.plant.supply() == "grid"


@pytest.mark.parametrize("dead_time_ms", [200, 700])
@pytest.mark.parametrize("what", ["km1", "km2", "bond"])
@pytest.mark.parametrize("way", ["there", "back"])
def test_one_wrong_sample_during_a_transfer_accuses_nobody(way, what, dead_time_ms):
    for after_ms in (10, 100, 350, 600):
        house = near(True, inputs=("km1", "km2", "bond", "car"), limits={"dead_time_ms": dead_time_ms})
        house.until(lambda house: house.core.gate.pilot, 60)
        if way == "back":
            house.until(lambda house: house.state == "v2l", 10)
            house.run(ms=600)
            house.core.set_remote_hold(1)
            house.until(lambda house: not house.core.gate.guard, 1)
        house.run(ms=after_ms)
        house.lies[what] = 1 - getattr(house.inputs, what)
        house.tick()
        house.lies.clear()
        house.until(lambda house: house.state in ("v2l", "grid", "fault"), 20)
        assert house.faults == [] and house.state != "fault", after_ms


@pytest.mark.parametrize("what", ["km1", "km2", "bond"])
@pytest.mark.parametrize("dead_time_ms", [0, 200, 1500])
def test_a_feedback_that_never_comes_to_rest_does_not_keep_a_transfer_for_ever(what, dead_time_ms):
    for back in (False, True):
        house = near(True, inputs=("km1", "km2", "bond", "car"), limits={"dead_time_ms": dead_time_ms})
        house.until(lambda house: house.core.gate.pilot, 60)
        if back:
            house.until(lambda house: house.state == "v2l", 10)
            house.core.set_remote_hold(1)
            house.until(lambda house: not house.core.gate.guard, 1)
        house.run(ms=60)
        house.plant.stuck[what] = "bounce"
        house.core.set_remote_hold(1)
        house.until(lambda house: house.state in ("grid", "fault"), 10)
        house.run(ms=100)
        assert house.plant.supply() == "grid"


@pytest.mark.parametrize("dead_time_ms", [0, 1, 10, 200])
@pytest.mark.parametrize("km1", [(), ("km1",)], ids=["km1 unfitted", "km1 fitted"])
def test_every_dead_time_lets_v2l_come(dead_time_ms, km1):
    house = near(True, inputs=km1 + ("km2", "car"), limits={"dead_time_ms": dead_time_ms})
    house.until(lambda house: house.state == "v2l", 20)
    assert house.plant.supply() == "v2l" and house.faults == []


def test_an_entry_that_cannot_be_recorded_does_not_happen_and_is_tried_again():
    # 05:30:06  flash refuses   05:31:06  tried again, and so on until it works
    house = near()
    house.flash_works = False
    house.until(lambda house: house.core.unwell_ms, 60)
    house.run(seconds=2)
    assert house.state == "grid" and not house.core.transfer.count and missing(house) == ["selfcheck"]
    house.flash_works = True
    assert 57_000 <= house.until(lambda house: house.state == "v2l", 100) <= 61_000
    assert house.plant.supply() == "v2l"
