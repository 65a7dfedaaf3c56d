"""The gate behind a broken state machine: the mistake stays on the board's side of the gate.

Two relays, honest feedback, and the mechanical interlock has failed as well: nothing but the gate is left.
"""

import random

import pytest

from firmware.core import changeover, faults, gate, permits
from host_tests import breaking
from host_tests.house import House
from host_tests.survey import PHASES
from tools.sim.plant import Plant

# Far below what a configuration may say, so that a story is short: nothing here is about these limits.
BRISK = {"startup_s": 0, "confirm_s": 0, "car_s": 0, "dwell_s": 1}
SLOW_MS = 250


class Witnessed(Plant):
    """Remembers whether both contactors were ever closed, even between two looks of the board."""

    both_seen = False

    def _settle_contacts(self):
        super()._settle_contacts()
        self.both_seen = self.both_seen or bool(self.km1.closed and self.km2.closed)


def house_with(core, two_relays=True, **options):
    house = House(two_relays, start="2026-11-20T05:30:00Z", limits=BRISK, core=core, **options)
    house.plant = Witnessed(two_relays).settle()
    house.plant.change(interlock=0 if two_relays else 1)
    house.core.slow()
    house.core.dwell_ms = 0
    return house


def watched(house, ms):
    """Run, and look at every tick for what the gate must not have granted."""
    granted, request = house.core.gate, house.core.request
    for _ in range(ms // 20):
        pilot = granted.pilot
        house.tick(20)
        assert not house.plant.both_seen, "both contactors closed"
        assert granted.pilot >= granted.guard
        assert pilot or not granted.pilot or request.entry == permits.ENTRY_ALL, "entered without an entry permit"
        enables_km2 = granted.guard if granted.two_relays else granted.pilot
        assert not enables_km2 or request.stay == permits.STAY_ALL, "stayed without a stay permit"
    return house


def story(core, km1="sound", inputs=("km1", "km2", "car"), two_relays=True):
    """In, a hold, in again, a fault that latches; broken or not, it ends with both outputs off."""
    house = house_with(core, two_relays, inputs=inputs)
    if km1 == "slow":
        house.plant.km1.off_ms = SLOW_MS
    house.plant.km1.welded = km1 == "welded"
    watched(house, 1000)
    house.core.set_remote_hold(1)
    watched(house, 600)
    house.core.set_remote_hold(0)
    watched(house, 1600)
    house.core.latch(faults.TRANSFER_STORM)
    watched(house, 800)
    assert house.outputs == (0, 0)
    return house


BROKEN = (
    *(({"ROWS": rows}, name) for name, rows in breaking.careless(changeover.ROWS)),
    *(({"TWO_RELAYS": table}, name) for name, table in breaking.outputs(changeover.TWO_RELAYS)),
    *(({"ROWS": rows}, name) for name, rows in breaking.retargeted(changeover.ROWS, PHASES)),
)
# KM1, and what is fitted. A KM1 that is welded and not watched is beyond any gate.
HARD = (("sound", ("km1", "km2", "car")), ("slow", ("km1", "km2", "car")), ("welded", ("km1", "km2", "car")),
        ("sound", ("km2", "car")), ("slow", ("km2", "car")))


def test_the_unbroken_state_machine_goes_through_the_whole_story():
    for km1 in ("sound", "slow"):
        house = story(breaking.controller_with(), km1)
        assert house.core.transfer.count == 4 and house.faults == ["transfer-storm"]
    assert story(breaking.controller_with(), "welded").faults[0] == "km1-not-open"


@pytest.mark.parametrize("turn", range(len(HARD)))
def test_no_broken_table_closes_both_contactors(turn):
    """Every row deleted, let loose and led astray, every output flipped; each meets one of the hard cases."""
    km1, inputs = HARD[turn]
    for changes, name in BROKEN[turn::len(HARD)]:
        try:
            story(breaking.controller_with(**changes), km1, inputs)
        except AssertionError as found:
            raise AssertionError("%s, KM1 %s, %s fitted" % (name, km1, "+".join(inputs))) from found


def test_with_one_relay_no_broken_table_gets_past_a_permit():
    """There the interlock is what keeps the contactors apart; the permits are the gate's all the same."""
    assert story(breaking.controller_with(), two_relays=False).core.transfer.count == 4
    tables = [({"ONE_RELAY": table}, name) for name, table in breaking.outputs(changeover.ONE_RELAY)]
    for changes, name in tables + list(BROKEN[::6]):
        try:
            story(breaking.controller_with(**changes), two_relays=False)
        except AssertionError as found:
            raise AssertionError("%s, one relay" % name) from found


@pytest.mark.parametrize("km1", ("sound", "slow", "welded"))
def test_a_state_machine_without_permits_gets_nothing(km1):
    """Rows that ask for V2L whatever the permits say: with any one of them missing nothing goes on, or stays on."""
    def ignorant(c):
        return {changeover.STARTUP: (0, 0, changeover.BREAK_GRID, ""), changeover.BREAK_GRID: (0, 0, changeover.V2L, "")
                }.get(c.phase)

    core = breaking.controller_with(next_row=ignorant)
    house = house_with(core)
    house.core.set_remote_hold(1)
    house.plant.km1.welded = km1 == "welded"
    watched(house, 2000)
    assert house.plant.km2.closed == 0 and house.outputs == (0, 0) and house.core.gate.refused


@pytest.mark.parametrize("seed", range(20))
def test_a_state_machine_that_jumps_about_closes_nothing_together(seed):
    chance = random.Random(seed)
    every = chance.choice((1, 3, 20, 50))

    def jump(c):
        return (0, 0, chance.choice(PHASES), "jumped") if chance.randrange(every) == 0 else changeover.next_row(c)

    house = house_with(breaking.controller_with(next_row=jump))
    if chance.randrange(2):
        house.plant.km1.off_ms = SLOW_MS
    watched(house, 6000)


class Credulous(gate.Gate):
    """Grants whatever it is asked."""

    def decide(self, request, inputs, dt_ms):
        self.pilot, self.guard = request.pilot, request.guard


def test_without_the_gate_the_same_tables_do_harm():
    """So that the tests above could fail: some of the same mistakes close both contactors, others ignore a permit."""
    harm = set()
    for changes, _name in BROKEN[1::4]:
        try:
            story(breaking.controller_with(Credulous, **changes), "slow")
        except AssertionError as found:
            harm.add(str(found).partition("\n")[0])
    assert {"both contactors closed", "stayed without a stay permit", "entered without an entry permit"} <= harm
