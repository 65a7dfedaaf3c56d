"""What a board says, in the words of people: its status on one page, its journal a line a record."""

import sys

from firmware.core import sentences
from tools.terminal import paint, span
from tools.timeline_words import FAULTS, HOLDS, INPUTS, PERMITS, SOURCES, STARTS, STATES, TRUST

TAG = 9


def step(tag, text, stream=None):
    """One step of a command, as it is done."""
    colour = {"warning": "yellow", "again": "yellow", "wait": "yellow", "left": "yellow", "well": "green"}.get(tag)
    shown = tag.ljust(TAG)
    print(f"{paint(shown, colour, stream) if colour else shown} {text}", flush=True, file=stream or sys.stdout)


def status_lines(status):
    """The status, gravest first."""
    yield paint(f"{status['id']}, build {status['fw']}, up {span(status['uptime_s'])}", "bold")
    yield _row("state", STATES.get(status["state"], status["state"]))
    if status["why"]:
        yield _row("on grid", f"until: {PERMITS.get(status['why'], status['why'])}")
    for code in status["faults"]:
        for tag, text in fault(code):
            yield _row(tag, text, "yellow" if tag == "notice" else "red")
    yield _row("feedback", _contacts(status["inputs"]))
    yield _row("inputs", _others(status["inputs"]))
    yield _row("clock", clock(status))
    if status["next"]:
        source = "V2L" if status["next"]["source"] == "v2l" else "grid"
        yield _row("next", f"{source} at {_moment(status['next']['at'])}, if everything then allows it")
    if status["hold"]["local"] != "none":
        yield _row("hold", HOLDS[status["hold"]["local"]])
    if status["hold"]["remote"] != "none":
        yield _row("hold", HOLDS["remote"])
    yield from (_row(tag, text) for tag, text in proving(status))
    counters = status["counters"]
    yield _row("so far", f"{counters['transfers']} transfers, {span(counters['v2l_s'])} on V2L, "
                         f"{counters['resets']} restarts that nobody asked for")
    yield _row("loop", f"longest turn {status['loop']['worst_ms']} ms")


def proving(status):
    """(tag, text) of a supervised window, and of what was last proven by test; an older build knows of neither."""
    window, proof = status.get("supervised"), status.get("proof")
    if window and window["open"]:
        yield "window", f"a supervised window is open for {span(window['left_s'])} more: V2L outside the schedule"
    elif window:
        yield "window", f"a press at the board within {span(window['left_s'])} opens a supervised window"
    if not proof and "proof" in status:
        yield "proof", "nothing here has been proven by test yet, as far as the board knows"
    if not proof:
        return
    if proof["hang_ms"] is not None:
        when = _moment(proof["at"]) if proof["at"] else "nobody knows when"
        yield "proof", f"the watchdog ended a hang on V2L after {proof['hang_ms'] / 1000:.1f} s ({when})"
    if proof["timing"]:
        times = [f"{ms} ms" if ms >= 0 else "not known" for ms in proof["timing"]]
        yield "proof", "commissioned: to V2L let go after {}, gap {}; to grid {}, {}".format(*times)


def fault(code):
    """(tag, text) of what was seen, and of what to do."""
    seen, remedy = FAULTS.get(code, ("another build latched this, and this one does not know it.", ""))
    yield sentences.severity(code), f"{code}: {seen}"
    if remedy:
        yield "remedy", remedy


def record_line(record):
    """A journal record on one line: when, which start, what."""
    when = _moment(record["t"]) if record["t"] else f"{span(record['up_s'])} after its start"
    return f"{record['n']:>6}  {when:<20}  start {record['boot']:<4}  {_event(record)}"


def _event(record):
    kind, code, data = record["kind"], record["code"], record["data"]
    if kind == "boot" and code in STARTS:
        text = f"it starts; the reason it sees: {STARTS[code]}" if data is None else f"it starts, by a {code}"
    elif kind == "transfer":
        text = {"v2l": "to V2L", "grid": "to grid"}.get(code, code)
    else:
        text = HOLDS.get(code, code) if kind == "hold" else code
    return f"{kind:<9} {text}" + ("" if data is None else f": {_plain(data)}")


def _plain(data):
    return ", ".join(map(str, data)) if isinstance(data, list) else str(data)


def _row(tag, text, colour=None):
    shown = tag.ljust(TAG)
    return f"{paint(shown, colour) if colour else shown} {text}"


def _contacts(inputs):
    names = (("km1", "KM1"), ("km2", "KM2"), ("bond", "bond"))
    rows = [f"{name} {inputs[key]}" for key, name in names if inputs[key] != "unfitted"]
    return ", ".join(rows) or "none is fitted"


def _others(inputs):
    rows = [f"{INPUTS[key]} {inputs[key]}" for key in INPUTS if inputs[key] != "unfitted"]
    return ", ".join(rows) or "none is fitted"


def clock(status):
    trust = status["clock"]
    if not status["time"]:
        return "not set: tools/gridrest time set"
    return (f"{_moment(status['time'])}, {TRUST[trust['trust']]}, {SOURCES.get(trust['source'], trust['source'])}, "
            f"wrong by {trust['error_s']} s at most")


def _moment(text):
    return text.replace("T", " ")
