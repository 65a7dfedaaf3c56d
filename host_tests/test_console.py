"""The console: what each line is answered, and that nobody at the other end can stop the loop or fill the memory."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.app.console import LINE_MAX, READ_MAX, WRITE_MAX, Console
from firmware.core import dates

KNOWN = "say status, log N, follow, time T, service on or off, supervise begin, v2l, grid, hang, timing or end"
TOO_LONG = {"error": f"the line is longer than {LINE_MAX} characters; {KNOWN}"}


class Line:
    """The other end: types text, reads what comes, and can hang up. It fails if it is read with nothing waiting."""

    def __init__(self, as_bytes=False):
        self.as_bytes = as_bytes
        self.typed = ""
        self.heard = ""
        self.heard_at_once = 0
        self.gone = False
        self.ended = False
        self.holds_ms = 0  # how long the port keeps a writer waiting
        self.ms = 0

    def ticks_ms(self):
        return self.ms

    def ticks_diff(self, later, earlier):
        return later - earlier

    def poll(self, timeout_ms):
        assert timeout_ms == 0
        return [(self, 1)] if self.typed or self.ended or self.gone else []

    def read(self, count):
        if self.gone:
            raise OSError(5)
        assert count == 1 and (self.typed or self.ended)
        piece, self.typed = self.typed[:count], self.typed[count:]
        return piece.encode("latin-1", "replace") if self.as_bytes else piece

    def write(self, text):
        if self.gone:
            raise OSError(5)
        self.ms += self.holds_ms
        self.heard_at_once += len(text)
        self.heard += text
        return len(text)


class Outbox:
    def __init__(self):
        self.status = None
        self.events = {}
        self.count = 0

    def event(self, number):
        return self.events.get(number)

    def happen(self, text):
        self.events[self.count] = text
        self.count += 1


class Journal:
    def __init__(self, records):
        self.records = records
        self.read = 0

    def last(self, count):
        for n in range(max(0, self.records - count), self.records):
            self.read += 1
            yield json.dumps({"n": n, "kind": "boot"})
            yield None  # a piece of the file has been read


class Desk:
    def __init__(self, records=30):
        self.journal = Journal(records)
        self.outbox = Outbox()
        self.asked = []
        self.refusal = None

    def status(self):
        return '{"v": 1, "state": "grid"}'

    def set_time(self, now_s):
        self.asked.append(dates.iso(now_s))
        return self.refusal

    def set_service(self, on):
        self.asked.append(on)
        return self.refusal

    def supervise(self, wish, figures):
        self.asked.append((wish, *figures))
        return self.refusal


class Session:
    def __init__(self, as_bytes=False):
        self.line = Line(as_bytes)
        self.desk = Desk()
        self.console = Console(self.line, self.line, self.line, self.desk, self.line)

    def turns(self, count):
        for _ in range(count):
            waiting = len(self.line.typed)
            self.line.heard_at_once = 0
            self.console.turn(False)
            assert waiting - len(self.line.typed) <= READ_MAX and self.line.heard_at_once <= WRITE_MAX
            assert len(self.console.line) == LINE_MAX and len(self.console.text) < 1000
        return self

    def say(self, text, turns=200):
        self.line.typed += text
        return self.turns(turns).answers()

    def answers(self):
        """All whole lines heard since they were last asked for."""
        whole, _, self.line.heard = self.line.heard.rpartition("\n")
        return [json.loads(line) for line in whole.split("\n") if line]


@pytest.fixture
def session():
    return Session()


STATUS = {"status": {"v": 1, "state": "grid"}}


def test_nothing_is_printed_unasked(session):
    session.desk.outbox.status = "{}"
    session.desk.outbox.happen("{}")
    session.turns(100)
    assert session.say("\n\r\n   \n\r") == []
    assert session.line.heard == ""


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("as_bytes", [False, True])
def test_status_is_answered_whatever_the_line_ends_with_and_whatever_the_port_gives(end, as_bytes):
    session = Session(as_bytes)
    assert session.say("status" + end + "  status  " + end) == [STATUS, STATUS]


def test_a_line_counts_when_it_has_ended_and_not_before(session):
    assert session.say("sta") == []
    assert session.say("tus") == []
    assert session.say("\n") == [STATUS]


def test_the_log_is_read_record_by_record_and_says_how_many_there_were(session):
    assert session.say("log 2\n") == [{"log": {"n": n, "kind": "boot"}} for n in (28, 29)] + [{"done": 2}]
    assert session.say("log\n")[-1] == {"done": 20}
    assert session.say("log 9999\n")[-1] == {"done": 30}
    session.desk.journal = Journal(100_000)
    session.line.typed = "log 9999\n"
    session.turns(50)
    assert 10 < session.desk.journal.read <= 50 and session.line.typed == ""


def test_a_line_typed_while_the_log_runs_waits_for_its_end(session):
    answers = session.say("log 3\nstatus\nlog 1\n")
    assert [list(answer)[0] for answer in answers] == ["log"] * 3 + ["done", "status", "log", "done"]


@pytest.mark.parametrize("count", ["0", "-1", "x", "1.5", "10000", "9" * 100, "+2", "0x10"])
def test_a_log_of_no_number_is_refused(session, count):
    assert session.say(f"log {count}\n") == [
        {"error": f"'{count}' is no number of records; give one from 1 to 9999"}]


def test_time_is_set_from_text_in_utc(session):
    assert session.say("time 2026-11-20T10:00:00Z\n") == [{"ok": True}]
    assert session.desk.asked == ["2026-11-20T10:00:00Z"]
    assert session.say("time 10:00\n") == [
        {"error": "'10:00' is no time; give it in UTC, like 2026-11-20T10:00:00Z"}]
    assert session.desk.asked == ["2026-11-20T10:00:00Z"]


def test_service_is_asked_for_and_a_refusal_is_passed_on(session):
    assert session.say("service on\nservice off\n") == [{"ok": True}] * 2
    session.desk.refusal = "an update runs; wait until it has ended"
    assert session.say("service on\ntime 2026-11-20T10:00:00Z\n") == [{"error": session.desk.refusal}] * 2
    assert session.desk.asked == [True, False, True, "2026-11-20T10:00:00Z"]


def test_a_supervised_window_is_asked_for_with_all_that_was_said(session):
    assert session.say("supervise v2l\nsupervise timing 1 2 3 -1\n") == [{"ok": True}] * 2
    assert session.desk.asked == [("v2l",), ("timing", "1", "2", "3", "-1")]


@pytest.mark.parametrize("line", [
    "supervise", "help", "Status", "status now", "service", "service ON", "service on off", "time", "log 1 2",
    "follow me", "v2l", 'say "x\\y"'])
def test_what_is_not_known_is_answered_with_what_is(session, line):
    assert session.say(line + "\n") == [{"error": f"'{line}' is not known; {KNOWN}"}]
    assert session.desk.asked == []


def test_characters_no_command_has_are_shown_as_question_marks(session):
    assert session.say("st\u00e4\ttus\x00\x7f\u20ac\n")[0]["error"].startswith("'st??tus???' is")


def test_a_line_of_the_greatest_length_is_taken_and_one_more_is_answered_once(session):
    assert session.say("x" * LINE_MAX + "\n")[0]["error"].startswith("'" + "x" * LINE_MAX + "' is not known")
    assert session.say("x" * (LINE_MAX + 1) + "\nstatus\n") == [TOO_LONG, STATUS]
    assert session.say(" " * LINE_MAX + "status\nstatus\n") == [TOO_LONG, STATUS]


def test_a_flood_without_an_end_is_answered_once_and_then_only_swallowed(session):
    assert session.say("y" * 50_000, turns=4000) == [TOO_LONG]
    assert session.line.typed == ""
    assert session.say("\nstatus\n") == [STATUS]


def test_a_flood_of_questions_is_answered_one_by_one_and_waits_in_the_port(session):
    session.line.typed = "status\n" * 1000
    session.turns(100)
    assert len(session.line.typed) > 6000
    assert len(session.turns(4000).answers()) == 1000


def test_nothing_is_read_or_written_while_transferring(session):
    session.line.typed = "status\nstatus\n"
    for _ in range(10):
        session.console.turn(True)
    assert (session.line.typed, session.line.heard) == ("status\nstatus\n", "")
    session.turns(1)
    typed, heard = session.line.typed, session.line.heard
    assert heard
    for _ in range(10):
        session.console.turn(True)
    assert (session.line.typed, session.line.heard) == (typed, heard)
    assert session.turns(10).answers() == [STATUS, STATUS]


def test_follow_tells_the_status_at_once_and_then_what_is_new(session):
    outbox = session.desk.outbox
    outbox.status = '{"v": 1, "state": "grid"}'
    outbox.happen('{"n": 0}')
    assert session.say("follow\r\n") == [STATUS]
    assert session.turns(50).answers() == []
    outbox.happen('{"n": 1}')
    outbox.happen('{"n": 2}')
    assert session.turns(50).answers() == [{"event": {"n": 1}}, {"event": {"n": 2}}]
    outbox.status = '{"state": "v2l"}'
    assert session.turns(50).answers() == [{"status": {"state": "v2l"}}]
    outbox.status = "".join(['{"state": ', '"v2l"}'])
    assert session.turns(50).answers() == []
    assert session.say("\n\n  sta") == []
    outbox.happen('{"n": 3}')
    assert session.turns(50).answers() == [{"event": {"n": 3}}]
    assert session.say("tus\n") == [STATUS]
    outbox.happen('{"n": 4}')
    outbox.status = "{}"
    assert session.turns(50).answers() == []


@pytest.mark.parametrize("line, answer", [
    ("nonsense\n", {"error": f"'nonsense' is not known; {KNOWN}"}), ("z" * 129, TOO_LONG)])
def test_any_line_ends_follow_with_its_own_answer(session, line, answer):
    session.say("follow\n")
    assert session.say(line) == [answer]
    session.desk.outbox.status = "{}"
    assert session.turns(50).answers() == []


def test_a_follower_who_falls_behind_misses_events_and_still_gets_the_latest_of_all(session):
    outbox = session.desk.outbox
    session.say("follow\n")
    for n in range(1000):
        outbox.happen('{"n": %d}' % n)
        outbox.events.pop(n - 16, None)
        outbox.status = '{"n": %d}' % n
        session.turns(n % 2)
    answers = session.turns(100).answers()
    numbers = [answer["event"]["n"] for answer in answers if "event" in answer]
    assert numbers == sorted(set(numbers)) and numbers[-16:] == list(range(984, 1000)) and len(numbers) < 1000
    states = [answer["status"]["n"] for answer in answers if "status" in answer]
    assert states == sorted(set(states)) and states[-1] == 999


def test_a_follower_under_constant_change_is_still_listened_to(session):
    session.line.typed = "follow\nstatus\n"
    for n in range(100):
        session.desk.outbox.happen('{"n": %d}' % n)
        session.desk.outbox.status = '{"n": %d}' % n
        session.turns(1)
    assert session.turns(10).answers()[-1] == STATUS and session.line.typed == ""


@pytest.mark.parametrize("command", ["status", "log 20", "follow"])
def test_a_reader_who_hangs_up_loses_the_rest_and_the_console_goes_on(session, command):
    session.line.typed = command + "\n"
    session.desk.status = lambda: '"' + "v" * 200 + '"'
    session.turns(1)
    assert session.console.text
    session.line.gone = True
    session.turns(1)
    session.line.gone = False
    session.line.heard = ""
    session.desk.outbox.happen("{}")
    session.turns(50)
    assert session.line.heard == ""
    assert session.say("service on\n") == [{"ok": True}]


def test_a_text_port_is_read_by_the_byte_so_that_half_a_character_holds_up_nothing():
    class Terminal:
        buffer = Line(as_bytes=True)

    bytewise = Terminal.buffer
    console = Console(Terminal(), bytewise, bytewise, Desk(), Line())
    bytewise.typed = "\u00c3\nstatus\n"
    for _ in range(50):
        console.turn(False)
    assert bytewise.heard.endswith(json.dumps(STATUS) + "\n") and "'?' is not known" in bytewise.heard


@pytest.mark.parametrize("command", ["status", "log 20", "follow"])
def test_a_reader_who_stops_reading_holds_the_loop_once_and_no_more(session, command):
    session.line.typed = command + "\n"
    session.line.holds_ms = 500
    for _ in range(100):
        session.console.turn(False)
        session.desk.outbox.happen('{"n": 1}')
    assert session.line.ms == 500
    session.line.holds_ms = 0
    session.line.typed += "service on\n"
    for _ in range(10):
        session.console.turn(False)
    assert session.line.heard.splitlines()[-1] == '{"ok": true}'


def test_an_end_of_input_and_a_port_that_fails_are_no_input(session):
    session.line.ended = True
    assert session.turns(50).answers() == []
    session.line.gone = True
    assert session.turns(50).answers() == []
    session.line.gone = False
    assert session.say("status\n") == [STATUS]


WORDS = ["status", "log", "log 3", "follow", "time 2026-11-20T10:00:00Z", "service on", "x" * 127, "\x03",
         "\u2028", " "]
junk = st.lists(st.one_of(st.sampled_from([*WORDS, "\n", "\r"]), st.text(max_size=20)), max_size=12)


@given(junk, st.lists(st.integers(0, 5), max_size=12), st.booleans())
def test_whatever_is_typed_every_line_that_comes_back_is_json_of_a_known_kind(pieces, turns, as_bytes):
    session = Session(as_bytes)
    for n, piece in enumerate(pieces):
        session.line.typed += piece
        session.desk.outbox.happen("{}")
        session.turns(turns[n] if n < len(turns) else 1)
    session.turns(400)
    assert session.line.typed == ""
    for answer in session.answers():
        assert len(answer) == 1 and list(answer)[0] in ("status", "log", "done", "event", "ok", "error")
    assert session.line.heard == ""
    assert session.say("\nstatus\n")[-1] == STATUS


LINES = ["status\n", "log 2\r", "nonsense\r\n", "\n", "y" * 200 + "\n", "time x\n"]


@given(st.lists(st.sampled_from(LINES), max_size=8), st.lists(st.integers(1, 30), min_size=1, max_size=20))
def test_how_the_text_arrives_makes_no_difference(lines, cuts):
    text = "".join(lines)
    whole, cut = Session(), Session()
    expected = whole.say(text, turns=600)
    for size in cuts:
        cut.line.typed += text[:size]
        text = text[size:]
        cut.turns(1)
    assert cut.say(text, turns=600) == expected
