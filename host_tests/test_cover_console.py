"""The console's exact edges: which characters and lengths it takes, what it reads meanwhile, and what a cut leaves."""

import json

import pytest

from firmware.app.console import Console
from host_tests.test_console import Desk, Line, Session

STATUS = '{"status": {"v": 1, "state": "grid"}}\n'
STALLS = ((49, False), (50, False), (51, True))


def typed(session, text, turns=400):
    """What is heard of it, to the character."""
    session.line.heard = ""
    session.line.typed += text
    session.turns(turns)
    return session.line.heard


def test_an_answer_is_its_line_and_not_a_character_more():
    session = Session()
    assert typed(session, "status\n") == STATUS
    assert typed(session, "status\nstatus\n") == STATUS * 2


@pytest.mark.parametrize("length, taken", ((127, True), (128, True), (129, False)))
def test_a_line_has_at_most_128_characters(length, taken):
    heard = typed(Session(), "x" * length + "\n")
    assert heard.count("\n") == 1
    assert json.loads(heard)["error"].startswith("'" + "x" * length + "' is not" if taken else "the line is longer")


def test_printable_characters_are_taken_and_every_other_one_is_a_question_mark():
    heard = typed(Session(), "".join(chr(code) for code in (31, 33, 126, 127, 200)) + "\n")
    assert json.loads(heard)["error"].startswith("'?!~??' is not known")


def test_empty_lines_do_not_hold_up_what_follows():
    session = Session()
    session.line.typed = "\n \r\n\nstatus\n"
    session.turns(1)
    assert session.line.typed == ""


@pytest.mark.parametrize("text", ("servise on", "x off", "service", "service maybe", "service on off"))
def test_only_the_word_service_asks_for_service(text):
    session = Session()
    assert "is not known" in typed(session, text + "\n") and session.desk.asked == []


def test_where_a_poller_can_be_asked_without_taking_memory_it_is():
    line = Line()
    line.ipoll, line.poll = line.poll, None
    line.typed = "status\n"
    console = Console(line, line, line, Desk(), line)
    for _turn in range(9):
        console.turn(False)
    assert line.heard == STATUS


def test_while_a_log_is_written_nothing_is_read_even_where_somebody_was_following_before():
    session = Session()
    typed(session, "follow\n")
    session.line.heard, session.line.typed = "", "log 9\nstatus\n"
    session.turns(4)
    assert session.line.typed == "status\n"
    session.turns(100)
    kinds = [next(iter(json.loads(line))) for line in session.line.heard.splitlines()]
    assert kinds == ["log"] * 9 + ["done", "status"]


@pytest.mark.parametrize("holds_ms, cut", STALLS)
def test_a_write_of_fifty_milliseconds_is_waited_for_and_a_longer_one_cuts_the_answer_off(holds_ms, cut):
    session = Session()
    session.line.holds_ms = holds_ms
    heard = typed(session, "status\n")
    assert heard == (STATUS[:32] if cut else STATUS)


def test_what_was_cut_off_stays_a_line_of_its_own_and_only_the_next_answer_begins_a_new_one():
    session = Session()
    session.line.holds_ms = 51
    assert typed(session, "status\n") == STATUS[:32]
    session.line.holds_ms = 0
    assert typed(session, "status\n") == "\n" + STATUS
    assert typed(session, "status\n") == STATUS
