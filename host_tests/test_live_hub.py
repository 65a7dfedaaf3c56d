"""What is kept for pages: all that they need, no more, and in words."""

import json
import threading

import pytest

from firmware.core import changeover, clock, faults, permits, sentences
from host_tests import recording
from tools.live import words
from tools.live.hub import LENGTHS, SINGLE, Hub, instant
from tools.live.messages import EVENTS, KEPT_S, TO_PAGE, TRANSFERS

DAY_S = 86_400


def lines(name):
    return [json.loads(line) for line in recording.record_of(name).splitlines()]


def statuses(name):
    return [line["status"] for line in lines(name) if line["kind"] == "status"]


def room(truth=False):
    return Hub("watch").room("a", truth)


def told(status_count, **over):
    """A status, with some of it replaced."""
    status = statuses("plain-day")[-1]
    return {**status, **over, "counters": {**status["counters"], "transfers": status_count}}


# What is kept.


def test_a_snapshot_is_the_last_of_each_kind_and_the_last_of_the_lists():
    kept = room()
    kept.put("zone", text="UTC0", offsets=[])
    kept.put("zone", text="GMT0", offsets=[])
    for at in range(EVENTS + 7):
        kept.reset(at, "panic")
    snapshot = kept.snapshot()
    assert snapshot["zone"]["text"] == "GMT0" and snapshot["plan"] is None
    assert [row["at"] for row in snapshot["resets"]] == list(range(7, EVENTS + 7))
    assert set(snapshot) == set(TO_PAGE["snapshot"])


def test_what_is_new_is_taken_once_the_lists_whole_and_of_the_rest_the_last():
    kept = room()
    for at in range(3):
        kept.reset(at, "panic")
        kept.put("zone", text=f"zone {at}", offsets=[])
    taken = kept.take()
    assert [message["at"] for message in taken if message["kind"] == "reset"] == [0, 1, 2]
    assert [message["text"] for message in taken if message["kind"] == "zone"] == ["zone 2"]
    assert kept.take() == []


def test_nothing_is_told_again_that_has_not_changed():
    kept = room()
    kept.put("zone", text="UTC0", offsets=[])
    kept.take()
    kept.put("zone", text="UTC0", offsets=[])
    assert kept.take() == []


def test_another_run_is_told_as_a_snapshot_in_which_nothing_is_left():
    kept = room()
    kept.reset(1, "panic")
    kept.put("zone", text="UTC0", offsets=[])
    kept.begin()
    kept.reset(2, "soft")
    taken = kept.take()
    assert [message["kind"] for message in taken] == ["snapshot"]
    assert [row["at"] for row in taken[0]["resets"]] == [2] and taken[0]["zone"] is None


def test_nothing_grows_however_much_is_told():
    kept = room(truth=True)
    for number in range(2_100):
        kept.fed(number, ("grid", "v2l")[number % 2])
        kept.event(number, {"kind": "boot", "code": "power", "data": None})
        kept.status(number, told(number))
    assert {name: len(kept.lists[name]) for name in kept.lists} == {
        "fed": LENGTHS["fed"], "transfers": TRANSFERS, "events": EVENTS, "resets": 0}
    assert len(kept.listed) <= 2 * EVENTS and len(kept.news) <= len(SINGLE)


def test_what_fed_the_load_is_kept_for_a_day_and_from_its_beginning():
    kept = room(truth=True)
    for hour in range(0, 72, 6):
        kept.fed(hour * 3600, ("grid", "v2l")[hour // 6 % 2])
        kept.fed(hour * 3600 + 1, ("grid", "v2l")[hour // 6 % 2])  # no change
    at = [row["at"] for row in kept.snapshot()["fed"]]
    assert at == [hour * 3600 for hour in (36, 42, 48, 54, 60, 66)] and at[1] == at[-1] - KEPT_S


def test_what_a_board_says_is_what_fed_the_load_where_nobody_knows_the_truth():
    believed, knowing = room(), room(truth=True)
    for number, feedback in enumerate(("grid", "neither", "v2l", "both", "unknown", "grid")):
        for kept in (believed, knowing):
            kept.status(number, told(0, feedback=feedback))
    assert [row["supply"] for row in believed.snapshot()["fed"]] == ["grid", "none", "v2l", "both", "unknown", "grid"]
    assert knowing.snapshot()["fed"] == []


# Transfers.


def test_a_transfer_is_told_once_it_is_measured():
    kept, first, second = room(), {"to": "v2l", "drop_ms": 21, "gap_ms": 34, "ms": 55}, None
    second = {**first, "to": "grid"}
    for at, count, state, measured in ((1, 4, "grid", second), (2, 5, "to_v2l", second), (3, 5, "v2l", first),
                                       (4, 5, "v2l", first), (5, 6, "grid", second), (6, 6, "grid", second)):
        kept.status(at, told(count, state=state, last_transfer=measured))
    assert [(row["at"], row["to"]) for row in kept.snapshot()["transfers"]] == [(3, "v2l"), (5, "grid")]


def test_one_that_ended_in_a_fault_or_a_reset_has_no_times():
    kept, measured = room(), {"to": "v2l", "drop_ms": 21, "gap_ms": 34, "ms": 55}
    kept.status(1, told(5, state="v2l", last_transfer=measured))
    kept.status(2, told(6, state="fault", last_transfer=measured))
    kept.status(3, told(8, state="startup", last_transfer=None))
    kept.status(4, told(8, state="grid", last_transfer=None))
    kept.status(5, told(8, state="grid", last_transfer={**measured, "to": "grid"}))
    assert kept.snapshot()["transfers"] == []


# Boards and threads.


def test_boards_are_told_when_they_change():
    hub = Hub("watch")
    assert hub.take_boards() is None
    hub.tell_boards([{"id": "a"}])
    assert hub.take_boards() == {"kind": "boards", "boards": [{"id": "a"}]}
    hub.tell_boards([{"id": "a"}])
    assert hub.take_boards() is None
    assert hub.hello()["boards"] == [{"id": "a"}]


def test_what_comes_from_many_threads_is_all_there():
    kept = room()
    taken = []

    def tell(first):
        for number in range(first, first + 200):
            kept.reset(number, "panic")
            if number % 10 == 0:
                taken.extend(kept.take())

    threads = [threading.Thread(target=tell, args=(first,)) for first in range(0, 800, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken.extend(kept.take())
    assert sorted(message["at"] for message in taken) == list(range(800))


@pytest.mark.parametrize("text, unix_s", [
    ("2020-01-01T00:00:00Z", 1_577_836_800), ("2026-11-20T05:00:00Z", 1_795_150_800), ("soon", None), (None, None),
    (7, None)])
def test_instants_are_told_in_unix_seconds(text, unix_s):
    assert instant(text) == unix_s


# Words.


def test_there_are_words_for_whatever_the_board_may_call_a_thing():
    given = words.words()
    assert list(given["permits"]) == given["permit_order"] == [row[0] for row in permits.ROWS]
    assert given["stay_permits"] == [row[0] for row in permits.ROWS if row[2]]
    assert set(given["faults"]) == set(faults.CODES)
    assert {row["severity"] for row in given["faults"].values()} == {"fault", "alarm", "notice"}
    assert set(given["states"]) == set(changeover.STATES)
    assert set(given["trust"]) == set(clock.NAMES)
    assert set(given["lamp"]) == {row[0] for row in sentences.LAMP}
    assert all(text for name, group in given.items() if name != "unknown_fault" for text in group)


@pytest.mark.parametrize("name", recording.NAMES[::3])
def test_every_status_and_every_record_of_a_run_is_put_into_words(name):
    for line in lines(name):
        if line["kind"] == "status":
            said = words.of_status(line["status"])
            assert said.endswith(".") and "None" not in said, said
        elif line["kind"] == "event":
            text, level = words.of_event(line["event"])
            assert text and "None" not in text and level in ("info", "notice", "alarm", "fault")
        elif line["kind"] == "summary":
            assert "None" not in words.of_summary(line)
        elif line["kind"] == "reset":
            assert words.of_reset(line["cause"]) != line["cause"]


def test_a_sentence_says_what_the_board_sees_and_does_not_claim_more():
    status = statuses("plain-day")[-1]
    assert words.of_status({**status, "state": "v2l", "confirmed": False, "feedback": "neither", "why": None}) == (
        "V2L is commanded, but KM1 and KM2 feedback both say open.")
    assert words.of_status({**status, "state": "grid", "why": "car"}) == (
        "Grid is commanded until: " + dict(sentences.PERMITS)["car"] + ".")
    assert words.of_status({**status, "state": "fault", "faults": ["km2-stuck"]}) == (
        "Grid is commanded: km2-stuck is latched until a person acknowledges it.")


def test_an_open_window_is_told_beside_it_and_one_that_is_only_asked_for_is_not():
    status = {**statuses("plain-day")[-1], "state": "v2l", "confirmed": True, "why": None}
    for window, told in ((None, ""), ({"open": False, "entries": 0, "left_s": 5}, ""), (
            {"open": True, "entries": 1, "left_s": 800}, " A person at the board has a supervised window open.")):
        assert words.of_status({**status, "supervised": window}) == "V2L is commanded." + told


def test_a_record_that_had_no_room_for_its_whole_reason_is_told_whole():
    cut = {"kind": "transfer", "code": "v2l", "data": "all entry permits hel"}
    assert words.of_event(cut) == ("to V2L: all entry permits held", "info")


def test_what_another_build_calls_a_thing_is_told_as_it_is():
    assert words.of_event({"kind": "new", "code": "thing", "data": 7}) == ("thing: 7", "info")
    assert words.of_event({"kind": "fault", "code": "gremlins", "data": "latched"})[1] == "fault"
    status = {**statuses("plain-day")[-1], "state": "dancing", "why": "gremlins"}
    assert words.of_status(status) == "dancing"
