"""`quiet_ms`: for that long one long step is the same as many short ones, and nothing that anybody can see changes."""

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from firmware.core import controller, quiet, snapshot
from host_tests.house import House
from host_tests.wander import EVENTS, HOUSES, happen, settled, visible

STEP_MS = 20
FEW = 60  # short steps that are cheap to walk through
AS_FOUND = (Phase.explicit, Phase.generate)  # shrinking minutes of walking takes longer than reading seven events


class Twin:
    """The same core at the same instant, on its own from there."""

    def __init__(self, house, state):
        self.core = controller.Controller(house.setup, house.core.schedule)
        snapshot.put_back(self.core, state)
        self.inputs = house.inputs

    def step(self, ms, times=1):
        for _ in range(times):
            self.core.step(ms, self.inputs)
        return self

    def stands(self):
        """All there is to know, by name, so that a difference can be read."""
        parts = snapshot.parts_of(self.core)
        known = {(i, type(part).__name__, name): getattr(part, name)
                 for i, (part, names) in enumerate(parts) for name in names}
        return {**known, "ages": snapshot.lists_of(self.core), "events": self.core.events, "seen": visible(self.core)}


def differing(one, other):
    return {name: (value, other[name]) for name, value in one.stands().items() if value != other[name]}


def check(house, n):
    """Up to `n` short steps, and the whole quiet time, taken in several ways."""
    state = snapshot.take(house.core)
    before = visible(house.core) + [("outputs", house.outputs)]
    quiet_ms = quiet.quiet_ms(house.core)
    assert 0 <= quiet_ms < 1 << 30
    whole = quiet_ms // STEP_MS
    n = min(n, whole)
    if not n:
        return 0
    walked = Twin(house, state).step(STEP_MS, n)
    assert not differing(Twin(house, state).step(STEP_MS * n), walked.stands())
    rest = min(whole - n, FEW)
    to_the_end = walked.step(STEP_MS * (whole - n - rest)).step(STEP_MS, rest)
    at_once = Twin(house, state).step(STEP_MS * whole)
    assert not differing(at_once, to_the_end.stands())
    for twin in (walked, at_once):
        after = visible(twin.core) + [("outputs", (twin.core.gate.pilot, twin.core.gate.guard))]
        assert [pair for pair in zip(before, after) if pair[0] != pair[1]] == twin.core.events == []
    return quiet_ms


@settings(max_examples=60, phases=AS_FOUND)
@given(HOUSES, st.lists(EVENTS, min_size=3, max_size=8), st.sampled_from((1, 2, 7, 50, 400)))
def test_one_long_step_is_as_good_as_many_short_ones(options, events, n):
    house = settled(options)
    check(house, n)
    for event in events:
        happen(house, event)
        check(house, 3)
    house.run(seconds=2)
    check(house, n)


@settings(max_examples=20, phases=AS_FOUND)
@given(HOUSES, st.lists(EVENTS, min_size=1, max_size=4), st.integers(3, 25))
def test_leaping_from_quiet_to_quiet_ends_where_walking_ends(options, events, seconds):
    """As the simulator does it: the slow part runs once a second while walking, and once after each leap."""
    houses = [settled(options), settled(options)]
    for house in houses:
        for event in events:
            happen(house, event)
        house.run(seconds=1)
        house.core.events.clear()
    walking, leaping = houses
    end_ms = walking.ms + seconds * 1000
    walking.run(seconds=seconds)
    while leaping.ms < end_ms:
        leap_ms = min(quiet.quiet_ms(leaping.core), end_ms - leaping.ms) // STEP_MS * STEP_MS
        leaping.tick(leap_ms or None)
    assert leaping.ms == walking.ms
    assert visible(leaping.core) == visible(walking.core)
    assert leaping.core.events == walking.core.events


@pytest.mark.parametrize("two_relays", (False, True))
def test_a_settled_night_on_grid_is_quiet_for_long(two_relays):
    house = House(two_relays, start="2026-11-20T01:00:00Z").run(seconds=75)
    assert check(house, 500) > 30 * 60_000


@pytest.mark.parametrize("two_relays", (False, True))
def test_a_settled_stay_is_quiet_but_not_past_the_window(two_relays):
    house = House(two_relays, start="2026-11-20T05:30:00Z").run(seconds=90)
    assert house.state == "v2l"
    assert 50_000 < check(house, 500) < 14 * 60_000


def test_a_board_that_waits_for_nothing_is_quiet_for_hours():
    house = House(v2l=(), start="2026-11-20T01:00:00Z").run(seconds=75)
    assert check(house, 500) > 10 * 3600_000


@pytest.mark.parametrize("phase_of", ("to_v2l", "to_grid"))
@pytest.mark.parametrize("two_relays", (False, True))
def test_a_transfer_is_never_quiet(two_relays, phase_of):
    house = House(two_relays, start="2026-11-20T05:30:00Z")
    house.until(lambda home: home.state == "to_v2l")
    if phase_of == "to_grid":
        house.to_v2l().core.set_remote_hold(1)
        house.until(lambda home: home.state == "to_grid")
    while house.state == phase_of:
        assert quiet.quiet_ms(house.core) == 0
        house.tick()


def test_the_tick_in_which_a_row_fired_is_not_quiet():
    """The new state shows in the permits only one tick later."""
    house = House(start="2026-11-20T05:35:00Z").run(seconds=2)
    house.core.set_service(1)
    house.run(seconds=2)
    house.core.set_service(0)
    house.until(lambda home: home.state == "startup")
    check(house, 10)


@pytest.mark.parametrize("say", (lambda core: core.set_remote_hold(1), lambda core: core.reports.hear_charging(1),
                                 lambda core: core.set_service(1)))
def test_what_was_said_since_the_last_tick_is_not_slept_through(say):
    house = House(start="2026-11-20T05:30:00Z").run(seconds=90)
    assert house.state == "v2l" and quiet.quiet_ms(house.core) > 0
    say(house.core)
    assert quiet.quiet_ms(house.core) == 0


def test_a_turned_selector_counts_its_ten_seconds_alike_in_one_step_or_many():
    house = House(selector=True, start="2026-11-20T01:00:00Z").run(seconds=70)
    house.press(100)
    assert check(house, 700) > 10_000
