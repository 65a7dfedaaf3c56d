"""The records that cross the core's border, and the words both sides use.

Every input is 1 when its contact is closed, its supply live, its button pressed or its answer yes, and 0 otherwise; the
device layer has already undone the polarity. Outputs are 1 for on. All of them are refilled in place, never rebuilt.
"""

SAMPLE_MS = 20  # the loop's own pace, and the most that one sample can prove
THREE_SAMPLES_MS = 50  # of evidence: the third sample in a row, also when the loop's pace is a little uneven
STEP_MS_MAX = 60_000_000  # the longest single step; longer ones are cut, so that counters stay small integers
FOREVER_MS = 1_000_000_000  # longer than anything the core waits for, and still a small integer on the board


class Inputs:
    """One sample of everything the board can see."""

    def __init__(self):
        self.km1 = 0
        self.km2 = 0
        self.bond = 0
        self.car = 0
        self.grid = 0
        self.charging = 0
        self.enable = 0
        self.button = 0
        self.pilot_on = 0  # what the relay pins read back
        self.guard_on = 0
        self.age_ms = 0  # how old this sample will be when the outputs are written
        self.cable_ms = FOREVER_MS  # since somebody at the cable last said what is wanted


class Request:
    """What the changeover asks of the gate, with the permits as they stand: one bit for each permit that holds."""

    FIELDS = ("entry", "stay", "waived")  # the rest is written anew in every tick

    def __init__(self):
        self.pilot = 0
        self.guard = 0
        self.entry = 0
        self.stay = 0
        self.waived = 0  # those that a person at the board does without
