"""The status record: what the board knows, commands and believes, in the order in which it is published.

Objects are tuples of (key, value), arrays are lists; `jsontext.write` turns them into text. What is not known is None.
"""

from firmware.core import clock, contacts, dates, faults, holds, permits, saved
from firmware.core import transfer as transfer_module
from firmware.core.changeover import BREAK_GRID, STATES, V2L
from firmware.core.plan import NEVER_S, iso

VERSION = 1


class About:
    """What the core cannot know of the board it runs on."""

    def __init__(self):
        self.id = "gridrest"
        self.fw = "sim"
        self.seq = 0
        self.uptime_s = 0
        self.loop_last_ms = None
        self.loop_worst_ms = None
        self.rssi = None
        self.refused = 0


def pairs(c, about):
    on_v2l = BREAK_GRID <= c.phase <= V2L
    command = "v2l" if on_v2l else "grid"
    seen = feedback(c)
    if on_v2l:
        blocked_by = permits.failing(c.request.stay | c.request.waived, permits.STAY_ALL)
    else:
        blocked_by = permits.failing(c.request.entry | c.request.waived, permits.ENTRY_ALL)
    return (
        ("v", VERSION),
        ("id", about.id),
        ("fw", about.fw),
        ("seq", about.seq),
        ("uptime_s", about.uptime_s),
        ("time", iso(c.clock.known_s())),
        ("clock", _clock(c.clock)),
        ("state", STATES[c.phase]),
        ("command", command),
        ("feedback", seen),
        ("confirmed", seen == command),
        ("why", blocked_by[0] if blocked_by else None),
        ("blocked_by", blocked_by),
        ("hold", _hold(c)),
        ("supervised", _supervised(c.supervision)),
        ("next", _next(c)),
        ("inputs", _inputs(c)),
        ("faults", fault_codes(c.faults)),
        ("last_transfer", _last_transfer(c.transfer)),
        ("soc", None if c.reports.soc_known() < 0 else c.reports.soc_known()),
        ("counters", (("transfers", c.transfer.count), ("v2l_s", c.transfer.v2l_s), ("resets", c.resets))),
        ("proof", saved.proof_pairs(c.proof)),
        ("loop", (("last_ms", about.loop_last_ms), ("worst_ms", about.loop_worst_ms))),
        ("net", (("rssi", about.rssi), ("refused", about.refused))),
    )


def feedback(c):
    """What both contacts say together; unknown when either is not fitted."""
    if not c.km1.fitted or not c.km2.fitted or c.km1.raw < 0 or c.km2.raw < 0:
        return "unknown"
    return (("neither", "v2l"), ("grid", "both"))[c.km1.raw][c.km2.raw]


def fault_codes(f):
    """Codes of everything that stands, gravest first; codes of another build come last."""
    return faults.codes(f.standing()) + list(f.foreign)


def _clock(k):
    known = k.trust != clock.UNSET
    return (
        ("trust", clock.NAMES[k.trust]),
        ("source", k.source if known else None),
        ("error_s", k.error_s() if known else None),
    )


def _hold(c):
    local = holds.FIXED if c.button.is_held_for_good() else c.holds.local
    until_s = c.holds.until_s if local == holds.WINDOW else -1
    remote = holds.FIXED if c.holds.remote else holds.NONE
    return (("local", holds.NAMES[local]), ("remote", holds.NAMES[remote]), ("until", iso(until_s)))


def _supervised(s):
    if not s.asked_ms and not s.left_ms:
        return None
    left_s = (s.left_ms or s.asked_ms) // 1000
    return (("open", s.left_ms != 0), ("entries", s.entries), ("left_s", left_s))


def _next(c):
    now_s = c.clock.known_s()
    if now_s < 0 or not c.plan.holds_at(now_s) or c.plan.next_s >= NEVER_S:
        return None
    return (("at", dates.iso(c.plan.next_s)), ("source", "v2l" if c.plan.next_is_v2l else "grid"))


def _inputs(c):
    return (
        ("km1", _reads(c.km1, "open", "closed")),
        ("km2", _reads(c.km2, "open", "closed")),
        ("bond", _reads(c.bond, "open", "closed")),
        ("car", _reads(c.car, "off", "on")),
        ("grid", _reads(c.grid, "off", "on")),
        ("charging", _reads(c.charging, "off", "on")),
        ("enable", _reads(c.enable, "open", "closed")),
    )


def _reads(contact, off, on):
    if not contact.fitted:
        return "unfitted"
    if contact.run_ms < contacts.SETTLE_MS:
        return "unknown"
    return on if contact.raw else off


def _last_transfer(t):
    if t.last_to < 0:
        return None
    drop_ms = t.last_drop_ms if t.last_drop_ms >= 0 else None
    ms = t.last_ms if t.last_ms >= 0 else None
    gap_ms = ms - drop_ms if ms is not None and drop_ms is not None and ms >= drop_ms else None
    to = "v2l" if t.last_to == transfer_module.TO_V2L else "grid"
    return (("to", to), ("drop_ms", drop_ms), ("gap_ms", gap_ms), ("ms", ms))
