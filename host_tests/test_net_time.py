"""The time from a network server, on both interpreters: what is believed, and everything that is not."""

import ast

import pytest

from firmware.core import dates
from host_tests.netface import Here, There
from host_tests.time_server import NOW_S, TimeServer, reply

BRIEF_MS = 50
ERA_S = dates.seconds(2036, 2, 7, 6, 28, 16)  # when the protocol begins to count anew


def asked(side, answer, within_ms=10_000, times=1, from_elsewhere=False):
    """What comes of asking a server that answers so."""
    with TimeServer(answer, from_elsewhere) as server:
        return side.run("ask", server.port, times, within_ms)


def answers(side, *datagrams):
    """What comes of each of them, one to a question. Each is made of the question."""
    return asked(side, lambda request, number: [datagrams[number](request)], times=len(datagrams))


def a_good_answer_is_the_time_at_its_moment(side):
    rows = (NOW_S, dates.seconds(2025, 1, 1), dates.seconds(2052, 12, 31, 23, 59, 58), ERA_S - 1, ERA_S, ERA_S + 1)
    said = answers(side, *(lambda request, now_s=now_s: reply(request, now_s) for now_s in rows))
    for now_s, line in zip(rows, said):
        heard_s, error_s = ast.literal_eval(line)
        assert now_s <= heard_s < now_s + error_s and error_s < 10


def versions_3_and_4_and_a_second_to_come_are_good(side):
    said = answers(side, *(lambda request, first=first: reply(request, first=first)
                           for first in (0x1C, 0x24, 0x64, 0xA4)))
    assert all(ast.literal_eval(line)[0] >= NOW_S for line in said), said


def a_server_far_from_its_source_says_how_far(side):
    second = 1 << 16
    said = answers(side, *(lambda request, distance=distance: reply(request, distance=distance)
                           for distance in ((0, 0), (0, 3 * second), (6 * second, 0), (8 * second, 12 * second))))
    errors = [ast.literal_eval(line)[1] for line in said]
    assert errors[0] < 5 and all(error >= errors[0] + 2 for error in errors[1:3]) and errors[3] >= 18
    assert answers(side, lambda request: reply(request, distance=(2, 16 * second)),
                   lambda request: reply(request, distance=(0xFFFFFFFF, 0xFFFFFFFF))) == ["vague", "vague"]


# A damaged answer, and the word for it.
LIES = (
    (lambda request: request, "mode"),
    (lambda request: reply(request, first=0x23), "mode"),
    (lambda request: reply(request, first=0x25), "mode"),
    (lambda request: reply(request, first=0x14), "mode"),
    (lambda request: reply(request, first=0x2C), "mode"),
    (lambda request: bytes(48), "mode"),
    (lambda request: b"", "size"),
    (lambda request: b"\x24", "size"),
    (lambda request: reply(request)[:47], "size"),
    (lambda request: reply(request) + b"\0", "size"),
    (lambda request: reply(request) + bytes(2000), "size"),
    (lambda request: reply(bytes(48)), "origin"),
    (lambda request: reply(request[:47] + bytes((request[47] ^ 1,))), "origin"),
    (lambda request: reply(request, first=0xE4), "not set"),
    (lambda request: reply(request, stratum=0), "not set"),
    (lambda request: reply(request, stratum=16), "not set"),
    (lambda request: reply(request, stratum=255), "not set"),
    (lambda request: reply(request)[:40] + bytes(8), "not set"),
    (lambda request: reply(request, dates.seconds(2024, 12, 31, 23, 59, 57)), "year"),
    (lambda request: reply(request, dates.seconds(2053, 1, 1)), "year"),
    (lambda request: reply(request, dates.seconds(1970, 1, 1)), "year"),
    (lambda request: reply(request, dates.seconds(2000, 1, 1)), "year"),
)  # fmt: skip


def every_lie_has_its_word(side):
    assert answers(side, *(lie for lie, _word in LIES)) == [word for _lie, word in LIES]


def every_question_has_a_mark_of_its_own(side):
    marks = []
    asked(side, lambda request, _number: marks.append(request) or [b"x"], times=20)
    assert len({request[40:] for request in marks}) == 20
    assert {request[:40] for request in marks} == {b"\x23" + bytes(39)}


def an_answer_to_an_earlier_question_is_not_heard(side):
    requests = []

    def answer(request, number):
        requests.append(request)
        return [reply(requests[0])] if number else []
    said = asked(side, answer, BRIEF_MS, 2)
    assert said[0] == "no answer" and said[1] in ("origin", "no answer")


def an_answer_from_another_port_is_not_heard(side):
    assert asked(side, lambda request, _number: [reply(request)], BRIEF_MS, from_elsewhere=True) == ["no answer"]


def silence_takes_no_longer_than_allowed(side):
    assert asked(side, lambda _request, _number: [], BRIEF_MS, 3) == ["no answer"] * 3


def where_nobody_listens_there_is_no_time(side):
    with TimeServer(lambda _request, _number: []) as server:
        port = server.port
    assert side.run("ask", port, 1, 10_000) == ["unreachable"]
    assert side.run("ask", port, 1, 10_000, "no.such.host.invalid") == ["unreachable"]


CHECKS = (
    a_good_answer_is_the_time_at_its_moment, versions_3_and_4_and_a_second_to_come_are_good,
    a_server_far_from_its_source_says_how_far, every_lie_has_its_word, every_question_has_a_mark_of_its_own,
    an_answer_to_an_earlier_question_is_not_heard, an_answer_from_another_port_is_not_heard,
    silence_takes_no_longer_than_allowed, where_nobody_listens_there_is_no_time,
)  # fmt: skip


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_on_cpython(check):
    check(Here())


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_on_micropython(check, micropython_32):
    check(There(micropython_32))
