"""`gridrest init` as a person meets it: on a pipe and on a terminal; whatever is answered, a sound file or none."""

import json
import os
import pathlib
import pty
import select
import signal
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.core import boards, config
from tools import advice
from tools.asking import Asking, Stopped
from tools.board_words import DRIVEN
from tools.draft import Draft
from tools.interview import inputs, whole
from tools.main import main

ROOT = pathlib.Path(__file__).resolve().parent.parent
NOW = 217325400  # Friday 2026-11-20, 08:50 UTC
NAMES = [row[0] for row in DRIVEN]
NOTHING = "nothing was written.\n"
# A house with two windows, a charging window and Home Assistant.
HOUSE = ("generic-2-relay", "", "", "", "", "", "", "", "", "", "", "", "london", "mon-fri 05:30 23:20",
         "sat,sun 10:00-16:00", "", "Daily 23:30 to 05:30", "", "", "home", "192.0.2.20, 192.0.2.21", "192.0.2.10", "",
         "gridrest", "")
HOUSE_TEXT = """{
  "board": "generic-2-relay",
  "zone": "GMT0BST,M3.5.0/1,M10.5.0",
  "v2l": [
    {"days": "mon-fri", "from": "05:30", "to": "23:20"},
    {"days": "sat,sun", "from": "10:00", "to": "16:00"}
  ],
  "charge": [{"days": "daily", "from": "23:30", "to": "05:30"}],
  "charge_lead_min": 10,
  "inputs": {"km1": "mirror", "km2": "mirror", "car": "low"},
  "button": {"kind": "nc", "as": "momentary"},
  "rtc": "ds3231",
  "wifi": {"ssid": "home"},
  "ntp": {"hosts": ["192.0.2.20", "192.0.2.21"]},
  "mqtt": {"host": "192.0.2.10", "port": 1883, "user": "gridrest", "discovery": true}
}
"""
BUTTON, KM1, CAR, ZONE, V2L = 2, 5, 8, 12, 13  # places in HOUSE


def lines(answers):
    return "".join(answer + "\n" for answer in answers)


@pytest.fixture
def init(tmp_path, capsys, monkeypatch):
    """Answer the questions; returns (exit code, what was written or None, stdout, stderr)."""
    monkeypatch.setenv("TZ", "Europe/Dublin")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)

    def run(answers, *arguments):
        (tmp_path / "answers").write_bytes(answers if isinstance(answers, bytes) else lines(answers).encode())
        code = main(["init", *arguments, "--answers", "answers"])
        path = tmp_path / "config.json"
        return (code, path.read_text(encoding="utf-8") if path.exists() else None, *capsys.readouterr())
    return run


def process(folder, given, *arguments, **environment):
    return subprocess.run([sys.executable, "-m", "tools.main", "init", *arguments], cwd=folder, input=given,
                          capture_output=True, timeout=60,
                          env={**os.environ, "PYTHONPATH": str(ROOT), "TZ": "Europe/Dublin", **environment})


def held(answers, start=NOW):
    """(the text that the questions end in, the findings that were told)."""
    given, told = list(answers), []

    def read(prompt):
        assert len(prompt) < 80  # as wide as a narrow terminal
        return given.pop(0)
    text = whole.hold(Asking(read, lambda _line: None, told.extend), start)
    assert not given
    return text, told


def prompts_of(answers):
    """The questions up to the one after these answers."""
    seen = []

    def read(prompt):
        seen.append(prompt)
        if len(seen) > len(answers):
            raise EOFError
        return answers[len(seen) - 1]
    with pytest.raises(Stopped):
        whole.hold(Asking(read, lambda _line: None, lambda _findings: None), NOW)
    return seen


# --- The file.


def test_a_whole_session_through_a_pipe_writes_a_file_that_check_accepts(tmp_path):
    ran = process(tmp_path, lines(HOUSE).encode())
    assert ran.returncode == 0 and (tmp_path / "config.json").read_text() == HOUSE_TEXT
    assert [path.name for path in tmp_path.iterdir()] == ["config.json"]
    said = ran.stdout.decode()
    assert "Europe/London is GMT0BST,M3.5.0/1,M10.5.0; there it is " in said
    assert "config.json is written.\nconfig.json: all well; generic-2-relay, two relays, " in said
    assert "05:30 V2L, 23:20 grid" in said and "of V2L in 168 h." in said
    assert said.count("tools/gridrest flash asks for") == 2 and "Battery clock: ds3231, none [ds3231]: \n" in said


def test_the_answers_of_a_file_are_as_good_as_those_of_a_pipe(init):
    assert init(HOUSE)[:2] == (0, HOUSE_TEXT)
    windows = b"\xef\xbb\xbf" + "\r\n".join(["yes", *HOUSE[:-1], "yes"]).encode()
    assert init(windows)[:2] == (0, HOUSE_TEXT)


def test_enter_takes_what_is_advised(init):
    code, text, said, _errors = init(["2", *[""] * 15])
    assert code == 0 and json.loads(text) == {
        "board": "generic-2-relay", "zone": "IST-1GMT0,M10.5.0,M3.5.0/1", "rtc": "ds3231",
        "inputs": {"km1": "mirror", "km2": "mirror", "car": "low"}, "button": {"kind": "nc", "as": "momentary"}}
    assert said.count("warning: v2l: there is no V2L window") == 1  # by `check`, once it is the last word


def test_names_beyond_ascii_are_written_as_they_are(init):
    assert '"wifi": {"ssid": "Café 7"}' in init([*HOUSE[:19], "Café 7", "", ""])[1]


def test_a_file_that_is_there_is_kept_only_if_that_is_wanted(init, tmp_path):
    (tmp_path / "config.json").write_text("mine")
    for no in ("no", ""):
        assert init([no])[:2] == (1, "mine")
    code, text, said, _errors = init(["yes", *HOUSE])
    assert (code, text) == (0, HOUSE_TEXT) and (tmp_path / "config.json.bak").read_text() == "mine"
    assert "what it was is in config.json.bak.\n" in said
    assert "in place of config.json.bak" in init(["yes", *HOUSE])[2]
    assert (tmp_path / "config.json.bak").read_text() == HOUSE_TEXT


def test_another_file_may_be_named_and_a_link_is_followed(init, tmp_path):
    (tmp_path / "house").mkdir()
    (tmp_path / "link.json").symlink_to("house/real.json")
    assert init(HOUSE, "link.json")[:2] == (0, None)
    assert (tmp_path / "link.json").is_symlink() and (tmp_path / "house" / "real.json").read_text() == HOUSE_TEXT


@pytest.mark.parametrize("arguments, words", [
    (["-"], "- is no file that could be written; name one"),
    (["."], ". is no file that could be written; name one"),
    (["nowhere/config.json"], "its folder does not exist; make it first"),
])
def test_wrong_use_is_told_before_any_question(init, arguments, words):
    code, _text, said, errors = init(HOUSE, *arguments)
    assert code == 2 and words in errors and said == ""


# --- Nothing is written.


@pytest.mark.parametrize("count", [0, 1, 4, 12, 15, len(HOUSE) - 1])
def test_answers_that_end_early_write_nothing(init, count):
    code, text, _said, errors = init(HOUSE[:count])
    assert (code, text) == (1, None) and errors.endswith("the answers ended before the questions did; " + NOTHING)


def test_answers_that_are_left_over_write_nothing(init):
    code, text, _said, errors = init([*HOUSE, "", "more", ""])
    assert (code, text) == (1, None) and 'answers are left over, from "more" on' in errors


def test_answers_that_fit_no_question_or_have_no_end_write_nothing(init):
    assert "20 answers to one question could not be used; " + NOTHING in init(["x"] * 99)[3]
    assert "one of the answers has no end; " + NOTHING in init(b"x" * 99999)[3]
    assert init(b"")[:2] == (1, None)


def test_answers_that_cannot_be_read_write_nothing(tmp_path, capsys):
    path = str(tmp_path / "config.json")
    assert main(["init", path, "--answers", str(tmp_path)]) == 1
    assert capsys.readouterr().err.endswith("(Is a directory); " + NOTHING)
    assert main(["init", path, "--answers", "nowhere"]) == 2
    assert "nowhere cannot be read (No such file or directory); name a file" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_disk_that_does_not_take_the_file_leaves_what_was_there(init, tmp_path):
    (tmp_path / "config.json").write_text("mine")
    (tmp_path / "config.json.part").mkdir()
    code, text, _said, errors = init(["yes", *HOUSE])
    assert (code, text) == (1, "mine") and "config.json.part cannot be written (Is a directory); " + NOTHING in errors


# --- Answers that are refused, and asked for again.


@pytest.mark.parametrize("at, answer, words", [
    (0, "generic-2-rely", 'board: "generic-2-rely" is not known here; did you mean "generic-2-relay"?'),
    (0, "kincony-a4", 'board: "kincony-a4" is not driven, because its relays hang on pins that the chip reads'),
    (0, "13", 'board: "13" is not known here'),
    (0, "0", 'board: "0" is not known here'),
    (1, "3", 'relays: "3" is no answer here; '),
    (BUTTON, "mirror", 'button.kind: "mirror" is no answer here; write nc or no'),
    (BUTTON, "nc 0", "button.kind: a normally closed one on pin 0 keeps the chip from starting; write no, or another"),
    (BUTTON, "nc 16", "button.pin: pin 16 already serves pilot; choose another"),
    (BUTTON, "nc here", 'button.pin: "here" is no pin; write its number'),
    (BUTTON, "nc 6", "button.pin: pin 6 carries the flash memory; choose 13, 14"),
    (KM1, "miror", 'inputs.km1: "miror" is no answer here; did you mean mirror?'),
    (KM1, "n", 'inputs.km1: "n" is no answer here; did you mean nc?'),
    (KM1, "none 14", 'inputs.km1: "none 14" fits no pin; write none alone'),
    (KM1, "mirror 99", "inputs.km1.pin: 99 cannot stand here; write a whole number from 0 to 48"),
    (KM1, "mirror 33 34", 'inputs.km1: "33 34" is no pin'),
    (KM1, "mirror 18", "inputs.km1.pin: pin 18 already serves button"),
    (CAR, "low 1", "inputs.car.pin: pin 1 carries the console"),
    (ZONE, "Bergen", 'zone: "Bergen" is no place that is known here; write the largest city'),
    (ZONE, "GMT0BST,M3", 'zone: "GMT0BST,M3": the text ends after'),
    (V2L, "weekdays 05:30 23:20", 'v2l[0].days: "weekdays" cannot stand here; write days like "mon-fri"'),
    (V2L, "mon 5:30 23:20", 'v2l[0].from: "5:30" cannot stand here; write a time from "00:00" to "23:59"'),
    (V2L, "mon 05:30", 'v2l[0]: "mon 05:30" is not days and two times; write them like mon-fri 05:30 23:20'),
    (V2L, "mon 05:30 05:30", 'v2l[0].to: "05:30" is also where the window begins'),
    (V2L + 1, "mon 05:30 24:01", "v2l[1].to: "),
    (18, "soon", 'charge_lead_min: "soon" cannot stand here; write a whole number from 0 to 720'),
    (18, "9" * 9, 'charge_lead_min: "999999999" cannot stand here'),
    (19, "a name of more than thirty-two bytes", "wifi.ssid: "),
    (20, "1,2,3,4,5", "ntp.hosts: 5 entries cannot stand here; write a list of one to four time servers"),
    (20, ",", "ntp.hosts: 0 entries cannot stand here"),
    (21, "http://192.0.2.10", "mqtt.host: "),
    (22, "70000", "mqtt.port: 70000 cannot stand here; write a whole number from 1 to 65535"),
    (24, "perhaps", 'mqtt.discovery: "perhaps" is no answer here; write yes or no'),
    (19, "tab\tinside", 'answer: "tab\\tinside" has a character that cannot stand here; leave it out'),
])
def test_an_answer_that_cannot_be_used_is_refused_with_its_remedy_and_asked_for_again(at, answer, words):
    text, told = held([*HOUSE[:at], answer, *HOUSE[at:]])
    [(level, key, message)] = told
    assert text == HOUSE_TEXT and level == "refused" and f"{key}: {message}".startswith(words)


def test_a_word_of_junk_bytes_is_refused_too(init):
    code, text, said, _errors = init(lines(HOUSE[:19]).encode() + b"caf\xe9\n" + lines(HOUSE[19:]).encode())
    assert (code, text) == (0, HOUSE_TEXT) and "refused: answer: " in said


def test_a_question_mark_explains_every_question_and_changes_nothing(init):
    code, text, said, _errors = init([answer for one in HOUSE for answer in ("?", one)])
    assert (code, text) == (0, HOUSE_TEXT) and "refused" not in said
    assert "closed while they are open; advised" in said and "these are left: 14.\n" in said


def test_a_warning_is_told_as_soon_as_an_answer_brings_it():
    told = held([*HOUSE[:V2L], "mon 22:00 23:25", *HOUSE[V2L:]])[1]
    assert [(key, message[:20]) for _level, key, message in told] == [
        ("v2l[1]", "it overlaps v2l[0]; "), ("v2l[0]", "charging and its lea")]
    assert [key for _level, key, _message in held([*HOUSE[:BUTTON], "no", *HOUSE[BUTTON + 1:]])[1]] == ["button.kind"]
    assert held(HOUSE)[1] == []


# --- What belongs to a board.


def test_one_relay_leaves_out_the_guard_of_the_board_and_two_may_have_one_of_ones_own():
    assert json.loads(held(["2", "1", *HOUSE[2:]])[0])["guard"] == "none"
    assert json.loads(held(["1", "2", "17", *HOUSE[2:]])[0])["guard"] == 17
    assert json.loads(held(["1", "2", "17 low", *HOUSE[2:]])[0])["guard"] == {"pin": 17, "kind": "low"}
    assert "guard" not in json.loads(held(["1", "2", "17 low now", "35", "17 middling", "none", *HOUSE[2:]])[0])
    assert "guard" not in json.loads(held(["1", *HOUSE[1:]])[0])


@pytest.mark.parametrize("name", NAMES)
def test_every_board_has_a_session_that_ends_well(name):
    draft = Draft(name, NOW)
    button = [""] if draft.own_pin("button") is not None else ["", "nc", "nc 27"]
    clock = [""] if draft.own_pin("sda") is not None else []
    assume = ["y"] if draft.own_pin("car") is None else []
    text, told = held([name, "", *button, "", *clock, "", "", "", "", *assume, "", "", "", "", "", "", ""])
    made, problems = config.check(text.encode(), boards.PROFILES)
    assert problems == [] and made.board == name
    assert made.setup.car_assumed == bool(assume)
    refused = [key for level, key, _message in told if level == "refused"]
    assert refused == (["button.pin"] if len(button) > 1 else [])


def test_a_boards_own_button_is_of_the_kind_that_its_cautions_say():
    open_ones = [name for name in NAMES if prompts_of([name, "", "?"])[-1].endswith("[no]: ")]
    assert open_ones == ["szhjw-x1-ac", "lctech-x2", "lctech-x4", "lctech-x8", "olimex-esp32-evb",
                         "waveshare-s3-relay-6ch", "athom-2ch-r2"]


def test_what_a_broken_wire_does_is_said_by_a_warning_or_by_the_question():
    for row in inputs.ROWS:
        for kind, looks in zip(row.kinds, row.broken):
            draft = Draft("generic-2-relay", NOW)
            assert draft.put("inputs.km2", "mirror") == [] == draft.put("inputs." + row.signal, kind)
            broken = [key for key, what in draft.news() if "a broken wire" in what]
            assert broken == ([] if looks else ["inputs." + row.signal])


# --- On a terminal.


class Terminal:
    """The command on a terminal of its own: a key press is sent when the words before it have come."""

    def __init__(self, folder):
        child, self.master = pty.fork()
        if child == 0:
            os.chdir(folder)
            os.environ.update(PYTHONPATH=str(ROOT), TERM="dumb", TZ="Europe/Dublin")
            os.execv(sys.executable, [sys.executable, "-m", "tools.main", "init"])
        self.child = child
        self.shown = b""

    def until(self, words, within_s=30):
        end = time.monotonic() + within_s
        while words not in self.shown:
            assert time.monotonic() < end, self.shown.decode()
            if select.select([self.master], [], [], 0.1)[0]:
                self.shown += os.read(self.master, 65536)
        self.shown = self.shown.partition(words)[2]

    def send(self, words, keys):
        self.until(words)
        os.write(self.master, keys)

    def end(self, again=b"", within_s=30):
        """(exit code, the rest of what was shown). A key that came before it was waited for is pressed again."""
        end = time.monotonic() + within_s
        try:
            while time.monotonic() < end:
                if select.select([self.master], [], [], 0.5)[0]:
                    self.shown += os.read(self.master, 65536)
                else:
                    os.write(self.master, again)
        except OSError:  # how Linux tells that the other end is closed
            pass
        else:
            os.kill(self.child, signal.SIGKILL)
        os.close(self.master)
        return os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1]), self.shown.decode()


def test_a_person_at_a_terminal_is_led_to_a_file(tmp_path):
    terminal = Terminal(tmp_path)
    terminal.send(b"Board, by number or name: ", b"generic-1\x7f2-relay\r")
    for answer in HOUSE[1:]:
        terminal.send(b"]: ", answer.encode() + b"\r")
    terminal.until(b"config.json is written.")
    assert terminal.end()[0] == 0 and (tmp_path / "config.json").read_text() == HOUSE_TEXT


@pytest.mark.parametrize("key, code, words", [
    (b"\x03", 130, "gridrest: interrupted; nothing was written."),
    (b"\x04", 1, "gridrest: the answers ended before the questions did; nothing was written."),
])
def test_leaving_at_a_terminal_writes_nothing_and_says_so(tmp_path, key, code, words):
    terminal = Terminal(tmp_path)
    terminal.send(b"Board, by number or name: ", b"2\r")
    terminal.send(b"Relays, 1 or 2 [2]: ", key)
    ended, rest = terminal.end(key)
    assert ended == code and words in rest and not list(tmp_path.iterdir())


# --- Whatever is answered.

WORDS = (*NAMES, *HOUSE, "1", "2", "3", "10", "11", "no", "yes", "none", "nc", "mirror", "high", "low", "nc 0",
         "nc 13", "no 34", "mirror 25", "mirror 36", "low 4", "high 17", "17", "25 low", "selector", "?", "spain",
         "Cuba", "UTC0", "EST5EDT", "mon-fri 22:00 06:00", "daily 00:00 24:00", "sun 01:15 01:45", "mon 12:00 12:01",
         "720", "ca.der", "é" * 16, "x" * 200, '"', "\\", "{}", "\x00", "\ud800", "\u2028")
ANSWER = st.one_of(st.just(""), st.sampled_from(WORDS), st.text(max_size=8))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(NAMES), st.lists(ANSWER, max_size=60))
def test_whatever_is_answered_a_file_that_check_accepts_comes_of_it_or_none(board, answers):
    """Where the answers are used up, Enter is pressed until the end."""
    waiting, told = [board, *answers], []
    asking = Asking(lambda _prompt: waiting.pop(0) if waiting else "", lambda _line: None, told.extend)
    try:
        text = whole.hold(asking, NOW)
    except Stopped as why:
        assert str(why) == "20 answers to one question could not be used"
    else:
        made, problems = config.check(text.encode(), boards.PROFILES, advice)
        assert problems == [] and made.board == board
    assert all("; " in message for level, _key, message in told if level == "refused")
