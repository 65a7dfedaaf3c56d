"""What a hand must do to the installation for a step to come about, and which steps belong together as one move.

A move is what happens outside, then the firmware's answer to it, then steps in which nothing is done and nothing
answered: those stand for a time that is waited out.
"""

import collections

from firmware.core import changeover
from tools.proofs.states_plant import KM1, KM2, NAMES

# sample, weather, car and tired as the search has them; goal: (phase, pilot, guard, latched) after it or None; plant
Step = collections.namedtuple("Step", "sample weather car tired goal plant")
START = (changeover.STARTUP, 0, 0, 0)
SHOWN = {"km1": (0, KM1), "km2": (1, KM2), "bond": (2, KM2)}  # place in the sample, the contact that it is to show
GRID_AT = 3
WORDS = ("open", "closed")
READ_ONLY = ("flash", {"to": "read-only"})
HOLD, LIFT, ASK, DISMISS, ACKNOWLEDGE = "hold", "lift", "ask", "dismiss", "acknowledge"
RESTART, ARM = "restart", "arm"
HOLDS = ("remote", "hold", "down")  # for the button is at hand, and a hold is a hold
# Weather, the verb for it, and what it is put to when that is over and when it begins.
SWITCHED = (("charging", "charging", ("off", "on")), ("charge-point", "charging", ("off", "on")),
            ("enable", "enable", ("on", "off")), ("mark-failed", "flash", ("ok", "read-only")))
# What a weather would need, where no hand can bring it about in a step.
NO_HAND = {
    "stale": "a sample that is old when the outputs are written", "pin": "a relay pin that reads back wrong",
    "governor": "a limit on entries that has been reached", "storm": "a limit on entries run into again and again",
    "clock": "a clock that loses the time while the board runs", "plan": "a plan that has run out",
    "window": "the end of the window in this very step", "charge": "a charge window in this very step",
    "deadline": "the end of the longest stay in this very step", "budget": "a budget used up in this very step",
    "soc": "a report that goes stale in this very step", "soc-near": "a state of charge in a report from afar",
    "enabling": "a key that has been closed in this very step",
}
TIRED = "a fault that has been counted several times before"


class Move:
    """`hands`: (verb, keys) of what is done. `no_hand`: what would have to happen, and nobody can make."""

    def __init__(self, hands, no_hand, step, number, is_new):
        self.hands, self.no_hand, self.goal, self.is_new = hands, no_hand, step.goal, is_new
        self.number = number  # of its first step; 0 is how everything stands at first
        self.steps = 1
        self.contacts = step.plant[0]


def moves(way, eager=False):
    """With `eager`, what welds does so before its step, as soon after what was done last as it stands where it should.

    A part that the way has move at the last moment may be too slow for that on the simulator's clock.
    """
    outside, found, goal = Outside(way.fitted), [], START
    for number, step in enumerate(way.steps):
        hands, no_hand = outside.change(step, goal)
        if step.weather == "mark-failed" and found and READ_ONLY in hands:
            hands.remove(READ_ONLY)  # it is written in the very step in which the phase is entered
            found[-1].hands.append(READ_ONLY)
        if eager and found:
            for weld in [hand for hand in hands if hand[0] == "weld"]:
                hands.remove(weld)
                what = weld[1]["what"]
                arm = (ARM, {"what": what, "closed": found[-1].contacts[NAMES.index(what)]})
                next((move for move in reversed(found) if move.hands), found[0]).hands.append(arm)
        if found and not hands and not no_hand and step.goal == goal:
            found[-1].steps += 1
            found[-1].contacts = step.plant[0]
        else:
            found.append(Move(hands, no_hand, step, number, step.goal != goal))
        goal = step.goal or goal
    return found


class Outside:
    """How things stand outside, and what has to be done for them to stand as a step has them."""

    def __init__(self, fitted):
        self.fitted = fitted
        self.broken, self.live, self.car, self.weather = (), 1, 1, "fine"
        self.stuck = {}
        self.held = False

    def change(self, step, before):
        """([(verb, keys)], what no hand can do or None); `before` is the goal that was reached."""
        _contacts, _waited, live, broken = step.plant
        hands, no_hand = [], TIRED if step.tired else None
        for what, name in [one for one in broken if one not in self.broken]:
            if what == "forced":
                no_hand = f"a contact of the {name} relay that closes unasked"
            hands += {"weld": [("weld", {"what": name})], "coil-open": [("coil-open", {"what": name})],
                      "interlock": [("interlock", {"to": "failed"})]}.get(what, [])
        if live != self.live:
            hands.append(("grid", {"to": "on" if live else "off"}) if "grid" in self.fitted else
                         ("fuse", {"to": "ok" if live else "failed"}))
        self.broken, self.live = broken, live
        if step.weather == RESTART:
            return hands + [(RESTART, {})], no_hand
        if step.sample:
            hands += self._lies(step)
            if ("lies", "grid") in broken and step.sample[GRID_AT] != live:
                no_hand = "a grid detector that shows what is not so"
        if "car" in self.fitted and step.car not in (None, self.car):
            hands.append(("car", {"to": "on" if step.car else "off"}))
            self.car = step.car
        weather, why = self._weather(step, before)
        return hands + weather, no_hand or why

    def _lies(self, step):
        hands = []
        for name, (place, part) in SHOWN.items():
            shown = step.sample[place]
            if ("lies", name) in step.plant[3] and shown != self.stuck.get(name, step.plant[0][part]):
                self.stuck[name] = shown
                hands.append(("feedback", {"what": name, "to": WORDS[shown]}))
        return hands

    def _weather(self, step, before):
        was, now = self.weather, step.weather
        self.weather, hands, no_hand = now, [], NO_HAND.get(now.partition("+")[0])
        for one, verb, words in SWITCHED:
            if (was == one) != (now == one):
                hands.append((verb, {"to": words[now == one]}))
        if now == "chatter" != was:
            hands.append(("feedback", {"what": "km1", "to": "bounce"}))
            no_hand = None if "km1" in self.fitted else "a contact that chatters, where none is fitted"
        if now in HOLDS and not self.held:
            hands.append((HOLD, {}))
            self.held = True
        elif self.held and step.goal and step.goal[0] == changeover.MARK != before[0]:
            hands.append((LIFT, {}))
            self.held = False
        if now == "long":
            hands.append((ACKNOWLEDGE, {}))
        if (was == "service") != (now == "service"):
            hands.append((ASK if now == "service" else DISMISS, {}))
            if now == "service" and before[0] not in (changeover.STARTUP, changeover.FAULT):
                no_hand = "service asked for while the board is not starting"
        return hands, no_hand
