"""Commands: what is one, and everything that is none. What comes of each is the same on both interpreters."""

import json
import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from firmware.core import dates
from firmware.net import orders
from host_tests.netface import Here, There

NOW_S = dates.seconds(2026, 11, 20, 10)
UNIX_S = NOW_S + orders.UNIX_S
LETTERS = {("grid",), ("auto",), ("charging", 0), ("charging", 1), *(("soc", percent) for percent in range(101))}
GRID = b'{"cmd":"grid"}'


def until(seconds, **members):
    return json.dumps({**members, "expires": UNIX_S + seconds}).encode()


UP_S = 86_400


def read(payload, now_s=NOW_S, last=None, retained=False, up_s=UP_S):
    return orders.read(payload, retained, now_s, up_s, {} if last is None else last)


GOOD = (
    (GRID, ("grid",)),
    (b' {\t"cmd"\r:\n"grid" } \n', ("grid",)),
    (until(60, cmd="grid"), ("grid",)),
    (until(60, cmd="auto"), ("auto",)),
    (until(1, cmd="auto"), ("auto",)),
    (until(300, cmd="auto"), ("auto",)),
    (until(60, cmd="soc", value=0), ("soc", 0)),
    (until(60, cmd="soc", value=100), ("soc", 100)),
    (until(60, value=57, cmd="soc"), ("soc", 57)),
    (until(60, cmd="charging", on=True), ("charging", 1)),
    (until(60, cmd="charging", on=False), ("charging", 0)),
    (GRID + b" " * (200 - len(GRID)), ("grid",)),
)  # fmt: skip


@pytest.mark.parametrize("payload, letter", GOOD)
def test_a_command_becomes_a_letter(payload, letter):
    assert read(payload) == (letter, None)


MALFORMED = (
    b"", b" ", b"{}", b"{", b"}", b"[]", b"null", b'"grid"', b"grid", b"\xff\xfe{}", b"\x00" * 20,
    b'{"cmd": "grid"', b'"cmd": "grid"}', b'{"cmd": "grid"}}', b'{{"cmd": "grid"}', b'[{"cmd": "grid"}]',
    b'{"cmd": "grid"} x', b'x {"cmd": "grid"}', b'{"cmd": "grid"}{"cmd": "grid"}', b'{"cmd": "grid"}, {"cmd": "grid"}',
    b'{"cmd": "grid",}', b'{,"cmd": "grid"}', b'{"cmd": "grid",,}', b'{"cmd": "grid" "cmd"}', b'{"cmd" "grid"}',
    b'{"cmd":: "grid"}', b'{"cmd": : "grid"}', b'{"cmd": "grid":}', b'{"cmd"= "grid"}',
    b'{cmd: "grid"}', b"{'cmd': 'grid'}", b'{"cmd": grid}', b'{"cmd": "Grid"}', b'{"cmd": "grid "}', b'{"Cmd": "grid"}',
    b'{"cmd": "v2l"}', b'{"cmd": ""}', b'{"cmd": null}', b'{"cmd": ["grid"]}', b'{"cmd": {"cmd": "grid"}}',
    b'{"cmd": 1}',
    b'{"cmd": "gr\\u0069d"}', b'{"\\u0063md": "grid"}', b'{"cmd": "gr\xc3\xaad"}', b'{"cmd": "grid\\u0000"}',
    b'{"cmd": "grid", "cmd": "grid"}', b'{"cmd": "auto", "cmd": "grid"}', b'{"cmd": "grid", "extra": 1}',
    b'{"cmd": "grid", "value": 50}', b'{"cmd": "grid", "on": true}', b'{"cmd": "grid", "expires": null}',
    b'{"cmd": "grid", "expires": "1795168860"}', b'{"cmd": "grid", "expires": }', b'{"cmd": "grid", "expires"}',
    b'{"cmd": "grid"\x0b}', b'\x0b{"cmd": "grid"}', b'{\x0b"cmd": "grid"}',
    b'\xef\xbb\xbf{"cmd": "grid"}', b'{"cmd": /**/ "grid"}',
    b'{"cmd": "auto"}', b'{"cmd": "soc", "value": 50}', b'{"cmd": "charging", "on": true}', b'{"expires": 1795168860}',
    until(60), until(60, cmd="soc"), until(60, cmd="charging"), until(60, cmd="auto", value=1),
    until(60, cmd="auto", on=True),
    until(60, cmd="soc", on=True), until(60, cmd="charging", value=1), until(60, cmd="soc", value=50, on=True),
    until(60, cmd="charging", on=True, value=50), until(60, cmd="soc", value=101), until(60, cmd="soc", value=-1),
    until(60, cmd="soc", value="50"), until(60, cmd="soc", value=None), until(60, cmd="soc", value=True),
    until(60, cmd="soc", value=50.0), until(60, cmd="charging", on=1), until(60, cmd="charging", on="true"),
    until(60, cmd="charging", on=None), until(60, cmd="soc", value=50).replace(b"50", b"050"),
    until(60, cmd="soc", value=50).replace(b"50", b"5e1"), until(60, cmd="soc", value=50).replace(b"50", b"+50"),
    until(60, cmd="soc", value=50).replace(b"50", b"5 0"), until(60, cmd="soc", value=50).replace(b"50", b"5_0"),
    until(60, cmd="soc", value=50).replace(b"50", b"0x32"),
    until(60, cmd="soc", value=50).replace(b"50", b"\xd9\xa5\xd9\xa0"),
    until(60, cmd="auto", expire=1), until(-UNIX_S - 1, cmd="auto"), until(-UNIX_S, cmd="auto"),
    b'{"cmd": "auto", "expires": 1795168860.0}', b'{"cmd": "auto", "expires": 17951688600}',
    b'{"cmd": "auto", "expires": ' + b"9" * 150 + b"}", b'{"cmd": "auto", "expires": 01795168860}',
    GRID + b" " * (201 - len(GRID)), b"{" * 200, b"[" * 200, b"{" + b"," * 198 + b"}", b'{"cmd":' + b'"' * 150 + b"}",
)  # fmt: skip


@pytest.mark.parametrize("payload", MALFORMED, ids=repr)
def test_what_is_not_exactly_a_command_is_malformed(payload):
    last = {}
    assert read(payload, last=last) == (None, "malformed")
    assert read(payload, -1, last) == (None, "malformed")
    assert last == {}


TIMES = (
    (until(0, cmd="auto"), NOW_S, "expired"), (until(-1, cmd="auto"), NOW_S, "expired"),
    (until(301, cmd="auto"), NOW_S, "too far ahead"), (until(60, cmd="auto"), -1, "no clock"),
    (until(60, cmd="soc", value=50), -1, "no clock"), (until(60, cmd="charging", on=False), -1, "no clock"),
    (until(0, cmd="grid"), NOW_S, "expired"), (until(301, cmd="grid"), NOW_S, "too far ahead"),
    (until(-86_400, cmd="grid"), -1, None), (GRID, -1, None),
)  # fmt: skip


@pytest.mark.parametrize("payload, now_s, why", TIMES)
def test_a_command_counts_only_in_its_time_and_grid_needs_none(payload, now_s, why):
    letter, said = read(payload, now_s)
    assert said == why and (letter is None) == (why is not None)


@pytest.mark.parametrize("payload", [payload for payload, _letter in GOOD])
def test_what_a_broker_kept_is_never_obeyed(payload):
    assert read(payload, retained=True) == (None, "retained")


def test_of_each_command_only_a_newer_one_is_accepted():
    last = {}
    assert read(until(60, cmd="auto"), last=last)[1] is None
    assert read(until(60, cmd="auto"), last=last)[1] == "replayed"
    assert read(until(59, cmd="auto"), last=last)[1] == "replayed"
    assert read(until(60, cmd="soc", value=1), last=last)[1] is None
    assert read(until(60, cmd="soc", value=2), last=last)[1] == "replayed"
    assert read(until(61, cmd="auto"), last=last)[1] is None
    assert read(GRID, last=last) == read(GRID, last=last) == (("grid",), None)
    assert last == {"auto": NOW_S + 61, "soc": NOW_S + 60}


def test_what_was_refused_does_not_stand_in_the_way_of_what_follows():
    last = {}
    for payload in (until(301, cmd="auto"), until(200, cmd="auto", on=True)):
        assert read(payload, last=last)[0] is None
    assert read(until(100, cmd="auto"), last=last) == (("auto",), None)


def test_one_accepted_by_a_clock_that_was_wrong_does_not_bar_the_right_ones():
    last = {}
    assert read(until(86_400 + 60, cmd="auto"), NOW_S + 86_400, last)[1] is None
    assert read(until(60, cmd="auto"), NOW_S, last)[1] is None
    assert read(until(60, cmd="auto"), NOW_S, last)[1] == "replayed"


RIGHTS = ({"cmd": "auto"}, {"cmd": "soc", "value": 50}, {"cmd": "charging", "on": False})


@pytest.mark.parametrize("members", RIGHTS, ids=lambda members: members["cmd"])
@pytest.mark.parametrize("up_s", [0, 1, 60, 299])
def test_after_a_start_nothing_counts_that_the_run_before_may_have_accepted(members, up_s):
    last = {}
    for seconds in (1, 150 - up_s // 2, 300 - up_s):  # the last is the latest that was allowed when the board started
        assert read(until(seconds, **members), last=last, up_s=up_s)[1] in ("replayed", "too far ahead")
    assert last == {}
    if up_s:
        assert read(until(300 - up_s + 1, **members), last=last, up_s=up_s)[1] is None
        assert read(until(300 - up_s + 1, **members), last=last, up_s=up_s)[1] == "replayed"


@pytest.mark.parametrize("members", RIGHTS, ids=lambda members: members["cmd"])
def test_five_minutes_after_a_start_whatever_is_in_its_time_counts(members):
    assert read(until(1, **members), up_s=300)[1] is None


def test_grid_counts_at_once_after_every_start():
    assert read(until(1, cmd="grid"), up_s=0) == read(GRID, up_s=0) == (("grid",), None)


WORDS = st.sampled_from([
    b'"cmd"', b'"expires"', b'"value"', b'"on"', b'"grid"', b'"auto"', b'"soc"', b'"charging"', b"true", b"false",
    b"50", str(UNIX_S + 60).encode(), b"{", b"}", b":", b",", b" ", b'"', b"\\", b"[", b"]",
])  # fmt: skip
PAYLOADS = st.one_of(st.binary(max_size=250), st.lists(WORDS, max_size=20).map(b"".join),
                     st.lists(st.tuples(WORDS, WORDS), max_size=4).map(
                         lambda pairs: b"{" + b",".join(key + b":" + value for key, value in pairs) + b"}"))


@given(PAYLOADS, st.booleans(), st.sampled_from([NOW_S, -1]))
@example(until(60, cmd="auto"), False, NOW_S)
def test_whatever_comes_gives_a_letter_of_the_list_or_a_word(payload, retained, now_s):
    last = {}
    letter, why = orders.read(payload, retained, now_s, UP_S, last)
    assert (letter in LETTERS) != isinstance(why, str) and (letter is None or why is None)
    if letter is None:
        assert last == {}
    else:
        members = json.loads(payload)  # what is accepted is JSON, and means the same to another reader
        assert members["cmd"] == letter[0] and not retained
        assert [members.get(key) for key in ("value", "on") if key in members] == list(letter[1:])


def test_micropython_makes_the_same_of_all_of_it(micropython_32):
    chance = random.Random(5)
    rows = [(payload, False, NOW_S) for payload, _letter in GOOD] + [(payload, False, -1) for payload in MALFORMED]
    rows += [(payload, False, now_s) for payload, now_s, _why in TIMES] + [(GRID, True, NOW_S)]
    for payload, _retained, now_s in rows[:]:
        damaged = bytearray(payload)
        if damaged:
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        rows.append((bytes(damaged), False, now_s))
    assert There(micropython_32).run("judge", rows) == Here().run("judge", rows)
