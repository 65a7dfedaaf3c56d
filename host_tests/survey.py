"""Every picture the changeover can be shown: phase x request x feedback x time edges, each axis at its limits.

`pictures(phase)` gives all that could matter in that phase and, more coarsely, all that must not. What each one must
lead to is written down here once more, in plain comparisons, as the table of states has it.
"""

import functools
import itertools

from firmware.core import changeover
from firmware.core.changeover import (
    BREAK_GRID, BREAK_V2L, FAULT, GRID, MAKE_GRID, MAKE_V2L, MARK, MARK_FAILED, MARK_WRITTEN, NO_MARK, ONE_RELAY, ROWS,
    SERVICE, STARTUP, TWO_RELAYS, V2L)
from firmware.core.permits import ENTRY_ALL, STAY_ALL
from host_tests.view import DEAD, LONG, PULL, RELEASE, SETTLE, UNCOMMANDED, View

PHASES = (STARTUP, GRID, MARK, BREAK_GRID, MAKE_V2L, V2L, BREAK_V2L, MAKE_GRID, FAULT, SERVICE)
COMMANDS_V2L = (BREAK_GRID, MAKE_V2L, V2L)
ONE_MISSING, NONE = 1 << 5, 0

ASKED = {"latched": (False, True), "service": (0, 1), "refused": (0, 1),
         "entry": (ENTRY_ALL, ENTRY_ALL ^ ONE_MISSING, NONE), "stay": (STAY_ALL, STAY_ALL ^ ONE_MISSING, NONE),
         "waived": (0, ONE_MISSING)}
WAITING = {"startup_ms": (0, 1), "grid_dead": (False, True), "confirm_ms": (0, 1),
           "mark": (NO_MARK, MARK_WRITTEN, MARK_FAILED)}
SOME_WAITING = ({"startup_ms": 0, "grid_dead": False, "confirm_ms": 0, "mark": MARK_WRITTEN},
                {"startup_ms": 1, "grid_dead": True, "confirm_ms": 1, "mark": NO_MARK})
SOME_FEEDBACK = ({"two_relays": False, "km1": None, "km2": None},
                 {"two_relays": True, "km1": (0, LONG), "km2": (1, LONG)},
                 {"two_relays": True, "km1": (1, LONG), "km2": (0, LONG)},
                 {"two_relays": False, "km1": (1, LONG), "km2": (1, LONG)})
CONTACT = (None, (0, SETTLE - 1), (0, SETTLE), (0, DEAD - 1), (0, DEAD), (1, SETTLE - 1), (1, SETTLE))
FEEDBACK = {"two_relays": (False, True), "km1": CONTACT, "km2": CONTACT,
            "bond": (None, (0, SETTLE - 1), (0, SETTLE), (1, UNCOMMANDED - 1), (1, UNCOMMANDED))}
LIMITS_MS = (RELEASE, RELEASE + DEAD, PULL)
TIMES = {"pilot_for_ms": tuple(ms - below for ms in LIMITS_MS for below in (1, 0)) + (LONG,),
         "enabled_for_ms": (0, *(ms - below for ms in LIMITS_MS for below in (1, 0)), LONG)}
# Only one of the two times is a limit in each phase; the other is shown at both its ends.
THE_OTHER = {BREAK_GRID: "enabled_for_ms", MAKE_V2L: "pilot_for_ms", V2L: "pilot_for_ms", BREAK_V2L: "pilot_for_ms",
             MAKE_GRID: "enabled_for_ms"}


def product(axes):
    for values in itertools.product(*axes.values()):
        yield dict(zip(axes, values))


def pictures(phase):
    """Views of one phase; always the same object, so look at each before taking the next."""
    view = View(phase)
    for shown in SOME_FEEDBACK:
        view.put(**shown)
        for waiting in product(WAITING) if phase not in THE_OTHER else SOME_WAITING:
            view.put(**waiting)
            for asked in product(ASKED):
                yield view.put(**asked)
    if phase in THE_OTHER:
        yield from feedback(View(phase, startup_ms=1, confirm_ms=1))


def feedback(view):
    times = {**TIMES, THE_OTHER[view.phase]: (0, LONG)}
    if view.phase == BREAK_V2L:
        times["km2_seen_open"] = (0, 1)
    for shown in product(FEEDBACK):
        view.put(**shown)
        for passed in product(times):
            view.put(**passed)
            yield view.put(stay=STAY_ALL)
            yield view.put(stay=STAY_ALL ^ 1)


def must_leave(view):
    return view.request.stay | view.request.waived != STAY_ALL or view.gate.refused


def open_for(contact, apart_ms):
    return contact.raw == 0 and contact.run_ms >= max(apart_ms, SETTLE)


def closed(contact):
    return contact.raw == 1 and contact.run_ms >= SETTLE


def after_break_grid(view):
    if must_leave(view):
        return BREAK_V2L
    apart_ms = DEAD if view.setup.two_relays else 0
    if view.km1.fitted:
        return MAKE_V2L if open_for(view.km1, apart_ms) else BREAK_GRID
    return MAKE_V2L if view.watch.pilot_for_ms >= RELEASE + apart_ms else BREAK_GRID


def after_make_v2l(view):
    if must_leave(view):
        return BREAK_V2L
    made = closed(view.km2) and view.km1.raw != 1 if view.km2.fitted else view.watch.enabled_for_ms >= PULL
    return V2L if made else MAKE_V2L


def after_break_v2l(view):
    apart_ms = DEAD if view.setup.two_relays else 0
    late = view.watch.enabled_for_ms == LONG and 1 in (view.km2.raw, view.bond.raw)
    if view.watch.enabled_for_ms >= RELEASE:
        late |= view.km2.raw == 1 and not view.watch.km2_seen_open
        late |= view.bond.raw == 1 and view.bond.run_ms >= UNCOMMANDED
    bond_open = not view.bond.fitted or open_for(view.bond, 0)
    if view.km2.fitted:
        parted = open_for(view.km2, apart_ms)
    else:
        parted = view.watch.enabled_for_ms >= RELEASE + apart_ms
    return MAKE_GRID if late or parted and bond_open else BREAK_V2L


def after_make_grid(view):
    made = closed(view.km1) and view.km2.raw != 1
    return GRID if made or view.watch.pilot_for_ms >= PULL else MAKE_GRID


def after_mark(view):
    if not may_enter(view):
        return GRID
    return {NO_MARK: MARK, MARK_WRITTEN: BREAK_GRID, MARK_FAILED: GRID}[view.mark]


AFTER = {
    STARTUP: lambda view: STARTUP if view.startup_ms or view.grid_dead else GRID,
    GRID: lambda view: GRID if view.confirm_ms or not may_enter(view) else MARK,
    MARK: after_mark,
    BREAK_GRID: after_break_grid,
    MAKE_V2L: after_make_v2l,
    V2L: lambda view: BREAK_V2L if must_leave(view) else V2L,
    BREAK_V2L: after_break_v2l,
    MAKE_GRID: after_make_grid,
}


def expected(view):
    """The phase that must follow."""
    phase = view.phase
    if phase == SERVICE:
        return SERVICE if view.service else STARTUP
    if view.service and phase in (STARTUP, GRID, FAULT):
        return SERVICE
    if view.faults.latched:
        return FAULT
    return STARTUP if phase == FAULT else AFTER[phase](view)


class Walk:
    """What came of showing one phase every picture: rows that fired, pairs that could have, and what went wrong."""

    def __init__(self, phase):
        self.fired, self.pairs, self.wrong = set(), set(), {}
        rows = [row for row in ROWS if row[0] == phase]
        for view in pictures(phase):
            row = changeover.next_row(view)
            true = [row[3] for row in rows if row[1](view)]
            self.fired.update(true[:1])
            self.pairs.update((a, b) for i, a in enumerate(true) for b in true[i + 1:])
            for rule in RULES:
                if rule not in self.wrong and not rule(view, row[2] if row else phase):
                    self.wrong[rule] = told(view, row)


def told(view, row):
    return row, view.phase, vars(view.faults), vars(view.gate), vars(view.request), vars(view.watch), [
        vars(contact) for contact in (view.km1, view.km2, view.bond)], view.setup.two_relays


def leads_where_it_must(view, after):
    return after == expected(view)


def leaving_is_never_delayed(view, after):
    """Whatever the feedback shows and however little time has passed, KM2 is let go in the tick that says so."""
    if view.phase not in COMMANDS_V2L or may_stay(view):
        return True
    return after in (BREAK_V2L, FAULT) and ONE_RELAY[after] == (0, 0) and TWO_RELAYS[after][1] == 0


def a_latched_fault_takes_everything_off(view, after):
    if view.phase == SERVICE or not view.faults.latched:
        return True
    return TWO_RELAYS[after] == ONE_RELAY[after] == (0, 0) and (after == FAULT or view.service and after == SERVICE)


def a_wanted_coil_is_held(view, after):
    """Once on V2L with every permit, no feedback and no passing of time may end it: that is for the faults to judge."""
    return view.phase != V2L or not may_stay(view) or after == V2L


def only_a_whole_set_of_permits_enters(view, after):
    return may_enter(view) or (after, view.phase) not in ((MARK, GRID), (BREAK_GRID, MARK))


def may_enter(view):
    return view.request.entry | view.request.waived == ENTRY_ALL


def may_stay(view):
    held = view.request.stay | view.request.waived == STAY_ALL
    return not view.faults.latched and held and not view.gate.refused


RULES = (leads_where_it_must, leaving_is_never_delayed, a_latched_fault_takes_everything_off, a_wanted_coil_is_held,
         only_a_whole_set_of_permits_enters)
walk = functools.lru_cache(maxsize=None)(Walk)
