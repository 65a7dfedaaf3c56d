"""What the changeover's rows can see, made by hand: any picture at all, possible or not, without a core behind it.

    View(changeover.V2L, stay=0, km2=(0, 10))

A contact is None where it is not fitted, else (what it reads, for how many ms).
"""

import functools

from firmware.core import changeover, contacts, permits
from host_tests.house import fitted

RELEASE, PULL, DEAD, SETTLE = 300, 600, 200, contacts.SETTLE_MS  # all their sums differ
UNCOMMANDED = 100
LIMITS = {"release_ms": RELEASE, "pull_ms": PULL, "dead_time_ms": DEAD, "uncommanded_ms": UNCOMMANDED}
LONG = 5000  # also when all patience is used up
REST = {"km1": (1, LONG), "km2": (0, LONG)}
ON_V2L = {"km1": (0, LONG), "km2": (1, LONG)}


class Faults:
    def __init__(self, latched):
        self.latched = latched

    def is_latched(self):
        return self.latched


class Part:
    """An object with just these attributes."""

    def __init__(self, **values):
        self.__dict__.update(values)


@functools.lru_cache(maxsize=None)
def contact(picture):
    """Shared between views: the rows only look."""
    made = contacts.Contact(picture is not None, LONG)
    if picture is not None:
        made.raw, made.run_ms = picture
    return made


class View:
    """By default nothing is fitted, everything is permitted and nothing has happened for long."""

    def __init__(self, phase, two_relays=False, **values):
        self.phase = phase
        self.service = 0
        self.startup_ms = 0
        self.confirm_ms = 0
        self.mark = changeover.NO_MARK
        self.grid_dead = False
        self.faults = Faults(False)
        self.gate = Part(refused=0)
        self.button = Part(contact=contact((0, LONG)))
        self.request = Part(entry=permits.ENTRY_ALL, stay=permits.STAY_ALL, waived=0)
        self.watch = Part(pilot_for_ms=LONG, enabled_for_ms=LONG, for_ms_max=LONG, km2_seen_open=0)
        self.km1 = self.km2 = self.bond = contact(None)
        self.setup = fitted(two_relays=two_relays, limits=LIMITS)
        self.limits = self.setup.limits
        self.put(**values)

    def put(self, **values):
        for name, value in values.items():
            if name in ("km1", "km2", "bond"):
                setattr(self, name, contact(value))
            elif name == "latched":
                self.faults.latched = value
            else:
                setattr(PLACES.get(name, lambda view: view)(self), name, value)
        return self

    def is_grid_dead(self):
        return self.grid_dead

    def next(self):
        """The phase after this tick."""
        row = changeover.next_row(self)
        return row[2] if row else self.phase

    def reason(self):
        row = changeover.next_row(self)
        return row[3] if row else None


PLACES = {
    "refused": lambda view: view.gate,
    "entry": lambda view: view.request,
    "waived": lambda view: view.request,
    "stay": lambda view: view.request,
    "pilot_for_ms": lambda view: view.watch,
    "enabled_for_ms": lambda view: view.watch,
    "km2_seen_open": lambda view: view.watch,
    "two_relays": lambda view: view.setup,
}
