"""Permits: why V2L is, or is not. Entering needs all of them, staying those with a stay test; grid needs none.

A row is name, entry test, stay test. The first that fails is the `why`, all that fail are `blocked_by`; the sentences
for people stand beside the names in `sentences`. The masks carry one bit for each permit that holds, row 0 lowest:
anything not proven is not permitted.
"""

from firmware.core import clock, faults, supervision, watch
from firmware.core.signals import THREE_SAMPLES_MS

INPUT_MS = THREE_SAMPLES_MS  # for inputs that are neither contactors nor supplies
SOC_MARGIN = 5


def _no_fault(c):
    return not c.faults.stand()


def _not_in_service(c):
    return not c.service


def _self_check(c):
    return not c.faults.latched & faults.UNTIL_MENDED and not c.unwell_ms


def _no_hold(c):
    return not c.holds.any() and not c.button.down


def _enabled(c):
    return not c.enable.fitted or c.enable.is_for(1, INPUT_MS)


def _still_enabled(c):
    return not c.enable.is_for(0, INPUT_MS)


def _clock(c):
    return c.clock.trust != clock.UNSET


def _schedule(c):
    if c.supervision.keeps_away():
        return False
    return c.clock.trust != clock.UNSET and c.plan.holds_at(c.clock.now_s) and c.plan.in_v2l and not c.stay.spent


def _no_charge_window(c):
    return c.clock.trust != clock.UNSET and c.plan.holds_at(c.clock.now_s) and not c.plan.in_charge


def _not_charging(c):
    return (not c.charging.fitted or c.charging.is_for(0, INPUT_MS)) and not c.reports.says_charging()


def _still_not_charging(c):
    return not c.charging.is_for(1, INPUT_MS) and not c.reports.says_charging()


def _car(c):
    return c.setup.car_assumed or (c.car.raw == 1 and c.car.held_ms == c.car.held_ms_max)


def _car_still(c):
    return c.setup.car_assumed or (c.car.fitted and not c.car.is_for(0, watch.DEAD_MS))


def _soc(c):
    return c.setup.soc_reserve < 0 or c.reports.soc_at_least(min(c.setup.soc_reserve + SOC_MARGIN, 100))


def _soc_still(c):
    return c.setup.soc_reserve < 0 or c.reports.soc_at_least(c.setup.soc_reserve)


def _budget(c):
    return c.stay.in_budget()


def _at_rest(c):
    if not c.km1.settled_or_unfitted(1) or not c.km2.settled_or_unfitted(0):
        return False
    return c.bond.settled_or_unfitted(0) and (not c.grid.fitted or c.grid.raw == 1)


def _dwelt(c):
    return c.dwell_ms == 0


def _governor(c):
    return c.governor.free and c.supervision.entries < supervision.ENTRIES_MAX


def _started(c):
    return c.startup_ms == 0


ROWS = (
    ("fault", _no_fault, _no_fault),
    ("service", _not_in_service, _not_in_service),
    ("selfcheck", _self_check, _self_check),
    ("hold", _no_hold, _no_hold),
    ("enable", _enabled, _still_enabled),
    ("clock", _clock, _clock),
    ("schedule", _schedule, _schedule),
    ("charge_window", _no_charge_window, _no_charge_window),
    ("charging", _not_charging, _still_not_charging),
    ("car", _car, _car_still),
    ("soc", _soc, _soc_still),
    ("budget", _budget, _budget),
    ("rest", _at_rest, None),
    ("dwell", _dwelt, None),
    ("governor", _governor, None),
    ("startup", _started, None),
)
ENTRY_ALL = (1 << len(ROWS)) - 1
STAY_ALL = (1 << 12) - 1
GOVERNOR = 1 << 14


def weigh(c, request):
    """Fill in which permits hold; a stay test may hold where the entry test does not."""
    entry = stay = 0
    bit = 1
    for _name, may_enter, may_stay in ROWS:
        holds = may_enter(c)
        if holds:
            entry |= bit
        if may_stay and (holds if may_stay is may_enter else may_stay(c)):
            stay |= bit
        bit <<= 1
    request.entry = entry
    request.stay = stay
    request.waived = c.supervision.waives()


def may_enter(request):
    return request.entry | request.waived == ENTRY_ALL


def may_stay(request):
    return request.stay | request.waived == STAY_ALL


def failing(mask, all_of_them):
    """Names of the permits that do not hold, in the order of the table."""
    return [ROWS[i][0] for i in range(len(ROWS)) if all_of_them >> i & 1 and not mask >> i & 1]
