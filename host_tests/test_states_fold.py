"""The folded step is the shipped step: from any key, with anything happening, both end the same."""

import random

import pytest

from firmware.core import ages, button
from tools.proofs import states_rules, states_weather
from tools.proofs.states import NO_DEAD_TIME
from tools.proofs.states_model import SAMPLED, Model, Variant, scaled
from tools.proofs.states_plant import Plants
from tools.proofs.states_search import Search

pytestmark = pytest.mark.campaign
VARIANTS = (
    (True, ("km1", "km2", "bond", "car", "grid", "enable", "charging"), {}),
    (False, ("km1", "km2", "bond"), {}),
    (False, ("car",), {}),
    (True, ("km2",), {"limits": NO_DEAD_TIME}),
)
WEATHER = ("fine", "long", "remote", "storm", "service", "mark-failed", "stale", "enabling", "pin+service")
STEPS = 2000


class Shipped:
    """The shipped objects themselves, brought into the situation of a key and stepped once."""

    def __init__(self, variant):
        self.model = Model(variant)

    def step(self, then, sample, weather, car, tired):
        model, core = self.model, self.model.core
        states_weather.make_fine(core, model.inputs)
        for contact in (core.km1, core.km2, core.bond):
            contact.changes = 0  # more than a few are a weather of their own
        self._ages(tired)
        self._weather(weather)
        for (part, field), value in model.read(then).items():
            if (part, field) == ("request", "entry"):
                value = 65535 if value else 0
            setattr(model.parts[part], field, value)
        for name, value in zip(SAMPLED, (*sample, car)):
            setattr(model.inputs, name, value if name in model.variant.fitted else 0)
        states_rules.turn(core, model.inputs, model.world)
        return model.key_of(), model.world.wrong

    def _ages(self, tired):
        core = self.model.core
        for tally in core.faults.tallies:
            tally.before.ages[:] = [0 if tired else ages.NEVER_S] * 2
        core.governor.entries.clear()
        core.governor.free, core.governor.blocked, core.governor.blocks = True, False, 0
        core.holds.local = core.holds.remote = core.service = 0
        core.reports.charging, core.stay.spent, core.stay.used_s = 0, 0, 0
        core.plan.in_charge = 0

    def _weather(self, weather):
        core, pressed = self.model.core, core_button(self.model.core)
        fresh = states_rules.World(core)
        for name, value in vars(fresh).items():
            setattr(self.model.world, name, value)
        self.model.inputs.age_ms = self.model.inputs.pilot_on = self.model.inputs.button = 0
        changes, _cuts = states_weather.meaning(weather)
        for (part, field), value in changes.items():
            setattr(self.model.parts[part], field, value)
        self.model.inputs.button = 1 if weather in ("down", "raw") else 0
        if weather == "long":
            pressed.down, pressed.fresh, pressed.held_ms, pressed.contact.run_ms = 1, 1, button.LONG_MS, 3
        if not core.governor.free:  # it weighs its own entries as soon as one is made
            core.governor.entries.ages[:] = [0] * len(core.governor.entries.ages)


def core_button(core):
    own = core.button
    own.down = own.held_ms = own.fresh = own.contact.raw = 0
    own.contact.run_ms = 1
    return own


class Walk:
    """A board and its installation led about by chance, mostly in fine weather, so that it gets somewhere."""

    def __init__(self, variant, chance):
        self.search = Search(variant, Plants(variant.two_relays, variant.fitted, 1))
        self.chance = chance
        self.restart()

    def restart(self):
        self.key, self.plant = self.search.model.first_key(), self.search.plants.rest

    def step(self):
        """(key with its running times, phase, weather, sample, car, what the folded step made of it)."""
        search, chance, key = self.search, self.chance, self.key
        moves = search.plants.moves(self.plant, key[search.outputs_at[0]], key[search.outputs_at[1]])
        sample = chance.choice([sample for sample, plants in moves.items() for _ in plants])
        steady = [(one, plants) for one, plants in moves.items() if self.plant in plants]
        if steady and chance.randrange(8):
            sample = steady[0][0]
        self.plant = self.plant if self.plant in moves[sample] and chance.randrange(4) else chance.choice(moves[sample])
        ways = list(search.ways(key, search.all))
        fine = [way for way in ways if way[1] in ("fine", "long") and way[3] == search.all.cars[-1]]
        phase, weather, then, car = chance.choice(fine if chance.randrange(12) else ways)
        tired = chance.choice((0, 0, 2))
        made = search.step(phase, weather)(then, *sample, car, tired)
        self.key = made[0]
        return then, phase, weather, sample, car, tired, made


@pytest.mark.parametrize("two_relays, fitted, options", VARIANTS)
def test_the_folded_step_is_the_shipped_step(two_relays, fitted, options):
    variant = Variant(two_relays, fitted, weather=WEATHER, **options)
    with scaled():
        walk, shipped = Walk(variant, random.Random(1)), Shipped(variant)
        ways = set()
        for number in range(STEPS):
            then, phase, weather, sample, car, tired, made = walk.step()
            key_after, wrong = shipped.step(then, sample, weather, car, tired)
            ways.add((phase, key_after[0]))
            assert (made[0], made[2]) == (key_after, wrong), (walk.search.model.read(then), weather, sample, car)
            if number % 600 == 599:
                walk.restart()
    assert {phase for way in ways for phase in way} == set(range(10))
    assert len(ways) > 20
