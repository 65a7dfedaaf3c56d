"""The gate alone: every question it can be asked in every state it can be in, and each of its limits from both sides.

The rules are of two kinds: what must never be granted, and what must be. Together they leave no answer open.
"""

import itertools

import pytest

from firmware.core import gate, signals
from host_tests.house import fitted

ENTRY, STAY, WAIVABLE = 0b1111, 0b0111, 0b0010
RELEASE, DEAD, SLACK = 300, 200, 200
LEAVING_MAX = RELEASE + DEAD + SLACK
BOTH_MS, AGE_MAX = 50, 500


def made(two_relays, km1=True, dead_ms=DEAD):
    setup = fitted(two_relays=two_relays, km1=km1, limits={"release_ms": RELEASE, "dead_time_ms": dead_ms})
    return gate.Gate(setup, ENTRY, STAY, WAIVABLE)


ALL_WELL = {"entry": ENTRY, "stay": STAY, "km1": 0, "km2": 0, "age_ms": 0, "dt_ms": 20}


def ask(g, pilot, guard, **otherwise):
    """One tick in which all is well, KM1 and KM2 open, but for what is named; what was granted."""
    so = {**ALL_WELL, **otherwise}
    request, inputs = signals.Request(), signals.Inputs()
    request.pilot, request.guard, request.entry, request.stay = pilot, guard, so["entry"], so["stay"]
    inputs.km1, inputs.km2, inputs.age_ms = so["km1"], so["km2"], so["age_ms"]
    g.decide(request, inputs, so["dt_ms"])
    return g.pilot, g.guard


# two relays, KM1 fitted, dead time, how long KM1 must be known to be apart
BOARDS = ((False, True, DEAD, DEAD), (True, True, DEAD, DEAD), (True, False, DEAD, RELEASE + DEAD), (True, True, 0, 0))
RESTING = ((0, 0, 0, 0), (0, 0, 1, 0))
QUESTIONS = tuple(itertools.product(
    ((0, 0), (1, 0), (0, 1), (1, 1)), (ENTRY, ENTRY ^ 0b1000), (STAY, STAY ^ 1), (0, 1), (0, 1),
    (AGE_MAX, AGE_MAX + 1), (1, 700)))


class Answer:
    """One question, what was so before it, and what came of it."""

    def __init__(self, board, before, both_ms, apart_ms, question):
        self.two_relays, self.km1_fitted, dead_ms, self.apart_ms_min = board
        self.leaving_ms_max = RELEASE + dead_ms + SLACK
        g = made(self.two_relays, self.km1_fitted, dead_ms)
        self.was_pilot, self.was_guard, self.was_refused, self.was_leaving_ms = before
        g.pilot, g.guard, g.refused, g.leaving_ms = before
        g.both_ms, g.apart_ms = both_ms, apart_ms
        (self.asked_pilot, self.asked_guard), self.entry, self.stay, self.km1, self.km2, self.age_ms, dt_ms = question
        self.pilot, self.guard = ask(g, self.asked_pilot, self.asked_guard, **dict(zip(ALL_WELL, question[1:])))
        self.refused, self.leaving_ms = g.refused, g.leaving_ms
        seen_ms = min(dt_ms, 20)
        self.both = self.km1 and self.km2 and both_ms + seen_ms >= BOTH_MS
        apart = not self.km1 if self.km1_fitted else self.was_pilot
        self.apart = apart and apart_ms + seen_ms >= self.apart_ms_min
        self.loses = self.was_guard and not self.asked_guard or self.stay != STAY
        self.leaving = self.was_leaving_ms + seen_ms if self.was_leaving_ms else self.was_pilot and self.loses
        self.sound = not self.was_refused and not self.both and self.age_ms <= AGE_MAX


def befores(two_relays, dead_ms):
    """Pilot, guard, refused and leaving_ms as they can stand together."""
    if not two_relays:
        return (*RESTING, (1, 0, 0, 0))
    bound_ms = RELEASE + dead_ms + SLACK
    pilot_on = itertools.product((1,), (0,), (0, 1), (0, 1, bound_ms - 1, bound_ms))
    return (*RESTING, *pilot_on, (1, 1, 0, 0))


def answers(board):
    two_relays, _km1, dead_ms, apart_ms = board
    steps = sorted({0, max(0, apart_ms - 20), max(0, apart_ms - 19), apart_ms})
    for before, both_ms, apart, question in itertools.product(
            befores(two_relays, dead_ms), (0, 30, 50), steps, QUESTIONS):
        yield Answer(board, before, both_ms, apart, question)


def nothing_unasked(a):
    return a.pilot <= a.asked_pilot and a.guard <= a.asked_guard


def the_guard_never_without_the_pilot_nor_with_it_in_one_tick(a):
    return not a.guard or a.pilot and a.was_pilot


def no_guard_where_none_is_fitted(a):
    return a.two_relays or not a.guard


def the_pilot_goes_on_only_with_every_permit(a):
    return not (a.pilot and not a.was_pilot) or a.entry == ENTRY and a.stay == STAY


def without_every_stay_permit_km2_is_let_go(a):
    return a.stay == STAY or not a.guard and (a.two_relays and a.was_pilot or not a.pilot)


def the_pilot_alone_is_held_for_a_bounded_time(a):
    return not (a.pilot and a.leaving) or a.two_relays and not a.asked_guard and a.leaving <= a.leaving_ms_max


def the_guard_goes_on_only_when_km1_is_apart(a):
    return not (a.guard and not a.was_guard) or a.apart and not (a.km1_fitted and a.km1)


def the_guard_goes_on_once_in_an_entry(a):
    return not (a.guard and a.was_leaving_ms)


def both_closed_for_long_turns_everything_off(a):
    return not a.both or not a.pilot


def old_inputs_turn_everything_off(a):
    return a.age_ms <= AGE_MAX or not a.pilot


def refused_stays_refused_until_withdrawn(a):
    withdrawn = not a.asked_pilot and not a.asked_guard
    if withdrawn:
        return a.refused == 0 and not a.pilot
    granted_whole = (a.pilot, a.guard) == (a.asked_pilot, a.asked_guard)
    return a.refused == (0 if granted_whole and not a.was_refused else 1) and not (a.was_refused and a.pilot)


def leaving_is_remembered_while_the_pilot_is_on(a):
    return bool(a.leaving_ms) == bool(a.pilot and a.leaving)


def a_sound_entry_is_granted(a):
    entry = a.asked_pilot and not a.was_pilot and a.entry == ENTRY and a.stay == STAY
    return not (a.sound and entry) or a.pilot


def a_sound_stay_is_granted_whatever_the_entry_permits(a):
    return not (a.sound and a.asked_pilot and a.was_pilot and not a.leaving) or a.pilot


def a_parting_pilot_is_held_within_its_bound(a):
    parting = a.two_relays and a.was_pilot and a.asked_pilot and not a.asked_guard
    return not (a.sound and parting and a.leaving <= a.leaving_ms_max) or a.pilot


def a_guard_that_may_go_on_does(a):
    may = a.sound and a.two_relays and a.was_pilot and not a.leaving and (a.was_guard or a.apart)
    if a.km1_fitted and a.km1 and not a.was_guard:
        return True
    return not (may and a.asked_pilot and a.asked_guard) or a.guard


NEVER = (nothing_unasked, the_guard_never_without_the_pilot_nor_with_it_in_one_tick, no_guard_where_none_is_fitted,
         the_pilot_goes_on_only_with_every_permit, without_every_stay_permit_km2_is_let_go,
         the_pilot_alone_is_held_for_a_bounded_time, the_guard_goes_on_only_when_km1_is_apart,
         the_guard_goes_on_once_in_an_entry, both_closed_for_long_turns_everything_off,
         old_inputs_turn_everything_off, refused_stays_refused_until_withdrawn)
ALWAYS = (leaving_is_remembered_while_the_pilot_is_on, a_sound_entry_is_granted,
          a_sound_stay_is_granted_whatever_the_entry_permits, a_parting_pilot_is_held_within_its_bound,
          a_guard_that_may_go_on_does)


@pytest.mark.parametrize("two_relays", (False, True))
@pytest.mark.parametrize("km1", (False, True))
def test_at_the_start_everything_is_off_and_nothing_is_refused(two_relays, km1):
    g = made(two_relays, km1)
    assert [getattr(g, name) for name in g.FIELDS] == [0] * len(g.FIELDS)
    assert ask(g, 0, 0) == (0, 0) and not g.refused


def ticks(g, total_ms, *asked, dt_ms=20, **seen):
    for _ in range(total_ms // dt_ms):
        answer = ask(g, *asked, dt_ms=dt_ms, **seen)
    return answer


def entered(g, dt_ms=20, **seen):
    """A whole proper entry on a board with two relays."""
    assert ask(g, 1, 0, km1=1, dt_ms=dt_ms) == (1, 0)
    assert ticks(g, DEAD, 1, 0, dt_ms=dt_ms, **seen) == (1, 0)
    assert ask(g, 1, 1, dt_ms=dt_ms, **seen) == (1, 1)
    return g


@pytest.mark.parametrize("dt_ms", (1, 20))
def test_a_proper_journey_is_granted_whole(dt_ms):
    g = entered(made(True), dt_ms)
    assert ticks(g, 5000, 1, 1, km2=1, entry=0, dt_ms=dt_ms) == (1, 1)
    assert ask(g, 1, 0, entry=0, km2=1, dt_ms=dt_ms) == (1, 0)
    assert ticks(g, RELEASE + DEAD, 1, 0, entry=0, dt_ms=dt_ms) == (1, 0)
    assert ask(g, 0, 0, entry=0, dt_ms=dt_ms) == (0, 0)
    assert not g.refused
    assert entered(g, dt_ms).guard


@pytest.mark.parametrize("dt_ms, samples", ((1, 420), (20, 21), (700, 21)))
def test_the_guard_waits_for_the_dead_time_by_evidence_not_by_the_clock(dt_ms, samples):
    """A stalled loop has seen one sample, however long the stall."""
    for short in (1, 0):
        g = made(True, dead_ms=420)
        ask(g, 1, 0, km1=1, dt_ms=dt_ms)
        for _ in range(samples - short - 1):
            ask(g, 1, 0, dt_ms=dt_ms)
        assert ask(g, 1, 1, dt_ms=dt_ms) == ((1, 0) if short else (1, 1))
        assert g.refused == short


def test_km1_that_reads_closed_once_starts_the_dead_time_again():
    g = made(True)
    ask(g, 1, 0, km1=1)
    ticks(g, DEAD - 20, 1, 0)
    ask(g, 1, 0, km1=1)
    assert ticks(g, DEAD - 20, 1, 0) == (1, 0)
    assert ask(g, 1, 1) == (1, 1)


def test_without_km1_fitted_the_guard_waits_for_its_release_and_the_dead_time():
    for short, granted in ((1, (1, 0)), (0, (1, 1))):
        g = made(True, km1=False)
        ask(g, 1, 0)
        for _ in range((RELEASE + DEAD) // 20 - short - 1):
            ask(g, 1, 0)
        assert ask(g, 1, 1) == granted


def test_a_dead_time_of_nothing_still_needs_km1_open():
    g = made(True, dead_ms=0)
    ask(g, 1, 0, km1=1)
    assert ask(g, 1, 1, km1=1) == (1, 0)
    assert g.refused


@pytest.mark.parametrize("lost", ("guard", "stay"))
def test_the_pilot_follows_the_guard_after_a_bounded_time(lost):
    stay = STAY if lost == "guard" else 0
    g = entered(made(True))
    assert ask(g, 1, 0, stay=stay, dt_ms=1) == (1, 0)
    for _ in range(LEAVING_MAX - 1):
        assert ask(g, 1, 0, stay=stay, dt_ms=1) == (1, 0)
    assert ask(g, 1, 0, stay=stay, dt_ms=1) == (0, 0)
    assert g.refused


def test_the_guard_does_not_come_back_while_the_pilot_is_held():
    g = entered(made(True))
    ask(g, 1, 0)
    assert ask(g, 1, 1) == (0, 0)
    assert g.refused


@pytest.mark.parametrize("dt_ms, samples", ((1, BOTH_MS), (20, 3), (700, 3)))
def test_both_contactors_closed_are_believed_with_the_third_sample(dt_ms, samples):
    g = entered(made(True))
    for _ in range(samples - 1):
        assert ask(g, 1, 1, km1=1, km2=1, dt_ms=dt_ms) == (1, 1)
    assert ask(g, 1, 1, km1=1, km2=1, dt_ms=dt_ms) == (0, 0)
    assert ask(g, 1, 1) == (0, 0)
    assert ask(g, 0, 0) == (0, 0)
    assert ask(g, 1, 0) == (1, 0)


def test_both_closed_longer_ago_does_not_count():
    g = entered(made(True))
    for km1, km2 in ((1, 1), (1, 1), (0, 1), (1, 1), (1, 1), (1, 0)) * 2:
        assert ask(g, 1, 1, km1=km1, km2=km2) == (1, 1)


def test_one_relay_lets_go_in_the_tick_in_which_a_stay_permit_is_lost():
    g = made(False)
    assert ask(g, 1, 0, km1=1) == (1, 0)
    assert ask(g, 1, 0, entry=0) == (1, 0)
    assert ask(g, 1, 0, stay=STAY ^ 0b10) == (0, 0)
    assert ask(g, 1, 0) == (0, 0)
    assert ask(g, 0, 0) == (0, 0)
    assert ask(g, 1, 0) == (1, 0)


@pytest.mark.parametrize("board", BOARDS, ids=("one-relay", "two-relays", "km1-unfitted", "no-dead-time"))
def test_every_answer_keeps_every_rule(board):
    wrong = {}
    for a in answers(board):
        for rule in NEVER + ALWAYS:
            if rule not in wrong and not rule(a):
                wrong[rule] = vars(a)
    assert not wrong, "\n".join(f"{rule.__name__}: {case}" for rule, case in wrong.items())
