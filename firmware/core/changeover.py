"""The changeover: one table of phases and the ways between them, one table of what is commanded in each.

Theory. The pilot relay is a changeover contact: off feeds KM1's coil, on feeds KM2's, and where a guard is fitted KM2
pulls only with both. So a transfer is two steps, break and make, and each has a phase of its own with fixed outputs:
"never both" can be read off the page. With one relay both steps happen in one movement of the pilot and the phases
only follow it. With two, the first must be confirmed by feedback, and the dead time be over, before the second begins.

Rows are tried from the top and the first that matches wins, at most one in a tick. Their order inside a phase is logic:
wrong evidence, then the wish to leave, then confirmation, then the time-out. Leaving waits for nothing. A latched fault
takes every output off at once, whatever the phase.

The two phases of a direction share one published state, and MARK, in which the coming entry is written to flash with
all outputs off, is published as `grid`.
"""

from firmware.core import permits
from firmware.core.contacts import SETTLE_MS

STARTUP, GRID, MARK, BREAK_GRID, MAKE_V2L, V2L, BREAK_V2L, MAKE_GRID, FAULT, SERVICE = range(10)
STATES = ("startup", "grid", "grid", "to_v2l", "to_v2l", "v2l", "to_grid", "to_grid", "fault", "service")

# phase -> pilot, guard. With one relay there is no guard, and the pilot lets go as soon as V2L is to be left.
OFF = (0, 0)
PILOT = (1, 0)
BOTH = (1, 1)
TWO_RELAYS = (OFF, OFF, OFF, PILOT, BOTH, BOTH, PILOT, OFF, OFF, OFF)
ONE_RELAY = (OFF, OFF, OFF, PILOT, PILOT, PILOT, OFF, OFF, OFF, OFF)

NO_MARK, MARK_WRITTEN, MARK_FAILED = range(3)


def _latched(c):
    return c.faults.is_latched()


def _not_latched(c):
    return not c.faults.is_latched()


def _service_wanted(c):
    return c.service


def _service_over(c):
    return not c.service


def _started(c):
    """A dead grid makes the board wait here, not fail."""
    return c.startup_ms == 0 and not c.is_grid_dead()


def _entry_confirmed(c):
    return permits.may_enter(c.request) and c.confirm_ms == 0


def _entry_lost(c):
    return not permits.may_enter(c.request)


def _mark_written(c):
    """The board was blind while it wrote: if the button looks pressed now, the next samples are to tell."""
    return c.mark == MARK_WRITTEN and c.button.contact.raw != 1


def _mark_failed(c):
    return c.mark == MARK_FAILED


def _must_leave(c):
    return not permits.may_stay(c.request) or c.gate.refused


def _grid_parted(c):
    """KM1 has let go: with a guard, for the whole dead time."""
    apart_ms = c.limits.dead_time_ms if c.setup.two_relays else 0
    if c.km1.fitted:
        return c.km1.is_for(0, max(apart_ms, SETTLE_MS))
    return c.watch.pilot_for_ms >= c.limits.release_ms + apart_ms


def _v2l_made(c):
    if c.km2.fitted:
        return c.km2.settled(1) and c.km1.raw != 1
    return c.watch.enabled_for_ms >= c.limits.pull_ms


def _v2l_parted(c):
    """KM2, and the bond where it is watched, have let go: with a guard, for the whole dead time."""
    apart_ms = c.limits.dead_time_ms if c.setup.two_relays else 0
    if not c.bond.settled_or_unfitted(0):
        return False
    if c.km2.fitted:
        return c.km2.is_for(0, max(apart_ms, SETTLE_MS))
    return c.watch.enabled_for_ms >= c.limits.release_ms + apart_ms


def _release_over(c):
    """One closed sample amid open ones proves nothing, until all patience is used up."""
    w = c.watch
    if w.enabled_for_ms < c.limits.release_ms:
        return False
    if w.enabled_for_ms == w.for_ms_max:
        return c.km2.raw == 1 or c.bond.raw == 1
    return (c.km2.raw == 1 and not w.km2_seen_open) or c.bond.is_for(1, c.limits.uncommanded_ms)


def _grid_made(c):
    if c.km1.fitted:
        return c.km1.settled(1) and c.km2.raw != 1
    return c.watch.pilot_for_ms >= c.limits.pull_ms


def _pull_over(c):
    return c.watch.pilot_for_ms >= c.limits.pull_ms


ROWS = (
    (STARTUP, _service_wanted, SERVICE, "service"),
    (STARTUP, _latched, FAULT, "fault"),
    (STARTUP, _started, GRID, "start-up hold over"),
    (GRID, _service_wanted, SERVICE, "service"),
    (GRID, _latched, FAULT, "fault"),
    (GRID, _entry_confirmed, MARK, "all entry permits held"),
    (MARK, _latched, FAULT, "fault"),
    (MARK, _entry_lost, GRID, "entry permit lost"),
    (MARK, _mark_failed, GRID, "the entry could not be recorded"),
    (MARK, _mark_written, BREAK_GRID, "all entry permits held"),
    (BREAK_GRID, _latched, FAULT, "fault"),
    (BREAK_GRID, _must_leave, BREAK_V2L, "stay permit lost"),
    (BREAK_GRID, _grid_parted, MAKE_V2L, "KM1 let go"),
    (MAKE_V2L, _latched, FAULT, "fault"),
    (MAKE_V2L, _must_leave, BREAK_V2L, "stay permit lost"),
    (MAKE_V2L, _v2l_made, V2L, "KM2 pulled"),
    (V2L, _latched, FAULT, "fault"),
    (V2L, _must_leave, BREAK_V2L, "stay permit lost"),
    (BREAK_V2L, _latched, FAULT, "fault"),
    (BREAK_V2L, _v2l_parted, MAKE_GRID, "KM2 let go"),
    (BREAK_V2L, _release_over, MAKE_GRID, "KM2 did not let go in time"),
    (MAKE_GRID, _latched, FAULT, "fault"),
    (MAKE_GRID, _grid_made, GRID, "KM1 pulled"),
    (MAKE_GRID, _pull_over, GRID, "KM1 did not pull in time"),
    (FAULT, _service_wanted, SERVICE, "service"),
    (FAULT, _not_latched, STARTUP, "acknowledged"),
    (SERVICE, _service_over, STARTUP, "service over"),
)


def next_row(c):
    """The row that fires now, or None."""
    phase = c.phase
    for row in ROWS:
        if row[0] == phase and row[1](c):
            return row
    return None
