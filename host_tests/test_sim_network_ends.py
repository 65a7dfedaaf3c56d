"""Where the simulated network ends: what its faces refuse, what a reset leaves of a thread, and what `sim` leaves."""

import ast
import gc
import json
import re
import signal
import socket
import subprocess
import sys

import pytest

from host_tests.networked import NETWORK, Heard, Here, at, read, story
from tools.main import main
from tools.micropython import ROOT
from tools.sim import network_faces, network_station, run, scenario, verbs

TIME_ALONE = {"wifi": {"ssid": "home"}, "ntp": {"hosts": ["192.0.2.20"]}}
# A program in place of the firmware, whose thread catches whatever it can.
STUBBORN = b"""
import _thread, socket, time

def body():
    sock = socket.socket()
    sock.connect(socket.getaddrinfo("192.0.2.10", 1883, 0, socket.SOCK_STREAM)[0][-1])
    sock.write(b"never an end")
    while True:
        try:
            time.sleep_ms(1)
        except Exception:
            pass

import network
wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect("home")
_thread.start_new_thread(body, ())
while True:
    time.sleep_ms(1000)
"""


def what_lives():
    """(threads, open sockets) of this process."""
    gc.collect()
    sockets = [thing for thing in gc.get_objects() if isinstance(thing, socket.socket) and thing.fileno() >= 0]
    return len(sys._current_frames()), len(sockets)


def test_after_a_run_with_resets_no_thread_and_no_socket_is_left(broker):
    before = what_lives()
    Here().play(story(at("0:00:02", "reset", cause="watchdog"), at("0:00:05", "broker", to="silent"),
                      at("0:00:06", "reset", cause="power"), span="0:01:00"), broker.port)
    assert what_lives() == before


def test_a_reset_ends_a_thread_that_catches_everything(broker):
    before = what_lives()
    text = story(at("0:00:05", "reset", cause="watchdog"), at("0:00:09", "reset", cause="soft"), span="0:00:12")
    Here().play(text, broker.port, {"main.py": STUBBORN, "boot.py": b""})
    assert what_lives() == before


def test_a_run_that_breaks_leaves_nothing_either():
    before = what_lives()

    def emit(_line):
        if len(sys._current_frames()) > before[0] + 1:  # the edge, and the firmware's thread
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run.play(read(story(network=TIME_ALONE)), emit, outside=(None, None))
    assert what_lives() == before


# What the program finds.


class Beside:
    """What stands for a start of the program: nothing has ended it, and time is told by the test."""

    def __init__(self, wifi=True):
        self.network = self
        self.wifi = wifi
        self.now_ms = 0

    def check(self):
        pass

    def ticks_ms(self):
        return self.now_ms


@pytest.fixture
def wlan():
    beside = Beside()
    made = network_station.make(beside)(network_station.STA_IF)
    made.beside = beside
    return made


def test_a_driver_that_was_not_started_can_do_nothing(wlan):
    for act in (lambda: wlan.connect("home", "secret"), wlan.disconnect):
        with pytest.raises(OSError, match="Wifi Not Started"):
            act()
    assert wlan.active() is False and wlan.isconnected() is False


def test_joining_takes_a_moment_and_must_not_be_begun_twice(wlan):
    wlan.active(True)
    wlan.connect("home", "secret")
    assert not wlan.isconnected()
    with pytest.raises(OSError, match="Wifi Internal State Error"):
        wlan.connect("home", "secret")
    with pytest.raises(OSError, match="Wifi Not Connected"):
        wlan.status("rssi")
    wlan.beside.now_ms = network_station.JOIN_MS
    assert wlan.isconnected() and wlan.status("rssi") == -61
    wlan.connect("home", "secret")
    wlan.disconnect()
    assert not wlan.isconnected()


def test_where_wifi_has_gone_the_driver_joins_again_by_itself(wlan):
    wlan.active(True)
    wlan.connect("home")
    wlan.beside.now_ms = 1000
    assert wlan.isconnected()
    wlan.beside.wifi = False
    assert not wlan.isconnected()
    wlan.beside.wifi = True
    assert not wlan.isconnected()
    wlan.beside.now_ms += network_station.JOIN_MS
    assert wlan.isconnected()


@pytest.mark.parametrize("act", [
    lambda wlan: wlan.connect(""), lambda wlan: wlan.connect("x" * 33), lambda wlan: wlan.connect("home", "x" * 65),
    lambda wlan: wlan.status("mac"), lambda wlan: wlan.config(ssid="home"), lambda wlan: type(wlan)(1)])
def test_what_the_driver_does_not_know_is_a_value_error(wlan, act):
    wlan.active(True)
    with pytest.raises(ValueError):
        act(wlan)


PROBE = b"""
import socket

def tried(host, port, kind):
    try:
        return socket.getaddrinfo(host, port, 0, kind)[0][-1][0]
    except OSError as trouble:
        return trouble.args[0]

STREAM, DATAGRAM = socket.SOCK_STREAM, socket.SOCK_DGRAM
found = [tried(*row) for row in (
    ("192.0.2.10", 1883, STREAM), ("192.0.2.10", 1884, STREAM), ("192.0.2.10", 1883, DATAGRAM),
    ("192.0.2.20", 123, DATAGRAM), ("192.0.2.11", 1883, STREAM), ("127.0.0.1", 1883, STREAM),
    ("localhost", 22, STREAM))]
try:
    socket.socket().connect(("192.0.2.10", 1883))
except OSError as trouble:
    found.append(trouble.args[0])
with open("found", "w") as file:
    file.write(repr(found))
"""


def test_every_address_but_those_of_the_configuration_leads_nowhere(broker):
    made = read(story(network={**NETWORK, "ntp": {"hosts": ["192.0.2.20"]}}, span="0:00:05"))
    world = run.play(made, lambda line: None, files={"main.py": PROBE}, outside=(("127.0.0.1", broker.port), None))
    nowhere = network_faces.NO_SUCH_NAME
    assert eval(bytes(world.flash.kept["found"])) == [
        "127.0.0.1", nowhere, nowhere, "127.0.0.1", nowhere, nowhere, nowhere, 113]


# The verbs.


@pytest.mark.parametrize("event, key, words", [
    (at("0:01:00", "wifi", to="off"), "do", 'this configuration has no network for it; add "wifi"'),
    (at("0:01:00", "broker", to="off"), "do", 'add "wifi" and "mqtt"'),
    (at("0:01:00", "message", payload="x"), "do", 'add "wifi" and "mqtt"'),
    (at("0:01:00", "time-server", lie_s=1), "do", 'add "wifi" and "ntp"'),
    (at("0:01:00", "broker", to="slow"), "to", '"slow" cannot stand here; write "on", "off" or "silent"'),
    (at("0:01:00", "message"), "payload", "is missing; write the text of a message, of 1 to 4000 bytes"),
    (at("0:01:00", "message", payload="x", retain=1), "retain", "1 cannot stand here; write true or false"),
    (at("0:01:00", "time-server", lie_s="1"), "lie_s", '"1" cannot stand here; write a whole number from'),
])
def test_what_cannot_happen_is_refused_in_words(event, key, words):
    made, problems = scenario.read(story(event, network={}))
    assert made is None and any(place == f"events[0].{key}" and words in said for place, said in problems), problems


@pytest.mark.parametrize("host, is_one", [
    ("broker.home", True), ("x1", True), ("192.0.2.10", False), ("fd00::10", False), ("10", False)])
def test_a_host_that_is_no_address_must_be_looked_up(host, is_one):
    assert verbs.is_name(host) == is_one


# The command.


@pytest.fixture
def house(tmp_path):
    def write(text=None):
        (tmp_path / "scenario.json").write_text(text or story(span="0:12:00"))
        return str(tmp_path / "scenario.json")
    return write


def test_a_day_can_be_listened_to_at_a_broker_of_ones_own(house, broker, capsys):
    with Heard(broker.port) as heard:
        code = main(["sim", "--headless", "--json", "--scenario", house(), "--broker", f"127.0.0.1:{broker.port}"])
    out, err = capsys.readouterr()
    assert code == 0 and err == ("gridrest: the board's broker is there; to listen: mosquitto_sub -h 127.0.0.1 "
                                 f"-p {broker.port} -v -t 'gridrest/#'\n")
    told = [json.loads(line)["event"] for line in out.splitlines() if '"kind": "event"' in line]
    assert [json.loads(text) for text in heard.on("event")] == told and told[-1]["code"] == "v2l"


def test_a_place_that_is_none_is_wrong_use(capsys):
    for text in ("here", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", ":1883"):
        assert main(["sim", "--headless", "--broker", text]) == 2
        out, err = capsys.readouterr()
        assert out == "" and err == (f"gridrest: --broker {text} is no place; write its host and port, like "
                                     "127.0.0.1:1883.\n")


def test_without_a_broker_the_network_stays_down_and_the_run_goes_on(house, capsys, monkeypatch):
    monkeypatch.setenv("GRIDREST_MOSQUITTO", "/no/such/program")
    assert main(["sim", "--headless", "--json", "--scenario", house()]) == 0
    out, err = capsys.readouterr()
    assert err.startswith("gridrest: the network of the simulation stays down: ") and err.count("\n") == 1
    assert '"supply": "v2l"' in out and '"rssi": null' in out and '"rssi": -61' not in out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_its_own_broker_ends_with_a_run_that_is_broken_off(number, house, mosquitto):
    command = [sys.executable, "-m", "tools.main", "sim", "--headless", "--json", "--for", "10y", "--scenario", house()]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        port = int(re.search(r"-p (\d+) ", running.stderr.readline())[1])
        assert '"kind": "plant"' in running.stdout.readline()
        with socket.create_connection(("127.0.0.1", port)):
            pass
        running.send_signal(number)
        running.communicate(timeout=30)
        assert running.returncode == 130
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_the_simulator_runs_nothing_from_text():
    """Ctrl-C inside an exec of text ends Python by that signal at last, though it was caught and told."""
    for path in sorted((ROOT / "tools" / "sim").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("exec", "eval"):
                first = node.args[0]
                assert getattr(first, "id", "") == "code" or getattr(first.func, "id", "") == "compile", path.name
