"""Real mpremote against real MicroPython at a cable: a sample of `proof cable`, and that the proof can fail."""

import types

import pytest

from tools import stand_in
from tools.cable import update
from tools.proofs import cable, cable_care, cable_house, cable_stories

pytestmark = [pytest.mark.campaign, pytest.mark.usefixtures("micropython_32")]
NEW, OLD = cable_house.builds()


class House:
    new, old = NEW, OLD


def test_from_a_chip_with_micropython_alone_to_a_board_that_runs_and_names_the_same_build_everywhere(tmp_path, figure):
    cable_stories.blank(tmp_path)
    figure(f"cable: config.example.json is build {update.Build(cable_house.TEXT).fw}, on the board and by its own word")


def test_a_chip_that_cannot_run_the_build_is_refused_with_the_remedy(tmp_path):
    """The other stories are told by the proof."""
    cable_stories.wrong_chips(tmp_path)


def test_where_no_firmware_answers_every_command_says_what_to_do(tmp_path):
    cable_care.silent(tmp_path)


def test_the_proof_tells_every_story():
    assert cable.STORIES.keys() == cable_stories.STORIES.keys() | cable_care.STORIES.keys()
    assert {"blank", "hangs", "taken_back", "exchanges"} <= cable.STORIES.keys()


@pytest.mark.parametrize("change, word", [
    ({"config.json": NEW.text}, "config-bad"),
    ({"config.json": OLD.text + b"\n"}, "is not whole"),
    ({"state.json": b"torn"}, "state-lost")])
def test_the_proof_finds_a_board_that_is_not_as_it_was_or_shall_be(change, word, tmp_path):
    with stand_in.Board(tmp_path, {**cable_house.running(OLD), **change}) as board:
        with pytest.raises(cable_house.Wrong, match=word):
            cable.judge(House, board)


def test_the_proof_finds_a_relay_that_was_on(tmp_path):
    with stand_in.Board(tmp_path, {"boot.py": b"import machine\nmachine.Pin(16, machine.Pin.OUT, value=1)\n"}) as board:
        assert board.wait_until(lambda: b">>> " in board.said)
        with pytest.raises(cable_house.Wrong, match="a relay was on"):
            cable_house.expect_sound(board)


@pytest.fixture
def house(tmp_path):
    """Whose board has the new build already, so that an update of it is short."""
    with stand_in.Board(tmp_path / "house", cable_house.running(NEW)) as board:
        board.power_off()
        return types.SimpleNamespace(new=NEW, old=OLD, image=board.flash.read_bytes())


LATE = 25_000  # bytes from the host: more than such an update has, and fewer than two


def test_a_cut_that_comes_too_late_for_its_update_is_told_and_ends_no_other(house, tmp_path):
    assert cable.end_at(house, cable.Cut("power", LATE), tmp_path / "board") == "not_reached"


class Unplugged(cable.Cut):
    def plan(self, board):
        super().plan(board)
        board.unplug()


def test_the_proof_finds_an_update_that_fails_without_a_cut(house, tmp_path):
    with pytest.raises(cable_house.Wrong, match="failed before it was ended"):
        cable.end_at(house, Unplugged("power", LATE), tmp_path / "board")
