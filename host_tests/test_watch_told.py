"""What `watch` tells of boards: on a screen, in a pipe, and to pages."""

import re

import pytest

from host_tests.watched import OURS, PLAN, SOUND, UNIX_S, Speaking, Stream, Watched, events
from tools.live import rows, text
from tools.live.messages import TO_PAGE
from tools.live.telling import Telling

NOW = "2026-11-20T05:00:00Z"


@pytest.fixture
def watched():
    return Watched()


# What is shown.


def shown(watched, only=None, terminal=False):
    stream = Stream(terminal)
    (text.Screen if terminal else text.Lines)(watched.boards, only, stream).draw()
    return OURS.sub("", stream.taken())


def test_a_live_board_is_told_in_full(watched):
    watched.status(next={"at": "2026-11-20T05:30:00Z", "source": "v2l"}, time=NOW,
                   last_transfer={"to": "v2l", "drop_ms": 21, "gap_ms": 34, "ms": 55}, soc=62)
    watched.say("plan", PLAN)
    watched.pass_s(90)
    told = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "WHEN", shown(watched))
    for part in (
        "board     it is there; status 1 min 30 s ago, online 1 min 30 s ago, plan 1 min 30 s ago",
        "load      from grid: commanded, and the feedback says the same",
        "why       Grid is commanded until: it is within a V2L window whose time is not used up.",
        "lacking   schedule (must hold: it is within a V2L window whose time is not used up)",
        "next      V2L at WHEN, if everything then allows it; in 28 min 30 s",
        "inputs    the V2L detector says on",
        "clock     trusted, from the battery clock; wrong by 3 s at most",
        "transfer  the last went to V2L: let go after 21 ms, gap 34 ms, in all 55 ms; 0 so far, 0 s on V2L",
        "car       its battery is said to be at 62 %",
        "plan      V2L WHEN, grid WHEN; 2 changes, told 1 min 30 s ago",
        "build     sim; up 10 s, restarts unasked 1, Wi-Fi not known, commands refused 0",
    ):
        assert part in told, told


def test_what_is_not_live_is_called_the_last_known_and_counts_down_to_nothing(watched):
    watched.status(next={"at": "2026-11-20T05:30:00Z", "source": "v2l"}, time=NOW)
    watched.say("availability", "offline")
    told = shown(watched)
    assert "known     NOT LIVE. The board is offline, for 0 s. Its last status came 0 s ago." in told
    assert "load      last known: from grid" in told and "it is there" not in told
    assert not re.search(r"next .*; (in|due)", told)


@pytest.mark.parametrize("changes, sentence", [
    ({}, "from grid: commanded, and the feedback says the same"),
    ({"feedback": "unknown", "confirmed": False}, "grid is commanded, and nothing tells whether it is so: feedback is"),
    ({"feedback": "neither", "confirmed": False}, "perhaps from nothing: grid is commanded, and KM1 and KM2 feedback"),
    ({"feedback": "both", "confirmed": False}, "PERHAPS FROM BOTH AT ONCE: grid is commanded, and KM1 and KM2"),
    ({"feedback": "v2l", "confirmed": False}, "perhaps from V2L: grid is commanded, and KM1 feedback says open"),
    ({"state": "to_v2l", "command": "v2l", "confirmed": False}, "on its way to V2L; KM1 feedback says closed"),
    ({"state": "v2l", "command": "v2l", "feedback": "v2l"}, "from V2L: commanded, and the feedback says the same"),
])
def test_what_feeds_the_board_is_told_as_far_as_anybody_can_tell(changes, sentence):
    assert rows.load({**SOUND, **changes}).startswith(sentence)


def test_a_fault_is_told_in_words_with_what_to_do(watched):
    watched.status(faults=["km2-stuck", "of-another-build", "clock-ageing"])
    told = shown(watched)
    assert "fault     km2-stuck: Told to go to grid, and KM2 feedback has not been seen open since." in told
    assert "do        Switch off the V2L supply, isolate both supplies, test KM2" in told
    assert "fault     of-another-build: another build latched this" in told and "notice    clock-ageing" in told


def test_a_hold_and_a_clock_that_is_not_set_are_told(watched):
    watched.status(hold={"local": "window", "remote": "fixed", "until": None}, time=None,
                   clock={"trust": "unset", "source": None, "error_s": None}, next=None)
    told = shown(watched)
    assert "hold      somebody at the board asks for grid until the V2L window ends" in told
    assert "hold      somebody far away asks for grid" in told
    assert "clock     the board does not know the time: tools/gridrest time set" in told


def test_a_clock_that_differs_from_this_machine_s_is_told(watched):
    watched.status(time="2026-11-20T06:00:00Z")
    assert "; 1 h 00 min ahead of this machine's" in shown(watched)
    watched.status(time="2026-11-20T04:59:50Z")
    assert "; 10 s behind this machine's" in shown(watched)


def test_of_a_pipe_only_news_is_written(watched):
    stream = Stream()
    lines = text.Lines(watched.boards, None, stream)
    watched.status()
    lines.draw()
    assert stream.taken()
    watched.pass_s(60)
    watched.status(seq=5, uptime_s=70)
    lines.draw()
    assert stream.taken() == ""
    watched.status(state="v2l", command="v2l", feedback="v2l", why=None, blocked_by=[])
    lines.draw()
    told = stream.taken().splitlines()
    assert [line.split()[3] for line in told] == ["load", "why"] and all(line.split()[2] == "one" for line in told)
    watched.boards.gone("connection refused")
    lines.draw()
    assert [line.split()[2:4] for line in stream.taken().splitlines()] == [["broker", "The"], ["one", "known"]]


def test_a_base_on_which_nobody_speaks_is_thought_about(watched):
    assert "Nothing has been heard" not in shown(watched)
    watched.pass_s(6)
    assert "silence   Nothing has been heard on gridrest/+/status. Is that what the board's conf" in shown(watched)
    assert "on gridrest/house/status." in shown(watched, "house")


class Sized(Stream):
    """A terminal of a size."""

    def __init__(self, monkeypatch, columns, lines):
        super().__init__(terminal=True)
        monkeypatch.setattr(text.os, "get_terminal_size", lambda _number: text.os.terminal_size((columns, lines)))

    def fileno(self):
        return 1


@pytest.mark.parametrize("columns, height", [(200, 60), (80, 24), (40, 12), (20, 5)])
def test_the_screen_is_never_wider_or_higher_than_the_terminal(watched, monkeypatch, columns, height):
    watched.status(faults=["km2-stuck"], fw="\u6f22" * 40 + "x" * 400)
    watched.status(name="x" * 64)
    stream = Sized(monkeypatch, columns, height)
    text.Screen(watched.boards, "one" if columns == 80 else None, stream).draw()
    lines = OURS.sub("", stream.taken()).split("\n")
    assert len(lines) <= height and max(map(len, lines)) <= columns
    assert any("... and" in line for line in lines) == (height < 60)


def test_several_boards_are_told_in_brief_on_one_screen(watched):
    for name in ("one", "two", "three"):
        watched.status(name=name, faults=["km2-stuck"])
    told = shown(watched, terminal=True)
    assert [told.count(f"\n{name}: it is there; ") for name in ("one", "two", "three")] == [1, 1, 1]
    assert "clock " not in told and "--id NAME shows all of one board." in told


def test_colour_is_for_terminals_whose_reader_wants_it(watched, monkeypatch):
    watched.status(faults=["km2-stuck"])
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Stream(terminal=True)
    text.Screen(watched.boards, None, stream).draw()
    assert "\x1b[31mfault" in stream.taken()
    monkeypatch.setenv("NO_COLOR", "1")
    text.Screen(watched.boards, None, stream).draw()
    assert "m" not in re.findall(r"\x1b\[[0-9]*(.)", stream.taken())


@pytest.mark.parametrize("given_text, encoding, written", [
    ("K\u00e4fer", "utf-8", "K\u00e4fer"), ("K\u00e4fer", "ascii", "K\\xe4fer"), ("\x1b[2J", "utf-8", "\\u001b[2J"),
    ("a\u202eb", "utf-8", "a\\u202eb"), ("\u6f22", "utf-8", "\\u6f22"), ("e\u0301", "utf-8", "e\\u0301"),
    ("\ud800", "utf-8", "\\ud800"), ("x\ny", "utf-8", "x\\u000ay"),
])
def test_what_could_steer_a_terminal_is_spelled(given_text, encoding, written):
    assert text.safe(given_text, encoding) == written


# What a page is told.


@pytest.fixture
def page(watched):
    """(hub, look): what pages are told; look() as it is done every second."""
    hub = Speaking()
    telling = Telling(watched.boards, hub)
    watched.boards.listeners.append(telling._hear)
    return hub, telling._look


def test_a_page_is_told_what_the_board_says_and_whether_it_is_so_now(watched, page):
    hub, look = page
    watched.status()
    watched.say("event", events("plain-day")[0])
    told = hub.room("one").snapshot()
    assert (told["status"]["status"], told["status"]["at"]) == (SOUND, UNIX_S)
    assert [entry["event"] for entry in told["events"]] == events("plain-day")[:1]
    assert told["link"] == {"kind": "link", "live": True, "broker": "on", "board": "online", "age_s": 0,
                            "text": "Its last status came 0 s ago."}
    watched.pass_s(151)
    look()
    told = hub.room("one").snapshot()
    assert (told["link"]["live"], told["link"]["age_s"], told["time"]["now"]) == (False, 151, UNIX_S + 151)
    assert [(entry["at"] - UNIX_S, entry["supply"]) for entry in told["fed"]] == [(0, "grid"), (151, "unknown")]
    assert hub.told == [{"id": "one", "availability": "online", "age_s": 151, "state": "grid", "faults": []}]
    for message in [told["status"], told["link"], told["time"], *told["fed"], *told["events"]]:
        assert set(message) == set(TO_PAGE[message["kind"]])


def test_what_the_broker_had_kept_for_long_is_no_claim_of_what_feeds_the_load(watched, page):
    hub, look = page
    watched.status(retained=True, time="2026-11-20T03:00:00Z")
    look()
    told = hub.room("one").snapshot()
    assert told["fed"] == [] and told["status"]["at"] == UNIX_S - 7200
    watched.status(retained=True, time=None)
    assert hub.room("one").snapshot()["status"]["at"] is None
    watched.status()
    assert [entry["supply"] for entry in hub.room("one").snapshot()["fed"]] == ["grid"]


def test_a_transfer_that_nobody_heard_of_gets_no_time(watched, page):
    hub, _look = page
    moved = {"state": "v2l", "command": "v2l", "feedback": "v2l",
             "last_transfer": {"to": "v2l", "drop_ms": 1, "gap_ms": 1, "ms": 2}}
    watched.status(counters={"transfers": 1, "v2l_s": 0, "resets": 0})
    watched.boards.gone("it closed the connection")
    watched.pass_s(60)
    watched.boards.reached()
    watched.status(counters={"transfers": 2, "v2l_s": 0, "resets": 0}, **moved)
    told = hub.room("one").snapshot()
    assert told["transfers"] == [] and [entry["supply"] for entry in told["fed"]] == ["grid", "unknown", "v2l"]


def test_the_plan_of_a_page_keeps_what_is_past(watched, page):
    hub, _look = page
    watched.say("plan", PLAN)
    plan = hub.room("one").last["plan"]
    assert (plan["since"], plan["source"], plan["until"]) == (UNIX_S, "grid", UNIX_S + 7 * 86_400)
    watched.pass_s(2000)
    watched.say("plan", PLAN[1:])
    plan = hub.room("one").last["plan"]
    assert (plan["since"], plan["source"]) == (UNIX_S, "grid")
    assert [change["at"] - UNIX_S for change in plan["changes"]] == [1800, 66_000]
    watched.pass_s(86_400)
    watched.say("plan", [])
    plan = hub.room("one").last["plan"]
    assert (plan["since"], plan["source"]) == (UNIX_S + 2000, "v2l") and len(plan["changes"]) == 1
