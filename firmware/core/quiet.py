"""How long nothing in the core changes by itself while the inputs stay as they are.

The simulator skips that long instead of stepping through it. The answer is a lower bound: every waiting that could end
with a change of outputs, permits or faults must be in here, and a test steps both ways to prove it. Zero says: go on
at the loop's own pace, also because somebody has said something since the last tick.
"""

from firmware.core import button, clock, holds, permits, reports
from firmware.core.changeover import BREAK_GRID, GRID, MAKE_GRID, MARK, V2L, next_row
from firmware.core.signals import SAMPLE_MS, STEP_MS_MAX
from firmware.core.watch import BOTH_MS, READBACK_MS

HOUR_S, DAY_S = 3600, 86400


def quiet_ms(c):
    if c.phase == MARK or (BREAK_GRID <= c.phase <= MAKE_GRID and c.phase != V2L) or not _is_still(c):
        return 0
    if _has_news(c):
        return 0
    left_s = min(_seconds_left(c), STEP_MS_MAX // 1000)
    left_ms = left_s * 1000 - c.clock.ms
    dwell_ms = 0 if c.phase == V2L else c.dwell_ms  # on V2L it does not run
    for waiting_ms in (c.startup_ms, dwell_ms, c.unwell_ms, c.sign_ms):
        if waiting_ms:
            left_ms = min(left_ms, waiting_ms)
    for tally in c.faults.tallies:
        if tally.retry_ms:
            left_ms = min(left_ms, tally.retry_ms)
    if c.car.raw == 1 and c.car.held_ms < c.car.held_ms_max:
        left_ms = min(left_ms, c.car.held_ms_max - c.car.held_ms)
    window_ms = c.supervision.asked_ms or c.supervision.left_ms
    if window_ms:
        left_ms = min(left_ms, window_ms % 1000)  # it is told by the second
    if c.phase == GRID and permits.may_enter(c.request):
        left_ms = min(left_ms, c.confirm_ms)
    if c.phase == V2L and not c.supervision.entered:
        left_ms = min(left_ms, c.stay.left_ms)
    if c.button.down and not c.button.is_selector:
        left_ms = min(left_ms, _button_left_ms(c.button.held_ms))
    return max(0, left_ms - 1)


def _has_news(c):
    """The next tick would see permits that the last one has not, or let a row fire."""
    entry, stay, waived = c.request.entry, c.request.stay, c.request.waived
    permits.weigh(c, c.request)
    changed = c.request.entry != entry or c.request.stay != stay or c.request.waived != waived
    c.request.entry, c.request.stay, c.request.waived = entry, stay, waived
    return changed or next_row(c) is not None


def _is_still(c):
    """True when no evidence is growing towards a limit."""
    for contact in (c.km1, c.km2, c.bond, c.car, c.grid, c.charging, c.enable, c.button.contact):
        if contact.fitted and contact.run_ms != contact.run_ms_max:
            return False
    w = c.watch
    return (
        w.pilot_for_ms == w.for_ms_max
        and w.enabled_for_ms == w.for_ms_max
        and w.both_ms in (0, BOTH_MS)
        and w.readback_ms in (0, READBACK_MS)
        and not w.unnamed_ms
    )


def _button_left_ms(held_ms):
    for limit_ms in (button.FIXED_MS, button.LONG_MS, button.STUCK_MS + 1):
        if held_ms < limit_ms:
            return min(limit_ms - held_ms, button.CREDIT_MS - SAMPLE_MS)
    return STEP_MS_MAX


def _seconds_left(c):
    left_s = min(_clock_left_s(c.clock), _governor_left_s(c.governor), _reports_left_s(c.reports))
    if c.clock.trust == clock.UNSET:
        return left_s
    now_s = c.clock.now_s
    proof_s = c.proof.left_s(now_s)
    if proof_s:
        left_s = min(left_s, proof_s)
    if c.schedule is not None:
        left_s = min(left_s, c.plan.until_s - now_s, c.plan.day_ends_s - now_s)
    if c.holds.local == holds.WINDOW and c.holds.until_s >= 0:
        left_s = min(left_s, c.holds.until_s - now_s)
    if c.stay.spent and not c.plan.says_v2l():
        return 0  # the next second ends that
    if c.stay.spent and c.stay.by_window:
        left_s = min(left_s, c.limits.max_error_s - c.stay.over_s)
    if c.phase == V2L and c.stay.budget_s >= 0:
        left_s = min(left_s, c.stay.budget_s - c.stay.used_s - 1)
    return max(0, left_s)


def _clock_left_s(own):
    """Seconds before trust changes by itself."""
    if own.trust == clock.UNSET:
        return clock.AGE_S_MAX
    left_s = min(_age_at_error(own, own.max_error_s) - own.age_s, clock.AGE_S_MAX)
    if own.trust == clock.SYNCED:
        left_s = min(left_s, clock.FRESH_S - own.age_s)
    ageing_s = _age_at_error(own, own.max_error_s // 2)
    if own.age_s <= ageing_s:
        left_s = min(left_s, ageing_s - own.age_s)
    return max(0, left_s)


def _age_at_error(own, error_s):
    """The greatest age at which the error is still within `error_s`."""
    return (error_s - own.set_error_s) * clock.CRYSTAL_S_PER_ERROR_S


def _governor_left_s(governor):
    """Seconds before an entry, or a reset, is too long ago to count."""
    left_s = _next_exit_s(governor.resets, HOUR_S)
    if not governor.free:
        left_s = min(left_s, _next_exit_s(governor.entries, HOUR_S), _next_exit_s(governor.entries, DAY_S))
    return left_s


def _next_exit_s(past, within_s):
    """Seconds until the oldest event inside the window leaves it."""
    return within_s - max([age_s for age_s in past.ages if age_s < within_s] + [within_s - DAY_S])


def _reports_left_s(own):
    """Seconds before a word goes stale."""
    left_s = reports.STALE_S
    if own.soc_age_s <= own.soc_max_age_s:
        left_s = own.soc_max_age_s - own.soc_age_s
    if own.charging_age_s <= reports.CHARGING_S_MAX:
        left_s = min(left_s, reports.CHARGING_S_MAX - own.charging_age_s)
    return left_s
