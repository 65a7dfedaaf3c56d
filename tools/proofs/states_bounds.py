"""How long it can take: the longest way to a goal, whoever chooses, over all that has been found.

The graph is closed, so this is one walk backwards: a state is settled when everything that may follow it is, and its
distance is that of the last. What is never settled may be kept away from the goal for ever.
"""

import array

from firmware.core import changeover

from tools.proofs.states_search import SHIFT, Choice

RESTING = (changeover.STARTUP, changeover.GRID, changeover.FAULT, changeover.SERVICE)
UNSETTLED = -1


class Bounds:
    """Distances to a goal, in samples, where whoever chooses may choose only what `choice` and `supply` leave."""

    def __init__(self, search, choice, goal, hurried=False):
        self.search, self.choice, self.goal, self.hurried = search, choice, goal, hurried
        self.after = {}
        self.distance = array.array("i", [UNSETTLED]) * len(search.order)
        self.settle()

    def settle(self):
        search, distance = self.search, self.distance
        before, left = {}, array.array("i", [0]) * len(search.order)
        border = []
        for place, state in enumerate(search.order):
            if self.goal(state):
                distance[place] = 0
                border.append(place)
                continue
            following = self.following(state)
            left[place] = len(following)
            for other in following:
                before.setdefault(other, []).append(place)
        steps = 0
        while border:
            steps += 1
            reached = []
            for place in border:
                for other in before.get(place, ()):
                    left[other] -= 1
                    if left[other] == 0:
                        distance[other] = steps
                        reached.append(other)
            border = reached

    def following(self, state):
        """The places of the states that may come next; nothing breaks, and the supply of the coils is there."""
        search = self.search
        number, plant = state >> SHIFT, state & (1 << SHIFT) - 1
        key, plants = search.keys[number], search.plants
        broken, found = plants.states[plant][3], set()
        for sample, others in plants.moves(plant, key[search.outputs_at[0]], key[search.outputs_at[1]]).items():
            steady = [other for other in others if plants.states[other][2] and plants.states[other][3] == broken]
            if not steady:
                continue
            for one in self.keys_after(number, sample):
                for other in steady:
                    found.add(search.states[one << SHIFT | other])
        return found

    def keys_after(self, number, sample):
        if (number, sample) not in self.after:
            search, found = self.search, set()
            for phase, weather, then, car in search.ways(search.keys[number], self.choice):
                if not self.hurried or self.is_hurried(then, phase, car):
                    found.add(search.number(search.step(phase, weather)(then, *sample, car, 0)[0]))
            self.after[number, sample] = found
        return self.after[number, sample]

    def is_hurried(self, then, phase, car):
        """Everything that may run out in this step does."""
        search = self.search
        return len(search.expiring(then, phase, car)) == 1

    def worst(self, among):
        """(the longest distance, the first state that is never settled or None, how many) among these states."""
        longest, stuck, count = 0, None, 0
        for place, state in enumerate(self.search.order):
            if among(state):
                count += 1
                if self.distance[place] == UNSETTLED:
                    stuck = place if stuck is None else stuck
                else:
                    longest = max(longest, self.distance[place])
        return longest, stuck, count


def able(plants):
    """(plants that stay on grid, plants that go there by themselves) once both outputs are off and stay off."""
    following = {}
    for number in range(len(plants.states)):
        broken = plants.states[number][3]
        following[number] = {other for others in plants.moves(number, 0, 0).values() for other in others
                             if plants.states[other][2] and plants.states[other][3] == broken}
    stay = {number for number in following if plants.is_on_grid(number)}
    while any(not following[number] <= stay for number in stay):
        stay = {number for number in stay if following[number] <= stay}
    settled = set(stay)
    while True:
        more = {number for number, others in following.items()
                if number not in settled and others and others <= settled}
        if not more:
            return stay, settled
        settled |= more


def to_grid(search):
    """Somebody wants grid, in one way or another, for ever: (samples, first state stuck or None, states)."""
    wishes = [weather for weather in ("remote", "service") if weather in search.variant.weather]
    choice = Choice(wishes, search.all.cars)
    stay, good = able(search.plants)

    def rests_on_grid(state):
        key = search.keys[state >> SHIFT]
        return (key[search.phase_at] in RESTING and not key[search.outputs_at[0]] and not key[search.outputs_at[1]]
                and state & (1 << SHIFT) - 1 in stay)

    return Bounds(search, choice, rests_on_grid).worst(lambda state: state & (1 << SHIFT) - 1 in good)


def to_v2l(search):
    """Every permit from outside holds for ever, the car is live, what runs out runs out, and nothing is broken.

    Nor has the supply of the coils fluttered just now: a KM2 that moves at every sample, and bounces at each, may seem
    to have left its bond behind for as long as one likes. Such states lead to others, or to a latched fault.
    """
    sound = {number for number, plant in enumerate(search.plants.states)
             if not [one for one in plant[3] if one[0] != "interlock"]}

    def on_v2l(state):
        key = search.keys[state >> SHIFT]
        return key[search.phase_at] == changeover.V2L and search.plants.is_on_v2l(state & (1 << SHIFT) - 1)

    km2_at, bond_at = (search.model.place.get((name, "raw")) for name in ("km2", "bond"))

    def concerned(state):
        key = search.keys[state >> SHIFT]
        apart = bond_at is not None and key[bond_at] != key[km2_at]
        return state & (1 << SHIFT) - 1 in sound and not key[search.latched_at] and not apart

    choice = Choice(("fine",), (1,) if search.held_at else (0,))
    return Bounds(search, choice, on_v2l, hurried=True).worst(concerned)


