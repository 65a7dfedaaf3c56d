"""What the board tells a broker, in which order, and what of it when there is nothing new."""

import json
import types

import pytest

from firmware.app import outbox
from firmware.core import boards, config, dates, status
from firmware.net import link, orders, reporter
from tools import advice, discovery

MONDAY_S = dates.seconds(2026, 11, 16)
TOPICS = {word: word.encode() for word in ("status", "availability", "plan", "event", "cmd", "base", "discovery")}
DAILY = '{"days": "daily", "from": "05:00", "to": "20:00"}'


class Ear:
    """A client whose broker takes everything."""

    def __init__(self):
        self.told, self.heard, self.retained, self.may_hear = [], [], False, True

    def tell(self, topic, payload, retain=False, qos=0):
        assert isinstance(topic, bytes) and isinstance(payload, bytes)
        self.told.append((topic.decode(), payload.decode(), retain, qos))

    def hear(self, topic):
        self.heard.append(topic)
        return self.may_hear

    def set_callback(self, function):
        self.callback = function

    def is_retained(self):
        return self.retained

    def new(self):
        told, self.told = self.told, []
        return told


class Board:
    def __init__(self, v2l=DAILY, zone="GMT0BST,M3.5.0/1,M10.5.0", topics=TOPICS, discovers=True):
        text = '{"board": "generic-2-relay", "zone": "%s", "v2l": [%s]}' % (zone, v2l)
        checked, problems = config.check(text, boards.PROFILES, advice)
        assert not problems
        self.link, self.about = link.Link(), status.About()
        self.box = self.link.outbox = outbox.Outbox(None, self.about)
        self.schedule = checked.schedule
        self.made = reporter.Reporter(self.link, self.about, topics, discovers, checked.schedule if v2l else None)
        self.ear = Ear()
        self.made.listen(self.ear)

    def tell(self):
        """All that is news."""
        for _thing in range(200):
            if not self.made.tell(self.ear):
                return self.ear.new()
        raise AssertionError("it never ends")

    def plan(self, now_s):
        """The plan as it is told then; None if it is not."""
        self.link.known_s = now_s
        told = self.tell()
        assert [row[0] for row in told] in ([], ["plan"]) and all(row[2:] == (True, 0) for row in told)
        return json.loads(told[0][1]) if told else None


@pytest.fixture(autouse=True)
def flash(tmp_path, monkeypatch):
    (tmp_path / "firmware/net").mkdir(parents=True)
    (tmp_path / reporter.DISCOVERY).write_bytes(discovery.text())
    monkeypatch.chdir(tmp_path)


def test_the_first_words_are_that_it_is_there_then_what_it_is():
    board = Board()
    board.made.greet(board.ear)
    (availability, description), heard = board.ear.new(), board.ear.heard
    assert availability == ("availability", "online", True, 0) and heard == [b"cmd"]
    assert description[0] == "discovery" and description[2] and json.loads(description[1])["cmps"]["hold"]


def test_without_commands_nothing_is_listened_to_and_no_hold_is_offered():
    board = Board(topics={**TOPICS, "cmd": None})
    board.made.greet(board.ear)
    assert board.ear.heard == [] and "hold" not in json.loads(board.ear.new()[1][1])["cmps"]


def test_without_discovery_nothing_is_described():
    board = Board(discovers=False)
    board.made.greet(board.ear)
    assert board.ear.new()[1:] == [("discovery", "", True, 0)]  # and what once was is forgotten


def test_where_it_may_not_listen_that_is_noted_and_all_else_is_told():
    board = Board()
    board.ear.may_hear = False
    board.made.greet(board.ear)
    assert [row[0] for row in board.ear.new()] == ["availability", "discovery"]
    assert board.link.take() == ("note", "broker", "refuses cmd") and board.link.take() is None


def test_each_status_is_told_once_and_all_again_on_a_new_connection():
    board = Board()
    assert board.tell() == []
    board.box.status = "one"
    assert board.tell() == [("status", "one", True, 0)]
    board.link.known_s = MONDAY_S
    first = board.tell()
    assert [row[0] for row in first] == ["plan"] and board.tell() == []
    board.made.greet(board.ear)
    assert board.ear.told[-1] == ("status", "one", True, 0)  # before it listens
    assert board.tell()[-1:] == first and board.tell() == []


def test_events_go_out_in_order_and_for_sure_and_only_once():
    board = Board()
    for number in range(5):
        board.box.tell(f"record {number}")
    assert board.tell() == [("event", f"record {number}", False, 1) for number in range(5)]
    board.made.greet(board.ear)
    board.ear.new()
    assert board.tell() == []


def test_an_event_that_the_broker_did_not_confirm_is_told_again():
    board = Board()
    board.box.tell("record")
    plain, board.ear.tell = board.ear.tell, lambda *_: [][1]
    with pytest.raises(IndexError):
        board.tell()
    board.ear.tell = plain
    assert board.tell() == [("event", "record", False, 1)]


def test_what_was_lost_meanwhile_is_counted_and_told_once():
    board = Board()
    for number in range(outbox.KEPT + 7):
        board.box.tell(f"record {number}")
    told = [row[1] for row in board.tell()]
    assert told == [f"record {number}" for number in range(7, outbox.KEPT + 7)]
    assert board.link.take() == ("note", "events dropped", 7) and board.link.take() is None
    board.box.tell("next")
    assert [row[1] for row in board.tell()] == ["next"] and board.link.take() is None


def test_where_there_is_no_room_for_that_note_it_waits():
    board = Board()
    while board.link.post("full"):
        pass
    for number in range(outbox.KEPT + 7):
        board.box.tell(f"record {number}")
    assert board.tell() == []
    while board.link.take():
        pass
    assert len(board.tell()) == outbox.KEPT and board.link.take() == ("note", "events dropped", 7)


def test_the_plan_is_the_changes_of_seven_days_in_order():
    plan = Board().plan(MONDAY_S)
    assert len(plan) == 14
    assert plan[0] == {"at": "2026-11-16T05:00:00Z", "source": "v2l"}
    assert plan[1] == {"at": "2026-11-16T20:00:00Z", "source": "grid"}
    assert [row["at"] for row in plan] == sorted(row["at"] for row in plan)
    assert plan[-1]["at"] == "2026-11-22T20:00:00Z"


def test_local_times_move_where_the_clocks_do():
    plan = Board().plan(dates.seconds(2026, 10, 24))
    assert [row["at"] for row in plan[:4]] == ["2026-10-24T04:00:00Z", "2026-10-24T19:00:00Z", "2026-10-25T05:00:00Z",
                                               "2026-10-25T20:00:00Z"]


def test_without_a_clock_there_is_no_plan_and_without_windows_an_empty_one():
    assert Board().plan(-1) is None
    assert Board(v2l="").plan(MONDAY_S) == []


def test_a_plan_has_no_more_than_64_changes():
    windows = [f'{{"days": "daily", "from": "{hour:02}:00", "to": "{hour:02}:30"}}' for hour in range(0, 24, 2)]
    plan = Board(v2l=", ".join(windows)).plan(MONDAY_S)
    assert len(plan) == reporter.PLAN_MOST == 64


def test_the_plan_is_told_again_when_a_change_has_passed_or_a_new_one_comes_into_sight_and_only_then():
    board, told = Board(), []
    for minute in range(2 * 24 * 60):
        if board.plan(MONDAY_S + 60 * minute) is not None:
            told.append(minute)
    day = [300, 1200]  # past those changes, which is also when those of a week later come into sight
    assert told == [0, *day, *[minute + 1440 for minute in day]]


def test_the_plan_is_looked_at_anew_when_the_clock_has_been_wrong():
    board = Board()
    board.plan(MONDAY_S + 86400)
    assert board.plan(MONDAY_S)[0]["at"] == "2026-11-16T05:00:00Z"
    assert board.plan(-1) is None and board.plan(MONDAY_S + 1) is None


def test_a_command_becomes_a_letter_and_every_other_is_counted():
    board = Board()
    board.ear.callback(b"cmd", b'{"cmd": "grid"}')
    assert board.link.take() == ("grid",) and board.link.refused == 0
    for payload in (b'{"cmd": "auto"}', b"", b"\xff", b"x" * 1000, b'{"cmd": "v2l"}'):
        board.ear.callback(b"cmd", payload)
    board.ear.retained = True
    board.ear.callback(b"cmd", b'{"cmd": "grid"}')
    assert board.link.take() is None and board.link.refused == 6
    board.ear.retained = False
    while board.link.post("full"):
        pass
    board.ear.callback(b"cmd", b'{"cmd": "grid"}')
    assert board.link.refused == 7


@pytest.mark.parametrize("topic, listens", [(b"status", True), (b"cmd/", True), (b"", True), (b"cmd", False)])
def test_what_comes_unasked_is_no_command_and_counted(topic, listens):
    board = Board(topics=TOPICS if listens else {**TOPICS, "cmd": None})
    board.ear.callback(topic, b'{"cmd": "grid"}')
    assert board.link.take() is None and board.link.refused == 1


def test_a_command_that_there_was_no_room_for_counts_when_it_comes_again():
    board = Board()
    board.link.known_s, board.link.up_s = MONDAY_S, 86_400
    payload = b'{"cmd": "auto", "expires": %d}' % (MONDAY_S + 60 + orders.UNIX_S)
    while board.link.post("full"):
        pass
    board.ear.callback(b"cmd", payload)
    while board.link.take():
        pass
    assert board.link.refused == 1 and not board.made.accepted
    board.ear.callback(b"cmd", payload)
    assert board.link.take() == ("auto",) and board.link.refused == 1


def test_after_a_start_a_command_of_the_run_before_is_counted_as_refused():
    board = Board()
    board.link.known_s, board.link.up_s = MONDAY_S, 20
    board.ear.callback(b"cmd", b'{"cmd": "auto", "expires": %d}' % (MONDAY_S + 250 + orders.UNIX_S))
    assert board.link.take() is None and board.link.refused == 1


def test_the_status_is_told_before_anything_is_listened_to():
    board, order = Board(), []
    board.box.status = "one"
    board.ear.tell = lambda topic, *_: order.append(topic)
    board.ear.hear = order.append
    board.made.greet(board.ear)
    assert order == [b"availability", b"discovery", b"status", b"cmd"]


def test_names_of_every_kind_leave_the_description_readable():
    board = Board(topics={**TOPICS, "base": b"house/$id"})
    board.about = board.made.about = types.SimpleNamespace(id="a.b-c_9", fw="0.1.0+4f2a9c1")
    board.made.greet(board.ear)
    described = json.loads(board.ear.new()[1][1])
    assert described["dev"]["ids"] == "a.b-c_9" and described["stat_t"] == "house/$id/status"
