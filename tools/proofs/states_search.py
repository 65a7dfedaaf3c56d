"""Everything that can be reached: core and plant together, breadth first, until nothing new is found.

A state is a key of the core and a number of the plant. What the core does with one sample does not depend on the plant
behind it, so it is worked out once for each (key, sample) and used for every plant; each such pair of a state and of
what happens to it is a transition all the same.
"""

import array
import itertools

from firmware.core import changeover, controller, record, saved
from tools.proofs.states_model import RUNNING, Model
from tools.proofs.states_plant import Plants
from tools.proofs.states_rules import FORGOTTEN
from tools.proofs.states_weather import MARKING

OVERLAP = 0  # in place of a sentence's number, with what is broken
SHIFT = 16  # a state: key number << SHIFT | plant
FLAGS = (("core", "confirm_ms"), ("core", "startup_ms"), ("core", "dwell_ms"), ("core", "unwell_ms"),
         ("watch", "collapse_ms"), *((f"tally{i}", "retry_ms") for i in range(5)))
HELD = ("car", "held_ms")


class Choice:
    """What happens to the core in one step, beside the sample."""

    def __init__(self, weathers, cars=(0, 1), tired=True, reboot=True):
        self.weathers, self.cars, self.tired, self.reboot = weathers, cars, tired, reboot


class Search:
    def __init__(self, variant, plants):
        self.variant, self.plants = variant, plants
        self.model = Model(variant)
        self.numbers, self.keys = {}, []  # keys of the core, by number
        self.states = {}  # state -> its place
        self.order, self.parents = array.array("q"), array.array("q")
        self.after = {}  # (key, sample) -> (next keys, how many ways)
        self.steps = {}
        self.latches = {}  # what is latched -> the keys that a board which had it may start anew with
        self.wrong = {}  # number of the sentence -> (state before, sample, weather, car, plant after)
        self.core_steps = self.transitions = 0
        place = self.model.place
        self.phase_at, self.latched_at = place.get(("core", "phase")), place["faults", "latched"]
        self.outputs_at = place["gate", "pilot"], place["gate", "guard"]
        self.entry_at = place["request", "entry"]
        self.flags = [place[row] for row in FLAGS]
        self.held_at, self.car_at = place.get(HELD), place.get(("car", "raw"))
        self.all = Choice(variant.weather, (0, 1) if self.held_at else (0,))

    def number(self, key):
        number = self.numbers.get(key)
        if number is None:
            number = self.numbers[key] = len(self.keys)
            self.keys.append(key)
        return number

    # One step.

    def ways(self, key, choice):
        """(phase, weather, the key with some of its running times about to run out, car) for each choice."""
        latched = key[self.latched_at]
        for phase in (key[self.phase_at],) if self.phase_at is not None else range(10):
            for weather in choice.weathers:
                if weather in MARKING and phase != changeover.MARK or weather == "long" and not latched:
                    continue
                for car in choice.cars:
                    for then in self.expiring(key, phase, car):
                        yield phase, weather, then, car

    def expiring(self, key, phase, car):
        """The key in every way in which some of its running times may run out in this step."""
        if phase >= changeover.FAULT:
            return (key,)
        may = [place for place in self.flags if key[place] == RUNNING]
        if not key[self.entry_at] and self.flags[0] in may:
            may.remove(self.flags[0])  # the confirming has not begun
        if changeover.BREAK_GRID <= phase <= changeover.MAKE_GRID and self.flags[2] in may:
            may.remove(self.flags[2])  # on V2L the dwell stands still
        if self.held_at is not None and car and key[self.car_at] == 1 and not key[self.held_at]:
            may.append(self.held_at)
        if not may:
            return (key,)
        found = []
        for which in itertools.product((False, True), repeat=len(may)):
            made = bytearray(key)
            for place, ends in zip(may, which):
                if ends:
                    made[place] = 1
            found.append(bytes(made))
        return found

    def step(self, phase, weather):
        if (phase, weather) not in self.steps:
            self.steps[phase, weather] = self.model.step(phase, weather)
        return self.steps[phase, weather]

    def core_after(self, number, sample, choice):
        """(numbers of the keys that one step may lead to, how many ways there are)."""
        key, found, count = self.keys[number], set(), 0
        for phase, weather, then, car in self.ways(key, choice):
            step = self.step(phase, weather)
            new, asked, wrong = step(then, *sample, car, 0)
            count += 1
            found.add(self.number(new))
            if wrong:
                self._note(wrong, number, sample, weather, car)
            if asked and choice.tired:
                new, asked, wrong = step(then, *sample, car, 2)
                count += 1
                found.add(self.number(new))
                if wrong:
                    self._note(wrong, number, sample, weather, car)
        self.core_steps += count
        return tuple(found), count

    def _note(self, wrong, number, sample, weather, car):
        if wrong not in self.wrong:
            self.wrong[wrong] = (self.at, sample, weather, car, None)

    def rebooted(self, key):
        """The keys of a board that has restarted from here: with what the shipped record keeps of it, and without.

        What has just latched is lost if the supply fails before it is written, so here any latch may be lost like this.
        """
        latched = key[self.latched_at]
        if latched not in self.latches:
            kept = kept_latched(self.variant.setup(), latched)
            self.latches[latched] = {self.number(self.model.first_key(kept)), self.number(self.model.first_key())}
            if kept != latched:
                self.wrong[FORGOTTEN] = (self.at, None, "restart", 0, None)
        return self.latches[latched]

    # All of them.

    def explore(self, each=lambda search, left: None, most=None):
        """True if it was closed: nothing new is left."""
        first = self.number(self.model.first_key()) << SHIFT | self.plants.rest
        self.states[first] = 0
        self.order.append(first)
        self.parents.append(-1)
        place = 0
        while place < len(self.order):
            if place % 4096 == 0:
                each(self, len(self.order) - place)
                if most and self.transitions > most:
                    return False
            self.at = place
            self._visit(self.order[place], place)
            place += 1
        return True

    def _visit(self, state, place):
        number, plant = state >> SHIFT, state & (1 << SHIFT) - 1
        key = self.keys[number]
        pilot, guard = key[self.outputs_at[0]], key[self.outputs_at[1]]
        states, order, parents = self.states, self.order, self.parents
        for sample, plants in self.plants.moves(plant, pilot, guard).items():
            known = self.after.get((number, sample))
            if known is None:
                known = self.after[number, sample] = self.core_after(number, sample, self.all)
            self.transitions += known[1] * len(plants)
            for one in known[0]:
                for other in plants:
                    new = one << SHIFT | other
                    if new not in states:
                        states[new] = len(order)
                        order.append(new)
                        parents.append(place)
        self._overlaps(plant, pilot, guard)
        if self.phase_at is not None:
            for first in self.rebooted(key):
                for other in itertools.chain.from_iterable(self.plants.moves(plant, 0, 0).values()):
                    self.transitions += 1
                    new = first << SHIFT | other
                    if new not in states:
                        states[new] = len(order)
                        order.append(new)
                        parents.append(place)

    def _overlaps(self, plant, pilot, guard):
        """Both contactors closed at some moment: told for each set of broken things by itself."""
        if self.variant.two_relays:
            for after in self.plants.overlaps[plant << 2 | pilot << 1 | guard]:
                broken = self.plants.states[after][3]
                if (OVERLAP, broken) not in self.wrong:
                    self.wrong[OVERLAP, broken] = (self.at, None, None, None, after)


def kept_latched(chosen, latched):
    """What a restart makes of these latched faults: out through the shipped record and in again."""
    core = controller.Controller(chosen, None)
    core.faults.latched = latched
    core.faults.name_by(None)
    told = dictionary(saved.pairs(core))
    fresh = controller.Controller(chosen, None)
    record.start(fresh, told, True, -1, -1)
    return fresh.faults.latched


def dictionary(pairs):
    return {name: dictionary(value) if isinstance(value, tuple) and value and isinstance(value[0], tuple) else value
            for name, value in pairs}


def searched(two_relays, fitted, broken=0, at_first=(), **options):
    """A search of one variant, not yet begun. Use it inside `scaled`."""
    from tools.proofs.states_model import Variant

    variant = Variant(two_relays, fitted, **options)
    breaks = variant.options.get("breaks")
    plants = Plants(two_relays, fitted, broken, at_first=at_first, **({"breaks": breaks} if breaks else {}))
    return Search(variant, plants)
