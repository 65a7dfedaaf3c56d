"""The board's MQTT client and a real Mosquitto, on CPython and on MicroPython: each check is made on both."""

import concurrent.futures
import queue

import pytest

from host_tests import certificates
from host_tests.hostile_broker import CONNACK, CONNECT, SUBSCRIBE, HostileBroker, Peer, between
from host_tests.netface import Here, There
from tools import mosquitto as brokers
from tools.mqtt import Client

SHORT_MS, BRIEF_MS = 300, 60


def beside(side, talk, *arguments):
    """A talk that goes on while the test does something; .result() waits for its lines."""
    pool = concurrent.futures.ThreadPoolExecutor(1)
    running = pool.submit(side.run, talk, *arguments)
    pool.shutdown(wait=False)
    return running


def what_is_told_arrives_and_what_is_sent_is_heard(side, broker):
    name = type(side).__name__
    with Client(broker.port, [name + "/#"]) as other:
        other.publish(name + "/cmd", "old", retain=True)
        assert other.next().payload == b"old"
        running = beside(side, "converse", broker.port, name)
        heard = {message.topic: message.payload for message in (other.next(), other.next(), other.next())}
        assert heard == {name + "/availability": b"online", name + "/status": b"here" * 200,
                         name + "/event": b"for sure"}
        for payload in ("new", "", "end"):
            other.publish(name + "/cmd", payload)
        topic = (name + "/cmd").encode()
        messages = [(topic, b"old", True), (topic, b"new", False), (topic, b"", False), (topic, b"end", False)]
        assert running.result() == ["None", f"True {messages}", "True"]
        last = [other.next() for _message in range(4)][-1]
        assert last == (name + "/availability", b"offline", False)  # the will, for it left without a word
    with Client(broker.port, [name + "/availability"]) as later:
        assert later.next() == (name + "/availability", b"offline", True)


def it_comes_back_when_the_broker_does(side, mosquitto):
    with mosquitto.running() as broker, Client(broker.port, ["again"]) as other:
        running = beside(side, "outlast", broker.port, "again")
        assert other.next().payload == b"first"
        broker.stop()
        broker.start()
        assert other.next().payload == b"second"
        assert running.result() == ["OSError (104,)"]


def one_that_has_frozen_is_left_in_time(side, mosquitto):
    with mosquitto.running() as broker:
        broker.freeze()
        assert side.run("knock", broker.port, "127.0.0.1", None, None, None, SHORT_MS) == ["no answer False"]


def where_nobody_listens_nobody_is_reached(side, mosquitto):
    with mosquitto.running() as broker:
        broker.stop()
        assert side.run("knock", broker.port) == ["unreachable False"]
    assert side.run("knock", broker.port, "no.such.host.invalid") == ["unreachable False"]


def what_it_may_not_hear_keeps_it_from_nothing_else(side, _broker):
    def script(peer):
        while True:
            opcode, body = peer.packet()
            answers = {CONNECT: CONNACK, SUBSCRIBE: b"\x90\x03" + body[:2] + b"\x80"}
            peer.send(answers.get(opcode) or b"\x40\x02" + body[13:15])  # of a topic with eleven characters
    with HostileBroker(script) as broker:
        assert side.run("be_refused", broker.port) == ["False", "False"]


def a_handshake_that_is_put_off_says_nothing_to_the_broker(side, _broker):
    came = queue.Queue()
    with HostileBroker(lambda peer: came.put(peer.sock.recv(1))) as broker:
        assert side.run("put_off", broker.port) == ["later False"]
        assert came.get(timeout=10) == b""


CHECKS = (
    what_is_told_arrives_and_what_is_sent_is_heard, it_comes_back_when_the_broker_does,
    one_that_has_frozen_is_left_in_time, where_nobody_listens_nobody_is_reached,
    what_it_may_not_hear_keeps_it_from_nothing_else, a_handshake_that_is_put_off_says_nothing_to_the_broker,
)  # fmt: skip
NAMES = [check.__name__ for check in CHECKS]


@pytest.fixture
def here():
    return Here()


@pytest.fixture
def there(micropython_32):
    return There(micropython_32)


def given(check, mosquitto, broker):
    return mosquitto if "mosquitto" in check.__code__.co_varnames else broker


@pytest.mark.parametrize("check", CHECKS, ids=NAMES)
def test_on_cpython(check, here, mosquitto, broker):
    check(here, given(check, mosquitto, broker))


@pytest.mark.parametrize("check", CHECKS, ids=NAMES)
def test_on_micropython(check, there, mosquitto, broker):
    check(there, given(check, mosquitto, broker))


@pytest.fixture(scope="module")
def guarded(mosquitto, tmp_path_factory):
    """A broker that lets in only those with a password."""
    file = tmp_path_factory.mktemp("guarded") / "passwords"
    file.write_text(brokers.password_line("board", "right") + brokers.password_line("l" * 100, "o" * 100))
    with mosquitto.running(["allow_anonymous false", f"password_file {file}"]) as running:
        yield running


WORDS = ((b"board", b"right", "None True"), (b"board", b"wrong", "not allowed False"),
         (b"nobody", b"right", "not allowed False"), (b"board", None, "not allowed False"),
         (None, None, "not allowed False"), (b"l" * 100, b"o" * 100, "None True"))


def test_only_the_right_password_opens_on_cpython(here, guarded):
    for user, password, said in WORDS:
        assert here.run("knock", guarded.port, "127.0.0.1", user, password) == [said]


def test_only_the_right_password_opens_on_micropython(there, guarded):
    for user, password, said in WORDS:
        assert there.run("knock", guarded.port, "127.0.0.1", user, password) == [said]


@pytest.fixture(scope="module")
def sealed(mosquitto, tmp_path_factory):
    """Brokers with TLS by name, and the files of two authorities, of which the first vouches for them."""
    certificates.needed()
    ours, other = (certificates.Authority(tmp_path_factory.mktemp(name), name) for name in ("ours", "other"))
    shown = {"by name": ours.server("name", certificates.BY_NAME), "by number": ours.server("number",
             certificates.BY_NUMBER), "expired": ours.server("expired", certificates.BY_NAME, -1)}
    with mosquitto.running(shown["by name"]) as name, mosquitto.running(shown["by number"]) as number, \
            mosquitto.running(shown["expired"]) as expired, mosquitto.running() as plain:
        yield {"by name": name, "by number": number, "expired": expired, "plain": plain}, ours.ca, other.ca


# which broker, the name it is called by, whom we trust, and what comes of it
SEALS = (
    ("by name", "localhost", "ours", "None True"), ("by number", "127.0.0.1", "ours", "None True"),
    ("by name", "localhost", "other", "certificate False"), ("by name", "127.0.0.1", "ours", "certificate False"),
    ("by number", "localhost", "ours", "certificate False"), ("expired", "localhost", "ours", "certificate False"),
    ("by name", "localhost", "missing", "tls False"), ("by name", "localhost", "junk", "certificate False"),
    ("plain", "localhost", "ours", "tls False"), ("by name", "localhost", None, "no answer False"),
)  # fmt: skip


@pytest.fixture(scope="module")
def knock_under_tls(sealed, tmp_path_factory):
    running, ours, other = sealed
    junk = tmp_path_factory.mktemp("junk") / "ca.pem"
    junk.write_text("-----BEGIN CERTIFICATE-----\nnothing of the kind\n")
    files = {"ours": ours, "other": other, "missing": "nowhere/ca.pem", "junk": str(junk), None: None}

    def knock(side, broker, host, trusted, said):
        within_ms = SHORT_MS if broker == "plain" or trusted is None else 10_000
        assert side.run("knock", running[broker].port, host, None, None, files[trusted], within_ms) == [said]
    return knock


@pytest.mark.parametrize("seal", SEALS, ids=lambda seal: "-".join(map(str, seal)))
def test_tls_on_cpython(seal, here, knock_under_tls):
    knock_under_tls(here, *seal)


@pytest.mark.parametrize("seal", SEALS, ids=lambda seal: "-".join(map(str, seal)))
def test_tls_on_micropython(seal, there, knock_under_tls):
    knock_under_tls(there, *seal)


def met_halfway(side, sealed, damage, points, within_ms):
    """What comes of knocking where what the broker says is damaged at each of those bytes."""
    running, ours, _other = sealed
    with HostileBroker(between(running["by name"].port, damage)) as broker:
        return [side.run("knock", broker.port, "localhost", None, None, ours, within_ms)[0] for _point in points]


def under_tls_any_byte_may_be_the_last_or_a_wrong_one(side, sealed):
    points = range(0, 1200, 150)

    def cut(then):
        def damage(data, sent, peer):
            kept = data[:max(0, points[peer.number] - sent)]
            if len(kept) < len(data):
                peer.sock.sendall(kept)
                then(peer)
            return kept
        return damage

    def flip(data, sent, peer):
        place = points[peer.number] - sent
        return data[:place] + bytes((data[place] ^ 1,)) + data[place + 1:] if 0 <= place < len(data) else data
    assert set(met_halfway(side, sealed, cut(Peer.stall), points, BRIEF_MS)) <= {"tls False", "no answer False"}
    assert set(met_halfway(side, sealed, cut(Peer.close), points, 10_000)) <= {"tls False", "no answer False"}
    said = met_halfway(side, sealed, flip, points, 10_000)
    assert set(said) <= {"tls False", "no answer False", "certificate False"}, said


def test_damaged_tls_on_cpython(here, sealed):
    under_tls_any_byte_may_be_the_last_or_a_wrong_one(here, sealed)


def test_damaged_tls_on_micropython(there, sealed):
    under_tls_any_byte_may_be_the_last_or_a_wrong_one(there, sealed)
