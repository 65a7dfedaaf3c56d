"""The changeover on a whole board with a plant behind it: there and back, and never stuck on the way."""

import pytest

from host_tests.house import House

EVERYTHING = ("km1", "km2", "bond", "car", "grid", "charging", "enable")
FITTED = (("car",), ("km1", "car"), ("km2", "car"), ("km1", "km2", "car"), EVERYTHING)
QUICK = {"confirm_s": 1, "startup_s": 6, "dwell_s": 10, "car_s": 1}


def journey(house, seconds):
    """The states passed through, each with the outputs that were seen in it."""
    seen = []
    while house.ms < seconds * 1000:
        house.tick()
        if not seen or seen[-1] != (house.state, *house.outputs):
            seen.append((house.state, *house.outputs))
    return seen


ONE = [("startup", 0, 0), ("grid", 0, 0), ("to_v2l", 1, 0), ("v2l", 1, 0), ("to_grid", 0, 0), ("grid", 0, 0)]
TWO = [("startup", 0, 0), ("grid", 0, 0), ("to_v2l", 1, 0), ("to_v2l", 1, 1), ("v2l", 1, 1), ("to_grid", 1, 0),
       ("to_grid", 0, 0), ("grid", 0, 0)]


@pytest.mark.parametrize("inputs", FITTED, ids="+".join)
@pytest.mark.parametrize("two_relays, states", ((False, ONE), (True, TWO)))
def test_a_window_is_one_journey_there_and_back(two_relays, states, inputs):
    """The window's last minute: in after the start-up hold, held to the end, back, and nothing worth a fault."""
    house = House(two_relays, inputs, start="2026-11-20T05:44:20Z", limits=QUICK)
    assert journey(house, 60) == states
    assert house.core.transfer.count == 2
    assert not house.faults and not house.overlap_ms
    assert house.core.transfer.v2l_s == 28


@pytest.mark.parametrize("two_relays", (False, True))
def test_each_direction_says_why_it_was_taken(two_relays):
    house = House(two_relays, start="2026-11-20T05:30:00Z", limits=QUICK).to_v2l()
    house.world_changes(car=0).run(seconds=2)
    told = [event for event in house.core.events if event[0] == "transfer"]
    assert told == [("transfer", "v2l", "all entry permits held"), ("transfer", "grid", "car")]


@pytest.mark.parametrize("two_relays", (False, True))
def test_every_phase_is_left_again_whatever_the_feedback_shows(two_relays):
    """A contact stuck either way ends in a fault or on grid within the limits, never in a wait without end."""
    for name in ("km1", "km2"):
        for stuck in ("open", "closed", "bounce"):
            house = House(two_relays, start="2026-11-20T05:30:00Z", limits=QUICK)
            house.until(lambda home: home.state == "to_v2l")
            house.plant.stuck[name] = stuck
            house.run(seconds=2)
            house.world_changes(car=0).run(seconds=2)
            assert house.state in ("grid", "fault") and house.outputs == (0, 0), (name, stuck)
