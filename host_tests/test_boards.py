"""Board profiles and chip rules: the table is sound, and each rule bites where it should and nowhere else."""

import pytest

from firmware.core import boards, chips

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


def test_names_of_boards_are_unique():
    names = [row[0] for row in boards.PROFILES]
    assert sorted(set(names)) == sorted(names)
    assert names == ["generic-1-relay", "generic-2-relay"]


@pytest.mark.parametrize("profile", boards.PROFILES, ids=lambda profile: profile[0])
def test_a_generic_board_uses_each_pin_once_and_refuses_none(profile):
    _name, chip, refused, pins, cautions = profile
    assert refused is None and cautions
    assert len({pin for _signal, pin, _level in pins}) == len({signal for signal, _pin, _level in pins}) == len(pins)
    for signal, pin, level in pins:
        assert (level in (0, 1)) == (signal in OUTPUTS)
        kind = "low" if signal in ("car", "grid", "charging") else "no"
        assert chips.REFUSED not in verdicts(chip, pin, chips.use_of(signal, kind)), signal
    assert {"pilot", "button", "led", "heartbeat"} <= {row[0] for row in pins}


def test_only_the_board_with_two_relays_has_a_guard():
    one, two = (chips.find(boards.PROFILES, f"generic-{count}-relay") for count in (1, 2))
    assert chips.own_pin(one, "guard") == (None, None)
    assert chips.own_pin(two, "guard") == (17, 1)
    assert chips.own_pin(one, "pilot") == chips.own_pin(two, "pilot") == (16, 1)
    assert chips.find(boards.PROFILES, "generic-3-relay") is None
