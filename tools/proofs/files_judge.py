"""What must come of a damaged file: grid, the finding told, nothing latched lost, and sound again once it is mended."""

from firmware.core import boards, config
from tools.proofs import files_house
from tools.proofs.crashes_judge import BOOT_MS, sound_state

JOURNALS = ("journal.0", "journal.1")
# Not read by a board that runs: an older build and its configuration, what was set aside, what a cut left.
UNREAD = ("firmware.old/", "config.old", "state.json.bad", "state.json.tmp", "firmware.bad/")
CONFIG_BAD, STATE_LOST, MISMATCH = "config-bad", "state-lost", "firmware-mismatch"
TAKEN_BACK, ENDLESS = "taken back", "calls itself without end, not followed"


def judge(case):
    run = case.made()
    try:
        run.play()
    except RecursionError:
        return _endless(run)
    before = _Told(run, files_house.WARM_MS + 1 if case.warm else 0, case.mend_ms)
    after = _Told(run, case.mend_ms + files_house.ON_MS, 1 << 40)
    answer = {"problems": [], "end": _look(before)}
    if case.warm:
        _expect(answer, run.measured["was_on"], "it was not on V2L when the file was damaged")
        before.relays = [row for row in before.relays if row["ms"] > files_house.WARM_MS + BOOT_MS]
    _judge_before(answer, case, before, run)
    _judge_after(answer, case, after, run)
    return answer


def _endless(run):
    """The damaged program calls itself without end, and the simulator happened to be its last call.

    On a chip that is an exception, here it is the end of what can be followed.
    """
    answer = {"problems": [], "end": ENDLESS}
    _expect(answer, not run.measured["on"], "a relay was on in a build that calls itself without end")
    return answer


class _Told:
    """What a run told within a span."""

    def __init__(self, run, begin_ms, end_ms):
        def rows(kind):
            return [row for row in run.told(kind, False) if begin_ms <= row["ms"] < end_ms]

        self.relays = [row for row in rows("plant") if "on" in (row["pilot"], row["guard"])]
        self.statuses = [row["status"] for row in rows("status")]
        self.status = self.statuses[-1] if self.statuses else None
        self.records = [(row["event"]["kind"], row["event"]["code"], row["event"]["data"]) for row in rows("event")]
        self.resets = rows("reset")
        self.faults = set(self.status["faults"]) if self.status else set()


def _look(told):
    if not told.status:
        return "deaf"
    return ", ".join(sorted(told.faults & {CONFIG_BAD, STATE_LOST, MISMATCH})) or told.status["state"]


def _expect(answer, true, sentence, *figures):
    if not true:
        answer["problems"].append(" ".join([sentence, *map(str, figures)]))


def _judge_before(answer, case, told, run):
    wanted, may_enter = _promise_of_update(case, run) if case.is_update else promise(case)
    found = told.faults | {code for kind, code, _data in told.records if kind in ("boot", "config", "update")}
    _expect(answer, may_enter or not told.relays, "a relay was on with", sorted(found), told.relays[:1])
    if told.status is None:
        _expect(answer, "deaf" in wanted, "nothing is told at all")
        _expect(answer, told.resets or case.path == files_house.BOOT, "it does not try again")
    else:
        _expect(answer, "well" in wanted or found & set(wanted), "it is not told:", sorted(found))
    if case.held and told.status:
        stands = "km2-stuck" in told.faults and told.status["hold"]["local"] == "fixed"
        _expect(answer, stands or STATE_LOST in told.faults, "lost silently:", sorted(told.faults), told.status["hold"])
    _expect(answer, not any(row["supply"] == "both" for row in run.told("plant", False)), "both sources at once")


def promise(case):
    """(what of these must be told: faults, codes of records, "deaf": it cannot start, "well": nothing need be told;
    whether V2L may be entered all the same).
    """
    path, there = case.path, case.there
    if path.startswith(UNREAD) or path in ("secrets.json", *JOURNALS, "switch"):
        return ("well",), not case.held
    if path == "config.json":
        accepted = isinstance(there, bytes) and config.check(there, boards.PROFILES)[0]
        return (("well",), not case.held) if accepted else ((CONFIG_BAD,), False)
    if path == files_house.STATE:
        return ((STATE_LOST,), False) if not _is_sound(case) else (("well",), not case.held)
    if path == "firmware/manifest.json" and _serves_as_well(case):
        return ("well",), not case.held
    return (MISMATCH, "deaf"), False


def _promise_of_update(case, run):
    """What is wrong is told, or was taken back, or a build runs that is sound, the old one or the new; V2L on such a
    build alone.
    """
    if case.path == files_house.MANIFEST and _serves_as_well(case):
        return ("well",), True
    on_what = [is_sound for ms, is_sound in run.measured["on"] if ms < case.mend_ms]
    wanted = (MISMATCH, CONFIG_BAD, TAKEN_BACK) + (("deaf",) if case.path == files_house.BOOT else ())
    return (("well", *wanted) if run.measured["sound"] else wanted), all(on_what)


def _serves_as_well(case):
    """Of this manifest nothing but the name of the build has changed, which is only told."""
    data, there = case.files[case.path], case.there
    if not isinstance(there, bytes):
        return False
    if not case.what.startswith("bit"):
        return there.rstrip() == data
    at = next(i for i in range(len(data)) if data[i] != there[i])
    return at > data.rfind(b'"fw"')


def _is_sound(case):
    """A bit in the name of the check sum takes the sum away and leaves the record as it was."""
    data, there = case.files[case.path], case.there
    end = data.rfind(b', "sum"')
    return isinstance(there, bytes) and there[:end] == data[:end] and b', "sum": "' not in there and (
        len(there) == len(data)) and _reads(there)


def _reads(data):
    from firmware.core import jsontext, record

    value, problem = jsontext.read(data)
    return problem is None and record.is_sound(value)


def _judge_after(answer, case, told, run):
    if not told.status:
        _expect(answer, False, "it does not start once it is mended")
    elif case.held:
        lost = STATE_LOST in told.faults
        _expect(answer, lost or "km2-stuck" in told.faults, "lost in the mending", sorted(told.faults))
        _expect(answer, lost or told.status["hold"]["local"] == "fixed", "the hold was lost", told.status["hold"])
        _expect(answer, not told.relays, "a relay was on, latched as it is")
    else:
        _expect(answer, told.status["state"] == "v2l" and not told.faults, "not well once it is mended:",
                told.status["state"], told.status["why"], sorted(told.faults))
        _expect(answer, sound_state(run.world), "no sound record on flash")
