"""What `watch` knows of boards, how old it says that is, and what it makes of messages that no board would send."""

import json
import pathlib
import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tests import recording
from host_tests.watched import OURS, PLAN, SOUND, Speaking, Stream, Watched, events, statuses
from tools.live import boards as boards_module
from tools.live import heard, text
from tools.live.telling import Telling

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def watched():
    return Watched()


# How old it is.


def test_the_age_of_a_status_is_counted_from_when_it_came_whatever_the_clocks_of_the_world_say(watched):
    watched.status(time="2031-01-01T00:00:00Z")
    watched.clock.now_s += 40
    watched.wall.now_s -= 86_400
    assert watched.standing() == ("live", 40, "Its last status came 40 s ago.")


def test_a_status_is_live_for_150_s_and_then_old(watched):
    watched.status()
    watched.pass_s(150)
    assert watched.standing().word == "live"
    watched.pass_s(1)
    assert watched.standing() == ("old", 151, "It has said nothing for more than 150 s, and speaks once a minute. Its "
                                              "last status came 2 min 31 s ago.")


@pytest.mark.parametrize("time, word, age_s", [
    ("2026-11-20T04:59:30Z", "live", 30),
    ("2026-11-20T03:00:00Z", "old", 7200),
    ("2026-11-20T05:01:59Z", "live", 0),  # clocks differ a little
    ("2026-11-20T05:02:01Z", "unknown", None),  # it cannot be from then
    (None, "unknown", None),
])  # fmt: skip
def test_what_the_broker_had_kept_is_as_old_as_its_own_time_says(watched, time, word, age_s):
    watched.status(retained=True, time=time)
    assert watched.standing()[:2] == (word, age_s)
    watched.pass_s(10)
    assert watched.standing().age_s == (None if age_s is None else age_s + 10)


def test_of_unknown_age_means_not_live_until_the_board_speaks(watched):
    watched.status(retained=True, time=None)
    assert "nobody knows how old that is" in watched.standing().text
    watched.status(time=None)
    assert watched.standing()[:2] == ("live", 0)


def test_what_the_broker_says_again_after_a_break_is_as_old_as_it_was(watched):
    watched.status(time=None)
    watched.boards.gone("it closed the connection")
    watched.pass_s(100)
    watched.boards.reached()
    watched.status(retained=True, time=None)
    assert watched.standing()[:2] == ("live", 100)


def test_without_a_broker_nothing_is_live_and_afterwards_only_what_is_said_to_be_online(watched):
    watched.status()
    watched.pass_s(10)
    watched.boards.gone("it closed the connection")
    watched.pass_s(5)
    watched.boards.gone("connection refused")
    assert watched.standing() == ("broker", 15, "The broker 192.0.2.1:1883 is not there, for 5 s: connection refused. "
                                                "Its last status came 15 s ago.")
    watched.boards.reached()
    assert watched.standing() == ("unknown", 15, "Nobody says whether it is online. Its last status came 15 s ago.")
    watched.say("availability", "online", retained=True)
    assert watched.standing().text == "It has said nothing since the broker is back. Its last status came 15 s ago."
    watched.say("status", SOUND, retained=True)
    assert watched.standing()[:2] == ("live", 15)


def test_a_board_that_was_offline_stays_so_over_a_restart_of_the_broker(watched):
    watched.status()
    watched.say("availability", "offline")
    watched.pass_s(3)
    assert watched.standing() == ("offline", 3, "The board is offline, for 3 s. Its last status came 3 s ago.")
    watched.boards.gone("it closed the connection")
    watched.boards.reached()
    assert watched.standing().word == "offline"


def test_a_board_that_speaks_is_online_whatever_was_lost_on_the_way(watched):
    watched.say("availability", "offline")
    watched.say("status", SOUND, retained=True)
    assert watched.standing().word == "offline"
    watched.say("status", {**SOUND, "seq": 4})
    assert watched.standing().word == "live"


def test_offline_that_the_broker_had_kept_has_been_so_for_nobody_knows_how_long(watched):
    watched.say("availability", "offline", retained=True)
    assert watched.standing().text == ("The board is offline, nobody knows how long. No status of it is known.")


def test_several_boards_are_told_apart(watched):
    watched.status(name="one", state="grid")
    watched.pass_s(200)
    watched.status(name="two", state="fault")
    assert (watched.standing("one").word, watched.standing("two").word) == ("old", "live")
    assert watched.board("two").status.value["state"] == "fault"


def test_a_board_that_speaks_at_the_base_itself_is_one_too():
    watched = Watched()
    watched.boards.hear("house/v2l/availability", b"online", False)
    assert list(watched.boards.boards) == ["v2l"]
    words = ("availability", "status", "plan", "event")
    assert watched.boards.topics() == [f"gridrest/{place}{word}" for place in ("+/", "") for word in words]
    assert watched.boards.topics("a") == [f"gridrest/a/{word}" for word in words]


def test_the_clock_that_counts_ages_goes_on_while_the_machine_sleeps():
    if sys.platform != "linux":
        pytest.skip("what it would be compared with is Linux's")
    assert abs(boards_module.counted_s() - float(pathlib.Path("/proc/uptime").read_text().split()[0])) < 5


# What no board would send.

HOSTILE = {
    "nothing like JSON": b"\x1b[2J\x1b]0;owned\x07",
    "not UTF-8": b'{"v": 1, "id": "\xff"}',
    "huge": json.dumps(SOUND).encode().ljust(8193),
    "deep": b"[" * 8000,
    "deep objects": b'{"v":' * 1300,
    "infinity": b'{"v": 1e999}',
    "not a number": b'{"v": NaN}',
    "endless digits": b'{"v": 1, "seq": ' + b"9" * 5000 + b"}",
    "a few digits too many": json.dumps({**SOUND, "uptime_s": 10**10}).encode(),
    "a large number in another guise": json.dumps({**SOUND, "uptime_s": 1e300}).encode(),
    "a whole number in another guise": json.dumps({**SOUND, "uptime_s": 1.0}).encode(),
    "a list": b"[]",
    "a word": b"null",
    "nothing in it": b"{}",
    "another version": b'{"v": 2, "state": "grid"}',
    "no version": b'{"state": "grid"}',
    "version true": json.dumps({**SOUND, "v": True}).encode(),
    "escape sequences for keys": json.dumps({**SOUND, "\x1b[31m": 1}).encode(),
    "escape sequences for a state": json.dumps({**SOUND, "state": "\x1b[31m"}).encode(),
    "a day that is none": json.dumps({**SOUND, "time": "2026-02-30T00:00:00Z"}).encode(),
    "a next that is none": json.dumps({**SOUND, "next": {"at": "2026-11-20T25:00:00Z", "source": "grid"}}).encode(),
}


@pytest.mark.parametrize("payload", HOSTILE.values(), ids=HOSTILE)
def test_a_status_that_is_none_is_said_to_be_none_and_does_not_pass_for_the_last(watched, payload):
    watched.status()
    watched.pass_s(5)
    watched.say("status", payload)
    watched.pass_s(2)
    standing = watched.standing()
    assert standing.word == "unreadable" and standing.age_s == 7
    assert standing.text.startswith("The last status cannot be read, for 2 s: it ")
    assert standing.text.endswith("Its last status came 7 s ago.") and len(standing.text) < 400
    watched.status()
    assert watched.standing().word == "live"


def test_the_largest_that_is_read_is_larger_than_any_board_s():
    assert heard.read_status(json.dumps(SOUND).encode().ljust(8192)) == (SOUND, None)


def test_another_version_is_named(watched):
    watched.say("status", HOSTILE["another version"])
    assert "it is of version 2, and this build reads version 1: use the tools that came with" in watched.standing().text


def test_every_status_of_every_scenario_is_read():
    for name in recording.NAMES:
        for status in statuses(name):
            assert heard.read_status(json.dumps(status).encode()) == (status, None)
        for event in events(name):
            assert heard.read_event(json.dumps(event).encode()) == (event, None)


KEYS = st.sampled_from([*SOUND, *SOUND["clock"], "at", "n", "t", "kind", "data"])
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=4), inner, max_size=4),
    max_leaves=12)


def almost(status):
    """A status with junk in one of its places."""
    return st.tuples(st.sampled_from(list(status)), JUNK).map(lambda change: {**status, change[0]: change[1]})


PAYLOADS = st.binary(max_size=60) | (JUNK | almost(SOUND) | st.lists(almost(PLAN[0]), max_size=3) | almost(
    events("plain-day")[1])).map(lambda value: json.dumps(value).encode())


@given(st.lists(st.tuples(st.sampled_from(("one", "two", "\x1b[2J", "", "x" * 70)),
                          st.sampled_from(boards_module.WORDS + ("cmd",)), PAYLOADS, st.booleans()), max_size=6))
def test_whatever_is_published_nothing_breaks_and_no_character_steers_the_terminal(messages):
    watched = Watched()
    hub = Speaking()
    telling = Telling(watched.boards, hub)
    watched.boards.listeners.append(telling._hear)
    screen, pipe = Stream(terminal=True), Stream()
    for name, word, payload, retained in messages:
        watched.say(word, payload, name, retained)
        text.Screen(watched.boards, None, screen).draw()
        text.Lines(watched.boards, None, pipe).draw()
    assert not CONTROL.search(OURS.sub("", screen.taken())) and not CONTROL.search(pipe.taken())
    assert set(watched.boards.boards) <= {"one", "two"}
    for room in hub.rooms.values():
        json.dumps(room.snapshot(), allow_nan=False)


def test_a_flood_of_names_fills_no_memory_and_is_said(watched):
    for number in range(1000):
        watched.say("status", b"junk", f"board-{number}")
    assert len(watched.boards.boards) == 64
    shown = Stream()
    text.Lines(watched.boards, None, shown).draw()
    assert "others    There are more than 64 names, and the first are listed. --id NAME finds any." in shown.taken()


def test_a_flood_of_events_fills_no_memory_and_is_said(watched):
    shown = Stream()
    lines = text.Lines(watched.boards, "one", shown)
    for _ in range(500):
        watched.say("event", events("plain-day")[0])
    lines.draw()
    told = shown.taken()
    assert len(watched.board().events) == 50 and told.count("  event  ") == 50
    assert "450 came too fast to be written here" in told
