"""A shortest way as a scenario: what was done to the installation, at the instants when the firmware got there.

The explored model has scaled times and free weather, so nothing of a way can be taken over as it stands. Of each step
there is kept what happened outside (`states_hands`) and what the firmware made of it: phase, outputs, latched or not.
Along these moves the whole firmware is led (`states_lead`). What was done to it then is the scenario, and it is played
once more, from its text, before it is handed over. What no hand can do, and where the firmware did not come along, is
said in words.
"""

import json
import pathlib
import re
import tempfile

from tools import staging
from tools.proofs import states_hands, states_path
from tools.proofs.branches import LOWEST, Run
from tools.proofs.skipping import at
from tools.proofs.states_lead import Judge, Leader
from tools.proofs.states_model import LIMITS
from tools.sim import scenario

START, ALWAYS = "2026-11-20T12:00:00Z", [{"days": "daily", "from": "00:00", "to": "24:00"}]
LONGEST, NAME_MAX = "06:00:00", 64  # of a way; and of a scenario's name
# In the model anything may overtake anything. Here are, in turn, parts as they should be, contactors that overtake the
# relays, and hands that overtake the contactors; each with welds in their step and, if there are any, before it.
SLOW_RELAYS = {"pilot": {"drop_ms": 60}, "guard": {"drop_ms": 60}}
SLOW_CONTACTORS = {"km1": {"pull_ms": 150, "drop_ms": 150}, "km2": {"pull_ms": 150, "drop_ms": 150}}
PLANTS = ({}, SLOW_RELAYS, SLOW_CONTACTORS)
ALL_THE_WAY = "the firmware was led all the way, and nothing was wrong then: the model is wider than the thing"
FITTED = {"km1": "no", "km2": "mirror", "bond": "no", "car": "low", "grid": "low", "charging": "low", "enable": "no"}
PLAY = "tools/gridrest sim --headless --scenario"


class Way:
    """One way, free of the search and its scaled times: `steps`, and `end`, which is what is wrong at its end.

    `end` is the number of a sentence, states_search.OVERLAP for both contactors closed, or "grid" or "v2l" for what may
    be kept away; None where nothing is wrong.
    """

    def __init__(self, search, place, name, end=None, last=None):
        self.name, self.end = name, end
        self.two_relays, self.fitted = search.variant.two_relays, search.variant.fitted
        self.is_any = search.phase_at is None
        self.is_usual = search.variant.limits == LIMITS
        self.steps = [states_hands.Step(None, "fine", None, 0, states_hands.START, search.plants.states[0])]
        if not self.is_any:
            self.steps += [states_hands.Step(*what, states_path.outcome(search, key), plant)
                           for what, key, plant in states_path.steps(search, place)]
        if last:
            self.steps.append(states_hands.Step(*last[:-1], None, last[-1]))


def last_step(search, noted):
    """The step in which it went wrong, as the search has noted it: what happened, and where the installation stood."""
    place, sample, weather, car, after = noted
    if after is not None:
        return (None, "fine", None, 0, search.plants.states[after])
    state = search.order[place]
    before = states_path.plant_of(search, state)
    if sample is None or search.phase_at is None:
        return (sample, weather, car, 0, before)
    outputs = states_path.outcome(search, search.keys[state >> states_path.SHIFT])[1:3]
    ends = [search.plants.states[one] for one in
            search.plants.moves(state & (1 << states_path.SHIFT) - 1, *outputs)[sample]]
    return (sample, weather, car, 0, next((one for one in ends if one[2:] == before[2:]), ends[0]))


class Carried:
    """A way with the whole firmware led along it.

    `shown_ms`: when what is wrong at its end came to be, played from `text`, the scenario; or None.
    """

    def __init__(self, way, stage=staging.stage):
        self.way = way
        self.stopped = -1, None  # the furthest step that was reached, and why not further
        for plant, moves in self._attempts():
            self._lead(plant, moves, stage)
            if self.is_there() or any(move.no_hand for move in moves):
                break

    def _attempts(self):
        moves = states_hands.moves(self.way)
        welds = any(verb == "weld" for move in moves for verb, _keys in move.hands)
        for plant in PLANTS:
            yield plant, moves
            if welds:
                yield plant, states_hands.moves(self.way, eager=True)

    def is_there(self):
        """The way has been followed, and what is wrong at its end, if anything is, has come to be."""
        return self.followed and (self.way.end is None or self.shown_ms is not None)

    def _lead(self, plant, moves, stage):
        self.plant, self.moves, self.config = plant, moves, _config(self.way, moves)
        found = self._read(self._text((), LONGEST))
        leader = Leader(Run(found, stage(found.config_text)), moves, self.way.end)
        leader.play()
        self.stopped = max(self.stopped, leader.stopped or (len(self.way.steps), ALL_THE_WAY))
        self.bars, self.phases, self.followed = leader.bars, leader.phases, not leader.stopped
        self.lines = leader.run.lines
        self.text = self._text(leader.events, at(max([leader.run.world.ms, *[row[0] for row in leader.events]])))
        self.shown_ms = self.shown(stage)

    def shown(self, stage=staging.stage):
        """When what is wrong comes to be, if the scenario is played from its text; None if it does not."""
        return self.judged(stage).first(self.way.end)

    def judged(self, stage=staging.stage):
        """The scenario played with the files of `stage`, and the rules held against every step."""
        found = self._read(self.text)
        judge = Judge(Run(found, stage(found.config_text)), self.bars, self.way.end)
        judge.begin()
        judge.run.play()
        judge.finish()
        return judge

    def _text(self, events, length):
        rows = [{"at": at(ms), "do": verb, **keys} for ms, verb, keys in events]
        told = {"name": slug(self.way.name), "start": START, "for": length, "config": self.config, "plant": self.plant,
                "events": rows}
        if "grid" in self.way.fitted:  # a coil supply that fails is not to take the board along
            told["plant"] = {**self.plant, "board_supply": "ups"}
        return json.dumps(told)

    @staticmethod
    def _read(text):
        found, problems = scenario.read(text)
        if problems:
            raise ValueError(f"{problems} in {text}")
        return found


def _config(way, moves):
    verbs = {verb for move in moves for verb, _keys in move.hands}
    fitted = (*way.fitted, *verbs & {"charging"})
    return {"board": "generic-2-relay" if way.two_relays else "generic-1-relay", "v2l": ALWAYS,
            "limits": {**LOWEST, "entries_per_hour": 12}, "assume": None if "car" in fitted else ["car"],
            "inputs": {name: kind if name in fitted else None for name, kind in FITTED.items()}}


def slug(name):
    words = re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")
    return words if len(words) <= NAME_MAX else words[: NAME_MAX + 1].rpartition("-")[0]


def told(way, stage=staging.stage):
    """Lines: the file and the command that plays it, or how far the way could be followed."""
    if way.is_any:
        return ["  no scenario: here anything is asked of the gate at any step, which the changeover itself never does"]
    if not way.is_usual:
        return ["  no scenario: its limits stand in another order than the usual one, by which the way would be timed"]
    carried = Carried(way, stage)
    if not carried.is_there():
        return ["  no scenario: " + carried.stopped[1]]
    place = pathlib.Path(tempfile.mkdtemp(prefix="gridrest-states-"), slug(way.name) + ".json")
    place.write_text(carried.text + "\n", encoding="utf-8")
    return [f"  as a scenario, in which it comes to pass at {at(carried.shown_ms)}: {PLAY} {place}"]
