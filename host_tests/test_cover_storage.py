"""What is written to flash, and when: what must not be lost at once, the rest within a minute, and never too often."""

import json

import pytest

from firmware.app import outbox, storage
from firmware.core import controller, faults, permits, setup, status
from host_tests.flash import Booted
from tools.sim.files import OK, READ_ONLY, Flash

NOTHING_TO_DO_S = 1 << 24
LATE = 200  # a time since the start at which the start is long over


class Board:
    """A core, and the storage on a flash of its own. Nothing moves, so settle() may be called at any time."""

    def __init__(self, stormy=False, healthy=True):
        self.core = controller.Controller(setup.Setup(), None)
        self.core.clock.set(215_000_000, 1, "hand")
        self.outbox = outbox.Outbox(self.core, status.About())
        self.flash = Flash(lambda ms: None, {storage.TRIAL: b"1"})
        self.storage = storage.Storage(self.core, self.outbox, stormy)
        if healthy:
            self.storage.healthy = True
        self.core.dirty = 0
        self.core.events.clear()

    def collect(self, up_s, *notes):
        for note in notes:
            self.core.note("test", note[0], note[1] if len(note) > 1 else None)
        with Booted(self.flash):
            self.storage.collect(up_s)
        return self

    def settle(self, up_s=None):
        """What that wrote or removed."""
        before = dict(self.flash.kept)
        if up_s is not None:
            self.collect(up_s)
        with Booted(self.flash):
            self.storage.settle()
        return sorted(path for path in {**before, **self.flash.kept}
                      if before.get(path) != self.flash.kept.get(path))

    def kept(self):
        """The state is in flash as it stands, and a good while ago."""
        self.core.dirty = 1
        with Booted(self.flash):
            assert self.storage.mark() and not self.core.dirty
        return self

    def journal(self):
        return [json.loads(line[: line.rfind(b" ")]) for line in self.flash.kept["journal.0"].splitlines()]


def test_what_the_core_notes_is_numbered_told_and_written_with_its_time():
    board = Board().collect(7, ("a",), ("b", 3))
    assert board.core.events == [] and board.outbox.count == 2
    assert json.loads(board.outbox.event(1)) == {
        "n": 2, "t": "2026-10-24T10:13:20Z", "up_s": 7, "boot": 1, "kind": "test", "code": "b", "data": 3}
    assert board.settle(66) == [] and board.settle(67) == ["journal.0"]
    assert [row["n"] for row in board.journal()] == [1, 2]
    assert board.settle(300) == [] and board.storage.pending == []


def test_records_that_did_not_fit_leave_a_gap_in_the_numbers():
    board = Board()
    board.core.events_dropped = 5
    board.collect(1, ("a",)).collect(2, ("b",))
    assert board.core.events_dropped == 0
    assert [json.loads(board.outbox.event(i))["n"] for i in range(2)] == [1, 7]


def test_at_most_sixty_four_records_wait_and_the_numbers_count_those_that_cannot():
    board = Board()
    for _record in range(70):
        board.collect(1, ("a",))
    assert board.outbox.count == len(board.storage.pending) == 64 and board.storage.journal.n == 71


@pytest.mark.parametrize("word", ("seen", "over"))
def test_what_flickers_is_told_sixty_four_times_and_then_once_in_thirty_seconds_and_all_else_always(word):
    board = Board()

    def told(up_s, *notes):
        before = board.outbox.count
        board.storage.pending.clear()
        board.collect(up_s, *notes)
        return board.outbox.count - before

    assert sum(told(1, ("a", word)) for _time in range(70)) == 64
    assert told(29, ("a", word)) == 0 and told(29, ("b", "once")) == 1
    assert told(30, ("a", word), ("a", word)) == 1
    assert told(59, ("a", word)) == 0 and told(89, ("a", word), ("a", word)) == 1
    assert told(149, *[("a", word)] * 5) == 2
    assert sum(told(1_000_000, ("a", word)) for _time in range(70)) == 64


def test_the_journal_waits_a_minute_after_the_first_record_and_is_written_at_once_before_an_entry():
    board = Board().collect(LATE, ("a",)).collect(LATE + 50, ("b",))
    assert board.storage.due_s() == 10 and board.settle(LATE + 59) == []
    board.core.request.entry = permits.ENTRY_ALL
    assert board.storage.due_s() == 0 and board.settle(LATE + 59) == ["journal.0"]
    board.core.request.entry = 0
    board.collect(LATE + 60, ("c",))
    assert board.storage.due_s() == 60 and board.settle(LATE + 120) == ["journal.0"]


MUST_KEEP = (
    (lambda core: core.faults, "latched", 1), (lambda core: core.faults, "foreign", ("x",)),
    (lambda core: core.holds, "local", 1), (lambda core: core.holds, "remote", 1),
    (lambda core: core.holds, "until_s", 7), (lambda core: core, "entry_open", 1),
    (lambda core: core.stay, "spent", 1), (lambda core: core.clock, "last_set_s", 7),
    (lambda core: core.clock, "barred", 1),
)


@pytest.mark.parametrize("part, name, value", MUST_KEEP, ids=[row[1] for row in MUST_KEEP])
def test_what_must_not_be_lost_is_written_at_once(part, name, value):
    board = Board().collect(LATE).kept()
    setattr(part(board.core), name, value)
    board.core.dirty = 1
    assert board.storage.due_s() == 0 and board.settle(LATE) == [storage.STATE]
    assert not board.core.dirty and board.settle(LATE) == []


LATE_S = 300_000_000


def flicker(board, up_s, seconds):
    """How often the state is written while a hold comes and goes each second."""
    writes = 0
    for second in range(up_s, up_s + seconds):
        board.core.holds.local, board.core.holds.until_s = 1, LATE_S + second
        board.core.dirty = 1
        writes += storage.STATE in board.settle(second)
    return writes


def test_a_hold_that_flickers_is_written_in_haste_so_often_and_no_more_and_a_latch_is_all_the_same():
    board = Board().collect(LATE).kept()
    assert flicker(board, LATE + 1, 20) == 20
    assert flicker(board, LATE + 21, 300) == 5  # one a minute, as for what is only counted
    board.core.faults.latch(faults.KM2_STUCK)
    board.core.dirty = 1
    assert board.settle(LATE + 330) == [storage.STATE]


def test_the_journal_is_written_in_haste_before_an_entry_so_often_and_no_more():
    board = Board().collect(LATE).kept()
    board.core.request.entry = permits.ENTRY_ALL
    written = [board.collect(LATE + second, ("a",)).settle(LATE + second) != [] for second in range(1, 26)]
    assert written == [True] * 20 + [False] * 5
    assert board.storage.due_s() == 56 and board.settle(LATE + 80) == [] != board.settle(LATE + 81)
    assert board.collect(LATE + 600, ("a",)).settle() != []  # one more is earned, for what has waited was no haste


def test_haste_comes_back_every_ten_minutes_and_never_more_of_it():
    board = Board().collect(LATE).kept()
    flicker(board, LATE + 1, 21)
    assert [flicker(board, up_s, seconds) for up_s, seconds in ((590, 1), (591, 9), (600, 1), (601, 5))] == [1, 0, 1, 0]
    assert flicker(board, LATE + 200_000, 60) in (20, 21)


def test_what_is_written_a_minute_after_the_last_time_is_no_haste():
    board = Board().collect(LATE).kept()
    assert sum(flicker(board, LATE + 60 * minute, 1) for minute in range(1, 31)) == 30
    assert flicker(board, LATE + 1801, 20) == 20


def test_after_a_reset_storm_a_hold_is_written_once_and_counts_wait_as_they_did():
    board = Board(stormy=True)
    board.core.faults.latch(faults.RESET_STORM)
    board.collect(2)
    board.core.holds.local = board.core.dirty = 1
    assert board.settle(3) == [storage.STATE]
    board.core.resets = 7
    board.core.dirty = 1
    assert board.settle(4) == [] == board.settle(storage.HEALTHY_S - 1) and board.settle(63) == [storage.STATE]


def test_a_journal_that_can_be_written_says_nothing_of_a_state_that_cannot(monkeypatch):
    board = Board().collect(LATE, ("one",))
    board.core.dirty = 1
    replaced = storage.files.replace
    monkeypatch.setattr(storage.files, "replace", lambda *_told: False)
    assert board.settle(LATE) == [] and board.settle(LATE + 60) == []
    assert "journal.0" in board.settle(LATE + 61) and board.core.faults.standing() >> faults.FLASH_FULL & 1
    monkeypatch.setattr(storage.files, "replace", replaced)
    assert storage.STATE in board.settle(LATE + 130) and not board.core.faults.standing() >> faults.FLASH_FULL & 1


def test_what_is_only_counted_waits_until_a_minute_after_the_last_write():
    board = Board().collect(LATE).kept()
    board.core.resets += 1
    board.core.dirty = 1
    assert board.collect(LATE + 10).storage.due_s() == 50
    assert board.settle(LATE + 59) == [] and board.settle(LATE + 60) == [storage.STATE]
    assert json.loads(board.flash.kept[storage.STATE])["counters"]["resets"] == 1


def test_a_first_write_and_one_of_a_state_that_stands_in_flash_wait_for_nothing():
    board = Board()
    board.core.dirty = 1
    assert board.storage.due_s() == 0 and board.settle(0) == [storage.STATE]


def test_the_state_is_written_before_the_journal_and_one_of_the_two_at_a_time():
    board = Board().collect(LATE, ("a",))
    board.core.dirty = 1
    assert board.settle(LATE + 60) == [storage.STATE] and board.settle(LATE + 60) == ["journal.0"]
    assert board.storage.due_s() == NOTHING_TO_DO_S


def test_the_journal_does_not_wait_for_a_state_that_may_still_wait():
    board = Board().collect(LATE, ("a",)).collect(LATE + 30).kept()
    board.core.resets = board.core.dirty = 1
    assert board.settle(LATE + 60) == ["journal.0"] and board.settle(LATE + 90) == [storage.STATE]


def test_after_a_reset_storm_the_state_waits_until_the_start_has_lasted_a_minute():
    board = Board(stormy=True, healthy=False)
    board.core.faults.latched = 1 << faults.RESET_STORM
    board.core.dirty = 1
    assert board.collect(10).storage.due_s() == 50 and board.settle(59) == []
    assert board.settle(60) == [storage.STATE]
    board.core.faults.latched |= 1
    board.core.dirty = 1
    assert board.settle(61) == [storage.STATE]  # from then on as ever


@pytest.mark.parametrize("up_s", (60, LATE))
def test_once_it_has_lasted_a_minute_counts_wait_after_a_reset_storm_as_ever(up_s):
    board = Board(stormy=True)
    board.core.faults.latched = 1 << faults.RESET_STORM
    board.collect(up_s).kept()
    board.core.resets = board.core.dirty = 1
    assert board.storage.due_s() == 60


def test_in_the_very_first_second_one_write_does_not_hold_up_the_next():
    board = Board().collect(0).kept()
    board.core.faults.latched = board.core.dirty = 1
    assert board.storage.due_s() == 0 and board.settle(0) == [storage.STATE]


def test_a_flash_that_refuses_twice_is_told_of_once():
    board = Board().collect(LATE)
    board.flash.mode, board.core.dirty = READ_ONLY, 1
    for up_s in (LATE, LATE + 60):
        assert board.settle(up_s) == [] and board.core.faults.standing() >> faults.FLASH_FULL & 1
    assert board.core.events == [] and len(board.storage.pending) == 1


@pytest.mark.parametrize("stormy, latched", ((False, 1 << faults.RESET_STORM), (True, 0), (True, 1)))
def test_it_waits_for_nothing_where_the_last_run_or_this_one_knows_of_no_storm(stormy, latched):
    board = Board(stormy, healthy=False)
    board.core.faults.latched, board.core.dirty = latched, 1
    assert board.settle(10) == [storage.STATE]


def test_a_start_that_lasts_a_minute_ends_the_trial_of_its_build_once_all_else_is_written():
    board = Board(healthy=False)
    assert board.collect(0).storage.due_s() == 60 and board.settle(59) == []
    board.collect(60, ("a",))
    assert board.settle(60) == [storage.TRIAL]
    assert board.storage.due_s() == 60 and board.storage.healthy
    board = Board(healthy=False).collect(0, ("a",))
    board.core.dirty = 1
    assert board.settle(60) == [storage.STATE] and board.settle(60) == ["journal.0"]
    assert board.settle(60) == [storage.TRIAL] and board.storage.due_s() == NOTHING_TO_DO_S


@pytest.mark.parametrize("what", ("state", "journal"))
def test_where_flash_refuses_it_says_so_keeps_all_and_tries_again_after_a_minute(what):
    board = Board().collect(LATE)
    board.flash.mode = READ_ONLY
    if what == "state":
        board.core.dirty = 1
    else:
        board.collect(LATE, ("a",))
        board.core.request.entry = permits.ENTRY_ALL
    assert board.settle() == [] and board.core.faults.standing() >> faults.FLASH_FULL & 1
    assert bool(board.core.dirty) == (what == "state") and board.storage.due_s() == 60
    board.flash.mode = OK
    assert board.settle(LATE + 59) == []
    assert board.settle(LATE + 60) == [storage.STATE if what == "state" else "journal.0"]
    assert not board.core.faults.standing() >> faults.FLASH_FULL & 1 and not board.core.dirty
    assert board.core.events[-1] == ("fault", "flash-full", "over")


def test_a_mark_that_flash_refuses_is_not_in_flash():
    board = Board()
    board.flash.mode = READ_ONLY
    with Booted(board.flash):
        assert board.storage.mark() is False
