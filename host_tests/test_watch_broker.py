"""`watch` with a real Mosquitto: the firmware's own network code speaks, several boards do at once, and everything that
can happen to a broker happens to this one.
"""

import ast
import contextlib
import fcntl
import json
import os
import pathlib
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios

import pytest
from websockets.sync.client import connect

from host_tests import certificates
from host_tests.claims import Told
from host_tests.hostile_broker import CONNECT, HostileBroker, fair, published
from host_tests.networked import Here, story
from host_tests.watched import SOUND, Clock, Showing, Stream, until
from tools import configuration, mosquitto
from tools.commands import watch
from tools.live.boards import Boards, counted_s
from tools.live.broker import Listening, Place
from tools.main import main
from tools.mqtt import Client

ROOT = pathlib.Path(configuration.EXAMPLE).parent
STATUS = json.dumps(SOUND)


@contextlib.contextmanager
def watching(port, base, only=None, place=None, **options):
    """The boards below `base`, while they are listened to."""
    boards = Boards(base, "the broker", options.pop("clock", counted_s))
    place = place or Place("127.0.0.1", port)
    with Listening(boards, place, only, pause_s=0.05, **options):
        yield boards


def reached(boards):
    until(boards, lambda: boards.broker.is_there)


def word(boards, name):
    return boards.standing(boards.boards[name]).word if name in boards.boards else None


def say(client, base, name, retain=False, status=STATUS):
    client.publish(f"{base}/{name}/availability", "online", retain)
    client.publish(f"{base}/{name}/status", status, retain)


def test_what_the_firmware_s_own_network_says_is_heard_while_another_board_speaks(mosquitto):
    with mosquitto.running() as broker, watching(broker.port, "gridrest") as boards, Client(broker.port) as other:
        reached(boards)
        say(other, "gridrest", "another")
        told = Told("\n".join(Here().play(story(), broker.port)))
        until(boards, lambda: word(boards, "gridrest-a1b2c3") == "offline")
        board = boards.boards["gridrest-a1b2c3"]
        assert word(boards, "another") == "live"
    assert [event.value for event in board.events] == told.events and board.lost == 0
    assert board.status.value["counters"]["transfers"] == 2 and len(board.plan.value) == 14


def test_a_pipe_tells_what_the_firmware_did(mosquitto):
    with mosquitto.running() as broker, watching(broker.port, "gridrest") as boards:
        stream = Stream()
        with Showing(boards, stream):
            reached(boards)
            Here().play(story(), broker.port)
            until(boards, lambda: "The board is offline" in stream.getvalue())
    told = stream.getvalue()
    for part in ("event     2026-11-20", "to V2L: all entry permits held", "clock     trusted, from the battery clock",
                 "known     NOT LIVE. The board is offline, for 0 s."):
        assert part in told, told


def test_what_the_broker_had_kept_is_known_at_once_and_its_age_too(broker):
    with Client(broker.port) as client:
        say(client, "kept", "one", True)
        with watching(broker.port, "kept") as boards:
            until(boards, lambda: word(boards, "one") == "old")
            assert "by its own time" in boards.standing(boards.boards["one"]).text
            say(client, "kept", "one")
            until(boards, lambda: word(boards, "one") == "live")


def test_of_one_board_alone_nothing_else_is_heard(broker):
    with Client(broker.port) as client, watching(broker.port, "alone", only="one") as boards:
        reached(boards)
        for number in range(200):
            client.publish(f"alone/other-{number}/status", "junk")
        say(client, "alone", "one")
        until(boards, lambda: word(boards, "one") == "live")
        assert list(boards.boards) == ["one"]


def test_a_broker_that_goes_is_said_to_be_gone_and_one_that_comes_back_is_found(mosquitto):
    with mosquitto.running() as broker, watching(broker.port, "gridrest") as boards:
        reached(boards)
        with Client(broker.port) as client:
            say(client, "gridrest", "one")
            until(boards, lambda: word(boards, "one") == "live")
        broker.kill()
        until(boards, lambda: boards.broker.why == "connection refused")
        assert word(boards, "one") == "broker"
        broker.start()
        reached(boards)
        assert word(boards, "one") == "unknown"
        with Client(broker.port) as client:
            say(client, "gridrest", "one")
            until(boards, lambda: word(boards, "one") == "live")


def test_a_broker_that_falls_silent_is_noticed(mosquitto):
    with mosquitto.running() as broker, watching(broker.port, "gridrest", keepalive_s=1) as boards:
        reached(boards)
        broker.freeze()
        until(boards, lambda: not boards.broker.is_there)
        assert boards.broker.why == "it no longer answers"
        broker.thaw()
        reached(boards)


def test_what_lay_here_while_this_machine_slept_does_not_count_as_new(broker):
    clock = Clock(0.0)
    with Client(broker.port) as client, watching(broker.port, "slept", clock=clock) as boards:
        reached(boards)
        say(client, "slept", "one", True)
        until(boards, lambda: word(boards, "one") == "live")
        clock.now_s += 3600
        until(boards, lambda: boards.broker.since_s == 3600 and boards.broker.is_there)
        until(boards, lambda: word(boards, "one") == "old")
        assert boards.standing(boards.boards["one"]).age_s == 3600


# It only listens.

ASKED = ("CONNECT", "SUBSCRIBE", "PINGREQ", "DISCONNECT")


def test_nothing_is_ever_published(mosquitto):
    with mosquitto.running(["log_type all"]) as broker, watching(broker.port, "gridrest", keepalive_s=1) as boards:
        reached(boards)
        with Client(broker.port) as client:
            client.publish("gridrest/one/event", "{}", True)
            say(client, "gridrest", "one", True)
        until(boards, lambda: b"PINGREQ from gridrestwatch" in broker.log.read_bytes())
        broker.stop()
        said = broker.log.read_text()
    packets = re.findall(r"Received (\w+) from (gridrestwatch)?", said)
    assert {name for name, watcher in packets if watcher} <= set(ASKED) and ("PUBLISH", "") in packets
    assert "Will message" not in said and "gridrestwatch" in said


def test_nor_is_there_any_code_that_could():
    for path in ("boards", "broker", "heard", "rows", "telling", "text"):
        tree = ast.parse((ROOT / "tools" / "live" / f"{path}.py").read_text())
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not names & {"publish", "will_set", "enqueue"}, path


def test_a_broker_that_lets_it_read_and_nothing_else_is_enough(mosquitto, tmp_path):
    (tmp_path / "acl").write_text("topic read gridrest/#\n")
    with mosquitto.running([f"acl_file {tmp_path}/acl"]) as broker, watching(broker.port, "gridrest") as boards:
        reached(boards)


# Those who may not, and those who are not who they should be.


@pytest.fixture
def guarded(mosquitto, tmp_path):
    (tmp_path / "passwords").write_text(mosquitto_line())
    with mosquitto.running(["allow_anonymous false", f"password_file {tmp_path}/passwords"]) as running:
        yield running


def mosquitto_line():
    return mosquitto.password_line("me", "s3cret")


def test_the_right_password_is_let_in_and_the_wrong_one_is_told(guarded):
    with watching(0, "gridrest", place=Place("127.0.0.1", guarded.port, "me", "s3cret")) as boards:
        reached(boards)
    with watching(0, "gridrest", place=Place("127.0.0.1", guarded.port, "me", "wrong")) as boards:
        until(boards, lambda: boards.broker.why)
        assert boards.broker.why == "it refuses us (Not authorized); see to --user and the password"


def test_tls_trusts_the_certificates_that_are_named_and_no_others(mosquitto, tmp_path):
    certificates.needed()
    ours, theirs = certificates.Authority(tmp_path, "ours"), certificates.Authority(tmp_path, "theirs")
    pem = pathlib.Path(ours.ca).read_bytes()
    der = subprocess.run(["openssl", "x509", "-outform", "der"], input=pem, capture_output=True).stdout
    with mosquitto.running(ours.server("server", certificates.BY_NUMBER)) as secured:
        for ca in (pem, der):
            with watching(0, "gridrest", place=Place("127.0.0.1", secured.port, ca=ca)) as boards:
                reached(boards)
        for host, ca, why in (("127.0.0.1", pathlib.Path(theirs.ca).read_bytes(), "its certificate is not accepted"),
                              ("localhost", pem, "its certificate is not accepted (Hostname mismatch")):
            with watching(0, "gridrest", place=Place(host, secured.port, ca=ca)) as boards:
                until(boards, lambda: boards.broker.why)  # noqa: B023
                assert boards.broker.why.startswith(why)


def test_a_place_without_a_port_has_that_of_its_kind():
    pem = b"-----BEGIN CERTIFICATE-----"
    assert str(Place("192.0.2.1", 0)) == "192.0.2.1:1883" and str(Place("::1", 7)) == "[::1]:7"
    with pytest.raises((OSError, ValueError)):
        Place("192.0.2.1", 0, ca=pem)


# Payloads and brokers that are not what they should be.


def test_a_huge_message_does_not_even_arrive(broker):
    with Client(broker.port) as client, watching(broker.port, "huge") as boards:
        reached(boards)
        client.publish("huge/one/status", b"x" * 1_000_000)
        client.publish("huge/one/status", b"x" * 60_000)
        say(client, "huge", "one")
        until(boards, lambda: word(boards, "one") == "live")
        assert boards.boards["one"].lost == 1


def old_fashioned(messages):
    """A broker that knows MQTT 3.1.1 alone."""
    def script(peer):
        opcode, body = peer.packet()
        assert opcode == CONNECT
        if body[6] != 4:
            peer.send(b"\x20\x02\x00\x01")
            return
        peer.send(b"\x20\x02\x00\x00")
        fair(messages)(peer)
    return script


def test_a_broker_of_the_older_kind_is_spoken_to_in_its_own_way():
    said = [(b"old/one/availability", b"online"), (b"old/one/status", STATUS.encode())]
    with HostileBroker(old_fashioned(said)) as broker, watching(broker.port, "old") as boards:
        until(boards, lambda: word(boards, "one") == "live")


NONSENSE = {
    "an answer to nothing": b"\xff" * 40,
    "half an answer": b"\x20",
    "an answer that is too short": b"\x20\x00",
    "a message before all": published(b"x" * 4, b"y"),
    "a topic that is no text": b"\x20\x03\x00\x00\x00" + b"\x30\x05\x00\x02\xff\xfe\x00",
    "a length without end": b"\x20\xff\xff\xff\xff\xff",
}


@pytest.mark.parametrize("said", NONSENSE.values(), ids=NONSENSE)
def test_a_broker_that_talks_nonsense_is_called_again(said):
    def script(peer):
        if peer.number < 2:
            peer.send(said)
        else:
            old_fashioned([])(peer)

    with HostileBroker(script) as broker, watching(broker.port, "gridrest") as boards:
        reached(boards)


# As a command.


def refused(capsys, *arguments):
    assert main(["watch", *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1
    return said.err


@pytest.mark.parametrize("arguments, sentence", [
    (["--broker", "a b"], "--broker 'a b' is no place; write a host, and perhaps its port, like 192.0.2.10 or"),
    (["--broker", "h:70000"], "--broker 'h:70000' is no place"),
    (["--broker", "h:" + "9" * 5000], "--broker 'h:999"),
    (["--broker", "mqtt://h"], "--broker 'mqtt://h' is no place"),
    (["--broker", "h", "--base", "a/+"], "--base 'a/+' is none; write at most 64 letters, digits and - _ . /"),
    (["--broker", "h", "--id", "a/b"], "--id 'a/b' is none; write at most 64 letters, digits and - _ ."),
    (["--broker", "h", "--port", "-1"], "--port -1 is none; write one from 1 to 65535"),
    (["--broker", "h", "--ca", "/no/such"], "--ca '/no/such' cannot be read (No such file or directory)"),
    (["--broker", "h", "--ca", "/dev/null"], "--ca '/dev/null' holds no certificate that can be used; name a PEM or"),
])  # fmt: skip
def test_a_command_line_that_is_wrong_is_refused_with_what_would_be_right(capsys, arguments, sentence):
    assert sentence in refused(capsys, *arguments)


@contextlib.contextmanager
def as_process(*arguments, **environment):
    with subprocess.Popen([sys.executable, "-m", "tools.main", "watch", *arguments], cwd=ROOT, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env={**os.environ, **environment}, start_new_session=True) as running:
        try:
            yield running
        finally:
            running.kill()


def read_until(stream, words):
    """The line in which they come."""
    while True:
        line = stream.readline()
        assert line, f"'{words}' did not come"
        if words in line:
            return line


def test_where_nobody_can_be_asked_for_a_password_it_says_so():
    with as_process("--broker", "127.0.0.1:1", "--user", "me") as running:
        out, err = running.communicate(timeout=30)
    assert out == "" and err == ("gridrest: there is no terminal at which to ask for the password of 'me'; put it into "
                                 "GRIDREST_MQTT_PASSWORD.\n")


ON_A_TERMINAL = ("import fcntl, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); from tools.main import main; "
                 "sys.exit(main(sys.argv[1:]))")


def test_a_password_that_is_typed_is_not_shown_and_the_screen_is_drawn(guarded):
    terminal, its_end = pty.openpty()
    fcntl.ioctl(its_end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {key: value for key, value in os.environ.items() if key != watch.PASSWORD}
    words = ["watch", "--broker", f"127.0.0.1:{guarded.port}", "--user", "me", "--text"]
    running = subprocess.Popen(
        [sys.executable, "-c", ON_A_TERMINAL, *words], cwd=ROOT, stdin=its_end, stdout=its_end, stderr=its_end,
        env={**environment, "TERM": "xterm"}, start_new_session=True)
    os.close(its_end)
    written, typed = b"", False
    try:
        while b"is there, for" not in written:
            assert select.select([terminal], [], [], 20)[0], written
            written += os.read(terminal, 4096)
            if b"The broker's password for me: " in written and not typed:
                typed = os.write(terminal, b"s3cret\n")
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == 0 and typed and b"s3cret" not in written and b"\x1b[2J" in written
    finally:
        running.kill()
        os.close(terminal)


def test_into_a_pipe_it_goes_on_until_it_is_interrupted(guarded):
    place = f"127.0.0.1:{guarded.port}"
    with as_process("--broker", place, "--user", "me", "--text", GRIDREST_MQTT_PASSWORD="s3cret") as running:
        line = read_until(running.stdout, "is there, for")
        running.send_signal(signal.SIGTERM)
        out, err = running.communicate(timeout=30)
    assert (running.returncode, err) == (0, "") and "s3cret" not in line + out


def test_on_a_page_boards_are_shown_and_no_order_is_taken(broker):
    place = f"127.0.0.1:{broker.port}"
    with Client(broker.port) as client, as_process("--broker", place, "--base", "paged", "--port", "0",
                                                   "--no-browser") as running:
        url = running.stdout.readline().strip()
        with connect(url.replace("http", "ws") + "socket") as page:
            assert (next_of(page, "hello")["mode"], next_of(page, "snapshot")["board"]) == ("watch", "paged/+")
            read_until(running.stderr, f"gridrest: the broker {place} is there")
            say(client, "paged", "one")
            assert next_of(page, "snapshot")["board"] == "one"
            assert next_of(page, "link", lambda message: message["live"])["board"] == "online"
            page.send(json.dumps({"do": "press", "ms": 100, "order": 3}))
            said = next_of(page, "said")
            assert (said["ok"], said["order"]) == (False, 3)
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=30)
    assert running.returncode == 0


def next_of(page, kind, wanted=lambda _message: True):
    """The next message of that kind, among a few others."""
    for _ in range(100):
        message = json.loads(page.recv(10))
        if message["kind"] == kind and wanted(message):
            return message
    raise AssertionError(kind)
