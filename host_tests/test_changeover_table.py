"""The changeover's two tables: their shape, and what they do with every picture they can be shown."""

import pytest

from firmware.core import changeover, permits
from firmware.core.changeover import (
    BREAK_GRID, BREAK_V2L, FAULT, GRID, MAKE_GRID, MAKE_V2L, MARK, ONE_RELAY, ROWS, SERVICE, STARTUP, STATES,
    TWO_RELAYS, V2L)
from host_tests.survey import COMMANDS_V2L, PHASES, RULES, walk
from host_tests.test_changeover_edges import PRECEDENCE
from host_tests.view import REST, View

# phase: published state, outputs with a guard, pilot without one; as the table of states has it
SAID = {
    STARTUP: ("startup", (0, 0), 0),
    GRID: ("grid", (0, 0), 0),
    MARK: ("grid", (0, 0), 0),
    BREAK_GRID: ("to_v2l", (1, 0), 1),
    MAKE_V2L: ("to_v2l", (1, 1), 1),
    V2L: ("v2l", (1, 1), 1),
    BREAK_V2L: ("to_grid", (1, 0), 0),
    MAKE_GRID: ("to_grid", (0, 0), 0),
    FAULT: ("fault", (0, 0), 0),
    SERVICE: ("service", (0, 0), 0),
}


def test_the_phases_are_ten_and_each_has_its_published_state():
    assert sorted(SAID) == list(range(10)) == sorted(PHASES)
    assert [STATES[phase] for phase in SAID] == [said[0] for said in SAID.values()]
    assert len(STATES) == len(TWO_RELAYS) == len(ONE_RELAY) == 10


@pytest.mark.parametrize("phase", PHASES)
def test_each_phase_commands_what_the_table_of_states_says(phase):
    assert TWO_RELAYS[phase] == SAID[phase][1]
    assert ONE_RELAY[phase] == (SAID[phase][2], 0)


def test_the_pilot_is_never_on_where_the_board_rests_and_the_guard_never_without_the_pilot():
    for outputs in (TWO_RELAYS, ONE_RELAY):
        for phase in PHASES:
            pilot, guard = outputs[phase]
            assert pilot in (0, 1) and guard in (0, 1) and guard <= pilot
            if STATES[phase] in ("startup", "grid", "fault", "service"):
                assert not pilot


def test_every_row_names_phases_a_test_and_a_reason():
    for phase, guard, target, reason in ROWS:
        assert phase in PHASES and target in PHASES and phase != target
        assert callable(guard)
        assert reason and len({row[3] for row in ROWS if row[0] == phase}) == len([r for r in ROWS if r[0] == phase])


def test_v2l_is_reached_through_every_step_and_in_no_other_way():
    ways_in = {target: {row[0] for row in ROWS if row[2] == target} for target in PHASES}
    assert ways_in[MARK] == {GRID}
    assert ways_in[BREAK_GRID] == {MARK}
    assert ways_in[MAKE_V2L] == {BREAK_GRID}
    assert ways_in[V2L] == {MAKE_V2L}
    assert ways_in[BREAK_V2L] == set(COMMANDS_V2L)
    assert ways_in[MAKE_GRID] == {BREAK_V2L}
    assert ways_in[GRID] == {STARTUP, MARK, MAKE_GRID}


@pytest.mark.parametrize("bit", range(12))
@pytest.mark.parametrize("phase", COMMANDS_V2L)
def test_each_stay_permit_alone_is_enough_to_leave(phase, bit):
    assert View(phase, stay=permits.STAY_ALL & ~(1 << bit), **REST).next() == BREAK_V2L


@pytest.mark.parametrize("bit", range(16))
@pytest.mark.parametrize("phase", (GRID, MARK))
def test_each_entry_permit_alone_bars_the_entry(phase, bit):
    assert View(phase, mark=changeover.MARK_WRITTEN, entry=permits.ENTRY_ALL & ~(1 << bit), **REST).next() == GRID


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("phase", PHASES)
def test_it_holds_for_every_picture(phase, rule):
    assert rule not in walk(phase).wrong, walk(phase).wrong[rule]


@pytest.mark.parametrize("phase", PHASES)
def test_every_row_fires_for_some_picture_and_every_phase_has_an_exit(phase):
    reasons = {row[3] for row in ROWS if row[0] == phase}
    assert reasons and walk(phase).fired == reasons


def test_the_precedence_table_has_every_pair_that_can_be_true_together():
    found = {(phase, first, second) for phase in PHASES for first, second in walk(phase).pairs}
    assert found == {row[:3] for row in PRECEDENCE}
