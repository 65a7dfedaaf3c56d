"""The changeover row by row: each limit from both sides, and which row wins where two could fire."""

import pytest

from firmware.core.changeover import (
    BREAK_GRID, BREAK_V2L, FAULT, GRID, MAKE_GRID, MAKE_V2L, MARK, MARK_FAILED, MARK_WRITTEN, NO_MARK, ROWS, SERVICE,
    STARTUP, V2L)
from firmware.core.permits import ENTRY_ALL
from host_tests.view import DEAD, LONG, ON_V2L, PULL, RELEASE, REST, SETTLE, UNCOMMANDED, Part, View, contact

APART = RELEASE + DEAD
# phase, what is seen, the phase that follows; pairs that differ by one millisecond or one word
EDGES = (
    (STARTUP, {"startup_ms": 1}, STARTUP),
    (STARTUP, {"startup_ms": 0}, GRID),
    (STARTUP, {"grid_dead": True}, STARTUP),
    (GRID, {"confirm_ms": 1, **REST}, GRID),
    (GRID, {"confirm_ms": 0, **REST}, MARK),
    (GRID, {"entry": ENTRY_ALL ^ 1, **REST}, GRID),
    (MARK, {"mark": NO_MARK}, MARK),
    (MARK, {"mark": MARK_FAILED}, GRID),
    (MARK, {"mark": MARK_WRITTEN}, BREAK_GRID),
    (MARK, {"mark": MARK_WRITTEN, "stay": 0}, BREAK_GRID),  # what may not stay may not enter: the entry mask says it
    (FAULT, {"latched": True}, FAULT),
    (FAULT, {"latched": False}, STARTUP),
    (SERVICE, {"service": 1, "latched": True}, SERVICE),
    (SERVICE, {"service": 0, "latched": True}, STARTUP),
)
# two relays, what is seen, follows
BREAKING_GRID = (
    (False, {"km1": (0, SETTLE - 1)}, BREAK_GRID),
    (False, {"km1": (0, SETTLE)}, MAKE_V2L),
    (False, {"km1": (1, LONG)}, BREAK_GRID),
    (False, {"pilot_for_ms": RELEASE - 1}, BREAK_GRID),
    (False, {"pilot_for_ms": RELEASE}, MAKE_V2L),
    (True, {"km1": (0, DEAD - 1)}, BREAK_GRID),
    (True, {"km1": (0, DEAD)}, MAKE_V2L),
    (True, {"km1": (1, LONG)}, BREAK_GRID),
    (True, {"pilot_for_ms": APART - 1}, BREAK_GRID),
    (True, {"pilot_for_ms": APART}, MAKE_V2L),
)
MAKING_V2L = (
    (False, {"km2": (1, SETTLE - 1)}, MAKE_V2L),
    (False, {"km2": (1, SETTLE)}, V2L),
    (False, {"km2": (0, LONG)}, MAKE_V2L),
    (True, {"km1": (0, LONG), "km2": (1, SETTLE)}, V2L),
    (True, {"km1": (1, 1), "km2": (1, SETTLE)}, MAKE_V2L),
    (True, {"enabled_for_ms": PULL - 1}, MAKE_V2L),
    (True, {"enabled_for_ms": PULL}, V2L),
    (True, {"km1": (1, LONG), "enabled_for_ms": PULL}, V2L),  # KM2 is not fitted: by time alone
)
BREAKING_V2L = (
    (False, {"km2": (0, SETTLE - 1)}, BREAK_V2L),  # open at last: past its limit, but not settled
    (False, {"km2": (0, SETTLE - 1), "enabled_for_ms": RELEASE - 1}, BREAK_V2L),
    (False, {"km2": (0, SETTLE), "enabled_for_ms": SETTLE}, MAKE_GRID),
    (False, {"km2": (1, LONG), "enabled_for_ms": RELEASE - 1}, BREAK_V2L),
    (False, {"km2": (1, LONG), "enabled_for_ms": RELEASE}, MAKE_GRID),
    (True, {"km2": (0, DEAD - 1), "enabled_for_ms": LONG}, BREAK_V2L),  # open, so the dead time is waited for
    (True, {"km2": (0, DEAD), "enabled_for_ms": DEAD}, MAKE_GRID),
    (True, {"km2": (1, LONG), "enabled_for_ms": RELEASE - 1}, BREAK_V2L),
    (True, {"km2": (1, LONG), "enabled_for_ms": RELEASE}, MAKE_GRID),
    # It has been open, so this may be one wrong sample; but not for ever.
    (True, {"km2": (1, LONG), "km2_seen_open": 1, "enabled_for_ms": LONG - 1}, BREAK_V2L),
    (True, {"km2": (1, 1), "km2_seen_open": 1, "enabled_for_ms": LONG}, MAKE_GRID),
    (True, {"km2": (0, SETTLE - 1), "km2_seen_open": 1, "enabled_for_ms": LONG}, BREAK_V2L),
    (True, {"km2": (0, LONG), "bond": (1, UNCOMMANDED - 1), "enabled_for_ms": LONG - 1}, BREAK_V2L),
    (True, {"km2": (0, LONG), "bond": (1, UNCOMMANDED), "enabled_for_ms": LONG - 1}, MAKE_GRID),
    (True, {"km2": (0, LONG), "bond": (1, 1), "enabled_for_ms": LONG}, MAKE_GRID),
    (True, {"enabled_for_ms": APART - 1}, BREAK_V2L),
    (True, {"enabled_for_ms": APART}, MAKE_GRID),
    (False, {"enabled_for_ms": RELEASE - 1}, BREAK_V2L),
    (False, {"enabled_for_ms": RELEASE}, MAKE_GRID),
    (True, {"km2": (0, LONG), "bond": (1, LONG), "enabled_for_ms": RELEASE - 1}, BREAK_V2L),
    (True, {"km2": (0, LONG), "bond": (1, LONG), "enabled_for_ms": RELEASE}, MAKE_GRID),
    (True, {"km2": (0, LONG), "bond": (0, SETTLE - 1), "enabled_for_ms": RELEASE - 1}, BREAK_V2L),
    (True, {"km2": (0, LONG), "bond": (0, SETTLE), "enabled_for_ms": RELEASE - 1}, MAKE_GRID),
)
MAKING_GRID = (
    (False, {"km1": (1, SETTLE - 1), "pilot_for_ms": PULL - 1}, MAKE_GRID),
    (False, {"km1": (1, SETTLE), "pilot_for_ms": SETTLE}, GRID),
    (True, {"km1": (1, LONG), "km2": (1, LONG), "pilot_for_ms": PULL - 1}, MAKE_GRID),
    (True, {"km1": (0, LONG), "pilot_for_ms": PULL - 1}, MAKE_GRID),
    (True, {"km1": (0, LONG), "pilot_for_ms": PULL}, GRID),
    (True, {"pilot_for_ms": PULL - 1}, MAKE_GRID),
    (True, {"pilot_for_ms": PULL}, GRID),
)
MOVING = ((BREAK_GRID, BREAKING_GRID), (MAKE_V2L, MAKING_V2L), (BREAK_V2L, BREAKING_V2L), (MAKE_GRID, MAKING_GRID))
ALL_EDGES = [(phase, False, seen, after) for phase, seen, after in EDGES]
ALL_EDGES += [(phase, two_relays, seen, after) for phase, rows in MOVING for two_relays, seen, after in rows]


@pytest.mark.parametrize("phase, two_relays, seen, after", ALL_EDGES)
def test_the_limit_is_where_it_is_said_to_be(phase, two_relays, seen, after):
    assert View(phase, two_relays, **seen).next() == after


@pytest.mark.parametrize("raw, after", ((0, BREAK_GRID), (1, MARK)))
def test_a_button_that_looks_pressed_once_the_mark_is_written_is_waited_for(raw, after):
    assert View(MARK, mark=MARK_WRITTEN, button=Part(contact=contact((raw, LONG)))).next() == after


@pytest.mark.parametrize("two_relays", (False, True))
def test_no_dead_time_still_waits_until_the_contact_has_settled(two_relays):
    for phase, name, after in ((BREAK_GRID, "km1", MAKE_V2L), (BREAK_V2L, "km2", MAKE_GRID)):
        for run_ms, then in ((SETTLE - 1, phase), (SETTLE, after)):
            view = View(phase, two_relays, enabled_for_ms=0, **{name: (0, run_ms)})
            view.limits.dead_time_ms = 0
            assert view.next() == then


# phase, the row that wins, the row that could have fired too, why it must be so
PRECEDENCE = (
    (STARTUP, "service", "fault", "in service a person looks for the fault"),
    (STARTUP, "service", "start-up hold over", "asked for during the hold"),
    (STARTUP, "fault", "start-up hold over", "what was latched before the power cut still is"),
    (GRID, "service", "fault", "in service a person looks for the fault"),
    (GRID, "service", "all entry permits held", "a wish to rest comes before a wish to go"),
    (GRID, "fault", "all entry permits held", "wrong evidence first"),
    (MARK, "fault", "entry permit lost", "wrong evidence first, and it gives the reason"),
    (MARK, "fault", "the entry could not be recorded", "wrong evidence first, and it gives the reason"),
    (MARK, "fault", "all entry permits held", "wrong evidence first"),
    (MARK, "entry permit lost", "the entry could not be recorded", "the reason a person can mend"),
    (MARK, "entry permit lost", "all entry permits held", "the permits must hold in the tick of the entry itself"),
    (BREAK_GRID, "fault", "stay permit lost", "a latch also fails the permit; both outputs must go at once"),
    (BREAK_GRID, "fault", "KM1 let go", "wrong evidence first"),
    (BREAK_GRID, "stay permit lost", "KM1 let go", "leaving is never delayed, not even by good news"),
    (MAKE_V2L, "fault", "stay permit lost", "a latch also fails the permit; both outputs must go at once"),
    (MAKE_V2L, "fault", "KM2 pulled", "wrong evidence first"),
    (MAKE_V2L, "stay permit lost", "KM2 pulled", "leaving is never delayed, not even by good news"),
    (V2L, "fault", "stay permit lost", "a latch also fails the permit; both outputs must go at once"),
    (BREAK_V2L, "fault", "KM2 let go", "wrong evidence first"),
    (BREAK_V2L, "fault", "KM2 did not let go in time", "wrong evidence first"),
    (MAKE_GRID, "fault", "KM1 pulled", "wrong evidence first"),
    (MAKE_GRID, "fault", "KM1 did not pull in time", "wrong evidence first"),
    (MAKE_GRID, "KM1 pulled", "KM1 did not pull in time", "late is still pulled"),
    (FAULT, "service", "acknowledged", "service is what the person asked for"),
)


BOTH_TRUE = {
    STARTUP: ({"service": 1, "latched": True},),
    GRID: ({"service": 1, "latched": True, **REST}, {"service": 1, **REST}, {"latched": True, **REST}),
    MARK: ({"latched": True, "entry": 0, "mark": MARK_FAILED}, {"latched": True, "mark": MARK_WRITTEN},
           {"entry": 0, "mark": MARK_FAILED}, {"entry": 0, "mark": MARK_WRITTEN}),
    BREAK_GRID: ({"latched": True, "stay": 0, "km1": (0, LONG)}, {"stay": 0, "km1": (0, LONG)},
                 {"refused": 1, "km1": (0, LONG)}),
    MAKE_V2L: ({"latched": True, "stay": 0, **ON_V2L}, {"stay": 0, **ON_V2L}, {"refused": 1, **ON_V2L}),
    V2L: ({"latched": True, "stay": 0, **ON_V2L},),
    BREAK_V2L: ({"latched": True, "km2": (0, LONG)}, {"latched": True, "km2": (1, LONG)}),
    MAKE_GRID: ({"latched": True, "km1": (0, LONG)}, {"latched": True, **REST}, REST),
    FAULT: ({"service": 1},),
}


@pytest.mark.parametrize("phase", BOTH_TRUE)
def test_the_row_that_must_win_wins(phase):
    """Of all rows that could fire, the one that the precedence table puts before each of the others."""
    before = {(first, second) for row_phase, first, second, _why in PRECEDENCE if row_phase == phase}
    for seen in BOTH_TRUE[phase]:
        view = View(phase, **seen)
        true = {row[3] for row in ROWS if row[0] == phase and row[1](view)}
        assert len(true) >= 2
        assert all((view.reason(), other) in before for other in true - {view.reason()})


@pytest.mark.parametrize("seen, reason", (
    ({"km1": (1, SETTLE)}, "KM1 pulled"),
    ({"km1": (0, LONG)}, "KM1 did not pull in time"),
    ({}, "KM1 pulled"),  # not fitted: it has had its time, and nothing says that it failed
))
def test_the_way_back_to_grid_says_what_was_seen(seen, reason):
    assert View(MAKE_GRID, pilot_for_ms=PULL, **seen).reason() == reason
