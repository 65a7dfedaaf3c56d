"""A run read back from its lines, and what can be claimed of it.

A claim is a function of the Told that asserts; its makers, below, are named so that a row of claims reads as a story.
Times are those of the scenario, after its start.
"""

import json

from tools.sim.verbs import clock_ms

ENTRY_MS = 1600  # from the earliest moment of an entry to the relay


class Told:
    """The lines of a run, by kind, each with its time in whole milliseconds as "ms"."""

    def __init__(self, text):
        self.lines = [json.loads(line) for line in text.splitlines()]
        self.summary = self.lines[-1]
        for line in self.lines[:-1]:
            line["ms"] = round(line["t"] * 1000)
        self.plant = [line for line in self.lines if line["kind"] == "plant"]
        self.statuses = [line for line in self.lines if line["kind"] == "status"]
        self.events = [line["event"] for line in self.lines if line["kind"] == "event"]
        self.two_relays = self.plant[0]["guard"] is not None
        self.deciding = "guard" if self.two_relays else "pilot"

    def plant_at(self, ms):
        return [line for line in self.plant if line["ms"] <= ms][-1]

    def switched_on(self, relay):
        """[(from, until)] for each time that a relay was on."""
        spans = []
        for before, line in zip(self.plant, self.plant[1:]):
            if line[relay] == "on" != before[relay]:
                spans.append((line["ms"], None))
            elif before[relay] == "on" != line[relay]:
                spans[-1] = (spans[-1][0], line["ms"])
        return spans

    def status_at(self, ms):
        return [line["status"] for line in self.statuses if line["ms"] <= ms][-1]

    def supplies(self, since_ms, until_ms):
        """What fed the load, in turn."""
        return [self.plant_at(since_ms)["supply"]] + [
            line["supply"] for line in self.plant if since_ms < line["ms"] <= until_ms]


def enters(*times, within_ms=ENTRY_MS):
    """The relay goes on at these moments, or soon after, and at no other."""
    def claim(told):
        begun = [since for since, _until in told.switched_on("pilot")]
        expected = [clock_ms(time) for time in times]
        late = [ms - due for ms, due in zip(begun, expected)]
        assert len(begun) == len(expected) and all(0 <= ms <= within_ms for ms in late), (begun, times)
    return claim


def leaves(time, within_ms=100):
    """The relay that decides is on at that moment, and off so long after it."""
    def claim(told):
        at = clock_ms(time)
        off = [until - at for since, until in told.switched_on(told.deciding) if since < at and until and until >= at]
        assert off and 0 <= off[0] <= within_ms, f"off {off[:1]} ms after {time}"
    return claim


def lets_go(within_ms):
    """No entry is held for longer than that."""
    def claim(told):
        spans = [until - since for since, until in told.switched_on("pilot")]
        assert spans and max(spans) <= within_ms, spans
    return claim


def fed(supply, since, until):
    def claim(told):
        assert set(told.supplies(clock_ms(since), clock_ms(until))) == {supply}
    return claim


def apart(least_ms):
    """Between the opening of one contactor and the closing of the other, at every transfer."""
    def claim(told):
        gaps, since_ms = [], None
        for line in told.plant:
            is_open = line["km1"] == line["km2"] == "open"
            if is_open and since_ms is None:
                since_ms = line["ms"]
            elif not is_open and since_ms is not None:
                gaps.append(line["ms"] - since_ms)
                since_ms = None
        assert gaps and min(gaps) >= least_ms, gaps
    return claim


def says(at, **wanted):
    """The status at that moment."""
    def claim(told):
        status = told.status_at(clock_ms(at))
        assert {key: status[key] for key in wanted} == wanted
    return claim


def blocked_by(time, permit):
    def claim(told):
        status = told.status_at(clock_ms(time))
        assert permit in status["blocked_by"]
    return claim


def names(*codes):
    """These faults are told of in the course of the run, and no others; the first that latches comes first."""
    def claim(told):
        noted = [event["code"] for event in told.events if event["kind"] == "fault"]
        latched = [event["code"] for event in told.events if event["kind"] == "fault" and event["data"] == "latched"]
        assert set(noted) == set(codes) and latched[:1] in ([], list(codes[:1])), (noted, latched)
    return claim


def resets(*causes):
    def claim(told):
        assert [line["cause"] for line in told.lines if line["kind"] == "reset"] == list(causes)
    return claim
