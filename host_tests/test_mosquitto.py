"""The broker of the tests and the simulator is a real one, can be stopped and started, and does not outlive its use."""

import socket
import subprocess
import sys

import pytest

from tools import mosquitto as brokers
from tools import packaged
from tools.micropython import ROOT
from tools.mqtt import Client


def connect(port):
    socket.create_connection(("127.0.0.1", port)).close()


def test_what_is_published_is_heard_and_what_is_kept_is_told_to_those_who_come_later(broker):
    with Client(broker.port, ["held/#"]) as client:
        client.publish("held/one", "at once", retain=True)
        assert client.next() == ("held/one", b"at once", False)
    with Client(broker.port, ["held/#"]) as later:
        assert later.next() == ("held/one", b"at once", True)


def test_it_comes_back_on_the_same_port_and_its_clients_come_back_to_it(mosquitto):
    with mosquitto.running() as broker, Client(broker.port, ["again"]) as client:
        broker.stop()
        with pytest.raises(ConnectionRefusedError):
            connect(broker.port)
        broker.start()
        client.publish("again", "here")
        assert client.next().payload == b"here"


def test_frozen_it_is_connected_to_but_says_nothing(mosquitto):
    with mosquitto.running() as broker, Client(broker.port, ["slow"]) as client:
        broker.freeze()
        connect(broker.port)
        with pytest.raises(TimeoutError, match="the broker did not answer within 0 s"):
            Client(broker.port, within_s=0).__enter__()
        broker.thaw()
        client.publish("slow", "at last")
        assert client.next().payload == b"at last"


def test_what_it_keeps_outlives_it_in_the_folder_it_is_given(mosquitto, tmp_path):
    with mosquitto.running(["persistence true"], tmp_path) as broker, Client(broker.port) as client:
        client.publish("kept", "for good", retain=True)
        broker.stop()
    with mosquitto.running(["persistence true"], tmp_path) as broker, Client(broker.port, ["kept"]) as client:
        assert client.next() == ("kept", b"for good", True)


def test_a_broker_with_passwords_lets_in_who_knows_one(mosquitto, tmp_path):
    (tmp_path / "passwords").write_text(brokers.password_line("board", "right"))
    with mosquitto.running(["allow_anonymous false", f"password_file {tmp_path}/passwords"]) as broker:
        with Client(broker.port, prepare=lambda paho: paho.username_pw_set("board", "right")):
            pass
        with pytest.raises(ConnectionError, match="the broker refused: Not authorized"):
            Client(broker.port, prepare=lambda paho: paho.username_pw_set("board", "wrong")).__enter__()


def test_it_ends_with_its_block_also_when_that_fails_or_has_frozen_it(mosquitto):
    with pytest.raises(ZeroDivisionError), mosquitto.running() as broker:
        broker.freeze()
        1 / 0  # noqa: B018
    with pytest.raises(ConnectionRefusedError):
        connect(broker.port)


def test_a_setting_it_does_not_know_is_told_in_its_own_words(mosquitto):
    with pytest.raises(RuntimeError, match='Mosquitto did not start: .*Unknown configuration variable "nonsense"'):
        with mosquitto.running(["nonsense 1"]):
            pass


@pytest.mark.parametrize("answer", ["hello", "mosquitto version 1.6.9"])
def test_what_is_too_old_or_something_else_is_not_taken_for_it(answer, tmp_path):
    impostor = tmp_path / "mosquitto"
    impostor.write_text(f"#!/bin/sh\necho {answer}\n")
    impostor.chmod(0o755)
    assert brokers.probe([str(impostor)]) is None
    assert brokers.probe([str(tmp_path / "nothing")]) is None


def test_one_in_the_sbin_beside_a_bin_on_the_path_is_found(tmp_path, monkeypatch):
    (tmp_path / "sbin").mkdir()
    program = tmp_path / "sbin" / "mosquitto"
    program.write_text("#!/bin/sh\necho mosquitto version 2.0.99\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("GRIDREST_MOSQUITTO", raising=False)
    found = brokers.find(fetch=False)
    assert (found.command, str(found)) == ([str(program)], "Mosquitto 2.0.99")


def test_one_that_is_named_and_does_not_answer_is_told(monkeypatch):
    monkeypatch.setenv("GRIDREST_MOSQUITTO", "/no/such/program")
    with pytest.raises(packaged.Unavailable, match="GRIDREST_MOSQUITTO is '/no/such/program', which does not answer"):
        brokers.find()


def test_python_says_what_it_found_when_asked(mosquitto):
    ran = subprocess.run([sys.executable, "-m", "tools.mosquitto"], cwd=ROOT, capture_output=True, text=True)
    assert ran.stdout.startswith(f"{mosquitto}: ")
