"""What was proven when the installation was commissioned: kept through restarts, told when it is no longer so."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.core import jsonwrite, quiet, record, saved, status
from host_tests.house import House
from host_tests.story import idle, idle_until, near, on_v2l

NOON = "2026-11-20T12:00:00Z"
DAY_S = 86400
OLD_S = 400 * DAY_S


def rest():
    return near(start=NOON)


def kept(house):
    return json.loads(jsonwrite.write(saved.pairs(house.core)))


def notices(house):
    return set(status.fault_codes(house.core.faults)) & {"proof-old", "timing-drift"}


def told(house, code):
    return [data for kind, what, data in house.core.events if (kind, what) == ("fault", code)]


def test_a_board_of_which_nothing_was_proven_says_nothing_of_it():
    house = idle(rest(), 5)
    assert notices(house) == set() and saved.proof_pairs(house.core.proof) is None


@pytest.mark.parametrize("days, old", [(0, False), (399, False), (401, True)])
def test_a_proof_is_old_after_four_hundred_days(days, old):
    house = rest()
    house.core.proof.hang_ms, house.core.proof.at_s = 5000, house.core.clock.now_s - days * DAY_S
    idle(house, 3)
    assert ("proof-old" in notices(house)) == old and not house.core.faults.stand()


def test_how_long_it_counts_can_be_chosen():
    house = near(start=NOON, limits={"proof_days": 30})
    house.core.proof.hang_ms, house.core.proof.at_s = 5000, house.core.clock.now_s - 31 * DAY_S
    assert "proof-old" in notices(idle(house, 3))


def test_it_grows_old_while_the_board_waits_and_in_the_very_second():
    house = rest()
    house.core.proof.hang_ms, house.core.proof.at_s = 5000, house.core.clock.now_s - OLD_S + 90
    idle(house, 80)
    assert notices(house) == set()
    idle(house, 20)
    assert notices(house) == {"proof-old"} and told(house, "proof-old") == ["seen"]


def test_time_is_not_skipped_past_the_second_in_which_it_grows_old():
    house = idle(rest(), 60)
    far_ms = quiet.quiet_ms(house.core)
    house.core.proof.hang_ms, house.core.proof.at_s = 5000, house.core.clock.now_s - OLD_S + 7
    assert 5000 < quiet.quiet_ms(house.core) < 7000 < far_ms


def test_of_a_proof_made_with_an_unset_clock_nobody_knows_how_old_it_is():
    house = rest()
    house.core.proof.hang_ms = 5000
    idle(house, 3)
    assert notices(house) == {"proof-old"}


def test_no_clock_no_age():
    house = House(start=NOON)
    house.boot(None, clock=False)
    house.core.proof.hang_ms, house.core.proof.at_s = 5000, 0
    idle(house, 20)
    assert notices(house) == set()


def transferred(core, to, drop_ms, ms):
    core.transfer.last_to, core.transfer.last_drop_ms, core.transfer.last_ms = to, drop_ms, ms
    core.proof.compare(core.transfer)
    return core.proof.has_drifted()


@pytest.mark.parametrize("drop_ms, gap_ms, moved", [(20, 60, 0), (29, 89, 0), (30, 60, 1), (20, 90, 1), (10, 60, 1),
                                                    (11, 31, 0)])
def test_half_as_much_again_or_half_as_much_is_told_at_the_second_in_a_row(drop_ms, gap_ms, moved):
    core = rest().core
    core.proof.timing = (20, 60, 20, 60)
    for to in (1, 0):
        assert transferred(core, to, drop_ms, drop_ms + gap_ms) == 0
        assert transferred(core, to, 20, 80) == 0
    for to in (1, 0):
        transferred(core, to, drop_ms, drop_ms + gap_ms)
        assert transferred(core, to, drop_ms, drop_ms + gap_ms) == moved
        assert transferred(core, to, 20, 80) == 0


def test_a_few_ms_are_what_the_loop_cannot_tell_apart():
    core = rest().core
    core.proof.timing = (2, 4, -1, -1)
    assert [transferred(core, 1, drop_ms, drop_ms + 4) for drop_ms in (5, 5, 6, 6)] == [0, 0, 0, 1]


def test_what_is_not_known_now_or_was_not_then_is_no_drift():
    core = rest().core
    core.proof.timing = (20, -1, -1, -1)
    for drop_ms, ms in ((-1, -1), (-2, 60), (20, 500), (20, -1)):
        assert transferred(core, 1, drop_ms, ms) == transferred(core, 0, 3, 4) == 0


def test_a_contactor_that_has_grown_slow_is_told_by_its_transfers_and_keeps_nothing_away():
    house = on_v2l()
    was = house.core.transfer
    house.core.proof.timing = (was.last_drop_ms, was.last_ms - was.last_drop_ms, 1, 1)
    for transfers in (2, 4):
        house.core.set_remote_hold(True)
        idle_until(house, lambda house: house.state == "grid", 60)
        assert notices(house) == ({"timing-drift"} if transfers == 4 else set())
        house.core.set_remote_hold(False)
        idle_until(house, lambda house: house.state == "v2l", 60)
    assert told(house, "timing-drift") == ["seen"] and not house.core.faults.stand()


@given(st.integers(-1, 1 << 30), st.integers(-1, 99999), st.integers(-1, 99999),
       st.lists(st.integers(-1, 99999), min_size=4, max_size=4))
def test_it_comes_through_power_loss_as_it_was(at_s, hang_ms, rest_ms, timing):
    house = House()
    own = house.core.proof
    own.at_s, own.hang_ms, own.rest_ms, own.timing = at_s, hang_ms, rest_ms, tuple(timing)
    before = saved.proof_pairs(own)
    house.boot(kept(house))
    assert saved.proof_pairs(house.core.proof) == before


def test_the_record_of_a_build_that_knew_of_no_proofs_is_taken_up():
    told = kept(rest())
    del told["proof"]
    assert record.is_sound(told)


@pytest.mark.parametrize("wrong", [5, [], {}, {"at": None}, {"at": "x", "hang_ms": 1, "rest_ms": 1, "timing": None},
                                   {"at": None, "hang_ms": -1, "rest_ms": 1, "timing": None},
                                   {"at": None, "hang_ms": 1, "rest_ms": "a", "timing": None},
                                   {"at": None, "hang_ms": 1, "rest_ms": 1, "timing": [1, 2, 3]},
                                   {"at": None, "hang_ms": 1, "rest_ms": 1, "timing": [1, 2, 3, -2]}])
def test_a_damaged_one_makes_the_record_unsound(wrong):
    assert not record.is_sound({**kept(rest()), "proof": wrong})
    assert record.is_sound({**kept(rest()), "proof": None})
