"""A broker that means no good, and time servers that lie, met by the whole firmware in the simulator: whatever they do,
the installation does what it does without a network.

The broker does something else with each connection, so that one run goes through many of its tricks.
"""

import functools
import random

import pytest

from firmware.core import dates
from host_tests.claims import Told
from host_tests.hostile_broker import (CONNACK, CONNECT, PUBLISH_ONCE, SUBSCRIBE, HostileBroker, Peer, fair, length,
                                       published)
from host_tests.networked import BASE, SERVED, Here, There, alone, at, noted, plant, story, without_network

PATIENCE_MS = 100
A_DAY_S = 86_400
START_S = dates.seconds(2026, 11, 20, 5)
ERA_S = dates.seconds(2036, 2, 7, 6, 28, 16)  # when the protocol of the time begins to count anew
TIME_ALONE = {"wifi": SERVED["wifi"], "ntp": SERVED["ntp"]}
USELESS = ((BASE + "cmd").encode(), b'{"cmd": "v2l"}')
SUBACK = b"\x90\x03\x00\x01\x00"
WHOLE = len(CONNACK + SUBACK + published(*USELESS)) + 3 * len(b"\x40\x02\x00\x01")  # what a fair broker says at first
TEXT = story(network=SERVED)


@functools.cache
def undisturbed():
    return plant(alone(without_network(TEXT)))


def cut(then, first=0, step=1):
    """A fair broker that says one byte more to each who comes, and then does that."""
    return fair([USELESS], lambda peer: peer.cut((first + peer.number * step) % WHOLE, then))


def after_subscribing(*answers):
    """One of these in turn, and nothing more."""
    def script(peer):
        assert peer.packet()[0] == CONNECT
        peer.send(CONNACK)
        while peer.packet()[0] != SUBSCRIBE:
            pass
        peer.send(SUBACK + answers[peer.number % len(answers)])
        peer.stall()
    return script


def flood(packet):
    def script(peer):
        peer.packet()
        peer.send(CONNACK + SUBACK)
        while True:
            peer.send(packet)
    return script


def owe(peer):
    """Nonsense without end in place of the first acknowledgement: whoever waits for that is kept busy, not waiting."""
    peer.packet()
    peer.send(CONNACK + SUBACK)
    while peer.packet()[0] != PUBLISH_ONCE:
        pass
    while True:
        peer.send(b"\xff" * 1000)


def junk(peer):
    chance = random.Random(peer.number)
    for answer in (CONNACK, SUBACK)[:chance.randrange(3)]:
        peer.packet()
        peer.send(answer)
    peer.send(chance.randbytes(500))


def refuse(peer):
    peer.packet()
    peer.send(b"\x20\x02\x00" + bytes((peer.number + 1,)))


def dribble(peer):
    peer.packet()
    peer.dribble(CONNACK + SUBACK + published(*USELESS), gap_s=0.005)


OVERSIZED = (published(USELESS[0], bytes(1000)), published(USELESS[0], bytes(5000)), b"\x30" + length((1 << 28) - 1),
             b"\x30" + b"\xff" * 2000, published(bytes(1020), b""))
TRUNCATED = (b"\x30\x04\x00\x03cmd", b"\x30\x00\x00\x00", b"\x32\x05\x00\x03cmd\x00\x01", b"\x30", b"\x30\x02\x00")
UNASKED = (b"\x40\x02\x00\x01", CONNACK, b"\x90\x03\x00\x07\x00", b"\x00", SUBACK, b"\xe0\x00", b"\x82\x05\x00\x01")

# name: what is done, and how many come at least while it is done
KINDS = {
    "stalls-at-any-byte": (cut(Peer.stall, step=4), 5),
    **{f"hangs-up-from-byte-{first}-on": (cut(Peer.close, first), 5) for first in range(0, WHOLE, 15)},
    "talks-junk": (junk, 5),
    "floods-with-signs-of-life": (flood(b"\xd0\x00" * 500), 1),
    "floods-with-messages": (flood(published(*USELESS) * 100), 1),
    "floods-with-nonsense": (flood(b"\xff" * 1000), 5),
    "floods-in-place-of-an-acknowledgement": (owe, 5),
    "sends-too-much": (after_subscribing(*OVERSIZED), 5),
    "sends-less-than-it-says": (after_subscribing(*TRUNCATED), 5),
    "sends-what-nobody-asked-for": (after_subscribing(*UNASKED), 5),
    "gives-no-sign-of-life": (fair([USELESS], pings=False), 5),
    "refuses": (refuse, 5),
    "speaks-slowly": (dribble, 1),
}


def all_in_turn(peer):
    """Each kind, at another byte each time."""
    chance = random.Random(peer.number)
    names = sorted(name for name in KINDS if not name.startswith(("floods-with-s", "floods-with-m", "speaks")))
    chosen = names[peer.number % len(names)]
    peer.number = chance.randrange(WHOLE)
    KINDS[chosen][0](peer)


def met(side, script):
    """What was told of a run with such a broker, and how often somebody came to it."""
    came = []

    def counted(peer):
        came.append(peer.number)
        script(peer)
    with HostileBroker(counted) as broker:
        told = played(side, TEXT, broker.port)
    assert not [event for event in told.events if event["code"] == "started again"]
    return told, len(came)


def played(side, text, port):
    """What was told of a run whose installation has noticed nothing."""
    lines = side.play(text, port, (), PATIENCE_MS)
    assert plant(lines) == undisturbed()
    return Told("\n".join(lines))


@pytest.mark.parametrize("kind", KINDS)
def test_the_installation_does_not_notice_a_broker_that(kind):
    script, least = KINDS[kind]
    told, came = met(Here(), script)
    assert came >= least, came
    assert {status["status"]["hold"]["remote"] for status in told.statuses} == {"none"}


def test_nor_on_micropython(micropython_32):
    _told, came = met(There(micropython_32), all_in_turn)
    assert came >= 5, came


# Time servers. What each answer comes to by itself is tested with sntp.

# It is asked every five minutes at least, and what it answers is noted every five minutes at most.
LIE_AFTER_LIE = story(
    at("0:00:00", "time-server", to="zero"), at("0:11:00", "time-server", to="mode"),
    at("0:22:00", "time-server", to="origin"), at("0:33:00", "time-server", to="junk"), network=TIME_ALONE)
WRONG_S = (ERA_S - START_S, -A_DAY_S)


def no_lie_is_believed(side):
    told = [played(side, story(at("0:00:00", "time-server", lie_s=lie_s), network=TIME_ALONE), 1) for lie_s in WRONG_S]
    assert [noted(one, "time server") for one in told] == [[(0, "answers")]] * 2
    told.append(played(side, LIE_AFTER_LIE, 1))
    assert [what for _minute, what in noted(told[-1], "time server")] == ["not set", "mode", "origin", "size"]
    assert {status["status"]["clock"]["source"] for one in told for status in one.statuses} == {"ds3231"}


def test_no_lie_about_the_time_is_believed_on_cpython():
    no_lie_is_believed(Here())


def test_no_lie_about_the_time_is_believed_on_micropython(micropython_32):
    no_lie_is_believed(There(micropython_32))
