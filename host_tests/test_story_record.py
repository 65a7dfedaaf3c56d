"""What survives power loss: whole and unchanged, or refused whole and latched as lost."""

import pytest

from firmware.core import faults, jsontext, record
from host_tests.house import House
from host_tests.story import Home, first, idle, idle_until, latched, missing, near, on_v2l, reboot, saved, says
from host_tests.trees import GONE, put

LATER = "2026-11-20T05:00:00Z"


def full_of_history():
    """A board to which about everything has happened that a record can hold."""
    house = near(budget_s=600)
    house.core.clock.set(house.core.clock.now_s, 3, "ntp")
    house.plant.km2.coil_open = 1
    idle_until(house, lambda house: house.faults, 60)
    house.plant.km2.coil_open = 0
    idle_until(house, lambda house: house.state == "v2l", 100)
    idle(house, 30)
    house.press()
    idle(house, 5)
    house.core.set_remote_hold(1)
    house.core.latch(faults.BOND_STUCK)
    house.core.latch(faults.BOTH_CLOSED)
    house.run(seconds=1)
    return house


def start(file, planned=True):
    house = House(start=LATER)
    record.start(house.core, file, planned, -1, -1)
    return house


FULL = saved(full_of_history())


def paths(value, path=()):
    """Every key in the record, with those inside its objects; proofs, which may be missing, have tests of their own."""
    for key in [key for key in value if key != "proof"]:
        yield path + (key,)
        if isinstance(value[key], dict):
            yield from paths(value[key], path + (key,))


def test_what_was_known_comes_back_unchanged():
    house = start(FULL)
    again = saved(house)
    # The clock was not running in between, and only the present clock says when a record is saved.
    assert {key: again[key] for key in again if key != "saved"} == {key: FULL[key] for key in FULL if key != "saved"}
    assert latched(house) == ["both-closed", "bond-stuck"] and first(house) == "bond-stuck"
    assert says(house)["hold"] == {"local": "window", "remote": "fixed", "until": "2026-11-20T05:45:00Z"}
    assert says(house)["counters"] == {"transfers": 4, "v2l_s": FULL["counters"]["v2l_s"], "resets": 0}


def test_the_record_fits_the_reader_with_room_to_spare():
    text = jsontext.write(record.pairs(full_of_history().core))
    assert len(text) < 2000


@pytest.mark.parametrize("path", list(paths(FULL)), ids=".".join)
def test_a_record_with_a_key_missing_is_refused_whole(path):
    house = start(put(FULL, path, GONE))
    assert latched(house) == ["state-lost"] and first(house) == "state-lost"
    assert says(house)["hold"]["local"] == "none"


WRONG = [None, True, -3, 1 << 30, "text", "", [], {}, [-1], ["a", None], [[]], {"v": 1}]
OPTIONAL = {("saved",): [None], ("first",): [None, "text"], ("hold", "until"): [None], ("mark",): [None],
            ("set", "at"): [None], ("latched",): [[]], ("entries",): [[]], ("resets",): [[]], ("tallies",): [[], [[]]]}


@pytest.mark.parametrize("path", list(paths(FULL)), ids=".".join)
def test_a_record_with_a_wrong_value_is_refused_whole(path):
    for value in WRONG:
        if not any(type(value) is type(right) and value == right for right in OPTIONAL.get(path, [])):
            assert "state-lost" in latched(start(put(FULL, path, value))), value


@pytest.mark.parametrize("file", [None, True, 0, "", "text", [], {}, [FULL], {"v": 1}, {"v": 2}])
def test_what_is_no_record_at_all_is_refused(file):
    assert latched(start(file)) == ["state-lost"]


@pytest.mark.parametrize("moment", ["today", "2026-11-20T05:45:00", "2026-13-20T05:45:00Z", "1999-01-01T00:00:00Z"])
@pytest.mark.parametrize("path", [("saved",), ("mark",), ("hold", "until"), ("set", "at")], ids=".".join)
def test_a_moment_that_is_none_is_refused(path, moment):
    assert latched(start(put(FULL, path, moment))) == ["state-lost"]


def test_a_half_written_file_is_refused_wherever_it_breaks_off():
    text = jsontext.write(record.pairs(full_of_history().core))
    for length in range(0, len(text), 7):
        value, problem = jsontext.read(text[:length])
        assert problem is not None and value is None
        assert latched(start(value)) == ["state-lost"]


def test_a_lost_state_is_acknowledged_by_a_person_and_then_forgotten():
    # 0 s start without a file   10 s still nothing but the fault   20 s held for 6 s   then V2L follows
    house = Home(start="2026-11-20T05:31:00Z")
    record.start(house.core, None, False, -1, -1)
    idle(house, 20)
    assert house.state == "fault" and house.faults == ["state-lost"] and says(house)["why"] == "fault"
    house.press(6000)
    assert latched(house) == []
    idle_until(house, lambda house: house.state == "v2l", 120)
    reboot(house, planned=True)
    assert latched(house) == []


def test_a_lost_state_that_nobody_acknowledged_is_still_there_after_the_next_start():
    house = Home(start="2026-11-20T05:31:00Z")
    record.start(house.core, None, False, -1, -1)
    idle(house, 20)
    for _ in range(3):
        reboot(house)
        idle(house, 5)
        assert "state-lost" in latched(house)


def test_codes_of_another_build_stay_latched_are_told_and_go_only_by_acknowledgement():
    house = near(start="2026-11-20T05:31:00Z")
    file = dict(house.file, latched=["warp-core-breach", "bond-stuck", "other"], first="warp-core-breach")
    reboot(house, planned=True, file=file)
    idle(house, 20)
    assert house.state == "fault" and house.faults == ["bond-stuck", "warp-core-breach", "other"]
    assert house.outputs == (0, 0) and missing(house)[0] == "fault"
    assert house.file["latched"] == ["bond-stuck", "warp-core-breach", "other"]
    assert house.file["first"] == "warp-core-breach"
    house.press(6000)
    assert latched(house) == [] and house.faults == []
    assert house.run(ms=100).file["latched"] == []


def test_a_lone_code_of_another_build_keeps_v2l_away_too():
    house = near(start="2026-11-20T05:31:00Z")
    reboot(house, planned=True, file=dict(house.file, latched=["warp-core-breach"], first="warp-core-breach"))
    idle(house, 100)
    assert house.state == "fault" and house.core.transfer.count == 0


def test_files_that_must_be_mended_are_found_anew_and_not_remembered():
    for number in (faults.CONFIG_BAD, faults.FIRMWARE_MISMATCH):
        house = near(start=LATER)
        house.core.latch(number)
        idle(house, 5)
        assert house.state == "fault"
        reboot(house, planned=True)
        assert latched(house) == []


def test_older_and_newer_lists_of_ages_are_taken_as_far_as_they_go():
    house = start(put(FULL, ("entries",), [1, 2, 3]))
    assert latched(house)[:1] == ["both-closed"] and house.core.governor.entries.count(3600) == 3
    house = start(put(FULL, ("entries",), list(range(1, 65))))
    assert house.core.governor.entries.count(3600) == 12


def test_numbers_at_their_limits_break_nothing():
    file = put(FULL, ("counters", "transfers"), (1 << 30) - 1)
    file["counters"].update(v2l_s=(1 << 30) - 1, resets=(1 << 30) - 1)
    file.update(latched=[], first=None)
    file["hold"].update(local="none", remote=0)
    house = start(file, planned=False)
    house.core.clock.set(house.clock_s, 1, "hand")
    idle(house, 30)
    text = jsontext.write(record.pairs(house.core))
    value, problem = jsontext.read(text)
    assert problem is None and latched(start(value)) == []


@pytest.mark.parametrize("trust", [True, False])
def test_a_record_can_always_be_read_again_whatever_the_clock_said(trust):
    for now_s in (0, 1, 1_072_999_999, 1_073_000_000, 1_073_741_823):
        house = House(start=LATER)
        house.core.clock.set(now_s, 1, "hand")
        house.core.slow()
        house.core.holds.press(now_s)
        house.core.slow()
        house.core.entered_s, house.core.entry_open = now_s, 1
        if not trust:
            house.core.clock.system_moved(3)
        assert latched(start(saved(house))) == []


def test_on_v2l_nothing_is_lost_but_what_happened_since_the_entry():
    house = on_v2l()
    house.core.set_remote_hold(1)
    house.until(lambda house: house.outputs == (0, 0), 2)
    house.tick()
    assert house.file["hold"]["remote"] == 1
