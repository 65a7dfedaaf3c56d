"""What the feedback says against what was commanded: every fault that can be seen from the board.

Time-outs run from the output that causes the movement, once the gate has really granted it. KM2 is enabled by the guard
where one is fitted, else by the pilot. Each row names a fault and the test that sees it; a test never names a cause,
since several look the same from here. An input that is not fitted reads neither 0 nor 1: no test on it can come true.
"""

from firmware.core import faults
from firmware.core.signals import THREE_SAMPLES_MS

BOTH_MS = THREE_SAMPLES_MS
DEAD_MS = 200  # a supply counts as gone after this
BOND_MS = 200
READBACK_MS = 30  # two samples
NAME_MS = 100  # a dropped KM2 waits this long for the grid to turn out dead before it gets its name
COLLAPSE_MS = 600_000
CHATTER = 20


class Watch:
    FIELDS = (
        "pilot", "guard", "pilot_for_ms", "enabled_for_ms", "both_ms", "readback_ms", "km2_seen_open", "late",
        "unnamed_ms", "collapse_ms",
    )  # fmt: skip

    def __init__(self, setup):
        self.two_relays = setup.two_relays
        self.limits = setup.limits
        slowest_ms = max(self.limits.release_ms, self.limits.pull_ms) + max(self.limits.uncommanded_ms, BOND_MS)
        self.for_ms_max = slowest_ms + self.limits.dead_time_ms
        self.pilot = 0  # as commanded
        self.guard = 0
        self.pilot_for_ms = 0  # evidence since the pilot was last switched
        self.enabled_for_ms = 0  # and since KM2 was last enabled or disabled
        self.both_ms = 0
        self.readback_ms = 0
        self.km2_seen_open = 0  # since KM2 was disabled
        self.late = 0  # KM2 had not let go when the guard was off and the pilot had to follow
        self.unnamed_ms = 0
        self.collapse_ms = 0

    def enabled(self):
        return self.guard if self.two_relays else self.pilot

    def see(self, inputs, km1, km2, seen_ms):
        self.pilot_for_ms = min(self.pilot_for_ms + seen_ms, self.for_ms_max)
        self.enabled_for_ms = min(self.enabled_for_ms + seen_ms, self.for_ms_max)
        self.both_ms = min(self.both_ms + seen_ms, BOTH_MS) if km1.raw == 1 and km2.raw == 1 else 0
        reads_wrong = inputs.pilot_on != self.pilot or (self.two_relays and inputs.guard_on != self.guard)
        self.readback_ms = min(self.readback_ms + seen_ms, READBACK_MS) if reads_wrong else 0
        if not self.enabled() and km2.settled(0):
            self.km2_seen_open = 1

    def commanded(self, pilot, guard, km2_closed):
        """The gate has spoken: remember what was switched, and when, and whether KM2 had let go by then."""
        if pilot == self.pilot and guard == self.guard:
            return
        was_enabled = self.enabled()
        if pilot != self.pilot:
            self.pilot_for_ms = 0
            guard_went_first = not self.guard and self.enabled_for_ms >= self.limits.release_ms
            never_open = km2_closed and not self.km2_seen_open
            self.late = 1 if self.two_relays and not pilot and guard_went_first and never_open else 0
        self.pilot = pilot
        self.guard = guard
        if self.enabled() != was_enabled:
            self.enabled_for_ms = 0
            self.km2_seen_open = 0


def _both_closed(c):
    return c.watch.both_ms >= BOTH_MS


def _km2_stuck(c):
    w = c.watch
    if w.enabled() or w.km2_seen_open or c.km2.raw != 1 or w.enabled_for_ms < w.limits.release_ms:
        return False
    return not w.two_relays or (not w.pilot and w.pilot_for_ms >= w.limits.release_ms)


def _km2_uncommanded(c):
    w = c.watch
    return not w.pilot and w.km2_seen_open and c.km2.is_for(1, w.limits.uncommanded_ms)


def _guard_stuck(c):
    w = c.watch
    if not w.two_relays or w.guard or not w.km2_seen_open:
        return False
    return w.late or (w.pilot and c.km2.is_for(1, w.limits.uncommanded_ms))


def _km1_not_open(c):
    w = c.watch
    if not c.is_breaking_grid() or not w.pilot or c.km1.raw != 1 or w.pilot_for_ms < w.limits.release_ms:
        return False
    return c.km1.run_ms >= w.limits.uncommanded_ms or w.pilot_for_ms == w.for_ms_max


def _bond_stuck(c):
    w = c.watch
    if not c.bond.is_for(1, w.limits.uncommanded_ms):
        return False
    if c.km2.fitted:
        return c.km2.is_for(0, w.limits.uncommanded_ms)
    return not w.enabled() and w.enabled_for_ms >= w.limits.release_ms + w.limits.uncommanded_ms


def _bond_missing(c):
    w = c.watch
    if not w.enabled() or not c.bond.is_for(0, BOND_MS):
        return False
    return c.km2.is_for(1, BOND_MS) or (not c.km2.fitted and w.enabled_for_ms >= w.limits.pull_ms + BOND_MS)


def _readback(c):
    return c.watch.readback_ms >= READBACK_MS


def _chatter(c):
    return c.km1.lately() > CHATTER or c.km2.lately() > CHATTER or c.bond.lately() > CHATTER


def _km1_not_closed(c):
    w = c.watch
    if w.pilot or w.pilot_for_ms < w.limits.pull_ms or not c.km1.is_for(0, w.limits.uncommanded_ms):
        return False
    return c.km2.raw != 1 and (not c.grid.fitted or c.grid.is_for(1, w.limits.pull_ms))


def _grid_dead(c):
    """A contact that chatters meanwhile neither begins nor ends it."""
    closed_ms = c.limits.uncommanded_ms
    return c.grid.is_for(0, DEAD_MS) and not c.km1.is_for(1, closed_ms) and not c.km2.is_for(1, closed_ms)


LATCHING = (
    (faults.BOTH_CLOSED, _both_closed),
    (faults.KM2_STUCK, _km2_stuck),
    (faults.KM2_UNCOMMANDED, _km2_uncommanded),
    (faults.GUARD_STUCK, _guard_stuck),
    (faults.KM1_NOT_OPEN, _km1_not_open),
    (faults.BOND_STUCK, _bond_stuck),
    (faults.BOND_MISSING, _bond_missing),
    (faults.PILOT_READBACK, _readback),
    (faults.FEEDBACK_CHATTER, _chatter),
)
LASTING = (
    (faults.KM1_NOT_CLOSED, _km1_not_closed),
    (faults.GRID_DEAD, _grid_dead),
)


def judge(c, seen_ms, dt_ms):
    """Look at one sample and tell the controller what it proves; in service everything is shown, nothing latched."""
    in_service = c.is_in_service()
    for fault, test in LATCHING:
        seen = test(c)
        if seen and not in_service:
            c.latch(fault)
        elif seen or c.faults.lasting >> fault & 1:
            c.show(fault, 1 if seen and in_service else 0)
    for fault, test in LASTING:
        c.show(fault, 1 if test(c) else 0)
    _judge_pull(c)
    _judge_drop(c, seen_ms)
    _judge_supply(c, dt_ms)


def _judge_pull(c):
    w = c.watch
    if c.is_making_v2l() and w.enabled() and c.km2.raw == 0 and w.enabled_for_ms >= w.limits.pull_ms:
        c.happen(faults.KM2_NOT_CLOSED)


def _judge_drop(c, seen_ms):
    w = c.watch
    if w.unnamed_ms:
        w.unnamed_ms = max(0, w.unnamed_ms - seen_ms)
        if c.grid.raw == 0:
            w.unnamed_ms = 0
            c.faults.excuse(faults.KM2_DROPPED)
        elif w.unnamed_ms == 0:
            c.faults.excuse(faults.KM2_DROPPED)
            c.happen(faults.KM2_DROPPED)
    elif c.is_on_v2l():
        if c.km1.raw == 1:
            if c.km2.is_for(0, w.limits.uncommanded_ms) or (
                not c.km2.fitted and c.km1.is_for(1, w.limits.uncommanded_ms)
            ):
                c.happen(faults.RELAY_DROPPED)
        elif c.km2.is_for(0, w.limits.uncommanded_ms):
            if c.grid.fitted:
                w.unnamed_ms = NAME_MS
                c.faults.last(faults.KM2_DROPPED, 1)
            else:
                c.happen(faults.KM2_DROPPED)


def _judge_supply(c, dt_ms):
    """A car that dies under a closed KM2 and comes back soon after was overloaded, or its adapter tripped."""
    w = c.watch
    if c.is_on_v2l() and c.car.is_for(0, DEAD_MS) and c.km2.raw != 0:
        w.collapse_ms = COLLAPSE_MS
    elif w.collapse_ms:
        w.collapse_ms = max(0, w.collapse_ms - dt_ms)
        if w.collapse_ms and c.car.is_for(1, DEAD_MS):
            w.collapse_ms = 0
            c.happen(faults.V2L_COLLAPSED)
