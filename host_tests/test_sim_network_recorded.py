"""The recorded scenarios that have a network, with a real broker: the lines of the installation are those recorded
without one. And those in which somebody takes V2L away through a broker, or reports what the permits ask for.
"""

import pytest

from host_tests import recording
from host_tests.claims import Told, enters, leaves, says
from host_tests.networked import Heard, Here, There, noted
from tools.sim.network import is_configured

ALIVE = ()
DEAD = ("net-dead",)
# name: which notices there are, and what is noted, among other things, of the broker and of the time server
NETWORKED = {
    "wifi-and-cloud-down": (ALIVE, {"connected"}, {"answers"}),
    "wifi-comes-and-goes": (ALIVE, {"connected"}, {"answers"}),
    "broker-dies-and-falls-silent": (ALIVE, {"connected", "no answer"}, set()),
    "name-server-hangs": (DEAD, {"connected"}, {"answers"}),
    "time-server-lies": (ALIVE, set(), {"no answer", "not set", "origin"}),
    "messages-that-are-refused": (ALIVE, {"connected"}, set()),
}
BY_MESSAGE = {
    "grid-and-back-from-afar": (
        enters("0:10:05", "0:30:05", within_ms=2600), leaves("0:20:00", 1100),
        says("0:25:00", why="hold", hold={"local": "none", "remote": "fixed", "until": None})),
    "charging-by-message": (
        enters("0:10:05", "0:25:05", within_ms=2600), leaves("0:15:00", 1100), leaves("0:40:00"),
        says("0:20:00", why="charging")),
    "charge-by-message": (
        enters("0:10:05"), leaves("0:30:00", 1100), says("0:20:00", why=None, soc=55),
        says("0:35:00", why="soc", soc=39)),
}


def played(side, text, broker):
    with Heard(broker.port):  # which also removes what is kept
        return "\n".join(side.play(text, broker.port)) + "\n"


def is_as_recorded(side, name, broker):
    lines = played(side, recording.text_of(name), broker)
    assert recording.difference(name, lines) == ""
    told = Told(lines)
    notices, *noted_of = NETWORKED[name]
    assert {code for line in told.statuses for code in line["status"]["faults"]} == set(notices)
    assert told.statuses[-1]["status"]["faults"] == []
    for part, expected in zip(("broker", "time server"), noted_of):
        assert {what for _minute, what in noted(told, part)} >= expected
    return told


def is_noticed_after_a_minute_and_outlived(told):
    seen = [(line["ms"] // 1000, line["event"]["data"]) for line in told.lines
            if line["kind"] == "event" and line["event"]["code"] == "net-dead"]
    assert [data for _second, data in seen] == ["seen", "over"] * 2
    for (second, _data), since, within_s in zip(seen, (60, 15 * 60, 36 * 60, 42 * 60), (6, 3, 65, 3)):
        assert since <= second <= since + within_s, seen
    assert noted(told, "started again") == []


def test_every_recorded_scenario_with_a_network_is_here():
    assert set(NETWORKED) == {name for name in recording.NAMES if is_configured(recording.read(name).config)}


@pytest.mark.parametrize("name", NETWORKED)
def test_with_a_broker_the_installation_does_what_is_recorded_without_one(name, broker):
    told = is_as_recorded(Here(), name, broker)
    if name == "name-server-hangs":
        is_noticed_after_a_minute_and_outlived(told)


@pytest.mark.parametrize("name", ["name-server-hangs", "messages-that-are-refused"])
def test_and_on_micropython(name, broker, micropython_32):
    told = is_as_recorded(There(micropython_32), name, broker)
    if name == "name-server-hangs":
        is_noticed_after_a_minute_and_outlived(told)
    else:
        assert told.statuses[-1]["status"]["net"]["refused"] == 5


@pytest.mark.parametrize("name", BY_MESSAGE)
def test_what_is_said_through_a_broker_takes_v2l_away_or_meets_a_permit(name, broker):
    text = (recording.FOLDER / "with-a-broker" / (name + ".json")).read_text(encoding="utf-8")
    told = Told(played(Here(), text, broker))
    for claim in BY_MESSAGE[name]:
        claim(told)
    assert told.statuses[-1]["status"]["net"]["refused"] == 0
