"""The gate over time: whatever it is asked, tick after tick, a witness that keeps its own books finds nothing wrong."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from host_tests.test_gate import BOTH_MS, ENTRY, LEAVING_MAX, RELEASE, STAY, ask, made

DEAD = 200
ENTERING = {"pilot": 1, "guard": 0, "entry": ENTRY, "stay": STAY, "km1": 0, "km2": 0, "age_ms": 0}
STAGES = (
    ENTERING,
    {**ENTERING, "km1": 1},
    {**ENTERING, "guard": 1},
    {**ENTERING, "guard": 1, "km2": 1, "entry": 0},
    {**ENTERING, "guard": 1, "km2": 1, "stay": 0},
    {**ENTERING, "km2": 1, "stay": 0},
    {**ENTERING, "pilot": 0},
    {**ENTERING, "pilot": 0, "km1": 1},
)
ODD = st.fixed_dictionaries({}, optional={
    "pilot": st.just(0), "guard": st.integers(0, 1), "entry": st.sampled_from((0, ENTRY ^ 0b100)),
    "stay": st.sampled_from((0, STAY ^ 0b10)), "km1": st.just(1), "km2": st.just(1),
    "age_ms": st.sampled_from((500, 501, 9000))})
STEP = st.tuples(st.sampled_from(STAGES), st.one_of(st.just({}), st.just({}), ODD),
                 st.sampled_from((1, 2, 3, 12, 30, 60)), st.sampled_from((1, 20, 20, 20, 45, 3000)))
PROPER = [(STAGES[stage], {}, times, 20) for stage, times in ((1, 1), (0, 30), (2, 1), (3, 9), (5, 15), (7, 3))]


class Witness:
    """Knows only what was asked, seen and granted, and adds up for itself how long each has been so."""

    def __init__(self, two_relays, km1):
        self.two_relays, self.km1 = two_relays, km1
        self.gate = made(two_relays, km1)
        self.granted = (0, 0)
        self.refused = False
        self.apart_ms = self.both_ms = self.parting_ms = 0
        self.guard_was_on = self.parting = False
        self.entries = 0

    def tick(self, asked, dt_ms):
        before = self.granted
        self.granted = ask(self.gate, dt_ms=dt_ms, **asked)
        self._add_up(asked, min(dt_ms, 20), before)
        self._judge(asked, before)
        if not asked["pilot"] and not asked["guard"]:
            self.refused = False
        elif self.granted != (asked["pilot"], asked["guard"]):
            self.refused = True

    def _add_up(self, asked, seen_ms, before):
        apart = not asked["km1"] if self.km1 else before[0]
        self.apart_ms = self.apart_ms + seen_ms if apart else 0
        self.both_ms = self.both_ms + seen_ms if asked["km1"] and asked["km2"] else 0
        if not self.granted[0]:
            self.guard_was_on = self.parting = False
            self.parting_ms = 0
        else:
            self.parting_ms = self.parting_ms + seen_ms if self.parting else 0
            self.parting = self.parting or self.guard_was_on and not self.granted[1] or asked["stay"] != STAY
            self.guard_was_on = self.guard_was_on or bool(self.granted[1])

    def _judge(self, asked, before):
        pilot, guard = self.granted
        assert pilot <= asked["pilot"] and guard <= asked["guard"]
        assert guard <= pilot and guard <= self.two_relays
        if pilot and not before[0]:
            self.entries += 1
            assert asked["entry"] == ENTRY and asked["stay"] == STAY and not guard
        if asked["stay"] != STAY:
            assert not guard and (self.two_relays or not pilot)
        if guard and not before[1]:
            assert before[0] and self.apart_ms >= DEAD + (0 if self.km1 else RELEASE) and not self.parting
        assert self.parting_ms < LEAVING_MAX
        if self.refused or self.both_ms >= BOTH_MS or asked["age_ms"] > 500:
            assert not pilot


@settings(max_examples=120)
@example(True, True, PROPER * 2)
@example(False, False, PROPER * 2)
@given(st.booleans(), st.booleans(), st.lists(STEP, max_size=12))
def test_no_sequence_of_requests_gets_past_the_rules(two_relays, km1, steps):
    witness = Witness(two_relays, km1)
    for stage, odd, times, dt_ms in steps:
        for _ in range(times):
            witness.tick({**stage, **odd}, dt_ms)


@pytest.mark.parametrize("km1", (False, True))
def test_the_witness_sees_proper_journeys_granted(km1):
    """So that the rules are not kept by granting nothing."""
    witness = Witness(True, km1)
    for stage, _odd, times, dt_ms in PROPER * 3:
        for _ in range(times):
            witness.tick(stage, dt_ms)
            assert not witness.refused
    assert witness.entries == 3
