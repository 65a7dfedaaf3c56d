"""What the loop and the network thread hand each other arrives whole and in order, and never more than fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.net.link import COUNT_MAX, LETTERS, Link
from host_tests.netface import Here, There


def test_letters_come_out_in_the_order_in_which_they_went_in_and_a_full_ring_takes_none():
    link = Link()
    assert link.take() is None
    assert [link.post(number) for number in range(LETTERS + 2)] == [True] * LETTERS + [False] * 2
    assert [link.take() for _letter in range(LETTERS + 1)] == [*range(LETTERS), None]


@given(st.lists(st.booleans(), max_size=200), st.integers(0, COUNT_MAX))
def test_it_is_a_queue_also_where_its_counts_begin_anew(steps, begun):
    link, queue = Link(), []
    link.posted = link.taken = begun
    for number, posts in enumerate(steps):
        if posts:
            assert link.post(number) == (len(queue) < LETTERS)
            queue += [number] * (len(queue) < LETTERS)
        else:
            assert link.take() == (queue.pop(0) if queue else None)
        assert 0 <= link.posted <= COUNT_MAX and 0 <= link.taken <= COUNT_MAX


@given(st.integers(COUNT_MAX - 5, COUNT_MAX))
def test_around_the_end_of_the_counts_no_letter_is_lost(begun):
    link = Link()
    link.posted = link.taken = begun
    for number in range(3 * LETTERS):
        assert link.post(number) and link.take() == number
    assert [link.post(number) for number in range(LETTERS + 1)] == [True] * LETTERS + [False]


def test_the_sign_of_life_changes_each_time_and_stays_small():
    link = Link()
    link.beat = COUNT_MAX
    seen = []
    for _turn in range(3):
        link.live()
        seen.append(link.beat)
    assert seen == [0, 1, 2]


@pytest.mark.parametrize("letters", [200])
def test_two_threads_on_cpython(letters):
    assert Here().run("hand_over", letters) == [f"{letters} None"]


@pytest.mark.parametrize("letters", [1000])
def test_two_threads_on_micropython_which_has_no_lock_here(letters, micropython_32):
    assert There(micropython_32).run("hand_over", letters) == [f"{letters} None"]
