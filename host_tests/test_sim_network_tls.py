"""`sim` and a broker that shows a certificate and wants a password: what lies beside the configuration opens it, what
is wrong with it is told, no password ever is, and the installation does what it does without a network.
"""

import json
import pathlib
import types

import pytest

from host_tests import certificates
from host_tests.claims import Told
from host_tests.networked import There, alone, at, noted, plant, story, without_network
from tools import mosquitto as brokers
from tools.main import main
from tools.sim.scenario import INSTALLATION

PASSWORD = "never-to-be-seen"
SECRETS = json.dumps({"mqtt": {"password": PASSWORD}})
NAME = "broker.test"
SEALED = {"wifi": {"ssid": "home"}, "mqtt": {"host": NAME, "ca": "ca.pem", "user": "board", "commands": True}}
# Somebody takes V2L away and gives it back, before the window.
FAR_AWAY = (at("0:02:00", "message", payload='{"cmd": "grid"}'),
            at("0:04:00", "message", payload='{"cmd": "auto", "expires": 1795151160}'))
TEXT = story(*FAR_AWAY, network=SEALED, span="0:15:00")


@pytest.fixture(scope="module")
def sealed(mosquitto, tmp_path_factory):
    """Brokers with TLS and passwords, by what is wrong with them, and our authority's certificate."""
    certificates.needed()
    folder = tmp_path_factory.mktemp("sealed")
    (folder / "passwords").write_text(brokers.password_line("board", PASSWORD))
    guard = ["allow_anonymous false", f"password_file {folder}/passwords"]
    ours, other = (certificates.Authority(folder, name) for name in ("ours", "other"))
    shown = (guard + ours.server("good", "DNS:" + NAME), guard + other.server("foreign", "DNS:" + NAME),
             guard + ours.server("misnamed", "DNS:elsewhere.test"),
             guard + ours.server("expired", "DNS:" + NAME, -1))
    with mosquitto.running(shown[0]) as good, mosquitto.running(shown[1]) as foreign, \
            mosquitto.running(shown[2]) as misnamed, mosquitto.running(shown[3]) as expired:
        yield types.SimpleNamespace(ca=pathlib.Path(ours.ca).read_bytes(), good=good.port, foreign=foreign.port,
                                    misnamed=misnamed.port, expired=expired.port)


@pytest.fixture
def house(tmp_path, capsys):
    """house(port, files, network) runs the command for a configuration with these files beside it; gives what was told
    and what was said on stderr."""
    def run(port, files, network=SEALED, *options):
        told = json.loads(TEXT)
        (tmp_path / "with-tls.json").write_text(json.dumps({**INSTALLATION, **told.pop("config"), **network}))
        (tmp_path / "scenario.json").write_text(json.dumps(told))
        for name, data in files.items():
            (tmp_path / name).write_bytes(data)
        named = ["--broker", f"127.0.0.1:{port}"] if port else []
        assert main(["sim", "--headless", "--config", str(tmp_path / "with-tls.json"), "--scenario",
                     str(tmp_path / "scenario.json"), *(options or ["--json"]), *named]) == 0
        out, err = capsys.readouterr()
        assert PASSWORD not in out + err
        return out if options else judged(out.splitlines()), err
    return run


def judged(lines):
    """What was told, of an installation that has noticed nothing."""
    assert plant(lines) == plant(alone(without_network(TEXT)))
    return Told("\n".join(lines))


def is_open(told):
    assert noted(told, "broker") == [(0, "connected")]
    assert [told.status_at(minute * 60_000)["hold"]["remote"] for minute in (1, 3, 5)] == ["none", "fixed", "none"]


def test_certificate_and_password_beside_the_configuration_open_the_broker_to_board_and_messages(house, sealed):
    told, err = house(sealed.good, {"ca.pem": sealed.ca, "secrets.json": SECRETS.encode()})
    is_open(told)
    assert err.startswith("gridrest: the board's broker is there; to listen: mosquitto_sub -h 127.0.0.1 ")
    assert err.count("\n") == 1 and "ca.pem -u board -P PASSWORD" in err


def test_the_story_shows_no_password_either(house, sealed):
    out, _err = house(sealed.good, {"ca.pem": sealed.ca, "secrets.json": SECRETS.encode()}, SEALED, "--for", "5m")
    assert "In the end" in out


@pytest.mark.parametrize("broker, files, word", [
    ("foreign", {"secrets.json": SECRETS.encode()}, "certificate"),
    ("misnamed", {"secrets.json": SECRETS.encode()}, "certificate"),
    ("expired", {"secrets.json": SECRETS.encode()}, "certificate"),
    ("good", {"secrets.json": SECRETS.encode(), "ca.pem": b"no certificate"}, "certificate"),
    ("good", {"secrets.json": b'{"mqtt": {"password": "guessed"}}'}, "not allowed"),
    ("good", {"secrets.json": b'{"mqtt": 7}'}, "not allowed"),
    ("good", {}, "not allowed"),
])
def test_what_is_wrong_is_told_in_a_note_and_moves_nothing(broker, files, word, house, sealed):
    told, _err = house(getattr(sealed, broker), {"ca.pem": sealed.ca, **files})
    assert noted(told, "broker")[0] == (0, word) and "connected" not in [what for _at, what in noted(told, "broker")]
    assert {status["status"]["hold"]["remote"] for status in told.statuses} == {"none"}


@pytest.mark.parametrize("port, files, words", [
    (None, {"ca.pem": b"x"}, "the configuration has mqtt.ca, and a broker of our own has no certificate; name one that "
                             "has with --broker HOST:PORT, or take it out, also by a scenario with"),
    (1, {}, "ca.pem cannot be read (No such file or directory); put the certificate of mqtt.ca there, or take it out"),
])
def test_without_a_broker_to_trust_the_network_stays_down_and_the_run_goes_on(port, files, words, house):
    told, err = house(port, files)
    assert err.startswith("gridrest: the network of the simulation stays down: ") and words in err
    assert err.count("\n") == 1 and noted(told, "broker") == []


def test_passwords_that_cannot_be_read_are_said_to_be_so(house, tmp_path):
    (tmp_path / "secrets.json").mkdir()
    _told, err = house(1, {}, {"wifi": {"ssid": "home"}, "mqtt": {"host": NAME}})
    assert "secrets.json cannot be read (Is a directory); make it readable." in err


def test_on_micropython_too(sealed, micropython_32):
    board, there = {"ca.pem": sealed.ca, "secrets.json": SECRETS.encode()}, There(micropython_32)
    is_open(judged(there.play(TEXT, sealed.good, board)))
    assert noted(judged(there.play(TEXT, sealed.foreign, board)), "broker")[0] == (0, "certificate")
