"""Brokers that stall, hang up, talk nonsense, flood or say nothing: the client always comes to an end, hears no half of
a message, and takes in no more than it may. Each is met on CPython and on MicroPython.
"""

import ast
import random

import pytest

from host_tests.hostile_broker import CONNACK, CONNECT, SUBSCRIBE, HostileBroker, Peer, fair, length, published
from host_tests.netface import Here, There

ORDER = (b"cmd", b'{"cmd": "grid"}')
HEARD = f"None {[(*ORDER, False)]}"
SUBACK = b"\x90\x03\x00\x01\x00"
WHOLE = len(CONNACK + SUBACK + published(*ORDER))  # what a fair broker says in all
BRIEF_MS, LONG_MS = 25, 10_000
CLOSED, SILENT, TOO_LONG, JUNK = (f"OSError ({number},) []" for number in (104, 110, 90, 71))
NOTHING, NO_ANSWER = "None []", "no answer []"


def suffered(side, script, times=1, within_ms=BRIEF_MS):
    with HostileBroker(script) as broker:
        return side.run("suffer", broker.port, times, within_ms)


def after_subscribing(data, again=False):
    """A script that accepts, and to the first subscription answers with that, once or for ever."""
    def script(peer):
        assert peer.packet()[0] == CONNECT
        peer.send(CONNACK)
        assert peer.packet()[0] == SUBSCRIBE
        peer.send(data)
        while again:
            peer.send(data)
        peer.stall()
    return script


def a_fair_one_is_heard(side):
    assert suffered(side, fair([ORDER]), within_ms=LONG_MS) == [HEARD]


def stalling_at_any_byte_takes_no_longer_than_allowed(side):
    said = suffered(side, fair([ORDER], lambda peer: peer.cut(peer.number, Peer.stall)), WHOLE)
    assert len(said) == WHOLE and set(said) <= {NOTHING, NO_ANSWER, SILENT}


def hanging_up_at_any_byte_leaves_no_half_of_a_message(side):
    said = suffered(side, fair([ORDER], lambda peer: peer.cut(peer.number, Peer.close)), WHOLE, LONG_MS)
    assert said == [NO_ANSWER] * 4 + [CLOSED] * (WHOLE - 4)


def one_byte_after_another_does_not_stretch_the_time(side):
    def script(peer):
        peer.packet()
        if peer.number == 1:
            peer.send(CONNACK)
            peer.packet()
            peer.dribble(SUBACK + published(b"cmd", bytes(1000)), gap_s=0.01)
        peer.dribble(CONNACK, gap_s=0.03)
    said = suffered(side, script, 2)
    assert said[0] == NO_ANSWER and said[1] in (SILENT, NO_ANSWER)  # where the computer is slow it does not get so far


def a_flood_of_whole_packets_ends_with_the_time(side):
    for packet in (b"\xd0\x00", b"\xff", published(*ORDER) * 20):
        (said,) = suffered(side, after_subscribing(packet * 50, again=True))
        assert said.startswith(("OSError (110,)", NO_ANSWER))


def a_packet_larger_than_a_command_can_be_is_not_taken_in(side):
    largest = 1024 - 2 - 2 - 3  # without how long it is, how long its topic is, and that
    assert suffered(side, after_subscribing(SUBACK + published(b"cmd", bytes(largest))), within_ms=LONG_MS) == [
        f"None {[(b'cmd', bytes(largest), False)]}"]
    for packet in (b"\x30" + length((1 << 28) - 1) + b"\x00\x03cmd", published(b"cmd", bytes((1 << 18) + 1)),
                   b"\xd0" + length(2000), b"\x30" + b"\xff" * 2000):
        (said,) = suffered(side, after_subscribing(SUBACK + packet), within_ms=LONG_MS)
        assert said in (TOO_LONG, "AssertionError () []")


def a_message_that_is_too_long_is_read_past_and_what_comes_after_it_is_heard(side):
    for size in (1024 - 2 - 2 - 3 + 1, 4096, 1 << 18):
        packets = published(b"cmd", bytes(size)) + published(b"cmd" * 1000, bytes(size)) + published(*ORDER)
        assert suffered(side, after_subscribing(SUBACK + packets), within_ms=LONG_MS) == [
            f"None {[(b'cmd', b'', False)]}"]


def a_message_that_is_too_long_and_comes_slowly_takes_no_longer_than_allowed(side):
    def script(peer):
        peer.packet()
        peer.send(CONNACK)
        peer.packet()
        peer.dribble(SUBACK + published(b"cmd", bytes(5000)), gap_s=0.01)
    assert suffered(side, script) == [SILENT]


def a_topic_longer_than_its_packet_is_refused(side):
    for packet in (b"\x30\x04\x00\x03cmd", b"\x30\x00\x00\x00", b"\x32\x05\x00\x03cmd\x00\x01"):
        assert suffered(side, after_subscribing(SUBACK + packet + b"more"), within_ms=LONG_MS) == [TOO_LONG]


def what_nobody_asked_for_ends_the_connection(side):
    for packet in (b"\x40\x02\x00\x01", b"\x20\x02\x00\x00", b"\x90\x03\x00\x07\x00", b"\x00"):
        assert suffered(side, after_subscribing(SUBACK + packet), within_ms=LONG_MS) == [JUNK]
    (said,) = suffered(side, after_subscribing(b"\x90\x03\x00\x02\x00"), within_ms=LONG_MS)
    assert said.startswith("AssertionError")


def a_refusal_has_a_word(side):
    answers = (b"\x20\x02\x00\x01", b"\x20\x02\x00\x02", b"\x20\x02\x00\x03", b"\x20\x02\x00\x04", b"\x20\x02\x00\x05",
               b"\x20\x02\x00\xff", b"\x20\x03\x00\x00", b"HTTP/1.1 400 Bad Request\r\n")

    def script(peer):
        peer.packet()
        peer.send(answers[peer.number])
        peer.stall()
    assert suffered(side, script, len(answers), LONG_MS) == [
        word + " []" for word in
        ("protocol", "client id", "not ready", "password", "not allowed", "refused", "junk", "junk")]


def junk_at_any_stage_is_survived(side):
    def script(peer):
        chance = random.Random(peer.number)
        for answer in (CONNACK, SUBACK)[:chance.randrange(3)]:
            peer.packet()
            peer.send(answer)
        peer.send(chance.randbytes(500))
    said = suffered(side, script, 60, LONG_MS)
    assert len(said) == 60
    kinds = {line.split()[0] for line in said}
    assert kinds <= {"junk", "OSError", "AssertionError", "None"}, said


def one_who_never_answers_is_asked_twice_a_keepalive_and_then_given_up(side):
    packets = []

    def script(peer):
        peer.packet()
        peer.send(CONNACK)
        while True:
            packets.append(peer.packet())
    with HostileBroker(script) as broker:
        said = side.run("wait_in_vain", broker.port)
    assert said == ["None", "14999 None", "15000 None", "15001 None", "30000 None", "45000 None",
                    "45001 OSError (110,)"]
    assert packets == [(0xC0, b"")] * 3


def one_who_does_not_listen_is_left_in_time(side):
    def script(peer):
        peer.packet()
        peer.send(CONNACK)
        peer.wait()
    with HostileBroker(script, deaf=True) as broker:
        assert side.run("shout", broker.port, 20_000, BRIEF_MS) == ["None", "OSError (110,)"]


def one_who_listens_slowly_hears_all_of_it(side):
    packets = []

    def script(peer):
        peer.packet()
        peer.send(CONNACK)
        packets.append(peer.packet())
    with HostileBroker(script, deaf=True) as broker:
        assert side.run("recite", broker.port, 20_000) == ["None"]
    assert packets == [(0x30, b"\x00\x05topic" + b"long" * 5000)]


def mutated(seed):
    """What a broker might send, damaged in a few places."""
    chance = random.Random(seed)
    payload = chance.choice((ORDER[1], b'{"cmd": "auto", "expires": 1795168860}', b'{"cmd":"soc"}', b"x" * 300))
    data = bytearray(b"".join(chance.choice((published(b"base/cmd", payload, chance.choice((0, 0, 1, 2, 4))),
                                             b"\xd0\x00", b"\x40\x02\x00\x01")) for _packet in range(4)))
    for _change in range(chance.randrange(6)):
        place = chance.randrange(len(data))
        data[place:place + chance.randrange(2)] = chance.randbytes(chance.randrange(3))
    return bytes(data)


def mutated_packets_come_to_nothing_worse_than_a_closed_connection(side):
    ends, letters = side.run("swallow", [mutated(seed) for seed in range(300)])
    assert set(ast.literal_eval(ends)) <= {"OSError (104,)", "OSError (90,)", "OSError (71,)", "AssertionError ()"}
    assert set(ast.literal_eval(letters)) <= {"('grid',)", "None"}


CHECKS = (
    a_fair_one_is_heard, stalling_at_any_byte_takes_no_longer_than_allowed,
    hanging_up_at_any_byte_leaves_no_half_of_a_message, one_byte_after_another_does_not_stretch_the_time,
    a_flood_of_whole_packets_ends_with_the_time, a_packet_larger_than_a_command_can_be_is_not_taken_in,
    a_message_that_is_too_long_is_read_past_and_what_comes_after_it_is_heard,
    a_message_that_is_too_long_and_comes_slowly_takes_no_longer_than_allowed,
    a_topic_longer_than_its_packet_is_refused, what_nobody_asked_for_ends_the_connection, a_refusal_has_a_word,
    junk_at_any_stage_is_survived, one_who_never_answers_is_asked_twice_a_keepalive_and_then_given_up,
    one_who_does_not_listen_is_left_in_time, one_who_listens_slowly_hears_all_of_it,
    mutated_packets_come_to_nothing_worse_than_a_closed_connection,
)  # fmt: skip


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_on_cpython(check):
    check(Here())


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_on_micropython(check, micropython_32):
    check(There(micropython_32))
