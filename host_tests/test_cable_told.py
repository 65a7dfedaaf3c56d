"""What the cable's commands make of a board's lines: which are the board's, and how they read."""

import json

import pytest

from firmware.core import controller, jsonwrite, sentences, setup, status
from tools.cable import journal, line, passwords, told
from tools.cable.ports import Trouble


def made(**changes):
    """The status of a board that has just started, as its console gives it."""
    core = controller.Controller(setup.Setup(), None)
    return {**json.loads(jsonwrite.write(status.pairs(core, status.About()))), **changes}


def row(kind, code, data=None, t="2026-11-20T10:00:00Z"):
    return {"n": 7, "t": t, "up_s": 125, "boot": 3, "kind": kind, "code": code, "data": data}


@pytest.mark.parametrize("text, found", [
    (b'{"ok": true}', {"ok": True}), (b'wifi:state{"ok": true}\r', {"ok": True}), (b'{"ok": tru', None), (b"", None),
    (b'["ok"]', None), (b'{"half": {"ok": true}', None), (b'\xff{"ok": 1}', {"ok": 1})])
def test_an_object_is_found_behind_noise_and_half_a_one_is_none(text, found):
    assert line.object_in(text) == found


def test_what_the_firmware_says_has_the_shape_that_is_asked_for_and_what_others_say_has_not():
    assert line.SHAPES["status"](made())
    assert line.SHAPES["log"](row("boot", "power")) and line.SHAPES["event"](row("boot", "power"))
    for key, other in (("status", "ok"), ("status", {"id": 1}), ("log", {}), ("ok", 1), ("error", None), ("boot", "x")):
        assert not line.SHAPES[key](other), key


def test_a_status_reads_gravest_first_with_what_to_do():
    status = made(id="gridrest-x", fw="0.1.0+abc", uptime_s=125, faults=["km2-stuck", "odd"])
    text = "\n".join(told.status_lines(status))
    assert text.startswith("gridrest-x, build 0.1.0+abc, up 2 min 05 s\nstate     starting")
    assert "fault     km2-stuck: Told to go to grid" in text and "remedy    Switch off the V2L supply" in text
    assert "odd: another build latched this" in text and "clock     not set: tools/gridrest time set" in text
    assert text.index("km2-stuck") < text.index("odd:") < text.index("feedback  ")


def test_a_status_says_what_is_next_and_who_holds_it():
    hold = {"local": "window", "remote": "none", "until": None}
    text = "\n".join(told.status_lines(made(
        hold=hold, next={"at": "2026-11-21T05:30:00Z", "source": "v2l"}, time="2026-11-20T10:00:00Z",
        clock={"trust": "synced", "source": "ds3231", "error_s": 1})))
    assert "next      V2L at 2026-11-21 05:30:00Z, if everything then allows it" in text
    assert "hold      somebody at the board asks for grid until the V2L window ends" in text
    assert "clock     2026-11-20 10:00:00Z, trusted, from the battery clock, wrong by 1 s at most" in text


@pytest.mark.parametrize("given, lines", [
    ({}, ["proof     nothing here has been proven by test yet, as far as the board knows"]),
    ({"supervised": {"open": False, "entries": 0, "left_s": 43}},
     ["window    a press at the board within 43 s opens a supervised window"]),
    ({"supervised": {"open": True, "entries": 0, "left_s": 90}},
     ["window    a supervised window is open for 1 min 30 s more: V2L outside the schedule"]),
    ({"proof": {"at": "2026-11-20T12:00:00Z", "hang_ms": 5004, "rest_ms": 800, "timing": [12, 40, -1, -1]}},
     ["proof     the watchdog ended a hang on V2L after 5.0 s (2026-11-20 12:00:00Z)",
      "proof     commissioned: to V2L let go after 12 ms, gap 40 ms; to grid not known, not known"]),
    ({"proof": {"at": None, "hang_ms": 5004, "rest_ms": None, "timing": None}},
     ["proof     the watchdog ended a hang on V2L after 5.0 s (nobody knows when)"])])
def test_a_window_and_what_has_been_proven_are_told(given, lines):
    said = list(told.status_lines(made(**given)))
    assert [line for line in said if line in lines] == lines
    assert len([line for line in said if line.startswith(("window", "proof"))]) == max(1, len(lines) + (
        "supervised" in given))


@pytest.mark.parametrize("code", [code for code, _seen, _remedy in sentences.FAULTS])
def test_every_fault_has_its_sentence_and_its_remedy(code):
    rows = list(told.fault(code))
    assert [tag for tag, _text in rows] == [sentences.severity(code), "remedy"]
    assert rows[0][1].startswith(code + ": ")


@pytest.mark.parametrize("record, text", [
    (row("boot", "power"), "     7  2026-11-20 10:00:00Z  start 3     boot      it starts; the reason it sees: its su"),
    (row("boot", "restart", "update 0.1.0+abc"), "it starts, by a restart: update 0.1.0+abc"),
    (row("transfer", "v2l", "schedule"), "transfer  to V2L: schedule"),
    (row("update", "on trial", "0.1.0+abc"), "update    on trial: 0.1.0+abc"),
    (row("hold", "fixed"), "hold      somebody at the board asks for grid until further notice"),
    (row("network", "lost", [3, "x"], None), "2 min 05 s after its start  start 3     network   lost: 3, x")])
def test_a_journal_record_is_one_line(record, text):
    assert text in told.record_line(record) and "\n" not in told.record_line(record)


class Port:
    """A line on which that much is said."""

    def __init__(self, answers):
        self.answers = iter(answers)

    def ask(self, _words, _keys, _limit_s):
        return next(self.answers, None)

    def objects(self, _limit_s):
        return ({key: value} for key, value in self.answers)


class Progress:
    def update(self, *_what):
        pass


@pytest.mark.parametrize("answers, records, number", [
    ([("log", 1), ("log", 2), ("done", 2)], [1, 2], 2), ([("done", 0)], [], 0), ([], [], None),
    ([("log", 1), ("done", 2)], [1], 2), ([("log", 1)], [1], -1)])
def test_a_journal_is_whole_only_if_as_much_came_as_the_board_sent(answers, records, number):
    assert journal._read(Port(answers), 9, Progress()) == (records, number)


class House:
    wifi, mqtt = {"ssid": "home"}, {"user": None}


class Prompt:
    def __init__(self):
        self.told = []

    def whisper(self, expression):
        self.told.append(expression)


@pytest.mark.parametrize("there, every, given, whispered, tag", [
    ([], False, "", 0, "warning"), (["wifi"], False, "", 0, None), (["wifi"], True, "x\n", 1, "secrets"),
    ([], True, "\n", 0, None)])
def test_passwords_are_asked_for_only_where_they_are_needed_or_wanted(monkeypatch, there, every, given, whispered, tag):
    import io
    rows, prompt = [], Prompt()
    monkeypatch.setattr("sys.stdin", io.StringIO(given))
    passwords.bring(prompt, House, {"passwords": there}, every, lambda *row: rows.append(row))
    assert len(prompt.told) == whispered and [row[0] for row in rows] == ([tag] if tag else [])
    assert "'x'" not in str(rows)


def test_which_passwords_a_configuration_needs():
    class Other:
        wifi, mqtt = None, {"user": "gridrest"}
    assert passwords.needed(House) == ["wifi"] and passwords.needed(Other) == ["mqtt"]


def test_trouble_has_an_exit_code():
    assert Trouble("x").code == 1


def test_a_port_that_somebody_else_has_is_waited_for_a_moment(tmp_path, monkeypatch):
    import os
    import threading

    from mpremote.transport_serial import SerialTransport
    _master, slave = os.openpty()
    name = os.ttyname(slave)
    other = SerialTransport(name)
    threading.Timer(0.3, other.close).start()
    with line.Line(name) as opened:
        other = opened
        monkeypatch.setattr(line, "BUSY_S", 0.1)
        with pytest.raises(line.Gone, match="in use"):
            line.Line(name)
    with pytest.raises(line.Gone, match="there is no"):
        line.Line(str(tmp_path / "none"))
