"""The commissioning's end of a real cable: a board of real MicroPython, in real time."""

import pytest

from host_tests.on_the_cable import held
from tools import stand_in, staging
from tools.cable import ports
from tools.cable.line import Gone
from tools.commission import board as talking
from tools.commission import wired
from tools.commission.board import Board, Refused

CONFIG = ('{"board": "generic-1-relay", "zone": "UTC0", "inputs": {"km1": "no", "km2": "no", "car": "low"}, '
          '"limits": {"startup_s": 6, "dwell_s": 10, "confirm_s": 1}, '
          '"v2l": [{"days": "daily", "from": "00:00", "to": "24:00"}]}')


@pytest.fixture
def board(micropython_32, tmp_path):
    made = stand_in.Board(tmp_path / "a", files=staging.stage(CONFIG, compiled=True), wiring=stand_in.wiring(CONFIG))
    with held(made) as running:
        running.set("km1", True)
        assert running.wait_until(lambda: b'"boot"' in running.said, within_s=20)
        yield running


def test_it_asks_waits_loses_the_cable_and_finds_the_board_again(board, monkeypatch):
    monkeypatch.setattr(talking, "LAST_S", 1)
    link = wired.WiredLink(board.port)
    try:
        talk = Board(link)
        assert talk.status()["command"] == "grid"
        with pytest.raises(Refused, match="only on grid"):  # it is starting, and has no state
            talk.tell("supervise begin")
        board.unplug()
        with pytest.raises(Gone):
            talk.wait(2)
        with pytest.raises(Gone):
            talk.status()
        assert not talk.let_go()
        board.plug()
        assert talk.back(10)["id"] == talk.status()["id"]
        assert link.interrupt()
    finally:
        link.close()


def test_a_commissioning_that_begins_leaves_the_board_in_service_and_one_that_cannot_begin_finds_it_there_again(
        board, monkeypatch):
    place = wired.Wired(board.port, lambda *_row: None)
    assert place.board.status()["state"] == "service"
    place.close()

    def refused(_text):
        raise ports.Trouble("not this one")

    monkeypatch.setattr(wired, "Facts", refused)
    with pytest.raises(ports.Trouble, match="not this one"):
        wired.Wired(board.port, lambda *_row: None)
    link = wired.WiredLink(board.port)
    try:
        assert Board(link).status()["state"] == "service"
    finally:
        link.close()
