"""What the time is at the start, and what keeps it right from then on: battery clock, stamp and system clock."""

import time
import types

import pytest

from firmware.core import clock, dates
from host_tests.netface import Here

NOW_S = dates.seconds(2026, 11, 20, 10)
EPOCH_S = dates.seconds(1970, 1, 1)
STOPPED, SILENT, ODD = -1, -2, -3
RESET_S = 90
UNKNOWN_S = -1


class Board:
    """Clocks that say what they are told to; `chip` is what the battery clock reads, by the ms since the start."""

    def __init__(self, chip=None, system_s=NOW_S, stamp_s=UNKNOWN_S, error_s=0, core_clock=None):
        self.ms, self.system_s, self.looks, self.saves, self.notes = 0, system_s, [], 0, []
        here = Here()
        here.modules["machine"] = types.SimpleNamespace(
            RTC=lambda: types.SimpleNamespace(datetime=self._set_system))
        here.modules["time"] = types.SimpleNamespace(
            gmtime=time.gmtime, time=lambda: self.system_s - EPOCH_S, sleep_ms=self._sleep,
            ticks_ms=lambda: self.ms)
        self.sets = []
        self.up_s = 0
        self.crashes = 0
        memory = types.SimpleNamespace(stamp_s=stamp_s, error_s=error_s, entry_s=-1, crashes=lambda: self.crashes,
                                       forget_crashes=self._forget)
        self.core = types.SimpleNamespace(clock=core_clock or clock.Clock(120), entry_open=False,
                                          note=lambda *told: self.notes.append(told[1:]))
        self.chip = chip
        made = types.SimpleNamespace(read=self._look, set=lambda now_s: self.sets.append(now_s) or True)
        self.first = here.load("firmware.app.first_time")
        keepsake = types.SimpleNamespace(memory=memory, save=self._save)
        self.keeper = here.load("firmware.app.timekeeping").Timekeeper(self.core, made if chip else None, keepsake)
        self.memory = memory

    def _set_system(self, when):
        year, month, day, _weekday, hour, minute, second, _us = when
        self.system_s = dates.seconds(year, month, day, hour, minute, second)

    def _sleep(self, ms):
        self.ms += ms

    def _look(self):
        self.looks.append(self.ms)
        return self.chip(self.ms)

    def _save(self):
        self.saves += 1

    def _forget(self):
        self.crashes = 0

    def start(self):
        """What the time is thought to be before the record of the last run is known."""
        before_s = self.first.before(self.keeper)
        self.first.begin(self.keeper)
        return before_s

    def second(self, up_s, lags_s=0):
        """A second of the loop; the system clock goes along, but for `lags_s`."""
        self.system_s = NOW_S + up_s - lags_s
        self.core.clock.advance((up_s - self.up_s) * 1000)
        self.up_s = up_s
        self.keeper.second(up_s)
        return self


def known(set_s=NOW_S - 5):
    """A clock that was set at some time, before a cold start."""
    made = clock.Clock(120)
    made.last_set_s = set_s
    return made


# At the start.


@pytest.mark.parametrize("changes_ms, looks", ((1, 2), (10, 2), (11, 3), (990, 100), (1090, 110)))
def test_the_battery_clocks_second_is_taken_where_it_begins(changes_ms, looks):
    board = Board(lambda ms: NOW_S + (ms >= changes_ms))
    assert board.start() == NOW_S + 1 and len(board.looks) == looks
    assert board.looks[-1] - changes_ms < 10 and board.keeper.begun_ms == board.ms > 0


@pytest.mark.parametrize("changes_ms", (1091, 1 << 30))
def test_a_battery_clock_that_stands_still_is_waited_for_at_most_a_little_more_than_a_second(changes_ms):
    board = Board(lambda ms: NOW_S + (ms >= changes_ms), core_clock=known())
    assert board.start() == UNKNOWN_S
    assert board.ms == 1100 and board.notes == [("battery clock", "has stopped")] and board.core.clock.known_s() < 0


@pytest.mark.parametrize("says, told", ((STOPPED, "has stopped"), (SILENT, "does not answer"), (ODD, "makes no sense")))
def test_a_battery_clock_in_trouble_is_not_waited_for_and_named(says, told):
    board = Board(lambda _ms: says, system_s=0)
    assert board.start() == UNKNOWN_S and board.ms == 0 and board.notes == [("battery clock", told)]


def test_a_battery_clock_that_changes_to_nonsense_is_not_believed():
    board = Board(lambda ms: NOW_S if ms < 500 else ODD, system_s=0, core_clock=known())
    assert board.start() == UNKNOWN_S and board.core.clock.known_s() < 0


def test_the_battery_clock_sets_the_core_and_the_system_clock_and_is_asked_no_more_in_that_minute():
    board = Board(lambda ms: NOW_S + (ms >= 300), system_s=0, core_clock=known())
    assert board.start() == NOW_S + 1
    assert (board.core.clock.known_s(), board.core.clock.source) == (NOW_S + 1, clock.BY_CHIP)
    assert board.system_s == NOW_S + 1 == board.keeper.system_ahead_s and board.saves == 1 and board.notes == []


def test_a_battery_clock_that_nobody_ever_set_moves_nothing():
    board = Board(lambda ms: NOW_S + (ms >= 300), system_s=7)
    board.start()
    assert board.core.clock.known_s() < 0 and board.system_s == 7 == board.keeper.system_ahead_s


@pytest.mark.parametrize("system_s, believed", (
    (NOW_S - 1, False), (NOW_S, True), (NOW_S + RESET_S, True), (NOW_S + RESET_S + 1, False)))
def test_a_stamp_is_borne_out_by_a_system_clock_at_most_one_reset_later(system_s, believed):
    board = Board(None, system_s, NOW_S, error_s=20)
    assert board.start() == (system_s if believed else UNKNOWN_S)
    assert board.core.clock.known_s() == (system_s if believed else -1)
    assert board.core.clock.set_error_s == (20 + RESET_S if believed else 0)
    assert board.keeper.system_ahead_s == system_s and board.saves == 1 and board.notes == []


def test_without_a_stamp_the_system_clock_says_nothing():
    assert Board(None, 0, UNKNOWN_S).start() == Board(None, 50, UNKNOWN_S).start() == UNKNOWN_S


def test_the_battery_clock_comes_before_the_stamp_and_a_stamp_stands_where_it_is_silent():
    board = Board(lambda ms: NOW_S + 7 + (ms >= 300), NOW_S + 1, NOW_S, core_clock=known())
    assert board.start() == NOW_S + 8
    board = Board(lambda _ms: SILENT, NOW_S + 1, NOW_S)
    assert board.start() == NOW_S + 1 and board.core.clock.known_s() == NOW_S + 1


def test_the_very_first_second_there_is_counts_as_any_other():
    board = Board(None, 0, 0)
    assert board.start() == 0 == board.core.clock.known_s()
    board = Board(lambda ms: 5 if ms < 300 else 0, 7, core_clock=known(0))
    assert board.start() == 0 == board.core.clock.known_s() and board.system_s == 0
    assert Board(lambda ms: ms // 300, 7).start() == 1  # it is waited out as any other, too


# While it runs.


def running(chip=None, core_clock=None):
    """A board whose clock was set when it started, and whose keepsake has not been written since."""
    board = Board(chip, core_clock=core_clock)
    board.core.clock.set(NOW_S, 1, clock.BY_HAND)
    board.keeper.system_ahead_s = NOW_S
    return board


@pytest.mark.parametrize("lags_s, trusted", ((-3, False), (-2, True), (2, True), (3, False)))
def test_a_system_clock_that_steps_without_being_asked_to_costs_trust_and_is_noted_once(lags_s, trusted):
    board = running().second(1).second(2, lags_s).second(3, lags_s)
    assert (board.core.clock.known_s() >= 0) == trusted
    assert board.notes == ([] if trusted else [("system clock moved", -lags_s)])
    assert board.keeper.system_ahead_s == (NOW_S if trusted else NOW_S - lags_s)


def test_a_system_clock_that_drifts_slowly_is_followed_from_minute_to_minute():
    board = running()
    for minute in range(1, 6):
        board.second(60 * minute, 2 * minute)
    assert board.notes == [] and board.core.clock.known_s() >= 0
    board = running().second(10, 2).second(20, 4)
    assert board.notes == [("system clock moved", -4)]


def test_the_keepsake_is_saved_once_a_minute_and_every_second_while_an_entry_is_open_or_still_kept_as_one():
    board = running()
    counts = []
    for up_s in (1, 59, 60, 61, 119, 120):
        counts.append(board.second(up_s).saves)
    assert counts == [0, 0, 1, 1, 1, 2]
    board.core.entry_open = True
    assert board.second(121).second(122).saves == 4
    board.core.entry_open, board.memory.entry_s = False, 0
    assert board.second(123).saves == 5
    board.memory.entry_s = -1
    assert board.second(124).saves == 5


def test_a_start_that_lasts_a_minute_has_its_crashes_forgotten():
    board = running()
    board.crashes = 3
    assert board.second(59).crashes == 3 and board.second(60).crashes == 0


def chip_at(*readings):
    """A battery clock that reads these, one after the other."""
    left = list(readings)
    return lambda _ms: left.pop(0)


def begun(*readings):
    board = running(chip_at(*readings))
    board.keeper.chip_s = NOW_S
    return board


@pytest.mark.parametrize("off_s, believed", ((-3, False), (-2, True), (0, True), (2, True), (3, False)))
def test_a_battery_clock_counts_if_it_has_gone_on_as_the_board_has(off_s, believed):
    board = begun(NOW_S + 60 + off_s).second(59).second(60)
    assert (board.core.clock.chip_age_s == 0) == believed
    assert board.notes == ([] if believed else [("battery clock", "makes no sense")])


def test_a_battery_clock_that_stands_still_while_it_runs_has_stopped():
    assert begun(NOW_S).second(60).notes == [("battery clock", "has stopped")]


def test_a_battery_clock_that_answers_again_counts_from_its_second_answer_on_and_that_is_noted():
    board = begun(SILENT, NOW_S + 120, NOW_S + 180)
    assert board.second(60).notes == [("battery clock", "does not answer")]
    assert board.second(120).notes[1:] == [] and board.core.clock.chip_age_s > 0
    assert board.second(180).notes[1:] == [("battery clock", "answers")] and board.core.clock.chip_age_s == 0


def test_the_very_first_second_of_a_battery_clock_counts_too():
    for reading, notes in ((60, []), (7, [("battery clock", "makes no sense")])):
        board = begun(reading)
        board.keeper.chip_s = 0
        assert board.second(60).notes == notes
    assert begun(0).second(60).notes == [("battery clock", "makes no sense")]


def test_a_first_reading_counts_for_nothing_even_if_it_happens_to_fit():
    board = begun(59)
    board.core.clock.set(0, 1, clock.BY_HAND)
    board.keeper.chip_s = -1
    assert board.second(60).core.clock.chip_age_s > 0 and board.notes == []


def test_a_battery_clock_that_is_believed_only_later_sets_the_system_clock_then_and_only_then():
    board = Board(chip_at(SILENT, NOW_S + 60, NOW_S + 120, NOW_S + 180), system_s=0)
    board.core.clock.last_set_s = NOW_S - 5
    board.start()
    for up_s, before_s, after_s in ((0, 0, 0), (60, 60, 60), (120, 120, NOW_S + 120), (180, NOW_S + 181, NOW_S + 181)):
        board.system_s = before_s
        board.core.clock.advance(60_000 if up_s else 0)
        board.keeper.second(up_s)
        assert board.system_s == after_s and (board.core.clock.known_s() >= 0) == (up_s >= 120)


@pytest.mark.parametrize("known, passed_on", [(False, True), (True, False)])
def test_the_very_first_second_is_passed_on_where_it_was_not_known_and_only_there(known, passed_on):
    board = Board(chip_at(0), system_s=7)
    board.core.clock.last_set_s = 0
    if known:
        board.core.clock.set(0, 1, clock.BY_HAND)
    board.keeper.chip_s, board.keeper.chip_up_s, board.keeper.system_ahead_s = 0, 59, 7 - 60
    board.keeper.second(60)
    assert board.core.clock.known_s() == 0 and board.system_s == (0 if passed_on else 7)


def test_a_board_without_a_battery_clock_asks_none():
    assert running().second(60).looks == []


def test_a_time_that_is_told_is_passed_on_and_the_battery_clock_is_compared_with_itself_only_after_that():
    board = begun(NOW_S + 5000)
    assert board.keeper.set(NOW_S + 500, 5) is True and board.sets == [NOW_S + 500]
    assert board.system_s == NOW_S + 500 and board.keeper.system_ahead_s == NOW_S + 495 and board.saves == 1
    assert board.core.clock.set_error_s == 2 and board.notes == [("set by hand",)]
    board.system_s += 55
    board.keeper.second(60)
    assert board.notes == [("set by hand",)]


def test_a_battery_clock_that_does_not_take_the_time_is_told_and_noted_and_all_else_follows():
    board = begun(NOW_S)
    board.keeper.chip.set = lambda _now_s: False
    assert board.keeper.set(NOW_S + 500, 5) is False
    assert board.notes == [("set by hand, not the battery clock",)] and board.system_s == NOW_S + 500


@pytest.mark.parametrize("takes", (True, False))
def test_what_a_battery_clock_has_not_taken_it_is_not_asked_for_later(takes):
    for tell in (lambda board: board.keeper.set(NOW_S + 5, 5), lambda board: board.keeper.hear(NOW_S + 5, 3, 9)):
        board = begun(NOW_S)
        board.keeper.chip.set = lambda _now_s: takes
        tell(board)
        k = board.core.clock
        assert (k.last_set_s, k.last_set_error_s > 0) == ((NOW_S + 5, True) if takes else (-1, False))
        assert k.known_s() == NOW_S + 5
    board = running()
    board.keeper.set(NOW_S + 5, 5)
    assert board.core.clock.last_set_s == -1


def test_a_time_that_a_server_tells_is_passed_on_with_and_without_a_battery_clock():
    for board in (running(), begun(NOW_S)):
        board.keeper.hear(NOW_S + 50, 3, 9)
        assert board.system_s == NOW_S + 50 and board.keeper.system_ahead_s == NOW_S + 41 and board.saves == 1
        assert board.notes == [("set by network",)] and board.sets == ([NOW_S + 50] if board.chip else [])


def test_a_board_without_a_battery_clock_takes_the_time_without_one():
    board = running()
    assert board.keeper.set(NOW_S + 500, 5) is True and board.notes == [("set by hand",)]


def test_a_time_server_that_is_not_believed_changes_nothing():
    board = running()
    board.core.clock.barred = clock.NEEDS_PERSON
    board.keeper.hear(NOW_S + 5, 1, 9)
    assert board.saves == 0 and board.notes == [] and board.system_s == NOW_S
