"""The bench: a scenario told to pages as it goes, hands laid on it, and a simulator that fails."""

import json
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tests import pages, recording
from host_tests.pages import HOUSE, Page, served
from tools import preview
from tools.live import playing, truth
from tools.live.bench import scenarios
from tools.live.hub import PLURAL, SINGLE, Hub
from tools.live.messages import KEPT_S, LISTED, TO_PAGE
from tools.sim import verbs
from tools.wall import UNIX_2020

DAY = {**HOUSE, "for": "23:00:00", "config": {**HOUSE["config"], "zone": "GMT0BST,M3.5.0/1,M10.5.0"}, "events": [
    {"at": "0:20:00", "do": "weld", "what": "km2"}, {"at": "1:00:00", "do": "free", "what": "km2"},
    {"at": "1:10:00", "do": "press", "ms": 6000}, {"at": "2:00:00", "do": "reset", "cause": "watchdog"},
    {"at": "3:00:00", "do": "grid", "to": "off"}, {"at": "3:10:00", "do": "grid", "to": "on"}]}
HAND = {"press": {"ms": 200}, "stall": {"ms": 300}, "clock": {"jump_s": 30}, "emi": {"what": "km1", "cause": "panic"}}


def test_every_message_has_the_keys_that_its_example_has():
    with served(DAY) as (_bench, url), Page(url) as page:
        page.until_known("over")
        assert not page.order(do="press", ms=1)["ok"]
        told = {message["kind"]: message for message in page.heard}
        told.update({kind: message for kind, message in page.known.items() if kind in TO_PAGE and message})
        told.update({kind: page.known[PLURAL[kind]][-1] for kind in PLURAL})
    assert set(told) == set(TO_PAGE) - {"boards", "trouble"}
    for kind, message in told.items():
        assert set(message) == set(TO_PAGE[kind]), kind
    for part in ("pilot", "guard", "km1", "km2"):
        assert set(told["plant"][part]) == set(TO_PAGE["plant"][part])
    assert set(told["hello"]["bench"]) == set(TO_PAGE["hello"]["bench"])
    assert not set(LISTED) & set(SINGLE)


def test_a_page_that_comes_late_knows_what_one_knows_that_was_there():
    with served(DAY) as (_bench, url), Page(url) as page:
        page.until_known("over")
        with Page(url) as late:
            late.until_kind("snapshot")
            assert late.known == page.known
    assert [row["supply"] for row in page.known["fed"]][:3] == ["grid", "none", "v2l"]
    assert {row["cause"] for row in page.known["resets"]} == {"watchdog", "power"}
    assert [row["to"] for row in page.known["transfers"]][0] == "v2l"
    assert page.known["over"]["summary"]["transfers"] == page.known["status"]["status"]["counters"]["transfers"]


def test_a_transfer_that_failed_is_not_told_with_the_times_of_the_one_before():
    with served(DAY) as (_bench, url), Page(url) as page:
        page.until_known("over")
        welded = next(row["at"] for row in page.known["events"] if row["event"]["code"] == "km2-stuck")
        assert all(row["at"] != welded for row in page.known["transfers"])


def test_the_end_of_a_scenario_is_that_of_its_record():
    name = "km2-welded"
    with served() as (_bench, url), Page(url) as page:
        page.until_kind("snapshot")
        assert page.order(play=name)["ok"]
        page.until_kind("snapshot")
        told = page.until_known("over")
    assert page.known["installation"]["name"] == name
    assert told["summary"] == json.loads(recording.record_of(name).splitlines()[-1])
    assert "km2-stuck" in told["text"]


def test_the_installation_anew_begins_where_it_began():
    with served({**HOUSE, "for": "240:00:00"}) as (_bench, url), Page(url) as page:
        page.until(lambda message: message["kind"] == "event" and message["event"]["kind"] == "transfer")
        assert page.order(play=None)["ok"]
        page.until_kind("snapshot")
        page.until_known("events")
    begun = page.known["events"][0]["event"]
    assert begun["kind"] == "boot" and begun["n"] == 1


def test_a_hand_breaks_something_and_the_board_s_answer_is_told_in_words():
    with served(HOUSE, 60) as (_bench, url), Page(url) as page:
        page.until(lambda message: message["kind"] == "plant" and message["program"] == "running")
        page.order(pace="jump")
        page.until(lambda message: message["kind"] == "plant" and message["pilot"]["coil"] == "on")
        page.until(lambda message: message["kind"] == "time" and message["state"] == "paused")
        page.order(pace="go")
        page.until(lambda message: message["kind"] == "status" and message["status"]["state"] == "v2l")
        assert page.order(do="weld", what="km2") == {"kind": "said", "ok": True, "text": "weld km2", "order": 3}
        page.until(lambda message: message["kind"] == "plant" and message["km2"]["welded"])
        page.order(do="press", ms=200)
        page.order(pace=0)
        fault = page.until(lambda message: message["kind"] == "event" and message["level"] == "fault")
    assert fault["event"]["code"] == "km2-stuck" and "KM2 feedback has not been seen open" in fault["text"]


def keys_of(rows):
    """Some keys that a verb takes."""
    return {key: shape[1] if shape[0].__name__ in ("choice", "number") else "x" if key == "payload" else True
            for key, needed, shape in rows if needed == "required"}


def test_every_verb_can_be_asked_for_or_is_refused_for_the_reason_that_was_told():
    hub = Hub("bench", {})
    bench = pages.bench(hub, clock=pages.still())
    told = truth.installation(bench.playing.scenario, None, None)["hindered"]
    hindered = {(row["do"], row["what"]): row["why"] for row in told}
    for do, rows in verbs.VERBS:
        keys = HAND.get(do, keys_of(rows))
        done, text = bench.order({"do": do, **keys})
        why = hindered.get((do, keys.get("what"))) or hindered.get((do, None))
        assert done == (why is None) and (done or why in text), (do, text)
    assert set(hindered) == {("selector", None), *((do, None) for do in verbs.NETWORK)}


@pytest.mark.parametrize("order, words", [
    ({"do": "wield"}, 'refused: do: "wield" is not known here; did you mean "weld"?'),
    ({"do": "weld"}, "refused: what: is missing"),
    ({"do": "weld", "what": "km3"}, 'refused: what: "km3" cannot stand here'),
    ({"do": "weld", "what": "km1", "to": "on"}, 'refused: to: "to" is not known here'),
    ({"do": "hang", "at": "0:00:01"}, "refused: at: cannot stand here, because it happens now"),
    ({"do": 7}, "refused: do: 7 cannot stand here"),
    ({"pace": 2}, "a pace is one of 1, 10, 60, 360, 1440, 0, pause, go, step, jump"),
    ({"pace": True}, "a pace is one of"),
    ({"pace": ["go"]}, "a pace is one of"),
    ({"play": "no-such-scenario"}, "refused: line 1"),
    ({"play": '{"name": "x", "for": "0:01:00", "events": [{"do": "wield"}]}'}, "refused: events[0].at: is missing"),
    ({"play": 7}, "what to play is the name of a scenario, or its text"),
    ({"play": "../../config.example"}, "refused: line 1"),
    ({}, 'an order has "do", "pace", "play" or "board"'),
])
def test_what_cannot_be_done_is_refused_with_what_would_be_right(order, words):
    bench = pages.bench(Hub("bench", {}), clock=pages.still())
    done, text = bench.order(order)
    assert not done and words in text


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3))
DO = st.fixed_dictionaries({"do": st.sampled_from([row[0] for row in verbs.VERBS]) | JSON}, optional={
    key: st.sampled_from(("km1", "on", "off", "ok", 5, "watchdog")) | JSON for key in ("what", "to", "ms", "cause")})


@given(DO | st.dictionaries(st.sampled_from(("do", "pace", "play", "x")), JSON, max_size=3))
def test_whatever_is_asked_for_is_answered(order):
    done, text = pages.bench(Hub("bench", {}), clock=pages.still()).order(order)
    assert isinstance(done, bool) and isinstance(text, str)


def test_every_scenario_of_the_project_can_be_asked_for():
    assert scenarios() == recording.NAMES


class Breaking:
    """An event that the simulator cannot bear."""

    at_ms = 30_000

    @property
    def do(self):
        raise ZeroDivisionError("the simulator's own")


def with_event(event):
    made = pages.read(HOUSE)
    made.events = [event]
    return made


def test_a_simulator_that_fails_says_so_on_the_page_and_at_the_terminal_and_another_run_may_begin(capsys):
    with served(with_event(Breaking())) as (_bench, url), Page(url) as page:
        told = page.until_known("trouble")
        assert "the simulator's own" in told["text"] and "Breaking" not in told["text"] and "in do" in told["detail"]
        assert "nothing runs" in page.order(do="hang")["text"]
        page.order(play="plain-day")
        page.until_kind("snapshot")
        page.until_known("over")
        assert page.known["trouble"] is None
    assert "the simulator has failed\nTraceback" in capsys.readouterr().err


def test_a_simulator_that_does_not_go_on_is_told_of_and_so_is_that_it_does_again(capsys):
    class Stopping:
        at_ms = 30_000
        arrived, leave = threading.Event(), threading.Event()

        @property
        def do(self):
            self.arrived.set()
            self.leave.wait(pages.WITHIN_S)
            return "press"

        ms = 200

    event = Stopping()
    hub, clock = Hub("bench", {}), pages.still()
    with pages.bench(hub, with_event(event), clock=clock) as bench:
        event.arrived.wait(pages.WITHIN_S)
        bench.watch()
        assert hub.room("bench").last["trouble"] is None
        clock.time_s += playing.STUCK_S + 1
        bench.watch()
        assert "has not gone on for 10 s" in hub.room("bench").last["trouble"]["text"]
        bench.playing.beat_s = clock.time_s
        bench.watch()
        assert hub.room("bench").last["trouble"]["text"] is None
        event.leave.set()
    assert not bench.thread.is_alive()
    assert "has not gone on" in capsys.readouterr().err


def test_nothing_of_a_run_that_was_ended_is_told_of_the_next():
    hub = Hub("bench", {})
    with pages.bench(hub, {**HOUSE, "for": "240:00:00"}) as bench:
        for _again in range(5):
            assert bench.order({"play": None})[0]
            told = hub.room("bench").snapshot()
            assert told["events"] == [] and (told["time"] is None or told["time"]["state"] == "starting")
            before = bench.playing
            while not before.player:
                bench.thread.join(0.001)


def test_the_plan_is_that_of_the_preview_and_of_the_day_before():
    config = pages.read(DAY).config
    now_s = pages.read(DAY).start_s
    plan = truth.plan(config.schedule, now_s)
    begin, end = plan["since"] - UNIX_2020, plan["until"] - UNIX_2020
    assert (begin, end) == (now_s - KEPT_S, now_s + 7 * 86_400)
    assert [(row["at"] - UNIX_2020, row["source"]) for row in plan["changes"]] == [
        (one.at, one.source) for one in preview.transfers(config.schedule, begin, end)]
    assert plan["source"] == "grid"


def test_local_time_is_told_across_the_change_of_the_clocks():
    config = pages.read(DAY).config
    change_s = config.zone.next_change(pages.read(DAY).start_s)
    offsets = truth.zone(config, change_s - 3600)["offsets"]
    assert [row["offset_s"] for row in offsets] == [0, 3600] and offsets[1]["at"] == change_s + UNIX_2020
    assert [row["offset_s"] for row in truth.zone(config, change_s + 3600)["offsets"]] == [0, 3600]


def test_the_broker_of_the_board_s_network_is_there_goes_and_ends_with_the_bench(mosquitto):
    network = {"wifi": {"ssid": "x"}, "mqtt": {"host": "192.0.2.10", "commands": True}}
    told = {**HOUSE, "config": {**HOUSE["config"], **network}}
    with served(told, 60) as (_bench, url), Page(url) as page:
        def link_is(broker):
            return lambda message: message["kind"] == "link" and message["broker"] == broker

        page.until(link_is("on"))
        assert "mosquitto_sub" in page.known["installation"]["network"]
        page.order(do="broker", to="off")
        page.until(link_is("off"))
        page.order(do="broker", to="on")
        page.until(link_is("on"))
        page.order(do="message", payload='{"cmd": "grid"}')
        page.until(lambda message: message["kind"] == "event" and message["event"]["code"] == "remote")
        port = int(page.known["installation"]["network"].split(" -p ")[1].split()[0])
    with pytest.raises(OSError):
        pages.connect(f"ws://127.0.0.1:{port}/")
