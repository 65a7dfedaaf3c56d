"""How a sitting leaves the board: in service, however it ends, unless everything has passed."""

import pytest

from host_tests.proving import Place
from tools.cable.line import Gone
from tools.commands import commission
from tools.commission import person, plan, sitting
from tools.commission.terminal import Ended

OPEN = {"v2l": [{"days": "daily", "from": "08:00", "to": "20:00"}], "charge": []}
EARLY = ("board", "peace")
LONG_S = 40  # a start, the dwelling on grid and the confirmation are over long before


class Mistake(Exception):
    pass


def stays(place):
    """In service, and nothing that the schedule may do about it."""
    seen = place.world.transfers
    return place.is_off(LONG_S) and place.board.status()["state"] == "service" and place.world.transfers == seen


def ends(way, number):
    def meddle(count, _deed):
        if count == number:
            raise way

    return meddle


@pytest.mark.parametrize("way, only, number", [
    (KeyboardInterrupt(), (*EARLY, "coil-supply-grid"), 1), (Mistake(), (*EARLY, "interlock"), 2),
    (Ended("the answers have ended"), (*EARLY, "bond"), 3), (KeyboardInterrupt(), EARLY, 2),
    (Ended("the answers have ended"), (*EARLY, "coil-supply-v2l"), 3), (Mistake(), (*EARLY, "button"), 4),
    (KeyboardInterrupt(), (*EARLY, "unplugged"), 4),
])
def test_left_anywhere_by_whatever_the_board_stays_in_service_with_a_window_of_the_schedule_open(way, only, number,
                                                                                                tmp_path):
    with Place("one-relay", only=only, **OPEN) as place:
        with pytest.raises(type(way)):
            place.sit(tmp_path, ends(way, number))
        assert place.board.serving and stays(place)


def test_an_incomplete_one_leaves_it_in_service_too(tmp_path):
    with Place("one-relay", only=("board",), **OPEN) as place:
        assert place.sit(tmp_path) == "incomplete"
        assert stays(place)


def test_it_is_left_in_service_from_a_hang_that_was_wanted_once_the_board_is_back(tmp_path, monkeypatch):
    def interrupted(_board, _limit_s):
        raise KeyboardInterrupt

    with Place("one-relay", only=(*EARLY, "watchdog"), **OPEN) as place:
        monkeypatch.setattr(type(place.board), "back", interrupted)
        with pytest.raises((KeyboardInterrupt, Gone)):
            place.sit(tmp_path)
        assert place.board.serving and stays(place)


def test_a_step_that_fails_leaves_the_board_in_service(tmp_path):
    with Place("one-relay", "interlock-failed", only=(*EARLY, "interlock"), **OPEN) as place:
        assert place.sit(tmp_path) == "fail"
        assert stays(place)


def test_a_pass_alone_gives_the_board_back_to_its_schedule(tmp_path, monkeypatch):
    monkeypatch.setattr(sitting, "STEPS", [step for step in plan.STEPS if step.id in EARLY])
    with Place("one-relay", **OPEN) as place:
        assert place.sit(tmp_path) == "pass"
        assert place.board.status()["state"] != "service"
        place.link.wait(LONG_S)
        assert place.world.commanded


def test_a_cable_that_is_lost_for_good_is_told_and_one_that_comes_back_is_made_use_of(tmp_path):
    for seconds, serves in ((10, True), (60, False)):
        with Place("one-relay", only=EARLY, **OPEN) as place:
            def pull(_number, deed, place=place, seconds=seconds):
                if deed[:1] == ("press",):
                    place.link.pulled = True
                    place.world.after(seconds * 1000, lambda: setattr(place.link, "pulled", False))
                    return True

            with pytest.raises(Gone):
                place.sit(tmp_path / str(seconds), pull)
            assert place.board.serving == serves
            assert ("stays in service" in commission.left(place.board)) == serves
            assert ("Lock V2L off now" in commission.left(place.board)) != serves


class Dawdler:
    """Takes a while over what he is asked for, before he says that it is done."""

    def __init__(self, place):
        self.place = place

    def pause(self):
        end_s = self.place.link.now_s() + LONG_S
        while self.place.link.now_s() < end_s:
            self.place.board.attend()
            assert not self.place.world.commanded or self.place.board.wish == "v2l"


@pytest.mark.parametrize("step, passes", [("peace", False), ("button", None), ("watchdog", True), ("unpowered", True)])
def test_while_a_person_takes_his_time_no_schedule_brings_v2l(step, passes, tmp_path, monkeypatch):
    with Place("one-relay", only=(*EARLY, step), **OPEN) as place:
        dawdler = Dawdler(place)
        plain = person.Scripted.yes

        def yes(scripted, key, question):
            dawdler.pause()
            return plain(scripted, key, question)

        def after(_number, deed):
            if deed[:1] == ("press",) and step in ("peace", "button") and place.results().get("peace", step) == step:
                dawdler.pause()
                return True

        monkeypatch.setattr(person.Scripted, "yes", yes)
        place.sit(tmp_path, after)
        assert passes is None or (place.results()[step] == "pass") == passes
        assert stays(place)


def test_service_that_a_long_press_has_ended_is_taken_up_again_for_who_dawdles(tmp_path):
    with Place("one-relay", **OPEN) as place:
        place.board.serve()
        place.hands.do("press", 6000)
        Dawdler(place).pause()
        assert place.board.left_service and place.board.status()["state"] == "service"
