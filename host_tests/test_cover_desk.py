"""The desk: what somebody at the console may ask for, what is refused, and what is answered if it half worked."""

import types

import pytest

from firmware.app.desk import Desk
from firmware.core import dates, gestures

FIRST_S, END_S = dates.seconds(2025, 1, 1), dates.seconds(2053, 1, 1)
YEAR = "the year cannot be right; write the time in UTC, between 2025 and 2052"


class Board:
    """Everything around the desk, writing down what is asked of it."""

    def __init__(self, chip_works=True):
        self.log = []
        core = types.SimpleNamespace(slow=lambda: self.log.append("slow"),
                                     set_service=lambda by: self.log.append(("service", by)))
        outbox = types.SimpleNamespace(now=lambda: "the status", status="an older one")
        storage = types.SimpleNamespace(journal="the journal", up_s=7)

        def take(now_s, up_s):
            self.log.append(("set", now_s, up_s))
            return chip_works

        self.desk = Desk(core, outbox, storage, types.SimpleNamespace(set=take))


def test_the_status_is_the_one_of_this_moment_and_the_journal_the_one_in_flash():
    desk = Board().desk
    assert desk.status() == "the status" and desk.journal == "the journal"


@pytest.mark.parametrize("now_s, taken", ((FIRST_S - 1, False), (FIRST_S, True), (END_S - 1, True), (END_S, False)))
def test_a_time_within_the_years_is_set_and_the_plan_follows_at_once_and_any_other_is_refused(now_s, taken):
    board = Board()
    assert board.desk.set_time(now_s) == (None if taken else YEAR)
    assert board.log == ([("set", now_s, 7), "slow"] if taken else [])


def test_a_battery_clock_that_does_not_take_the_time_is_told_and_the_plan_follows_all_the_same():
    board = Board(chip_works=False)
    assert "battery clock does not answer" in board.desk.set_time(FIRST_S)
    assert board.log == [("set", FIRST_S, 7), "slow"]


def test_service_is_asked_for_by_a_person_and_ended_by_one():
    board = Board()
    assert board.desk.set_service(True) is None and board.desk.set_service(False) is None
    assert board.log == [("service", gestures.BY_PERSON), ("service", gestures.NO_SERVICE)]
