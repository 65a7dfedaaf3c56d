"""Pins: a sample of every input into the core's record, and the core's two outputs onto the relays.

Polarity is undone here and nowhere else. Every input is pulled up: a contact connects its pin to ground, and so does a
detector with an open collector. A broken wire therefore reads as an open contact, or as the high level.
"""

from machine import Pin

OUTPUTS = ("pilot", "guard", "led", "alarm", "heartbeat")
ONE_WHEN_LOW = ("no", "low")  # the kinds whose "yes" is a low level


def output(number, on):
    """A pin that is driven, off from its first moment. Of level `on` to switch on, 0 or 1."""
    return Pin(number, Pin.OUT, value=1 - on)


class Nothing:
    """In place of an output that is not fitted: can be written, and reads back what was."""

    def __init__(self):
        self.level = 0

    def __call__(self, level=None):
        if level is not None:
            self.level = level
        return self.level


class Pins:
    def __init__(self, rows):
        """`rows` of (signal, pin, kind) as the checked configuration has them; an output's kind is its on level."""
        rows = [row for row in rows if row[0] not in ("sda", "scl")]
        self.on = dict([(signal, 1 if kind == "high" else 0) for signal, _pin, kind in rows if signal in OUTPUTS])
        self.driven = dict([(row[0], output(row[1], self.on[row[0]])) for row in rows if row[0] in OUTPUTS])
        self.inputs = [
            (signal, Pin(pin, Pin.IN, Pin.PULL_UP), 1 if kind in ONE_WHEN_LOW else 0)
            for signal, pin, kind in rows
            if signal not in OUTPUTS
        ]
        self.pilot = self.driven.get("pilot") or Nothing()
        self.guard = self.driven.get("guard") or Nothing()
        self.pilot_level_on = self.on.get("pilot", 1)
        self.guard_level_on = self.on.get("guard", 1)
        self.heartbeat = self.driven.get("heartbeat") or Nothing()
        self.beat_level = 0
        self.write(0, 0)

    def read(self, inputs):
        """One sample, in place. What is not fitted is not touched and stays 0."""
        for signal, pin, flip in self.inputs:
            setattr(inputs, signal, pin() ^ flip)
        inputs.pilot_on = 1 if self.pilot() == self.pilot_level_on else 0
        inputs.guard_on = 1 if self.guard() == self.guard_level_on else 0
        inputs.age_ms = 0

    def write(self, pilot, guard):
        """Off before on: the guard first when it goes, last when it comes."""
        if not guard:
            self.guard(1 - self.guard_level_on)
        self.pilot(self.pilot_level_on if pilot else 1 - self.pilot_level_on)
        if guard:
            self.guard(self.guard_level_on)

    def beat(self):
        """One edge a healthy turn, for a stage outside that lets go of the relay when they stay away."""
        self.beat_level = 1 - self.beat_level
        self.heartbeat(self.beat_level)

    def obey(self, pilot, guard):
        """True if both pins read back as commanded."""
        pilot_on = 1 if self.pilot() == self.pilot_level_on else 0
        guard_on = 1 if self.guard() == self.guard_level_on else 0
        return pilot_on == pilot and guard_on == guard
