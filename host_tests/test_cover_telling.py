"""What is told and what is kept: when a status is news, how long a record can be read, and what a warm reset keeps."""

import types

import pytest

from firmware.app.keepsake import Keepsake
from firmware.app.outbox import KEPT, Outbox
from firmware.core import controller, faults, jsontext, setup, status

NOW_S = 215_000_000


def board():
    core, about = controller.Controller(setup.Setup(), None), status.About()
    about.id, about.fw, about.loop_last_ms, about.loop_worst_ms, about.seq, about.uptime_s = "x", "1", 0, 0, 0, 0
    core.clock.set(NOW_S, 1, "hand")
    return core, about, Outbox(core, about)


def read(text):
    value, problem = jsontext.read(text)
    assert problem is None
    return value


# The latest status.


def test_the_first_look_makes_a_status_and_another_one_makes_none_without_news():
    _core, about, box = board()
    assert box.status is None
    box.look()
    first = box.status
    assert (about.seq, read(first)["seq"], read(first)["id"]) == (1, 1, "x")
    box.look()
    assert box.status is first and about.seq == 1


def quiet_changes(core, about):
    return {
        "the uptime": lambda: setattr(about, "uptime_s", 50),
        "the time": lambda: setattr(core.clock, "now_s", NOW_S + 7),
        "a counter": lambda: setattr(core.transfer, "count", 7),
        "the loop": lambda: setattr(about, "loop_worst_ms", 99),
        "the clock's error": lambda: setattr(core.clock, "set_error_s", 9),
    }


def loud_changes(core, _about):
    return {
        "a fault": lambda: core.faults.latch(faults.KM2_STUCK),
        "a hold": lambda: setattr(core.holds, "local", 1),
        "the clock's trust": lambda: setattr(core.clock, "trust", 1),
        "the clock's source": lambda: setattr(core.clock, "source", "ntp"),
    }


def test_what_changes_all_the_time_is_no_news():
    for name in quiet_changes(None, None):
        core, about, box = board()
        box.look()
        first = box.status
        quiet_changes(core, about)[name]()
        box.look()
        assert box.status is first, name
        assert box.now() != first, name  # though whoever asks is told


def test_what_a_person_would_want_to_know_is_news_once():
    for name in loud_changes(None, None):
        core, about, box = board()
        box.look()
        first = box.status
        loud_changes(core, about)[name]()
        box.look()
        assert box.status != first and about.seq == 2, name
        box.look()
        assert about.seq == 2, name


def test_a_status_can_be_renewed_without_news_and_has_a_number_of_its_own():
    _core, about, box = board()
    box.look()
    box.renew()
    assert read(box.status)["seq"] == 2 == about.seq


# The last records.


def test_the_last_forty_records_can_be_read_by_their_number_and_no_others():
    box = board()[2]
    assert box.event(0) is None and box.oldest() == 0
    for number in range(KEPT + 2):
        box.tell("record %d" % number)
        assert box.oldest() == max(0, number + 1 - KEPT)
    assert box.count == KEPT + 2 == 42
    assert [box.event(number) for number in (0, 1, 2, 41, 42)] == [None, None, "record 2", "record 41", None]


# What a warm reset keeps.

KEPT_AT_ONCE = (
    ("latched", lambda core: core.faults, "latched", 4, 4),
    ("hold", lambda core: core.holds, "local", 2, 2),
    ("until_s", lambda core: core.holds, "until_s", 99, 99),
    ("remote", lambda core: core.holds, "remote", 1, 1),
    ("spent", lambda core: core.stay, "spent", 1, 1),
    ("barred", lambda core: core.clock, "barred", 2, 2),
)


class Memory:
    def __init__(self):
        self.saves = 0

    def save(self):
        self.saves += 1


def kept():
    core = board()[0]
    keepsake = Keepsake(core, Memory())
    keepsake.save()
    return core, keepsake, keepsake.memory


@pytest.mark.parametrize("name, part, field, value, as_kept", KEPT_AT_ONCE, ids=[row[0] for row in KEPT_AT_ONCE])
def test_a_change_of_what_must_not_be_lost_is_kept_in_the_same_turn_and_once(name, part, field, value, as_kept):
    core, keepsake, memory = kept()
    keepsake.watch()
    assert memory.saves == 1
    setattr(part(core), field, value)
    keepsake.watch()
    keepsake.watch()
    assert memory.saves == 2 and getattr(memory, name) == as_kept


def test_the_stamp_is_the_time_as_far_as_it_is_known_with_its_error():
    core, keepsake, memory = kept()
    assert (memory.stamp_s, memory.error_s) == (NOW_S, core.clock.error_s()) and memory.error_s == 1
    core.clock.trust = 0
    keepsake.save()
    assert (memory.stamp_s, memory.error_s) == (-1, 0)
    core.clock.trust, core.clock.now_s = 1, 0
    keepsake.save()
    assert (memory.stamp_s, memory.error_s) == (0, 1)


def test_the_age_of_an_entry_is_kept_while_it_is_open():
    core, keepsake, memory = kept()
    core.governor.entries.restore([7, 5000])
    assert memory.entry_s == -1
    core.entry_open = True
    keepsake.save()
    assert memory.entry_s == 7
    core.entry_open = False
    keepsake.save()
    assert memory.entry_s == -1


def test_a_hold_from_afar_is_kept_as_one_whoever_asked_for_it():
    memory = types.SimpleNamespace(save=lambda: None)
    core = board()[0]
    for remote, as_kept in ((True, 1), (1, 1), (0, 0)):
        core.holds.remote = remote
        Keepsake(core, memory).save()
        assert memory.remote == as_kept
