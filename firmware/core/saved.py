"""What survives power loss, as pairs for the file. Taking it up again, which only a start does, stands in record."""

from firmware.core import governor, holds
from firmware.core.plan import iso

VERSION = 1


def pairs(c):
    f, g, t, s, k = c.faults, c.governor, c.transfer, c.stay, c.clock
    return (
        ("v", VERSION),
        ("saved", iso(k.known_s())),
        ("latched", f.latched_codes()),
        ("first", f.first),
        ("hold", (("local", holds.NAMES[c.holds.local]), ("remote", c.holds.remote), ("until", iso(c.holds.until_s)))),
        ("mark", iso(c.entered_s) if c.entry_open else None),
        ("entries", list(g.entries.ages)),
        ("resets", list(g.resets.ages)),
        ("ended", g.ended_by_reset & governor.LAST_FIVE),
        ("near", g.ended_near & governor.LAST_FIVE),
        ("tallies", [list(tally.before.ages) for tally in f.tallies]),
        ("spent", s.spent),
        ("budget", (("day", s.used_day), ("used_s", s.used_s))),
        ("set", (("at", iso(k.last_set_s)), ("error_s", k.last_set_error_s), ("barred", k.barred))),
        ("counters", (("transfers", t.count), ("v2l_s", t.v2l_s), ("resets", c.resets))),
        ("proof", proof_pairs(c.proof)),
    )


def proof_pairs(p):
    """None where nothing has been proven yet."""
    timing = list(p.timing) if max(p.timing) >= 0 else None
    if p.hang_ms < 0 and timing is None:
        return None
    known_ms = [ms if ms >= 0 else None for ms in (p.hang_ms, p.rest_ms)]
    return (("at", iso(p.at_s)), ("hang_ms", known_ms[0]), ("rest_ms", known_ms[1]), ("timing", timing))
