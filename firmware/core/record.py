"""What survives power loss, taken up again with nothing taken on trust. How it is written stands in saved.

A record that is missing, or of which any part is not what it should be, is refused whole, and the board latches
`state-lost`: what was latched then is unknown, and only a person may say that all is well.
"""

from firmware.core import clock, dates, faults, holds, stay
from firmware.core.saved import VERSION
from firmware.core.saved import pairs as pairs

CODES_MAX = 64  # latched codes of other builds that are kept
COUNT_MAX = 1_073_741_823


def start(c, record, planned, since_entry_s, away_s):
    """Take up the record of the run before, or None where there is none that can be read.

    `planned`: this restart was asked for. `since_entry_s`: what RTC memory says of the last entry's age, or -1.
    `away_s`: seconds since the record was saved, or -1 where no clock can tell.
    """
    c.dirty = 1
    if not is_sound(record):
        c.latch(faults.STATE_LOST)
        return
    _take_up(c, record)
    if away_s > 0:
        c.governor.grow(away_s)
        c.faults.grow(away_s)
    c.governor.weigh()
    mark = record["mark"] is not None
    if mark:
        c.stay.was_cut(since_entry_s)
        c.transfer.was_cut(since_entry_s)
    if planned:
        return
    c.resets = min(c.resets + 1, COUNT_MAX)
    if c.governor.started(mark, since_entry_s):
        c.latch(faults.RESET_STORM)


def take_up_younger(c, kept):
    """What a warm reset left in memory is younger than the record: its holds stand, if it knows any, all else is added.

    A start that failed before it had taken up the record leaves a memory that has never heard of the holds.
    """
    for fault in range(len(faults.CODES)):
        if kept.latched >> fault & 1 and 1 << fault & ~faults.UNTIL_MENDED:
            c.latch(fault)
    if kept.hold < len(holds.NAMES):
        c.holds.local = kept.hold
        c.holds.until_s = kept.until_s
        c.holds.remote = kept.remote
    c.stay.spent = max(c.stay.spent, kept.spent)
    c.clock.barred = max(c.clock.barred, kept.barred)


def _take_up(c, record):
    for code in record["latched"]:
        _latch_again(c.faults, code)
    c.faults.name_by(record["first"])
    hold = record["hold"]
    c.holds.local = holds.NAMES.index(hold["local"])
    c.holds.remote = hold["remote"]
    c.holds.until_s = _seconds(hold["until"])
    c.governor.entries.restore(record["entries"])
    c.governor.resets.restore(record["resets"])
    c.governor.ended_by_reset = record["ended"]
    c.governor.ended_near = record["near"]
    for tally, saved in zip(c.faults.tallies, record["tallies"]):
        tally.before.restore(saved)
    c.stay.spent = record["spent"]
    c.stay.used_day = record["budget"]["day"]
    c.stay.used_s = record["budget"]["used_s"]
    c.clock.last_set_s = _seconds(record["set"]["at"])
    c.clock.last_set_error_s = record["set"]["error_s"]
    c.clock.barred = record["set"]["barred"]
    counters = record["counters"]
    c.transfer.count = counters["transfers"]
    c.transfer.v2l_s = counters["v2l_s"]
    c.resets = counters["resets"]
    if record.get("proof"):
        _take_up_proof(c.proof, record["proof"])


def _take_up_proof(p, record):
    p.at_s = _seconds(record["at"])
    p.hang_ms, p.rest_ms = [-1 if record[key] is None else record[key] for key in ("hang_ms", "rest_ms")]
    p.timing = tuple(record["timing"] or p.timing)


def _latch_again(f, code):
    fault = _row_of(code)
    if fault < 0:
        f.foreign += (code,) if len(f.foreign) < CODES_MAX else ()
    elif 1 << fault & ~faults.UNTIL_MENDED:
        f.latched |= 1 << fault  # a refused configuration is found anew at every start, or has been mended


def _row_of(code):
    return faults.CODES.index(code) if code in faults.CODES else -1


def _seconds(text):
    return -1 if text is None else dates.parse_iso(text)


# The shape of a sound record: each row a path of keys and the test its value must pass.


def _count(value):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= COUNT_MAX


def _flag(value):
    return _count(value) and value < 2


def _five_bits(value):
    return _count(value) and value < 32


def _day(value):
    return _count(value) or (isinstance(value, int) and stay.ANY_DAY <= value < 0)


def _moment(value):
    if value is None:
        return True
    t_s = dates.parse_iso(value) if isinstance(value, str) else None
    return t_s is not None and t_s >= 0


def _code(value):
    return isinstance(value, str) and 0 < len(value) <= 40


def _codes(value):
    return isinstance(value, list) and len(value) <= CODES_MAX + len(faults.CODES) and all([_code(v) for v in value])


def _some_ages(value):
    return isinstance(value, list) and len(value) <= 64 and all([_count(v) for v in value])


def _known_or_not(value):
    return value is None or _count(value)


def _timing(value):
    return value is None or (isinstance(value, list) and len(value) == 4 and all([v == -1 or _count(v) for v in value]))


SHAPE = (
    (("v",), lambda value: _count(value) and value == VERSION),
    (("saved",), _moment),
    (("latched",), _codes),
    (("first",), lambda value: value is None or _code(value)),
    (("hold", "local"), lambda value: value in holds.NAMES),
    (("hold", "remote"), _flag),
    (("hold", "until"), _moment),
    (("mark",), _moment),
    (("entries",), _some_ages),
    (("resets",), _some_ages),
    (("ended",), _five_bits),
    (("near",), _five_bits),
    (("tallies",), lambda value: isinstance(value, list) and all([_some_ages(v) for v in value])),
    (("spent",), _flag),
    (("budget", "day"), _day),
    (("budget", "used_s"), _count),
    (("set", "at"), _moment),
    (("set", "error_s"), _count),
    (("set", "barred"), lambda value: _count(value) and value <= clock.NEEDS_PERSON),
    (("counters", "transfers"), _count),
    (("counters", "v2l_s"), _count),
    (("counters", "resets"), _count),
)

PROOF_SHAPE = (
    (("at",), _moment),
    (("hang_ms",), _known_or_not),
    (("rest_ms",), _known_or_not),
    (("timing",), _timing),
)


def is_sound(record):
    """A record of a build that knew nothing of proofs has none, which is sound."""
    if not _has_shape(record, SHAPE):
        return False
    return record.get("proof") is None or _has_shape(record["proof"], PROOF_SHAPE)


def _has_shape(record, shape):
    for path, test in shape:
        value = record
        for key in path:
            if not isinstance(value, dict) or key not in value:
                return False
            value = value[key]
        if not test(value):
            return False
    return True
