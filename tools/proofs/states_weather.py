"""What may come from outside at any step, by name: everything that has no bound, chosen anew each time.

FINE is a world in which nothing unbounded stands in the way. Every other weather changes one thing in it, and those
with a plus in their name two. Since the core compares its masks with "all of them" only, one lost permit is as good as
several, and which one is told by name.
"""

from firmware.core import ages, button, clock, controller, faults, gate, gestures, governor, holds
from firmware.core import permits, proof, reports, supervision, transfer

NOON_S = 1000
LONG_S = 1 << 29
BUDGET_S = 86_400  # what has been used is counted no further than this
RESERVE, CHARGED = 40, 100
# A window in which somebody at the board wants V2L outside the schedule. It is chosen anew at every step like all else.
SUPERVISED = {("plan", "in_v2l"): 0, ("supervision", "left_ms"): supervision.WINDOW_MS, ("supervision", "wish"): 1,
              ("inputs", "cable_ms"): 0}

# name: (fields that differ from FINE, bars entering, bars staying)
WEATHER = {
    "fine": ({}, 0, 0),
    "governor": ({("governor", "free"): False}, 1, 0),
    "remote": ({("holds", "remote"): 1}, 1, 1),
    "hold": ({("holds", "local"): holds.WINDOW}, 1, 1),
    "down": ({("button", "down"): 1}, 1, 1),
    "clock": ({("clock", "trust"): clock.UNSET}, 1, 1),
    "plan": ({("plan", "until_s"): NOON_S}, 1, 1),
    "window": ({("plan", "in_v2l"): 0}, 1, 1),
    "deadline": ({("stay", "spent"): 1}, 1, 1),
    "charge": ({("plan", "in_charge"): 1}, 1, 1),
    "charging": ({("reports", "charging"): 1, ("reports", "charging_age_s"): 0}, 1, 1),
    "charge-point": ({("inputs", "charging"): 1, ("charging", "raw"): 1}, 1, 1),
    "soc": ({("reports", "soc_age_s"): reports.STALE_S}, 1, 1),
    "soc-near": ({("reports", "soc"): RESERVE}, 1, 0),
    "enable": ({("inputs", "enable"): 0, ("enable", "raw"): 0}, 1, 1),
    "enabling": ({("enable", "raw"): 0}, 1, 0),
    "budget": ({("stay", "used_s"): BUDGET_S}, 1, 1),
    "service": ({("core", "service"): gestures.BY_PERSON}, 1, 1),
    "stale": ({("inputs", "age_ms"): 501, ("world", "stale"): 1}, 0, 0),
    "pin": ({("inputs", "pilot_on"): 2}, 0, 0),
    "chatter": ({("km1", "changes"): 21}, 0, 0),
    "storm": ({("governor", "free"): False, ("governor", "blocks"): 9}, 1, 0),
    "long": ({("world", "long"): 1, ("world", "service"): 0}, 0, 0),
    "unmarked": ({("world", "marking"): 0}, 0, 0),
    "mark-failed": ({("world", "marking"): 2}, 0, 0),
    "raw": ({("button.contact", "raw"): 1, ("world", "pressed"): 1}, 0, 0),
    "stale+remote": ({("inputs", "age_ms"): 501, ("world", "stale"): 1, ("holds", "remote"): 1}, 1, 1),
    "pin+service": ({("inputs", "pilot_on"): 2, ("core", "service"): gestures.BY_PERSON}, 1, 1),
    "supervised": (SUPERVISED, 0, 0),
    "silent": ({**SUPERVISED, ("inputs", "cable_ms"): supervision.SILENT_MS + 1}, 1, 1),
    "unwished": ({**SUPERVISED, ("plan", "in_v2l"): 1, ("supervision", "wish"): 0}, 1, 1),
    "supervised-held": ({**SUPERVISED, ("holds", "remote"): 1}, 1, 1),
    "over": ({("supervision", "entered"): 1}, 1, 1),
    "tried": ({**SUPERVISED, ("supervision", "entries"): supervision.ENTRIES_MAX}, 1, 0),
    "endless": ({**SUPERVISED, ("gate", "waived_ms"): gate.WINDOW_MS, ("world", "gate_alone"): 1}, 1, 1),
}
MARKING = ("unmarked", "mark-failed", "raw")
EVERY_DAY = ("fine", "governor", "remote", "service", "stale", "storm", "long", *MARKING)
WINDOW = ("supervised", "supervised-held", "silent", "unwished", "over", "tried", "endless")
# Without its gate the core knows nothing of a window without an end; the gate alone, of what a person wishes or what
# else stands in the way: it knows that something is waived, for how long, and whether the cable speaks.
WINDOW_FOR_THE_GATE = ("supervised", "silent", "endless")
WINDOW_FOR_THE_CORE = tuple(name for name in WINDOW if name != "endless")


def make_fine(core, inputs):
    """A world in which nothing from outside stands in the way; what is set here is never kept."""
    core.clock.trust, core.clock.now_s, core.clock.ms = clock.SYNCED, NOON_S, -LONG_S
    core.plan.from_s, core.plan.until_s, core.plan.in_v2l = 0, LONG_S, 1
    core.plan.ends_s = core.plan.day_ends_s = LONG_S
    core.stay.left_ms = LONG_S
    core.stay.budget_s, core.stay.used_s = BUDGET_S, 0
    core.reports.soc, core.reports.soc_age_s = CHARGED, 0
    inputs.charging, inputs.enable = 0, 1
    for contact, raw in ((core.charging, 0), (core.enable, 1)):
        contact.raw, contact.run_ms = raw, permits.INPUT_MS
    core.button.seen_up, core.button.contact.raw = 1, 0
    core.sign_ms = 0
    core.supervision.close()
    core.supervision.entered = core.gate.waived_ms = 0


def meaning(name):
    """({(part, field): value}, cuts) of a weather."""
    changes, bars_entry, bars_stay = WEATHER[name]
    changes = {("world", "bars_entry"): bars_entry, ("world", "bars_stay"): bars_stay, **changes}
    changes.pop(("world", "service"), None)
    cuts = dict(CUTS)
    if name == "long":
        cuts[button.Button.step] = _long_press
    if name == "storm":
        del cuts[governor.Governor.stood_alone]
    return changes, cuts


def _no_gesture(self, raw, dt_ms, seen_ms):
    return button.NOTHING


def _long_press(self, raw, dt_ms, seen_ms):
    return button.LONG


def grant(self, request, inputs, dt_ms):
    """In place of a gate that knows better."""
    self.pilot = request.pilot
    self.guard = request.guard


# What is not taken in: None is nothing at all, a text is left to chance. Each only writes what is not kept, or reads
# ages, of which both answers are tried.
CUTS = {
    controller.Controller.note: None,
    controller.Controller.hold_changed: None,
    controller.Controller._begin_transfer: None,
    controller.Controller.why_not_stay: None,
    ages.Ages.count: "tired",
    ages.Ages.add: None,
    ages.Ages.clear: None,
    faults.Faults.name_by: None,
    governor.Governor.enter: None,
    governor.Governor.take_back: None,
    governor.Governor.weigh: None,
    governor.Governor.forgive: None,
    governor.Governor.stood_alone: None,
    transfer.Transfer.end: None,
    proof.Proof.compare: None,
    button.Button.step: _no_gesture,
}
