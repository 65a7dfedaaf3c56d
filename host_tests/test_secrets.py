"""Passwords go from secrets.json to those who need them and nowhere else; without a network nothing of it is loaded."""

import contextlib
import types

import pytest

from firmware.core import jsontext, jsonwrite, status
from host_tests import board_talk
from host_tests.netface import Here
from tools.sim import sockets

SECRETS = b'{"wifi": {"password": "wlan-secret"}, "mqtt": {"password": "broker-secret"}}'
WIFI, NTP = {"ssid": "home"}, {"hosts": ["127.0.0.1"]}
BROKEN = (
    b"", b"{", b"[]", b"null", b"7", b'"x"', b"\xff\xfe", b'{"wifi": 7}', b'{"wifi": {"password": 7}}',
    b'{"wifi": {"password": null}}', b'{"mqtt": []}', b'{"mqtt": {"password": true}}', SECRETS + b"x", b" " * 2000,
    b'{"wifi": {}, "wifi": {}}',
)  # fmt: skip


def mqtt():
    return {"host": "127.0.0.1", "port": 1, "user": "me", "ca": None, "base": None, "discovery": False, "prefix": "ha",
            "commands": False, "tls_on_v2l": False}


class Machine(Here):
    """CPython with the board's modules, as far as the start needs them."""

    def __init__(self, driver=None):
        super().__init__()
        self.threads, self.imported = [], []
        self.modules["_thread"] = types.SimpleNamespace(
            stack_size=lambda _size: None, start_new_thread=lambda run, _arguments: self.threads.append(run))
        self.modules["network"] = driver or board_talk.Radio("nowhere")
        self.modules["machine"] = types.SimpleNamespace(Pin=None)

    def load(self, name):
        if name.startswith(("firmware.net", "firmware.device.wlan")):
            self.imported.append(name)
        return super().load(name)


class Core:
    """Whatever a network is put together with."""

    def __init__(self):
        self.notes, self.schedule, self.gate = [], None, None
        self.note = lambda *told: self.notes.append(told)


def prepared(text, tmp_path, monkeypatch, **found):
    """What the survey makes of a secrets.json."""
    monkeypatch.chdir(tmp_path)
    with contextlib.suppress(FileNotFoundError):
        (tmp_path / "secrets.json").unlink()
    if text is not None:
        (tmp_path / "secrets.json").write_bytes(text)
    machine = Machine()
    made = types.SimpleNamespace(wifi=dict(WIFI), ntp=dict(NTP), mqtt=mqtt())
    vars(made).update(found)
    machine.load("firmware.app.survey")._prepare_network(made)
    return made


def connected(found, machine):
    core, about = Core(), status.About()
    box = types.SimpleNamespace(about=about, count=0)
    return machine.load("firmware.app.connect").connect(found, core, box, None), core


def test_a_sound_file_gives_each_its_own(tmp_path, monkeypatch):
    found = prepared(SECRETS, tmp_path, monkeypatch)
    assert (found.wifi["password"], found.mqtt["password"]) == ("wlan-secret", "broker-secret")
    assert found.secrets_problem is None


@pytest.mark.parametrize("text", [None, b"{}", b'{"wifi": {}, "mqtt": {}}'])
def test_without_passwords_they_are_empty_and_nothing_is_wrong(text, tmp_path, monkeypatch):
    found = prepared(text, tmp_path, monkeypatch)
    assert found.wifi["password"] == found.mqtt["password"] == "" and found.secrets_problem is None


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_file_is_named_and_what_is_sound_is_not_guessed(text, tmp_path, monkeypatch):
    found = prepared(text, tmp_path, monkeypatch)
    assert found.secrets_problem == "secrets.json"
    assert found.wifi["password"] == found.mqtt["password"] == ""


def test_one_broken_password_leaves_the_other(tmp_path, monkeypatch):
    found = prepared(b'{"wifi": {"password": "right"}, "mqtt": 7}', tmp_path, monkeypatch)
    assert (found.wifi["password"], found.mqtt["password"]) == ("right", "") and found.secrets_problem == "secrets.json"


def test_without_a_network_the_file_is_of_no_account(tmp_path, monkeypatch):
    assert prepared(SECRETS, tmp_path, monkeypatch, wifi=None, ntp=None, mqtt=None).wifi is None


@pytest.mark.parametrize("found", [(None, None, None), (None, NTP, None), (None, NTP, mqtt()), (WIFI, None, None)])
def test_without_wifi_or_with_wifi_alone_nothing_is_loaded_and_nothing_started(found):
    machine = Machine()
    side, core = connected(types.SimpleNamespace(wifi=found[0], ntp=found[1], mqtt=found[2]), machine)
    assert side is None and machine.threads == [] and core.notes == []
    assert machine.imported == []


def full():
    return types.SimpleNamespace(wifi={**WIFI, "password": "wlan-secret"}, ntp=NTP,
                                 mqtt={**mqtt(), "password": "broker-secret"})


def test_time_alone_needs_no_broker_and_a_broker_alone_no_time():
    for missing in ("ntp", "mqtt"):
        found = full()
        setattr(found, missing, None)
        side, _core = connected(found, machine := Machine())
        assert len(machine.threads) == 1
        assert (side.network.client is None) == (missing == "mqtt") and (side.network.hosts == ()) == (missing == "ntp")


class NoDriver(board_talk.Radio):
    def active(self, _on):
        raise OSError(0x0101)


def test_a_board_whose_wifi_does_not_start_runs_without():
    side, core = connected(full(), machine := Machine(NoDriver("nowhere")))
    assert side is None and machine.threads == [] and core.notes == [("network", "not started", "OSError")]


def test_a_board_without_mqtt_inside_runs_without():
    machine = Machine()
    machine.places = machine.places[:1]
    machine._import = lambda *_: None
    plain = Here._import

    def without(name, *rest):
        if name.startswith("umqtt"):
            raise ImportError(name)
        return plain(machine, name, *rest)
    machine.builtins["__import__"] = without
    side, core = connected(full(), machine)
    assert side is None and core.notes == [("network", "not started", "ImportError")]


def test_a_board_without_room_for_a_thread_runs_without_and_tries_again():
    machine = Machine()
    machine.modules["_thread"].start_new_thread = lambda *_: [][1]
    side, _core = connected(full(), machine)
    assert side.link.ended == "IndexError"


def test_the_thread_tells_no_password_whatever_goes_wrong():
    machine = Machine()
    machine.modules["socket"] = types.SimpleNamespace(**{**vars(sockets.socket), "getaddrinfo": lambda *_: [][1]})
    machine.modules["network"].isconnected = lambda: True
    side, core = connected(full(), machine)
    machine.modules["time"] = None
    network, letters = side.network, []
    for _pass in range(3):
        network._try(network.radio, network._tend_radio, 0)
        network._try(network.clock, network._ask_the_time, 0)
        network._try(network.broker, network._tend_broker, 0)
    letter = side.link.take()
    while letter:
        letters.append(letter)
        letter = side.link.take()
    said = repr(letters) + repr(core.notes) + repr(machine.said)
    assert "IndexError" in said and "secret" not in said


def test_no_status_has_a_place_for_one():
    text = jsonwrite.write((("id", "x"),))
    assert jsontext.read(text.encode())[1] is None and not any("pass" in word for word in vars(status.About()))
