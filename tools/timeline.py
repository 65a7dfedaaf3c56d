"""The lines of a run told to a person: local time, one line for each thing that matters.

Two voices speak in it. The times of a transfer, what the load is fed from and what is marked `really` are the simulated
installation as it truly is. The rest is what the board says, and of a contactor it knows what its feedback says.
"""

import textwrap

from firmware.core import sentences
from tools.terminal import paint
from tools.timeline_transfer import Movement, direction, fed_from, in_words, why_dark
from tools.timeline_words import FAULTS, HOLDS, INPUTS, PERMITS, RESETS, SOURCES, STARTS, STATES, TRUST
from tools.timeline_words import HEADING, WIDTH, Page

LAG_MS = 1000  # feedback that follows its contactor within this time does not contradict it


class Timeline:
    """feed() it the objects of a run in their order. Each finished line goes to `write`."""

    def __init__(self, zone, write):
        self.write = write
        self.page = Page(zone, write)
        self.plant = None
        self.plant_ms = 0  # when it last changed
        self.dark = None  # (since when, whether that was told) while the load has no supply
        self.movement = None  # a transfer that is under way
        self.waiting = []  # what is to be told after it
        self.status = None
        self.reason = None
        self.explained = set()
        self.latching = set()  # the journal said so, and the status has not yet
        self.lies = {}

    def begin(self, name, zone_text):
        self.write(paint(name, "bold"))
        for text in textwrap.wrap(HEADING % zone_text, WIDTH, break_on_hyphens=False):
            self.write(text)

    def feed(self, line):
        if line["kind"] == "summary":
            self._settle()
            self._conclude(line)
            return
        now_ms = round(line["t"] * 1000)
        if self.movement and self.movement.is_overdue(now_ms):
            self._settle()
        {"plant": self._plant, "status": self._status, "event": self._event, "reset": self._reset}[line["kind"]](
            line, now_ms)

    def _tell(self, line, tag, text):
        """One entry, now, or after the transfer that is under way."""
        entry = (line["utc"], tag, text)
        if self.movement:
            self.waiting.append(entry)
        else:
            self.page.put(*entry)

    def _settle(self):
        """Tell the transfer that is under way as far as it came, then what happened meanwhile."""
        if self.movement is None:
            return
        movement, self.movement = self.movement, None
        self.page.put(movement.utc, movement.tag, movement.story())
        self._tell_dark()
        waiting, self.waiting = self.waiting, []
        for entry in waiting:
            self.page.put(*entry)

    # What really happens.

    def _plant(self, line, now_ms):
        was, self.plant, self.plant_ms = self.plant, line, now_ms
        if was is None:
            self._tell(line, "really", f"KM1 is {line['km1']}, KM2 is {line['km2']}, and the load is fed from "
                                       f"{fed_from(line['supply'])}")
            was = line
        switched = (was["pilot"], was["guard"]) != (line["pilot"], line["guard"])
        if switched and not (self.movement and self.movement.to == direction(was, line)):
            self._settle()
            self.movement = Movement(was, line, now_ms)
        if self.movement is None:
            self._tell_unasked(was, line)
        if line["supply"] == "both" != was["supply"]:
            self._tell(line, "BOTH", "both supplies are connected: KM1 and KM2 are closed together")
        over = self._follow_supply(line, now_ms)
        if self.movement and self.movement.follow(line, now_ms):
            self._settle()
        if over:
            self._tell(line, "supply", over)

    def _tell_unasked(self, was, line):
        for name in ("km1", "km2"):
            if line[name] != was[name]:
                moved = "closed" if line[name] == "closed" else "opened"
                self._tell(line, "really", f"{name.upper()} {moved}, and no relay had switched")

    def _follow_supply(self, line, now_ms):
        """Watch for darkness that a transfer does not explain; the sentence with which it ends, or None."""
        if line["supply"] == "none":
            if self.dark is None:
                self.dark = (now_ms, False)
            if self.movement is None:
                self._tell_dark()
        elif self.dark:
            (since_ms, told), self.dark = self.dark, None
            if told:
                return f"the load is fed from {fed_from(line['supply'])}, after {in_words(now_ms - since_ms)} without"
        return None

    def _tell_dark(self):
        if self.dark and not self.dark[1]:
            self.dark = (self.dark[0], True)
            self.page.put(self.plant["utc"], "no supply", why_dark(self.plant))

    # What the board says.

    def _status(self, line, now_ms):
        status, was = line["status"], self.status
        self.status = status
        self._tell_clock(line, status["clock"], was and was["clock"]["trust"])
        for name in INPUTS:
            old, new = was and was["inputs"][name], status["inputs"][name]
            if old != new and {old, new} <= {"on", "off", "open", "closed"}:
                self._tell(line, "input", f"{INPUTS[name]} says {new}")
        self._tell_feedback(line, now_ms)
        self._tell_faults(line, status["faults"], was["faults"] if was else ())
        self._tell_state(line, status, was and was["state"])

    def _tell_clock(self, line, clock, old_trust):
        trust = clock["trust"]
        if trust == old_trust or (trust == "unset" and old_trust is None):
            return
        text = TRUST[trust]
        if trust != "unset":
            text += f", {SOURCES.get(clock['source'], clock['source'])}, wrong by {clock['error_s']} s at most"
        self._tell(line, "clock", text)

    def _tell_feedback(self, line, now_ms):
        """Where feedback and contactor contradict each other for good."""
        if self.plant is None or self.movement or now_ms - self.plant_ms < LAG_MS:
            return
        for name in ("km1", "km2"):
            says, so = self.status["inputs"][name], self.plant[name]
            if says not in ("open", "closed") or (says != so) == self.lies.get(name, False):
                continue
            self.lies[name] = says != so
            truth = f"and really {name.upper()} is {so}" if says != so else "and so it is"
            self._tell(line, "feedback", f"{name.upper()} feedback says {says}, {truth}")

    def _tell_faults(self, line, codes, old_codes):
        for code in codes:
            if code in old_codes:
                continue
            seen, remedy = FAULTS.get(code, ("another build latched this, and this one does not know it.", ""))
            again = code in self.explained
            self.explained.add(code)
            self._tell(line, sentences.severity(code), f"{code}, again" if again else f"{code}: {seen}")
            if remedy and not again:
                self._tell(line, "remedy", remedy)
            if code in self.latching:
                self._tell_latched(line, code)
        for code in old_codes:
            if code not in codes:
                self._tell(line, "over", f"{code} no longer stands")

    def _tell_latched(self, line, code):
        self.latching.discard(code)
        self._tell(line, "latched", f"{code} stands until a person acknowledges it at the board")

    def _tell_state(self, line, status, old_state):
        state, why = status["state"], status["why"]
        if state in ("fault", "service") and state != old_state:
            self._tell(line, "grid", {"fault": "commanded until a person acknowledges the fault at the board",
                                      "service": "commanded while the board is in service"}[state])
        reason = why if state in ("startup", "grid") else None
        if reason and reason != self.reason:
            self._tell(line, "grid", f"commanded until: {PERMITS.get(reason, reason)}")
        self.reason = reason

    def _event(self, line, _now_ms):
        """A journal record, where nothing else has said it already."""
        event = line["event"]
        kind, code, data = event["kind"], event["code"], event.get("data")
        if kind == "fault" and data == "latched":
            self.latching.add(code)
            if self.status and code in self.status["faults"]:
                self._tell_latched(line, code)
        elif kind == "boot" and code in STARTS:
            self._tell(line, kind, "the board starts; the reason it sees: " + _with(STARTS[code], data))
        elif kind == "ack" and code == "accepted":
            self._tell(line, "ack", "somebody at the board has acknowledged what was latched")
        elif kind not in ("fault", "transfer", "service"):
            text = HOLDS.get(code, code) if kind == "hold" else code
            self._tell(line, kind, _with(text, data))

    def _reset(self, line, _now_ms):
        self._tell(line, "reset", RESETS.get(line["cause"], line["cause"]))

    def _conclude(self, summary):
        rows = (
            ("load fed from V2L for", in_words(round(summary["v2l_s"] * 1000))),
            ("transfers commanded", str(summary["transfers"])),
            ("faults standing", ", ".join(summary["faults"]) or "none"),
            ("the board is", STATES.get(summary["state"], "not running")),
            ("the load is fed from", fed_from(summary["supply"])),
        )
        self.write("")
        self.write(paint("In the end", "bold"))
        for what, found in rows:
            self.write(f"  {what:<23}{found}")


def _with(text, data):
    return text if data is None else f"{text}: {data}"
