"""Board profiles and chip rules: the table is sound, and each rule bites where it should and nowhere else."""

import json

import pytest

from firmware.core import boards, chips, config
from tools import advice

OUTPUTS = ("pilot", "guard", "led", "alarm", "heartbeat")
ESP32_PINS = [*range(0, 20), 21, 22, 23, 25, 26, 27, *range(32, 40)]
S3_PINS = [*range(0, 22), *range(26, 49)]
C3_PINS = list(range(22))
# Chip, use, the pins that are refused, the pins that bring a warning; all others of the chip's pins are free of either.
RULES = (
    ("esp32", chips.OUT, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 34, 35, 36, 37, 38, 39], [16, 17]),
    ("esp32", chips.LAMP, [1, 3, 6, 7, 8, 9, 10, 11, 34, 35, 36, 37, 38, 39], [0, 2, 4, 5, 12, 15, 16, 17]),
    ("esp32", chips.CONTACT, [1, 3, 6, 7, 8, 9, 10, 11], [0, 2, 4, 5, 12, 15, 16, 17, 34, 35, 36, 37, 38, 39]),
    ("esp32", chips.DETECTOR, [1, 3, 6, 7, 8, 9, 10, 11], [0, 2, 4, 5, 12, 15, 16, 17, 36, 39]),
    ("esp32", chips.BUS, [1, 3, 6, 7, 8, 9, 10, 11, 34, 35, 36, 37, 38, 39], [0, 2, 4, 5, 12, 15, 16, 17]),
    ("esp32s3", chips.OUT, [0, 3, 19, 20, 26, 27, 28, 29, 30, 31, 32, 43, 44, 45, 46], [33, 34, 35, 36, 37]),
    ("esp32s3", chips.CONTACT, [19, 20, 26, 27, 28, 29, 30, 31, 32, 43, 44], [0, 3, 33, 34, 35, 36, 37, 45, 46]),
    ("esp32c3", chips.OUT, [2, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21], []),
    ("esp32c3", chips.CONTACT, [11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21], [2, 8, 9]),
)
PINS = {"esp32": ESP32_PINS, "esp32s3": S3_PINS, "esp32c3": C3_PINS}


def verdicts(chip, pin, use):
    return {verdict for verdict, _why, _proposal in chips.findings(chip, pin, use)}


@pytest.mark.parametrize("chip, use, refused, warned", RULES)
def test_every_pin_of_the_chip_has_the_verdict_it_should(chip, use, refused, warned):
    for pin in range(-1, 60):
        expected = {chips.WARNED} if pin in warned else set()
        if pin in refused or pin not in PINS[chip]:
            expected = {chips.REFUSED}
        assert verdicts(chip, pin, use) == expected, pin


@pytest.mark.parametrize("chip, proposed", [
    ("esp32", [13, 14, 18, 19, 21, 22, 23, 25, 26, 27, 32, 33]),
    ("esp32s3", [*range(4, 19), 21, *range(38, 43), 47, 48]),
    ("esp32c3", [0, 1, 3, 4, 5, 6, 7, 10]),
])
def test_the_pins_proposed_instead_are_free_for_every_use(chip, proposed):
    for pin in proposed:
        for use in (chips.OUT, chips.LAMP, chips.CONTACT, chips.DETECTOR, chips.BUS):
            assert verdicts(chip, pin, use) == set()


def test_a_pin_of_an_unknown_chip_is_refused():
    assert verdicts("z80", 4, chips.DETECTOR) == {chips.REFUSED}


def test_the_uses_of_signals_follow_from_their_kinds():
    uses = [chips.use_of(*row) for row in (("guard", "high"), ("led", "low"), ("km1", "mirror"), ("button", "nc"),
                                           ("car", "low"), ("sda", "bus"))]
    assert uses == [chips.OUT, chips.LAMP, chips.CONTACT, chips.CONTACT, chips.DETECTOR, chips.BUS]


PROFILES = {row[0]: row for row in boards.PROFILES}
GENERIC = ["generic-1-relay", "generic-2-relay"]
DRIVEN = [row for row in boards.PROFILES if row[2] is None]
EACH = pytest.mark.parametrize("profile", DRIVEN, ids=lambda profile: profile[0])
# Board: pilot, guard, spare relays, the level that is off; and every other pin it has of its own.
READY_MADE = {
    "szhjw-x1-ac": (16, None, [], 0, {"button": 0, "led": 23}),
    "lctech-x2": (16, 17, [], 0, {"button": 0, "led": 23}),
    "lctech-x4": (32, 33, [25, 26], 0, {"button": 0, "led": 23}),
    "lctech-x4-modbus": (23, 13, [5, 4], 1, {"km1": 25, "km2": 26, "car": 27, "button": 33, "led": 15}),
    "lctech-x8": (32, 33, [25, 26, 27, 14, 12, 13], 0, {"button": 0, "led": 23}),
    "olimex-esp32-evb": (32, 33, [], 0, {"button": 34, "sda": 13, "scl": 16}),
    "waveshare-s3-relay-6ch": (1, 2, [41, 42, 45, 46], 0, {"button": 0, "alarm": 21}),
    "lilygo-t-relay-4": (21, 19, [18, 5], 0, {}),
    "makerfabs-8ch": (32, 33, [14, 13, 15, 4, 16, 5], 1, {}),
    "athom-2ch-r2": (27, 14, [], 0, {"button": 36, "led": 15}),
}
NOT_DRIVEN = {
    "contradict": ["lctech-x1"],
    "shift registers": ["lctech-x8-modbus", "lctech-x16", "lilygo-t-relay-s3"],
    "reads while it starts": ["kincony-a2", "kincony-a4"],
    "expander": ["kincony-a6", "kincony-a8", "kincony-a16"],
    "changeover": ["shelly-plus-1", "shelly-1-mini"],
    "locked": ["sonoff-minir4m"],
}


def check(board, **changes):
    return config.check(json.dumps({"board": board, "zone": "UTC0", **changes}), boards.PROFILES, advice)


def test_names_of_boards_are_unique_and_no_board_is_forgotten_here():
    names = [row[0] for row in boards.PROFILES]
    assert names == [*GENERIC, *READY_MADE, *sum(NOT_DRIVEN.values(), [])]
    assert len(PROFILES) == len(names) and len(READY_MADE) >= 10


@pytest.mark.parametrize("name, expected", READY_MADE.items(), ids=READY_MADE)
def test_a_ready_made_board_has_the_pins_that_are_published_of_it(name, expected):
    pilot, guard, spare, off, others = expected
    profile = PROFILES[name]
    assert chips.own_pin(profile, "pilot") == (pilot, 1 - off)
    assert chips.own_pin(profile, "guard") == ((guard, 1 - off) if guard else (None, None))
    assert [row[1:] for row in profile[3] if row[0] == "spare"] == [(pin, 1 - off) for pin in spare]
    assert {signal: pin for signal, pin, _level in profile[3] if signal not in chips.RELAYS} == others


@EACH
def test_a_board_uses_each_pin_once_and_none_that_the_chip_refuses(profile):
    _name, chip, _refused, pins, cautions = profile
    assert cautions and all(sentence.endswith(".") for sentence in cautions)
    signals = [signal for signal, _pin, _level in pins if signal != "spare"]
    assert len({pin for _signal, pin, _level in pins}) == len(pins) and len(set(signals)) == len(signals)
    for signal, pin, level in pins:
        assert (level in (0, 1)) == (signal in (*OUTPUTS, "spare"))
        kind = "low" if signal in ("car", "grid", "charging") else "no"
        if signal != "spare":  # those that move while the chip starts are what a spare relay is for
            assert chips.REFUSED not in verdicts(chip, pin, chips.use_of(signal, kind)), signal
    assert "pilot" in signals


@EACH
def test_a_configuration_that_names_no_more_than_the_board_and_its_button_is_accepted(profile):
    checked, problems = check(profile[0], button={} if chips.own_pin(profile, "button")[0] is not None else {"pin": 22})
    assert problems == []
    assert checked.setup.two_relays == (chips.own_pin(profile, "guard")[0] is not None)
    assert {signal for signal, _pin, _kind in checked.pins} >= {"pilot", "button"}
    assert not [row for row in checked.pins if row[0] == "spare"]


@EACH
def test_strapping_pins_and_missing_buttons_are_spoken_of(profile):
    _name, chip, _refused, pins, cautions = profile
    said = " ".join(cautions)
    for signal, pin, _level in pins:
        if chips.REFUSED in verdicts(chip, pin, chips.OUT) and signal in ("spare", "led"):
            assert str(pin) in said
    assert ("no button" in said) == (chips.own_pin(profile, "button")[0] is None)
    if profile[0] not in GENERIC:
        assert "published list that we have not measured" in said


@pytest.mark.parametrize("word, name", [(word, name) for word, names in NOT_DRIVEN.items() for name in names])
def test_a_board_that_cannot_rest_on_grid_is_refused_with_the_reason(word, name):
    checked, problems = check(name)
    assert checked is None
    assert [key for key, _message in problems] == ["board"]
    assert word in problems[0][1] and "is not driven, because" in problems[0][1]
    assert PROFILES[name][3] == ()


def test_a_mistyped_board_is_answered_with_one_that_is_driven():
    assert check("lctech_x4")[1] == [("board", '"lctech_x4" is not known here; did you mean "lctech-x4"?')]
    message = check("zzzzzzzzz")[1][0][1]
    assert "olimex-esp32-evb" in message and "kincony" not in message


def test_only_the_generic_board_with_two_relays_has_a_guard():
    one, two = (PROFILES[name] for name in GENERIC)
    assert chips.own_pin(one, "guard") == (None, None)
    assert chips.own_pin(two, "guard") == (17, 1)
    assert chips.own_pin(one, "pilot") == chips.own_pin(two, "pilot") == (16, 1)
    assert chips.find(boards.PROFILES, "generic-3-relay") is None


# Board, what the configuration adds, what boot.py turns off.
OFF = (
    ("generic-1-relay", {}, ((16, 0),)),
    ("generic-1-relay", {"guard": {"pin": 14, "kind": "low"}}, ((14, 1), (16, 0))),
    ("generic-2-relay", {}, ((17, 0), (16, 0))),
    ("generic-2-relay", {"guard": "none"}, ((16, 0), (17, 0))),
    ("generic-2-relay", {"guard": 14}, ((14, 0), (16, 0), (17, 0))),
    ("lctech-x4", {}, ((33, 0), (32, 0), (25, 0), (26, 0))),
    ("lctech-x4", {"guard": 26, "alarm": 25}, ((26, 0), (32, 0), (33, 0), (25, 0))),
    ("lctech-x4-modbus", {}, ((13, 1), (23, 1), (5, 1), (4, 1))),
)


@pytest.mark.parametrize("name, changes, off", OFF)
def test_every_relay_of_the_board_is_turned_off_guard_first(name, changes, off):
    checked, problems = check(name, **changes)
    assert problems == []
    assert chips.relays_off(checked.profile, checked.pins) == off


# Board, what the configuration adds, the key that is refused, a part of the message.
REFUSED = (
    ("lctech-x4", {"inputs": {"km1": {"pin": 25, "kind": "no"}}}, "inputs.km1.pin", "pin 25 drives a relay"),
    ("lctech-x4", {"led": 26}, "led", "pin 26 drives a relay"),
    ("lctech-x4", {"heartbeat": 26}, "heartbeat", "pin 26 drives a relay"),
    ("lctech-x4", {"guard": "none", "button": {"pin": 33}}, "button.pin", "pin 33 drives a relay"),
    ("lctech-x4", {"guard": {"pin": 25, "kind": "low"}}, "guard", "on when its pin is high"),
    ("lctech-x4", {"alarm": 33}, "alarm", "pin 33 already serves guard"),
    ("lctech-x4-modbus", {"guard": 13}, "guard", 'on when its pin is low; write {"pin": 13, "kind": "low"}'),
    ("lctech-x4-modbus", {"guard": {"kind": "high"}}, "guard", "on when its pin is low"),
    ("lctech-x4-modbus", {"guard": {"pin": 4, "kind": "low"}}, "guard", "pin 4 is read by the chip while it starts"),
)


@pytest.mark.parametrize("name, changes, key, part", REFUSED)
def test_a_relay_of_the_board_is_only_a_relay_and_the_right_way_round(name, changes, key, part):
    checked, problems = check(name, **changes)
    assert checked is None
    assert [problem[0] for problem in problems] == [key]
    assert part in problems[0][1]


def test_a_relay_of_an_active_low_board_may_be_chosen_with_its_own_level():
    checked, problems = check("lctech-x4-modbus", guard={"kind": "low"})
    assert problems == []
    assert ("guard", 13, "low") in checked.pins and ("pilot", 23, "low") in checked.pins
