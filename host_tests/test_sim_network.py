"""The firmware's own network code, in the simulator, with a real broker: whatever the network does, the installation
does what it does without one, and what is told of it arrives. Each story is played on CPython and on MicroPython.
"""

import json
import pathlib

import pytest

from host_tests import certificates
from host_tests.claims import Told
from host_tests.networked import BASE, SERVED, Heard, Here, There, alone, at, plant, story, without_network

A_DAY_S = 86_400
TOO_FAR_AHEAD = '{"cmd": "auto", "expires": 1795154400}'


def told_of(told, code):
    """(minute, what was noted) of each note about a part of the network."""
    return [(line["ms"] // 60_000, line["event"]["data"]) for line in told.lines
            if line["kind"] == "event" and line["event"]["kind"] == "network" and line["event"]["code"] == code]


def is_online(told, heard):
    assert heard.on("availability") == ["online", "offline"]
    assert told_of(told, "broker") == [(0, "connected")]


def went_and_came(told, heard):
    assert heard.on("availability") == ["online", "offline", "online", "offline"]


def went_silent(told, heard):
    assert heard.on("availability")[:2] == heard.on("availability")[-2:] == ["online", "offline"]
    assert heard.on("availability").count("online") == 2
    assert (7, "no answer") in told_of(told, "broker")


def stays_alone(told, heard):
    assert heard.on("availability") == []
    assert told_of(told, "broker") == [(0, "no answer")]


def was_not_told_the_time(told, heard):
    is_online(told, heard)
    assert told_of(told, "time server")[0][1] in ("no answer", "size")


def was_told_the_time(told, heard):
    is_online(told, heard)
    assert told_of(told, "time server") == [(0, "answers")]
    assert "ntp" in {status["status"]["clock"]["source"] for status in told.statuses}


def did_not_believe_it(told, heard):
    is_online(told, heard)
    assert told_of(told, "time server") == [(0, "answers")]
    assert {status["status"]["clock"]["source"] for status in told.statuses} == {"ds3231"}


def refused_four(told, heard):
    is_online(told, heard)
    assert json.loads(heard.on("status")[-1])["net"] == {"rssi": -61, "refused": 4}


def died_at_once(told, heard):
    is_online(told, heard)
    assert json.loads(heard.on("status")[-1])["uptime_s"] < 720


def began_again(told, heard):
    assert heard.on("availability")[-2:] == ["online", "offline"]
    assert [line["cause"] for line in told.lines if line["kind"] == "reset"] == ["watchdog", "power"]


# name: the scenario, and what is to be so
STORIES = {
    "an-hour": (story(), is_online),
    "broker-restarts": (
        story(at("0:02:00", "broker", to="off"), at("0:20:00", "broker", to="on")), went_and_came),
    "broker-falls-silent": (
        story(at("0:02:00", "broker", to="silent"), at("0:20:00", "broker", to="on")), went_silent),
    "broker-never-speaks": (story(at("0:00:00", "broker", to="silent"), span="0:13:00"), stays_alone),
    "wifi-comes-and-goes": (story(at("0:09:55", "wifi", to="off"), at("0:25:00", "wifi", to="on")), went_and_came),
    "time-server-is-right": (story(network=SERVED), was_told_the_time),
    "time-server-lies": (
        story(at("0:00:00", "time-server", lie_s=A_DAY_S), network=SERVED), did_not_believe_it),
    "time-server-is-silent": (
        story(at("0:00:00", "time-server", to="silent"), network=SERVED), was_not_told_the_time),
    "time-server-talks-nonsense": (
        story(at("0:00:00", "time-server", to="junk"), network=SERVED), was_not_told_the_time),
    "messages-that-are-refused": (
        story(at("0:11:00", "message", payload="nonsense"), at("0:12:00", "message", payload='{"cmd": "v2l"}'),
              at("0:13:00", "message", payload=TOO_FAR_AHEAD), at("0:14:00", "message", payload="{" * 300)),
        refused_four),
    "power-is-cut": (story(at("0:12:00", "power", to="off")), died_at_once),
    "reset-while-it-connects": (
        story(at("0:00:00", "broker", to="silent"), at("0:00:03", "reset", cause="watchdog"),
              at("0:00:06.500", "reset", cause="power"), at("0:15:00", "broker", to="on")), began_again),
}

# The others are told by the same code on both.
ON_BOTH = ("broker-restarts", "wifi-comes-and-goes", "time-server-is-right", "time-server-lies",
           "messages-that-are-refused", "reset-while-it-connects")


@pytest.fixture
def here():
    return Here()


@pytest.fixture
def there(micropython_32):
    return There(micropython_32)


def play(side, name, broker):
    """A story whose installation did what it does without a network."""
    text, expected = STORIES[name]
    with Heard(broker.port) as heard:
        lines = side.play(text, broker.port)
    assert plant(lines) == plant(alone(without_network(text)))
    told = Told("\n".join(lines))
    assert "net-dead" not in {code for line in told.statuses for code in line["status"]["faults"]}
    expected(told, heard)
    return told, heard


@pytest.mark.parametrize("name", STORIES)
def test_the_installation_does_not_notice_the_network(name, here, broker):
    play(here, name, broker)


@pytest.mark.parametrize("name", ON_BOTH)
def test_nor_does_it_on_micropython(name, there, broker):
    play(there, name, broker)


GRID, AUTO = '{"cmd": "grid"}', '{"cmd": "auto", "expires": %d}'
UNIX_S = 1_795_150_800  # of 05:00


def a_person_far_away_takes_v2l_and_gives_it_back(side, broker):
    back = AUTO % (UNIX_S + 21 * 60)
    with Heard(broker.port):
        told = Told("\n".join(side.play(story(at("0:15:00", "message", payload=GRID),
                                              at("0:20:00", "message", payload=back, retain=True)), broker.port)))
    (_on, off), (again, _off) = told.switched_on("pilot")
    assert 15 * 60_000 < off <= 15 * 60_000 + 1100
    assert 20 * 60_000 < again <= 20 * 60_000 + 8000
    assert told.status_at(16 * 60_000)["hold"]["remote"] == "fixed"


def all_that_is_told_is_published_as_it_is_told(side, broker):
    with Heard(broker.port) as heard:
        told = Told("\n".join(side.play(story(), broker.port)))
    assert [json.loads(text) for text in heard.on("event")] == told.events
    published = [json.loads(text) for text in heard.on("status")]
    at_first, *others = [line["status"] for line in told.statuses]
    assert published[0] == at_first and [status for status in published if status in others] == others
    times = [status["uptime_s"] for status in published]
    assert max(after - before for before, after in zip(times, times[1:])) <= 61
    assert len(heard.on("plan")) == 3  # at first, and after each transfer


def a_broker_with_a_certificate_is_reached_by_its_name(side, mosquitto, folder):
    authority = certificates.Authority(folder, "ca")
    text = story(network={"wifi": {"ssid": "home"}, "mqtt": {"host": "broker.test", "ca": "ca.pem"}}, span="0:12:00")
    board = {"ca.pem": pathlib.Path(authority.ca).read_bytes()}
    with mosquitto.running(authority.server("server", "DNS:broker.test")) as secured:
        lines = side.play(text, secured.port, board)
    assert plant(lines) == plant(alone(without_network(text)))
    assert told_of(Told("\n".join(lines)), "broker") == [(0, "connected")]


def a_message_that_is_kept_and_far_too_long_is_counted_and_all_else_goes_on(side, broker):
    with Heard(broker.port) as heard:
        heard.client.publish(BASE + "cmd", "x" * 4096, retain=True)
        told = Told("\n".join(side.play(story(at("0:01:00", "message", payload=GRID), span="0:02:00"), broker.port)))
    assert heard.on("availability") == ["online", "offline"] and told_of(told, "broker") == [(0, "connected")]
    last = json.loads(heard.on("status")[-1])
    assert last["net"]["refused"] == 1 and last["hold"]["remote"] == "fixed"


CHECKS = (a_person_far_away_takes_v2l_and_gives_it_back, all_that_is_told_is_published_as_it_is_told,
          a_message_that_is_kept_and_far_too_long_is_counted_and_all_else_goes_on)


@pytest.mark.parametrize("check", CHECKS, ids=[check.__name__ for check in CHECKS])
def test_on_cpython(check, here, broker):
    check(here, broker)


@pytest.mark.parametrize("check", CHECKS, ids=[check.__name__ for check in CHECKS])
def test_on_micropython(check, there, broker):
    check(there, broker)


def test_secured_on_cpython(here, mosquitto, tmp_path):
    certificates.needed()
    a_broker_with_a_certificate_is_reached_by_its_name(here, mosquitto, tmp_path)


def test_secured_on_micropython(there, mosquitto, tmp_path):
    certificates.needed()
    a_broker_with_a_certificate_is_reached_by_its_name(there, mosquitto, tmp_path)
