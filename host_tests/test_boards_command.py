"""`gridrest boards`: every board is told with its pins and cautions, or with the reason why it is not driven."""

import json

import pytest

from firmware.core import boards
from tools import board_words
from tools.main import main

DRIVEN = [row for row in boards.PROFILES if row[2] is None]
OTHERS = [row for row in boards.PROFILES if row[2] is not None]


@pytest.fixture
def told(capsys):
    """Run the command; returns (exit code, stdout, stderr)."""
    def run(*arguments):
        return (main(["boards", *arguments]), *capsys.readouterr())
    return run


def flat(text):
    return " ".join(text.split())


def test_the_list_has_every_board_every_pin_and_every_caution(told):
    code, said, errors = told()
    assert code == 0 and errors == "" and max(map(len, said.splitlines())) <= 100
    for name, chip, _refused, pins, cautions in DRIVEN:
        block = flat(said.partition(f"\n\n{name}  ({chip}, " if name != DRIVEN[0][0] else name)[2].partition("\n\n")[0])
        for signal, pin, _level in pins:
            assert f" {pin}" in block if signal == "spare" else f"{signal} {pin}" in block
        numbers = block.partition(" see ")[2].split(", ")
        for caution in cautions:
            own, note = f"- {caution}" in block, flat(said).partition(f". {caution}")[0].rpartition(" ")[2]
            assert own != (note in numbers)
    for _name, chip, refused, _pins, _cautions in OTHERS:
        assert f"{chip} {refused}" in flat(said)
    assert flat(said).count(boards._LISTED) == 1


def test_a_relay_that_is_on_when_its_pin_is_low_is_told_so(told):
    assert "  relays    pilot 23, guard 13, on when low\n" in told()[1]
    assert "  pin 23  pilot     the relay that chooses: NC feeds KM1, NO feeds KM2; on when low\n" in (
        told("lctech-x4-modbus")[1])
    for row in DRIVEN:  # told once for each line of the list
        for _title, signals in board_words._GROUPS:
            assert len({level for signal, _pin, level in row[3] if signal in signals and level is not None}) <= 1


@pytest.mark.parametrize("name", [row[0] for row in DRIVEN])
def test_a_board_in_detail_has_a_line_a_pin_and_its_cautions_in_full(told, name):
    code, said, _errors = told(name)
    [row] = [row for row in DRIVEN if row[0] == name]
    assert code == 0 and said.startswith(f"{name}  ({row[1]}, ")
    for signal, pin, _level in row[3]:
        assert f"  pin {pin:<3} {signal:<10}{board_words.SIGNALS[signal]}" in said
    assert all(f"- {caution}" in flat(said) for caution in row[4])


def test_the_pins_that_are_left_are_neither_the_boards_nor_the_chips(told):
    assert flat(told("generic-2-relay")[1]).endswith("tell whether the board does: 14")
    assert flat(told("lctech-x4-modbus")[1]).endswith("does: 14, 18, 19, 21, 22, 32")


def test_a_board_that_is_refused_is_told_with_the_reason(told):
    assert told("Shelly-Plus-1") == (1, "shelly-plus-1 (esp32) is not driven, because its relay has no changeover "
                                     "contact, so that off could not mean grid.\n", "")


@pytest.mark.parametrize("name, remedy", [
    ("generic-2-relays", "did you mean generic-2-relay?"),
    ("xyz", "tools/gridrest boards lists them"),
])
def test_a_board_that_is_not_known_is_wrong_use(told, name, remedy):
    assert told(name) == (2, "", f"gridrest: there is no board '{name}' here; {remedy}\n")


def test_a_program_gets_the_same_as_objects(told):
    code, said, _errors = told("--json")
    found = json.loads(said)
    assert code == 0 and [one["board"] for one in found] == [row[0] for row in boards.PROFILES]
    for one, (_name, chip, refused, pins, cautions) in zip(found, boards.PROFILES):
        assert (one["chip"], one["refused"], one["driven"]) == (chip, refused, refused is None)
        assert [(pin["signal"], pin["pin"]) for pin in one["pins"]] == [(signal, pin) for signal, pin, _level in pins]
        assert all(pin["is"] for pin in one["pins"]) and one["cautions"] == list(cautions)
    [relay] = [pin for pin in found[0]["pins"] if pin["signal"] == "pilot"]
    assert relay["on"] == "high" and found[0]["pins"][1]["on"] is None
    assert [one["board"] for one in json.loads(told("kincony-a4", "--json")[1])] == ["kincony-a4"]
