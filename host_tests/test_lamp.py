"""Lamp and alarm: every state and fault has its code, codes can be told apart, and a press mutes what was heard."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.core import changeover, faults, gestures, holds
from firmware.core.faults import BOND_STUCK, KM1_NOT_CLOSED, KM2_STUCK, NET_DEAD
from firmware.core.sentences import LAMP
from firmware.device.lamp import BEEP_MS, PATTERNS, UNIT_MS, Alarm, Lamp, which
from host_tests import story
from host_tests.house import House
from host_tests.tables.core import ALL, near, on_v2l

CODES = [(name, pattern, meaning) for pattern, (name, meaning) in zip(PATTERNS, LAMP)]
NAMES = [row[0] for row in CODES]
GROUPS = {
    "both-closed": "fault 1", "km2-stuck": "fault 1", "km2-uncommanded": "fault 1", "guard-stuck": "fault 1",
    "km1-not-open": "fault 1", "bond-stuck": "fault 2", "bond-missing": "fault 2", "pilot-readback": "fault 1",
    "feedback-chatter": "fault 1", "relay-dropped": "fault 3", "km2-dropped": "fault 3", "km2-not-closed": "fault 1",
    "v2l-collapsed": "fault 3", "km1-not-closed": "fault 1", "reset-storm": "fault 4", "transfer-storm": "fault 4",
    "state-lost": "fault 5", "config-bad": "fault 5", "firmware-mismatch": "fault 5", "grid-dead": "notice",
    "clock-disagrees": "clock", "clock-lost": "clock", "clock-ageing": "notice", "flash-full": "notice",
    "net-dead": "notice", "proof-old": "notice", "timing-drift": "notice",
}  # fmt: skip


class Pin:
    def __init__(self):
        self.levels = []

    def __call__(self, level):
        self.levels.append(level)


def shown(core):
    return NAMES[which(core)]


@pytest.fixture
def core():
    return near(True, ALL).core


def test_the_house_at_rest_shows_grid(core):
    assert shown(core) == "grid"
    assert which(core) == len(CODES) - 1


def test_every_fault_there_is_has_a_group():
    assert set(GROUPS) == set(faults.CODES)


@pytest.mark.parametrize("fault", range(len(faults.CODES)), ids=faults.CODES)
def test_every_fault_is_shown_latched_and_lasting(fault, core):
    code = faults.CODES[fault]
    core.faults.last(fault, 1)
    assert shown(core) == ("no supply" if fault == KM1_NOT_CLOSED else GROUPS[code])
    core.faults.last(fault, 0)
    assert shown(core) == "grid"
    core.faults.latch(fault)
    assert shown(core) == GROUPS[code]


def test_a_fault_is_shown_while_its_retry_time_keeps_v2l_away(core):
    core.faults.happen(faults.V2L_COLLAPSED)
    assert shown(core) == "fault 3"
    core.faults.wait(faults.RETRY_MS)
    assert shown(core) == "grid"


def test_a_code_of_another_build_is_a_record_to_look_at(core):
    core.faults.foreign = ("flux-inverted",)
    assert shown(core) == "fault 5"


def test_of_several_the_lower_number_is_shown_and_the_missing_supply_before_all(core):
    for fault, name in ((NET_DEAD, "notice"), (faults.CLOCK_LOST, "clock"), (faults.CONFIG_BAD, "fault 5"),
                        (faults.RESET_STORM, "fault 4"), (faults.KM2_DROPPED, "fault 3"), (BOND_STUCK, "fault 2"),
                        (KM2_STUCK, "fault 1"), (KM1_NOT_CLOSED, "no supply")):
        core.faults.last(fault, 1)
        assert shown(core) == name


@pytest.mark.parametrize("world, lies, stays", [
    ({"grid": 0}, {}, True), ({}, {"km1": 0}, False), ({"charging": 1}, {}, False), ({}, {}, False)])
def test_it_starts_for_its_ten_seconds_and_then_for_as_long_as_the_detector_sees_no_grid(world, lies, stays):
    house = House(inputs=("km1", "km2", "grid", "charging")).world_changes(**world)
    house.lies.update(lies)
    assert house.run(seconds=9).state == "startup"
    assert (house.run(seconds=60).state == "startup") == stays == (shown(house.core) == "starting")
    assert house.world_changes(grid=1).run(seconds=2).state == "grid"


def test_a_day_with_a_transfer_a_hold_and_service():
    house = on_v2l(True, ALL)
    assert shown(house.core) == "v2l"
    house.world_changes(button=1)
    house.run(seconds=1)
    assert shown(house.core) == "hold"
    house.world_changes(button=0)
    house.run(seconds=1)
    assert shown(house.core) == "hold"
    house.core.set_service(gestures.BY_PERSON)
    house.run(ms=100)
    house.core.faults.last(KM1_NOT_CLOSED, 1)
    assert shown(house.core) == "service"
    house.core.faults.last(KM1_NOT_CLOSED, 0)
    house.core.set_service(gestures.NO_SERVICE)
    house.run(ms=100)
    assert shown(house.core) == "starting"


def test_a_remote_hold_and_a_button_that_is_stuck_are_holds(core):
    core.set_remote_hold(1)
    assert shown(core) == "hold"
    core.set_remote_hold(0)
    core.button.down = 1
    assert shown(core) == "hold"


def test_service_is_offered_only_where_a_press_means_it(core):
    for phase in range(len(changeover.STATES)):
        core.phase = phase
        core.sign_ms = 1
        heeded = phase in (changeover.STARTUP, changeover.FAULT)
        assert (shown(core) == "service offered") == heeded
        core.sign_ms = 0
        assert shown(core) != "service offered"


def test_the_offer_stands_before_a_fault_for_as_long_as_it_lasts(core):
    core.faults.latch(KM2_STUCK)
    core.phase = changeover.FAULT
    core.sign_ms = 20
    assert shown(core) == "service offered"
    core.sign_ms = 0
    assert shown(core) == "fault 1"


def flashes(pattern):
    """The lengths of the flashes and of the pauses after them, in units."""
    runs = [(lit, len(list(run))) for lit, run in itertools.groupby(pattern)]
    return [length for lit, length in runs if lit == "#"], [length for lit, length in runs if lit == "."]


def test_every_code_has_a_name_a_meaning_and_a_pattern_that_begins_with_light():
    assert len(set(NAMES)) == len(PATTERNS) == len(LAMP) >= 14
    for name, pattern, meaning in CODES:
        assert name and meaning and not meaning.endswith(".")
        assert set(pattern) <= {"#", "."} and pattern[0] == "#", name
        assert len(pattern) * UNIT_MS <= 4500, name


def test_no_two_codes_look_alike_wherever_one_begins_to_watch():
    def looks(pattern):
        whole = pattern * (1000 // len(pattern) + 1)
        return {whole[start : start + 200] for start in range(len(pattern))}

    for (_, one, _), (_, other, _) in itertools.combinations(CODES, 2):
        assert not looks(one) & looks(other), (one, other)


@pytest.mark.parametrize("number", range(1, 6))
def test_a_fault_is_one_long_flash_and_as_many_short_ones_as_its_number(number):
    pattern = CODES[NAMES.index(f"fault {number}")][1]
    lit, dark = flashes(pattern)
    assert lit == [8] + [1] * number
    assert set(dark[:-1]) == {2} and dark[-1] >= 12  # an eighth of a second is too fast to count, the end is plain


@pytest.mark.parametrize("name, number", [("grid", 1), ("hold", 2), ("clock", 3), ("notice", 4)])
def test_short_flashes_alone_are_counted_every_four_seconds(name, number):
    pattern = CODES[NAMES.index(name)][1]
    lit, dark = flashes(pattern)
    assert lit == [1] * number and set(dark[:-1]) <= {2} and dark[-1] > 12
    assert len(pattern) * UNIT_MS == 4000


@given(st.integers(0, len(CODES) - 1), st.lists(st.integers(1, 3000), min_size=1, max_size=40), st.sampled_from([0, 1]))
def test_the_lamp_shows_its_pattern_whatever_the_pace(code, steps, on_level):
    pin = Pin()
    lamp = Lamp(pin, on_level)
    assert pin.levels == [1 - on_level]
    lamp.code = code
    lamp.tick(20)
    pattern, at_ms = CODES[code][1], 0
    for step_ms in [0, *steps]:
        lamp.tick(step_ms)
        at_ms += step_ms
        lit = pattern[at_ms // UNIT_MS % len(pattern)] == "#"
        assert pin.levels[-1] == (on_level if lit else 1 - on_level)
    assert all(one != other for one, other in zip(pin.levels, pin.levels[1:]))


def test_a_new_code_begins_at_its_beginning(core):
    pin = Pin()
    lamp = Lamp(pin, 1)
    for _ in range(10):
        lamp.tick(UNIT_MS)
    assert pin.levels == [0, 1, 0]
    core.faults.latch(BOND_STUCK)
    lamp.look(core)
    for _ in range(9):
        lamp.tick(UNIT_MS)
    assert pin.levels == [0, 1, 0, 1, 0]


def test_what_is_not_fitted_is_not_missed(core):
    core.faults.latch(BOND_STUCK)
    lamp, alarm = Lamp(None, 1), Alarm(None, 1)
    lamp.look(core)
    lamp.tick(20)
    alarm.tick(core, 20)
    assert NAMES[lamp.code] == "fault 2"


class Siren:
    """An alarm on a core, and whether it is heard after so many milliseconds."""

    def __init__(self, core, on_level=1):
        self.core = core
        self.on_level = on_level
        self.pin = Pin()
        self.alarm = Alarm(self.pin, on_level)

    def heard(self, ms=20):
        self.alarm.tick(self.core, ms)
        return self.pin.levels[-1] == self.on_level

    def press(self):
        self.core.button.down = 1
        heard = self.heard()
        self.core.button.down = 0
        return heard or self.heard()


@pytest.mark.parametrize("on_level", [0, 1])
def test_a_latched_fault_sounds_steadily_until_a_press_and_the_press_acknowledges_nothing(core, on_level):
    siren = Siren(core, on_level)
    assert not siren.heard()
    core.faults.latch(BOND_STUCK)
    assert all(siren.heard(500) for _ in range(20))
    assert not siren.press()
    assert not any(siren.heard(500) for _ in range(20))
    assert core.faults.is_latched()


def test_the_press_that_mutes_is_a_hold_as_any_other_and_the_next_one_lifts_it():
    house = story.near()
    house.core.faults.latch(KM2_STUCK)
    house.run(seconds=12)
    assert house.press().core.holds.local == holds.WINDOW
    house.run(seconds=12)
    assert house.press().core.holds.local == holds.NONE and house.core.faults.is_latched()


def test_something_new_is_heard_again_and_mutes_again(core):
    siren = Siren(core)
    core.faults.latch(BOND_STUCK)
    siren.heard()
    siren.press()
    core.faults.latch(KM2_STUCK)
    assert siren.heard()
    assert not siren.press()
    core.faults.foreign = ("flux-inverted",)
    assert siren.heard()
    assert not siren.press()
    assert not siren.heard(60_000)


def test_what_was_acknowledged_and_comes_back_is_new(core):
    siren = Siren(core)
    core.faults.latch(BOND_STUCK)
    siren.heard()
    siren.press()
    core.faults.acknowledge()
    assert not siren.heard()
    core.faults.latch(BOND_STUCK)
    assert siren.heard()


def test_a_button_that_was_down_before_the_alarm_mutes_nothing(core):
    siren = Siren(core)
    core.button.down = 1
    siren.heard()
    core.faults.latch(BOND_STUCK)
    assert siren.heard() and siren.heard()
    core.button.down = 0
    assert siren.heard()
    assert not siren.press()


def test_a_missing_supply_beeps_while_it_lasts_and_mutes_through_its_flicker(core):
    siren = Siren(core)
    core.show(KM1_NOT_CLOSED, 1)
    assert [siren.heard(BEEP_MS // 2) for _ in range(8)] == [True, False, False, True] * 2
    assert not siren.press()
    core.show(KM1_NOT_CLOSED, 0)
    assert not siren.heard()
    core.show(KM1_NOT_CLOSED, 1)
    assert not siren.heard()
    core.show(KM1_NOT_CLOSED, 0)
    core.faults.wait(faults.RETRY_MS)
    assert not siren.heard()
    core.show(KM1_NOT_CLOSED, 1)
    assert siren.heard()


def test_a_notice_and_a_fault_that_has_not_latched_make_no_sound(core):
    siren = Siren(core)
    for fault in range(len(faults.CODES)):
        if fault != KM1_NOT_CLOSED:
            core.faults.last(fault, 1)
    assert not siren.heard()
