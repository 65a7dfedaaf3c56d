"""The desk: what somebody at the console may ask for, what is refused, and what is answered if it half worked."""

import types

import pytest

from firmware.app import desk
from firmware.app.desk import Desk
from firmware.core import changeover, dates, faults, gestures, supervision
from host_tests.story import idle, near

FIRST_S, END_S = dates.seconds(2025, 1, 1), dates.seconds(2053, 1, 1)
YEAR = "the year cannot be right; write the time in UTC, between 2025 and 2052"


def parts(outbox, storage, timekeeper, keepsake=None, inputs=None):
    return types.SimpleNamespace(outbox=outbox, storage=storage, timekeeper=timekeeper, keepsake=keepsake,
                                 inputs=inputs)


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

        self.desk = Desk(core, parts(outbox, storage, types.SimpleNamespace(set=take)))


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


# The supervised window.

CLOSED = "no window is open; say supervise begin, and press the button within a minute"
NOT_NOW = "a window opens only on grid, and with no fault standing; see the status"
FIGURES = "timing is drop and gap to V2L, drop and gap to grid, in ms or -1, in an open window"
ON_V2L = "the watchdog is proven on V2L, in a supervised window"


class Proving:
    """A house at rest at noon, and the desk of its board."""

    def __init__(self):
        self.house = near(start="2026-11-20T12:00:00Z")
        storage = types.SimpleNamespace(journal=None)
        self.desk = Desk(self.house.core, parts(None, storage, None, Keepsake(), self.house.inputs))
        self.window = self.house.core.supervision
        self.house.inputs.cable_ms = 77_777

    def opened(self):
        self.desk.supervise("begin")
        self.house.press()
        return self


class Stuck(Exception):
    pass


class Keepsake:
    def __init__(self):
        self.memory = types.SimpleNamespace(planned=0, ended="")
        self.kept = []

    def save(self):
        self.kept.append((self.memory.planned, self.memory.ended))
        if len(self.kept) == 30:
            raise Stuck


def test_a_window_is_asked_for_on_grid_and_waits_a_minute_for_the_press():
    here = Proving()
    assert here.desk.supervise("begin") is None
    assert (here.window.asked_ms, here.window.left_ms, here.house.inputs.cable_ms) == (supervision.ASKED_MS, 0, 0)
    here.house.press()
    assert here.window.left_ms and not here.window.asked_ms
    assert here.desk.supervise("begin") is None and not here.window.asked_ms  # it is open already


@pytest.mark.parametrize("spoil", [lambda core: core.latch(0), lambda core: setattr(core, "phase", changeover.STARTUP)])
def test_none_is_asked_for_while_a_fault_stands_or_anywhere_but_on_grid(spoil):
    here = Proving()
    spoil(here.house.core)
    assert here.desk.supervise("begin") == NOT_NOW
    assert not here.window.asked_ms and here.house.inputs.cable_ms == 77_777


def test_a_notice_keeps_none_away():
    here = Proving()
    here.house.core.show(faults.NET_DEAD, 1)
    assert here.desk.supervise("begin") is None


@pytest.mark.parametrize("wish", ["v2l", "grid", "end", "hang", "timing", "tea"])
def test_without_a_window_everything_else_is_refused(wish):
    here = Proving()
    assert here.desk.supervise(wish) == CLOSED and here.house.inputs.cable_ms == 77_777


def test_what_is_wanted_before_the_press_is_not_kept_for_after_it():
    here = Proving()
    here.desk.supervise("begin")
    assert here.desk.supervise("v2l") is None and not here.window.wish


def test_in_a_window_each_wish_counts_until_the_next_and_shows_that_the_cable_speaks():
    here = Proving().opened()
    for wish, wanted in (("v2l", 1), ("v2l", 1), ("grid", 0)):
        here.house.inputs.cable_ms = 500
        assert here.desk.supervise(wish) is None
        assert (here.window.wish, here.house.inputs.cable_ms) == (wanted, 0)
    assert here.desk.supervise("tea") == "that is none of begin, v2l, grid, hang, timing and end"
    assert here.desk.supervise("end") is None and not here.window.left_ms


def test_the_commissioned_times_are_kept_in_an_open_window_and_what_had_drifted_has_not_any_more():
    here = Proving().opened()
    core = here.house.core
    core.proof.odd_to_v2l = core.proof.odd_to_grid = 2
    core.dirty = 0
    assert here.desk.supervise("timing", ["12", "40", "-1", "99999"]) is None
    assert core.proof.timing == (12, 40, -1, 99999) and core.dirty == 1
    assert core.proof.odd_to_v2l == core.proof.odd_to_grid == 0


@pytest.mark.parametrize("figures", [[], ["1", "2", "3"], ["1", "2", "3", "4", "5"], ["1", "2", "3", "x"],
                                     ["1", "2", "3", "-2"], ["1", "2", "3", "100000"], ["1", "2", "3", "4.0"]])
def test_other_figures_are_refused_and_nothing_is_kept(figures):
    here = Proving().opened()
    assert here.desk.supervise("timing", figures) == FIGURES
    assert here.house.core.proof.timing == (-1, -1, -1, -1)


def test_before_the_press_no_figures_are_kept():
    here = Proving()
    here.desk.supervise("begin")
    assert here.desk.supervise("timing", ["1", "2", "3", "4"]) == FIGURES


@pytest.fixture
def now_ms(monkeypatch):
    """[the desk's time], which its own sleep moves on."""
    now = [100]
    monkeypatch.setattr(desk, "time", types.SimpleNamespace(
        ticks_ms=lambda: now[0], ticks_diff=lambda later, earlier: later - earlier,
        sleep_ms=lambda ms: now.__setitem__(0, now[0] + ms)))
    return now


def test_it_hangs_on_v2l_alone_and_leaves_word_of_how_long_until_the_end(now_ms):
    here = Proving().opened()
    assert here.desk.supervise("hang") == ON_V2L
    while here.house.state != "v2l":
        here.desk.supervise("v2l")
        idle(here.house, 1)
    with pytest.raises(Stuck):
        here.desk.supervise("hang")
    assert here.desk.keepsake.kept[0] == (1, "watchdog proof 0")
    assert here.desk.keepsake.kept[-1] == (1, "watchdog proof 29")


def test_a_watchdog_that_does_not_end_the_hang_does_not_keep_v2l_for_longer_than_three_times_its_time(now_ms):
    here = Proving().opened()
    here.house.core.phase, here.window.entered = changeover.V2L, 1
    here.desk.keepsake.save = lambda: None
    with pytest.raises(Exception) as ended:
        here.desk.supervise("hang")
    assert ended.type.__name__ == desk.UNENDED and len(desk.UNENDED) <= 23  # RTC memory keeps no more of it
    assert now_ms[0] - 100 == 3 * here.house.core.limits.watchdog_ms


@pytest.mark.parametrize("phase, entered", [(changeover.V2L, 0), (changeover.MAKE_V2L, 1)])
def test_it_does_not_hang_on_a_v2l_that_the_schedule_has_brought_nor_on_the_way(phase, entered):
    here = Proving().opened()
    here.house.core.phase, here.window.entered = phase, entered
    assert here.desk.supervise("hang") == ON_V2L
