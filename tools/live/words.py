"""What the page says, in words: sent to it once, or with each thing it is told. Nothing here decides anything.

The sentences are those of the core and of the simulator's story; what is added is the form in which a page needs them.
"""

from firmware.core import changeover, permits, sentences
from tools.timeline_words import FAULTS, HOLDS, INPUTS, PERMITS, RESETS, SOURCES, STARTS, STATES, TRUST

FEEDBACK = {
    "grid": "KM1 feedback says closed, KM2 feedback says open",
    "v2l": "KM1 feedback says open, KM2 feedback says closed",
    "neither": "KM1 and KM2 feedback both say open",
    "both": "KM1 and KM2 feedback both say closed",
    "unknown": "feedback is not fitted, or has not settled yet",
}
SUPPLIES = {"grid": "grid", "v2l": "V2L", "none": "nothing", "both": "BOTH at once", "unknown": "unknown"}
HELD = {"none": "nobody asks for grid", "window": HOLDS["window"], "fixed": HOLDS["fixed"]}
CONTACTS = {"km1": "KM1 feedback", "km2": "KM2 feedback", "bond": "the feedback of the neutral-earth bond"}
PROGRAMS = {
    "running": "the firmware runs",
    "starting": "the board starts",
    "hung": "the firmware does nothing any more: the watchdog will end that",
    "off": "the board has no supply",
    "ended": "the firmware has ended, and the board shows its prompt",
}
NO_SUCH = "another build latched this, and this one does not know it."
FAULT_NOTES = {"latched": "latched: it stands until a person acknowledges it at the board",
               "counted": "seen, and counted", "seen": "seen", "over": "no longer stands"}
KINDS = {"boot": "start", "transfer": "transfer", "fault": "fault", "ack": "acknowledgement", "hold": "hold",
         "clock": "clock", "config": "configuration", "network": "network", "update": "update"}


def words():
    """Every word that the page looks up, by what the board calls it."""
    return {
        "permits": PERMITS,
        "permit_order": [row[0] for row in permits.ROWS],
        "stay_permits": [row[0] for row in permits.ROWS if row[2]],
        "faults": {code: {"seen": seen, "remedy": remedy, "severity": sentences.severity(code)}
                   for code, (seen, remedy) in FAULTS.items()},
        "unknown_fault": {"seen": NO_SUCH[0].upper() + NO_SUCH[1:], "remedy": "", "severity": "fault"},
        "states": STATES,
        "feedback": FEEDBACK,
        "supplies": SUPPLIES,
        "holds": HELD,
        "inputs": {**CONTACTS, **INPUTS},
        "trust": TRUST,
        "sources": SOURCES,
        "lamp": dict(sentences.LAMP),
        "limits": dict(sentences.LIMITS),
        "resets": RESETS,
        "programs": PROGRAMS,
        "kinds": KINDS,
    }


def of_status(status):
    """What the board does and why."""
    window = status.get("supervised")
    open_now = " A person at the board has a supervised window open." if window and window["open"] else ""
    return _of_state(status) + open_now


def _of_state(status):
    state, why, codes = status["state"], status["why"], status["faults"]
    if state == "grid":
        return f"Grid is commanded until: {PERMITS.get(why, why)}." if why else (
            "Grid is commanded; every permit for V2L holds, and it is entered unless one is lost.")
    if state == "v2l":
        seen = "" if status["confirmed"] else f", but {FEEDBACK[status['feedback']]}"
        return f"V2L is commanded{seen}."
    if state == "startup":
        return f"The board starts, and grid is commanded until: {PERMITS.get(why, why or PERMITS['startup'])}."
    if state == "fault":
        return f"Grid is commanded: {codes[0] if codes else 'a fault'} is latched until a person acknowledges it."
    if state == "service":
        return "In service: all outputs are off, and feedback is shown but not judged."
    return {"to_v2l": "On the way to V2L: KM1 lets go, then KM2 pulls.",
            "to_grid": f"On the way to grid, because it is no longer so that: {PERMITS.get(why, why)}." if why else
                       "On the way to grid: KM2 lets go, then KM1 pulls."}.get(state, state)


def of_event(event):
    """(text, level) of a journal record."""
    kind, code, data = event["kind"], event["code"], event.get("data")
    if kind == "fault":
        level = "info" if data == "over" else sentences.severity(code)
        seen = FAULTS.get(code, (NO_SUCH, ""))[0]
        note = FAULT_NOTES.get(data, data)
        return f"{code} {note}" if data == "over" else f"{code} {note}. {seen}", level
    if kind == "transfer":
        to = "V2L" if code == "v2l" else "grid"
        lost = f"it is no longer so that {PERMITS[data]}" if data in PERMITS else _whole(data)
        return f"to {to}: {lost}", "info"
    if kind == "boot" and code in STARTS:
        return _with("the board started; the reason it sees: " + STARTS[code], data), "notice"
    if kind == "ack":
        done = "somebody at the board acknowledged what was latched"
        return (done, "notice") if code == "accepted" else (f"an acknowledgement was refused: {data}", "notice")
    if kind == "hold":
        return _with(HOLDS.get(code, code), data), "notice"
    return _with(code, data), "info"


def _whole(data):
    """A reason of the changeover; a record has little room, and may hold no more than its beginning."""
    found = [row[3] for row in changeover.ROWS if data and row[3].startswith(data)]
    return found[0] if found else data


def of_reset(cause):
    return RESETS.get(cause, cause)


def of_summary(summary):
    """The end of a run, in one sentence."""
    standing = ", ".join(summary["faults"]) or "none"
    fed = SUPPLIES[summary["supply"]]
    return (f"The run is over. Transfers commanded: {summary['transfers']}; faults standing: {standing}; the board is "
            f"{STATES.get(summary['state'], 'not running')}; the load is fed from {fed}.")


def _with(text, data):
    return text if data is None else f"{text}: {data}"
